"""The bundle file `.lcb`: written whole or not at all, believed only after every check.

`open_bundle` checks in this order: the zip's structure, the signature, the certificate, the
revocations, the payload's size and hash. Nothing of the payload is decrypted, unpacked or parsed
before all of them are right. What is genuine but must wait (an expired certificate, a newer data
version) is opened with `holds`, and its entries are not handed out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from laborclerk.kernel import log
from laborclerk.kernel.errors import Message, Problem, Rejected, fault, reject
from laborclerk.kernel.progress import SILENT, Progress
from laborclerk.sync import atomic, payload, sshsig, strictzip
from laborclerk.sync.certificates import (
    Certified,
    certificate_blob,
    certificate_line,
    verify_certificate,
)
from laborclerk.sync.keys import StationKeys
from laborclerk.sync.manifest import (
    FORMAT,
    PAYLOAD_NAME,
    Manifest,
    NewerFormat,
    Purpose,
    UnknownSuite,
    read_manifest,
)
from laborclerk.sync.messages import Exchange
from laborclerk.sync.names import Called, by_division
from laborclerk.sync.revocation import Revocation, RevocationList
from laborclerk.sync.strictjson import Malformed

SUFFIX = ".lcb"
MANIFEST_NAME = "manifest.json"
SIGNATURE_NAME = "manifest.json.sig"
LIMITS = {MANIFEST_NAME: 2**20, SIGNATURE_NAME: 2**13, PAYLOAD_NAME: payload.MAX_STORED}
MAX_FILE = sum(LIMITS.values()) + 1024
READER_VERSION = 1  # of the data (Manifest.least_reader) that this program applies


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom we believe: the county's raw signing keys, and whom it revoked. `ended` are keys of the
    county that count no longer, so that what they signed is refused with that reason. A county
    still counts its former keys, because it knows which certificates it gave: `issued` are their
    (serial, raw key), None elsewhere; `renewed` the serial of each device's latest one that is
    valid, so that what an expired one signed need not wait any longer. `called` names a device in
    what is said of it."""

    authorities: tuple[bytes, ...]
    revocations: RevocationList = field(default_factory=RevocationList)
    ended: tuple[bytes, ...] = ()
    issued: Collection[tuple[int, bytes]] | None = None
    renewed: Mapping[str, int] = field(default_factory=dict)
    called: Called = by_division


def write_bundle(
    path: Path,
    manifest: Manifest,
    entries: Iterable[object],
    keys: StationKeys,
    *,
    smaller: Callable[[bytes], Iterable[object]] = lambda packed: (),
    total: int | None = None,
    progress: Progress = SILENT,
) -> Manifest:
    """Writes a bundle and returns its manifest as signed (with `payload` filled in).

    `manifest.certificate` must be the one of `keys`, `manifest.recipients` must not be empty;
    `entries` is anything msgpack takes, read once, at most `payload.MAX_ENTRY` each when packed;
    of one that is larger `smaller` makes several. Raises EnvironmentFault
    for the disk's failures, `Cancelled` from `progress`, ValueError for a caller's mistake; in
    each case an older file of that name stands untouched.
    """
    certificate = certificate_blob(manifest.certificate)
    if not manifest.recipients:
        raise ValueError("a bundle needs a recipient")
    stored, facts = payload.pack(
        entries, [r.age for r in manifest.recipients],
        smaller=smaller, total=total, progress=progress,
    )  # fmt: skip
    manifest = replace(manifest, payload=facts)
    encoded = manifest.encode()
    if read_manifest(encoded) != manifest:
        raise ValueError("the manifest does not read back")
    parts = {
        MANIFEST_NAME: encoded,
        SIGNATURE_NAME: sshsig.sign(encoded, keys.signing, sshsig.BUNDLE_NAMESPACE, certificate),
        PAYLOAD_NAME: stored,
    }

    def check(data: bytes) -> None:
        try:
            if strictzip.unpack(data, LIMITS) != parts:
                raise fault(Exchange.BUNDLE_READ_BACK, file=str(path))
        except strictzip.NotThisZip as error:
            raise fault(Exchange.BUNDLE_READ_BACK, file=str(path)) from error

    atomic.write_whole(path, strictzip.pack(parts), check, MAX_FILE)
    return manifest


