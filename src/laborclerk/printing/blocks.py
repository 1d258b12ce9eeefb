"""Draws the blocks that are not tables: headings, text, labelled values, form grids, signatures."""

from __future__ import annotations

from . import fonts, style
from .document import (
    Align,
    Box,
    FormGrid,
    Heading,
    KeyValues,
    PageBreak,
    Paragraph,
    Signatures,
    Spacer,
)
from .frame import Frame
from .pen import Pen
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
    for line in wrap(text, frame.area.width / size, widths):
        frame.need(leading)
        pen.lines(
            (frame.area.left, frame.y, frame.area.width, leading),
            [line],
            size,
            align=block.align,
            strong=block.strong,
        )
        frame.y += leading
    frame.y += size * 0.3


def draw_key_values(block: KeyValues, frame: Frame, pen: Pen) -> None:
    size, left, width = style.CELL, frame.area.left, frame.area.width
    pair, label_width = width / block.columns, block.label_width * MM
    least = 6.5 * MM
    top = frame.y
    for start in range(0, len(block.items), block.columns):
        items = block.items[start : start + block.columns]
        fitted = []
        for index, (label, value) in enumerate(items):
            last = index == len(items) - 1
            span = width - index * pair if last else pair
            room = span - label_width - 2 * style.PAD_X
            text = "" if value is None else str(value)
            fitted.append(
                (
                    left + index * pair,
                    span,
                    fit(label, label_width - style.PAD_X, size, size * style.FLOOR, fonts.REGULAR),
                    fit(text, room, size, size * style.FLOOR, fonts.REGULAR),
                )
            )
        tallest = max(len(part[0]) * part[1] for *_, a, b in fitted for part in (a, b))
        height = max(least, tallest * style.LEADING + 2 * style.PAD_Y)
        if frame.need(height):
            top = frame.y
        for x, span, (labels, label_size), (values, value_size) in fitted:
            pen.shade(x, frame.y, label_width, height, style.SHADE)
            pen.frame(x, frame.y, label_width, height, style.RULE)
            pen.frame(x + label_width, frame.y, span - label_width, height, style.RULE)
            pen.lines((x, frame.y, label_width, height), labels, label_size, align=Align.CENTER)
            inner = span - label_width - 2 * style.PAD_X
            pen.lines((x + label_width + style.PAD_X, frame.y, inner, height), values, value_size)
        frame.y += height
        if start + block.columns >= len(block.items) or height > frame.room:
            pen.frame(left, top, width, frame.y - top, style.FRAME)
    frame.y += 3


def draw_form_grid(block: FormGrid, frame: Frame, pen: Pen) -> None:
    scale = frame.area.width / block.width  # points per declared mm
    height = block.height * MM
    frame.need(height)
    for box in block.boxes:
        area = (
            frame.area.left + box.x * scale,
            frame.y + box.y * MM,
            box.width * scale,
            box.height * MM,
        )
        _draw_box(box, area, pen)
    frame.y += height


def _draw_box(box: Box, area: tuple[float, float, float, float], pen: Pen) -> None:
    x, y, width, height = area
    value = "" if box.value is None else str(box.value)
    entry = box.entry or bool(value) or box.comb > 0
    if box.shaded:
        pen.shade(x, y, width, height, style.SHADE)
    if box.frame:
        pen.frame(x, y, width, height, style.RULE)
    if box.label and not entry:
        _draw_head(box, area, pen)
        return
    inner = (x, y, width, height)
    if box.label and box.label_width:
        part = box.label_width * MM
        _lines_in(pen, (x, y, part, height), box.label, style.CELL, box.strong)
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
    if box.comb:
        _draw_comb(box, value, inner, pen)
    elif value:
        _lines_in(pen, inner, value, style.CELL, box.strong, box.align)


def _draw_head(box: Box, area: tuple[float, float, float, float], pen: Pen) -> None:
    """A head's label in the middle, the codes to choose from small below it."""
    x, y, width, height = area
    if not box.hint:
        _lines_in(pen, area, box.label, style.CELL, box.strong, box.align)
        return
    hint_size = style.SMALL * 0.85
    hints, hint_size = fit(box.hint, width - 3, hint_size, hint_size * 0.85, fonts.REGULAR)
    part = hint_size * 1.22 * len(hints) + 2
    _lines_in(pen, (x, y, width, height - part), box.label, style.CELL, box.strong)
    left_aligned = len(hints) > 1
    pen.lines(
        (x + 1.5, y + height - part - 1, width - 3, part),
        hints,
        hint_size,
        align=Align.LEFT if left_aligned else Align.CENTER,
        grey=style.MUTED,
    )


def _lines_in(
    pen: Pen,
    area: tuple[float, float, float, float],
    text: str,
    size: float,
    strong: bool,
    align: Align = Align.CENTER,
) -> None:
    """Text inside a box of fixed size: shrinks until its lines fit the height too."""
    x, y, width, height = area
    widths = fonts.BOLD if strong else fonts.REGULAR
    room = max(width - 3, size * 0.6)
    lines, fitted = fit(text, room, size, size * style.FLOOR, widths)
    while len(lines) * fitted * 1.15 > height and fitted > 4:
        lines, fitted = fit(text, room, fitted - 0.5, fitted - 0.5, widths)
    pen.lines((x + 1.5, y, width - 3, height), lines, fitted, align=align, strong=strong)


def _draw_comb(box: Box, value: str, area: tuple[float, float, float, float], pen: Pen) -> None:
    """One cell a character, as for numbers written by hand."""
    x, y, width, height = area
    step = width / box.comb
    for index in range(1, box.comb):
        at = x + index * step
        pen.line(at, y + height * 0.45, at, y + height, style.RULE * 0.7)
    for index, char in enumerate(value[: box.comb]):
        size = min(style.CELL, step / fonts.REGULAR[char])
        pen.lines((x + index * step, y, step, height), [char], size, align=Align.CENTER)
    rest = value[box.comb :]
    if rest:
        pen.text(x + width + 1, y + height / 2, rest, style.SMALL)


def draw_signatures(block: Signatures, frame: Frame, pen: Pen) -> None:
    size, height = style.CELL + 0.5, 11 * MM
    frame.need(height)
    pairs = [(part, "") if isinstance(part, str) else part for part in block.labels]
    step = frame.area.width / len(pairs)
    base = frame.y + height - 4
    for index, (label, value) in enumerate(pairs):
        x = frame.area.left + index * step
        pen.text(x, base, f"{label}\uff1a", size)
        start = x + fonts.REGULAR.measure(f"{label}\uff1a") * size + 2
        end = x + step - 12
        if value:
            lines, fitted = fit(value, end - start, size, size * style.FLOOR, fonts.REGULAR)
            pen.text(start + 2, base, lines[0], fitted)
        pen.line(start, base + 2.5, end, base + 2.5, style.RULE)
    frame.y += height


def draw_spacer(block: Spacer, frame: Frame) -> None:
    if not frame.at_top:
        frame.y += block.height * MM


def draw_page_break(block: PageBreak, frame: Frame) -> None:
    if block.title:
        frame.title = block.title
    frame.turn(full=block.head)
