"""Takes the stream of a bundle in, inside one unit of work: who speaks, what is new, up to where
each device is known afterwards. What the entries do to records is in records.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgpack
import sqlalchemy as sa

from laborclerk.kernel.errors import reject
from laborclerk.store.base import table_of
from laborclerk.store.bulk import (
    insert_many,
    insert_or_ignore_many,
)
from laborclerk.store.journal import (
    Act,
    Device,
    Entry,
    HeldEntry,
    Kind,
)
from laborclerk.store.versions import (
    Dot,
    Ranges,
    Vector,
    pack_ranges,
    unpack_ranges,
    within,
    without,
)
from laborclerk.store.work import UnitOfWork
from laborclerk.sync import blocks
from laborclerk.sync.blocks import Block, Told
from laborclerk.sync.fields import Incoming
from laborclerk.sync.holding import MISSING, REASONS, WAITING
from laborclerk.sync.judge import Judge, JudgeOf
from laborclerk.sync.known import compare
from laborclerk.sync.ledger import Ledger
from laborclerk.sync.records import Applied, Records
from laborclerk.sync.wellformed import check_header, check_item

_BATCH = 5000
_CREATE, _NOTE = int(Kind.CREATE), int(Kind.NOTE)
_MAX_DEVICES = 32_000  # their index is a small number in every row


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose bundle it is: the certified `device`, and its judge; None may write all (the county
    to a township), and then the entries of other devices come with it. `across_gap`: an officer
    said that what is missing before it will never come. `incarnation` is the one that signed, `may`
    up to which sequence the sender speaks for an incarnation of its own."""

    device: int
    name: str
    judge: Judge | None
    across_gap: bool = False
    incarnation: int | None = None
    may: Callable[[int], int] = lambda incarnation: 2**63


def apply(
    work: UnitOfWork,
    sender: Sender,
    items: Iterable[object],
    judge_of: JudgeOf = lambda device: None,
    making: Callable[[Records], Merge] | None = None,
) -> Applied:
    """Apply the entries that are not known yet. Raises Rejected when the stream is malformed, has
    a gap or is not the one that came before; the unit of work is then rolled back whole."""
    stream = iter(items)
    header = check_header(next(stream, None))
    merge = (making or Merge)(Records(work, sender.judge, judge_of))
    merge.begin(sender, header)
    batch: list[Any] = []
    many = 0
    for item in stream:
        batch.append(item)
        many += blocks.entries_in(item) or 1
        if many >= _BATCH:
            merge.run(batch)
            batch, many = [], 0
    merge.run(batch)
    merge.finish(header)
    applied = merge.records.applied
    applied.header, applied.knew = header, merge.sender_knows
    return applied


def release(work: UnitOfWork, held: Collection[tuple[int, int]], judge_of: JudgeOf) -> Applied:
    """Apply held entries (device, sequence) by an officer's word, whoever's place they are of; what
    waited for them is tried under its own judge."""
    merge = Records(work, None)
    merge.retry(REASONS, held)
    merge.judge_of = judge_of
    merge.retry((MISSING,))
    merge.store_knowledge()
    return merge.applied


def retry(work: UnitOfWork, judge_of: JudgeOf) -> Applied:
    """Apply what was held because this program was too old, or something was missing."""
    merge = Records(work, None, judge_of)
    merge.retry(WAITING)
    merge.store_knowledge()
    return merge.applied


