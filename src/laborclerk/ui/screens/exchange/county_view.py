"""A county's side of the exchange: it takes in what its townships wrote, and answers them."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from laborclerk.ui.drives import ListDrives
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.drives import list_drives
from laborclerk.ui.kit.files import ask_folder, ask_open, ask_save
from laborclerk.ui.kit.later import Later
from laborclerk.ui.kit.page import button, label
from laborclerk.ui.kit.table import Cell, Column
from laborclerk.ui.screens.exchange.county_lists import county_tabs, station_rows
from laborclerk.ui.screens.exchange.keys_part import CountyKeysPanel, StationActs
from laborclerk.ui.screens.exchange.lists_part import Lists, LowTable
from laborclerk.ui.screens.exchange.panels import ApprovalPanel
from laborclerk.ui.screens.exchange.presenter import KNOWN, NEW
from laborclerk.ui.screens.exchange.reading import OURS, REFUSED, WAITS, Facts
from laborclerk.ui.screens.exchange.steps import ExchangeScreen
from laborclerk.ui.station import Station

_REQUESTS, _APPROVALS = "登记申请 (*.lcq)", "县里的批复 (*.lca)"
_TOKENS = {NEW: "accent", KNOWN: "muted", OURS: "muted", WAITS: "warned", REFUSED: "wrong"}


class CountyExchange(ExchangeScreen):
    """Enrols townships, takes their bundles in and gives back."""

    def __init__(
        self,
        station: Station,
        drives: ListDrives = list_drives,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("接收上报", station, drives, parent)
        presenter = self.presenter
        self.keys_panel = Later(
            self.above, lambda: CountyKeysPanel(self, presenter, self._turn_keys), self._fill_keys
        )
        self.approval = Later(
            self.above,
            lambda: ApprovalPanel(self._approve, presenter.drop_request),
            self._fill_approval,
        )
        self.keys = button("县站密钥…", self._turn_keys)
        self.give_all = button("全部返还 (Ctrl+Shift+R)", self._give_all)
        for act in (
            self.give_all,
            button("批准登记…", self._read_request),
            self.keys,
        ):
            self.side.addWidget(act)
        self.main = self.main_act("全部导入", presenter.import_all)
        self.candidates = LowTable(
            (Column("站点", files=True), Column("第几号", 56, right=True),
             Column("变更", 64, right=True),
             Column("写于", 140), Column("状态", 76))
        )  # fmt: skip
        self.candidates.empty_text = "这里没有上报文件(.lcb)"
        self.candidates.current.connect(lambda _: self._show_reason())
        self.why = label(wrap=True)
        self.step("第二步　按“全部导入”", self.main)
        self.column.addWidget(self.since)
        self.column.addWidget(self.candidates, 1)
        self.column.addWidget(self.why)
        self.lists = Lists(county_tabs(presenter))
        self._build_stations()
        self.right.addWidget(self.lists, 2)
        self.key("Ctrl+R", self._give_one)
        self.key("Ctrl+Shift+R", self._give_all)
        self.hint("导入", "Ctrl+R 返还这个站点")
        self.changed()

    def _build_stations(self) -> None:
        self.stations = LowTable(
            (Column("站点"), Column("证书", 128), Column("完成", 56, right=True),
             Column("最近导入", 128), Column("缺", 116), Column("待核", 48, right=True))
        )  # fmt: skip
        self.stations.empty_text = "还没有登记的站点。乡镇交来登记申请后,按“批准登记…”"
        self.acts = StationActs(self.presenter, self.stations)
        self.key("Del", self.acts.revoke, self.stations)
        above = QHBoxLayout()
        above.setSpacing(2 * theme.GRID)
        above.addWidget(label("站点", muted=True), 1)
        self.give_one = button("返还 (Ctrl+R)", self._give_one)
        above.addWidget(self.give_one)
        above.addWidget(self.acts)
        self.right.addLayout(above)
        self.right.addWidget(self.stations, 3)

    # -- what the presenter says ---------------------------------------------------------------

    def show_facts(self, facts: Facts) -> None:
        presenter = self.presenter
        self.about.setText(f"本站 {facts.name} · 指纹 {facts.fingerprint}")
        self._show_left()
        here, count = presenter.folder, len(presenter.importable)
        found = f"找到 {count} 份新的上报文件" if count else "没有新的上报文件"
        self.since.setText(found if here else "")
        self.candidates.fill(
            [
                (
                    Cell(c.name or c.path.name, tip=c.reason or c.path.name),
                    str(c.number or ""), f"{c.entries:,}" if c.entries else "", c.written_at,
                    Cell(c.state, _TOKENS[c.state], tip=c.reason),
                )
                for c in presenter.candidates
            ],
            [c.path for c in presenter.candidates],
        )  # fmt: skip
        self.stations.fill(*station_rows(facts))
        self._show_reason()
        self.acts.refresh()
        for act in (self.give_all, self.give_one):
            act.setEnabled(bool(facts.stations) and not presenter.work.running)
        self.main.setEnabled(bool(presenter.importable) and not presenter.work.running)

    def _show_left(self) -> None:
        """Steps, keys or a request: one of them."""
        asked = self.presenter.request is not None
        self.keys.setEnabled(not asked)
        if asked:
            self.keys_panel.show(False)
        if asked or self.approval.on:
            self.instead(self.approval, asked)
        self.keys_panel.refresh()

    def _show_reason(self) -> None:
        """Why the bundle under the cursor cannot come in."""
        here = self.candidates.key()
        found = next((c for c in self.presenter.candidates if c.path == here), None)
        self.why.setText(found.reason if found else "")
        state = found.state if found else ""
        theme.restyle(self.why, wrong=state == REFUSED, warned=state == WAITS, muted=state == OURS)
        self.why.setVisible(bool(self.why.text()))

    # -- giving back ---------------------------------------------------------------------------

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

    # -- enrolling and keys --------------------------------------------------------------------

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

    def _fill_approval(self, panel: ApprovalPanel) -> None:
        if self.presenter.request is not None:
            panel.show_request(self.presenter.request[1])

    def _fill_keys(self, panel: CountyKeysPanel) -> None:
        facts = self.presenter.facts
        if facts is not None:
            keys = facts.keys
            panel.show_facts(facts.fingerprint, keys.sheet_printed, keys.recoverable)

    def _turn_keys(self) -> None:
        self.instead(self.keys_panel, not self.keys_panel.on)
