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
from laborclerk.store.bulk import insert_many

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
    """Persons with one of these keys (a query, or a parameter)."""
    columns = COLUMNS[kind]
    return (sa.tuple_(*columns) if len(columns) > 1 else columns[0]).in_(keys)


@cache
def carriers(kind: str, *names: str) -> sa.Select[Any]:
    """Columns of the living with one of the keys given as the parameter `keys` (`keys_of`), and
    their parts of the key."""
    columns = [*(P[name] for name in names), *COLUMNS[kind]]
    keys: Any = sa.bindparam("keys", expanding=True)
    return sa.select(*columns).where(has_key(kind, keys), P.deleted.is_(None))


def keys_of(kind: str, keys: Iterable[Key]) -> dict[str, Any]:
    """Keys as a parameter."""
    return {"keys": list(keys) if len(COLUMNS[kind]) > 1 else [key for (key,) in keys]}


def shared(conn: sa.Connection, some: Some) -> Shared:
    """Of every kind the keys of these persons that several carry, and how many; of households only
    the crowded ones. Answered from the indexes alone, which count deleted persons too: only where
    there are many the living are counted."""
    found: Shared = {kind: {} for kind in COLUMNS}
    for kind, first, second, number in conn.execute(_sharing(some.many), some.given).all():
        key = (int(first),) if kind == HOME else (first, second)[: len(COLUMNS[kind])]
        found[kind][key] = number if number <= MOST else living(conn, kind, key)
    return found


@cache
def _sharing(many: bool) -> sa.CompoundSelect[Any]:
    """kind, the parts of a key as texts, how many carry it: of all kinds at once."""
    queries: list[sa.Select[Any]] = []
    for kind, columns in COLUMNS.items():
        named = [OWN[c.key] for c in columns]
        keys = sa.select(*named).where(OWN.id.in_(chosen(many)), *(c.is_not(None) for c in named))
        number = sa.func.count()
        texts = [sa.cast(c, sa.String) if kind == HOME else c for c in columns]
        texts += [sa.cast(sa.null(), sa.String)] * (2 - len(columns))
        queries.append(
            sa.select(sa.literal_column(f"'{kind}'", sa.String), *texts, number)
            .where(has_key(kind, keys))
            .group_by(*columns)
            .having(number > (MOST if kind == HOME else 1))
        )
    return sa.union_all(*queries)


def living(conn: sa.Connection, kind: str, key: Key) -> int:
    """How many in the register carry this key."""
    return conn.scalar(_living(kind), keys_of(kind, [key])) or 0


@cache
def _living(kind: str) -> sa.Select[Any]:
    return carriers(kind).with_only_columns(sa.func.count())


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
        rows = conn.scalars(_KNOWN, {"its": kind, "keys": part})
        found.update(key_of(kind, text) for text in rows)
    return found


_KNOWN = (
    sa.select(CROWD.c.key)
    .where(
        CROWD.c.kind == sa.bindparam("its"), CROWD.c.key.in_(sa.bindparam("keys", expanding=True))
    )
    .distinct()
)


@cache
def _crowded(many: bool) -> sa.Select[Any]:
    return sa.select(CROWD.c.kind, CROWD.c.key).where(CROWD.c.person.in_(chosen(many)))


@cache
def _holders(kind: str, many: bool) -> sa.Select[Any]:
    """Who of some persons carries a key."""
    return carriers(kind, "id").where(P.id.in_(chosen(many)))


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
            holders = _holders(kind, some.many) if known else carriers(kind, "id")
            wanted = keys_of(kind, [key]) | (some.given if known else {})
            people = list(conn.scalars(holders, wanted))
            text = text_of(key)
            insert_many(conn, CROWD, [{"person": i, "kind": kind, "key": text} for i in people])
            if not known:
                others.update(people)
    for kind, key in left - crowded:
        if living(conn, kind, key) > MOST:
            continue
        gone = sa.and_(CROWD.c.kind == kind, CROWD.c.key == text_of(key))
        others.update(conn.scalars(sa.select(CROWD.c.person).where(gone)))
        conn.execute(sa.delete(CROWD).where(gone))
    return others
