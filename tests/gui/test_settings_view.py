"""The settings on the screen: keys and focus."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from laborclerk.ui.drives import Drive
from laborclerk.ui.kit import ask
from laborclerk.ui.look import load
from laborclerk.ui.screens.settings.rounds_page import RoundsPage
from laborclerk.ui.screens.settings.view import SettingsScreen
from laborclerk.ui.station import Station
from tests.gui.conftest import Show
from tests.gui.showing import focus, press
from tests.unit.ui.stations import county, opened

ENTER = Qt.Key.Key_Return
DOWN = Qt.Key.Key_Down
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def settings(station: Station, show: Show, stick: Path, tmp_path: Path) -> SettingsScreen:
    drives = [Drive(stick, "KINGSTON", 2**30)]
    screen: SettingsScreen = show(
        SettingsScreen(station, None, lambda: drives, look_folder=tmp_path / "look")
    )
    return screen


def test_severities_and_items_change_by_keys_and_are_kept(
    qtbot: QtBot, settings: SettingsScreen
) -> None:
    rounds = settings.page(0)
    assert isinstance(rounds, RoundsPage)
    rounds.checks.setFocus()
    press(qtbot, Qt.Key.Key_4)
    rounds.items.setFocus()
    press(qtbot, Qt.Key.Key_Space)
    press(qtbot, Qt.Key.Key_S, CTRL)
    kept = settings.presenter.rounds.lines[0].values
    assert kept["severities"] == "no_member=ignore"
    assert "relation" not in kept["required_items"].split(",")


def test_a_clerk_is_added_in_a_question_that_refuses_a_bad_password(
    qtbot: QtBot, settings: SettingsScreen, monkeypatch: pytest.MonkeyPatch
) -> None:
    from laborclerk.ui.kit.password import NewPassword

    settings.open_page("录入员")
    seen: list[str] = []

    def answer(question: ask.Question) -> int:
        new = question.findChild(NewPassword)
        assert isinstance(new, NewPassword)
        name = next(w.buddy() for w in new.findChildren(QLabel) if w.text() == "姓名(&N)")
        assert isinstance(name, QLineEdit)
        assert question.focusWidget() is name
        assert not name.placeholderText()  # it would read like a name that is there already
        name.setText("李录入")
        new.first.setText("123456")
        new.again.setText("123456")
        assert question._check() is new.first
        seen.append("refused")
        for edit in new.edits():
            edit.setText("hao-de-mima-7")
        assert question._check() is None
        return 1

    monkeypatch.setattr(ask.Question, "exec", answer)
    settings.setFocus()
    page = settings.current()
    page.setFocus()
    qtbot.keyClick(page, Qt.Key.Key_Insert)
    assert seen == ["refused"]
    assert "李录入" in [line.name for line in settings.presenter.clerks.lines]


@pytest.mark.parametrize(
    "title", ["调查轮次", "告知用语", "代码表", "录入员", "外观与用语", "备份与恢复", "运行记录"]
)
def test_enter_leads_from_a_pages_name_into_it(
    qtbot: QtBot, settings: SettingsScreen, title: str
) -> None:
    settings.open_page(title)
    settings.setFocus()
    assert settings.names.hasFocus()
    press(qtbot, Qt.Key.Key_Return)
    assert settings.current().isAncestorOf(focus())


def test_a_key_that_a_page_names_works_from_its_name(
    settings: SettingsScreen, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def given_up(question: ask.Question) -> int:
        asked.append(question.windowTitle())
        return 0

    monkeypatch.setattr(ask.Question, "exec", given_up)
    settings.open_page("录入员")
    settings.setFocus()
    press(qtbot, Qt.Key.Key_Insert)
    assert asked == ["增加录入员"]


def test_the_look_is_put_in_force_and_kept(
    qtbot: QtBot, settings: SettingsScreen, tmp_path: Path
) -> None:
    from laborclerk.ui.kit import theme

    settings.open_page("外观与用语")
    page: Any = settings.current()
    page.theme.setFocus()
    press(qtbot, DOWN)
    assert theme.tokens() is theme.DARK
    assert load(tmp_path / "look").theme == "dark"
    press(qtbot, Qt.Key.Key_Up)
    assert theme.tokens() is theme.LIGHT


def test_a_backup_is_made_by_a_key(qtbot: QtBot, settings: SettingsScreen, stick: Path) -> None:
    settings.open_page("备份与恢复")
    page: Any = settings.current()
    page.drives.setFocus()
    press(qtbot, ENTER, CTRL)
    assert list(stick.glob("*.lcbak"))
    assert "已备份并核对" in page.work.sentence.text()


def test_a_county_takes_a_list_out_and_in_again(
    tmp_path: Path, show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    from laborclerk.ui.screens.settings import lists_page

    sheet = tmp_path / "户类型.xlsx"
    monkeypatch.setattr(lists_page, "ask_save", lambda *_: sheet)
    monkeypatch.setattr(lists_page, "ask_open", lambda *_: sheet)
    store = county(tmp_path / "county")
    screen = show(SettingsScreen(opened(store), look_folder=tmp_path / "look"))
    screen.open_page("代码表")
    page = screen.current()
    assert isinstance(page, lists_page.ListsPage)
    press_button(page, "导出表格…")
    book = openpyxl.load_workbook(sheet)
    book.worksheets[0].append(["7", "7", "监测户", "", "", "", "", ""])
    book.save(sheet)
    press_button(page, "换成表格…")
    assert "监测户" in str(page.list.model().index(0, 2).data())
    assert any("下次打开程序时生效" in one.text() for one in page.work.findChildren(QLabel))
    sheet.write_bytes(b"")
    press_button(page, "换成表格…")
    assert page.lists.work.ended is not None
    assert not page.lists.work.ended.whole
    store.close()


def test_a_township_only_looks_at_its_countys_lists(settings: SettingsScreen) -> None:
    settings.open_page("代码表")
    buttons = {b.text() for b in settings.current().findChildren(QPushButton)}
    assert {"导出表格…"} <= buttons
    assert not {"换成表格…", "改回内置…"} & buttons


def press_button(page: QWidget, text: str) -> None:
    next(b for b in page.findChildren(QPushButton) if b.text() == text).click()
