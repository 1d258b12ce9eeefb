"""One household form as it is being filled in: entering, filling what follows, undo, drafts, and
what came back from saving. No store, no Qt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from laborclerk.catalog import values
from laborclerk.catalog.idnumber import RESIDENT, TEMPORARY, read_id_number
from laborclerk.features.census.due import is_accounted
from laborclerk.features.census.household_form import (
    HouseholdForm,
    fill_from_id,
    new_person,
    papers_without_number,
    reason_key,
    reasons_of,
)
from laborclerk.kernel.errors import Problem
from laborclerk.ui import entry
from laborclerk.ui.entry import Entered
from laborclerk.ui.screens.census.records import SPECS, Key
from laborclerk.ui.screens.census.standing import Standing

_UNDO_STEPS = 200
NO_PAPERS_YET = "新生儿还没有号码,先填“尚无证件”。有号码的,直接填在证件号码里"


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
class FormState(Standing):
    """The form on the screen. Records are named by their id; a new visit has id 0."""

    person: int | None = None  # the member whose sections are open; None: the household's own
    _undo: list[_Snapshot] = field(default_factory=list)
    _redo: list[_Snapshot] = field(default_factory=list)

    # -- entering ------------------------------------------------------------------------------

    def enter(self, record_id: int, key: str, entered: Entered) -> values.Reading:
        """Take what a field was left with; what cannot be read is kept as typed."""
        kind, record = self.record(record_id)
        spec = SPECS[kind][key]
        reading = entry.read(spec, entered, self.context(record_id))
        self._remember((record_id, key))
        at = (record_id, key)
        if kind == "person" and key == "id_number":
            reading = self._number_after_all(record, entered, reading)
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
        self._check(at)
        return reading

    def _follow(self, kind: str, record: dict[str, Any], key: str) -> None:
        """Fill what follows from a value: birth date and sex of a number, the head's name."""
        if kind == "person" and key in ("id_number", "id_type"):
            for filled, value in fill_from_id(record).items():
                at = (record["id"], filled)
                if record.get(filled) is None or at in self.carried:
                    self._fill(record, filled, value)
        if kind == "person" and key in ("presence", "birth_date"):
            self._propose_papers(record)
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

    def _propose_papers(self, person: dict[str, Any]) -> None:
        """A newborn without a number has no papers yet: that is proposed, and taken back when it
        was no newborn after all."""
        held, at = person.get("id_type"), (int(person["id"]), "id_type")
        proposed = papers_without_number(person, self.today)
        open_ = held in (None, RESIDENT) if proposed == TEMPORARY else at in self.carried
        if not person.get("id_number") and proposed != held and open_:
            self._fill(person, "id_type", proposed)
            if proposed == TEMPORARY:
                self._notices[at] = NO_PAPERS_YET

    def _number_after_all(
        self, person: dict[str, Any], entered: Entered, reading: values.Reading
    ) -> values.Reading:
        """A number where none was expected: she has papers."""
        at = (int(person["id"]), "id_type")
        if person.get("id_type") != TEMPORARY or at not in self.carried:
            return reading
        found = read_id_number(entered if isinstance(entered, str) else entered.value)
        if found.kind != RESIDENT:
            return reading
        self._fill(person, "id_type", RESIDENT)
        return entry.read(SPECS["person"]["id_number"], entered, self.context(int(person["id"])))

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

    def drop_member(self, person_id: int, reason: str = "") -> None:
        """Take out a member: one that was never stored, or one taken out with a `reason`."""
        self._remember((person_id, ""))
        gone = {**(self.member(person_id) or {}), "deleted": reason}
        self.form.taken_out += bool(reason) and is_accounted(gone)
        self.form.persons[:] = [p for p in self.form.persons if p["id"] != person_id]
        self.person = self.form.persons[-1]["id"] if self.form.persons else None
        self._check()

    def member_after(self, person_id: int | None, step: int = 1) -> int | None:
        """The member below (above for -1), None past the ends."""
        ids = [int(p["id"]) for p in self.form.persons]
        at = ids.index(person_id) + step if person_id in ids else 0
        return ids[at] if 0 <= at < len(ids) else None

    def more_expected(self) -> bool:
        """Whether the frame knows of more members than are entered."""
        return len(self.form.persons) < int(self.form.household.get("registered_count") or 0)

    def is_blank(self, person_id: int) -> bool:
        """Whether nothing was entered of a member beyond what is filled in by itself."""
        person = self.member(person_id) or {}
        own = {k for k, v in person.items() if v is not None and (person_id, k) not in self.carried}
        return not own - {"id", "household", "line", "relation", "id_type", "presence", "ethnicity"}

    # -- reasons ------------------------------------------------------------------------------

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
            form.visits, form.seen, form.read, form.taken_out,
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

    def take_draft(self, draft: dict[str, Any]) -> list[Key]:
        """Go on with a draft, of which nothing is saved yet, on top of what is stored now → the
        fields to which somebody else gave another value since."""
        form = HouseholdForm.from_draft(draft, self.form.visits)
        met = form.put_onto(self.form)
        self.form = form
        self.visit = dict(draft["visit"])
        self.typed = {(r, k): text for r, k, text in draft["typed"]}
        self.carried = {(r, k) for r, k in draft["carried"]}
        self.dirty = True
        self._check()
        return met

    def copy_to_save(self) -> HouseholdForm:
        """A copy for the worker: blank members are left out; typing goes on here meanwhile."""
        form = self._snapshot((0, "")).form
        form.persons = [
            p for p in form.persons if p["id"] in form.seen or not self.is_blank(p["id"])
        ]
        form.seen, form.read = dict(form.seen), dict(form.read)
        return form

    def keep_unsaved(self, before: FormState) -> None:
        """Take over from the form as it was what is not in the store: visit and odd texts."""
        own = {int(r["id"]) for r in (self.form.household, self.form.form, *self.form.persons)}
        self.visit = before.visit
        self.typed = {at: text for at, text in before.typed.items() if at[0] in own}
        self.dirty = bool(self.typed)
        self._check()

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
