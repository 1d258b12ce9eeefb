"""A station that says 社 says it on its screens: no 组 where a group is meant."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from laborclerk.features.coverage.gaps import GapKind
from laborclerk.features.coverage.signoff import can_sign
from laborclerk.features.registry.places import WORD, PlaceTree, add_group
from laborclerk.store.store import Store
from laborclerk.ui.screens.coverage.view import HomeScreen
from laborclerk.ui.screens.groups.view import GroupsScreen
from laborclerk.ui.screens.papers.view import PapersScreen
from laborclerk.ui.screens.settings.presenter import SettingsPresenter
from laborclerk.ui.station import Station
from tests.unit.ui.stations import VILLAGE, Screen, add_household, opened, township


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = township(tmp_path / "station")
    add_household(made, "0001", "周大海")
    add_group(made, VILLAGE, "2社")
    yield made
    made.close()


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
