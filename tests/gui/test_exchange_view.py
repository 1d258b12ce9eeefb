"""What a township writes and the county takes in, on the screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from laborclerk.store.store import Store
from laborclerk.ui.drives import Drive
from laborclerk.ui.screens.exchange.county_view import CountyExchange
from laborclerk.ui.screens.exchange.township_view import TownshipExchange
from laborclerk.ui.station import Station
from tests.gui.conftest import Show
from tests.gui.showing import press
from tests.unit.ui.stations import add_household, county, opened

ENTER = Qt.Key.Key_Return
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


def test_the_township_writes_in_two_steps_and_the_county_takes_in(
    qtbot: QtBot,
    station: Station,
    show: Show,
    store: Store,
    stick: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drives = [Drive(stick, "KINGSTON", 2**30)]
    add_household(store, "0001", "周测试", 2)
    ours = show(TownshipExchange(station, lambda: drives))
    enrol = ours.enrol.part
    assert enrol.isVisible()
    assert not ours.steps.isVisible()
    assert "Ctrl+Enter" not in ours.hints.text()  # there is nothing to write yet
    here, there = (f"laborclerk.ui.screens.exchange.{side}_view" for side in ("township", "county"))
    monkeypatch.setattr(f"{here}.ask_folder", lambda *_: stick)
    enrol.write.setFocus()
    press(qtbot, ENTER)  # a button is pressed by Enter on every system
    theirs_store = county(tmp_path / "county")
    theirs = show(CountyExchange(opened(theirs_store), lambda: drives))
    monkeypatch.setattr(f"{there}.ask_open", lambda *_: next(stick.glob("*.lcq")))
    assert not theirs.give_all.isEnabled()
    assert not theirs.give_one.isEnabled()
    theirs._read_request()
    approval = theirs.approval.part
    assert approval.digits.text() == enrol.digits.text()
    assert len(approval.digits.text().replace(" ", "")) == 20
    monkeypatch.setattr(f"{there}.ask_save", lambda *_: stick / "批复.lca")
    approval.drop.setFocus()
    press(qtbot, Qt.Key.Key_Y, ALT)
    qtbot.waitUntil((stick / "批复.lca").exists)
    monkeypatch.setattr(f"{here}.ask_open", lambda *_: stick / "批复.lca")
    enrol.accept.click()
    assert ours.steps.isVisible()
    assert not enrol.isVisible()
    assert "Ctrl+Enter" in ours.hints.text()
    ours.activateWindow()
    qtbot.waitUntil(ours.isActiveWindow)
    ours.drives.setFocus()
    press(qtbot, ENTER, CTRL)
    assert "第 1 号上报文件" in ours.work.sentence.text()
    theirs.presenter.scan()
    theirs.activateWindow()
    qtbot.waitUntil(theirs.isActiveWindow)
    theirs.drives.setFocus()
    press(qtbot, ENTER, CTRL)
    assert theirs.work.sentence.text().startswith("导入 1 份")
    theirs_store.close()
