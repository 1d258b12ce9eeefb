"""Doubles met at entry: the same document number, or the same name and birth date nearby.

Never a UNIQUE constraint: a double is shown with its ways out, not forbidden.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

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
    own = _own(person)
    found = _met_by_number(session, [person])[0]
    name, born = person.get("name"), person.get("birth_date")
    if name and born:
        low, high = subtree(near) if near is not None else (0, 0)
        given = {"own": own, "name": name, "born": born, "low": low, "high": high}
        rows = session.connection().execute(_namesakes(near is not None), given)
        known = {double.person for double in found}
        found += [d for d in (_double(row, NAME_BIRTH) for row in rows) if d.person not in known]
    apart = _known_as_two(session, {own: found})
    return [double for double in found if (own, double.person) not in apart]


def same_numbers(session: Session, persons: Sequence[Mapping[str, Value]]) -> list[list[Double]]:
    """Of each of these persons the others with the same number, as `doubles` finds them: asked at
    once for all who are in a form."""
    found = _met_by_number(session, persons)
    owns = [_own(person) for person in persons]
    apart = _known_as_two(session, dict(zip(owns, found, strict=True)))
    return [
        [double for double in some if (own, double.person) not in apart]
        for own, some in zip(owns, found, strict=True)
    ]


def _own(person: Mapping[str, Value]) -> int:
    own = person.get("id")
    return own if isinstance(own, int) else 0  # nobody's id


def _double(row: sa.Row[Any], reason: str) -> Double:
    return Double(
        row.id, row.household, reason, row.name or "", row.id_number, row.birth_date,
        row.place or 0, row.number or "", row.head_name or "",
    )  # fmt: skip


def _met_by_number(session: Session, persons: Sequence[Mapping[str, Value]]) -> list[list[Double]]:
    found: list[list[Double]] = [[] for _ in persons]
    asked: list[tuple[int, list[Any]]] = []
    for at, person in enumerate(persons):
        number = person.get("id_number")
        if isinstance(number, str) and number:
            key = same_person_key(number)
            forms = id_forms(number)
            # a disability certificate begins with the resident number
            end = key + "~" if len(key) == 18 else key
            asked.append(
                (at, [_own(person), forms[0], forms[-1], forms[len(forms) // 2], key, end])
            )
    for start in range(0, len(asked), _AT_ONCE):
        part = asked[start : start + _AT_ONCE]
        given = {
            f"{name}{n}": v
            for n, (_, some) in enumerate(part)
            for name, v in zip(_ASKED, some, strict=True)
        }
        for row in session.connection().execute(_same_numbers(len(part)), given):
            found[part[row.asked][0]].append(_double(row, SAME_ID))
    return found


_MOST = 20  # doubles of one person that are shown
_AT_ONCE = 20  # persons in one statement
_ASKED = ("own", "one", "other", "third", "key", "end")
_P, _H = Person.__table__.c, Household.__table__.c


def _living(own: sa.BindParameter[int], *columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    return (
        sa.select(_P.id, _P.household, _P.name, _P.id_number, _P.birth_date,
                  _H.place, _H.number, _H.head_name, *columns)
        .join_from(Person.__table__, Household.__table__, _H.id == _P.household)
        .where(_P.deleted.is_(None), _H.deleted.is_(None), _P.id != own)
        .limit(_MOST)
    )  # fmt: skip


@cache
def _same_numbers(persons: int) -> sa.Select[Any] | sa.CompoundSelect[Any]:
    """Who has the number of one of so many, in any of its forms."""
    queries: list[sa.Select[Any]] = []
    for at in range(persons):
        asked: list[Any] = [sa.bindparam(f"{name}{at}") for name in _ASKED]
        own, one, other, third, key, end = asked
        begins = sa.and_(_P.id_number >= key, _P.id_number < end)
        same = sa.or_(_P.id_number.in_([one, other, third]), begins)
        query = _living(own, sa.literal_column(str(at), sa.Integer).label("asked")).where(same)
        queries.append(sa.select(query.subquery()))
    return sa.union_all(*queries) if persons > 1 else queries[0]


@cache
def _namesakes(nearby: bool) -> sa.Select[Any]:
    query = _living(sa.bindparam("own")).where(
        _P.name == sa.bindparam("name"), _P.birth_date == sa.bindparam("born")
    )
    if nearby:
        query = query.where(_H.place >= sa.bindparam("low"), _H.place < sa.bindparam("high"))
    return query


_DIFFERENT = sa.select(PersonVerdict.id).where(
    PersonVerdict.id.in_(sa.bindparam("pairs", expanding=True)),
    PersonVerdict.verdict == DIFFERENT,
    PersonVerdict.deleted.is_(None),
)


def _known_as_two(session: Session, met: Mapping[int, Iterable[Double]]) -> set[tuple[int, int]]:
    """Who of these was decided to be somebody else than the person she was met by."""
    pairs = {
        verdict_id(own, double.person): (own, double.person)
        for own, some in met.items() if own for double in some
    }  # fmt: skip
    if not pairs:
        return set()
    found = session.connection().scalars(_DIFFERENT, {"pairs": list(pairs)})
    return {pairs[number] for number in found}
