"""A full, failing or pulled stick leaves the old file or none."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from laborclerk.kernel.errors import Common, EnvironmentFault
from laborclerk.kernel.progress import Cancelled, Silent
from laborclerk.sync import atomic, strictzip
from laborclerk.sync.container import MANIFEST_NAME, open_bundle, write_bundle
from laborclerk.sync.messages import Exchange
from tests.unit.sync.stations import TRUST, Enrolled, write


def _fail(number: int):
    def failing(*_args: object, **_keywords: object) -> None:
        raise OSError(number, os.strerror(number))

    return failing


@pytest.mark.parametrize(
    ("owner", "name"), [(os, "fsync"), (Path, "replace"), (atomic, "_read"), (Path, "open")]
)
@pytest.mark.parametrize(
    ("number", "message"),
    [(errno.ENOSPC, Common.DISK_FULL), (errno.EIO, Common.CANNOT_WRITE)],
)
def test_failing_stick_leaves_the_old_file(
    path: Path,
    township: Enrolled,
    monkeypatch: pytest.MonkeyPatch,
    owner: object,
    name: str,
    number: int,
    message: Common,
):
    write(path, township)
    old = path.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, _fail(number))
        with pytest.raises(EnvironmentFault) as caught:
            write(path, township, ["new"])
    assert caught.value.problem.message is message
    assert path.read_bytes() == old
    assert list(path.parent.iterdir()) == [path]


def test_stick_full_in_the_middle_leaves_the_old_file(
    path: Path, township: Enrolled, monkeypatch: pytest.MonkeyPatch
):
    write(path, township)
    old = path.read_bytes()

    def full(parts: dict[str, bytes]):
        yield parts[MANIFEST_NAME]
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr(strictzip, "pack", full)
        with pytest.raises(EnvironmentFault):
            write(path, township, ["new"])
    assert path.read_bytes() == old
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_write_to_a_really_full_device_is_a_full_disk(tmp_path: Path, township: Enrolled):
    target = tmp_path / "x.lcb"

    class FullPath(type(target)):  # type: ignore[misc]  # a base made at run time
        def open(self, *args: object, **keywords: object):
            if self.name.endswith(".part"):
                return open("/dev/full", "wb")  # noqa: PTH123 - Path.open would be this one
            return super().open(*args, **keywords)

    with pytest.raises(EnvironmentFault) as caught:
        write(FullPath(target), township, (os.urandom(1000) for _ in range(1000)))
    assert caught.value.problem.message is Common.DISK_FULL
    assert not target.exists()


def test_stick_that_reads_back_other_bytes_is_not_trusted(
    path: Path, township: Enrolled, monkeypatch: pytest.MonkeyPatch
):
    right = atomic._read

    def worn_out(where: Path, most: int) -> bytes:
        data = bytearray(right(where, most))
        data[-200] ^= 1
        return bytes(data)

    monkeypatch.setattr(atomic, "_read", worn_out)
    with pytest.raises(EnvironmentFault) as caught:
        write(path, township)
    assert caught.value.problem.message is Exchange.BUNDLE_READ_BACK
    assert list(path.parent.iterdir()) == []


def test_cancelled_export_leaves_the_old_file(path: Path, township: Enrolled):
    class Stop(Silent):
        def step(self, done: int) -> None:
            raise Cancelled

    path.write_bytes(b"old")
    with pytest.raises(Cancelled):
        write_bundle(path, township.manifest, range(5000), township.keys, progress=Stop())
    assert path.read_bytes() == b"old"


def test_missing_file_is_the_environments_fault(tmp_path: Path):
    for path in (tmp_path / "none.lcb", tmp_path):
        with pytest.raises(EnvironmentFault) as caught:
            open_bundle(path, TRUST)
        assert caught.value.problem.message is Common.CANNOT_READ
