"""The screen of handbooks: where the cursor is when another of its lists is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from laborclerk.ui.screens.handbook.presenter import CHECKS, ISSUES
from laborclerk.ui.screens.handbook.view import HandbookScreen
from tests.gui.in_shell import InShell
from tests.unit.ui.stations import practised

Handbooks = InShell[HandbookScreen]


@pytest.fixture
def handbooks(qtbot: QtBot, tmp_path: Path) -> Iterator[Handbooks]:
    store = practised(tmp_path / "station")
    made = InShell(qtbot, store, "handbook", HandbookScreen)
    yield made
    made.close()
    store.close()


@pytest.mark.parametrize("by_mouse", [True, False])
def test_the_cursor_goes_into_the_list_that_is_turned_to_and_stays_on_it(
    qtbot: QtBot, handbooks: Handbooks, by_mouse: bool
) -> None:
    screen = handbooks.screen
    assert handbooks.focus is screen.tables[ISSUES]
    if by_mouse:
        at = screen.tabs.tabRect(1).center()
        qtbot.mouseClick(screen.tabs, Qt.MouseButton.LeftButton, pos=at)
    else:
        handbooks.key(Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert handbooks.focus is screen.tables[CHECKS]
    handbooks.go("households")
    handbooks.go("handbook")
    handbooks.idle()
    assert handbooks.focus is screen.tables[CHECKS]


def test_what_is_compared_is_put_down_after_a_click_on_the_list_of_lines(
    qtbot: QtBot, handbooks: Handbooks
) -> None:
    screen, found = handbooks.screen, handbooks.screen.presenter.found
    unchecked = sum(not line.checked for line in found.lines)
    at = screen.tabs.tabRect(1).center()
    qtbot.mouseClick(screen.tabs, Qt.MouseButton.LeftButton, pos=at)
    handbooks.key(Qt.Key.Key_Space)
    left = sum(not line.checked for line in screen.presenter.found.lines)
    assert left == unchecked - 1
