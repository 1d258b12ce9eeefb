"""A screen alone in a window of its own, as the tests by keys need it."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from laborclerk.ui.jobs import Runner, WindowRunner
from laborclerk.ui.runner import WorkerRunner
from laborclerk.ui.screens.coverage.view import HomeScreen
from laborclerk.ui.shell import Shell

ROOM = 1254, 660  # what a screen has in a window of 1366×768
Screen = TypeVar("Screen", bound=QWidget)


def shown(qtbot: QtBot, screen: Screen) -> Screen:
    """The screen, shown in the active window, what it lists read."""
    qtbot.addWidget(screen)
    screen.resize(*ROOM)
    screen.show()
    screen.activateWindow()
    qtbot.waitUntil(screen.isActiveWindow)
    presenter = getattr(screen, "presenter", None)
    if presenter is not None and hasattr(presenter, "load"):
        presenter.load()
    screen.setFocus()
    return screen


def worker(shell: Shell) -> WorkerRunner:
    """The program's runner, which the window's own stands on."""
    found: Runner = shell.station.runner
    while isinstance(found, WindowRunner):
        found = found.program
    assert isinstance(found, WorkerRunner)
    return found


def focus() -> QWidget:
    """Where the cursor is."""
    found = QApplication.focusWidget()
    assert found is not None
    return found


def compose(text: str) -> None:
    """Text where the cursor is, by an input method: a key has no Chinese character."""
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(focus(), event)


def write(qtbot: QtBot, text: str) -> None:
    """Text where the cursor is, by keys or by an input method."""
    if text.isascii():
        qtbot.keyClicks(focus(), text)
    else:
        compose(text)


def press(
    qtbot: QtBot,
    key: Qt.Key,
    modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    """Press a key where the cursor is."""
    qtbot.keyClick(focus(), key, modifier)


def idle(qtbot: QtBot, shell: Shell) -> None:
    """Wait until the worker has nothing to do."""
    runner = worker(shell)
    qtbot.waitUntil(runner.is_idle)


def home_of(shell: Shell) -> HomeScreen:
    """The home screen, which is open."""
    screen = shell.current()
    assert isinstance(screen, HomeScreen)
    return screen
