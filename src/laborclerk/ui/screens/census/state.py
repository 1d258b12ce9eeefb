"""One household form as it is being filled in: values, what was typed and could not be read, how
each field stands, undo, and what a draft keeps. No store, no Qt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from laborclerk.catalog import fields as f
from laborclerk.catalog import values
from laborclerk.catalog.codes import code_list
from laborclerk.catalog.fields import Field
from laborclerk.features.census.checks import Check
from laborclerk.features.census.due import RoundFacts
from laborclerk.features.census.form import applicable
from laborclerk.features.census.model import CensusForm, Visit
from laborclerk.features.census.service import (
    FormProblem,
    HouseholdForm,
    check_form,
    fill_from_id,
    new_person,
    reason_key,
    reasons_of,
)
from laborclerk.features.registry.model import Household, Person
from laborclerk.kernel.errors import Problem, Severity
from laborclerk.store.base import fields_of
from laborclerk.ui import entry
from laborclerk.ui.entry import Entered, FieldState, Shown

Key = tuple[int, str]  # record id, field key
SPECS: dict[str, dict[str, Field]] = {
    "household": fields_of(Household),
    "person": fields_of(Person),
    "census_form": fields_of(CensusForm),
    "visit": fields_of(Visit),
}
_UNDO_STEPS = 200


@dataclass
class _Snapshot:
    """The form at one moment, for undo."""

    form: HouseholdForm
    visit: dict[str, Any]
    typed: dict[Key, str]
    carried: set[Key]
    person: int | None
    at: Key


@dataclass
class FormState:
    """The form on the screen. Records are named by their id; a new visit has id 0."""

    form: HouseholdForm
    round: RoundFacts
    places: values.Places
    today: str
    visit: dict[str, Any] = field(default_factory=lambda: dict.fromkeys(SPECS["visit"]))
    typed: dict[Key, str] = field(default_factory=dict)  # what could not be read, as typed
    carried: set[Key] = field(default_factory=set)
    person: int | None = None  # the member whose sections are open; None: the household's own
    problems: list[Problem] = field(default_factory=list)
    dirty: bool = False  # differs from what is in the store
    passed: set[Key] = field(default_factory=set)  # fields the clerk has gone through
    asked_all: bool = False  # she wanted to save: what is empty counts now
    _notices: dict[Key, str] = field(default_factory=dict)  # what was mended in typing
    _undo: list[_Snapshot] = field(default_factory=list)
    _redo: list[_Snapshot] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.visit["id"] = 0
        self.asked_all = int(self.form.form["id"]) in self.form.seen
        self._check()

    # -- records -------------------------------------------------------------------------------

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

    # -- entering ------------------------------------------------------------------------------

    def enter(self, record_id: int, key: str, entered: Entered) -> values.Reading:
        """Take what a field was left with; what cannot be read is kept as typed."""
        kind, record = self.record(record_id)
        spec = SPECS[kind][key]
        reading = entry.read(spec, entered, self.context(record_id))
        self._remember((record_id, key))
        at = (record_id, key)
        self.carried.discard(at)
        self.typed.pop(at, None)
        self._notices.pop(at, None)
        record[key] = reading.value
        if reading.value is None and reading.problems and isinstance(entered, str):
            self.typed[at] = entered
        if reading.notices:
            self._notices[at] = entry.message_of(reading)
        self._follow(kind, record, key)
        self.dirty = self.dirty or kind != "visit"
        self._check()
        return reading

    def _follow(self, kind: str, record: dict[str, Any], key: str) -> None:
        """Fill what follows from a value: birth date and sex of a number, the head's name."""
        if kind == "person" and key in ("id_number", "id_type"):
            for filled, value in fill_from_id(record).items():
                at = (record["id"], filled)
                if record.get(filled) is None or at in self.carried:
                    self._fill(record, filled, value)
        heads = [p for p in self.form.persons if p.get("relation") == "02"]
        head = heads[0] if len(heads) == 1 else None
        if kind == "household" and key == "head_name" and head and not head.get("name"):
            self._fill(head, "name", record[key])
        if kind == "person" and record is head and key in ("name", "phone"):
            same = "head_name" if key == "name" else "head_phone"
            if not self.form.household.get(same):
                self._fill(self.form.household, same, record[key])
        place = self.form.household.get("place")
        if key == "place" and isinstance(place, int) and hasattr(self.places, "village"):
            self.places.village = place // 1000 * 1000

    def _fill(self, record: dict[str, Any], key: str, value: Any) -> None:
        record[key] = value
        at = (int(record["id"]), key)
        self.carried.add(at)
        self.typed.pop(at, None)
        self._notices.pop(at, None)

    def mark_carried(self) -> None:
        """Everything a new form holds already was carried over."""
        new = [r for r in (self.form.household, self.form.form, *self.form.persons)
               if r["id"] not in self.form.seen]  # fmt: skip
        self.carried |= {
            (int(r["id"]), key) for r in new for key, value in r.items() if value is not None
        }

    def carry(self, record_id: int, key: str, value: Any) -> None:
        """Fill a field by copying (F7); it is shown as carried over."""
        _, record = self.record(record_id)
        self._remember((record_id, key))
        self._fill(record, key, value)
        self.dirty = True
        self._check()

    def above(self, record_id: int, key: str) -> Any:
        """The same field of the member above, None when there is none."""
        ids = [p["id"] for p in self.form.persons]
        if record_id not in ids or ids.index(record_id) == 0:
            return None
        return self.form.persons[ids.index(record_id) - 1].get(key)

    def add_member(self) -> dict[str, Any]:
        """A further member below the others; it becomes the open one."""
        self._remember((self.household_id, ""))
        person = new_person(self.form)
        self.form.persons.append(person)
        self.carried |= {
            (person["id"], k) for k, v in person.items()
            if v is not None and k not in ("id", "household", "relation")
        }  # fmt: skip
        self.person = person["id"]
        self.dirty = True
        self._check()
        return person

    def drop_member(self, person_id: int) -> None:
        """Take out a member that was never stored."""
        self._remember((person_id, ""))
        self.form.persons[:] = [p for p in self.form.persons if p["id"] != person_id]
        self.person = self.form.persons[-1]["id"] if self.form.persons else None
        self._check()

    def is_blank(self, person_id: int) -> bool:
        """Whether nothing was entered of a member beyond what is filled in by itself."""
        person = self.member(person_id) or {}
        own = {k for k, v in person.items() if v is not None and (person_id, k) not in self.carried}
        return not own - {"id", "household", "line", "relation", "id_type", "presence", "ethnicity"}

    def visit_problem(self) -> Problem | None:
        """Why the new visit cannot be recorded yet."""
        result = code_list("visit_result").item(str(self.visit.get("result") or ""))
        if result is None or result.extra.get("outcome") != "revisit":
            return None
        if self.visit.get("next_date"):
            return None
        problem = Problem(FormProblem.VISIT_NEEDS_DATE, {"result": result.short})
        return problem.at(record_type="visit", record_id=0, field="next_date")

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

    # -- how it stands -------------------------------------------------------------------------

    def pass_by(self, record_id: int, key: str) -> None:
        """The clerk went through a field: if it is still empty, that may be told now."""
        if (record_id, key) not in self.passed:
            self.passed.add((record_id, key))
            self._check()

    def ask_all(self) -> None:
        """She wants to save: everything empty is told."""
        self.asked_all = True
        self._check()

    def _too_early(self, at: Key) -> bool:
        """Whether a field is empty only because she has not come to it yet."""
        if self.asked_all or at in self.passed or at in self.typed:
            return False
        try:
            return self.record(at[0])[1].get(at[1]) in (None, "")
        except KeyError:
            return False

    def _check(self) -> None:
        found = [*self._readings(), *check_form(self.form, self.round)]
        if self.is_new:  # its number is made when it is saved
            found = [p for p in found if (p.code, p.where.field) != ("field_missing", "number")]
        self.problems = list({(p.code, p.where, p.text): p for p in found}.values())
        known = reasons_of(self.form.form)
        self.told: list[Problem] = []  # those that are shown: not explained, not too early
        self._at: dict[Key, Problem] = {}
        for problem in self.problems:
            where = problem.where
            at = (self.household_id if where.record_id is None else where.record_id,
                  where.field or "")  # fmt: skip
            if _missing(problem) or (where.field and self._too_early(at)):
                continue
            if problem.severity is Severity.WARN and known.get(reason_key(problem)):
                continue
            self.told.append(problem)
            held = self._at.get(at)
            if held is None or _GRAVE[problem.severity] < _GRAVE[held.severity]:
                self._at[at] = problem

    def _readings(self) -> Iterator[Problem]:
        """What the texts themselves say: those that could not be read, and stored values that
        read as wrong or doubtful (a number with a wrong check digit)."""
        for (record_id, key), text in self.typed.items():
            kind, _ = self.record(record_id)
            reading = entry.read(SPECS[kind][key], text, self.context(record_id))
            for problem in reading.problems:
                yield problem.at(record_type=kind, record_id=record_id, field=key)
        form = self.form
        for record in (form.household, form.form, *form.persons):
            record_id = int(record["id"])
            kind, _ = self.record(record_id)
            for key, spec in SPECS[kind].items():
                value = record.get(key)
                if value is not None and isinstance(spec.type, _KEPT_THOUGH_WRONG):
                    text = entry.show(spec, value, values.NO_CONTEXT)
                    for problem in entry.read(spec, text, self.context(record_id)).problems:
                        yield problem.at(record_type=kind, record_id=record_id, field=key)

    def shown(self, record_id: int, key: str) -> Shown:
        """How a field stands on the screen."""
        kind, record = self.record(record_id)
        at = (record_id, key)
        value = record.get(key)
        text = self.typed.get(at)
        if text is None:
            text = entry.show(SPECS[kind][key], value, self.context(record_id))
        if kind == "person" and not applicable(key, record, self.round.reference_date):
            return Shown(text, FieldState.NOT_APPLICABLE, "按已填内容,此项不用填")
        problem = self._at.get(at)
        if problem is not None:
            return Shown(text, _STATES[problem.severity], problem.text)
        if value is None:
            return Shown(text)
        state = FieldState.CARRIED if at in self.carried else FieldState.PASSED
        return Shown(text, state, self._notices.get(at, ""))

    def missing(self, record_id: int) -> int:
        """How many required items of a record are empty (缺项)."""
        return sum(_missing(p) and p.where.record_id == record_id for p in self.problems)

    def explain(self, problem: Problem, reason: str) -> None:
        """Keep the clerk's reason for a warning."""
        self.set_reason(reason_key(problem), reason)

    def set_reason(self, key: str, reason: str) -> None:
        """Keep a reason under its key; an empty one takes it away."""
        self._remember((int(self.form.form["id"]), "reasons"))
        known = reasons_of(self.form.form)
        known[key] = " ".join(reason.split())
        lines = [f"{k}={v}" for k, v in known.items() if v]
        self.form.form["reasons"] = "\n".join(lines) or None
        self.dirty = True
        self._check()

    # -- undo ----------------------------------------------------------------------------------

    def _snapshot(self, at: Key) -> _Snapshot:
        form = self.form
        copy = HouseholdForm(
            dict(form.household), [dict(p) for p in form.persons], dict(form.form),
            form.visits, form.seen, form.read,
        )  # fmt: skip
        visit, typed, carried = dict(self.visit), dict(self.typed), set(self.carried)
        return _Snapshot(copy, visit, typed, carried, self.person, at)

    def _remember(self, at: Key) -> None:
        self._undo.append(self._snapshot(at))
        del self._undo[:-_UNDO_STEPS]
        self._redo.clear()

    def _restore(self, source: list[_Snapshot], sink: list[_Snapshot]) -> Key | None:
        if not source:
            return None
        back = source.pop()
        sink.append(self._snapshot(back.at))
        seen, read, visits = self.form.seen, self.form.read, self.form.visits
        self.form, self.visit, self.typed = back.form, back.visit, back.typed
        self.form.seen, self.form.read, self.form.visits = seen, read, visits
        self.carried, self.person = back.carried, back.person
        self._notices.clear()
        self.dirty = True
        self._check()
        return back.at

    def undo(self) -> Key | None:
        """Take back the last change → the field it was made in; None when there is none."""
        return self._restore(self._undo, self._redo)

    def redo(self) -> Key | None:
        """Make the change again that was taken back last."""
        return self._restore(self._redo, self._undo)

    # -- drafts and saving ---------------------------------------------------------------------

    def as_draft(self) -> dict[str, Any]:
        """What is kept as each field is left."""
        return {
            **self.form.as_draft(),
            "round": self.round.id,
            "visit": self.visit,
            "typed": [[r, k, text] for (r, k), text in self.typed.items()],
            "carried": [[r, k] for r, k in self.carried],
        }

    def take_draft(self, draft: dict[str, Any]) -> None:
        """Go on with a draft: nothing of it is saved yet."""
        self.form = HouseholdForm.from_draft(draft, self.form.visits)
        self.visit = dict(draft["visit"])
        self.typed = {(r, k): text for r, k, text in draft["typed"]}
        self.carried = {(r, k) for r, k in draft["carried"]}
        self.dirty = True
        self._check()

    def copy_to_save(self) -> HouseholdForm:
        """A copy for the worker: blank members are left out; typing goes on here meanwhile."""
        form = self._snapshot((0, "")).form
        form.persons = [
            p for p in form.persons if p["id"] in form.seen or not self.is_blank(p["id"])
        ]
        form.seen, form.read = dict(form.seen), dict(form.read)
        return form

    def saved(self, sent: HouseholdForm, fresh: HouseholdForm) -> None:
        """Take over what is in the store now; what was entered meanwhile stays on top."""
        for mine, then, now in self._pairs(sent, fresh):
            for key, value in mine.items():
                if key in then and then[key] != value:
                    now[key] = value
        later = {p["id"] for p in fresh.persons}
        blank = [p for p in self.form.persons if p["id"] not in later and self.is_blank(p["id"])]
        fresh.persons += blank
        self.form = fresh
        self.visit = {**dict.fromkeys(SPECS["visit"]), "id": 0}
        self.carried = {at for at in self.carried if any(p["id"] == at[0] for p in blank)}
        self.dirty = bool(self.typed)
        self._undo.clear()
        self._redo.clear()
        self._check()

    def _pairs(
        self, sent: HouseholdForm, fresh: HouseholdForm
    ) -> Iterator[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
        yield self.form.household, dict(self._sent(sent, self.household_id)), fresh.household
        yield self.form.form, dict(self._sent(sent, int(self.form.form["id"]))), fresh.form
        for person in fresh.persons:
            mine = self.member(person["id"])
            if mine is not None:
                yield mine, self._sent(sent, person["id"]), person

    @staticmethod
    def _sent(sent: HouseholdForm, record_id: int) -> dict[str, Any]:
        for record in (sent.household, sent.form, *sent.persons):
            if record["id"] == record_id:
                return record
        return {}


_KEPT_THOUGH_WRONG = (f.IdNumber, f.Phone, f.PersonName, f.Number, f.Text)
_GRAVE = {Severity.BLOCK: 0, Severity.WARN: 1, Severity.HINT: 2}
_STATES = {
    Severity.BLOCK: FieldState.WRONG,
    Severity.WARN: FieldState.WARNED,
    Severity.HINT: FieldState.WARNED,
}


def _missing(problem: Problem) -> bool:
    return problem.message is Check.FIELD_MISSING
