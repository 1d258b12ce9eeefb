"""The household form inside the main window: where the cursor stands, undo, finding, leaving."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from laborclerk.store.store import Store
from laborclerk.ui.kit.fields import FieldEdit
from laborclerk.ui.shell import Shell
from tests.gui.showing import compose
from tests.unit.ui.stations import add_household, opened

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def shell(qtbot: QtBot, store: Store) -> Shell:
    made = Shell(opened(store))
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def here() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def field(qtbot: QtBot) -> str:
    qtbot.waitUntil(lambda: isinstance(QApplication.focusWidget(), FieldEdit))
    return str(here().property("field"))


def test_control_n_opens_an_empty_form_with_the_cursor_in_it(qtbot: QtBot, shell: Shell) -> None:
    qtbot.keyClick(here(), Qt.Key.Key_N, CONTROL)
    assert shell.in_form
    assert field(qtbot).startswith("household.")


def test_a_person_found_is_opened_at_her_own_sections(
    qtbot: QtBot, shell: Shell, store: Store
) -> None:
    home = add_household(store, "0001", "周大海", members=2)
    with store.read() as session:
        from laborclerk.features.registry.model import Person

        second = session.query(Person).filter_by(household=home, line=2).one().id
    shell.open_household(home, second, ())
    assert field(qtbot).startswith("person.")
    assert shell._form.presenter.state.person == second


def test_control_z_takes_back_typing_then_fields_then_the_last_save(
    qtbot: QtBot, shell: Shell, store: Store
) -> None:
    home = add_household(store, "0001", "周大海")
    shell.open_household(home, None, ())
    field(qtbot)
    form = shell._form
    form.go_to(home, "address")
    compose("河边")
    qtbot.keyClick(here(), Qt.Key.Key_Z, CONTROL)
    edit = here()
    assert isinstance(edit, FieldEdit)
    assert edit.text() == ""
    compose("河边")
    qtbot.keyClick(here(), Qt.Key.Key_Return)
    assert form.presenter.state.form.household["address"] == "河边"
    qtbot.keyClick(here(), Qt.Key.Key_Z, CONTROL)
    assert form.presenter.state.form.household["address"] is None


def test_escape_goes_back_and_what_was_typed_is_a_draft(
    qtbot: QtBot, shell: Shell, store: Store
) -> None:
    home = add_household(store, "0001", "周大海")
    shell.go("households")
    shell.open_household(home, None, ())
    field(qtbot)
    shell._form.go_to(home, "address")
    compose("河边")
    qtbot.keyClick(here(), Qt.Key.Key_Escape)
    assert not shell.in_form
    shell.open_household(home, None, ())
    qtbot.waitUntil(shell._form.draft.isVisible)


def test_escape_with_a_list_open_closes_the_list_only(
    qtbot: QtBot, shell: Shell, store: Store
) -> None:
    home = add_household(store, "0001", "周大海")
    shell.open_household(home, None, ())
    field(qtbot)
    shell._form.go_to(home, "kind")
    qtbot.keyClick(here(), Qt.Key.Key_F4)
    qtbot.keyClick(here(), Qt.Key.Key_Escape)
    assert shell.in_form


def test_a_household_left_half_entered_is_offered_on_the_next_start(
    qtbot: QtBot, shell: Shell, store: Store
) -> None:
    qtbot.keyClick(here(), Qt.Key.Key_N, CONTROL)
    field(qtbot)
    state = shell._form.presenter.state
    shell._form.presenter.enter(state.household_id, "head_name", "周大海")
    later = Shell(opened(store))
    qtbot.addWidget(later)
    later.show()
    assert later.strip.isVisible()
    assert "周大海" in later.strip.text.text()
    later.strip.first.click()
    assert later._form.presenter.state.form.household["head_name"] == "周大海"
    assert not later.strip.isVisible()
