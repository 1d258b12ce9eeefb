"""Reads a person's name without harming it: any plane of Unicode and private-use characters stay,
only what a keyboard or a sheet put in by mistake is mended, with a notice.

The dot of minority names is U+00B7 (间隔号); ledgers hold at least five look-alikes. Lengths are
counted in code points (GB 18030-2022, level 3).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from laborclerk.kernel.errors import Message, Problem, Severity

DOT = "\u00b7"
# • ‧ ∙ ・ ⋅ ・(half-width) . . 。 ● ᛫ ̇-like, and ASCII characters used for want of a dot
_LIKE_DOT = "\u2022\u2027\u2219\u30fb\u22c5\uff65\uff0e\u25cf\u16eb\u2024\ufe52\u0387*"
_DOTS = str.maketrans(dict.fromkeys(_LIKE_DOT, DOT))
_EDGE = rf"[\s{DOT}{_LIKE_DOT}]*"
_FORMULA = re.compile(rf'\A{_EDGE}="([^"]*)"{_EDGE}\Z')  # how a sheet keeps a text a text
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad\x00-\x08\x0e-\x1f\x7f]")
_HAN = "\u2e80-\u2fff\u3005-\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_PRIVATE_RANGES = "\ue000-\uf8ff\U000f0000-\U0010fffd"
_PRIVATE = re.compile(f"[{_PRIVATE_RANGES}]")
_PLAIN = re.compile("[\u4e00-\u9fff]{2,4}")
_SPACE_IN_HAN = re.compile(rf"(?<=[{_HAN}{_PRIVATE_RANGES}{DOT}])\s+|\s+(?=[{_HAN}{DOT}])")


class NameMessage(Message):
    """What can be said of a name."""

    NAME_DOT = "已把姓名中的圆点改为规范的间隔号“·”:{value}"
    NAME_SPACE = "已去掉姓名中的空格或看不见的字符:{value}"
    NAME_WIDTH = "已把姓名中的全角字符改为半角:{value}"
    NAME_PRIVATE = "姓名里有自造字({points}),别的电脑可能显示不出,已原样保留。请在备注里写明字形"
    NAME_DIGITS = "姓名“{value}”里有数字或标点“{bad}”。请核对原件,确是姓名可保留"
    NAME_LONG = "姓名有 {count} 个字,最多 {limit} 个字。请核对是否把别的内容录进了姓名"
    NAME_SHORT = "姓名“{value}”只有一个字。请核对原件,确是姓名可保留"
    NAME_LOST = "姓名“{value}”里有读不出的字“{bad}”,原表的字已经丢失。请对照原件重录"


class NameReading(NamedTuple):
    """The mended name, what was mended (HINT) and what is doubtful (WARN) or wrong (BLOCK)."""

    value: str | None
    notices: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()


def read_name(raw: object, max_length: int = 50) -> NameReading:
    """Reads a typed name or a sheet's cell; at most `max_length` code points."""
    if raw is None or isinstance(raw, bool):
        return NameReading(None)
    text = str(raw)
    if _PLAIN.fullmatch(text) and len(text) <= max_length:
        return NameReading(text)
    return _read(text, max_length)


@lru_cache(4096)
def _read(text: str, max_length: int) -> NameReading:
    notices: list[Problem] = []

    def notice(message: NameMessage, **params: object) -> None:
        notices.append(Problem(message, params, Severity.HINT))

    name = _INVISIBLE.sub("", text)
    if name != text:
        notice(NameMessage.NAME_SPACE, value=name.strip())
    name = _FORMULA.sub(r"\1", name).strip()
    narrowed = "".join(
        chr(ord(c) - 0xFEE0) if "\uff21" <= c <= "\uff5a" or "\uff10" <= c <= "\uff19" else c
        for c in name
    )
    if narrowed != name:
        name = narrowed
        notice(NameMessage.NAME_WIDTH, value=name)
    dotted = name.translate(_DOTS)
    dotted = re.sub(rf"(?<=[{_HAN}])\s*\.\s*(?=[{_HAN}])", DOT, dotted)
    dotted = re.sub(rf"\s*{DOT}[{DOT}\s]*", DOT, dotted).strip(DOT)
    if dotted != name:
        name = dotted
        notice(NameMessage.NAME_DOT, value=name)
    closed = _SPACE_IN_HAN.sub("", " ".join(name.split()))
    if closed != name:
        name = closed
        notice(NameMessage.NAME_SPACE, value=name)
    if not name:
        return NameReading(None)
    points = [f"U+{ord(c):04X}" for c in _PRIVATE.findall(name)]
    if points:
        notice(NameMessage.NAME_PRIVATE, points="、".join(points))
    return NameReading(name, tuple(notices), tuple(_doubts(name, max_length)))


def _doubts(name: str, max_length: int) -> list[Problem]:
    lost = [c for c in name if c in "\ufffd?\u25a1"]
    if lost:
        return [Problem(NameMessage.NAME_LOST, {"value": name, "bad": "".join(lost)})]
    problems = []
    if len(name) > max_length:
        problems.append(Problem(NameMessage.NAME_LONG, {"count": len(name), "limit": max_length}))
    bad = [c for c in name if c not in f"{DOT} " and not _is_letter(c)]
    if bad:
        params = {"value": name, "bad": "".join(bad)}
        problems.append(Problem(NameMessage.NAME_DIGITS, params, Severity.WARN))
    if len(name) == 1:
        problems.append(Problem(NameMessage.NAME_SHORT, {"value": name}, Severity.WARN))
    return problems


def _is_letter(char: str) -> bool:
    category = unicodedata.category(char)
    if category == "Cn":  # newer than this Python's tables: kept without doubt if it is Han
        return ord(char) >= 0x20000
    return category[0] in "LM" or category in ("Co", "So") or char in "\u3007"


def display_name(value: str, drawn: Callable[[str], bool] = lambda _char: True) -> str:
    """The name for the screen: a private-use character, which no font can be trusted to have, is
    followed by its code point, e.g. 〔U+E170〕; one that is not `drawn` has nothing else."""

    def shown(found: re.Match[str]) -> str:
        char = found[0]
        return f"{char if drawn(char) else ''}〔U+{ord(char):04X}〕"

    return _PRIVATE.sub(shown, value)


def mask_name(value: str) -> str:
    """The name for a public list where the rule wants it hidden: 周*芳, 周*, 阿**·*****."""
    if len(value) <= 1:
        return value
    if DOT not in value and len(value) > 2:
        return value[0] + "*" * (len(value) - 2) + value[-1]
    return value[0] + "".join(c if c == DOT else "*" for c in value[1:])
