"""The table of places on the home screen: a line for each, its numbers, the bar of what is done;
Enter acts on a cell, the arrow keys move by cell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    Qt,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from laborclerk.features.coverage.service import DIRECT, CoverageRow
from laborclerk.kernel.clock import show_time
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.option import members
from laborclerk.ui.kit.table import Head
from laborclerk.ui.screens.coverage.presenter import COLUMNS, HomePresenter, Line

Index = QModelIndex | QPersistentModelIndex
_DONE = next(at for at, c in enumerate(COLUMNS) if c.key == "done") + 1
SIGNED = len(COLUMNS) + 2  # the last column
_HEADS = ("", *(c.head for c in COLUMNS), "最近改动", "签认")
_WRONG_WHEN = {"unvisited", "persons_missing", "items_missing"}
_WIDTHS = (216, 64, 64, 148, 60, 60, 60, 60, 76, 56, 64, 108, 108)


class PlacesModel(QAbstractTableModel):
    def __init__(self, presenter: HomePresenter, parent: QWidget) -> None:
        super().__init__(parent)
        self._presenter = presenter

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._presenter.lines)

    def columnCount(self, parent: Index | None = None) -> int:
        return len(_HEADS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return _HEADS[section] or self._first_head()
        if role == Qt.ItemDataRole.TextAlignmentRole:
            if section == len(COLUMNS) + 1:
                return Qt.AlignmentFlag.AlignCenter
            return theme.ALIGN_RIGHT if 1 <= section <= len(COLUMNS) else theme.ALIGN_LEFT
        return None

    def _name(self, at: int) -> str:
        return "合计" if at == 0 else self._presenter.lines[at].row.name

    def _first_head(self) -> str:
        lines = self._presenter.lines[1:]
        level = lines[0].row.level if lines else "village"
        return {"township": "乡(镇、街道)", "village": "村(社区)"}.get(level, "地方")

    def data(self, index: Index, role: int = 0) -> Any:
        line = self._presenter.lines[index.row()]
        column = index.column()
        number = COLUMNS[column - 1] if 1 <= column <= len(COLUMNS) else None
        if role == Qt.ItemDataRole.DisplayRole:
            if column == 0:
                return self._name(index.row())
            if number is not None:
                value = number.value(line.row)
                return f"{value:,}" if value or number.key in ("due", "visited", "done") else "·"
            return _last(line.row) if column == len(COLUMNS) + 1 else _signed(line.row)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            if column == len(COLUMNS) + 1:
                return Qt.AlignmentFlag.AlignCenter
            return theme.ALIGN_RIGHT if number else theme.ALIGN_LEFT
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._color(line, column)
        if role == Qt.ItemDataRole.FontRole and index.row() == 0:
            return theme.font(bold=True)
        if role == Qt.ItemDataRole.ToolTipRole and column == SIGNED:
            return "签认后又有改动,按 Enter 看是哪几户" if line.row.signed.changed else None
        return None

    def _color(self, line: Line, column: int) -> Any:
        if column == SIGNED:
            return _signed_color(line.row)
        if 1 <= column <= len(COLUMNS):
            number = COLUMNS[column - 1]
            value = number.value(line.row)
            if not value:
                return theme.color("muted")
            if number.key in _WRONG_WHEN:
                return theme.color("wrong")
            if number.key in ("revisit", "unfinished"):
                return theme.color("warned")
        if column == 0 and not line.row.counts.touched and line.row.level != DIRECT:
            return theme.color("wrong")
        return None


def _last(row: CoverageRow) -> str:
    return show_time(row.last_change)[5:16] if row.last_change else "—"


def _signed_color(row: CoverageRow) -> Any:
    """Green when everything below is signed, neutral on the way there."""
    signed = row.signed
    if signed.changed:
        return theme.color("warned")
    if row.level == "village":
        whole = signed.date is not None
    else:
        whole = 0 < signed.villages == signed.signed
    return theme.color("passed" if whole else "muted")


def _signed(row: CoverageRow) -> str:
    signed = row.signed
    if row.level == "village":
        if signed.date is None:
            return "—"
        return f"! {signed.date[5:]} 后有改" if signed.changed else f"✔ {signed.date[5:]}"
    if not signed.villages:
        return ""
    return f"{'!' if signed.changed else ''} {signed.signed}/{signed.villages} 村"


class _Bar(QStyledItemDelegate):
    """已完成 as a bar against 应访户, the number to its right."""

    def __init__(self, presenter: HomePresenter, parent: QWidget) -> None:
        super().__init__(parent)
        self._presenter = presenter

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        counts = self._presenter.lines[index.row()].row.counts
        rect: QRect = members(option).rect
        bar = QRect(rect.left() + 8, rect.center().y() - 3, 76, 8)
        painter.save()
        painter.fillRect(bar, theme.color("line"))
        if counts.due:
            visited = round(bar.width() * counts.visited / counts.due)
            done = round(bar.width() * counts.done / counts.due)
            painter.fillRect(QRect(bar.left(), bar.top(), visited, 8), theme.color("border"))
            painter.fillRect(QRect(bar.left(), bar.top(), done, 8), theme.color("passed"))
        painter.restore()


class _Name(QStyledItemDelegate):
    """The first column: indented, with the sign of what can be opened."""

    def __init__(self, presenter: HomePresenter, parent: QWidget) -> None:
        super().__init__(parent)
        self._presenter = presenter

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line = self._presenter.lines[index.row()]
        made = QStyleOptionViewItem(option)
        self.initStyleOption(made, index)
        sign = ("▾ " if line.is_open else "▸ ") if line.can_open else "    "
        text = "      " * line.depth + sign + str(index.data())
        rect: QRect = members(made).rect
        widget: QWidget = members(made).widget
        members(made).text = ""
        style = widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, made, painter, widget)
        painter.save()
        painter.setFont(members(made).font)
        ink = index.data(Qt.ItemDataRole.ForegroundRole)
        painter.setPen(ink or theme.color("text"))
        box = rect.adjusted(8, 0, -4, 0)
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, int(theme.ALIGN_LEFT), shown)
        painter.restore()


class PlacesTable(QTableView):
    """The lines of the presenter. `enter` is told row and column, `space` the row."""

    def __init__(
        self,
        presenter: HomePresenter,
        enter: Callable[[int, int], None],
        space: Callable[[int], None],
    ) -> None:
        super().__init__()
        self._presenter, self._enter, self._space = presenter, enter, space
        self._shown: list[int] = []  # the places, by row
        self._type_size = 0  # for which the columns were measured
        self._model = PlacesModel(presenter, self)
        self.setHorizontalHeader(Head(Qt.Orientation.Horizontal, self))
        self.setModel(self._model)
        self.setItemDelegateForColumn(0, _Name(presenter, self))
        self.setItemDelegateForColumn(_DONE, _Bar(presenter, self))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setAlternatingRowColors(False)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(16)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setDefaultAlignment(theme.ALIGN_LEFT)
        self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.doubleClicked.connect(lambda index: enter(index.row(), index.column()))
        self._measure()

    def refresh(self) -> None:
        """Show the lines anew; the cursor stays at its place."""
        here = self.currentIndex()
        place = self._shown[here.row()] if 0 <= here.row() < len(self._shown) else None
        column = max(here.column(), 0)
        self._model.beginResetModel()
        self._shown = [line.row.place for line in self._presenter.lines]
        self._model.endResetModel()
        row = self._shown.index(place) if place in self._shown else 0
        if self._shown:
            self.setCurrentIndex(self._model.index(row, column))

    def _measure(self) -> None:
        """Rows and columns for the type as large as it is now."""
        self.verticalHeader().setDefaultSectionSize(theme.row_height())
        self.setMinimumHeight(6 * theme.row_height())
        if self._type_size != theme.size():
            self._type_size = theme.size()
            for at, width in enumerate(_WIDTHS):
                self.setColumnWidth(at, width * theme.size() // theme.DATA_SIZE)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:  # large type was chosen
            self._measure()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid():
            self._enter(index.row(), index.column())
            return
        if event.key() == Qt.Key.Key_Space and index.isValid():
            self._space(index.row())
            return
        super().keyPressEvent(event)
