"""Who is 应访, who is 应登记, who is labour force and what is missing: the rule as tables."""

from __future__ import annotations

from typing import Any

import pytest

from laborclerk.catalog.codes import code_list
from laborclerk.catalog.retirement import labour_rule
from laborclerk.features.census.due import (
    DEFAULT_REQUIRED_ALL,
    DEFAULT_REQUIRED_GROWN,
    RoundFacts,
    household_due,
    is_due,
    is_labour,
    missing_items,
)

ON = "2026-10-01"


def round_of(rule: str = "statutory-2024", required: tuple[str, ...] | None = None) -> RoundFacts:
    wanted = required or DEFAULT_REQUIRED_ALL + DEFAULT_REQUIRED_GROWN
    return RoundFacts(1, "2026年秋季摸底", ON, labour_rule(rule), wanted)


ROUND = round_of()

HOUSEHOLDS = (
    # (residence, reason it was taken out, 应访?)
    ("1", None, True, "registered and living here"),
    ("2", None, True, "人户分离: registered here, living elsewhere"),
    ("3", None, True, "整户外出: met through relatives"),
    ("4", None, True, "空挂户: met through the village"),
    ("5", None, True, "living here, not in the frame"),
    ("6", None, False, "moved out"),
    ("7", None, False, "merged into another"),
    ("8", None, False, "no such household"),
    ("9", None, False, "all dead"),
    (None, None, True, "not yet asked"),
    ("1", "6", False, "taken out of the register"),
)  # fmt: skip


@pytest.mark.parametrize(("residence", "deleted", "due", "why"), HOUSEHOLDS)
def test_household_due(residence: str | None, deleted: str | None, due: bool, why: str) -> None:
    assert household_due(residence, deleted) is due, why
    born = {"birth_date": "1980-01-01", "presence": "1"}
    assert is_due(born, {"residence": residence, "deleted": deleted}, ROUND) is due, why


def test_every_residence_has_its_line() -> None:
    assert {i.code for i in code_list("residence").items} <= {row[0] for row in HOUSEHOLDS}


PERSONS = (
    # (presence, since, birth date, 应登记?)
    ("1", None, "1980-01-01", True, "lives here"),
    ("2", "2020-01-01", "1980-01-01", True, "away for work"),
    ("3", None, "1980-01-01", True, "registered here, lives elsewhere"),
    ("4", None, "1980-01-01", True, "lives here, registered elsewhere: marked, met twice"),
    ("5", "2026-07-15", "2026-07-15", True, "born before the day"),
    ("5", ON, ON, True, "born on the day"),
    ("5", "2026-10-02", "2026-10-02", False, "born after the day"),
    ("1", None, "2026-10-02", False, "born after the day, whatever her state says"),
    ("6", None, "2008-01-01", True, "at school elsewhere"),
    ("7", None, "2005-01-01", True, "in the army"),
    ("8", None, "1980-01-01", True, "in prison"),
    ("9", "2015-01-01", "1980-01-01", True, "missing: nobody else reports him"),
    ("10", "2019-03-01", "1980-01-01", False, "settled abroad"),
    ("10", None, "1980-01-01", False, "settled abroad, day unknown"),
    ("10", "2026-10-02", "1980-01-01", True, "settled abroad after the day"),
    ("11", "2026-09-30", "1980-01-01", False, "died before the day"),
    ("11", ON, "1980-01-01", False, "died on the day"),
    ("11", "2026-10-02", "1980-01-01", True, "died after the day"),
    ("11", None, "1980-01-01", False, "dead, day unknown"),
    ("12", "2026-08-01", "1980-01-01", False, "moved out before the day"),
    ("12", "2026-11-01", "1980-01-01", True, "moved out after the day"),
    (None, None, "1980-01-01", True, "state not yet asked"),
    (None, None, None, True, "nothing known yet: must not be overlooked"),
)  # fmt: skip


@pytest.mark.parametrize(("presence", "since", "born", "due", "why"), PERSONS)
def test_person_due(
    presence: str | None, since: str | None, born: str | None, due: bool, why: str
) -> None:
    person = {"presence": presence, "presence_since": since, "birth_date": born}
    assert is_due(person, {"residence": "1"}, ROUND) is due, why
    assert not is_due(person, {"residence": "9"}, ROUND)
    assert not is_due(person | {"deleted": "3"}, {"residence": "1"}, ROUND)


def test_every_presence_has_its_line() -> None:
    assert {i.code for i in code_list("presence").items} <= {row[0] for row in PERSONS}


def test_empty_text_is_no_state() -> None:
    person = {"presence": "", "presence_since": "", "birth_date": "", "deleted": ""}
    assert is_due(person, {"residence": "", "deleted": ""}, ROUND)


# -- labour force ------------------------------------------------------------------------------

