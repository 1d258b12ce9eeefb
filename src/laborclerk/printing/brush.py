"""Draws designed pages, in colour and in the order of the calls: booklets, cards, posters.

`Pen` draws forms and tables, where every box is alike; here a page is a picture. Lengths are
millimetres from the page's top left corner, sizes of type are points, colours `#rrggbb`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import cos, pi, sin

from . import fonts
from .document import Align
from .pen import ASCENT, Codes
from .qr import qr_runs, qr_size
from .style import MM, mix
from .wrap import fit, wrap

__all__ = ["Brush", "Point", "mix"]

_ROUND = 0.5523  # a quarter of a circle as one curve
Point = tuple[float, float]


@cache
def _rgb(color: str) -> str:
    return " ".join(f"{int(color[i : i + 2], 16) / 255:.3f}" for i in (1, 3, 5))


class Brush:
    """Collects the drawing of one page; `codes` are the fonts of the PDF it goes into."""

    def __init__(self, codes: tuple[Codes, Codes], width: float, height: float) -> None:
        self.width, self.height = width, height
        self.out: list[str] = []
        self._codes = codes

    def _at(self, x: float, y: float) -> str:
        return f"{x * MM:.2f} {(self.height - y) * MM:.2f}"

    # -- shapes --------------------------------------------------------------------------------

    def _paint(self, path: str, fill: str, stroke: str, width: float, dash: str = "") -> None:
        parts = ["q"]
        if fill:
            parts.append(f"{_rgb(fill)} rg")
        if stroke:
            parts.append(f"{_rgb(stroke)} RG {width * MM:.2f} w 1 J 1 j {dash}")
        parts += [path, "B" if fill and stroke else "f" if fill else "S", "Q"]
        self.out.append(" ".join(parts))

    def rect(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: str = "",
        *,
        stroke: str = "",
        line: float = 0.3,
        round_: float = 0.0,
    ) -> None:
        """A box, with rounded corners of radius `round_`."""
        r = min(round_, width / 2, height / 2)
        if not r:
            box = f"{self._at(x, y + height)} {width * MM:.2f} {height * MM:.2f} re"
            self._paint(box, fill, stroke, line)
            return
        k, right, low = r * (1 - _ROUND), x + width, y + height
        at = self._at
        path = (
            f"{at(x + r, y)} m {at(right - r, y)} l"
            f" {at(right - k, y)} {at(right, y + k)} {at(right, y + r)} c {at(right, low - r)} l"
            f" {at(right, low - k)} {at(right - k, low)} {at(right - r, low)} c {at(x + r, low)} l"
            f" {at(x + k, low)} {at(x, low - k)} {at(x, low - r)} c {at(x, y + r)} l"
            f" {at(x, y + k)} {at(x + k, y)} {at(x + r, y)} c h"
        )
        self._paint(path, fill, stroke, line)

    def circle(
        self, x: float, y: float, radius: float, fill: str = "", *, stroke: str = "",
        line: float = 0.3,
    ) -> None:  # fmt: skip
        """A circle about (x, y)."""
        self.rect(
            x - radius, y - radius, 2 * radius, 2 * radius, fill, stroke=stroke, line=line,
            round_=radius,
        )  # fmt: skip

    def line(
        self, x1: float, y1: float, x2: float, y2: float, color: str, width: float = 0.3,
        dash: float = 0.0,
    ) -> None:  # fmt: skip
        """A line; `dash` mm long strokes and gaps if given."""
        pattern = f"[{dash * MM:.2f} {dash * MM * 1.3:.2f}] 0 d" if dash else ""
        self._paint(f"{self._at(x1, y1)} m {self._at(x2, y2)} l", "", color, width, pattern)

    def shape(
        self,
        points: Sequence[Point],
        fill: str = "",
        *,
        stroke: str = "",
        line: float = 0.3,
        closed: bool = True,
    ) -> None:
        """Straight lines through points."""
        first, *others = points
        path = f"{self._at(*first)} m " + " ".join(f"{self._at(*p)} l" for p in others)
        self._paint(path + (" h" if closed else ""), fill, stroke, line)

    def curve(
        self,
        start: Point,
        parts: Sequence[tuple[Point, Point, Point]],
        fill: str = "",
        *,
        stroke: str = "",
        line: float = 0.3,
        closed: bool = False,
    ) -> None:
        """Curves: each part is two handles and an end."""
        path = f"{self._at(*start)} m " + " ".join(
            f"{self._at(*a)} {self._at(*b)} {self._at(*c)} c" for a, b, c in parts
        )
        self._paint(path + (" h" if closed else ""), fill, stroke, line)

    def arc(
        self, x: float, y: float, radius: float, start: float, end: float, color: str,
        width: float = 0.3, *, fill: str = "",
    ) -> None:  # fmt: skip
        """Part of a circle, angles in degrees clockwise from the top."""
        steps = max(2, round(abs(end - start) / 12))
        angles = [(start + (end - start) * i / steps) * pi / 180 for i in range(steps + 1)]
        points = [(x + radius * sin(a), y - radius * cos(a)) for a in angles]
        self.shape(points, fill, stroke=color, line=width, closed=bool(fill))

    def qr(self, x: float, y: float, size: float, text: str, color: str = "#000000") -> None:
        """A QR code `size` mm wide."""
        unit = size / qr_size(text)
        boxes = " ".join(
            f"{self._at(x + c * unit, y + (r + 1) * unit)}"
            f" {n * unit * MM + 0.05:.2f} {unit * MM + 0.05:.2f} re"
            for c, r, n in qr_runs(text)
        )
        self._paint(boxes, color, "", 0)

    # -- text ----------------------------------------------------------------------------------

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        color: str = "#000000",
        *,
        strong: bool = False,
        align: Align = Align.LEFT,
        room: float = 0.0,
        spread: float = 0.0,
    ) -> float:
        """One line, its baseline at y → its width in mm. It shrinks to `room` mm if given;
        `spread` points stand between characters."""
        widths = fonts.BOLD if strong else fonts.REGULAR
        width = widths.measure(text) * size + spread * max(0, len(text) - 1)
        if room and width > room * MM:
            size *= room * MM / width
            width = room * MM
        left = x * MM
        if align is not Align.LEFT:
            left -= width / 2 if align is Align.CENTER else width
        if text:
            self._run(left, (self.height - y) * MM, text, size, color, strong, spread)
        return width / MM

    def _run(
        self, x: float, y: float, text: str, size: float, color: str, strong: bool, spread: float
    ) -> None:
        codes, widths = self._codes[strong], fonts.BOLD if strong else fonts.REGULAR
        out = [f"BT {_rgb(color)} rg {spread:.2f} Tc 1 0 0 1 {x:.2f} {y:.2f} Tm"]
        boxes: list[tuple[float, str]] = []
        font, run = "", ""
        at = 0.0
        for char in text:
            name, code = codes[char]
            if not code:
                if name:  # no font has it: its code point in a box, and room for it
                    boxes.append((at, char))
                    out.append(f"<{run}>Tj" if run else "")
                    run, font = "", ""
                    at += widths[char] * size + spread
                    out.append(f"1 0 0 1 {x + at:.2f} {y:.2f} Tm")
                continue
            if name != font:
                out.append(f"<{run}>Tj" if run else "")
                out.append(f"{name} {size:.2f} Tf")
                font, run = name, ""
            run += code
            at += widths[char] * size + spread
        out.append(f"<{run}>Tj ET" if run else "ET")
        self.out.append(" ".join(part for part in out if part))
        for left, char in boxes:
            self._boxed((x + left) / MM, self.height - y / MM, char, size, color, strong)

    def _boxed(
        self, x: float, y: float, char: str, size: float, color: str, strong: bool
    ) -> None:  # fmt: skip
        widths = fonts.BOLD if strong else fonts.REGULAR
        pad, width = fonts.BOX_PAD * size / MM, widths[char] * size / MM
        height = 0.9 * size / MM
        self.rect(x + pad, y - 0.78 * size / MM, width - 2 * pad, height, stroke=color, line=0.1)
        point = fonts.code_point(char)
        self.text(
            x + 2 * pad, y - 0.1 * size / MM, point, size * fonts.BOX_SCALE, color, strong=strong
        )

    def flow(
        self,
        x: float,
        y: float,
        width: float,
        text: str,
        size: float,
        color: str = "#000000",
        *,
        strong: bool = False,
        leading: float = 1.5,
        align: Align = Align.LEFT,
    ) -> float:
        """Lines of text in a column `width` mm wide from the top y → the y below them."""
        widths = fonts.BOLD if strong else fonts.REGULAR
        step = size * leading / MM
        for line in wrap(text, width * MM / size, widths):
            base = y + (size * (leading - 1) / 2 + ASCENT * size) / MM
            at = x if align is Align.LEFT else x + width / (2 if align is Align.CENTER else 1)
            self.text(at, base, line, size, color, strong=strong, align=align)
            y += step
        return y

    def height_of(
        self, width: float, text: str, size: float, *, strong: bool = False, leading: float = 1.5
    ) -> float:
        """How high `flow` would be, in mm."""
        widths = fonts.BOLD if strong else fonts.REGULAR
        return len(wrap(text, width * MM / size, widths)) * size * leading / MM

    def fitted(
        self,
        x: float,
        y: float,
        width: float,
        text: str,
        size: float,
        color: str = "#000000",
        *,
        strong: bool = False,
        lines: int = 2,
        least: float = 6.0,
    ) -> None:
        """A value in a place of fixed size: one line that shrinks a little, else at most `lines`,
        the last of them standing on y."""
        widths = fonts.BOLD if strong else fonts.REGULAR
        found, shown = fit(text, width * MM, size, max(least, size * 0.75), widths)
        while len(found) > lines and shown > least:
            shown -= 0.5
            found = wrap(text, width * MM / shown, widths)
        found = found[:lines]
        step = shown * 1.2 / MM
        for n, line in enumerate(found):
            self.text(x, y - (len(found) - 1 - n) * step, line, shown, color, strong=strong)
