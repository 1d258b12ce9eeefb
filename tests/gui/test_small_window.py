"""A laptop of 1366×768 at 200 % has 683×384 pixels to show a screen in: all must be reachable."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QStyleOptionComboBox,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from laborclerk.app import create_station
from laborclerk.features.practice import service as practice
from laborclerk.features.registry.model import Household
from laborclerk.store.store import Store
from laborclerk.sync.ledger import set_station
from laborclerk.ui.jobs import InlineRunner
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.combo import Combo
from laborclerk.ui.kit.field_help import Bubble
from laborclerk.ui.kit.small import Elided, Hints, Scroller, Turning
from laborclerk.ui.kit.work import WorkStrip
from laborclerk.ui.longwork import Ended, LongWork
from laborclerk.ui.navigation import SCREENS
from laborclerk.ui.runner import WorkerRunner
from laborclerk.ui.screens.papers.view import PapersScreen
from laborclerk.ui.screens.sheets.result_part import ResultPart
from laborclerk.ui.shell import Shell
from laborclerk.ui.station import Station, look
from tests.gui.showing import worker

WIDTH, HEIGHT = 683, 345  # less title and task bar


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    made, _ = create_station(tmp_path_factory.mktemp("small") / "station", "练习员", "lianxi2026",
                             scrypt_n=2**10)  # fmt: skip
    set_station(made, "township", "530627001000", "乌峰街道")
    practice.fill(made, people=200, seed=5)
    yield made
    made.close()


@pytest.fixture
def shell(qtbot: QtBot, store: Store) -> Iterator[Shell]:
    errors: list[BaseException] = []
    runner = WorkerRunner(errors.append)
    window = Shell(Station(store, runner, *look(store)))
    qtbot.addWidget(window)
    window.resize(WIDTH, HEIGHT)
    window.show()
    qtbot.waitUntil(runner.is_idle)
    yield window
    qtbot.waitUntil(runner.is_idle)
    runner.close()
    assert not errors


@pytest.mark.parametrize("key", [place.key for place in SCREENS])
def test_every_button_of_a_screen_is_reached_in_a_small_window(
    qtbot: QtBot, shell: Shell, key: str
) -> None:
    shell.go(key)
    runner = worker(shell)
    qtbot.waitUntil(runner.is_idle)
    qtbot.wait(20)
    assert (shell.width(), shell.height()) == (WIDTH, HEIGHT)
    screen = shell.current()
    assert screen is not None
    assert _too_wide(shell) == 0
    for button in screen.findChildren(QPushButton):
        if not button.isVisible():
            continue
        _reveal(button)
        seen = button.visibleRegion().boundingRect().size()
        assert seen == button.size(), button.text()


@pytest.mark.parametrize("large", [False, True])
def test_a_preview_that_something_else_was_chosen_after_fits(
    qtbot: QtBot, qapp: QApplication, shell: Shell, large: bool
) -> None:
    theme.apply(qapp, large=large)
    shell.go("papers")
    screen = shell.current()
    assert isinstance(screen, PapersScreen)
    runner = worker(shell)
    qtbot.waitUntil(runner.is_idle)
    screen.presenter.preview()
    qtbot.waitUntil(runner.is_idle)
    screen.presenter.choose(first_number="A1")
    qtbot.wait(20)
    told, wide = screen.page.text(), _too_wide(shell)
    theme.apply(qapp)
    assert "请重新预览" in told
    assert wide == 0


@pytest.mark.parametrize("large", [False, True])
def test_the_whole_navigation_is_seen_in_a_small_window(
    qtbot: QtBot, qapp: QApplication, shell: Shell, large: bool
) -> None:
    names = shell.navigation
    theme.apply(qapp, large=large)
    qtbot.wait(20)
    inside = names.viewport().rect()
    lines = [names.visualItemRect(names.item(row)) for row in range(names.count())]
    type_size = names.font().pixelSize()
    theme.apply(qapp)
    assert len(lines) == len(SCREENS)
    assert all(inside.contains(line) for line in lines)
    assert all(line.height() > type_size >= 12 for line in lines)


def _too_wide(shell: Shell) -> int:
    """By how many pixels what is shown is wider than the window."""
    areas = (area for area in shell.findChildren(QScrollArea) if area.isVisible())
    return max((area.horizontalScrollBar().maximum() for area in areas), default=0)


def _reveal(part: QWidget) -> None:
    around: QWidget | None = part
    while around is not None:
        if isinstance(around, QScrollArea):
            around.ensureWidgetVisible(part)
        around = around.parentWidget()


def test_parts_turn_below_each_other_where_they_do_not_fit(qtbot: QtBot) -> None:
    window = QWidget()
    parts = Turning()
    parts.setParent(window)
    left, right = QLineEdit(), QLineEdit()
    parts.add(left, width=300)
    right.setMinimumWidth(200)
    parts.add(right, 1)
    qtbot.addWidget(window)
    parts.resize(600, 200)
    window.show()
    assert (left.width(), left.y()) == (300, right.y())
    parts.resize(400, 200)
    qtbot.waitUntil(lambda: left.width() == right.width() == 400)
    assert right.y() > left.y()
    parts.resize(600, 200)
    qtbot.waitUntil(lambda: (left.width(), left.y()) == (300, right.y()))


def test_text_gives_way_with_a_mark(qtbot: QtBot) -> None:
    told = Elided("一二三四五六七八九十" * 3, keeps=40)
    qtbot.addWidget(told)
    told.resize(120, 20)
    assert told.minimumSizeHint().width() == 40
    assert told.shown().endswith("…")
    assert len(told.shown()) < len(told.text())


def test_a_long_choice_is_cut_with_a_mark(qtbot: QtBot) -> None:
    combo = Combo()
    qtbot.addWidget(combo)
    combo.addItem("530627-2026-002 赴福州焊工第一批")
    for width, cut in ((200, True), (400, False)):
        combo.resize(width, 28)
        option: Any = QStyleOptionComboBox()
        combo.initStyleOption(option)
        assert option.currentText.endswith("…") is cut
    assert combo.currentText() == "530627-2026-002 赴福州焊工第一批"


def test_what_gets_the_cursor_is_scrolled_to(qtbot: QtBot) -> None:
    screen = QWidget()
    screen.setMinimumSize(400, 2000)
    edit = QLineEdit(screen)
    edit.move(0, 1900)
    scroller = Scroller(screen)
    qtbot.addWidget(scroller)
    scroller.resize(420, 300)
    scroller.show()
    scroller.activateWindow()
    qtbot.waitUntil(scroller.isActiveWindow)
    edit.setFocus()
    qtbot.waitUntil(lambda: edit.visibleRegion().boundingRect().size() == edit.size())


def test_how_work_ended_is_seen_in_a_small_window(qtbot: QtBot) -> None:
    work = LongWork(InlineRunner(), lambda: None)
    strip = WorkStrip(work)
    work.changed = strip.refresh
    screen = QWidget()
    column = QVBoxLayout(screen)
    high = QWidget()
    high.setFixedHeight(900)
    column.addWidget(high)
    column.addWidget(strip)
    scroller = Scroller(screen)
    qtbot.addWidget(scroller)
    scroller.resize(420, 300)
    scroller.show()
    work.say(Ended("磁盘空间不足,没有写入", whole=False))
    qtbot.waitUntil(lambda: scroller.verticalScrollBar().value() > 500)


def test_the_counts_of_a_trial_import_stand_in_two_lines_where_they_do_not_fit(
    qtbot: QtBot,
) -> None:
    names = ("读", "新增", "更改", "未变", "退回", "提醒", "更改的户", "更改的项")
    trial: Any = SimpleNamespace(
        counts=lambda: [(name, 56_066) for name in names], stage=None, asked={}, result=None
    )
    part = ResultPart(trial)
    qtbot.addWidget(part)
    part.changed()
    room = WIDTH - 104 - 24  # less navigation and margins
    part.resize(1200, 300)
    part.show()
    line = part.counts.height()
    assert part.minimumSizeHint().width() <= room
    part.resize(room, 300)
    qtbot.waitUntil(lambda: part.counts.height() == 2 * line)


def test_why_a_number_is_refused_is_read_in_a_small_window(
    qtbot: QtBot, shell: Shell, store: Store
) -> None:
    with store.read() as session:
        query = sa.select(Household).where(Household.deleted.is_(None))
        first, second = session.scalars(query.order_by(Household.place).limit(2))
    runner = worker(shell)
    shell.open_household(second.id, None, ())
    qtbot.waitUntil(lambda: shell.in_form and runner.is_idle())
    form: Any = shell._form
    form.presenter.enter(second.id, "number", first.number)
    form.presenter.save(finish=False)
    qtbot.waitUntil(lambda: "已有户编号" in form.help.text())
    qtbot.wait(600)
    field = QApplication.focusWidget()
    assert field is not None
    assert field.visibleRegion().boundingRect().size() == field.size()
    below = form.help.visibleRegion().boundingRect().size() == form.help.size()
    told = [one for one in shell.findChildren(Bubble) if one.text() == form.help.text()]
    assert len(told) == (0 if below else 1)
    for one in told:
        assert one.visibleRegion().boundingRect().size() == one.size()
        assert not one.geometry().intersects(QRect(field.mapTo(shell, QPoint()), field.size()))
        assert shell.rect().contains(one.geometry())
    qtbot.keyClick(field, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: shell.findChildren(Bubble) == [])
    form.presenter.close()


@pytest.mark.parametrize("gap", ["　", " · "])
def test_hints_take_as_many_lines_as_they_need_and_none_is_broken(qtbot: QtBot, gap: str) -> None:
    told = gap.join(["↑↓ 换一条", "1 看过了", "2 不同项的都看过了", "Ctrl+Z 撤销"])
    hints = Hints()
    qtbot.addWidget(hints)
    heights = []
    for width in (900, 260, 130):
        hints.resize(width, 20)
        hints.setText(told)
        heights.append(hints.height())
        assert gap.join(hints.lines()) == told
        assert all(hints.fontMetrics().horizontalAdvance(one) <= width for one in hints.lines())
    assert heights == sorted(set(heights))
