"""The rules that look at one person: number, school, work, health, wishes."""

from __future__ import annotations

from collections.abc import Iterator

from laborclerk.catalog.idnumber import read_id_number
from laborclerk.features.census.checks import (
    Check,
    HouseholdFacts,
    at_field,
    extra,
    label,
    years_of,
)
from laborclerk.features.census.form import Facts, able, at_work, away, in_school
from laborclerk.kernel.errors import Problem, Severity


def relation_sex(p: Facts, facts: HouseholdFacts) -> Iterator[Problem]:
    """之子 is male, 妻 is female … (B2 rule 28; GB/T 4761)."""
    implied = extra("relation", str(p.get("relation") or ""), "sex")
    if implied and p.get("sex") in ("1", "2") and implied != p.get("sex"):
        yield at_field(
            Check.RELATION_SEX, "sex", relation=label("relation", p.get("relation")),
            sex=label("sex", implied), given=label("sex", p.get("sex")),
        )  # fmt: skip


def id_agrees(p: Facts, facts: HouseholdFacts) -> Iterator[Problem]:
    """The number is right, and birth date and sex agree with it (B2 rules 28, 43, 49; GB 11643)."""
    number = p.get("id_number")
    if not isinstance(number, str) or not number:
        return
    reading = read_id_number(number, str(p.get("id_type") or "") or None)
    for wrong in reading.problems:
        if wrong.severity is Severity.BLOCK:
            yield at_field(Check.ID_WRONG, "id_number", text=wrong.text)
    if reading.sex and p.get("sex") and reading.sex != p.get("sex"):
        yield at_field(Check.ID_SEX_DIFFERS, "sex", sex=label("sex", reading.sex))
    if reading.birth_date and p.get("birth_date") and reading.birth_date != p.get("birth_date"):
        yield at_field(Check.ID_BIRTH_DIFFERS, "birth_date", date=reading.birth_date)


def education_or_school(p: Facts, facts: HouseholdFacts) -> Iterator[Problem]:
    """Exactly one of the two is filled (B2 rule 04)."""
    if p.get("education") and in_school(p):
        yield at_field(Check.EDUCATION_AND_SCHOOL, "in_school")


def school_age(p: Facts, facts: HouseholdFacts) -> Iterator[Problem]:
    """A student over 30; a healthy child of 6–14 out of school (V4 rules 60, 61)."""
    years = years_of(p, facts.on)
    if in_school(p) and years > 30:
        yield at_field(Check.SCHOOL_AGE, "in_school", age=years)
    if 6 <= years <= 14 and p.get("education") and not p.get("in_school") and _healthy(p):
        yield at_field(Check.CHILD_NOT_IN_SCHOOL, "in_school", age=years)


def _healthy(p: Facts) -> bool:
    return p.get("health") == "10"


def working_contradictions(p: Facts, facts: HouseholdFacts) -> Iterator[Problem]:
    """No ability, a pupil, a child, yet at work (V3 2_01_015, 4_12_002; V4 58; order 364)."""
    if not at_work(p):
        return
    years = years_of(p, facts.on)
    status = label("employment_status", p.get("employment_status"))
    if not able(p):
        yield at_field(
            Check.UNABLE_YET_WORKING, "work_ability",
            ability=label("work_ability", p.get("work_ability")),
        )  # fmt: skip
    if in_school(p):
        yield at_field(
            Check.PUPIL_YET_WORKING, "employment_status", status=status,
            stage=label("in_school", p.get("in_school")),
        )  # fmt: skip
    if 0 <= years < 16:
        yield at_field(Check.CHILD_WORKING, "employment_status", age=years, status=status)
    if years > 80:
        yield at_field(Check.OVER_80_WORKING, "employment_status", age=years, status=status)


def healthy_yet_unable(p: Facts, facts: HouseholdFacts) -> Iterator[Problem]:
    """Healthy, 16 to under 60, no student, yet without ability (V3 5_12_008)."""
    if able(p) and extra("work_ability", str(p.get("work_ability") or ""), "able") != "weak":
        return
    years = years_of(p, facts.on)
    if _healthy(p) and 16 <= years < 60 and not in_school(p):
        yield at_field(
            Check.HEALTHY_YET_UNABLE, "work_ability", age=years,
            ability=label("work_ability", p.get("work_ability")),
        )  # fmt: skip


def place_and_months(p: Facts, facts: HouseholdFacts) -> Iterator[Problem]:
    """Place with months and the reverse; months with income, employer (V2 13; V4 53–56)."""
    if not at_work(p):
        return
    place = p.get("work_place") or p.get("work_scope")
    months = p.get("work_months") or p.get("work_start")
    if place and not months:
        yield at_field(Check.PLACE_WITHOUT_MONTHS, "work_start")
    if months and not place:
        yield at_field(Check.MONTHS_WITHOUT_PLACE, "work_scope")
    if months and p.get("monthly_income") is None:
        yield at_field(Check.MONTHS_WITHOUT_INCOME, "monthly_income")
    if p.get("monthly_income") is not None and not months:
        yield at_field(Check.INCOME_WITHOUT_MONTHS, "work_start")
    if months and not p.get("employer"):
        yield at_field(Check.MONTHS_WITHOUT_EMPLOYER, "employer")


_WORKER_NEEDS = ("monthly_income", "employer", "industry", "channel", "work_scope")


