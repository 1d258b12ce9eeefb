"""The drop-down of a field: a list inside the window, below the field that keeps the focus.

It is no window of its own, so it never takes the keyboard or an input method's composition away.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from laborclerk.ui.entry import Choice, FieldState
from laborclerk.ui.kit import signs, theme
from laborclerk.ui.kit.option import members

_ROWS = 10
_Index = QModelIndex | QPersistentModelIndex


class _Model(QAbstractListModel):
    """The choices offered now."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.offered: Sequence[Choice] = ()
        self.checked: set[Any] | None = None

    def offer(self, offered: Sequence[Choice], checked: Iterable[Any] | None) -> None:
        self.beginResetModel()
        self.offered = offered
        self.checked = None if checked is None else set(checked)
        self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:
        return len(self.offered)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return self.offered[index.row()].label
        return None


class _Delegate(QStyledItemDelegate):
    """One line: tick, number on paper, label, pinyin."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        model = index.model()
        assert isinstance(model, _Model)
        choice = model.offered[index.row()]
        rect: QRect = members(option).rect
        state: QStyle.StateFlag = members(option).state
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.color("selection"))
        left = rect.left() + 4
        if model.checked is not None:
            if choice.value in model.checked:
                signs.paint(painter, QRectF(left, rect.top(), 16, rect.height()), FieldState.PASSED)
            left += 20
        if choice.number:
            painter.setPen(theme.color("muted"))
            width = QFontMetrics(painter.font()).horizontalAdvance("8888") + 4
            painter.drawText(
                QRect(left, rect.top(), width, rect.height()), theme.ALIGN_RIGHT, choice.number
            )
            left += width + 8
        painter.setPen(theme.color("text"))
        painter.drawText(
            QRect(left, rect.top(), rect.right() - left, rect.height()),
            theme.ALIGN_LEFT,
            choice.label,
        )
        painter.setPen(theme.color("muted"))
        painter.setFont(theme.font(small=True))
        painter.drawText(rect.adjusted(0, 0, -8, 0), theme.ALIGN_RIGHT, choice.remark)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(0, theme.row_height() - theme.GRID)


class ChoiceList(QListView):
    """The list; the field that opened it moves the highlight and asks for what is highlighted."""

    picked = Signal(object)  # Choice clicked with the mouse

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QFrame.Shape.Box)
        self.setProperty("popup", True)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerItem)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._model = _Model(self)
        self.setModel(self._model)
        self.setItemDelegate(_Delegate(self))
        self.clicked.connect(self._click)
        self.hide()

    def open_at(
        self,
        field: QWidget,
        offered: Sequence[Choice],
        checked: Iterable[Any] | None = None,
        held: Any = None,
    ) -> None:
        """Show `offered` below the field, or above it where there is more room; the choice that
        the field holds is highlighted."""
        row = self.currentIndex().row() if checked is not None and self.isVisible() else 0
        row = next((n for n, c in enumerate(offered) if held is not None and c.value == held), row)
        self._model.offer(offered, checked)
        if not offered:
            self.hide()
            return
        self.setCurrentIndex(self._model.index(min(row, len(offered) - 1)))
        metrics = QFontMetrics(theme.font())
        wanted = max(metrics.horizontalAdvance(c.label) for c in offered[:200]) + 160
        width = max(field.width(), wanted)
        window = self._window
        corner = field.mapTo(window, QPoint(0, field.height()))
        line, above = theme.row_height() - theme.GRID, corner.y() - field.height()
        below = window.height() - corner.y()
        height = min(len(offered), _ROWS) * line + 2
        top = corner.y()
        if height > below and above > below:
            height = min(height, above // line * line)
            top = above - height
        else:
            height = min(height, max(below // line, 1) * line)
        left = corner.x()
        if left + width > window.width():  # ends where the field ends
            left = max(0, left + field.width() - width)
        self.setGeometry(left, top, min(width, window.width()), height)
        self.raise_()
        self.show()

    def move_highlight(self, step: int) -> None:
        """One or more lines down (up when negative), stopping at the ends."""
        row = max(0, min(self.currentIndex().row() + step, self._model.rowCount() - 1))
        self.setCurrentIndex(self._model.index(row))

    def highlighted(self) -> Choice | None:
        """The choice under the highlight, if the list is open."""
        row = self.currentIndex().row()
        return self._model.offered[row] if self.isVisible() and row >= 0 else None

    def _click(self, index: QModelIndex) -> None:
        self.picked.emit(self._model.offered[index.row()])
