"""Where a place of work lies, seen from the county."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from laborclerk.catalog.codes import code_list


def away(post: Mapping[str, Any], home: str) -> bool:
    """Whether the work is outside the county."""
    place = str(post.get("work_place") or "")
    return bool(place) and place[:6] != home[:6]


def reach(place: str, home: str) -> tuple[int, str]:
    """How far a place is from the county: (0 county … 4 abroad, in words)."""
    if place.startswith("999"):
        return 4, "境外"
    for step, (digits, word) in enumerate(((6, "本县"), (4, "本市外县"), (2, "本省外市"))):
        if place[:digits] == home[:digits]:
            return step, word
    return 3, "省外"


def towards(direction: str, place: str, home: str) -> bool:
    """Whether a place lies in a direction (code of the list `direction`)."""
    item = code_list("direction").item(direction)
    prefixes = item.extra.get("prefixes", "") if item else ""
    step = reach(place, home)[0]
    named = {"county": 0, "city": 1, "province": 2, "abroad": 4}
    if prefixes in named:
        return step == named[prefixes]
    if prefixes == "other":
        others = [i.extra.get("prefixes", "") for i in code_list("direction").items]
        known = {p for text in others for p in text.split() if p.isdigit()}
        return step == 3 and place[:2] not in known
    return step < 4 and place[:2] in prefixes.split()