def worker_needs(p: Facts, facts: HouseholdFacts) -> Iterator[Problem]:
    """Now working → income, employer, industry, channel, place (V3 5_01_007, 5_12_006)."""
    if not at_work(p) or not able(p):
        return
    for key in _WORKER_NEEDS:
        if p.get(key) in (None, "") and key not in facts.round.required:
            yield at_field(Check.WORKER_NEEDS, key, label=key)


def away_place(p: Facts, facts: HouseholdFacts) -> Iterator[Problem]:
    """外出务工 is outside the county; scope agrees with the 12-digit place (V5, B1)."""
    scope = p.get("work_scope")
    if away(p) and scope == "1":
        yield at_field(Check.AWAY_IN_COUNTY, "work_scope")
    place, home = p.get("work_place"), facts.round.county
    if isinstance(place, str) and place and scope and len(home) >= 6:
        expected = scope_of(place, home)
        if expected != scope:
            yield at_field(
                Check.SCOPE_DIFFERS, "work_scope", place=place,
                scope=label("work_place_scope", scope),
            )  # fmt: skip


def scope_of(place: str, home_county: str) -> str:
    """就业地点 of a 12-digit place seen from a county's six digits."""
    if place.startswith(("999", "71", "81", "82")):
        return "5"
    if place[:6] == home_county[:6]:
        return "1"
    if place[:4] == home_county[:4]:
        return "2"
    return "3" if place[:2] == home_county[:2] else "4"


def income_plausible(p: Facts, facts: HouseholdFacts) -> Iterator[Problem]:
    """月/年、元/万元 is a known trap (B2): under 300 or over 50,000 yuan a month is asked about."""
    income = p.get("monthly_income")
    if (
        isinstance(income, int)
        and not isinstance(income, bool)
        and at_work(p)
        and (income < 300 or income > 50000)
    ):
        yield at_field(Check.INCOME_ODD, "monthly_income", income=income)


_WORK_FACTS = ("employer", "work_place", "work_start", "monthly_income")


def not_working(p: Facts, facts: HouseholdFacts) -> Iterator[Problem]:
    """Work facts of somebody who does not work (V2 13, reverse)."""
    if p.get("employment_status") and not at_work(p):
        for key in _WORK_FACTS:
            if p.get(key) not in (None, ""):
                yield at_field(Check.NOT_WORKING_YET_WORK, key, label=key)


def work_start(p: Facts, facts: HouseholdFacts) -> Iterator[Problem]:
    """A job begins before it is surveyed."""
    start = p.get("work_start")
    day = facts.form.get("survey_date") or facts.on
    if isinstance(start, str) and start and start > str(day)[:7]:
        yield at_field(Check.WORK_START_LATE, "work_start", month=start)


def disability(p: Facts, facts: HouseholdFacts) -> Iterator[Problem]:
    """Disabled without certificate, certificate yet healthy (V4 66, 67); whose card."""
    health = str(p.get("health") or "").split(",")
    disabled = any(c.startswith("6") for c in health)
    card = p.get("disability_number")
    if disabled and not card and p.get("id_type") != "06":
        yield at_field(Check.DISABLED_WITHOUT_CARD, "disability_number")
    if card and health != [""] and not disabled:
        yield at_field(Check.CARD_YET_HEALTHY, "health")
    number = p.get("id_number")
    if card and isinstance(number, str) and len(number) >= 18 and str(card)[:18] != number[:18]:
        yield at_field(Check.CARD_OF_ANOTHER, "disability_number")
    if "10" in health and len(health) > 1:
        yield at_field(Check.HEALTH_CONTRADICTS, "health")


def marriage(p: Facts, facts: HouseholdFacts) -> Iterator[Problem]:
    """Married below the legal age (民法典 Art 1047: 22 and 20); a spouse who is unmarried."""
    status = str(p.get("marital_status") or "")
    years = years_of(p, facts.on)
    if status[:1] == "2" and 0 <= years < (22 if p.get("sex") == "1" else 20):
        yield at_field(
            Check.MARRIED_YOUNG, "marital_status", age=years,
            status=label("marital_status", status),
        )  # fmt: skip
    if p.get("relation") in ("10", "11", "12") and status in ("10", "40"):
        yield at_field(
            Check.SPOUSE_UNMARRIED, "marital_status", status=label("marital_status", status)
        )


def presence_date(p: Facts, facts: HouseholdFacts) -> Iterator[Problem]:
    """Death, birth and moving have a day: it decides who is due."""
    state = str(p.get("presence") or "")
    since = p.get("presence_since")
    if state in ("10", "11", "12") and not since:
        yield at_field(Check.STATE_WITHOUT_DATE, "presence_since", state=label("presence", state))
    day = str(facts.form.get("survey_date") or "")
    if isinstance(since, str) and day and since > day:
        yield at_field(Check.STATE_DATE_LATE, "presence_since", state=label("presence", state))


def skills(p: Facts, facts: HouseholdFacts) -> Iterator[Problem]:
    """A skilled worker has a skill (000-01); a level has a certificate (000-05)."""
    if p.get("work_ability") == "2" and not p.get("skill"):
        yield at_field(Check.SKILLED_WITHOUT_SKILL, "skill")
    if p.get("skill_level") not in (None, "", "0") and not p.get("certificate_number"):
        yield at_field(Check.LEVEL_WITHOUT_CERTIFICATE, "certificate_number")


def wishes(p: Facts, facts: HouseholdFacts) -> Iterator[Problem]:
    """Willing to go without any ability to work."""
    if p.get("wants_to_go") is True and not able(p):
        yield at_field(
            Check.WANTS_YET_UNABLE, "wants_to_go",
            ability=label("work_ability", p.get("work_ability")),
        )  # fmt: skip
