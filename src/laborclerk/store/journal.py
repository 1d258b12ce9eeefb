"""The one journal: every change of every record, who made it, when and by which use case.

An *act* is one run of a use case (first sequence number of its entries); an *entry* is one
touched record in it. The same rows are audit trail, undo, history and change bundle. A creation
leaves its values out at rest: they are rebuilt by walking later changes back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

import msgpack
import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from laborclerk.catalog.fields import Value
from laborclerk.kernel.ids import stable_id
from laborclerk.store.base import Base, Record, fields_of


class Kind(IntEnum):
    """What an entry did to its record."""

    CREATE = 1
    CHANGE = 2
    DELETE = 3
    RESTORE = 4
    NOTE = 5  # something worth the audit that changed no record: a plain sheet left, a login
    RESOLVE = 6  # a conflict was decided: one of its values, or another, stands alone
    REOPEN = 7  # a decision was taken back: the values stand beside each other again


class Device(Base):
    """A device that has written entries; index 0 is this one. A laptop restored from a backup, or
    copied, goes on under a new `incarnation`: its sequence begins anew and nothing forks.

    `last_seq` is up to where everything of it is known here, but for `holes` (packed ranges) that
    never came; `partial` if only what concerns this station came, so that its journal has gaps.
    `own` marks this device and its former incarnations, `acked` what of them the county has.
    `acts` (index 0) counts all acts in this store.
    """

    __tablename__ = "device"
    index: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True, autoincrement=False)
    device: Mapped[int] = mapped_column(sa.BigInteger)
    incarnation: Mapped[int] = mapped_column(sa.BigInteger, default=1)
    name: Mapped[str] = mapped_column(sa.String, default="")
    last_seq: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    acked: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    acts: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    holes: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    own: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    partial: Mapped[bool] = mapped_column(sa.Boolean, default=False)

    __table_args__ = (sa.UniqueConstraint("device", "incarnation"),)


class Act(Base):
    """One run of a use case. `undoes` is the act it took back (own device), if any; `written`
    counts the acts of all devices in the order in which they came into this store: clocks may be
    wrong, so only that tells what followed what."""

    __tablename__ = "act"
    device: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True, autoincrement=False)
    act: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[int] = mapped_column(sa.BigInteger)
    clerk: Mapped[str] = mapped_column(sa.String)
    use_case: Mapped[str] = mapped_column(sa.String)
    undoes: Mapped[int | None] = mapped_column(sa.BigInteger)
    written: Mapped[int] = mapped_column(sa.BigInteger)


class Entry(Base):
    """One touched record; `changes` is msgpack {field: [before, after]}, empty for a creation. The
    decision of a conflict adds a list of the values that stood: [before, after, [value…]]."""

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


class Epoch(Base):
    """From this sequence on a device knew this of the others (`Vector`, packed). It changes only
    when something is imported, so a device has few."""

    __tablename__ = "epoch"
    index: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    knows: Mapped[bytes] = mapped_column(sa.LargeBinary)


class Conflict(Base):
    """A field that was changed on several sides without knowing of each other: every version, the
    shown one first (`versions.pack_versions`), until a person decides. Derived from the entries:
    stations that have the same entries have the same conflicts."""

    __tablename__ = "conflict"
    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    record_type: Mapped[str] = mapped_column(sa.String)
    record_id: Mapped[int] = mapped_column(sa.BigInteger, index=True)
    field: Mapped[str] = mapped_column(sa.String)
    versions: Mapped[bytes] = mapped_column(sa.LargeBinary)


# the order in which entries (joined with their acts) were written into this store
WRITTEN = (Act.written, Entry.device, Entry.seq)
APPLIED = ~sa.exists().where(HeldEntry.index == Entry.device, HeldEntry.seq == Entry.seq)

# every entry but a creation, spelled as the partial index is, so that it is used
LATER = Entry.kind != sa.literal_column("1")

Changes = dict[str, tuple[Value, Value]]


def pack_changes(changes: Changes) -> bytes:
    return bytes(msgpack.packb(changes))


def unpack_changes(blob: bytes | None) -> Changes:
    if blob is None:
        return {}
    return {key: (pair[0], pair[1]) for key, pair in msgpack.unpackb(blob).items()}


def pack_alternatives(changes: Changes, stood: Mapping[str, Sequence[Value]]) -> bytes:
    """Changes of a decision, with the values that stood beside each other."""
    return bytes(
        msgpack.packb(
            {k: [*pair, list(stood[k])] if k in stood else pair for k, pair in changes.items()}
        )
    )


def unpack_alternatives(blob: bytes | None) -> dict[str, list[Value]]:
    """The values that stood beside each other, of the fields an entry decided or opened again."""
    if blob is None:
        return {}
    return {key: pair[2] for key, pair in msgpack.unpackb(blob).items() if len(pair) > 2}


def conflict_id(record_type: str, record_id: int, key: str) -> int:
    """The same on every station."""
    return stable_id("conflict", record_type, record_id, key)


def change_of(record: Record) -> Changes:
    """What a loaded record's fields were and are, of those that differ and are not yet sent."""
    state: Any = sa.inspect(record)
    change: Changes = {}
    for key in fields_of(type(record)):
        if key not in state.committed_state:  # nothing was set: asking for its history takes long
            continue
        history = state.attrs[key].history
        if history.has_changes():
            before = history.deleted[0] if history.deleted else state.committed_state.get(key)
            after = history.added[0] if history.added else None
            if before != after:
                change[key] = (before, after)
    return change


