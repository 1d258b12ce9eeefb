"""The history of one record, latest first: who, where, when, what stood before and after."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from laborclerk.features.exchange.past import Line
from laborclerk.kernel.clock import show_time
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.dialogs import FRAME, buttons
from laborclerk.ui.kit.table import Cell, Column, Row, Table

_COLUMNS = (
    Column("时间", 152), Column("站点", 136), Column("录入员", 80), Column("事由", 144),
    Column("项目", 110), Column("原来"), Column("现在"),
)  # fmt: skip
_HINTS = "↑↓ 看各条 · Ctrl+C 复制 · Esc 返回。要改回去,直接在表里改,或 Ctrl+Z 撤销自己的操作"


class PastDialog(QDialog):
    """`name` is whose history it is. An entry's fields stand one below the other; what the county
    wrote is marked."""

    def __init__(self, name: str, lines: Sequence[Line], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"变更记录:{name}")
        self.table = Table(_COLUMNS)
        self.table.empty_text = "还没有存过,没有变更记录"
        self.table.fill(rows_of(lines))
        hints = QLabel(_HINTS)
        hints.setProperty("small", True)
        box = buttons("返回 (Esc)", None)
        box.accepted.connect(self.accept)
        below = QHBoxLayout()
        below.addWidget(hints, 1)
        below.addWidget(box)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 12)
        column.setSpacing(theme.GRID)
        column.addWidget(self.table, 1)
        column.addLayout(below)
        room = self.screen().availableSize() - QSize(0, FRAME)
        self.resize(QSize(1120, 520).boundedTo(room))
        self.table.setFocus()


def rows_of(lines: Sequence[Line]) -> list[Row]:
    """Latest entry first, its fields in their order."""
    entries: list[list[Line]] = []
    for line in lines:
        if line.first:
            entries.append([])
        entries[-1].append(line)
    return [_row(line) for entry in reversed(entries) for line in entry]


def _row(line: Line) -> Row:
    station = Cell(line.station, "accent" if line.county else "text", tip=line.station)
    who = show_time(line.at), station, line.clerk, Cell(line.why, tip=line.why)
    what = (
        line.label, Cell(line.before or "·", "muted", tip=line.before),
        Cell(line.after or "(空)", "text" if line.after else "muted", tip=line.after),
    )  # fmt: skip
    return (*(who if line.first else [""] * len(who)), *what)
