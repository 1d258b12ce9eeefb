"""Whom this station believes: the county's keys, its revocations, its own certificate. All of it
lies in the station's settings and is taken over only as the county signed it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.kernel.errors import Problem, Rejected, Severity, reject
from laborclerk.store.store import Setting, Store
from laborclerk.sync import atomic, sshsig
from laborclerk.sync.certificates import Certified, verify_certificate
from laborclerk.sync.container import (
    LIMITS,
    MANIFEST_NAME,
    MAX_FILE,
    OpenedBundle,
    Trust,
    verify_bundle,
)
from laborclerk.sync.enrolment import County, Memory, certify_county
from laborclerk.sync.keys import PublicKeys, StationKeys
from laborclerk.sync.ledger import (
    COUNTY,
    COUNTY_FACTS,
    Enrolled,
    Issued,
    Ledger,
    key_ring,
    keys_of,
    station_of,
)
from laborclerk.sync.manifest import Manifest, NewerFormat, UnknownSuite, read_manifest
from laborclerk.sync.messages import Enrolment, Exchange
from laborclerk.sync.names import Names
from laborclerk.sync.revocation import RevocationList, read_revocations
from laborclerk.sync.strictjson import Malformed, Reader
from laborclerk.sync.strictzip import NotThisZip
from laborclerk.sync.strictzip import unpack as unpack_zip
from laborclerk.sync.succession import Followed, follow, pack, read_texts, unpack

VALID_DAYS = 730
WARN_DAYS = 30  # before a certificate ends
CERTIFICATE, REVOCATIONS, SUCCESSION = "sync.certificate", "sync.revocations", "sync.succession"
HEARD = "sync.heard"  # statements that lead on from keys of a county restored from an old backup
SUCCESSION_ITEM = "succession"  # of a return bundle's manifest
SERIAL_FLOOR = "sync.serial_floor"


def keep(session: Session, key: str, value: str) -> None:
    """A setting, in the transaction that changes it."""
    session.merge(Setting(key=key, value=value))


def device_name(store: Store, station: str, device: str) -> str:
    """What people call a device."""
    with store.read() as session:
        return Names(session).device(station, device)


def town_of(store: Store, manifest: Manifest) -> str:
    """What people call the township a return bundle is for."""
    others = (r.station for r in manifest.recipients if r.station != manifest.station)
    with store.read() as session:
        return "、".join(dict.fromkeys(map(Names(session).station, others)))


# -- the county ----------------------------------------------------------------------------------


def county_of(store: Store) -> County | None:
    """The county this station is enrolled with."""
    facts = _county_facts(store)
    return County(
        facts["station"], facts["device"], facts["place"], facts["name"],
        PublicKeys(sshsig.read_key_line(facts["signing"]), facts["age"]),
    ) if facts else None  # fmt: skip


def _county_facts(store: Store) -> dict[str, Any]:
    text = store.setting(COUNTY_FACTS)
    return dict(json.loads(text)) if text else {}


def keep_county(session: Session, county: County, former: tuple[bytes, ...]) -> None:
    """Remember the county and its keys before."""
    facts = {
        "station": county.station, "device": county.device, "place": county.place,
        "name": county.name, "signing": county.public.signing_line, "age": county.public.age,
        "former": [sshsig.key_line(key) for key in former],
    }  # fmt: skip
    keep(session, COUNTY_FACTS, json.dumps(facts, ensure_ascii=False))


def this_county(store: Store) -> County:
    """This county station as it tells others."""
    me = station_of(store)
    return County(me.station, me.device, me.place, me.name, keys_of(store).public)


def authorities(store: Store) -> tuple[bytes, ...]:
    """The county's raw signing keys, the present one first. Rejected before enrolment."""
    if station_of(store).level == COUNTY:
        ring = key_ring(store)
        return tuple(k.public.signing for k in (ring.present, *ring.former))
    facts = _county_facts(store)
    if not facts:
        raise reject(Ledger.NOT_ENROLLED_YET)
    return tuple(sshsig.read_key_line(line) for line in (facts["signing"], *facts["former"]))


def trust_of(store: Store) -> Trust:
    """Whom this station believes when it opens a bundle; Rejected before it is enrolled."""
    known, called = authorities(store), partial(device_name, store)
    if station_of(store).level != COUNTY:  # a former key may be stolen; a new answer costs nothing
        return Trust(known[:1], revocations_of(store), ended=known[1:], called=called)
    today = store.clock.today()
    with store.read() as session:
        given = session.execute(sa.select(Issued.serial, Issued.signing)).all()
        valid = session.scalars(sa.select(Enrolled).where(Enrolled.valid_before > today)).all()
    issued = frozenset((serial, sshsig.read_key_line(line)) for serial, line in given)
    renewed = {one.device: one.serial for one in valid}
    return Trust(known, revocations_of(store), issued=issued, renewed=renewed, called=called)


