"""The next free household number: by letter, by village, by one look at an index."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from laborclerk.features.census.frame import add_by_hand
from laborclerk.features.census.numbers import free_number, next_number
from laborclerk.features.census.transfer import transfer_household
from laborclerk.features.registry.model import Household
from laborclerk.store.store import Store
from tests.postgres import BOTH
from tests.small import GROUP, OTHER_GROUP, OTHER_VILLAGE, VILLAGE, add_household, station

pytestmark = BOTH

CASES: list[tuple[list[str | None], str, str]] = [
    ([], "", "0001"),
    ([None, ""], "", "0001"),
    (["0007", "A0009", "B0003"], "", "0008"),
    (["0007", "A0009", "B0003"], "A", "A0010"),
    (["0007", "A0009", "B0003"], "B", "B0004"),
    (["0007", "A0009", "B0003"], "C", "C0001"),
    (["9999", "10000", "0002"], "", "10001"),
    (["A9", "A10", "A0002"], "A", "A0011"),
    (["A9x", "Ax9", "A-7", "A 8", "A", "a5", "A９"], "A", "A0001"),
    (["3-12", "油榨12", "1.5", "-4", "+6", "7 "], "", "0001"),
    (["99999999999999999999", "0003"], "", "0004"),
    (["BA12", "B0002"], "B", "B0003"),
]


@pytest.fixture(scope="module")
def founded(backend: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    made = station(tmp_path_factory.mktemp("numbers") / "s")
    yield made
    made.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = station(tmp_path / "s")
    yield made
    made.close()


@contextmanager
def having(store: Store, numbers: list[str | None]) -> Iterator[sa.orm.Session]:
    """The store as it would be with households of these numbers in one group."""
    table: Any = Household.__table__
    facts = {"version": 1, "origin_device": 0, "place": GROUP}
    with store.read() as session:
        session.connection().info["journaled"] = True
        for at, number in enumerate(numbers, 1):
            row = {**facts, "id": at, "origin_seq": at, "number": number}
            session.execute(sa.insert(table), row)
        yield session
        session.connection().info["journaled"] = False


@pytest.mark.parametrize(("numbers", "letter", "expected"), CASES)
def test_the_next_of_a_letter(
    founded: Store, numbers: list[str | None], letter: str, expected: str
) -> None:
    with having(founded, numbers) as session:
        assert next_number(session, VILLAGE, letter) == expected
        assert next_number(session, OTHER_VILLAGE, letter) == f"{letter}0001"


@given(st.lists(st.text(alphabet="AB019９-x", max_size=6)), st.sampled_from(("", "A", "B")))
def test_it_is_free_and_beyond_every_number_of_its_letter(
    founded: Store, numbers: list[str], letter: str
) -> None:
    with having(founded, [*numbers]) as session:
        found = next_number(session, VILLAGE, letter)
    assert found not in numbers
    tails = [n[len(letter) :] for n in numbers if n.startswith(letter)]
    known = [int(t) for t in tails if t.isascii() and t.isdigit()]
    assert int(found.removeprefix(letter)) == max(known, default=0) + 1


def test_it_reads_the_index_of_the_place_and_no_household(store: Store, backend: str) -> None:
    if backend != "sqlite":
        pytest.skip("the server plans by the size of its tables: this one is empty")
    seen: list[str] = []
    with store.read() as session:

        @sa.event.listens_for(session.connection(), "before_cursor_execute", retval=False)
        def note(conn, cursor, statement, parameters, context, many) -> None:
            if not statement.startswith("EXPLAIN"):
                plan = cursor.execute("EXPLAIN QUERY PLAN " + statement, parameters).fetchall()
                seen.extend(str(row[-1]) for row in plan)

        next_number(session, VILLAGE, "A")
    assert seen == [
        "SEARCH household USING COVERING INDEX ix_household_place (place>? AND place<?)"
    ]


def test_every_way_to_a_new_number_carries_the_letter_of_the_laptop(store: Store) -> None:
    store.set_setting("household.letter", "B")
    house = add_household(store, {"name": "周大"}, number="0001")
    add_household(store, {"name": "李甲"}, number="0001", place=OTHER_GROUP)
    by_hand = add_by_hand(store, {"place": GROUP, "head_name": "王乙"})
    transfer_household(store, house, OTHER_GROUP)
    with store.read() as session:
        assert session.get_one(Household, by_hand).number == "B0001"
        assert session.get_one(Household, house).number == "B0001"
        assert free_number(session, VILLAGE) == "B0002"
