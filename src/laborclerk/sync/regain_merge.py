"""Takes the stream of a county's own lost answer in: what the county wrote, and what it had from
others, who may have lost it as well.

It holds what concerned one place: what is missing in between is noted as holes, for other answers
and for the writers to fill.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

import sqlalchemy as sa

from laborclerk.kernel.errors import Rejected
from laborclerk.kernel.ids import show_id
from laborclerk.store.journal import Device, Entry
from laborclerk.store.versions import Vector, ranges, within
from laborclerk.sync.blocks import Block, Told
from laborclerk.sync.fields import Incoming
from laborclerk.sync.known import compare
from laborclerk.sync.merge import Merge, Sender
from laborclerk.sync.records import Records
from laborclerk.sync.revocation import RevocationList


class RegainMerge(Merge):
    """Of a device that was ended since, only what still counts is taken; of one that went another
    way since, nothing: its numbers mean other work now."""

    parts = False  # its holes are known

    def __init__(self, records: Records, listed: RevocationList) -> None:
        super().__init__(records)
        self._listed = listed
        self._ours: set[int] = set()  # former selves of this station
        self._counted: dict[int, int] = {}  # of other devices, the last sequence that counts
        self._came: set[int] = set()
        self._apart: set[int] = set()  # devices that went another way

    def begin(self, sender: Sender, header: Mapping[str, Any]) -> None:
        super().begin(sender, header)
        self._had = dict(self.last)
        for ref, (device, incarnation, _) in enumerate(header["devices"]):
            index = self.devices[ref]
            if device == sender.device:
                self._ours.add(index)
                continue
            ended = [r for r in self._listed.revoked if r.device == show_id(device)]
            self._counted[index] = min((r.counts(incarnation).last for r in ended), default=2**63)
        mine = sa.update(Device).where(Device.index.in_(self._ours))
        self.session.execute(mine.values(own=True))  # others may have told of it before

    def _take_epoch(self, seq: int, knows: Vector) -> None:
        """Of others, who told it themselves, only of what was not here."""
        if self._at in self._ours or not self._was_here(seq):
            super()._take_epoch(seq, knows)

    def _was_here(self, seq: int) -> bool:
        """Whether an entry of the device whose entries come now was here before this answer."""
        at = self._at
        return seq <= self._had.get(at, 0) and not within(self.holes.get(at, ()), seq)

    def _follows(self, block: Block) -> bool:
        at, last = self._at, block.entries[-1].seq
        self._came.add(at)
        counts = at not in self._apart and last <= self._counted.get(at, last)
        return counts and super()._follows(block)

    def _new(self, block: Block, known: list[tuple[int, Told]]) -> Iterator[Told]:
        if self._at not in self._ours and self._is_other(block):
            self._apart.add(self._at)
        return iter(()) if self._at in self._apart else super()._new(block, known)

    def _is_new(self, told: Told, known: list[tuple[int, Told]]) -> bool:
        counts = told.seq <= self._counted.get(self._at, told.seq)
        return counts and super()._is_new(told, known)

    def _is_other(self, block: Block) -> bool:
        """Whether numbers of the block stand for other work here."""
        at = self._at
        acts = [
            {"device": at, "act": act, "at": time, "clerk": clerk, "use_case": use_case}
            for act, time, clerk, use_case, _ in block.acts
        ]
        try:
            compare(self.session, acts, [(at, t) for t in block.entries if self._was_here(t.seq)])
        except Rejected:
            return True
        return False

    def _unknown(self, entries: list[Incoming]) -> list[Incoming]:
        """Whom it was to be handed on to nobody knows any more: to all whom it concerns."""
        new = super()._unknown(entries)
        others = (e for e in new if e.dot[0] not in self._ours)
        self.records.strays |= {(e.record_type, e.record_id) for e in others}
        return new

    def _heard(self, header: Mapping[str, Any]) -> set[int]:
        """Of this station's former selves all that was sent, of others what came."""
        sent = self._sent(header)
        heard = self._ours | self._came - self._apart
        for device in heard:
            had, holes = self._had.get(device, 0), self.holes.get(device, ())
            low = holes[0][0] if holes else had + 1
            query = sa.select(Entry.seq).where(Entry.device == device, Entry.seq >= low)
            there = set(self.session.scalars(query))
            told = sent.get(device, (0, 0))[1] if device in self._ours else 0
            top = max(had, told, *there)
            missing = chain(*(range(a, b + 1) for a, b in holes), range(had + 1, top + 1))
            self.last[device], self.holes[device] = top, ranges(set(missing) - there)
            self._filled[device] = []
        return heard
