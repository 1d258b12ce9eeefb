"""A choice of a few, with the look of a form's field that has a list."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QStyleOptionComboBox

from laborclerk.ui.kit import signs

_CHEVRON = 24  # pixels at 100 %
_PADDING = 10  # left and right of the text


class Combo(QComboBox):
    """The wheel scrolls the screen and never changes a choice by accident."""

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:
        """What does not fit is cut with a mark."""
        super().initStyleOption(option)
        shown: Any = option  # the stubs of PySide6 name no member of it
        room = self.width() - _CHEVRON - _PADDING
        where = Qt.TextElideMode.ElideRight
        shown.currentText = self.fontMetrics().elidedText(shown.currentText, where, room)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        box = QRectF(self.width() - _CHEVRON, 0, _CHEVRON, self.height())
        signs.paint_chevron(painter, box)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()
