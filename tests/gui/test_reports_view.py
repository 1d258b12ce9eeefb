"""Reports by the keyboard: from number to number, to the list behind one and on to the form; the
charts in the colours of the theme."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from laborclerk.features.reports.kinds import ReportKind
from laborclerk.printing.charts import PAPER
from laborclerk.store.store import Store
from laborclerk.ui.kit import theme
from laborclerk.ui.runner import WorkerRunner
from laborclerk.ui.screens.reports.view import ReportsScreen
from laborclerk.ui.station import Station, look
from tests.gui.showing import press, shown
from tests.unit.ui.stations import practised


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = practised(tmp_path / "s")
    yield made
    made.close()


def test_a_number_opens_its_list_and_a_line_of_it_the_form(
    qtbot: QtBot, store: Store, tmp_path: Path
) -> None:
    errors: list[BaseException] = []
    runner = WorkerRunner(errors.append)
    opened: list[tuple[int, int | None]] = []
    screen = ReportsScreen(
        Station(store, runner, *look(store)), lambda home, who, _: opened.append((home, who))
    )
    shown(qtbot, screen)
    p = screen.presenter

    def idle() -> None:
        qtbot.waitUntil(runner.is_idle)

    idle()
    assert p.found is not None
    first = p.found.lines[0]
    screen.setFocus()
    press(qtbot, Qt.Key.Key_Right)
    press(qtbot, Qt.Key.Key_Right)  # past the share, to the first village
    assert screen.numbers.currentIndex().column() == 3
    press(qtbot, Qt.Key.Key_Return)
    idle()
    assert p.listing is not None
    assert p.listing.total == len(p.listing.entries) == first.values[1]
    assert screen.people.hasFocus()
    press(qtbot, Qt.Key.Key_Return)
    assert opened[0][0] > 0
    press(qtbot, Qt.Key.Key_Escape)
    assert screen.numbers.hasFocus()
    assert screen.stack.currentIndex() == 0
    for kind in list(ReportKind)[1:]:
        press(qtbot, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
        idle()
        assert (p.kind, p.found.kind) == (kind, kind)
        assert not screen.charts[0].grab().isNull()
    p.choose(ReportKind.INCOME)
    idle()
    p.open("mean", "")
    assert p.ended is not None
    assert not p.ended.whole  # a mean has no list
    press(qtbot, Qt.Key.Key_K)
    qtbot.keyClicks(screen.told, "9840+15632=25148")
    press(qtbot, Qt.Key.Key_Return)
    assert "25,472" in screen.said.text()
    for name in ("图.svg", "图.png", "数.xlsx"):
        path = tmp_path / name
        p.export(path) if path.suffix == ".xlsx" else p.save_picture(path)
        idle()
        assert path.stat().st_size > 1000
    runner.close()
    assert errors == []


def test_paper_has_the_colours_of_the_light_window() -> None:
    t = theme.LIGHT
    assert (PAPER.surface, PAPER.text, PAPER.muted, PAPER.line, PAPER.accent, PAPER.on_accent) == (
        t.surface, t.text, t.muted, t.border, t.accent, t.on_accent,
    )  # fmt: skip
