"""Every check of the household form: a case that it stops and the nearest one that it lets pass.

The base is a family without a single problem; a case changes a few facts of it. Keys with a dot
name a member (head, wife, son, daughter, mother), `house.` the household, `form.` the form.
"""

from __future__ import annotations

import copy
from typing import Any

import pytest

from laborclerk.catalog.retirement import labour_rule
from laborclerk.features.census.check_words import looks_for
from laborclerk.features.census.checks import Check, HouseholdFacts
from laborclerk.features.census.due import (
    DEFAULT_REQUIRED_ALL,
    DEFAULT_REQUIRED_GROWN,
    RoundFacts,
)
from laborclerk.features.census.rules import RULES, check, default_severities
from laborclerk.kernel.errors import Severity

ON = "2026-10-01"
ROUND = RoundFacts(
    1, "2026年秋季摸底", ON, labour_rule("statutory-2024"),
    DEFAULT_REQUIRED_ALL + DEFAULT_REQUIRED_GROWN, county="530627",
)  # fmt: skip
WORK = {
    "employment_status": "04", "work_scope": "4", "work_place": "330784000000",
    "employer": "永康某厂", "industry": "C", "work_start": "2026-03", "work_months": 6,
    "monthly_income": 5200, "channel": "13",
}  # fmt: skip
FAMILY: dict[str, dict[str, Any]] = {
    "house": {"id": 1, "head_name": "周大", "residence": "1", "registered_count": 5},
    "form": {"id": 2, "survey_date": "2026-10-20"},
    "head": {
        "id": 11, "relation": "02", "name": "周大", "sex": "1", "birth_date": "1980-05-06",
        "id_type": "01", "id_number": "530627198005069975", "health": "10", "education": "70",
        "work_ability": "1", "marital_status": "20", "presence": "2", **WORK,
    },
    "wife": {
        "id": 12, "relation": "10", "name": "李芳", "sex": "2", "birth_date": "1982-01-01",
        "health": "10", "education": "80", "work_ability": "1", "employment_status": "02",
        "marital_status": "20",
    },
    "son": {
        "id": 13, "relation": "20", "name": "周强", "sex": "1", "birth_date": "2005-02-03",
        "health": "10", "in_school": "20", "work_ability": "1", "employment_status": "99",
        "marital_status": "10",
    },
    "daughter": {
        "id": 14, "relation": "30", "name": "周小芳", "sex": "2", "birth_date": "2014-07-08",
        "health": "10", "in_school": "03", "work_ability": "5",
    },
    "mother": {
        "id": 15, "relation": "52", "name": "王玉珍", "sex": "2", "birth_date": "1952-12-31",
        "health": "30", "education": "90", "work_ability": "5", "employment_status": "99",
        "marital_status": "30",
    },
}  # fmt: skip

Changes = dict[str, Any]


def family(changes: Changes, round_: RoundFacts = ROUND) -> HouseholdFacts:
    """The family with some facts changed; a member set to None is not there."""
    facts = copy.deepcopy(FAMILY)
    for key, value in changes.items():
        who, _, field = key.partition(".")
        if not field:
            del facts[who]
        else:
            facts[who][field] = value
    members = [facts[who] for who in facts if who not in ("house", "form")]
    return HouseholdFacts(facts["house"], members, facts["form"], round_)


def codes(changes: Changes, round_: RoundFacts = ROUND) -> list[Check]:
    return [p.message for p in check(family(changes, round_)) if isinstance(p.message, Check)]


ALONE: Changes = {
    "wife": None,
    "son": None,
    "daughter": None,
    "mother": None,
    "house.registered_count": 1,
}
EMPTY: Changes = {**ALONE, "head": None, "house.registered_count": None}
GONE = {f"{who}.presence": "12" for who in ("head", "wife", "son", "daughter", "mother")} | {
    f"{who}.presence_since": "2026-09-01" for who in ("head", "wife", "son", "daughter", "mother")
}
NO_WORK = {f"head.{key}": None for key in WORK}

