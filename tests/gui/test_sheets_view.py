"""Sheets on the screen: from file to register, by keys."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from laborclerk.kernel.errors import Rejected
from laborclerk.sheets.reader import read_sheet
from laborclerk.ui.kit import ask, files
from laborclerk.ui.kit.password import FilePassword, PasswordEdit
from laborclerk.ui.screens.sheets.presenter import Stage
from laborclerk.ui.screens.sheets.view import SheetsScreen
from laborclerk.ui.station import Station
from tests.gui.conftest import Show
from tests.gui.showing import focus, press

ENTER = Qt.Key.Key_Return
DOWN = Qt.Key.Key_Down
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(["村", "组", "户主姓名", "姓名", "与户主关系", "某列"])
    page.append(["油榨街社区", "1组", "周测试", "周测试", "户主", "15400001111"])
    path = tmp_path / "表.xlsx"
    book.save(path)
    return path


def test_a_sheet_goes_from_file_to_register_by_keys(
    qtbot: QtBot, station: Station, show: Show, sheet: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = show(SheetsScreen(station))
    monkeypatch.setattr("laborclerk.ui.screens.sheets.view.ask_open", lambda *_: sheet)
    press(qtbot, Qt.Key.Key_O, CTRL)
    assert screen.presenter.stage == Stage.COLUMNS
    assert focus() is screen.columns.table
    for _ in range(5):
        press(qtbot, DOWN)
    press(qtbot, ENTER)
    assert focus() is screen.columns.picking
    qtbot.keyClicks(focus(), "lxdh")
    press(qtbot, ENTER)
    assert screen.presenter.columns.lines[5].target == "phone"
    assert focus() is screen.columns.table
    press(qtbot, ENTER, CTRL)
    assert screen.presenter.stage == Stage.TRIED
    press(qtbot, ENTER, CTRL)
    assert screen.presenter.stage == Stage.DONE
    assert "新增 1 行" in screen.work.sentence.text()


def test_delete_leaves_a_column_out_and_escape_leaves_it_as_it_was(
    qtbot: QtBot, station: Station, show: Show, sheet: Path
) -> None:
    screen = show(SheetsScreen(station))
    screen.presenter.open(sheet)
    press(qtbot, ENTER)
    press(qtbot, Qt.Key.Key_Escape)
    press(qtbot, Qt.Key.Key_Escape)
    assert focus() is screen.columns.table
    assert screen.presenter.columns.lines[0].target == "village"
    press(qtbot, Qt.Key.Key_Delete)
    assert screen.presenter.columns.lines[0].target == ""


def test_the_password_of_refused_rows_is_asked_twice(
    qtbot: QtBot, station: Station, show: Show, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(["村", "组", "户主姓名", "姓名", "与户主关系", "证件号码"])
    page.append(["油榨街社区", "1组", "周测试", "周测试", "户主", "530627197912039995"])
    book.save(tmp_path / "表.xlsx")
    screen = show(SheetsScreen(station))
    screen.presenter.open(tmp_path / "表.xlsx")
    screen.presenter.try_()
    said = []

    def answer(question: ask.Question) -> bool:
        asked = question.findChildren(PasswordEdit)
        for edit, text in zip(asked, ("geheim-1", "geheim-2"), strict=True):
            edit.setText(text)
        question.box.accepted.emit()
        form: Any = question.findChild(FilePassword)
        said.append((question.result(), form.said.text()))
        asked[1].setText("geheim-1")
        question.box.accepted.emit()
        return bool(question.result())

    monkeypatch.setattr(ask.Question, "exec", answer)
    screen._run()
    assert said == [(0, "两次输入的密码不一样。请再输一遍")]
    assert screen.presenter.stage == Stage.DONE
    rejects = screen.presenter.result.rejects_path
    with pytest.raises(Rejected):
        read_sheet(rejects)
    assert read_sheet(rejects, password="geheim-1").rows
    assert "Ctrl+Enter 导入" not in screen.hints.text()


def test_a_dropped_sheet_is_opened(qtbot: QtBot, station: Station, show: Show, sheet: Path) -> None:
    screen = show(SheetsScreen(station))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(sheet))])
    nothing = Qt.KeyboardModifier.NoModifier
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    screen.dropEvent(QDropEvent(QPointF(5, 5), copy, data, left, nothing))
    assert screen.presenter.stage == Stage.COLUMNS


def test_alt_left_goes_back_a_step(qtbot: QtBot, station: Station, show: Show, sheet: Path) -> None:
    screen: Any = show(SheetsScreen(station))
    screen.presenter.open(sheet)
    screen.presenter.try_()
    press(qtbot, Qt.Key.Key_Left, ALT)
    assert screen.presenter.stage == Stage.COLUMNS
    press(qtbot, Qt.Key.Key_Left, ALT)
    assert screen.presenter.stage == Stage.START


def test_choosing_files_gives_paths(monkeypatch: pytest.MonkeyPatch, qapp: QApplication) -> None:
    from PySide6.QtWidgets import QFileDialog

    parent = QWidget()
    for name, answer in (
        ("getOpenFileName", ("/a/b.xlsx", "")), ("getSaveFileName", ("/a/c", "")),
        ("getExistingDirectory", "/a"),
    ):  # fmt: skip
        monkeypatch.setattr(QFileDialog, name, lambda *_, a=answer: a)
    assert files.ask_open(parent, "", "") == Path("/a/b.xlsx")
    assert files.ask_save(parent, "", "", Path("x.pdf")) == Path("/a/c.pdf")
    assert files.ask_folder(parent, "") == Path("/a")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    assert files.ask_save(parent, "", "", Path("x.pdf")) is None
