"""Typing a password: hidden or shown, a word when Caps Lock is on, a new one typed twice."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6 import QtCore  # `Qt` in it takes long to come: not before the login window is seen
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QPushButton, QWidget

from laborclerk.ui import passwords
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.line_edit import LineEdit

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QKeyEvent

CAPS = "大写锁定(Caps Lock)开着"


class PasswordEdit(LineEdit):
    """A password field; `caps` tells whether Caps Lock seems to be on."""

    caps = Signal(bool)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.caps_on: bool | None = None  # None: not known yet
        self.setAccessibleName(name)
        self.setEchoMode(QLineEdit.EchoMode.Password)

    def reveal(self, on: bool) -> None:
        """Show what is typed, or hide it."""
        mode = QLineEdit.EchoMode
        self.setEchoMode(mode.Normal if on else mode.Password)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == QtCore.Qt.Key.Key_CapsLock:
            if self.caps_on is not None and sys.platform != "win32":
                self._tell(not self.caps_on)
            else:
                self._ask()
        typed = event.text()
        if len(typed) == 1 and typed.isascii() and typed.isalpha():
            shifted = bool(event.modifiers() & QtCore.Qt.KeyboardModifier.ShiftModifier)
            self._tell(typed.isupper() != shifted)
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._ask()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.caps.emit(False)  # whoever has the focus now says it

    def _ask(self) -> None:
        """Ask the system where it answers; elsewhere the letters typed show it."""
        if sys.platform == "win32":
            import ctypes

            self._tell(bool(ctypes.windll.user32.GetKeyState(0x14) & 1))
        elif self.caps_on is not None:
            self._tell(self.caps_on)

    def _tell(self, on: bool) -> None:
        self.caps_on = on
        self.caps.emit(on)


class FilePassword(QWidget):
    """The password of a file that leaves the station: none, or the same typed twice, since nobody
    can open the file when it was mistyped."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.first, self.again = PasswordEdit("密码"), PasswordEdit("再输一次")
        self.first.setPlaceholderText("不填则不加密")
        self.said = QLabel()
        self.said.setWordWrap(True)
        self.said.hide()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2 * theme.GRID)
        grid.setVerticalSpacing(2 * theme.GRID)
        for row, (title, edit) in enumerate((("密码", self.first), ("再输一次", self.again))):
            name = QLabel(title)
            name.setProperty("muted", True)
            name.setMinimumWidth(64)
            name.setBuddy(edit)
            grid.addWidget(name, row, 0)
            grid.addWidget(edit, row, 1)
            edit.caps.connect(lambda on: self._say(CAPS if on else "", "warned"))
        grid.addWidget(self.said, 2, 1)
        grid.setColumnStretch(1, 1)

    @property
    def password(self) -> str:
        """What was typed, '' for a file that is not encrypted."""
        return self.first.text()

    def wrong(self) -> PasswordEdit | None:
        """Say that the two differ and give the field to mend, None when they agree."""
        text = passwords.difference(self.password, self.again.text())
        self._say(text, "wrong")
        return self.again if text else None

    def _say(self, text: str, token: str) -> None:
        self.said.setText(text)
        self.said.setVisible(bool(text))
        self.said.setStyleSheet(f"color: {theme.color(token).name()}")


class NewPassword(QWidget):
    """A new password typed twice; one line below says how good it is, or what is wrong. `above`
    are fields that stand over it in the same form: (title, field)."""

    changed = Signal()

    def __init__(
        self, parent: QWidget | None = None, above: Sequence[tuple[str, QWidget]] = ()
    ) -> None:
        super().__init__(parent)
        self.clerk = ""
        self.first, self.again = PasswordEdit("新密码"), PasswordEdit("再输一次密码")
        self.said = QLabel()
        self.said.setWordWrap(True)
        self.show_ = QPushButton("显示(&D)")
        self.show_.setProperty("link", True)
        self.show_.setCheckable(True)
        self.show_.setAutoDefault(False)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2 * theme.GRID)
        grid.setVerticalSpacing(theme.GRID)
        fields = (*above, ("密码(&P)", self.first), ("再输一次", self.again))
        for row, (title, field) in enumerate(fields):
            name = QLabel(title)
            name.setProperty("muted", True)
            name.setBuddy(field)
            grid.addWidget(name, row, 0)
            grid.addWidget(field, row, 1)
        for edit in self.edits():
            edit.caps.connect(self._caps)
            edit.textEdited.connect(self._typed)
        below, corner = len(fields), QtCore.Qt.AlignmentFlag
        grid.addWidget(self.said, below, 1)
        grid.addWidget(self.show_, below, 0, corner.AlignTop | corner.AlignLeft)
        grid.setColumnStretch(1, 1)
        grid.setRowMinimumHeight(below, theme.row_height() - theme.GRID)
        QWidget.setTabOrder(self.first, self.again)
        QWidget.setTabOrder(self.again, self.show_)
        self.show_.toggled.connect(self._reveal)
        self.say(passwords.RULE)

    def edits(self) -> tuple[PasswordEdit, PasswordEdit]:
        return self.first, self.again

    @property
    def password(self) -> str:
        return self.first.text()

    def clear(self) -> None:
        """Forget what was typed."""
        for edit in self.edits():
            edit.clear()
        self.say(passwords.RULE)

    def wrong(self) -> PasswordEdit | None:
        """Say what is wrong and give the field to mend it in, None when both are right."""
        bad = passwords.refusal(self.password, self.clerk)
        different = passwords.difference(self.password, self.again.text())
        if bad or different:
            self.say(bad or different, "wrong")
            return self.first if bad else self.again
        return None

    def _typed(self) -> None:
        text, again = self.password, self.again.text()
        bad = passwords.refusal(text, self.clerk)
        level, advice = passwords.strength(text)
        if len(text) < 3:
            self.say(passwords.RULE)
        elif bad:
            self.say(bad)
        elif again and text == again:
            self.say(f"两次一样 · 强度:{advice}", "passed" if level > 1 else "warned")
        else:
            self.say(f"强度:{advice}", "passed" if level > 1 else "warned")
        self.changed.emit()

    def _reveal(self, on: bool) -> None:
        self.show_.setText("隐藏(&D)" if on else "显示(&D)")
        for edit in self.edits():
            edit.reveal(on)

    def _caps(self, on: bool) -> None:
        if on:
            self.say(CAPS, "warned")
        elif self.said.text() == CAPS:
            self.say(passwords.RULE)

    def say(self, text: str, token: str = "muted") -> None:
        """Show this in the line below the fields."""
        self.said.setText(text)
        self.said.setStyleSheet(f"color: {theme.color(token).name()}")
