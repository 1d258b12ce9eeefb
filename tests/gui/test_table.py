"""Tables: the row one is led to is the only one selected; large type changes the open ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from laborclerk.ui.kit import theme
from laborclerk.ui.kit.cell_delegate import CellDelegate
from laborclerk.ui.kit.table import Column, Table
from laborclerk.ui.screens.census.panels import ProblemsBar
from laborclerk.ui.screens.coverage.view import HomeScreen
from laborclerk.ui.trouble import TroubleBox
from tests.unit.ui.stations import opened, township


def test_a_row_gone_to_with_ctrl_held_down_is_selected_alone(qtbot: QtBot) -> None:
    table = Table((Column("姓名", 0),))
    qtbot.addWidget(table)
    table.fill([("周",), ("李",), ("王",)], [1, 2, 3])
    shortcut = QShortcut(QKeySequence("Ctrl+Down"), table)
    shortcut.activated.connect(lambda: table.go_to(3))
    with qtbot.waitActive(table):
        table.show()
        table.activateWindow()
    table.go_to(1)
    qtbot.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert [i.row() for i in table.selectionModel().selectedRows()] == [2]
    assert table.key() == 3


@pytest.fixture
def small_again(qapp: QApplication) -> Iterator[None]:
    yield
    theme.apply(qapp)


@pytest.mark.usefixtures("small_again")
def test_large_type_chosen_while_open_is_as_if_opened_with_it(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    store = township(tmp_path / "station")
    station = opened(store)

    def built() -> tuple[Table, Any, ProblemsBar]:
        table = Table((Column("姓名", 100), Column("情况")))
        table.fix_rows(3)
        made = table, HomeScreen(station, lambda *_: None), ProblemsBar()
        for part in made:
            qtbot.addWidget(part)
            part.resize(800, part.height())
            part.show()
        return made

    def measured(parts: tuple[Table, Any, ProblemsBar]) -> list[int]:
        table, home, problems = parts
        widths = [home.places.columnWidth(n) for n in range(1, 13)]
        rows = [view.verticalHeader().defaultSectionSize() for view in (table, home.places)]
        return [table.height(), table.columnWidth(0), problems.height(), *rows, *widths]

    before = built()
    small = measured(before)
    theme.apply(qapp, large=True)
    qtbot.wait(20)
    assert measured(before) == measured(built()) != small
    theme.apply(qapp)
    qtbot.wait(20)
    assert measured(before) == small
    store.close()


def test_a_column_made_wider_by_hand_stays_so_in_another_theme(
    qtbot: QtBot, qapp: QApplication
) -> None:
    table = Table((Column("姓名", 100), Column("情况")))
    qtbot.addWidget(table)
    table.setColumnWidth(0, 150)
    theme.apply(qapp, "dark")
    qtbot.wait(10)
    theme.apply(qapp)
    assert table.columnWidth(0) == 150


def test_a_table_of_so_many_rows_shows_them_above_the_bar_it_scrolls_sideways_with(
    qtbot: QtBot,
) -> None:
    table = Table((Column("姓名", 400), Column("情况", least=200)))
    qtbot.addWidget(table)
    table.fill([("周", "一"), ("李", "二"), ("王", "三")], [1, 2, 3])
    table.fix_rows(3)
    table.resize(700, table.height())
    table.show()
    whole = table.viewport().height()
    table.resize(500, table.height())
    qtbot.waitUntil(lambda: table.horizontalScrollBar().maximum() > 0)
    qtbot.waitUntil(lambda: table.viewport().height() == whole)
    assert table.columnWidth(1) == 200


def test_a_group_is_read_behind_the_longest_village(qtbot: QtBot) -> None:
    table = Table((Column("村组", 120, ends=True), Column("户主", 120), Column("情况")))
    qtbot.addWidget(table)
    name = "易地扶贫搬迁安置点幸福家园东区社区 大湾子3组"
    table.fill([(name, name, "")], [1])
    delegate: Any = table.itemDelegate()
    shown = [delegate._fitting(table.fontMetrics(), table.rows.index(0, n), 104) for n in (0, 1)]
    assert shown[0].endswith("3组")
    assert shown[1].endswith("…")


def test_many_refusals_are_scrolled_on_a_low_screen(qtbot: QtBot) -> None:
    box = TroubleBox(None, "没有做成,数据没有改动", [f"第{n}行缺户主。请补上" for n in range(40)])
    qtbot.addWidget(box)
    assert box.height() < 480
    box.resize(480, 336)
    with qtbot.waitExposed(box):
        box.show()
    assert box.height() == 336
    button = box.findChild(QPushButton)
    assert button is not None
    assert button.visibleRegion().boundingRect().size() == button.size()
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert not box.isVisible()


def test_a_character_no_font_has_is_shown_as_its_code_point(qtbot: QtBot) -> None:
    table = Table((Column("姓名", 200),))
    qtbot.addWidget(table)
    table.fill([("李\ue863",), ("李光",)], [1, 2])
    drawn = table.itemDelegate()
    assert isinstance(drawn, CellDelegate)
    names = [drawn._fitting(table.fontMetrics(), table.rows.index(row, 0), 200) for row in (0, 1)]
    assert names == ["李〔U+E863〕", "李光"]
    table.selectAll()
    table.copy()
    assert QApplication.clipboard().text().splitlines()[1] == "李\ue863"  # as it is written
