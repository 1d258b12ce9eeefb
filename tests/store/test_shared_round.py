"""A round that two townships began each for itself is one record: whoever gets a part of it gets it
whole, a laptop that had no round of its own too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import sqlalchemy as sa

from laborclerk.catalog.fields import Value
from laborclerk.features.census.model import CensusForm, Round
from laborclerk.features.exchange import conflicts, decisions
from laborclerk.store.base import values_of
from laborclerk.store.history import history
from laborclerk.store.journal import HeldEntry
from laborclerk.store.store import Store
from laborclerk.sync.approvals import revoke
from laborclerk.sync.entries import Outgoing
from laborclerk.sync.ledger import TOWNSHIP, station_of
from tests.exchanging import GROUPS, TOWNS, _found, answer, enrol, opened, send, stations
from tests.postgres import BOTH, choosing
from tests.small import add_household

pytestmark = BOTH
SECOND = 4711  # the id that both give to the second round


class Four:
    """A county, two townships, and a second laptop of the first one."""

    def __init__(self, folder: Path, open_: ExitStack) -> None:
        self.folder = folder
        stations(folder)
        with choosing("sqlite"):
            place = TOWNS["乌峰"]
            _found(folder / "乌峰二", TOWNSHIP, place[0].code, place[0].name, list(place)).close()
        for name in ("county", "乌峰", "乌峰二", "泼机"):
            setattr(self, name, opened(folder, name))
            open_.callback(getattr(self, name).close)
        self.county: Store
        self.乌峰: Store
        self.乌峰二: Store
        self.泼机: Store
        enrol(self.county, self.乌峰二, folder)
        self._files = 0

    def up(self, store: Store) -> None:
        self._files += 1
        send(store, self.county, self.folder / f"{self._files}.lcb")

    def down(self, store: Store) -> None:
        self._files += 1
        answer(store, self.county, self.folder / f"{self._files}.lcb")


@pytest.fixture
def four(tmp_path: Path) -> Iterator[Four]:
    with ExitStack() as open_:
        yield Four(tmp_path, open_)


def begin(store: Store, starts: str) -> None:
    with store.write("round.new") as work:
        work.add(Round(id=SECOND, name="二轮", starts=starts, reference_date=starts))


def round_of(store: Store) -> dict[str, Value] | None:
    with store.read() as session:
        found = session.get(Round, SECOND)
        return values_of(found) if found is not None else None


def held(store: Store) -> list[tuple[str, str]]:
    with store.read() as session:
        rows = session.execute(sa.select(HeldEntry.record_type, HeldEntry.reason))
        return [(kind, reason) for kind, reason in rows]


def disputed(store: Store) -> set[tuple[str, frozenset[object]]]:
    return {(line.field, frozenset(line.values)) for line in conflicts.conflicts(store)}


def test_a_second_laptop_gets_the_round_that_two_townships_began(four: Four) -> None:
    begin(four.泼机, "2026-11-01")
    begin(four.乌峰, "2026-11-05")
    home = add_household(four.乌峰, {"name": "周大"}, place=GROUPS["乌峰"][0], number="0001")
    with four.乌峰.write("census.save") as work:
        work.add(CensusForm(household=home, round=SECOND))
    four.up(four.泼机)
    four.up(four.乌峰)
    for store in (four.乌峰二, four.乌峰, four.泼机):
        four.down(store)
        assert held(store) == []
        assert round_of(store) == round_of(four.county)
        assert disputed(store) == disputed(four.county) != set()
    for line in conflicts.conflicts(four.county):
        decisions.resolve(four.county, line.id, keep=1)
    for store in (four.乌峰二, four.乌峰, four.泼机):
        four.down(store)
        assert held(store) == []
        assert round_of(store) == round_of(four.county)
        assert disputed(store) == set()


def test_what_the_county_changes_of_a_townships_round_reaches_all_with_the_round(
    four: Four,
) -> None:
    begin(four.泼机, "2026-11-01")
    four.up(four.泼机)
    change(four.county, {"ends": "2026-12-31"})
    four.down(four.乌峰)
    assert held(four.乌峰) == []
    assert round_of(four.乌峰) == round_of(four.county)


def test_a_round_does_not_bring_the_forms_that_name_it_along(
    four: Four, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(four.泼机, "2026-11-01")
    begin(four.乌峰, "2026-11-05")
    four.up(four.泼机)
    home = add_household(four.乌峰, {"name": "周大"}, place=GROUPS["乌峰"][0], number="0001")
    with four.乌峰.write("census.save") as work:
        work.add(CensusForm(household=home, round=SECOND))
    four.up(four.乌峰)
    whole: list[str] = []
    histories = Outgoing.histories

    def noted(self: Outgoing, moved: dict[str, set[int]]) -> object:
        whole.extend(kind for kind, ids in moved.items() if ids)
        return histories(self, moved)

    monkeypatch.setattr(Outgoing, "histories", noted)
    four.down(four.乌峰二)
    assert whole == ["round"]


def test_what_a_laptop_began_its_round_with_stays_its_word(four: Four) -> None:
    """It hears of another's round, and of what the county made of that, before it sent its own."""
    begin(four.乌峰, "2027-03-05")
    four.up(four.乌峰)
    change(four.county, {"starts": "2027-03-01"})
    begin(four.泼机, "2027-03-09")
    four.down(four.泼机)
    with four.泼机.read() as session:
        born = history(session, session.get_one(Round, SECOND))[0]
    assert born.changes["starts"] == (None, "2027-03-09")
    four.up(four.泼机)
    assert disputed(four.county) == disputed(four.泼机)
    assert ("starts", frozenset(("2027-03-01", "2027-03-09"))) in disputed(four.county)


