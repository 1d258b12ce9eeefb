"""What too many carry says nothing: a filler for a number, the telephone of a village's cadre.

Such a value is written down with those who carry it, so that it is known again when the last but
`MOST` have left it: the list of pairs follows from the register alone, in whatever order it came.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from laborclerk.features.registry.duplicates.model import CROWD
from laborclerk.features.registry.model import Person

MOST = 30  # persons of one number, name with birth date, telephone, household
NUMBER, NAME, PHONE, HOME = "number", "name", "phone", "household"
P: Any = Person.__table__.c
COLUMNS: dict[str, tuple[Any, ...]] = {
    NUMBER: (P.id_number,), NAME: (P.name, P.birth_date), PHONE: (P.phone,), HOME: (P.household,),
}  # fmt: skip
Key = tuple[Any, ...]
Shared = dict[str, dict[Key, int]]
OWN: Any = Person.__table__.alias("own").c  # of the persons who are looked at
CHOSEN = sa.Table(
    "duplicate_chosen",
    sa.MetaData(),
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    prefixes=["TEMPORARY"],
)


class Some(NamedTuple):
    """Some persons: few, whose ids are `given` to a statement, or many, who stand in CHOSEN."""

    many: bool
    given: dict[str, Any]


def chosen(many: bool) -> Any:
    """Some persons' ids in a statement. Statements are made once: to make one costs more than to
    run it on one household."""
    return sa.select(CHOSEN.c.id) if many else sa.bindparam("ids", expanding=True)


def parts(keys: Sequence[Any], size: int = 500) -> Iterable[Sequence[Any]]:
    """Parts of a long list that fit in one statement."""
    return (keys[at : at + size] for at in range(0, len(keys), size))


def has_key(kind: str, keys: Any) -> sa.ColumnElement[bool]:
    """Persons with one of these keys (a list, or a query)."""
    columns = COLUMNS[kind]
    if len(columns) > 1:
        return sa.tuple_(*columns).in_(keys)
    (column,) = columns
    return sa.and_(column.in_([k for (k,) in keys] if isinstance(keys, list) else keys))


def shared(conn: sa.Connection, some: Some) -> Shared:
    """Of every kind the keys of these persons that several carry, and how many; of households only
    the crowded ones. Answered from the indexes alone, which count deleted persons too: only where
    there are many the living are counted."""
    found: Shared = {}
    for kind in COLUMNS:
        least = MOST if kind == HOME else 1
        rows = conn.execute(_sharing(kind, some.many), some.given | {"least": least}).all()
        counted = {tuple(row[:-1]): row[-1] for row in rows}
        for key in [key for key, carriers in counted.items() if carriers > MOST]:
            counted[key] = living(conn, kind, key)
        found[kind] = counted
    return found


@cache
def _sharing(kind: str, many: bool) -> sa.Select[Any]:
    columns = COLUMNS[kind]
    named = [OWN[c.key] for c in columns]
    keys = sa.select(*named).where(OWN.id.in_(chosen(many)), *(c.is_not(None) for c in named))
    number = sa.func.count()
    query = sa.select(*columns, number).where(has_key(kind, keys)).group_by(*columns)
    return query.having(number > sa.bindparam("least"))


def living(conn: sa.Connection, kind: str, key: Key) -> int:
    """How many in the register carry this key."""
    carriers = sa.and_(has_key(kind, [key]), P.deleted.is_(None))
    return conn.scalar(sa.select(sa.func.count()).where(carriers)) or 0


def text_of(key: Key) -> str:
    """A key as the table keeps it."""
    return "\n".join(map(str, key))


def key_of(kind: str, text: str) -> Key:
    """The key that `text_of` wrote."""
    return (int(text),) if kind == HOME else tuple(text.split("\n"))


def is_crowded(conn: sa.Connection, kind: str, keys: Iterable[Key]) -> set[Key]:
    """Which of these keys are known to be crowded."""
    found: set[Key] = set()
    for part in parts([text_of(k) for k in keys]):
        query = sa.select(CROWD.c.key).where(CROWD.c.kind == kind, CROWD.c.key.in_(part)).distinct()
        found.update(key_of(kind, text) for text in conn.scalars(query))
    return found


@cache
def _crowded(many: bool) -> sa.Select[Any]:
    return sa.select(CROWD.c.kind, CROWD.c.key).where(CROWD.c.person.in_(chosen(many)))


def settle(conn: sa.Connection, some: Some, shared: Shared) -> set[int]:
    """Bring the crowds up to date after these persons changed, who share what `shared` says →
    everybody of a value that began or ceased to be crowded."""
    rows = conn.execute(_crowded(some.many), some.given)
    left = {(row.kind, key_of(row.kind, row.key)) for row in rows}
    if left:
        conn.execute(sa.delete(CROWD).where(CROWD.c.person.in_(chosen(some.many))), some.given)
    others: set[int] = set()
    crowded: set[tuple[str, Key]] = set()
    for kind, keys in shared.items():
        for key in (key for key, number in keys.items() if number > MOST):
            crowded.add((kind, key))
            known = (kind, key) in left or bool(is_crowded(conn, kind, [key]))
            holders = sa.select(P.id).where(has_key(kind, [key]), P.deleted.is_(None))
            if known:
                holders = holders.where(P.id.in_(chosen(some.many)))
            carriers = list(conn.scalars(holders, some.given if known else None))
            if carriers:
                conn.execute(
                    sa.insert(CROWD),
                    [{"person": i, "kind": kind, "key": text_of(key)} for i in carriers],
                )
            if not known:
                others.update(carriers)
    for kind, key in left - crowded:
        if living(conn, kind, key) > MOST:
            continue
        gone = sa.and_(CROWD.c.kind == kind, CROWD.c.key == text_of(key))
        others.update(conn.scalars(sa.select(CROWD.c.person).where(gone)))
        conn.execute(sa.delete(CROWD).where(gone))
    return others
