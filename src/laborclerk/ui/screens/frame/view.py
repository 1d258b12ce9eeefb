"""The screen of the household frame: editions above, households or changes below."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QTabBar, QVBoxLayout, QWidget

from laborclerk.features.census.frame import CHANGED, GONE, NEW, FrameLine
from laborclerk.features.census.model import FrameEntry
from laborclerk.store.base import fields_of
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.page import Page, button, label
from laborclerk.ui.kit.record import RecordEditor
from laborclerk.ui.kit.table import Cell, Column, Row, Table
from laborclerk.ui.screens.frame.presenter import BY_HAND, KINDS, FramePresenter
from laborclerk.ui.station import OpenHousehold, Station

_TOKENS = {NEW: "passed", GONE: "wrong", CHANGED: "warned"}


class FrameScreen(Page):
    """`import_frame` leads to the screen of sheets."""

    def __init__(
        self,
        station: Station,
        open_household: OpenHousehold,
        import_frame: Callable[[], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("户籍底册", parent)
        self.presenter = FramePresenter(station, self, open_household)
        p = self.presenter
        self.editions = Table(
            (Column("底册", 300), Column("日期", 104), Column("来源"), Column("村", 56, right=True),
             Column("户", 80, right=True), Column("人", 80, right=True))
        )  # fmt: skip
        self.editions.empty_text = (
            "还没有底册。导入派出所或村里的户籍底册,程序才知道应访哪些户:按 Ctrl+O"
        )
        self.editions.fix_rows(4)
        self.editions.current.connect(self._select)
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        for kind in ("", *KINDS):
            at = self.tabs.addTab(KINDS.get(kind, "全部户"))
            self.tabs.setTabData(at, kind)
        self.tabs.currentChanged.connect(lambda at: p.show(self.tabs.tabData(at)))
        self.list = Table(
            (Column("村组", 200, ends=True), Column("户编号", 88), Column("户主", 128),
             Column("户籍人口", 72, right=True), Column("情况", 96), Column("项目", 96),
             Column("上一版", 200), Column("这一版", 200), Column(""))
        )  # fmt: skip
        self.list.opened.connect(lambda key: p.open(key[0]))
        self.list.verticalScrollBar().valueChanged.connect(self._scrolled)
        specs = fields_of(FrameEntry)
        self.editor = RecordEditor({k: specs[k] for k in BY_HAND}, 4, register="frame_entry")
        self.editor.finished.connect(p.add)
        self.add = button("补上这一户 (Ctrl+S)", p.add, main=True)
        self.said = label(wrap=True)
        self._filling = False
        self._build(import_frame)
        self.changed()

    def _build(self, import_frame: Callable[[], object]) -> None:
        self.side.addWidget(button("导入底册… (Ctrl+O)", import_frame))
        hand = QHBoxLayout()
        hand.setSpacing(3 * theme.GRID)
        hand.addWidget(self.editor, 1)
        column = QVBoxLayout()
        column.addWidget(self.add)
        column.addStretch(1)
        hand.addLayout(column)
        self.body.addWidget(self.editions)
        self.body.addWidget(self.tabs)
        self.body.addWidget(self.list, 1)
        self.body.addWidget(label("底册上漏了的户,在这里手工补", muted=True))
        self.body.addLayout(hand)
        self.body.addWidget(self.said)
        self.hints.setText(
            "↑↓ 选户 · Enter 打开这一户的表 · Alt+1…4 换单子 · Ctrl+O 导入底册 · Ins 手工补一户"
        )
        self.key("Ctrl+O", import_frame)
        self.key("Ins", lambda: self.editor.go_to("place"))
        self.key("Ctrl+S", self.presenter.add)
        for at in range(self.tabs.count()):
            self.key(f"Alt+{at + 1}", partial(self.tabs.setCurrentIndex, at))
        self.setFocusProxy(self.list)

    # -- showing -------------------------------------------------------------------------------

    def changed(self) -> None:
        p = self.presenter
        self._filling = True
        self.list.rename(0, f"村{p.station.tree.word}")
        self.editions.fill(
            [
                (e.name, e.as_of, Cell(e.source, "muted", tip=e.source), f"{e.villages:,}",
                 f"{e.households:,}", f"{e.persons:,}")
                for e in p.editions
            ],
            [e.id for e in p.editions],
        )  # fmt: skip
        if p.edition is not None:
            self.editions.go_to(p.edition)
        for at in range(self.tabs.count()):
            kind = self.tabs.tabData(at)
            if kind:
                self.tabs.setTabText(at, f"{KINDS[kind]} {p.count(kind):,}")
            if kind == p.shown and at != self.tabs.currentIndex():
                self.tabs.blockSignals(True)
                self.tabs.setCurrentIndex(at)
                self.tabs.blockSignals(False)
        self.tabs.setVisible(bool(p.editions))
        self._filling = False
        lines = p.listed()
        for column in (4, 5, 6, 7):
            self.list.setColumnHidden(column, not p.shown or (column > 4 and p.shown != CHANGED))
        self.list.empty_text = self._empty_text()
        self.list.fill(
            [self._row(line) for line in lines],
            [(line.household, line.kind, line.field) for line in lines],
        )
        self.editor.show_form(p.form)
        ended = p.ended
        self.said.setVisible(ended is not None)
        if ended is not None:
            theme.restyle(self.said, wrong=not ended.whole)
            self.said.setText(ended.text)
        if p.go_to is not None:
            key, p.go_to = p.go_to, None
            self.editor.go_to(key)

    def _empty_text(self) -> str:
        p = self.presenter
        if not p.editions:
            return ""
        if not p.shown:
            return "这一版底册里没有户"
        return "与上一版相同,或这些村没有上一版"

    def _row(self, line: FrameLine) -> Row:
        p = self.presenter
        place = p.text("place", line.place)
        return (
            Cell(place, tip=place), line.number or "", line.head_name or "",
            "" if line.persons is None else str(line.persons),
            Cell(KINDS.get(line.kind, ""), _TOKENS.get(line.kind, "text")),
            p.label(line.field) if line.field else "",
            Cell(p.text(line.field, line.before), "muted") if line.field else "",
            p.text(line.field, line.after) if line.field else "", "",
        )  # fmt: skip

    # -- acting --------------------------------------------------------------------------------

    def _select(self, edition: int) -> None:
        if not self._filling:
            self.presenter.select(edition)

    def _scrolled(self, value: int) -> None:
        if value > self.list.verticalScrollBar().maximum() - 200:
            self.presenter.more()
