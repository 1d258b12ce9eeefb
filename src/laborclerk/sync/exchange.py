"""The bundle's use cases: export one, inspect one, import one."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from laborclerk.kernel.clock import show_time
from laborclerk.kernel.errors import Problem, Severity, reject
from laborclerk.kernel.progress import SILENT, Progress
from laborclerk.store.journal import Device
from laborclerk.store.store import Store
from laborclerk.sync.approvals import county_of, retire, trust_of
from laborclerk.sync.container import OpenedBundle, open_bundle, write_bundle
from laborclerk.sync.entries import count_since, outgoing
from laborclerk.sync.ledger import BundleLog, Enrolled, Ledger, device_index, keys_of, station_of
from laborclerk.sync.manifest import Manifest, Recipient
from laborclerk.sync.merge import Applied, Scope, apply
from laborclerk.sync.trust import keys_for


@dataclass(frozen=True, slots=True)
class Exported:
    """A bundle that left: its number, the entries in it by record type, since when."""

    number: int
    first: int
    last: int
    counts: Mapping[str, int]
    file: Path
    size: int


def unsent(store: Store) -> int:
    """Changes that are in no bundle yet."""
    with store.read() as session:
        sent = session.scalar(
            sa.select(sa.func.max(BundleLog.last)).where(BundleLog.direction == "out")
        )
        last = session.scalar(sa.select(Device.last_seq).where(Device.index == 0))
    return int(last or 0) - int(sent or 0)


def export_bundle(store: Store, out: Path, progress: Progress = SILENT) -> Exported:
    """Everything since the county's last acknowledgement as one signed file encrypted to it, so
    that a lost stick costs nothing. Rejected when the station is not enrolled."""
    me, keys = station_of(store), keys_of(store)
    county, certificate = county_of(store), store.setting("sync.certificate")
    if county is None or not certificate:
        raise reject(Ledger.NOT_ENROLLED_YET)
    acknowledged = int(store.setting("sync.acknowledged", "0"))
    with store.read() as session:
        last = int(session.scalar(sa.select(Device.last_seq).where(Device.index == 0)) or 0)
        total, counts = count_since(session, acknowledged)
        before = session.execute(
            sa.select(BundleLog.number, BundleLog.digest)
            .where(BundleLog.direction == "out")
            .order_by(BundleLog.number.desc())
            .limit(1)
        ).first()
        written = datetime.now().astimezone().isoformat(timespec="seconds")
        manifest = Manifest(
            station=me.station, device=me.device, certificate=certificate,
            number=before.number + 1 if before else 1, first=acknowledged + 1, last=last,
            written_at=written, previous=before.digest if before else None, counts=counts,
            recipients=(Recipient(county.station, county.device, county.public.age),),
        )  # fmt: skip
        progress.start("写出上报文件", total)
        signed = write_bundle(
            out, manifest, outgoing(session, acknowledged, last), keys, progress=progress
        )
    try:
        _log_sent(store, signed, total, out)
    except BaseException:  # unnoted, its number would be given again: the next one holds it all
        with contextlib.suppress(OSError):
            out.unlink()
        raise
    return Exported(signed.number, signed.first, last, counts, out, out.stat().st_size)


def _log_sent(store: Store, signed: Manifest, total: int, out: Path) -> None:
    with store.local() as session:
        session.add(
            BundleLog(
                digest=signed.digest, direction="out", device=signed.device, number=signed.number,
                first=signed.first, last=signed.last, at=store.clock(), records=total, held=0,
                file=out.name,
            )
        )  # fmt: skip


def inspect(store: Store, path: Path) -> OpenedBundle:
    """Verify a bundle as an import would, change nothing."""
    return open_bundle(path, trust_of(store), store.clock.today())


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did. `records` counts records really changed; a bundle that was imported
    before changes nothing and says so in `problems`."""

    station: str
    name: str
    number: int
    records: int
    fields: int
    held: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


_HELD = {
    "out_of_scope": Ledger.HELD_OUT_OF_SCOPE,
    "differs": Ledger.HELD_DIFFERS,
    "newer": Ledger.HELD_NEWER,
}


def import_bundle(store: Store, path: Path, scope: Any, progress: Progress = SILENT) -> Imported:
    """Verify a township's bundle and apply it whole or not at all. `scope(place)` gives the
    merge's judge of what a station of that place may write. Raises Rejected with the reason when
    the bundle is not genuine, not for us, or starts after a gap; nothing has changed then."""
    opened = inspect(store, path)
    keys = keys_for(store, opened)
    manifest, certified = opened.manifest, opened.certified
    total = manifest.payload.entries
    progress.start("核对并合并", total)
    allowed: Scope = scope(certified.place)
    with store.write("bundle.import") as work:
        sender = work.session.get(Enrolled, certified.device)
        if sender is None:
            raise reject(Ledger.NOT_ENROLLED, station=certified.station)
        known = work.session.get(BundleLog, opened.digest)
        if known is not None:
            at = show_time(known.at)
            told = Problem(Ledger.BUNDLE_KNOWN, {"number": known.number, "at": at}, Severity.HINT)
            return Imported(sender.station, sender.name, manifest.number, 0, 0, {}, (told,))
        index = device_index(work.session, certified.device, sender.name)
        have = work.session.scalar(sa.select(Device.last_seq).where(Device.index == index)) or 0
        if manifest.first > have + 1:
            raise reject(
                Ledger.BUNDLE_GAP, name=sender.name, number=manifest.number, have=have,
                first=manifest.first,
            )  # fmt: skip
        applied: Applied = apply(
            work, index, opened.entries(keys, progress=progress), allowed, progress
        )
        work.session.merge(
            Enrolled(device=certified.device, index=index, last_number=manifest.number,
                     last_digest=opened.digest)
        )  # fmt: skip
        work.session.add(
            BundleLog(
                digest=opened.digest, direction="in", device=certified.device,
                incarnation=manifest.incarnation, number=manifest.number,
                first=manifest.first, last=manifest.last,
                at=store.clock(), records=applied.records, held=sum(applied.held.values()),
                file=path.name,
            )
        )  # fmt: skip
        retire(store, work, certified)
        work.note("bundle", index, number=manifest.number, records=applied.records)
    problems = [
        Problem(_HELD[reason], {"count": count}, Severity.WARN)
        for reason, count in applied.held.items()
    ]
    if manifest.last <= have and not problems:
        problems.append(Problem(Ledger.NOTHING_NEW, {"name": sender.name}, Severity.HINT))
    return Imported(
        sender.station, sender.name, manifest.number, applied.records, applied.fields,
        dict(applied.held), tuple(problems),
    )  # fmt: skip


def bundles(store: Store) -> list[BundleLog]:
    """Every bundle that came or went, latest first."""
    with store.read() as session:
        return list(session.scalars(sa.select(BundleLog).order_by(BundleLog.at.desc())))
