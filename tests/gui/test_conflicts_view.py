"""The screen of conflicts by keys alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from laborclerk.store.store import Store
from laborclerk.ui.screens.conflicts.presenter import LOOK
from laborclerk.ui.screens.conflicts.view import ConflictsScreen
from laborclerk.ui.worklist import OPEN
from tests.gui.showing import press, shown
from tests.unit.ui.stations import opened
from tests.unit.ui.test_conflicts_presenter import disputed

KEY = Qt.Key


@pytest.fixture
def county(tmp_path: Path) -> Iterator[Store]:
    store = disputed(tmp_path)
    yield store
    store.close()


@pytest.fixture
def screen(qtbot: QtBot, county: Store, forms: list[tuple[int, int | None]]) -> ConflictsScreen:
    made = ConflictsScreen(opened(county), lambda home, person, _: forms.append((home, person)))
    return shown(qtbot, made)


def test_voices_stand_side_by_side_with_who_where_when(screen: ConflictsScreen) -> None:
    assert screen.title.text() == "冲突 1/3"
    assert "月收入" in screen.subject.text()
    told = {row.who.text()[:4] for row in screen.shown}
    assert told == {"乌峰街道", "镇雄县人"}
    assert all("张录入 20" in row.who.text() for row in screen.shown)
    assert [row.mark.text() for row in screen.shown] == ["当前显示", ""]
    assert [row.button.text() for row in screen.shown] == ["1 采用甲", "2 采用乙"]


def test_one_key_decides_and_focus_stays(qtbot: QtBot, screen: ConflictsScreen) -> None:
    press(qtbot, KEY.Key_2)
    assert screen.title.text() == "冲突 1/2"
    assert "采用" in screen.ended.text()
    assert QApplication.focusWidget() is screen.list
    press(qtbot, KEY.Key_9)
    assert screen.title.text() == "冲突 1/2"


def test_zero_and_a_key_decide_all(qtbot: QtBot, screen: ConflictsScreen) -> None:
    press(qtbot, KEY.Key_0)
    assert "3 处一起核定" in screen.ended.text()
    press(qtbot, KEY.Key_8)
    assert screen.title.text() == "冲突"
    assert screen.tabs.tabText(0) == "待核定 0"


def test_another_value_is_asked_for(qtbot: QtBot, screen: ConflictsScreen) -> None:
    from PySide6.QtCore import QTimer

    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        assert dialog is not None
        edit = dialog.findChild(QLineEdit)
        assert edit is not None
        edit.setText("5000")
        qtbot.keyClick(edit, KEY.Key_Return)

    QTimer.singleShot(50, answer)
    press(qtbot, KEY.Key_3)
    assert screen.title.text() == "冲突 1/2"
    assert "5000" in screen.ended.text()


def test_enter_opens_the_form(
    qtbot: QtBot, screen: ConflictsScreen, forms: list[tuple[int, int | None]]
) -> None:
    line = screen.presenter.line
    assert line
    press(qtbot, KEY.Key_Return)
    assert forms == [(line.household, line.record_id)]


def test_findings_by_keys(qtbot: QtBot, screen: ConflictsScreen) -> None:
    screen.tabs.setCurrentIndex(1)
    assert "改了" in screen.told_text.text()
    screen.list.setFocus()
    press(qtbot, KEY.Key_1)
    assert screen.tabs.tabText(1) == "看一看 0"


def test_ctrl_tab_goes_to_the_other_list_and_back(qtbot: QtBot, screen: ConflictsScreen) -> None:
    for tab in (LOOK, OPEN):
        press(qtbot, KEY.Key_Tab, Qt.KeyboardModifier.ControlModifier)
        assert screen.presenter.state.tab == tab
        assert QApplication.focusWidget() is screen.list
