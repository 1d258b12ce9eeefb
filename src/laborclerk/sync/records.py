"""Applies entries to records: makes new ones, joins changes into what a record holds (fields.py).

Creations come first, a register after those it refers to. What may not or cannot be applied is
*held* whole with its reason: nothing is overwritten, nothing is dropped, and what was held is
tried again when what it waited for has come.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgpack
import sqlalchemy as sa

from laborclerk.catalog.fields import Value
from laborclerk.store.base import Record, fields_of, record_types, table_of
from laborclerk.store.births import write_down
from laborclerk.store.bulk import among, insert_many, insert_values, update_many
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
from laborclerk.store.references import named_by
from laborclerk.store.versions import Dot, Vector, pack_flat, pack_versions, unpack_versions
from laborclerk.store.work import UnitOfWork
from laborclerk.sync.blocks import Values
from laborclerk.sync.deletion import DELETED, History, applied, words
from laborclerk.sync.fields import Held, Incoming, Joiner
from laborclerk.sync.holding import MISSING, NEWER, OUT_OF_SCOPE, held_back
from laborclerk.sync.judge import Judge, JudgeOf
from laborclerk.sync.ledger import Handover
from laborclerk.sync.registers import given, is_known, lies_nowhere, mates, rank, routes

_OWN = ("id", "origin_device", "origin_seq", "dots", "version")  # of a record, no declared fields


@dataclass
class Applied:
    """What an import did: records really changed, fields, entries held with their reasons,
    records changed on several sides without touching (`met`), conflicts that began, whom the new
    records name (`named`, by type); `knew` is what the sender knew when it wrote (None when held
    entries were taken up again)."""

    records: int = 0
    fields: int = 0
    conflicts: int = 0
    met: set[tuple[str, int]] = field(default_factory=set)
    named: dict[str, set[Any]] = field(default_factory=lambda: defaultdict(set))
    held: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    header: dict[str, Any] = field(default_factory=dict)
    knew: Vector | None = None


class Records:
    """The records of one import. `journal` are the rows of the entries under way, `times` those of
    their acts (device, act); `writers` the devices they may be of."""

    def __init__(
        self, work: UnitOfWork, judge: Judge | None, judge_of: JudgeOf = lambda device: None
    ) -> None:
        self.work = work
        self.session = work.session
        self.judge = judge
        self.judge_of = judge_of
        self.applied = Applied()
        self.causality = Causality(work.session)
        self.joiner = Joiner(self.causality, self._weight, self._history)
        self.changed: set[tuple[str, int]] = set()
        self.strays: set[tuple[str, int]] = set()  # whose history others must get whole
        self.writers: set[int] = set()
        self.across = False  # whether what comes stands after a gap
        self.journal: dict[Dot, dict[str, Any]] = {}
        self.times: dict[tuple[int, int], int] = {}
        self._began: set[tuple[str, int, str]] = set()  # conflicts that stand since
        self._late = False  # whether held entries are taken up
        self._weights: dict[Dot, tuple[tuple[int, ...], dict[str, Value]]] = {}

    def merge(self, entries: Sequence[Incoming]) -> None:
        """Apply entries, or hold them."""
        births: dict[str, list[Incoming]] = defaultdict(list)
        changes: list[Incoming] = []
        for entry in entries:
            if entry.kind == Kind.CREATE:
                births[entry.record_type].append(entry)
            else:
                changes.append(entry)
        for record_type in sorted(births, key=rank):
            changes += self._create(record_type, births[record_type])
        if any(entry.kind == Kind.CREATE for entry in changes):
            order = {entry.dot: n for n, entry in enumerate(entries)}
            changes.sort(key=lambda entry: order[entry.dot])
        self._change(changes)

    def _create(self, record_type: str, births: list[Incoming]) -> list[Incoming]:
        """Insert new records → entries whose record is here already: they are changes to it."""
        model = record_types().get(record_type)
        known = self._known(model, births)
        if model is None or not known:
            return []
        table = table_of(model)
        back = self._held_back(record_type, known)
        ids = [entry.record_id for entry in known]
        connection = self.session.connection()
        query = sa.select(table.c.id).where(among(table.c.id, ids))
        there = {row[0] for row in connection.execute(query).all()}
        meeting: list[Incoming] = []
        rows: list[Values] = []
        written = self.work.outcome.written[record_type]
        empty: dict[str, Any] = dict.fromkeys(fields_of(model))
        for n, entry in enumerate(known):
            record_id = entry.record_id
            if n in back:
                self._hold(entry, back[n])
            elif record_id in there:
                meeting.append(entry)
            else:
                there.add(record_id)
                said = entry.said if entry.sure else {**empty, **entry.said}
                rows.append((*said.values(), record_id, *entry.dot, None, 1))
                written[record_id] = self.times[entry.dot[0], entry.act]
        if rows:
            for key, target in named_by(record_type).items():
                self.applied.named[target].update(entry.said.get(key) for entry in known)
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
            known = self._known(model, some)
            if model is not None and known:
                self._change_type(record_type, model, known)

    def _change_type(
        self, record_type: str, model: type[Record], known: Sequence[Incoming]
    ) -> None:
        held = self._load(record_type, model, known)
        made: dict[int, Dot] = {}  # not to be found by walking back: otherwise than others say
        shared = given(self.session, record_type, held) if self.judge is not None else ()
        back = self._held_back(record_type, known)
        written = self.work.outcome.written[record_type]
        for n, entry in enumerate(known):
            record = held.get(entry.record_id)
            if record is None:
                self._hold(entry, MISSING)
            elif self._is_foreign(record_type, record, entry):
                self._hold(entry, OUT_OF_SCOPE)
            elif n in back:
                self._hold(entry, back[n])
            else:
                if self._late or record.is_otherwise(entry):  # or through what came before it
                    made[record.id] = record.origin
                self._join(record, entry)
                if record.id in shared:
                    self.strays.add((record_type, record.id))
                at = self.times[entry.dot[0], entry.act]
                written[record.id] = max(at, written.get(record.id, 0))
        if made:
            write_down(self.session, record_type, made, self.journal)
        self._store(model, [record for record in held.values() if record.touched])

    def _join(self, record: Held, entry: Incoming) -> None:
        before = set(record.conflicts)
        if entry.kind == Kind.CREATE:
            # to the record that was here this is a change; every station has a part of it then
            if lies_nowhere(record.record_type):
                self.strays.add((record.record_type, record.id))
            met = {k: [record.values[k], pair[1]] for k, pair in entry.values.items()}
            row = self.journal[entry.dot]
            row |= {"kind": int(Kind.CHANGE), "changes": msgpack.packb(met) if met else None}
        if self.joiner.take(record, entry):
            self.applied.met.add((record.record_type, record.id))
        now = set(record.conflicts)
        if not routes(record.record_type).keys().isdisjoint(now - before):
            self.strays.add((record.record_type, record.id))  # whoever says it lies with them
        self._began |= {(record.record_type, record.id, key) for key in now - before}
        self._began -= {(record.record_type, record.id, key) for key in before - now}

    def _history(self, record: Held) -> History:
        standing = record.standing(DELETED)  # a creation may have said so too, though none should
        born = [v for v, dots in standing if v is not None and record.origin in dots]
        before = applied(self.session, record.record_type, record.id, self.journal)
        now = {e.dot: words(e.kind, e.values.get(DELETED)) for e in record.taken}
        return {record.origin: born, **before, **now}

    def _load(
        self, record_type: str, model: type[Record], entries: Sequence[Incoming]
    ) -> dict[int, Held]:
        """The records the entries change, with the fields they touch."""
        table = table_of(model)
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
        keys = sorted(named | {DELETED})
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
        table = table_of(model)
        groups: dict[tuple[str, ...], list[Values]] = defaultdict(list)
        disputed: list[dict[str, Any]] = []
        ended: list[int] = []
        for record in records:
            keys = tuple(sorted(record.changed))
            said = map(record.values.__getitem__, keys)
            groups[keys].append((*said, pack_flat(record.dots), record.id))
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
            insert_many(connection, table_of(Conflict), disputed)
        for record in records:
            self.work.touch_fields(record.record_type, record.id, record.changed)

    # -- what may not, or not yet ----------------------------------------------------------------

    def _known(self, model: type[Record] | None, entries: Sequence[Incoming]) -> list[Incoming]:
        """The entries of which this program knows all they say; the others are held."""
        known = [e for e in entries if model is not None and is_known(model, e)]
        if len(known) < len(entries):
            here = {entry.dot for entry in known}
            for entry in entries:
                if entry.dot not in here:
                    self._hold(entry, NEWER)
        return known

    def _held_back(self, record_type: str, entries: Sequence[Incoming]) -> dict[int, str]:
        """The positions of entries the sender may not write, or that stand on what has not come."""
        if self.judge is None or not entries:
            return {}
        found, belonged = held_back(
            self.work, self.judge, record_type, entries, self.writers, self.across
        )
        self.strays |= {(record_type, entries[n].record_id) for n in belonged}
        return found

    def _is_foreign(self, record_type: str, record: Held, entry: Incoming) -> bool:
        """A record that names no place is changed only by the township that made it."""
        if self.judge is None or not lies_nowhere(record_type):
            return False
        if entry.kind == Kind.CREATE and not entry.knew(record.origin):  # made alike
            return False
        maker = record.origin[0]
        return maker not in self.writers and maker not in mates(self.session, self.writers)

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
            sa.select(HeldEntry, Entry.kind, Entry.act, Act.at)
            .join(Entry, (Entry.device == HeldEntry.index) & (Entry.seq == HeldEntry.seq))
            .join(Act, (Act.device == Entry.device) & (Act.act == Entry.act))
            .where(HeldEntry.reason.in_(reasons))
            .order_by(Act.written, Entry.device, Entry.seq)
        )
        waiting: dict[int, list[Incoming]] = defaultdict(list)
        for held, kind, act, at in self.session.execute(query).all():
            dot = (held.index, held.seq)
            self.times[held.index, act] = at
            if of is None or dot in of:
                said = msgpack.unpackb(held.content)
                context = self.causality.context(dot)
                waiting[held.index].append(
                    Incoming(dot, act, held.record_type, held.record_id, kind, said, context)
                )
        own = self.judge, self.writers, self.across
        counted = dict(self.applied.held)
        self._late = True
        while sum(self._again(device, waiting) for device in list(waiting)):
            pass  # what came may be what others waited for
        self._late = False
        self.judge, self.writers, self.across = own
        self.applied.held.clear()
        self.applied.held.update(counted)

    def _again(self, device: int, waiting: dict[int, list[Incoming]]) -> bool:
        """Try the waiting entries of one device; says whether any went."""
        entries = waiting.pop(device)
        dots = [entry.dot for entry in entries]
        for dot in dots:
            self.session.execute(sa.delete(HeldEntry).where(_is(dot)))
        self.judge = self.judge_of(device)
        self.writers, self.across = {device}, False
        self.journal = {dot: {} for dot in dots}
        self.merge(entries)
        for dot, row in self.journal.items():
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

    def store_knowledge(self) -> None:
        """What is written next knows all this; others get what came out of its turn."""
        self.work.learned = True
        for record_type, record_id in self.strays:
            self.session.merge(
                Handover(record_type=record_type, record_id=record_id, seq=self.work.next_seq)
            )
        self.session.flush()
        self.applied.records, self.applied.conflicts = len(self.changed), len(self._began)

    def _weight(self, dot: Dot, key: str, value: Value) -> tuple[int, ...]:
        """What of two words is shown: a decision before a word, the later clock, the device; of the
        values a decision that was taken back said, the one it showed."""
        if dot not in self._weights:
            query = (
                sa.select(Device.device, Device.incarnation, Entry.kind, Entry.changes, Act.at)
                .join(Entry, Entry.device == Device.index)
                .join(Act, (Act.device == Entry.device) & (Act.act == Entry.act))
                .where(Entry.device == dot[0], Entry.seq == dot[1])
            )
            row = self.session.execute(query).first()
            if row is None:  # of this batch
                own = self.journal[dot]
                who = self.session.execute(
                    sa.select(Device.device, Device.incarnation).where(Device.index == dot[0])
                ).one()
                kind, changes, at = own["kind"], own["changes"], self.times[dot[0], own["act"]]
                device, incarnation = who
            else:
                device, incarnation, kind, changes, at = row
            said = msgpack.unpackb(changes) if kind == Kind.REOPEN else {}
            self._weights[dot] = (
                (int(kind == Kind.RESOLVE), at, device, incarnation, dot[1]),
                {k: pair[1] for k, pair in said.items()},
            )
        weight, shown = self._weights[dot]
        return *weight, int(key in shown and shown[key] == value)


def _is(dot: Dot) -> sa.ColumnElement[bool]:
    return sa.and_(HeldEntry.index == dot[0], HeldEntry.seq == dot[1])
