"""Fields of a form: keys, focus, lists, states; every field type has its habit."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from laborclerk.catalog import fields as f
from laborclerk.catalog.fields import Field
from laborclerk.catalog.values import Context
from laborclerk.ui.entry import Chosen, Entered, FieldState, Shown
from laborclerk.ui.kit import fields as kit
from laborclerk.ui.kit.field_order import FieldOrder
from laborclerk.ui.kit.fields import HABITS, FieldEdit

SPECS = [
    Field("name", "姓名", f.PersonName()),
    Field("id_number", "证件号码", f.IdNumber("id_type")),
    Field("employment_status", "就业状况", f.Code("employment_status")),
    Field("health", "健康状况", f.Codes("health")),
    Field("monthly_income", "月收入", f.Number(0, 999999, "元")),
    Field("relation", "关系", f.Code("relation")),
    Field("note", "备注", f.Text(100)),
]


class Form:
    """Seven fields in a window, and what they told."""

    def __init__(self, qtbot: QtBot) -> None:
        self.window = QWidget()
        self.window.resize(600, 500)
        layout = QVBoxLayout(self.window)
        self.told: list[tuple[str, Entered]] = []
        self.edits: dict[str, FieldEdit] = {}
        self.order = FieldOrder(self.window)
        for spec in SPECS:
            edit = FieldEdit(spec, lambda: Context(codes_by="number", id_kind="01"))
            edit.left.connect(lambda key, entered: self.told.append((key, entered)))
            layout.addWidget(edit)
            self.edits[spec.key] = edit
        self.order.set(self.edits.values())
        qtbot.addWidget(self.window)
        self.window.show()
        self.window.activateWindow()

    def focus(self, key: str) -> FieldEdit:
        self.edits[key].setFocus(Qt.FocusReason.TabFocusReason)
        QApplication.processEvents()
        return self.edits[key]

    def focused(self) -> str:
        found = QApplication.focusWidget()
        return found.objectName() if found else ""


@pytest.fixture
def form(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Form:
    monkeypatch.setattr(kit, "_AFTER_MOVING_ON", 0.0)
    made = Form(qtbot)
    qtbot.waitExposed(made.window)
    return made


def key(qtbot: QtBot, edit: QWidget, what: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
    both = Qt.KeyboardModifier.NoModifier
    for modifier in modifiers:
        both |= modifier
    qtbot.keyClick(edit, what, both)


def write(edit: QWidget, text: str) -> None:
    """Chinese text, as an input method commits it."""
    commit = QInputMethodEvent("", [])
    commit.setCommitString(text)
    QApplication.sendEvent(edit, commit)


def test_every_field_type_has_a_habit() -> None:
    assert set(HABITS) == set(f.FIELD_TYPES)


def test_enter_goes_on_and_shift_enter_back(qtbot: QtBot, form: Form) -> None:
    name = form.focus("name")
    write(name, "周大海")
    key(qtbot, name, Qt.Key.Key_Return)
    assert form.told == [("name", "周大海")]
    assert form.focused() == "id_number"
    key(qtbot, form.edits["id_number"], Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert form.focused() == "name"


def test_a_field_left_as_it_was_tells_nothing(qtbot: QtBot, form: Form) -> None:
    key(qtbot, form.focus("name"), Qt.Key.Key_Return)
    key(qtbot, form.edits["id_number"], Qt.Key.Key_Tab)
    assert form.told == []
    assert form.focused() == "employment_status"


def test_a_long_text_shows_its_beginning_when_it_is_left(qtbot: QtBot, form: Form) -> None:
    note = form.focus("note")
    qtbot.keyClicks(note, "a" * 90)
    assert note.cursorPosition() == 90
    qtbot.keyClick(note, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert (note.text(), note.cursorPosition()) == ("a" * 90, 0)


def test_a_full_id_number_moves_on_by_itself(qtbot: QtBot, form: Form) -> None:
    edit = form.focus("id_number")
    qtbot.keyClicks(edit, "53062719791203999")
    assert form.focused() == "id_number"
    qtbot.keyClicks(edit, "5")
    assert form.focused() == "employment_status"
    assert form.told == [("id_number", "530627197912039995")]


def test_an_enter_out_of_habit_after_moving_on_is_not_taken_twice(
    qtbot: QtBot, form: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kit, "_AFTER_MOVING_ON", 10.0)
    qtbot.keyClicks(form.focus("id_number"), "530627197912039995")
    key(qtbot, form.edits["employment_status"], Qt.Key.Key_Return)
    assert form.focused() == "employment_status"
    qtbot.keyClicks(form.edits["employment_status"], "w")
    key(qtbot, form.edits["employment_status"], Qt.Key.Key_Return)
    assert form.focused() == "health"


def test_a_code_is_typed_by_its_number_on_paper(qtbot: QtBot, form: Form) -> None:
    edit = form.focus("employment_status")
    qtbot.keyClicks(edit, "4")
    assert form.told == [("employment_status", Chosen("04"))]
    assert edit.text() == "4 外出务工"
    assert form.focused() == "health"


def test_a_code_is_typed_by_pinyin(qtbot: QtBot, form: Form) -> None:
    edit = form.focus("relation")
    qtbot.keyClicks(edit, "po")
    key(qtbot, edit, Qt.Key.Key_Return)
    assert form.told == [("relation", Chosen("10"))]
    assert edit.text() == "2 配偶"


def test_f4_opens_the_list_and_enter_takes_the_highlighted(qtbot: QtBot, form: Form) -> None:
    edit = form.focus("relation")
    key(qtbot, edit, Qt.Key.Key_F4)
    key(qtbot, edit, Qt.Key.Key_Down)
    key(qtbot, edit, Qt.Key.Key_Down)
    key(qtbot, edit, Qt.Key.Key_Return)
    assert form.told == [("relation", Chosen("20"))]
    assert form.focused() == "note"


def test_escape_closes_the_list_and_keeps_what_was_typed(qtbot: QtBot, form: Form) -> None:
    edit = form.focus("relation")
    qtbot.keyClicks(edit, "z")
    assert edit._open()
    key(qtbot, edit, Qt.Key.Key_Escape)
    assert not edit._open()
    assert edit.text() == "z"


def test_several_codes_are_typed_with_spaces_or_ticked(qtbot: QtBot, form: Form) -> None:
    edit = form.focus("health")
    qtbot.keyClicks(edit, "3 6")
    key(qtbot, edit, Qt.Key.Key_Return)
    assert form.told == [("health", "长期慢性病、残疾")]
    form.told.clear()
    edit = form.focus("health")
    edit.show_as(Shown("健康", FieldState.PASSED))
    key(qtbot, edit, Qt.Key.Key_F4)
    key(qtbot, edit, Qt.Key.Key_Space)  # takes 健康 away
    key(qtbot, edit, Qt.Key.Key_Down)
    key(qtbot, edit, Qt.Key.Key_Down)
    key(qtbot, edit, Qt.Key.Key_Space)
    key(qtbot, edit, Qt.Key.Key_Return)
    assert form.told == [("health", "长期慢性病")]


def test_a_composition_is_not_broken_by_enter_or_a_full_field(qtbot: QtBot, form: Form) -> None:
    edit = form.focus("name")
    QApplication.sendEvent(edit, QInputMethodEvent("zhou", []))
    key(qtbot, edit, Qt.Key.Key_Return)
    key(qtbot, edit, Qt.Key.Key_Tab)
    assert form.focused() == "name"
    write(edit, "周")
    assert edit.text() == "周"
    key(qtbot, edit, Qt.Key.Key_Return)
    assert form.told == [("name", "周")]
    assert form.focused() == "id_number"


def test_enter_passes_by_what_is_not_asked_or_carried_over(qtbot: QtBot, form: Form) -> None:
    form.edits["id_number"].show_as(Shown("", FieldState.NOT_APPLICABLE))
    form.edits["employment_status"].show_as(Shown("2 务农", FieldState.CARRIED))
    key(qtbot, form.focus("name"), Qt.Key.Key_Return)
    assert form.focused() == "health"
    key(qtbot, form.edits["health"], Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert form.focused() == "employment_status"


def test_the_last_field_says_that_enter_ran_off(qtbot: QtBot, form: Form) -> None:
    with qtbot.waitSignal(form.order.ran_off) as signal:
        key(qtbot, form.focus("note"), Qt.Key.Key_Return)
    assert signal.args == [1]


def test_what_is_being_typed_is_not_overwritten(qtbot: QtBot, form: Form) -> None:
    edit = form.focus("note")
    write(edit, "正在")
    edit.show_as(Shown("旧的", FieldState.PASSED))
    assert edit.text() == "正在"


def test_undo_belongs_to_the_form_when_nothing_was_typed(qtbot: QtBot, form: Form) -> None:
    from PySide6.QtGui import QKeyEvent

    def wants_undo(edit: FieldEdit) -> bool:
        event = QKeyEvent(
            QKeyEvent.Type.ShortcutOverride, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier
        )
        event.ignore()
        QApplication.sendEvent(edit, event)
        return event.isAccepted()

    edit = form.focus("note")
    assert not wants_undo(edit)
    write(edit, "字")
    assert wants_undo(edit)
