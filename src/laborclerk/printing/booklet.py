"""Booklets of A5 pages: one after the other for the eye, or imposed two-up on A4 to be folded.

A page that many booklets have in common is drawn once (a form of the PDF) and only placed. Printed
on both sides, turned on the short edge, the sheets of a booklet lie on each other and fold.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import BinaryIO, TypeAlias

from reportlab.pdfgen.canvas import Canvas

from .brush import Brush
from .pdf import saving
from .pen import Codes
from .style import MM

WIDTH, HEIGHT = 148.0, 210.0  # A5, mm
_SHEET = 297.0  # A4 lying
_MARK = 3.0  # of the fold, at the edges

Page: TypeAlias = str | tuple[str, Callable[[Brush], None]]
"""A page of a booklet: the name of a shared one, alone or with what is drawn over it."""


def imposed(count: int) -> list[tuple[int, int]]:
    """Sides of A4 as (left, right) page numbers from 0, for `count` pages (a multiple of four):
    each sheet's front and back in turn."""
    if count % 4:
        raise ValueError(f"{count} pages do not fold")
    sides: list[tuple[int, int]] = []
    for sheet in range(count // 4):
        first, last = 2 * sheet, count - 1 - 2 * sheet
        sides += [(last, first), (first + 1, last - 1)]
    return sides


class BookletPdf:
    """One PDF of many booklets."""

    def __init__(
        self, stream: BinaryIO, title: str, *, folded: bool = True, invariant: bool = False
    ) -> None:
        self._canvas = Canvas(stream, pageCompression=1, invariant=int(invariant))
        self._canvas.setTitle(title)
        self._canvas.setCreator("laborclerk")
        document = self._canvas._doc
        self._codes = (Codes(document, strong=False), Codes(document, strong=True))
        self._folded = folded
        self._known: set[str] = set()

    def share(self, name: str, draw: Callable[[Brush], None]) -> str:
        """Draw a page once under a name → the name; a known one is not drawn again."""
        if name not in self._known:
            self._known.add(name)
            brush = self._brush(draw)
            self._canvas.beginForm(name, 0, 0, WIDTH * MM, HEIGHT * MM)
            self._canvas._code.extend(brush.out)
            self._canvas.endForm()
        return name

    def _brush(self, draw: Callable[[Brush], None]) -> Brush:
        brush = Brush(self._codes, WIDTH, HEIGHT)
        draw(brush)
        return brush

    def add(self, pages: Sequence[Page]) -> None:
        """Add a booklet."""
        if not self._folded:
            for page in pages:
                self._canvas.setPageSize((WIDTH * MM, HEIGHT * MM))
                self._place(page, 0)
                self._canvas.showPage()
            return
        for left, right in imposed(len(pages)):
            self._canvas.setPageSize((_SHEET * MM, HEIGHT * MM))
            self._place(pages[left], 0)
            self._place(pages[right], _SHEET / 2)
            self._fold()
            self._canvas.showPage()

    def _place(self, page: Page, x: float) -> None:
        code = self._canvas._code
        code.append(f"q 1 0 0 1 {x * MM:.2f} 0 cm")
        name, over = (page, None) if isinstance(page, str) else page
        self._canvas.doForm(name)
        if over is not None:
            code.extend(self._brush(over).out)
        code.append("Q")

    def _fold(self) -> None:
        x, high = _SHEET / 2 * MM, HEIGHT * MM
        marks = ((0, _MARK * MM), (high - _MARK * MM, high))
        lines = " ".join(f"{x:.2f} {a:.2f} m {x:.2f} {b:.2f} l" for a, b in marks)
        self._canvas._code.append(f"q 0.7 G 0.3 w {lines} S Q")

    def save(self) -> int:
        """Write the PDF → its pages (sides of A4 when folded)."""
        pages: int = self._canvas.getPageNumber() - 1
        with saving():
            self._canvas.save()
        return pages
