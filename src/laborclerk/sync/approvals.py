"""Enrolment's use cases: a device asks and accepts, the county approves, renews and revokes."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.divisions import national
from laborclerk.kernel.errors import Problem, Rejected, Severity, reject
from laborclerk.kernel.ids import read_id
from laborclerk.store.journal import Device
from laborclerk.store.store import Store
from laborclerk.store.work import UnitOfWork
from laborclerk.sync import atomic, enrolment, sshsig
from laborclerk.sync.certificates import Certified, verify_certificate
from laborclerk.sync.enrolment import Application, County, Kind, Memory, Request
from laborclerk.sync.keys import PublicKeys, StationKeys, fingerprint
from laborclerk.sync.ledger import (
    COUNTY,
    BundleLog,
    Enrolled,
    Issued,
    Ledger,
    Station,
    keep_keys,
    key_ring,
    keys_of,
    station_of,
)
from laborclerk.sync.manifest import Recipient
from laborclerk.sync.messages import Enrolment, Exchange
from laborclerk.sync.names import Names
from laborclerk.sync.revocation import MAX_CHAINS, Counted, Revocation, RevocationList
from laborclerk.sync.succession import follow, is_succession, pack
from laborclerk.sync.trust import (
    CERTIFICATE,
    HEARD,
    REVOCATIONS,
    SUCCESSION,
    VALID_DAYS,
    authorities,
    device_name,
    keep,
    keep_county,
    next_serial,
    note_issued,
    revocations_of,
    succession_of,
    take_back,
    take_succession,
    this_county,
)
from laborclerk.sync.trust import county_of as county_of
from laborclerk.sync.trust import trust_of as trust_of

_ROTATED = "该电脑已换密钥"
_MOST = 2**20  # bytes of an enrolment file
_COUNTY_DIGITS = 6  # of a division code


# -- a device ------------------------------------------------------------------------------------


def request(store: Store, out: Path) -> str:
    """Write this device's enrolment request → its fingerprint, to be read out by phone. From a
    station that is enrolled it asks for a new certificate."""
    _write(out, _request(store, keys_of(store), None))
    return fingerprint(keys_of(store).public)


def rotate(store: Store, out: Path) -> str:
    """New keys for this device: write the request that the old ones vouch for → fingerprint. They
    are used once the county has approved them; until then, and again, the same new keys."""
    if station_of(store).level == COUNTY:
        raise reject(Enrolment.ONLY_TOWNSHIP)
    if county_of(store) is None:
        raise reject(Ledger.NOT_ENROLLED_YET)
    with store.write("enrol.rotate") as work:
        ring = key_ring(store)
        new = ring.next or StationKeys.generate()
        if ring.next is None:
            keep_keys(store, ring.awaiting(new), work.session)
            _note(work, station_of(store).device, fingerprint=fingerprint(new.public))
    _write(out, _request(store, new, ring.present))
    return fingerprint(new.public)


def accept(store: Store, path: Path) -> County:
    """Keep the county's approval, or follow it to its new keys → the county; its fingerprint is
    shown to be compared the first time. Later files must come from the same county. Bundles go to
    a county that was made anew from its sheet from the first change on."""
    data = atomic.read_whole(path, _MOST)
    if is_succession(data):
        return take_succession(store, data, path.name)
    me = station_of(store)
    if me.level == COUNTY:
        raise reject(Enrolment.ONLY_TOWNSHIP)
    with store.write("enrol.accept") as work:
        ring, known = key_ring(store), county_of(store)
        approval, keys = _approval(store, data, path.name, known)
        if known is not None:
            _check_newer(store, approval, path.name)
        keep(work.session, CERTIFICATE, approval.certificate)
        keep(work.session, REVOCATIONS, approval.revocations_file.decode())
        keep(work.session, SUCCESSION, pack(approval.succession).decode())
        former = (*approval.former, *(authorities(store)[1:] if known else ()))
        keep_county(work.session, approval.county, former)
        if known is not None and known.device != approval.county.device:
            work.session.execute(sa.update(Device).where(Device.own).values(acked=0))
        if keys.public != ring.present.public:
            keep_keys(store, ring.turned(keys), work.session)
        _note(work, me.device, serial=approval.certified.serial, county=approval.county.name)
    return approval.county


def _request(store: Store, keys: StationKeys, vouching: StationKeys | None) -> bytes:
    me = station_of(store)
    memory = Memory(
        store.setting(CERTIFICATE), store.setting(REVOCATIONS), succession_of(store)
    ) if me.level != COUNTY else Memory()  # fmt: skip
    return enrolment.make_request(
        keys, station=me.station, device=me.device, place=me.place, name=me.name,
        clerk=store.clerk, made_on=store.clock.today(), memory=memory, vouching=vouching,
    )  # fmt: skip


def _approval(
    store: Store, data: bytes, file: str, known: County | None
) -> tuple[enrolment.Approval, StationKeys]:
    """The approval, and which of our keys it is for: the present or the next ones."""
    me, ring = station_of(store), key_ring(store)
    number = revocations_of(store).number if known else 0
    refused: Rejected | None = None
    for keys in (ring.present, *([ring.next] if ring.next else [])):
        try:
            found = enrolment.read_approval(
                data, keys, station=me.station, device=me.device, on=store.clock.today(),
                known=known.public if known else None, known_revocations=number, file=file,
                called=partial(device_name, store),
            )  # fmt: skip
        except Rejected as error:
            if error.problems[0].message is not Exchange.ENROL_OTHER_DEVICE:
                raise
            refused = error
        else:
            return found, keys
    assert refused is not None
    raise refused


def _check_newer(store: Store, approval: enrolment.Approval, file: str) -> None:
    """Rejected when it would put an older certificate in the place of ours."""
    line = store.setting(CERTIFICATE)
    ours = verify_certificate(line, authorities(store)).serial if line else 0
    found = approval.certified.serial
    if found < ours:
        raise reject(Exchange.ENROL_OLDER_APPROVAL, file=file, found=found, ours=ours)


# -- the county ------------------------------------------------------------------------------------


def read_request(store: Store, path: Path) -> Application:
    """What a request says, for the county to decide. One of a device that this county certified,
    made with the certified keys or vouched for by them, needs no phone call. Rejected when it is
    no request, not of this county, or made after keys that this county has lost."""
    data = atomic.read_whole(path, _MOST)
    me = _county_station(store)
    asked = enrolment.read_request(data, path.name, authorities(store))
    if asked.place[:_COUNTY_DIGITS] != me.place[:_COUNTY_DIGITS]:
        place = national().full_name(asked.place) or asked.place
        raise reject(Enrolment.REQUEST_NOT_OURS, name=asked.name, place=place)
    later = follow(keys_of(store).public, asked.memory.succession, path.name)
    if later.former:
        store.set_setting(HEARD, pack(asked.memory.succession).decode())  # for `recover_county`
        raise reject(Enrolment.REQUEST_NEWER_KEY, name=asked.name, on=later.on)
    with store.read() as session:
        where = Names(session).place(asked.place)
    listed = revocations_of(store)
    met = [r for r in listed.revoked if (r.station, r.device) == (asked.station, asked.device)]
    before = asked.previous
    known = (
        before is not None
        and not listed.find(before)
        and _is_current(store, before.serial, asked.device)
    )
    if not known or before is None:
        params = {"reason": met[-1].reason or "未写原因"} if met else {}
        told = Problem(Enrolment.REQUEST_REVOKED, params, Severity.WARN)
        return Application(asked, Kind.NEW, where, (told,) if met else ())
    same = before.key == asked.public.signing
    return Application(asked, Kind.RENEWAL if same else Kind.ROTATION, where)


def approve(store: Store, path: Path, out: Path) -> Application:
    """The county approves a device: from now on its bundles are believed. The fingerprint must
    have been compared when the request is a new device's."""
    found = read_request(store, path)
    take_back(store, found.request.memory)
    before = found.request.previous if found.kind is not Kind.NEW else None
    stands_on = before.serial if before is not None else 0
    _certify(store, found.request, out, f"enrol.{_ACTS[found.kind]}", stands_on)
    return found


