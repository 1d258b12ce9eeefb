"""The real main window on the practice township: keys, focus, finding, undo, a loop that turns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from laborclerk.app import create_station
from laborclerk.features.practice import service as practice
from laborclerk.features.practice.service import Made
from laborclerk.features.registry.model import Household, Person
from laborclerk.store.store import Store
from laborclerk.sync.ledger import set_station
from laborclerk.ui.kit import theme
from laborclerk.ui.navigation import SCREENS
from laborclerk.ui.runner import WorkerRunner
from laborclerk.ui.screens.coverage.presenter import COLUMNS
from laborclerk.ui.screens.dispatch.view import DispatchScreen
from laborclerk.ui.screens.households.view import HouseholdsScreen
from laborclerk.ui.screens.papers.view import PapersScreen
from laborclerk.ui.shell import Shell
from laborclerk.ui.station import Station, look
from tests.gui.showing import focus, home_of, idle


@pytest.fixture(scope="module")
def township(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Made]]:
    folder: Path = tmp_path_factory.mktemp("shell") / "station"
    store, _ = create_station(folder, "练习员", "lianxi2026", scrypt_n=2**10)
    set_station(store, "township", "530627001000", "乌峰街道")
    made = practice.fill(store, people=1500, seed=5)
    yield store, made
    store.close()


@pytest.fixture
def shell(qtbot: QtBot, township: tuple[Store, Made]) -> Iterator[Shell]:
    errors: list[BaseException] = []
    runner = WorkerRunner(errors.append)
    window = Shell(Station(township[0], runner, *look(township[0])))
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(runner.is_idle)
    yield window
    qtbot.waitUntil(runner.is_idle)
    runner.close()
    assert errors == []


def test_it_opens_on_the_home_screen_with_the_cursor_in_the_table(
    qtbot: QtBot, shell: Shell
) -> None:
    home = home_of(shell)
    assert home.presenter.total is not None
    assert home.places.model().rowCount() == len(home.presenter.lines)
    assert "练习员" in shell.status["clerk"].text()
    assert "2026年秋季摸底" in shell.status["round"].text()


def test_enter_on_a_number_lists_it_and_enter_on_a_line_opens_the_form(
    qtbot: QtBot, shell: Shell
) -> None:
    home = home_of(shell)
    home.places.setFocus()
    unvisited = 1 + [c.key for c in COLUMNS].index("unvisited")
    home.places.setCurrentIndex(home.places.model().index(0, unvisited))
    qtbot.keyClick(home.places, Qt.Key.Key_Return)
    idle(qtbot, shell)
    assert home.list.model().rowCount() > 0
    first = home.presenter.list[0]
    home.list.setCurrentIndex(home.list.model().index(0, 0))
    qtbot.keyClick(home.list, Qt.Key.Key_Return)
    idle(qtbot, shell)
    assert shell.in_form
    assert shell._form.presenter.state.household_id == first.household
    shell._escape()
    idle(qtbot, shell)
    assert not shell.in_form


def test_signatures_are_green_only_when_all_villages_have_signed(
    qtbot: QtBot, shell: Shell
) -> None:
    home = home_of(shell)
    model = home.places.model()
    line = home.presenter.lines[0]

    def shown(signed: int, changed: bool = False) -> object:
        some = replace(line.row.signed, signed=signed, changed=changed)
        home.presenter.lines[0] = replace(line, row=replace(line.row, signed=some))
        return model.data(model.index(0, len(COLUMNS) + 2), Qt.ItemDataRole.ForegroundRole)

    villages = line.row.signed.villages
    assert villages > 0
    assert shown(0) == shown(villages - 1) == theme.color("muted")
    assert shown(villages) == theme.color("passed")
    assert shown(villages, changed=True) == theme.color("warned")


def test_a_form_opened_from_home_belongs_to_the_households(
    qtbot: QtBot, shell: Shell, township: tuple[Store, Made]
) -> None:
    def marked() -> str:
        return shell.navigation.key

    def click(key: str) -> None:
        row = next(n for n, place in enumerate(shell._places) if place.key == key)
        spot = shell.navigation.visualItemRect(shell.navigation.item(row)).center()
        viewport = shell.navigation.viewport()
        qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=spot)
        idle(qtbot, shell)

    household = township[1].planted.largest
    assert marked() == "home"
    for away in ("home", "households"):
        shell.go("home")
        shell.open_household(household, None, ())
        idle(qtbot, shell)
        assert (shell.in_form, marked()) == (True, "households")
        click(away)
        assert (shell.in_form, marked()) == (False, away)
    shell.go("home")
    shell.open_household(household, None, ())
    idle(qtbot, shell)
    shell._escape()
    assert marked() == "home"


def test_escape_empties_the_find_box_and_goes_back(qtbot: QtBot, shell: Shell) -> None:
    home = home_of(shell)
    shell.activateWindow()
    qtbot.waitUntil(shell.isActiveWindow)
    qtbot.keyClick(shell, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    box = shell.find_box
    assert shell.focusWidget() is box
    qtbot.keyClicks(box, "wang")
    idle(qtbot, shell)
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert box.text() == ""
    assert not box.popup.isVisible()
    assert shell.focusWidget() is home.places


def test_ctrl_p_on_the_groups_chooses_the_list_of_the_months_reports(
    qtbot: QtBot, shell: Shell
) -> None:
    shell.go("groups")
    idle(qtbot, shell)
    groups: Any = shell._built["groups"]
    groups.presenter.step_month(-1)
    groups.presenter.choose_place(shell.station.tree.villages()[0])
    idle(qtbot, shell)
    shell._print()
    idle(qtbot, shell)
    papers: Any = shell._built["papers"]
    chosen = papers.presenter
    assert chosen.paper.code == "collection"
    assert papers.month.text() == chosen.choice.month == groups.presenter.month
    assert chosen.choice.place == groups.presenter.place


def test_one_press_asks_for_the_frame_to_import(
    qtbot: QtBot, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    titles: list[str] = []

    def nothing(_parent: object, title: str, *_: object) -> None:
        titles.append(title)

    monkeypatch.setattr("laborclerk.ui.screens.sheets.view.ask_open", nothing)
    shell.go("frame")
    idle(qtbot, shell)
    frame: Any = shell._built["frame"]
    press = next(b for b in frame.findChildren(QPushButton) if b.text().startswith("导入底册…"))
    qtbot.mouseClick(press, Qt.MouseButton.LeftButton)
    idle(qtbot, shell)
    sheets: Any = shell._built["sheets"]
    assert titles == ["导入户籍底册"]
    assert sheets.presenter.kind.key == sheets.start.kinds.key() == "frame"


def test_find_anyone_opens_the_household_of_the_one_found(
    qtbot: QtBot, shell: Shell, township: tuple[Store, Made]
) -> None:
    store, made = township
    name, person = next(iter(made.planted.rare_names.items()))
    with store.read() as session:
        household = session.get_one(Person, person).household
    box = shell.find_box
    box.setFocus()
    box.setText(name)
    box.textEdited.emit(name)
    idle(qtbot, shell)
    assert box.list.count() >= 1
    qtbot.keyClick(box, Qt.Key.Key_Return)
    idle(qtbot, shell)
    assert shell.in_form
    assert shell._form.presenter.state.household_id == household


def test_enter_before_the_answer_waits_for_it_and_esc_goes_back(
    qtbot: QtBot, shell: Shell, township: tuple[Store, Made]
) -> None:
    home = home_of(shell)
    home.places.setFocus()
    box = shell.find_box
    box.setFocus()
    box.setText("王")
    box.textEdited.emit("王")
    idle(qtbot, shell)
    name, person = next(iter(township[1].planted.rare_names.items()))
    box.setText(name)
    box.textEdited.emit(name)
    qtbot.keyClick(box, Qt.Key.Key_Return)  # the list still answers the shorter text
    assert not shell.in_form
    idle(qtbot, shell)
    idle(qtbot, shell)
    assert shell.in_form
    with township[0].read() as session:
        wanted = session.get_one(Person, person).household
    assert shell._form.presenter.state.household_id == wanted
    shell._escape()
    idle(qtbot, shell)
    home.places.setFocus()
    box.setFocus()
    shell._escape()
    assert shell.focusWidget() is home.places


def test_the_household_list_narrows_as_one_types(qtbot: QtBot, shell: Shell) -> None:
    shell.go("households")
    idle(qtbot, shell)
    screen = shell.current()
    assert isinstance(screen, HouseholdsScreen)
    before = screen.presenter.total
    head = screen.presenter.lines[0].head_name
    screen.presenter.narrow(head)
    idle(qtbot, shell)
    assert 0 < screen.presenter.total < before
    assert head in {line.head_name for line in screen.presenter.lines}
    screen.presenter.narrow("没有这样的人")
    idle(qtbot, shell)
    assert screen.presenter.total == 0
    assert "没有这样的人" in screen.table.empty_text


def test_ctrl_z_takes_back_the_last_act_and_ctrl_y_does_it_again(
    qtbot: QtBot, shell: Shell, township: tuple[Store, Made]
) -> None:
    store, made = township
    household = made.planted.unvisited[0]
    with store.write("census.change") as work:
        record = work.get(Household, household)
        assert record is not None
        before = record.address
        work.change(record, {"address": "新地址一号"})

    def address() -> str | None:
        with store.read() as session:
            return session.get_one(Household, household).address

    home_of(shell).places.setFocus()
    shell._take_back("undo")
    idle(qtbot, shell)
    assert address() == before
    assert "已撤销" in shell.message.text()
    shell._take_back("redo")
    idle(qtbot, shell)
    assert address() == "新地址一号"
    shell._take_back("undo")
    idle(qtbot, shell)


def test_every_key_is_bound_once(shell: Shell) -> None:
    own = shell.findChildren(QShortcut, options=Qt.FindChildOption.FindDirectChildrenOnly)
    keys = [shortcut.key().toString() for shortcut in own]
    assert len(keys) == len(set(keys))
    assert {"Ctrl+K", "Ctrl+N", "F5", "F1", "Ctrl+P", "Esc", "Ctrl+Z", "Ctrl+Y"} <= set(keys)


def test_a_key_that_screen_and_window_have_is_the_screens(qtbot: QtBot, shell: Shell) -> None:
    shell.activateWindow()
    shell.go("demand")
    idle(qtbot, shell)
    demand: Any = shell.current()
    for again in range(2):  # Qt asks those who have a key in turn
        QTest.keyClick(focus(), Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
        idle(qtbot, shell)
        assert demand.presenter.form is not None, again
        demand.presenter.back()
        idle(qtbot, shell)
        demand.changed()
        demand.setFocus()
    shell.go("reports")
    idle(qtbot, shell)
    reports: Any = shell.current()
    for again in range(2):
        QTest.keyClick(focus(), Qt.Key.Key_Return)
        idle(qtbot, shell)
        assert reports.presenter.listing is not None, again
        QTest.keyClick(focus(), Qt.Key.Key_Escape)
        assert reports.presenter.listing is None, again
        assert focus() is reports.numbers
    shell.go("home")
    QTest.keyClick(focus(), Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert shell.in_form
    shell._left_form()
    idle(qtbot, shell)


def test_screens_built_behind_leave_the_cursor_where_it_is(qtbot: QtBot, shell: Shell) -> None:
    fresh = Shell(shell.station)
    qtbot.addWidget(fresh)
    fresh.show()
    fresh.activateWindow()
    qtbot.waitUntil(fresh.isActiveWindow)
    fresh.find_box.setFocus()
    with qtbot.waitSignal(fresh.settled):
        pass
    idle(qtbot, fresh)
    assert focus() is fresh.find_box


def test_ctrl_p_prints_the_batch_that_is_looked_at(qtbot: QtBot, shell: Shell) -> None:
    shell.activateWindow()
    shell.go("dispatch")
    idle(qtbot, shell)
    QTest.keyClick(focus(), Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    idle(qtbot, shell)
    papers, dispatch = (shell.current(), shell._built["dispatch"])
    assert isinstance(papers, PapersScreen)
    assert isinstance(dispatch, DispatchScreen)
    assert papers.presenter.paper.code == "roster"
    assert papers.presenter.choice.batch == dispatch.presenter.batch
    qtbot.waitUntil(lambda: papers.presenter.pages is not None)
    shell.go("home")
    idle(qtbot, shell)


@pytest.mark.parametrize("key", [place.key for place in SCREENS])
def test_a_key_pressed_right_after_opening_a_screen_goes_to_it(
    qtbot: QtBot, shell: Shell, key: str
) -> None:
    fresh = Shell(shell.station)  # nothing but the home screen is built
    qtbot.addWidget(fresh)
    fresh.show()
    idle(qtbot, fresh)
    fresh.activateWindow()
    qtbot.waitUntil(fresh.isActiveWindow)
    came: list[QWidget] = []  # who gets the key, if one sees it then

    class Keys(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            pressed = event.type() == QEvent.Type.KeyPress
            if pressed and isinstance(watched, QWidget) and watched.isVisible():
                came.append(watched)
            return False

    fresh.go(key)
    keys = Keys()
    application = QApplication.instance()
    assert application is not None
    application.installEventFilter(keys)
    handle = fresh.windowHandle()
    QTest.keyClick(handle, Qt.Key.Key_Down)  # as the keyboard does: to the window, no turn between
    application.removeEventFilter(keys)
    idle(qtbot, fresh)
    screen = fresh._built[key]
    assert fresh.current() is screen
    assert came
    assert screen is came[0] or screen.isAncestorOf(came[0])


def test_every_screen_is_reached_by_keyboard(qtbot: QtBot, shell: Shell) -> None:
    shell.activateWindow()
    qtbot.waitUntil(shell.isActiveWindow)
    qtbot.keyClick(shell, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert shell.navigation.hasFocus()
    qtbot.keyClick(shell.navigation, Qt.Key.Key_End)
    assert shell.current() is shell._built["home"]  # marking does not go
    qtbot.keyClick(shell.navigation, Qt.Key.Key_Up)
    qtbot.keyClick(shell.navigation, Qt.Key.Key_Return)
    idle(qtbot, shell)
    assert shell.current() is shell._built["settings"]
    assert not shell.navigation.hasFocus()
    qtbot.keyClick(shell, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(shell.navigation, Qt.Key.Key_Up)
    qtbot.keyClick(shell.navigation, Qt.Key.Key_Escape)
    assert shell.navigation.key == "settings"
    assert not shell.navigation.hasFocus()
