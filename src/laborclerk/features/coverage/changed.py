"""When something was changed, and what was changed since a village was signed off.

A merge brings changes that were made days ago: their time is that of the act that made them, so
that a sign-off that came in the same bundle stands above the changes before it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.features.census.model import CensusForm, Visit
from laborclerk.features.coverage.model import SignOff
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.places import subtree
from laborclerk.store.base import Record, table_of
from laborclerk.store.bulk import Holds, among
from laborclerk.store.journal import (
    APPLIED,
    LATER,
    Act,
    Device,
    Entry,
    Event,
    Kind,
    event_of,
    select_events,
)
from laborclerk.store.work import Touched, UnitOfWork

OF_HOUSEHOLD: tuple[type[Record], ...] = (Person, Visit, CensusForm)
_MOVING = {"place", "household", "deleted"}  # what takes a record into another place, or back
_BATCH = 2000  # ids in one statement


def batches(ids: Iterable[int], size: int = _BATCH) -> Iterator[list[int]]:
    """The ids in sorted lists of at most `size`: neighbours in the index stay together."""
    ordered = sorted(ids)
    for at in range(0, len(ordered), size):
        yield ordered[at : at + size]


def times_of_merge(work: UnitOfWork, touched: Touched) -> dict[int, int]:
    """When each touched record was changed last (ms), if this unit of work brings in what another
    device wrote; empty for an act of our own, whose time is now. Where a record stays where it is,
    the entries that came tell it: the earlier ones marked its place when they came."""
    session = work.session
    if not work.learned:
        return {}
    found: dict[int, int] = {}
    act = sa.and_(Act.device == Entry.device, Act.act == Entry.act)
    record_id = table_of(Entry).c.record_id
    models: tuple[type[Record], ...] = (Household, *OF_HOUSEHOLD)
    for model in models:
        table: Any = model.__table__
        told, partly = work.outcome.written[table.name], work.outcome.partly[table.name]
        found.update(told)
        ids = [
            i
            for i in touched.get(table.name, ())
            if i not in told or not _MOVING.isdisjoint(partly.get(i, ()))
        ]
        born = sa.and_(Entry.device == table.c.origin_device, Entry.seq == table.c.origin_seq)
        births = sa.select(table.c.id, Act.at).join(Entry, born)
        changes = sa.select(record_id, Act.at).where(LATER)
        for query, column in ((births, table.c.id), (changes, record_id)):
            for part in batches(ids):
                of_these = query.join(Act, act).where(among(column, part))
                for record, at in session.connection().execute(of_these).all():
                    found[record] = max(found.get(record, 0), at)
    return found


def changed_since(session: Session, sign_off: SignOff) -> dict[int, list[Event]]:
    """The journal's events by which households, members, visits and forms of the village were
    made, changed or deleted after it was signed, by household, oldest first of each device. What
    went to another place counts where it was, too."""
    found: dict[int, list[Event]] = defaultdict(list)
    later, here = Act.at > (sign_off.at or 0), subtree(sign_off.place or 0)
    models: tuple[type[Record], ...] = (Household, *OF_HOUSEHOLD)
    for model in models:
        table: Any = table_of(model)
        owner = table.c.id if model is Household else table.c.household
        born = sa.and_(Entry.device == table.c.origin_device, Entry.seq == table.c.origin_seq)
        since = sa.and_(
            Entry.record_id == table.c.id, Entry.record_type == table.name, LATER,
            Entry.kind != Kind.NOTE, APPLIED,
        )  # fmt: skip
        for of_record in (born, since):
            query = select_events(owner.label("owner")).join(table, of_record)
            for row in session.execute(query.where(later, owner.in_(_homes(here)))):
                found[row.owner].append(event_of(row))
    for household, event in _left(session, later, here):
        if event not in found[household]:
            found[household].append(event)
    for events in found.values():
        events.sort(key=lambda e: (e.device, e.seq))
    return dict(sorted(found.items(), key=lambda one: (one[1][0].device, one[1][0].seq)))


def _homes(here: tuple[int, int]) -> Any:
    return sa.select(Household.id).where(Household.place >= here[0], Household.place < here[1])


def _left(session: Session, later: Any, here: tuple[int, int]) -> Iterator[tuple[int, Event]]:
    """The households that were moved out of a village, and those a member was moved out of."""
    changes: Any = Entry.changes
    moved = [
        sa.and_(Entry.record_type == kind, Holds(changes, sa.literal(key.encode())))
        for kind, key in _MOVED.items()
    ]
    events: list[Event] = []
    for device in session.scalars(sa.select(Device.index)).all():
        first = session.scalar(sa.select(sa.func.min(Act.act)).where(Act.device == device, later))
        if first is not None:  # only what was written since is read
            written = sa.and_(Entry.device == device, Entry.seq >= first)
            query = select_events().where(written, LATER, APPLIED, later, sa.or_(*moved))
            events += map(event_of, session.execute(query))
    was = [(e, e.changes.get(_MOVED[e.record_type], (None, None))[0]) for e in events]
    asked = {before for e, before in was if e.record_type == "person" and isinstance(before, int)}
    homes = {
        household
        for part in batches(asked)
        for household in session.scalars(_homes(here).where(Household.id.in_(part)))
    }
    for event, before in was:
        if not isinstance(before, int):
            continue
        if event.record_type == "household" and here[0] <= before < here[1]:
            yield event.record_id, event
        elif event.record_type == "person" and before in homes:
            yield before, event


_MOVED = {"household": "place", "person": "household"}  # what moves a record, by kind
