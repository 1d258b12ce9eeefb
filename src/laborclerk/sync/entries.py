"""Journal entries as they travel: out of the store with their values, in the order written.

The payload is a stream of items. `["h", header]` comes first: who is meant by which number
(`devices`: [[device, incarnation, name]…], the sender's own first), what the sender `knows` of
them, and whatever else exchange.py puts there. Then, in the order in which they were written:

- `["d", device]`: what follows was written by that device
- `["e", sequence, knows]`: from this sequence on it knew this of the others
- `["b", …]`: up to some thousand entries with their acts (blocks.py)
- `["x"]`: what follows is the whole history of records that moved to the reader's place

A creation carries the values it was made with, rebuilt by walking later changes back.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.store.base import record_types
from laborclerk.store.births import first_values
from laborclerk.store.bulk import among
from laborclerk.store.causality import Causality, knowledge
from laborclerk.store.journal import (
    APPLIED,
    LATER,
    Act,
    Device,
    Entry,
    Kind,
)
from laborclerk.sync.blocks import MOST, Born, write

_BATCH = 5000
_ENTRY: Any = Entry.__table__
_LAST = 2**62  # no sequence is so high
Chosen = Callable[[Session, Sequence[Any]], Sequence[Any]]
"""Which of some journal rows travel."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Entries of one device with after < sequence ≤ last."""

    device: int
    after: int
    last: int


def outstanding(session: Session) -> list[Stretch]:
    """What this device (and its former incarnations) wrote and the county does not have."""
    rows = session.execute(
        sa.select(Device.index, Device.acked, Device.last_seq)
        .where(Device.own, Device.last_seq > Device.acked)
        .order_by(Device.index == 0, Device.index)  # former incarnations first, in their order
    )
    return [Stretch(*row) for row in rows]


def count(session: Session, stretches: Iterable[Stretch]) -> tuple[int, dict[str, int]]:
    """How many entries, and how many per record type."""
    counts: dict[str, int] = defaultdict(int)
    for s in stretches:
        rows = session.execute(
            sa.select(Entry.record_type, sa.func.count())
            .where(Entry.device == s.device, Entry.seq > s.after, Entry.seq <= s.last)
            .group_by(Entry.record_type)
        )
        for kind, n in rows:
            counts[kind] += int(n)
    return sum(counts.values()), dict(counts)


