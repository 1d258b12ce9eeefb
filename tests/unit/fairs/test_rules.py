"""A fair after the lantern festival comes too late; its told and listed numbers both stand."""

from __future__ import annotations

from typing import Any

import pytest

from laborclerk.features.fairs.rules import Step, check_fair, is_late, rate

FAIR: dict[str, Any] = {"name": "春风行动", "date": "2017-02-10", "venue_place": 621102000000000}


@pytest.mark.parametrize(
    ("date", "late"),
    [
        ("2017-02-28", True),  # 二月初三, the fair of 004-07
        ("2017-02-11", False),  # 正月十五 itself
        ("2017-02-12", True),
        ("2026-03-03", False),
        ("2026-03-04", True),
        ("2026-01-20", False),  # before the new year
        ("2026-10-20", False),  # the next wave
        ("2023-03-22", True),  # 闰二月初一
        ("1980-01-01", False),  # outside the table
    ],
)
def test_a_date_after_the_lantern_festival_is_late(date: str, late: bool) -> None:
    assert is_late(date) is late


def test_the_warning_says_the_lunar_day_and_goes_with_a_reason() -> None:
    found = check_fair(FAIR | {"date": "2017-02-28"})
    assert [p.code for p in found] == ["fair_late"]
    assert "农历二月初三" in found[0].text
    assert "2017-02-11" in found[0].text
    assert check_fair(FAIR | {"date": "2017-02-28", "reason": "企业开工晚"}) == []
    assert check_fair(FAIR) == []


def test_a_fair_needs_a_name_a_day_and_a_place() -> None:
    assert [p.where.field for p in check_fair({})] == ["name", "date", "venue_place"]
    assert [p.code for p in check_fair(FAIR | {"ends": "2017-02-01"})] == ["fair_ends"]


def test_the_rates_of_the_source_hold() -> None:
    assert rate(1568, 8470) == 185  # 18.5 %
    assert rate(89, 1568) == 57  # 5.7 %
    assert rate(1, 0) is None


def test_told_and_listed_both_stand() -> None:
    assert Step("visits", "入场", "人次", 5000, 0).problem is None
    step = Step("intents", "意向", "人", 1568, 1500)
    assert step.count == 1568
    assert step.problem is not None
    assert step.problem.text.startswith("意向:上报1,568,名单上1,500,相差68")
    assert Step("intents", "意向", "人", None, 1500).count == 1500
