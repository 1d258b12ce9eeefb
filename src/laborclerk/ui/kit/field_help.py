"""The line below a form: what is wrong with the field that has the cursor, or its help. In a small
window a form is longer than what one sees of it: there it is told right at the field."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtWidgets import QLabel, QScrollArea, QWidget

from laborclerk.ui.entry import FieldState
from laborclerk.ui.kit import signs, theme
from laborclerk.ui.kit.fields import FieldEdit

_SETTLED = 300  # milliseconds after which the screen has scrolled to the field
_GOES = (
    QEvent.Type.KeyPress, QEvent.Type.FocusOut, QEvent.Type.Hide, QEvent.Type.MouseButtonPress,
    QEvent.Type.InputMethod,
)  # fmt: skip


class FieldHelp(QLabel):
    """What is said of a field."""

    def __init__(self, *, wrap: bool = False) -> None:
        super().__init__()
        self.setProperty("small", True)
        self.setWordWrap(wrap)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._color = ""

    def explain(self, edit: FieldEdit) -> bool:
        """Say what is wrong with a field, or its help → whether something is wrong."""
        told, named = edit.shown.message or edit.spec.help, edit.spec.label
        whole = not told or told.startswith(f"“{named}”")
        self.setText(told or named if whole else f"{named}:{told}")
        bad = edit.shown.state in (FieldState.WRONG, FieldState.WARNED)
        color = signs.state_color(edit.shown.state) if bad else theme.color("muted")
        self._color = color.name()
        self.setStyleSheet(f"color: {self._color}")
        return bad

    def tell_at(self, edit: FieldEdit) -> None:
        """Tell it at the field, too, unless the line is seen or the cursor went on."""

        def show() -> None:
            for before in edit.window().findChildren(Bubble):
                before.hide()
                before.deleteLater()
            if edit.hasFocus() and self.visibleRegion().boundingRect().size() != self.size():
                Bubble(edit, self.text(), self._color)

        QTimer.singleShot(_SETTLED, edit, show)


class Bubble(QLabel):
    """Stands below its field, or above it, until something is done there."""

    def __init__(self, field: QWidget, text: str, color: str) -> None:
        window = field.window()
        super().__init__(text, window)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setObjectName("bubble")
        self.setWordWrap(True)
        self.setAutoFillBackground(True)
        self.setStyleSheet(
            f"#bubble {{ background: {theme.color('surface').name()};"
            f" color: {color}; padding: {theme.GRID}px; border: 1px solid {color} }}"
        )
        at = field.mapTo(window, QPoint(0, 0))
        room = window.width() - 2 * theme.GRID
        width = min(self.sizeHint().width() + 4 * theme.GRID, room, max(field.width(), room // 2))
        self.resize(width, self.heightForWidth(width))
        below = at.y() + field.height()
        high = below if below + self.height() <= window.height() else at.y() - self.height()
        self.move(max(theme.GRID, min(at.x(), window.width() - width - theme.GRID)), high)
        field.installEventFilter(self)
        above = field.parentWidget()
        while above is not None:
            if isinstance(above, QScrollArea):
                above.verticalScrollBar().valueChanged.connect(self.deleteLater)
            above = above.parentWidget()
        self.show()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _GOES:
            self.deleteLater()
        return super().eventFilter(watched, event)
