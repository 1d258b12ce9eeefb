"""The power goes while a station is made, restored over, or given a new password: the next start
finds the former store, the new one, or finishes; a clerk is never left before a locked door."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from laborclerk.app import create_station, open_station
from laborclerk.features.registry import station as founding
from laborclerk.features.registry.model import Person
from laborclerk.features.registry.station import beginning, found, plan
from laborclerk.kernel.errors import EnvironmentFault, Rejected
from laborclerk.store import files, keyring
from laborclerk.store import restore as restoring
from laborclerk.store import store as storing
from laborclerk.store.backup import backup
from laborclerk.store.files import DATABASE, KEYS, settle
from laborclerk.store.keyring import Keyring
from laborclerk.store.restore import restore
from laborclerk.store.store import Store, StoreProblem, by_password
from laborclerk.sync.ledger import TOWNSHIP, station_of
from tests.small import CLERK, PASSWORD, PLACES, add_person, station

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a forked process")
KILLED = 9


def killed(work: Callable[[], object]) -> bool:
    """Run `work` in a process of its own → whether it was killed on the way."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in (0, KILLED)
    return code == KILLED


def die_at(patch: pytest.MonkeyPatch, number: int) -> None:
    """The process dies just before its `number`th change of names on the disk."""
    left = [number]

    def counting(owner: Any, name: str) -> None:
        right = getattr(owner, name)

        def step(*args: Any, **keywords: Any) -> Any:
            if not left[0]:
                os._exit(KILLED)
            left[0] -= 1
            return right(*args, **keywords)

        patch.setattr(owner, name, step)

    for name in ("replace", "mkdir", "unlink", "rmdir"):
        counting(Path, name)
    for module in (files, restoring):
        if hasattr(module, "shutil"):
            counting(module.shutil, "rmtree")
            break


def names(folder: Path) -> list[str | None]:
    store = open_station(folder, "", PASSWORD)
    with store.read() as session:
        found_names = list(session.scalars(sa.select(Person.name).order_by(Person.origin_seq)))
    store.close()
    return found_names


def test_a_restore_cut_short_anywhere_leaves_the_old_store_or_the_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """…with the write-ahead log of the old one never beside the new one."""
    ends = set()
    store, file, crashed = station(tmp_path / "s"), tmp_path / "a.lcbak", tmp_path / "crashed"
    add_person(store, name="备份里的")
    backup(store, file)
    add_person(store, name="后来的")
    shutil.copytree(store.folder, crashed)  # with its log, as a crash leaves it
    assert (crashed / f"{DATABASE}-wal").stat().st_size > 0
    store.close()
    for number in range(40):
        folder = tmp_path / str(number)
        shutil.copytree(crashed, folder)
        with monkeypatch.context() as patch:
            die_at(patch, number)
            died = killed(partial(restore, file, folder, by_password("", PASSWORD)))
        assert settle(folder)
        now = names(folder)
        ends.add(tuple(now))
        assert now in (["备份里的", "后来的"], ["备份里的"])
        left = sorted(p.name for p in folder.iterdir())
        asides = [n for n in left if n.startswith("恢复前")]
        if now == ["备份里的"]:
            (aside,) = asides
            assert names(folder / aside) == ["备份里的", "后来的"]
        again = restore(file, folder, by_password("", PASSWORD))
        assert names(folder) == ["备份里的"]
        assert again.kept_aside is not None
        if not died:
            break
    else:
        pytest.fail("it never came to its end")
    assert len(ends) == 2


