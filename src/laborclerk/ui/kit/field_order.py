"""The way of Enter and Shift+Enter through the fields of a form."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from laborclerk.ui.kit.fields import FieldEdit


class FieldOrder(QObject):
    """The order in which Enter goes through fields; `ran_off` when it goes past an end."""

    ran_off = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._fields: list[FieldEdit] = []

    def set(self, fields: Iterable[FieldEdit]) -> None:
        """The fields in order; each is listened to once."""
        for field in self._fields:
            field.advance.disconnect(self.go)
        self._fields = list(fields)
        for field in self._fields:
            field.advance.connect(self.go)

    def go(self, here: FieldEdit, step: int) -> None:
        """Give the focus to the next field that asks for something."""
        at = self._fields.index(here)
        way = self._fields[at + 1 :] if step > 0 else self._fields[:at][::-1]
        for field in way:
            passes = field.skipped() if step > 0 else not field.isEnabled()
            if not passes and field.isVisibleTo(field.window()):
                focus(field)
                return
        self.ran_off.emit(step)

    def first(self) -> FieldEdit | None:
        """The first field that asks for something."""
        usable = [f for f in self._fields if f.isEnabled() and f.isVisibleTo(f.window())]
        empty = [f for f in usable if not f.text()]
        return next(iter(empty or usable), None)


def focus(field: QWidget) -> None:
    """Give a field the focus without breaking a composition elsewhere."""
    method = QGuiApplication.inputMethod()
    if method.isVisible():
        method.commit()
    field.setFocus(Qt.FocusReason.TabFocusReason)
