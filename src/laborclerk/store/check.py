"""The store's own consistency: the file, the journal against the rows, references."""

from __future__ import annotations

from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.store.base import Record, fields_of, record_types, table_of
from laborclerk.store.journal import Device
from laborclerk.store.journal_check import Finding, check_journal
from laborclerk.store.references import PLACE, named_by
from laborclerk.store.versions import unpack_dots

_MOST = 1000  # findings of one kind
_TOWNSHIP = 1_000_000  # ids of places from one township to the next


def check_store(session: Session) -> list[Finding]:
    """All findings of the store itself; derived tables are checked by the features they are of."""
    return check_file(session) + check_journal(session) + check_references(session)


def check_file(session: Session) -> list[Finding]:
    """The encrypted file's pages and indexes; a server's are looked after by the server."""
    raw = session.connection()
    if raw.dialect.name != "sqlite":
        return []
    wrong = [r[0] for r in raw.exec_driver_sql("PRAGMA quick_check(20)") if r[0] != "ok"]
    wrong += [r[0] for r in raw.exec_driver_sql("PRAGMA cipher_integrity_check")]
    return [Finding(f"数据文件损坏:{text}", "store", 0) for text in wrong]


def check_references(session: Session) -> list[Finding]:
    """Every reference of a living record leads to a record. A place's successor may lie in
    another station's area, and so may what a station says of which only a part comes here: the
    county moved a person to a household of another township."""
    found: list[Finding] = []
    types = record_types()
    partial = set(session.scalars(sa.select(Device.index).where(Device.partial)))
    connection = session.connection()
    for name, model in types.items():
        for key, to in named_by(name).items():
            target = types.get(to)
            if target is not None and not name == to == PLACE:
                label, query = fields_of(model)[key].label, _astray(model, key, target, to == PLACE)
                found += [
                    Finding(f"“{label}”指向不存在的记录", name, i)
                    for i, dots, *origin in connection.execute(query)
                    if partial.isdisjoint(d for d, _ in unpack_dots(dots).get(key, (origin,)))
                ]
    return found


@cache
def _astray(model: type[Record], key: str, target: type[Record], is_place: bool) -> sa.Select[Any]:
    """The records whose `key` leads nowhere, with what tells who said so."""
    own, other = table_of(model), table_of(target)
    there = sa.exists().where(other.c.id == own.c[key])
    query = sa.select(own.c.id, own.c.dots, own.c.origin_device, own.c.origin_seq).where(
        own.c.deleted.is_(None), own.c[key].is_not(None), ~there.correlate(own)
    )
    if is_place:  # moved to a township of which nothing is here
        township = own.c[key] - own.c[key] % _TOWNSHIP
        inside = sa.exists().where(other.c.id >= township, other.c.id < township + _TOWNSHIP)
        query = query.where(inside.correlate(own))
    return query.limit(_MOST)
