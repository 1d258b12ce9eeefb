"""The screen of handbooks given out, of what must be checked in them, and of campaigns."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QTabBar, QWidget

from laborclerk.features.dispatch.campaigns import CampaignLine
from laborclerk.features.handbook.service import Line
from laborclerk.kernel.errors import Severity
from laborclerk.ui.entry import FieldState
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.entry_line import EntryLine
from laborclerk.ui.kit.page import Page, button, label, labelled
from laborclerk.ui.kit.pick import PickEdit
from laborclerk.ui.kit.table import Cell, Column, Row, Table
from laborclerk.ui.screens.handbook.presenter import (
    CAMPAIGNS,
    CHECKS,
    ISSUES,
    TABS,
    HandbookPresenter,
    IssueLine,
)
from laborclerk.ui.station import Station

_ISSUES = (
    Column("日期", 104), Column("种类", 96), Column("册数", 64, right=True), Column("发给谁"),
    Column("目的地", 152), Column("版次", 176), Column("发放人", 96),
)  # fmt: skip
_CHECKS = (
    Column("讲什么", 224), Column("内容"), Column("出处", 300), Column("施行", 176),
    Column("核对日期", 104),
)  # fmt: skip
_CAMPAIGNS = (
    Column("名称", 176), Column("工种", 76), Column("去哪里"), Column("开始", 100),
    Column("准备截止", 100), Column("计划", 60, right=True), Column("名册", 60, right=True),
    Column("到岗", 60, right=True), Column("人均(元)", 80, right=True), Column("提醒", 300),
)  # fmt: skip
_HINTS = {
    ISSUES: "N 登记发放 · P 给一批每人登记一册 · Alt+1…3 换页",
    CHECKS: "空格 记下已核对(可先选多行) · Alt+1…3 换页",
    CAMPAIGNS: "N 新建 · F2 改、填结果 · Alt+1…3 换页",
}
_EMPTY = {
    ISSUES: "还没有发放记录。印好手册,发到人手里,按 N 或 P 登记",
    CHECKS: "",
    CAMPAIGNS: "还没有季节行动。按 N 新建:摘棉、捡菜、枸杞采收,计划多少人、哪天前准备好",
}


class HandbookScreen(Page):
    """Issue log, checks, campaigns."""

    def __init__(self, station: Station, parent: QWidget | None = None) -> None:
        super().__init__("手册发放", parent)
        self.presenter = HandbookPresenter(station, self)
        p = self.presenter
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        for key, title in TABS.items():
            self.tabs.setTabData(self.tabs.addTab(title), key)
        self.tables = {
            ISSUES: Table(_ISSUES), CHECKS: Table(_CHECKS), CAMPAIGNS: Table(_CAMPAIGNS),
        }  # fmt: skip
        self.batch = PickEdit(lambda typed: p.batches().search(typed))
        self.batch.picked.connect(self._give)
        self.batch.given_up.connect(self.to_table)
        self.give = labelled("给哪一批", self.batch, 72)
        self.entry = EntryLine(p.keep, p.drop)
        self.said = label(wrap=True)
        self.told = label(wrap=True)
        self.new = button("登记 (N)", p.begin, main=True)
        self._build()
        self.changed()

    def _build(self) -> None:
        p = self.presenter
        self.side.addWidget(self.new)
        self.body.addWidget(self.tabs)
        for key, table in self.tables.items():
            table.empty_text = _EMPTY[key]
            self.body.addWidget(table, 1)
            self.key("N", p.begin, table)
        self.body.addWidget(self.give)
        self.body.addWidget(self.entry)
        self.body.addWidget(self.said)
        self.body.addWidget(self.told)
        self.give.hide()
        self.tabs.currentChanged.connect(self._turned)
        self.key("P", self._ask_batch, self.tables[ISSUES])
        self.key("Space", self._confirm, self.tables[CHECKS])
        campaigns = self.tables[CAMPAIGNS]
        self.key("F2", lambda: p.edit(campaigns.key()), campaigns)
        campaigns.opened.connect(p.edit)
        self.key("Ctrl+S", p.keep)
        for at in range(len(TABS)):
            self.key(f"Alt+{at + 1}", partial(self._turn, at))
        self.setFocusProxy(self.tables[ISSUES])

    # -- showing -------------------------------------------------------------------------------

    def changed(self) -> None:
        p, f = self.presenter, self.presenter.found
        self.about.setText(p.summary())
        self.hints.setText(_HINTS[p.tab])
        self.new.setVisible(p.tab != CHECKS)
        self.new.setText("新建 (N)" if p.tab == CAMPAIGNS else "登记发放 (N)")
        for key, table in self.tables.items():
            table.setVisible(key == p.tab)
        self.setFocusProxy(self.tables[p.tab])
        self.tables[ISSUES].fill([_issue(i) for i in f.issues], [i.id for i in f.issues])
        self.tables[CHECKS].fill([_line(i) for i in f.lines], [i.item.key for i in f.lines])
        self.tables[CAMPAIGNS].fill(
            [_campaign(c) for c in f.campaigns], [c.id for c in f.campaigns]
        )
        problems = p.told()
        self.told.setVisible(bool(problems) and p.asked is None)
        self.told.setText("\n".join(f"⚠ {x.text}" for x in problems[:3]))
        self.said.setVisible(p.ended is not None)
        if p.ended is not None:
            theme.restyle(self.said, wrong=not p.ended.whole)
            self.said.setText(p.ended.text)
        self.entry.follow(p, self.to_table)

    def to_table(self) -> None:
        """The cursor back to the list."""
        self.give.hide()
        self.tables[self.presenter.tab].setFocus()

    def _turn(self, at: int) -> None:
        self.tabs.setCurrentIndex(at)
        self.to_table()

    def _turned(self, at: int) -> None:
        self.presenter.show(self.tabs.tabData(at))
        self.setFocusProxy(self.tables[self.presenter.tab])
        self.to_table()

    # -- acting --------------------------------------------------------------------------------

    def _ask_batch(self) -> None:
        self.give.show()
        self.batch.choose(None, "")
        self.batch.setFocus()
        self.batch.open_list()

    def _give(self, batch: int) -> None:
        self.to_table()
        self.presenter.give_batch(batch)

    def _confirm(self) -> None:
        table = self.tables[CHECKS]
        rows = sorted({index.row() for index in table.selectedIndexes()})
        self.presenter.confirm([table.rows.keys[row] for row in rows])


def _issue(i: IssueLine) -> Row:
    return (
        i.date, i.kind, f"{i.copies:,}", Cell(i.to, tip=i.to), i.destination,
        Cell(i.edition, "muted"), i.giver,
    )  # fmt: skip


def _line(line: Line) -> Row:
    item = line.item
    head = f"{item.number} {item.head}" if item.number else item.head
    checked = (
        Cell(line.checked, "passed", FieldState.PASSED)
        if line.checked
        else Cell("没核对", "warned", FieldState.WARNED)
    )
    return (
        Cell(head, tip=head), Cell(item.line, tip=item.line), Cell(item.source, tip=item.source),
        Cell(item.valid_from, tip=item.valid_from), checked,
    )  # fmt: skip


def _campaign(c: CampaignLine) -> Row:
    told = c.problems[0].text if c.problems else ""
    grave = any(p.severity is not Severity.HINT for p in c.problems)
    return (
        c.name, c.kind, Cell(c.destination, tip=c.destination), c.starts, c.prepare_by,
        "" if c.plan is None else f"{c.plan:,}", f"{c.people:,}", f"{c.arrived:,}",
        "" if c.mean is None else f"{c.mean:,}",
        Cell(told, "warned" if grave else "text", tip=told),
    )  # fmt: skip
