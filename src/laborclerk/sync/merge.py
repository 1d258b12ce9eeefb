"""Applies other devices' entries to this store, inside one unit of work.

Entries are taken in batches: creations first (a register after those it refers to), then every
change is joined into what its record holds (fields.py). What may not or cannot be applied is
*held* whole with its reason: nothing is overwritten, nothing is dropped, and what was held is
tried again when what it waited for has come.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol

import msgpack
import sqlalchemy as sa

from laborclerk.catalog.fields import PlaceRef, Reference, Value
from laborclerk.kernel.errors import reject
from laborclerk.kernel.progress import SILENT, Progress
from laborclerk.store.base import Record, fields_of, record_types
from laborclerk.store.bulk import (
    among,
    insert_many,
    insert_or_ignore_many,
    insert_values,
    update_many,
)
from laborclerk.store.causality import Causality
from laborclerk.store.journal import (
    Act,
    Conflict,
    Device,
    Entry,
    HeldEntry,
    Kind,
    conflict_id,
)
from laborclerk.store.versions import (
    Dot,
    Ranges,
    Vector,
    pack_dots,
    pack_ranges,
    pack_versions,
    ranges,
    unpack_ranges,
    unpack_versions,
    within,
    without,
)
from laborclerk.store.work import UnitOfWork
from laborclerk.sync import blocks
from laborclerk.sync.blocks import Block, Told, Values
from laborclerk.sync.fields import Held, Incoming, Joiner
from laborclerk.sync.ledger import Handover, Ledger
from laborclerk.sync.wellformed import check_header, check_item, fits

_BATCH = 5000
_CREATE, _NOTE = int(Kind.CREATE), int(Kind.NOTE)
_OWN = ("id", "origin_device", "origin_seq", "dots", "version")  # of a record, no declared fields
_MAX_DEVICES = 32_000  # their index is a small number in every row
OUT_OF_SCOPE, NEWER, MISSING = "out_of_scope", "newer", "missing"
WAITING = (NEWER, MISSING)  # tried again when more is known
REASONS = (OUT_OF_SCOPE, *WAITING)


class Judge(Protocol):
    """What the sender may write; see features/registry/scope.py."""

    def refused(
        self, work: UnitOfWork, record_type: str, brought: Sequence[tuple[int, Mapping[str, Value]]]
    ) -> set[int]: ...

    def belonged(
        self, work: UnitOfWork, record_type: str, record_id: int, knew: Callable[[Dot], bool]
    ) -> bool: ...


JudgeOf = Callable[[int], Judge | None]
"""The judge of the device with an index; None for one that may write all."""


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
    itself: bool = False


@dataclass
class Applied:
    """What an import did: records really changed, fields, entries held with their reasons,
    records changed on several sides without touching (`met`), conflicts that began; `knew` is what
    the sender knew when it wrote (None when held entries were taken up again)."""

    records: int = 0
    fields: int = 0
    conflicts: int = 0
    met: set[tuple[str, int]] = field(default_factory=set)
    held: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    header: dict[str, Any] = field(default_factory=dict)
    knew: Vector | None = None


def apply(
    work: UnitOfWork,
    sender: Sender,
    items: Iterable[object],
    progress: Progress = SILENT,
    judge_of: JudgeOf = lambda device: None,
) -> Applied:
    """Apply the entries that are not known yet. Raises Rejected when the stream is malformed, has
    a gap or is not the one that came before; the unit of work is then rolled back whole."""
    stream = iter(items)
    header = check_header(next(stream, None))
    merge = Merge(work, sender.judge, judge_of)
    merge.begin(sender, header)
    batch: list[Any] = []
    many = done = 0
    for item in stream:
        batch.append(item)
        many += blocks.entries_in(item) or 1
        if many >= _BATCH:
            merge.run(batch)
            done += many
            progress.step(done)
            batch, many = [], 0
    merge.run(batch)
    progress.step(done + many)
    merge.finish(header)
    merge.applied.header, merge.applied.knew = header, merge.sender_knows
    return merge.applied


def release(work: UnitOfWork, held: Collection[tuple[int, int]]) -> Applied:
    """Apply held entries (device, sequence) by an officer's word, whoever's place they are of."""
    merge = Merge(work, None)
    merge.retry(REASONS, held)
    merge.store_knowledge()
    return merge.applied


def retry(work: UnitOfWork, judge_of: JudgeOf) -> Applied:
    """Apply what was held because this program was too old, or something was missing."""
    merge = Merge(work, None, judge_of)
    merge.retry(WAITING)
    merge.store_knowledge()
    return merge.applied


class Merge:
    """One import on its way."""

    def __init__(
        self, work: UnitOfWork, judge: Judge | None, judge_of: JudgeOf = lambda device: None
    ) -> None:
        self.work = work
        self.judge = judge
        self.judge_of = judge_of
        self.session = work.session
        self.applied = Applied()
        self.causality = Causality(work.session)
        self.joiner = Joiner(self.causality, self._weight)
        self.changed: set[tuple[str, int]] = set()
        self.strays: set[tuple[str, int]] = set()  # whose history others must get whole
        self.last: dict[int, int] = {}  # of each device, what is known
        self.holes: dict[int, Ranges] = {}
        self._filled: dict[int, list[int]] = defaultdict(list)
        self.devices: dict[int, int] = {}  # the sender's numbers → ours
        self.writers: set[int] = set()  # devices whose entries may come
        self._whole = False  # sequences must follow without a gap
        self._at = -1  # device whose entries come now
        self._epoch: dict[int, int] = {}  # the latest that was told, by device
        self._may: dict[int, int] = {}  # up to which sequence a device may speak
        self._history = False
        self._weights: dict[Dot, tuple[int, ...]] = {}
        self._times: dict[tuple[int, int], int] = {}  # of the acts of this import

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
                        partial=self.judge is None and not sender.itself,
                        own=sender.itself and device == sender.device,
                    )
                )  # fmt: skip
                known[device, incarnation] = index
            self.devices[ref] = index
            if (self.judge is None and not sender.itself) or device == sender.device:
                self.writers.add(index)
            if device == sender.device:
                self._may[index] = sender.may(incarnation)
        if following > _MAX_DEVICES:
            raise reject(Ledger.BUNDLE_MALFORMED, number="0")
        self._whole = self.judge is not None
        self._itself = sender.itself
        self._across = sender.across_gap
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
        self._journal: dict[Dot, dict[str, Any]] = {}
        known: list[tuple[int, Told]] = []
        entries: list[Incoming] = []
        for item in batch:
            check_item(item)
            match item[0]:
                case "d":
                    self._at = self.devices.get(item[1], -1)
                    if self._at not in self.writers and not self._itself:
                        raise reject(Ledger.BUNDLE_MALFORMED, number="0")
                case _ if self._at < 0 and item[0] != "x":  # of nobody
                    raise reject(Ledger.BUNDLE_MALFORMED, number="0")
                case _ if self._at not in self.writers and item[0] != "x":
                    continue  # comes from its writer
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
        self._compare(known)
        self._merge(entries)
        self._write_acts()
        insert_many(self.session.connection(), _table(Entry), list(self._journal.values()))

    def _take_epoch(self, seq: int, knows: Vector) -> None:
        """What a writer knew from `seq` on. It is told once, before the entries it is about: what
        was known when older ones were written cannot change any more."""
        at = self._at
        self._epoch[at] = max(seq, self._epoch.get(at, 0))
        is_old = seq <= self.last.get(at, 0) and not within(self.holes.get(at, ()), seq)
        if at != 0 and not (self._whole and is_old):
            self.causality.tell(at, seq, knows)

    def _take_block(self, block: Block, known: list[tuple[int, Told]]) -> Iterator[Incoming]:
        """The entries that are not known yet."""
        at = self._at
        for act, time, clerk, use_case, undoes in block.acts:
            if (at, act) not in self._times:  # the first of several blocks with its entries
                self._times[at, act] = time
                self._acts.append(
                    {"device": at, "act": act, "at": time, "clerk": clerk, "use_case": use_case,
                     "undoes": undoes}
                )  # fmt: skip
                self.work.clock.meet(time)
        first, last = (self.causality.context((at, block.entries[n].seq)) for n in (0, -1))
        same = first is last and block.is_gapless
        new = block.entries if self._follows(block) else self._new(block, known)
        for seq, act, record_type, record_id, kind, said, sure in new:
            dot = (at, seq)
            self._journal[dot] = {
                "device": at, "seq": seq, "act": act, "record_type": record_type,
                "record_id": record_id, "kind": kind,
                "changes": msgpack.packb(said) if said and kind != _CREATE else None,
            }  # fmt: skip
            if kind != _NOTE:
                context = first if same else self.causality.context(dot)
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
            return (at, seq) not in self._journal
        last = self.last.get(at, 0)
        holes = self.holes.get(at)
        if holes and within(holes, seq) and seq not in self._filled[at]:
            self._filled[at].append(seq)
            self.strays.add((told.record_type, told.record_id))
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
        twice = self._journal.get((at, seq))
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
        for device in {dot[0] for dot in self._journal}:
            seqs = [seq for at, seq in self._journal if at == device]
            query = sa.select(Entry.seq).where(Entry.device == device, Entry.seq.in_(seqs))
            there |= {(device, seq) for seq in self.session.scalars(query)}
        self._journal = {dot: row for dot, row in self._journal.items() if dot not in there}
        return [entry for entry in entries if entry.dot not in there]

    def _compare(self, known: Sequence[tuple[int, Told]]) -> None:
        """What is known already must be what came then: a laptop restored from a backup gives
        its numbers again for other work, which must never be passed over as known. Rejected."""
        for device in {at for at, _ in known} if self._whole else ():
            items = [item for at, item in known if at == device]
            session = self.session
            told = {a["act"]: a for a in self._acts if a["device"] == device}
            query = sa.select(Act.act, Act.at, Act.clerk, Act.use_case)
            there = session.execute(query.where(Act.device == device, Act.act.in_(list(told))))
            other = {
                a.act for a in there
                if (a.at, a.clerk, a.use_case)
                != (told[a.act]["at"], told[a.act]["clerk"], told[a.act]["use_case"])
            }  # fmt: skip
            span = Entry.seq.between(items[0][0], items[-1][0])
            rows = {
                row.seq: row
                for row in session.execute(
                    sa.select(Entry.__table__).where(Entry.device == device, span)
                )
            }
            for seq, act, record_type, record_id, kind, said, _ in items:
                row = rows.get(seq)
                if row is None:
                    raise reject(Ledger.BUNDLE_MALFORMED, number=seq)
                same = (row.act, row.record_type, row.record_id) == (act, record_type, record_id)
                if kind != Kind.CREATE:  # one that met a record stands here as a change
                    changes = msgpack.packb(said) if said else b""
                    same = same and (row.kind, row.changes or b"") == (kind, changes)
                if act in other or not same:
                    name = session.scalar(sa.select(Device.name).where(Device.index == device))
                    raise reject(Ledger.BUNDLE_FORK, name=name, number=seq)

    def _write_acts(self) -> None:
        """The acts of entries that are new, counted in the order they came."""
        new = {(row["device"], row["act"]) for row in self._journal.values()}
        rows = []
        for act in self._acts:
            if (act["device"], act["act"]) in new:
                self.work.acts += 1
                rows.append(act | {"written": self.work.acts})
        insert_or_ignore_many(self.session.connection(), _table(Act), rows)

    # -- records -------------------------------------------------------------------------------

    def _merge(self, entries: Sequence[Incoming]) -> None:
        births: dict[str, list[Incoming]] = defaultdict(list)
        changes: list[Incoming] = []
        for entry in entries:
            if entry.kind == Kind.CREATE:
                births[entry.record_type].append(entry)
            else:
                changes.append(entry)
        for record_type in sorted(births, key=_rank):
            changes += self._create(record_type, births[record_type])
        if any(entry.kind == Kind.CREATE for entry in changes):
            order = {entry.dot: n for n, entry in enumerate(entries)}
            changes.sort(key=lambda entry: order[entry.dot])
        self._change(changes)

    def _create(self, record_type: str, births: list[Incoming]) -> list[Incoming]:
        """Insert new records → entries whose record is here already: they are changes to it."""
        model = record_types().get(record_type)
        known: list[Incoming] = []
        for entry in births:
            if model is not None and _is_known(model, entry):
                known.append(entry)
            else:
                self._hold(entry, NEWER)
        if model is None or not known:
            return []
        table = _table(model)
        refused = self._refused(record_type, known)
        ids = [entry.record_id for entry in known]
        connection = self.session.connection()
        query = sa.select(table.c.id).where(among(table.c.id, ids))
        there = {row[0] for row in connection.execute(query).all()}
        meeting: list[Incoming] = []
        rows: list[Values] = []
        empty: dict[str, Any] = dict.fromkeys(fields_of(model))
        for n, entry in enumerate(known):
            record_id = entry.record_id
            if n in refused:
                self._hold(entry, OUT_OF_SCOPE)
            elif record_id in there:
                meeting.append(entry)
            else:
                there.add(record_id)
                said = entry.said if entry.sure else {**empty, **entry.said}
                rows.append((*said.values(), record_id, *entry.dot, None, 1))
        if rows:
            with self.work.journaled():
                insert_values(connection, table, [*empty, *_OWN], rows)
            made = [row[len(empty)] for row in rows]
            self.work.touch(record_type, made)
            self.changed.update((record_type, record_id) for record_id in made)
            # `dots` are empty too
            self.applied.fields += sum(len(empty) + 1 - row.count(None) for row in rows)
        return meeting

    def _change(self, entries: Sequence[Incoming]) -> None:
        by_type: dict[str, list[Incoming]] = defaultdict(list)
        for entry in entries:
            by_type[entry.record_type].append(entry)
        for record_type, some in by_type.items():
            model = record_types().get(record_type)
            if model is None:
                for entry in some:
                    self._hold(entry, NEWER)
            else:
                self._change_type(record_type, model, some)

    def _change_type(
        self, record_type: str, model: type[Record], entries: Sequence[Incoming]
    ) -> None:
        held = self._load(record_type, model, entries)
        refused = self._refused(record_type, entries)
        begun: set[int] = set()
        for n, entry in enumerate(entries):
            record = held.get(entry.record_id)
            if not _is_known(model, entry):
                self._hold(entry, NEWER)
            elif record is None:
                self._hold(entry, MISSING)
            elif n in refused or self._is_foreign(model, record, entry):
                self._hold(entry, OUT_OF_SCOPE)
            else:
                self._join(record, entry, begun)
        self._store(model, [record for record in held.values() if record.touched])

    def _join(self, record: Held, entry: Incoming, begun: set[int]) -> None:
        before = set(record.conflicts)
        if entry.kind == Kind.CREATE:
            # to the record that was here this is a change
            met = {k: [record.values[k], pair[1]] for k, pair in entry.values.items()}
            row = self._journal[entry.dot]
            row |= {"kind": int(Kind.CHANGE), "changes": msgpack.packb(met) if met else None}
        stood = {
            key: pair[2] for key, pair in entry.values.items()
            if entry.kind == Kind.REOPEN and len(pair) > 2
        }  # fmt: skip
        if self.joiner.take(record, entry, stood):
            self.applied.met.add((record.record_type, record.id))
        self.applied.conflicts += len(set(record.conflicts) - before)

    def _load(
        self, record_type: str, model: type[Record], entries: Sequence[Incoming]
    ) -> dict[int, Held]:
        """The records the entries change, with the fields they touch."""
        table = _table(model)
        ids = sorted({entry.record_id for entry in entries})
        named = {key for entry in entries for key in entry.said} & fields_of(model).keys()
        standing: dict[int, dict[str, Any]] = defaultdict(dict)
        if self._is_disputed():
            query = sa.select(Conflict).where(
                Conflict.record_type == record_type, Conflict.record_id.in_(ids)
            )
            for conflict in self.session.scalars(query):
                standing[conflict.record_id][conflict.field] = unpack_versions(conflict.versions)
                named.add(conflict.field)
        keys = sorted(named | {"deleted"})
        own = [table.c[k] for k in ("id", "origin_device", "origin_seq", "dots", "version")]
        rows = sa.select(*own, *(table.c[k] for k in keys)).where(among(table.c.id, ids))
        return {
            row[0]: Held(
                record_type, row[0], dict(zip(keys, row[5:], strict=True)), (row[1], row[2]),
                row[3], row[4], standing.get(row[0], {}),
            )
            for row in self.session.connection().execute(rows).all()
        }  # fmt: skip

    def _is_disputed(self) -> bool:
        return self.session.scalar(sa.select(Conflict.id).limit(1)) is not None

    def _store(self, model: type[Record], records: Sequence[Held]) -> None:
        table = _table(model)
        groups: dict[tuple[str, ...], list[Values]] = defaultdict(list)
        disputed: list[dict[str, Any]] = []
        ended: list[int] = []
        for record in records:
            keys = tuple(sorted(record.changed))
            said = map(record.values.__getitem__, keys)
            groups[keys].append((*said, pack_dots(record.dots), record.id))
            for key in record.decided:
                at = conflict_id(record.record_type, record.id, key)
                ended.append(at)
                if key in record.conflicts:
                    disputed.append(
                        {"id": at, "record_type": record.record_type, "record_id": record.id,
                         "field": key, "versions": pack_versions(record.conflicts[key])}
                    )  # fmt: skip
            if record.changed:
                self.changed.add((record.record_type, record.id))
                self.applied.fields += len(record.changed)
        connection = self.session.connection()
        with self.work.journaled():
            for keys, rows in groups.items():
                update_many(connection, table, [*keys, "dots"], rows)
        if ended:
            connection.execute(sa.delete(Conflict).where(Conflict.id.in_(ended)))
            insert_many(connection, _table(Conflict), disputed)
        for record in records:
            self.work.touch_fields(record.record_type, record.id, record.changed)

    # -- what may not, or not yet ----------------------------------------------------------------

    def _refused(self, record_type: str, entries: Sequence[Incoming]) -> set[int]:
        """The positions of entries the sender may not write."""
        if self.judge is None or not entries:
            return set()
        brought = [(e.record_id, e.after) for e in entries]
        found = self.judge.refused(self.work, record_type, brought)
        for n in sorted(found):
            entry = entries[n]
            if entry.kind != Kind.CREATE and self.judge.belonged(
                self.work, record_type, entry.record_id, entry.knew
            ):  # written before the clerk could learn that the record was moved away
                found.discard(n)
                self.strays.add((record_type, entry.record_id))
        return found

    def _is_foreign(self, model: type[Record], record: Held, entry: Incoming) -> bool:
        """A record that names no place is changed only by the device that made it."""
        if self.judge is None or not _belongs_nowhere(model):
            return False
        made_alike = entry.kind == Kind.CREATE and not entry.knew(record.origin)
        return record.origin[0] not in self.writers and not made_alike

    def _hold(self, entry: Incoming, reason: str) -> None:
        self.applied.held[reason] += 1
        device, seq = entry.dot
        self.session.execute(
            sa.insert(HeldEntry).values(
                index=device, seq=seq, reason=reason, record_type=entry.record_type,
                record_id=entry.record_id, content=msgpack.packb(entry.filled),
            )
        )  # fmt: skip

    def retry(self, reasons: Collection[str], of: Collection[Dot] | None = None) -> None:
        """Try entries again that are held for one of these reasons (or those of `of`), each device
        under its own judge; what still cannot go stays held."""
        query = (
            sa.select(HeldEntry, Entry.kind, Entry.act)
            .join(Entry, (Entry.device == HeldEntry.index) & (Entry.seq == HeldEntry.seq))
            .join(Act, (Act.device == Entry.device) & (Act.act == Entry.act))
            .where(HeldEntry.reason.in_(reasons))
            .order_by(Act.written, Entry.device, Entry.seq)
        )
        waiting: dict[int, list[Incoming]] = defaultdict(list)
        for held, kind, act in self.session.execute(query).all():
            dot = (held.index, held.seq)
            if of is None or dot in of:
                said = msgpack.unpackb(held.content)
                context = self.causality.context(dot)
                waiting[held.index].append(
                    Incoming(dot, act, held.record_type, held.record_id, kind, said, context)
                )
        own = self.judge, self.writers
        counted = dict(self.applied.held)
        while sum(self._again(device, waiting) for device in list(waiting)):
            pass  # what came may be what others waited for
        self.judge, self.writers = own
        self.applied.held.clear()
        self.applied.held.update(counted)

    def _again(self, device: int, waiting: dict[int, list[Incoming]]) -> bool:
        """Try the waiting entries of one device; says whether any went."""
        entries = waiting.pop(device)
        dots = [entry.dot for entry in entries]
        for dot in dots:
            self.session.execute(sa.delete(HeldEntry).where(_is(dot)))
        self.judge = self.judge_of(device)
        self.writers = {device}
        self._journal = {dot: {} for dot in dots}
        self._merge(entries)
        for dot, row in self._journal.items():
            if row:  # a creation that met a record
                here = (Entry.device == dot[0]) & (Entry.seq == dot[1])
                self.session.execute(sa.update(Entry).where(here).values(row))
        still = {
            dot for dot in dots
            if self.session.scalar(sa.select(HeldEntry.seq).where(_is(dot))) is not None
        }  # fmt: skip
        self.strays |= {(e.record_type, e.record_id) for e in entries if e.dot not in still}
        left = [entry for entry in entries if entry.dot in still]
        if left:
            waiting[device] = left
        return len(left) < len(entries)

    # -- the end -------------------------------------------------------------------------------

    def finish(self, header: Mapping[str, Any]) -> None:
        """What is known now, of the sender and through it."""
        top = self.last.get(self._sender, 0)
        if self._whole and any(seq > self.last.get(at, 0) for at, seq in self._epoch.items()):
            raise reject(Ledger.BUNDLE_MALFORMED, number="0")
        # an older file that comes late says less than what is known of the sender already
        if self._sender != 0 and self.sender_knows.top.get(self._sender, 0) >= top:
            self.causality.tell(self._sender, top + 1, self.sender_knows)
        if self._itself:
            self._note_holes()
        elif not self._whole:
            self._learn(header)
        for device, top in self.last.items():
            if device != 0 and not (self._itself and device not in self.writers):
                holes = without(self.holes.get(device, ()), self._filled[device])
                self.session.execute(
                    sa.update(Device)
                    .where(Device.index == device)
                    .values(
                        last_seq=top,
                        holes=pack_ranges(holes),
                        partial=Device.partial | sa.literal(not self._whole),
                    )
                )
        self.retry((MISSING,))
        if MISSING in self.applied.held:
            left = sa.select(sa.func.count()).where(
                HeldEntry.reason == MISSING, HeldEntry.index.in_(self.writers)
            )
            self.applied.held[MISSING] = int(self.session.scalar(left) or 0)
        self.store_knowledge()

    def _note_holes(self) -> None:
        """An answer holds what concerned one place: the rest may stand in others."""
        for device in self.writers:
            had = self.session.scalar(sa.select(Device.last_seq).where(Device.index == device)) or 0
            top = self.last.get(device, 0)
            query = sa.select(Entry.seq).where(Entry.device == device, Entry.seq > had)
            there = set(self.session.scalars(query))
            missing = ranges(set(range(had + 1, top + 1)) - there)
            self.holes[device] = (*self.holes.get(device, ()), *missing)

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

    def store_knowledge(self) -> None:
        """What is written next knows all this; others get what came out of its turn."""
        self.work.learned = True
        for record_type, record_id in self.strays:
            self.session.merge(
                Handover(record_type=record_type, record_id=record_id, seq=self.work.next_seq)
            )
        self.session.flush()
        self.applied.records = len(self.changed)

    def _weight(self, dot: Dot) -> tuple[int, ...]:
        """What of two words is shown: a decision before a word, the later clock, the device."""
        if dot not in self._weights:
            query = (
                sa.select(Device.device, Device.incarnation, Entry.kind, Act.at)
                .join(Entry, Entry.device == Device.index)
                .join(Act, (Act.device == Entry.device) & (Act.act == Entry.act))
                .where(Entry.device == dot[0], Entry.seq == dot[1])
            )
            row = self.session.execute(query).first()
            if row is None:  # of this batch
                own = self._journal[dot]
                who = self.session.execute(
                    sa.select(Device.device, Device.incarnation).where(Device.index == dot[0])
                ).one()
                row_kind, at = own["kind"], self._times[dot[0], own["act"]]
                device, incarnation = who
            else:
                device, incarnation, row_kind, at = row
            decision = int(row_kind == Kind.RESOLVE)
            self._weights[dot] = (decision, at, device, incarnation, dot[1])
        return self._weights[dot]


def _is(dot: Dot) -> sa.ColumnElement[bool]:
    return sa.and_(HeldEntry.index == dot[0], HeldEntry.seq == dot[1])


def _table(model: Any) -> sa.Table:
    table: sa.Table = model.__table__
    return table


def _is_known(model: type[Record], entry: Incoming) -> bool:
    """Whether this program knows all the entry says."""
    if entry.sure:
        return True
    if not (entry.said.keys() <= fields_of(model).keys() and fits(model, entry.after)):
        return False
    if entry.kind == Kind.CREATE:
        return True
    stood = [(key, pair[2]) for key, pair in entry.said.items() if len(pair) > 2]
    return all(fits(model, {key: value}) for key, some in stood for value in some)


@cache
def _rank(record_type: str) -> tuple[int, str]:
    """Registers in an order in which each stands after those it refers to."""
    model = record_types().get(record_type)
    targets = {
        spec.type.record_type if isinstance(spec.type, Reference) else "place"
        for spec in (fields_of(model).values() if model else ())
        if isinstance(spec.type, (Reference, PlaceRef))
    } - {record_type}
    return max((_rank(target)[0] + 1 for target in targets), default=0), record_type


@cache
def _belongs_nowhere(model: type[Record]) -> bool:
    """Whether records of this type name no place and no other record (a survey round): such a
    one is changed only by the station that made it."""
    kinds = (PlaceRef, Reference)
    return model.__tablename__ != "place" and not any(
        isinstance(spec.type, kinds) for spec in fields_of(model).values()
    )
