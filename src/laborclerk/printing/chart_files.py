"""A chart as a picture file to put into a paper of one's own: SVG, or PNG for what reads none."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO
from xml.sax.saxutils import escape, quoteattr

import pypdfium2
from reportlab.pdfgen.canvas import Canvas

from .brush import Brush
from .chart_paper import PaperSurface, measure
from .charts import PAPER, Chart, Point, Surface, draw, fitting_height
from .pdf import saving
from .pen import Codes
from .style import MM, Align

_WIDTH, _MARGIN = 480.0, 18.0  # points
_FONTS = "Noto Sans SC, Source Han Sans SC, Microsoft YaHei, sans-serif"
_ANCHOR = {Align.LEFT: "start", Align.CENTER: "middle", Align.RIGHT: "end"}
DOTS = 200  # of a PNG, an inch


@dataclass(frozen=True, slots=True)
class Sheet:
    """A chart with what must stand on it: title, place and day, how it was counted."""

    title: str
    about: str
    note: str
    chart: Chart

    @property
    def size(self) -> Point:
        return _WIDTH, fitting_height(self.chart) + 2 * _MARGIN + 62

    def draw(self, on: Surface) -> None:
        width, height = self.size
        on.rect(0, 0, width, height, PAPER.surface)
        on.text(_MARGIN, _MARGIN + 13, self.title, 15, PAPER.text, strong=True)
        on.text(_MARGIN, _MARGIN + 29, self.about, 9, PAPER.muted)
        room = width - 2 * _MARGIN
        draw(self.chart, _Moved(on, _MARGIN, _MARGIN + 40), room, fitting_height(self.chart))
        size = min(7.0, 7.0 * room / max(1.0, on.measure(self.note, 7)))
        on.text(_MARGIN, height - _MARGIN, self.note, size, PAPER.muted)


class _Moved:
    """A surface whose corner is elsewhere."""

    def __init__(self, on: Surface, x: float, y: float) -> None:
        self._on, self._x, self._y = on, x, y

    def rect(
        self, x: float, y: float, width: float, height: float, fill: str, stroke: str = ""
    ) -> None:
        self._on.rect(x + self._x, y + self._y, width, height, fill, stroke)

    def shape(self, points: Sequence[Point], fill: str) -> None:
        self._on.shape([(x + self._x, y + self._y) for x, y in points], fill)

    def line(self, x1: float, y1: float, x2: float, y2: float, color: str) -> None:
        self._on.line(x1 + self._x, y1 + self._y, x2 + self._x, y2 + self._y, color)

    def text(
        self, x: float, y: float, text: str, size: float, color: str,
        align: Align = Align.LEFT, strong: bool = False,
    ) -> None:  # fmt: skip
        self._on.text(x + self._x, y + self._y, text, size, color, align, strong)

    def measure(self, text: str, size: float, strong: bool = False) -> float:
        return self._on.measure(text, size, strong)


class _Svg:
    """Collects the elements of an SVG."""

    def __init__(self) -> None:
        self.out: list[str] = []

    def rect(
        self, x: float, y: float, width: float, height: float, fill: str, stroke: str = ""
    ) -> None:
        edge = f' stroke="{stroke}" stroke-width="0.5"' if stroke else ""
        self.out.append(
            f'<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}"'
            f' fill="{fill or "none"}"{edge}/>'
        )

    def shape(self, points: Sequence[Point], fill: str) -> None:
        listed = " ".join(f"{x:.2f},{y:.2f}" for x, y in points)
        self.out.append(f'<polygon points="{listed}" fill="{fill}"/>')

    def line(self, x1: float, y1: float, x2: float, y2: float, color: str) -> None:
        self.out.append(
            f'<line x1="{x1:.2f}" y1="{y1:.2f}" x2="{x2:.2f}" y2="{y2:.2f}"'
            f' stroke="{color}" stroke-width="0.5"/>'
        )

    def text(
        self, x: float, y: float, text: str, size: float, color: str,
        align: Align = Align.LEFT, strong: bool = False,
    ) -> None:  # fmt: skip
        bold = ' font-weight="bold"' if strong else ""
        self.out.append(
            f'<text x="{x:.2f}" y="{y:.2f}" font-size="{size:.2f}" fill="{color}"'
            f' text-anchor="{_ANCHOR[align]}"{bold}>{escape(text)}</text>'
        )

    def measure(self, text: str, size: float, strong: bool = False) -> float:
        return measure(text, size, strong)


def write_svg(sheet: Sheet, stream: BinaryIO) -> int:
    """Write the sheet as SVG → pages, which is one."""
    width, height = sheet.size
    svg = _Svg()
    sheet.draw(svg)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}"'
        f' viewBox="0 0 {width:.2f} {height:.2f}" font-family={quoteattr(_FONTS)}>'
        f"<title>{escape(sheet.title)}</title>"
    )
    stream.write("\n".join([head, *svg.out, "</svg>\n"]).encode())
    return 1


def write_png(sheet: Sheet, stream: BinaryIO) -> int:
    """Write the sheet as PNG → pages, which is one."""
    width, height = sheet.size
    page = io.BytesIO()
    canvas = Canvas(page, pagesize=(width, height), pageCompression=0)
    document = canvas._doc
    brush = Brush((Codes(document, strong=False), Codes(document, strong=True)), 0, height / MM)
    sheet.draw(PaperSurface(brush, 0, 0))
    canvas._code.extend(brush.out)
    canvas.showPage()
    with saving():
        canvas.save()
        with pypdfium2.PdfDocument(page.getvalue()) as drawn:
            bitmap = drawn[0].render(scale=DOTS / 72, rev_byteorder=True)
            stream.write(_png(bitmap.width, bitmap.height, bitmap.stride, bytes(bitmap.buffer)))
    return 1


def _png(width: int, height: int, stride: int, pixels: bytes) -> bytes:
    """Rows of red, green, blue as a PNG."""
    rows = b"".join(b"\0" + pixels[at : at + 3 * width] for at in range(0, height * stride, stride))
    dots = round(DOTS / 0.0254)
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"pHYs", struct.pack(">IIB", dots, dots, 1)),
        (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""),
    )  # fmt: skip
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    )
