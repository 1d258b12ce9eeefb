"""Draws the boxes of a paper form: heads with their codes, places to write, values filled in."""

from __future__ import annotations

import re
from collections.abc import Sequence

from . import fonts, style
from .document import Align, Box
from .pen import Pen
from .wrap import balance, fit, wrap

_LEAST = 4.5  # points: below this nobody reads, the rest is cut


def draw_box(box: Box, area: tuple[float, float, float, float], pen: Pen) -> None:
    x, y, width, height = area
    value = "" if box.value is None else str(box.value)
    entry = box.entry or bool(value) or box.comb > 0
    part = box.label_width / box.width * width
    if box.shaded:
        pen.shade(x, y, part or width, height, style.SHADE)
    if box.frame:
        pen.frame(x, y, width, height, style.FRAME if box.outline else style.RULE)
    if box.label and not entry:
        _draw_head(box, area, pen)
        return
    if box.hint and not box.label and not entry:
        size = box.size or style.SMALL
        lines = wrap(box.hint, (width - 8) / size, fonts.REGULAR, words=True)
        _draw_list(pen, (x + 4, y, width - 8, height), lines, size)
        return
    inner = (x, y, width, height)
    if box.label and box.label_width:
        size = min(box.size or style.CELL, style.CELL)
        _lines_in(pen, (x, y, part, height), box.label, size, box.strong)
        if box.frame:
            pen.line(x + part, y, x + part, y + height, style.RULE)
        inner = (x + part, y, width - part, height)
    elif box.label:
        size = style.SMALL * 0.9
        pen.text(x + 1.5, y + size, box.label, size)
        inner = (x, y + size, width, height - size)
    if box.hint:
        size = style.SMALL * 0.85
        lines, size = fit(box.hint, width - 2, size, size * 0.8, fonts.REGULAR)
        part = size * style.LEADING * len(lines)
        pen.lines((x + 1, y + height - part - 0.5, width - 2, part), lines, size, grey=style.MUTED)
        inner = (inner[0], inner[1], inner[2], max(inner[3] - part, style.CELL))
    if box.comb and not value:
        _draw_comb(box, inner, pen)
    elif value:
        _lines_in(pen, inner, value, box.size or style.CELL, box.strong, box.align)


def _draw_head(box: Box, area: tuple[float, float, float, float], pen: Pen) -> None:
    """A head's label in the middle, the codes to choose from small below it."""
    x, y, width, height = area
    size = style.SMALL * 0.85
    hints = wrap(box.hint, (width - 3) / size, fonts.REGULAR, words=True) if box.hint else []
    part = max(size * 1.25 * len(hints) + 2, height * 0.42) if hints else 0.0
    room = max(width - 4, style.CELL)
    widths = fonts.BOLD if box.strong else fonts.REGULAR
    label = box.size or style.CELL
    lines = balance(box.label, room / label, widths)
    while len(lines) * label * 1.15 > height - part and label > 4:
        label -= 0.5
        lines = balance(box.label, room / label, widths)
    inner = (x + 1.5, y, width - 3, height - part)
    pen.lines(inner, lines, label, align=box.align, strong=box.strong)
    if hints:
        widest = max(map(fonts.REGULAR.measure, hints)) * size
        deep = size * style.LEADING * len(hints)
        pen.lines((x + (width - widest) / 2, y + height - deep - 1, widest, deep), hints, size)


def _draw_list(
    pen: Pen, area: tuple[float, float, float, float], lines: Sequence[str], size: float
) -> None:
    """Lines of codes from the left, names in 【】 bold so that the eye finds them."""
    x, y, width, height = area
    leading = size * style.LEADING
    top = y + (height - leading * len(lines)) / 2
    for line in lines:
        left = x
        for part in re.split("(【[^】]*】)", line):
            strong = part.startswith("【")
            pen.lines((left, top, width, leading), [part], size, strong=strong)
            left += (fonts.BOLD if strong else fonts.REGULAR).measure(part) * size
        top += leading


def _lines_in(
    pen: Pen,
    area: tuple[float, float, float, float],
    text: str,
    size: float,
    strong: bool,
    align: Align = Align.CENTER,
) -> None:
    """Text inside a box of fixed size: shrinks until its lines fit the height too, and what is
    still too long ends in an ellipsis."""
    x, y, width, height = area
    widths = fonts.BOLD if strong else fonts.REGULAR
    room = max(width - 3, size * 0.6)
    lines, fitted = fit(text, room, size, size * style.FLOOR, widths)
    if len(lines) > 1:
        lines = balance(text, room / fitted, widths)
    while ((len(lines) - 1) * style.LEADING + 1) * fitted > height - 1.5 and fitted > _LEAST:
        lines, fitted = fit(text, room, fitted - 0.5, fitted - 0.5, widths)
    most = max(1, int((height / fitted - 1) / style.LEADING + 1))
    if len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1][:-1] + "…"]
    pen.lines((x + 1.5, y, width - 3, height), lines, fitted, align=align, strong=strong)


def _draw_comb(box: Box, area: tuple[float, float, float, float], pen: Pen) -> None:
    """Marks for one character each, as for numbers written by hand."""
    x, y, width, height = area
    step = width / box.comb
    for index in range(1, box.comb):
        at = x + index * step
        pen.line(at, y + height * 0.6, at, y + height, style.RULE * 0.7)
