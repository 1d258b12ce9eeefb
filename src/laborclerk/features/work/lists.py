"""The lists of the work register as they are counted and read: who is on each on a day.

A list is one condition over a person, her household and the spell that counts on the day, so that
all lists of a county are counted in one scan.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.codes import code_list
from laborclerk.catalog.divisions import place_in_words
from laborclerk.features.registry.places import subtree
from laborclerk.features.work.list_conditions import (
    HOME,
    Condition,
    Conditions,
    H,
    P,
    schooling_codes,
)
from laborclerk.features.work.list_kinds import NO_FILTER, SCHOOLING, Filter, ListKind
from laborclerk.features.work.state import PERSON, current_of
from laborclerk.kernel.dates import age_on

_FIRST, _MOST = 500, 16_000  # households read at once for a page: a sparse list asks for more


@dataclass(frozen=True, slots=True)
class ListLine:
    """One person of a list."""

    id: int
    household: int
    place: int
    number: str
    head_name: str
    kind: str
    name: str
    sex: str
    birth_date: str
    age: int | None
    id_number: str
    phone: str
    schooling: str
    skill: str
    wanted: str
    expected: int | None
    hardship: str
    works_at: str
    employer: str
    since: str
    income: int | None


def _from(c: Conditions, *kinds: ListKind) -> tuple[Any, Condition]:
    """Where some lists read, and who lives below the place."""
    low, high = subtree(c.place)
    mine = c.now.c.id == current_of(PERSON, c.on) if c.paged else c.now.c.person == P.id
    source = HOME.join(PERSON, P.household == H.id).outerjoin(c.now, mine)
    if ListKind.ZERO in kinds and not c.paged:
        source = source.outerjoin(c.busy, c.busy.c.household == P.household)
    return source, sa.and_(H.place >= low, H.place < high, c.living())


def count(
    session: Session, kind: ListKind, place: int, on: str, filter_: Filter = NO_FILTER
) -> int:
    """How many persons a list has."""
    c = Conditions(on, place)
    source, here = _from(c, kind)
    query = sa.select(sa.func.count()).select_from(source)
    return session.scalar(query.where(here, c.of(kind), c.filtered(filter_))) or 0


def counts(session: Session, place: int, on: str) -> dict[ListKind, int]:
    """The persons of every list in one scan."""
    c = Conditions(on, place)
    source, here = _from(c, *ListKind)
    sums = [sa.func.count(sa.case((c.of(kind), 1))) for kind in ListKind]
    row = session.execute(sa.select(*sums).select_from(source).where(here)).one()
    return dict(zip(ListKind, row, strict=True))


def by_schooling(session: Session, place: int, on: str, kind: ListKind) -> dict[str, int]:
    """The sub-classes of a list (002-21): {class: persons}, '' for the rest."""
    c = Conditions(on, place)
    source, here = _from(c, kind)
    which = sa.case(
        *((P.education.in_(schooling_codes(key)), key) for key in SCHOOLING), else_=""
    )  # fmt: skip
    query = sa.select(which, sa.func.count()).select_from(source).where(here, c.of(kind))
    found: dict[str, int] = dict(session.execute(query.group_by(which)).all())
    return {key: found.get(key, 0) for key in (*SCHOOLING, "")}


def lines(
    session: Session,
    kind: ListKind,
    place: int,
    on: str,
    filter_: Filter = NO_FILTER,
    limit: int | None = None,
    offset: int = 0,
) -> Iterator[ListLine]:
    """The people of a list in walking order: group, household, line."""
    c = Conditions(on, place, paged=limit is not None)
    source, here = _from(c, kind)
    query = _lines(c, source).where(here, c.of(kind), c.filtered(filter_))
    if limit is not None:
        for row in _page(session, query, place, limit, offset):
            yield _line(row, on)
        return
    for row in session.execute(query.execution_options(yield_per=1000)):
        yield _line(row, on)


def line_of(session: Session, person: int, place: int, on: str) -> ListLine | None:
    """The line of one person who lives at the place, whatever list she is on; None when she is not
    registered there."""
    c = Conditions(on, place, paged=True)
    source, here = _from(c)
    row = session.execute(_lines(c, source).where(here, P.id == person)).first()
    return _line(row, on) if row is not None else None


def _lines(c: Conditions, source: Any) -> sa.Select[Any]:
    n = c.now.c
    return (
        sa.select(
            P.id, P.household, H.place, H.number, H.head_name, H.kind, P.name, P.sex,
            P.birth_date, P.id_number, P.phone, P.education, P.in_school, P.skill, P.wanted_job,
            P.expected_income, P.hardship,
            sa.case((c.works, sa.func.coalesce(n.place, P.work_place))).label("works_at"),
            sa.case((c.works, sa.func.coalesce(n.employer_name, P.employer))).label("employer"),
            n.start.label("since"), n.income,
        )
        .select_from(source)
        .order_by(H.place, H.number, H.id, P.line, P.id)
    )  # fmt: skip


def _page(session: Session, query: Any, place: int, limit: int, offset: int) -> Iterator[Any]:
    """`limit` rows after the first `offset`, read from group to group until there are enough: no
    database is tempted to work out a whole county for one page."""
    low, high = subtree(place)
    homes = sa.select(H.place, sa.func.count()).where(H.place >= low, H.place < high)
    groups = session.execute(homes.group_by(H.place).order_by(H.place)).all()
    at, size = 0, _FIRST
    while at < len(groups) and limit > 0:
        first, many = groups[at][0], 0
        while at < len(groups) and many < size:
            last, many, at = groups[at][0], many + groups[at][1], at + 1
        rows = session.execute(query.where(H.place >= first, H.place <= last)).all()
        yield from rows[offset : offset + limit]
        limit -= len(rows[offset : offset + limit])
        offset = max(0, offset - len(rows))
        size = min(size * 2, _MOST)


def _line(r: Any, on: str) -> ListLine:
    school = code_list("in_school").label(r.in_school) if r.in_school else ""
    return ListLine(
        r.id, r.household, r.place or 0, r.number or "", r.head_name or "",
        code_list("household_kind").label(r.kind) if r.kind else "", r.name or "",
        code_list("sex").label(r.sex) if r.sex else "", r.birth_date or "",
        age_on(r.birth_date, on) if r.birth_date else None, r.id_number or "", r.phone or "",
        school or (code_list("education").label(r.education) if r.education else ""),
        r.skill or "", code_list("occupation").label(r.wanted_job) if r.wanted_job else "",
        r.expected_income,
        "、".join(code_list("hardship").label(h) for h in (r.hardship or "").split(",") if h),
        place_in_words(r.works_at), r.employer or "", r.since or "", r.income,
    )  # fmt: skip
