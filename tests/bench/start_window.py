"""The login window against a bare Qt window, and the home screen after the password against the
key derivation alone.

    python -m tests.bench.start_window

Each start is a process of its own, offscreen; a process tells seconds from its first line to the
first paint. Login: the same font loading belongs to both sides (a bare window without a Chinese
font shows boxes). Home: the practice township of 60,000 people, the keyring at
full strength, from Enter in the password to the numbers; the login window stood for two seconds.

Python's modules are compiled on both sides, as they are in every package; a first round of starts,
which compiles them, does not count. The sides take turns, so that other load meets all of them.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ._ratio import ratio

PASSWORD = "lianxi2026"
RUNS = 7


def bare() -> float:
    """A window with one line of Chinese, its fonts loaded."""
    from PySide6.QtGui import QFontDatabase
    from PySide6.QtWidgets import QApplication, QLabel

    from laborclerk.kernel.resources import resource

    app = QApplication([])
    for name in ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf"):
        QFontDatabase.addApplicationFont(str(resource("fonts", name)))
    label = QLabel("劳动力资源台账")
    label.resize(1366, 728)
    label.show()
    app.processEvents()
    return time.perf_counter()


def login(folder: Path) -> float:
    """Our login window on a station, opened as the program does that is called from the menu."""
    from PySide6.QtWidgets import QApplication

    from laborclerk.app import open_window

    painted: list[float] = []

    def shown(*_: object) -> int:
        QApplication.processEvents()
        painted.append(time.perf_counter())
        return 0

    QApplication.exec = shown  # type: ignore[method-assign]  # it would wait for a clerk
    open_window(folder)
    return painted[0]


def home(folder: Path) -> tuple[float, float]:
    """Seconds from the password to a home screen with its numbers, and of the derivation alone."""
    from PySide6.QtWidgets import QMainWindow

    from laborclerk import app as program
    from laborclerk.store.keyring import Keyring
    from laborclerk.ui import start

    app = start.application([])
    window = start.Window(folder, start.Doors(program.create_station, program.open_with))
    window.begin()
    app.processEvents()
    assert isinstance(window.current, QMainWindow)
    screen: Any = window.current.centralWidget()
    until = time.perf_counter() + 2  # somebody types a password
    while time.perf_counter() < until or not window.runner.is_idle():
        app.processEvents()
        time.sleep(0.005)
    begun = time.perf_counter()
    Keyring.load(folder / "keys.json").unlock("练习员", PASSWORD)
    derived = time.perf_counter() - begun
    begun = time.perf_counter()
    screen.presenter.log_in(PASSWORD)
    while not _usable(window.current):
        app.processEvents()
        time.sleep(0.002)  # an event loop waits; spinning would starve the worker
        assert time.perf_counter() - begun < 60
    seconds = time.perf_counter() - begun
    window.runner.close()
    return seconds, derived


def _usable(window: object) -> bool:
    built = getattr(window, "_built", {})
    return "home" in built and built["home"].presenter.total is not None


def main() -> int:
    """Prints the two ratios; 0 when both are within their limits."""
    kept = True
    with TemporaryDirectory() as name:
        folder = Path(name) / "station"
        from laborclerk.app import create_station
        from laborclerk.features.practice import service as practice

        store, _ = create_station(folder, "练习员", PASSWORD)
        practice.fill(store, people=60_000, seed=1)
        store.close()
        sides: dict[str, list[list[float]]] = {"bare": [], "login": [], "home": []}
        compiled = {
            "PYTHONPYCACHEPREFIX": str(Path(name) / "compiled"),
            "PYTHONDONTWRITEBYTECODE": "",
        }
        for run in range(RUNS + 1):
            for side in sides:
                out = subprocess.run(
                    [sys.executable, "-m", "tests.bench.start_window", side, str(folder)],
                    check=True, capture_output=True, text=True,
                    env={**os.environ, **compiled, "QT_QPA_PLATFORM": "offscreen"},
                )  # fmt: skip
                if run:
                    sides[side].append([float(x) for x in out.stdout.split()])
    floor, ours = (statistics.median(r[0] for r in sides[s]) for s in ("bare", "login"))
    kept &= ratio("login window up", ours, floor, 2.0)
    ours, floor = (statistics.median(r[i] for r in sides["home"]) for i in (0, 1))
    kept &= ratio("home screen usable after the password, 60,000 people", ours, floor, 3.0)
    return 0 if kept else 1


if __name__ == "__main__":
    begun = time.perf_counter()
    side, *rest = sys.argv[1:] or [""]
    if side == "bare":
        print(bare() - begun)
    elif side == "login":
        print(login(Path(rest[0])) - begun)
    elif side == "home":
        print(*home(Path(rest[0])))
    else:
        sys.exit(main())
