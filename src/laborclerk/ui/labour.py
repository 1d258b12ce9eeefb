"""Explains a labour-force rule in words, with the birth dates it draws the line at."""

from __future__ import annotations

from bisect import bisect_left
from datetime import date, timedelta

from laborclerk.catalog.retirement import Kind, LabourRule, reached_on
from laborclerk.kernel.dates import is_date


def explain(rule: LabourRule, on: str) -> list[str]:
    """Sentences about a rule; with a reference date `on` (YYYY-MM-DD) also who counts that day."""
    lines = [rule.name, f"依据:{rule.source},{rule.in_force_from} 起"]
    if not rule.students:
        lines.append("在校生不算")
    if not is_date(on):
        return lines
    youngest = f"{int(on[:4]) - rule.lower}{on[4:]}"
    lines.append(f"下限:{youngest} 及以前出生(满 {rule.lower} 周岁)")
    if rule.statutory:
        man, woman = (oldest(kind, on) for kind in (Kind.MAN, Kind.WOMAN_55))
        lines.append(f"上限:男 {man} 及以后出生,女 {woman} 及以后出生(未到法定退休年龄)")
    elif rule.men_upto is None or rule.women_upto is None:
        lines.append("上限:不设")
    else:
        lines.append(f"上限:男满 {rule.men_upto} 岁、女满 {rule.women_upto} 岁的当年")
    lines.append("无劳动能力的人不算劳动力")
    return lines


def oldest(kind: Kind, on: str) -> str:
    """The earliest birth date (YYYY-MM-DD) whose people have not reached the statutory age on the
    day `on`."""
    start = date(int(on[:4]) - 66, 1, 1)

    def born(day: int) -> str:
        return (start + timedelta(days=day)).isoformat()

    # who is born later reaches it later, so halving finds the first
    return born(bisect_left(range(20 * 366), True, key=lambda d: on < reached_on(kind, born(d))))
