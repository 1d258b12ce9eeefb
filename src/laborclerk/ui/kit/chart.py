"""A chart on the screen, in the colours and the type of the theme in force."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from laborclerk.printing.charts import Chart, Look, Point, draw, fitting_height
from laborclerk.printing.style import Align
from laborclerk.ui.kit import theme

_MARGIN = 3 * theme.GRID
_LEAST, _MOST = 140, 340  # pixels of height at 100 % that a chart asks for


def look() -> Look:
    """The theme in force, as a chart needs it."""
    t = theme.tokens()
    return Look(
        t.surface, t.text, t.muted, t.border, t.accent, t.on_accent, theme.size() - 1
    )  # fmt: skip


class _Painted:
    """The surface of a widget."""

    def __init__(self, painter: QPainter) -> None:
        self._painter = painter

    def rect(
        self, x: float, y: float, width: float, height: float, fill: str, stroke: str = ""
    ) -> None:
        box = QRectF(x, y, width, height)
        if fill:
            self._painter.fillRect(box, QColor(fill))
        if stroke:
            self._painter.setPen(QPen(QColor(stroke), 1))
            self._painter.drawRect(box)

    def shape(self, points: Sequence[Point], fill: str) -> None:
        self._painter.setPen(QColor(fill))
        self._painter.setBrush(QColor(fill))
        self._painter.drawPolygon(QPolygonF([QPointF(*p) for p in points]))
        self._painter.setBrush(QColor(0, 0, 0, 0))

    def line(self, x1: float, y1: float, x2: float, y2: float, color: str) -> None:
        self._painter.setPen(QPen(QColor(color), 1))
        self._painter.drawLine(QLineF(x1, y1, x2, y2))

    def text(
        self, x: float, y: float, text: str, size: float, color: str,
        align: Align = Align.LEFT, strong: bool = False,
    ) -> None:  # fmt: skip
        self._font(size, strong)
        if align is not Align.LEFT:
            width = QFontMetricsF(self._painter.font()).horizontalAdvance(text)
            x -= width / 2 if align is Align.CENTER else width
        self._painter.setPen(QColor(color))
        self._painter.drawText(QPointF(x, y), text)

    def measure(self, text: str, size: float, strong: bool = False) -> float:
        self._font(size, strong)
        return QFontMetricsF(self._painter.font()).horizontalAdvance(text)

    def _font(self, size: float, strong: bool) -> None:
        font = theme.font(bold=strong)
        font.setPixelSize(max(6, round(size)))
        self._painter.setFont(font)


class ChartView(QWidget):
    """Draws one chart as large as it is; `show_chart` puts another there."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chart: Chart | None = None
        self.title = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_chart(self, chart: Chart | None, title: str = "") -> None:
        self.chart, self.title = chart, title
        self.setAccessibleName(title)
        self.updateGeometry()
        self.update()

    def minimumSizeHint(self) -> QSize:
        scale = theme.size() / theme.DATA_SIZE
        wanted = 0.0 if self.chart is None else fitting_height(self.chart, theme.size() - 1)
        return QSize(240, round(min(_MOST * scale, max(_LEAST * scale, wanted * 0.85))))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), theme.color("surface"))
        if self.chart is None:
            return
        now, surface = look(), _Painted(painter)
        surface.text(_MARGIN, _MARGIN + now.size, self.title, now.size, now.muted)
        top = _MARGIN + round(now.size * 1.8)
        width, height = self.width() - 2 * _MARGIN, self.height() - top - _MARGIN
        painter.translate(_MARGIN, top)
        wanted = fitting_height(self.chart, now.size)
        draw(self.chart, surface, width, min(height, wanted * 1.25), now)
