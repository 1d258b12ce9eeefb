"""The household list without a window: the places one can choose from."""

from __future__ import annotations

from pathlib import Path

import pytest

from laborclerk.features.census.rounds import need_round
from laborclerk.features.coverage.register import households
from laborclerk.features.registry.places import add_group
from laborclerk.ui.places import TypedPlaces
from laborclerk.ui.screens.households.presenter import HouseholdsPresenter
from tests.small import add_household
from tests.unit.ui.stations import VILLAGE, county, opened, township

TOWNSHIP = [
    (0, "乌峰街道"), (1, "油榨街社区"), (2, "1组"), (1, "上街村"),
]  # fmt: skip
COUNTY = [
    (0, "镇雄县"), (1, "乌峰街道"), (2, "油榨街社区"), (3, "1组"), (2, "上街村"),
    (1, "泼机镇"), (2, "泼机村"), (3, "1组"),
]  # fmt: skip
PLACES = {"township": TOWNSHIP, "county": COUNTY}


class View:
    def places_changed(self) -> None: ...

    def lines_changed(self) -> None: ...


@pytest.mark.parametrize("level", PLACES)
def test_a_county_lists_villages_under_their_townships(tmp_path: Path, level: str) -> None:
    store = (county if level == "county" else township)(tmp_path / level)
    if level == "county":
        add_group(store, VILLAGE, "1组")
        add_group(store, 530627101200000, "1组")
    made = HouseholdsPresenter(opened(store), View(), lambda *_: None, lambda _: None)
    assert [(depth, name) for depth, _, name in made.places()] == PLACES[level]
    store.close()


@pytest.mark.parametrize(
    ("level", "remarks"),
    [
        ("township", ["530627001001", "530627001002"]),
        ("county", ["乌峰街道", "乌峰街道", "泼机镇"]),
    ],
)
def test_what_tells_villages_of_one_name_apart(
    tmp_path: Path, level: str, remarks: list[str]
) -> None:
    store = (county if level == "county" else township)(tmp_path / level)
    offered = TypedPlaces(opened(store).tree).search("")
    assert [choice.remark for choice in offered] == remarks
    store.close()


@pytest.mark.parametrize(
    ("top", "where"),
    [(530627000000000, "乌峰街道 油榨街社区 1组"), (530627001000000, "油榨街社区 1组")],
)
def test_a_list_of_a_county_names_the_township(tmp_path: Path, top: int, where: str) -> None:
    store = county(tmp_path / "county")
    group = add_group(store, VILLAGE, "1组")
    add_household(store, {"name": "周甲"}, place=group)
    with store.read() as session:
        (line,) = households(session, need_round(session).id, top)
    assert line.where == where
    store.close()
