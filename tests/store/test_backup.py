"""Backups: what was reported restores, a damaged one is refused, nothing half done is left."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from laborclerk.app import create_station, open_station
from laborclerk.features.registry.model import Person
from laborclerk.kernel.clock import Clock
from laborclerk.kernel.errors import Common, EnvironmentFault, Rejected, fault
from laborclerk.kernel.progress import Cancelled
from laborclerk.store import autobackup
from laborclerk.store.backup import backup, read_info
from laborclerk.store.incarnation import begin_incarnation
from laborclerk.store.journal import Device
from laborclerk.store.keyring import Keyring
from laborclerk.store.restore import RESTORED_AT, RESTORED_SEQUENCE, restore
from laborclerk.store.store import DATABASE, KEYS, Store, by_password

PASSWORD = "secret-1"


@pytest.fixture
def made(tmp_path: Path) -> Iterator[tuple[Store, str]]:
    store, code = create_station(tmp_path / "station", "王某", PASSWORD, scrypt_n=2**10)
    add(store, "周某某")
    yield store, code
    store.close()


@pytest.fixture
def store(made: tuple[Store, str]) -> Store:
    return made[0]


def add(store: Store, name: str) -> None:
    with store.write("test.add") as work:
        work.add(Person(name=name))


def names(store: Store) -> list[str | None]:
    with store.read() as session:
        return list(session.scalars(sa.select(Person.name).order_by(Person.origin_seq)))


def names_in(folder: Path, password: str = PASSWORD) -> list[str | None]:
    opened = open_station(folder, "", password)
    try:
        return names(opened)
    finally:
        opened.close()


def test_a_backup_restores_into_an_empty_folder(store: Store, tmp_path: Path) -> None:
    info = backup(store, tmp_path / "a.lcbak")
    add(store, "后来的人")
    done = restore(tmp_path / "a.lcbak", tmp_path / "new", by_password("", PASSWORD))
    assert (done.clerk, done.kept_aside, done.info) == ("王某", None, info)
    assert names_in(tmp_path / "new") == ["周某某"]
    assert sorted(p.name for p in (tmp_path / "new").iterdir()) == [KEYS, DATABASE]


def test_the_restored_store_knows_that_it_was_restored(store: Store, tmp_path: Path) -> None:
    backup(store, tmp_path / "a.lcbak")
    restore(tmp_path / "a.lcbak", tmp_path / "new", by_password("", PASSWORD))
    opened = open_station(tmp_path / "new", "", PASSWORD)
    assert int(opened.setting(RESTORED_AT)) > 0
    assert opened.setting(RESTORED_SEQUENCE) == ""  # a new incarnation has begun
    assert not store.setting(RESTORED_AT)
    opened.close()


def test_a_restore_keeps_the_former_store_aside(store: Store, tmp_path: Path) -> None:
    backup(store, tmp_path / "a.lcbak")
    add(store, "后来的人")
    store.close()
    done = restore(tmp_path / "a.lcbak", store.folder, by_password("", PASSWORD))
    assert names_in(store.folder) == ["周某某"]
    assert done.kept_aside is not None
    assert done.kept_aside.parent == store.folder
    assert names_in(done.kept_aside) == ["周某某", "后来的人"]


def test_a_store_in_use_is_not_replaced(store: Store, tmp_path: Path) -> None:
    backup(store, tmp_path / "a.lcbak")
    with pytest.raises(Rejected) as refused:
        restore(tmp_path / "a.lcbak", store.folder, by_password("", PASSWORD))
    assert refused.value.problems[0].code == "restore_store_open"
    assert names(store) == ["周某某"]
    assert not [p for p in store.folder.iterdir() if p.name.startswith(".restore")]


def test_the_recovery_code_restores_when_the_password_is_forgotten(
    made: tuple[Store, str], tmp_path: Path
) -> None:
    store, code = made
    backup(store, tmp_path / "a.lcbak")

    def by_code(ring: Keyring) -> tuple[str, bytes]:
        key = ring.recover(code)
        ring.set_password(key, "王某", "brand-new")
        return "王某", key

    restore(tmp_path / "a.lcbak", tmp_path / "new", by_code)
    assert names_in(tmp_path / "new", "brand-new") == ["周某某"]


def test_a_wrong_password_restores_nothing(store: Store, tmp_path: Path) -> None:
    backup(store, tmp_path / "a.lcbak")
    with pytest.raises(Rejected) as refused:
        restore(tmp_path / "a.lcbak", tmp_path / "new", by_password("", "wrong-one"))
    assert refused.value.problems[0].code == "wrong_password"
    assert list((tmp_path / "new").iterdir()) == []


def test_a_backup_is_unreadable_without_the_key(store: Store, tmp_path: Path) -> None:
    backup(store, tmp_path / "a.lcbak")
    data = (tmp_path / "a.lcbak").read_bytes()
    assert b"SQLite format 3" not in data
    assert "周某某".encode() not in data


def test_what_a_backup_says_of_itself_needs_no_key(store: Store, tmp_path: Path) -> None:
    store.set_setting("station.name", "乌峰街道")
    info = backup(store, tmp_path / "a.lcbak")
    read = read_info(tmp_path / "a.lcbak")
    assert read == info
    assert (read.station, read.sequence) == ("乌峰街道", 1)


def test_entry_goes_on_while_a_backup_is_made(store: Store, tmp_path: Path) -> None:
    class Typing:
        """A clerk who saves while pages are copied."""

        saved = 0

        def start(self, label: str, total: int | None = None) -> None:
            pass

        def step(self, done: int) -> None:
            if not self.saved:
                self.saved = 1
                add(store, "边备份边录的人")

    backup(store, tmp_path / "a.lcbak", Typing())
    restore(tmp_path / "a.lcbak", tmp_path / "new", by_password("", PASSWORD))
    assert names_in(tmp_path / "new") == ["周某某"]
    assert names(store) == ["周某某", "边备份边录的人"]


class Stopped:
    """A clerk who presses cancel at the `at`-th report of progress."""

    def __init__(self, at: int) -> None:
        self.left = at

    def start(self, label: str, total: int | None = None) -> None:
        pass

    def step(self, done: int) -> None:
        self.left -= 1
        if self.left < 0:
            raise Cancelled


@pytest.mark.parametrize("at", [0, 1, 2, 3])
def test_a_cancelled_backup_leaves_the_old_file(store: Store, tmp_path: Path, at: int) -> None:
    target = tmp_path / "out" / "a.lcbak"
    target.parent.mkdir()
    target.write_bytes(b"older")
    with pytest.raises(Cancelled):
        backup(store, target, Stopped(at))
    assert target.read_bytes() == b"older"
    assert [p.name for p in target.parent.iterdir()] == ["a.lcbak"]
    assert not list(store.folder.glob(".backup*"))


def test_a_folder_that_is_not_there_is_the_environments_fault(store: Store, tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault):
        backup(store, tmp_path / "pulled" / "a.lcbak")
    assert not list(store.folder.glob(".backup*"))


def test_a_backup_never_overwrites_the_store(store: Store) -> None:
    with pytest.raises(Rejected) as refused:
        backup(store, store.folder / DATABASE)
    assert refused.value.problems[0].code == "backup_in_store"


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda data: data[: len(data) // 2], "not_a_backup"),
        (lambda data: b"no zip at all", "not_a_backup"),
        (lambda data: data[:40000] + bytes([data[40000] ^ 1]) + data[40001:], "backup_damaged"),
    ],
)
def test_a_damaged_backup_is_refused(store: Store, tmp_path: Path, damage, code: str) -> None:
    backup(store, tmp_path / "a.lcbak")
    broken = tmp_path / "b.lcbak"
    broken.write_bytes(damage((tmp_path / "a.lcbak").read_bytes()))
    with pytest.raises(Rejected) as refused:
        restore(broken, tmp_path / "new", by_password("", PASSWORD))
    assert refused.value.problems[0].code == code
    assert not (tmp_path / "new" / DATABASE).exists()


def remade(source: Path, target: Path, **parts: bytes) -> None:
    """A backup with some of its parts exchanged, all checksums right."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, parts.get(name.partition(".")[0], old.read(name)))


