"""The lunar calendar (农历) of 1990–2059: people go out to work after its first month's 15th day,
so a job fair has a date in it (004-07).

The table was made with lunar_python 1.4.8 and agrees with lunardate 0.3.0 on every day but those
of the ninth month of 2057, where it follows GB/T 33661-2017.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

FIRST_YEAR = 1990
# one lunar year each: days from 1 January to its first day << 17 | leap month << 13 | a bit for
# each of its 12 or 13 months, the first one highest, set for 30 days
_TABLE = (
    "34a92f 5a092e 440c96 2c6d4a 501d4a 3d0d65 620b58 4a156c 36b26d 5c125c 46192c 2e9a95 541a94"
    " 3e1b4a 2a4b55 4e0ad4 38f55b 6004ba 4a125a 32b92b 58152a 421694 2c96aa 5015aa 3d2ab5 620974"
    " 4c14b6 36ca57 5c0a56 461526 308e95 540d54 3e15aa 2a49b5 50096c 38d4ae 5e149c 481a4c 32bd26"
    " 561aa6 420b54 2c6d6a 5212da 3d695d 62095a 4c149a 36da4b 5a1a4a 441aa4 2ebb54 5416b4 3e0ada"
    " 2a495b 500936 3af497 5e1496 48154a 32b6a5 580da4 4015b4 2c6ab6 52126e 3f092f 62092e 4c0c96"
    " 36cd4a 5a1d4a 440d64 2e956c 54155c"
)
_YEARS = tuple(int(_TABLE[at : at + 6], 16) for at in range(0, len(_TABLE), 7))
_MONTHS = "正二三四五六七八九十冬腊"
_DIGITS = "一二三四五六七八九十"


class LunarDay(NamedTuple):
    """A day of the lunar calendar; `year` is that of the solar year it begins in."""

    year: int
    month: int
    day: int
    leap: bool = False

    @property
    def text(self) -> str:
        """As it is said: 二月初三, 闰六月廿一."""
        return f"{'闰' if self.leap else ''}{_MONTHS[self.month - 1]}月{_day_text(self.day)}"


def lunar_day(on: str) -> LunarDay | None:
    """The lunar day of YYYY-MM-DD; None outside the table."""
    day = date.fromisoformat(on)
    year = day.year
    first = _new_year(year)
    if first is None or day < first:
        year -= 1
        first = _new_year(year)
    if first is None:
        return None
    entry = _YEARS[year - FIRST_YEAR]
    leap, left = entry >> 13 & 15, (day - first).days
    for at in range(12 + bool(leap)):
        length = 29 + (entry >> 12 - at & 1)
        if left < length:
            is_leap = bool(leap) and at == leap
            return LunarDay(year, at if leap and at >= leap else at + 1, left + 1, is_leap)
        left -= length
    return None


def lantern_day(year: int) -> str:
    """The 15th of the first lunar month (正月十五) in a solar year, YYYY-MM-DD; '' outside the
    table."""
    first = _new_year(year)
    return (first + timedelta(14)).isoformat() if first else ""


def _new_year(year: int) -> date | None:
    if not FIRST_YEAR <= year < FIRST_YEAR + len(_YEARS):
        return None
    return date(year, 1, 1) + timedelta(_YEARS[year - FIRST_YEAR] >> 17)


def _day_text(day: int) -> str:
    if day in (10, 20, 30):
        return {10: "初十", 20: "二十", 30: "三十"}[day]
    return "初十廿"[(day - 1) // 10] + _DIGITS[(day - 1) % 10]
