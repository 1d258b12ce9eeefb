"""A township's side of the exchange: it gives the county its changes and takes its answer."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from laborclerk.ui.drives import ListDrives
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.drives import list_drives
from laborclerk.ui.kit.files import ask_folder, ask_open
from laborclerk.ui.kit.later import Later
from laborclerk.ui.kit.page import button, label
from laborclerk.ui.kit.table import Column
from laborclerk.ui.screens.exchange.keys_part import rotate_keys
from laborclerk.ui.screens.exchange.lists_part import Lists, LowTable
from laborclerk.ui.screens.exchange.panels import EnrolPanel
from laborclerk.ui.screens.exchange.reading import Facts
from laborclerk.ui.screens.exchange.returned_lists import returned_tabs
from laborclerk.ui.screens.exchange.steps import ExchangeScreen
from laborclerk.ui.station import OpenHousehold, Station

_RECEIPT = "登记内容没有变更,只有收到返还文件的记录,下次一起上报就行"
_ANSWERS = "县里的批复或换密钥通知 (*.lca *.lcs)"


class TownshipExchange(ExchangeScreen):
    """Enrols once, then writes bundles. `open_household` leads to a form."""

    def __init__(
        self,
        station: Station,
        drives: ListDrives = list_drives,
        open_household: OpenHousehold = lambda *_: None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("上报县里", station, drives, parent)
        self.enrol = Later(self.above, self._make_enrol, self._fill_enrol)
        self.again = button("证书…", lambda: self.instead(self.enrol, not self.enrol.on))
        self.side.addWidget(self.again)
        self.main = self.main_act("写到U盘", self.presenter.write_bundle)
        self.returns = QWidget()
        self.contents = LowTable(
            (Column("登记册", 160), Column("记录", 96, right=True), Column(""))
        )
        self.contents.horizontalHeader().setSectionsClickable(False)
        self._build_returns()
        self.column.addWidget(self.returns)
        self.step("第二步　按“写到U盘”", self.main)
        self.column.addWidget(self.since)
        self.column.addWidget(self.contents, 1)
        self.lists = Lists(returned_tabs(open_household), lambda facts: facts.returned.at)
        self.right.addWidget(self.lists)
        self._enrolled: bool | None = None
        self.key("Ctrl+I", self.presenter.import_all)
        self.hint("写到U盘", "Ctrl+I 导入返还文件")
        self.changed()

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

    # -- what the presenter says ---------------------------------------------------------------

    def show_facts(self, facts: Facts) -> None:
        presenter, county = self.presenter, facts.county
        if self._enrolled != (county is not None):
            self._enrolled = county is not None
            self.instead(self.enrol, county is None)
        if county is None:
            self.about.setText("还没有在县里登记")
        else:
            self.about.setText(f"已在“{county.name}”登记 · 县站指纹 {county.fingerprint}")
        self.enrol.refresh()
        self.again.setVisible(county is not None)
        self.main.setEnabled(presenter.folder is not None and not presenter.work.running)
        self._show_contents()

    def _show_contents(self) -> None:
        presenter = self.presenter
        self.since.setText(presenter.standing())
        contents = presenter.contents()
        rows = [(name, f"{count:,}", "") for name, count in contents]
        out = presenter.facts.outgoing.total if presenter.facts else 0
        self.contents.empty_text = _RECEIPT if out else "没有要上报的变更"
        self.contents.fill(rows, [name for name, _ in contents])
        new = presenter.importable
        self.returns.setVisible(bool(new))
        self.take.setEnabled(not presenter.work.running)
        theme.restyle(self.take, main=bool(new))  # one main action: what comes first
        theme.restyle(self.main, main=not new)
        if new:
            named = "、".join(f"第 {c.number} 号({c.written_at})" for c in new)
            self.found.setText(f"U盘里有县里的返还文件:{named}。请先导入")

    # -- enrolling -----------------------------------------------------------------------------

    def _make_enrol(self) -> EnrolPanel:
        rotate = partial(rotate_keys, self, self.presenter)
        return EnrolPanel(self._write_request, self._accept, rotate)

    def _fill_enrol(self, panel: EnrolPanel) -> None:
        facts = self.presenter.facts
        if facts is not None:
            panel.show_digits(facts.fingerprint)
            panel.show_standing(facts.keys.ends)

    def _write_request(self) -> None:
        folder = ask_folder(self, "登记申请写到哪里", self.presenter.folder)
        if folder is not None:
            self.presenter.write_request(folder)

    def _accept(self) -> None:
        path = ask_open(self, "选择县里的批复", _ANSWERS, self.presenter.folder)
        if path is not None:
            self.presenter.accept(path)
