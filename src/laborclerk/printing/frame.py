"""The page around the content: full head on the first page, short head on the others, foot with
page numbers, and the height at which drawing goes on.

"共 12 页" is known only at the end: each page leaves a place for it, so that pages are drawn in
one pass and memory does not grow with them.
"""

from __future__ import annotations

from dataclasses import dataclass

from . import fonts, style
from .document import Align, Document
from .pen import Pen, line_base
from .qr import qr_runs, qr_size
from .style import MM
from .wrap import balance, fit

_TOTAL = "total-pages"
_CODE = 17.0  # mm of a QR code's side


@dataclass(frozen=True, slots=True)
class Area:
    """Where content may stand, in points from the top left corner of the page."""

    left: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left


class Frame:
    """Opens and closes pages; `y` is where the next block starts, in points from the top."""

    def __init__(self, pen: Pen, document: Document) -> None:
        width, height, margin = (side / document.zoom for side in document.page.value)
        self._paper = (width * MM, height * MM)
        self._pen = pen
        self._document = document
        self._foot = self._paper[1] - style.FOOT_MARGIN
        self.area = Area(margin * MM, (width - margin) * MM, self._foot - 13)
        self.title = document.title
        self.page = 0
        self.y = 0.0
        self.top = 0.0  # where the content of this page began
        self._side_height = 0.0
        self.open(full=True)

    @property
    def room(self) -> float:
        """Height left on this page."""
        return self.area.bottom - self.y

    @property
    def at_top(self) -> bool:
        return self.y <= self.top

    def need(self, height: float) -> bool:
        """Turn the page if `height` does not fit; whether it was turned."""
        if height <= self.room + 0.01 or self.at_top:
            return False
        self.turn()
        return True

    def turn(self, *, full: bool = False) -> None:
        """Close this page and open the next."""
        self._close()
        self.open(full=full)

    def open(self, *, full: bool) -> None:
        self.page += 1
        self._pen.start_page(*self._paper, self._document.zoom)
        self.y = style.TOP_MARGIN
        if full:
            self._full_head()
        else:
            self._short_head()
        self.top = self.y

    def finish(self) -> None:
        """Close the last page and fill in how many there are."""
        self._close()
        if self._document.numbered:
            self._pen.define_later(_TOTAL, f"共 {self.page} 页", style.SMALL)

    def _close(self) -> None:
        pen, document, small = self._pen, self._document, style.SMALL
        left, right, middle = self.area.left, self.area.right, self._paper[0] / 2
        if document.numbered:
            label, gap = f"第 {self.page} 页", small * 0.4
            pen.text(middle - gap - fonts.REGULAR.measure(label) * small, self._foot, label, small)
            pen.later(_TOTAL, middle + gap, self._foot)
        side = (right - left) / 2 - 45
        self._foot_text(document.made, left, side, Align.LEFT)
        self._foot_text(document.note, right - side, side, Align.RIGHT)
        pen.end_page()

    def _foot_text(self, text: str, x: float, width: float, align: Align) -> None:
        if text:
            size = style.SMALL
            lines, size = fit(text, width, size, size * 0.8, fonts.REGULAR)
            height = style.SMALL * len(lines)
            box = (x, self._foot - height - 1, width, height + 3)
            self._pen.lines(box, lines, size, align=align)

    def _short_head(self) -> None:
        """Title with (续), form number, a thin rule."""
        pen, document, size = self._pen, self._document, style.SMALL
        left, right = self.area.left, self.area.right
        box = (left, self.y - 6, (right - left) * 0.5, 12.0)
        lines, fitted = fit(
            f"{self.title}\uff08续\uff09", box[2], size + 0.5, size * 0.7, fonts.BOLD
        )
        pen.lines(box, lines[:1], fitted, strong=True)
        aside = " ".join(
            part
            for part in (
                document.confidentiality,
                f"表号\uff1a{document.form_number}" if document.form_number else "",
            )
            if part
        )
        if aside:
            width = (right - left) * 0.48
            lines, fitted = fit(aside, width, size, size * 0.7, fonts.REGULAR)
            box = (right - width, self.y - 6, width, 12.0)
            pen.lines(box, lines[:1], fitted, align=Align.RIGHT)
        self.y += 9
        pen.line(left, self.y, right, self.y, style.RULE)
        self.y += 6

    def _full_head(self) -> None:
        """Confidentiality left, form number and authority right, title between, lead below."""
        document, pen = self._document, self._pen
        left, right = self.area.left, self.area.right
        start = self.y
        code = self._code(start)
        block = self._authority(start, right - code) + code
        quiet = self._confidentiality(start)
        self._side_height = max(self._side_height, code)
        side = max(block, quiet)
        lines = balance(self.title, (right - left) * 0.98 / style.TITLE, fonts.BOLD)
        widest = max(fonts.BOLD.measure(line) for line in lines) * style.TITLE
        beside = widest + 2 * side + 60 <= right - left  # title fits between the two blocks
        side_height = self._side_height
        height = style.TITLE * style.LEADING * len(lines)
        y = start if beside else start + side_height + (2 if side_height else 0)
        y += max(0.0, (side_height - height) / 2 - 4) if beside else 0.0
        box = (left, y, right - left, height)
        pen.lines(box, lines, style.TITLE, align=Align.CENTER, strong=True)
        self.y = y + height
        if document.subtitle:
            lines, size = fit(
                document.subtitle,
                right - left - 2 * side * beside,
                style.CELL,
                style.SMALL,
                fonts.REGULAR,
            )
            height = size * style.LEADING * len(lines) + 2
            pen.lines((left, self.y, right - left, height), lines, size, align=Align.CENTER)
            self.y += height
        self.y = max(self.y + 5, start + side_height + 3)
        if document.lead:
            self._lead()
        self.y += 3

    def _code(self, y: float) -> float:
        """The QR code at the top right corner; the width it takes."""
        text = self._document.code
        if not text:
            return 0.0
        size = _CODE * MM
        unit, left = size / qr_size(text), self.area.right - size
        for column, row, run in qr_runs(text):
            x, top = left + column * unit, y + row * unit
            self._pen.shade(x, top, run * unit + 0.05, unit + 0.05, 0.0)
        return size + 4

    def _authority(self, y: float, right: float) -> float:
        """The block at the top right, label column justified as on printed forms; its width."""
        document, size = self._document, style.SMALL
        pairs = [
            (label, value)
            for label, value in (
                ("表号", document.form_number),
                ("制定机关", document.maker),
                ("批准文号", document.approval),
                ("有效期至", document.valid_until),
            )
            if value
        ]
        self._side_height = 0.0
        if not pairs:
            return 0.0
        label_width = 4 * size
        value_width = max(fonts.REGULAR.measure(value) for _, value in pairs) * size
        colon = fonts.REGULAR.measure("\uff1a") * size
        width = label_width + colon + value_width
        x = right - width
        for label, value in pairs:
            base = y + line_base(size)
            spread = (label_width - len(label) * size) / (len(label) - 1)
            self._pen.text(x, base, label, size, spread=spread)
            self._pen.text(x + label_width, base, "\uff1a", size)
            self._pen.text(x + label_width + colon, base, value, size)
            y += size * style.LEADING
        self._side_height = size * style.LEADING * len(pairs)
        return width

    def _confidentiality(self, y: float) -> float:
        """The sentence at the top left, in at most a fifth of the line; its width."""
        text, size = self._document.confidentiality, style.SMALL
        if not text:
            return 0.0
        room = (self.area.right - self.area.left) * 0.26
        lines = balance(text, room / size, fonts.REGULAR)
        height = size * style.LEADING * len(lines)
        self._pen.lines((self.area.left, y, room, height), lines, size)
        self._side_height = max(self._side_height, height)
        return max(fonts.REGULAR.measure(line) for line in lines) * size

    def _lead(self) -> None:
        lead = self._document.lead
        assert lead is not None
        left, width = self.area.left, self.area.width
        height = style.CELL * style.LEADING + 2
        for text, align in (
            (lead.left, Align.LEFT),
            (lead.center, Align.CENTER),
            (lead.right, Align.RIGHT),
        ):
            if text:
                lines, size = fit(text, width * 0.6, style.CELL, style.SMALL, fonts.REGULAR)
                self._pen.lines((left, self.y, width, height), lines[:1], size, align=align)
        self.y += height
