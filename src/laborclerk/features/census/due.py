"""Who is 应访 and who is 应登记: the one documented rule.

A *household* is due (应访户) in a round when it exists at the reference date: it is in the frame
or was found living here, and is not recorded as moved out, merged, unknown or extinct. A whole
household that is away, registered only (空挂户) or whose people live elsewhere is due all the
same: it is met through relatives, by telephone or through the village (吉水 2013: people wholly
away are entered through relatives).

A *person* is due (应登记) when she belongs to a due household and at the reference date is alive,
not moved out and not settled abroad. The registered who live elsewhere are due here; those who
live here and are registered elsewhere are due here too, marked 人在户不在 (the county's merge
finds them twice by ID number). Born or died decides the reference date: a child born after it is
not due, a person who died or left after it still is.

A person of the frame is *accounted for* when the register says where she is: a member who is or
was registered here, the dead and those moved out included, also where that is the reason why her
record was taken out. Who only lives here (人在户不在) is not in the frame. What the frame counts
beyond those is left out (漏人): on the form and in the coverage alike.

*Labour force* is a due person whom the round's labour rule counts by age at the reference date
and who is not without all ability to work.

An *item is missing* (缺项) when a required field that applies to a due person is empty. People
outside working age are asked only the items that apply to them. The round may change the list.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from laborclerk.catalog.codes import code_list
from laborclerk.catalog.retirement import LabourRule, labour_age
from laborclerk.features.census.form import Facts, able, applicable, in_school
from laborclerk.kernel.dates import age_on

DEFAULT_LABOUR_RULE = "statutory-2024"

# reasons of `delete_reason` that tell where one of the frame is: moved out, dead, married away
TAKEN_OUT_ACCOUNTED = ("1", "2", "5")
LIVES_HERE_ONLY = "4"  # of the code list presence

# asked of everybody who is due
DEFAULT_REQUIRED_ALL = (
    "relation", "name", "id_type", "id_number", "sex", "birth_date", "ethnicity",
)  # fmt: skip
# asked of those of working age: the six items of 001-04, and what the checkers want of workers
DEFAULT_REQUIRED_GROWN = (
    "education", "health", "work_ability", "employment_status", "work_scope", "employer",
    "industry", "monthly_income", "channel", "wants_to_go",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RoundFacts:
    """What the rules need to know of a round."""

    id: int
    name: str
    reference_date: str
    labour_rule: LabourRule
    required: tuple[str, ...]
    severities: tuple[tuple[str, str], ...] = ()
    county: str = ""

    @property
    def title(self) -> str:
        """As it stands on everything printed: round and labour rule."""
        return f"{self.name} · 劳动力口径 {self.labour_rule.name}"


@cache
def _residence_exists(code: str) -> bool:
    item = code_list("residence").item(code)
    return item is None or item.extra.get("exists") != "0"


@cache
def _gone(code: str) -> bool:
    item = code_list("presence").item(code)
    return item is not None and item.extra.get("gone") == "1"


def household_due(residence: str | None, deleted: str | None) -> bool:
    """Whether a household is to be visited (应访)."""
    return deleted is None and (residence is None or _residence_exists(residence))


def person_due(
    presence: str | None, presence_since: str | None, birth_date: str | None, reference_date: str
) -> bool:
    """Whether a member of a due household is to be registered (应登记) at the reference date."""
    if birth_date is not None and birth_date > reference_date:
        return False
    if presence is None or not _gone(presence):
        return True
    return presence_since is not None and presence_since > reference_date


def is_due(person: Facts, household: Facts, round_: RoundFacts) -> bool:
    """`household_due` and `person_due` on facts, deleted persons never."""

    def text(facts: Facts, key: str) -> str | None:
        value = facts.get(key)
        return value if isinstance(value, str) and value else None

    return (
        text(person, "deleted") is None
        and household_due(text(household, "residence"), text(household, "deleted"))
        and person_due(
            text(person, "presence"), text(person, "presence_since"),
            text(person, "birth_date"), round_.reference_date,
        )
    )  # fmt: skip


def is_accounted(person: Facts) -> bool:
    """Whether a member, deleted or not, is one whom the frame counts and the register knows."""
    return (
        person.get("deleted") in (None, *TAKEN_OUT_ACCOUNTED)
        and person.get("presence") != LIVES_HERE_ONLY
    )


def is_labour(person: Facts, round_: RoundFacts) -> bool:
    """Whether a due person counts as labour force under the round's rule."""
    born, sex = person.get("birth_date"), person.get("sex")
    if not isinstance(born, str) or not isinstance(sex, str):
        return False
    on, student = round_.reference_date, in_school(person)
    return able(person) and labour_age(round_.labour_rule, sex, born, on, student)


def missing_items(person: Facts, household: Facts, round_: RoundFacts) -> list[str]:
    """The required fields that apply to a due person and are empty, in the round's order.

    文化程度 and 在校生状况 are one item: either fills it (B2 rule 04).
    """
    if not is_due(person, household, round_):
        return []
    on = round_.reference_date
    born = person.get("birth_date")
    grown = not isinstance(born, str) or age_on(born, on) >= 16
    missing = []
    for key in round_.required:
        if person.get(key) not in (None, ""):
            continue
        if key in DEFAULT_REQUIRED_GROWN and not grown:
            continue
        if key == "education" and person.get("in_school"):
            continue
        if key == "id_number" and person.get("id_type") == "09":
            continue
        if applicable(key, person, on):
            missing.append(key)
    return missing
