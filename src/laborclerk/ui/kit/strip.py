"""One line across a screen that offers two ways, in place of a dialog that would stop the work."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from laborclerk.ui.kit.small import Elided


class Strip(QFrame):
    """Hidden until something is offered."""

    def __init__(self, first: str, second: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("strip", True)
        self.text = Elided()
        self.first, self.second = QPushButton(first), QPushButton(second)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(8)
        row.addWidget(self.text, 1)
        row.addWidget(self.first)
        row.addWidget(self.second)
        self.hide()

    def offer(self, text: str) -> None:
        """Show the line."""
        self.text.setText(text)
        self.show()
