"""Where the manual's pictures are taken: the real window of a township and a county, and the folder
they go to."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
PICTURES = Path(__file__).parents[2] / "resources" / "manual" / "pictures"
WIDTH, HEIGHT = 1366, 768
NOW = datetime(2026, 11, 20, 14, 5).timestamp()
PEOPLE, SEED = 2000, 1
PASSWORD = "lianxi2026"


class Studio:
    """The application, a township's window and a county's, and the folder pictures go to."""

    def __init__(self, work: Path, out: Path, theme_name: str, large: bool, scale: float) -> None:
        from PySide6.QtGui import QFontDatabase
        from PySide6.QtWidgets import QApplication

        from laborclerk.kernel.resources import resource
        from laborclerk.store import autobackup
        from laborclerk.ui.kit import theme
        from laborclerk.ui.runner import WorkerRunner

        app = QApplication.instance() or QApplication([])
        assert isinstance(app, QApplication)
        self.app = app
        self.work, self.out = work, out
        # a screen of 1366×768 has fewer pixels for the program at 200 %
        self.size = int(WIDTH / scale), int(HEIGHT / scale)
        theme.load_fonts()
        QFontDatabase.addApplicationFont(str(resource("fonts", "HanaMinB.ttf")))
        theme.apply(self.app, theme_name, large=large)
        self.failures: list[BaseException] = []
        self.runner = WorkerRunner(self.failures.append)
        self.now = NOW
        self.stick = work / "KINGSTON"
        self.stick.mkdir()
        autobackup.leaves_machine = lambda store, folder: folder == self.stick
        self._windows: dict[str, Any] = {}

    # -- stations ------------------------------------------------------------------------------

    def store(self, level: str) -> Any:
        """A station: the practice township, or its county."""
        from laborclerk.app import create_station
        from laborclerk.features.practice import service as practice
        from laborclerk.features.registry import station as founding
        from laborclerk.kernel.clock import Clock

        clerk = "练习员" if level == "township" else "赵某某"
        store, _ = create_station(
            self.work / level, clerk, PASSWORD, clock=Clock(wall=lambda: self.now), scrypt_n=2
        )
        code = "530627001" if level == "township" else "530627"
        founding.found(store, founding.plan(level, code))
        if level == "township":
            practice.fill(store, people=PEOPLE, seed=SEED)
        return store

    def shell(self, level: str = "township") -> Any:
        """The window of a station."""
        from laborclerk.ui.shell import Shell
        from laborclerk.ui.station import Station, look

        if level not in self._windows:
            store = self.store(level)
            window = Shell(Station(store, self.runner, *look(store)))
            window.resize(*self.size)
            window.show()
            self._windows[level] = window
        window = self._windows[level]
        window.activateWindow()
        self.settle()
        return window

    def screen(self, key: str, level: str = "township") -> Any:
        """A screen of the window, gone to; its sticks are the studio's."""
        from laborclerk.ui.drives import Drive

        shell = self.shell(level)
        shell.go(key)
        screen = shell._built[key]
        drives = [Drive(self.stick, "KINGSTON (E:)", 7_730_000_000)]
        presenter = getattr(screen, "presenter", None)
        one: Any
        for one in (presenter, getattr(presenter, "backups", None)):
            if hasattr(one, "_list_drives"):
                one._list_drives = lambda: drives
        if presenter is not None and hasattr(presenter, "load"):
            presenter.load()
        self.settle()
        return screen

    # -- taking --------------------------------------------------------------------------------

    def settle(self, ms: int = 80) -> None:
        """Until the worker has nothing to do and everything is drawn."""
        for _ in range(600):
            self.app.processEvents()
            if self.runner.is_idle():
                break
            self._wait(10)
        self._wait(ms)
        self.app.processEvents()
        if self.failures:
            raise self.failures[0]

    @staticmethod
    def _wait(ms: int) -> None:
        from PySide6.QtCore import QEventLoop, QTimer

        loop = QEventLoop()
        QTimer.singleShot(ms, loop.quit)
        loop.exec()

    def take(self, name: str, window: Any, over: Any = None) -> None:
        """Keep a picture; `over` is a dialog that stands before the window."""
        from PySide6.QtCore import QPoint
        from PySide6.QtGui import QPainter

        self.settle()
        if hasattr(window, "status_line"):  # both windows have one worker: each asks for itself
            window.status_line.refresh()
            self.settle(20)
            window.navigation.recount()
            self.settle(20)
        picture = window.grab()
        if over is not None:
            over.adjustSize()
            over.show()
            self.settle()
            front = over.grab()
            painter = QPainter(picture)
            room = window.size() - over.size()
            at = QPoint(room.width() // 2, room.height() // 2)
            painter.fillRect(
                at.x() - 1, at.y() - 1, over.width() + 2, over.height() + 2, 0xFF8B95A0
            )
            painter.drawPixmap(at, front)
            painter.end()
            over.close()
        self.out.mkdir(parents=True, exist_ok=True)
        path = self.out / f"{name}.png"
        picture.save(str(path))
        _shrink(path)
        sys.stderr.write(f"{path.name} {path.stat().st_size // 1024} KB\n")

    def close(self) -> None:
        """Close windows and stores."""
        for window in self._windows.values():
            window.close()
        self.runner.close()
        for window in self._windows.values():
            window.station.store.close()


def _shrink(path: Path) -> None:
    """256 colours are enough for a window, and a third of the size."""
    from PIL import Image

    with Image.open(path) as picture:
        small = picture.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    small.save(path, optimize=True)
