"""The form builder: one widget per field type, the same habits in every field.

Enter goes on, Shift+Enter back, F4 opens the list, a full field of fixed length moves on by
itself; an input method's composition is never broken. A field tells `left` what was entered and
is told how it stands; it decides nothing itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetrics,
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from laborclerk.catalog import fields as f
from laborclerk.catalog.codes import code_list
from laborclerk.catalog.fields import Field
from laborclerk.catalog.values import NO_CONTEXT, Context
from laborclerk.ui import entry
from laborclerk.ui.entry import Chosen, Entered, FieldState, Shown
from laborclerk.ui.kit import signs, theme
from laborclerk.ui.kit.choice_list import ChoiceList
from laborclerk.ui.kit.line_edit import LineEdit

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_COMES_BACK = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
_SIGN_WIDTH = 16
_AFTER_MOVING_ON = 0.3  # seconds in which an Enter typed out of habit is not taken twice


@dataclass(frozen=True, slots=True)
class Habit:
    """How one field type differs from plain text."""

    listed: bool = False  # has a drop-down
    several: bool = False  # holds several of the list
    right: bool = False  # numbers stand right
    typed: bool = True  # False: shown only
    counts_to: int = 0  # shows how many of so many characters are typed


HABITS: dict[type[f.FieldType], Habit] = {
    f.Text: Habit(),
    f.PersonName: Habit(),
    f.IdNumber: Habit(counts_to=18),
    f.Phone: Habit(counts_to=11),
    f.Number: Habit(right=True),
    f.Date: Habit(),
    f.Month: Habit(),
    f.YesNo: Habit(listed=True),
    f.Code: Habit(listed=True),
    f.Codes: Habit(listed=True, several=True),
    f.PlaceRef: Habit(listed=True),
    f.Division: Habit(listed=True),
    f.Reference: Habit(typed=False),
}


_DIGITS = (f.IdNumber, f.Phone, f.Number, f.Date, f.Month)


class FieldEdit(LineEdit):
    """One field of a form."""

    left = Signal(str, object)  # key, Entered: only when what it holds was changed
    passed = Signal(str)  # key: gone through without a change
    advance = Signal(object, int)  # self, +1 on or -1 back
    focused = Signal(object)  # self

    _moved_on_at = 0.0  # when a full field moved on by itself last, anywhere

    def __init__(
        self,
        spec: Field,
        context: Callable[[], Context] = lambda: NO_CONTEXT,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.spec = spec
        self.habit = HABITS[type(spec.type)]
        self.shown = Shown("")
        self._context = context
        self._composing = False
        self._edited = False
        self._list: ChoiceList | None = None
        self._unit = spec.type.unit if isinstance(spec.type, f.Number) else ""
        self.setObjectName(spec.key)
        self.setAccessibleName(spec.label)
        self.setAccessibleDescription(spec.help)
        if self.habit.right:
            self.setAlignment(theme.ALIGN_RIGHT)
        if not self.habit.typed:
            self.setReadOnly(True)
        if isinstance(spec.type, f.Text):
            self.setMaxLength(spec.type.max_length * 2)
        if isinstance(spec.type, _DIGITS):
            # digits come as they are typed, whatever input method is on
            self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.textEdited.connect(self._typed)
        self._set_margins()

    # -- what the presenter says ---------------------------------------------------------------

    def show_as(self, shown: Shown) -> None:
        """Show a value and how it stands. What is being typed right now is left alone."""
        if not (self._edited and self.hasFocus()):
            if self.text() != shown.text:
                self.setText(shown.text)
                if self.hasFocus():
                    self.selectAll()
                else:
                    self.setCursorPosition(0)
            self._edited = False
        if shown == self.shown:
            return
        self.shown = shown
        asked = shown.state is not FieldState.NOT_APPLICABLE or bool(shown.text)
        self.setEnabled(asked)
        self.setToolTip(shown.message or self.spec.help)
        self._set_margins()
        self.update()

    def skipped(self) -> bool:
        """Whether Enter passes by: not asked, or filled in already by carrying over."""
        return not self.isEnabled() or self.isReadOnly() or self.shown.state is FieldState.CARRIED

    # -- leaving -------------------------------------------------------------------------------

    def commit(self) -> None:
        """Tell what was entered, if anything was typed since it was shown."""
        self._close_list()
        if not self._edited:
            return
        self._edited = False
        entered = entry.settle(self.spec, self.text(), self._context())
        if isinstance(entered, Chosen):
            self.setText(entry.show(self.spec, entered.value, self._context()))
        self.left.emit(self.spec.key, entered)

    def choose(self, choice: entry.Choice) -> None:
        """Take a line of the list."""
        if self.habit.several:
            self._toggle(choice)
            return
        self._close_list()
        self._edited = False
        entered: Entered = Chosen(choice.value)
        self.setText(entry.show(self.spec, choice.value, self._context()))
        self.left.emit(self.spec.key, entered)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() not in (
            Qt.FocusReason.PopupFocusReason,
            Qt.FocusReason.ActiveWindowFocusReason,
        ):
            self._edited = False
            if event.reason() != Qt.FocusReason.MouseFocusReason:
                self.selectAll()
        self._set_margins()
        self.focused.emit(self)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.commit()
        if event.reason() not in _COMES_BACK:
            self.setCursorPosition(0)  # a long text shows its beginning
        self._set_margins()

    def focusNextPrevChild(self, forward: bool) -> bool:
        if not self._composing:
            self._go(1 if forward else -1)
        return True

    def _go(self, step: int) -> None:
        if step > 0 and not self._edited:
            self.passed.emit(self.spec.key)
        self.commit()
        self.advance.emit(self, step)

    # -- keys ----------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            if event.key() == Qt.Key.Key_Escape and self._open():
                event.accept()  # closes the list, nothing else
                return True
            undoes = event.matches(QKeySequence.StandardKey.Undo)
            redoes = event.matches(QKeySequence.StandardKey.Redo)
            if (undoes and not self.isUndoAvailable()) or (redoes and not self.isRedoAvailable()):
                event.ignore()  # nothing typed to take back: the form's own undo
                return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, modifiers = Qt.Key(event.key()), event.modifiers()
        plain = not modifiers & ~(
            Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
        )
        if self._composing or not plain:
            super().keyPressEvent(event)
        elif key in _ENTER:
            self._enter(-1 if modifiers & Qt.KeyboardModifier.ShiftModifier else 1)
        elif key == Qt.Key.Key_F4 and self.habit.listed:
            self._close_list() if self._open() else self.open_list()
        elif key == Qt.Key.Key_Escape and self._open():
            self._close_list()
        elif self._open() and key in _STEPS:
            self._list_of().move_highlight(_STEPS[key])
            self._moved = self._by_hand = True
        elif key == Qt.Key.Key_Space and self._open() and self._by_hand and self.habit.several:
            self._choose_highlighted()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            if key == Qt.Key.Key_Down and self.habit.listed:
                self.open_list()
            else:
                self._go(1 if key == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)
            if key == Qt.Key.Key_Escape:
                event.ignore()

    _moved = False  # the highlight was moved by hand
    _by_hand = False  # the list was opened or moved by hand: space ticks, and types no space

    def _enter(self, step: int) -> None:
        soon = time.monotonic() - FieldEdit._moved_on_at < _AFTER_MOVING_ON
        if soon and not self._edited and step > 0:
            return
        if self._open() and self._moved and not self.habit.several:
            self._choose_highlighted()
        self._go(step)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self._composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def composing(self) -> bool:
        """Whether an input method is in the middle of a character."""
        return self._composing

    def _typed(self, text: str) -> None:
        self._edited = True
        self.update()
        if self._composing:
            return
        context = self._context()
        if entry.is_full(self.spec, text, context):
            FieldEdit._moved_on_at = time.monotonic()
            self._go(1)
        elif self.habit.listed:
            self._offer(text)

    # -- the list ------------------------------------------------------------------------------

    def open_list(self) -> None:
        """Show all that can be chosen (F4)."""
        if self.isEnabled() and self.habit.listed:
            self._offer("")
            self._by_hand = True

    def _offer(self, typed: str) -> None:
        if not self.hasFocus():
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        context = self._context()
        if self.habit.several and typed:
            typed = typed if typed[-1:] not in " ,,、" else ""
            typed = entry.split_codes(typed)[-1] if typed else ""
        offered = entry.choices(self.spec, typed, context)
        if offered is None:
            return
        self._moved = self._by_hand = False
        held = None if typed else entry.read(self.spec, self.text(), context).value
        self._list_of().open_at(self, offered, self._checked(), held)

    def _checked(self) -> Iterable[str] | None:
        if not self.habit.several:
            return None
        reading = entry.read(self.spec, self.text(), self._context())
        return str(reading.value).split(",") if reading.value else ()

    def _toggle(self, choice: entry.Choice) -> None:
        assert isinstance(self.spec.type, f.Codes)
        codes = code_list(self.spec.type.codes)
        held = set(self._checked() or ()) ^ {str(choice.value)}
        self.setText("、".join(codes.label(code) for code in codes.order(held)))
        self._edited = True
        self._list_of().open_at(
            self, entry.choices(self.spec, "", self._context()) or (), self._checked()
        )

    def _choose_highlighted(self) -> None:
        choice = self._list_of().highlighted()
        if choice is not None:
            self.choose(choice)

    def _list_of(self) -> ChoiceList:
        if self._list is None:
            self._list = ChoiceList(self.window())
            self._list.picked.connect(self._clicked)
        return self._list

    def _clicked(self, choice: entry.Choice) -> None:
        self.choose(choice)
        if not self.habit.several:
            self.advance.emit(self, 1)

    def _open(self) -> bool:
        return self._list is not None and self._list.isVisible()

    def _close_list(self) -> None:
        if self._list is not None:
            self._list.hide()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        chevron = self.habit.listed and event.position().x() > self.width() - 2 * _SIGN_WIDTH
        super().mousePressEvent(event)
        if chevron:
            self._close_list() if self._open() else self.open_list()

    # -- look ----------------------------------------------------------------------------------

    def _right_parts(self) -> int:
        """Pixels at the right that sign, chevron and unit take."""
        width = 0 if self.shown.state is FieldState.UNTOUCHED else _SIGN_WIDTH
        if self.habit.listed:
            width += _SIGN_WIDTH - 4
        if self._unit:
            width += QFontMetrics(theme.font()).horizontalAdvance(self._unit) + 4
        return width

    def _set_margins(self) -> None:
        self.setTextMargins(2, 0, self._right_parts(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        state = self.shown.state
        right = self.width() - 3.0
        if state is not FieldState.UNTOUCHED:
            tint = signs.state_color(state)
            if state is not FieldState.NOT_APPLICABLE:
                painter.fillRect(QRectF(1, 1, 3, self.height() - 2), tint)
            if state in (FieldState.WRONG, FieldState.WARNED) and not self.hasFocus():
                painter.setPen(QPen(tint, 1))
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 2, 2)
            signs.paint(painter, QRectF(right - _SIGN_WIDTH, 0, _SIGN_WIDTH, self.height()), state)
            right -= _SIGN_WIDTH
        if self.habit.listed and self.isEnabled():
            box = QRectF(right - _SIGN_WIDTH + 2, 0, _SIGN_WIDTH, self.height())
            signs.paint_chevron(painter, box, open_=self._open())
            right -= _SIGN_WIDTH - 4
        note = self._unit or self._count()
        if note:
            painter.setPen(theme.color("muted"))
            painter.drawText(QRectF(0, 0, right - 4, self.height()), theme.ALIGN_RIGHT, note)

    def _count(self) -> str:
        of = self.habit.counts_to
        if of and self._edited and self.hasFocus() and len(self.text()) < of:
            return f"{len(self.text())}/{of}"
        return ""


_STEPS = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_PageDown: 9,
    Qt.Key.Key_PageUp: -9,
}
