"""The real main window while long work goes on: a save and every screen beside a print, every
screen beside an import, and what is marked as reading never writes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from laborclerk.app import create_station
from laborclerk.features.practice import service as practice
from laborclerk.features.practice.service import Made
from laborclerk.features.registry.model import Household
from laborclerk.store.store import Store
from laborclerk.sync.ledger import set_station
from laborclerk.ui.jobs import Way
from laborclerk.ui.navigation import SCREENS
from laborclerk.ui.runner import WorkerRunner
from laborclerk.ui.screens.census.saving import HELD_SAVE
from laborclerk.ui.screens.households.view import HouseholdsScreen
from laborclerk.ui.shell import Shell
from laborclerk.ui.station import Station, look

WAIT = 30_000  # ms


@pytest.fixture(scope="module")
def township(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Made]]:
    folder: Path = tmp_path_factory.mktemp("beside") / "station"
    store, _ = create_station(folder, "练习员", "lianxi2026", scrypt_n=2**10)
    set_station(store, "township", "530627001000", "乌峰街道")
    made = practice.fill(store, people=400, seed=5)
    yield store, made
    store.close()


class Beside:
    """The window, and long work in it that ends when it is let go."""

    def __init__(self, qtbot: QtBot, store: Store) -> None:
        self.qtbot, self.store = qtbot, store
        self.errors: list[BaseException] = []
        self.runner = WorkerRunner(self.errors.append)
        self.shell = Shell(Station(store, self.runner, *look(store)))
        qtbot.addWidget(self.shell)
        self.shell.show()
        qtbot.waitUntil(self.runner.is_idle, timeout=WAIT)
        self.begun, self.open = threading.Event(), threading.Event()

    def hold(self) -> None:
        """Long work stands here (in its own thread)."""
        self.begun.set()
        assert self.open.wait(WAIT / 1000)

    def short_done(self) -> None:
        """Wait until the short jobs are done and told."""
        lanes = self.runner._lanes
        self.qtbot.waitUntil(
            lambda: lanes.short is None and not lanes.left(long=False), timeout=WAIT
        )
        self.qtbot.wait(20)

    def form(self, household: int) -> Any:
        """The household's form, opened."""
        self.shell.open_household(household, None, ())
        form = self.shell._form
        self.qtbot.waitUntil(
            lambda: (
                form.presenter.state is not None and form.presenter.state.household_id == household
            ),
            timeout=WAIT,
        )
        return form

    def address(self, household: int) -> str | None:
        with self.store.read() as session:
            return session.get_one(Household, household).address

    def close(self) -> None:
        self.open.set()
        self.qtbot.waitUntil(self.runner.is_idle, timeout=WAIT)
        self.runner.close()
        assert self.errors == []


@pytest.fixture
def beside(qtbot: QtBot, qapp: QApplication, township: tuple[Store, Made]) -> Iterator[Beside]:
    made = Beside(qtbot, township[0])
    yield made
    made.close()


def test_a_household_is_saved_and_found_while_the_forms_of_the_township_are_drawn(
    beside: Beside, township: tuple[Store, Made]
) -> None:
    household = township[1].planted.unvisited[0]
    beside.shell.go("papers")
    built: Any = beside.shell._built["papers"]
    papers: Any = built.presenter
    real = papers.paper.make

    def make(*arguments: Any) -> int:
        pages = int(real(*arguments))
        beside.hold()
        return pages

    papers.paper = replace(papers.paper, make=make)
    papers.preview()
    assert papers.work.running
    presenter = beside.form(household).presenter
    presenter.state.form.household["address"] = "印表时改的地址"
    presenter.state.dirty = True
    presenter.save(finish=False)
    beside.short_done()
    assert beside.address(household) == "印表时改的地址"
    for place in SCREENS:
        beside.shell.go(place.key)
        beside.short_done()
    households = beside.shell._built["households"]
    assert isinstance(households, HouseholdsScreen)
    assert households.presenter.total > 0
    assert papers.work.running
    beside.open.set()
    beside.qtbot.waitUntil(beside.runner.is_idle, timeout=WAIT)  # a stick is looked through, too
    assert not papers.work.running
    assert len(papers.pages) >= 100


def test_screens_and_finds_are_answered_during_an_import_and_a_save_waits_for_it(
    beside: Beside, township: tuple[Store, Made]
) -> None:
    first, second = township[1].planted.unvisited[1:3]
    name = next(iter(township[1].planted.rare_names))

    def imports(_progress: object) -> None:
        with beside.store.write("census.import") as work:
            record = work.get(Household, first)
            assert record is not None
            work.change(record, {"address": "导入来的地址"})
            work.flush()
            beside.hold()

    beside.runner.run(imports, way=Way.LONG_WRITE)
    assert beside.begun.wait(5)
    for place in SCREENS:
        beside.shell.go(place.key)
        beside.short_done()
    box = beside.shell.find_box
    box.setFocus()
    box.setText(name)
    box.textEdited.emit(name)
    beside.short_done()
    assert box.list.count() >= 1
    presenter = beside.form(first).presenter
    assert presenter.state.form.household["address"] != "导入来的地址"  # not committed yet
    presenter = beside.form(second).presenter
    presenter.state.form.household["address"] = "导入时改的地址"
    presenter.state.dirty = True
    presenter.save(finish=False)
    assert beside.shell._form.note.text() == HELD_SAVE
    built: Any = beside.shell._built["home"]
    home: Any = built.presenter
    home.total = None
    beside.shell.go("home")
    beside.qtbot.waitUntil(lambda: home.total is not None, timeout=WAIT)
    assert beside.address(second) != "导入时改的地址"
    beside.open.set()
    beside.qtbot.waitUntil(beside.runner.is_idle, timeout=WAIT)
    assert beside.address(first) == "导入来的地址"
    assert beside.address(second) == "导入时改的地址"
    assert "已存(" in beside.shell._form.note.text()


def test_the_closing_waits_for_a_print(
    qtbot: QtBot, qapp: QApplication, township: tuple[Store, Made]
) -> None:
    beside = Beside(qtbot, township[0])
    ended: list[str] = []

    def prints(_progress: object) -> None:
        beside.hold()
        ended.append("print")

    beside.shell._closing = lambda _progress: ended.append("closing")
    beside.runner.run(prints, way=Way.LONG_READ)
    assert beside.begun.wait(5)
    beside.shell.close()
    qtbot.wait(50)
    assert ended == []
    beside.close()
    assert ended == ["print", "closing"]


def test_what_is_marked_as_reading_never_writes(
    beside: Beside, township: tuple[Store, Made], monkeypatch: pytest.MonkeyPatch
) -> None:
    wrote: list[Way] = []

    def noted(method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kw: Any) -> Any:
            running = beside.runner._lanes.short
            if threading.current_thread().name == "store" and running is not None:
                wrote.append(running.way)
            return method(*args, **kw)

        return call

    for name in ("write", "local"):
        monkeypatch.setattr(Store, name, noted(getattr(Store, name)))
    for place in SCREENS:
        beside.shell.go(place.key)
        beside.short_done()
    beside.form(township[1].planted.unvisited[0]).presenter.step(1)
    beside.shell.refresh()
    beside.short_done()
    beside.qtbot.waitUntil(beside.runner.is_idle, timeout=WAIT)  # all is shown before it goes
    assert set(wrote) <= {Way.WRITE, Way.LAST}
