"""The table of checks (B1, B2) and `check`, which runs them all.

A rule sees plain facts and yields problems; it never changes anything. Severity is the rule's
default unless the survey round sets another. A problem whose text names a field carries the
field's key as `label`; the service puts the declared label there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from laborclerk.features.census import household_rules as h
from laborclerk.features.census import person_rules as p
from laborclerk.features.census.checks import Check, HouseholdFacts
from laborclerk.features.census.due import missing_items
from laborclerk.features.census.form import PERSON_FIELDS, Facts, applicable, gone
from laborclerk.kernel.errors import Problem, Severity

BLOCK, WARN, HINT = Severity.BLOCK, Severity.WARN, Severity.HINT


@dataclass(frozen=True, slots=True)
class Rule:
    """One check: the messages it may give, its default severity, where it comes from."""

    name: str
    messages: tuple[Check, ...]
    severity: Severity
    source: str
    of_person: Callable[[Facts, HouseholdFacts], Iterator[Problem]] | None = None
    of_household: Callable[[HouseholdFacts], Iterator[Problem]] | None = None


C = Check
RULES: tuple[Rule, ...] = (
    Rule("members_and_head", (C.NO_MEMBER, C.NO_HEAD, C.SEVERAL_HEADS,
         C.HOUSEHOLD_GONE_WITH_MEMBERS), BLOCK, "B2 05, 07", of_household=h.members_and_head),
    Rule("spouses", (C.SEVERAL_SPOUSES, C.SPOUSE_SEX), BLOCK, "B2 06, 28", of_household=h.spouses),
    Rule("head_name", (C.HEAD_NAME_DIFFERS,), WARN, "B1", of_household=h.head_name),
    Rule("generations", (C.PARENT_AGE, C.CHILD_AGE), WARN, "B1", of_household=h.generations),
    Rule("frame_count", (C.COUNT_DIFFERS,), WARN, "001-02", of_household=h.frame_count),
    Rule("same_number", (C.SAME_NUMBER_IN_FORM,), BLOCK, "B2 02", of_household=h.same_number),
    Rule("relation_sex", (C.RELATION_SEX,), BLOCK, "B2 28", p.relation_sex),
    Rule("id_agrees", (C.ID_WRONG, C.ID_SEX_DIFFERS, C.ID_BIRTH_DIFFERS), BLOCK, "B2 28, 43, 49",
         p.id_agrees),
    Rule("education_or_school", (C.EDUCATION_AND_SCHOOL,), BLOCK, "B2 04", p.education_or_school),
    Rule("school_age", (C.SCHOOL_AGE, C.CHILD_NOT_IN_SCHOOL), WARN, "B2 60, 61", p.school_age),
    Rule("working_contradictions", (C.UNABLE_YET_WORKING, C.PUPIL_YET_WORKING, C.CHILD_WORKING,
         C.OVER_80_WORKING), WARN, "B2 2_01_015, 4_12_002; 58", p.working_contradictions),
    Rule("healthy_yet_unable", (C.HEALTHY_YET_UNABLE,), WARN, "B2 5_12_008", p.healthy_yet_unable),
    Rule("place_and_months", (C.PLACE_WITHOUT_MONTHS, C.MONTHS_WITHOUT_PLACE,
         C.MONTHS_WITHOUT_INCOME, C.INCOME_WITHOUT_MONTHS, C.MONTHS_WITHOUT_EMPLOYER), WARN,
         "B2 13; 53–56", p.place_and_months),
    Rule("worker_needs", (C.WORKER_NEEDS,), WARN, "B2 5_01_007, 5_12_006", p.worker_needs),
    Rule("away_place", (C.AWAY_IN_COUNTY, C.SCOPE_DIFFERS), WARN, "B1", p.away_place),
    Rule("income_plausible", (C.INCOME_ODD,), WARN, "B2 unit trap", p.income_plausible),
    Rule("not_working", (C.NOT_WORKING_YET_WORK,), WARN, "B2 13", p.not_working),
    Rule("work_start", (C.WORK_START_LATE,), BLOCK, "B2", p.work_start),
    Rule("disability", (C.DISABLED_WITHOUT_CARD, C.CARD_YET_HEALTHY, C.CARD_OF_ANOTHER,
         C.HEALTH_CONTRADICTS), WARN, "B2 66, 67; GB/T 26341", p.disability),
    Rule("marriage", (C.MARRIED_YOUNG, C.SPOUSE_UNMARRIED), WARN, "民法典 1047", p.marriage),
    Rule("presence_date", (C.STATE_WITHOUT_DATE, C.STATE_DATE_LATE), WARN, "due.py",
         p.presence_date),
    Rule("skills", (C.SKILLED_WITHOUT_SKILL, C.LEVEL_WITHOUT_CERTIFICATE), HINT, "000-01, 000-05",
         p.skills),
    Rule("wishes", (C.WANTS_YET_UNABLE,), HINT, "004-01", p.wishes),
)  # fmt: skip

_PERSON_RULES = tuple((r.of_person, r.severity) for r in RULES if r.of_person)
_GONE_RULES = tuple(pair for pair in _PERSON_RULES if pair[0] is p.presence_date)
_HOUSEHOLD_RULES = tuple((r.of_household, r.severity) for r in RULES if r.of_household)


def default_severities() -> dict[str, Severity]:
    """Every message's code and how grave it is unless the round says otherwise."""
    return {m.code: r.severity for r in RULES for m in r.messages}


