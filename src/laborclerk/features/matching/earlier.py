"""What people answered before, and what it says of another post (004-06)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from laborclerk.catalog.codes import code_list
from laborclerk.features.matching.directions import away, reach

Facts = Mapping[str, Any]
REFUSED, WILLING = "2", "1"
_MONTHS_KEPT = 36  # an answer older than that says nothing any more
_LABELS = {
    "pay": "嫌薪酬低", "distance": "嫌距离远", "destination": "嫌那边{reason}", "going": "{reason}",
    "trade": "{reason}", "employer": "不信任那家单位", "now": "{reason}",
}  # fmt: skip
_POINTS = {"pay": -12, "distance": -12, "destination": -10, "going": -15, "trade": -10,
           "employer": -20, "now": -8}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody stands where she stands in a list."""

    key: str
    label: str
    points: int
    text: str


def earlier(
    post: Facts, offers: Sequence[tuple[Facts, Facts]], home: str, today: str
) -> list[Reason]:
    """What earlier answers of a person say against a post: `offers` are (offer, its post), any
    number. Each kind of reason counts once, the latest answer first."""
    found: dict[str, Reason] = {}
    ordered = sorted(offers, key=lambda o: str(o[0].get("answered") or o[0].get("asked") or ""))
    for offer, other in reversed(ordered):
        day = str(offer.get("answered") or offer.get("asked") or "")
        if other.get("id") == post.get("id"):
            if offer.get("answer") == REFUSED:
                why = _reasons_text(offer)
                text = f"{day} 问过这个岗位,不去" + (f":{why}" if why else "")
                found["same"] = Reason("earlier", "以前答复", -50, text)
            continue
        if offer.get("answer") == WILLING and not other.get("closed"):
            text = f"{day} 已答应去“{other.get('name')}”"
            found.setdefault("willing", Reason("earlier", "以前答复", -10, text))
        if offer.get("answer") != REFUSED or _months(day, today) > _MONTHS_KEPT:
            continue
        for code in str(offer.get("reasons") or "").split(","):
            item = code_list("refusal_reason").item(code)
            about = item.extra.get("of", "") if item else ""
            if item and about and about not in found and _applies(about, post, other, home, day,
                                                                  today):  # fmt: skip
                said = _LABELS[about].format(reason=item.short)
                text = f"{day} 不去“{other.get('name')}”:{said}"
                found[about] = Reason("earlier", "以前答复", _POINTS[about], text)
    return list(found.values())


def _applies(about: str, post: Facts, other: Facts, home: str, day: str, today: str) -> bool:
    """Whether the reason of a refusal holds for this post too."""
    here, there = str(post.get("work_place") or ""), str(other.get("work_place") or "")
    if about == "pay":
        return (post.get("pay_low") or 0) <= (other.get("pay_low") or 0)
    if about == "distance":
        return bool(here) and bool(there) and reach(here, home)[0] >= reach(there, home)[0]
    if about == "destination":
        return bool(here) and here[:2] == there[:2]
    if about == "going":
        return away(post, home)
    if about == "trade":
        return post.get("occupation") == other.get("occupation")
    if about == "employer":
        return post.get("employer") == other.get("employer")
    return _months(day, today) < 12


def _reasons_text(offer: Facts) -> str:
    codes = [c for c in str(offer.get("reasons") or "").split(",") if c]
    return "、".join(code_list("refusal_reason").label(c) for c in codes)


def _months(day: str, today: str) -> int:
    if len(day) < 7:
        return 0
    return (int(today[:4]) - int(day[:4])) * 12 + int(today[5:7]) - int(day[5:7])
