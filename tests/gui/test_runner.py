"""Background work: order, newest of a key wins, cancel, failures, the loop never stalls."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from laborclerk.kernel.progress import Cancelled, Progress
from laborclerk.ui.jobs import Steps, Way
from laborclerk.ui.runner import WorkerRunner


@pytest.fixture
def unhandled() -> list[BaseException]:
    return []


@pytest.fixture
def runner(qapp: object, unhandled: list[BaseException]) -> Iterator[WorkerRunner]:
    made = WorkerRunner(unhandled.append)
    yield made
    made.close()


def test_work_runs_apart_in_order_and_comes_back_to_the_window(
    qtbot: QtBot, runner: WorkerRunner
) -> None:
    seen: list[tuple[int, bool]] = []
    here = threading.get_ident()

    def work(n: int) -> Callable[[Progress], tuple[int, int]]:
        return lambda _progress: (n, threading.get_ident())

    for n in range(20):
        runner.run(
            work(n),
            lambda r: seen.append((r[0], r[1] != here and threading.get_ident() == here)),
        )
    qtbot.waitUntil(runner.is_idle)
    assert seen == [(n, True) for n in range(20)]


class Gate:
    """Long work that goes on until it is let go."""

    def __init__(self) -> None:
        self.begun, self.open = threading.Event(), threading.Event()

    def __call__(self, _progress: Progress) -> str:
        self.begun.set()
        assert self.open.wait(10)
        return "long"


def handed_in(runner: WorkerRunner, told: list[str], *jobs: tuple[str, Way]) -> None:
    for name, way in jobs:
        runner.run(partial(lambda said, _progress: said, name), told.append, way=way)


def test_saves_and_screens_do_not_wait_for_a_print(qtbot: QtBot, runner: WorkerRunner) -> None:
    told: list[str] = []
    gate = Gate()
    runner.run(gate, told.append, way=Way.LONG_READ)
    handed_in(runner, told, ("save", Way.WRITE), ("form", Way.READ), ("screen", Way.LOOK))
    qtbot.waitUntil(lambda: len(told) == 3)
    assert told == ["save", "form", "screen"]
    assert not runner.is_idle()
    gate.open.set()
    qtbot.waitUntil(runner.is_idle)
    assert told[-1] == "long"


def test_screens_do_not_wait_for_an_import_and_a_save_does(
    qtbot: QtBot, runner: WorkerRunner
) -> None:
    told: list[str] = []
    gate = Gate()
    runner.run(gate, told.append, way=Way.LONG_WRITE)
    assert gate.begun.wait(5)
    assert not runner.run(lambda _progress: None, way=Way.LOOK).held
    handed_in(
        runner, told, ("screen", Way.LOOK), ("form", Way.READ), ("save", Way.WRITE),
        ("form after", Way.READ), ("screen after", Way.LOOK),
    )  # fmt: skip
    qtbot.waitUntil(lambda: len(told) == 3)
    assert told == ["screen", "form", "screen after"]
    assert runner.run(lambda _progress: None, way=Way.WRITE).held
    gate.open.set()
    qtbot.waitUntil(runner.is_idle)
    assert told[3:] == ["long", "save", "form after"]


def test_a_print_sees_what_was_saved_before_it(qtbot: QtBot, runner: WorkerRunner) -> None:
    told: list[str] = []
    gate = Gate()
    runner.run(gate, told.append)
    handed_in(runner, told, ("print", Way.LONG_READ), ("save", Way.WRITE))
    qtbot.wait(50)
    assert told == []
    gate.open.set()
    qtbot.waitUntil(runner.is_idle)
    assert told[0] == "long"
    assert sorted(told[1:]) == ["print", "save"]


def test_the_closing_waits_for_a_print_and_nothing_passes_it(
    qtbot: QtBot, runner: WorkerRunner
) -> None:
    told: list[str] = []
    gate = Gate()
    runner.run(gate, told.append, way=Way.LONG_READ)
    handed_in(
        runner, told, ("save", Way.WRITE), ("closing", Way.LAST), ("restore", Way.LONG_WRITE),
        ("login", Way.LOOK),
    )  # fmt: skip
    qtbot.waitUntil(lambda: told == ["save"])
    qtbot.wait(50)
    gate.open.set()
    qtbot.waitUntil(runner.is_idle)
    assert told[:3] == ["save", "long", "closing"]
    assert sorted(told[3:]) == ["login", "restore"]


def test_only_the_newest_of_a_key_is_told(qtbot: QtBot, runner: WorkerRunner) -> None:
    gate = threading.Event()
    told: list[str] = []
    ran: list[str] = []

    def find(text: str) -> Callable[[Progress], str]:
        def work(_progress: Progress) -> str:
            gate.wait(5)
            ran.append(text)
            return text

        return work

    for text in ("张", "张小", "张小芳"):
        runner.run(find(text), told.append, key="find")
        time.sleep(0.02)  # the first one has started
    gate.set()
    qtbot.waitUntil(runner.is_idle)
    assert told == ["张小芳"]
    assert "张小" not in ran


def test_cancel_stops_at_the_next_step_and_is_told_as_a_failure(
    qtbot: QtBot, runner: WorkerRunner
) -> None:
    failures: list[BaseException] = []
    steps: list[Steps] = []

    def long(progress: Progress) -> None:
        progress.start("导入", 1000)
        for n in range(1000):
            time.sleep(0.005)
            progress.step(n)

    job = runner.run(long, failed=failures.append, steps=steps.append)
    qtbot.waitUntil(lambda: bool(steps))
    job.cancel()
    qtbot.waitUntil(runner.is_idle)
    assert isinstance(failures[0], Cancelled)
    assert steps[0] == Steps("导入", 0, 1000)


def test_a_failure_nobody_handles_goes_to_the_one_place(
    qtbot: QtBot, runner: WorkerRunner, unhandled: list[BaseException]
) -> None:
    def broken(_progress: Progress) -> None:
        raise ValueError("no")

    runner.run(broken)
    qtbot.waitUntil(runner.is_idle)
    assert isinstance(unhandled[0], ValueError)


def test_listeners_are_told_until_they_leave(runner: WorkerRunner) -> None:
    heard: list[object] = []
    leave = runner.on_change(heard.append)
    runner.changed({"person": {1}})
    leave()
    runner.changed({"person": {2}})
    assert heard == [{"person": {1}}]


def test_close_finishes_what_is_queued(qapp: object) -> None:
    kept: list[int] = []
    runner = WorkerRunner(lambda e: None)
    for n in range(5):
        runner.run(partial(lambda number, _progress: kept.append(number), n))
    runner.close()
    assert kept == [0, 1, 2, 3, 4]


def test_close_finishes_both_lanes(qapp: object) -> None:
    kept: list[int] = []
    runner = WorkerRunner(lambda e: None)
    ways = (Way.LONG_READ, Way.WRITE, Way.LONG_WRITE, Way.LAST, Way.LOOK, Way.LONG_READ)
    for n, way in enumerate(ways):
        runner.run(partial(lambda number, _progress: kept.append(number), n), way=way)
    runner.close()
    assert sorted(kept) == [0, 1, 2, 3, 4, 5]


def test_the_event_loop_turns_while_work_runs(qtbot: QtBot, runner: WorkerRunner) -> None:
    beats: list[float] = []
    timer = QTimer()
    timer.setInterval(5)
    timer.timeout.connect(lambda: beats.append(time.monotonic()))
    timer.start()
    took: list[float] = []

    def work(_progress: Progress) -> None:
        begun = time.monotonic()
        while time.monotonic() - begun < 0.3:
            sum(n * n for n in range(1000))
        took.extend((begun, time.monotonic()))

    runner.run(work)
    qtbot.waitUntil(runner.is_idle)
    assert sum(took[0] < beat < took[1] for beat in beats) >= 5
