"""Applies another device's entries to this store, inside one unit of work.

First version: a change is applied where this store still holds the value its writer saw (or
holds the new one already); where it does not, the entry is *held* whole for a person to decide:
nothing is overwritten, nothing is dropped. Exact causality per field builds on the dots that are
written here already.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol

import msgpack
import sqlalchemy as sa

from laborclerk.catalog.fields import PlaceRef, Reference, Value
from laborclerk.kernel.errors import reject
from laborclerk.kernel.progress import SILENT, Progress
from laborclerk.store.base import Record, fields_of, record_types
from laborclerk.store.journal import (
    Act,
    Changes,
    Device,
    Entry,
    HeldEntry,
    Kind,
    pack_changes,
)
from laborclerk.store.work import UnitOfWork
from laborclerk.sync.ledger import Ledger
from laborclerk.sync.wellformed import check_item, fits

_BATCH = 5000
OUT_OF_SCOPE, DIFFERS, NEWER = "out_of_scope", "differs", "newer"


class Scope(Protocol):
    """Whether a station may write records: told the record type, the ids and the values a
    creation or change brings, answers the ids it may not write."""

    def __call__(
        self, work: UnitOfWork, record_type: str, brought: dict[int, dict[str, Value]]
    ) -> set[int]: ...


@dataclass
class Applied:
    """What an import did: records really changed, fields, entries held with their reasons."""

    records: int = 0
    fields: int = 0
    held: dict[str, int] = field(default_factory=lambda: defaultdict(int))


def apply(
    work: UnitOfWork,
    index: int,
    entries: Iterable[object],
    allowed: Scope,
    progress: Progress = SILENT,
) -> Applied:
    """Apply the entries of the device `index` that are not known yet, in their order. Raises
    Rejected when an entry is malformed; the unit of work is then rolled back whole."""
    merge = _Merge(work, index, allowed)
    batch: list[Any] = []
    done = 0
    for item in entries:
        batch.append(item)
        if len(batch) >= _BATCH:
            merge.run(batch)
            done += len(batch)
            progress.step(done)
            batch = []
    merge.run(batch)
    merge.finish()
    return merge.applied


class _Merge:
    def __init__(self, work: UnitOfWork, index: int, allowed: Scope) -> None:
        self.work = work
        self.index = index
        self.allowed = allowed
        self.applied = Applied()
        self.changed: set[tuple[str, int]] = set()
        self.told = 0  # the act that was told last: its entries follow
        self.journal: dict[int, dict[str, Any]] = {}  # rows of this batch by sequence
        session = work.session
        self.last = int(
            session.scalar(sa.select(Device.last_seq).where(Device.index == index)) or 0
        )

    def run(self, batch: list[Any]) -> None:
        """Runs of creations of one type go in as one statement, the rest one by one."""
        acts: list[dict[str, Any]] = []
        births: list[tuple[int, int, dict[str, Value]]] = []
        born: set[int] = set()
        known: list[Any] = []
        kind_of_births = ""
        self.journal = {}

        def bear() -> None:
            if births:
                self._create(kind_of_births, births)
                births.clear()
                born.clear()

        for item in batch:
            check_item(item)
            if item[0] == "a":
                _, act, at, clerk, use_case, undoes = item
                self.told = act
                acts.append(
                    {"device": self.index, "act": act, "at": at, "clerk": clerk,
                     "use_case": use_case, "undoes": undoes, "taken": self.work.act}
                )  # fmt: skip
                self.work.clock.meet(at)
                continue
            seq, act, record_type, record_id, kind, values = item
            if act != self.told:
                raise reject(Ledger.BUNDLE_MALFORMED, number=seq)
            if seq <= self.last:
                known.append(item)
                continue
            if seq != self.last + 1:
                raise reject(Ledger.BUNDLE_GAP_INSIDE, missing=self.last + 1)
            self.last = seq
            creation = kind == Kind.CREATE
            changes = None if creation or not values else pack_changes(values)
            self.journal[seq] = {
                "device": self.index, "seq": seq, "act": act, "record_type": record_type,
                "record_id": record_id, "kind": kind, "changes": changes,
            }  # fmt: skip
            if kind == Kind.NOTE:
                continue
            if creation:
                if record_type != kind_of_births or record_id in born:
                    bear()
                    kind_of_births = record_type
                births.append((seq, record_id, values))
                born.add(record_id)
                continue
            bear()
            self._change(record_type, record_id, seq, values)
        bear()
        self._compare(known, acts)
        self._write(Act, acts)
        self._write(Entry, list(self.journal.values()))

    def _compare(self, known: list[Any], acts: list[dict[str, Any]]) -> None:
        """What is known already must be what came then: a laptop restored from a backup gives
        its numbers again for other work, which must never be passed over as known. Rejected."""
        if not known:
            return
        session = self.work.session
        first, last = known[0][0], known[-1][0]
        told = {a["act"]: (a["at"], a["clerk"], a["use_case"]) for a in acts}
        here = Act.device == self.index, Act.act.in_(list(told))
        there = session.execute(sa.select(Act.act, Act.at, Act.clerk, Act.use_case).where(*here))
        other = {act for act, *facts in there if tuple(facts) != told[act]}
        rows = {
            row.seq: row
            for row in session.execute(
                sa.select(Entry.__table__).where(
                    Entry.device == self.index, Entry.seq.between(first, last)
                )
            )
        }
        for seq, act, record_type, record_id, kind, values in known:
            row = rows[seq]
            same = (row.act, row.record_type, row.record_id) == (act, record_type, record_id)
            if kind != Kind.CREATE:  # one that met a record stands here as a change
                same = same and (row.kind, row.changes or b"") == (
                    kind, pack_changes(values) if values else b"",
                )  # fmt: skip
            if act in other or not same:
                name = session.scalar(sa.select(Device.name).where(Device.index == self.index))
                raise reject(Ledger.BUNDLE_FORK, name=name, number=seq)

    def finish(self) -> None:
        self.applied.records = len(self.changed)
        self.work.session.execute(
            sa.update(Device).where(Device.index == self.index).values(last_seq=self.last)
        )

    def _write(self, model: Any, rows: list[dict[str, Any]]) -> None:
        if rows:
            statement = sa.insert(model.__table__).prefix_with("OR IGNORE", dialect="sqlite")
            self.work.session.connection().execute(statement, rows)

    def _model(self, record_type: str, values: Mapping[str, Value]) -> type[Record] | None:
        """The register the values belong to, None when this program does not know all of it."""
        model = record_types().get(record_type)
        if model is None or not values.keys() <= fields_of(model).keys():
            return None
        return model if fits(model, values) else None

    def _hold(self, seq: int, reason: str, record_type: str, record_id: int, content: Any) -> None:
        self.applied.held[reason] += 1
        self.work.session.execute(
            sa.insert(HeldEntry).values(
                index=self.index, seq=seq, reason=reason, record_type=record_type,
                record_id=record_id, content=msgpack.packb(content),
            )
        )  # fmt: skip

    def _create(self, record_type: str, births: list[tuple[int, int, dict[str, Value]]]) -> None:
        known = []
        for birth in births:
            seq, record_id, values = birth
            model = self._model(record_type, values)
            if model is None:
                self._hold(seq, NEWER, record_type, record_id, values)
            else:
                known.append(birth)
        if not known:
            return
        model, births = record_types()[record_type], known
        refused = self.allowed(self.work, record_type, {i: v for _, i, v in births})
        session = self.work.session
        ids = [i for _, i, _ in births]
        there = {r.id: r for r in session.scalars(sa.select(model).where(model.id.in_(ids)))}
        rows: list[dict[str, Any]] = []
        empty = dict.fromkeys(fields_of(model))
        for seq, record_id, values in births:
            if record_id in refused:
                self._hold(seq, OUT_OF_SCOPE, record_type, record_id, values)
            elif record_id in there:
                changes: Changes = {k: (None, v) for k, v in values.items()}
                written = self._merge(there[record_id], seq, changes, record_type)
                if written:  # to the record that was here this is a change
                    told = pack_changes({k: (None, v) for k, v in written.items()})
                    self.journal[seq] |= {"kind": int(Kind.CHANGE), "changes": told}
            else:
                rows.append(
                    {**empty, **values, "id": record_id, "origin_device": self.index,
                     "origin_seq": seq, "dots": None, "version": 1}
                )  # fmt: skip
                self.changed.add((record_type, record_id))
                self.applied.fields += len(values)
        if rows:
            with self.work.journaled():
                session.connection().execute(sa.insert(model.__table__), rows)  # type: ignore[arg-type]
            self.work.touch(record_type, [r["id"] for r in rows])

    def _change(self, record_type: str, record_id: int, seq: int, values: Any) -> None:
        brought: dict[str, Value] = {k: after for k, (_, after) in values.items()}
        model = self._model(record_type, brought)
        record = self.work.get(model, record_id) if model else None
        if record is None:
            self._hold(seq, NEWER, record_type, record_id, values)
            return
        foreign = record.origin_device != self.index and _belongs_nowhere(type(record))
        if foreign or self.allowed(self.work, record_type, {record_id: brought}):
            self._hold(seq, OUT_OF_SCOPE, record_type, record_id, values)
            return
        self._merge(record, seq, {k: (b, a) for k, (b, a) in values.items()}, record_type)

    def _merge(
        self, record: Record, seq: int, changes: Changes, record_type: str
    ) -> dict[str, Value]:
        """Apply the changes or hold them → what was written."""
        if any(getattr(record, k) not in (before, after) for k, (before, after) in changes.items()):
            self._hold(seq, DIFFERS, record_type, record.id, changes)
            return {}
        dots: dict[str, list[int]] = msgpack.unpackb(record.dots) if record.dots else {}
        written = {k: after for k, (_, after) in changes.items() if getattr(record, k) != after}
        dots.update({k: [self.index, seq] for k in written})
        if not written:
            return {}
        table: Any = type(record).__table__
        version = record.version + 1
        with self.work.journaled():
            self.work.session.connection().execute(
                sa.update(table)
                .where(table.c.id == record.id)
                .values(**written, dots=msgpack.packb(dots), version=version)
            )
        self.work.session.expire(record)
        self.work.touch(record_type, [record.id])
        self.changed.add((record_type, record.id))
        self.applied.fields += len(written)
        return written


@cache
def _belongs_nowhere(model: type[Record]) -> bool:
    """Whether records of this type name no place and no other record (a survey round): such a
    one is changed only by the station that made it."""
    kinds = (PlaceRef, Reference)
    return model.__tablename__ != "place" and not any(
        isinstance(spec.type, kinds) for spec in fields_of(model).values()
    )
