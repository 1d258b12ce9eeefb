"""How posts and people read in the tables of the demand screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from laborclerk.catalog.codes import code_list
from laborclerk.catalog.divisions import national
from laborclerk.features.matching.earlier import Reason


def code(name: str, value: object) -> str:
    """The label of a code, '' for none."""
    return code_list(name).label(str(value)) if value else ""


def pay(post: Mapping[str, Any]) -> str:
    """What a post pays a month in yuan."""
    low, high = post.get("pay_low"), post.get("pay_high")
    if low is None:
        return ""
    return f"{low:,}–{high:,}" if high and high > low else f"{low:,}"


def division(value: object) -> str:
    """A place of work; what only fills a level (市辖区) is left out."""
    if not value:
        return ""
    path = [name for name in national().path(str(value)) if name not in ("市辖区", "县")]
    return "".join(path) or str(value)


def reason(found: Reason) -> str:
    """One reason with its points."""
    sign = f"+{found.points}" if found.points > 0 else str(found.points)
    return f"{sign} {found.text}"
