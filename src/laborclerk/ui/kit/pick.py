"""A field to pick one thing from a long list: type a part of it, its number or its initials."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from laborclerk.ui.entry import Choice
from laborclerk.ui.kit.choice_list import ChoiceList
from laborclerk.ui.kit.line_edit import LineEdit

_STEPS = {
    Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 9, Qt.Key.Key_PageUp: -9,
}  # fmt: skip


class PickEdit(LineEdit):
    """`picked` tells the value. Enter takes the highlighted line, Esc leaves what was chosen."""

    picked = Signal(object)
    given_up = Signal()

    def __init__(
        self, search: Callable[[str], Sequence[Choice]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.search = search
        self.value: Any = None
        self._label = ""
        self._composing = False
        self._list: ChoiceList | None = None
        self.textEdited.connect(self._offer)

    def choose(self, value: Any, label: str) -> None:
        """Show a choice without telling."""
        self.value, self._label = value, label
        self.setText(label)
        self.setCursorPosition(0)

    def open_list(self) -> None:
        """Show all that can be picked."""
        self._offer("")

    def _offer(self, typed: str) -> None:
        if self._composing:
            return
        if self._list is None:
            self._list = ChoiceList(self.window())
            self._list.picked.connect(self._take)
        offered = self.search(typed)
        self._list.open_at(self, offered)

    def _take(self, choice: Choice) -> None:
        self._close()
        self.choose(choice.value, choice.label)
        self.picked.emit(choice.value)

    def _open(self) -> bool:
        return self._list is not None and self._list.isVisible()

    def _close(self) -> None:
        if self._list is not None:
            self._list.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if self._composing:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & (
            Qt.KeyboardModifier.ControlModifier
        ):
            choice = self._list.highlighted() if self._list is not None else None
            if choice is not None:
                self._take(choice)
            else:
                self.open_list()
        elif key == Qt.Key.Key_F4:
            self._close() if self._open() else self.open_list()
        elif key == Qt.Key.Key_Escape:
            was_open = self._open()
            self._close()
            self.setText(self._label)
            if not was_open:
                event.ignore()
            self.given_up.emit()
        elif key in _STEPS:
            if not self._open():
                self.open_list()
            elif self._list is not None:
                self._list.move_highlight(_STEPS[key])
        else:
            super().keyPressEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self._composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._close()
            self.setText(self._label)
            self.setCursorPosition(0)
