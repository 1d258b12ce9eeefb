"""What the exchange screen shows: what would leave, who is enrolled, what came, what is held."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from laborclerk.kernel.ids import show_id
from laborclerk.store.journal import Act, Device, Entry, HeldEntry
from laborclerk.store.store import Store
from laborclerk.sync.entries import count, outstanding
from laborclerk.sync.export import unsent
from laborclerk.sync.inbox import FORKED, WAITING
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
class Life:
    """One incarnation of a device: a laptop that was restored from a backup or copied goes on as
    another. `last` is up to which of its changes all is here."""

    index: int
    incarnation: int
    last: int
    last_number: int
    last_at: int | None


@dataclass(frozen=True, slots=True)
class StationLine:
    """An enrolled device and how far its bundles were applied; `lives` are its incarnations,
    latest first, when there are several. `name` tells two devices of one station apart."""

    device: str
    station: str
    place: str
    name: str
    approved_at: int
    last_number: int
    last_at: int | None
    held: int
    missing: str = ""  # what it wrote that did not come, by sequence
    lives: tuple[Life, ...] = ()


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """A bundle that waits: changes after `have` and before `first` are missing."""

    digest: str
    device: str
    name: str
    number: int
    have: int
    first: int
    last: int
    at: int
    file: str

    @property
    def missing(self) -> str:
        """The sequences that are missing."""
        low, high = self.have + 1, self.first - 1
        return str(low) if low == high else f"{low}–{high}"


@dataclass(frozen=True, slots=True)
class LogLine:
    """A bundle that went out, came in or waits; `name` is the sender's, of a return bundle the
    township's it is for, empty for our own."""

    outgoing: bool
    name: str
    number: int
    at: int
    records: int
    held: int
    file: str
    waiting: bool = False
    forked: bool = False  # refused: the laptop went back to an older state


@dataclass(frozen=True, slots=True)
class HeldLine:
    """Entries of one device (index) held for one reason, by record type."""

    device: int
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
    gaps: dict[str, list[str]] = defaultdict(list)
    for line in waiting(store):
        gaps[line.device].append(line.missing)
    with store.read() as session:
        devices = list(
            session.scalars(sa.select(Enrolled).order_by(Enrolled.place, Enrolled.approved_at))
        )
        lives: dict[str, list[Life]] = defaultdict(list)
        times = {
            (device, incarnation): (int(number), int(at))
            for device, incarnation, number, at in session.execute(
                sa.select(
                    BundleLog.device, BundleLog.incarnation, sa.func.max(BundleLog.number),
                    sa.func.max(BundleLog.at),
                )
                .where(BundleLog.direction == "in")
                .group_by(BundleLog.device, BundleLog.incarnation)
            )
        }  # fmt: skip
        query = sa.select(Device).where(~Device.own).order_by(Device.index.desc())
        for known in session.scalars(query):
            token = show_id(known.device)
            number, at = times.get((token, known.incarnation), (0, None))
            lives[token].append(Life(known.index, known.incarnation, known.last_seq, number, at))
        counts = session.execute(
            sa.select(HeldEntry.index, sa.func.count()).group_by(HeldEntry.index)
        ).all()
    held = {index: int(n) for index, n in counts}
    names = Counter(d.name for d in devices)
    found = []
    for d in devices:
        own = lives[d.device]
        latest = [life.last_at for life in own if life.last_at is not None]
        name = f"{d.name}(电脑 {d.device[-4:]})" if names[d.name] > 1 else d.name
        found.append(
            StationLine(
                d.device, d.station, d.place, name, d.approved_at, d.last_number,
                max(latest, default=None), sum(held.get(life.index, 0) for life in own),
                "、".join(gaps[d.device]), tuple(own) if len(own) > 1 else (),
            )
        )  # fmt: skip
    return found


def waiting(store: Store) -> list[WaitingLine]:
    """The bundles that wait for one before them, by device and number."""
    with store.read() as session:
        rows = session.execute(
            sa.select(BundleLog, Enrolled.name)
            .outerjoin(Enrolled, Enrolled.device == BundleLog.device)
            .where(BundleLog.direction == WAITING)
            .order_by(BundleLog.device, BundleLog.number)
        ).all()
        tops = {
            (show_id(device), incarnation): last
            for device, incarnation, last in session.execute(
                sa.select(Device.device, Device.incarnation, Device.last_seq)
            )
        }
    return [
        WaitingLine(
            b.digest, b.device, name or "", b.number, tops.get((b.device, b.incarnation), 0),
            b.first, b.last, b.at, b.file,
        )
        for b, name in rows
    ]  # fmt: skip


def log(store: Store, limit: int = 500) -> list[LogLine]:
    """Every bundle that came, went or waits, latest first."""
    with store.read() as session:
        rows = session.execute(
            sa.select(BundleLog, Enrolled.name)
            .outerjoin(Enrolled, Enrolled.device == BundleLog.device)
            .order_by(BundleLog.at.desc())
            .limit(limit)
        ).all()
        named = session.execute(sa.select(Enrolled.place, Enrolled.name))
        places = {one.place: one.name for one in named}
    return [
        LogLine(b.direction == "out", name or places.get(b.device, ""), b.number, b.at, b.records,
                b.held, b.file, b.direction == WAITING, b.direction == FORKED)
        for b, name in rows
    ]  # fmt: skip


def held(store: Store) -> list[HeldLine]:
    """What was verified but not applied, by station, reason and register."""
    with store.read() as session:
        rows = session.execute(
            sa.select(
                HeldEntry.index, Device.name, HeldEntry.reason, HeldEntry.record_type,
                sa.func.count(), sa.func.count(sa.distinct(HeldEntry.record_id)),
            )
            .outerjoin(Device, Device.index == HeldEntry.index)
            .group_by(HeldEntry.index, Device.name, HeldEntry.reason, HeldEntry.record_type)
            .order_by(Device.name, HeldEntry.index, HeldEntry.reason)
        ).all()  # fmt: skip
    return [HeldLine(i, name or "", r, kind, int(n), int(m)) for i, name, r, kind, n, m in rows]


def known_bundles(store: Store, digests: list[str]) -> set[str]:
    """Which of these bundles were imported before."""
    with store.read() as session:
        query = sa.select(BundleLog.digest).where(
            BundleLog.digest.in_(digests), BundleLog.direction == "in"
        )
        return set(session.scalars(query))
