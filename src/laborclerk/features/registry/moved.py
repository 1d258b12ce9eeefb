"""Persons whom the county moved to a household of another township: this station has them still,
but not the household they belong to now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.features.registry.model import Household, Person
from laborclerk.store.journal import Act, Entry


@dataclass(frozen=True, slots=True)
class MovedAway:
    """Somebody who is registered elsewhere now; `at` (ms) is when others wrote of her last."""

    id: int
    name: str
    id_number: str | None
    at: int | None


def moved_away(session: Session, ids: Sequence[int]) -> list[MovedAway]:
    """Those of a few persons who were moved away, in this order."""
    last = (
        sa.select(sa.func.max(Act.at))
        .join(Entry, (Entry.device == Act.device) & (Entry.act == Act.act))
        .where(
            Entry.record_type == "person", Entry.record_id == Person.id, Entry.kind != 1,
            Entry.device != 0,
        )
        .scalar_subquery()
    )  # fmt: skip
    query = sa.select(Person.id, Person.name, Person.id_number, last).where(
        Person.id.in_(ids), Person.deleted.is_(None), Person.household.is_not(None),
        ~sa.exists().where(Household.id == Person.household),
    )  # fmt: skip
    found = {i: MovedAway(i, name or "", number, at) for i, name, number, at in
             session.execute(query)}  # fmt: skip
    return [found[i] for i in ids if i in found]
