"""The checks of a work spell: a case each stops and the nearest one it lets pass, with its source;
and the trap of units: month and year, yuan and 万元."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laborclerk.features.work.rules import (
    DAY,
    HOUR,
    MONTH,
    WAN_MONTH,
    WAN_YEAR,
    YEAR,
    SpellCheck,
    check_spell,
    derived,
    fitting_units,
    income_doubt,
    monthly,
    organised_channel,
)

ON = "2026-11-20"
HOME = "530627"
SPELL: dict[str, Any] = {
    "place": "350100000000", "scope": "4", "employer_name": "福州某厂", "trade": "6-18",
    "industry": "C", "start": "2026-03-01", "income": 5200, "channel": "1", "organised": True,
    "point_to_point": True,
}  # fmt: skip
PERSON: dict[str, Any] = {"birth_date": "1990-05-06", "work_ability": "1", "presence": "2"}
OTHER: dict[str, Any] = {"place": "440300000000", "start": "2025-02-01", "end": "2026-02-10"}
C = SpellCheck


def found(
    spell: dict[str, Any], person: dict[str, Any] | None = None, other: dict[str, Any] | None = None
) -> set[Any]:
    problems = check_spell(
        {**SPELL, **spell}, {**PERSON, **(person or {})}, [{**OTHER, **(other or {})}], ON, HOME
    )
    return {p.message for p in problems}


def test_a_whole_spell_has_no_problem() -> None:
    assert found({}) == set()


# spell that is stopped, what is said, spell that passes, source
CASES: list[tuple[dict[str, Any], C, dict[str, Any], str]] = [
    ({"place": None, "scope": None}, C.SPELL_NO_PLACE, {"scope": None}, "V2 13: months, no place"),
    ({"start": None}, C.SPELL_NO_START, {"start": ON}, "V2 13, V4 55: place, no months"),
    ({"income": None}, C.SPELL_NO_INCOME, {"income": 300}, "V3 5_01_007; V4 53"),
    ({"employer_name": ""}, C.SPELL_NEEDS, {"employer_name": "零工"}, "V3 5_12_006; V4 56"),
    ({"industry": None}, C.SPELL_NEEDS, {"industry": "F"}, "V3 5_12_006"),
    ({"channel": None}, C.SPELL_NEEDS, {}, "V3 5_12_006"),
    ({"point_to_point": None}, C.SPELL_NEEDS, {"point_to_point": False}, "V3 5_01_007"),
    ({"end": "2026-02-28", "return_reason": "3"}, C.SPELL_ENDS_EARLY,
     {"end": "2026-03-01", "return_reason": "3"}, "B2 务工起止时间"),
    ({"start": "2026-11-21"}, C.SPELL_STARTS_LATE, {"start": ON}, "B2 务工起止时间"),
    ({"end": "2026-12-01", "return_reason": "3"}, C.SPELL_ENDS_LATE,
     {"end": ON, "return_reason": "3"}, "B2 务工起止时间"),
    ({"months": 10}, C.SPELL_MONTHS, {"months": 9}, "V4 44: months that fit"),
    ({"end": ON}, C.SPELL_END_REASON, {"end": ON, "return_reason": "1"}, "B2 返乡原因"),
    ({"return_reason": "1"}, C.SPELL_REASON_NO_END, {}, "B2 返乡时间"),
    ({"income": 52_000}, C.SPELL_INCOME_ODD, {"income": 50_000}, "B2 unit trap"),
    ({"income": 5}, C.SPELL_INCOME_ODD, {"income": 300}, "B2 unit trap"),
    ({"income": None, "income_told": 4_0000, "income_unit": MONTH}, C.SPELL_INCOME_ODD,
     {"income": 3333, "income_told": 4_0000, "income_unit": WAN_YEAR}, "B2 unit trap"),
    ({"organised": False}, C.SPELL_ORGANISED, {"organised": True}, "X-02"),
    ({"channel": "2", "organised": True, "point_to_point": False}, C.SPELL_ORGANISED,
     {"channel": "2", "organised": False, "point_to_point": False}, "X-02"),
    ({"channel": "13", "organised": False}, C.SPELL_POINT,
     {"channel": "13", "organised": False, "point_to_point": False}, "X-02"),
    ({"scope": "3"}, C.SPELL_SCOPE, {"scope": "4"}, "B1"),
    ({"place": "530627000000", "scope": "4"}, C.SPELL_SCOPE,
     {"place": "530627000000", "scope": "1"}, "B1"),
    ({"place": "999KAZ", "scope": "4"}, C.SPELL_SCOPE, {"place": "999KAZ", "scope": "5"}, "002-13"),
    ({"start": "2026-02-01"}, C.SPELL_OVERLAPS, {"start": "2026-02-11"}, "B2 one job at a time"),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "message", "right", "source"), CASES)
def test_check(wrong: dict[str, Any], message: C, right: dict[str, Any], source: str) -> None:
    assert message in found(wrong), source
    assert message not in found(right), source


PEOPLE: list[tuple[dict[str, Any], C, dict[str, Any], str]] = [
    ({"work_ability": "4"}, C.SPELL_UNABLE, {"work_ability": "3"}, "V3 2_01_015; V4 58"),
    ({"work_ability": "5"}, C.SPELL_UNABLE, {"work_ability": None}, "V3 2_01_015; V4 58"),
    ({"in_school": "09"}, C.SPELL_PUPIL, {"in_school": None}, "V3 4_12_002"),
    ({"birth_date": "2010-03-02"}, C.SPELL_CHILD, {"birth_date": "2010-03-01"}, "order 364"),
    ({"presence": "11"}, C.SPELL_GONE, {"presence": "1"}, "001-17: the living person"),
]


@pytest.mark.parametrize(("wrong", "message", "right", "source"), PEOPLE)
def test_check_of_the_person(
    wrong: dict[str, Any], message: C, right: dict[str, Any], source: str
) -> None:
    assert message in found({}, wrong), source
    assert message not in found({}, right), source


def test_who_came_back_is_not_asked_for_more_than_income_and_firm() -> None:
    ended = {"end": "2026-10-01", "return_reason": "4", "channel": None, "industry": None,
             "point_to_point": None, "organised": None}  # fmt: skip
    assert found(ended) == set()
    assert found({**ended, "employer_name": None}) == {C.SPELL_NEEDS}


# told (in the unit), unit, months worked, yuan a month
INCOMES = [
    ("5200", MONTH, None, 5200),
    ("4.5", WAN_YEAR, None, 3750),
    ("4.5", WAN_YEAR, 9, 5000),  # nine months' work
    ("45000", YEAR, None, 3750),
    ("200", DAY, None, 4350),  # 21.75 days a month, 劳社部发〔2008〕3号
    ("25", HOUR, None, 4350),
    ("0.52", WAN_MONTH, None, 5200),
    ("0.3916", WAN_YEAR, None, 326),  # 002-01: 3,916 yuan a year
]


@pytest.mark.parametrize(("told", "unit", "months", "yuan"), INCOMES)
def test_income_a_month(told: str, unit: str, months: int | None, yuan: int) -> None:
    assert monthly(round(float(told) * 10_000), unit, months) == yuan


@pytest.mark.parametrize(
    ("told", "unit", "like"),
    [
        ("4.5", MONTH, "万元/年或"),  # yearly 万元 in a column of monthly yuan
        ("45000", WAN_YEAR, "元/月或元/年"),
        ("0.5", MONTH, "万元/年或万元/月"),
        ("4500", WAN_MONTH, "元/月或元/年"),
    ],
)
def test_a_wrong_unit_is_named_with_the_units_that_would_fit(
    told: str, unit: str, like: str
) -> None:
    doubt = income_doubt(round(float(told) * 10_000), unit)
    assert doubt is not None
    assert like in doubt.text, doubt.text


@given(st.integers(1, 20_000_000), st.sampled_from([MONTH, WAN_YEAR, YEAR, DAY, HOUR, WAN_MONTH]))
def test_an_income_is_doubted_exactly_when_its_own_unit_does_not_fit(told: int, unit: str) -> None:
    assert (income_doubt(told, unit) is None) == (unit in fitting_units(told))


def test_what_a_clerk_left_empty_follows_from_the_rest() -> None:
    spell: dict[str, Any] = {
        "place": "350100000000", "industry": "47", "channel": "12", "income_told": 6_0000,
        "income_unit": WAN_YEAR, "months": 10,
    }  # fmt: skip
    assert derived(spell, HOME) == {
        "scope": "4", "sector": "2", "organised": True, "income": 6000,
    }  # fmt: skip
    assert derived({**spell, "scope": "5", "organised": False, "income": 1}, HOME) == {
        "sector": "2"
    }


def test_every_channel_is_organised_or_not() -> None:
    assert all(map(organised_channel, ("1", "3", "12")))
    assert organised_channel("2") is False
    assert organised_channel("9") is False
    assert organised_channel(None) is None