class Merge:
    """One import on its way: reads the stream and knows up to where each device has come."""

    parts = True  # what has no judge is but a part of what its writers wrote

    def __init__(self, records: Records) -> None:
        self.records = records
        self.work, self.session = records.work, records.session
        self.last: dict[int, int] = {}  # of each device, what is known
        self.holes: dict[int, Ranges] = {}
        self._filled: dict[int, list[int]] = defaultdict(list)
        self.devices: dict[int, int] = {}  # the sender's numbers → ours
        self._whole = False  # sequences must follow without a gap
        self._at = -1  # device whose entries come now
        self._epoch: dict[int, int] = {}  # the latest that was told, by device
        self._may: dict[int, int] = {}  # up to which sequence a device may speak
        self._history = False

    # -- who speaks ----------------------------------------------------------------------------

    def begin(self, sender: Sender, header: Mapping[str, Any]) -> None:
        """Learn the sender's numbers for devices, and what it knows."""
        session = self.session
        signed = [sender.device, sender.incarnation]
        if sender.incarnation is not None and header["devices"][0][:2] != signed:
            raise reject(Ledger.BUNDLE_MALFORMED, number="0")
        rows = session.execute(sa.select(Device.index, Device.device, Device.incarnation)).all()
        known = {(device, incarnation): index for index, device, incarnation in rows}
        following = max(known.values()) + 1
        for ref, (device, incarnation, name) in enumerate(header["devices"]):
            index = known.get((device, incarnation))
            if index is None:
                index, following = following, following + 1
                title = sender.name if device == sender.device else name
                session.execute(
                    sa.insert(Device).values(
                        index=index, device=device, incarnation=incarnation, name=title,
                        partial=self.parts and self.records.judge is None,
                    )
                )  # fmt: skip
                known[device, incarnation] = index
            self.devices[ref] = index
            if self.records.judge is None or device == sender.device:
                self.records.writers.add(index)
            if device == sender.device:
                self._may[index] = sender.may(incarnation)
        if following > _MAX_DEVICES:
            raise reject(Ledger.BUNDLE_MALFORMED, number="0")
        self._whole = self.records.judge is not None
        self._across = self.records.across = sender.across_gap
        self._sender = self.devices[0]
        tops = session.execute(sa.select(Device.index, Device.last_seq, Device.holes)).all()
        self.last = {index: last for index, last, _ in tops}
        self.holes = {index: unpack_ranges(holes) for index, _, holes in tops if holes}
        self.sender_knows = self._vector(header["knows"])

    def _vector(self, plain: Mapping[int, Any]) -> Vector:
        """What a device says it knew. Of this station it cannot know what was never written."""
        try:
            found = Vector.read(plain, self.devices)
        except KeyError as error:
            raise reject(Ledger.BUNDLE_MALFORMED, number="0") from error
        if self._whole and found.top.get(0, 0) > self.last[0]:
            raise reject(Ledger.BUNDLE_CLAIMS, number=found.top[0])
        return found

    # -- items ---------------------------------------------------------------------------------

    def run(self, batch: Sequence[Any]) -> None:
        """Take items with some thousand entries."""
        self._acts: list[dict[str, Any]] = []
        self.records.journal = {}
        known: list[tuple[int, Told]] = []
        entries: list[Incoming] = []
        for item in batch:
            check_item(item)
            match item[0]:
                case "d":
                    self._at = self.devices.get(item[1], -1)
                    if self._at not in self.records.writers:
                        raise reject(Ledger.BUNDLE_MALFORMED, number="0")
                case _ if self._at < 0 and item[0] != "x":  # of nobody
                    raise reject(Ledger.BUNDLE_MALFORMED, number="0")
                case "e":
                    self._take_epoch(item[1], self._vector(item[2]))
                case "x":
                    if self._whole:
                        raise reject(Ledger.BUNDLE_MALFORMED, number="0")
                    self._history = True
                case _:
                    entries += self._take_block(blocks.read(item), known)
        if not self._whole:
            entries = self._unknown(entries)
        if self._whole:
            compare(self.session, self._acts, known)
        self.records.merge(entries)
        self._write_acts()
        insert_many(self.session.connection(), table_of(Entry), list(self.records.journal.values()))

    def _take_epoch(self, seq: int, knows: Vector) -> None:
        """What a writer knew from `seq` on. It is told once, before the entries it is about: what
        was known when older ones were written cannot change any more."""
        at = self._at
        self._epoch[at] = max(seq, self._epoch.get(at, 0))
        is_old = seq <= self.last.get(at, 0) and not within(self.holes.get(at, ()), seq)
        if at != 0 and not (self._whole and is_old):
            self.records.causality.tell(at, seq, knows)

    def _take_block(self, block: Block, known: list[tuple[int, Told]]) -> Iterator[Incoming]:
        """The entries that are not known yet."""
        at = self._at
        for act, time, clerk, use_case, undoes in block.acts:
            if (at, act) not in self.records.times:  # the first of several blocks with its entries
                self.records.times[at, act] = time
                self._acts.append(
                    {"device": at, "act": act, "at": time, "clerk": clerk, "use_case": use_case,
                     "undoes": undoes}
                )  # fmt: skip
                self.work.clock.meet(time)
        first, last = (self.records.causality.context((at, block.entries[n].seq)) for n in (0, -1))
        same = first is last and block.is_gapless
        new = block.entries if self._follows(block) else self._new(block, known)
        for seq, act, record_type, record_id, kind, said, sure in new:
            dot = (at, seq)
            self.records.journal[dot] = {
                "device": at, "seq": seq, "act": act, "record_type": record_type,
                "record_id": record_id, "kind": kind,
                "changes": msgpack.packb(said) if said and kind != _CREATE else None,
            }  # fmt: skip
            if kind != _NOTE:
                context = first if same else self.records.causality.context(dot)
                yield Incoming(dot, act, record_type, record_id, kind, said, context, sure)

    def _follows(self, block: Block) -> bool:
        """Whether a block goes on without a gap where its device is: then all of it is new."""
        at, first, last = self._at, block.entries[0].seq, block.entries[-1].seq
        whole = first == self.last.get(at, 0) + 1 and block.is_gapless
        if at == 0 or self._history or not whole or self._epoch.get(at, 0) > first:
            return False
        if last > self._may.get(at, last):
            return False
        self.last[at] = last
        return True

    def _new(self, block: Block, known: list[tuple[int, Told]]) -> Iterator[Told]:
        """The entries of any block that are not known yet."""
        for told in block.entries:
            self._check_entry(told)
            if self._is_new(told, known):
                yield told

    def _is_new(self, told: Told, known: list[tuple[int, Told]]) -> bool:
        """Whether an entry is not known yet; notes up to where its device is, and what it fills."""
        at, seq = self._at, told.seq
        if self._history:
            return (at, seq) not in self.records.journal
        last = self.last.get(at, 0)
        holes = self.holes.get(at)
        if holes and within(holes, seq) and seq not in self._filled[at]:
            self._filled[at].append(seq)
            self.records.strays.add((told.record_type, told.record_id))
        elif seq <= last:
            known.append((at, told))
            return False
        elif self._whole and seq != last + 1:
            if not self._across:
                raise reject(Ledger.BUNDLE_GAP_INSIDE, missing=last + 1)
            self.holes[at] = (*self.holes.get(at, ()), (last + 1, seq - 1))
        self.last[at] = max(seq, last)
        return True

    def _check_entry(self, told: Told) -> None:
        """Rejected when the writer of a bundle cannot have written this now."""
        at, seq = self._at, told.seq
        twice = self.records.journal.get((at, seq))
        if self._history and twice is not None:  # it came before as well: the same
            same = (twice["act"], twice["record_type"], twice["record_id"])
            good = same == told[1:4]
        else:
            good = twice is None
        ours = at == 0 and seq > self.last[0]  # which only we write
        early = self._whole and seq < self._epoch.get(at, 0)
        late = seq > self._may.get(at, seq)
        if not good or ours or early or late:
            raise reject(Ledger.BUNDLE_MALFORMED, number=seq)

    def _unknown(self, entries: list[Incoming]) -> list[Incoming]:
        """What is not in the journal yet: the whole history of a record that moved here may have
        brought some of it before its turn."""
        there: set[Dot] = set()
        for device in {dot[0] for dot in self.records.journal}:
            seqs = [seq for at, seq in self.records.journal if at == device]
            query = sa.select(Entry.seq).where(Entry.device == device, Entry.seq.in_(seqs))
            there |= {(device, seq) for seq in self.session.scalars(query)}
        self.records.journal = {
            dot: row for dot, row in self.records.journal.items() if dot not in there
        }
        return [entry for entry in entries if entry.dot not in there]

    def _write_acts(self) -> None:
        """The acts of entries that are new, counted in the order they came."""
        new = {(row["device"], row["act"]) for row in self.records.journal.values()}
        rows = []
        for act in self._acts:
            if (act["device"], act["act"]) in new:
                self.work.acts += 1
                rows.append(act | {"written": self.work.acts})
        insert_or_ignore_many(self.session.connection(), table_of(Act), rows)

    # -- the end -------------------------------------------------------------------------------

    def finish(self, header: Mapping[str, Any]) -> None:
        """What is known now, of the sender and through it."""
        top = self.last.get(self._sender, 0)
        if self._whole and any(seq > self.last.get(at, 0) for at, seq in self._epoch.items()):
            raise reject(Ledger.BUNDLE_MALFORMED, number="0")
        # an older file that comes late says less than what is known of the sender already
        if self._sender != 0 and self.sender_knows.top.get(self._sender, 0) >= top:
            self.records.causality.tell(self._sender, top + 1, self.sender_knows)
        for device in self._heard(header) - {0}:
            holes = without(self.holes.get(device, ()), self._filled[device])
            self.session.execute(
                sa.update(Device)
                .where(Device.index == device)
                .values(
                    last_seq=self.last[device],
                    holes=pack_ranges(holes),
                    partial=Device.partial | sa.literal(self.parts and not self._whole),
                )
            )
        self.records.retry((MISSING,))
        if MISSING in self.records.applied.held:
            left = sa.select(sa.func.count()).where(
                HeldEntry.reason == MISSING, HeldEntry.index.in_(self.records.writers)
            )
            self.records.applied.held[MISSING] = int(self.session.scalar(left) or 0)
        self.records.store_knowledge()

    def _heard(self, header: Mapping[str, Any]) -> set[int]:
        """Of which devices more may be known now."""
        if not self._whole:
            self._learn(header)
        return set(self.last)

    def _learn(self, header: Mapping[str, Any]) -> None:
        """After the county's answer: of the devices it sent, all that was sent; of others, what it
        knows. What concerns this station came."""
        own = set(self.session.scalars(sa.select(Device.index).where(Device.own)))
        sent = self._sent(header)
        for device, top in self.sender_knows.top.items():
            if device not in own and device not in sent:
                self.last[device] = max(self.last.get(device, 0), top)
                self.holes[device] = self.sender_knows.holes.get(device, ())
        for device, (after, top) in sent.items():
            if device != 0 and after <= self.last.get(device, 0):
                self.last[device] = max(self.last.get(device, 0), top)
                if device not in own:
                    self.holes[device] = self.sender_knows.holes.get(device, ())

    def _sent(self, header: Mapping[str, Any]) -> dict[int, tuple[int, int]]:
        """Of each device sent: after < sequence ≤ last of which all came that concerns us."""
        sent = header.get("sent")
        return {
            self.devices[item[0]]: (item[1], item[2])
            for item in (sent if isinstance(sent, list) else [])
            if isinstance(item, list)
            and len(item) == 3
            and all(type(n) is int and 0 <= n < 2**53 for n in item)
            and item[0] in self.devices
        }