def test_a_database_of_another_key_is_refused(store: Store, tmp_path: Path) -> None:
    backup(store, tmp_path / "a.lcbak")
    remade(tmp_path / "a.lcbak", tmp_path / "b.lcbak", register=b"\x00" * 8192)
    with pytest.raises(Rejected) as refused:
        restore(tmp_path / "b.lcbak", tmp_path / "new", by_password("", PASSWORD))
    assert refused.value.problems[0].code == "backup_damaged"


def test_a_backup_of_a_newer_version_is_refused(store: Store, tmp_path: Path) -> None:
    backup(store, tmp_path / "a.lcbak")
    with zipfile.ZipFile(tmp_path / "a.lcbak") as archive:
        about = json.loads(archive.read("backup.json"))
    newer = json.dumps(about | {"schema": 999, "program": "9.0"}).encode()
    remade(tmp_path / "a.lcbak", tmp_path / "b.lcbak", backup=newer)
    with pytest.raises(Rejected) as refused:
        read_info(tmp_path / "b.lcbak")
    assert refused.value.problems[0].code == "backup_newer"
    assert "9.0" in refused.value.problems[0].text


def test_a_missing_file_is_the_environments_fault(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault) as failed:
        read_info(tmp_path / "none.lcbak")
    assert failed.value.problem.code == "cannot_read"


