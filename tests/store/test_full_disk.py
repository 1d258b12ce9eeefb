"""A full disk: a clear word in Chinese, nothing half done, and the store opens again.

The disk is a small one in memory; where one may not be mounted the tests are skipped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from laborclerk.app import create_station
from laborclerk.features.census.household_form import new_form
from laborclerk.features.census.imports import import_census
from laborclerk.features.census.rounds import need_round
from laborclerk.features.census.service import save_form
from laborclerk.kernel.errors import EnvironmentFault, Rejected
from laborclerk.store import drafts
from laborclerk.store.backup import backup
from laborclerk.store.check import check_store
from laborclerk.store.clerks import change_keyring
from laborclerk.store.journal import Entry
from laborclerk.store.keyring import Keyring
from laborclerk.store.restore import restore
from laborclerk.store.store import KEYS, Store, by_password
from laborclerk.sync.export import export_bundle
from tests.exchanging import GROUPS, opened, stations, take
from tests.small import CLERK, PASSWORD, add_household

TOWN = "乌峰"
LONG = "长" * 200


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("disk")
    mount = ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("may not mount a small disk")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A county, a township with households, its bundle, its backup, a sheet to import."""
    base = stations(tmp_path_factory.mktemp("content"))
    store = opened(base, TOWN)
    for n in range(60):
        add_household(store, {"name": f"周{n}", "note": LONG}, place=GROUPS[TOWN][0])
    export_bundle(store, base / "a.lcb")
    backup(store, base / "a.lcbak")
    store.close()
    lines = [f"油榨街社区,1组,{n:06d},户主,表{n},男,1980-01-02,{LONG}" for n in range(150)]
    (base / "s.csv").write_text(
        "\n".join(["村,组,户编号,与户主关系,姓名,性别,出生日期,备注", *lines]), "utf-8"
    )
    return base


def fill(disk: Path, left: int) -> None:
    """Leave `left` bytes free."""
    room = os.statvfs(disk)
    with (disk / "ballast").open("wb") as out:
        out.write(b"x" * max(0, room.f_bavail * room.f_frsize - left))


def save(store: Store, disk: Path) -> object:
    with store.read() as session:
        round_id = need_round(session).id
    form = new_form(store, GROUPS[TOWN][0], round_id)
    form.household |= {"head_name": "周某", "note": LONG}
    return save_form(store, form, finish=False)


def new_recovery(store: Store, disk: Path) -> object:
    return change_keyring(store, lambda ring: ring.new_recovery(store.key), recovery="x")


def open_it(store: Store, disk: Path) -> object:
    opened(disk, TOWN).close()
    return None


def init(store: Store, disk: Path) -> object:
    return create_station(disk / "new", CLERK, PASSWORD, scrypt_n=2)


Op = Callable[[Store, Path], object]
OPS: dict[str, tuple[Op, int]] = {  # with so many bytes left
    "save": (save, 0),
    "draft": (lambda s, d: drafts.keep(s, "household", 1, {"note": LONG * 200}), 32_768),
    "import a sheet": (lambda s, d: import_census(s, d / "s.csv"), 131_072),
    "backup": (lambda s, d: backup(s, d / "b.lcbak"), 400_000),
    "export a bundle": (lambda s, d: export_bundle(s, d / "b.lcb"), 4096),
    "import a bundle": (lambda s, d: take(s, d / "a.lcb"), 131_072),
    "change the keyring": (
        lambda s, d: Keyring.load(s.folder / KEYS).add(s.key, "李某", "secret-2"), 0,
    ),
    "void the recovery code": (new_recovery, 4096),
    "restore": (
        lambda s, d: restore(d / "a.lcbak", d / "new", by_password(CLERK, PASSWORD)), 131_072,
    ),
    "open": (open_it, 0),
    "begin": (init, 32_768),
}  # fmt: skip


@pytest.mark.parametrize("name", OPS)
def test_a_full_disk_is_told_and_leaves_nothing_half_done(
    disk: Path, content: Path, name: str
) -> None:
    op, left = OPS[name]
    for old in disk.iterdir():
        shutil.rmtree(old) if old.is_dir() else old.unlink()
    shutil.copytree(content, disk, dirs_exist_ok=True)
    where = "county" if name == "import a bundle" else TOWN
    store = opened(disk, where)
    keys, files, rows = (store.folder / KEYS).read_bytes(), _files(disk), _rows(store)
    if name == "open":
        store.close()
    fill(disk, left)
    try:
        with pytest.raises(EnvironmentFault) as caught:
            op(store, disk)
    finally:
        store.close()
    assert "磁盘空间不足" in str(caught.value)
    (disk / "ballast").unlink()
    if name != "begin":  # who makes a station clears away what is left: see `beginning`
        assert _files(disk) == files
    assert (disk / where / KEYS).read_bytes() == keys
    store = opened(disk, where)
    assert _rows(store) == rows
    with store.read() as session:
        assert check_store(session) == []
    if name != "begin":
        op(store, disk)  # with room again it goes
    store.close()


def _files(disk: Path) -> list[Path]:
    return sorted(p for p in disk.rglob("*") if p.is_file() and "register.db-" not in p.name)


def _rows(store: Store) -> Any:
    with store.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Entry))


def test_a_bundle_the_station_cannot_note_does_not_stay_on_the_stick(
    disk: Path, content: Path, tmp_path: Path
) -> None:
    """Else two files of one number would be about."""
    for old in disk.iterdir():
        shutil.rmtree(old) if old.is_dir() else old.unlink()
    shutil.copytree(content / TOWN, disk / TOWN)
    store = opened(disk, TOWN)
    fill(disk, 0)
    with pytest.raises(EnvironmentFault):
        export_bundle(store, tmp_path / "stick.lcb")
    assert list(tmp_path.iterdir()) == []
    (disk / "ballast").unlink()
    assert export_bundle(store, tmp_path / "stick.lcb").number == 2
    store.close()


def test_what_is_refused_leaves_no_note(tmp_path: Path) -> None:
    folder = stations(tmp_path)
    store = opened(folder, TOWN)
    rows = _rows(store)
    with pytest.raises(Rejected):
        change_keyring(store, lambda ring: ring.add(store.key, CLERK, "secret-2"), added=CLERK)
    assert _rows(store) == rows
    change_keyring(store, lambda ring: ring.add(store.key, "李某", "secret-2"), added="李某")
    assert _rows(store) == rows + 1
    store.close()