def open_for(store: Store, path: Path) -> OpenedBundle:
    """The bundle at `path`, verified for this station; nothing is changed. Rejected as
    `open_bundle` does."""
    return open_data(store, atomic.read_whole(path, MAX_FILE), path.name)


def open_data(store: Store, data: bytes, file: str) -> OpenedBundle:
    """`open_for` for bytes already read. A return bundle signed with new keys of our county brings
    the statements that lead to them."""
    trust, today = trust_of(store), store.clock.today()
    try:
        return verify_bundle(data, trust, today, file)
    except Rejected as error:
        if error.problems[0].message is not Exchange.CERTIFICATE_OTHER_COUNTY:
            raise
        followed = _followed(store, data)
        if followed is None:
            raise
    ended = (*followed.former, *trust.ended)
    trust = replace(trust, authorities=(followed.public.signing,), ended=ended)
    return verify_bundle(data, trust, today, file)


def announced(store: Store) -> dict[str, Any]:
    """What a return bundle's manifest says of the county's changes of keys (`Manifest.unknown`):
    public, and each statement signed for itself."""
    statements = succession_of(store)
    return {SUCCESSION_ITEM: list(statements)} if statements else {}


def _followed(store: Store, data: bytes) -> Followed | None:
    """Where the statements in a bundle lead from the county we know; None if nowhere new."""
    county = county_of(store)
    if county is None:
        return None
    try:
        manifest = read_manifest(bytes(unpack_zip(data, LIMITS)[MANIFEST_NAME]))
        statements = read_texts(Reader(manifest.unknown, ""), SUCCESSION_ITEM)
        found = follow(county.public, statements)
    except (NotThisZip, NewerFormat, UnknownSuite, Malformed, Rejected):
        return None
    return found if found.former else None


def keys_for(store: Store, opened: OpenedBundle) -> StationKeys:
    """Those of our keys, present, next or former, that the payload is encrypted to; the present
    ones when it is for none of them."""
    ring = key_ring(store)
    return next((keys for keys in ring.all() if opened.is_for(keys)), ring.present)


# -- revocations ---------------------------------------------------------------------------------


def revocations_of(store: Store) -> RevocationList:
    """The list this station knows."""
    text = store.setting(REVOCATIONS)
    return read_revocations(text.encode(), authorities(store)) if text else RevocationList()


def revocations_file(store: Store) -> bytes:
    """The list as the county signed it, to be passed on."""
    text = store.setting(REVOCATIONS)
    if not text and station_of(store).level == COUNTY:
        return RevocationList().to_bytes(keys_of(store))
    return text.encode()


def take_revocations(store: Store, data: bytes, file: str = "注销名单") -> RevocationList:
    """Keep the county's list. Rejected when the county's present key did not sign it, or when its
    number is lower than that of the list we know."""
    with store.local() as session:
        present, *_ = authorities(store)
        found = read_revocations(data, [present], file)
        ours = revocations_of(store).number
        if found.number < ours:
            raise reject(Exchange.ENROL_OLDER_REVOCATIONS, file=file, found=found.number, ours=ours)
        if found.number > ours:
            keep(session, REVOCATIONS, data.decode())
    return found


def take_back(store: Store, memory: Memory) -> None:
    """At a county that lost part of its list (restored, or made anew from its sheet): take over
    what a township still has. What the county knows is never dropped for it: lists only grow."""
    if not memory.revocations:
        return
    try:
        theirs = read_revocations(memory.revocations.encode(), authorities(store))
    except Rejected:  # another county's, whose station came over to us
        return
    with store.local() as session:
        ours = revocations_of(store)
        more = tuple(r for r in theirs.revoked if r not in ours.revoked)
        number = theirs.number
        if more and ours.revoked:  # neither is the other's next edition
            number = max(theirs.number, ours.number) + 1
        if more:
            merged = RevocationList(number, (*ours.revoked, *more))
            keep(session, REVOCATIONS, merged.to_bytes(keys_of(store)).decode())


# -- changes of the county's keys ------------------------------------------------------------------


