"""Enrolment: a device asks, the county compares the fingerprint by phone and approves.

`.lcq` request: the device's public keys, signed by themselves (whoever asks holds them).
`.lca` approval: certificate, the county's keys and its revocation list, signed by the county.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from laborclerk.kernel.errors import reject
from laborclerk.sync import sshsig
from laborclerk.sync.certificates import MAX_LINE, Certified, issue_certificate, verify_certificate
from laborclerk.sync.document import Sealed, seal
from laborclerk.sync.keys import PublicKeys, StationKeys, fingerprint, is_recipient
from laborclerk.sync.messages import Exchange
from laborclerk.sync.revocation import RevocationList, read_revocations
from laborclerk.sync.strictjson import Malformed, Reader

REQUEST_SUFFIX = ".lcq"
APPROVAL_SUFFIX = ".lca"


@dataclass(frozen=True, slots=True)
class Request:
    """What a device asks for; `name` is the station's, for people. `digest` names the file."""

    station: str
    device: str
    place: str
    name: str
    clerk: str
    made_on: str
    public: PublicKeys
    digest: str

    @property
    def fingerprint(self) -> str:
        """The digits to compare over the phone: the same on both screens."""
        return fingerprint(self.public)


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
    as signed, to be kept and passed on."""

    certificate: str
    certified: Certified
    county: County
    revocations: RevocationList
    revocations_file: bytes
    request_digest: str


def make_request(
    keys: StationKeys,
    *,
    station: str,
    device: str,
    place: str,
    name: str,
    clerk: str = "",
    made_on: str = "",
) -> bytes:
    """The request file of a device. Ids are tokens (letters, digits, `_.-`, at most 64)."""
    body = {
        "station": station,
        "device": device,
        "place": place,
        "name": name,
        "clerk": clerk,
        "made_on": made_on,
        "signing": keys.public.signing_line,
        "age": keys.public.age,
    }
    return seal("request", body, keys.signing)


def read_request(data: bytes, file: str = "登记申请") -> Request:
    """The request in `data`; Rejected when it is none or was changed."""
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
            public=_public(body),
            digest=hashlib.sha256(data).hexdigest(),
        )
    except Malformed as error:
        raise sealed.unreadable(error) from error
    sealed.verify(request.public.signing)
    return request


def approve(
    request: Request,
    keys: StationKeys,
    county: County,
    *,
    serial: int,
    valid_from: str,
    valid_days: int,
    revocations: RevocationList,
) -> bytes:
    """The approval file for `request`, after a person compared the fingerprints. `keys` are the
    county's, `serial` its next number, validity from a day (YYYY-MM-DD) for some days."""
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
        "request": request.digest,
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
) -> Approval:
    """The approval in `data`, if it is for this device and these `keys`.

    On the first enrolment `known` is None: show `county.fingerprint` and have it compared by
    phone before anything is kept. Later it must be the same county, and its revocation list no
    older than `known_revocations`. Raises Rejected.
    """
    sealed = Sealed(data, "approval", file)
    body = sealed.body
    try:
        digest = body.sha256("request")
        certificate = body.text("certificate", MAX_LINE)
        county = _county(body.object("county"))
        listed = body.text("revocations", 2**20).encode()
    except ValueError as error:
        raise sealed.unreadable(error) from error
    sealed.verify(county.public.signing)
    if known is not None and known != county.public:
        print_ = county.fingerprint
        raise reject(Exchange.ENROL_OTHER_COUNTY, file=file, fingerprint=print_)
    certified = verify_certificate(certificate, [county.public.signing], on)
    if (certified.station, certified.device, certified.key) != (
        station,
        device,
        keys.public.signing,
    ):
        raise reject(
            Exchange.ENROL_OTHER_DEVICE,
            file=file,
            station=certified.station,
            device=certified.device,
        )
    revocations = read_revocations(listed, county.public.signing, file)
    if revocations.number < known_revocations:
        raise reject(
            Exchange.ENROL_OLDER_REVOCATIONS,
            file=file,
            found=revocations.number,
            ours=known_revocations,
        )
    return Approval(certificate, certified, county, revocations, listed, digest)


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


def authority_line(county: PublicKeys) -> str:
    """The line for ssh-keygen's allowed_signers file: every station certified by this county may
    sign bundles, and nothing else."""
    options = f'cert-authority,namespaces="{sshsig.BUNDLE_NAMESPACE}"'
    return f"* {options} {county.signing_line}\n"


def _county(body: Reader) -> County:
    county = County(
        station=body.token("station"),
        device=body.token("device"),
        place=body.token("place"),
        name=body.text("name"),
        public=_public(body),
    )
    if body.rest():
        raise Malformed("county")
    return county


def _public(body: Reader) -> PublicKeys:
    age = body.text("age", 100)
    if not is_recipient(age):
        raise Malformed("age")
    try:
        return PublicKeys(sshsig.read_key_line(body.text("signing")), age)
    except ValueError as error:
        raise Malformed("signing") from error
