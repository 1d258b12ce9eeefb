"""Card, form, roster and living person of a place side by side on one day, as SQL to compare.

What is compared with what stands in `comparisons`; here are the four themselves, and what two of
them have to contradict each other in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.features.census.model import CensusForm
from laborclerk.features.census.rounds import current_round
from laborclerk.features.registry.model import Household
from laborclerk.features.registry.places import subtree
from laborclerk.features.work.model import WorkCard, WorkCheck
from laborclerk.features.work.state import PERSON, current

HOME: Any = Household.__table__
CARD: Any = WorkCard.__table__
CHECK: Any = WorkCheck.__table__
FORM: Any = CensusForm.__table__
Condition = sa.ColumnElement[bool]
P, H = PERSON.c, HOME.c


@dataclass
class Comparison:
    """Two sides that contradict each other: where it reads, when they do, and what each side says,
    as columns and as words."""

    source: Any
    where: Condition
    one: list[Any]
    other: list[Any]
    say_one: Callable[..., str]
    say_other: Callable[..., str]


class SideBySide:
    """The registers below one place on one day."""

    def __init__(self, session: Session, place: int, on: str) -> None:
        self.session = session
        self.place = place
        self.on = on
        self.low, self.high = subtree(place)
        self.people = HOME.join(PERSON, P.household == H.id)
        self.here = sa.and_(self.within, H.deleted.is_(None), P.deleted.is_(None))
        self.now = current(on, "employer_name", "start", "end")

    @property
    def within(self) -> Condition:
        """Of a household below the place, whether it still stands in the register or not."""
        return sa.and_(H.place >= self.low, H.place < self.high)

    @cached_property
    def surveyed(self) -> Any:
        """The survey date of each household in the open round."""
        found = current_round(self.session)
        wanted = sa.and_(FORM.c.round == (found.id if found else 0), FORM.c.deleted.is_(None))
        return sa.select(FORM.c.household, FORM.c.survey_date).where(wanted).subquery()

    @cached_property
    def cards(self) -> Any:
        """The cards that stand on the day."""
        standing = sa.and_(
            CARD.c.deleted.is_(None), CARD.c.withdrawn.is_(None), CARD.c.issued <= self.on
        )
        return sa.select(*CARD.c).where(standing).subquery()

    @cached_property
    def checks(self) -> Any:
        """The last check of each person by the day."""
        later = CHECK.alias()
        newer = sa.and_(
            later.c.person == CHECK.c.person, later.c.deleted.is_(None), later.c.date <= self.on,
            sa.or_(
                later.c.date > CHECK.c.date,
                sa.and_(later.c.date == CHECK.c.date, later.c.id > CHECK.c.id),
            ),
        )  # fmt: skip
        last = sa.and_(
            CHECK.c.deleted.is_(None), CHECK.c.date <= self.on,
            ~sa.exists(sa.select(1).where(newer)),
        )  # fmt: skip
        return sa.select(*CHECK.c).where(last).subquery()

    def with_now(self, *, outer: bool = False) -> Any:
        """The people with the spell that counts; `outer`: those without one too."""
        return self.people.join(self.now, self.now.c.person == P.id, isouter=outer)

    def with_form(self) -> Any:
        """Who has a spell, with the household's form of the round."""
        s = self.surveyed
        return self.with_now().outerjoin(s, s.c.household == H.id)

    def with_card(self) -> Any:
        """Who has a card, with the spell that counts where there is one."""
        return self.with_now(outer=True).join(self.cards, self.cards.c.person == P.id)

    def known_at_survey(self) -> Condition:
        """Of a form that was filled after the spell began: else the form cannot know it."""
        day = self.surveyed.c.survey_date
        return sa.or_(day.is_(None), self.now.c.start <= day)


def places_differ(a: Any, b: Any) -> Condition:
    """Whether two 12-digit places contradict each other: at the province, at the city where both
    name one, at the county where both do."""

    def part(column: Any, start: int, length: int) -> Any:
        return sa.func.substr(column, start, length)

    def at(start: int) -> Condition:
        x, y = part(a, start, 2), part(b, start, 2)
        return sa.and_(x != y, x != "00", y != "00")

    abroad = sa.and_(part(a, 1, 3) == "999", part(b, 1, 3) == "999")
    return sa.or_(
        part(a, 1, 2) != part(b, 1, 2), sa.and_(abroad, a != b), at(3), at(5)
    )  # fmt: skip