# -- on closing ----------------------------------------------------------------------------------


def test_closing_backs_up_only_what_changed(store: Store) -> None:
    first = autobackup.automatic(store)
    assert first.info is not None
    assert first.info.file.parent == store.folder / "backups"
    assert autobackup.automatic(store).info is None
    add(store, "又一人")
    assert autobackup.automatic(store).info is not None


def test_work_of_a_copied_laptop_is_backed_up_though_it_is_counted_anew(store: Store) -> None:
    """It has as many entries again as it had when the last backup was made."""
    autobackup.automatic(store)
    with store.local() as session:
        own = session.get_one(Device, 0)
        many = own.last_seq
        begin_incarnation(session, many)
    for number in range(many):
        add(store, f"{number}号")
    with store.read() as session:
        assert session.get_one(Device, 0).last_seq == many
    assert autobackup.automatic(store).info is not None
    assert autobackup.automatic(store).info is None


def test_a_lost_backup_is_made_again(store: Store) -> None:
    first = autobackup.automatic(store)
    assert first.info is not None
    first.info.file.unlink()
    assert autobackup.automatic(store).info is not None


def test_a_folder_that_cannot_be_used_is_said_and_nothing_is_lost(
    store: Store, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    store.set_setting(autobackup.FOLDER, str(tmp_path / "file" / "backups"))
    done = autobackup.automatic(store)
    assert done.info is not None
    assert done.info.file.parent == store.folder / "backups"
    assert [p.code for p in done.problems] == ["backup_folder_gone"]
    told = autobackup.state(store).reminder  # at the next login: on closing nobody was told
    assert told == done.problems[0]
    autobackup.by_hand(store, tmp_path / "by-hand.lcbak")
    assert autobackup.state(store).reminder is None


def test_a_backup_that_failed_on_closing_is_told_at_the_next_login(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise fault(Common.CANNOT_WRITE, file="a.lcbak", reason="盘满了")

    with monkeypatch.context() as patched:
        patched.setattr(autobackup, "backup", full)
        with pytest.raises(EnvironmentFault):
            autobackup.automatic(store)
    told = autobackup.state(store).reminder
    assert told is not None
    assert "盘满了" in told.text
    autobackup.automatic(store)
    assert autobackup.state(store).reminder is None


def test_closing_removes_only_this_stations_old_backups(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = autobackup.automatic(store)
    assert first.info is not None
    folder = first.info.file.parent
    device = first.info.file.stem.rpartition("-")[2]
    for day in range(1, 29):
        (folder / f"laborclerk-202001{day:02d}-120000-{device}.lcbak").write_bytes(b"")
    foreign = folder / "laborclerk-20200101-120000-0000000000000.lcbak"
    foreign.write_bytes(b"")
    (folder / "照片.jpg").write_bytes(b"")
    add(store, "又一人")
    removed = autobackup.automatic(store).removed
    assert len(removed) > 15
    assert foreign.exists()
    assert (folder / "照片.jpg").exists()
    kept = sorted(p.name[11:19] for p in folder.glob(f"laborclerk-*-{device}.lcbak"))
    assert "20200128" in kept


# -- carried away --------------------------------------------------------------------------------


def at(store: Store, days: float) -> None:
    """Let the station's clock stand `days` later than now."""
    store.clock = Clock(wall=lambda: datetime.now().timestamp() + days * autobackup.DAY / 1000)


def test_a_week_without_a_backup_elsewhere_reminds(store: Store, tmp_path: Path) -> None:
    assert autobackup.state(store).reminder is None
    at(store, 8.5)
    reminder = autobackup.state(store).reminder
    assert reminder is not None
    assert "8天" in reminder.text
    autobackup.by_hand(store, tmp_path / "same-drive.lcbak")
    assert autobackup.state(store).reminder is not None


def test_a_backup_on_another_drive_ends_the_reminder(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(store, 8.5)
    stick = tmp_path / "stick"
    stick.mkdir()
    monkeypatch.setattr(autobackup, "leaves_machine", lambda store, folder: folder == stick)
    autobackup.by_hand(store, stick / "a.lcbak")
    state = autobackup.state(store)
    assert state.reminder is None
    assert state.left_machine == state.last
