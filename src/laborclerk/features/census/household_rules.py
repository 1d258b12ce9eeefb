"""The rules that look at a whole household: heads, spouses, generations, nobody left out."""

from __future__ import annotations

from collections.abc import Iterator

from laborclerk.features.census.checks import Check, HouseholdFacts, at_field, extra, label
from laborclerk.features.census.due import household_due, is_accounted
from laborclerk.features.census.form import Facts, gone
from laborclerk.kernel.dates import age_on
from laborclerk.kernel.errors import Problem

_GENERATION = 14  # years between parent and child at least


def members_and_head(facts: HouseholdFacts) -> Iterator[Problem]:
    """Exactly one head (B2 rules 05, 07; B1)."""
    living = [p for p in facts.persons if not gone(p)]
    exists = extra("residence", str(facts.household.get("residence") or ""), "exists") != "0"
    empty_kind = facts.household.get("residence") == "4"
    if not living:
        if exists and not empty_kind:
            yield at_field(Check.NO_MEMBER, "residence")
        return
    if not exists:
        yield at_field(
            Check.HOUSEHOLD_GONE_WITH_MEMBERS, "residence", count=len(living),
            state=label("residence", facts.household.get("residence")),
        )  # fmt: skip
    heads = [p for p in living if p.get("relation") == "02"]
    if not heads:
        yield at_field(Check.NO_HEAD, "relation").at(
            record_type="person", record_id=living[0].get("id")
        )
    elif len(heads) > 1:
        names = "、".join(str(p.get("name") or "") for p in heads)
        yield at_field(Check.SEVERAL_HEADS, "relation", count=len(heads), names=names).at(
            record_type="person", record_id=heads[1].get("id")
        )


def spouses(facts: HouseholdFacts) -> Iterator[Problem]:
    """At most one spouse, of the other sex (B2 rules 06, 28)."""
    living = [p for p in facts.persons if not gone(p)]
    found = [p for p in living if p.get("relation") in ("10", "11", "12")]
    if len(found) > 1:
        names = "、".join(str(p.get("name") or "") for p in found)
        yield at_field(Check.SEVERAL_SPOUSES, "relation", count=len(found), names=names).at(
            record_type="person", record_id=found[1].get("id")
        )
    heads = [p for p in living if p.get("relation") == "02"]
    if len(heads) == 1 and found and heads[0].get("sex"):
        for spouse in found:
            if spouse.get("sex") == heads[0].get("sex"):
                yield at_field(
                    Check.SPOUSE_SEX, "sex", name=spouse.get("name") or "",
                    sex=label("sex", spouse.get("sex")),
                ).at(record_type="person", record_id=spouse.get("id"))  # fmt: skip


def head_name(facts: HouseholdFacts) -> Iterator[Problem]:
    """The head block names the head of the member rows."""
    named = facts.household.get("head_name")
    heads = [p for p in facts.persons if p.get("relation") == "02" and not gone(p)]
    if named and len(heads) == 1 and heads[0].get("name") not in (None, named):
        yield at_field(Check.HEAD_NAME_DIFFERS, "head_name", head=named, name=heads[0].get("name"))


def generations(facts: HouseholdFacts) -> Iterator[Problem]:
    """Parents at least 14 years older, children at least 14 younger than the head (plausibility;
    experience.md: relation, sex, spouse and generation ages are cross-checked)."""
    heads = [p for p in facts.persons if p.get("relation") == "02" and p.get("birth_date")]
    if len(heads) != 1:
        return
    born = str(heads[0]["birth_date"])
    for person in facts.persons:
        other = person.get("birth_date")
        relation = str(person.get("relation") or "")
        if not isinstance(other, str) or not relation or "57" <= relation <= "58":
            continue
        generation = extra("relation", relation, "generation")
        older = age_on(other, born) if other <= born else -age_on(born, other)
        if generation == "1" and older < _GENERATION and relation[:1] == "5":
            yield at_field(
                Check.PARENT_AGE, "birth_date", relation=label("relation", relation),
                name=person.get("name") or "", apart=_apart(older, "大", "小"),
            ).at(record_type="person", record_id=person.get("id"))  # fmt: skip
        own = relation[:1] in "23" and relation not in ("27", "28", "37", "38")
        if generation == "-1" and -older < _GENERATION and own:
            yield at_field(
                Check.CHILD_AGE, "birth_date", relation=label("relation", relation),
                name=person.get("name") or "", apart=_apart(-older, "小", "大"),
            ).at(record_type="person", record_id=person.get("id"))  # fmt: skip


def _apart(years: int, right: str, wrong: str) -> str:
    """How far somebody is from the head; `years` count in the direction that would be right."""
    if years == 0:
        return "与户主同岁"
    return f"比户主只{right}{years}岁" if years > 0 else f"比户主{wrong}{-years}岁"


def frame_count(facts: HouseholdFacts) -> Iterator[Problem]:
    """Nobody of the frame is left out (户不漏人, 001-02): `due.is_accounted`, as the coverage
    counts. A household without any member is told by `members_and_head`."""
    residence = facts.household.get("residence")
    frame = facts.household.get("registered_count")
    count = facts.taken_out + sum(is_accounted(p) for p in facts.persons)
    due = household_due(str(residence) if residence else None, None)
    asked = due and (bool(facts.persons) or residence == "4")
    if asked and isinstance(frame, int) and not isinstance(frame, bool) and count < frame:
        yield at_field(Check.COUNT_DIFFERS, "registered_count", count=count, frame=frame)


def same_number(facts: HouseholdFacts) -> Iterator[Problem]:
    """Nobody twice in one form (B2 rule 02)."""
    seen: dict[str, Facts] = {}
    for person in facts.persons:
        number = person.get("id_number")
        if isinstance(number, str) and number:
            if number in seen:
                yield at_field(
                    Check.SAME_NUMBER_IN_FORM, "id_number", name=seen[number].get("name") or ""
                ).at(record_type="person", record_id=person.get("id"))
            seen.setdefault(number, person)
