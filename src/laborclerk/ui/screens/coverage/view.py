"""The home screen's widgets: six numbers, the table of places, the list behind a number."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from laborclerk.features.coverage.gaps import GapKind
from laborclerk.kernel.errors import Problem
from laborclerk.ui.entry import FieldState
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.dialogs import choose
from laborclerk.ui.kit.small import Elided
from laborclerk.ui.kit.table import Cell, Column, Table
from laborclerk.ui.screens.coverage.places_table import SIGNED, PlacesTable
from laborclerk.ui.screens.coverage.presenter import COLUMNS, SIX, HomePresenter
from laborclerk.ui.screens.coverage.sign_dialog import SignDialog
from laborclerk.ui.station import OpenHousehold, Station

_LIST = (
    Column("村组", 176, ends=True), Column("户编号", 88), Column("户主", 128), Column("人员", 128),
    Column("情况"), Column("复访日期", 104),
)  # fmt: skip
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
        open_household: OpenHousehold,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.presenter = HomePresenter(station, self, open_household)
        self.title = QLabel()
        theme.restyle(self.title, title=True)
        self.subtitle = Elided(muted=True)
        self.six = [QPushButton() for _ in SIX]
        self.hint = Elided(small=True)
        self.places = PlacesTable(self.presenter, self._enter_number, self.presenter.toggle)
        self.setFocusProxy(self.places)
        self.list_title = Elided(muted=True)
        self.list = Table(_LIST)
        self.list.opened.connect(self.presenter.open_line)
        self.list.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.empty = QLabel()
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        theme.restyle(self.empty, muted=True)
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
        self.places.refresh()
        self._show_total()

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
        elif column == SIGNED and self.presenter.show_changed(row):
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
