"""The system's own windows for choosing files; one place, so that tests can answer for them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget


def ask_open(parent: QWidget, title: str, kinds: str, start: Path | None = None) -> Path | None:
    """Which file to read; `kinds` as Qt writes filters. None when given up."""
    name, _ = QFileDialog.getOpenFileName(parent, title, str(start or ""), kinds)
    return Path(name) if name else None


def ask_save(parent: QWidget, title: str, kinds: str, proposed: Path) -> Path | None:
    """Where to write; an existing file is asked about by the system. The proposed name's ending
    is added where none was typed."""
    name, _ = QFileDialog.getSaveFileName(parent, title, str(proposed), kinds)
    if not name:
        return None
    path = Path(name)
    return path if path.suffix else path.with_name(path.name + proposed.suffix)


def ask_folder(parent: QWidget, title: str, start: Path | None = None) -> Path | None:
    """Which folder."""
    name = QFileDialog.getExistingDirectory(parent, title, str(start or ""))
    return Path(name) if name else None
