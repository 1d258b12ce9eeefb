"""What was held and is accepted by an officer's word; who is found and who is told of as moved."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from laborclerk.features.census.transfer import transfer_person
from laborclerk.features.exchange import taking
from laborclerk.features.registry.find import find
from laborclerk.features.registry.model import Household, Person
from laborclerk.store.journal import Device, HeldEntry, act_events
from laborclerk.store.journal_check import check_journal
from laborclerk.store.store import Store
from laborclerk.sync import overview
from laborclerk.sync.export import export_bundle
from laborclerk.sync.holding import OUT_OF_SCOPE
from tests.exchanging import GROUPS, opened
from tests.meanwhile import before_it_writes
from tests.postgres import BOTH
from tests.store.test_conflicts import Pair
from tests.store.test_conflicts import pair as pair

pytestmark = BOTH


def test_what_an_officer_accepts_is_noted_and_counted_and_found(pair: Pair) -> None:
    """Nothing else is written in that act: who accepted it, and what is derived, must follow."""
    pair.change(pair.county, pair.household, Household, place=GROUPS["泼机"][0])
    pair.down()
    with pair.town.write("registry.add") as work:
        work.add(Person(household=pair.household, name="周小明", line=3))
    pair.up()
    (line,) = [one for one in overview.held(pair.county) if one.record_type == "person"]
    held = taking.held_entries(pair.county, line.device, line.reason, line.record_type)
    assert taking.accept_held(pair.county, held).records == 1
    with pair.county.read() as session:
        assert [one.name for one in find(session, "周小明").people] == ["周小明"]
        (event,) = act_events(session, session.get_one(Device, 0).last_seq)
    assert (event.use_case, event.clerk) == ("bundle.accept", pair.county.clerk)
    assert event.changes["accepted"] == (None, 1)


def test_whom_the_county_moved_away_is_told_so_where_she_was(pair: Pair) -> None:
    """Her household is none of this township's, so she is in no list here."""
    county, town = pair.county, pair.town
    before = town.clock()
    transfer_person(county, pair.fang, GROUPS["泼机"][0] // 1000 * 1000)
    pair.down()
    pair.change(town, pair.fang, phone="15400000009")  # who writes of her here does not move her
    with county.read() as session:
        found = find(session, "周小芳")
        assert [one.name for one in found.people] == ["周小芳"]
        assert found.moved == []
    with town.read() as session:
        found = find(session, "周小芳")
        assert (found.people, found.total) == ([], 0)
        [moved] = found.moved
        assert (moved.id, moved.name) == (pair.fang, "周小芳")
        assert before <= (moved.at or 0) <= town.clock()
        assert find(session, "周大").moved == []


def lost_one(pair: Pair) -> int:
    """The county moved a household away; meanwhile the township added a member and changed her."""
    pair.change(pair.county, pair.household, Household, place=GROUPS["泼机"][0])
    pair.down()
    with pair.town.write("registry.add") as work:
        member = work.add(Person(household=pair.household, name="周小明", line=3))
    return int(member.id)


def all_held(store: Store) -> list[tuple[int, int]]:
    with store.read() as session:
        return [(row.index, row.seq) for row in session.scalars(sa.select(HeldEntry))]


@pytest.mark.parametrize("order", ["accepted during", "before", "after"])
def test_what_an_officer_accepts_while_more_of_it_comes_is_all_there(
    pair: Pair, order: str
) -> None:
    member = lost_one(pair)
    pair.up()
    held = all_held(pair.county)
    pair.change(pair.town, member, phone="15400000001")
    export_bundle(pair.town, pair.folder / "more.lcb")
    officer = opened(pair.folder, "county")

    def comes() -> None:
        taking.import_bundle(officer, pair.folder / "more.lcb")

    if order == "accepted during":
        with before_it_writes(pair.county, comes):
            taking.accept_held(pair.county, held)
    elif order == "before":
        taking.accept_held(pair.county, held)
        comes()
    else:
        with before_it_writes(officer, lambda: taking.accept_held(pair.county, held), 2):
            comes()
    officer.close()
    left = all_held(pair.county)
    with pair.county.read() as session:  # what stood on her is before the officer, too
        assert set(session.scalars(sa.select(HeldEntry.reason))) == {OUT_OF_SCOPE}
    taking.accept_held(pair.county, left)
    found = pair.person(pair.county, member)
    assert (found.name, found.phone) == ("周小明", "15400000001")
    assert all_held(pair.county) == []


def test_what_two_officers_accept_at_once_is_accepted_once(pair: Pair) -> None:
    member = lost_one(pair)
    pair.up()
    held = all_held(pair.county)
    officer = opened(pair.folder, "county")
    with before_it_writes(pair.county, lambda: taking.accept_held(officer, held)):
        taking.accept_held(pair.county, held)
    officer.close()
    assert pair.person(pair.county, member).name == "周小明"
    assert all_held(pair.county) == []
    with pair.county.read() as session:
        assert check_journal(session) == []
