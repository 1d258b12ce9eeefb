"""Whether county and township hold the same: a hash of each village's households and persons.

The county's return bundle brings its hashes. A township compares the villages in which it wrote
nothing the county has not acknowledged; where they differ something went wrong that no rule of the
exchange foresees, and it must be seen at once.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import msgpack
import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.store.base import fields_of, record_types
from laborclerk.store.journal import Device, Entry, HeldEntry, Kind

_PART = 5000
Records = Mapping[str, Iterable[int]]


class Villages(Protocol):
    """See features/registry/scope.py."""

    def villages(self, session: Session) -> Mapping[int, Records]:
        """The records of each village of the place, by type."""
        ...

    def villages_of(self, session: Session, records: Records) -> set[int]:
        """In which villages some records lie."""
        ...


def hashes(session: Session, scope: Villages) -> dict[int, bytes]:
    """By village; those in which entries are held are left out."""
    held = sa.select(HeldEntry.record_type, HeldEntry.record_id)
    without = scope.villages_of(session, _grouped(session.execute(held)))
    return {
        village: _hash(session, records)
        for village, records in scope.villages(session).items()
        if village not in without
    }


def differing(session: Session, scope: Villages, told: Mapping[int, bytes]) -> set[int]:
    """The villages that the county holds otherwise, of those where nothing is on its way."""
    unsent: list[Any] = []
    for index, acked in session.execute(sa.select(Device.index, Device.acked).where(Device.own)):
        query = sa.select(Entry.record_type, Entry.record_id)
        where = (Entry.device == index, Entry.seq > acked, Entry.kind != Kind.NOTE)
        unsent += session.execute(query.where(*where)).all()
    moving = scope.villages_of(session, _grouped(unsent))
    ours = hashes(session, scope)
    return {
        village
        for village, mine in ours.items()
        if village in told and village not in moving and told[village] != mine
    }


def _grouped(pairs: Iterable[Any]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for record_type, record_id in pairs:
        found[record_type].add(record_id)
    return found


def _hash(session: Session, records: Records) -> bytes:
    """A sum, so that the order of rows does not matter."""
    total = 0
    for name, ids in records.items():
        model = record_types()[name]
        table: Any = model.__table__
        columns = [table.c[key] for key in ("id", *fields_of(model))]
        ordered = sorted(ids)
        for at in range(0, len(ordered), _PART):
            query = sa.select(*columns).where(table.c.id.in_(ordered[at : at + _PART]))
            for row in session.execute(query):
                digest = hashlib.sha256(msgpack.packb([name, *row])).digest()
                total += int.from_bytes(digest[:16], "big")
    return (total % 2**128).to_bytes(16, "big")
