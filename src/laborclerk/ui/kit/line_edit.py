"""A line to write in that leaves the program's keys to the program.

On X11 a line of text takes Emacs' keys for itself (Ctrl+E to its end, Ctrl+K deletes…), so that
what a screen has under them would not work while one writes.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

_OWN = {Qt.Key.Key_A, Qt.Key.Key_C, Qt.Key.Key_V, Qt.Key.Key_X, Qt.Key.Key_Y, Qt.Key.Key_Z}


class LineEdit(QLineEdit):
    """A line edit whose Ctrl and a letter are the window's, but for copying, undo and all."""

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            letter = Qt.Key.Key_A <= event.key() <= Qt.Key.Key_Z
            control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
            if control and letter and event.key() not in _OWN:
                event.ignore()
                return False
        return super().event(event)
