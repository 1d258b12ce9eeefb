"""The screen of the groups from the keyboard: paper, the month's report, laptops, taking back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from laborclerk.features.registry.groups import change_place
from laborclerk.features.registry.places import add_group
from laborclerk.store.store import Store
from laborclerk.ui.kit.ask import Question
from laborclerk.ui.navigation import SCREENS
from laborclerk.ui.screens.groups.lines import Line
from laborclerk.ui.screens.groups.view import GroupsScreen
from tests.gui.in_shell import InShell
from tests.unit.ui.stations import VILLAGE

GROUP, SECOND = VILLAGE + 1, VILLAGE + 2
Key = Qt.Key


@pytest.fixture
def store(store: Store) -> Store:
    add_group(store, VILLAGE, "2组")
    change_place(store, GROUP, {"name": "1组", "leader": "周组长", "leader_phone": None})
    return store


class Groups(InShell[GroupsScreen]):
    """The screen in the real window."""

    def __init__(self, qtbot: QtBot, store: Store) -> None:
        super().__init__(qtbot, store, "groups", GroupsScreen)

    def go(self, key: str) -> None:
        at = [place.key for place in SCREENS].index(key) + 1
        self.key(Key(Key.Key_0 + at), Qt.KeyboardModifier.ControlModifier)

    def line(self, place: int = GROUP) -> Line:
        found = self.screen.presenter.line(place)
        assert found is not None
        return found

    def agree(self) -> None:
        """Answer the question that comes."""

        def answer() -> None:
            dialog = QApplication.activeModalWidget()
            assert isinstance(dialog, Question)
            dialog.accept()

        QTimer.singleShot(0, answer)


@pytest.fixture
def groups(qtbot: QtBot, store: Store) -> Iterator[Groups]:
    made = Groups(qtbot, store)
    yield made
    made.close()


def test_paper_is_entered_without_the_mouse_and_the_cursor_comes_back(groups: Groups) -> None:
    assert groups.screen.table.hasFocus()
    groups.key(Key.Key_1)
    assert groups.screen.entry.field("count").hasFocus()
    groups.enter("50")
    groups.enter("0001-0050")
    assert groups.screen.entry.field("person").text() == "周组长"
    groups.key(Key.Key_Return)
    assert groups.line().paper.issued == 50
    assert groups.focus is groups.screen.table
    assert groups.screen.table.key() == GROUP
    assert not groups.screen.entry.isVisible()


def test_what_is_wrong_holds_the_cursor_at_its_field(groups: Groups) -> None:
    groups.key(Key.Key_2)
    for text in ("3", "", ""):
        groups.enter(text)
    assert groups.focus is groups.screen.entry.field("count")
    assert "共发出0份" in groups.screen.entry.field("count").shown.message


def test_esc_drops_what_is_asked_and_nothing_else(groups: Groups) -> None:
    groups.key(Key.Key_Down)
    groups.key(Key.Key_1)
    groups.qtbot.keyClicks(groups.focus, "7")
    groups.key(Key.Key_Escape)
    assert groups.focus is groups.screen.table
    assert groups.screen.table.key() == SECOND
    assert groups.line(SECOND).paper.issued == 0


def test_a_report_takes_its_number_and_two_enters(groups: Groups) -> None:
    groups.key(Key.Key_R)
    groups.enter("4")
    groups.key(Key.Key_Return)
    groups.key(Key.Key_Return)
    report = groups.line().report
    assert report is not None
    assert (report.changes, report.reporter) == (4, "周组长")
    assert "未上报 2" in groups.screen.tabs.tabText(1)


def test_the_latest_entry_is_the_one_that_del_takes_back(groups: Groups) -> None:
    for key, count in ((Key.Key_1, "50"), (Key.Key_2, "20")):
        groups.key(key)
        groups.qtbot.keyClicks(groups.focus, count)
        groups.key(Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert groups.line().paper.out == 30
    groups.agree()
    groups.key(Key.Key_Delete)
    assert groups.line().paper.out == 50


def test_a_village_is_given_to_a_laptop(groups: Groups) -> None:
    groups.key(Key.Key_D)
    groups.enter("b")
    groups.enter("李测试")
    assert groups.screen.laptops.text() == "B 李测试 1 村 · 未分 1 村"
    assert "未分电脑 1" in groups.screen.tabs.tabText(4)


def test_ctrl_z_takes_back_what_was_noted(groups: Groups) -> None:
    groups.key(Key.Key_1)
    groups.qtbot.keyClicks(groups.focus, "50")
    groups.key(Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    groups.key(Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert groups.line().paper.issued == 0
    assert "纸表收发" in groups.shell.message.text()


def test_the_month_is_changed_with_the_arrows(groups: Groups) -> None:
    month = groups.screen.presenter.month
    groups.key(Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert groups.screen.presenter.month < month
    assert groups.screen.month.text() == groups.screen.presenter.month
    groups.key(Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert groups.screen.presenter.month == month
