"""A short form that opens under a list for what is entered there; Enter through it keeps it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QVBoxLayout

from laborclerk.catalog.fields import Field
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.fields import FieldEdit
from laborclerk.ui.kit.page import row_of
from laborclerk.ui.kit.record import RecordEditor
from laborclerk.ui.kit.small import Elided
from laborclerk.ui.record_form import RecordForm

_SEVERAL = "Enter 下一项,末项存 · Ctrl+S 存 · Esc 不记"
_ONE = "Enter 存 · Esc 不记"
_TITLE = 200  # pixels at 100 % that are kept for what is asked


class Asked(Protocol):
    """What is being entered; `first` is the field to begin in."""

    @property
    def title(self) -> str: ...

    @property
    def form(self) -> RecordForm: ...

    @property
    def first(self) -> str: ...


class Entering(Protocol):
    """What is being entered, and the field that must be filled next."""

    go_to: str | None

    @property
    def asked(self) -> Asked | None: ...


class EntryLine(QFrame):
    """What is entered for a group, in one line; Enter through it keeps it, Esc drops it."""

    def __init__(self, keep: Callable[[], object], drop: Callable[[], object]) -> None:
        super().__init__()
        self.setProperty("surface", True)
        self._keep, self._drop = keep, drop
        self._asked: Asked | None = None
        self._editors: dict[tuple[Field, ...], RecordEditor] = {}
        self.title = Elided(keeps=_TITLE, strong=True)
        self.hint = Elided(small=True)
        head = row_of(self.title, self.hint)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(*[2 * theme.GRID] * 4)
        self._column.setSpacing(theme.GRID)
        self._column.addWidget(head)
        self.hide()

    def follow(self, entering: Entering, back: Callable[[], object]) -> None:
        """Show what is entered now: the cursor into the field that is wanting, or `back` to where
        it came from when nothing is entered any more."""
        focus = QApplication.focusWidget()
        typing = focus is not None and self.isAncestorOf(focus)
        self.show_asked(entering.asked)
        if entering.asked is None and typing:
            back()
        if entering.go_to is not None:
            key, entering.go_to = entering.go_to, None
            self.go_to(key)

    def show_asked(self, asked: Asked | None) -> None:
        """Show what is asked; the cursor goes to its first field when it is another."""
        fresh = asked is not None and asked is not self._asked
        self._asked = asked
        self.setVisible(asked is not None)
        if asked is None:
            return
        self.title.setText(asked.title)
        self.hint.setText(_ONE if len(asked.form.specs) == 1 else _SEVERAL)
        shown = self._editor(asked)
        for editor in self._editors.values():
            editor.setVisible(editor is shown)
        shown.show_form(asked.form)
        if fresh:
            shown.go_to(asked.first)

    def go_to(self, key: str) -> None:
        """The cursor into a field."""
        if self._asked is not None:
            self._editor(self._asked).go_to(key)

    def field(self, key: str) -> FieldEdit:
        """The field of what is asked."""
        assert self._asked is not None
        return self._editor(self._asked).edit(key)

    def _editor(self, asked: Asked) -> RecordEditor:
        fields = tuple(asked.form.specs.values())
        if fields not in self._editors:
            made = RecordEditor(asked.form.specs, min(4, 2 * len(fields)))
            made.finished.connect(self._keep)
            self._column.addWidget(made)
            self._editors[fields] = made
        return self._editors[fields]

    def event(self, event: QEvent) -> bool:
        override = event.type() == QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()  # ours, before the window's
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._drop()
        else:
            super().keyPressEvent(event)
