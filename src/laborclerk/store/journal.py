"""The one journal: every change of every record, who made it, when and by which use case.

An *act* is one run of a use case (first sequence number of its entries); an *entry* is one
touched record in it. The same rows are audit trail, undo, history and change bundle. A creation
leaves its values out at rest: they are rebuilt by walking later changes back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import msgpack
import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from laborclerk.catalog.fields import Value
from laborclerk.store.base import Base, Record, fields_of, record_types, values_of


class Kind(IntEnum):
    """What an entry did to its record."""

    CREATE = 1
    CHANGE = 2
    DELETE = 3
    RESTORE = 4
    NOTE = 5  # something worth the audit that changed no record: a plain sheet left, a login


class Device(Base):
    """A device that has written entries; index 0 is this one."""

    __tablename__ = "device"
    index: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True, autoincrement=False)
    device: Mapped[int] = mapped_column(sa.BigInteger, unique=True)
    name: Mapped[str] = mapped_column(sa.String, default="")
    last_seq: Mapped[int] = mapped_column(sa.BigInteger, default=0)


class Act(Base):
    """One run of a use case. `undoes` is the act it took back (own device), if any; `taken` the
    act of this device that took it over, if another device wrote it: clocks may be wrong, so only
    the order in which things were written here tells what followed what."""

    __tablename__ = "act"
    device: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True, autoincrement=False)
    act: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[int] = mapped_column(sa.BigInteger)
    clerk: Mapped[str] = mapped_column(sa.String)
    use_case: Mapped[str] = mapped_column(sa.String)
    undoes: Mapped[int | None] = mapped_column(sa.BigInteger)
    taken: Mapped[int | None] = mapped_column(sa.BigInteger)


class Entry(Base):
    """One touched record; `changes` is msgpack {field: [before, after]}, empty for a creation."""

    __tablename__ = "journal"
    device: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    act: Mapped[int] = mapped_column(sa.BigInteger)
    record_type: Mapped[str] = mapped_column(sa.String)
    record_id: Mapped[int] = mapped_column(sa.BigInteger)
    kind: Mapped[int] = mapped_column(sa.SmallInteger)
    changes: Mapped[bytes | None] = mapped_column(sa.LargeBinary)

    __table_args__ = (
        # a creation is found by the dot in its row, so only later entries need the index
        sa.Index(
            "ix_journal_record",
            "record_id",
            sqlite_where=sa.text("kind <> 1"),
            postgresql_where=sa.text("kind <> 1"),
        ),
        {"sqlite_with_rowid": False},
    )


class HeldEntry(Base):
    """An entry of another device that was verified but not applied, kept whole until a person
    decides: it stands in the journal, but is no part of a record's history."""

    __tablename__ = "held_entry"
    index: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    reason: Mapped[str] = mapped_column(sa.String)
    record_type: Mapped[str] = mapped_column(sa.String)
    record_id: Mapped[int] = mapped_column(sa.BigInteger)
    content: Mapped[bytes] = mapped_column(sa.LargeBinary)


# the order in which entries (joined with their acts) were written into this store
WRITTEN = (sa.func.coalesce(Act.taken, Act.act), Entry.device, Entry.seq)
APPLIED = ~sa.exists().where(HeldEntry.index == Entry.device, HeldEntry.seq == Entry.seq)

# every entry but a creation, spelled as the partial index is, so that it is used
LATER = Entry.kind != sa.literal_column("1")

Changes = dict[str, tuple[Value, Value]]


def pack_changes(changes: Changes) -> bytes:
    return bytes(msgpack.packb(changes))


def unpack_changes(blob: bytes | None) -> Changes:
    if blob is None:
        return {}
    return {key: (before, after) for key, (before, after) in msgpack.unpackb(blob).items()}


@dataclass(frozen=True, slots=True)
class Event:
    """One journal entry as history shows it."""

    device: int
    seq: int
    act: int
    at: int
    clerk: str
    use_case: str
    record_type: str
    record_id: int
    kind: Kind
    changes: Changes


def _events(rows: Iterable[Any]) -> Iterator[Event]:
    for r in rows:
        yield Event(
            r.device, r.seq, r.act, r.at, r.clerk, r.use_case, r.record_type, r.record_id,
            Kind(r.kind), unpack_changes(r.changes),
        )  # fmt: skip


def _select() -> Any:
    return sa.select(
        Entry.device, Entry.seq, Entry.act, Act.at, Act.clerk, Act.use_case,
        Entry.record_type, Entry.record_id, Entry.kind, Entry.changes,
    ).join(Act, (Act.device == Entry.device) & (Act.act == Entry.act))  # fmt: skip


