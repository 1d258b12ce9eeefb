"""SSH certificates: the county's word that a key belongs to a station, device and place.

Plain OpenSSH user certificates (PROTOCOL.certkeys), so that `ssh-keygen` can check them:
principals = station id and place code, key id = device, serial counted by the county.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import (
    SSHCertificate,
    SSHCertificateBuilder,
    SSHCertificateType,
    load_ssh_public_identity,
)

from laborclerk.kernel import log
from laborclerk.kernel.errors import Problem, Rejected, reject
from laborclerk.sync import sshsig
from laborclerk.sync.messages import Exchange
from laborclerk.sync.names import Called, by_division
from laborclerk.sync.strictjson import is_token

MAX_LINE = 4096  # characters of a certificate line
_LAST_DAY = date(9999, 1, 1)


@dataclass(frozen=True, slots=True)
class Certified:
    """What the county vouches for. `valid_after` is the first day (YYYY-MM-DD), `valid_before`
    the first day no longer valid. `key` is the device's, `authority` the county's raw key."""

    station: str
    device: str
    place: str
    serial: int
    valid_after: str
    valid_before: str
    key: bytes
    authority: bytes

    @property
    def is_county(self) -> bool:
        """The county signing with its own key (its certificate for itself)."""
        return self.key == self.authority

    def lapse(self, on: str, called: Called = by_division) -> Problem | None:
        """Why the certificate does not hold on day `on` (YYYY-MM-DD), or None. The county makes
        its own anew whenever it writes: there it is a clock that is wrong."""
        early, ended = Exchange.CERTIFICATE_NOT_YET, Exchange.CERTIFICATE_EXPIRED
        if self.is_county:
            early, ended = Exchange.COUNTY_DATE_AHEAD, Exchange.COUNTY_DATE_PAST
        who = called(self.station, self.device)
        if on < self.valid_after:
            return Problem(early, {"who": who, "day": self.valid_after})
        if on >= self.valid_before:
            return Problem(ended, {"who": who, "day": self.valid_before})
        return None


def issue_certificate(
    authority: Ed25519PrivateKey,
    key: bytes,
    *,
    station: str,
    device: str,
    place: str,
    serial: int,
    valid_from: str,
    valid_days: int,
) -> str:
    """The certificate line for the raw public `key`. It is valid from one day before
    `valid_from` (clocks and time zones differ) for `valid_days` days after it. Raises ValueError
    for ids that are no plain tokens: the caller has checked them."""
    if not all(map(is_token, (station, device, place))) or serial < 1 or valid_days < 1:
        raise ValueError("not a certifiable station, device, place, serial or validity")
    first = date.fromisoformat(valid_from)
    certificate = (
        SSHCertificateBuilder()
        .public_key(Ed25519PublicKey.from_public_bytes(key))
        .type(SSHCertificateType.USER)
        .key_id(device.encode())
        .valid_principals([station.encode(), place.encode()])
        .serial(serial)
        .valid_after(_seconds(first - timedelta(days=1)))
        .valid_before(_seconds(first + timedelta(days=valid_days)))
        .sign(authority)
    )
    return certificate.public_bytes().decode("ascii")


def verify_certificate(
    line: str,
    authorities: Collection[bytes],
    on: str | None = None,
    called: Called = by_division,
) -> Certified:
    """What the certificate says, if one of `authorities` (raw keys of the county, present and
    former) signed it and it holds `on` that day (YYYY-MM-DD; None: whenever).

    Raises Rejected: unreadable, another county's, signature wrong, expired, not yet valid.
    """
    certificate, signer, subject = _parse(line)
    if not isinstance(signer, Ed25519PublicKey) or not isinstance(subject, Ed25519PublicKey):
        raise _unreadable("Ed25519")
    authority = signer.public_bytes_raw()
    if authority not in authorities:
        raise reject(Exchange.CERTIFICATE_OTHER_COUNTY)
    try:
        certificate.verify_cert_signature()
    except InvalidSignature as error:
        raise reject(Exchange.CERTIFICATE_WRONG) from error
    certified = _read(certificate, subject.public_bytes_raw(), authority)
    lapse = certified.lapse(on, called) if on is not None else None
    if lapse is not None:
        raise Rejected([lapse])
    return certified


def certificate_blob(line: str) -> bytes:
    """The certificate in SSH's wire format; raises Rejected when the line holds none."""
    kind, _, encoded = line.partition(" ")
    try:
        blob = base64.b64decode(encoded, validate=True)
    except (ValueError, binascii.Error) as error:
        raise _unreadable("base64") from error
    if kind != sshsig.CERTIFICATE_TYPE.decode() or certificate_line(blob) != line:
        raise _unreadable("OpenSSH")
    return blob


def certificate_line(blob: bytes) -> str:
    """The line OpenSSH writes for a certificate in wire format."""
    return f"{sshsig.CERTIFICATE_TYPE.decode()} {base64.b64encode(blob).decode()}"


def _parse(line: str) -> tuple[SSHCertificate, object, object]:
    if len(line) > MAX_LINE:
        raise _unreadable("OpenSSH")
    certificate_blob(line)
    try:
        certificate = load_ssh_public_identity(line.encode("ascii"))
        if not isinstance(certificate, SSHCertificate):
            raise _unreadable("OpenSSH")
        if certificate.type is not SSHCertificateType.USER:
            raise _unreadable("type")
        return certificate, certificate.signature_key(), certificate.public_key()
    except (ValueError, UnsupportedAlgorithm) as error:
        raise _unreadable("OpenSSH") from error


def _read(certificate: SSHCertificate, key: bytes, authority: bytes) -> Certified:
    if certificate.critical_options or certificate.extensions:
        raise _unreadable("options")
    try:
        station, place = (p.decode("ascii") for p in certificate.valid_principals)
        device = certificate.key_id.decode("ascii")
    except ValueError as error:
        raise _unreadable("principals") from error
    if not all(map(is_token, (station, device, place))):
        raise _unreadable("principals")
    return Certified(
        station=station,
        device=device,
        place=place,
        serial=certificate.serial,
        valid_after=_day(certificate.valid_after),
        valid_before=_day(certificate.valid_before),
        key=key,
        authority=authority,
    )


def _seconds(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def _day(seconds: int) -> str:
    """The UTC day; times beyond the calendar count as its end."""
    if seconds >= _seconds(_LAST_DAY):
        return _LAST_DAY.isoformat()
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


def _unreadable(reason: str) -> Rejected:
    log.event("unreadable.certificate", spot=reason.lower())  # for who looks into it
    return reject(Exchange.CERTIFICATE_UNREADABLE, reason=reason)
