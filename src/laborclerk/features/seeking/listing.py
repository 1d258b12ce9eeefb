"""The lists of job seekers: who stands where, by the latest registration of each person.

The state is computed here as SQL, as `rules.state_on` computes it for one (a test compares them).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.codes import code_list
from laborclerk.catalog.divisions import place_in_words
from laborclerk.features.registry.places import subtree
from laborclerk.features.seeking.model import JobSeeking
from laborclerk.features.seeking.parameters import validities
from laborclerk.features.seeking.rules import PLACES, STATES, State, validity_on
from laborclerk.features.work.list_conditions import HOME, Conditions, H, P
from laborclerk.features.work.list_kinds import NO_FILTER, Filter
from laborclerk.features.work.state import PERSON, SPELL, codes
from laborclerk.kernel.dates import age_on, days_before
from laborclerk.store.base import table_of

SEEK: Any = table_of(JobSeeking)
S = SEEK.c
Condition = sa.ColumnElement[bool]


class SeekKind(StrEnum):
    """The lists; values are what the command line says."""

    OPEN = "open"
    SOON = "soon"
    EXPIRED = "expired"
    PLACED = "placed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Named:
    """How a list is called and who is on it; `todo` is for the clerk."""

    title: str
    brief: str
    rule: str


KINDS: dict[SeekKind, Named] = {
    SeekKind.OPEN: Named("有效的求职登记", "有效", "在有效期内，还没有就业，也没有注销"),
    SeekKind.SOON: Named(
        "快到期的求职登记", "快到期", "有效，就要到期：请问本人，还找的重新登记"
    ),
    SeekKind.EXPIRED: Named(
        "已过期的求职登记", "已过期", "过了有效期：还找的重新登记，不找的注销"
    ),
    SeekKind.PLACED: Named(
        "登记后已就业的求职人员", "已就业", "有效期内有了新的务工，或注销时记为已就业"
    ),
    SeekKind.WITHDRAWN: Named("已注销的求职登记", "已注销", "本人不再求职、联系不上等"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SeekLine:
    """One person of a list: she, and her latest registration."""

    id: int
    seeking: int
    household: int
    place: int
    number: str
    name: str
    sex: str
    age: int | None
    id_number: str
    phone: str
    schooling: str
    skill: str
    jobs: str
    places: str
    expected: int | None
    form: str
    services: str
    registered: str
    until: str
    state: State


# -- where a registration stands, as SQL ---------------------------------------------------------


def is_latest(table: Any, on: str) -> Condition:
    """Whether it is the last registration of its person up to the day."""
    other = SEEK.alias()
    later = sa.or_(
        other.c.registered > table.c.registered,
        sa.and_(other.c.registered == table.c.registered, other.c.id > table.c.id),
    )
    beside = sa.and_(
        other.c.person == table.c.person, other.c.deleted.is_(None), other.c.registered <= on, later
    )
    return sa.and_(
        table.c.deleted.is_(None), table.c.registered <= on,
        ~sa.exists(sa.select(1).where(beside)),
    )  # fmt: skip


def state_of(table: Any, on: str) -> sa.ColumnElement[str]:
    """Its state on the day."""
    c, spell = table.c, SPELL.alias()
    closed = sa.and_(c.closed.is_not(None), c.closed <= on)
    began = sa.exists(
        sa.select(1).where(
            spell.c.person == c.person, spell.c.deleted.is_(None), spell.c.start >= c.registered,
            spell.c.start <= on,
            sa.or_(c.valid_until.is_(None), spell.c.start <= c.valid_until),
        )
    )  # fmt: skip
    placed = sa.and_(closed, c.close_reason.in_(codes("seeking_end", "state", State.PLACED)))
    return sa.case(
        (placed, State.PLACED.value), (closed, State.WITHDRAWN.value), (began, State.PLACED.value),
        (c.valid_until < on, State.EXPIRED.value), else_=State.OPEN.value,
    )  # fmt: skip


def latest_open(table: Any, on: str) -> Condition:
    """Whether it is the registration that holds for its person on the day."""
    return sa.and_(is_latest(table, on), state_of(table, on) == State.OPEN.value)


def _kind(kind: SeekKind, on: str) -> Condition:
    if kind is SeekKind.SOON:
        return sa.and_(state_of(SEEK, on) == State.OPEN.value, S.valid_until <= _soon(on))
    return state_of(SEEK, on) == kind.value


def _soon(on: str) -> str:
    return days_before(on, -validity_on(validities(), on).warn_days)


# -- reading -------------------------------------------------------------------------------------


def _from(place: int, on: str, filter_: Filter) -> tuple[Any, Condition]:
    """Where a list reads, and who of it lives below the place."""
    low, high = subtree(place)
    c = Conditions(on, place, paged=True)
    source = SEEK.join(PERSON, P.id == S.person).join(HOME, H.id == P.household)
    here = sa.and_(
        H.place >= low, H.place < high, c.living(), is_latest(SEEK, on), _filtered(c, filter_)
    )
    return source, here


def _filtered(c: Conditions, filter_: Filter) -> Condition:
    """A filter of the work register; trade and place are those that are asked for."""
    parts = [c.filtered(replace(filter_, trade="", province=""))]
    if filter_.trade:
        joined = sa.literal(",") + sa.func.coalesce(S.wanted_jobs, "") + ","
        parts.append(joined.contains(f",{filter_.trade},", autoescape=True))
    if filter_.province:
        wanted = (S[key].startswith(filter_.province, autoescape=True) for key in PLACES)
        parts.append(sa.or_(*wanted))
    return sa.and_(*parts)


def seek_counts(session: Session, place: int, on: str) -> dict[SeekKind, int]:
    """The persons of every list in one scan."""
    source, here = _from(place, on, NO_FILTER)
    state, soon = state_of(SEEK, on).label("state"), (S.valid_until <= _soon(on)).label("soon")
    each = sa.select(state, soon).select_from(source).where(here).subquery()
    query = sa.select(each.c.state, each.c.soon, sa.func.count()).group_by(
        each.c.state, each.c.soon
    )
    found = dict.fromkeys(SeekKind, 0)
    for standing, ends, many in session.execute(query):
        found[SeekKind(standing)] += many
        if ends and standing == State.OPEN:
            found[SeekKind.SOON] += many
    return found


def seek_count(
    session: Session, kind: SeekKind, place: int, on: str, filter_: Filter = NO_FILTER
) -> int:
    """How many persons a list has."""
    source, here = _from(place, on, filter_)
    query = sa.select(sa.func.count()).select_from(source).where(here, _kind(kind, on))
    return session.scalar(query) or 0


def seek_lines(
    session: Session,
    kind: SeekKind,
    place: int,
    on: str,
    filter_: Filter = NO_FILTER,
    limit: int | None = None,
    offset: int = 0,
) -> Iterator[SeekLine]:
    """The people of a list in walking order: group, household, line."""
    source, here = _from(place, on, filter_)
    query = (
        sa.select(
            P.id, S.id.label("seeking"), P.household, H.place, H.number, P.name, P.sex,
            P.birth_date, P.id_number, P.phone, P.education, P.skill, S.wanted_jobs,
            S.wanted_post, *(S[key] for key in PLACES), S.expected_income, S.employment_form,
            S.services, S.registered, S.valid_until, state_of(SEEK, on).label("state"),
        )
        .select_from(source)
        .where(here, _kind(kind, on))
        .order_by(H.place, H.number, H.id, P.line, P.id)
    )  # fmt: skip
    if limit is not None:
        query = query.limit(limit).offset(offset)
    for row in session.execute(query.execution_options(yield_per=1000)):
        yield _line(row, on)


def _line(r: Any, on: str) -> SeekLine:
    return SeekLine(
        r.id, r.seeking, r.household, r.place or 0, r.number or "", r.name or "",
        _label("sex", r.sex), age_on(r.birth_date, on) if r.birth_date else None,
        r.id_number or "", r.phone or "", _label("education", r.education), r.skill or "",
        jobs_in_words(r.wanted_jobs, r.wanted_post),
        "、".join(place_in_words(code) for key in PLACES if (code := getattr(r, key))),
        r.expected_income, _label("employment_form", r.employment_form),
        labels("seeking_service", r.services), r.registered or "", r.valid_until or "",
        State(r.state),
    )  # fmt: skip


def jobs_in_words(jobs: str | None, post: str | None) -> str:
    """The trades with the post in the person's own words first."""
    return "、".join(t for t in (post or "", labels("occupation", jobs)) if t)


def labels(list_name: str, codes_: str | None) -> str:
    """Several codes in words."""
    return "、".join(code_list(list_name).label(c) for c in (codes_ or "").split(",") if c)


def _label(list_name: str, code: str | None) -> str:
    return code_list(list_name).label(code) if code else ""


def state_word(state: State) -> str:
    """Where a registration stands, in words."""
    return STATES[state]
