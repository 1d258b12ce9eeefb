"""The lunar calendar: days that are known from elsewhere."""

from datetime import date, timedelta

import pytest

from laborclerk.catalog.lunar import FIRST_YEAR, lantern_day, lunar_day


@pytest.mark.parametrize(
    ("day", "text"),
    [
        ("2017-02-28", "二月初三"),  # the fair of 004-07
        ("2017-02-11", "正月十五"),
        ("2026-03-03", "正月十五"),
        ("2026-02-17", "正月初一"),
        ("2025-01-28", "腊月廿九"),
        ("2025-07-25", "闰六月初一"),
        ("2023-03-22", "闰二月初一"),
        ("2033-12-22", "闰冬月初一"),
        ("2060-01-01", "冬月廿八"),
    ],
)
def test_a_day_has_its_lunar_name(day: str, text: str) -> None:
    found = lunar_day(day)
    assert found is not None
    assert found.text == text


def test_the_lantern_festival_is_found_by_year() -> None:
    assert [lantern_day(year) for year in (2017, 2026, 1989, 2060)] == [
        "2017-02-11", "2026-03-03", "", "",
    ]  # fmt: skip


def test_every_day_follows_the_one_before() -> None:
    day, before = date(FIRST_YEAR, 1, 27), None
    while day < date(2060, 2, 2):
        found = lunar_day(day.isoformat())
        assert found is not None, day
        if before is not None and found.day != 1:
            assert found == before._replace(day=before.day + 1)
        elif before is not None:
            assert before.day in (29, 30)
        before = found
        day += timedelta(1)
    assert lunar_day("1990-01-26") is None
    assert lunar_day("2060-02-02") is None