LABOUR = (
    # rule, sex, birth date, ability, in_school, counts
    ("statutory-2024", "1", "2010-10-01", "1", None, True),  # 16 today
    ("statutory-2024", "1", "2010-10-02", "1", None, False),  # 16 tomorrow
    ("statutory-2024", "1", "1980-01-01", "1", None, True),
    ("statutory-2024", "1", "1980-01-01", "2", None, True),
    ("statutory-2024", "1", "1980-01-01", "3", None, True),  # half
    ("statutory-2024", "1", "1980-01-01", "4", None, False),
    ("statutory-2024", "1", "1980-01-01", "5", None, False),
    ("statutory-2024", "1", "1980-01-01", None, None, True),  # unknown: asked, so counted
    ("statutory-2024", "2", "1980-01-01", "1", "20", True),  # students count under this rule
    ("statutory-2024", "1", "1966-05-02", "1", None, True),  # 60 years 5 months: tomorrow
    ("statutory-2024", "1", "1966-05-01", "1", None, False),  # today
    ("statutory-2024", "1", "1965-01-01", "1", None, False),
    ("16-60-55", "1", "1965-10-02", "1", None, True),  # 60, not yet 61
    ("16-60-55", "1", "1965-10-01", "1", None, False),  # 61 today
    ("16-60-55", "2", "1970-10-02", "1", None, True),  # 55
    ("16-60-55", "2", "1970-10-01", "1", None, False),
    ("16-60-55", "2", "1990-01-01", "1", "20", True),
    ("16-60-50", "2", "1975-10-02", "1", None, True),
    ("16-60-50", "2", "1975-10-01", "1", None, False),
    ("16-60-50", "2", "2005-01-01", "1", "20", False),  # students excluded
    ("16-60-50", "2", "2005-01-01", "1", "01", True),  # 学龄前 is no school
    ("16-up", "1", "1930-01-01", "1", None, True),
    ("16-up", "1", "2011-01-01", "1", None, False),
    ("16-60-55", None, "1990-01-01", "1", None, False),  # sex unknown: cannot be counted
    ("16-60-55", "1", None, "1", None, False),
)  # fmt: skip


@pytest.mark.parametrize(("rule", "sex", "born", "ability", "school", "counts"), LABOUR)
def test_labour_force(
    rule: str, sex: str | None, born: str | None, ability: str | None, school: str | None,
    counts: bool,
) -> None:  # fmt: skip
    person = {"sex": sex, "birth_date": born, "work_ability": ability, "in_school": school}
    assert is_labour(person, round_of(rule)) is counts


# -- items missing -----------------------------------------------------------------------------

COMPLETE: dict[str, Any] = {
    "relation": "02", "name": "周大", "id_type": "01", "id_number": "530627198005069970",
    "sex": "1", "birth_date": "1980-05-06", "ethnicity": "01", "education": "70", "health": "10",
    "work_ability": "1", "employment_status": "04", "work_scope": "4", "employer": "永康某厂",
    "industry": "C", "monthly_income": 5200, "channel": "13", "wants_to_go": False,
}  # fmt: skip
NOT_AT_WORK = {
    "employment_status": "02", "work_scope": None, "employer": None, "industry": None,
    "monthly_income": None, "channel": None,
}  # fmt: skip
CHILD = {"birth_date": "2015-01-01"} | dict.fromkeys(DEFAULT_REQUIRED_GROWN)

MISSING: tuple[tuple[dict[str, Any], list[str]], ...] = (
    ({}, []),
    ({"relation": None}, ["relation"]),
    ({"name": ""}, ["name"]),
    ({"employer": None, "channel": ""}, ["employer", "channel"]),
    ({"monthly_income": 0}, []),  # nothing earned is an answer
    ({"wants_to_go": None}, ["wants_to_go"]),
    ({"id_number": None}, ["id_number"]),
    ({"id_number": None, "id_type": "09"}, []),  # 尚无证件
    ({"id_number": None, "id_type": None}, ["id_type", "id_number"]),
    ({"education": None}, ["education"]),
    ({"education": None, "in_school": "20"}, []),  # either is an answer (B2 rule 04)
    (NOT_AT_WORK, []),  # a farmer has no employer
    ({"employment_status": None, **dict.fromkeys(NOT_AT_WORK)}, ["employment_status"]),
    (NOT_AT_WORK | {"work_ability": "5", "wants_to_go": None}, []),  # nobody asks him to go
    (NOT_AT_WORK | {"work_ability": None, "wants_to_go": None}, ["work_ability", "wants_to_go"]),
    (CHILD, []),
    (CHILD | {"ethnicity": None}, ["ethnicity"]),
    (CHILD | {"birth_date": "2010-10-02"}, []),  # 15
    (CHILD | {"birth_date": "2010-10-01"},
     ["education", "health", "work_ability", "employment_status", "wants_to_go"]),  # 16
    ({"birth_date": None}, ["birth_date"]),
    (CHILD | {"birth_date": None},
     ["birth_date", "education", "health", "work_ability", "employment_status", "wants_to_go"]),
    ({"presence": "11", "presence_since": "2026-09-01", "name": None}, []),  # not due
    ({"presence": "11", "presence_since": "2026-10-05", "education": None, "name": None},
     ["name"]),  # due, but gone: only who it was
)  # fmt: skip


@pytest.mark.parametrize(("changes", "missing"), MISSING)
def test_missing_items(changes: dict[str, Any], missing: list[str]) -> None:
    assert missing_items(COMPLETE | changes, {"residence": "1"}, ROUND) == missing


def test_nobody_of_a_household_that_is_no_more_lacks_anything() -> None:
    assert missing_items({"birth_date": None}, {"residence": "8"}, ROUND) == []


def test_the_round_may_ask_for_other_items() -> None:
    some = round_of(required=("phone", "skill", "presence_since"))
    person = {"birth_date": "1980-01-01", "presence": "1"}
    assert missing_items(person, {}, some) == ["phone", "skill"]
    assert missing_items(person | {"phone": "15400000000"}, {}, some) == ["skill"]
