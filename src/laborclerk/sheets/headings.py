"""The words of a header: one plain form to compare them by, and the unit they carry.

`年收入(万元)`, `年 收 入（万元）` and `年收入/万元` are one heading with the unit 万元; a year's
income in ten thousands must never slip into a month's income in yuan.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_BRACKETS = re.compile(r"[(\[{【〔〈<「『]([^()\[\]{}]*)[)\]}】〕〉>」』]")
_NOISE = re.compile(r"[\s\u200b-\u200f\ufeff*#:;,.、。·•・\-_/\\|\"'“”‘’?!()\[\]{}【】〔〕<>]+")
# unit → (what it measures, how many base units): 元, 月, 亩, 人
UNITS: dict[str, tuple[str, float]] = {
    "元": ("元", 1), "百元": ("元", 100), "千元": ("元", 1000), "万元": ("元", 10_000),
    "月": ("月", 1), "个月": ("月", 1), "年": ("月", 12), "天": ("天", 1), "日": ("天", 1),
    "亩": ("亩", 1), "公顷": ("亩", 15), "平方米": ("亩", 0.0015), "平米": ("亩", 0.0015),
    "人": ("人", 1), "户": ("户", 1), "周岁": ("岁", 1), "岁": ("岁", 1),
}  # fmt: skip
_RATE = re.compile(r"(百元|千元|万元|元)[/每]?(?:人)?[/每]?(年|月|天|日)")
_PERIODS = {"年": "年", "月": "月", "天": "天", "日": "天"}


@dataclass(frozen=True, slots=True)
class Heading:
    """One header text: `full` with everything said, `plain` without brackets and units, the
    `unit` as written ('' when none) and the `period` of an amount (年, 月, 天 or '')."""

    full: str
    plain: str
    unit: str = ""
    period: str = ""


def plain_key(text: str) -> str:
    """The text without width, case, spaces and punctuation."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text)).casefold()


@lru_cache(maxsize=4096)
def heading(text: str) -> Heading:
    """Takes a header text apart."""
    wide = unicodedata.normalize("NFKC", text)
    unit = period = ""
    rest = wide
    while _BRACKETS.search(rest):
        rest = _BRACKETS.sub("", rest)
    for inside in [*_BRACKETS.findall(wide), rest.rpartition("/")[2] if "/" in rest else ""]:
        key = plain_key(inside).removeprefix("单位")
        rate = _RATE.fullmatch(key)
        if rate:
            unit, period = rate[1], _PERIODS[rate[2]]
        elif key in UNITS:
            unit = key
    plain = plain_key(rest)
    if unit and not _BRACKETS.search(wide):
        plain = plain.removesuffix(unit)
    if not period:
        if re.match(r"(家庭|全家|人均)?年(均|度|总|纯|工资)*(收入|工资|薪)", plain) or re.search(
            r"年(收入|工资|薪)", plain
        ):
            period = "年"
        elif re.search(r"(日工资|日薪|日均)", plain):
            period = "天"
        elif re.search(r"月(均|平均)?(收入|工资|薪)|月薪", plain):
            period = "月"
    return Heading(plain_key(wide), plain or plain_key(wide), unit, period)
