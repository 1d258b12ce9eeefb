"""The household form: which fields, in which order, when a section applies.

The screen, the paper form and the sheet all follow this one order (experience.md: "same order and
codes as the screen").
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from laborclerk.catalog.codes import code_list
from laborclerk.catalog.fields import Value
from laborclerk.kernel.dates import age_on

Facts = Mapping[str, Value]

HEAD_FIELDS = (
    "number", "place", "head_name", "head_phone", "kind", "residence", "address",
    "registered_count", "minimum_living", "destitute", "relocated", "farmland", "woodland", "note",
)  # fmt: skip
FORM_FIELDS = (
    "survey_date", "interviewer", "informant", "informant_relation", "informant_phone",
    "paper_number", "note",
)  # fmt: skip
VISIT_FIELDS = ("date", "result", "next_date", "visitor", "checks", "note")

WORKING_AGE_FROM = 16  # 禁止使用童工规定 (State Council order 364)


@dataclass(frozen=True, slots=True)
class FormContext:
    """What a condition may look at besides the person: the day ages are computed at."""

    on: str


@dataclass(frozen=True, slots=True)
class Section:
    """One tab of a person: fields in order, and whether it applies to a person."""

    key: str
    title: str
    fields: tuple[str, ...]
    applies: Callable[[Facts, FormContext], bool]


def age(person: Facts, on: str) -> int | None:
    """Full years at the day, None without a birth date."""
    born = person.get("birth_date")
    return age_on(born, on) if isinstance(born, str) and born else None


def gone(person: Facts) -> bool:
    """Dead, moved out or settled abroad: kept in the register, no longer asked about."""
    item = code_list("presence").item(str(person.get("presence") or ""))
    return item is not None and item.extra.get("gone") == "1"


def able(person: Facts) -> bool:
    """Has any ability to work (普通、技能、弱或半); unknown counts as able so that it is asked."""
    item = code_list("work_ability").item(str(person.get("work_ability") or ""))
    return item is None or item.extra.get("able") != "none"


def at_work(person: Facts) -> bool:
    """Employed away, at home, self-employed or flexibly; farming is not a job here (B1)."""
    item = code_list("employment_status").item(str(person.get("employment_status") or ""))
    return item is not None and item.extra.get("works") == "1"


def away(person: Facts) -> bool:
    item = code_list("employment_status").item(str(person.get("employment_status") or ""))
    return item is not None and item.extra.get("kind") == "away"


def in_school(person: Facts) -> bool:
    item = code_list("in_school").item(str(person.get("in_school") or ""))
    return item is not None and item.extra.get("stage") != "none"


def _everyone(person: Facts, context: FormContext) -> bool:
    return True


def _present(person: Facts, context: FormContext) -> bool:
    return not gone(person)


def _grown(person: Facts, context: FormContext) -> bool:
    years = age(person, context.on)
    return not gone(person) and (years is None or years >= WORKING_AGE_FROM)


def _may_want(person: Facts, context: FormContext) -> bool:
    return _grown(person, context) and able(person)


SECTIONS: tuple[Section, ...] = (
    Section(
        "identity", "基本",
        ("line", "relation", "name", "id_type", "id_number", "sex", "birth_date", "ethnicity",
         "presence", "presence_since", "marital_status", "political_status", "hukou_type",
         "phone"),
        _everyone,
    ),
    Section(
        "skill", "文化与技能",
        ("education", "in_school", "health", "disability_number", "work_ability", "skill",
         "skill_level", "certificate_number", "training_done"),
        _present,
    ),
    Section(
        "work", "就业",
        ("employment_status", "work_scope", "work_place", "employer", "occupation", "industry",
         "work_start", "work_months", "monthly_income", "channel", "employment_form",
         "unemployed_since", "unemployment_reason", "population_class", "person_identity"),
        _grown,
    ),
    Section(
        "wish", "意愿",
        ("surplus", "leader", "wants_to_go", "wanted_place", "wanted_job", "expected_income",
         "wants_training", "wanted_training"),
        _may_want,
    ),
    Section("insurance", "参保与困难", ("insurance", "hardship", "note"), _present),
)  # fmt: skip

_WORK_ONLY = frozenset(
    ("work_scope", "work_place", "employer", "occupation", "industry", "work_start",
     "work_months", "monthly_income", "channel", "employment_form")
)  # fmt: skip
_IDLE_ONLY = frozenset(("unemployed_since", "unemployment_reason"))


def applicable(key: str, person: Facts, on: str) -> bool:
    """Whether a field is asked of this person; the others are shown as not applicable."""
    section = next((s for s in SECTIONS if key in s.fields), None)
    if section is None:
        return False
    if not section.applies(person, FormContext(on)):
        return False
    if key in _WORK_ONLY:
        return at_work(person)
    if key in _IDLE_ONLY:
        return not at_work(person) and person.get("employment_status") not in (None, "02")
    if key == "disability_number":
        return "60" in str(person.get("health") or "").split(",") or any(
            c.startswith("6") for c in str(person.get("health") or "").split(",")
        )
    if key == "education":
        return not person.get("in_school")
    if key == "in_school":
        return not person.get("education")
    if key in ("wanted_place", "wanted_job", "expected_income"):
        return person.get("wants_to_go") is True
    if key == "wanted_training":
        return person.get("wants_training") is True
    if key in ("skill_level", "certificate_number"):
        return bool(person.get("skill"))
    if key == "presence_since":
        return person.get("presence") not in (None, "1")
    return True


PERSON_FIELDS: tuple[str, ...] = tuple(key for s in SECTIONS for key in s.fields)
