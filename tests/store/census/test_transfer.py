"""At the county a household or a person moves from one township to another: one act, the same
record with its history, and the coverage of both townships follows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from laborclerk.features.census.household_form import open_form
from laborclerk.features.census.rounds import current_round, new_round
from laborclerk.features.census.service import save_form
from laborclerk.features.census.transfer import (
    TransferProblem,
    Transferred,
    join_household,
    transfer_household,
    transfer_person,
)
from laborclerk.features.coverage.check import check_counts
from laborclerk.features.coverage.service import row
from laborclerk.features.registry.duplicates.listing import listed
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.places import PlaceRow, add_group, load_places
from laborclerk.kernel.errors import Rejected
from laborclerk.store.history import history
from laborclerk.store.journal import act_events
from laborclerk.store.journal_check import check_journal
from laborclerk.store.store import Store
from laborclerk.store.undo import undo
from tests.small import PASSWORD, ROUND, add_household

COUNTY, WUFENG, POJI = 530627000000000, 530627001000000, 530627101000000
HERE, THERE = 530627001001001, 530627101200001
PLACES = (
    PlaceRow("530627000000", "镇雄县"),
    PlaceRow("530627001000", "乌峰街道"),
    PlaceRow("530627001001", "油榨街社区居民委员会"),
    PlaceRow("530627101000", "泼机镇"),
    PlaceRow("530627101200", "泼机村民委员会"),
)
FAMILY: tuple[dict[str, Any], ...] = (
    {"name": "周大勇", "relation": "02", "sex": "1", "birth_date": "1970-01-01", "presence": "1"},
    {"name": "周小芳", "relation": "30", "sex": "2", "birth_date": "1993-05-01", "presence": "1",
     "phone": "15400000001"},
)  # fmt: skip


@pytest.fixture
def store(tmp_path: Any) -> Iterator[Store]:
    from laborclerk.app import create_station

    made, _ = create_station(tmp_path / "county", "张录入", PASSWORD, scrypt_n=2)
    load_places(made, PLACES)
    for group in (HERE, THERE):
        add_group(made, group // 1000 * 1000, "1组")
    new_round(made, ROUND)
    yield made
    with made.read() as session:
        assert check_counts(session) == []
        assert check_journal(session) == []
    made.close()


def counts(store: Store) -> dict[int, tuple[int, int]]:
    """Households and persons due, by township and in the county."""
    with store.read() as session:
        round_ = current_round(session)
        assert round_ is not None
        some = {place: row(session, round_.id, place).counts for place in (WUFENG, POJI, COUNTY)}
    return {place: (c.due, c.persons_due) for place, c in some.items()}


def members(store: Store, household: int) -> list[int]:
    with store.read() as session:
        query = sa.select(Person.id).where(Person.household == household).order_by(Person.line)
        return list(session.scalars(query))


def one_act(store: Store, done: Transferred) -> set[str]:
    """The record types one act touched, all in it."""
    with store.read() as session:
        events = act_events(session, done.act)
    assert {e.use_case for e in events} <= {
        "registry.transfer_household", "registry.transfer_person",
    }  # fmt: skip
    return {e.record_type for e in events}


def test_a_household_moves_with_all_it_has(store: Store) -> None:
    house = add_household(store, *FAMILY, place=HERE, number="0007")
    with store.read() as session:
        round_ = current_round(session)
        assert round_ is not None
    save_form(store, open_form(store, house, round_.id), finish=False)
    assert counts(store) == {WUFENG: (1, 2), POJI: (0, 0), COUNTY: (1, 2)}
    people = members(store, house)
    done = transfer_household(store, house, THERE)
    assert one_act(store, done) == {"household"}
    assert counts(store) == {WUFENG: (0, 0), POJI: (1, 2), COUNTY: (1, 2)}
    assert (members(store, house), done.number) == (people, "0007")
    with store.read() as session:
        record = session.get_one(Household, house)
        assert [e.use_case for e in history(session, record)] == [
            "test.add", "registry.transfer_household",
        ]  # fmt: skip
        assert history(session, record)[-1].changes == {"place": (HERE, THERE)}
    assert open_form(store, house, round_.id).form["status"] == "1"  # what was begun goes along
    undo(store)
    assert counts(store) == {WUFENG: (1, 2), POJI: (0, 0), COUNTY: (1, 2)}


def test_a_number_taken_there_is_replaced(store: Store) -> None:
    add_household(store, FAMILY[0], place=THERE, number="0001")
    house = add_household(store, FAMILY[1], place=HERE, number="0001")
    done = transfer_household(store, house, THERE)
    assert [p.message for p in done.problems] == [TransferProblem.TRANSFER_RENUMBERED]
    assert done.number != "0001"


def test_a_person_begins_a_household_there(store: Store) -> None:
    house = add_household(store, *FAMILY, place=HERE)
    daughter = members(store, house)[1]
    done = transfer_person(store, daughter, THERE)
    assert one_act(store, done) == {"household", "person"}
    assert counts(store) == {WUFENG: (1, 1), POJI: (1, 1), COUNTY: (2, 2)}
    assert members(store, done.household) == [daughter]
    undo(store)
    assert counts(store) == {WUFENG: (1, 2), POJI: (0, 0), COUNTY: (1, 2)}
    assert members(store, house)[1] == daughter


def test_a_person_joins_a_household_there(store: Store) -> None:
    house = add_household(store, *FAMILY, place=HERE)
    there = add_household(store, {"name": "钱大毛", "relation": "02"}, place=THERE)
    daughter = members(store, house)[1]
    done = join_household(store, daughter, there)
    assert one_act(store, done) == {"person"}
    assert (done.household, done.place) == (there, THERE)
    assert members(store, there)[-1] == daughter
    with store.read() as session:
        assert session.get_one(Person, daughter).relation is None
        assert session.get_one(Person, daughter).line == 2
    assert counts(store)[COUNTY] == (2, 3)
    undo(store)
    assert members(store, house)[1] == daughter


def test_who_moved_is_no_double_and_a_double_follows(store: Store) -> None:
    house = add_household(store, *FAMILY, place=HERE)
    transfer_household(store, house, THERE)
    with store.read() as session:
        assert listed(session) == []
    add_household(store, FAMILY[1], place=HERE)
    with store.read() as session:
        assert len(listed(session, WUFENG)) == len(listed(session, POJI)) == 1
    transfer_household(store, house, HERE)
    with store.read() as session:
        assert (len(listed(session, WUFENG)), listed(session, POJI)) == (1, [])


@pytest.mark.parametrize("act", [transfer_household, transfer_person])
@pytest.mark.parametrize("place", [POJI, COUNTY, 530627999999001])
def test_only_a_village_or_group_that_is_known_takes_somebody(
    store: Store, act: Callable[[Store, int, int], Transferred], place: int
) -> None:
    house = add_household(store, *FAMILY, place=HERE)
    record = house if act is transfer_household else members(store, house)[1]
    with pytest.raises(Rejected):
        act(store, record, place)
    assert counts(store)[WUFENG] == (1, 2)
