"""The home screen's widgets: six numbers, the table of places, the list behind a number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QSplitter,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from laborclerk.features.coverage.gaps import GapKind
from laborclerk.features.coverage.service import DIRECT, CoverageRow
from laborclerk.kernel.clock import show_time
from laborclerk.kernel.errors import Problem
from laborclerk.ui.entry import FieldState
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.dialogs import choose
from laborclerk.ui.kit.small import Elided
from laborclerk.ui.kit.table import Cell, Column, Table
from laborclerk.ui.screens.coverage.presenter import COLUMNS, SIX, HomePresenter, Line
from laborclerk.ui.screens.coverage.sign_dialog import SignDialog
from laborclerk.ui.station import Station

Index = QModelIndex | QPersistentModelIndex
_DONE = next(at for at, c in enumerate(COLUMNS) if c.key == "done") + 1
_HEADS = ("", *(c.head for c in COLUMNS), "最近改动", "签认")
_WRONG_WHEN = {"unvisited", "persons_missing", "items_missing"}
_WIDTHS = (216, 64, 64, 148, 60, 60, 60, 60, 76, 56, 64, 108, 108)
_LIST = (
    Column("村组", 176, ends=True), Column("户编号", 88), Column("户主", 128), Column("人员", 128),
    Column("情况"), Column("复访日期", 104),
)  # fmt: skip


class _Places(QAbstractTableModel):
    def __init__(self, presenter: HomePresenter, parent: QWidget) -> None:
        super().__init__(parent)
        self._presenter = presenter

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._presenter.lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
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
        if role == Qt.ItemDataRole.ToolTipRole and column == len(COLUMNS) + 2:
            return "签认后又有改动" if line.row.signed.changed else None
        return None

    def _color(self, line: Line, column: int) -> Any:
        if column == len(COLUMNS) + 2:
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
        rect: QRect = option.rect  # type: ignore[attr-defined]
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
        rect: QRect = made.rect  # type: ignore[attr-defined]
        widget: QWidget = made.widget  # type: ignore[attr-defined]
        made.text = ""  # type: ignore[attr-defined]
        style = widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, made, painter, widget)
        painter.save()
        painter.setFont(made.font)  # type: ignore[attr-defined]
        ink = index.data(Qt.ItemDataRole.ForegroundRole)
        painter.setPen(ink or theme.color("text"))
        box = rect.adjusted(8, 0, -4, 0)
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, int(theme.ALIGN_LEFT), shown)
        painter.restore()


class _Table(QTableView):
    """A table whose Enter acts and whose arrow keys move by cell."""

    def __init__(
        self, enter: Callable[[int, int], None], space: Callable[[int], None] | None = None
    ) -> None:
        super().__init__()
        self._enter, self._space = enter, space
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setAlternatingRowColors(False)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(16)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setDefaultAlignment(theme.ALIGN_LEFT)
        self.doubleClicked.connect(lambda index: enter(index.row(), index.column()))
        self._measure()

    def setModel(self, model: QAbstractItemModel | None) -> None:
        super().setModel(model)
        self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._measure()

    _type_size = 0  # for which the columns were measured

    def _measure(self) -> None:
        """Rows and columns for the type as large as it is now."""
        self.verticalHeader().setDefaultSectionSize(theme.row_height())
        self.setMinimumHeight(6 * theme.row_height())
        if self.model() is not None and self._type_size != theme.size():
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
        if event.key() == Qt.Key.Key_Space and self._space and index.isValid():
            self._space(index.row())
            return
        super().keyPressEvent(event)


_NO_ROUND = (
    "没有正在进行的调查轮次。请到“设置”新建一轮,再到“底册”导入户籍底册\n"
    "已结束的一轮,表和名单在“打印”里照样可印"
)
_HINT = "空格 展开{word}　←→ 选数　Enter 看名单　F8 下一个　F9 签认本村"


class HomeScreen(QWidget):
    """The state of the census of this station; `said` is for the line above the screen."""

    said = Signal(str)

    def __init__(
        self,
        station: Station,
        open_household: Callable[[int, int | None, Sequence[int]], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.presenter = HomePresenter(station, self, open_household)
        self.title = QLabel()
        theme.restyle(self.title, title=True)
        self.subtitle = Elided(muted=True)
        self.six = [QPushButton() for _ in SIX]
        self.hint = Elided(small=True)
        self.places = _Table(self._enter_number, self.presenter.toggle)
        self._places = _Places(self.presenter, self)
        self.places.setModel(self._places)
        self.setFocusProxy(self.places)
        self.places.setItemDelegateForColumn(0, _Name(self.presenter, self))
        self.places.setItemDelegateForColumn(_DONE, _Bar(self.presenter, self))
        self.list_title = Elided(muted=True)
        self.list = Table(_LIST)
        self.list.opened.connect(self.presenter.open_line)
        self.list.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.empty = QLabel()
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        theme.restyle(self.empty, muted=True)
        self._remember: list[int] = []
        for keys, act in (("F9", self._sign), ("F8", self.next_in_list)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)
        self._lay_out()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.title)
        head.addWidget(self.subtitle)
        head.addStretch(1)
        strip = QHBoxLayout()
        strip.setSpacing(4)
        for at, button in enumerate(self.six):
            button.clicked.connect(lambda _=False, level=at: self._show_level(level))
            button.setShortcut(f"Alt+{at + 1}")
            strip.addWidget(button)
        strip.addStretch(1)
        strip.addWidget(self.hint)
        below = QWidget()
        lower = QVBoxLayout(below)
        lower.setContentsMargins(0, 4, 0, 0)
        lower.setSpacing(4)
        lower.addWidget(self.list_title)
        lower.addWidget(self.list, 1)
        self.split = QSplitter(Qt.Orientation.Vertical)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self.places)
        self.split.addWidget(below)
        self.split.setStretchFactor(0, 3)
        self.split.setStretchFactor(1, 2)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(12, 8, 12, 8)
        whole.setSpacing(8)
        whole.addLayout(head)
        whole.addLayout(strip)
        whole.addWidget(self.split, 1)
        whole.addWidget(self.empty, 1)

    # -- what the presenter says ---------------------------------------------------------------

    def lines_changed(self) -> None:
        here = self.places.currentIndex()
        place = self._place_at(here.row()) if here.isValid() else None
        column = max(here.column(), 0)
        self._places.beginResetModel()
        self._remember = [line.row.place for line in self.presenter.lines]
        self._places.endResetModel()
        row = self._remember.index(place) if place in self._remember else 0
        if self._remember:
            self.places.setCurrentIndex(self._places.index(row, column))
        self._show_total()

    def _place_at(self, row: int) -> int | None:
        return self._remember[row] if 0 <= row < len(self._remember) else None

    def _show_total(self) -> None:
        total = self.presenter.total
        self.split.setVisible(total is not None)
        self.empty.setVisible(total is None)
        for button in self.six:
            button.setVisible(total is not None)
        self.hint.setVisible(total is not None)
        self.title.setText(self.presenter.station.name)
        self.subtitle.setText(self.presenter.round_title)
        if total is None:
            self.empty.setText(_NO_ROUND)
            return
        word = self.presenter.station.tree.word
        self.hint.setText(_HINT.format(word=word))
        for at, (button, (name, kind, value)) in enumerate(zip(self.six, SIX, strict=True), 1):
            count = value(total)
            name = word if kind is GapKind.GROUP else name
            button.setText(
                f"漏{name} {count:,}" if kind is not GapKind.ITEM else f"缺{name} {count:,}"
            )
            button.setShortcut(f"Alt+{at}")  # a new text takes it away
            theme.restyle(button, wrong=bool(count))
        none = "还没有户。先到“底册”导入户籍底册,或到“入户”按 Ctrl+N 逐户登记"
        some = "选一个数字按 Enter,这里列出名单"
        if self.presenter.due_visits:
            again = f"今天应复访 {self.presenter.due_visits:,} 户(含过期的):在“待复访”上按 Enter"
            some = f"{again}　{some}"
        if self.presenter.shown is None:
            self.list_title.setText(some if total.counts.households else none)

    def list_changed(self) -> None:
        found = self.presenter.list
        self.list.rename(0, f"村{self.presenter.station.tree.word}")
        self.list.fill(
            [
                (g.where, g.number, g.head_name, g.name, g.text, self._day(g.next_date))
                for g in found
            ],
            range(len(found)),
        )
        shown = self.presenter.shown
        if shown is not None:
            empty = "" if shown.lines else "(没有)"
            self.list_title.setText(shown.title + empty + "　F8 下一个 · Enter 打开 · Ctrl+P 打印")

    def _day(self, day: str | None) -> Cell:
        """The day of the next visit, marked once it has come."""
        due = day is not None and day <= self.presenter.today
        return Cell(day or "", "warned" if due else "text", FieldState.WARNED if due else None)

    def ask_signature(self, place: int, name: str, problems: list[Problem], today: str) -> None:
        dialog = SignDialog(name, problems, today, self)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            given = dialog.signature()
            self.presenter.sign(place, given.signer, given.date, given.reason)

    def ask_withdrawal(self, sign_off: int, name: str, text: str) -> None:
        options = (("no", "保留签认"), ("yes", "撤回签认(村里还要改)"))
        if choose(self, f"签认 · {name}", f"“{name}”已于 {text}", options) == "yes":
            self.presenter.withdraw(sign_off, "")

    def say(self, text: str) -> None:
        self.said.emit(text)

    # -- keys ----------------------------------------------------------------------------------

    def _enter_number(self, row: int, column: int) -> None:
        if 1 <= column <= len(COLUMNS):
            self.presenter.show_number(row, COLUMNS[column - 1])
            self.list.setFocus()
        else:
            self.presenter.toggle(row)

    def _show_level(self, at: int) -> None:
        self.presenter.show_level(at)
        self.list.setFocus()

    def _sign(self) -> None:
        row = self.places.currentIndex().row()
        if 0 <= row < len(self.presenter.lines):
            self.presenter.sign_line(row)

    def _scrolled(self, at: int) -> None:
        if at >= self.list.verticalScrollBar().maximum():
            self.presenter.more()

    def next_in_list(self) -> None:
        """F8: the next line of the list."""
        row = self.list.currentIndex().row()
        at = row + 1 if self.list.hasFocus() else max(row, 0)
        if at < len(self.presenter.list):
            self.list.setFocus()
            self.list.selectRow(at)
