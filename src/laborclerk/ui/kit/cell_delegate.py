"""How a cell of a table is drawn: text, cut where it tells least, and its sign or bar of a share.

A model says by the roles here what a cell has besides text.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QHelpEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
)

from laborclerk.catalog.names import display_name
from laborclerk.ui.kit import signs, theme
from laborclerk.ui.kit.option import members

_Index = QModelIndex | QPersistentModelIndex
_PADDING = 8
_SIGN = 16  # pixels that a sign takes
_TIP = Qt.ItemDataRole.ToolTipRole
SIGN = Qt.ItemDataRole.UserRole + 1
SHARE = Qt.ItemDataRole.UserRole + 2
ENDS = Qt.ItemDataRole.UserRole + 3


def _shown(index: _Index, metrics: QFontMetrics) -> str:
    """The text, characters no font has as their code points."""
    return display_name(str(index.data()), lambda c: metrics.inFontUcs4(ord(c)))


class CellDelegate(QStyledItemDelegate):
    """Text with the sign before it or the bar behind it."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        sign, share = index.data(SIGN), index.data(SHARE)
        rect: QRect = members(option).rect
        state: QStyle.StateFlag = members(option).state
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.color("selection"))
        inner = rect.adjusted(_PADDING, 0, -_PADDING, 0)
        if share is not None:
            self._bar(painter, QRectF(inner), share)
        if sign is not None:
            signs.paint(painter, QRectF(inner.left(), inner.top(), 12, inner.height()), sign)
            inner.adjust(_SIGN, 0, 0, 0)
        painter.setPen(index.data(Qt.ItemDataRole.ForegroundRole) or theme.color("text"))
        font = index.data(Qt.ItemDataRole.FontRole)
        if font is not None:
            painter.setFont(font)
        text = self._fitting(painter.fontMetrics(), index, inner.width())
        painter.drawText(inner, index.data(Qt.ItemDataRole.TextAlignmentRole), text)
        painter.restore()

    @staticmethod
    def _fitting(metrics: QFontMetrics, index: _Index, width: int) -> str:
        mode = Qt.TextElideMode
        where = mode.ElideMiddle if index.data(ENDS) else mode.ElideRight
        return metrics.elidedText(_shown(index, metrics), where, width)

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: _Index,
    ) -> bool:
        """What had to be cut is told whole."""
        if event.type() == QEvent.Type.ToolTip and index.isValid() and not index.data(_TIP):
            rect: QRect = members(option).rect
            width = rect.width() - 2 * _PADDING
            width -= 0 if index.data(SIGN) is None else _SIGN
            metrics = QFontMetrics(index.data(Qt.ItemDataRole.FontRole) or view.font())
            whole = _shown(index, metrics)
            if self._fitting(metrics, index, width) != whole:
                QToolTip.showText(event.globalPos(), whole, view)
                return True
        return super().helpEvent(event, view, option, index)

    @staticmethod
    def _bar(painter: QPainter, box: QRectF, share: float) -> None:
        full = box.adjusted(0, box.height() / 2 - 4, 0, 0)
        full.setHeight(8)
        painter.fillRect(full, theme.color("line"))
        done = QRectF(full)
        done.setWidth(full.width() * max(0.0, min(1.0, share)))
        painter.fillRect(done, theme.color("passed" if share >= 1 else "accent"))