def test_what_a_township_decides_of_a_shared_round_reaches_the_others(four: Four) -> None:
    begin(four.乌峰, "2026-11-05")
    begin(four.泼机, "2026-11-01")
    four.up(four.乌峰)
    four.up(four.泼机)
    four.down(four.泼机)
    four.down(four.乌峰)
    assert disputed(four.泼机) == disputed(four.乌峰) != set()
    for line in conflicts.conflicts(four.乌峰):
        decisions.resolve(four.乌峰, line.id, keep=1)
    four.up(four.泼机)  # it has all that the county had
    four.up(four.乌峰)
    four.down(four.泼机)
    assert disputed(four.泼机) == disputed(four.county) == set()
    assert round_of(four.泼机) == round_of(four.county)


def test_what_its_township_changes_after_the_county_did_reaches_the_others(four: Four) -> None:
    begin(four.乌峰, "2026-11-05")
    four.up(four.乌峰)
    change(four.county, {"ends": "2026-12-31"})
    for store in (four.泼机, four.乌峰):
        four.down(store)
    change(four.乌峰, {"ends": "2026-12-15"})
    four.up(four.泼机)
    four.up(four.乌峰)
    four.down(four.泼机)
    assert round_of(four.泼机) == round_of(four.county)
    assert held(four.泼机) == []


def test_a_round_of_one_township_stays_there(four: Four) -> None:
    begin(four.乌峰, "2026-11-05")
    four.up(four.乌峰)
    change(four.乌峰, {"ends": "2026-12-15"})
    four.up(four.乌峰)
    four.down(four.泼机)
    assert round_of(four.泼机) is None


@pytest.mark.parametrize("lost", [False, True])
def test_what_one_laptop_made_the_other_of_its_township_changes(four: Four, lost: bool) -> None:
    """The first one may be broken for good, and its round goes on."""
    begin(four.乌峰, "2026-11-05")
    four.up(four.乌峰)
    if lost:
        revoke(four.county, station_of(four.乌峰).device, "丢失")
    four.up(four.乌峰二)
    four.down(four.乌峰二)
    change(four.乌峰二, {"ends": "2026-12-15"})
    four.up(four.乌峰二)
    assert held(four.county) == []
    assert round_of(four.county) == round_of(four.乌峰二)


def change(store: Store, values: dict[str, Value]) -> None:
    with store.write("round.change") as work:
        work.change(work.session.get_one(Round, SECOND), values)