def test_a_restore_that_fails_puts_the_old_store_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows does not let go of a file somebody has open."""
    folder = tmp_path / "s"
    store = station(folder)
    add_person(store, name="备份里的")
    backup(store, tmp_path / "a.lcbak")
    add_person(store, name="后来的")
    store.close()
    right = Path.replace
    for blocked in (DATABASE, KEYS):

        def replace(self: Path, target: Any, blocked: str = blocked) -> Path:
            done = Path(target).with_name("done")
            into_place = Path(target) == folder / blocked and self.parent != folder
            if into_place and not done.exists():
                done.touch()
                raise PermissionError(13, "in use")
            return right(self, target)

        with monkeypatch.context() as patch:
            patch.setattr(Path, "replace", replace)
            with pytest.raises(EnvironmentFault):
                restore(tmp_path / "a.lcbak", folder, by_password("", PASSWORD))
        (folder / "done").unlink()
        assert sorted(p.name for p in folder.iterdir()) == [KEYS, DATABASE]
        assert names(folder) == ["备份里的", "后来的"]


def found_station(folder: Path) -> Store:
    def create(where: Path, clerk: str, password: str) -> tuple[Store, str]:
        return create_station(where, clerk, password, scrypt_n=2)

    with beginning(create, folder, CLERK, PASSWORD) as (store, _):
        found(store, plan(TOWNSHIP, "530627001", PLACES))
    return store


STEPS: dict[str, tuple[Any, str]] = {
    "before the keys": (keyring, "write_atomically"),
    "before the file": (storing, "open_engine"),
    "before the tables": (storing, "guard"),
    "before the places": (founding, "load_places"),
    "before the station": (founding, "set_station"),
    "before the end": (founding, "end_making"),
}


@pytest.mark.parametrize("where", STEPS)
def test_a_station_whose_making_was_cut_short_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    folder = tmp_path / "s"
    owner, name = STEPS[where]
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, lambda *_, **__: os._exit(KILLED))
        assert killed(lambda: found_station(folder))
    assert not settle(folder)
    with pytest.raises(Rejected) as caught:
        open_station(folder, CLERK, PASSWORD)
    assert caught.value.problems[0].message is StoreProblem.NO_STORE
    store = found_station(folder)
    assert station_of(store).place == "530627001000"
    store.close()
    assert settle(folder)
    open_station(folder, CLERK, PASSWORD).close()
    with pytest.raises(Rejected) as caught:
        found_station(folder)
    assert caught.value.problems[0].message is StoreProblem.STORE_EXISTS
    open_station(folder, CLERK, PASSWORD).close()


@pytest.mark.parametrize("left", [DATABASE, KEYS])
def test_half_a_store_that_we_did_not_begin_is_never_touched(tmp_path: Path, left: str) -> None:
    store = found_station(tmp_path / "s")
    store.close()
    gone = KEYS if left == DATABASE else DATABASE
    (tmp_path / "s" / gone).unlink()
    before = (tmp_path / "s" / left).read_bytes()
    with pytest.raises(Rejected) as caught:
        found_station(tmp_path / "s")
    assert caught.value.problems[0].message is StoreProblem.STORE_EXISTS
    assert (tmp_path / "s" / left).read_bytes() == before


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="asks Linux for open files")
@pytest.mark.parametrize("size", [0, 1, 100, 4096, 8192])
def test_a_store_that_does_not_open_says_so_and_is_let_go(tmp_path: Path, size: int) -> None:
    folder = tmp_path / "s"
    station(folder).close()
    os.truncate(folder / DATABASE, size)
    with pytest.raises(EnvironmentFault) as caught:
        open_station(folder, CLERK, PASSWORD)
    assert "请用最近的备份恢复" in str(caught.value)
    held = [p.resolve() for p in Path("/proc/self/fd").iterdir() if p.exists()]
    assert not [p for p in held if folder in p.parents]


def change_password(path: Path, key: bytes) -> None:
    Keyring.load(path).set_password(key, CLERK, "secret-2")


def test_a_password_change_cut_short_leaves_the_old_or_the_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        path = tmp_path / f"{number}.json"
        _, key, _ = Keyring.create(path, CLERK, PASSWORD, n=2)
        with monkeypatch.context() as patch:
            die_at(patch, number)
            died = killed(partial(change_password, path, key))
        ring = Keyring.load(path)
        opened = 0
        for password in (PASSWORD, "secret-2"):
            try:
                opened += ring.unlock(CLERK, password) == key
            except Rejected:
                continue
        assert opened == 1
        Keyring.load(path).set_password(key, CLERK, "secret-3")
        assert Keyring.load(path).unlock(CLERK, "secret-3") == key
        if not died:
            break


def test_two_who_change_the_keyring_at_once_both_count(tmp_path: Path) -> None:
    """One has the list open (and types a new password) while the other adds a clerk."""
    path = tmp_path / "keys.json"
    one, key, _ = Keyring.create(path, CLERK, PASSWORD, n=2)
    two = Keyring.load(path)
    one.add(key, "李录入", "secret-2")
    two.set_password(key, CLERK, "secret-9")
    two.add(key, "王录入", "secret-3")
    one.disable("李录入")
    ring = Keyring.load(path)
    assert ring.clerks() == [(CLERK, False), ("李录入", True), ("王录入", False)]
    assert ring.unlock(CLERK, "secret-9") == ring.unlock("王录入", "secret-3") == key
