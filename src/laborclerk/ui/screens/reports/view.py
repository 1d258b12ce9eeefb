"""The screen of reports: which one left; its charts above its numbers. Arrows go from number to
number, Enter opens the list behind one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from laborclerk.features.reports.counts import Line, Report
from laborclerk.features.reports.kinds import REPORTS, STEPWISE, ReportKind
from laborclerk.features.reports.listing import HEADS, Entry
from laborclerk.features.reports.rules import percent
from laborclerk.features.work.model import WorkSpell
from laborclerk.store.base import fields_of
from laborclerk.ui.entry import Shown
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.chart import ChartView
from laborclerk.ui.kit.files import ask_save
from laborclerk.ui.kit.line_edit import LineEdit
from laborclerk.ui.kit.looking import place_edit, time_edit
from laborclerk.ui.kit.page import Page, button, label
from laborclerk.ui.kit.preview import show_document
from laborclerk.ui.kit.table import Cell, Column, Row, Table
from laborclerk.ui.screens.reports.presenter import ReportsPresenter
from laborclerk.ui.station import OpenHousehold, Station

_LIST = tuple(
    Column(head, width, right=head in ("年龄", "月收入"), ends=head in ("村组", "务工地"))
    for head, width in zip(HEADS, (184, 72, 112, 44, 48, 108, 152, 0, 92, 72), strict=True)
)
_HINTS = (
    "方向键选数 · Enter 看名单,在名单上打开调查表 · Esc 返回 · Alt+↑↓ 换报表 · Ctrl+P 打印 · "
    "T 存图 · E 导出 · M 换稳定月数 · K 核对上报数 · Ctrl+D 改日期"
)
_SIDE = 132
_BOTH = 880  # pixels at 100 % from which on two charts stand side by side
_BEFORE = 2  # columns of the table before those of the report: its label; then the share


class ReportsScreen(Page):
    """`open_household` leads to the household's form."""

    def __init__(
        self, station: Station, open_household: OpenHousehold, parent: QWidget | None = None
    ) -> None:
        super().__init__("报表", parent)
        self.presenter = ReportsPresenter(station, self, open_household)
        p = self.presenter
        self.place = place_edit(lambda typed: p.places().search(typed), self._picked)
        self.day = time_edit(fields_of(WorkSpell)["start"], 108, p.choose_day, self.setFocus)
        self.months = button("", p.next_months)
        self.print_ = button("打印 (Ctrl+P)", self.print_now)
        self.kinds = Table((Column(""),))
        self.kinds.horizontalHeader().hide()
        self.kinds.setFixedWidth(_SIDE * theme.size() // theme.DATA_SIZE)
        self.kinds.fill([(named.brief,) for named in REPORTS.values()], list(REPORTS))
        self.kinds.current.connect(p.choose)
        self.kinds.opened.connect(lambda _: self.setFocus())
        self.charts = (ChartView(), ChartView())
        self.numbers = Table((Column(""),))
        self.numbers.empty_text = "没有可统计的"
        self.numbers.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.numbers.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.numbers.opened.connect(self._open)
        self.notes = label(wrap=True, warned=True)
        self.rule = label(wrap=True, small=True)
        self.said = label(wrap=True)
        self.people = Table(_LIST)
        self.people.empty_text = "没有人。这是只报了数、没有名单的,或数是0"
        self.people.opened.connect(p.open_entry)
        self.people.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.told = LineEdit()
        self.told.setPlaceholderText(
            "核对上报的数:如 8955+0+249+636=9840、3.18亿/8.16万=3916,Enter"
        )
        self.told.returnPressed.connect(lambda: p.check(self.told.text()))
        self.stack = QStackedWidget()
        self._shown: Report | None = None
        self._build()
        self.setFocusProxy(self.numbers)
        self.changed()

    def _build(self) -> None:
        for part in (
            label("地方", muted=True), self.place, label("日期", muted=True), self.day,
            self.months, self.print_,
        ):  # fmt: skip
            self.side.addWidget(part)
        overview = QWidget()
        self._column = QVBoxLayout(overview)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.GRID)
        pictures = QHBoxLayout()
        pictures.setSpacing(2 * theme.GRID)
        for chart in self.charts:
            pictures.addWidget(chart, 1)
        self._column.addLayout(pictures, 5)
        self._column.addWidget(self.rule)
        self._column.addWidget(self.notes)
        self._column.addWidget(self.numbers, 4)
        self.stack.addWidget(overview)
        self.stack.addWidget(self.people)
        right = QVBoxLayout()
        right.setSpacing(theme.GRID)
        right.addWidget(self.stack, 1)
        right.addWidget(self.said)
        right.addWidget(self.told)
        both = QHBoxLayout()
        both.setSpacing(2 * theme.GRID)
        both.addWidget(self.kinds)
        both.addLayout(right, 1)
        self.body.addLayout(both, 1)
        self.hints.setText(_HINTS)
        self.key("Ctrl+D", self.day.setFocus)
        self.key("Alt+Up", lambda: self._step(-1))
        self.key("Alt+Down", lambda: self._step(1))
        self.key("Escape", self._back, self.people)
        for table in (self.people, self.kinds, self.numbers):
            self._letters(table)

    def _letters(self, table: Table) -> None:
        p = self.presenter
        for key, act in (
            ("T", self._picture), ("E", self._export), ("M", p.next_months), ("K", self._check),
        ):  # fmt: skip
            self.key(key, act, table)

    # -- showing -------------------------------------------------------------------------------

    def changed(self) -> None:
        p = self.presenter
        if p.place is not None and p.place != self.place.value:
            self.place.choose(p.place, p.station.tree.path(p.place, "village"))
        self.day.show_as(Shown(p.on))
        self.about.setText(p.about)
        self.months.setText(f"稳定:{p.months}个月 (M)")
        self.months.setVisible(p.kind is ReportKind.STABLE)
        self.title.setText(REPORTS[p.kind].title)
        self.print_.setEnabled(p.paper() is not None)
        self.kinds.blockSignals(True)
        self.kinds.go_to(p.kind)
        self.kinds.blockSignals(False)
        if p.found is not self._shown:
            self._show_report(p.found)
        self._show_list()
        self.said.setVisible(p.ended is not None)
        if p.ended is not None:
            theme.restyle(self.said, warned=not p.ended.whole)
            self.said.setText("\n".join([p.ended.text, *p.ended.lines]))

    def _show_report(self, found: Report | None) -> None:
        self._shown = found
        charts = self.presenter.charts
        for n, view in enumerate(self.charts):
            if n < len(charts):
                view.show_chart(charts[n][1], charts[n][0])
            else:
                view.show_chart(None)
        self.rule.setText(found.rule if found is not None else "")
        self._room_for_charts()
        notes = found.notes if found is not None else ()
        self.notes.setVisible(bool(notes))
        self.notes.setText("\n".join(notes))
        at = self.numbers.currentIndex()
        row, column = at.row(), at.column()
        self.numbers.set_columns(_columns(found))
        lines = () if found is None else (*found.lines, *found.sums)
        sums = {line.key for line in found.sums} if found is not None else set()
        self.numbers.fill(
            [_row(line, line.key in sums) for line in lines], [x.key for x in lines]
        )  # fmt: skip
        if found is not None and lines:
            row = row if 0 <= row < len(lines) else 0
            self._stand(row, max(1, min(column, len(found.columns) + 1)))

    def _room_for_charts(self) -> None:
        """The second chart only where both can be read."""
        wide = self.width() >= _BOTH * theme.size() // theme.DATA_SIZE
        self.charts[1].setVisible(wide and self.charts[1].chart is not None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._room_for_charts()

    def _stand(self, row: int, column: int) -> None:
        flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.numbers.selectionModel().setCurrentIndex(self.numbers.rows.index(row, column), flag)

    def _show_list(self) -> None:
        listing = self.presenter.listing
        if listing is None:
            had = self.people.hasFocus()
            self.stack.setCurrentIndex(0)
            self.setFocusProxy(self.numbers)
            if had:
                self.numbers.setFocus()
            return
        self.people.fill([_cells(e) for e in listing.entries], list(range(len(listing.entries))))
        if self.stack.currentWidget() is not self.people:
            self.stack.setCurrentWidget(self.people)
            self.people.scrollToTop()
            self.setFocusProxy(self.people)
            self.people.setFocus()

    # -- acting --------------------------------------------------------------------------------

    def _open(self, key: str) -> None:
        found, column = self._shown, self.numbers.currentIndex().column()
        if found is None:
            return
        at = 0 if column <= _BEFORE else min(column - _BEFORE, len(found.columns) - 1)
        self.presenter.open(key, found.columns[at].key)

    def _back(self) -> None:
        self.presenter.back()
        self.numbers.setFocus()

    def _step(self, by: int) -> None:
        keys = list(REPORTS)
        at = keys.index(self.presenter.kind) + by
        if 0 <= at < len(keys):
            self.presenter.choose(keys[at])

    def _scrolled(self, at: int) -> None:
        if at and at >= self.people.verticalScrollBar().maximum():
            self.presenter.more()

    def _picked(self, place: int) -> None:
        self.presenter.choose_place(place)
        self.setFocus()

    def _check(self) -> None:
        self.told.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.told.selectAll()

    def print_now(self) -> None:
        """Look at the report, or at the list that is open, before it is printed."""
        p = self.presenter
        paper = p.paper()
        if paper is not None:
            show_document(self, p.station.runner, paper, p.name, p.taken)

    def _picture(self) -> None:
        p = self.presenter
        path = ask_save(self, "存图", "PNG (*.png);;SVG (*.svg)", Path.home() / f"{p.name}.png")
        if path is not None:
            p.save_picture(path)

    def _export(self) -> None:
        p = self.presenter
        path = ask_save(self, "导出", "Excel (*.xlsx)", Path.home() / f"{p.name}.xlsx")
        if path is not None:
            p.export(path)


def _columns(found: Report | None) -> list[Column]:
    if found is None:
        return [Column("")]
    wide = 256 if found.kind in STEPWISE else 92
    share = "比上一步" if found.kind in STEPWISE else "占比"
    first, *rest = found.columns
    return [
        Column("", 248 if found.kind is ReportKind.SUMMARY else 168),
        Column(first.name, 84, right=True), Column(share, 72, right=True),
        *(Column(c.name, wide, right=True) for c in rest), Column("", least=8),
    ]  # fmt: skip


def _row(line: Line, is_sum: bool) -> Row:
    cells = [
        Cell(f"{v:,}" if isinstance(v, int) else v, "muted" if v in (0, "") else "text",
             bold=is_sum)
        for v in line.values
    ]  # fmt: skip
    return (
        Cell(line.label, bold=is_sum), cells[0], Cell(percent(line.share), "muted"), *cells[1:], "",
    )  # fmt: skip


def _cells(one: Entry) -> Row:
    return tuple("" if c is None else f"{c:,}" if isinstance(c, int) else str(c) for c in one.cells)
