"""The exchange screen by keys: what is held is accepted after asking, answers are written, and a
township reads what came back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from laborclerk.store.store import Store
from laborclerk.sync import container
from laborclerk.sync.county_keys import rotate_county
from laborclerk.sync.export import export_bundle
from laborclerk.ui.drives import Drive
from laborclerk.ui.kit.ask import Question
from laborclerk.ui.kit.table import Column
from laborclerk.ui.screens.exchange.county_lists import HELD, WAITING
from laborclerk.ui.screens.exchange.county_view import CountyExchange
from laborclerk.ui.screens.exchange.lists_part import LOG, LowTable
from laborclerk.ui.screens.exchange.returned_lists import BACK
from laborclerk.ui.screens.exchange.township_view import TownshipExchange
from tests import exchanging
from tests.gui.showing import shown
from tests.small import add_household
from tests.store.test_regain import name_of, put_back_county, rename
from tests.unit.ui.stations import opened

KEY, WITH = Qt.Key, Qt.KeyboardModifier


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    """A township whose bundle has a household of another place in it, and the county."""
    exchanging.stations(tmp_path)
    town, county = exchanging.opened(tmp_path, "乌峰"), exchanging.opened(tmp_path, "county")
    add_household(town, {"name": "孙外"}, place=exchanging.GROUPS["泼机"][0], number="0009")
    (tmp_path / "stick").mkdir()
    export_bundle(town, tmp_path / "stick" / "1.lcb")
    yield town, county
    town.close()
    county.close()


Screen = TypeVar("Screen", CountyExchange, TownshipExchange)


def show(qtbot: QtBot, side: type[Screen], store: Store, stick: Path) -> Screen:
    return shown(qtbot, side(opened(store), lambda: [Drive(stick, "KINGSTON", 7 * 2**30)]))


def test_accept_answer_and_read(qtbot: QtBot, stores: tuple[Store, Store], tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    there = show(qtbot, CountyExchange, stores[1], stick)
    there.presenter.import_all()
    assert there.lists.tabs.tabText(1).startswith("待核 ")
    qtbot.keyClick(there, KEY.Key_R, WITH.ControlModifier | WITH.ShiftModifier)
    assert (stick / "返还-乌峰街道.lcb").exists()

    here = show(qtbot, TownshipExchange, stores[0], stick)
    assert here.returns.isVisible()
    assert [act.property("main") for act in (here.take, here.main)] == [True, False]
    qtbot.keyClick(here, KEY.Key_I, WITH.ControlModifier)
    assert not here.returns.isVisible()
    assert [act.property("main") for act in (here.take, here.main)] == [False, True]
    assert here.lists.tabs.tabText(1).startswith("没有接受 ")
    assert here.lists.page(BACK).table.rows.cell(0, 2).text == "不在本站辖区"

    there.activateWindow()
    qtbot.waitUntil(there.isActiveWindow)
    there.lists.tabs.setCurrentIndex(1)
    asked: list[str] = []

    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, Question)
        asked.append(dialog.windowTitle())
        dialog.accept()

    held = there.lists.page(HELD).table
    for _ in range(len(held.rows.rows)):
        held.setFocus()
        QTimer.singleShot(50, answer)
        qtbot.keyClick(held, KEY.Key_Return)
    assert set(asked) == {"接受待核的变更"}
    assert held.rows.rows == []
    assert there.lists.tabs.tabText(1) == "待核"


def test_a_file_from_a_newer_program_has_its_line_with_what_to_do(
    qtbot: QtBot,
    stores: tuple[Store, Store],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    there = show(qtbot, CountyExchange, stores[1], tmp_path / "stick")
    monkeypatch.setattr(container, "READER_VERSION", 0)
    there.presenter.import_files([tmp_path / "stick" / "1.lcb"])
    page = there.lists.page(LOG)
    assert [page.table.rows.cell(0, at).text for at in (1, 3, 4)] == [
        "收到 乌峰街道", "没有导入", "1.lcb",
    ]  # fmt: skip
    assert "1.lcb。由更新的程序写成,没有导入。请升级" in page.why.text()
    monkeypatch.undo()
    there.presenter.scan()
    there.presenter.import_all()
    assert [page.table.rows.cell(0, at).text for at in (1, 4)] == ["收到 乌峰街道", "1.lcb"]
    assert page.table.rows.cell(0, 3).text != "没有导入"
    assert len(page.table.rows.rows) == 1


def test_the_log_stays_with_what_came_last_unless_one_looks_at_another(
    qtbot: QtBot, stores: tuple[Store, Store], tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    there = show(qtbot, CountyExchange, stores[1], stick)
    there.presenter.import_all()
    table = there.lists.page(LOG).table
    there.lists.tabs.setCurrentIndex(2)
    assert (table.currentIndex().row(), there.since.text()) == (0, "没有新的上报文件")
    town = "530627001000"
    there.presenter.acts.give_back(stick, town)
    assert [table.rows.cell(row, 4).text for row in (0, 1)] == ["返还-乌峰街道.lcb", "1.lcb"]
    assert table.currentIndex().row() == 0
    table.go_to(table.rows.keys[1])
    there.presenter.acts.give_back(stick, town)
    assert len(table.rows.rows) == 3
    assert table.currentIndex().row() == 2


def test_a_row_that_there_is_no_room_for_is_not_cut_through(qtbot: QtBot) -> None:
    table = LowTable((Column("时间"),))
    table.fill([("2026-11-23 14:21",)] * 20, list(range(20)))
    shown(qtbot, table)
    for extra in (0, 9, 17):
        table.resize(300, table.height_of_rows(5) + extra)
        qtbot.wait(20)
        image = table.viewport().grab().toImage()
        top = 5 * table.rowHeight(0)
        below = {
            image.pixel(x, y)
            for x in range(0, image.width(), 2) for y in range(top + 1, image.height() - 1)
        }  # fmt: skip
        assert len(below) <= 1


def test_what_the_county_itself_wrote_under_a_former_key_is_vouched_for(
    qtbot: QtBot, tmp_path: Path
) -> None:
    exchanging.stations(tmp_path)
    town, county = exchanging.opened(tmp_path, "乌峰"), exchanging.opened(tmp_path, "county")
    add_household(town, {"name": "原名"}, place=exchanging.GROUPS["乌峰"][0])
    exchanging.send(town, county, tmp_path / "1.lcb")
    county.close()
    shutil.copytree(tmp_path / "county", tmp_path / "backup")
    county = exchanging.opened(tmp_path, "county")
    rename(county, "县里改的")
    (tmp_path / "stick").mkdir()
    exchanging.answer(town, county, tmp_path / "stick" / "返还-乌峰街道.lcb")
    county = put_back_county(tmp_path, county)
    rotate_county(county)
    there = show(qtbot, CountyExchange, county, tmp_path / "stick")
    there.presenter.import_all()
    assert there.presenter.work.ended
    assert there.presenter.work.ended.text == "1 份待补"
    assert there.lists.tabs.tabText(0) == "待补 1"
    there.lists.tabs.setCurrentIndex(0)
    asked: list[str] = []

    def answer(accept: bool) -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, Question)
        asked.append(dialog.windowTitle())
        (dialog.accept if accept else dialog.reject)()

    table = there.lists.page(WAITING).table
    assert table.rows.cell(0, 2).text == "要核对"
    for accept, name in ((False, "原名"), (True, "县里改的")):
        table.setFocus()
        QTimer.singleShot(50, partial(answer, accept))
        qtbot.keyClick(table, KEY.Key_Return)
        assert name_of(county) == name
    assert asked == ["放行待补的文件"] * 2
    assert there.lists.tabs.tabText(0) == "待补"
    for store in (town, county):
        store.close()
