"""What a record was made with.

The journal does not repeat it: it is today's values, walked back through all changes. Where others
speak of the record as of one they made themselves (two townships began the same round), their
changes lead back to their values and not to ours: before the first of those is taken, what the
record was made with is written down.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import msgpack
import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.store.base import fields_of, record_types
from laborclerk.store.bulk import among
from laborclerk.store.journal import APPLIED, LATER, WRITTEN, Act, Entry, Kind, unpack_changes
from laborclerk.store.versions import Dot

MadeWith = tuple[Sequence[str], Mapping[int, Sequence[Any]]]
"""Names of fields, and what each record was made with, by id, in their order."""

_ENTRY: Any = Entry.__table__


def first_values(
    session: Session,
    record_type: str,
    kept: Mapping[int, bytes | None],
    without: Collection[Dot] = (),
) -> MadeWith:
    """What records of a type were made with. `kept`: by id, what the entry that made each says, as
    it is packed; the entries `without` are not in force yet."""
    model = record_types()[record_type]
    keys = list(fields_of(model))
    told = {record_id: unpack_changes(blob) for record_id, blob in kept.items() if blob}
    found = _walked_back(session, model, keys, kept.keys() - told.keys(), without)
    for record_id, pairs in told.items():
        found[record_id] = [pairs[key][1] if key in pairs else None for key in keys]
    return keys, found


def _walked_back(
    session: Session, model: Any, keys: Sequence[str], ids: Iterable[int], without: Collection[Dot]
) -> dict[int, Sequence[Any]]:
    ids = sorted(ids)
    if not ids:
        return {}
    table = model.__table__
    connection = session.connection()
    query = sa.select(table.c.id, *(table.c[k] for k in keys)).where(among(table.c.id, ids))
    found: dict[int, Sequence[Any]] = {row[0]: row[1:] for row in connection.execute(query)}
    at = {key: n for n, key in enumerate(keys)}
    later = connection.execute(
        sa.select(_ENTRY.c.record_type, _ENTRY.c.record_id, _ENTRY.c.changes,
                  _ENTRY.c.device, _ENTRY.c.seq)
        .join(Act, (Act.device == Entry.device) & (Act.act == Entry.act))
        .where(among(_ENTRY.c.record_id, ids), LATER, Entry.kind != Kind.NOTE, APPLIED)
        .order_by(*(column.desc() for column in WRITTEN))
    ).all()  # fmt: skip
    for kind, record_id, blob, *dot in later:
        if kind == table.name and record_id in found and tuple(dot) not in without:
            values = list(found[record_id])
            for key, (before, _after) in unpack_changes(blob).items():
                if key in at:
                    values[at[key]] = before
            found[record_id] = values
    return found


def write_down(
    session: Session,
    record_type: str,
    made: Mapping[int, Dot],
    journal: Mapping[Dot, dict[str, Any]],
) -> None:
    """Keep in the journal what some records (id: the entry that made it) were made with, where it
    is not kept yet. Before any entry of `journal`, whose rows are under way, changes them."""
    unkept = {}
    for record_id, dot in made.items():
        kept = sa.select(Entry.changes).where(_is(dot))
        if not (journal.get(dot, {}).get("changes") or session.scalar(kept)):
            unkept[record_id] = dot
    keys, found = first_values(session, record_type, dict.fromkeys(unkept), journal.keys())
    for record_id, dot in unkept.items():
        said = zip(keys, found[record_id], strict=True)
        changes = msgpack.packb({key: (None, value) for key, value in said if value is not None})
        if dot in journal:
            journal[dot]["changes"] = changes
        else:
            session.execute(sa.update(Entry).where(_is(dot)).values(changes=changes))


def _is(dot: Dot) -> sa.ColumnElement[bool]:
    return sa.and_(Entry.device == dot[0], Entry.seq == dot[1])
