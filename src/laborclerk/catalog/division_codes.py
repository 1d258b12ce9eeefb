"""The shape of a division code: 12 digits, two for the province, two for the city, two for the
county, three for the township, three for the village, zeros where it ends above."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple


class Level(IntEnum):
    """How deep a division lies."""

    PROVINCE = 1
    CITY = 2
    COUNTY = 3
    TOWNSHIP = 4
    VILLAGE = 5


DIGITS = {
    Level.PROVINCE: 2,
    Level.CITY: 4,
    Level.COUNTY: 6,
    Level.TOWNSHIP: 9,
    Level.VILLAGE: 12,
}


class DivisionRow(NamedTuple):
    """One division: 12-digit `code`, official name, level, and the code of the one above it ('' for
    a province)."""

    code: str
    name: str
    level: Level
    parent: str


def level_of(code: str) -> Level:
    """The level of a 12-digit code."""
    for level in (Level.VILLAGE, Level.TOWNSHIP, Level.COUNTY, Level.CITY):
        above = DIGITS[Level(level - 1)]
        if code[above : DIGITS[level]].strip("0"):
            return level
    return Level.PROVINCE


def pad(code: str) -> str:
    """The 12-digit form of a code of 2, 4, 6, 9 or 12 digits."""
    return code.ljust(12, "0")


def significant(code: str) -> str:
    """A 12-digit code without the zeros below its level."""
    return code[: DIGITS[level_of(code)]]


def parent_of(code: str) -> str:
    """The code above a 12-digit code; '' above a province. A township of a city without counties
    (东莞, 中山, 儋州) lies under the city."""
    level = level_of(code)
    if level is Level.PROVINCE:
        return ""
    return pad(code[: DIGITS[Level(level - 1)]])


_VILLAGE_ENDS = (
    ("社区居民委员会", "社区"),
    ("社区村民委员会", "社区"),
    ("社区居委会", "社区"),
    ("社区委员会", "社区"),
    ("村村民委员会", "村"),
    ("村村委会", "村"),
    ("村民委员会", "村"),
    ("村委会", "村"),
    ("居民委员会", "居委会"),
)


def short_village_name(name: str) -> str:
    """A village's name for screens: 上街村民委员会 → 上街村, 油榨街社区居民委员会 → 油榨街社区."""
    for full, short in _VILLAGE_ENDS:
        if name.endswith(full) and len(name) > len(full):
            return name[: -len(full)] + short
    return name


def stem(name: str) -> str:
    """A village's or township's name without the word for its kind, for comparing editions."""
    base = short_village_name(name)
    for end in ("居委会", "社区", "街道办事处", "街道", "地区", "镇", "乡", "村"):
        if base.endswith(end) and len(base) > len(end):
            return base[: -len(end)]
    return base
