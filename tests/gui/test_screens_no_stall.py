"""The other screens on the real worker: shown, filled, imported into, printed from, and the loop
never stands still."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from laborclerk.app import create_station
from laborclerk.features.census.exports import export_census
from laborclerk.features.practice import service as practice
from laborclerk.store.store import Store
from laborclerk.sync.ledger import set_station
from laborclerk.ui.navigation import SCREENS
from laborclerk.ui.runner import WorkerRunner
from laborclerk.ui.shell import Shell
from laborclerk.ui.start import _VIEWS as VIEWS
from laborclerk.ui.station import Station, look
from tests.gui.loop_watch import LIMIT, LoopWatch
from tests.gui.showing import worker

KEYS = ("places", "frame", "sheets", "papers", "exchange", "work", "settings", "help")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder: Path = tmp_path_factory.mktemp("screens") / "station"
    made, _ = create_station(folder, "练习员", "lianxi2026", scrypt_n=2)
    set_station(made, "township", "530627001000", "乌峰街道")
    practice.fill(made, people=2000, seed=7)
    yield made
    made.close()


@pytest.fixture
def shell(qtbot: QtBot, qapp: QApplication, store: Store) -> Iterator[Shell]:
    for module in VIEWS:  # as in the real program while a password is typed
        import_module(module)
    gc.collect()  # the window of the test before
    gc.freeze()
    errors: list[BaseException] = []
    runner = WorkerRunner(errors.append)
    window = Shell(Station(store, runner, *look(store)))
    settled: list[bool] = []
    window.settled.connect(lambda: settled.append(True))
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(runner.is_idle)
    # the other screens and the form's tabs, one a turn behind the first
    qtbot.waitUntil(lambda: settled == [True])
    assert len(window._built) == len(SCREENS)
    qtbot.waitUntil(runner.is_idle)
    qtbot.wait(100)
    yield window
    qtbot.waitUntil(runner.is_idle)
    runner.close()
    assert errors == []


@pytest.fixture
def stall(qtbot: QtBot, shell: Shell) -> Callable[[Callable[[], object]], float]:
    """How long the loop stood still while something was done and came back."""
    runner = worker(shell)

    def once(act: Callable[[], object]) -> float:
        watch = LoopWatch()
        act()
        qtbot.waitUntil(runner.is_idle, timeout=60_000)
        qtbot.wait(150)
        return watch.stop()

    def measure(act: Callable[[], object]) -> float:
        """The better of two: somebody else may have been on the processor."""
        first = once(act)
        return first if first < LIMIT else min(first, once(act))

    return measure


Stall = Callable[[Callable[[], object]], float]


@pytest.mark.parametrize("key", KEYS)
def test_a_screen_is_shown_without_holding_the_loop(shell: Shell, stall: Stall, key: str) -> None:
    assert stall(lambda: shell.go(key)) < LIMIT


def test_importing_two_thousand_rows_does_not_hold_the_loop(
    shell: Shell, stall: Stall, store: Store, tmp_path: Path
) -> None:
    path = tmp_path / "全部.xlsx"
    export_census(store, path)
    shell.go("sheets")
    screen: Any = shell.current()
    assert stall(lambda: screen.presenter.open(path)) < LIMIT
    assert stall(screen.presenter.try_) < LIMIT
    assert dict(screen.presenter.counts())["读"] >= 2000
    screen.presenter.run()
    assert stall(lambda: None) < LIMIT


def test_drawing_a_villages_forms_does_not_hold_the_loop(shell: Shell, stall: Stall) -> None:
    shell.go("papers")
    screen: Any = shell.current()
    village = shell.station.tree.villages()[0]
    stall(lambda: screen.presenter.choose(place=village))
    assert stall(screen.presenter.preview) < LIMIT
    assert len(screen.presenter.pages) > 50
    assert stall(lambda: screen.pages.turn_to(40)) < LIMIT


@pytest.mark.parametrize("page", ["entry", "fields", "checks"])
def test_a_page_of_the_manual_does_not_hold_the_loop(shell: Shell, stall: Stall, page: str) -> None:
    shell.go("help")
    screen: Any = shell.current()
    assert stall(lambda: screen.presenter.open(page)) < LIMIT
    assert stall(lambda: screen.find_box.setText("恢复")) < LIMIT