# message: (changes that it stops, changes that it lets pass, each one step from the other)
CASES: dict[Check, list[tuple[Changes, Changes]]] = {
    Check.NO_MEMBER: [
        (EMPTY, ALONE),
        (EMPTY, EMPTY | {"house.residence": "4"}),  # 空挂户 has nobody
        (EMPTY, EMPTY | {"house.residence": "6"}),  # moved out: no such household any more
    ],
    Check.NO_HEAD: [
        ({"head.relation": "70"}, {}),
        ({"head.relation": None}, {}),
        ({"head.presence": "11", "head.presence_since": "2026-09-01"}, {"head.presence": "9"}),
    ],
    Check.SEVERAL_HEADS: [({"mother.relation": "02"}, {"mother.relation": "62"})],
    Check.HOUSEHOLD_GONE_WITH_MEMBERS: [
        ({"house.residence": "6"}, {"house.residence": "3"}),
        ({"house.residence": "8"}, {"house.residence": "8", **GONE}),
    ],
    Check.SEVERAL_SPOUSES: [
        ({"mother.relation": "10"}, {}),
        ({"mother.relation": "12"},
         {"mother.relation": "12", "wife.presence": "12", "wife.presence_since": "2026-01-01",
          "mother.marital_status": "20"}),
    ],
    Check.SPOUSE_SEX: [({"wife.sex": "1"}, {}), ({"head.sex": "2"}, {"head.sex": None})],
    Check.HEAD_NAME_DIFFERS: [
        ({"house.head_name": "周太"}, {"house.head_name": "周大"}),
        ({"head.name": "周太"}, {"head.name": None}),
    ],
    Check.PARENT_AGE: [
        ({"mother.birth_date": "1966-05-07"}, {"mother.birth_date": "1966-05-06"}),
        ({"mother.birth_date": "1990-01-01"}, {}),
    ],
    Check.CHILD_AGE: [
        ({"son.birth_date": "1994-05-05", "son.in_school": None, "son.education": "70"},
         {"son.birth_date": "1994-05-06", "son.in_school": None, "son.education": "70"}),
        ({"daughter.birth_date": "1979-01-01"},
         {"daughter.birth_date": "1979-01-01", "daughter.relation": "94"}),
        ({"daughter.birth_date": "1985-01-01"},
         {"daughter.birth_date": "1985-01-01", "daughter.relation": "37"}),  # 养女或继女
    ],
    Check.COUNT_DIFFERS: [
        ({"house.registered_count": 6}, {"house.registered_count": 5}),
        # the dead and those moved out are accounted for, who only lives here is not of the frame
        ({"mother": None}, {"mother.presence": "11", "mother.presence_since": "2026-09-01"}),
        ({"mother.presence": "4"},
         {"mother.presence": "12", "mother.presence_since": "2026-09-01"}),
        ({"house.residence": "4", "head": None, "wife": None, "son": None, "daughter": None,
          "mother": None}, {"house.residence": "5"}),
    ],
    Check.SAME_NUMBER_IN_FORM: [
        ({"son.id_number": "530627198005069975"}, {"son.id_number": "53062720050203997X"}),
    ],
    Check.RELATION_SEX: [
        ({"son.sex": "2"}, {}),
        ({"mother.relation": "51"}, {"mother.relation": "97"}),
    ],
    Check.ID_WRONG: [({"head.id_number": "530627198005069971"}, {"head.id_number": None})],
    Check.ID_SEX_DIFFERS: [({"head.sex": "2", "wife.sex": "1"}, {})],
    Check.ID_BIRTH_DIFFERS: [({"head.birth_date": "1980-05-07"}, {"head.id_number": None})],
    Check.EDUCATION_AND_SCHOOL: [
        ({"son.education": "60"}, {"son.education": "60", "son.in_school": None}),
        ({"daughter.education": "80"}, {"daughter.in_school": "01", "daughter.education": None}),
    ],
    Check.SCHOOL_AGE: [
        ({"wife.birth_date": "1995-09-30", "wife.education": None, "wife.in_school": "25",
          "son": None, "daughter": None, "house.registered_count": 3},
         {"wife.birth_date": "1995-10-02", "wife.education": None, "wife.in_school": "25",
          "son": None, "daughter": None, "house.registered_count": 3}),
    ],
    Check.CHILD_NOT_IN_SCHOOL: [
        ({"daughter.in_school": None, "daughter.education": "90"},
         {"daughter.in_school": None, "daughter.education": "90", "daughter.health": "65"}),
        ({"daughter.in_school": None, "daughter.education": "90",
          "daughter.birth_date": "2020-10-01"},
         {"daughter.in_school": None, "daughter.education": "90",
          "daughter.birth_date": "2020-10-02"}),
    ],
    Check.UNABLE_YET_WORKING: [
        ({"head.work_ability": "4", "head.health": "30"},
         {"head.work_ability": "3", "head.health": "30"}),
        ({"mother.employment_status": "07"}, {"mother.employment_status": "02"}),
    ],
    Check.PUPIL_YET_WORKING: [({"son.employment_status": "07"}, {"son.employment_status": "99"})],
    Check.CHILD_WORKING: [
        ({"son.birth_date": "2010-10-02", "son.employment_status": "06"},
         {"son.birth_date": "2010-10-01", "son.employment_status": "06"}),
    ],
    Check.HEALTHY_YET_UNABLE: [
        ({"wife.work_ability": "5"}, {"wife.work_ability": "5", "wife.health": "30"}),
        ({"wife.work_ability": "3"}, {"wife.work_ability": "2"}),
        ({"mother.health": "10", "mother.birth_date": "1966-10-02", "head": None,
          "house.registered_count": 4},
         {"mother.health": "10", "mother.birth_date": "1966-10-01", "head": None,
          "house.registered_count": 4}),
    ],
    Check.OVER_80_WORKING: [
        ({"mother.birth_date": "1945-10-01", "mother.work_ability": "3",
          "mother.employment_status": "05"},
         {"mother.birth_date": "1945-10-02", "mother.work_ability": "3",
          "mother.employment_status": "05"}),
    ],
    Check.PLACE_WITHOUT_MONTHS: [
        ({"head.work_start": None, "head.work_months": None}, {"head.work_months": None}),
    ],
    Check.MONTHS_WITHOUT_PLACE: [
        ({"head.work_place": None, "head.work_scope": None}, {"head.work_place": None}),
    ],
    Check.MONTHS_WITHOUT_INCOME: [
        ({"head.monthly_income": None}, {"head.monthly_income": 300}),
        ({"head.monthly_income": None}, NO_WORK | {"head.employment_status": "99"}),
    ],
    Check.INCOME_WITHOUT_MONTHS: [
        ({"head.work_start": None, "head.work_months": None}, {"head.work_start": None}),
    ],
    Check.MONTHS_WITHOUT_EMPLOYER: [({"head.employer": None}, {"head.employer": "零工"})],
    Check.AWAY_IN_COUNTY: [
        ({"head.work_scope": "1", "head.work_place": "530627000000"},
         {"head.work_scope": "1", "head.work_place": "530627000000",
          "head.employment_status": "06"}),
    ],
    Check.SCOPE_DIFFERS: [
        ({"head.work_scope": "3"}, {"head.work_scope": "4"}),
        ({"head.work_place": "530602000000"},
         {"head.work_place": "530602000000", "head.work_scope": "2"}),
        ({"head.work_place": "530111000000"},
         {"head.work_place": "530111000000", "head.work_scope": "3"}),
        ({"head.work_place": "999SGP"}, {"head.work_place": "999SGP", "head.work_scope": "5"}),
        ({"head.work_place": "810000000000"},
         {"head.work_place": "810000000000", "head.work_scope": "5"}),
    ],
    Check.INCOME_ODD: [
        ({"head.monthly_income": 299}, {"head.monthly_income": 300}),
        ({"head.monthly_income": 50001}, {"head.monthly_income": 50000}),
    ],
    Check.NOT_WORKING_YET_WORK: [
        ({"wife.employer": "永康某厂"}, {}),
        ({"head.employment_status": "03"}, NO_WORK | {"head.employment_status": "03"}),
        ({"wife.monthly_income": 1000}, {"wife.employment_status": None, "wife.monthly_income": 1}),
    ],
    Check.WORK_START_LATE: [({"head.work_start": "2026-11"}, {"head.work_start": "2026-10"})],
    Check.DISABLED_WITHOUT_CARD: [
        ({"mother.health": "64"},
         {"mother.health": "64", "mother.disability_number": "53062719521231996X43"}),
        ({"mother.health": "30,60"}, {"mother.health": "30,60", "mother.id_type": "06"}),
    ],
    Check.CARD_YET_HEALTHY: [
        ({"mother.disability_number": "53062719521231996X43"},
         {"mother.disability_number": "53062719521231996X43", "mother.health": "30,64"}),
    ],
    Check.CARD_OF_ANOTHER: [
        ({"head.health": "64", "head.disability_number": "53062719521231996X43"},
         {"head.health": "64", "head.disability_number": "53062719800506997543"}),
    ],
    Check.HEALTH_CONTRADICTS: [({"wife.health": "10,30"}, {"wife.health": "20,30"})],
    Check.MARRIED_YOUNG: [
        ({"son.birth_date": "2004-10-02", "son.marital_status": "20"},
         {"son.birth_date": "2004-10-01", "son.marital_status": "20"}),
        ({"son.sex": "2", "son.relation": "30", "son.birth_date": "2006-10-02",
          "son.marital_status": "21"},
         {"son.sex": "2", "son.relation": "30", "son.birth_date": "2006-10-01",
          "son.marital_status": "21"}),
    ],
    Check.SPOUSE_UNMARRIED: [
        ({"wife.marital_status": "10"}, {"wife.marital_status": "22"}),
        ({"wife.marital_status": "40"}, {"wife.marital_status": None}),
    ],
    Check.STATE_WITHOUT_DATE: [
        ({"mother.presence": "11", "house.registered_count": 4},
         {"mother.presence": "11", "mother.presence_since": "2026-09-01",
          "house.registered_count": 4}),
        ({"son.presence": "12", "house.registered_count": 4}, {"son.presence": "6"}),
    ],
    Check.STATE_DATE_LATE: [
        ({"mother.presence": "11", "mother.presence_since": "2026-10-21"},
         {"mother.presence": "11", "mother.presence_since": "2026-10-20"}),
    ],
    Check.SKILLED_WITHOUT_SKILL: [
        ({"wife.work_ability": "2"}, {"wife.work_ability": "2", "wife.skill": "厨师"}),
    ],
    Check.LEVEL_WITHOUT_CERTIFICATE: [
        ({"wife.skill": "厨师", "wife.skill_level": "4"},
         {"wife.skill": "厨师", "wife.skill_level": "4", "wife.certificate_number": "LX1"}),
        ({"wife.skill": "厨师", "wife.skill_level": "4"},
         {"wife.skill": "厨师", "wife.skill_level": "0"}),
    ],
    Check.WANTS_YET_UNABLE: [({"mother.wants_to_go": True}, {"wife.wants_to_go": True})],
}  # fmt: skip

