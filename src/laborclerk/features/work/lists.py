"""The lists that the sources name (004-01, 002-19, 002-21, 003-15, B1): who is on each on a day.

A list is one condition over a person, her household and the spell that counts on the day, so that
all lists of a county are counted in one scan. Each says its source and how it is computed; what a
list says is printed with the day it was made for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.codes import code_list
from laborclerk.catalog.divisions import national
from laborclerk.features.coverage.expressions import years_before
from laborclerk.features.registry.model import Household
from laborclerk.features.registry.places import subtree
from laborclerk.features.work.state import PERSON, SPELL, away, codes, current, current_of, works
from laborclerk.kernel.dates import age_on

HOME: Any = Household.__table__
Condition = sa.ColumnElement[bool]
P, H = PERSON.c, HOME.c
_SHOWN = ("employer_name", "start", "income", "trade")
_FIRST, _MOST = 500, 16_000  # households read at once for a page: a sparse list asks for more
YOUNG_FROM, YOUNG_TO = 18, 30  # 002-21: both ends inclusive
LABOUR_FROM, LABOUR_TO = 16, 60  # who counts for a zero-employment household (吉水 2013; 城固)
LEAVER_STAGES = ("06", "09", "12", "15", "18", "19", "23", "24", "25")  # last years of in_school
JUNIOR, SENIOR, COLLEGE = "junior", "senior", "college"


class ListKind(StrEnum):
    """The lists; values are what the command line says."""

    WILLING = "willing"
    AWAY = "away"
    YOUNG = "young"
    LEAVERS = "leavers"
    ZERO = "zero"
    HARDSHIP = "hardship"
    WORKING = "working"


@dataclass(frozen=True, slots=True)
class Named:
    """How a list is called, where it is asked for and how it is computed."""

    title: str
    source: str
    rule: str
    short: str = ""  # for a narrow list

    @property
    def brief(self) -> str:
        return self.short or self.title


LISTS: dict[ListKind, Named] = {
    ListKind.WILLING: Named(
        "有就业意愿和就业能力的未就业人员", "004-01",
        "16周岁以上、有劳动能力、不在校、愿意外出务工，当日没有在做的工",
        "有意愿能力未就业",
    ),
    ListKind.AWAY: Named(
        "已在外地就业人员", "004-01", "当日有一段在县外的务工；没有任何务工经历的看调查表",
    ),
    ListKind.YOUNG: Named(
        "18–30周岁劳动力", "002-21",
        "当日满18周岁、未满31周岁，不在校；按初中、高中、大中专毕业分类",
    ),
    ListKind.LEAVERS: Named(
        "应届毕业和毕业未就业学生", "002-19",
        "毕业年级在校生；或失业原因为毕业、身份为高校毕业生而当日没有在做的工",
        "应届毕业、未就业学生",
    ),
    ListKind.ZERO: Named(
        "零就业家庭成员", "003-15",
        "户内有16–59周岁、有劳动能力、不在校的人，而没有一人有在做的工（务农不算）",
    ),
    ListKind.HARDSHIP: Named(
        "就业困难人员", "B1、003-15",
        "登记了困难群体情况，或户为低保、特困、易地搬迁、脱贫和监测对象",
    ),
    ListKind.WORKING: Named("在就业人员", "001-05", "当日有一段在做的工，县内县外都算"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filter:
    """What narrows a list: ages (inclusive), sex, schooling class (junior, senior, college), the
    skill or wish as code of occupation, the kind of hardship, where she works (province, two
    digits) and the beginning of name or household number."""

    age_from: int | None = None
    age_to: int | None = None
    sex: str = ""
    schooling: str = ""
    trade: str = ""
    hardship: str = ""
    province: str = ""
    text: str = ""

    @property
    def empty(self) -> bool:
        return self == Filter()

    def said(self) -> str:
        """The filter in words, for the head of a print."""
        parts = []
        if self.age_from is not None or self.age_to is not None:
            low = "" if self.age_from is None else str(self.age_from)
            high = "" if self.age_to is None else str(self.age_to)
            parts.append(f"{low}–{high}周岁")
        for code, name in (
            (self.sex, "sex"), (self.trade, "occupation"), (self.hardship, "hardship")
        ):  # fmt: skip
            if code:
                parts.append(code_list(name).label(code))
        if self.schooling:
            parts.append(SCHOOLING[self.schooling])
        if self.province:
            parts.append(national().name(self.province) or self.province)
        if self.text:
            parts.append(f"“{self.text}”")
        return "、".join(parts)


NO_FILTER = Filter()
SCHOOLING = {JUNIOR: "初中毕业", SENIOR: "高中毕业", COLLEGE: "大中专毕业"}


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


# -- conditions --------------------------------------------------------------------------------


class Conditions:
    """The condition of each list on a day below a place, over `PERSON`, `HOME` and the joined
    current spell."""

    def __init__(self, on: str, place: int, *, paged: bool = False) -> None:
        self.on = on
        self.place = place
        self.paged = paged
        # a page asks of each person alone, who counts of all at once
        self.now = SPELL.alias() if paged else current(on, *_SHOWN)
        self.works = works(self.now, on)
        self.away = away(self.now, on)

    def of(self, kind: ListKind) -> Condition:
        conditions: Mapping[ListKind, Callable[[], Condition]] = {
            ListKind.WILLING: self._willing, ListKind.AWAY: lambda: self.away,
            ListKind.YOUNG: self._young, ListKind.LEAVERS: self._leavers,
            ListKind.ZERO: self._zero, ListKind.HARDSHIP: self._hardship,
            ListKind.WORKING: lambda: self.works,
        }  # fmt: skip
        return conditions[kind]()

    def aged(self, low: int | None, high: int | None, person: Any = P) -> Condition:
        """Full years of `low` to `high`, both inclusive; an unknown birth date is neither."""
        parts: list[Condition] = []
        if low is not None:
            parts.append(person.birth_date <= years_before(self.on, low))
        if high is not None:
            parts.append(person.birth_date > years_before(self.on, high + 1))
        return sa.and_(sa.true(), *parts)

    def able(self, person: Any = P) -> Condition:
        """Able to work and not at school."""
        unable = codes("work_ability", "able", "none")
        out = codes("in_school", "stage", "none")
        return sa.and_(
            sa.or_(person.work_ability.is_(None), person.work_ability.not_in(unable)),
            sa.or_(person.in_school.is_(None), person.in_school.in_(out)),
        )

    def _willing(self) -> Condition:
        return sa.and_(
            P.wants_to_go.is_(True), self.aged(LABOUR_FROM, None), self.able(), ~self.works
        )

    def _young(self) -> Condition:
        out = codes("in_school", "stage", "none")
        return sa.and_(
            self.aged(YOUNG_FROM, YOUNG_TO), sa.or_(P.in_school.is_(None), P.in_school.in_(out))
        )

    def _leavers(self) -> Condition:
        done = sa.or_(P.unemployment_reason == "4", P.person_identity == "3")
        return sa.or_(
            P.in_school.in_(LEAVER_STAGES),
            sa.and_(done, ~self.works, self.able(), self.aged(LABOUR_FROM, 34)),
        )

    def _zero(self) -> Condition:
        """Of a household with labour and nobody at work; only those of labour age are listed."""
        idle: Condition
        if self.paged:
            mate, theirs = PERSON.alias(), SPELL.alias()
            at_work = (
                sa.select(1)
                .select_from(mate.outerjoin(theirs, theirs.c.id == current_of(mate, self.on)))
                .where(mate.c.household == P.household, mate.c.deleted.is_(None))
            )
            idle = ~sa.exists(at_work.where(works(theirs, self.on, mate)))
        else:
            idle = self.busy.c.household.is_(None)
        return sa.and_(self.aged(LABOUR_FROM, LABOUR_TO - 1), self.able(), ~self.works, idle)

    @cached_property
    def busy(self) -> Any:
        """The households below the place in which somebody works."""
        mate, home, theirs = PERSON.alias(), HOME.alias(), current(self.on)
        low, high = subtree(self.place)
        source = home.join(mate, mate.c.household == home.c.id)
        query = (
            sa.select(mate.c.household)
            .select_from(source.outerjoin(theirs, theirs.c.person == mate.c.id))
            .where(home.c.place >= low, home.c.place < high, mate.c.deleted.is_(None))
            .where(works(theirs, self.on, mate))
        )
        return query.group_by(mate.c.household).subquery()

    def _hardship(self) -> Condition:
        return sa.or_(
            P.hardship.is_not(None), H.minimum_living.is_(True), H.destitute.is_(True),
            H.relocated.is_(True), sa.and_(H.kind.is_not(None), H.kind != "0"),
        )  # fmt: skip

    def living(self) -> Condition:
        """In the register, neither dead nor moved away."""
        gone = codes("presence", "gone", "1")
        return sa.and_(
            P.deleted.is_(None), H.deleted.is_(None),
            sa.or_(P.presence.is_(None), P.presence.not_in(gone)),
        )  # fmt: skip

    def filtered(self, filter_: Filter) -> Condition:
        """The condition of a filter."""
        parts: list[Condition] = [self.aged(filter_.age_from, filter_.age_to)]
        if filter_.sex:
            parts.append(P.sex == filter_.sex)
        if filter_.schooling:
            parts.append(P.education.in_(schooling_codes(filter_.schooling)))
        if filter_.trade:
            word = code_list("occupation").label(filter_.trade)
            item = code_list("occupation").item(filter_.trade)
            words = [word, *(item.words if item else ())]
            parts.append(
                sa.or_(
                    P.wanted_job == filter_.trade, P.occupation == filter_.trade,
                    self.now.c.trade == filter_.trade, *(P.skill == w for w in words),
                )
            )  # fmt: skip
        if filter_.hardship:
            joined = sa.literal(",") + sa.func.coalesce(P.hardship, "") + ","
            parts.append(joined.contains(f",{filter_.hardship},", autoescape=True))
        if filter_.province:
            parts.append(self.now.c.place.startswith(filter_.province, autoescape=True))
        if filter_.text:
            text = filter_.text.strip()
            parts.append(
                sa.or_(
                    P.name.startswith(text, autoescape=True),
                    H.number.startswith(text, autoescape=True),
                    P.id_number.endswith(text.upper(), autoescape=True),
                )
            )
        return sa.and_(sa.true(), *parts)


def schooling_codes(schooling: str) -> tuple[str, ...]:
    """The codes of education of a class of 002-21."""
    wanted = {JUNIOR: ("7",), SENIOR: ("6",), COLLEGE: ("1", "2", "3", "4")}[schooling]
    return tuple(i.code for i in code_list("education").items if i.code.startswith(wanted))


def schooling_of(education: str | None) -> str:
    """The class of an education, '' for none of the three."""
    return next((k for k in SCHOOLING if education and education in schooling_codes(k)), "")


# -- reading -----------------------------------------------------------------------------------


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
    n = c.now.c
    query = (
        sa.select(
            P.id, P.household, H.place, H.number, H.head_name, H.kind, P.name, P.sex,
            P.birth_date, P.id_number, P.phone, P.education, P.in_school, P.skill, P.wanted_job,
            P.expected_income, P.hardship,
            sa.case((c.works, sa.func.coalesce(n.place, P.work_place))).label("works_at"),
            sa.case((c.works, sa.func.coalesce(n.employer_name, P.employer))).label("employer"),
            n.start.label("since"), n.income,
        )
        .select_from(source)
        .where(here, c.of(kind), c.filtered(filter_))
        .order_by(H.place, H.number, H.id, P.line, P.id)
    )  # fmt: skip
    if limit is not None:
        for row in _page(session, query, place, limit, offset):
            yield _line(row, on)
        return
    for row in session.execute(query.execution_options(yield_per=1000)):
        yield _line(row, on)


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
        where_word(r.works_at), r.employer or "", r.since or "", r.income,
    )  # fmt: skip


def where_word(place: str | None) -> str:
    """A destination in words."""
    return (national().full_name(place) or place) if place else ""


def with_text(filter_: Filter, text: str) -> Filter:
    """The filter with what was typed."""
    return replace(filter_, text=text.strip())
