"""What the exchange screen shows: what would leave, who is enrolled, what came, what is held."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.kernel.errors import EnvironmentFault, Problem, Rejected
from laborclerk.kernel.ids import read_id, show_id
from laborclerk.store.journal import Act, Device, Entry, HeldEntry
from laborclerk.store.store import Store
from laborclerk.sync import inbox
from laborclerk.sync.entries import count, outstanding
from laborclerk.sync.export import unsent
from laborclerk.sync.holding import OUT_OF_SCOPE
from laborclerk.sync.inbox import FORKED, REFUSED, WAITING
from laborclerk.sync.ledger import COUNTY, BundleLog, Enrolled, Ledger, station_of
from laborclerk.sync.names import Names


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
    latest first, when there are several. `name` tells two devices of one station apart. Of what is
    held `held` wants a decision, `waits` comes by itself."""

    device: str
    station: str
    place: str
    name: str
    approved_at: int
    last_number: int
    last_at: int | None
    held: int
    waits: int = 0
    missing: str = ""  # what it wrote that did not come, by sequence
    lives: tuple[Life, ...] = ()


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """A bundle that waits: changes after `have` and before `first` are missing, or it is this
    county's `own`, for which an officer must vouch."""

    digest: str
    device: str
    name: str
    number: int
    have: int
    first: int
    last: int
    at: int
    file: str
    hold: str = ""  # why it is not applied though nothing is missing, and what to do
    own: bool = False

    @property
    def missing(self) -> str:
        """The sequences that are missing, '' when they have come."""
        if self.own:
            return ""
        low, high = self.have + 1, self.first - 1
        return "" if low > high else str(low) if low == high else f"{low}–{high}"


@dataclass(frozen=True, slots=True)
class LogLine:
    """A bundle that went out, came in or waits (`waits`, as it is listed among those); `name` is
    the sender's, of a return bundle the township's it is for, empty for our own. `held` counts what
    of it is not applied still, by reason; `refused` is why nothing is (of `inbox.REFUSED`)."""

    outgoing: bool
    name: str
    number: int
    at: int
    records: int
    held: Mapping[str, int]
    file: str
    waits: WaitingLine | None = None
    refused: str = ""

    @property
    def forked(self) -> bool:
        return self.refused == FORKED


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
        if line.missing:
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
            sa.select(HeldEntry.index, HeldEntry.reason, sa.func.count()).group_by(
                HeldEntry.index, HeldEntry.reason
            )
        ).all()
        names = Names(session)
    held: Counter[tuple[int, bool]] = Counter()
    for index, reason, n in counts:
        held[index, reason == OUT_OF_SCOPE] += int(n)
    found = []
    for d in devices:
        own = lives[d.device]
        latest = [life.last_at for life in own if life.last_at is not None]
        name = names.device(d.station, d.device)
        found.append(
            StationLine(
                d.device, d.station, d.place, name, d.approved_at, d.last_number,
                max(latest, default=None), sum(held[life.index, True] for life in own),
                sum(held[life.index, False] for life in own), "、".join(gaps[d.device]),
                tuple(own) if len(own) > 1 else (),
            )
        )  # fmt: skip
    return found


def waiting(store: Store) -> list[WaitingLine]:
    """The bundles that wait, by device and number."""
    with store.read() as session:
        rows = session.scalars(
            sa.select(BundleLog)
            .where(BundleLog.direction == WAITING)
            .order_by(BundleLog.device, BundleLog.number)
        ).all()
        tops = {
            (show_id(device), incarnation): last
            for device, incarnation, last in session.execute(
                sa.select(Device.device, Device.incarnation, Device.last_seq)
            )
        }
        names, me = Names(session), station_of(store)
    found = []
    for b in rows:
        have = tops.get((b.device, b.incarnation), 0)
        line = WaitingLine(
            b.digest, b.device, names.device("", b.device), b.number, have, b.first, b.last, b.at,
            b.file, own=b.device == me.device,
        )  # fmt: skip
        found.append(line if line.missing else replace(line, hold=_hold(store, line)))
    return found


def _hold(store: Store, line: WaitingLine) -> str:
    """Why a kept bundle is not applied although all before it is here; '' when nothing is against
    it any longer."""
    try:
        opened = inbox.reopen(store, line.digest)
    except (Rejected, EnvironmentFault) as error:
        return str(error)
    if line.own and not opened.holds:
        return Problem(Ledger.BUNDLE_OWN_FORMER_KEY, {"file": line.file}).text
    return opened.holds[0].text if opened.holds else ""


def log(store: Store, limit: int = 500) -> list[LogLine]:
    """Every bundle that came, went or waits, latest first."""
    stopped = {line.digest: line for line in waiting(store)}
    with store.read() as session:
        rows = session.scalars(sa.select(BundleLog).order_by(BundleLog.at.desc()).limit(limit))
        names, me = Names(session), station_of(store)
        found = []
        for b in rows:
            out = b.direction == "out"
            name = names.station(b.device) if out else names.device("", b.device)
            found.append(
                LogLine(
                    out, "" if out and b.device == me.device else name, b.number, b.at, b.records,
                    _still_held(session, b, me.level) if b.held and not out else {}, b.file,
                    stopped.get(b.digest), b.direction if b.direction in REFUSED else "",
                )
            )  # fmt: skip
    return found


def _still_held(session: Session, b: BundleLog, level: str) -> dict[str, int]:
    """How many entries of a bundle are held still, by reason. What an answer brought is of several
    devices."""
    query = sa.select(HeldEntry.reason, sa.func.count()).group_by(HeldEntry.reason)
    if level == COUNTY:
        query = query.join(Device, Device.index == HeldEntry.index).where(
            Device.device == read_id(b.device), Device.incarnation == b.incarnation,
            HeldEntry.seq.between(b.first, b.last),
        )  # fmt: skip
    return {reason: int(n) for reason, n in session.execute(query)}


def held(store: Store) -> list[HeldLine]:
    """What was verified but not applied, by station, reason and register; first what wants a
    decision."""
    with store.read() as session:
        rows = session.execute(
            sa.select(
                HeldEntry.index, Device.device, HeldEntry.reason, HeldEntry.record_type,
                sa.func.count(), sa.func.count(sa.distinct(HeldEntry.record_id)),
            )
            .join(Device, Device.index == HeldEntry.index)
            .group_by(HeldEntry.index, Device.device, HeldEntry.reason, HeldEntry.record_type)
            .order_by(HeldEntry.reason != OUT_OF_SCOPE, HeldEntry.index, HeldEntry.reason)
        ).all()  # fmt: skip
        names = Names(session)
    return [
        HeldLine(i, names.device("", show_id(device)), r, kind, int(n), int(m))
        for i, device, r, kind, n, m in rows
    ]


def known_bundles(store: Store, digests: list[str]) -> set[str]:
    """Which of these bundles were imported before."""
    with store.read() as session:
        query = sa.select(BundleLog.digest).where(
            BundleLog.digest.in_(digests), BundleLog.direction == "in"
        )
        return set(session.scalars(query))
