"""The exchange screen's widgets: steps on the left, what came and went on the right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from laborclerk.ui.drives import ListDrives
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.drive_list import DriveList
from laborclerk.ui.kit.drives import list_drives
from laborclerk.ui.kit.files import ask_folder, ask_open, ask_save
from laborclerk.ui.kit.page import Page, button, label
from laborclerk.ui.kit.small import Turning
from laborclerk.ui.kit.table import Cell, Column
from laborclerk.ui.kit.work import WorkStrip
from laborclerk.ui.screens.exchange.keys_part import CountyKeysPanel, StationActs, rotate_keys
from laborclerk.ui.screens.exchange.lists_part import Lists, LowTable, station_rows
from laborclerk.ui.screens.exchange.panels import ApprovalPanel, EnrolPanel
from laborclerk.ui.screens.exchange.presenter import (
    KNOWN,
    NEW,
    ExchangePresenter,
)
from laborclerk.ui.station import Station

_LOOK_EVERY = 3000  # ms between two looks for sticks while the screen is seen
_LEFT = 520
_REQUESTS, _APPROVALS = "登记申请 (*.lcq)", "县里的批复 (*.lca)"
_ANSWERS = "县里的批复或换密钥通知 (*.lca *.lcs)"


class ExchangeScreen(Page):
    """A township gives the county its changes and takes its answer; a county takes them in and
    answers. `open_household` leads to a form."""

    def __init__(
        self,
        station: Station,
        drives: ListDrives = list_drives,
        open_household: Callable[[int, int | None, Sequence[int]], None] = lambda *_: None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("接收上报" if station.is_county else "上报县里", parent)
        self.presenter = ExchangePresenter(station, self, drives)
        self.work = WorkStrip(self.presenter.work)
        self.drives = DriveList()
        self.drives.chosen.connect(self.presenter.choose)
        rotate = partial(rotate_keys, self, self.presenter)
        self.enrol = EnrolPanel(self._write_request, self._accept, rotate)
        self.keys_panel = CountyKeysPanel(self, self.presenter, lambda: self._show_keys(False))
        self.notice = label(wrap=True, warned=True)
        self.approval = ApprovalPanel(self._approve, self.presenter.drop_request)
        self.contents = LowTable(
            (Column("登记册", 160), Column("记录", 96, right=True), Column(""))
        )
        self.contents.horizontalHeader().setSectionsClickable(False)
        self.contents.empty_text = "没有要上报的变更"
        self.candidates = LowTable(
            (Column("站点"), Column("第几号", 56, right=True), Column("变更", 64, right=True),
             Column("写于", 140), Column("状态", 76))
        )  # fmt: skip
        self.candidates.empty_text = (
            "这里没有上报文件(.lcb)" if station.is_county else "这里没有县里的返还文件(.lcb)"
        )
        self.stations = LowTable(
            (Column("站点"), Column("证书", 128), Column("完成", 56, right=True),
             Column("最近导入", 128), Column("缺", 96), Column("待核", 48, right=True))
        )  # fmt: skip
        self.acts = StationActs(self.presenter, self.stations)
        self.stations.empty_text = "还没有登记的站点。乡镇交来登记申请后,按“批准登记…”"
        self.lists = Lists(self.presenter, open_household)
        self._enrolled: bool | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_EVERY)
        self._timer.timeout.connect(self._look)
        county = station.is_county
        self.why = label(wrap=True, wrong=True)
        self.candidates.current.connect(lambda _: self._show_reason())
        self._build(county)
        self.changed()

    # -- building ------------------------------------------------------------------------------

    def _build(self, county: bool) -> None:
        self.main = (
            button("全部导入 (Ctrl+Enter)", self.presenter.import_all, main=True)
            if county
            else button("写到U盘 (Ctrl+Enter)", self.presenter.write_bundle, main=True)
        )
        other = button("另选文件夹…", self._choose_folder)
        self.since = label(muted=True, wrap=True)
        if county:
            self.side.addWidget(button("全部返还 (Ctrl+Shift+R)", self._give_all))
            self.side.addWidget(button("批准登记…", self._read_request))
            self.keys = button("县站密钥…", lambda: self._show_keys(self.keys_panel.isHidden()))
            self.side.addWidget(self.keys)
            self.key("Del", self.acts.revoke, self.stations)
            self.give = button("返还 (Ctrl+R)", self._give_one)
            self.key("Ctrl+R", self._give_one)
            self.key("Ctrl+Shift+R", self._give_all)
        else:
            self.again = button("证书…", lambda: self._show_enrol(self.enrol.isHidden()))
            self.side.addWidget(self.again)
            self.key("Ctrl+I", self.presenter.import_all)
        first = QHBoxLayout()
        first.addWidget(label("第一步　插上U盘", strong=True), 1)
        first.addWidget(other)
        second = QHBoxLayout()
        said = "第二步　按“全部导入”" if county else "第二步　按“写到U盘”"
        second.addWidget(label(said, strong=True), 1)
        second.addWidget(self.main)
        self.returns = QWidget()
        if not county:
            self._build_returns()
        self.steps = QWidget()
        column = QVBoxLayout(self.steps)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * theme.GRID)
        column.addLayout(first)
        column.addWidget(self.drives)
        column.addWidget(self.returns)
        column.addLayout(second)
        column.addWidget(self.since)
        column.addWidget(self.candidates if county else self.contents, 1)
        column.addWidget(self.why)
        self.enrol.hide()
        left = QVBoxLayout()
        left.setSpacing(2 * theme.GRID)
        left.addWidget(self.notice)
        left.addWidget(self.enrol)
        left.addWidget(self.keys_panel)
        left.addWidget(self.approval)
        left.addWidget(self.steps, 1)
        left.addStretch(0)
        lists = QWidget()
        right = QVBoxLayout(lists)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(theme.GRID)
        if county:
            above = QHBoxLayout()
            above.setSpacing(2 * theme.GRID)
            above.addWidget(label("站点", muted=True), 1)
            above.addWidget(self.give)
            above.addWidget(self.acts)
            right.addLayout(above)
            right.addWidget(self.stations, 3)
        right.addWidget(self.lists, 2)
        sides = Turning()
        holder = QWidget()
        left.setContentsMargins(0, 0, 0, 0)
        holder.setLayout(left)
        sides.add(holder, width=_LEFT)
        sides.add(lists, 1)
        self.body.addWidget(sides, 1)
        self.body.addWidget(self.work)
        act = "导入" if county else "写到U盘"
        more = "Ctrl+R 返还这个站点" if county else "Ctrl+I 导入返还文件"
        self.hints.setText(f"↑↓ 选U盘 · Ctrl+Enter {act} · {more} · F5 刷新 · Ctrl+C 复制表格")
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            self.key(keys, self._main)

    def _build_returns(self) -> None:
        """What a township finds from its county on the stick: to be taken in first."""
        head = QHBoxLayout()
        self.found = label(strong=True, wrap=True)
        self.take = button("导入返还文件 (Ctrl+I)", self.presenter.import_all)
        head.addWidget(self.found, 1)
        head.addWidget(self.take)
        column = QVBoxLayout(self.returns)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        self.returns.hide()

    def _give_one(self) -> None:
        facts, device = self.presenter.facts, self.stations.key()
        line = next((s for s in facts.stations if s.device == device), None) if facts else None
        if line is not None:
            self._give(line.place)

    def _give_all(self) -> None:
        if self.presenter.facts and self.presenter.facts.stations:
            self._give(None)

    def _give(self, place: str | None) -> None:
        folder = self.presenter.folder or ask_folder(self, "返还文件写到哪里", None)
        if folder is not None and not self.presenter.work.running:
            self.presenter.acts.give_back(folder, place)

    def _main(self) -> None:
        if self.main.isEnabled() and self.steps.isVisible():
            self.main.click()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def _look(self) -> None:
        if not self.presenter.work.running and self.isActiveWindow():
            self.presenter.look_for_drives()

    # -- what the presenter says ---------------------------------------------------------------

    def changed(self) -> None:
        presenter, facts = self.presenter, self.presenter.facts
        self.work.refresh()
        self.drives.show_drives(presenter.drives, presenter.folder)
        busy = presenter.work.running
        if facts is None:
            return
        self.lists.show_facts(facts)
        self.notice.setText(facts.keys.notice)
        self.notice.setVisible(bool(facts.keys.notice))
        if presenter.is_county:
            self.about.setText(f"本站 {facts.name} · 指纹 {facts.fingerprint}")
            # one or the other: what is shown first takes room that the window would grow for
            if presenter.request is None:
                self.approval.show_request(None)
                self.steps.setVisible(self.keys_panel.isHidden())
            else:
                self.keys_panel.hide()
                self.steps.hide()
                self.approval.show_request(presenter.request[1])
            keys = facts.keys
            self.keys_panel.show_facts(facts.fingerprint, keys.sheet_printed, keys.recoverable)
            self._show_county()
            self.main.setEnabled(bool(presenter.importable) and not busy)
            return
        county = facts.county
        if county is None:
            self.steps.hide()
        if self._enrolled != (county is not None):
            self._enrolled = county is not None
            self._show_enrol(county is None)
        if county is None:
            self.about.setText("还没有在县里登记")
        else:
            self.about.setText(f"已在“{county.name}”登记 · 县站指纹 {county.fingerprint}")
        self.enrol.show_digits(facts.fingerprint)
        self.enrol.show_standing(facts.keys.ends)
        self.again.setVisible(county is not None)
        self.main.setEnabled(presenter.folder is not None and not busy)
        self._show_contents()

    def _show_enrol(self, on: bool) -> None:
        _one_or_other(self.enrol, self.steps, on)

    def _show_contents(self) -> None:
        presenter = self.presenter
        self.since.setText(presenter.standing())
        contents = presenter.contents()
        rows = [(name, f"{count:,}", "") for name, count in contents]
        self.contents.fill(rows, [name for name, _ in contents])
        new = presenter.importable
        self.returns.setVisible(bool(new))
        self.take.setEnabled(not presenter.work.running)
        if new:
            named = "、".join(f"第 {c.number} 号({c.written_at})" for c in new)
            self.found.setText(f"U盘里有县里的返还文件:{named}。请先导入")

    def _show_county(self) -> None:
        presenter, facts = self.presenter, self.presenter.facts
        assert facts is not None
        here = presenter.folder
        count = len(presenter.importable)
        self.since.setText(f"找到 {count} 份新的上报文件" if here else "")
        tokens = {NEW: "accent", KNOWN: "muted"}
        self.candidates.fill(
            [
                (
                    Cell(c.name or c.path.name, tip=c.reason or c.path.name),
                    str(c.number or ""), f"{c.entries:,}" if c.entries else "", c.written_at,
                    Cell(c.state, tokens.get(c.state, "wrong"), tip=c.reason),
                )
                for c in presenter.candidates
            ],
            [c.path for c in presenter.candidates],
        )  # fmt: skip
        self.stations.fill(*station_rows(facts))
        self._show_reason()
        self.acts.refresh()

    def _show_reason(self) -> None:
        """Why the bundle under the cursor cannot come in."""
        here = self.candidates.key()
        found = next((c.reason for c in self.presenter.candidates if c.path == here), "")
        self.why.setText(found)
        self.why.setVisible(bool(found))

    # -- files ---------------------------------------------------------------------------------

    def _choose_folder(self) -> None:
        self._with(ask_folder(self, "上报文件放在哪里", self.presenter.folder), self._take_folder)

    def _take_folder(self, folder: object) -> None:
        self.presenter.choose(folder)  # type: ignore[arg-type]

    def _write_request(self) -> None:
        folder = ask_folder(self, "登记申请写到哪里", self.presenter.folder)
        if folder is not None:
            self.presenter.write_request(folder)

    def _accept(self) -> None:
        path = ask_open(self, "选择县里的批复", _ANSWERS, self.presenter.folder)
        if path is not None:
            self.presenter.accept(path)

    def _read_request(self) -> None:
        path = ask_open(self, "选择登记申请", _REQUESTS, self.presenter.folder)
        if path is not None:
            self.presenter.read_request(path)

    def _approve(self) -> None:
        start = self.presenter.request[0].parent if self.presenter.request else None
        proposed = start or self.presenter.folder or self.presenter.station.store.folder
        out = ask_save(self, "批复写到哪里", _APPROVALS, proposed / self.presenter.approval_name())
        if out is not None:
            self.presenter.approve(out)

    # -- keys ------------------------------------------------------------------------------------

    def _show_keys(self, on: bool) -> None:
        _one_or_other(self.keys_panel, self.steps, on)

    @staticmethod
    def _with(path: object, act: Callable[[object], None]) -> None:
        if path is not None:
            act(path)


def _one_or_other(one: QWidget, other: QWidget, first: bool) -> None:
    """Show `one` in the place of `other`; what goes goes first, or the window would grow."""
    (other if first else one).hide()
    (one if first else other).show()
