"""Which records a station of some place may write: those of its own places."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from laborclerk.catalog.fields import Value
from laborclerk.features.registry.duplicates.model import verdict_id
from laborclerk.features.registry.model import Household
from laborclerk.features.registry.places import place_id, subtree
from laborclerk.store.base import record_types
from laborclerk.store.work import UnitOfWork

Brought = dict[int, dict[str, Value]]


class PlaceScope:
    """The judge handed to the merge: answers the ids that lie outside `place` (12 digits).

    A record belongs to the place it names, or to its household's; records of neither kind (a
    survey round, a frame edition) may be written by every enrolled station. Whether two persons
    are one is the county's to say, unless both are the station's own.
    """

    def __init__(self, place: str) -> None:
        self._low, self._high = subtree(place_id(place))

    def __call__(self, work: UnitOfWork, record_type: str, brought: Brought) -> set[int]:
        if record_type == "place":
            return {i for i in brought if not self._inside(i)}
        if record_type == "person_verdict":
            return self._verdicts(work, brought)
        columns = record_types()[record_type].__table__.columns
        refused = {
            i for i, values in brought.items()
            if "place" in columns and values.get("place") and not self._inside(values["place"])
        }  # fmt: skip
        homeless = brought
        if "household" in columns:
            refused_homes, homeless = self._of_households(work, record_type, brought)
            refused |= refused_homes
        if "place" in columns and homeless:
            now = self._now(work, record_type, "place", homeless)
            refused |= {i for i, place in now.items() if place and not self._inside(place)}
        return refused

    def _inside(self, place: Any) -> bool:
        return isinstance(place, int) and self._low <= place < self._high

    def _now(
        self, work: UnitOfWork, record_type: str, column: str, brought: Brought
    ) -> dict[int, Any]:
        table: Any = record_types()[record_type].__table__
        query = sa.select(table.c.id, table.c[column]).where(table.c.id.in_(list(brought)))
        return {row[0]: row[1] for row in work.session.execute(query)}

    def _verdicts(self, work: UnitOfWork, brought: Brought) -> set[int]:
        """Decisions on anybody outside, or under another id than the two persons give."""
        first = self._now(work, "person_verdict", "person_a", brought)
        second = self._now(work, "person_verdict", "person_b", brought)
        pairs: dict[int, list[Any]] = {
            i: [first.get(i, values.get("person_a")), second.get(i, values.get("person_b"))]
            for i, values in brought.items()
        }
        persons: Brought = {person: {} for pair in pairs.values() for person in pair}
        outside, homeless = self._of_households(work, "person", persons)
        strange = outside | homeless.keys()
        return {
            i for i, (a, b) in pairs.items()
            if a is None or b is None or a >= b or {a, b} & strange or i != verdict_id(a, b)
        }  # fmt: skip

    def _of_households(
        self, work: UnitOfWork, record_type: str, brought: Brought
    ) -> tuple[set[int], Brought]:
        """The ids whose household lies outside, and those that belong to no household."""
        homes = self._now(work, record_type, "household", brought)
        wanted: dict[int, set[Any]] = {
            i: {homes.get(i), values.get("household")} - {None} for i, values in brought.items()
        }
        ids = {home for some in wanted.values() for home in some}
        table = Household.__table__.c
        places = {
            row.id: row.place
            for row in work.session.execute(
                sa.select(table.id, table.place).where(table.id.in_(ids))
            )
        }
        outside = {
            i for i, some in wanted.items()
            if any(not self._inside(places.get(home)) for home in some)
        }  # fmt: skip
        return outside, {i: brought[i] for i, some in wanted.items() if not some}
