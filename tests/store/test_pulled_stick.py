"""A stick that is pulled, worn out or full at any one moment of an export or import: told in plain
words, the old file stands, the store notes nothing, and on the next try it goes.

A failing layer below the program's files: from the n-th touch on nothing on the stick answers.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from laborclerk.features.registry.scope import PlaceScope
from laborclerk.kernel.errors import EnvironmentFault
from laborclerk.store.check import check_store
from laborclerk.store.store import Store
from laborclerk.sync.exchange import import_bundle, inspect
from laborclerk.sync.export import export_bundle
from laborclerk.sync.inbox import FOLDER
from laborclerk.sync.returning import export_return
from tests.exchanging import GROUPS, TOWNS, opened, send, stations
from tests.small import add_household

TOWN = "乌峰"
PLACE = TOWNS[TOWN][0].code
TOUCHES = (("open", Path), ("replace", Path), ("unlink", Path), ("stat", Path), ("fsync", os))


class Stick:
    """Counts what touches files below `folder`, and fails from the n-th touch on."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.left: int | None = None  # touches that still succeed
        self.number = errno.EIO
        self.touched = 0
        self._handles: set[int] = set()
        for name, owner in TOUCHES:
            patch.setattr(owner, name, self._wrapped(getattr(owner, name), name))
        patch.setattr(shutil, "copyfile", self._wrapped(shutil.copyfile, "copyfile"))

    def touch(self) -> None:
        self.touched += 1
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise OSError(self.number, os.strerror(self.number))

    def _wrapped(self, right: Any, name: str) -> Any:
        def touching(target: Any, *args: Any, **options: Any) -> Any:
            on_stick = target in self._handles if name == "fsync" else self._is_mine(target, args)
            if not on_stick:
                return right(target, *args, **options)
            self.touch()
            found = right(target, *args, **options)
            return _File(found, self) if name == "open" else found

        return touching

    def _is_mine(self, target: Any, args: Any) -> bool:
        return any(str(one).startswith(str(self.folder)) for one in (target, *args[:1]))


class _File:
    """An open file on the stick."""

    def __init__(self, file: Any, stick: Stick) -> None:
        self._file, self._stick = file, stick
        stick._handles.add(file.fileno())

    def write(self, data: bytes) -> int:
        self._stick.touch()
        return int(self._file.write(data))

    def read(self, most: int) -> bytes:
        self._stick.touch()
        return bytes(self._file.read(most))

    def flush(self) -> None:
        self._stick.touch()
        self._file.flush()

    def fileno(self) -> int:
        return int(self._file.fileno())

    def __enter__(self) -> _File:
        return self

    def __exit__(self, *_: object) -> None:
        self._stick._handles.discard(self._file.fileno())
        self._file.close()


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = stations(tmp_path_factory.mktemp("content"))
    county, town = opened(folder, "county"), opened(folder, TOWN)
    add_household(town, {"name": "周大"}, place=GROUPS[TOWN][0], number="1")
    send(town, county, folder / "first.lcb")
    add_household(town, {"name": "周二"}, place=GROUPS[TOWN][0], number="2")
    add_household(county, {"name": "周三"}, place=GROUPS[TOWN][0], number="3")
    county.close()
    town.close()
    return folder


@pytest.fixture
def here(content: Path, tmp_path: Path) -> Iterator[tuple[Path, Store, Store]]:
    """(stick, county, township)"""
    for name in ("county", TOWN):
        shutil.copytree(content / name, tmp_path / name)
    stick = tmp_path / "stick"
    stick.mkdir()
    county, town = opened(tmp_path, "county"), opened(tmp_path, TOWN)
    yield stick, county, town
    county.close()
    town.close()


def _state(store: Store) -> Any:
    from tests.hostile_world import everything

    with store.read() as session:
        assert check_store(session) == []
    return everything(store)


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC, errno.ENODEV])
@pytest.mark.parametrize("way", ["export", "return"])
def test_stick_pulled_at_any_moment_of_an_export_leaves_the_old_file(
    here: tuple[Path, Store, Store], way: str, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick, county, town = here
    writer, reader = (town, county) if way == "export" else (county, town)
    out = stick / "x.lcb"

    def write() -> None:
        if way == "export":
            export_bundle(writer, out)
        else:
            export_return(writer, PLACE, out, PlaceScope(PLACE))

    write()
    old, before = out.read_bytes(), _state(writer)
    n, failing = 0, True
    while failing:
        with monkeypatch.context() as patch:
            layer = Stick(stick, patch)
            layer.left, layer.number = n, number
            try:
                write()
                failing = False  # only the folder's own flush was left
            except EnvironmentFault as fault:
                said = fault.problem.text
        if failing:
            assert any(word in said for word in ("U盘", "磁盘")), (n, said)
            now = out.read_bytes()
            assert now == old or inspect(reader, out).manifest.number > 1
            assert _state(writer) == before, n
            for left in stick.glob(".*.part"):  # what a pulled stick could not be cleared of
                left.unlink()
            out.write_bytes(old)
            n += 1
    assert n > 5, n
    write()
    assert import_bundle(reader, out, PlaceScope).records > 0


@pytest.mark.parametrize("way", ["import", "take"])
def test_stick_pulled_at_any_moment_of_an_import_changes_nothing(
    here: tuple[Path, Store, Store], way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick, county, town = here
    path = stick / "x.lcb"
    if way == "import":
        export_bundle(town, path)
        reader = county
    else:
        export_return(county, PLACE, path, PlaceScope(PLACE))
        reader = town
    before = _state(reader)
    n, failing = 0, True
    while failing:
        with monkeypatch.context() as patch:
            layer = Stick(stick, patch)
            layer.left = n
            try:
                done = import_bundle(reader, path, PlaceScope)
                failing = False
            except EnvironmentFault as fault:
                said = fault.problem.text
        if failing:
            assert "U盘" in said
            assert _state(reader) == before
            kept = reader.folder / FOLDER
            assert list(kept.glob("*.lcb")) == [] if way == "take" else True
            n += 1
    assert n >= 2, n
    assert done.records > 0


@pytest.mark.parametrize("way", ["import", "take"])
def test_a_file_that_cannot_be_kept_is_not_applied(
    here: tuple[Path, Store, Store], way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each file that was applied is kept for the audit."""
    stick, county, town = here
    path = stick / "x.lcb"
    if way == "import":
        export_bundle(town, path)
        reader = county
    else:
        export_return(county, PLACE, path, PlaceScope(PLACE))
        reader = town
    before = _state(reader)
    for n in range(2):  # looked for, copied
        with monkeypatch.context() as patch:
            layer = Stick(reader.folder / FOLDER, patch)
            layer.left, layer.number = n, errno.ENOSPC
            with pytest.raises(EnvironmentFault) as caught:
                import_bundle(reader, path, PlaceScope)
        assert "磁盘空间不足" in caught.value.problem.text
        assert _state(reader) == before
    assert import_bundle(reader, path, PlaceScope).records > 0
    digest = inspect(reader, path).digest
    assert (reader.folder / FOLDER / f"{digest}.lcb").read_bytes() == path.read_bytes()