_ACTS = {Kind.NEW: "approve", Kind.RENEWAL: "renew", Kind.ROTATION: "approve_rotation"}


def renew(store: Store, who: str, out: Path) -> Enrolled:
    """A new certificate for a device (its id, or its station when that has one device) without a
    request: the file is for it to accept. Rejected for a revoked one."""
    _county_station(store)
    with store.read() as session:
        found = _named(session, who)
    listed = revocations_of(store)
    standing = [e for e in found if not is_revoked(listed, e)]
    if not standing:
        raise reject(Enrolment.REVOKED_NEEDS_REQUEST, who=who)
    if len(standing) > 1:
        devices = "、".join(e.device for e in standing)
        raise reject(Enrolment.SEVERAL_DEVICES, who=who, devices=devices)
    (one,) = standing
    public = PublicKeys(sshsig.read_key_line(one.signing), one.age)
    again = Request(one.station, one.device, one.place, one.name, "", "", public, digest="")
    return _certify(store, again, out, "enrol.renew", one.serial)


def _certify(
    store: Store, asked: Request, out: Path, use_case: str, stands_on: int = 0
) -> Enrolled:
    """`stands_on` is the serial of the certificate that lets it go without a call."""
    with ExitStack() as named, store.write(use_case) as work:
        session, keys = work.session, keys_of(store)
        listed, statements = revocations_of(store), succession_of(store)
        if stands_on and any(
            r.meets(asked.station, asked.device, stands_on) for r in listed.revoked
        ):
            raise reject(Enrolment.REVOKED_NEEDS_REQUEST, who=asked.name)
        serial = next_serial(session)
        if asked.previous is not None:  # given before this county was made anew
            serial = max(serial, asked.previous.serial + 1)
        data = enrolment.approve(
            asked, keys, this_county(store), serial=serial, valid_from=store.clock.today(),
            valid_days=VALID_DAYS, revocations=listed, succession=statements,
        )  # fmt: skip
        line = enrolment.certificate_in(data)
        made = verify_certificate(line, [keys.public.signing])
        old = session.get(Enrolled, asked.device)
        given = Enrolled(
            device=asked.device, station=asked.station, place=asked.place, name=asked.name,
            signing=asked.public.signing_line, age=asked.public.age, serial=serial,
            approved_at=store.clock(), valid_before=made.valid_before,
            last_number=old.last_number if old else 0,
            last_digest=old.last_digest if old else None, index=old.index if old else None,
        )  # fmt: skip
        kept = session.merge(given)
        note_issued(session, made, store.clock())
        _note(work, asked.device, name=asked.name, serial=serial)
        work.flush()
        # a stick that fails leaves no certificate that nobody has, and a commit that fails none
        # that the county does not know: only then the file gets its name
        named.enter_context(atomic.staged(out, [data], lambda written: None, _MOST))
    return kept


