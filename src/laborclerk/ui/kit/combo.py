"""A choice of a few, with the look of a form's field that has a list."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox

from laborclerk.ui.kit import signs

_CHEVRON = 24  # pixels at 100 %


class Combo(QComboBox):
    """The wheel scrolls the screen and never changes a choice by accident."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        box = QRectF(self.width() - _CHEVRON, 0, _CHEVRON, self.height())
        signs.paint_chevron(painter, box)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()
