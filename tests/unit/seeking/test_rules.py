"""Where a registration stands, and its checks: a case each stops and the nearest one it lets pass.

B5; 002-26; 禁止使用童工规定 (order 364, article 2).
"""

from __future__ import annotations

from typing import Any

import pytest

from laborclerk.features.seeking.parameters import validities
from laborclerk.features.seeking.rules import (
    SeekingCheck,
    State,
    Validity,
    check_seeking,
    state_on,
    validity_on,
)
from laborclerk.kernel.errors import Severity

TODAY = "2026-11-20"
HALF_YEAR = Validity("2000-01-01", 6, 15, "")
GOOD: dict[str, Any] = {
    "registered": "2026-11-01", "valid_until": "2027-05-01", "wanted_jobs": "6-18",
    "wanted_place": "350100000000", "expected_income": 6000,
}  # fmt: skip
GROWN = {"birth_date": "1990-01-01", "work_ability": "1"}
C = SeekingCheck


def codes(facts: dict[str, Any], person: dict[str, Any] | None = None) -> set[str]:
    return {p.code for p in check_seeking(GOOD | facts, person or GROWN, TODAY, HALF_YEAR)}


def test_a_good_registration_says_nothing() -> None:
    assert codes({}) == set()


CASES: list[tuple[dict[str, Any], dict[str, Any], SeekingCheck, Severity]] = [
    ({"registered": None}, {"registered": "2026-11-20", "valid_until": "2027-05-20"},
     C.SEEKING_NO_DAY, Severity.BLOCK),
    ({"registered": "2026-11-21"}, {"registered": "2026-11-20"},
     C.SEEKING_LATE_DAY, Severity.BLOCK),
    ({"valid_until": None}, {}, C.SEEKING_NO_UNTIL, Severity.BLOCK),
    ({"valid_until": "2026-10-31"}, {"valid_until": "2026-11-20"},
     C.SEEKING_UNTIL_EARLY, Severity.BLOCK),
    ({"valid_until": "2027-05-02"}, {"valid_until": "2027-05-01"},
     C.SEEKING_UNTIL_LATE, Severity.WARN),
    ({"valid_until": "2026-11-19"}, {"valid_until": "2026-11-20"}, C.SEEKING_OVER, Severity.WARN),
    ({"wanted_jobs": None}, {"wanted_jobs": None, "wanted_post": "二保焊"},
     C.SEEKING_NO_JOB, Severity.WARN),
    ({"third_place": "440000000000"},
     {"second_place": "330000000000", "third_place": "440000000000"},
     C.SEEKING_PLACE_GAP, Severity.WARN),
    ({"expected_income": 6}, {"expected_income": 600}, C.SEEKING_INCOME, Severity.WARN),
    ({"wanted_training": "7", "wants_training": False},
     {"wanted_training": "7", "wants_training": True}, C.SEEKING_TRAINING, Severity.WARN),
    ({"closed": "2026-11-10"}, {"closed": "2026-11-10", "close_reason": "2"},
     C.SEEKING_END_REASON, Severity.BLOCK),
    ({"close_reason": "2"}, {}, C.SEEKING_REASON_NO_END, Severity.BLOCK),
    ({"closed": "2026-10-31", "close_reason": "2"}, {"closed": "2026-11-01", "close_reason": "2"},
     C.SEEKING_END_EARLY, Severity.BLOCK),
    ({"closed": "2026-11-21", "close_reason": "2"}, {"closed": "2026-11-20", "close_reason": "2"},
     C.SEEKING_END_LATE, Severity.BLOCK),
]  # fmt: skip


@pytest.mark.parametrize(("stops", "passes", "check", "severity"), CASES,
                         ids=[c[2].code for c in CASES])  # fmt: skip
def test_a_check_stops_one_and_lets_the_nearest_pass(
    stops: dict[str, Any], passes: dict[str, Any], check: SeekingCheck, severity: Severity
) -> None:
    found = check_seeking(GOOD | stops, GROWN, TODAY, HALF_YEAR)
    assert {p.severity for p in found if p.message is check} == {severity}
    assert check.code not in codes(passes)


PEOPLE: list[tuple[dict[str, Any], dict[str, Any], SeekingCheck]] = [
    ({"birth_date": "2010-11-02"}, {"birth_date": "2010-11-01"}, C.SEEKING_CHILD),
    ({"presence": "11"}, {"presence": "2"}, C.SEEKING_GONE),
    ({"work_ability": "5"}, {"work_ability": "3"}, C.SEEKING_UNABLE),
]


@pytest.mark.parametrize(("stops", "passes", "check"), PEOPLE, ids=[c[2].code for c in PEOPLE])
def test_a_person_who_cannot_be_found_work_for(
    stops: dict[str, Any], passes: dict[str, Any], check: SeekingCheck
) -> None:
    assert check.code in codes({}, GROWN | stops)
    assert check.code not in codes({}, GROWN | passes)


HELD = {"registered": "2026-05-01", "valid_until": "2026-11-20"}
STATES: list[tuple[dict[str, Any], list[str], State]] = [
    ({}, [], State.OPEN),
    ({"valid_until": "2026-11-19"}, [], State.EXPIRED),
    ({}, ["2026-04-30"], State.OPEN),  # looks for another job
    ({}, ["2026-05-01"], State.PLACED),
    ({}, ["2026-11-20"], State.PLACED),
    ({"valid_until": "2026-11-18"}, ["2026-11-19"], State.EXPIRED),  # found after it was over
    ({"valid_until": "2026-11-18"}, ["2026-11-18"], State.PLACED),
    ({"closed": "2026-11-20", "close_reason": "1"}, [], State.PLACED),
    ({"closed": "2026-11-20", "close_reason": "2"}, [], State.WITHDRAWN),
    ({"closed": "2026-11-20", "close_reason": "2"}, ["2026-06-01"], State.WITHDRAWN),
    ({"closed": "2026-11-21", "close_reason": "2"}, [], State.OPEN),  # not yet on that day
]  # fmt: skip


@pytest.mark.parametrize(("facts", "begun", "state"), STATES)
def test_where_a_registration_stands(facts: dict[str, Any], begun: list[str], state: State) -> None:
    assert state_on(HELD | facts, begun, TODAY) is state


def test_the_term_is_the_one_in_force_on_the_day_and_ends_with_the_month() -> None:
    rules = [HALF_YEAR, Validity("2027-01-01", 3, 10, "")]
    assert validity_on(rules, "2026-12-31").until("2026-08-31") == "2027-02-28"
    assert validity_on(rules, "2027-01-01").until("2027-01-01") == "2027-04-01"
    assert validity_on(rules, "1999-01-01").months == 6
    assert validities()[0].source
