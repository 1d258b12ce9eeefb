"""The few signs of the program, painted: they are sharp at every scale and need no icon font.

A state is never told by colour alone: each has its sign.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from laborclerk.ui.entry import FieldState
from laborclerk.ui.kit import theme

SIZE = 12  # pixels at 100 %
TOKEN_OF = {
    FieldState.UNTOUCHED: "muted",
    FieldState.PASSED: "passed",
    FieldState.WARNED: "warned",
    FieldState.WRONG: "wrong",
    FieldState.CARRIED: "carried",
    FieldState.NOT_APPLICABLE: "not_applicable",
}


def state_color(state: FieldState) -> QColor:
    """The theme's colour of a state."""
    return theme.color(TOKEN_OF[state])


def paint(painter: QPainter, box: QRectF, state: FieldState) -> None:
    """The sign of a state in the middle of `box`."""
    draw = _DRAW.get(state)
    if draw is None:
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(box.center() - QPointF(SIZE / 2, SIZE / 2))
    pen = QPen(state_color(state), 1.6)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    draw(painter)
    painter.restore()


def paint_chevron(painter: QPainter, box: QRectF, *, open_: bool = False) -> None:
    """The mark of a field that has a list."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(box.center() - QPointF(SIZE / 2, SIZE / 2))
    painter.setPen(QPen(theme.color("muted"), 1.2))
    _lines(painter, (3, 7.5), (6, 4.5), (9, 7.5)) if open_ else _lines(
        painter, (3, 4.5), (6, 7.5), (9, 4.5)
    )
    painter.restore()


def _lines(painter: QPainter, *points: tuple[float, float]) -> None:
    painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in points]))


def _tick(painter: QPainter) -> None:
    _lines(painter, (2.5, 6.5), (5, 9), (9.5, 3.5))


def _cross(painter: QPainter) -> None:
    _lines(painter, (3, 3), (9, 9))
    _lines(painter, (9, 3), (3, 9))


def _triangle(painter: QPainter) -> None:
    painter.setPen(QPen(painter.pen().color(), 1.3))
    painter.drawPolygon(QPolygonF([QPointF(6, 1.5), QPointF(11, 10.5), QPointF(1, 10.5)]))
    _lines(painter, (6, 5), (6, 7.4))
    painter.drawPoint(QPointF(6, 9))


def _carried(painter: QPainter) -> None:
    _lines(painter, (6, 2), (6, 9.5))
    _lines(painter, (3, 6.5), (6, 9.5), (9, 6.5))


def _dash(painter: QPainter) -> None:
    _lines(painter, (3, 6), (9, 6))


_DRAW: dict[FieldState, Callable[[QPainter], None]] = {
    FieldState.PASSED: _tick,
    FieldState.WARNED: _triangle,
    FieldState.WRONG: _cross,
    FieldState.CARRIED: _carried,
    FieldState.NOT_APPLICABLE: _dash,
}
