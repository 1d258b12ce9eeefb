"""Whom a station believes: a device asks, the county approves, renews and revokes; its own keys."""

from __future__ import annotations

import json
from pathlib import Path

import sqlalchemy as sa

from laborclerk.kernel.errors import reject
from laborclerk.store.store import Store
from laborclerk.sync import atomic, enrolment, sshsig
from laborclerk.sync.container import Trust
from laborclerk.sync.keys import PublicKeys, fingerprint
from laborclerk.sync.ledger import COUNTY, Enrolled, Ledger, keys_of, station_of
from laborclerk.sync.revocation import RevocationList

VALID_DAYS = 730
_MOST = 2**20  # bytes of an enrolment file
_COUNTY_DIGITS = 6  # of a division code


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


def trust_of(store: Store) -> Trust:
    """Whom this station believes when it opens a bundle; Rejected before it is enrolled."""
    me = station_of(store)
    if me.level == COUNTY:
        return Trust((keys_of(store).public.signing,))
    county = county_of(store)
    if county is None:
        raise reject(Ledger.NOT_ENROLLED_YET)
    return Trust((county.public.signing,))


def _county(store: Store) -> enrolment.County:
    me = station_of(store)
    return enrolment.County(me.station, me.device, me.place, me.name, keys_of(store).public)


def _write(out: Path, data: bytes) -> None:
    atomic.write_whole(out, [data], lambda written: None, _MOST)
