"""A small township, its household form and the screen it speaks to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from laborclerk.app import create_station
from laborclerk.features.census.rounds import new_round
from laborclerk.features.registry.places import PlaceRow, add_group, load_places
from laborclerk.store.store import Store
from laborclerk.sync.ledger import TOWNSHIP, set_station
from laborclerk.ui.jobs import InlineRunner
from laborclerk.ui.screens.census.presenter import CensusPresenter
from laborclerk.ui.station import Station, look
from tests.unit.ui.census.forms import VILLAGE, Screen


@pytest.fixture
def store(tmp_path: Path) -> Any:
    made, _code = create_station(tmp_path / "station", "王录入", "secret-1", scrypt_n=2)
    set_station(made, TOWNSHIP, "530627001000", "乌峰街道")
    rows = [
        PlaceRow("530627001000", "乌峰街道"),
        PlaceRow("530627001001", "油榨街社区居民委员会"),
    ]
    load_places(made, rows)
    add_group(made, VILLAGE, "1组")
    new_round(made, {"name": "2026年秋季摸底", "starts": "2026-11-01"})
    yield made
    made.close()


@pytest.fixture
def station(store: Store) -> Station:
    tree, round_ = look(store)
    return Station(store, InlineRunner(), tree, round_)


@pytest.fixture
def screen() -> Screen:
    return Screen()


@pytest.fixture
def presenter(station: Station, screen: Screen) -> CensusPresenter:
    return CensusPresenter(station, screen, lambda: None)
