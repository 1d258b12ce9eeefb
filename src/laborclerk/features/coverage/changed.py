"""When something was changed, and what was changed since a village was signed off.

A merge brings changes that were made days ago: their time is that of the act that made them, so
that a sign-off that came in the same bundle stands above the changes before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.features.census.model import CensusForm, Visit
from laborclerk.features.coverage.model import SignOff
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.places import subtree
from laborclerk.store.base import Record
from laborclerk.store.bulk import among
from laborclerk.store.journal import LATER, Act, Device, Entry, Event, Kind, entries
from laborclerk.store.work import Touched, UnitOfWork

OF_HOUSEHOLD: tuple[type[Record], ...] = (Person, Visit, CensusForm)
_BATCH = 2000  # ids in one statement


def batches(ids: Iterable[int], size: int = _BATCH) -> Iterator[list[int]]:
    """The ids in sorted lists of at most `size`: neighbours in the index stay together."""
    ordered = sorted(ids)
    for at in range(0, len(ordered), size):
        yield ordered[at : at + size]


def times_of_merge(work: UnitOfWork, touched: Touched) -> dict[int, int]:
    """When each touched record was changed last (ms), if this unit of work brings in what another
    device wrote; empty for an act of our own, whose time is now."""
    session = work.session
    if sum(map(len, touched.values())) <= work.next_seq - work.act:  # entries of our own
        return {}
    found: dict[int, int] = {}
    act = sa.and_(Act.device == Entry.device, Act.act == Entry.act)
    models: tuple[type[Record], ...] = (Household, *OF_HOUSEHOLD)
    for model in models:
        table: Any = model.__table__
        born = sa.and_(Entry.device == table.c.origin_device, Entry.seq == table.c.origin_seq)
        for part in batches(touched.get(model.__tablename__, ())):
            births = (
                sa.select(table.c.id, Act.at)
                .join(Entry, born)
                .join(Act, act)
                .where(among(table.c.id, part))
            )
            changes = (
                sa.select(Entry.record_id, Act.at)
                .join(Act, act)
                .where(among(Entry.__table__.c.record_id, part), LATER)
            )
            for query in (births, changes):
                for record, at in session.connection().execute(query).all():
                    found[record] = max(found.get(record, 0), at)
    return found


def changed_since(session: Session, sign_off: SignOff, limit: int = 1000) -> list[Event]:
    """The journal's events, at most `limit`, by which households, members, visits and forms of
    the village were made, changed or deleted after it was signed; oldest first of each device.
    What came from or went to another place counts in both."""
    found: list[Event] = []
    if sign_off.place is None:
        return found
    inside = _Inside(session, sign_off.place)
    for device in session.scalars(sa.select(Device.index)):
        later = sa.select(sa.func.min(Act.act)).where(
            Act.device == device, Act.at > (sign_off.at or 0)
        )
        first = session.scalar(later)
        if first is None:
            continue
        batch: list[Event] = []
        for event in entries(session, device=device, after=first - 1):
            if event.at > (sign_off.at or 0) and event.kind is not Kind.NOTE:
                batch.append(event)
            if len(batch) >= _BATCH:
                found += inside.those(batch)
                batch = []
            if len(found) >= limit:
                return found[:limit]
        found += inside.those(batch)
    return found[:limit]


class _Inside:
    """Tells which events belong to a village."""

    def __init__(self, session: Session, village: int) -> None:
        self._session = session
        self._low, self._high = subtree(village)

    def _here(self, place: object) -> bool:
        return isinstance(place, int) and self._low <= place < self._high

    def those(self, events: list[Event]) -> list[Event]:
        owners = self._owners(events)
        moved = {
            key
            for event in events
            for key in event.changes.get("household", ())
            if isinstance(key, int)
        }
        asked = moved | {key for keys in owners.values() for key in keys}
        places = self._places(asked)
        return [
            event
            for event in events
            if any(self._here(place) for place in event.changes.get("place", ()))
            or any(
                self._here(places.get(key))
                for key in (
                    *owners.get((event.record_type, event.record_id), ()),
                    *event.changes.get("household", ()),
                )
                if isinstance(key, int)
            )
        ]

    def _owners(self, events: list[Event]) -> Mapping[tuple[str, int], tuple[int, ...]]:
        """The household each touched record belongs to now."""
        found: dict[tuple[str, int], tuple[int, ...]] = {
            ("household", e.record_id): (e.record_id,)
            for e in events
            if e.record_type == "household"
        }
        for model in OF_HOUSEHOLD:
            table: Any = model.__table__
            name = model.__tablename__
            for part in batches({e.record_id for e in events if e.record_type == name}):
                rows = sa.select(table.c.id, table.c.household).where(table.c.id.in_(part))
                for record, household in self._session.execute(rows):
                    found[name, record] = (household,) if household is not None else ()
        return found

    def _places(self, households: Iterable[int]) -> dict[int, int]:
        found: dict[int, int] = {}
        for part in batches(households):
            rows = sa.select(Household.id, Household.place).where(Household.id.in_(part))
            found.update({key: place for key, place in self._session.execute(rows) if place})
        return found