# asked by the service of empty fields, and by a rule only when the round does not ask for them
ELSEWHERE = {Check.FIELD_MISSING, Check.WORKER_NEEDS}


def test_the_base_family_has_no_problem() -> None:
    assert codes({}) == []


@pytest.mark.parametrize(
    ("message", "wrong", "right"),
    [(m, wrong, right) for m, cases in CASES.items() for wrong, right in cases],
    ids=[f"{m.code}-{n}" for m, cases in CASES.items() for n in range(len(cases))],
)
def test_a_check_stops_its_case_and_lets_the_nearest_pass(
    message: Check, wrong: Changes, right: Changes
) -> None:
    assert message in codes(wrong)
    assert message not in codes(right)


def test_every_message_has_a_case_and_a_rule_with_its_source() -> None:
    assert set(CASES) | ELSEWHERE == set(Check)
    assert {m for rule in RULES for m in rule.messages} == set(Check) - {Check.FIELD_MISSING}
    assert all(rule.source for rule in RULES)


@pytest.mark.parametrize("key", ["monthly_income", "employer", "industry", "channel", "work_scope"])
def test_workers_are_asked_for_what_the_round_leaves_out(key: str) -> None:
    required = tuple(k for k in ROUND.required if k != key)
    without = RoundFacts(1, "轮", ON, ROUND.labour_rule, required, county="530627")
    assert Check.WORKER_NEEDS in codes({f"head.{key}": None}, without)
    assert Check.WORKER_NEEDS not in codes({f"head.{key}": None})
    assert Check.WORKER_NEEDS not in codes({f"wife.{key}": None}, without)


