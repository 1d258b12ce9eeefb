"""The look of everything printed: sizes, rules and shades in one place. Points unless said."""

from __future__ import annotations

from enum import StrEnum

MM = 72 / 25.4

TITLE = 16.0
HEADING = (12.0, 10.5)  # by level
BODY = 10.0
CELL = 9.0
SMALL = 7.5
FLOOR = 0.78  # how far text shrinks before it wraps, as a share of its size

LEADING = 1.3  # line distance, as a share of the font size
PAD_X = 3.0  # between a rule and the text beside it
PAD_Y = 2.4

RULE = 0.35  # inner rules
FRAME = 0.8  # outer rule of tables and forms

SHADE = 0.93  # grey of heads and totals, 1 = white
BAND = 0.965
MUTED = 0.35  # grey of hints and foot

TOP_MARGIN = 14 * MM
FOOT_MARGIN = 11 * MM  # paper edge to the foot's baseline


class Align(StrEnum):
    """Where text stands in its box."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


def mix(color: str, share: float, other: str = "#ffffff") -> str:
    """`share` of a colour, the rest of another: tints for paper."""
    pairs = ((int(color[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in pairs)
