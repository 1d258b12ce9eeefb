"""A county and one of its townships with keys and certificates, for the tests of the exchange."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyrage
import pytest
import zstandard

from laborclerk.kernel.errors import Rejected
from laborclerk.sync.certificates import certificate_blob, issue_certificate
from laborclerk.sync.container import (
    LIMITS,
    MANIFEST_NAME,
    SIGNATURE_NAME,
    Trust,
    open_bundle,
    write_bundle,
)
from laborclerk.sync.enrolment import County
from laborclerk.sync.keys import StationKeys
from laborclerk.sync.manifest import PAYLOAD_NAME, Manifest, PayloadFacts, Recipient
from laborclerk.sync.messages import Exchange
from laborclerk.sync.sshsig import BUNDLE_NAMESPACE, sign
from laborclerk.sync.strictzip import pack, unpack

TODAY = "2026-11-20"
TOWN = "532001"
LAPTOP = "D7"
PLACE = "530627001000"

COUNTY_KEYS = StationKeys.generate()
OTHER_COUNTY_KEYS = StationKeys.generate()
COUNTY = County("county", "C1", "530627000000", "镇雄县人社局", COUNTY_KEYS.public)
TRUST = Trust((COUNTY_KEYS.public.signing,))

ENTRIES: list[Any] = [
    {"columns": ["姓名", "月收入"]},
    *([LAPTOP, n, "person", 10_000 + n, {"name": f"周某{n}", "income": n * 10}] for n in range(50)),
    [LAPTOP, 51, "person", 2**62, None, True, -1, "𠮷"],
]


@dataclass(frozen=True)
class Enrolled:
    """A device with its keys and the county's certificate."""

    keys: StationKeys
    manifest: Manifest


def enrol(
    authority: StationKeys = COUNTY_KEYS,
    *,
    keys: StationKeys | None = None,
    valid_days: int = 365,
    serial: int = 1,
    **manifest: Any,
) -> Enrolled:
    keys = keys or StationKeys.generate()
    certificate = issue_certificate(
        authority.signing,
        keys.public.signing,
        station=TOWN,
        device=LAPTOP,
        place=PLACE,
        serial=serial,
        valid_from="2026-01-01",
        valid_days=valid_days,
    )
    fields: dict[str, Any] = {
        "station": TOWN,
        "device": LAPTOP,
        "certificate": certificate,
        "number": 3,
        "previous": "ab" * 32,
        "first": 1,
        "last": 52,
        "written_at": "2026-11-20T09:05:00+08:00",
        "recipients": (Recipient("county", "C1", COUNTY_KEYS.public.age),),
        "epochs": {LAPTOP: ((1, {}), (20, {"C1": 7}))},
        "counts": {"person": 51},
    }
    return Enrolled(keys, Manifest(**{**fields, **manifest}))


def write(
    path: Path, enrolled: Enrolled, entries: Iterable[Any] = ENTRIES, **change: Any
) -> Manifest:
    return write_bundle(path, replace(enrolled.manifest, **change), entries, enrolled.keys)


def parts_of(path: Path) -> dict[str, bytes]:
    return {name: bytes(part) for name, part in unpack(path.read_bytes(), LIMITS).items()}


def packed(parts: dict[str, bytes]) -> bytes:
    return b"".join(pack(parts))


def signed(enrolled: Enrolled, manifest: bytes, stored: bytes) -> bytes:
    """What an enrolled but hostile sender can make: any manifest, any payload, well signed."""
    certificate = certificate_blob(enrolled.manifest.certificate)
    signature = sign(manifest, enrolled.keys.signing, BUNDLE_NAMESPACE, certificate)
    return packed({MANIFEST_NAME: manifest, SIGNATURE_NAME: signature, PAYLOAD_NAME: stored})


def encrypted(compressed: bytes) -> bytes:
    to = pyrage.x25519.Recipient.from_str(COUNTY_KEYS.public.age)
    return bytes(pyrage.encrypt(compressed, [to]))


def hostile(
    enrolled: Enrolled, plain: bytes, *, compressed: bytes | None = None, **facts: Any
) -> bytes:
    """A well-signed bundle of any content; `facts` are the lies of its manifest."""
    if compressed is None:
        compressed = zstandard.ZstdCompressor(level=1).compress(plain)
    stored = encrypted(compressed)
    honest: dict[str, Any] = {
        "entries": 1,
        "size": len(stored),
        "sha256": hashlib.sha256(stored).hexdigest(),
        "unpacked_size": len(plain),
        "unpacked_sha256": hashlib.sha256(plain).hexdigest(),
    }
    manifest = replace(enrolled.manifest, payload=PayloadFacts(**{**honest, **facts}))
    return signed(enrolled, manifest.encode(), stored)


def refusal(path: Path, trust: Trust = TRUST, on: str | None = TODAY) -> Exchange:
    """The one reason why the bundle at `path` does not give its entries to the county."""
    with pytest.raises(Rejected) as caught:
        list(open_bundle(path, trust, on).entries(COUNTY_KEYS))
    (problem,) = caught.value.problems
    assert "{" not in problem.text
    assert isinstance(problem.message, Exchange)
    return problem.message
