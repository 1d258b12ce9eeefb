"""The screens of the main window: one explicit list, in the order of the navigation.

The screens do not know each other; what one needs of another it gets from the shell as a function.
Each is imported when it is built, in the window's thread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from laborclerk.store.store import Store
    from laborclerk.ui.shell import Shell


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the navigation; the screen is built when it is first gone to."""

    key: str
    title: str  # {word} is what the station calls a group
    build: Callable[[Shell, QWidget], QWidget]  # in the room it is shown in
    county_title: str = ""  # where a county station calls it otherwise
    count: Callable[[Store], int] | None = None  # how much waits there, read in the worker


def _home(shell: Shell, room: QWidget) -> QWidget:
    from laborclerk.ui.screens.coverage.view import HomeScreen

    screen = HomeScreen(shell.station, shell.open_household, parent=room)
    screen.said.connect(shell.say)
    return screen


def _households(shell: Shell, room: QWidget) -> QWidget:
    from laborclerk.ui.screens.households.view import HouseholdsScreen

    return HouseholdsScreen(shell.station, shell.open_household, shell.new_household, room)


def _places(shell: Shell, room: QWidget) -> QWidget:
    from laborclerk.ui.screens.places.view import PlacesScreen

    return PlacesScreen(shell.station, room)


def _frame(shell: Shell, room: QWidget) -> QWidget:
    from laborclerk.ui.screens.frame.view import FrameScreen

    return FrameScreen(
        shell.station, shell.open_household, lambda: shell.import_sheet("frame"), room
    )


def _groups(shell: Shell, room: QWidget) -> QWidget:
    from laborclerk.ui.screens.groups.view import GroupsScreen

    return GroupsScreen(shell.station, room)


def _work(shell: Shell, room: QWidget) -> QWidget:
    from laborclerk.ui.screens.work.view import WorkScreen

    return WorkScreen(shell.station, shell.open_household, room)


def _demand(shell: Shell, room: QWidget) -> QWidget:
    from laborclerk.ui.screens.demand.view import DemandScreen

    return DemandScreen(shell.station, shell.open_household, shell.new_batch, room)


def _fairs(shell: Shell, room: QWidget) -> QWidget:
    from laborclerk.ui.screens.fairs.view import FairsScreen

    return FairsScreen(shell.station, room)


def _dispatch(shell: Shell, room: QWidget) -> QWidget:
    from laborclerk.ui.screens.dispatch.view import DispatchScreen

    return DispatchScreen(shell.station, shell.open_household, shell.print_batch, room)


def _handbook(shell: Shell, room: QWidget) -> QWidget:
    from laborclerk.ui.screens.handbook.view import HandbookScreen

    return HandbookScreen(shell.station, room)


def _sheets(shell: Shell, room: QWidget) -> QWidget:
    from laborclerk.ui.screens.sheets.view import SheetsScreen

    return SheetsScreen(shell.station, room)


def _papers(shell: Shell, room: QWidget) -> QWidget:
    from laborclerk.ui.screens.papers.view import PapersScreen

    return PapersScreen(shell.station, room)


def _exchange(shell: Shell, room: QWidget) -> QWidget:
    from laborclerk.ui.screens.exchange.view import exchange_screen

    return exchange_screen(shell.station, shell.open_household, room)


def _conflicts(shell: Shell, room: QWidget) -> QWidget:
    from laborclerk.ui.screens.conflicts.view import ConflictsScreen

    return ConflictsScreen(shell.station, shell.open_household, room)


def _open_conflicts(store: Store) -> int:
    from laborclerk.features.exchange import conflicts, findings

    return conflicts.count(store) + findings.count(store)


def _duplicates(shell: Shell, room: QWidget) -> QWidget:
    from laborclerk.ui.screens.duplicates.view import DuplicatesScreen

    return DuplicatesScreen(shell.station, shell.open_household, room)


def _reports(shell: Shell, room: QWidget) -> QWidget:
    from laborclerk.ui.screens.reports.view import ReportsScreen

    return ReportsScreen(shell.station, shell.open_household, room)


def _settings(shell: Shell, room: QWidget) -> QWidget:
    from laborclerk.ui.screens.settings.view import SettingsScreen

    return SettingsScreen(shell.station, shell.restore, parent=room)


def _help(shell: Shell, room: QWidget) -> QWidget:
    from laborclerk.ui.screens.help.view import HelpScreen

    return HelpScreen(shell.station.runner, room)


SCREENS: tuple[Place, ...] = (
    Place("home", "首页", _home),
    Place("households", "入户", _households),
    Place("places", "村{word}", _places),
    Place("frame", "底册", _frame),
    Place("groups", "纸表月报", _groups),
    Place("sheets", "导入导出", _sheets),
    Place("papers", "打印", _papers),
    Place("exchange", "上报", _exchange, "接收上报"),
    Place("conflicts", "冲突", _conflicts, count=_open_conflicts),
    Place("duplicates", "疑似重复", _duplicates),
    Place("work", "务工台账", _work),
    Place("demand", "用工需求", _demand),
    Place("fairs", "招聘会", _fairs),
    Place("dispatch", "派遣", _dispatch),
    Place("handbook", "手册发放", _handbook),
    Place("reports", "报表", _reports),
    Place("settings", "设置", _settings),
    Place("help", "帮助", _help),
)
