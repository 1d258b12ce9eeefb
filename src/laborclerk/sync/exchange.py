"""The exchange's use cases: enrol, export a bundle, inspect one, import one."""

from __future__ import annotations

import contextlib
import json
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
from laborclerk.sync import atomic, enrolment, sshsig
from laborclerk.sync.container import OpenedBundle, Trust, open_bundle, write_bundle
from laborclerk.sync.entries import count_since, outgoing
from laborclerk.sync.keys import PublicKeys, fingerprint
from laborclerk.sync.ledger import (
    COUNTY,
    BundleLog,
    Enrolled,
    Ledger,
    device_index,
    keys_of,
    station_of,
)
from laborclerk.sync.manifest import Manifest, Recipient
from laborclerk.sync.merge import Applied, Scope, apply
from laborclerk.sync.revocation import RevocationList

VALID_DAYS = 730
_MOST = 2**20  # bytes of an enrolment file
_COUNTY_DIGITS = 6  # of a division code


# -- enrolment -----------------------------------------------------------------------------------


def request(store: Store, out: Path) -> str:
    """Write this device's enrolment request → its fingerprint, to be read out by phone."""
    me, keys = station_of(store), keys_of(store)
    data = enrolment.make_request(
        keys, station=me.station, device=me.device, place=me.place, name=me.name,
        clerk=store.clerk, made_on=store.clock.today(),
    )  # fmt: skip
    _write(out, data)
    return fingerprint(keys.public)


def read_request(path: Path) -> enrolment.Request:
    """What a request says, for the county to compare the fingerprint before approving."""
    return enrolment.read_request(atomic.read_whole(path, _MOST), path.name)


def approve(store: Store, path: Path, out: Path) -> enrolment.Request:
    """The county approves a device: from now on its bundles are believed. The fingerprint must
    have been compared."""
    me, keys = station_of(store), keys_of(store)
    if me.level != COUNTY:
        raise reject(Ledger.ONLY_COUNTY)
    asked = read_request(path)
    if asked.place[:_COUNTY_DIGITS] != me.place[:_COUNTY_DIGITS]:
        raise reject(Ledger.REQUEST_NOT_OURS, name=asked.name, place=asked.place)
    with store.read() as session:
        serial = int(session.scalar(sa.select(sa.func.max(Enrolled.serial))) or 0) + 1
    data = enrolment.approve(
        asked, keys, _county(store), serial=serial, valid_from=store.clock.today(),
        valid_days=VALID_DAYS, revocations=RevocationList(),
    )  # fmt: skip
    _write(out, data)
    with store.local() as session:
        old = session.get(Enrolled, asked.device)
        made = Enrolled(
            device=asked.device, station=asked.station, place=asked.place, name=asked.name,
            signing=asked.public.signing_line, age=asked.public.age, serial=serial,
            approved_at=store.clock(), last_number=old.last_number if old else 0,
            last_digest=old.last_digest if old else None, index=old.index if old else None,
        )  # fmt: skip
        session.merge(made)
    return asked


def accept(store: Store, path: Path) -> enrolment.County:
    """Keep the county's approval; its fingerprint is shown to be compared. A later approval must
    come from the same county."""
    me, keys = station_of(store), keys_of(store)
    known = county_of(store)
    approval = enrolment.read_approval(
        atomic.read_whole(path, _MOST), keys, station=me.station, device=me.device,
        on=store.clock.today(), known=known.public if known else None, file=path.name,
    )  # fmt: skip
    store.set_setting("sync.certificate", approval.certificate)
    county = approval.county
    facts = {
        "station": county.station, "device": county.device, "place": county.place,
        "name": county.name, "signing": county.public.signing_line, "age": county.public.age,
    }  # fmt: skip
    store.set_setting("sync.county", json.dumps(facts, ensure_ascii=False))
    return county


def county_of(store: Store) -> enrolment.County | None:
    """The county this station is enrolled with."""
    text = store.setting("sync.county")
    if not text:
        return None
    facts: dict[str, str] = json.loads(text)
    public = PublicKeys(sshsig.read_key_line(facts["signing"]), facts["age"])
    return enrolment.County(
        facts["station"], facts["device"], facts["place"], facts["name"], public
    )


def authority(store: Store) -> str:
    """The county's line for `ssh-keygen -Y verify`."""
    if station_of(store).level == COUNTY:
        return enrolment.authority_line(keys_of(store).public)
    county = county_of(store)
    if county is None:
        raise reject(Ledger.NOT_ENROLLED_YET)
    return enrolment.authority_line(county.public)


def enrolled(store: Store) -> list[Enrolled]:
    """The devices this county approved."""
    with store.read() as session:
        return list(session.scalars(sa.select(Enrolled).order_by(Enrolled.place)))


def _county(store: Store) -> enrolment.County:
    me = station_of(store)
    return enrolment.County(me.station, me.device, me.place, me.name, keys_of(store).public)


def _write(out: Path, data: bytes) -> None:
    atomic.write_whole(out, [data], lambda written: None, _MOST)


# -- bundles -------------------------------------------------------------------------------------


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
    return open_bundle(path, _trust(store), store.clock.today())


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
    keys = keys_of(store)
    opened = inspect(store, path)
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
                number=manifest.number, first=manifest.first, last=manifest.last,
                at=store.clock(), records=applied.records, held=sum(applied.held.values()),
                file=path.name,
            )
        )  # fmt: skip
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


def _trust(store: Store) -> Trust:
    me = station_of(store)
    if me.level == COUNTY:
        return Trust((keys_of(store).public.signing,))
    county = county_of(store)
    if county is None:
        raise reject(Ledger.NOT_ENROLLED_YET)
    return Trust((county.public.signing,))


def bundles(store: Store) -> list[BundleLog]:
    """Every bundle that came or went, latest first."""
    with store.read() as session:
        return list(session.scalars(sa.select(BundleLog).order_by(BundleLog.at.desc())))
