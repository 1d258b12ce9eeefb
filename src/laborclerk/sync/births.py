"""What a record was made with.

The journal does not repeat it: it is today's values, walked back through all changes. Where others
speak of the record as of one they made themselves (two townships began the same round), their
changes lead back to their values and not to ours: before the first of those is taken, what the
record was made with is written down.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import msgpack
import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.store.base import fields_of, record_types
from laborclerk.store.bulk import among
from laborclerk.store.journal import APPLIED, LATER, WRITTEN, Act, Entry, Kind, unpack_changes
from laborclerk.store.versions import Dot
from laborclerk.sync.blocks import Born

_ENTRY: Any = Entry.__table__


def first_values(session: Session, rows: Iterable[Any], without: Collection[Dot] = ()) -> Born:
    """What the records created by some journal rows were created with; the entries `without` are
    not in force yet."""
    wanted: dict[str, list[int]] = defaultdict(list)
    told: dict[tuple[str, int], Mapping[str, Any]] = {}
    for _, _, _, record_type, record_id, kind, changes, *_ in rows:
        if kind == Kind.CREATE:
            wanted[record_type].append(record_id)
            if changes:
                told[record_type, record_id] = unpack_changes(changes)
    connection = session.connection()
    born: dict[str, tuple[Sequence[str], Mapping[int, Sequence[Any]]]] = {}
    for record_type, ids in wanted.items():
        model = record_types().get(record_type)
        if model is None:  # held, from a newer program
            continue
        keys = list(fields_of(model))
        table: Any = model.__table__
        query = sa.select(table.c.id, *(table.c[k] for k in keys)).where(among(table.c.id, ids))
        rows_of = connection.execute(query).all()
        found: dict[int, Sequence[Any]] = {row[0]: row[1:] for row in rows_of}
        born[record_type] = keys, found
        at = {key: n for n, key in enumerate(keys)}
        later = connection.execute(
            sa.select(_ENTRY.c.record_type, _ENTRY.c.record_id, _ENTRY.c.changes,
                      _ENTRY.c.device, _ENTRY.c.seq)
            .join(Act, (Act.device == Entry.device) & (Act.act == Entry.act))
            .where(among(_ENTRY.c.record_id, ids), LATER, Entry.kind != Kind.NOTE, APPLIED)
            .order_by(*(column.desc() for column in WRITTEN))
        ).all()  # fmt: skip
        for kind, record_id, blob, *dot in later:
            if kind == record_type and record_id in found and tuple(dot) not in without:
                values = list(found[record_id])
                for key, (before, _after) in unpack_changes(blob).items():
                    if key in at:
                        values[at[key]] = before
                found[record_id] = values
        for kind, record_id in told:
            if kind == record_type:
                pairs = told[kind, record_id]
                found[record_id] = [pairs[key][1] if key in pairs else None for key in keys]
    return born


def write_down(
    session: Session,
    record_type: str,
    made: Mapping[int, Dot],
    journal: Mapping[Dot, dict[str, Any]],
) -> None:
    """Keep in the journal what some records (id: the entry that made it) were made with, where it
    is not kept yet. Before any entry of `journal`, whose rows are under way, changes them."""
    rows = []
    for record_id, (device, seq) in made.items():
        kept = sa.select(Entry.changes).where(Entry.device == device, Entry.seq == seq)
        changes = journal.get((device, seq), {}).get("changes") or session.scalar(kept)
        if not changes:
            rows.append((device, seq, 0, record_type, record_id, Kind.CREATE, None))
    born = first_values(session, rows, journal.keys())
    for device, seq, _, _, record_id, *_ in rows:
        keys, found = born[record_type]
        said = zip(keys, found[record_id], strict=True)
        changes = msgpack.packb({key: (None, value) for key, value in said if value is not None})
        if (device, seq) in journal:
            journal[device, seq]["changes"] = changes
        else:
            here = sa.update(Entry).where(Entry.device == device, Entry.seq == seq)
            session.execute(here.values(changes=changes))
