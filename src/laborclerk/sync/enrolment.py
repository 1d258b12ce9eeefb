"""Enrolment: a device asks, the county compares the fingerprint by phone and approves.

`.lcq` request: the device's public keys, signed by themselves (whoever asks holds them). One that
was certified before brings its certificate, and new keys are vouched for by the certified one: then
no phone call is needed. It also brings what it knows of the county (revocations, changes of its
keys), for a county that lost them.
`.lca` approval: certificate, the county's keys, its revocation list and the statements of its
changes of keys, signed by the county.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from laborclerk.kernel.errors import Problem, Rejected, reject
from laborclerk.sync import sshsig, strictjson
from laborclerk.sync.certificates import MAX_LINE, Certified, issue_certificate, verify_certificate
from laborclerk.sync.document import Sealed, seal
from laborclerk.sync.keys import PublicKeys, StationKeys, fingerprint
from laborclerk.sync.messages import Exchange
from laborclerk.sync.names import Called, by_division
from laborclerk.sync.revocation import RevocationList, read_revocations
from laborclerk.sync.strictjson import Malformed, Reader
from laborclerk.sync.succession import follow, read_public, read_texts

REQUEST_SUFFIX = ".lcq"
APPROVAL_SUFFIX = ".lca"
MAX_REVOCATIONS = 2**19  # characters of a list inside another file


@dataclass(frozen=True, slots=True)
class Memory:
    """What a device has of its county, all of it signed by it: its own certificate line, the
    revocation list, the statements of changes of the county's keys."""

    certificate: str = ""
    revocations: str = ""
    succession: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """What a device asks for; `name` is the station's, for people. `digest` names the file.
    `previous` is what this county certified before: the same device asks, with the same keys or
    with new ones that the old key vouches for; None for everybody else."""

    station: str
    device: str
    place: str
    name: str
    clerk: str
    made_on: str
    public: PublicKeys
    digest: str
    memory: Memory = Memory()
    previous: Certified | None = None

    @property
    def fingerprint(self) -> str:
        """The digits to compare over the phone: the same on both screens."""
        return fingerprint(self.public)


class Kind(StrEnum):
    """What a request asks for. Only of a new device the digits must be compared by phone."""

    NEW = "new"
    RENEWAL = "renewal"
    ROTATION = "rotation"


@dataclass(frozen=True, slots=True)
class Application:
    """A request before the county: what it is, what the place is called for which it asks, and
    what the officer must know."""

    request: Request
    kind: Kind
    where: str
    notices: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class County:
    """The county station as others know it."""

    station: str
    device: str
    place: str
    name: str
    public: PublicKeys

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.public)


@dataclass(frozen=True, slots=True)
class Approval:
    """What the county answered. `revocations` is its current list, `revocations_file` the same
    as signed, to be kept and passed on; `succession` all changes of its keys, `former` its keys
    before (of those we knew). `request_digest` is None for a renewal nobody asked for."""

    certificate: str
    certified: Certified
    county: County
    revocations: RevocationList
    revocations_file: bytes
    request_digest: str | None
    succession: tuple[str, ...] = ()
    former: tuple[bytes, ...] = ()


def make_request(
    keys: StationKeys,
    *,
    station: str,
    device: str,
    place: str,
    name: str,
    clerk: str = "",
    made_on: str = "",
    memory: Memory = Memory(),
    vouching: StationKeys | None = None,
) -> bytes:
    """The request file of a device. Ids are tokens (letters, digits, `_.-`, at most 64).
    `vouching` are the certified keys when `keys` are to follow them."""
    body = {
        "station": station,
        "device": device,
        "place": place,
        "name": name,
        "clerk": clerk,
        "made_on": made_on,
        "signing": keys.public.signing_line,
        "age": keys.public.age,
        "certificate": memory.certificate,
        "revocations": memory.revocations,
        "succession": list(memory.succession),
    }
    vouched = ""
    if vouching is not None:
        voice = sshsig.sign(_vouched(keys.public), vouching.signing, sshsig.ENROL_NAMESPACE)
        vouched = voice.decode("ascii")
    return seal("request", {**body, "vouched": vouched}, keys.signing)


def read_request(
    data: bytes, file: str = "登记申请", authorities: Collection[bytes] = ()
) -> Request:
    """The request in `data`; Rejected when it is none or was changed. `authorities` are the raw
    keys of the county that reads: a certificate of another is passed over."""
    sealed = Sealed(data, "request", file)
    body = sealed.body
    try:
        request = Request(
            station=body.token("station"),
            device=body.token("device"),
            place=body.token("place"),
            name=body.text("name"),
            clerk=body.text("clerk"),
            made_on=body.text("made_on", 40),
            public=read_public(body),
            digest=hashlib.sha256(data).hexdigest(),
            memory=Memory(
                body.text("certificate", MAX_LINE),
                body.text("revocations", MAX_REVOCATIONS),
                read_texts(body, "succession"),
            ),
        )
        vouched = body.text("vouched", 4000)
    except Malformed as error:
        raise sealed.unreadable(error) from error
    sealed.verify(request.public.signing)
    return replace(request, previous=_previous(request, vouched, authorities, file))


