"""The SQL twins of the rules say what the Python rules say, person by person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from laborclerk.catalog.codes import code_list
from laborclerk.catalog.fields import Code, Codes, Number, YesNo
from laborclerk.catalog.retirement import LABOUR_RULES, Kind, labour_age, reached_on
from laborclerk.features.census.due import (
    RoundFacts,
    is_accounted,
    is_due,
    is_labour,
    missing_items,
)
from laborclerk.features.census.form import PERSON_FIELDS, applicable
from laborclerk.features.coverage.expressions import (
    flag,
    person_rules,
    statutory_cut,
    years_before,
)
from laborclerk.features.registry.model import Person
from laborclerk.kernel.dates import age_on
from laborclerk.store.base import Base, fields_of

REFERENCE = ("2026-09-01", "2024-02-29", "2030-12-31", "2025-01-01")
dates = st.dates(date(1930, 1, 1), date(2031, 12, 31)).map(str)


@pytest.fixture(scope="module")
def conn() -> Iterator[sa.Connection]:
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        Base.metadata.tables["person"].create(connection)
        yield connection
    engine.dispose()


def _value(key: str) -> st.SearchStrategy[Any]:
    type_ = fields_of(Person)[key].type
    if isinstance(type_, Code | Codes):
        return st.none() | st.sampled_from([i.code for i in code_list(type_.codes).items])
    if isinstance(type_, YesNo):
        return st.none() | st.booleans()
    if isinstance(type_, Number):
        return st.none() | st.integers(0, 99)
    return st.none() | st.just("某")


@st.composite
def persons(draw: st.DrawFn) -> dict[str, Any]:
    person = {key: draw(_value(key)) for key in PERSON_FIELDS}
    person["birth_date"] = draw(st.none() | dates | st.sampled_from(("1966-05-01", "2010-09-01")))
    person["presence_since"] = draw(st.none() | dates)
    person["health"] = draw(st.sampled_from((None, "10", "30,60", "16,30", "61")))
    person["deleted"] = draw(st.sampled_from((None, None, None, "1", "4")))
    return person


@st.composite
def rounds(draw: st.DrawFn) -> RoundFacts:
    return RoundFacts(
        id=1,
        name="",
        reference_date=draw(st.sampled_from(REFERENCE)),
        labour_rule=draw(st.sampled_from(LABOUR_RULES)),
        required=PERSON_FIELDS,
    )


@given(persons(), rounds())
def test_due_labour_items_and_applicability_are_the_rules(
    conn: sa.Connection, person: dict[str, Any], facts: RoundFacts
) -> None:
    rules = person_rules(facts)
    due = is_due(person, {}, facts)
    told = {
        "due": (due, rules.due),
        "accounted": (is_accounted(person), rules.accounted),
        "labour": (due and is_labour(person, facts), sa.and_(rules.due, rules.labour)),
    }
    missing = missing_items(person, {}, facts)
    for key in PERSON_FIELDS:
        told[f"applicable {key}"] = (
            applicable(key, person, facts.reference_date), rules.applicable(key)
        )  # fmt: skip
        told[f"missing {key}"] = (key in missing, sa.and_(rules.due, rules.item_missing(key)))
    table: Any = Person.__table__
    with conn.begin_nested() if conn.in_transaction() else conn.begin() as change:
        conn.execute(sa.insert(table), {"id": 1, "version": 1, "origin_device": 0,
                                        "origin_seq": 0, **person})  # fmt: skip
        found = conn.execute(
            sa.select(*(flag(e).label(n) for n, (_, e) in told.items()),
                      sa.case((rules.due, rules.items_missing), else_=0).label("items"))
        ).mappings().one()  # fmt: skip
        change.rollback()
    assert {n: bool(found[n]) for n in told} == {n: truth for n, (truth, _) in told.items()}
    assert found["items"] == len(missing)


@given(dates, dates, st.sampled_from(Kind))
def test_the_statutory_age_is_one_bound_on_the_birth_date(on: str, born: str, kind: Kind) -> None:
    assert (born > statutory_cut(kind, on)) == (on < reached_on(kind, born))


@given(dates, dates, st.integers(0, 70))
def test_age_is_a_bound_on_the_birth_date(on: str, born: str, years: int) -> None:
    assert (born <= years_before(on, years)) == (age_on(born, on) >= years)


def test_the_bound_agrees_with_labour_age_on_every_day_around_it() -> None:
    rule = next(r for r in LABOUR_RULES if r.statutory)
    for sex, kind in (("1", Kind.MAN), ("2", Kind.WOMAN_55)):
        for month in range(1, 13):
            for day in ("01", "15", "28"):
                on = f"2027-{month:02d}-{day}"
                cut = statutory_cut(kind, on)[:7]
                for other in ("01", "14", "15", "16", "28"):
                    born = f"{cut}-{other}"
                    assert (born > statutory_cut(kind, on)) == labour_age(rule, sex, born, on)
