"""Everything that happened to one record, as people read it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.store.base import Record
from laborclerk.store.births import first_values
from laborclerk.store.causality import Causality
from laborclerk.store.journal import (
    APPLIED,
    LATER,
    WRITTEN,
    Changes,
    Entry,
    Event,
    event_of,
    select_events,
)


def history(session: Session, record: Record) -> list[Event]:
    """Oldest first; the creation with its values."""
    kind = type(record).__tablename__
    made = (Entry.device == record.origin_device) & (Entry.seq == record.origin_seq)
    born = list(map(event_of, session.execute(select_events().where(made))))
    kept = session.scalar(sa.select(Entry.changes).where(made))
    keys, found = first_values(session, kind, {record.id: kept})
    said = zip(keys, found[record.id], strict=True)
    told: Changes = {key: (None, value) for key, value in said if value is not None}
    query = select_events().where(Entry.record_id == record.id, LATER, APPLIED)
    came = map(event_of, session.execute(query.order_by(*WRITTEN)))
    return [replace(e, changes=told) for e in born] + [
        replace(e, changes={k: p for k, p in e.changes.items() if p[0] != p[1] or k in e.stood})
        for e in _in_order(session, (e for e in came if e.record_type == kind))
    ]  # who made a record that was made here too says much that stood already


def _in_order(session: Session, events: Iterable[Event]) -> list[Event]:
    """As they came, but none after one whose writer knew it: of a record that moved here the last
    changes may come before the earlier ones."""
    causality, ordered = Causality(session), list[Event]()
    for event in events:
        dot = event.device, event.seq
        knew = (n for n, e in enumerate(ordered) if causality.knew((e.device, e.seq), dot))
        ordered.insert(next(knew, len(ordered)), event)
    return ordered
