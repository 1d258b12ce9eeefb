"""What a county wrote and lost comes back to it from its own return bundles.

A county that was put back to a backup goes on as a new incarnation. What its former self had sent
out stands in the townships; the answers that carried it are signed by the county and encrypted to
it as well. A township that sees the county lacks some of it puts the answers it kept beside its
next report, and the county takes in its own entries from them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.kernel.bulk_work import bulk_work
from laborclerk.kernel.errors import Problem, Severity, reject
from laborclerk.kernel.progress import Progress
from laborclerk.store.causality import Causality
from laborclerk.store.journal import Device, Entry
from laborclerk.store.store import Store
from laborclerk.store.versions import Vector
from laborclerk.sync import atomic, exchange, inbox
from laborclerk.sync.blocks import telling
from laborclerk.sync.container import MAX_FILE, OpenedBundle
from laborclerk.sync.ledger import BundleLog, Ledger, keys_of, station_of
from laborclerk.sync.merge import Sender, apply
from laborclerk.sync.regain_merge import RegainMerge
from laborclerk.sync.trust import keys_for, revocations_of


def is_lost(store: Store, opened: OpenedBundle) -> bool:
    """Whether a return bundle is one this county wrote and lost when it was put back."""
    with store.read() as session:
        own = session.get_one(Device, 0)
        known = session.get(BundleLog, opened.digest)
    mine = exchange.number_of(opened) == own.device
    lost = known is None or known.direction in ("in", inbox.WAITING)  # handed back before
    return mine and lost and opened.manifest.incarnation != own.incarnation


def take_own(
    store: Store,
    opened: OpenedBundle,
    judges: exchange.Judges,
    progress: Progress,
    after: exchange.After | None,
    vouched: bool = False,
) -> exchange.Imported:
    """Take in what stands in a return bundle this county wrote before it was put back: whole or not
    at all. What others wrote in it they mostly send again; but they may have lost it as well. A
    former key may be stolen: what it signed waits until an officer `vouched` for it."""
    keys, manifest, name = keys_for(store, opened), opened.manifest, station_of(store).name
    if not opened.is_for(keys):
        raise reject(Ledger.BUNDLE_WRONG_WAY, file=opened.file)
    if not vouched and opened.certified.authority != keys_of(store).public.signing:
        return _ask(store, opened)
    progress.start("找回本站写过的", None)
    with bulk_work(), inbox.applying(store, opened) as work:
        own = work.session.get_one(Device, 0)
        known = work.session.get(BundleLog, opened.digest)
        if known is not None and known.direction == "in":
            return exchange.already(manifest.station, name, known)
        sender = Sender(own.device, own.name, None, incarnation=manifest.incarnation)
        items = telling(opened.entries(keys), progress)
        judge_of = exchange.judge_of(work.session, judges)
        making = partial(RegainMerge, listed=revocations_of(store))
        applied = apply(work, sender, items, judge_of, making)
        if after is not None:
            after(work, applied)
        exchange.log_received(work, opened, applied)
    return exchange.imported(opened, manifest.station, name, applied, nothing_new=False)


def _ask(store: Store, opened: OpenedBundle) -> exchange.Imported:
    """Let it wait for an officer's word."""
    me, number = station_of(store), opened.manifest.number
    with store.local() as session:
        known = session.get(BundleLog, opened.digest)
        if known is not None and known.direction == "in":
            return exchange.already(me.station, me.name, known)
        inbox.hold(session, opened, store.clock())
    told = Problem(Ledger.BUNDLE_OWN_FORMER_KEY, {"file": opened.file}, Severity.WARN)
    return exchange.Imported(me.station, me.name, number, 0, 0, {}, (told,), waits=True)


def hand_back(store: Store, out: Path) -> Sequence[Path]:
    """Beside a report at `out`: the kept answers of the county that hold what it lacks, as its
    latest answer tells → the copies."""
    copies = []
    for number, digest in _lacking(store):
        kept = inbox.path_of(store, digest)
        if kept.exists():
            copy = out.with_name(f"{out.stem}-县里第{number}号返还{inbox.SUFFIX}")
            atomic.write_same(copy, atomic.read_whole(kept, MAX_FILE))
            copies.append(copy)
    return copies


def _lacking(store: Store) -> list[tuple[int, str]]:
    """Number and digest of the received answers that hold something the county lacks now, as far
    as its latest answer tells."""
    with store.read() as session:
        came = BundleLog.direction == "in"
        latest = session.scalars(sa.select(BundleLog).where(came).order_by(BundleLog.at.desc()))
        last = latest.first()
        others = session.scalars(sa.select(Device).where(~Device.own)).all()
        present = next((o for o in others if last and o.incarnation == last.incarnation), None)
        if present is None:
            return []
        has = Causality(session).context((present.index, present.last_seq + 1))
        former = [o for o in others if o.device == present.device and o is not present]
        if not any(_lacks(session, has, o.index) for o in others if former and o is not present):
            return []
        found = []
        for self in former:
            query = sa.select(BundleLog).where(came, BundleLog.incarnation == self.incarnation)
            top, holes = has.top.get(self.index, 0), has.holes.get(self.index, ())
            found += [
                (row.number, row.digest) for row in session.scalars(query)
                if row.last > top or any(a <= row.last and row.first <= b for a, b in holes)
            ]  # fmt: skip
    return sorted(found)


def _lacks(session: Session, has: Vector, index: int) -> bool:
    """Whether an entry of a device is here that stands not in `has`."""
    top, holes = has.top.get(index, 0), has.holes.get(index, ())
    low = holes[0][0] if holes else top + 1
    query = sa.select(Entry.seq).where(Entry.device == index, Entry.seq >= low)
    ends = [b for _, b in holes]
    for seq in session.scalars(query.order_by(Entry.seq)):
        at = bisect_left(ends, seq)
        if seq > top or (at < len(holes) and holes[at][0] <= seq):
            return True
    return False
