"""How a cell of a table is drawn: text, cut where it tells least, and its sign or bar of a share.

It asks the table's rows themselves: Qt would carry each role of a cell through its model for some
microseconds, and a window full of cells has thousands of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

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
from laborclerk.kernel.file_names import shorter_names
from laborclerk.ui.kit import signs, theme
from laborclerk.ui.kit.option import members

if TYPE_CHECKING:
    from laborclerk.ui.kit.table import Cell, RowsModel

_Index = QModelIndex | QPersistentModelIndex
_PADDING = 8
_SIGN = 16  # pixels that a sign takes


def _shown(text: str, metrics: QFontMetrics) -> str:
    """The text, characters no font has as their code points."""
    return display_name(text, lambda c: metrics.inFontUcs4(ord(c)))


class CellDelegate(QStyledItemDelegate):
    """Text with the sign before it or the bar behind it."""

    def __init__(self, rows: RowsModel, parent: QAbstractItemView) -> None:
        super().__init__(parent)
        self._rows = rows

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        cell = self._cell(index)
        rect: QRect = members(option).rect
        if members(option).state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.color("selection"))
        if not cell.text and cell.sign is None and cell.share is None:
            return
        painter.save()
        inner = rect.adjusted(_PADDING, 0, -_PADDING, 0)
        if cell.share is not None:
            self._bar(painter, QRectF(inner), cell.share)
        if cell.sign is not None:
            box = QRectF(inner.left(), inner.top(), 12, inner.height())
            signs.paint(painter, box, cell.sign)
            inner.adjust(_SIGN, 0, 0, 0)
        painter.setPen(theme.color(cell.token))
        if cell.bold:
            painter.setFont(theme.font(bold=True))
        text = self._fitting(painter.fontMetrics(), index, inner.width())
        right = self._rows.columns[index.column()].right
        painter.drawText(inner, theme.ALIGN_RIGHT if right else theme.ALIGN_LEFT, text)
        painter.restore()

    def _cell(self, index: _Index) -> Cell:
        return self._rows.cell(index.row(), index.column())

    def _fitting(self, metrics: QFontMetrics, index: _Index, width: int) -> str:
        column, text = self._rows.columns[index.column()], self._cell(index).text
        if column.files:
            names = shorter_names(text)
            text = next((n for n in names if metrics.horizontalAdvance(n) <= width), names[-1])
        mode = Qt.TextElideMode
        where = mode.ElideMiddle if column.ends or column.files else mode.ElideRight
        return metrics.elidedText(_shown(text, metrics), where, width)

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: _Index,
    ) -> bool:
        """What had to be cut is told whole."""
        if event.type() == QEvent.Type.ToolTip and index.isValid():
            cell = self._cell(index)
            rect: QRect = members(option).rect
            width = rect.width() - 2 * _PADDING - (0 if cell.sign is None else _SIGN)
            metrics = QFontMetrics(theme.font(bold=True) if cell.bold else view.font())
            whole = _shown(cell.text, metrics)
            cut = self._fitting(metrics, index, width) != whole
            if cut and not cell.tip:
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
