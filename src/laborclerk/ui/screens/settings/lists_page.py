"""The page of code lists a county may replace."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget

from laborclerk.ui.kit.ask import agreed
from laborclerk.ui.kit.files import ask_open, ask_save
from laborclerk.ui.kit.page import Page, button, label
from laborclerk.ui.kit.table import Cell, Column, Table
from laborclerk.ui.kit.work import WorkStrip
from laborclerk.ui.screens.settings.lists import Lists

_COUNTY = (
    "户类型等随政策变动,县里可以自己定:导出表格,加新项、改名称,不用的在“停用”一栏写“是”,"
    "再换上。已用的代码不能少,登记过的照样显示。换上的表随返还文件发到各乡镇。"
)
_TOWNSHIP = "这些代码表由县里定,换了以后随返还文件发来,下次打开程序时生效。"


class ListsPage(Page):
    """The lists with what each offers."""

    def __init__(self, lists: Lists, parent: QWidget | None = None) -> None:
        super().__init__("代码表", parent)
        self.lists = lists
        self.list = Table((Column("代码表", 150), Column("来源", 70), Column("可选的项")))
        self.work = WorkStrip(lists.work)
        self.side.addWidget(button("导出表格…", self._export))
        if lists.is_county:
            self.side.addWidget(button("改回内置…", self._reset))
            self.side.addWidget(button("换成表格…", self._replace, main=True))
        self.body.addWidget(label(_COUNTY if lists.is_county else _TOWNSHIP, wrap=True))
        self.body.addWidget(self.list, 1)
        self.body.addWidget(self.work)

    def changed(self) -> None:
        """Show the lists and how work goes."""
        self.list.fill(
            [
                (
                    line.title,
                    Cell("县定", "passed") if line.is_own else "内置",
                    "、".join(i.short for i in line.codes.items if not i.retired),
                )
                for line in self.lists.lines
            ],
            [line.name for line in self.lists.lines],
        )
        self.work.refresh()

    def _export(self) -> None:
        name = self.list.key()
        if name is not None:
            proposed = Path.home() / f"{self.lists.title(name)}.xlsx"
            out = ask_save(self, "代码表存到哪里", "表格 (*.xlsx)", proposed)
            if out is not None:
                self.lists.export(name, out)

    def _replace(self) -> None:
        name = self.list.key()
        if name is not None:
            path = ask_open(
                self, f"换上哪个表作“{self.lists.title(name)}”", "表格 (*.xlsx *.xls *.csv)"
            )
            if path is not None:
                self.lists.replace(name, path)

    def _reset(self) -> None:
        name = self.list.key()
        if name is not None:
            title = self.lists.title(name)
            text = f"“{title}”改回程序内置的表。已登记的不变,县里加的代码只显示代码。确定吗?"
            if agreed(self, "改回内置", text, "改回内置"):
                self.lists.reset(name)
