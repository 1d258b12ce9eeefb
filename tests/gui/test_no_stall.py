"""The household form on the real worker: typed, saved, opened, and the loop never stands still."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from laborclerk.store.store import Store
from laborclerk.ui.runner import WorkerRunner
from laborclerk.ui.screens.census.layout import PAGES
from laborclerk.ui.screens.census.view import CensusView
from tests.gui.loop_watch import LIMIT, LoopWatch
from tests.unit.ui.stations import VILLAGE, add_household, opened


@pytest.fixture
def runner(qapp: QApplication) -> Iterator[WorkerRunner]:
    errors: list[BaseException] = []
    made = WorkerRunner(errors.append)
    yield made
    made.close()
    assert errors == []


def test_opening_turning_typing_and_saving_never_hold_the_loop(
    qtbot: QtBot, store: Store, runner: WorkerRunner
) -> None:
    homes = [add_household(store, f"{n:04d}", "周大海", members=6) for n in range(1, 4)]
    view = CensusView(opened(store, runner), lambda: None)
    qtbot.addWidget(view)
    view.resize(1254, 620)
    view.show()
    qtbot.waitUntil(runner.is_idle)
    watch = LoopWatch()
    view.presenter.open(homes[0])
    qtbot.waitUntil(lambda: view.presenter.state is not None and runner.is_idle())
    qtbot.waitUntil(lambda: len(view.pages.built) == len(PAGES))
    for number in range(len(PAGES)):
        view.pages.turn_to(number)
        view.pages.edit()
        qtbot.wait(1)
    view.go_to(homes[0], "address")
    for key in "hebian":
        edit = QApplication.focusWidget()
        assert edit is not None
        qtbot.keyClick(edit, key)
    for _ in range(30):
        edit = QApplication.focusWidget()
        assert edit is not None
        qtbot.keyClick(edit, Qt.Key.Key_Return)
        qtbot.wait(1)
    view.presenter.save(finish=False)
    qtbot.waitUntil(lambda: "已存(" in view.note.text())
    view.presenter.step(1)
    qtbot.waitUntil(lambda: getattr(view.presenter.state, "household_id", 0) == homes[1])
    view.presenter.new(VILLAGE + 1)
    qtbot.wait(1)
    assert watch.stop() < LIMIT
