"""Writes bundles: everything the county has not acknowledged as one signed file, and, for
returning.py, the file itself, numbered, chained and logged."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.kernel.bulk_work import bulk_work
from laborclerk.kernel.errors import fault_of, reject
from laborclerk.kernel.progress import SILENT, Progress
from laborclerk.store.journal import Device
from laborclerk.store.store import Store
from laborclerk.sync.blocks import apart, telling
from laborclerk.sync.container import write_bundle
from laborclerk.sync.entries import Outgoing, count, outstanding
from laborclerk.sync.ledger import BundleLog, Handover, Ledger, log_time, station_of
from laborclerk.sync.manifest import Manifest, Purpose, Recipient
from laborclerk.sync.trust import announced, certificate_of, county_of, keys_under


@dataclass(frozen=True, slots=True)
class Exported:
    """A bundle that left: its number, the entries in it by record type, since when."""

    number: int
    first: int
    last: int
    counts: Mapping[str, int]
    file: Path
    size: int
    beside: Sequence[Path] = ()  # answers the county lost and should take in as well


def unsent(store: Store) -> int:
    """Changes that are in no bundle yet."""
    with store.read() as session:
        own = session.get_one(Device, 0)
        sent = session.scalar(
            sa.select(sa.func.max(BundleLog.last)).where(
                BundleLog.direction == "out", BundleLog.incarnation == own.incarnation
            )
        )
        former = sa.select(sa.func.sum(Device.last_seq - Device.acked)).where(
            Device.own, Device.index != 0
        )
        left = session.scalar(former) if sent is None else 0
    return own.last_seq - int(sent or 0) + int(left or 0)


def export_bundle(store: Store, out: Path, progress: Progress = SILENT) -> Exported:
    """Everything since the county's last acknowledgement as one signed file encrypted to it, so
    that a lost stick costs nothing. Rejected when the station is not enrolled."""
    from laborclerk.sync import regain

    county = county_of(store)
    if county is None:
        raise reject(Ledger.NOT_ENROLLED_YET)
    certificate = certificate_of(store)
    recipient = Recipient(county.station, county.device, county.public.age)
    began = store.clock()
    with store.read() as session:
        wanted = outstanding(session)
        total, counts = count(session, wanted)
        own = session.get_one(Device, 0)
        outgoing = Outgoing(session)
        items = chain([outgoing.header()], outgoing.stretches(wanted))
        progress.start("写出上报文件", total)
        done = write(
            store, out, session, certificate, (recipient,), items, counts, began=began,
            first=own.acked + 1, last=own.last_seq, progress=progress,
        )  # fmt: skip
    return replace(done, beside=regain.hand_back(store, out))


def write(
    store: Store,
    out: Path,
    session: Session,
    certificate: str,
    recipients: tuple[Recipient, ...],
    items: Iterator[list[Any]],
    counts: Mapping[str, int],
    *,
    began: int,
    first: int,
    last: int,
    purpose: Purpose = Purpose.UP,
    to: str | None = None,
    handed: Collection[tuple[str, int]] = (),
    progress: Progress = SILENT,
) -> Exported:
    """Write a bundle, numbered and chained, and log it: under this device, or under the place
    `to` a return bundle is for. It is noted as of when it was `began` (ms, before `session` saw
    anything): what is noted while it is written comes after it. Of records that writing the items
    has `handed` to a place where they do not lie, what is changed later is handed over too."""
    me, keys = station_of(store), keys_under(store, certificate)
    device = to or me.device
    before = session.execute(
        sa.select(BundleLog.number, BundleLog.digest)
        .where(BundleLog.direction == "out", BundleLog.device == device)
        .order_by(BundleLog.number.desc())
        .limit(1)
    ).first()
    incarnation = session.get_one(Device, 0).incarnation
    written = datetime.fromtimestamp(store.clock.wall() / 1000)
    manifest = Manifest(
        station=me.station, device=me.device, certificate=certificate, incarnation=incarnation,
        number=before.number + 1 if before else 1, first=first, last=last, purpose=purpose,
        written_at=written.astimezone().isoformat(timespec="seconds"),
        previous=before.digest if before else None, counts=counts, recipients=recipients,
        unknown=announced(store) if purpose is Purpose.RETURN else {},
    )  # fmt: skip
    with bulk_work():
        signed = write_bundle(out, manifest, telling(items, progress), keys, smaller=apart)
    try:
        size = _size(out)
        with store.local() as local:
            local.add(
                BundleLog(
                    digest=signed.digest, direction="out", device=device, number=signed.number,
                    first=first, last=last, at=log_time(session, began),
                    records=sum(counts.values()),
                    held=0, file=out.name, incarnation=incarnation,
                )
            )  # fmt: skip
            now = local.get_one(Device, 0).last_seq
            for record_type, record_id in handed:
                if local.get(Handover, (record_type, record_id)) is None:
                    # something may have come of it while this was written
                    seq = now + 1 if now != last else 0
                    local.add(Handover(record_type=record_type, record_id=record_id, seq=seq))
    except BaseException:  # unnoted, its number would be given again: the next one holds it all
        with contextlib.suppress(OSError):
            out.unlink()
        raise
    return Exported(signed.number, first, last, counts, out, size)


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError as error:  # the stick was pulled just now
        raise fault_of(error, file) from error
