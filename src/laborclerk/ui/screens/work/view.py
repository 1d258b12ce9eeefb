"""The screen of the work register: what to look at left, people right, below them the history of
the one the clerk stands on. Every act has a letter."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from laborclerk.features.census.printed import note_printed
from laborclerk.features.seeking.history import SEEKING
from laborclerk.features.seeking.listing import SeekKind, SeekLine
from laborclerk.features.seeking.prints import one_form
from laborclerk.features.work.board import CARD, Happened
from laborclerk.features.work.lists import ListLine
from laborclerk.features.work.model import WorkSpell, WorkUpdate
from laborclerk.features.work.reconcile import Mismatch
from laborclerk.store.base import fields_of
from laborclerk.ui.entry import FieldState, Shown
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.ask import agreed
from laborclerk.ui.kit.entry_line import EntryLine
from laborclerk.ui.kit.files import ask_save
from laborclerk.ui.kit.line_edit import LineEdit
from laborclerk.ui.kit.looking import place_edit, time_edit
from laborclerk.ui.kit.page import Page, button, label
from laborclerk.ui.kit.preview import show_document
from laborclerk.ui.kit.table import Cell, Column, Row, Table
from laborclerk.ui.kit.work import WorkStrip
from laborclerk.ui.screens.work.columns import columns_of
from laborclerk.ui.screens.work.looked_at import LIST, MISMATCH, ONE, SEEK, UPDATE, Line, key_of
from laborclerk.ui.screens.work.presenter import WorkPresenter
from laborclerk.ui.station import OpenHousehold, Station

_HISTORY = (Column("日期", 92), Column("事项", 148), Column("内容", 320), Column("其他"))
_HINTS = (
    "N 新的务工 · B 返乡(结束) · Q 求职登记 · H 核实 · K 发卡 · Enter 到经历 · "
    "Shift+Enter 打开调查表 · R 记月报 · A 由调查表入册 · F 筛选 · X 存文件 · Ctrl+F 找人 · "
    "Alt+↑↓ 换名单 · Ctrl+D 改日期"
)
_BOOK_HINTS = "Enter 修改 · P 印卡、求职登记表 · G 收回卡、注销求职 · Del 删除 · Esc 回到名单"
_EMPTY = {
    LIST: "没有人。换一张名单,或换一天看",
    SEEK: "没有人。到一个人(Ctrl+F,或“有意愿能力未就业”名单)按 Q 登记,或导入求职登记",
    ONE: "登记里没有这个人,或已不在册",
    MISMATCH: "没有不符的",
    UPDATE: "还没有分{word}。请到“村{word}”设{word}",
}
_SIDE = 236


class WorkScreen(Page):
    """`open_household` leads to the household's form."""

    def __init__(
        self,
        station: Station,
        open_household: OpenHousehold,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("务工台账", parent)
        self.presenter = WorkPresenter(station, self, open_household)
        p = self.presenter
        self.place = place_edit(lambda typed: p.places().search(typed), self._picked)
        self.day = time_edit(fields_of(WorkSpell)["start"], 108, p.choose_day, self.setFocus)
        self.month = time_edit(fields_of(WorkUpdate)["month"], 88, p.choose_month, self.setFocus)
        self.narrow = LineEdit()
        self.narrow.setPlaceholderText("姓名、户编号、证件号末几位")
        self.narrow.setClearButtonEnabled(True)
        self.narrow.setMaximumWidth(220)
        self._wait = QTimer(self, singleShot=True, interval=150)
        self._wait.timeout.connect(lambda: p.narrow(self.narrow.text()))
        self.narrow.textEdited.connect(lambda _: self._wait.start())
        self.narrow.returnPressed.connect(lambda: self._table().setFocus())
        self.entries = Table((Column(""), Column("", 52, right=True)))
        self.entries.horizontalHeader().hide()
        self.entries.setFixedWidth(_SIDE * theme.size() // theme.DATA_SIZE)
        self.entries.current.connect(p.choose)
        self.entries.opened.connect(lambda _: self._table().setFocus())
        self._tables: dict[str, Table] = {}
        self.stack = QStackedWidget()
        self.entry = EntryLine(p.entering.keep, p.entering.drop)
        self.said = label(wrap=True)
        self.work = WorkStrip(p.work)
        self.history = Table(_HISTORY)
        self.history.fix_rows(5)
        self.history.opened.connect(self._change)
        self.count_all = button("核对全部 (C)", p.compare)
        self._build()
        self.changed()

    def _build(self) -> None:
        for part in (
            label("地方", muted=True), self.place, label("日期", muted=True), self.day,
            label("月份", muted=True), self.month, self.narrow, self.count_all,
        ):  # fmt: skip
            self.side.addWidget(part)
        right = QVBoxLayout()
        right.setSpacing(theme.GRID)
        right.addWidget(self.stack, 1)
        right.addWidget(self.entry)
        right.addWidget(self.said)
        right.addWidget(self.work)
        right.addWidget(self.history)
        both = QHBoxLayout()
        both.setSpacing(2 * theme.GRID)
        both.addWidget(self.entries)
        both.addLayout(right, 1)
        self.body.addLayout(both, 1)
        self.hints.setText(f"{_HINTS}　经历:{_BOOK_HINTS}")
        self._keys()
        self.setFocusProxy(self.stack)

    def _keys(self) -> None:
        p = self.presenter
        self._acts(self.history)
        self.key("Del", self._take_back, self.history)
        self.key("G", self._withdraw, self.history)
        self.key("P", self._print_paper, self.history)
        self.key("Escape", lambda: self._table().setFocus(), self.history)
        self.key("Ctrl+F", self.narrow.setFocus)
        self.key("Ctrl+D", self.day.setFocus)
        self.key("Ctrl+S", p.entering.keep)
        self.key("Alt+Up", lambda: self._step(-1))
        self.key("Alt+Down", lambda: self._step(1))

    def _acts(self, table: Table) -> None:
        p = self.presenter
        for key, act in (
            ("N", p.new_spell), ("B", p.end_spell), ("Q", p.seek), ("H", p.check), ("K", p.card),
            ("A", self._adopt), ("C", p.compare), ("F", p.ask_filter), ("X", self._save),
        ):  # fmt: skip
            self.key(key, act, table)
        for key in ("Shift+Return", "Shift+Enter"):
            self.key(key, p.open, table)

    # -- showing -------------------------------------------------------------------------------

    def changed(self) -> None:
        p = self.presenter
        if p.place is not None and p.place != self.place.value:
            self.place.choose(p.place, p.station.tree.path(p.place, "village"))
        self.day.show_as(Shown(p.on))
        self.month.show_as(Shown(p.month))
        self.about.setText(p.about)
        self.count_all.setVisible(p.board is not None and p.board.mismatches is None)
        self._show_entries()
        self._show_lines()
        self._show_history()
        self.work.refresh()
        self.said.setVisible(p.ended is not None)
        if p.ended is not None:
            theme.restyle(self.said, warned=not p.ended.whole)
            self.said.setText("\n".join([p.ended.text, *p.ended.lines]))
        self.entry.follow(p.entering, self._table().setFocus)
        self.entry.setMinimumHeight(self.entry.sizeHint().height() if p.entering.asked else 0)

    def _show_entries(self) -> None:
        chosen = self.presenter.choosable()
        self.entries.blockSignals(True)
        self.entries.fill(
            [
                (Cell(one.title, "text" if one.key else "muted", bold=not one.key, tip=one.title),
                 Cell("" if one.count is None else f"{one.count:,}",
                      "warned" if one.bad else "text"))
                for one in chosen
            ],
            [one.key for one in chosen],
        )  # fmt: skip
        self.entries.go_to(self.presenter.chosen)
        self.entries.blockSignals(False)

    def _table(self) -> Table:
        """The table of what is looked at, built when it is looked at first."""
        section = self.presenter.section
        section = LIST if section == ONE else section
        if section not in self._tables:
            county = self.presenter.station.is_county
            table = self._tables[section] = Table(columns_of(section, county=county))
            self.stack.addWidget(table)
            self.setTabOrder(self.entries, table)
            table.current.connect(self.presenter.stand_on)
            table.opened.connect(self._into_history)
            table.verticalScrollBar().valueChanged.connect(self._scrolled)
            self._acts(table)
            if section == UPDATE:
                self.key("R", self._report, table)
        return self._tables[section]

    def _show_lines(self) -> None:
        p, table = self.presenter, self._table()
        if self.stack.currentWidget() is not table:
            had = self.stack.isAncestorOf(QApplication.focusWidget() or self)
            self.stack.setCurrentWidget(table)
            if had:
                table.setFocus()
        self.stack.setFocusProxy(table)
        word = p.station.tree.word
        table.empty_text = _EMPTY[p.section].format(word=word)
        if p.section == UPDATE:
            table.rename(1, word)
        rows = [self._row(line) for line in p.lines]
        keys = [key_of(line) for line in p.lines]
        here = table.key()
        table.blockSignals(True)
        table.fill(rows, keys)
        if here in keys:
            table.go_to(here)
        table.blockSignals(False)
        if p.person is None and table.key() is not None and p.section != UPDATE:
            p.stand_on(table.key())

    def _row(self, line: Line) -> Row:
        where = self.presenter.station.where
        if isinstance(line, ListLine):
            return (
                where(line.place), line.number, line.name, line.sex,
                "" if line.age is None else str(line.age), line.phone, line.schooling,
                line.skill or line.wanted, line.works_at, line.employer, line.since,
                "" if line.income is None else f"{line.income:,}", line.hardship,
            )  # fmt: skip
        if isinstance(line, SeekLine):
            asked = self.presenter.chosen in (
                f"{SEEK}:{SeekKind.SOON}",
                f"{SEEK}:{SeekKind.EXPIRED}",
            )
            return (
                where(line.place), line.number, line.name, line.sex,
                "" if line.age is None else str(line.age), line.phone,
                Cell(line.jobs, tip=line.jobs), Cell(line.places, tip=line.places),
                "" if line.expected is None else f"{line.expected:,}",
                Cell(line.until, "warned", FieldState.WARNED) if asked else line.until,
                line.registered, line.schooling, line.services,
            )  # fmt: skip
        if isinstance(line, Mismatch):
            return (
                where(line.place), line.number, line.name, line.phone,
                Cell(line.one, tip=line.one), Cell(line.other, tip=line.other),
            )  # fmt: skip
        date = (
            Cell(line.date, "passed", FieldState.PASSED)
            if line.date
            else Cell("未报", "warned", FieldState.WARNED)
        )
        return (
            line.village, line.name, line.leader, line.phone, date,
            *_pair(line.away, line.away_now), *_pair(line.left, line.left_now),
            *_pair(line.back, line.back_now), line.last_month or "从未", line.note,
        )  # fmt: skip

    def _show_history(self) -> None:
        p = self.presenter
        self.history.setVisible(p.section != UPDATE and p.entering.asked is None)
        empty = "没有务工经历、求职登记、核实和卡。按 N 登记一段务工,Q 登记求职"
        self.history.empty_text = empty if p.person else ""
        rows: list[Row] = [
            (h.date, Cell(h.what, "passed" if h.now else "text"), Cell(h.text, tip=h.text),
             Cell(h.more, "muted", tip=h.more))
            for h in p.history
        ]  # fmt: skip
        self.history.fill(rows, [(h.record_type, h.record_id) for h in p.history])

    # -- acting --------------------------------------------------------------------------------

    def _step(self, by: int) -> None:
        keys = [one.key for one in self.presenter.choosable()]
        at = keys.index(self.presenter.chosen) + by
        while 0 <= at < len(keys):
            if keys[at]:
                self.entries.go_to(keys[at])
                self.presenter.choose(keys[at])
                return
            at += by

    def _scrolled(self, at: int) -> None:
        if at and at >= self._table().verticalScrollBar().maximum():
            self.presenter.more()

    def _picked(self, place: int) -> None:
        self.presenter.choose_place(place)
        self._table().setFocus()

    def _into_history(self, key: object) -> None:
        if self.presenter.section == UPDATE:
            self._report()
        else:
            self.history.setFocus()

    def _report(self) -> None:
        self.presenter.report(self._table().key())

    def _happened(self) -> Happened | None:
        key = self.history.key()
        return next(
            (h for h in self.presenter.history if (h.record_type, h.record_id) == key), None
        )

    def _change(self, _key: object) -> None:
        happened = self._happened()
        if happened is not None:
            self.presenter.entering.change(happened, self.presenter.name)

    def _withdraw(self) -> None:
        happened = self._happened()
        if happened is not None:
            self.presenter.entering.withdraw(happened, self.presenter.name)

    def _print_paper(self) -> None:
        """A card as a file to be cut out, a registration as a page to be looked at first."""
        happened, p = self._happened(), self.presenter
        if happened is None:
            return
        if happened.record_type == SEEKING:
            store, runner, key = p.station.store, p.station.runner, happened.record_id

            def taken(pages: int) -> None:
                note = "seeking-form", SEEKING, key, pages
                runner.run(lambda _: note_printed(store, None, *note))

            show_document(self, runner, lambda: one_form(store, key), f"求职登记表-{p.name}", taken)
        elif happened.record_type == CARD:
            name = f"{happened.what}-{p.name}.pdf"
            path = ask_save(self, "印卡", "PDF (*.pdf)", Path.home() / name)
            if path is not None:
                p.save_card(happened, path)

    def _take_back(self) -> None:
        happened = self._happened()
        if happened is None:
            return
        text = f"{self.presenter.name}:{happened.date} {happened.what} {happened.text}"
        if agreed(self, "删除记录", f"{text}。\n录错了,删掉?", "删掉"):
            self.presenter.entering.take_back(happened)

    def _save(self) -> None:
        """A list as a sheet or a PDF, the rest as a PDF."""
        if self.presenter.section == ONE:
            return
        sheet = self.presenter.section in (LIST, SEEK)
        kinds = "表格 (*.xlsx);;PDF (*.pdf)" if sheet else "PDF (*.pdf)"
        name = f"{self.presenter.file_name}.{'xlsx' if sheet else 'pdf'}"
        path = ask_save(self, "存成文件", kinds, Path.home() / name)
        if path is not None:
            self.presenter.save(path)

    def _adopt(self) -> None:
        tree, place = self.presenter.station.tree, self.presenter.place
        if place is None:
            return
        text = f"{tree.path(place, 'township')}:调查表上在务工、台账里还没有的人,记入台账。"
        if agreed(self, "由调查表入册", text, "入册"):
            self.presenter.adopt()


def _pair(told: int | None, counted: int) -> tuple[Cell, Cell]:
    """What was told beside what is counted; a difference stands out."""
    differs = told is not None and told != counted
    shown = "" if told is None else f"{told:,}"
    token = "wrong" if differs else "text"
    return Cell(shown, token, FieldState.WRONG if differs else None), Cell(f"{counted:,}", "muted")
