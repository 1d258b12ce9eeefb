"""Where everybody stands on a day, computed from the spells as SQL: nothing of it is stored.

A spell runs on a day when it began and has not ended before it. Of several that run at once the
one that began last counts (`is_current`), so nobody is counted twice. Who has no spell at all is
as the census form says; who ever had one is as the spells say.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from laborclerk.catalog.codes import code_list
from laborclerk.features.registry.model import Person
from laborclerk.features.work.model import WorkSpell

SPELL: Any = WorkSpell.__table__
PERSON: Any = Person.__table__
Condition = sa.ColumnElement[bool]
LOCAL = "1"  # of the code list work_place_scope: inside the county


def runs(spell: Any, on: str) -> Condition:
    """Whether a spell covers the day; `spell` is a table or subquery with its columns."""
    c = spell.c
    return sa.and_(
        c.deleted.is_(None), c.start <= on, sa.or_(c.end.is_(None), c.end >= on)
    )  # fmt: skip


def is_current(spell: Any, on: str) -> Condition:
    """Whether it is the spell that counts for its person on the day."""
    other = SPELL.alias()
    later = sa.or_(
        other.c.start > spell.c.start,
        sa.and_(other.c.start == spell.c.start, other.c.id > spell.c.id),
    )
    beside = sa.and_(other.c.person == spell.c.person, runs(other, on), later)
    return sa.and_(runs(spell, on), ~sa.exists(sa.select(1).where(beside)))


def current(on: str, *more: str) -> Any:
    """The spells that count on a day, one a person at most: `id, person, place, scope` and the
    fields named in `more`."""
    keys = dict.fromkeys(("id", "person", "place", "scope", *more))
    columns = [SPELL.c[key] for key in keys]
    return sa.select(*columns).where(is_current(SPELL, on)).subquery()


def current_of(person: Any, on: str) -> Any:
    """The id of the spell that counts of one person, asked for each alone: for a page of people,
    where `current` would be worked out for everybody first."""
    spell = SPELL.alias()
    mine = sa.and_(spell.c.person == person.c.id, runs(spell, on))
    query = sa.select(spell.c.id).where(mine).order_by(spell.c.start.desc(), spell.c.id.desc())
    return query.limit(1).correlate(person).scalar_subquery()


def ever(on: str, person: Any = PERSON) -> Condition:
    """Whether the register knows a spell of the person that began by the day."""
    other = SPELL.alias()
    mine = sa.and_(other.c.person == person.c.id, other.c.deleted.is_(None), other.c.start <= on)
    return sa.exists(sa.select(1).where(mine))


def works(now: Any, on: str, person: Any = PERSON) -> Condition:
    """Whether a person works on the day; `now` is `current(on)`, outer joined."""
    said = person.c.employment_status.in_(codes("employment_status", "works", "1"))
    return sa.or_(
        now.c.id.is_not(None),
        sa.and_(person.c.employment_status.is_not(None), said, ~ever(on, person)),
    )


def away(now: Any, on: str, person: Any = PERSON) -> Condition:
    """Whether a person works outside the county on the day (已在外地就业)."""
    said = person.c.employment_status.in_(codes("employment_status", "kind", "away"))
    return sa.or_(
        sa.and_(now.c.id.is_not(None), sa.or_(now.c.scope.is_(None), now.c.scope != LOCAL)),
        sa.and_(
            now.c.id.is_(None), person.c.employment_status.is_not(None), said, ~ever(on, person)
        ),
    )


def codes(list_name: str, column: str, *values: str) -> tuple[str, ...]:
    """The codes of a list whose further column holds one of some values."""
    items = code_list(list_name).items
    return tuple(sorted(i.code for i in items if i.extra.get(column, "") in values))
