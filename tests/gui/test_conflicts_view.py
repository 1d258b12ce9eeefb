"""The screen of conflicts by keys alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from laborclerk.catalog.codes import code_list
from laborclerk.features.exchange import taking
from laborclerk.features.exchange.words import Named
from laborclerk.features.registry.model import Household, Person
from laborclerk.store.store import Store
from laborclerk.sync.export import export_bundle
from laborclerk.ui.entry import FieldState
from laborclerk.ui.kit.choice_list import ChoiceList
from laborclerk.ui.screens.conflicts.presenter import LOOK
from laborclerk.ui.screens.conflicts.view import ConflictsScreen
from laborclerk.ui.worklist import OPEN
from tests import exchanging
from tests.gui.in_shell import InShell
from tests.gui.showing import focus, press, shown, write
from tests.unit.ui.stations import opened
from tests.unit.ui.test_conflicts_presenter import disputed, say_more

KEY = Qt.Key


@pytest.fixture
def county(tmp_path: Path) -> Iterator[Store]:
    store = disputed(tmp_path)
    yield store
    store.close()


@pytest.fixture
def screen(qtbot: QtBot, county: Store, forms: list[tuple[int, int | None]]) -> ConflictsScreen:
    made = ConflictsScreen(opened(county), lambda home, person, _: forms.append((home, person)))
    return shown(qtbot, made)


def test_voices_stand_side_by_side_with_who_where_when(screen: ConflictsScreen) -> None:
    assert screen.title.text() == "冲突 1/3"
    assert "月收入" in screen.subject.text()
    told = {row.who.text()[:4] for row in screen.shown}
    assert told == {"乌峰街道", "镇雄县人"}
    assert all("张录入 20" in row.who.text() for row in screen.shown)
    assert [row.mark.text() for row in screen.shown] == ["当前显示", ""]
    assert [row.button.text() for row in screen.shown] == ["1 采用甲", "2 采用乙"]


def test_one_key_decides_and_focus_stays(qtbot: QtBot, screen: ConflictsScreen) -> None:
    press(qtbot, KEY.Key_2)
    assert screen.title.text() == "冲突 1/2"
    assert "采用" in screen.ended.text()
    assert QApplication.focusWidget() is screen.list
    press(qtbot, KEY.Key_9)
    assert screen.title.text() == "冲突 1/2"


def test_what_was_decided_is_seen_in_a_small_window(qtbot: QtBot, county: Store) -> None:
    """A laptop of 1366×768 at 200 %: what the next key does to all, and what the last one did."""
    in_shell = InShell(qtbot, county, "conflicts", ConflictsScreen)
    in_shell.shell.resize(683, 345)
    screen = in_shell.screen
    qtbot.waitUntil(lambda: screen.presenter.state.total == 3)
    for key, said in ((KEY.Key_2, "采用"), (KEY.Key_0, "2 处一起核定")):
        screen.list.setFocus()
        in_shell.key(key)
        in_shell.idle()
        qtbot.wait(50)
        assert said in screen.ended.text()
        assert screen.ended.visibleRegion().boundingRect().size() == screen.ended.size()
    in_shell.close()


@pytest.mark.parametrize("tab", [0, 1])
def test_the_place_and_the_keys_are_seen_in_a_small_window(
    qtbot: QtBot, county: Store, tab: int
) -> None:
    in_shell = InShell(qtbot, county, "conflicts", ConflictsScreen)
    in_shell.shell.resize(683, 345)
    screen = in_shell.screen
    qtbot.waitUntil(lambda: screen.presenter.state.total == 3)
    screen.tabs.setCurrentIndex(tab)
    in_shell.idle()
    qtbot.wait(50)
    assert screen.list.horizontalScrollBar().maximum() == 0
    told, room = screen.hints.fontMetrics(), screen.hints.width()
    assert all(told.horizontalAdvance(line) <= room for line in screen.hints.lines())
    assert screen.hints.height() == len(screen.hints.lines()) * told.height()
    in_shell.close()


def test_zero_and_a_key_decide_all(qtbot: QtBot, screen: ConflictsScreen) -> None:
    press(qtbot, KEY.Key_0)
    assert "3 处一起核定" in screen.ended.text()
    press(qtbot, KEY.Key_8)
    assert screen.title.text() == "冲突"
    assert screen.tabs.tabText(0) == "待核定 0"


def test_another_value_is_filled_in_where_one_stands(qtbot: QtBot, screen: ConflictsScreen) -> None:
    press(qtbot, KEY.Key_3)
    assert focus() is screen.entry.field("monthly_income")
    assert screen.entry.title.text() == "另填 · 周大"
    write(qtbot, "5000")
    press(qtbot, KEY.Key_Return)
    assert screen.title.text() == "冲突 1/2"
    assert "月收入:另填了“5,000" in screen.ended.text()
    assert focus() is screen.list
    assert screen.entry.isHidden()


def test_what_came_meanwhile_is_shown_and_what_was_typed_stays(
    qtbot: QtBot, screen: ConflictsScreen, county: Store
) -> None:
    press(qtbot, KEY.Key_3)
    write(qtbot, "5000")
    say_more(county, 5600)
    press(qtbot, KEY.Key_Return)
    assert "刚又来了别的内容" in screen.ended.text()
    assert {row.value.text()[2:] for row in screen.shown} == {"4,800元", "5,600元"}
    field = screen.entry.field("monthly_income")
    assert (field.text(), focus()) == ("5,000", field)
    press(qtbot, KEY.Key_Return)
    assert screen.title.text() == "冲突 1/2"


def test_what_cannot_be_read_is_marked_and_nothing_is_decided(
    qtbot: QtBot, screen: ConflictsScreen
) -> None:
    press(qtbot, KEY.Key_3)
    write(qtbot, "很多")
    press(qtbot, KEY.Key_Return)
    field = screen.entry.field("monthly_income")
    assert focus() is field
    assert field.shown.state is FieldState.WRONG
    assert screen.title.text() == "冲突 1/3"
    press(qtbot, KEY.Key_Escape)
    assert focus() is screen.list
    assert screen.entry.isHidden()
    assert screen.title.text() == "冲突 1/3"


def test_another_code_is_taken_from_the_list(qtbot: QtBot, tmp_path: Path) -> None:
    store = disputed(tmp_path, {"employment_status": "04"}, {"employment_status": "06"})
    screen = shown(qtbot, ConflictsScreen(opened(store), lambda *_: None))
    press(qtbot, KEY.Key_3)
    field = screen.entry.field("employment_status")
    assert field.text() == "6 本市县就业"  # what is shown now
    press(qtbot, KEY.Key_F4)
    (offered,) = screen.findChildren(ChoiceList)
    assert offered.isVisible()
    assert offered.model().rowCount() == len(code_list("employment_status").items)
    press(qtbot, KEY.Key_Down)
    press(qtbot, KEY.Key_Return)
    assert "另填了“自主创业”" in screen.ended.text()
    store.close()


def test_what_is_being_filled_in_goes_with_its_conflict(
    qtbot: QtBot, screen: ConflictsScreen
) -> None:
    press(qtbot, KEY.Key_3)
    screen.list.go_to(screen.presenter.lines[1].id)
    assert screen.entry.isHidden()


def test_enter_opens_the_form(
    qtbot: QtBot, screen: ConflictsScreen, forms: list[tuple[int, int | None]]
) -> None:
    line = screen.presenter.line
    assert line
    press(qtbot, KEY.Key_Return)
    assert forms == [(line.household, line.record_id)]


def test_findings_by_keys(qtbot: QtBot, screen: ConflictsScreen) -> None:
    screen.tabs.setCurrentIndex(1)
    assert "改了" in screen.told_text.text()
    assert "1 看过了" in screen.hints.text()
    assert "8 较晚的" not in screen.hints.text()
    screen.list.setFocus()
    press(qtbot, KEY.Key_1)
    assert screen.tabs.tabText(1) == "看一看 0"


def test_what_hangs_on_a_deleted_household_is_put_right_by_a_key(
    qtbot: QtBot, tmp_path: Path, forms: list[tuple[int, int | None]]
) -> None:
    county = disputed(tmp_path, {}, {})
    town = exchanging.opened(tmp_path, "乌峰")
    with town.write("test.add") as work:
        home = work.session.scalars(sa.select(Household)).one()
        work.add(Person(household=home.id, name="周小宝", line=9))
    with county.write("test.delete") as work:
        work.delete(work.session.get_one(Household, home.id), "1")
    export_bundle(town, tmp_path / "3.lcb")
    taking.import_bundle(county, tmp_path / "3.lcb")
    town.close()
    made = ConflictsScreen(opened(county), lambda home, person, _: forms.append((home, person)))
    screen = shown(qtbot, made)
    assert "周小宝" in screen.subject.text()
    press(qtbot, KEY.Key_Return)
    assert screen.ended.text() == "这一户已删除,打不开表。可以按 3 恢复户0187 周大"
    assert forms == []
    assert "3 恢复户0187 周大" in screen.hints.text()
    assert "删的时候还没有这一条" in screen.told_text.text()
    assert screen.mend.text() == "3 恢复户0187 周大"
    press(qtbot, KEY.Key_3)
    assert "周小宝:已恢复户0187 周大" in screen.ended.text()
    assert "Ctrl+Z" in screen.ended.text()
    assert not screen.mend.isVisible()
    with county.read() as session:
        assert session.get_one(Household, home.id).deleted is None
    county.close()


def test_ctrl_tab_goes_to_the_other_list_and_back(qtbot: QtBot, screen: ConflictsScreen) -> None:
    for tab in (LOOK, OPEN):
        press(qtbot, KEY.Key_Tab, Qt.KeyboardModifier.ControlModifier)
        assert screen.presenter.state.tab == tab
        assert QApplication.focusWidget() is screen.list


def test_no_form_is_offered_for_what_is_in_none(
    qtbot: QtBot, screen: ConflictsScreen, forms: list[tuple[int, int | None]]
) -> None:
    screen.tabs.setCurrentIndex(1)
    (finding,) = screen.presenter.state.findings
    assert screen.form.isVisible()
    none = replace(finding, record_type="round", named=Named("2026年年度", "", None))
    screen.presenter.state.findings = [none]
    screen.line_changed()
    assert not screen.form.isVisible()
    assert not screen.place.isVisible()
    screen.list.setFocus()
    press(qtbot, KEY.Key_Return)
    assert "没有表可打开" in screen.ended.text()
    assert forms == []