@dataclass(frozen=True, slots=True)
class OpenedBundle:
    """A genuine bundle. `holds` says why it may not be applied yet (empty: it may); `digest` is
    the manifest's, the link that the next bundle names as `previous`, `revoked` what meets the
    certificate though this bundle stands before it, `whole` the file's bytes."""

    file: str
    manifest: Manifest
    certified: Certified
    holds: tuple[Problem, ...]
    digest: str
    whole: bytes = field(repr=False)
    _payload: memoryview = field(repr=False)
    revoked: tuple[Revocation, ...] = ()

    def may(self, incarnation: int) -> int:
        """Up to which sequence the payload may speak for an incarnation of the sender: what the
        revocations were compared with."""
        counted = [r.counts(incarnation).last for r in self.revoked]
        own = [self.manifest.last] if incarnation == self.manifest.incarnation else []
        return min([*counted, *own, 2**53])

    def under(self, trust: Trust) -> OpenedBundle:
        """The same under what is believed now: somebody may have been ended since it was opened.
        Rejected when it goes beyond what still counts."""
        revoked = tuple(trust.revocations.find(self.certified))
        _check_revoked(self.manifest, self.certified, revoked, self.digest, self.file, trust.called)
        return replace(self, revoked=revoked)

    def is_for(self, keys: StationKeys) -> bool:
        """Whether the payload is encrypted to these keys."""
        ours = keys.public.age
        return any(r.age == ours for r in self.manifest.recipients)

    def entries(
        self,
        keys: StationKeys,
        *,
        despite: Collection[Message] = (),
        progress: Progress = SILENT,
    ) -> Iterator[object]:
        """The entries, decrypted with `keys` and unpacked one by one.

        Raises Rejected at once when the bundle is held (unless every hold is in `despite`: an
        expired certificate that was renewed since), is not for us or cannot be decrypted. It may
        also raise Rejected *after the last entry*, when the content turns out other than
        declared: apply in one transaction.
        """
        held = [hold for hold in self.holds if hold.message not in despite]
        if held:
            raise Rejected(held)
        if not self.is_for(keys):
            raise reject(Exchange.BUNDLE_NOT_FOR_US, file=self.file)
        try:
            compressed = payload.decrypt(bytes(self._payload), keys.age)
        except payload.Undecryptable as error:
            raise reject(Exchange.BUNDLE_CANNOT_DECRYPT, file=self.file) from error
        return self._unpacked(compressed, progress)

    def _unpacked(self, compressed: bytes, progress: Progress) -> Iterator[object]:
        try:
            yield from payload.unpack(compressed, self.manifest.payload, progress)
        except payload.WrongContent as error:
            raise reject(
                Exchange.BUNDLE_CONTENT_WRONG, file=self.file, reason=str(error)
            ) from error


def open_bundle(path: Path, trust: Trust, on: str | None = None) -> OpenedBundle:
    """Reads the file at `path` and verifies all of it but the encrypted entries.

    `on` is today (YYYY-MM-DD); an expired or not yet valid certificate holds the bundle, None
    asks for neither. Raises Rejected with the reason, EnvironmentFault when the file cannot be
    read.
    """
    return verify_bundle(atomic.read_whole(path, MAX_FILE), trust, on, path.name)


def verify_bundle(data: bytes, trust: Trust, on: str | None, file: str) -> OpenedBundle:
    """`open_bundle` for bytes already read; `file` is the name for messages."""
    parts = _take_apart(data, file)
    encoded = bytes(parts[MANIFEST_NAME])
    certified, line = _signed_by(encoded, bytes(parts[SIGNATURE_NAME]), trust, file)
    manifest = _read(encoded, file)
    if manifest.certificate != line:
        raise reject(Exchange.BUNDLE_CERTIFICATE_DIFFERS, file=file)
    if (manifest.station, manifest.device) != (certified.station, certified.device):
        raise reject(
            Exchange.BUNDLE_SENDER_DIFFERS,
            file=file,
            claimed=trust.called(manifest.station, manifest.device),
            certified=trust.called(certified.station, certified.device),
        )
    if manifest.purpose is Purpose.RETURN and not certified.is_county:
        raise reject(Exchange.BUNDLE_NOT_FROM_COUNTY, file=file)
    digest = hashlib.sha256(encoded).hexdigest()
    own = trust.issued is not None and certified.is_county  # a county put back reads its own words
    known = own or trust.issued is None or (certified.serial, certified.key) in trust.issued
    if not known:
        raise reject(Exchange.BUNDLE_NOT_ISSUED, file=file, serial=certified.serial)
    revoked = tuple(trust.revocations.find(certified))
    _check_revoked(manifest, certified, revoked, digest, file, trust.called)
    stored = parts[PAYLOAD_NAME]
    facts = manifest.payload
    if len(stored) != facts.size or hashlib.sha256(stored).hexdigest() != facts.sha256:
        raise reject(Exchange.BUNDLE_PAYLOAD_DIFFERS, file=file)
    holds: list[Problem] = []
    dated = not own and certified.serial >= trust.renewed.get(certified.device, 0)
    if on is not None and dated and (lapse := certified.lapse(on, trust.called)) is not None:
        holds.append(lapse)
    if manifest.least_reader > READER_VERSION:
        params = {"file": file, "needed": manifest.least_reader, "ours": READER_VERSION}
        holds.append(Problem(Exchange.BUNDLE_NEEDS_NEWER, params))
    return OpenedBundle(file, manifest, certified, tuple(holds), digest, data, stored, revoked)