def kind_of(change: Changes) -> Kind:
    """What an entry with these changes did."""
    if "deleted" in change:
        return Kind.RESTORE if change["deleted"][1] is None else Kind.DELETE
    return Kind.CHANGE


@dataclass(frozen=True, slots=True)
class Event:
    """One journal entry as history shows it; `stood` the values of a conflict it decided."""

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
    stood: Mapping[str, list[Value]] = field(default_factory=dict)

    @property
    def stays(self) -> bool:
        """Whether all it says is that the record stays, as the merge of a double into it does."""
        told = any(before != after for before, after in self.changes.values())
        return self.kind is Kind.RESTORE and not told and not self.stood


def event_of(row: Any) -> Event:
    """A row of `select_events`."""
    return Event(
        row.device, row.seq, row.act, row.at, row.clerk, row.use_case, row.record_type,
        row.record_id, Kind(row.kind), unpack_changes(row.changes),
        unpack_alternatives(row.changes),
    )  # fmt: skip


def _events(rows: Iterable[Any]) -> Iterator[Event]:
    return map(event_of, rows)


def select_events(*more: Any) -> Any:
    """The query of entries with their acts, and of `more` columns; to be narrowed."""
    return sa.select(
        Entry.device, Entry.seq, Entry.act, Act.at, Act.clerk, Act.use_case,
        Entry.record_type, Entry.record_id, Entry.kind, Entry.changes, *more,
    ).join(Act, (Act.device == Entry.device) & (Act.act == Entry.act))  # fmt: skip


def entries(session: Session, *, device: int = 0, after: int = 0) -> Iterator[Event]:
    """The entries of a device with a sequence above `after`, in order, creations without values."""
    query = select_events().where(Entry.device == device, Entry.seq > after).order_by(Entry.seq)
    yield from _events(session.execute(query.execution_options(yield_per=2000)))


def of_own_act(act: Any) -> sa.ColumnElement[bool]:
    """The condition on entries of an act of this device (its number, or `Act.act` of the query
    around): they stand together, from the act's number to the next act's, and are found by that.
    To look at every entry for its act takes a second in a township's journal."""
    later = aliased(Act)
    following = sa.select(sa.func.min(later.act)).where(later.device == 0, later.act > act)
    end = sa.func.coalesce(following.correlate_except(later).scalar_subquery(), _END)
    return sa.and_(Entry.device == 0, Entry.seq >= act, Entry.seq < end, Entry.act == act)


_END = sa.literal(2**62, sa.BigInteger)  # after every entry


def act_events(session: Session, act: int, device: int = 0) -> list[Event]:
    """The entries of one act, in order."""
    here = of_own_act(act) if device == 0 else (Entry.device == device) & (Entry.act == act)
    return list(_events(session.execute(select_events().where(here).order_by(Entry.seq))))
