"""The store's own consistency: the file, the journal against the rows, references."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.fields import PlaceRef, Reference
from laborclerk.store.base import fields_of, record_types
from laborclerk.store.journal_check import Finding, check_journal

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
    another station's area."""
    found: list[Finding] = []
    tables: dict[str, Any] = {name: model.__table__ for name, model in record_types().items()}
    for name, model in record_types().items():
        own = tables[name]
        for key, spec in fields_of(model).items():
            if isinstance(spec.type, Reference):
                target = tables.get(spec.type.record_type)
            else:
                is_place = isinstance(spec.type, PlaceRef) and name != "place"
                target = tables.get("place") if is_place else None
            if target is None:
                continue
            there = sa.exists().where(target.c.id == own.c[key])
            query = sa.select(own.c.id).where(
                own.c.deleted.is_(None), own.c[key].is_not(None), ~there.correlate(own)
            )
            if isinstance(spec.type, PlaceRef):  # moved to a township of which nothing is here
                township = own.c[key] - own.c[key] % _TOWNSHIP
                query = query.where(
                    sa.exists()
                    .where(target.c.id >= township, target.c.id < township + _TOWNSHIP)
                    .correlate(own)
                )
            found += [
                Finding(f"“{spec.label}”指向不存在的记录", name, i)
                for i in session.scalars(query.limit(_MOST))
            ]
    return found
