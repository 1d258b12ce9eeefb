"""What the reports count, as SQL: the same condition makes a number and the list behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from laborclerk.features.coverage.expressions import years_before
from laborclerk.features.registry.places import subtree
from laborclerk.features.reports.kinds import (
    BAND,
    INCOME_EDGES,
    OLDEST,
    UNKNOWN,
    ReportKind,
    class_of,
    classes,
    organised_channels,
)
from laborclerk.features.reports.rules import months_ago
from laborclerk.features.work.list_conditions import HOME, LABOUR_FROM, LABOUR_TO, Conditions, H, P
from laborclerk.features.work.state import PERSON, away, current, works

_FIELDS = ("start", "industry", "channel", "income", "organised", "employer_name")


@dataclass(frozen=True, slots=True)
class Scan:
    """The persons a report counts: where they live, what class they are in, what is told of them;
    columns stand in `source` under the condition `where`."""

    source: Any
    where: Any
    home: Any
    raw: Any  # text of a class's code, or nothing
    away: Any
    sex: Any
    place: Any  # where she works
    employer: Any
    income: Any
    since: Any


def people(kind: ReportKind, place: int, on: str) -> Scan:
    """The persons of a report below a place on a day."""
    now = current(on, *_FIELDS)
    low, high = subtree(place)
    source = HOME.join(PERSON, P.household == H.id).outerjoin(now, now.c.person == P.id)
    living = sa.and_(H.place >= low, H.place < high, Conditions(on, place).living())
    gone = away(now, on)

    def told(spell: Any, form: Any) -> Any:
        """As the spell says, or as the form does of somebody without one."""
        return sa.case((now.c.id.is_not(None), spell), else_=form)

    income = told(now.c.income, P.monthly_income)
    raws: dict[ReportKind, Callable[[], Any]] = {
        ReportKind.PLACE: lambda: sa.func.substr(told(now.c.place, P.work_place), 1, 2),
        ReportKind.INDUSTRY: lambda: told(now.c.industry, P.industry),
        ReportKind.CHANNEL: lambda: told(now.c.channel, P.channel),
        ReportKind.INCOME: lambda: sa.case(
            *((income < edge, str(low)) for low, edge in
              zip((0, *INCOME_EDGES), INCOME_EDGES, strict=False)),
            (income.is_not(None), str(INCOME_EDGES[-1])),
        ),
        ReportKind.ORGANISED: lambda: sa.case(
            (told(now.c.organised, P.channel.in_(organised_channels(True))), "1"),
            (told(sa.not_(now.c.organised), P.channel.in_(organised_channels(False))), "0"),
        ),
        ReportKind.AGES: lambda: _band(on),
    }  # fmt: skip
    where = living if kind is ReportKind.AGES else sa.and_(living, gone)
    return Scan(
        source, where, H.place, raws[kind](), sa.case((gone, 1), else_=0), P.sex,
        told(now.c.place, P.work_place), told(now.c.employer_name, P.employer), income,
        now.c.start,
    )  # fmt: skip


def _band(on: str) -> Any:
    born = P.birth_date
    steps = range(BAND, OLDEST + BAND, BAND)
    return sa.case(
        *((born > years_before(on, up), str(up - BAND)) for up in steps),
        (born.is_not(None), str(OLDEST)),
    )


def homes(place: int, on: str, months: int) -> Any:
    """One row a household below a place: `home`, `place`, whether it is `able` (1), and `raw`:
    stable, short or none (003-02)."""
    now = current(on, "start")
    c = Conditions(on, place)
    low, high = subtree(place)
    busy = works(now, on)
    told = sa.and_(now.c.id.is_(None), P.work_months >= months)
    # in this order: whether a form counts is asked once, and only of who has no long spell
    rank = sa.case(
        (sa.and_(now.c.id.is_not(None), now.c.start <= months_ago(on, months)), 2),
        (busy, sa.case((told, 2), else_=1)),
        else_=0,
    )
    able = sa.and_(c.aged(LABOUR_FROM, LABOUR_TO - 1), c.able())

    raw = sa.case({2: "stable", 1: "short"}, value=sa.func.max(rank), else_="none")
    any_able = sa.func.max(sa.case((able, 1), else_=0))
    return (
        sa.select(
            H.id.label("home"), H.place.label("place"), any_able.label("able"), raw.label("raw")
        )
        .select_from(HOME.join(PERSON, P.household == H.id).outerjoin(now, now.c.person == P.id))
        .where(H.place >= low, H.place < high, c.living())
        .group_by(H.id, H.place)
    )  # fmt: skip


def of_class(kind: ReportKind, raw: Any, key: str) -> Any:
    """The condition that a row falls in a class."""
    if key == UNKNOWN:
        return sa.or_(raw.is_(None), raw.not_in(tuple(class_of(kind))))
    return raw.in_(next(c.codes for c in classes(kind) if c.key == key))
