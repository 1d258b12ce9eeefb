"""The list of pairs for a screen or a script, and the two sides of one pair."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.fields import Field, Value
from laborclerk.features.registry.duplicates.decide import PLACED
from laborclerk.features.registry.duplicates.judge import in_words
from laborclerk.features.registry.duplicates.model import PAIR, SAME, PersonVerdict, verdict_id
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.places import subtree
from laborclerk.store.base import fields_of
from laborclerk.store.history import history
from laborclerk.store.journal import Device, Kind


@dataclass(frozen=True, slots=True)
class Side:
    """One registration of a pair, and where it stands."""

    person: int
    name: str
    id_number: str | None
    household: int
    household_number: str
    place: int


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two registrations that may be one person; `id` is the decision's that would be taken."""

    id: int
    sides: tuple[Side, Side]
    reasons: tuple[str, ...]
    score: int
    certain: bool

    @property
    def words(self) -> str:
        """Why, as a clerk reads it."""
        return in_words(self.reasons)

    @property
    def pair(self) -> tuple[int, int]:
        return self.sides[0].person, self.sides[1].person


@dataclass(frozen=True, slots=True)
class Alike:
    """Pairs that stand in the list for the same reasons."""

    reasons: tuple[str, ...]
    score: int  # the highest of them
    count: int


_A, _B = Person.__table__.alias("a"), Person.__table__.alias("b")
_HOME_A, _HOME_B = Household.__table__.alias("home_a"), Household.__table__.alias("home_b")


def _standing(place: int | None) -> tuple[sa.FromClause, list[sa.ColumnElement[bool]]]:
    """The pairs whose households are in the register too, of a place if one is given."""
    joined = (
        PAIR.join(_A, _A.c.id == PAIR.c.person_a)
        .join(_B, _B.c.id == PAIR.c.person_b)
        .join(_HOME_A, _HOME_A.c.id == _A.c.household)
        .join(_HOME_B, _HOME_B.c.id == _B.c.household)
    )
    wanted: list[sa.ColumnElement[bool]] = [
        _HOME_A.c.deleted.is_(None),
        _HOME_B.c.deleted.is_(None),
    ]
    if place is not None:
        low, high = subtree(place)
        inside = [sa.and_(h.c.place >= low, h.c.place < high) for h in (_HOME_A, _HOME_B)]
        wanted.append(sa.or_(*inside))
    return joined, wanted


def listed(
    session: Session,
    place: int | None = None,
    reasons: Iterable[str] | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> list[Duplicate]:
    """The pairs nobody has decided, the surest first: of a place (one side there is enough), for
    exactly these reasons."""
    joined, wanted = _standing(place)
    if reasons is not None:
        wanted.append(PAIR.c.reasons == ",".join(reasons))
    columns = [
        column
        for person, home in ((_A, _HOME_A), (_B, _HOME_B))
        for column in (
            person.c.id, person.c.name, person.c.id_number, home.c.id, home.c.number, home.c.place,
        )
    ]  # fmt: skip
    query = (
        sa.select(PAIR.c.reasons, PAIR.c.score, PAIR.c.certain, *columns)
        .select_from(joined)
        .where(*wanted)
        .order_by(PAIR.c.score.desc(), PAIR.c.reasons, PAIR.c.person_a, PAIR.c.person_b)
    )
    found = []
    for row in session.execute(query.limit(limit).offset(offset)):
        told, score, certain, *sides = row
        a, b = (_side(part) for part in (sides[:6], sides[6:]))
        pair = verdict_id(a.person, b.person)
        found.append(Duplicate(pair, (a, b), tuple(told.split(",")), score, certain))
    return found


def _side(row: list[object]) -> Side:
    person, name, number, home, home_number, place = row
    return Side(
        int(str(person)), str(name or ""), str(number) if number else None, int(str(home)),
        str(home_number or ""), int(str(place or 0)),
    )  # fmt: skip


def alike(session: Session, place: int | None = None) -> list[Alike]:
    """How many pairs stand in the list for which reasons, the surest first."""
    joined, wanted = _standing(place)
    top, number = sa.func.max(PAIR.c.score), sa.func.count()
    query = (
        sa.select(PAIR.c.reasons, top, number)
        .select_from(joined)
        .where(*wanted)
        .group_by(PAIR.c.reasons)
        .order_by(top.desc(), PAIR.c.reasons)
    )
    return [Alike(tuple(r[0].split(",")), r[1], r[2]) for r in session.execute(query)]


def total(session: Session, place: int | None = None) -> int:
    """How many pairs nobody has decided."""
    joined, wanted = _standing(place)
    return session.scalar(sa.select(sa.func.count()).select_from(joined).where(*wanted)) or 0


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided on a pair."""

    id: int
    persons: tuple[int, int]
    names: tuple[str, str]
    verdict: str
    kept: int | None
    reason: str


def decisions(
    session: Session, persons: Iterable[int] | None = None, limit: int | None = None
) -> list[Decision]:
    """The decisions that stand, merges first, the latest of a station first; of these persons if
    they are given."""
    table = PersonVerdict.__table__.c
    query = (
        sa.select(
            table.id, table.person_a, table.person_b, table.verdict, table.kept, table.reason,
            _A.c.name.label("name_a"), _B.c.name.label("name_b"),
        )
        .outerjoin(_A, _A.c.id == table.person_a)
        .outerjoin(_B, _B.c.id == table.person_b)
        .where(table.deleted.is_(None))
    )  # fmt: skip
    if persons is not None:
        ids = list(persons)
        query = query.where(sa.or_(table.person_a.in_(ids), table.person_b.in_(ids)))
    latest = sa.case((table.verdict == SAME, 0), else_=1), table.origin_seq.desc(), table.id
    return [
        Decision(
            r.id, (r.person_a, r.person_b), (r.name_a or "", r.name_b or ""), r.verdict, r.kept,
            r.reason or "",
        )
        for r in session.execute(query.order_by(*latest).limit(limit))
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entered:
    """Who entered something, when and at which station ('' for this one)."""

    at: int
    clerk: str
    station: str
    use_case: str
    kind: Kind
    labels: tuple[str, ...]  # of the fields that were changed


@dataclass(frozen=True, slots=True)
class Compared:
    """One field of both sides."""

    field: Field
    left: Value
    right: Value

    @property
    def differs(self) -> bool:
        return self.left != self.right


def compared(session: Session, pair: tuple[int, int]) -> list[Compared]:
    """The fields that either side fills, in order of the form; where they stand comes apart."""
    one, other = (session.get_one(Person, i) for i in pair)
    found = []
    for key, spec in fields_of(Person).items():
        left, right = getattr(one, key), getattr(other, key)
        filled = left not in (None, "") or right not in (None, "")
        if filled and key != "deleted" and key not in PLACED:
            found.append(Compared(spec, left, right))
    return found


def entered(session: Session, person: int) -> list[Entered]:
    """Who entered and changed a registration, oldest first."""
    devices = session.execute(sa.select(Device.index, Device.name))
    names = {row[0]: row[1] for row in devices}
    known = fields_of(Person)
    return [
        Entered(
            e.at, e.clerk, names.get(e.device, "") if e.device else "", e.use_case, e.kind,
            () if e.kind is Kind.CREATE else tuple(
                known[k].label for k in e.changes if k in known
            ),
        )
        for e in history(session, session.get_one(Person, person))
    ]  # fmt: skip
