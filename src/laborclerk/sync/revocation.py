"""Who no longer speaks. A revocation says up to where a device's work still counts, for each
incarnation of it that the county has applied: the position in the chain decides, never a date
(design/exchange.md, "Who may speak")."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from laborclerk.sync.document import Sealed, seal
from laborclerk.sync.strictjson import Malformed, Reader

if TYPE_CHECKING:
    from laborclerk.sync.certificates import Certified
    from laborclerk.sync.keys import StationKeys

MAX_CHAINS = 100  # bundles without changes that end at the same sequence


@dataclass(frozen=True, slots=True)
class Counted:
    """The last sequence of an incarnation that counts, and the digests of the manifests of the
    bundles that end there (several when a laptop wrote bundles without new changes)."""

    incarnation: int
    last: int
    chains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Revocation:
    """Certificates of `device` up to `serial` count no further than `counted`; of an incarnation
    that is not named there, nothing counts. A certificate of a higher serial, issued after a new
    enrolment, is not meant. `on` is a day for people, `reason` what they read."""

    station: str
    device: str
    serial: int
    counted: tuple[Counted, ...] = ()
    on: str = ""
    reason: str = ""

    def counts(self, incarnation: int) -> Counted:
        """How far this incarnation's work counts."""
        found = (c for c in self.counted if c.incarnation == incarnation)
        return next(found, Counted(incarnation, 0))

    def meets(self, station: str, device: str, serial: int) -> bool:
        """Whether this certificate is meant."""
        return (station, device) == (self.station, self.device) and serial <= self.serial


@dataclass(frozen=True, slots=True)
class RevocationList:
    """All revocations of a county; a higher `number` replaces a lower one whole."""

    number: int = 0
    revoked: tuple[Revocation, ...] = ()

    def find(self, certified: Certified) -> list[Revocation]:
        """The revocations that meet this certificate; what it signs must hold before each."""
        who = certified.station, certified.device, certified.serial
        return [r for r in self.revoked if r.meets(*who)]

    def with_(self, *revocations: Revocation) -> RevocationList:
        """The next edition, longer by these."""
        return RevocationList(self.number + 1, (*self.revoked, *revocations))

    def to_bytes(self, county: StationKeys) -> bytes:
        """The list as a file signed by the county."""
        items = [
            {
                "station": r.station,
                "device": r.device,
                "serial": r.serial,
                "counted": [
                    {"incarnation": c.incarnation, "last": c.last, "chains": list(c.chains)}
                    for c in r.counted
                ],
                "on": r.on,
                "reason": r.reason,
            }
            for r in self.revoked
        ]
        return seal("revocations", {"number": self.number, "revoked": items}, county.signing)


def read_revocations(
    data: bytes, authorities: Collection[bytes], file: str = "注销名单"
) -> RevocationList:
    """The list in `data`, if one of the county's raw keys `authorities` signed it; else
    Rejected."""
    sealed = Sealed(data, "revocations", file)
    try:
        found = RevocationList(
            sealed.body.number("number"),
            tuple(_revocation(item) for item in sealed.body.list("revoked")),
        )
    except Malformed as error:
        raise sealed.unreadable(error) from error
    sealed.verify(*authorities)
    return found


def _revocation(value: object) -> Revocation:
    reader = Reader(value, "revoked")
    found = Revocation(
        station=reader.token("station"),
        device=reader.token("device"),
        serial=reader.number("serial", 1),
        counted=tuple(_counted(item) for item in reader.list("counted", 1000)),
        on=reader.text("on", 40),
        reason=reader.text("reason", 500),
    )
    if reader.rest():
        raise Malformed("revoked")
    return found


def _counted(value: object) -> Counted:
    reader = Reader(value, "counted")
    chains = reader.list("chains", MAX_CHAINS)
    found = Counted(
        reader.number("incarnation", 1),
        reader.number("last"),
        tuple(Reader({"digest": digest}, "chains").sha256("digest") for digest in chains),
    )
    if reader.rest():
        raise Malformed("counted")
    return found