def succession_of(store: Store) -> tuple[str, ...]:
    """Every statement of a change of the county's keys, oldest first."""
    text = store.setting(SUCCESSION)
    return unpack(text.encode(), "换密钥的通知") if text else ()


def succession_file(store: Store) -> bytes:
    """The same as a file, to be passed on (`.lcs`)."""
    return pack(succession_of(store))


def take_succession(store: Store, data: bytes, file: str = "换密钥的通知") -> County:
    """Follow the county to its new keys → the county as it is known now. Nothing changes when
    they are known already. Rejected when the statements do not lead on from the county we know."""
    with store.write("enrol.succession") as work:
        county = county_of(store)
        if county is None:
            raise reject(Ledger.NOT_ENROLLED_YET)
        statements = unpack(data, file)
        followed = follow(county.public, statements, file)
        if followed.public == county.public:
            if statements and not set(statements) <= set(succession_of(store)):
                raise reject(Enrolment.SUCCESSION_FOREIGN, file=file)
            return county
        former = (*followed.former, *authorities(store)[1:])
        new = County(county.station, county.device, county.place, county.name, followed.public)
        keep_county(work.session, new, former)
        keep(work.session, SUCCESSION, data.decode())
        work.note("enrolment", 0, fingerprint=new.fingerprint)
    return new


# -- our own certificate ---------------------------------------------------------------------------


def certificate_of(store: Store) -> str:
    """The certificate line this station signs with: the one the county gave, or the county's own,
    made anew when its keys changed or it ends soon. Rejected before enrolment."""
    line = store.setting(CERTIFICATE)
    if station_of(store).level != COUNTY:
        if not line:
            raise reject(Ledger.NOT_ENROLLED_YET)
        return line
    keys, today = keys_of(store), store.clock.today()
    if line:
        ours = verify_certificate(line, authorities(store))
        good = ours.key == keys.public.signing and ours.lapse(today) is None
        if good and _left(ours, today) > WARN_DAYS:
            return line  # one made by a clock in the future is none
    with store.local() as session:
        serial = next_serial(session)
        line = certify_county(
            keys, this_county(store), serial=serial, valid_from=today, valid_days=VALID_DAYS
        )
        made = verify_certificate(line, [keys.public.signing])
        note_issued(session, made, store.clock())
        keep(session, CERTIFICATE, line)
    return line


def keys_under(store: Store, certificate: str) -> StationKeys:
    """Our keys that a certificate of ours (a line) is for: they may change while a file is made."""
    key = verify_certificate(certificate, authorities(store)).key
    return next(keys for keys in key_ring(store).all() if keys.public.signing == key)


def next_serial(session: Session) -> int:
    """The county's next serial: above every one it gave, or may have given before it was
    recovered."""
    given = session.scalar(sa.select(sa.func.max(Issued.serial))) or 0
    floor = session.scalar(sa.select(Setting.value).where(Setting.key == SERIAL_FLOOR)) or 0
    return max(int(given), int(floor)) + 1


def note_issued(session: Session, made: Certified, at: int) -> None:
    """Remember a certificate that this county gave."""
    session.add(
        Issued(
            serial=made.serial, device=made.device, signing=sshsig.key_line(made.key),
            valid_before=made.valid_before, at=at,
        )
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """How this township stands with the county: the first day its certificate ends (YYYY-MM-DD),
    what the clerk must know of it, and whether new keys wait for the county's approval."""

    ends: str
    notice: Problem | None
    rotating: bool


def standing(store: Store) -> Standing | None:
    """None at a county and before enrolment."""
    if not store.setting(CERTIFICATE) or station_of(store).level == COUNTY:
        return None
    ours = verify_certificate(store.setting(CERTIFICATE), authorities(store))
    left = _left(ours, store.clock.today())
    notice = None
    if left <= 0:
        notice = Problem(Enrolment.CERTIFICATE_ENDED, {"day": ours.valid_before}, Severity.WARN)
    elif left <= WARN_DAYS:
        params = {"day": ours.valid_before, "left": left}
        notice = Problem(Enrolment.CERTIFICATE_ENDS, params, Severity.WARN)
    return Standing(ours.valid_before, notice, key_ring(store).next is not None)


def certificate_notice(store: Store) -> Problem | None:
    """What a township must know of its certificate: that it ends within 30 days, or has ended."""
    found = standing(store)
    return found.notice if found else None


def _left(certified: Certified, today: str) -> int:
    return (date.fromisoformat(certified.valid_before) - date.fromisoformat(today)).days
