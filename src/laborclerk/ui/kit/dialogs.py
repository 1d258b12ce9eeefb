"""The few questions the program stops for, and the one place that tells what went wrong."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from laborclerk.ui.kit import theme


def buttons(accept: str, reject: str | None = "取消 (Esc)") -> QDialogButtonBox:
    """The row of buttons at the bottom of a dialog, the main one first."""
    box = QDialogButtonBox()
    main = box.addButton(accept, QDialogButtonBox.ButtonRole.AcceptRole)
    theme.restyle(main, main=True)
    main.setDefault(True)
    if reject is not None:
        box.addButton(reject, QDialogButtonBox.ButtonRole.RejectRole)
    return box


def choose(
    parent: QWidget, title: str, question: str, options: Sequence[tuple[str, str]]
) -> str | None:
    """Ask for one of a few options (value, words); None when given up."""
    dialog = QDialog(parent)
    dialog.setWindowTitle(title)
    listed = QListWidget()
    for number, (value, words) in enumerate(options, 1):
        item = QListWidgetItem(f"{number}  {words}")
        item.setData(Qt.ItemDataRole.UserRole, value)
        listed.addItem(item)
    listed.setCurrentRow(0)
    listed.itemActivated.connect(lambda _: dialog.accept())
    box = buttons("确定")
    box.accepted.connect(dialog.accept)
    box.rejected.connect(dialog.reject)
    column = QVBoxLayout(dialog)
    column.setContentsMargins(16, 16, 16, 16)
    column.setSpacing(8)
    told = QLabel(question)
    told.setWordWrap(True)
    column.addWidget(told)
    column.addWidget(listed)
    column.addWidget(box)
    listed.setFocus()
    if dialog.exec() != QDialog.DialogCode.Accepted:
        return None
    return str(listed.currentItem().data(Qt.ItemDataRole.UserRole))