def check(facts: HouseholdFacts) -> list[Problem]:
    """All problems of a household form, members in order, severities as the round sets them.

    A severity `ignore` in the round drops a check.
    """
    changed: Mapping[str, str] = dict(facts.round.severities)
    found: list[Problem] = []

    def take(problem: Problem, severity: Severity) -> None:
        wanted = changed.get(problem.code)
        if wanted != "ignore":
            found.append(problem.as_(Severity(wanted) if wanted else severity))

    household_id = facts.household.get("id")
    for of_household, severity in _HOUSEHOLD_RULES:
        for problem in of_household(facts):
            if problem.where.record_type is None:
                problem = problem.at(record_type="household", record_id=household_id)
            take(problem, severity)
    for person in facts.persons:
        for of_person, severity in _GONE_RULES if gone(person) else _PERSON_RULES:
            for problem in of_person(person, facts):
                take(problem.at(record_type="person", record_id=person.get("id")), severity)
    return found


# what a check says of an empty field that another answer asks for
_ASKS = frozenset((
    C.WORKER_NEEDS, C.PLACE_WITHOUT_MONTHS, C.MONTHS_WITHOUT_PLACE, C.MONTHS_WITHOUT_INCOME,
    C.INCOME_WITHOUT_MONTHS, C.MONTHS_WITHOUT_EMPLOYER, C.STATE_WITHOUT_DATE,
    C.DISABLED_WITHOUT_CARD, C.SKILLED_WITHOUT_SKILL, C.LEVEL_WITHOUT_CERTIFICATE,
))  # fmt: skip


def required_now(key: str, person: Facts, facts: HouseholdFacts) -> bool:
    """Whether a person's field has to be filled as her other answers stand: an item of the round,
    or one that a check (not a mere hint) would miss. Filled or not makes no difference."""
    blank = {**person, key: None}
    if not applicable(key, blank, facts.on):
        return False
    if key in missing_items(blank, facts.household, facts.round):
        return True
    set_: Mapping[str, str] = dict(facts.round.severities)
    return any(
        problem.where.field == key
        and problem.message in _ASKS
        and set_.get(problem.code, severity.value) in (BLOCK.value, WARN.value)
        for of_person, severity in (_GONE_RULES if gone(person) else _PERSON_RULES)
        for problem in of_person(blank, facts)
    )


def hidden_values(person: Facts, on: str) -> list[str]:
    """Fields that hold a value although they do not apply to this person any more."""
    return [
        k for k in PERSON_FIELDS
        if person.get(k) not in (None, "") and not applicable(k, person, on)
    ]  # fmt: skip
