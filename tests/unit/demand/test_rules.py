"""What the law forbids in a post warns with its article; what cannot be, stops."""

from __future__ import annotations

from typing import Any

import pytest

from laborclerk.features.demand.rules import check_employer, check_post, is_open
from laborclerk.kernel.errors import Severity

FIRM = {"name": "福州某盛建筑劳务有限公司", "credit_code": "91350100M000100Y43", "kind": "1"}
POST: dict[str, Any] = {
    "name": "电焊工", "occupation": "6-18", "headcount": 60, "pay_low": 6500, "pay_high": 8500,
    "insurance": "1,3,6", "contract_months": 12, "age_min": 18, "age_max": 50, "hours": 80,
    "rest_days": 4, "work_place": "350100000000", "registered": "2026-11-01",
    "valid_until": "2027-03-31", "arrival_date": "2027-02-20",
}  # fmt: skip


def test_an_ordinary_post_has_nothing_against_it() -> None:
    assert check_employer(FIRM) == []
    assert check_post(POST, FIRM) == []


@pytest.mark.parametrize(
    ("facts", "code", "article"),
    [
        ({"sex": "1"}, "post_sex", "第27条"),
        ({"other_terms": "限男性,能吃苦"}, "post_sex_words", "第43条"),
        ({"other_terms": "女工优先"}, "post_sex_words", "第43条"),
        ({"note": "只招女工"}, "post_sex_words", "第43条"),
        ({"other_terms": "已婚已育者"}, "post_marriage", "第43条"),
        ({"other_terms": "未婚"}, "post_marriage", "第27条"),
        ({"other_terms": "入职须孕检"}, "post_marriage", "第43条"),
        ({"deposit": True}, "post_deposit", "第9条"),
        ({"other_terms": "交押金300元"}, "post_fee", "第9条"),
        ({"note": "入职先扣身份证"}, "post_fee", "第60条"),
        ({"age_min": 15}, "post_child", "第15条"),
        ({"other_terms": "不要少数民族"}, "post_nation", "第28条"),
        ({"other_terms": "查乙肝"}, "post_disease", "第30条"),
        ({"other_terms": "不招残疾"}, "post_disabled", "第29条"),
        ({"other_terms": "限本地户口"}, "post_rural", "第31条"),
        ({"other_terms": "社保自理,工伤自负"}, "post_waiver", "第26条"),
        ({"other_terms": "试用期没有工资"}, "post_trial", "第20条"),
        ({"hours": 120}, "post_hours", "第36"),
        ({"rest_days": 2}, "post_rest", "第38条"),
        ({"insurance": None}, "post_no_insurance", "第72条"),
        ({"insurance": "1,3"}, "post_no_injury", "第2条"),
        ({"contract_months": None}, "post_no_contract", "第10条"),
        ({"work_place": "999SGP"}, "post_abroad", "对外劳务合作管理条例"),
    ],
)
def test_what_the_law_forbids_warns_with_the_article(
    facts: dict[str, Any], code: str, article: str
) -> None:
    found = check_post(POST | facts, FIRM)
    assert [p.code for p in found] == [code]
    assert found[0].severity is Severity.WARN
    assert article in found[0].text


@pytest.mark.parametrize(
    "facts",
    [
        {"other_terms": "不收押金,免中介费"},
        {"note": "男女不限,有清真食堂"},
        {"sex": "1", "sex_ground": "矿山井下,女职工禁忌劳动范围第一项"},
        {"contract_months": 0},
        {"other_terms": "没有试用期"},
    ],
)
def test_what_is_lawful_says_nothing(facts: dict[str, Any]) -> None:
    assert check_post(POST | facts, FIRM) == []


def test_a_mine_takes_nobody_under_18() -> None:
    mine = FIRM | {"industry": "B"}
    assert [p.code for p in check_post(POST | {"age_min": None}, mine)] == ["post_young"]
    assert check_post(POST, mine) == []


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"pay_high": 5000}, "post_pay_order"),
        ({"age_max": 17}, "post_age_order"),
        ({"valid_until": "2026-10-01"}, "post_dates"),
        ({"season_from": 9}, "post_season"),
        ({"headcount": None}, "required"),
    ],
)
def test_what_cannot_be_stops(facts: dict[str, Any], code: str) -> None:
    found = check_post(POST | facts, FIRM)
    assert [p.code for p in found if p.severity is Severity.BLOCK] == [code]


def test_an_agency_needs_a_licence() -> None:
    agency = FIRM | {"kind": "3"}
    assert [p.code for p in check_employer(agency)] == ["employer_licence"]
    assert check_employer(agency | {"licence_number": "3501A0012"}) == []
    assert [p.code for p in check_post(POST, agency)] == ["post_agency"]


def test_a_wrong_credit_code_stops() -> None:
    found = check_employer(FIRM | {"credit_code": "91350100M000100Y44"})
    assert [(p.code, p.where.field) for p in found] == [("credit_check", "credit_code")]


@pytest.mark.parametrize(
    ("facts", "on", "open_"),
    [
        ({}, "2027-03-31", True),
        ({}, "2027-04-01", False),
        ({"closed": "2026-12-01"}, "2026-11-30", True),
        ({"closed": "2026-12-01"}, "2026-12-01", False),
        ({"deleted": "4"}, "2026-11-30", False),
    ],
)
def test_a_post_is_open_until_it_is_closed_or_over(
    facts: dict[str, Any], on: str, open_: bool
) -> None:
    assert is_open(POST | facts, on) is open_
