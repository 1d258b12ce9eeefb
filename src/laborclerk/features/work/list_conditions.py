"""Who belongs on a list of the work register, as SQL: the condition of each kind and of a filter.

The reports ask with the same conditions, so that no number says what a list does not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from laborclerk.catalog.codes import code_list
from laborclerk.features.coverage.expressions import years_before
from laborclerk.features.registry.model import Household
from laborclerk.features.registry.places import subtree
from laborclerk.features.work.list_kinds import COLLEGE, JUNIOR, SENIOR, Filter, ListKind
from laborclerk.features.work.state import PERSON, SPELL, away, codes, current, current_of, works

HOME: Any = Household.__table__
Condition = sa.ColumnElement[bool]
P, H = PERSON.c, HOME.c
SHOWN = ("employer_name", "start", "income", "trade")  # of the current spell
YOUNG_FROM, YOUNG_TO = 18, 30  # 002-21: both ends inclusive
LABOUR_FROM, LABOUR_TO = 16, 60  # who counts for a zero-employment household (吉水 2013; 城固)
LEAVER_STAGES = ("06", "09", "12", "15", "18", "19", "23", "24", "25")  # last years of in_school


class Conditions:
    """The conditions on a day below a place, over `PERSON`, `HOME` and the joined current spell.
    `paged`: each person is asked of alone, for a page of them; else all at once, to be counted."""

    def __init__(self, on: str, place: int, *, paged: bool = False) -> None:
        self.on = on
        self.place = place
        self.paged = paged
        self.now = SPELL.alias() if paged else current(on, *SHOWN)
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
