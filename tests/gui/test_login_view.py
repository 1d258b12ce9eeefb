"""The login window: everything from the keyboard, up before the store is loaded."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from laborclerk.app import create_station, open_with
from laborclerk.store.keyring import Keyring
from laborclerk.store.store import KEYS, Store
from laborclerk.ui.kit.password import CAPS
from laborclerk.ui.runner import WorkerRunner
from laborclerk.ui.screens.login.presenter import Stage
from laborclerk.ui.screens.login.view import LoginScreen

NAMES = ("王录入", "李小芳")


class Window:
    """A login window on a station with two clerks."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.qtbot = qtbot
        store, self.code = create_station(folder, NAMES[0], "secret-1", scrypt_n=2)
        Keyring.load(folder / KEYS).add(store.key, NAMES[1], "secret-2")
        store.close()
        self.folder = folder
        self.runner = WorkerRunner(lambda error: pytest.fail(repr(error)))
        self.opened: list[str] = []
        self.restored = 0
        self.screen = self.show()

    def show(self) -> LoginScreen:
        doors = SimpleNamespace(create=create_station, open=open_with)
        screen = LoginScreen(self.folder, doors, self.runner, self._note, self._restore)
        self.qtbot.addWidget(screen)
        screen.resize(1366, 728)
        screen.show()
        screen.activateWindow()
        self.qtbot.waitUntil(lambda: screen._painted and self.runner.is_idle(), timeout=20000)
        return screen

    def _note(self, store: Store) -> None:
        self.opened.append(store.clerk)
        store.close()

    def _restore(self) -> None:
        self.restored += 1

    def type(self, text: str, *, enter: bool = True) -> None:
        focus = QApplication.focusWidget()
        assert focus is not None
        self.qtbot.keyClicks(focus, text)
        if enter:
            self.key(Qt.Key.Key_Return)
            self.qtbot.waitUntil(self.runner.is_idle, timeout=20000)

    def key(
        self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        self.qtbot.keyClick(QApplication.focusWidget(), key, modifier)

    def forgot(self) -> None:
        self.key(Qt.Key.Key_F, Qt.KeyboardModifier.AltModifier)
        self.qtbot.waitUntil(lambda: self.screen.presenter.stage is Stage.CODE)

    @property
    def focus(self) -> QLineEdit:
        found = QApplication.focusWidget()
        assert isinstance(found, QLineEdit)
        return found


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Window]:
    monkeypatch.setattr("laborclerk.ui.look.folder", lambda: tmp_path / "config")
    made = Window(qtbot, tmp_path / "某镇")
    yield made
    made.runner.close()


def test_the_password_is_where_the_cursor_is_and_enter_logs_in(window: Window) -> None:
    assert window.focus is window.screen.password
    window.type("secret-1")
    assert window.opened == [NAMES[0]]


def test_the_arrow_keys_choose_the_clerk_while_the_cursor_stays(window: Window) -> None:
    window.key(Qt.Key.Key_Down)
    window.key(Qt.Key.Key_Down)
    assert window.screen.clerks.currentRow() == 1
    window.type("secret-2")
    assert window.opened == [NAMES[1]]


def test_a_wrong_password_is_selected_and_told_below_it(window: Window) -> None:
    window.type("secret-9")
    said, edit = window.screen.said, window.screen.password
    assert said.text().startswith("密码不对")
    assert said.mapTo(window.screen, said.rect().topLeft()).y() < (
        edit.mapTo(window.screen, edit.rect().bottomLeft()).y() + 12
    )
    assert window.focus is edit
    assert edit.selectedText() == edit.text() != ""
    window.type("secret-1")
    assert window.opened == [NAMES[0]]


def test_while_it_opens_the_window_says_so_and_keeps_the_cursor(window: Window) -> None:
    window.type("secret-1", enter=False)
    window.key(Qt.Key.Key_Return)
    assert window.screen.said.text() == "正在开锁……"
    assert window.focus.isReadOnly()
    window.qtbot.waitUntil(window.runner.is_idle, timeout=20000)
    assert window.opened == [NAMES[0]]


def test_capital_letters_without_shift_show_that_caps_lock_is_on(window: Window) -> None:
    for letter, shown in (("A", CAPS), ("a", "")):
        press = QKeyEvent(
            QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, letter
        )
        QApplication.sendEvent(window.focus, press)
        assert window.screen.said.text() == shown


def test_a_forgotten_password_from_sheet_to_logged_in_by_keys(window: Window) -> None:
    window.forgot()
    assert window.focus is window.screen.code
    window.type(window.code)
    assert window.screen.presenter.stage is Stage.NEW
    assert window.focus is window.screen.new.first
    window.key(Qt.Key.Key_Down)
    window.type("wufeng-73")
    assert window.focus is window.screen.new.again
    window.type("wufeng-74")
    assert "不一样" in window.screen.new.said.text()
    assert window.opened == []
    window.focus.selectAll()
    window.type("wufeng-73")
    assert window.opened == [NAMES[1]]


def test_escape_leads_back_to_the_password(window: Window) -> None:
    window.forgot()
    window.type("ABC", enter=False)
    window.key(Qt.Key.Key_Escape)
    assert window.focus is window.screen.password
    assert window.screen.code.text() == ""


def test_where_no_password_helps_a_backup_is_offered(window: Window) -> None:
    (window.folder / KEYS).write_text("{}")
    screen = window.show()
    assert screen.from_backup.isVisible()
    assert not screen.enter.isVisible()
    screen.from_backup.click()
    assert window.restored == 1


def test_it_is_painted_before_anything_of_the_store_is_loaded() -> None:
    code = """
import os, sys
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from pathlib import Path
from PySide6.QtWidgets import QApplication
from laborclerk.ui.kit import theme
app = QApplication([])
theme.apply(app)
from laborclerk.ui.jobs import InlineRunner
from laborclerk.ui.screens.login.view import LoginScreen
screen = LoginScreen(Path("nowhere"), None, InlineRunner(), print)
screen.presenter.warm_up = lambda: print(
    [m for m in ("sqlalchemy", "cryptography", "sqlcipher3", "reportlab") if m in sys.modules]
)  # called after the first paint
screen.show()
for _ in range(100):
    app.processEvents()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
