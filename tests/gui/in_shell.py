"""A screen in the real window, worked from the keyboard."""

from __future__ import annotations

from typing import Generic, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from laborclerk.store.store import Store
from laborclerk.ui.runner import WorkerRunner
from laborclerk.ui.shell import Shell
from laborclerk.ui.station import Station, look
from tests.gui.showing import focus, write

WINDOW = 1366, 740  # a common laptop without its task bar
Screen = TypeVar("Screen", bound=QWidget)


class InShell(Generic[Screen]):
    """`key` leads to the screen, as in the navigation. `close` it in the end."""

    def __init__(self, qtbot: QtBot, store: Store, key: str, kind: type[Screen]) -> None:
        self.qtbot = qtbot
        self.errors: list[BaseException] = []
        self.runner = WorkerRunner(self.errors.append)
        self.shell = Shell(Station(store, self.runner, *look(store)))
        qtbot.addWidget(self.shell)
        self.shell.resize(*WINDOW)
        self.shell.show()
        self.shell.activateWindow()
        qtbot.waitUntil(self.shell.isActiveWindow)  # before that no shortcut is its
        self.idle()
        self.go(key)
        self.idle()
        screen = self.shell.current()
        assert isinstance(screen, kind)
        self.screen = screen

    def go(self, key: str) -> None:
        """Lead to a screen."""
        self.shell.go(key)

    def idle(self) -> None:
        """Wait until all is read, and what follows from it."""
        self.qtbot.waitUntil(self.runner.is_idle)
        QApplication.processEvents()
        self.qtbot.waitUntil(self.runner.is_idle)

    @property
    def focus(self) -> QWidget:
        return focus()

    def key(
        self,
        key: Qt.Key,
        modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
        on: QWidget | None = None,
    ) -> None:
        """Press a key where the cursor is (or elsewhere), and wait for what comes of it."""
        self.qtbot.keyClick(on or focus(), key, modifier)
        self.idle()

    def enter(self, text: str) -> None:
        """Write into the field the cursor is in, and Enter."""
        write(self.qtbot, text)
        self.key(Qt.Key.Key_Return)

    def close(self) -> None:
        """Everything that was begun ended, and nothing failed."""
        self.idle()
        self.runner.close()
        assert self.errors == []
