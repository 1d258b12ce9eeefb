"""Everything that happened to one record, as people read it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy.orm import Session

from laborclerk.catalog.fields import Value
from laborclerk.store.base import Record, values_of
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
    """Oldest first; the creation with its values, rebuilt where the journal does not say them."""
    kind = type(record).__tablename__
    made = (Entry.device == record.origin_device) & (Entry.seq == record.origin_seq)
    born = list(map(event_of, session.execute(select_events().where(made))))
    query = select_events().where(Entry.record_id == record.id, LATER, APPLIED)
    came = map(event_of, session.execute(query.order_by(*WRITTEN)))
    later = _in_order(session, (event for event in came if event.record_type == kind))
    first = _first_values(record, later)
    told: Changes = {k: (None, v) for k, v in first.items() if v is not None}
    return [replace(e, changes=e.changes or told) for e in born] + [
        replace(e, changes={k: p for k, p in e.changes.items() if p[0] != p[1] or k in e.stood})
        for e in later  # who made a record that was made here too says much that stood already
    ]


def _in_order(session: Session, events: Iterable[Event]) -> list[Event]:
    """As they came, but none after one whose writer knew it: of a record that moved here the last
    changes may come before the earlier ones."""
    causality, ordered = Causality(session), list[Event]()
    for event in events:
        dot = event.device, event.seq
        knew = (n for n, e in enumerate(ordered) if causality.knew((e.device, e.seq), dot))
        ordered.insert(next(knew, len(ordered)), event)
    return ordered


def _first_values(record: Record, later: Iterable[Event]) -> dict[str, Value]:
    """The values a record was created with: today's, walked back through `later` changes."""
    values = values_of(record)
    for event in reversed(list(later)):
        for key, (before, _after) in event.changes.items():
            if key in values:
                values[key] = before
    return values