class Outgoing:
    """Writes items for one bundle: remembers what it told already."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.causality = Causality(session)
        devices = session.execute(
            sa.select(Device.index, Device.device, Device.incarnation, Device.name)
            .order_by(Device.index)
        ).all()  # fmt: skip
        self.refs = {index: ref for ref, (index, *_) in enumerate(devices)}
        self.devices = [[device, incarnation, name] for _, device, incarnation, name in devices]
        self._device = -1
        self._epoch: dict[int, int] = {}  # the epoch told last, by device
        self._epoch_of = -1  # of this device no other begins with _after ≤ sequence < _before
        self._after = self._before = 0

    def header(self, **more: Any) -> list[Any]:
        """The first item; `knows` is what this station knows, its own sequences included."""
        known = knowledge(self.session)
        last = self.session.scalar(sa.select(Device.last_seq).where(Device.index == 0)) or 0
        known.top[0] = last
        return ["h", {"devices": self.devices, "knows": known.plain(self.refs), **more}]

    def stretches(self, wanted: Iterable[Stretch]) -> Iterator[list[Any]]:
        """The entries of each stretch in turn."""
        for s in wanted:
            for rows in self._stretch(s, sa.select(_ENTRY)):
                yield from self.rows(rows)

    def woven(self, wanted: Iterable[Stretch], chosen: Chosen) -> Iterator[list[Any]]:
        """The entries of all stretches that are `chosen`, in the order they were written into
        this store: each stands after all that its writer knew."""
        query = sa.select(_ENTRY, Act.written).join(
            Act, (Act.device == Entry.device) & (Act.act == Entry.act)
        )

        def of(stretch: Stretch) -> Iterator[Any]:
            for rows in self._stretch(stretch, query):
                yield from chosen(self.session, rows)

        rows = heapq.merge(*map(of, wanted), key=attrgetter("written"))
        while part := list(islice(rows, _BATCH)):
            yield from self.rows(part)

    def _stretch(self, stretch: Stretch, query: sa.Select[Any]) -> Iterator[Sequence[Any]]:
        """The journal rows of a stretch, some thousand at a time."""
        position = stretch.after
        while position < stretch.last:
            part = query.where(
                Entry.device == stretch.device, Entry.seq > position, Entry.seq <= stretch.last
            )
            ordered = part.order_by(Entry.seq).limit(_BATCH)
            rows = self.session.connection().execute(ordered).all()
            if not rows:
                break
            position = rows[-1].seq
            yield rows

    def histories(self, records: Mapping[str, Iterable[int]]) -> Iterator[list[Any]]:
        """All that ever happened to some records, by whomever, in the order it came here."""
        yield ["x"]
        for record_type, ids in records.items():
            ordered = sorted(ids)
            for at in range(0, len(ordered), _BATCH // 10):
                yield from self.rows(self._history(record_type, ordered[at : at + _BATCH // 10]))

    def _history(self, record_type: str, ids: Sequence[int]) -> Sequence[Any]:
        table: Any = record_types()[record_type].__table__
        query = sa.select(_ENTRY, Act.written).join(
            Act, (Act.device == Entry.device) & (Act.act == Entry.act)
        )
        born = query.join(
            table, (table.c.origin_device == Entry.device) & (table.c.origin_seq == Entry.seq)
        ).where(table.c.id.in_(ids))
        later = query.where(
            Entry.record_id.in_(ids), LATER, Entry.record_type == record_type, APPLIED
        )
        rows = [*self.session.execute(born), *self.session.execute(later)]
        return sorted(rows, key=lambda row: (row.written, row.device, row.seq))

    def rows(self, rows: Sequence[Any]) -> Iterator[list[Any]]:
        """Journal rows as items, with the device and the epoch they stand under."""
        born = self._born(rows)
        acts = self._acts(rows)
        start = 0
        while start < len(rows):
            device, seq = rows[start][:2]
            if device != self._device:
                self._device = device
                yield ["d", self.refs[device]]
            if not self._after <= seq < self._before or device != self._epoch_of:
                yield from self._epochs(device, seq)
            end = start + 1
            while end < min(len(rows), start + MOST) and self._is_next(rows[end]):
                end += 1
            yield write(rows[start:end], acts[device], born)
            start = end

    def _born(self, rows: Iterable[Any]) -> Born:
        """What the records created by some journal rows were created with."""
        made: dict[str, dict[int, bytes | None]] = defaultdict(dict)
        for _, _, _, record_type, record_id, kind, changes, *_ in rows:
            if kind == Kind.CREATE and record_type in record_types():  # else from a newer program
                made[record_type][record_id] = changes
        return {name: first_values(self.session, name, kept) for name, kept in made.items()}

    def _is_next(self, row: Any) -> bool:
        """Whether the row stands under the device and the epoch told last."""
        return row[0] == self._device and bool(self._after <= row[1] < self._before)

    def _epochs(self, device: int, seq: int) -> Iterator[list[Any]]:
        """The epoch in force, unless it was told; notes up to where it is."""
        following = self.causality.epochs(device, seq, _LAST)
        self._epoch_of, self._after = device, seq
        self._before = next((start for start, _ in following if start > seq), _LAST)
        for start, knows in following[:1]:
            if start <= seq and self._epoch.get(device) != start:
                self._epoch[device] = start
                yield ["e", start, knows.plain(self.refs)]

    def _acts(self, rows: Sequence[Any]) -> dict[int, dict[int, Any]]:
        """The acts of journal rows, by device and number."""
        wanted: dict[int, set[int]] = defaultdict(set)
        for row in rows:
            wanted[row[0]].add(row[2])
        table: Any = Act.__table__
        found: dict[int, dict[int, Any]] = {}
        for device, acts in wanted.items():
            query = sa.select(table).where(table.c.device == device, among(table.c.act, acts))
            found[device] = {act.act: act for act in self.session.connection().execute(query)}
        return found
