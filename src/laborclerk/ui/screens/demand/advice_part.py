"""The guidance table in the window: lines above, the fields of one below."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from laborclerk.features.matching.model import Advice
from laborclerk.store.base import fields_of
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.page import label
from laborclerk.ui.kit.record import RecordEditor
from laborclerk.ui.kit.table import Cell, Column, Table
from laborclerk.ui.screens.demand.advising import FIELDS, Advising, where, who

HINTS = "Ctrl+N 新的一行 · Enter 到下面改 · Ctrl+S 存 · 加分填0就是停用 · Esc 回台账"


class AdvicePart(QWidget):
    """What is advised; it only sorts."""

    def __init__(self, advising: Advising) -> None:
        super().__init__()
        self.advising = advising
        self._filling = False
        self.table = Table(
            (Column("建议", least=220), Column("什么人", 220), Column("什么岗位", 320),
             Column("加分", 52, right=True))
        )  # fmt: skip
        self.table.current.connect(self._select)
        specs = fields_of(Advice)
        self.editor = RecordEditor({k: specs[k] for k in FIELDS}, 4, {"name": 2}, "advice")
        self.editor.finished.connect(advising.save)
        self.table.opened.connect(lambda _line: self.editor.go_to("name"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * theme.GRID)
        column.addWidget(label("合上一行就加几分,排在前面一些;没合上的照样在单子里", muted=True))
        column.addWidget(self.table, 1)
        column.addWidget(self.editor)
        self.setFocusProxy(self.table)

    def changed(self) -> None:
        """Show everything anew."""
        a = self.advising
        self._filling = True
        rows = [
            (
                Cell(str(line["name"] or ""), "text" if line["points"] else "muted"),
                Cell(who(line), tip=who(line)), Cell(where(line), tip=where(line)),
                str(line["points"] or 0),
            )
            for line in a.lines
        ]  # fmt: skip
        self.table.fill(rows, [line["id"] for line in a.lines])
        if a.line is not None and a.line in self.table.rows.keys:
            self.table.go_to(a.line)
        self._filling = False
        self.editor.show_form(a.form)
        if a.go_to is not None:
            key, a.go_to = a.go_to, None
            self.editor.go_to(key)

    def _select(self, line: int) -> None:
        if not self._filling and line != self.advising.line:
            self.advising.select(line)
            self.editor.show_form(self.advising.form)
