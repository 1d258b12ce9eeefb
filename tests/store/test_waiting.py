"""Files that came before what they stand on: they wait in the store, are taken in once the rest has
come, and whatever happens to them then undoes nothing of what brought it. Two who import at once
lose no original."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from laborclerk.features.exchange import taking
from laborclerk.features.registry.scope import PlaceScope
from laborclerk.kernel.errors import Common, EnvironmentFault, Message, Problem, Rejected
from laborclerk.kernel.progress import Cancelled
from laborclerk.store.check import check_store
from laborclerk.store.journal import Device
from laborclerk.store.store import Store
from laborclerk.store.work import UnitOfWork
from laborclerk.sync import inbox, overview, regain
from laborclerk.sync.approvals import revoke
from laborclerk.sync.exchange import Imported, bundles, import_bundle, inspect
from laborclerk.sync.export import export_bundle
from laborclerk.sync.ledger import Ledger
from laborclerk.sync.messages import Exchange
from laborclerk.sync.records import Applied
from tests.exchanging import GROUPS, opened, rows_of, stations
from tests.meanwhile import before_it_writes
from tests.postgres import BOTH, copy_station
from tests.small import add_household

pytestmark = BOTH

TOWN = "乌峰"


class Places:
    """A county in two windows, a township, and its files: `first` and `second`, of which the
    second begins where the first ends."""

    def __init__(self, folder: Path) -> None:
        self.folder = stations(folder)
        self.county, self.officer = opened(folder, "county"), opened(folder, "county")
        self.town = opened(folder, TOWN)
        self.first = self.bundle(self.town, "周大")
        self.gone(self.town)
        self.second = self.bundle(self.town, "周二")
        self.more: list[Store] = []

    def bundle(self, town: Store, *names: str) -> Path:
        for name in names:
            add_household(town, {"name": name}, place=GROUPS[TOWN][0])
        export_bundle(town, self.folder / f"{names[-1]}.lcb")
        return self.folder / f"{names[-1]}.lcb"

    def gone(self, town: Store, last: int | None = None) -> None:
        """What was written goes out no more."""
        with town.local() as session:
            own = session.get_one(Device, 0)
            own.acked = last or own.last_seq

    def kept(self, path: Path) -> bool:
        digest = inspect(self.county, path).digest
        kept = self.county.folder / inbox.FOLDER / f"{digest}.lcb"
        return kept.exists() and kept.read_bytes() == path.read_bytes()

    def other_computer(self, backend: str) -> Store:
        """A county on a server: each computer has a folder of its own, the store is one."""
        if backend != "postgresql":
            pytest.skip("one computer has the store")
        shutil.copytree(self.county.folder, self.folder / "other computer")
        self.more.append(opened(self.folder, "other computer"))
        return self.more[-1]

    def close(self) -> None:
        with self.county.read() as session:
            assert check_store(session) == []
        for store in (self.county, self.officer, self.town, *self.more):
            store.close()


@pytest.fixture
def places(tmp_path: Path) -> Iterator[Places]:
    made = Places(tmp_path)
    yield made
    made.close()


class Stopped:
    """A clerk who stops what is under way the n-th time something begins to be merged."""

    def __init__(self, nth: int) -> None:
        self.left = nth

    def start(self, label: str, total: int | None = None) -> None:
        self.left -= label == "核对并合并"
        self.step(0)

    def step(self, done: int) -> None:
        if self.left <= 0:
            raise Cancelled


def persons(store: Store) -> set[object]:
    return {row["name"] for (kind, _), row in rows_of(store).items() if kind == "person"}


def told(done: Imported) -> list[Message]:
    return [problem.message for problem in done.problems]


def waiting(store: Store) -> list[str]:
    return [line.file for line in overview.waiting(store)]


# -- two at once -----------------------------------------------------------------------------------


@pytest.mark.parametrize("nth", [1, 2])
def test_an_original_stays_when_another_window_stops_importing_it(places: Places, nth: int) -> None:
    p = places

    def stops() -> None:
        with pytest.raises(Cancelled):
            taking.import_bundle(p.officer, p.first, Stopped(1))

    with before_it_writes(p.county, stops, nth):
        assert taking.import_bundle(p.county, p.first).records
    assert p.kept(p.first)


def test_of_an_import_that_failed_no_original_is_kept(places: Places) -> None:
    p = places
    with pytest.raises(Cancelled):
        taking.import_bundle(p.county, p.first, Stopped(1))
    assert not list((p.county.folder / inbox.FOLDER).glob("*"))


def test_what_another_window_brings_meanwhile_is_waited_for_no_longer(places: Places) -> None:
    p = places
    with before_it_writes(p.county, lambda: taking.import_bundle(p.officer, p.first)):
        taking.import_bundle(p.county, p.second)
    assert persons(p.county) == {"周大", "周二"}
    assert waiting(p.county) == []


# -- what waited -----------------------------------------------------------------------------------


def test_what_waits_is_taken_in_with_what_was_missing_and_its_original_kept(
    places: Places,
) -> None:
    p = places
    assert told(taking.import_bundle(p.county, p.second)) == [Ledger.BUNDLE_GAP]
    assert waiting(p.county) == [p.second.name]
    p.second.rename(p.folder / "carried away.lcb")
    assert told(taking.import_bundle(p.county, p.first)) == []
    assert persons(p.county) == {"周大", "周二"}
    assert waiting(p.county) == []
    assert p.kept(p.folder / "carried away.lcb")


def test_stopping_at_what_waited_does_not_make_what_was_done_a_failure(places: Places) -> None:
    p = places
    taking.import_bundle(p.county, p.second)
    done = taking.import_bundle(p.county, p.first, Stopped(2))
    assert done.records
    assert told(done) == [Ledger.STILL_WAITS]
    assert waiting(p.county) == [p.second.name]
    taking.import_bundle(p.county, p.first)
    assert persons(p.county) == {"周大", "周二"}


def test_a_fault_at_what_waited_does_not_make_what_was_done_a_failure(places: Places) -> None:
    p = places
    taking.import_bundle(p.county, p.second)
    times = iter((False, True))

    def full(_work: UnitOfWork, _applied: Applied) -> None:
        if next(times):
            raise EnvironmentFault(Problem(Common.DISK_FULL, {"file": "x"}))

    done = import_bundle(p.county, p.first, PlaceScope, after=full)
    assert done.records
    assert told(done) == [Common.DISK_FULL, Ledger.STILL_WAITS]
    assert all("{" not in problem.text for problem in done.problems)
    assert waiting(p.county) == [p.second.name]
    taking.import_bundle(p.county, p.first)
    assert persons(p.county) == {"周大", "周二"}


@pytest.mark.parametrize("released", [False, True], ids=["found", "released"])
def test_a_fork_in_what_waited_is_noted_as_in_any_other(places: Places, released: bool) -> None:
    """Two copies of a laptop: the next answer starts from the beginning, as for a refused file."""
    p = places
    p.town.close()
    copy_station(p.folder / TOWN, p.folder / "copy")
    p.town, copy = opened(p.folder, TOWN), opened(p.folder, "copy")
    p.more.append(copy)
    with copy.read() as session:
        begun = session.get_one(Device, 0).last_seq
    p.bundle(copy, "赵大", "赵二")
    p.gone(copy, begun + 2)
    theirs = p.bundle(copy, "赵三")
    p.gone(p.town, begun)
    ours = p.bundle(p.town, "周三", "周四", "周五")

    taking.import_bundle(p.county, p.first)
    assert told(taking.import_bundle(p.county, theirs)) == [Ledger.BUNDLE_GAP]
    taking.import_bundle(p.county, p.second)
    if released:
        digest = inspect(p.county, theirs).digest
        with (
            pytest.raises(Rejected),
            before_it_writes(p.county, lambda: taking.import_bundle(p.officer, ours)),
        ):
            taking.release_bundle(p.county, digest)
    else:
        assert told(taking.import_bundle(p.county, ours)) == [Ledger.BUNDLE_FORK]
    assert persons(p.county) == {"周大", "周二", "周三", "周四", "周五"}
    assert waiting(p.county) == []
    (noted,) = [line for line in overview.log(p.county) if line.forked]
    assert noted.file == theirs.name
    assert not p.kept(theirs)


def test_what_waits_of_one_who_was_ended_is_not_taken_in(places: Places) -> None:
    p = places
    taking.import_bundle(p.county, p.second)
    revoke(p.county, TOWN + "街道", "电脑丢失")
    with pytest.raises(Rejected):
        taking.import_bundle(p.county, p.first)
    (line,) = overview.waiting(p.county)
    assert line.missing
    with pytest.raises(Rejected) as caught:
        taking.release_bundle(p.county, line.digest)
    assert caught.value.problems[0].message is Exchange.BUNDLE_REVOKED


def test_another_of_the_countys_computers_takes_in_what_waits(places: Places, backend: str) -> None:
    p = places
    other = p.other_computer(backend)
    taking.import_bundle(p.county, p.second)
    (line,) = overview.waiting(other)
    assert (line.file, line.hold) == (p.second.name, "")
    taking.import_bundle(other, p.first)
    assert persons(p.county) == {"周大", "周二"}
    assert waiting(p.county) == waiting(other) == []
    assert [b.direction for b in bundles(p.county) if b.direction != "out"] == ["in", "in"]


def test_another_of_the_countys_computers_releases_what_waits(places: Places, backend: str) -> None:
    p = places
    other = p.other_computer(backend)
    taking.import_bundle(p.county, p.second)
    (line,) = overview.waiting(other)
    assert taking.release_bundle(other, line.digest[:12]).records
    assert waiting(p.county) == []
    taking.import_bundle(p.county, p.first)  # it came after all
    assert persons(p.county) == {"周大", "周二"}


# -- on the disk -----------------------------------------------------------------------------------


def test_an_original_is_on_the_disk_when_its_bundle_is_applied(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    p = places
    flushed: list[bool] = []
    right = os.fsync

    def fsync(handle: int) -> None:
        flushed.append(stat.S_ISDIR(os.fstat(handle).st_mode))
        right(handle)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fsync)
        taking.import_bundle(p.county, p.first)
    assert True in flushed, "the folder, too: else the new name may be gone after a power cut"


def test_an_answer_handed_back_is_on_the_stick_whole_or_not_at_all(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    p = places
    taking.import_bundle(p.county, p.first)
    stick = p.folder / "stick"
    stick.mkdir()
    digest = inspect(p.county, p.first).digest
    monkeypatch.setattr(regain, "_lacking", lambda _store: [(1, digest)])
    assert [path.read_bytes() for path in regain.hand_back(p.county, stick / "a.lcb")] == [
        p.first.read_bytes()
    ]
    monkeypatch.setattr(os, "fsync", pulled)
    with pytest.raises(EnvironmentFault):
        regain.hand_back(p.county, stick / "b.lcb")
    assert [path.name for path in stick.iterdir()] == ["a-县里第1号返还.lcb"]


def pulled(_handle: int) -> None:
    raise OSError(errno.EIO, os.strerror(errno.EIO))
