"""Draws text, rules and shades on the pages of a PDF; the only place that talks to reportlab's
canvas.

Coordinates are points from the top left corner, y downwards. Text operators are written here and
not by `Canvas.drawString`: a roster has 400,000 cells, each of which may need several fonts, and
this way they cost less than reportlab's own drawing of one font.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, BinaryIO

from reportlab import rl_config
from reportlab.pdfgen.canvas import Canvas

from . import fonts
from .document import Align
from .style import LEADING

rl_config.useA85 = 0  # streams as bytes, not as text: a fifth smaller, written twice as fast

ASCENT = 0.88  # of both fonts, as a share of the size; descent is the rest
_INVISIBLE = ("", "")


def line_base(size: float, leading: float = LEADING) -> float:
    """From the top of a line to its baseline, in points."""
    return size * (leading - 1) / 2 + ASCENT * size


class Codes(dict[str, tuple[str, str]]):
    """Character -> (name of the font subset, two hex digits of its code there). An empty name
    means nothing is drawn, an empty code that the code point is drawn in a box."""

    def __init__(self, document: Any, strong: bool) -> None:
        super().__init__()
        self._document = document
        self._strong = strong

    def __missing__(self, char: str) -> tuple[str, str]:
        if fonts.is_invisible(char):
            found = _INVISIBLE
        elif font := fonts.face_of(char, self._strong):
            ((subset, code),) = font.splitString(char, self._document)
            found = (font.getSubsetInternalName(subset, self._document), code.hex())
        else:
            found = ("box", "")
        self[char] = found
        return found


class Pen:
    """Draws on one PDF, page by page; `save` writes it."""

    def __init__(self, stream: BinaryIO, title: str, *, invariant: bool = False) -> None:
        self._canvas = Canvas(stream, pageCompression=1, invariant=int(invariant))
        self._canvas.setTitle(title)
        self._canvas.setCreator("laborclerk")
        self._codes = (
            Codes(self._canvas._doc, strong=False),
            Codes(self._canvas._doc, strong=True),
        )
        self._height = 0.0
        self._start_page_state()

    def _start_page_state(self) -> None:
        self._shades: list[str] = []  # painted first, then rules, then text
        self._shapes: list[str] = []
        self._texts: list[str] = []
        self._places: list[tuple[str, float, float]] = []
        self._font: tuple[str, float] = ("", 0.0)
        self._grey = -1.0
        self._line_width = 0.0

    def start_page(self, width: float, height: float, zoom: float = 1.0) -> None:
        """A page of so many units, each drawn `zoom` points large."""
        self._canvas.setPageSize((width * zoom, height * zoom))
        if zoom != 1.0:
            self._canvas.scale(zoom, zoom)
        self._height = height

    def end_page(self) -> None:
        self._flush()
        self._canvas.showPage()

    def _flush(self) -> None:
        code = self._canvas._code
        code.extend(self._shades)
        code.extend(self._shapes)
        if self._texts:
            code.append("BT")
            code.extend(self._texts)
            code.append("ET")
        for name, x, y in self._places:
            code.append(f"q 1 0 0 1 {x:.2f} {y:.2f} cm")
            self._canvas.doForm(name)
            code.append("Q")
        self._start_page_state()

    def later(self, name: str, x: float, y: float) -> None:
        """Leave a place at (x, y) for what `define_later` draws under `name` when it is known."""
        self._places.append((name, x, self._height - y))

    def define_later(self, name: str, text: str, size: float, grey: float = 0.0) -> None:
        """Draw `text` at every place left for `name`, its baseline starting there."""
        self._canvas.beginForm(name, -5, -size, size * (len(text) + 2), size * 2)
        self._start_page_state()
        self._height = 0.0
        self.text(0, 0, text, size, grey=grey)
        self._flush()
        self._canvas.endForm()

    def save(self) -> int:
        """Write the PDF to the stream; its number of pages."""
        pages: int = self._canvas.getPageNumber() - 1
        self._canvas.save()
        return pages

    @property
    def codes(self) -> tuple[Codes, Codes]:
        """The fonts of this PDF, for what draws beside the pen."""
        return self._codes

    @property
    def height(self) -> float:
        """Height of the page, in points."""
        return self._height

    def put(self, operators: Sequence[str]) -> None:
        """Take in what was drawn in colour, below text of the pen."""
        self._shapes += ["q", *operators, "Q"]

    def line(self, x1: float, y1: float, x2: float, y2: float, width: float) -> None:
        self._set_line(width)
        top = self._height
        self._shapes.append(f"{x1:.2f} {top - y1:.2f} m {x2:.2f} {top - y2:.2f} l S")

    def frame(self, x: float, y: float, width: float, height: float, rule: float) -> None:
        """The outline of a box whose top left corner is (x, y)."""
        self._set_line(rule)
        bottom = self._height - y - height
        self._shapes.append(f"{x:.2f} {bottom:.2f} {width:.2f} {height:.2f} re S")

    def shade(self, x: float, y: float, width: float, height: float, grey: float) -> None:
        """A filled box without outline; `grey` 0 is black, 1 white."""
        bottom = self._height - y - height
        self._shades.append(f"{grey:.3f} g {x:.2f} {bottom:.2f} {width:.2f} {height:.2f} re f")

    def _set_line(self, width: float) -> None:
        if width != self._line_width:
            self._shapes.append(f"{width:.2f} w")
            self._line_width = width

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        strong: bool = False,
        grey: float = 0.0,
        spread: float = 0.0,
    ) -> None:
        """One line of text, its baseline starting at (x, y); `spread` points are added after each
        character."""
        if not text:
            return
        out = self._texts
        codes = self._codes[strong]
        if grey != self._grey:
            out.append(f"{grey:.2f} g")
            self._grey = grey
        out.append(f"1 0 0 1 {x:.2f} {self._height - y:.2f} Tm")
        if spread:
            out.append(f"{spread:.3f} Tc")
        font, last = self._font
        if last != size:
            font = ""
        run: list[str] = []
        for index, char in enumerate(text):
            name, code = codes[char]
            if name == font:
                run.append(code)
                continue
            if run:
                out.append("<" + "".join(run) + ">Tj")
                run = []
            if not code:
                if name:
                    self._font = (font, size)
                    self._boxed(x + spread * index, y, text[:index], char, size, strong)
                    font = self._font[0] if self._font[1] == size else ""
                continue
            font = name
            out.append(f"{font} {size:.2f} Tf")
            run.append(code)
        if run:
            out.append("<" + "".join(run) + ">Tj")
        if spread:
            out.append("0 Tc")
        self._font = (font, size)

    def _boxed(self, x: float, y: float, before: str, char: str, size: float, strong: bool) -> None:
        """Draw the code point of `char` in a box after `before`, and go on behind it."""
        widths = fonts.BOLD if strong else fonts.REGULAR
        left = x + widths.measure(before) * size
        width, pad = widths[char] * size, fonts.BOX_PAD * size
        self.frame(left + pad, y - 0.78 * size, width - 2 * pad, 0.9 * size, 0.3)
        self.text(
            left + 2 * pad,
            y - 0.1 * size,
            fonts.code_point(char),
            size * fonts.BOX_SCALE,
            strong=strong,
            grey=self._grey,
        )
        self._texts.append(f"1 0 0 1 {left + width:.2f} {self._height - y:.2f} Tm")

    def lines(
        self,
        box: tuple[float, float, float, float],
        lines: Sequence[str],
        size: float,
        *,
        align: Align = Align.LEFT,
        strong: bool = False,
        grey: float = 0.0,
    ) -> None:
        """Lines of text in the middle of the box (x, y, width, height), aligned as said."""
        x, y, width, height = box
        leading = size * LEADING
        base = y + (height - leading * (len(lines) - 1) - size) / 2 + ASCENT * size
        widths = fonts.BOLD if strong else fonts.REGULAR
        for line in lines:
            left = x
            if align is not Align.LEFT:
                spare = width - widths.measure(line) * size
                left += spare if align is Align.RIGHT else spare / 2
            self.text(left, base, line, size, strong=strong, grey=grey)
            base += leading