def entries(session: Session, *, device: int = 0, after: int = 0) -> Iterator[Event]:
    """The entries of a device with a sequence above `after`, in order, creations without values."""
    query = _select().where(Entry.device == device, Entry.seq > after).order_by(Entry.seq)
    yield from _events(session.execute(query.execution_options(yield_per=2000)))


def history(session: Session, record: Record) -> list[Event]:
    """Everything that happened to a record, oldest first; the creation with its values rebuilt."""
    kind = type(record).__tablename__
    born = list(
        _events(
            session.execute(
                _select().where(
                    Entry.device == record.origin_device, Entry.seq == record.origin_seq
                )
            )
        )
    )
    later = list(
        _events(
            session.execute(
                _select().where(Entry.record_id == record.id, LATER, APPLIED).order_by(*WRITTEN)
            )
        )
    )
    later = [e for e in later if e.record_type == kind]
    first = first_values(record, later)
    told: Changes = {k: (None, v) for k, v in first.items() if v is not None}
    return [
        Event(e.device, e.seq, e.act, e.at, e.clerk, e.use_case, e.record_type, e.record_id,
              e.kind, told)
        for e in born
    ] + later  # fmt: skip


def first_values(record: Record, later: Iterable[Event]) -> dict[str, Value]:
    """The values a record was created with: today's, walked back through `later` changes."""
    values = values_of(record)
    for event in reversed(list(later)):
        for key, (before, _after) in event.changes.items():
            if key in values:
                values[key] = before
    return values


def act_events(session: Session, act: int, device: int = 0) -> list[Event]:
    """The entries of one act, in order."""
    return list(
        _events(
            session.execute(
                _select().where(Entry.device == device, Entry.act == act).order_by(Entry.seq)
            )
        )
    )


@dataclass(frozen=True, slots=True)
class Finding:
    """Something `check` found wrong in the store."""

    what: str
    record_type: str
    record_id: int


def _holes(session: Session) -> list[Finding]:
    counts = sa.select(
        Entry.device, sa.func.count().label("n"), sa.func.max(Entry.seq).label("top")
    )
    inside = counts.group_by(Entry.device).subquery()
    query = sa.select(Device.index).outerjoin(inside, inside.c.device == Device.index)
    whole = sa.and_(
        sa.func.coalesce(inside.c.n, 0) == Device.last_seq,
        sa.func.coalesce(inside.c.top, 0) == Device.last_seq,
    )
    broken = session.scalars(query.where(~whole))
    found = [Finding("日志缺号", "device", index) for index in broken]
    acts = sa.exists().where(Act.device == Entry.device, Act.act == Entry.act)
    lost = sa.select(Entry.device).where(~acts).distinct()
    return found + [Finding("日志缺操作", "device", index) for index in session.scalars(lost)]


def check_journal(session: Session) -> list[Finding]:
    """Rows against journal: every row has its creation, every last change stands in the row, and
    the numbers of every device run from 1 to its last without a hole."""
    found = _holes(session)
    for name, model in record_types().items():
        table = model.__table__
        orphan = sa.select(table.c.id).where(
            ~sa.exists().where(
                Entry.device == table.c.origin_device,
                Entry.seq == table.c.origin_seq,
                Entry.record_id == table.c.id,
                Entry.kind == Kind.CREATE,
            )
        )
        found += [Finding("没有新建记录", name, i) for i in session.scalars(orphan.limit(1000))]
    last: dict[tuple[str, int], dict[str, Value]] = {}
    changed = (
        sa.select(Entry.record_type, Entry.record_id, Entry.changes)
        .join(Act, (Act.device == Entry.device) & (Act.act == Entry.act))
        .where(Entry.kind.in_([Kind.CHANGE, Kind.DELETE, Kind.RESTORE]), APPLIED)
        .order_by(*WRITTEN)
    )
    for record_type, record_id, blob in session.execute(changed):
        state = last.setdefault((record_type, record_id), {})
        state.update({k: after for k, (_, after) in unpack_changes(blob).items()})
    for (record_type, record_id), state in last.items():
        model_ = record_types().get(record_type)
        if model_ is None:
            continue
        row = session.get(model_, record_id)
        if row is None:
            found.append(Finding("日志有而表中没有", record_type, record_id))
        elif any(getattr(row, k) != v for k, v in state.items() if k in fields_of(model_)):
            found.append(Finding("与日志不符", record_type, record_id))
        session.expunge_all()
    return found
