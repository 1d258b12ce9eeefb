"""The unit of work: the only way a record changes.

One use case runs in one transaction; its touched records leave journal entries in that same
transaction, then derived data (search index, coverage counts) is brought up to date by the
maintainers that the composition root registered. Either all of it is committed or nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from laborclerk.catalog.fields import Value
from laborclerk.kernel.clock import Clock
from laborclerk.kernel.ids import new_id
from laborclerk.store.base import Record, fields_of, record_of, table_of
from laborclerk.store.bulk import insert_many
from laborclerk.store.causality import begin_epoch
from laborclerk.store.guard import Journaled
from laborclerk.store.journal import (
    Act,
    Changes,
    Conflict,
    Device,
    Entry,
    Kind,
    change_of,
    conflict_id,
    kind_of,
    pack_alternatives,
    pack_changes,
)
from laborclerk.store.versions import pack_versions, unpack_versions, with_dots

R = TypeVar("R", bound=Record)
_MANY = 500  # entries that wait for the next flush, so that a form's go in as one
_DEVICE, _DISPUTED = table_of(Device).c, sa.exists(sa.select(table_of(Conflict).c.id))
_HERE = sa.select(_DEVICE.last_seq, _DEVICE.acts, _DISPUTED).where(_DEVICE.index == 0)
_UP_TO = (
    sa.update(table_of(Device))
    .where(_DEVICE.index == 0)
    .values(last_seq=sa.bindparam("seq"), acts=sa.bindparam("written"))
)
Touched = Mapping[str, set[int]]
Shown = dict[str, Value]  # by field


class Maintainer(Protocol):
    """Keeps derived data true: told, inside the transaction, which records an act touched."""

    def __call__(self, work: UnitOfWork, touched: Touched) -> None: ...


@dataclass
class Outcome:
    """What an act did: its number (0 when nothing changed), the touched records by type; of those
    only a merge changed, what they showed (`partly`); of those it made or changed, when the newest
    entry it brought was written (`written`, ms)."""

    act: int = 0
    touched: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    partly: dict[str, dict[int, Shown]] = field(default_factory=lambda: defaultdict(dict))
    written: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))


class UnitOfWork:
    """Made by `Store.write`; use as a context manager. Commits on leaving, unless it raised."""

    def __init__(
        self,
        session: Session,
        clock: Clock,
        clerk: str,
        use_case: str,
        maintainers: Sequence[Maintainer] = (),
        undoes: int | None = None,
    ) -> None:
        self.session = session
        self.clock = clock
        self.clerk = clerk
        self.use_case = use_case
        self.outcome = Outcome()
        self._maintainers = maintainers
        self._undoes = undoes
        self._next = 0
        self._first = 0
        self._pending: list[dict[str, Any]] = []
        self.acts = 0  # of all devices in this store so far; the merge counts those it brings
        self.learned = False  # the merge brought entries: what is written next knows them
        self._disputed = False

    @property
    def act(self) -> int:
        """The number this act has (or would have, when nothing comes of it)."""
        return self._first

    @property
    def next_seq(self) -> int:
        """The sequence number the next entry gets."""
        return self._next

    # -- life ----------------------------------------------------------------------------------

    def __enter__(self) -> UnitOfWork:
        self._info = self.session.connection(execution_options={"write": True}).info
        self.count_on()
        event.listen(self.session, "before_flush", self._before_flush)
        event.listen(self.session, "after_flush", self._after_flush)
        return self

    def count_on(self) -> None:
        """Entries get the numbers that follow the device's last one; asked again when the device
        became a new incarnation in this transaction, before anything was written."""
        last, self.acts, self._disputed = self.session.connection().execute(_HERE).one()
        self._first = self._next = last + 1

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self._finish()
            else:
                self.session.rollback()
        finally:
            # a flush that broke half-way must not leave the guard open on a pooled connection
            self._info["journaled"] = False
            self.session.close()

    def _finish(self) -> None:
        try:
            self.flush()
            if self._next > self._first:
                self.outcome.act = self._first
                self.acts += 1
                act = {
                    "device": 0, "act": self._first, "at": self.clock(), "clerk": self.clerk,
                    "use_case": self.use_case, "undoes": self._undoes, "written": self.acts,
                }  # fmt: skip
                connection = self.session.connection()
                insert_many(connection, table_of(Act), [act])
                connection.execute(_UP_TO, {"seq": self._next - 1, "written": self.acts})
                if self.learned:
                    begin_epoch(self.session, self._next)
                for maintain in self._maintainers:
                    maintain(self, self.outcome.touched)
                self.session.flush()
            self.session.commit()
        except BaseException:
            self.session.rollback()
            raise

    def flush(self) -> None:
        """Send pending changes to the database and the journal (still inside the transaction)."""
        self.session.flush()
        self._write_pending()

    # -- single records ------------------------------------------------------------------------

    def add(self, record: R) -> R:
        """Create a record; its id is made here unless it has one."""
        if record.id is None:
            record.id = new_id()
        self.session.add(record)
        return record

    def get(self, model: type[R], record_id: int) -> R | None:
        """The record, also when deleted."""
        return record_of(self.session, model, record_id)

    def change(self, record: Record, values: Mapping[str, Value]) -> bool:
        """Set declared fields; returns whether anything differs."""
        known = fields_of(type(record))
        differs = False
        for key, value in values.items():
            if key not in known:
                raise KeyError(key)
            if getattr(record, key) != value:
                setattr(record, key, value)
                differs = True
        return differs

    def delete(self, record: Record, reason: str) -> None:
        """Mark deleted with a code of the list `delete_reason`."""
        if record.deleted != reason:  # also loads it: the entry tells what it was before
            record.deleted = reason

    def resolve(self, record: Record, key: str, value: Value) -> None:
        """Decide the conflict of a field: `value` stands alone from now on, also if it is the one
        that was shown. The values that stood are told in the entry."""
        self.flush()
        name = record.__tablename__
        conflict = self.session.get_one(Conflict, conflict_id(name, record.id, key))
        stood = [version for version, _ in unpack_versions(conflict.versions)]
        changes = {key: (getattr(record, key), value)}
        self._decide(record, Kind.RESOLVE, changes, {key: stood})
        self.session.delete(conflict)
        self.session.flush()

    def reopen(self, record: Record, key: str, stood: Sequence[Value], shown: Value) -> None:
        """Take a decision back: the values of `stood` stand beside each other again, `shown` first
        and the rest in the order every station lists them."""
        self.flush()
        name = record.__tablename__
        others = sorted((value for value in stood if value != shown), key=str, reverse=True)
        changes = {key: (getattr(record, key), shown)}
        seq = self._decide(record, Kind.REOPEN, changes, {key: others})
        versions = [(value, ((0, seq),)) for value in (shown, *others)]
        self.session.add(
            Conflict(id=conflict_id(name, record.id, key), record_type=name, record_id=record.id,
                     field=key, versions=pack_versions(versions))
        )  # fmt: skip
        self._disputed = True
        self.session.flush()

    def _decide(
        self, record: Record, kind: Kind, changes: Changes, stood: Mapping[str, Sequence[Value]]
    ) -> int:
        name = record.__tablename__
        seq = self._entry(name, record.id, kind, changes, pack_alternatives(changes, stood))
        table: Any = type(record).__table__
        with Journaled(self.session):
            self.session.connection().execute(
                sa.update(table)
                .where(table.c.id == record.id)
                .values(
                    {key: after for key, (_, after) in changes.items()}
                    | {"dots": with_dots(record.dots, changes, seq), "version": record.version + 1}
                )
            )
        self.session.refresh(record)
        self._write_pending()
        return seq

    def note(self, record_type: str, record_id: int, **facts: Value) -> None:
        """An entry for the audit alone: nothing in the record changes."""
        changes: Changes = {k: (None, v) for k, v in facts.items()}
        self._entry(record_type, record_id, Kind.NOTE, changes)
        self._write_pending()

    # -- many records --------------------------------------------------------------------------

    def create_many(self, model: type[Record], rows: Sequence[dict[str, Any]]) -> None:
        """Create many records at once. `rows` are dicts of declared fields (a missing one is
        empty), `id` optional; they are completed in place with id and origin."""
        if not rows:
            return
        name = model.__tablename__
        seen = self.outcome.touched[name]
        start = self._next
        keys = [*fields_of(model), "dots"]
        for seq, row in enumerate(rows, start):
            if "id" not in row:
                row["id"] = new_id()
            row["origin_device"] = 0
            row["origin_seq"] = seq
            row["version"] = 1
            for key in keys:
                row.setdefault(key, None)
            seen.add(row["id"])
        self._next += len(rows)
        with Journaled(self.session):
            insert_many(self.session.connection(), table_of(model), rows)
        first = self._first
        self._pending += [
            {"device": 0, "seq": row["origin_seq"], "act": first, "record_type": name,
             "record_id": row["id"], "kind": 1, "changes": None}
            for row in rows
        ]  # fmt: skip
        if len(self._pending) > _MANY:
            self._write_pending()

    def change_many(self, model: type[Record], changes: Mapping[int, Changes]) -> None:
        """Change many records at once: {id: {field: (before, after)}}."""
        if not changes:
            return
        table: Any = model.__table__
        name = model.__tablename__
        dots: dict[int, bytes | None] = {}
        ids = list(changes)
        for at in range(0, len(ids), 5000):
            part = ids[at : at + 5000]
            found = self.session.execute(
                sa.select(table.c.id, table.c.dots).where(table.c.id.in_(part))
            )
            dots.update((row.id, row.dots) for row in found)
        groups: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
        for record_id, change in changes.items():
            seq = self._entry(
                name, record_id, kind_of(change), change, self._settle(name, record_id, change)
            )
            row: dict[str, Any] = {"b_" + k: after for k, (_, after) in change.items()}
            row["b_id"] = record_id
            row["b_dots"] = with_dots(dots[record_id], change, seq)
            groups[tuple(sorted(change))].append(row)
        with Journaled(self.session):
            for keys, rows in groups.items():
                statement = (
                    sa.update(table)
                    .where(table.c.id == sa.bindparam("b_id"))
                    .values(
                        {k: sa.bindparam("b_" + k) for k in keys}
                        | {"dots": sa.bindparam("b_dots"), "version": table.c.version + 1}
                    )
                )
                self.session.connection().execute(statement, rows)
        self._write_pending()

    # -- what another device wrote ---------------------------------------------------------------

    def journaled(self) -> Journaled:
        """For the merge alone: while open, records may be written directly, because the merge
        writes their entries of another device itself."""
        return Journaled(self.session)

    def touch(self, record_type: str, ids: Iterable[int]) -> None:
        """Tell the maintainers and the screens that these records changed."""
        self.outcome.touched[record_type].update(ids)

    def touch_fields(self, record_type: str, record_id: int, before: Mapping[str, Value]) -> None:
        """The same of one record of which only these fields changed, told as they were shown."""
        touched, partly = self.outcome.touched[record_type], self.outcome.partly[record_type]
        if record_id in partly or record_id not in touched:
            partly[record_id] = {**before, **partly.get(record_id, {})}
            touched.add(record_id)

    # -- journal -------------------------------------------------------------------------------

    def _entry(
        self,
        record_type: str,
        record_id: int,
        kind: Kind,
        changes: Changes,
        packed: bytes | None = None,
    ) -> int:
        seq = self._next
        self._next += 1
        self._pending.append(
            {
                "device": 0, "seq": seq, "act": self._first, "record_type": record_type,
                "record_id": record_id, "kind": int(kind),
                "changes": packed or (pack_changes(changes) if changes else None),
            }
        )  # fmt: skip
        if kind is not Kind.NOTE:
            self.outcome.touched[record_type].add(record_id)
            self.outcome.partly[record_type].pop(record_id, None)
        return seq

    def _settle(self, record_type: str, record_id: int, changes: Changes) -> bytes | None:
        """Who writes a field that is in conflict sees what stands there: her word ends it. The
        packed changes with what stood, None when nothing was in conflict."""
        if not self._disputed:
            return None
        ids = {conflict_id(record_type, record_id, key): key for key in changes}
        query = sa.select(Conflict.id, Conflict.versions).where(Conflict.id.in_(list(ids)))
        connection = self.session.connection()
        stood = {
            ids[found]: [value for value, _ in unpack_versions(versions)]
            for found, versions in connection.execute(query)
        }
        if not stood:
            return None
        connection.execute(sa.delete(Conflict).where(Conflict.id.in_(list(ids))))
        return pack_alternatives(changes, stood)

    def _before_flush(self, session: Session, *_: Any) -> None:
        if any(isinstance(o, Record) for o in session.deleted):
            raise RuntimeError("records are never deleted, use UnitOfWork.delete")
        for record in session.new:
            if isinstance(record, Record):
                if record.id is None:
                    record.id = new_id()
                record.origin_device = 0
                record.origin_seq = self._entry(record.__tablename__, record.id, Kind.CREATE, {})
        dirty = [o for o in session.dirty if isinstance(o, Record)]
        for record in sorted(dirty, key=lambda r: (r.__tablename__, r.id)):  # a set has no order
            change = change_of(record)
            if change:
                name = record.__tablename__
                packed = self._settle(name, record.id, change)
                seq = self._entry(name, record.id, kind_of(change), change, packed)
                record.dots = with_dots(record.dots, change, seq)
                record.version += 1
        session.connection().info["journaled"] = True

    def _after_flush(self, session: Session, *_: Any) -> None:
        session.connection().info["journaled"] = False
        self._write_pending()

    def _write_pending(self) -> None:
        if self._pending:
            rows, self._pending = self._pending, []
            insert_many(self.session.connection(), table_of(Entry), rows)
