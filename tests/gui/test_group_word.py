"""A station that says 社 says it on its screens: no 组 where a group is meant."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from laborclerk.features.census.exports import export_census
from laborclerk.features.census.imports import import_census
from laborclerk.features.coverage.gaps import GapKind
from laborclerk.features.coverage.signoff import can_sign
from laborclerk.features.registry.places import WORD, PlaceTree, add_group
from laborclerk.kernel.errors import Rejected
from laborclerk.sheets.reader import read_sheet
from laborclerk.store.store import Store
from laborclerk.ui.kit.table import Table
from laborclerk.ui.navigation import SCREENS
from laborclerk.ui.screens.coverage.view import HomeScreen
from laborclerk.ui.screens.frame.view import FrameScreen
from laborclerk.ui.screens.groups.view import GroupsScreen
from laborclerk.ui.screens.households.view import HouseholdsScreen
from laborclerk.ui.screens.papers.view import PapersScreen
from laborclerk.ui.screens.places.view import PlacesScreen
from laborclerk.ui.screens.settings.presenter import SettingsPresenter
from laborclerk.ui.shell import Shell
from laborclerk.ui.station import Station
from tests.unit.ui.stations import VILLAGE, Screen, add_household, opened


@pytest.fixture
def store(store: Store) -> Store:
    add_household(store, "0001", "周大海")
    add_group(store, VILLAGE, "2社")
    return store


@pytest.fixture
def station(store: Store, tmp_path: Path) -> Station:
    """Set on the settings screen while the window is open."""
    made = opened(store)
    SettingsPresenter(made, Screen(), list, look_folder=tmp_path).set_word("社")
    return made


def test_the_home_screen(qtbot: QtBot, station: Station) -> None:
    home = HomeScreen(station, lambda *_: None)
    qtbot.addWidget(home)
    home.presenter.load()
    assert [b.text().split()[0] for b in home.six][2] == "漏社"
    assert "展开社" in home.hint.text()
    home.presenter.show(VILLAGE, GapKind.GROUP)
    assert "漏社" in home.list_title.text()


def test_the_signing_of_a_village(station: Station) -> None:
    round_ = station.round
    assert round_ is not None
    with station.store.read() as session:
        said = "".join(p.text for p in can_sign(session, round_.id, VILLAGE))
        assert PlaceTree.load(session).name(VILLAGE + 9) == "9社"
    assert "有1个社没有一户访问:2社" in said


def test_groups_and_papers(qtbot: QtBot, station: Station) -> None:
    groups = GroupsScreen(station)
    qtbot.addWidget(groups)
    groups.presenter.load()
    head = groups.table.model().headerData(1, Qt.Orientation.Horizontal)
    assert head == "社"
    papers = PapersScreen(station)
    qtbot.addWidget(papers)
    papers.presenter.select("coverage")
    assert "社" in papers.told.text()
    assert station.store.setting(WORD) == "社"


def test_lists_and_the_navigation(qtbot: QtBot, station: Station) -> None:
    for screen in (
        HomeScreen(station, lambda *_: None),
        HouseholdsScreen(station, lambda *_: None, lambda *_: None),
        FrameScreen(station, lambda *_: None, lambda *_: None),
    ):
        qtbot.addWidget(screen)
        screen.presenter.load()
        getattr(screen, "list_changed", lambda: None)()
        tables = screen.findChildren(Table)
        heads = {table.rows.columns[0].title for table in tables}
        assert "村社" in heads
        assert "村组" not in heads
    places = PlacesScreen(station)
    qtbot.addWidget(places)
    places.presenter.load()
    assert places.title.text() == "村社"
    assert "改社长" in places.hints.text()
    papers = PapersScreen(station)
    qtbot.addWidget(papers)
    papers.presenter.select("collection")
    titles = [papers.list.rows.cell(n, 0).text for n in range(papers.list.rows.rowCount())]
    assert "社长采集名单" in titles


def test_the_entry_of_the_navigation_changes_with_the_setting(
    qtbot: QtBot, store: Store, tmp_path: Path
) -> None:
    station = opened(store)
    shell = Shell(station, [p for p in SCREENS if p.key in ("home", "places")])
    qtbot.addWidget(shell)
    assert shell.navigation.item(1).text() == "村组"
    SettingsPresenter(station, Screen(), list, look_folder=tmp_path).set_word("社")
    assert shell.navigation.item(1).text() == "村社"


def test_what_imports_and_refusals_say(store: Store, tmp_path: Path) -> None:
    store.set_setting(WORD, "社")
    sheet = tmp_path / "人员.csv"
    sheet.write_text(
        "村,社,户编号,户主姓名,姓名,与户主关系\n油榨街社区,7社,0007,李大,李大,户主\n", "utf-8"
    )
    trial = import_census(store, sheet, dry_run=True)
    assert "将新设1个社:油榨街社区 7社" in [p.text for p in trial.problems]
    with pytest.raises(Rejected, match="不能在其下设社"):
        add_group(store, VILLAGE + 1, "2")
    out = tmp_path / "导出.xlsx"
    export_census(store, out)
    assert "社" in read_sheet(out).rows[0]
