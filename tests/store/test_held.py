"""What was held and is accepted by an officer's word; who is found and who is told of as moved."""

from __future__ import annotations

from laborclerk.features.census.transfer import transfer_person
from laborclerk.features.exchange import taking
from laborclerk.features.registry.find import find
from laborclerk.features.registry.model import Household, Person
from laborclerk.store.journal import Device, act_events
from laborclerk.sync import overview
from tests.exchanging import GROUPS
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
