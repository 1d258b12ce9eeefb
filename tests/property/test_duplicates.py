"""The list of pairs follows from the register and the decisions alone: in whatever order persons
came, changed and went, it is what a recount from nothing finds, and what the rule says of every
two who share something."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from laborclerk.app import maintainers
from laborclerk.catalog.idnumber import check_digit
from laborclerk.features.registry.duplicates import crowd, detect
from laborclerk.features.registry.duplicates.judge import Facts, judge
from laborclerk.features.registry.duplicates.model import (
    CROWD,
    DIFFERENT,
    PAIR,
    PersonVerdict,
    verdict_id,
)
from laborclerk.features.registry.model import Person
from laborclerk.store.base import Base, fields_of
from tests.postgres import BOTH

pytestmark = BOTH

maintainers()  # all tables are known
PERSON: Any = Person.__table__
VERDICT: Any = PersonVerdict.__table__


def _forms(first17: str) -> list[str]:
    whole = first17 + check_digit(first17)
    wrong = first17 + ("1" if whole[17] != "1" else "2")
    return [whole, first17[:6] + first17[8:], whole + "43", whole + "43B1", wrong]


NUMBERS = [*_forms("53062719930501996"), *_forms("53062719810612998"), "LS20260001", "0"]
PEOPLE = st.fixed_dictionaries(
    {
        "household": st.sampled_from([None, 11, 12, 13]),
        "name": st.sampled_from([None, "周小芳", "周晓芳", "邹小方", "周大芳", "张玮", "章伟"]),
        "id_number": st.sampled_from([None, *NUMBERS]),
        "disability_number": st.sampled_from([None, None, None, NUMBERS[2], NUMBERS[8]]),
        "sex": st.sampled_from([None, "1", "2", "2"]),
        "birth_date": st.sampled_from([None, "1993-05-01", "1993-05-02", "1981-06-12"]),
        "phone": st.sampled_from([None, None, "15400000001", "15400000002"]),
        "deleted": st.sampled_from([None, None, None, "3"]),
    }
)
# who is put (again) how, some at a time; or two decided to be two people, or no longer
CHANGES = st.lists(
    st.one_of(
        st.dictionaries(st.integers(1, 7), PEOPLE, min_size=1, max_size=5),
        st.tuples(st.integers(1, 9), st.integers(1, 9), st.booleans()),
    ),
    max_size=5,
)


@pytest.fixture(scope="module")
def engine(backend: str) -> Iterator[sa.Engine]:
    made = sa.create_engine("sqlite://")
    Base.metadata.create_all(made)
    yield made
    made.dispose()


def put(session: Session, people: dict[int, dict[str, Any]]) -> None:
    """People as one act leaves them."""
    session.execute(sa.delete(PERSON).where(PERSON.c.id.in_(list(people))))
    blank = dict.fromkeys(fields_of(Person)) | {"origin_device": 0, "origin_seq": 0, "version": 1}
    session.execute(sa.insert(PERSON), [{**blank, **p, "id": i} for i, p in people.items()])
    detect.update(session, set(people))


def decide(session: Session, a: int, b: int, different: bool) -> None:
    if a == b:
        return
    session.execute(sa.delete(VERDICT).where(VERDICT.c.id == verdict_id(a, b)))
    session.execute(
        sa.insert(VERDICT).values(
            id=verdict_id(a, b), person_a=min(a, b), person_b=max(a, b),
            verdict=DIFFERENT, deleted=None if different else "8",
            origin_device=0, origin_seq=0, version=1,
        )
    )  # fmt: skip
    detect.update(session, {a, b})


def listed(session: Session) -> tuple[list[Any], list[Any]]:
    pairs = session.execute(sa.select(PAIR).order_by(PAIR.c.person_a, PAIR.c.person_b)).all()
    crowds = session.execute(sa.select(CROWD).order_by(*CROWD.c)).all()
    return list(pairs), list(crowds)


def clear(session: Session) -> None:
    for table in (PERSON, VERDICT, PAIR, CROWD):
        session.execute(sa.delete(table))


@given(changes=CHANGES, most=st.integers(1, 4), few=st.sampled_from([0, 500]))
def test_the_list_kept_step_by_step_is_the_list_made_from_nothing(
    engine: sa.Engine, changes: list[Any], most: int, few: int
) -> None:
    with pytest.MonkeyPatch.context() as patch, Session(engine) as session:
        patch.setattr(crowd, "MOST", most)
        patch.setattr(detect, "_FEW", few)
        clear(session)
        for change in changes:
            if isinstance(change, dict):
                put(session, change)
            else:
                decide(session, *change)
        kept = listed(session)
        detect.recount(session)
        assert listed(session) == kept


@given(
    people=st.dictionaries(st.integers(1, 9), PEOPLE, max_size=9),
    order=st.permutations(range(1, 10)),
    at_once=st.integers(1, 9),
    most=st.integers(1, 4),
)
def test_the_order_in_which_people_come_makes_no_difference(
    engine: sa.Engine, people: dict[int, Any], order: list[int], at_once: int, most: int
) -> None:
    with pytest.MonkeyPatch.context() as patch, Session(engine) as session:
        patch.setattr(crowd, "MOST", most)
        clear(session)
        for i in sorted(people):
            put(session, {i: people[i]})
        one_by_one = listed(session)
        clear(session)
        coming = [i for i in order if i in people]
        for at in range(0, len(coming), at_once):
            put(session, {i: people[i] for i in coming[at : at + at_once]})
        assert listed(session) == one_by_one


@given(people=st.dictionaries(st.integers(1, 9), PEOPLE, max_size=9))
def test_every_pair_that_the_rule_lets_stand_is_found_and_no_other(
    engine: sa.Engine, people: dict[int, Any]
) -> None:
    with Session(engine) as session:
        clear(session)
        if people:
            put(session, people)
        living = [
            Facts(i, p["household"], p["name"], p["id_number"], p["disability_number"], p["sex"],
                  p["birth_date"], p["phone"])
            for i, p in sorted(people.items()) if p["deleted"] is None
        ]  # fmt: skip
        judged = [(a.id, b.id, judge(a, b)) for a, b in combinations(living, 2)]
        wanted = [
            (a, b, ",".join(found.reasons), found.score, found.certain)
            for a, b, found in judged if found is not None
        ]  # fmt: skip
        assert [tuple(row) for row in listed(session)[0]] == wanted
