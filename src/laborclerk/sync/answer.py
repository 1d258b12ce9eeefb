"""What a township does with the county's answer, a return bundle: whole or not at all.

It learns of a fork, takes what others wrote, keeps what the county acknowledges, and compares what
both sides hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.kernel.bulk_work import bulk_work
from laborclerk.kernel.errors import Problem, Rejected, Severity, reject
from laborclerk.kernel.ids import read_id, show_id
from laborclerk.kernel.progress import SILENT, Progress
from laborclerk.store.causality import Causality
from laborclerk.store.incarnation import begin_incarnation
from laborclerk.store.journal import Device, Entry
from laborclerk.store.store import Store
from laborclerk.store.work import UnitOfWork
from laborclerk.sync import exchange, inbox
from laborclerk.sync.blocks import telling
from laborclerk.sync.container import OpenedBundle
from laborclerk.sync.enrolment import County
from laborclerk.sync.exchange import Imported
from laborclerk.sync.ledger import BundleLog, Ledger, station_of
from laborclerk.sync.merge import Sender, apply
from laborclerk.sync.messages import Exchange
from laborclerk.sync.names import Names
from laborclerk.sync.state_hash import Villages, differing
from laborclerk.sync.trust import (
    county_of,
    keys_for,
    take_revocations,
    take_succession,
)


def take(
    store: Store,
    opened: OpenedBundle,
    progress: Progress = SILENT,
    after: exchange.After | None = None,
    scope: Villages | None = None,
) -> Imported:
    """Apply a return bundle: whole or not at all. With `scope` (of this station's place) what both
    sides hold is compared."""
    from laborclerk.sync.wellformed import check_header

    keys, manifest, certified = keys_for(store, opened), opened.manifest, opened.certified
    progress.start("核对并合并", None)
    with store.read() as session:
        known = session.get(BundleLog, opened.digest)
        if known is not None and known.direction == "in":
            return exchange.already(certified.station, _county_name(store), known)
    header = check_header(next(iter(opened.entries(keys)), None))
    _take_lists(store, header, opened.file)
    device = read_id(certified.device)
    if device is None:
        raise reject(Ledger.BUNDLE_MALFORMED, number="0")
    name = _county_name(store)
    mine = _mine(store, header)
    with (
        bulk_work(),
        _fork_told(store, mine),
        inbox.applying(store, opened) as work,
    ):
        forked = _settle_fork(work.session, mine)
        work.count_on()
        _check_follows(work.session, header, manifest.number)
        sender = Sender(device, name, None, False, manifest.incarnation, opened.may)
        applied = apply(work, sender, telling(opened.entries(keys), progress))
        if after is not None:
            after(work, applied)
        present = _is_present(work.session, county_of(store), opened)
        if present:
            _keep_acknowledged(work, mine)
        exchange.log_received(work, opened, applied)
    done = exchange.imported(opened, certified.station, name, applied, nothing_new=False)
    told = [Problem(Ledger.BEGAN_ANEW, {}, Severity.HINT)] if forked else []
    told += _compared(store, header, scope) if scope is not None and present else []
    return replace(done, problems=(*told, *done.problems))


def _is_present(session: Session, county: County | None, opened: OpenedBundle) -> bool:
    """Whether an answer is of the county as it is now. One that comes late, of a county that was
    lost or of what it was before it was put back, does not tell what the present one has."""
    device = exchange.number_of(opened)
    if county is None or read_id(county.device) != device:
        return False
    query = sa.select(Device.incarnation, Device.index, Device.last_seq)
    rows = session.execute(query.where(Device.device == device)).all()
    selves = {incarnation: (index, last + 1) for incarnation, index, last in rows}
    this, _ = selves.pop(opened.manifest.incarnation)
    causality = Causality(session)
    return not any(this in causality.context(dot).top for dot in selves.values())


def _compared(store: Store, header: dict[str, Any], scope: Villages) -> list[Problem]:
    """What is said when a village is not the same here and at the county."""
    hashes = header.get("villages")
    if not isinstance(hashes, dict):
        return []
    with store.read() as session:
        number = session.get_one(Device, 0).device
        selves = session.scalars(sa.select(Device).where(Device.device == number))
        has = {self.incarnation: self.last_seq for self in selves}
        if any(last > has.get(incarnation, 0) for incarnation, last, *_ in _mine(store, header)):
            return []  # what a former self wrote comes with the next answer
        differ = differing(session, scope, hashes)
        names = Names(session)
        villages = "、".join(names.place(str(village // 1000)) for village in sorted(differ))
    return [Problem(Ledger.STATE_DIFFERS, {"villages": villages}, Severity.WARN)] if differ else []


def _check_follows(session: Session, header: dict[str, Any], number: int) -> None:
    """Rejected when the answer starts after what is known here, of the county, of another laptop
    of the township or of this one's former selves: this station went back since it told what it
    knows. What follows would be taken before what it stands on."""
    own = session.get_one(Device, 0).device
    rows = session.execute(sa.select(Device.device, Device.incarnation, Device.last_seq))
    has = {(device, incarnation): last for device, incarnation, last in rows}
    sent = header.get("sent")
    for item in sent if isinstance(sent, list) else []:
        good = isinstance(item, list) and len(item) == 3 and all(type(n) is int for n in item)
        if not good or not 0 <= item[0] < len(header["devices"]):
            raise reject(Ledger.BUNDLE_MALFORMED, number="0")
        device, incarnation, _ = header["devices"][item[0]]
        have = has.get((device, incarnation), 0)
        if device == own and item[1] > have:
            raise reject(Ledger.RETURN_BEFORE_ANEW)
        if item[1] > have:
            raise reject(Ledger.RETURN_GAP, number=number, first=item[1] + 1, have=have)


def _take_lists(store: Store, header: dict[str, Any], file: str) -> None:
    """The revocation list and the county's new keys, each signed on its own."""
    succession, revocations = header.get("succession"), header.get("revocations")
    if isinstance(succession, bytes) and succession:
        take_succession(store, succession, file)
    if isinstance(revocations, bytes) and revocations:
        try:
            take_revocations(store, revocations, file)
        except Rejected as error:
            if error.problems[0].message is not Exchange.ENROL_OLDER_REVOCATIONS:
                raise  # an older file that comes late: ours is newer


def _county_name(store: Store) -> str:
    county = county_of(store)
    return county.name if county else ""


def _mine(store: Store, header: dict[str, Any]) -> list[list[Any]]:
    """What the county acknowledges of this device: [incarnation, last, digests, missing ranges]…"""
    ack = header.get("ack")
    mine = ack.get(station_of(store).device, []) if isinstance(ack, dict) else None
    if not isinstance(mine, list) or not all(map(_is_ack, mine)):
        raise reject(Ledger.BUNDLE_MALFORMED, number="0")
    return mine


def _is_ack(item: object) -> bool:
    return (
        isinstance(item, list)
        and len(item) == 4
        and all(type(n) is int and n >= 0 for n in item[:2])
        and isinstance(item[2], list)
        and all(isinstance(digest, str) for digest in item[2])
        and isinstance(item[3], list)
        and all(_is_range(gap) for gap in item[3])
    )


def _is_range(item: object) -> bool:
    return (
        isinstance(item, list)
        and len(item) == 2
        and all(type(n) is int for n in item)
        and 0 < item[0] <= item[1] < 2**63
    )


@contextmanager
def _fork_told(store: Store, mine: Sequence[Sequence[Any]]) -> Iterator[None]:
    """An answer that is refused because it stands on what this station lost still tells that it
    went back: it tells the county under its new incarnation. Any other refusal changes nothing."""
    try:
        yield
    except Rejected as refused:
        if refused.problems[0].message in (Ledger.RETURN_BEFORE_ANEW, Ledger.RETURN_GAP):
            with store.local() as session:
                _settle_fork(session, mine)
        raise


def _settle_fork(session: Session, mine: Sequence[Sequence[Any]]) -> bool:
    """When the county has entries of this laptop (or of a former self) that this store never wrote,
    it was restored or copied: what was written here since goes on under a new incarnation. Says
    whether it was; `mine` is what the county acknowledges."""
    has = {incarnation: last for incarnation, last, *_ in mine}
    came = {digest for _, _, digests, _ in mine for digest in digests}
    device = show_id(session.get_one(Device, 0).device)
    query = sa.select(BundleLog.last, BundleLog.digest, BundleLog.incarnation)
    out = query.where(BundleLog.direction == "out", BundleLog.device == device)
    sent = [row for row in session.execute(out) if row.digest in came]
    selves = session.scalars(sa.select(Device).where(Device.own).order_by(Device.index)).all()
    later = {selves[0].incarnation}  # each bundle holds all that former selves still had to tell
    begun = False
    for index, incarnation in [(s.index, s.incarnation) for s in (*selves[:0:-1], selves[0])]:
        here = session.get_one(Device, index)
        common = [row.last for row in sent if row.incarnation == incarnation]
        if index != 0 and any(row.incarnation in later for row in sent):
            common.append(here.last_seq)
        common = [here.acked, *(last for last in common if last <= here.last_seq)]
        later.add(incarnation)
        last = has.get(incarnation, 0)
        moves = index == 0 or max(common) < here.last_seq
        if moves and last > here.acked and last not in common[1:]:
            begin_incarnation(session, max(common), index)
            begun = True
    return begun


def _keep_acknowledged(work: UnitOfWork, mine: Sequence[Sequence[Any]]) -> None:
    """What the county has now: less than before if it was restored, nothing of an incarnation it
    does not name. What it lacks in between and this station has goes out again."""
    has = {incarnation: (last, gaps) for incarnation, last, _, gaps in mine}
    for row in work.session.scalars(sa.select(Device).where(Device.own)):
        last, gaps = has.get(row.incarnation, (0, ()))
        lacking = [low for low, high in gaps if _wrote(work.session, row.index, low, high)]
        row.acked = min([last, row.last_seq, *(low - 1 for low in lacking)])
    work.session.flush()


def _wrote(session: Session, index: int, low: int, high: int) -> bool:
    query = sa.select(Entry.seq).where(Entry.device == index, Entry.seq.between(low, high)).limit(1)
    return session.scalar(query) is not None
