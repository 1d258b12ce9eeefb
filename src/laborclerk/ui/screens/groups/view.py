"""The screen of what is kept for each group: groups above, the book of the chosen one below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSizePolicy,
    QTabBar,
    QWidget,
)

from laborclerk.features.coverage.model import GroupReport
from laborclerk.store.base import fields_of
from laborclerk.ui.entry import FieldState, Shown
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.ask import agreed
from laborclerk.ui.kit.entry_line import EntryLine
from laborclerk.ui.kit.looking import place_edit, time_edit
from laborclerk.ui.kit.page import Page, button, label
from laborclerk.ui.kit.table import Cell, Column, Row, Table
from laborclerk.ui.screens.groups.lines import KINDS, Line
from laborclerk.ui.screens.groups.presenter import LISTS, GroupsPresenter
from laborclerk.ui.station import Station

_COLUMNS = (
    Column("村(社区)", 144), Column("组", 72),
    Column("发出", 60, right=True), Column("收回", 60, right=True),
    Column("作废", 60, right=True), Column("未交回", 68, right=True),
    Column("已录", 60, right=True), Column("未录", 60, right=True), Column("", 16),
    Column("负责人", 88), Column("电话", 112), Column("月报", 104), Column("上报人", 112),
    Column("变动", 56, right=True), Column("", 16), Column("电脑"),
)  # fmt: skip
_BOOK = (
    Column("日期", 104), Column("登记", 220), Column("起止编号", 200), Column("经手、上报", 120),
    Column("说明"),
)  # fmt: skip
_HINTS = (
    "1 发出 2 收回 3 作废 · R 月报 · D 分电脑 · Del 删下面选中的登记 · Enter 到下面"
    " · F8 下一处 · Alt+←→ 换月 · Alt+1… 换单子 · Ctrl+F 换地方"
)
_COUNTY_HINTS = _HINTS.replace(" · D 分电脑", "")
_ALONE = "一台电脑不用分村。几台同录:每台先定本机代号(L),再把村分给各台(D),户编号就不会重复"
_EMPTY = {
    "": "还没有分{word}。请到“村{word}”设{word}:纸表的发出、收回,每月的上报,都按{word}记在这里",
    "silent": "这个月都上报了",
    "out": "发出去的纸表都交回了,或作废了",
    "to_key": "收回来的纸表都录了",
    "free": "每个村都分给了电脑",
}
_NO_ENTRY = "这里还没有登记。发了表按 1,收回按 2,作废按 3;{word}长报了当月变动按 R"


class GroupsScreen(Page):
    """What is kept for each group."""

    def __init__(self, station: Station, parent: QWidget | None = None) -> None:
        super().__init__("纸表月报", parent)
        self.presenter = GroupsPresenter(station, self)
        p = self.presenter
        self.place = place_edit(lambda typed: p.places().search(typed), self._picked)
        self.month = time_edit(fields_of(GroupReport)["month"], 96, p.choose_month, self.setFocus)
        self.letter = button("", p.entering.ask_letter)
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        for which, (title, _) in LISTS.items():
            self.tabs.setTabData(self.tabs.addTab(title), which)
        self.tabs.currentChanged.connect(lambda at: p.narrow(self.tabs.tabData(at)))
        self.laptops = label(muted=True)
        for told in (self.about, self.laptops):  # they give way in a narrow window
            told.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.table = Table(_COLUMNS)
        self.table.current.connect(self._show_book)
        self.table.opened.connect(self._into_book)
        self.entry = EntryLine(p.entering.keep, p.entering.drop)
        self.said = label(wrap=True)
        self.book = Table(_BOOK)
        self.book.fix_rows(4)
        self._build()
        self.changed()

    def _build(self) -> None:
        p = self.presenter
        for part in (
            label("地方", muted=True), self.place, label("月份", muted=True),
            button("◂", partial(p.step_month, -1)), self.month,
            button("▸", partial(p.step_month, 1)), self.letter,
        ):  # fmt: skip
            self.side.addWidget(part)
        narrow = QHBoxLayout()
        narrow.setSpacing(3 * theme.GRID)
        narrow.addWidget(self.tabs)
        narrow.addWidget(self.laptops, 1)
        self.body.addLayout(narrow)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.entry)
        self.body.addWidget(self.said)
        self.body.addWidget(self.book)
        self.hints.setText(_HINTS if p.shares_villages else _COUNTY_HINTS)
        self.letter.setVisible(p.shares_villages)
        for keys in KINDS:
            self.key(keys, partial(self._on_line, partial(self._paper, keys)), self.table)
        self.key("R", partial(self._on_line, p.entering.ask_report), self.table)
        self.key("D", lambda: p.entering.ask_assign(self._chosen()), self.table)
        self.key("L", p.entering.ask_letter, self.table)
        for table in (self.table, self.book):
            self.key("Del", self._take_back, table)
        self.key("F8", self._next)
        self.key("Ctrl+F", self.place.setFocus)
        self.key("Ctrl+S", p.entering.keep)
        self.key("Alt+Left", partial(p.step_month, -1))
        self.key("Alt+Right", partial(p.step_month, 1))
        for at in range(self.tabs.count()):
            self.key(f"Alt+{at + 1}", partial(self.tabs.setCurrentIndex, at))
        self.setFocusProxy(self.table)

    # -- showing -------------------------------------------------------------------------------

    def changed(self) -> None:
        p = self.presenter
        self.table.rename(1, p.station.tree.word)
        if p.place is not None and p.place != self.place.value:
            self.place.choose(p.place, p.station.tree.path(p.place, "village"))
        self.month.show_as(Shown(p.month))
        self.letter.setText(f"本机代号 {p.groups.letter or '…'} (L)")
        self._fit()
        self._show_tabs()
        lines = p.lines()
        self.table.empty_text = _EMPTY[p.listed].format(word=p.station.tree.word)
        self.table.fill([self._row(line) for line in lines], [line.place for line in lines])
        self._show_book(self.table.key())
        self.said.setVisible(p.ended is not None)
        if p.ended is not None:
            theme.restyle(self.said, wrong=not p.ended.whole)
            self.said.setText(p.ended.text)
        self.entry.follow(p.entering, self.table.setFocus)

    def _fit(self) -> None:
        """Totals and laptops as far as there is room, with a mark where they are cut."""
        p = self.presenter
        laptops = p.groups.laptops() or (_ALONE if p.shares_villages else "")
        for told, text in ((self.about, p.summary()), (self.laptops, laptops)):
            told.setToolTip(text)
            room = told.width() if self.isVisible() else 2**15
            told.setText(told.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _show_tabs(self) -> None:
        p = self.presenter
        self.tabs.blockSignals(True)
        for at in range(self.tabs.count()):
            which = self.tabs.tabData(at)
            self.tabs.setTabText(at, f"{LISTS[which][0]} {p.count(which):,}")
            self.tabs.setTabVisible(at, which != "free" or p.groups.free > 0)
            if which == p.listed:
                self.tabs.setCurrentIndex(at)
        self.tabs.blockSignals(False)

    def _row(self, line: Line) -> Row:
        p, m = line.paper, line.report
        share = f"{line.share.letter} {line.share.clerk}" if line.share else ""
        own = line.share is not None and line.share.own
        return (
            Cell(line.village, tip=line.village), line.name, _number(p.issued),
            _number(p.returned), _number(p.spoilt), _open(p.out), _number(p.keyed),
            _open(p.to_key), "", m.leader if m else "", m.phone if m else "",
            *self._report(line), "", Cell(share, "text" if own else "muted"),
        )  # fmt: skip

    def _report(self, line: Line) -> Row:
        m = line.report
        if m is None:
            return "", "", ""
        if m.date is not None:
            changes = "" if m.changes is None else f"{m.changes:,}"
            return Cell(m.date, "passed", FieldState.PASSED, tip=m.note), m.reporter, changes
        late = FieldState.WRONG if self.presenter.overdue else FieldState.WARNED
        before = f"上次 {m.last_month}" if m.last_month else "从未报过"
        return Cell("未上报", late.value, late), Cell(before, "muted"), ""

    def _show_book(self, place: int | None) -> None:
        line = self.presenter.line(place)
        entries = line.entries if line else ()
        self.book.empty_text = (
            _NO_ENTRY.format(word=self.presenter.station.tree.word) if line else ""
        )
        self.book.fill(
            [
                (e.date, e.what, Cell(e.numbers, tip=e.numbers), e.person, Cell(e.note, tip=e.note))
                for e in entries
            ],
            [e.key for e in entries],
        )
        latest = self.presenter.entering.latest
        if latest is not None and latest in self.book.rows.keys:
            self.book.go_to(latest)
            self.presenter.entering.latest = None

    # -- acting --------------------------------------------------------------------------------

    def _on_line(self, act: Callable[[int], object]) -> None:
        place = self.table.key()
        if place is not None:
            act(place)

    def _into_book(self, _place: int) -> None:
        self.book.setFocus()

    def _paper(self, kind: str, place: int) -> None:
        self.presenter.entering.ask_paper(place, kind)

    def _chosen(self) -> Sequence[int]:
        rows = {index.row() for index in self.table.selectedIndexes()}
        return [self.table.rows.keys[row] for row in sorted(rows)]

    def _take_back(self) -> None:
        line, key = self.presenter.line(self.table.key()), self.book.key()
        made = next((e for e in line.entries if e.key == key), None) if line else None
        if line is None or made is None:
            return
        text = f"{line.title}:{made.date} {made.what} {made.numbers} {made.person}".rstrip()
        if agreed(self, "删除登记", f"{text}。\n记错了,删掉?", "删掉"):
            self.presenter.entering.take_back(made)

    def _next(self) -> None:
        place = self.presenter.next_open(self.table.key())
        if place is not None:
            self.table.go_to(place)
            self.table.setFocus()

    def _picked(self, place: int) -> None:
        self.presenter.choose_place(place)
        self.table.setFocus()


def _number(count: int) -> Cell:
    return Cell(f"{count:,}") if count else Cell("·", "muted")


def _open(count: int) -> Cell:
    """A count that should be nil."""
    return Cell(f"{count:,}", "warned", FieldState.WARNED) if count > 0 else Cell("·", "muted")
