"""The screen of doubles by keys alone: walk, choose, decide, open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from laborclerk.store.store import Store
from laborclerk.ui.screens.duplicates.presenter import LEFT, RIGHT
from laborclerk.ui.screens.duplicates.view import DuplicatesScreen
from tests.gui.in_shell import InShell
from tests.gui.showing import press, shown
from tests.small import GROUP, OTHER_GROUP, add_household, station
from tests.unit.ui.stations import opened

KEY = Qt.Key
WOMAN = {"name": "周小芳", "birth_date": "1993-05-01", "sex": "2", "relation": "02"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = station(tmp_path / "s")
    for at, (place, phone) in enumerate(((GROUP, "15400000001"), (OTHER_GROUP, "15400000002"))):
        add_household(made, WOMAN | {"phone": phone}, place=place, number=f"1{at}")
        add_household(made, WOMAN | {"name": "钱大毛"}, place=place, number=f"2{at}")
    yield made
    made.close()


@pytest.fixture
def screen(qtbot: QtBot, store: Store, forms: list[tuple[int, int | None]]) -> DuplicatesScreen:
    made = DuplicatesScreen(opened(store), lambda house, person, _: forms.append((house, person)))
    return shown(qtbot, made)


def test_arrows_walk_and_the_sides_follow(qtbot: QtBot, screen: DuplicatesScreen) -> None:
    assert QApplication.focusWidget() is screen.list
    first = screen.presenter.state.here
    press(qtbot, KEY.Key_Down)
    assert screen.presenter.state.here != first
    assert screen.sides.rows.rows
    assert "姓名、出生日期、性别相同" in screen.reason.text()


def test_a_field_is_chosen_by_arrow_and_space(qtbot: QtBot, screen: DuplicatesScreen) -> None:
    press(qtbot, KEY.Key_F8)
    assert QApplication.focusWidget() is screen.sides
    take = screen.presenter.state.take
    press(qtbot, KEY.Key_Right)
    assert take == {"phone": RIGHT}
    press(qtbot, KEY.Key_Left)
    assert take == {"phone": LEFT}
    press(qtbot, KEY.Key_Space)
    assert take == {"phone": RIGHT}
    row = screen.sides.currentIndex().row()
    assert screen.sides.rows.cell(row, 3).sign is not None
    assert screen.sides.rows.cell(row, 2).sign is None


@pytest.mark.parametrize(("key", "left"), [(KEY.Key_1, 1), (KEY.Key_2, 1), (KEY.Key_3, 1)])
def test_one_key_decides(qtbot: QtBot, screen: DuplicatesScreen, key: Qt.Key, left: int) -> None:
    press(qtbot, key)
    assert screen.presenter.total == left
    assert "Ctrl+Z" in screen.ended.text()
    assert screen.ended.isVisible()


@pytest.mark.parametrize("at", ["list", "sides"])
def test_what_was_decided_is_seen_in_a_small_window(qtbot: QtBot, store: Store, at: str) -> None:
    """A laptop of 1366×768 at 200 %, wherever the cursor is."""
    in_shell = InShell(qtbot, store, "duplicates", DuplicatesScreen)
    in_shell.shell.resize(683, 345)
    screen = in_shell.screen
    getattr(screen, at).setFocus()
    qtbot.wait(300)
    in_shell.key(KEY.Key_3)
    in_shell.idle()
    qtbot.wait(300)
    assert "Ctrl+Z" in screen.ended.text()
    assert screen.ended.visibleRegion().boundingRect().size() == screen.ended.size()
    in_shell.close()


def test_later_and_all_alike(qtbot: QtBot, screen: DuplicatesScreen) -> None:
    first = screen.presenter.state.here
    press(qtbot, KEY.Key_9)
    assert screen.presenter.state.here != first
    press(qtbot, KEY.Key_0)
    assert "2 对一起判" in screen.ended.text()
    press(qtbot, KEY.Key_3)
    assert screen.presenter.total == 0
    assert screen.list.empty_text.startswith("没有疑似重复")
    assert not screen.left.isEnabled()


def test_what_was_decided_is_taken_back_by_key(qtbot: QtBot, screen: DuplicatesScreen) -> None:
    press(qtbot, KEY.Key_1)
    qtbot.keyClick(screen.list, KEY.Key_Tab, Qt.KeyboardModifier.ControlModifier)
    assert screen.back.isVisible()
    assert not screen.left.isVisible()
    press(qtbot, KEY.Key_8)
    assert screen.presenter.total == 2
    assert "已撤回" in screen.ended.text()


def test_enter_opens_the_left_household_and_shift_enter_the_right(
    qtbot: QtBot, screen: DuplicatesScreen, forms: list[tuple[int, int | None]]
) -> None:
    pair = screen.presenter.pair
    assert pair is not None
    press(qtbot, KEY.Key_Return)
    press(qtbot, KEY.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert forms == [(side.household, side.person) for side in pair.sides]