def revoke(store: Store, who: str, reason: str) -> list[Enrolled]:
    """End a device (its id) or all devices of a station (its id, name or place code) → those that
    were ended. What the county has applied of them still counts, nothing after it. Other stations
    learn of it with the next approval or return bundle."""
    _county_station(store)
    if not reason.strip():
        raise reject(Enrolment.REASON_MISSING)
    with store.write("enrol.revoke") as work:
        listed, keys, today = revocations_of(store), keys_of(store), store.clock.today()
        ended = [e for e in _named(work.session, who) if not is_revoked(listed, e)]
        if not ended:
            raise reject(Enrolment.ALREADY_REVOKED, who=who)
        made = [
            Revocation(
                e.station, e.device, e.serial, counted(work.session, e.device), today,
                reason.strip(),
            )
            for e in ended
        ]  # fmt: skip
        keep(work.session, REVOCATIONS, listed.with_(*made).to_bytes(keys).decode())
        for one in ended:
            _note(work, one.device, name=one.name, serial=one.serial, reason=reason.strip())
    return ended


def retire(store: Store, work: UnitOfWork, certified: Certified) -> None:
    """After the first bundle under a device's new keys was taken in: what its old keys sign counts
    no further than what the county has, so that a copy of them is worth nothing. To be called in
    the import's transaction, once the bundle is logged."""
    session = work.session
    work.flush()
    line = sshsig.key_line(certified.key)
    old = session.scalar(
        sa.select(sa.func.max(Issued.serial)).where(
            Issued.device == certified.device,
            Issued.serial < certified.serial,
            Issued.signing != line,
        )
    )
    listed = revocations_of(store)
    if old is None or any(
        r.meets(certified.station, certified.device, int(old)) for r in listed.revoked
    ):
        return
    ended = Revocation(
        certified.station, certified.device, int(old), counted(session, certified.device),
        store.clock.today(), _ROTATED,
    )  # fmt: skip
    keep(session, REVOCATIONS, listed.with_(ended).to_bytes(keys_of(store)).decode())
    _note(work, certified.device, serial=int(old), reason=_ROTATED)


