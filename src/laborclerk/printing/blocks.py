"""Draws the blocks that are not tables: headings, text, labelled values, form grids, signatures."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from . import fonts, style
from .document import (
    Align,
    FormGrid,
    Heading,
    KeyValues,
    PageBreak,
    Paragraph,
    Signatures,
    Spacer,
    Value,
)
from .form import draw_box
from .frame import Frame
from .pen import Pen, line_base
from .style import MM
from .wrap import fit, wrap


def draw_heading(block: Heading, frame: Frame, pen: Pen) -> None:
    size = style.HEADING[min(block.level, 2) - 1]
    lines = wrap(block.text, frame.area.width / size, fonts.BOLD)
    height = size * style.LEADING * len(lines)
    before = 0.0 if frame.at_top else size * 0.7
    frame.need(before + height + 24 * MM)  # never the last on a page
    if not frame.at_top:
        frame.y += size * 0.7
    pen.lines((frame.area.left, frame.y, frame.area.width, height), lines, size, strong=True)
    frame.y += height + size * 0.35


def draw_paragraph(block: Paragraph, frame: Frame, pen: Pen) -> None:
    size = style.SMALL if block.small else style.BODY
    widths = fonts.BOLD if block.strong else fonts.REGULAR
    leading = size * 1.5
    text = "\n".join(
        ("\u3000\u3000" if block.indent else "") + part for part in block.text.split("\n")
    )
    lines = wrap(text, frame.area.width / size, widths)
    for index, (line, following) in enumerate(pairwise([*lines, ""])):
        alone = index == 0 or index == len(lines) - 2  # no first or last line by itself
        frame.need(leading * (2 if alone and following else 1))
        spare = frame.area.width - widths.measure(line) * size
        base = frame.y + line_base(size, 1.5)
        if block.align is not Align.LEFT:
            left = frame.area.left + spare / (2 if block.align is Align.CENTER else 1)
            pen.text(left, base, line, size, strong=block.strong)
        else:  # all lines but the last are set to the full width
            even = following and 0 < spare < 2 * size and len(line) > 1
            spread = spare / (len(line) - 1) if even else 0.0
            pen.text(frame.area.left, base, line, size, strong=block.strong, spread=spread)
        frame.y += leading
    frame.y += size * 0.3


def draw_key_values(block: KeyValues, frame: Frame, pen: Pen) -> None:
    left, width = frame.area.left, frame.area.width
    top = frame.y
    for start in range(0, len(block.items), block.columns):
        line = _KeyValueLine(block, block.items[start : start + block.columns], left, width)
        if line.height > frame.room and frame.y > top:
            pen.frame(left, top, width, frame.y - top, style.FRAME)
        if frame.need(line.height):
            top = frame.y
        line.draw(frame.y, pen)
        frame.y += line.height
    if frame.y > top:
        pen.frame(left, top, width, frame.y - top, style.FRAME)
    frame.y += 3


class _KeyValueLine:
    """One line of labelled values; the last pair takes what is left of the width."""

    def __init__(
        self, block: KeyValues, items: Sequence[tuple[str, Value]], left: float, width: float
    ) -> None:
        size, floor = style.CELL, style.CELL * style.FLOOR
        pair, label_width = width / block.columns, block.label_width * MM
        self._parts: list[tuple[float, float, Align, list[str], float]] = []
        for index, (label, value) in enumerate(items):
            x = left + index * pair
            rest = (width - index * pair if index == len(items) - 1 else pair) - label_width
            labels, label_size = fit(label, label_width - 3, size, floor, fonts.REGULAR)
            text = "" if value is None else str(value)
            values, value_size = fit(text, rest - 2 * style.PAD_X, size, floor, fonts.REGULAR)
            self._parts.append((x, label_width, Align.CENTER, labels, label_size))
            self._parts.append((x + label_width, rest, Align.LEFT, values, value_size))
        tallest = max(len(lines) * size for *_, lines, size in self._parts)
        self.height = max(6.5 * MM, tallest * style.LEADING + 2 * style.PAD_Y)

    def draw(self, y: float, pen: Pen) -> None:
        for x, width, align, lines, size in self._parts:
            pad = style.PAD_X
            if align is Align.CENTER:
                pen.shade(x, y, width, self.height, style.SHADE)
                pad = 1.5
            pen.frame(x, y, width, self.height, style.RULE)
            pen.lines((x + pad, y, width - 2 * pad, self.height), lines, size, align=align)


def draw_form_grid(block: FormGrid, frame: Frame, pen: Pen) -> None:
    frame.need(block.height * MM)
    across = frame.area.width / block.width  # points per declared mm
    down = min(MM, frame.room / block.height)
    for box in block.boxes:
        area = (
            frame.area.left + box.x * across,
            frame.y + box.y * down,
            box.width * across,
            box.height * down,
        )
        draw_box(box, area, pen)
    frame.y += block.height * down


def draw_signatures(block: Signatures, frame: Frame, pen: Pen) -> None:
    size, height = style.CELL + 0.5, 11 * MM
    frame.need(height)
    pairs = [(part, "") if isinstance(part, str) else part for part in block.labels]
    labels = [f"{label}\uff1a" for label, _ in pairs]
    written = [fonts.REGULAR.measure(label) * size for label in labels]
    gap = 12.0
    blank = (frame.area.width - sum(written) - gap * (len(pairs) - 1)) / len(pairs)
    base, x = frame.y + height - 4, frame.area.left
    for label, width, (_, value) in zip(labels, written, pairs, strict=True):
        pen.text(x, base, label, size)
        x += width
        if value:
            lines, fitted = fit(value, blank - 4, size, size * style.FLOOR, fonts.REGULAR)
            pen.text(x + 2, base, lines[0], fitted)
        pen.line(x, base + 2.5, x + blank, base + 2.5, style.RULE)
        x += blank + gap
    frame.y += height


def draw_spacer(block: Spacer, frame: Frame) -> None:
    if not frame.at_top:
        frame.y += block.height * MM


def draw_page_break(block: PageBreak, frame: Frame) -> None:
    if block.title:
        frame.title = block.title
    frame.turn(full=block.head)
