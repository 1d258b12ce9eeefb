"""Places and frame on the screen: keys and focus."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from laborclerk.store.store import Store
from laborclerk.ui.kit import ask
from laborclerk.ui.screens.frame.view import FrameScreen
from laborclerk.ui.screens.places.view import PlacesScreen
from laborclerk.ui.station import Station
from tests.gui.conftest import Show
from tests.gui.showing import compose, focus, press
from tests.unit.ui.stations import VILLAGE

ENTER = Qt.Key.Key_Return
RIGHT = Qt.Key.Key_Right
DOWN = Qt.Key.Key_Down
CTRL = Qt.KeyboardModifier.ControlModifier


def test_places_open_with_an_arrow_and_a_leader_is_entered_by_keys(
    qtbot: QtBot, station: Station, show: Show, store: Store
) -> None:
    screen = show(PlacesScreen(station))
    assert focus() is screen.tree
    press(qtbot, DOWN)
    press(qtbot, RIGHT)
    press(qtbot, DOWN)
    assert screen.presenter.here == VILLAGE + 1
    press(qtbot, ENTER)
    assert focus() is screen.editor.edit("leader")
    compose("王组长")
    press(qtbot, ENTER)
    qtbot.keyClicks(focus(), "15400001111")
    press(qtbot, ENTER)
    press(qtbot, Qt.Key.Key_S, CTRL)
    assert screen.presenter.places[VILLAGE + 1].leader == "王组长"
    assert screen.presenter.places[VILLAGE + 1].leader_phone == "15400001111"


def test_a_place_is_found_from_the_keyboard(qtbot: QtBot, station: Station, show: Show) -> None:
    screen = show(PlacesScreen(station))
    press(qtbot, Qt.Key.Key_F, CTRL)
    assert focus() is screen.find_box
    qtbot.keyClicks(focus(), "sj")
    press(qtbot, ENTER)
    assert screen.presenter.here == VILLAGE + 1000
    assert screen.tree.key() == VILLAGE + 1000


def test_a_group_is_made_by_name_in_a_question(
    qtbot: QtBot, station: Station, show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = show(PlacesScreen(station))
    screen.tree.go_to(VILLAGE)

    def answer(question: ask.Question) -> int:
        edit = question.findChildren(QWidget)
        field = next(w for w in edit if w.inherits("QLineEdit"))
        field.setProperty("text", "老屋基组")
        return 1

    monkeypatch.setattr(ask.Question, "exec", answer)
    press(qtbot, Qt.Key.Key_Insert, CTRL)
    assert any(p.name == "老屋基组" for p in screen.presenter.places.values())


def test_frame_opens_the_household_under_the_cursor(
    qtbot: QtBot, station: Station, show: Show, store: Store
) -> None:
    went: list[int] = []
    screen = show(FrameScreen(station, lambda h, p, q: went.append(h), lambda: None))
    press(qtbot, Qt.Key.Key_Insert)
    assert focus() is screen.editor.edit("place")
    compose("油榨街社区1组")
    press(qtbot, ENTER)
    press(qtbot, ENTER)
    compose("吴测试")
    press(qtbot, ENTER)
    qtbot.keyClicks(focus(), "3")
    press(qtbot, ENTER)
    assert [line.head_name for line in screen.presenter.lines] == ["吴测试"]
    screen.list.setFocus()
    press(qtbot, ENTER)
    assert went == [screen.presenter.lines[0].household]
