"""Who no longer speaks. A revocation names the last sequence that still counts and the chain
there: the position decides, never a date (design/exchange.md, "Who may speak")."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from laborclerk.sync.document import Sealed, seal
from laborclerk.sync.strictjson import Malformed, Reader

if TYPE_CHECKING:
    from laborclerk.sync.certificates import Certified
    from laborclerk.sync.keys import StationKeys


@dataclass(frozen=True, slots=True)
class Revocation:
    """Certificates of `device` up to `serial` end at `last_sequence` of `incarnation`; one of a
    higher serial, issued after a new enrolment, is not meant. `chain` is the digest of the
    manifest of the last bundle that counts, None when none ever came. `on` is for people."""

    station: str
    device: str
    serial: int
    last_sequence: int
    incarnation: int = 1
    chain: str | None = None
    on: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RevocationList:
    """All revocations of a county; a higher `number` replaces a lower one whole."""

    number: int = 0
    revoked: tuple[Revocation, ...] = ()

    def find(self, certified: Certified) -> Revocation | None:
        """The revocation that meets this certificate; of several, the one that counts least."""
        met = [
            r
            for r in self.revoked
            if (r.station, r.device) == (certified.station, certified.device)
            and certified.serial <= r.serial
        ]
        return min(met, key=lambda r: (r.incarnation, r.last_sequence), default=None)

    def with_(self, revocation: Revocation) -> RevocationList:
        """The next edition, one entry longer."""
        return RevocationList(self.number + 1, (*self.revoked, revocation))

    def to_bytes(self, county: StationKeys) -> bytes:
        """The list as a file signed by the county."""
        items = [
            {
                "station": r.station,
                "device": r.device,
                "serial": r.serial,
                "incarnation": r.incarnation,
                "last_sequence": r.last_sequence,
                "chain": r.chain,
                "on": r.on,
                "reason": r.reason,
            }
            for r in self.revoked
        ]
        return seal("revocations", {"number": self.number, "revoked": items}, county.signing)


def read_revocations(data: bytes, authority: bytes, file: str = "注销名单") -> RevocationList:
    """The list in `data`, if the county's raw key `authority` signed it; else Rejected."""
    sealed = Sealed(data, "revocations", file)
    try:
        found = RevocationList(
            sealed.body.number("number"),
            tuple(_revocation(item) for item in sealed.body.list("revoked")),
        )
    except Malformed as error:
        raise sealed.unreadable(error) from error
    sealed.verify(authority)
    return found


def _revocation(value: object) -> Revocation:
    reader = Reader(value, "revoked")
    found = Revocation(
        station=reader.token("station"),
        device=reader.token("device"),
        serial=reader.number("serial", 1),
        incarnation=reader.number("incarnation", 1),
        last_sequence=reader.number("last_sequence"),
        chain=reader.optional_sha256("chain"),
        on=reader.text("on", 40),
        reason=reader.text("reason", 500),
    )
    if reader.rest():
        raise Malformed("revoked")
    return found