def _take_apart(data: bytes, file: str) -> dict[str, memoryview]:
    try:
        return strictzip.unpack(data, LIMITS)
    except strictzip.TooLarge as error:
        raise reject(Exchange.BUNDLE_TOO_LARGE, file=file, what=error.part) from error
    except strictzip.CutShort as error:
        if strictzip.MAGIC.startswith(data[:4]):
            raise reject(Exchange.BUNDLE_CUT_SHORT, file=file) from error
        raise reject(Exchange.BUNDLE_NOT_A_BUNDLE, file=file) from error
    except strictzip.NotThisZip as error:
        if error.part == MANIFEST_NAME and error.found != MANIFEST_NAME:
            raise reject(Exchange.BUNDLE_NOT_A_BUNDLE, file=file) from error
        if error.part == SIGNATURE_NAME and error.found == PAYLOAD_NAME:
            raise reject(Exchange.BUNDLE_UNSIGNED, file=file) from error
        raise reject(Exchange.BUNDLE_DAMAGED, file=file, reason=_WHERE[error.part]) from error


_WHERE = {
    MANIFEST_NAME: "的清单部分不对",
    SIGNATURE_NAME: "的签名部分不对",
    PAYLOAD_NAME: "的内容部分不对",
    "": "的末尾多出或少了内容",
}


def _signed_by(encoded: bytes, signature: bytes, trust: Trust, file: str) -> tuple[Certified, str]:
    """Who signed the manifest, and the certificate's line."""
    if not signature:
        raise reject(Exchange.BUNDLE_UNSIGNED, file=file)
    try:
        found = sshsig.read(signature)
    except ValueError as error:
        raise reject(Exchange.BUNDLE_SIGNATURE_WRONG, file=file) from error
    if sshsig.is_bare_key(found.public):
        raise reject(Exchange.BUNDLE_NOT_ENROLLED, file=file)
    line = certificate_line(found.public)
    certified = verify_certificate(line, (*trust.authorities, *trust.ended))
    if not sshsig.is_right(found, encoded, certified.key, sshsig.BUNDLE_NAMESPACE):
        raise reject(Exchange.BUNDLE_SIGNATURE_WRONG, file=file)
    if certified.authority in trust.ended:
        raise reject(Exchange.BUNDLE_FORMER_KEY, file=file)
    return certified, line


def _read(encoded: bytes, file: str) -> Manifest:
    try:
        return read_manifest(encoded)
    except NewerFormat as error:
        raise reject(
            Exchange.BUNDLE_NEEDS_NEWER, file=file, needed=error.found, ours=FORMAT
        ) from error
    except UnknownSuite as error:
        raise reject(Exchange.BUNDLE_SUITE_UNKNOWN, file=file, suite=str(error)) from error
    except Malformed as error:
        log.event("unreadable.manifest", spot=str(error).lower())
        raise reject(Exchange.BUNDLE_UNREADABLE_MANIFEST, file=file, reason=str(error)) from error


def _check_revoked(
    manifest: Manifest,
    certified: Certified,
    met: Sequence[Revocation],
    digest: str,
    file: str,
    called: Called,
) -> None:
    """Raises Rejected when the bundle goes beyond what still counts of a revoked device."""
    for revocation in met:
        counted = revocation.counts(manifest.incarnation)
        who = {
            "who": called(certified.station, certified.device), "file": file,
            "reason": revocation.reason,
        }  # fmt: skip
        if manifest.last > counted.last:
            raise reject(Exchange.BUNDLE_REVOKED, last=counted.last, found=manifest.last, **who)
        if manifest.last == counted.last and digest not in counted.chains:
            raise reject(Exchange.BUNDLE_REVOKED_BRANCH, **who)
