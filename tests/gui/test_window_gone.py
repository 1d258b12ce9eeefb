"""What comes back after its window is gone: nothing of the window is touched, what was entered is
kept, and the next window of the same runner hears only of its own station."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from laborclerk.app import create_station
from laborclerk.store.store import Store
from laborclerk.ui.jobs import Way
from laborclerk.ui.runner import WorkerRunner
from laborclerk.ui.shell import Shell
from laborclerk.ui.station import Station, look

WAIT = 20_000  # ms


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder: Path = tmp_path_factory.mktemp("gone") / "station"
    made, _ = create_station(folder, "练习员", "lianxi2026", scrypt_n=2)
    yield made
    made.close()


@pytest.fixture
def errors() -> list[BaseException]:
    return []


@pytest.fixture
def runner(qapp: QApplication, errors: list[BaseException]) -> Iterator[WorkerRunner]:
    made = WorkerRunner(errors.append)
    yield made
    made.close()


def opened(qtbot: QtBot, store: Store, runner: WorkerRunner) -> Shell:
    shell = Shell(Station(store, runner, *look(store)))
    shell.show()
    qtbot.waitUntil(runner.is_idle, timeout=WAIT)
    return shell


def taken_away(shell: Shell) -> None:
    """As the window of a restore replaces the station's."""
    shell.close()
    shell.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_work_of_a_window_that_is_gone_is_done_and_told_to_nobody(
    qtbot: QtBot, store: Store, runner: WorkerRunner, errors: list[BaseException]
) -> None:
    shell = opened(qtbot, store, runner)
    let_go, kept = threading.Event(), []
    shell.station.runner.run(lambda _progress: let_go.wait(WAIT / 1000), way=Way.WRITE)
    for key in ("households", "places", "home"):
        shell.go(key)  # their lists wait behind it
    shell.station.runner.run(lambda _progress: kept.append("entry"), way=Way.WRITE)
    taken_away(shell)
    let_go.set()
    qtbot.waitUntil(runner.is_idle, timeout=WAIT)
    assert kept == ["entry"]
    assert errors == []


def test_what_the_next_window_changes_is_not_told_to_the_one_that_is_gone(
    qtbot: QtBot, store: Store, runner: WorkerRunner, errors: list[BaseException]
) -> None:
    gone = opened(qtbot, store, runner)
    taken_away(gone)
    shell = opened(qtbot, store, runner)
    shell.station.runner.changed(None)
    runner.changed(None)
    qtbot.waitUntil(runner.is_idle, timeout=WAIT)
    assert errors == []
    taken_away(shell)


def test_an_entry_that_fails_after_its_window_is_gone_is_told_all_the_same(
    qtbot: QtBot, store: Store, runner: WorkerRunner, errors: list[BaseException]
) -> None:
    shell = opened(qtbot, store, runner)
    let_go = threading.Event()

    def fails(_progress: object) -> None:
        let_go.wait(WAIT / 1000)
        raise OSError("no space")

    told_in_the_window: list[BaseException] = []
    shell.station.runner.run(fails, None, told_in_the_window.append, way=Way.WRITE)
    taken_away(shell)
    let_go.set()
    qtbot.waitUntil(runner.is_idle, timeout=WAIT)
    assert told_in_the_window == []
    assert [str(error) for error in errors] == ["no space"]
