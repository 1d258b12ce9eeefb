"""The frame every screen stands in: title and what it is about, actions right, key hints below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from laborclerk.ui.kit import theme
from laborclerk.ui.kit.fields import FieldEdit
from laborclerk.ui.kit.small import Elided, Hints, Turning

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_KEYPAD = Qt.KeyboardModifier.KeypadModifier
_ABOUT = 160  # pixels at 100 % that are kept for what a screen is about


def label(text: str = "", *, wrap: bool = False, **properties: object) -> QLabel:
    """A label with style properties such as `muted=True`; text of people is never taken for
    markup."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    for name, value in properties.items():
        made.setProperty(name, value)
    return made


class Button(QPushButton):
    """A button that Enter presses as well, in every window and on every system."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER and not event.modifiers() & ~_KEYPAD:
            self.click()
        else:
            super().keyPressEvent(event)


def button(text: str, act: Callable[[], object], *, main: bool = False) -> QPushButton:
    """A button that acts; `main` for the one main action of a screen."""
    made = Button(text)
    made.setProperty("main", main)
    made.setAutoDefault(False)
    made.clicked.connect(lambda: act())
    return made


def box(title: str, parts: Sequence[QWidget]) -> QFrame:
    """Parts one below the other on a ground of their own, under a title."""
    made = QFrame()
    made.setProperty("surface", True)
    column = QVBoxLayout(made)
    column.setContentsMargins(*[3 * theme.GRID] * 4)
    column.setSpacing(2 * theme.GRID)
    column.addWidget(label(title, title=True))
    for part in parts:
        column.addWidget(part)
    column.addStretch(1)
    return made


def row_of(*parts: QWidget) -> QWidget:
    """Parts side by side, from the left."""
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(2 * theme.GRID)
    for part in parts:
        row.addWidget(part)
    row.addStretch(1)
    return made


def labelled(text: str, field: QWidget, width: int = 64) -> QWidget:
    """A field with its label on the left, labels of at least `width` pixels."""
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(2 * theme.GRID)
    name = label(text, muted=True)
    name.setBuddy(field)
    name.setMinimumWidth(width)
    row.addWidget(name)
    row.addWidget(field, 1)
    return made


def clear(layout: QBoxLayout) -> None:
    """Take everything out of a row."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.deleteLater()


class Page(QWidget):
    """A screen: `body` takes its content."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bound: list[tuple[QKeySequence, QWidget, Callable[[], None]]] = []
        unit = theme.GRID
        self.title = label(title, title=True)
        self.about = Elided(keeps=_ABOUT, muted=True)
        told = QWidget()
        line = QHBoxLayout(told)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(3 * unit)
        line.addWidget(self.title)
        line.addWidget(self.about, 1)
        actions = QWidget()
        self.side = QHBoxLayout(actions)
        self.side.setContentsMargins(0, 0, 0, 0)
        self.side.setSpacing(2 * unit)
        head = Turning(3 * unit)
        head.add(told, 1)
        head.add(actions)
        self.body = QVBoxLayout()
        self.body.setSpacing(2 * unit)
        self.hints = Hints(small=True)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(3 * unit, 2 * unit, 3 * unit, unit)
        whole.setSpacing(2 * unit)
        whole.addWidget(head)
        whole.addLayout(self.body, 1)
        whole.addWidget(self.hints)

    def key(self, keys: str, act: Callable[[], object], on: QWidget | None = None) -> None:
        """Bind a key of this screen (or of a part of it); what is being typed is taken in first."""
        sequence, where, run = QKeySequence(keys), on or self, partial(_after_commit, act)
        self._bound.append((sequence, where, run))
        shortcut = QShortcut(sequence, where)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(run)
        shortcut.activatedAmbiguously.connect(partial(self.press, sequence))

    def press(self, keys: QKeySequence) -> bool:
        """Do what the innermost part that holds the cursor has bound to a key, since Qt asks
        nobody when several have it; whether there is such a part."""
        cursor = QApplication.focusWidget()
        bound = {
            _depth(where): run
            for sequence, where, run in self._bound
            if sequence == keys and cursor is not None
            and (where is cursor or where.isAncestorOf(cursor))
        }  # fmt: skip
        if bound:
            bound[max(bound)]()
        return bool(bound)


def _depth(widget: QWidget) -> int:
    above = widget.parentWidget()
    return 1 + _depth(above) if above is not None else 0


def _after_commit(act: Callable[[], object]) -> None:
    edit = QApplication.focusWidget()
    if isinstance(edit, FieldEdit):
        if edit.composing():
            return
        edit.commit()
    act()
