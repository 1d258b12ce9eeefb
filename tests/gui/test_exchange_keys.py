"""Ending a device and changing keys are never done by a slip of the hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from laborclerk.store.store import Store
from laborclerk.sync import approvals
from laborclerk.ui.kit.ask import Question
from laborclerk.ui.screens.exchange.county_view import CountyExchange
from tests.gui.showing import shown
from tests.unit.ui.stations import county, opened, township


@pytest.fixture
def theirs(tmp_path: Path) -> Iterator[Store]:
    """A county with an enrolled township."""
    ours, store = township(tmp_path / "township"), county(tmp_path / "county")
    approvals.request(ours, tmp_path / "a.lcq")
    approvals.approve(store, tmp_path / "a.lcq", tmp_path / "a.lca")
    ours.close()
    yield store
    store.close()


@pytest.fixture
def screen(qtbot: QtBot, theirs: Store) -> CountyExchange:
    return shown(qtbot, CountyExchange(opened(theirs), list))


def answer(qtbot: QtBot, reason: str, name: str) -> list[bool]:
    """Fill in the next question and press its button → whether it closed by that."""
    closed: list[bool] = []

    def fill() -> None:
        asked = QApplication.activeModalWidget()
        assert isinstance(asked, Question)
        for edit, text in zip(asked.findChildren(QLineEdit), (reason, name), strict=True):
            edit.setText(text)
        qtbot.mouseClick(asked.main_button(), Qt.MouseButton.LeftButton)
        closed.append(not asked.isVisible())
        if asked.isVisible():
            (told,) = (part for part in asked.findChildren(QLabel) if part.property("wrong"))
            assert told.isVisible()
            assert ("照样输入" if reason else "写明原因") in told.text()
            asked.reject()

    QTimer.singleShot(0, fill)
    return closed


@pytest.mark.parametrize(
    ("reason", "name", "ended"),
    [("电脑丢失", "乌峰街道", True), ("电脑丢失", "乌峰", False), ("", "乌峰街道", False)],
)
def test_a_device_is_ended_when_its_stations_name_was_typed(
    qtbot: QtBot, screen: CountyExchange, theirs: Store, reason: str, name: str, ended: bool
) -> None:
    screen.stations.go_to(approvals.enrolled(theirs)[0].device)
    screen.stations.setFocus()
    closed = answer(qtbot, reason, name)
    qtbot.keyClick(screen.stations, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: bool(closed))
    assert closed == [ended]
    assert screen.presenter.facts
    (certificate,) = screen.presenter.facts.keys.certificates.values()
    assert (certificate.state == "已注销") is ended


def test_keys_stand_in_the_place_of_the_steps_and_the_window_does_not_grow(
    screen: CountyExchange,
) -> None:
    before = screen.size()
    screen.keys.click()
    assert screen.keys_panel.part.isVisible()
    assert not screen.steps.isVisible()
    assert not screen.keys_panel.part.recover.isVisible()  # devices were approved with these keys
    screen.keys.click()
    assert screen.steps.isVisible()
    assert screen.size() == before


def test_a_county_of_today_may_be_recovered_from_paper(qtbot: QtBot, tmp_path: Path) -> None:
    store = county(tmp_path / "county")
    made = CountyExchange(opened(store), list)
    qtbot.addWidget(made)
    made.show()
    made.presenter.load()
    made.keys.click()
    assert made.keys_panel.part.recover.isVisible()
    store.close()