def recipients(store: Store, station: str = "") -> list[Recipient]:
    """Whom a return bundle for a station (all when empty) is encrypted to: its devices, without
    those that were ended."""
    listed = revocations_of(store)
    return [
        Recipient(e.station, e.device, e.age)
        for e in enrolled(store)
        if station in ("", e.station) and not is_revoked(listed, e)
    ]


def counted(session: Session, device: str) -> tuple[Counted, ...]:
    """Up to where the county has applied each incarnation of a device."""
    taken = sa.select(
        BundleLog.incarnation, BundleLog.last, BundleLog.digest
    ).where(BundleLog.direction == "in", BundleLog.device == device)  # fmt: skip
    ends: dict[int, tuple[int, list[str]]] = {}
    for incarnation, last, digest in session.execute(taken.order_by(BundleLog.number)):
        known = ends.get(incarnation, (-1, []))
        if last > known[0]:
            ends[incarnation] = (last, [digest])
        elif last == known[0]:
            known[1].append(digest)
    return tuple(
        Counted(incarnation, last, tuple(digests[-MAX_CHAINS:]))
        for incarnation, (last, digests) in sorted(ends.items())
    )


def enrolled(store: Store) -> list[Enrolled]:
    """The devices this county approved."""
    with store.read() as session:
        return list(session.scalars(sa.select(Enrolled).order_by(Enrolled.place)))


def is_revoked(listed: RevocationList, one: Enrolled) -> bool:
    """Whether the present certificate of a device was ended."""
    return any(r.meets(one.station, one.device, one.serial) for r in listed.revoked)


def authority(store: Store) -> str:
    """The county's lines for `ssh-keygen -Y verify`: its present key, then former ones."""
    return enrolment.authority_line(*authorities(store))


def _is_current(store: Store, serial: int, device: str) -> bool:
    with store.read() as session:
        one = session.get(Enrolled, device)
        given = session.get(Issued, serial)
    return one is not None and one.serial == serial and given is not None


def _named(session: Session, who: str) -> Sequence[Enrolled]:
    who = who.strip()
    for column in (Enrolled.device, Enrolled.station, Enrolled.place, Enrolled.name):
        found = session.scalars(sa.select(Enrolled).where(column == who)).all()
        if found:
            return found
    raise reject(Enrolment.UNKNOWN_DEVICE, who=who)


def _county_station(store: Store) -> Station:
    me = station_of(store)
    if me.level != COUNTY:
        raise reject(Enrolment.ONLY_COUNTY)
    return me


def _note(work: UnitOfWork, device: str, **facts: str | int) -> None:
    work.note("enrolment", read_id(device) or 0, **facts)


def _write(out: Path, data: bytes) -> None:
    atomic.write_whole(out, [data], lambda written: None, _MOST)
