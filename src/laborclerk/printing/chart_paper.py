"""Charts on paper: a surface over the brush, in points from a place on the page."""

from __future__ import annotations

from collections.abc import Sequence

from . import fonts
from .brush import Brush
from .charts import Point, draw
from .document import Picture
from .frame import Frame
from .pen import Pen
from .style import MM, Align


class PaperSurface:
    """Draws on a page of a PDF; (x, y) is the chart's top left corner, in points."""

    def __init__(self, brush: Brush, x: float, y: float) -> None:
        self._brush, self._x, self._y = brush, x, y

    def _at(self, x: float, y: float) -> Point:
        return (x + self._x) / MM, (y + self._y) / MM

    def rect(
        self, x: float, y: float, width: float, height: float, fill: str, stroke: str = ""
    ) -> None:
        self._brush.rect(
            *self._at(x, y), width / MM, height / MM, fill, stroke=stroke, line=0.5 / MM
        )

    def shape(self, points: Sequence[Point], fill: str) -> None:
        self._brush.shape([self._at(*p) for p in points], fill)

    def line(self, x1: float, y1: float, x2: float, y2: float, color: str) -> None:
        self._brush.line(*self._at(x1, y1), *self._at(x2, y2), color, 0.5 / MM)

    def text(
        self, x: float, y: float, text: str, size: float, color: str,
        align: Align = Align.LEFT, strong: bool = False,
    ) -> None:  # fmt: skip
        self._brush.text(*self._at(x, y), text, size, color, strong=strong, align=align)

    def measure(self, text: str, size: float, strong: bool = False) -> float:
        return measure(text, size, strong)


def measure(text: str, size: float, strong: bool = False) -> float:
    """The width of a text in the fonts of paper."""
    return (fonts.BOLD if strong else fonts.REGULAR).measure(text) * size


def draw_picture(block: Picture, frame: Frame, pen: Pen) -> None:
    """A chart of a document."""
    height = block.height * MM
    frame.need(height)
    brush = Brush(pen.codes, 0, pen.height / MM)
    surface = PaperSurface(brush, frame.area.left, frame.y)
    draw(block.chart, surface, frame.area.width, min(height, frame.room))
    pen.put(brush.out)
    frame.y += height + 6
