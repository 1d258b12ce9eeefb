"""A short question with fields of its own: a clerk's name and password, a note. Enter in the last
field answers, Esc gives up; what is wrong is said at the field, not in another window."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from laborclerk.ui.kit import theme
from laborclerk.ui.kit.dialogs import buttons
from laborclerk.ui.kit.page import label


class Question(QDialog):
    """`parts` stand one below the other; `check` gives the widget to mend, None when right."""

    def __init__(
        self,
        parent: QWidget,
        title: str,
        text: str,
        parts: Sequence[QWidget],
        accept: str,
        check: Callable[[], QWidget | None] = lambda: None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self._check = check
        self.box = buttons(accept)
        self.box.accepted.connect(self._accept)
        self.box.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(3 * theme.GRID)
        if text:
            column.addWidget(label(text, wrap=True))
        for part in parts:
            column.addWidget(part)
        column.addWidget(self.box)
        self.setMinimumWidth(420)
        first = next(iter(parts), None)
        if first is not None:
            first.setFocus()

    def main_button(self) -> QWidget:
        """The button that answers."""
        role = QDialogButtonBox.ButtonRole.AcceptRole
        return next(b for b in self.box.buttons() if self.box.buttonRole(b) == role)

    def _accept(self) -> None:
        wrong = self._check()
        if wrong is None:
            self.accept()
        else:
            wrong.setFocus()


def agreed(
    parent: QWidget, title: str, text: str, accept: str, parts: Sequence[QWidget] = ()
) -> bool:
    """Ask before something that cannot be taken back."""
    return bool(Question(parent, title, text, parts, accept).exec())
