"""The records of one household form by their ids, and what each field of them depends on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from laborclerk.catalog import values
from laborclerk.catalog.codes import code_list
from laborclerk.catalog.fields import Field
from laborclerk.features.census.due import RoundFacts
from laborclerk.features.census.household_form import HouseholdForm
from laborclerk.features.census.model import CensusForm, Visit
from laborclerk.features.census.service import next_visit
from laborclerk.features.registry.model import Household, Person
from laborclerk.kernel.errors import Problem
from laborclerk.store.base import fields_of

Key = tuple[int, str]  # record id, field key
SPECS: dict[str, dict[str, Field]] = {
    "household": fields_of(Household),
    "person": fields_of(Person),
    "census_form": fields_of(CensusForm),
    "visit": fields_of(Visit),
}


@dataclass
class Records:
    """Household, members, form and the new visit (its id is 0 until it is recorded)."""

    form: HouseholdForm
    round: RoundFacts
    places: values.Places
    today: str
    visit: dict[str, Any] = field(default_factory=lambda: dict.fromkeys(SPECS["visit"]))
    dirty: bool = False  # differs from what is in the store

    @property
    def household_id(self) -> int:
        return int(self.form.household["id"])

    @property
    def is_new(self) -> bool:
        """Whether the household is not in the store yet."""
        return self.household_id not in self.form.seen

    @property
    def members(self) -> list[dict[str, Any]]:
        """The members in order of their lines."""
        return self.form.persons

    def member(self, person_id: int | None) -> dict[str, Any] | None:
        """The member with this id."""
        return next((p for p in self.form.persons if p["id"] == person_id), None)

    def record(self, record_id: int) -> tuple[str, dict[str, Any]]:
        """(record type, values) of a record of the form."""
        if record_id == 0:
            return "visit", self.visit
        if record_id == self.household_id:
            return "household", self.form.household
        if record_id == self.form.form["id"]:
            return "census_form", self.form.form
        person = self.member(record_id)
        if person is None:
            raise KeyError(record_id)
        return "person", person

    def context(self, record_id: int) -> values.Context:
        """What a field of this record depends on."""
        kind, record = self.record(record_id)
        of_person = kind == "person"
        return values.Context(
            today=self.today,
            id_kind=str(record.get("id_type") or "") or None if of_person else None,
            sex=record.get("sex") if of_person else None,
            codes_by="number",
            places=self.places,
        )

    def visit_problem(self) -> Problem | None:
        """Why the new visit cannot be recorded yet."""
        result = code_list("visit_result").item(str(self.visit.get("result") or ""))
        if result is None or not self.visit_wants_date:
            return None
        day, following = self.visit.get("date") or self.today, self.visit.get("next_date")
        problem = next_visit(result.short, day, following)
        return problem and problem.at(record_type="visit", record_id=0, field="next_date")

    @property
    def visit_wants_date(self) -> bool:
        """Whether the new visit's result asks for the day of the next one."""
        result = code_list("visit_result").item(str(self.visit.get("result") or ""))
        return result is not None and result.extra.get("outcome") == "revisit"

    @property
    def has_visit(self) -> bool:
        """Whether a new visit was entered."""
        return self.visit.get("result") is not None

    @property
    def only_visit(self) -> bool:
        """Whether the visit is all there is to keep: nobody was met."""
        result = code_list("visit_result").item(str(self.visit.get("result") or ""))
        return (
            result is not None and result.extra.get("outcome") != "done" and not self.dirty
            and not self.is_new
        )  # fmt: skip
