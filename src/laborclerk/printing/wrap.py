"""Text into a given room: shrink a little, then break into lines by Chinese rules.

No line starts with a closing or ends with an opening mark; numbers and Latin words stay whole
while they fit on a line of their own.
"""

from __future__ import annotations

import re

from .fonts import Widths

_CLOSERS = "、。,.:;!?,.:;!?·•…—~~%‰℃)]}>》」』】〕〉”’\uff09\uff0c\uff1a\uff1b\uff01\uff1f\uff05"
_OPENERS = "([{<《「『【〔〈“‘\uff08"
_JOINERS = "\u0300-\u036f\ufe00-\ufe0f\U000e0100-\U000e01ef"
_UNIT = re.compile(
    rf"[{re.escape(_OPENERS)}]*(?:[!-~]+|.)[{re.escape(_CLOSERS)}{_JOINERS}]*", re.DOTALL
)
_WORD = re.compile(r"\S+\s*|\s+")


def wrap(text: str, room: float, widths: Widths, *, words: bool = False) -> list[str]:
    """`text` in lines no wider than `room` (in font sizes); line feeds break as well. With
    `words` it breaks at spaces only, so that `3高中` of a code list stays whole. A single
    character wider than the room stands alone."""
    units = _WORD if words else _UNIT
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line, used = "", 0.0
        for unit in units.findall(paragraph):
            width = widths.measure(unit)
            if used + width <= room or used + widths.measure(unit.rstrip()) <= room:
                line, used = line + unit, used + width
                continue
            if line.strip():
                lines.append(line.rstrip())
            if width <= room:
                line, used = unit.lstrip(), widths.measure(unit.lstrip())
                continue
            line, used = "", 0.0
            for char in unit:
                if line and used + widths[char] > room:
                    lines.append(line)
                    line, used = "", 0.0
                line, used = line + char, used + widths[char]
        lines.append(line.rstrip())
    return lines


def balance(text: str, room: float, widths: Widths) -> list[str]:
    """`text` in as few lines as `wrap` needs, and these about equally long: for heads."""
    lines = wrap(text, room, widths)
    if len(lines) > 1 and "\n" not in text:
        narrow = widths.measure(text) / len(lines)
        while narrow < room:
            even = wrap(text, narrow, widths)
            if len(even) == len(lines):
                return even
            narrow += 0.25
    return lines


def fit(
    text: str, room: float, size: float, floor: float, widths: Widths
) -> tuple[list[str], float]:
    """Lines and font size for `text` in `room` points: one line at `size`, else one line no
    smaller than `floor`, else several lines at `floor`."""
    if "\n" not in text:
        width = widths.measure(text)
        if width * size <= room:
            return [text], size
        if width * floor <= room:
            return [text], room / width
    elif all(widths.measure(line) * size <= room for line in text.split("\n")):
        return text.split("\n"), size
    return wrap(text, room / floor, widths), floor
