"""Choosing a station's place: typing narrows, codes and names jump, nothing is asked twice."""

from __future__ import annotations

import pytest

from laborclerk.catalog.division_codes import DivisionRow, Level, level_of, parent_of
from laborclerk.catalog.divisions import national
from laborclerk.ui.screens.setup.divisions import FileDivisions
from laborclerk.ui.screens.setup.places import NO_COUNTIES, NOTHING, PlaceChoice

WUFENG, ZHENXIONG = "530627001000", "530627000000"


def typed(choice: PlaceChoice, *texts: str) -> int:
    """Each text in the column where the cursor is, Enter after it → the column at the end."""
    at = 0
    for text in texts:
        choice.type(at, text)
        at = choice.enter(at)
    return at


@pytest.mark.parametrize(
    "texts",
    [
        ("云南", "昭通", "镇雄", "乌峰"),
        ("yn", "zt", "zx", "wf"),
        ("yunnan", "zhaotong", "zhenxiong", "wufeng"),
        ("yunn", "zhaotongshi", "zhenx", "wufengjiedao"),
        ("53", "5306", "530627", "530627001"),
        ("530627001",),
        ("530627001000",),
        ("镇雄", "wfjd"),
        ("云南省昭通市镇雄县", "乌峰街道"),
    ],
)
def test_a_township_is_chosen_by_names_initials_or_code(texts: tuple[str, ...]) -> None:
    choice = PlaceChoice(national())
    typed(choice, *texts)
    assert choice.chosen == WUFENG
    assert choice.name() == "云南省昭通市镇雄县乌峰街道"
    assert choice.counts() == (0, len(national().villages(WUFENG)))


def test_a_township_typed_in_whole_pinyin_is_the_first_of_its_column() -> None:
    choice = PlaceChoice(national())
    typed(choice, "镇雄")
    choice.type(3, "pojizhen")
    assert [line.name for line in choice.columns[3].shown] == ["泼机镇"]


def test_enter_goes_through_the_columns_and_out_at_the_last() -> None:
    choice = PlaceChoice(national())
    ways = []
    for at, text in enumerate(("yn", "zt", "zx", "wf")):
        choice.type(at, text)
        ways.append(choice.enter(at))
    assert ways == [1, 2, 3, 4]
    assert choice.enter(0) == 1  # with all chosen it goes to the next column, not out


def test_what_was_jumped_to_is_seen_before_the_next_enter() -> None:
    choice = PlaceChoice(national())
    assert typed(choice, "530627001") == 3
    assert [c.chosen[:6] for c in choice.columns] == ["530000", "530600", "530627", "530627"]
    assert choice.enter(3) == 4


def test_a_name_that_fits_twice_offers_both_with_their_whole_names() -> None:
    choice = PlaceChoice(national())
    choice.type(0, "朝阳区")
    assert [o.name for o in choice.columns[0].shown] == ["北京市朝阳区", "吉林省长春市朝阳区"]


def test_what_stands_alone_is_chosen_by_itself() -> None:
    choice = PlaceChoice(national())
    choice.type(0, "bj")
    assert choice.enter(0) == 2
    assert choice.columns[1].chosen == "110100000000"
    assert choice.back(2) == 0


def test_a_city_without_counties_shows_its_townships_at_once() -> None:
    choice = PlaceChoice(national())
    assert typed(choice, "gds", "dg") == 3
    assert choice.columns[2].note == NO_COUNTIES
    choice.for_level(Level.COUNTY)
    assert (choice.columns[2].note, choice.chosen) == (NO_COUNTIES, "")


def test_a_province_without_lower_divisions_says_so() -> None:
    choice = PlaceChoice(national())
    assert typed(choice, "台湾") == 0
    assert choice.columns[1].note == NOTHING


def test_another_choice_to_the_left_empties_what_stood_to_the_right() -> None:
    choice = PlaceChoice(national())
    typed(choice, "yn", "zt", "zx", "wf")
    choice.choose(1, "530100000000")
    assert [c.chosen for c in choice.columns[2:]] == ["", ""]
    assert choice.columns[3].lines == ()


def test_a_choice_that_no_longer_fits_what_is_typed_is_not_kept() -> None:
    choice = PlaceChoice(national())
    typed(choice, "yn", "zt", "zx")
    choice.type(3, "wf")
    assert choice.chosen == WUFENG
    choice.type(3, "wfxyz")
    assert (choice.chosen, list(choice.columns[3].shown)) == ("", [])
    choice.type(0, "zhenxiong")
    assert [c.chosen for c in choice.columns] == ["", "", "", ""]
    assert choice.columns[1].lines == ()


def test_a_county_station_asks_three_columns_and_counts_its_townships() -> None:
    choice = PlaceChoice(national(), Level.COUNTY)
    assert typed(choice, "yn", "zt", "zx") == 3
    assert (choice.chosen, choice.counts()[0]) == (ZHENXIONG, 30)
    choice.for_level(Level.TOWNSHIP)
    assert choice.chosen == ""
    assert len(choice.columns[3].lines) == 30


def test_a_file_of_one_county_leaves_only_the_township_to_choose() -> None:
    names = {"530627001001": "油榨街社区", "530627901001": "新村", "530627901000": "新设镇"}
    rows = [DivisionRow(c, n, level_of(c), parent_of(c)) for c, n in names.items()]
    choice = PlaceChoice(FileDivisions(rows, national()))
    assert [c.chosen for c in choice.columns[:3]] == [
        "530000000000", "530600000000", ZHENXIONG,
    ]  # fmt: skip
    assert [o.name for o in choice.columns[3].lines] == ["乌峰街道", "新设镇"]
    assert typed(choice, "新设镇") == 3
    assert (choice.chosen, choice.counts()) == ("530627901000", (0, 1))
