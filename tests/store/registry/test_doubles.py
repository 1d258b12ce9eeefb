"""A double is met at entry: the same number anywhere, the same name and birth date nearby."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from laborclerk.catalog.idnumber import check_digit
from laborclerk.features.registry.doubles import NAME_BIRTH, SAME_ID, doubles, id_forms
from laborclerk.features.registry.duplicates.decide import separate
from laborclerk.features.registry.model import Household, Person
from laborclerk.kernel.ids import new_id
from laborclerk.store.store import Store
from laborclerk.store.undo import undo
from tests.postgres import BOTH
from tests.small import OTHER_GROUP, OTHER_VILLAGE, TOWNSHIP, VILLAGE, add_household, station

pytestmark = BOTH

NUMBER = "530627199305019966"
OLD = "530627930501996"  # the same person's fifteen digits
CARD = NUMBER + "43"
FANG = {"name": "周小芳", "birth_date": "1993-05-01", "id_type": "01", "id_number": NUMBER}


@pytest.fixture(scope="module")
def town(backend: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    made = station(tmp_path_factory.mktemp("doubles") / "s")
    yield made
    made.close()


@pytest.fixture
def store(town: Store) -> Store:
    """The town, with everybody of the test before taken out."""
    with town.write("test.empty") as work:
        for house in work.session.scalars(sa.select(Household)).all():
            work.delete(house, "9")
        for person in work.session.scalars(sa.select(Person)).all():
            work.delete(person, "9")
    return town


def typed(**facts: Any) -> dict[str, Any]:
    """What stands in a line of an open form."""
    return {"id": new_id(), **FANG, **facts}


def reasons(store: Store, person: dict[str, Any], near: int | None = None) -> list[str]:
    with store.read() as session:
        return [d.reason for d in doubles(session, person, 1, near)]


def test_the_forms_of_the_test_are_one_persons_numbers() -> None:
    assert check_digit(NUMBER[:17]) == NUMBER[17]
    assert (
        set(id_forms(NUMBER)) == {NUMBER, OLD} == set(id_forms(OLD)) == set(id_forms(CARD)) - {CARD}
    )


@pytest.mark.parametrize(
    ("there", "here", "reason"),
    [
        (FANG, FANG, [SAME_ID]),
        (FANG | {"id_number": OLD}, FANG, [SAME_ID]),  # 15 digits there, 18 here
        (FANG, FANG | {"id_number": OLD}, [SAME_ID]),
        (FANG | {"id_number": CARD}, FANG, [SAME_ID]),  # a disability certificate there
        (FANG | {"id_number": CARD + "B1"}, FANG, [SAME_ID]),
        (FANG, FANG | {"id_number": CARD}, [SAME_ID]),
        (FANG | {"id_number": CARD}, FANG | {"id_number": OLD}, [SAME_ID]),
        (FANG | {"name": "周晓芳", "birth_date": "1993-05-02"}, FANG, [SAME_ID]),
        (FANG | {"id_number": "532128199305019967"}, FANG, [NAME_BIRTH]),
        (FANG | {"id_number": None}, FANG, [NAME_BIRTH]),
        (FANG, FANG | {"id_number": None}, [NAME_BIRTH]),
        (FANG | {"id_number": None}, FANG | {"id_number": None}, [NAME_BIRTH]),
        (FANG | {"id_number": None, "birth_date": "1993-05-02"}, FANG, []),  # a namesake
        (FANG | {"id_number": None, "name": "周小方"}, FANG, []),
        (FANG | {"id_number": None, "birth_date": None}, FANG | {"id_number": None}, []),
        (FANG | {"id_number": None, "name": None, "birth_date": None},
         {"name": None, "birth_date": None, "id_number": None}, []),
        (FANG | {"id_number": "530627199305019969"}, FANG | {"name": "李", "birth_date": None}, []),
    ],
)  # fmt: skip
def test_doubles(
    store: Store, there: dict[str, Any], here: dict[str, Any], reason: list[str]
) -> None:
    add_household(store, there)
    assert reasons(store, typed(**here)) == reason


def test_name_and_birth_count_nearby_the_number_everywhere(store: Store) -> None:
    add_household(store, FANG | {"id_number": None}, place=OTHER_GROUP)
    assert reasons(store, typed(id_number=None), VILLAGE) == []
    assert reasons(store, typed(id_number=None), OTHER_VILLAGE) == [NAME_BIRTH]
    assert reasons(store, typed(id_number=None), TOWNSHIP) == [NAME_BIRTH]
    add_household(store, FANG, place=OTHER_GROUP)
    assert reasons(store, typed(), VILLAGE) == [SAME_ID]


def test_nobody_is_her_own_double_and_who_was_taken_out_is_none(store: Store) -> None:
    house = add_household(store, FANG)
    with store.read() as session:
        person = session.scalars(sa.select(Person).where(Person.deleted.is_(None))).one()
        assert doubles(session, {"id": person.id, **FANG}, house) == []
        (double,) = doubles(session, typed(), house)
    assert (double.person, double.household, double.name) == (person.id, house, "周小芳")
    with store.write("test") as work:
        work.delete(work.session.get_one(Person, person.id), "3")
    assert reasons(store, typed()) == []


def test_members_of_a_household_taken_out_are_no_doubles(store: Store) -> None:
    house = add_household(store, FANG)
    with store.write("test") as work:
        work.delete(work.session.get_one(Household, house), "3")
    assert reasons(store, typed()) == []


def test_a_line_without_an_id_yet_is_compared_too(store: Store) -> None:
    """A row of a sheet has no record id."""
    add_household(store, FANG)
    assert reasons(store, dict(FANG)) == [SAME_ID]


def test_who_was_decided_to_be_somebody_else_is_not_met_again(store: Store) -> None:
    ids = []
    for _ in range(2):
        house = add_household(store, FANG)
        with store.read() as session:
            ids.append(session.scalars(sa.select(Person.id).where(Person.household == house)).one())
    own, other = ids
    assert reasons(store, typed(id=own)) == [SAME_ID]
    separate(store, own, other)
    assert reasons(store, typed(id=own)) == reasons(store, typed(id=other)) == []
    assert reasons(store, typed()) == [SAME_ID, SAME_ID]  # a third is met by both
    undo(store)
    assert reasons(store, typed(id=own)) == [SAME_ID]
