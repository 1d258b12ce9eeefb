"""The laptop's clock is set wrong, forward or back by years: nothing is turned round or lost."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from laborclerk.app import open_station
from laborclerk.features.exchange import conflicts, decisions, taking
from laborclerk.features.exchange.conflicts import ConflictProblem
from laborclerk.features.exchange.decisions import Rule
from laborclerk.features.registry.model import Person
from laborclerk.kernel.clock import Clock
from laborclerk.kernel.errors import Rejected
from laborclerk.store import autobackup
from laborclerk.store.autobackup import automatic, state
from laborclerk.store.backup import read_info
from laborclerk.store.history import history
from laborclerk.store.journal_check import check_journal
from laborclerk.store.store import Store
from laborclerk.store.undo import redo, undo
from laborclerk.sync.ledger import station_of
from laborclerk.sync.messages import Exchange
from laborclerk.sync.overview import log
from tests import exchanging
from tests.small import CLERK, PASSWORD, add_person, station
from tests.store.test_conflicts import Pair, dispute
from tests.store.test_conflicts import pair as pair

DAY = 86_400.0
NOW = datetime(2026, 11, 20, 9).timestamp()
YEARS = {"back ten years": -3650 * DAY, "forward ten years": 3650 * DAY}


class Laptop:
    """A station whose clock the test sets; it is opened anew after each day."""

    def __init__(self, folder: Path) -> None:
        self.time = NOW
        self.folder = folder
        self.store = station(folder, clock=self.clock())

    def clock(self) -> Clock:
        return Clock(wall=lambda: self.time)

    def reopen(self) -> Store:
        self.store.close()
        self.store = open_station(self.folder, CLERK, PASSWORD, clock=self.clock())
        return self.store


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Laptop]:
    made = Laptop(tmp_path / "s")
    yield made
    made.store.close()


def change(store: Store, person: int, phone: str) -> None:
    with store.write("test.change") as work:
        work.change(work.session.get_one(Person, person), {"phone": phone})


@pytest.mark.parametrize("how", YEARS)
def test_history_and_undo_go_by_what_was_done_last(laptop: Laptop, how: str) -> None:
    person = add_person(laptop.store, name="周小芳", phone="1")
    change(laptop.store, person, "2")
    laptop.time += YEARS[how]
    store = laptop.reopen()
    change(store, person, "3")
    laptop.time -= YEARS[how]
    store = laptop.reopen()
    change(store, person, "4")
    with store.read() as session:
        events = history(session, session.get_one(Person, person))
        assert [e.changes["phone"] for e in events] == [
            (None, "1"), ("1", "2"), ("2", "3"), ("3", "4"),
        ]  # fmt: skip
        assert check_journal(session) == []
    for _ in range(3):
        undo(store)
    with store.read() as session:
        assert session.get_one(Person, person).phone == "1"
    redo(store)
    with store.read() as session:
        assert session.get_one(Person, person).phone == "2"
        assert check_journal(session) == []


def test_two_windows_of_which_one_began_under_another_clock(laptop: Laptop) -> None:
    """Each window keeps its own time from running back; together they may not agree."""
    person = add_person(laptop.store, name="周小芳", phone="1")
    laptop.time += YEARS["forward ten years"]
    ahead = open_station(laptop.folder, CLERK, PASSWORD, clock=laptop.clock())
    change(ahead, person, "2")
    laptop.time -= YEARS["forward ten years"]
    change(laptop.store, person, "3")
    change(ahead, person, "4")
    ahead.close()
    with laptop.store.read() as session:
        events = history(session, session.get_one(Person, person))
        assert events[0].changes["phone"] == (None, "1")
        assert [e.changes["phone"][1] for e in events] == ["1", "2", "3", "4"]
        assert check_journal(session) == []


def test_backups_after_a_slip_into_the_future_are_dated_today_and_all_stay(laptop: Laptop) -> None:
    """Else every backup until then would bear one name, and each would replace the last."""
    laptop.time += YEARS["forward ten years"]
    add_person(laptop.store, name="甲")
    automatic(laptop.store)
    laptop.time -= YEARS["forward ten years"]
    made = []
    for _ in range(3):
        laptop.time += DAY
        store = laptop.reopen()
        add_person(store, name="乙")
        info = automatic(store).info
        assert info is not None
        assert abs(read_info(info.file).made_at / 1000 - laptop.time) < 10
        made.append(info.file)
    assert len(set(made)) == 3
    assert all(path.exists() for path in made)
    assert all(path.name.startswith("laborclerk-202611") for path in made)


def test_two_backups_in_one_second_are_two_files(laptop: Laptop) -> None:
    made = []
    for name in "甲乙":
        add_person(laptop.store, name=name)
        info = automatic(laptop.store).info
        assert info is not None
        made.append(info.file)
    assert made[0] != made[1]
    assert made[1].exists()


def test_the_reminder_counts_real_days_after_a_slip_into_the_future(
    laptop: Laptop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(autobackup, "leaves_machine", lambda *_: True)
    laptop.time += YEARS["forward ten years"]
    add_person(laptop.store, name="甲")
    autobackup.by_hand(laptop.store, tmp_path / "a.lcbak")
    laptop.time -= YEARS["forward ten years"]
    store = laptop.reopen()
    assert state(store).reminder is not None  # when that was, nobody knows
    autobackup.by_hand(store, tmp_path / "b.lcbak")
    assert state(store).reminder is None
    laptop.time += 8 * DAY
    reminder = state(laptop.reopen()).reminder
    assert reminder is not None
    assert reminder.params["days"] == 8


def test_a_clock_set_back_does_not_remind_for_ever(
    laptop: Laptop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(autobackup, "leaves_machine", lambda *_: True)
    laptop.time += YEARS["back ten years"]
    store = laptop.reopen()
    add_person(store, name="甲")
    autobackup.by_hand(store, tmp_path / "a.lcbak")
    assert state(store).reminder is None


def test_a_time_in_the_future_is_marked_and_is_no_later_word(pair: Pair) -> None:
    """Of two conflicts the township wrote one while its clock was ten years ahead."""
    with pair.town.read() as session:
        other = session.scalars(sa.select(Person.id).where(Person.id != pair.fang)).one()
    dispute(pair)
    pair.town.clock.observe(pair.town.clock.wall() + int(3650 * DAY * 1000))
    dispute(pair, other)
    pair.up()
    lines = {line.record_id: line for line in conflicts.conflicts(pair.county)}
    assert {
        person: [voice.source.county for voice in line.voices if voice.source.ahead]
        for person, line in lines.items()
    } == {pair.fang: [], other: [False]}
    assert ["日期曾经超前" in voice.source.when for voice in lines[other].voices] == [
        not voice.source.county for voice in lines[other].voices
    ]
    seen = {line.id: line.values for line in lines.values()}
    done = decisions.resolve_alike(pair.county, seen, Rule.LATER)
    assert done.ids == (lines[pair.fang].id,)
    assert [(p.message, p.params["count"]) for p in done.problems] == [
        (ConflictProblem.CONFLICTS_WRONG_TIME, 1)
    ]
    left = {lines[other].id: lines[other].values}
    assert decisions.resolve_alike(pair.county, left, Rule.TOWNSHIP).ids == (lines[other].id,)


@pytest.mark.parametrize(
    ("days", "message", "said"),
    [(-3650, Exchange.COUNTY_DATE_PAST, "不对"), (3650, Exchange.COUNTY_DATE_AHEAD, "超前")],
)
def test_a_return_written_under_a_wrong_clock_is_asked_for_anew(
    tmp_path: Path, days: int, message: Exchange, said: str
) -> None:
    """Nobody can renew the county's certificate for it: the dates are to be looked at."""
    exchanging.stations(tmp_path)
    wrong = Clock(wall=lambda: time.time() + days * DAY)
    town, county = (
        exchanging.opened(tmp_path, "乌峰"), exchanging.opened(tmp_path, "county", wrong)
    )  # fmt: skip
    path = tmp_path / "back.lcb"
    taking.export_return(county, station_of(town).place, path)
    county.close()
    with pytest.raises(Rejected) as caught:
        taking.import_bundle(town, path)
    (problem,) = caught.value.problems
    assert problem.message is message
    assert said in problem.text
    assert "重新写一份返还文件" in problem.text
    assert [(line.refused, line.number) for line in log(town)] == [("clock", 1)]
    county = exchanging.opened(tmp_path, "county")
    taking.export_return(county, station_of(town).place, tmp_path / "again.lcb")
    taking.import_bundle(town, tmp_path / "again.lcb")
    town.close()
    county.close()
