"""The household form in a window: keys and focus, one household typed from the keyboard alone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from laborclerk.catalog.idnumber import check_digit
from laborclerk.features.registry.model import Household
from laborclerk.store import drafts
from laborclerk.store.store import Store
from laborclerk.ui.entry import FieldState
from laborclerk.ui.kit import fields as kit
from laborclerk.ui.kit.fields import FieldEdit
from laborclerk.ui.kit.past import PastDialog
from laborclerk.ui.screens.census.layout import PAGE_OF, PAGES
from laborclerk.ui.screens.census.view import CensusView
from tests.gui.showing import write
from tests.unit.ui.stations import VILLAGE, add_household, opened

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
ALT, NONE = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.NoModifier
# what is left of 1366 × 768 beside navigation, task bar, window frame, top bar and status line
ROOM = (1254, 620)


def number(born: str, sequence: int) -> str:
    first = f"530627{born}{sequence}"
    return first + check_digit(first)


class Clerk:
    """Hands on the keyboard, nothing else."""

    def __init__(self, qtbot: QtBot, view: CensusView) -> None:
        self.qtbot = qtbot
        self.view = view

    @property
    def here(self) -> str:
        edit = QApplication.focusWidget()
        return str(edit.property("field")) if isinstance(edit, FieldEdit) else str(edit)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
        edit = QApplication.focusWidget()
        assert edit is not None
        self.qtbot.keyClick(edit, key, modifier)

    def type(self, text: str) -> None:
        write(self.qtbot, text)

    def answer(self, **answers: str) -> None:
        """Go on with Enter until every named field was come by and answered."""
        left = dict(answers)
        for _ in range(120):
            name = self.here.partition(".")[2]
            if name in left:
                before = self.here
                self.type(left.pop(name))
                if not left and self.here == before:
                    self.key(Qt.Key.Key_Return)
                if not left:
                    return
                if self.here != before:
                    continue
            self.key(Qt.Key.Key_Return)
        raise AssertionError(f"never came by {left}; stands at {self.here}")


@pytest.fixture
def view(qtbot: QtBot, store: Store, monkeypatch: pytest.MonkeyPatch) -> CensusView:
    monkeypatch.setattr(kit, "_AFTER_MOVING_ON", 0.0)
    made = CensusView(opened(store), lambda: None)
    qtbot.addWidget(made)
    made.resize(*ROOM)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


@pytest.fixture
def clerk(qtbot: QtBot, view: CensusView) -> Clerk:
    return Clerk(qtbot, view)


def edit_of(view: CensusView, kind: str, key: str) -> FieldEdit:
    return view.pages.page(PAGE_OF[kind, key])[0].edits[kind, key]


def test_a_household_is_typed_from_the_keyboard_alone(
    view: CensusView, clerk: Clerk, store: Store
) -> None:
    view.presenter.new(VILLAGE + 1)
    assert view.presenter.state is not None
    saved = view.presenter.state.household_id
    assert clerk.here == "household.number"
    clerk.answer(head_name="周大海", registered_count="2")
    clerk.answer(id_number=number("19791203", 997), ethnicity="1", phone="15400001234")
    clerk.answer(education="3", health="1", work_ability="1")
    clerk.answer(employment_status="2")
    clerk.answer(wants_to_go="2", insurance="2 4")
    clerk.answer(relation="2", name="李秀英", id_number=number("19810415", 996))
    clerk.answer(education="2", health="1", work_ability="1", employment_status="2")
    clerk.answer(wants_to_go="n", insurance="4")
    clerk.answer(informant="周大海")
    clerk.key(Qt.Key.Key_Return, CONTROL)
    assert "已存" in view.note.text(), view.note.text()
    assert view.presenter.state.household_id != saved
    with store.read() as session:
        found = session.get(Household, saved)
        assert found is not None
        assert (found.number, found.head_name) == ("0001", "周大海")
    view.presenter.open(saved)
    people = view.presenter.state.members
    assert [(p["name"], p["sex"], p["education"]) for p in people] == [
        ("周大海", "1", "70"), ("李秀英", "2", "80"),
    ]  # fmt: skip


def test_what_was_saved_fades_and_the_time_of_the_last_save_stays(
    qtbot: QtBot, view: CensusView
) -> None:
    view._fade.setInterval(50)
    view.presenter.new(VILLAGE + 1)
    view.say("户0181 已存 17:31", saved=True)
    assert view.note.text() == "✓ 户0181 已存 17:31"
    qtbot.waitUntil(lambda: view.note.text() == "上次:户0181 已存 17:31")
    view.say("已存为草稿 17:32", kept=True)
    assert view.note.toolTip() == "上次:户0181 已存 17:31"
    view.refuse("还有 2 处要改")
    qtbot.wait(80)
    assert view.note.text() == "还有 2 处要改"


def test_a_household_of_six_with_one_member_open_needs_no_scrolling(view: CensusView) -> None:
    view.presenter.new(VILLAGE + 1)
    for _ in range(5):
        view.presenter.add_member()
    for page in range(len(PAGES)):
        view.pages.page(page)
    assert view.minimumSizeHint().height() <= ROOM[1]
    assert view.minimumSizeHint().width() <= ROOM[0]
    assert not view.members.verticalScrollBar().isVisible()
    assert view.pages.stack.height() >= max(
        view.pages.page(n)[0].minimumSizeHint().height() for n in range(len(PAGES))
    )


def test_control_s_keeps_the_field_that_is_being_typed(view: CensusView, clerk: Clerk) -> None:
    view.presenter.new(VILLAGE + 1)
    clerk.answer(head_name="周大海")
    assert view.presenter.state is not None
    view.go_to(view.presenter.state.household_id, "address")
    clerk.type("河边")
    clerk.key(Qt.Key.Key_S, CONTROL)
    assert "已存(未完成)" in view.note.text()
    assert view.presenter.state is not None
    assert view.presenter.state.form.household["address"] == "河边"


def test_a_composition_is_not_cut_off_by_saving(view: CensusView, clerk: Clerk) -> None:
    view.presenter.new(VILLAGE + 1)
    assert view.presenter.state is not None
    view.go_to(view.presenter.state.household_id, "address")
    edit = QApplication.focusWidget()
    assert edit is not None
    QApplication.sendEvent(edit, QInputMethodEvent("he", []))
    clerk.key(Qt.Key.Key_S, CONTROL)
    assert "已存" not in view.note.text()


def test_another_form_never_swallows_what_is_being_typed(
    view: CensusView, clerk: Clerk, store: Store
) -> None:
    view.presenter.new(VILLAGE + 1)
    assert view.presenter.state is not None
    first = view.presenter.state.household_id
    view.go_to(first, "head_name")
    clerk.type("周大海")
    view.presenter.new(VILLAGE + 1)  # as the shell does it on Ctrl+N
    assert view.presenter.state.household_id != first
    assert edit_of(view, "household", "head_name").text() == ""
    assert [d.content["household"]["head_name"] for d in drafts.kept(store, "census")] == ["周大海"]


def test_every_field_left_is_a_draft(view: CensusView, clerk: Clerk, store: Store) -> None:
    view.presenter.new(VILLAGE + 1)
    clerk.answer(head_name="周大海")
    assert "已存为草稿" in view.note.text()
    kept = drafts.kept(store, "census")
    assert [d.content["household"]["head_name"] for d in kept] == ["周大海"]


def test_f8_opens_the_tab_of_the_problem(view: CensusView, clerk: Clerk) -> None:
    view.presenter.new(VILLAGE + 1)
    state = view.presenter.state
    assert state is not None
    view.presenter.enter(state.members[0]["id"], "id_number", "530627197912039990")
    clerk.key(Qt.Key.Key_F8)
    assert clerk.here == "person.id_number"
    edit = edit_of(view, "person", "id_number")
    assert edit.shown.state is FieldState.WRONG
    assert "第18位" in view.help.text()


def test_a_section_that_does_not_apply_cannot_be_opened(view: CensusView) -> None:
    view.presenter.new(VILLAGE + 1)
    state = view.presenter.state
    assert state is not None
    child = state.members[0]["id"]
    work = PAGE_OF["person", "employer"]
    view.presenter.select(child)
    assert view.pages.tabs.isTabEnabled(work)
    view.presenter.enter(child, "birth_date", "20200101")
    assert not view.pages.tabs.isTabEnabled(work)


def test_the_problem_of_the_field_she_is_in_is_marked_and_in_sight(
    view: CensusView, clerk: Clerk
) -> None:
    view.presenter.new(VILLAGE + 1)
    state = view.presenter.state
    assert state is not None
    for _ in range(7):
        view.presenter.add_member()
    for at, person in enumerate(list(state.members)):
        wrong = number("19791203", 997)[:17] + ("1" if at else "2")
        view.presenter.enter(person["id"], "id_number", wrong)
    table = view.problems.table
    seen = []
    for _ in range(7):
        clerk.key(Qt.Key.Key_F8)
        marked = table.selectionModel().selectedRows()
        assert len(marked) == 1
        assert table.viewport().rect().contains(table.visualRect(marked[0]).center())
        seen.append(table.rows.keys[marked[0].row()].where.record_id)
    assert seen == [clerk_of["id"] for clerk_of in state.members[:7]]


def test_the_reason_for_a_warning_is_asked_in_one_line(view: CensusView, clerk: Clerk) -> None:
    view.presenter.new(VILLAGE + 1)
    clerk.answer(head_name="周大海", registered_count="1")
    clerk.answer(id_number=number("19791203", 997), ethnicity="1")
    clerk.answer(education="3", health="1", work_ability="5", employment_status="2")
    clerk.answer(informant="周大海")
    state = view.presenter.state
    clerk.key(Qt.Key.Key_Return, CONTROL)
    assert "要说明原因" in view.problems.question.text()
    assert view.problems.reason.hasFocus()
    clerk.type("肢体重残,村医证明")
    clerk.key(Qt.Key.Key_Return)
    assert "已存" in view.note.text()
    assert view.presenter.state is not state


def test_doubles_are_shown_without_taking_the_keyboard(view: CensusView, clerk: Clerk) -> None:
    view.presenter.new(VILLAGE + 1)
    clerk.answer(head_name="周大海", id_number=number("19791203", 997))
    clerk.key(Qt.Key.Key_S, CONTROL)
    view.presenter.new(VILLAGE + 1)
    clerk.answer(head_name="周大洋", id_number=number("19791203", 997))
    assert view.panel is not None
    assert view.panel.isVisible()
    assert "周大海" in view.panel.text.text()
    here = clerk.here
    assert here.startswith("person.")
    clerk.key(Qt.Key.Key_3, ALT)
    assert not view.panel.isVisible()
    assert clerk.here == here


def test_insert_adds_a_member_and_f7_copies_from_above(view: CensusView, clerk: Clerk) -> None:
    view.presenter.new(VILLAGE + 1)
    state = view.presenter.state
    assert state is not None
    clerk.answer(head_name="周大海")
    view.presenter.enter(state.members[0]["id"], "hukou_type", "1")
    clerk.key(Qt.Key.Key_Insert)
    assert clerk.here == "person.relation"
    view.go_to(state.members[1]["id"], "hukou_type")
    clerk.key(Qt.Key.Key_F7)
    assert edit_of(view, "person", "hukou_type").shown.state is FieldState.CARRIED


def test_undo_takes_back_a_field_of_the_form(view: CensusView, clerk: Clerk) -> None:
    view.presenter.new(VILLAGE + 1)
    clerk.answer(head_name="周大海")
    assert view.undo()
    assert edit_of(view, "household", "head_name").text() == ""
    assert view.redo()
    assert edit_of(view, "household", "head_name").text() == "周大海"


def test_a_draft_is_offered_and_taken_with_a_key(
    qtbot: QtBot, view: CensusView, clerk: Clerk, store: Store
) -> None:
    view.presenter.new(VILLAGE + 1)
    clerk.answer(head_name="周大海")
    clerk.key(Qt.Key.Key_S, CONTROL)
    assert view.presenter.state is not None
    record_id = view.presenter.state.household_id
    view.presenter.enter(record_id, "address", "河边")
    view.presenter.open(record_id)
    assert view.draft.isVisible()
    assert edit_of(view, "household", "address").text() == ""
    clerk.key(Qt.Key.Key_Y, ALT)
    assert not view.draft.isVisible()
    assert edit_of(view, "household", "address").text() == "河边"


def test_every_field_of_the_form_stands_on_one_tab(view: CensusView) -> None:
    seen = [field for page in PAGES for field in page.fields]
    assert len(seen) == len(set(seen))


def test_a_rare_character_is_shown_and_kept(view: CensusView, clerk: Clerk) -> None:
    view.presenter.new(VILLAGE + 1)
    clerk.answer(head_name="周\U0002a700\ue170")
    assert view.presenter.state is not None
    assert view.presenter.state.form.household["head_name"] == "周\U0002a700\ue170"
    assert "U+E170" in view.title.text()


def test_f6_shows_the_history_and_esc_comes_back(
    qtbot: QtBot, store: Store, view: CensusView
) -> None:
    home = add_household(store, "0009", "周大海")
    view.presenter.open(home)
    view.pages.edit()
    Clerk(qtbot, view).key(Qt.Key.Key_F6)
    [dialog] = view.findChildren(PastDialog)
    assert dialog.isVisible()
    assert "周大海" in dialog.windowTitle()
    assert dialog.table.model().rowCount() > 1
    qtbot.keyClick(dialog.table, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
