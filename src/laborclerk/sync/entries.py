"""Journal entries as they travel: out of the store with their values, in the order written.

An act is `["a", act, at, clerk, use case, undoes]`, an entry `[seq, act, record type, record id,
kind, values]`. A creation carries the values it was made with (empty ones left out), rebuilt by
walking later changes back; every other entry carries {field: [before, after]}.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.fields import Value
from laborclerk.store.base import fields_of, record_types
from laborclerk.store.journal import APPLIED, LATER, WRITTEN, Act, Entry, Kind, unpack_changes

_BATCH = 5000


def count_since(session: Session, after: int) -> tuple[int, dict[str, int]]:
    """How many entries above a sequence, and how many per record type."""
    rows = session.execute(
        sa.select(Entry.record_type, sa.func.count())
        .where(Entry.device == 0, Entry.seq > after)
        .group_by(Entry.record_type)
    ).all()
    counts = {kind: int(n) for kind, n in rows}
    return sum(counts.values()), counts


def outgoing(session: Session, after: int, last: int) -> Iterator[list[Any]]:
    """This device's entries with after < sequence ≤ last, acts before their entries."""
    told = -1
    position = after
    while position < last:
        rows = session.execute(
            sa.select(Entry.__table__)
            .where(Entry.device == 0, Entry.seq > position, Entry.seq <= last)
            .order_by(Entry.seq)
            .limit(_BATCH)
        ).all()
        if not rows:
            return
        position = rows[-1].seq
        acts = {
            a.act: a
            for a in session.scalars(
                sa.select(Act).where(Act.device == 0, Act.act.between(rows[0].act, rows[-1].act))
            )
        }
        born = _first_values(session, rows)
        for row in rows:
            if row.act != told:
                told = row.act
                act = acts[told]
                yield ["a", act.act, act.at, act.clerk, act.use_case, act.undoes]
            values: Any
            if row.kind == Kind.CREATE:
                values = born[row.record_type, row.record_id]
            else:
                values = unpack_changes(row.changes)
            yield [row.seq, row.act, row.record_type, row.record_id, row.kind, values]


def _first_values(session: Session, rows: Any) -> dict[tuple[str, int], dict[str, Value]]:
    wanted: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        if row.kind == Kind.CREATE:
            wanted[row.record_type].append(row.record_id)
    found: dict[tuple[str, int], dict[str, Value]] = {}
    for record_type, ids in wanted.items():
        model = record_types()[record_type]
        keys = list(fields_of(model))
        columns = [model.__table__.c[k] for k in ("id", *keys)]
        for record in session.execute(sa.select(*columns).where(model.id.in_(ids))):
            found[record_type, record[0]] = dict(zip(keys, record[1:], strict=True))
        later = session.execute(
            sa.select(Entry.record_type, Entry.record_id, Entry.changes)
            .join(Act, (Act.device == Entry.device) & (Act.act == Entry.act))
            .where(
                Entry.record_id.in_(ids),
                LATER,
                Entry.kind.in_([Kind.CHANGE, Kind.DELETE, Kind.RESTORE]),
                APPLIED,
            )
            .order_by(*(column.desc() for column in WRITTEN))
        )
        for kind, record_id, blob in later:
            values = found.get((kind, record_id))
            if values is not None:
                for key, (before, _after) in unpack_changes(blob).items():
                    values[key] = before
    return {
        key: {k: v for k, v in values.items() if v is not None} for key, values in found.items()
    }
