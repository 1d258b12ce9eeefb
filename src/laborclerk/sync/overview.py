"""What the exchange screen shows: what would leave, who is enrolled, what came, what is held."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from laborclerk.store.journal import Act, Entry, HeldEntry
from laborclerk.store.store import Store
from laborclerk.sync.entries import count, outstanding
from laborclerk.sync.exchange import unsent
from laborclerk.sync.ledger import BundleLog, Enrolled


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What the next bundle holds: entries by record type; `unsent` of them are in no bundle yet.
    `since` is the time (ms) of the first entry in it, None when there is none."""

    total: int
    unsent: int
    records: Mapping[str, int]
    since: int | None


@dataclass(frozen=True, slots=True)
class StationLine:
    """An enrolled device and how far its bundles were applied."""

    device: str
    station: str
    place: str
    name: str
    approved_at: int
    last_number: int
    last_at: int | None
    held: int


@dataclass(frozen=True, slots=True)
class LogLine:
    """A bundle that went out or came in; `name` is the sender's, empty for our own."""

    outgoing: bool
    name: str
    number: int
    at: int
    records: int
    held: int
    file: str


@dataclass(frozen=True, slots=True)
class HeldLine:
    """Entries of one station held for one reason, by record type."""

    name: str
    reason: str
    record_type: str
    entries: int
    records: int


def outgoing(store: Store) -> Outgoing:
    """What `export_bundle` would write now: everything since the county's last acknowledgement."""
    with store.read() as session:
        wanted = outstanding(session)
        total, _ = count(session, wanted)
        chosen = sa.or_(
            *(
                sa.and_(Entry.device == s.device, Entry.seq > s.after, Entry.seq <= s.last)
                for s in wanted
            ),
            sa.false(),
        )
        records = session.execute(
            sa.select(Entry.record_type, sa.func.count(sa.distinct(Entry.record_id)))
            .where(chosen)
            .group_by(Entry.record_type)
        ).all()
        since = session.scalar(
            sa.select(sa.func.min(Act.at))
            .join(Entry, (Entry.device == Act.device) & (Entry.seq == Act.act))
            .where(chosen)
        )
    return Outgoing(total, unsent(store), {kind: int(n) for kind, n in records}, since)


def stations(store: Store) -> list[StationLine]:
    """Every enrolled device, by place."""
    with store.read() as session:
        devices = list(session.scalars(sa.select(Enrolled).order_by(Enrolled.place)))
        times = session.execute(
            sa.select(BundleLog.device, sa.func.max(BundleLog.at))
            .where(BundleLog.direction == "in")
            .group_by(BundleLog.device)
        ).all()
        counts = session.execute(
            sa.select(HeldEntry.index, sa.func.count()).group_by(HeldEntry.index)
        ).all()
    latest = {device: int(at) for device, at in times}
    held = {index: int(n) for index, n in counts}
    return [
        StationLine(
            d.device, d.station, d.place, d.name, d.approved_at, d.last_number,
            latest.get(d.device), held.get(d.index, 0) if d.index is not None else 0,
        )
        for d in devices
    ]  # fmt: skip


def log(store: Store, limit: int = 500) -> list[LogLine]:
    """Every bundle that came or went, latest first."""
    with store.read() as session:
        rows = session.execute(
            sa.select(BundleLog, Enrolled.name)
            .outerjoin(Enrolled, Enrolled.device == BundleLog.device)
            .order_by(BundleLog.at.desc())
            .limit(limit)
        ).all()
    return [
        LogLine(b.direction == "out", name or "", b.number, b.at, b.records, b.held, b.file)
        for b, name in rows
    ]


def held(store: Store) -> list[HeldLine]:
    """What was verified but not applied, by station, reason and register."""
    with store.read() as session:
        rows = session.execute(
            sa.select(
                Enrolled.name, HeldEntry.reason, HeldEntry.record_type, sa.func.count(),
                sa.func.count(sa.distinct(HeldEntry.record_id)),
            )
            .outerjoin(Enrolled, Enrolled.index == HeldEntry.index)
            .group_by(Enrolled.name, HeldEntry.reason, HeldEntry.record_type)
            .order_by(Enrolled.name, HeldEntry.reason)
        ).all()  # fmt: skip
    return [HeldLine(name or "", r, kind, int(n), int(m)) for name, r, kind, n, m in rows]


def known_bundles(store: Store, digests: list[str]) -> set[str]:
    """Which of these bundles were imported before."""
    with store.read() as session:
        query = sa.select(BundleLog.digest).where(
            BundleLog.digest.in_(digests), BundleLog.direction == "in"
        )
        return set(session.scalars(query))