def test_every_problem_names_its_record_and_reads_as_a_sentence() -> None:
    for cases in CASES.values():
        for wrong, _ in cases:
            for problem in check(family(wrong)):
                assert problem.where.record_type in ("household", "person")
                assert problem.where.record_id is not None
                assert problem.where.field
                assert "{" not in problem.text
                assert "None" not in problem.text


@pytest.mark.parametrize(
    ("born", "says"),
    [
        ("1966-06-01", "比户主只大13岁"),
        ("1980-05-06", "与户主同岁"),
        ("1990-01-01", "比户主小9岁"),
    ],
)
def test_how_far_apart_head_and_parent_are_is_said_in_full_years(born: str, says: str) -> None:
    texts = [p.text for p in check(family({"mother.birth_date": born}))]
    assert any(says in text for text in texts), texts


# -- severities --------------------------------------------------------------------------------


def severity_of(message: Check, changes: Changes, *pairs: tuple[str, str]) -> Severity | None:
    round_ = RoundFacts(1, "轮", ON, ROUND.labour_rule, ROUND.required, pairs, "530627")
    found = [p for p in check(family(changes, round_)) if p.message is message]
    return found[0].severity if found else None


def test_the_round_sets_how_grave_a_check_is() -> None:
    wrong = {"head.relation": "70"}
    assert severity_of(Check.NO_HEAD, wrong) is Severity.BLOCK
    assert severity_of(Check.NO_HEAD, wrong, ("no_head", "hint")) is Severity.HINT
    assert severity_of(Check.NO_HEAD, wrong, ("no_head", "ignore")) is None
    assert severity_of(Check.NO_HEAD, wrong, ("several_heads", "hint")) is Severity.BLOCK


def test_every_message_of_a_rule_has_a_default_severity() -> None:
    assert set(default_severities()) == {m.code for m in set(Check) - {Check.FIELD_MISSING}}


def test_who_is_gone_is_asked_for_the_date_only() -> None:
    """A dead person's old contradictions are nobody's work any more."""
    wrong = {"son.employment_status": "07", "son.education": "60", "house.registered_count": 4}
    dead = wrong | {"son.presence": "11", "son.presence_since": "2026-09-01"}
    assert Check.PUPIL_YET_WORKING in codes(wrong)
    assert codes(dead) == []


def test_what_each_check_looks_for_is_a_sentence_without_holes() -> None:
    told = {check: looks_for(check) for check in Check}
    assert [c.name for c, text in told.items() if set("{}…") & set(text)] == []
    assert len(set(told.values())) == len(told)
