"""The list of sticks: choosing where something goes is one arrow key."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from laborclerk.ui.drives import Drive, size_text
from laborclerk.ui.kit.table import Cell, Column, Table

_ROWS = 3


class DriveList(Table):
    """Sticks that are plugged in, and a folder that was chosen by hand. `chosen` tells which."""

    chosen = Signal(object)  # Path

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__((Column("U盘"), Column("剩余", 96, right=True)), parent)
        self.horizontalHeader().hide()
        self.empty_text = "没有发现U盘。请插上U盘,稍等片刻;或按“另选文件夹”"
        self.fix_rows(_ROWS)
        self._filling = False
        self.current.connect(self._moved_to)

    def show_drives(self, drives: Sequence[Drive], chosen: Path | None) -> None:
        """Show them, `chosen` marked."""
        rows: list[tuple[Cell | str, Cell | str]] = []
        keys: list[Path] = []
        for drive in drives:
            free = "写保护" if drive.read_only else size_text(drive.free)
            token = "wrong" if drive.read_only else "muted"
            rows.append((Cell(drive.name, bold=drive.path == chosen), Cell(free, token)))
            keys.append(drive.path)
        if chosen is not None and chosen not in keys:
            rows.append((Cell(str(chosen), bold=True, tip=str(chosen)), Cell("文件夹", "muted")))
            keys.append(chosen)
        self._filling = True
        self.fill(rows, keys)
        if chosen is not None:
            self.go_to(chosen)
        elif rows:
            self.clearSelection()
        self._filling = False

    def _moved_to(self, path: Path) -> None:
        if not self._filling:
            self.chosen.emit(path)