def _previous(
    request: Request, vouched: str, authorities: Collection[bytes], file: str
) -> Certified | None:
    """The certificate of ours that the request stands on, if it does."""
    if not request.memory.certificate:
        return None
    try:
        before = verify_certificate(request.memory.certificate, authorities)
    except Rejected:  # another county's, or a recovered county's with other keys: a new device
        return None
    who = (request.station, request.device, request.place)
    if (before.station, before.device, before.place) != who:
        return None
    if before.key == request.public.signing:
        return before
    try:
        voice = sshsig.read(vouched.encode())
    except ValueError:
        return None  # new keys nobody vouches for: as good as a new device
    right = sshsig.is_right(voice, _vouched(request.public), before.key, sshsig.ENROL_NAMESPACE)
    if not right or voice.public != sshsig.key_blob(before.key):
        raise reject(Exchange.ENROL_SIGNATURE_WRONG, file=file)
    return before


def _vouched(public: PublicKeys) -> bytes:
    return strictjson.encode(
        {"laborclerk": "vouched", "signing": public.signing_line, "age": public.age}
    )


def approve(
    request: Request,
    keys: StationKeys,
    county: County,
    *,
    serial: int,
    valid_from: str,
    valid_days: int,
    revocations: RevocationList,
    succession: Sequence[str] = (),
) -> bytes:
    """The approval file for `request`, after a person compared the fingerprints. `keys` are the
    county's, `serial` its next number, validity from a day (YYYY-MM-DD) for some days. Without a
    digest the request was never made: the county renews by itself."""
    certificate = issue_certificate(
        keys.signing,
        request.public.signing,
        station=request.station,
        device=request.device,
        place=request.place,
        serial=serial,
        valid_from=valid_from,
        valid_days=valid_days,
    )
    body = {
        "request": request.digest or None,
        "certificate": certificate,
        "county": {
            "station": county.station,
            "device": county.device,
            "place": county.place,
            "name": county.name,
            "signing": keys.public.signing_line,
            "age": keys.public.age,
        },
        "revocations": revocations.to_bytes(keys).decode("utf-8"),
        "succession": list(succession),
    }
    return seal("approval", body, keys.signing)


def read_approval(
    data: bytes,
    keys: StationKeys,
    *,
    station: str,
    device: str,
    on: str | None = None,
    known: PublicKeys | None = None,
    known_revocations: int = 0,
    file: str = "登记批复",
    called: Called = by_division,
) -> Approval:
    """The approval in `data`, if it is for this device and these `keys`.

    On the first enrolment `known` is None: show `county.fingerprint` and have it compared by
    phone before anything is kept. Later it must be the same county, or the one its own statements
    lead to, and its revocation list no older than `known_revocations`. Raises Rejected.
    """
    sealed = Sealed(data, "approval", file)
    body = sealed.body
    try:
        digest = body.optional_sha256("request")
        certificate = body.text("certificate", MAX_LINE)
        county = _county(body.object("county"))
        listed = body.text("revocations", MAX_REVOCATIONS).encode()
        succession = read_texts(body, "succession")
    except ValueError as error:
        raise sealed.unreadable(error) from error
    sealed.verify(county.public.signing)
    followed = follow(known or county.public, succession, file)
    if known is not None and followed.public != county.public:
        print_ = county.fingerprint
        raise reject(Exchange.ENROL_OTHER_COUNTY, file=file, fingerprint=print_)
    certified = verify_certificate(certificate, [county.public.signing], on, called)
    if (certified.station, certified.device, certified.key) != (
        station,
        device,
        keys.public.signing,
    ):
        raise reject(
            Exchange.ENROL_OTHER_DEVICE,
            file=file,
            who=called(certified.station, certified.device),
        )
    revocations = read_revocations(listed, [county.public.signing], file)
    if revocations.number < known_revocations:
        raise reject(
            Exchange.ENROL_OLDER_REVOCATIONS,
            file=file,
            found=revocations.number,
            ours=known_revocations,
        )
    former = followed.former if known is not None else ()
    return Approval(certificate, certified, county, revocations, listed, digest, succession, former)


def certificate_in(approval: bytes) -> str:
    """The certificate line of an approval that was just made."""
    return Sealed(approval, "approval", "").body.text("certificate", MAX_LINE)


def certify_county(
    keys: StationKeys, county: County, *, serial: int, valid_from: str, valid_days: int
) -> str:
    """The certificate line the county gives itself, for its return bundles."""
    return issue_certificate(
        keys.signing,
        keys.public.signing,
        station=county.station,
        device=county.device,
        place=county.place,
        serial=serial,
        valid_from=valid_from,
        valid_days=valid_days,
    )


def authority_line(*signing: bytes) -> str:
    """The lines for ssh-keygen's allowed_signers file, one for each raw key of the county: every
    station certified by it may sign bundles, and nothing else."""
    options = f'cert-authority,namespaces="{sshsig.BUNDLE_NAMESPACE}"'
    return "".join(f"* {options} {sshsig.key_line(key)}\n" for key in signing)


def _county(body: Reader) -> County:
    county = County(
        station=body.token("station"),
        device=body.token("device"),
        place=body.token("place"),
        name=body.text("name"),
        public=read_public(body),
    )
    if body.rest():
        raise Malformed("county")
    return county
