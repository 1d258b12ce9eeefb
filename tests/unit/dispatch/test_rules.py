"""What a batch is asked before it leaves; a campaign's figures."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from laborclerk.features.dispatch import rules
from laborclerk.features.dispatch.parameters import leader_rules
from laborclerk.features.dispatch.rules import DispatchCheck as C
from laborclerk.features.dispatch.rules import Facts
from laborclerk.kernel.errors import Problem, Severity

A, B = 530627001000000, 530627100000000
RULE = rules.rule_on(leader_rules(), "2026-11-20")


@pytest.mark.parametrize(("people", "needed"), [(20, False), (21, True), (0, False)])
def test_a_leader_is_needed_for_more_than_twenty(people: int, needed: bool) -> None:
    """004-20: 超过20人, so 21."""
    assert bool(rules.leaders_needed([A] * people, RULE)) is needed


def test_each_township_counts_for_itself() -> None:
    assert rules.leaders_needed([A] * 15 + [B] * 15, RULE) == {}
    assert rules.leaders_needed([A] * 25 + [B] * 15, RULE) == {A: 25}


def test_before_the_first_rule_no_leader_is_asked_for() -> None:
    assert rules.rule_on(leader_rules(), "2016-12-31") is None


def test_the_text_of_the_rule_is_shown_with_its_source() -> None:
    [problem] = rules.check_leaders([A] * 21, {}, RULE, {A: "乌峰街道"})
    assert "超过20人的乡镇" in problem.text
    assert "004-20" in problem.text
    assert problem.severity is Severity.WARN


def test_a_leader_without_a_telephone_is_told() -> None:
    found = list(rules.check_leaders([A] * 21, {A: ("杨某", "")}, RULE, {A: "乌峰街道"}))
    assert [p.message for p in found] == [C.LEADER_PHONE_MISSING]


def test_the_same_of_many_is_said_once_where_the_first_stands() -> None:
    def of(name: str, **changed: Any) -> list[Problem]:
        found = rules.check_member(replace(WHOLE, name=name, **changed), "2026-11-20")
        return list(found)

    problems = of("甲", contract="0") + of("乙", phone="", contact_phone="")
    problems += [p for name in "丙丁戊" for p in of(name, contract="")]
    problems += [p for name in "己庚辛" for p in of(name, injury_insurance="")]
    texts = [p.text for p in rules.gathered(problems)]
    assert [t[:6] for t in texts] == [
        "甲、丙等4人",
        "乙和紧急联系",
        "己没有工伤保",
        "庚没有工伤保",
        "辛没有工伤保",
    ]


WHOLE = Facts(
    1, "李某", A, "1", "1990-05-01", "530627199005019978", "13900000000", "王某", "13900000001",
    "1", "1", "1",
)  # fmt: skip


def said(**changed: Any) -> dict[object, Severity]:
    facts = replace(WHOLE, **changed)
    return {p.message: p.severity for p in rules.check_member(facts, "2026-11-20")}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, {}),
        ({"birth_date": "2010-11-21"}, {C.MEMBER_CHILD: Severity.BLOCK}),
        ({"birth_date": "2010-11-20"}, {C.MEMBER_YOUNG: Severity.WARN}),
        ({"birth_date": "2008-11-20"}, {}),
        ({"phone": ""}, {}),
        ({"phone": "", "contact_phone": ""}, {C.MEMBER_NO_PHONE: Severity.WARN}),
        ({"contact": ""}, {C.MEMBER_NO_CONTACT: Severity.HINT}),
        ({"health_check": "2"}, {C.MEMBER_UNFIT: Severity.WARN}),
        ({"contract": "0"}, {C.MEMBER_NO_CONTRACT: Severity.HINT}),
        ({"contract": "2"}, {}),
        ({"injury_insurance": ""}, {C.MEMBER_NO_INSURANCE: Severity.HINT}),
        ({"id_number": ""}, {C.MEMBER_NO_ID: Severity.WARN}),
        ({"elsewhere": ("赴疆", "2026-08-20")}, {C.MEMBER_TWICE: Severity.WARN}),
        ({"gone": True, "birth_date": "2020-01-01"}, {C.MEMBER_GONE: Severity.BLOCK}),
    ],
)
def test_what_a_member_lacks_is_told(changed: dict[str, object], expected: object) -> None:
    assert said(**changed) == expected


def test_the_cotton_report_does_not_add_up() -> None:
    """002-12: 257万 / 2,100 = 1,224, told as 1,628."""
    assert rules.mean_income(25700, 2100) == 1224
    [problem] = rules.check_figures(2100, 25700, 1628, 2100)
    assert problem.message is C.FIGURES_DIFFER
    assert "1224" in problem.text
    assert "1628" in problem.text


def test_figures_that_hold_are_silent() -> None:
    assert not list(rules.check_figures(2100, 25700, 1224, 2100))
    assert not list(rules.check_figures(None, None, 1224, None))


def test_other_people_on_the_rosters_than_told_are_shown() -> None:
    [problem] = rules.check_figures(2100, None, None, 1990)
    assert problem.message is C.PEOPLE_DIFFER


def test_the_prepare_by_date_is_counted_back() -> None:
    assert rules.prepare_by("2026-09-01", 30) == "2026-08-02"


@pytest.mark.parametrize(
    ("arrives", "today", "waiting", "told"),
    [("2026-11-22", "2026-11-22", 3, False), ("2026-11-22", "2026-11-23", 3, True),
     ("2026-11-22", "2026-11-23", 0, False), (None, "2026-11-23", 3, False)],
)  # fmt: skip
def test_unconfirmed_arrivals_are_told_the_day_after(
    arrives: str | None, today: str, waiting: int, told: bool
) -> None:
    assert (rules.late(arrives, today, waiting) is not None) is told
