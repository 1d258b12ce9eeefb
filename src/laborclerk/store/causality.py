"""What every device knew when it wrote each of its entries, read from the store's epochs."""

from __future__ import annotations

from bisect import bisect_right

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.store.journal import Device, Epoch, HeldEntry
from laborclerk.store.versions import Dot, Vector, ranges, unpack_ranges

_NOTHING = Vector()


class Causality:
    """Answers whether the writer of one entry knew another; epochs are read once a device."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._epochs: dict[int, tuple[list[int], list[Vector]]] = {}

    def context(self, dot: Dot) -> Vector:
        """What the writer of `dot` knew of other devices; of its own it knew everything before."""
        starts, vectors = self._of(dot[0])
        at = bisect_right(starts, dot[1])
        return vectors[at - 1] if at else _NOTHING

    def knew(self, writer: Dot, other: Dot) -> bool:
        """Whether the writer of the entry `writer` knew the entry `other` (its own included)."""
        if writer[0] == other[0]:
            return other[1] <= writer[1]
        return self.context(writer).knows(other)

    def tell(self, device: int, seq: int, knows: Vector) -> None:
        """An epoch of another device, as its bundle says: kept in the store."""
        starts, vectors = self._of(device)
        at = bisect_right(starts, seq)
        if at and starts[at - 1] == seq:
            if vectors[at - 1] == knows:
                return
            vectors[at - 1] = knows
        else:
            starts.insert(at, seq)
            vectors.insert(at, knows)
        self._session.merge(Epoch(index=device, seq=seq, knows=knows.pack()))
        self._session.flush()  # it may be told again: merge finds what was flushed

    def epochs(self, device: int, first: int, last: int) -> list[tuple[int, Vector]]:
        """(from-sequence, vector) of those in force for the sequences `first`…`last`."""
        starts, vectors = self._of(device)
        at = max(bisect_right(starts, first) - 1, 0)
        return [
            (seq, vector)
            for seq, vector in zip(starts[at:], vectors[at:], strict=True)
            if seq <= last
        ]

    def _of(self, device: int) -> tuple[list[int], list[Vector]]:
        if device not in self._epochs:
            rows = self._session.execute(
                sa.select(Epoch.seq, Epoch.knows).where(Epoch.index == device).order_by(Epoch.seq)
            ).all()
            self._epochs[device] = (
                [row.seq for row in rows], [Vector.unpack(row.knows) for row in rows],
            )  # fmt: skip
        return self._epochs[device]


def knowledge(session: Session) -> Vector:
    """What this station knows now: of each other device everything but what is held or missing."""
    held: dict[int, list[int]] = {}
    for index, seq in session.execute(sa.select(HeldEntry.index, HeldEntry.seq)):
        held.setdefault(index, []).append(seq)
    found = Vector()
    devices = sa.select(Device.index, Device.last_seq, Device.holes)
    for index, top, holes in session.execute(devices.where(Device.index != 0, Device.last_seq > 0)):
        found.top[index] = top
        left_out = (*unpack_ranges(holes), *ranges(held.get(index, ())))
        if left_out:
            found.holes[index] = left_out
    return found


def begin_epoch(session: Session, first: int) -> None:
    """What this device writes from sequence `first` on is written knowing all that is here."""
    session.flush()
    session.merge(Epoch(index=0, seq=first, knows=knowledge(session).pack()))
    session.flush()
