"""The manual in the window."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl
from pytestqt.qtbot import QtBot

from laborclerk.ui.jobs import InlineRunner
from laborclerk.ui.screens.help.view import HelpScreen
from tests.gui.conftest import Show
from tests.gui.showing import compose, focus, press

ENTER = Qt.Key.Key_Return
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


def test_help_opens_at_the_field_and_finds_words(qtbot: QtBot, show: Show) -> None:
    screen = show(HelpScreen(InlineRunner()))
    assert screen.names.currentItem().text() == "建站"
    screen.explain("census", "person.work_ability")
    assert screen.names.currentItem().text() == "字段说明"
    assert screen.text.verticalScrollBar().value() > 0
    assert screen.text.extraSelections()[0].cursor.block().text() == "劳动能力 *"
    press(qtbot, Qt.Key.Key_F, CTRL)
    compose("恢复单")
    assert screen.hits.isVisible()
    press(qtbot, ENTER)
    assert focus() is screen.hits
    press(qtbot, ENTER)
    assert focus() is screen.text
    press(qtbot, Qt.Key.Key_Left, ALT)
    assert screen.names.currentItem().text() == "字段说明"


def test_a_link_in_the_manual_leads_on(qtbot: QtBot, show: Show) -> None:
    screen = show(HelpScreen(InlineRunner()))
    screen.presenter.open("frame")
    screen.text.anchorClicked.emit(QUrl("09-sheets.md#试读"))
    assert screen.names.currentItem().text() == "导入导出"
    assert screen.text.textCursor().block().text() == "试读"
