"""Tables of rows that are read, walked through and opened; they copy to Excel as they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableView,
    QWidget,
)

from laborclerk.ui.entry import FieldState
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.cell_delegate import CellDelegate

_Index = QModelIndex | QPersistentModelIndex
_LEAST_ROWS = 4  # that are seen in the smallest window


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, width in pixels at 100 % (0 takes what is left, but no less than
    `least`), numbers right. `ends`: what tells most stands at the end (a group behind its village),
    so a long text gives way in the middle; `files`: it holds names of files, which give way where
    they are all alike."""

    title: str
    width: int = 0
    right: bool = False
    least: int = 96
    ends: bool = False
    files: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: text, the token of its colour, a sign before it, or a bar of a share 0–1."""

    text: str
    token: str = "text"
    sign: FieldState | None = None
    share: float | None = None
    bold: bool = False
    tip: str = ""


Row = Sequence[Cell | str]


class RowsModel(QAbstractTableModel):
    """Rows that are all in memory; `keys` name them (record ids)."""

    def __init__(self, columns: Sequence[Column], parent: QWidget) -> None:
        super().__init__(parent)
        self.columns = columns
        self.rows: Sequence[Row] = []
        self.keys: Sequence[Any] = []

    def fill(self, rows: Sequence[Row], keys: Sequence[Any] = ()) -> None:
        """Show other rows; as many as before are changed in place, so that a selection stays."""
        if len(rows) == len(self.rows):
            self.rows, self.keys = rows, keys
            if rows:
                self.dataChanged.emit(
                    self.index(0, 0), self.index(len(rows) - 1, len(self.columns) - 1)
                )
            return
        self.beginResetModel()
        self.rows, self.keys = rows, keys
        self.endResetModel()

    def set_columns(self, columns: Sequence[Column]) -> None:
        """Other columns; the rows go."""
        self.beginResetModel()
        self.columns, self.rows, self.keys = columns, [], []
        self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index | None = None) -> int:
        return len(self.columns)

    def cell(self, row: int, column: int) -> Cell:
        """The cell, a bare text as a cell."""
        found = self.rows[row][column]
        return Cell(found) if isinstance(found, str) else found

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        cell = self.cell(index.row(), index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return cell.text
        if role == Qt.ItemDataRole.TextAlignmentRole:
            right = self.columns[index.column()].right
            return theme.ALIGN_RIGHT if right else theme.ALIGN_LEFT
        if role == Qt.ItemDataRole.ForegroundRole and cell.token != "text":
            return theme.color(cell.token)
        if role == Qt.ItemDataRole.FontRole and cell.bold:
            return theme.font(bold=True)
        if role == Qt.ItemDataRole.ToolTipRole:
            return cell.tip or None
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return theme.ALIGN_RIGHT if column.right else theme.ALIGN_LEFT
        return None


class Head(QHeaderView):
    """Names over the columns, in one line: Qt asks for its height whenever a part of the screen
    is put in its place, and would look at every name for it."""

    def sizeHint(self) -> QSize:
        return QSize(0, theme.head_height())


class Table(QTableView):
    """One table of the program. Enter or a double click opens a row; Ctrl+C copies rows."""

    opened = Signal(object)  # key of the row
    current = Signal(object)  # key of the row that became current

    def __init__(
        self, columns: Sequence[Column], parent: QWidget | None = None, *, dense: bool = True
    ) -> None:
        super().__init__(parent)
        self.rows = RowsModel(columns, self)
        self.empty_text = ""
        self.setHorizontalHeader(Head(Qt.Orientation.Horizontal, self))
        # before the model, or every head would be looked at again
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setModel(self.rows)
        self.setItemDelegate(CellDelegate(self.rows, self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(16)
        self._dense = dense
        self._fixed_rows = 0  # as high as so many rows, whatever the size of type
        self._type_size = 0  # for which the columns were measured
        header = self.horizontalHeader()
        header.setMinimumSectionSize(16)
        self._set_sections(columns)
        self.horizontalScrollBar().rangeChanged.connect(self._scrolls_sideways)
        self.doubleClicked.connect(lambda index: self._open(index.row()))
        self.selectionModel().currentRowChanged.connect(self._moved)

    def _set_sections(self, columns: Sequence[Column]) -> None:
        header, mode = self.horizontalHeader(), QHeaderView.ResizeMode
        self._takes = [n for n, c in enumerate(columns) if not c.width]
        for n in range(len(columns)):
            header.setSectionResizeMode(n, mode.Stretch if n in self._takes else mode.Interactive)
        header.setStretchLastSection(not self._takes)
        self._type_size = 0
        self._measure()

    def set_columns(self, columns: Sequence[Column]) -> None:
        """Other columns, without rows yet."""
        if columns != self.rows.columns:
            self.rows.set_columns(columns)
            self._set_sections(columns)

    def fill(self, rows: Sequence[Row], keys: Sequence[Any] = ()) -> None:
        """Show these rows; the current row stays where its key still is."""
        rows, keys = list(rows), list(keys)
        if rows == self.rows.rows and keys == self.rows.keys:
            return
        held = self.key()
        self.rows.fill(rows, keys)
        if held is not None and held in keys:
            self.go_to(held)
        elif rows and self.currentIndex().row() < 0:
            self._only(0)
        self.viewport().update()

    def rename(self, column: int, title: str) -> None:
        """Another title for a column."""
        columns = list(self.rows.columns)
        if columns[column].title != title:
            columns[column] = replace(columns[column], title=title)
            self.rows.columns = columns
            self.rows.headerDataChanged.emit(Qt.Orientation.Horizontal, column, column)

    def key(self) -> Any:
        """The key of the current row, None without one."""
        row = self.currentIndex().row()
        return self.rows.keys[row] if 0 <= row < len(self.rows.keys) else None

    def go_to(self, key: Any) -> None:
        """Make the row of this key current."""
        if key in self.rows.keys:
            row = list(self.rows.keys).index(key)
            if row != self.currentIndex().row():
                self._only(row)

    def _only(self, row: int) -> None:
        """Select this row and no other; `selectRow` would add it while Ctrl is down."""
        flag = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(
            self.rows.index(row, 0), flag.ClearAndSelect | flag.Rows
        )

    def height_of_rows(self, count: int) -> int:
        """Pixels that the head and so many rows need."""
        head = (
            0 if self.horizontalHeader().isHidden() else self.horizontalHeader().sizeHint().height()
        )
        return head + count * self._row_height() + 2

    def fix_rows(self, count: int) -> None:
        """Be always as high as the head and so many rows, and the bar below where it scrolls
        sideways."""
        self._fixed_rows = count
        bar = self.horizontalScrollBar()
        below = bar.sizeHint().height() if bar.maximum() > bar.minimum() else 0
        self.setFixedHeight(self.height_of_rows(count) + below)

    def _scrolls_sideways(self) -> None:
        if self._fixed_rows:
            self.fix_rows(self._fixed_rows)

    def _row_height(self) -> int:
        return theme.row_height() - theme.GRID if self._dense else theme.row_height()

    def _measure(self) -> None:
        """Rows and columns for the type as large as it is now; a column that somebody made wider
        is set anew only when the type is another."""
        rows = self.verticalHeader()
        if rows.defaultSectionSize() != self._row_height():  # it would lay out every row anew
            rows.setDefaultSectionSize(self._row_height())
        if self._type_size != theme.size():
            self._type_size = theme.size()
            for n, column in enumerate(self.rows.columns):
                if column.width:
                    self.setColumnWidth(n, column.width * theme.size() // theme.DATA_SIZE)
        if self._fixed_rows:
            self.fix_rows(self._fixed_rows)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        # large type was chosen: the font comes first, then the style that the head is drawn in
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._measure()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What takes the rest keeps a width one can read; the table scrolls sideways then."""
        super().resizeEvent(event)
        header, mode = self.horizontalHeader(), QHeaderView.ResizeMode
        takes = [n for n in self._takes if not self.isColumnHidden(n)]
        fixed = sum(header.sectionSize(n) for n in range(header.count()) if n not in self._takes)
        least = {n: self.rows.columns[n].least * theme.size() // theme.DATA_SIZE for n in takes}
        fits = self.viewport().width() - fixed >= sum(least.values())
        wanted = mode.Stretch if fits else mode.Fixed
        for n in takes:
            if header.sectionResizeMode(n) != wanted:
                header.setSectionResizeMode(n, wanted)
            if not fits and header.sectionSize(n) != least[n]:
                header.resizeSection(n, least[n])

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), self.height_of_rows(_LEAST_ROWS))

    def _moved(self, now: QModelIndex, _before: QModelIndex) -> None:
        if 0 <= now.row() < len(self.rows.keys):
            self.current.emit(self.rows.keys[now.row()])

    def _open(self, row: int) -> None:
        if 0 <= row < len(self.rows.keys):
            self.opened.emit(self.rows.keys[row])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & (
            Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        ):
            self._open(self.currentIndex().row())
        else:
            super().keyPressEvent(event)

    def copy(self) -> None:
        """The selected rows as text that Excel pastes into cells."""
        chosen = sorted({index.row() for index in self.selectedIndexes()})
        lines = [[c.title for c in self.rows.columns]] if len(chosen) > 1 else []
        lines += [
            [self.rows.cell(row, column).text for column in range(len(self.rows.columns))]
            for row in chosen
        ]
        QGuiApplication.clipboard().setText("\n".join("\t".join(line) for line in lines))

    def paintEvent(self, event: Any) -> None:
        super().paintEvent(event)
        if not self.rows.rows and self.empty_text:
            painter = QPainter(self.viewport())
            painter.setPen(theme.color("muted"))
            box = self.viewport().rect().adjusted(16, 16, -16, -16)
            painter.drawText(
                box, Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap, self.empty_text
            )
