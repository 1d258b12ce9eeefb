"""A county and one of its townships with keys and certificates, for the tests of the exchange."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from laborclerk.sync.certificates import issue_certificate
from laborclerk.sync.container import Trust, write_bundle
from laborclerk.sync.enrolment import County
from laborclerk.sync.keys import StationKeys
from laborclerk.sync.manifest import Manifest, Recipient

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
