"""Doubles met at entry: the same document number, or the same name and birth date nearby.

Never a UNIQUE constraint: a double is shown with its ways out, not forbidden.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.fields import Value
from laborclerk.catalog.idnumber import same_person_key
from laborclerk.features.registry.duplicates.model import DIFFERENT, PersonVerdict, verdict_id
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.places import subtree

SAME_ID, NAME_BIRTH = "same_id", "name_birth"


@dataclass(frozen=True, slots=True)
class Double:
    """Another person who may be the same: where she is and why we think so."""

    person: int
    household: int
    reason: str
    name: str
    id_number: str | None
    birth_date: str | None
    place: int
    household_number: str
    head_name: str


def id_forms(number: str) -> list[str]:
    """The ways one person's number stands in a register: 18 digits, 15 digits."""
    key = same_person_key(number)
    forms = {number, key}
    if len(key) == 18 and key[6:8] == "19":
        forms.add(key[:6] + key[8:17])
    return sorted(forms)


def doubles(
    session: Session, person: Mapping[str, Value], household: int | None, near: int | None = None
) -> list[Double]:
    """People in the store who may be `person` (facts with id, id_number, name, birth_date).

    The same number counts everywhere and in the own household too; name and birth date count
    within the place `near` (its township, say), None for everywhere. Who was decided to be
    somebody else is left out.
    """
    own = person.get("id")
    table, home = Person.__table__.c, Household.__table__.c
    columns = sa.select(
        table.id, table.household, table.name, table.id_number, table.birth_date,
        home.place, home.number, home.head_name,
    ).join_from(Person.__table__, Household.__table__, home.id == table.household)  # fmt: skip
    alive = sa.and_(table.deleted.is_(None), home.deleted.is_(None), table.id != own)
    found: dict[int, Double] = {}

    def take(query: sa.Select[tuple[object, ...]], reason: str) -> None:
        for row in session.execute(query):
            found.setdefault(
                row.id,
                Double(row.id, row.household, reason, row.name or "", row.id_number,
                       row.birth_date, row.place or 0, row.number or "", row.head_name or ""),
            )  # fmt: skip

    number = person.get("id_number")
    if isinstance(number, str) and number:
        like: list[sa.ColumnElement[bool]] = [table.id_number.in_(id_forms(number))]
        key = same_person_key(number)
        if len(key) == 18:
            # a disability certificate begins with the resident number
            like.append(sa.and_(table.id_number >= key, table.id_number < key + "~"))
        take(columns.where(alive, sa.or_(*like)).limit(20), SAME_ID)
    name, born = person.get("name"), person.get("birth_date")
    if name and born:
        query = columns.where(alive, table.name == name, table.birth_date == born)
        if near is not None:
            low, high = subtree(near)
            query = query.where(home.place >= low, home.place < high)
        take(query.limit(20), NAME_BIRTH)
    if isinstance(own, int):
        for other in _known_as_two(session, own, found):
            del found[other]
    return list(found.values())


def _known_as_two(session: Session, own: int, others: Iterable[int]) -> list[int]:
    """Who of these was decided to be somebody else."""
    pairs = {verdict_id(own, other): other for other in others}
    table = PersonVerdict.__table__.c
    query = sa.select(table.id).where(
        table.id.in_(list(pairs)), table.verdict == DIFFERENT, table.deleted.is_(None)
    )
    return [pairs[number] for number in session.scalars(query)] if pairs else []
