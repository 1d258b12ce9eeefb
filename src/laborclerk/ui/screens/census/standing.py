"""How each field of a household form stands: wrong, doubtful, carried over, not applicable. What is
told of an empty field waits until the clerk has come to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from laborclerk.catalog import fields as f
from laborclerk.catalog import values
from laborclerk.features.census.checks import Check, HouseholdFacts
from laborclerk.features.census.form import applicable
from laborclerk.features.census.household_form import check_form, reason_key, reasons_of
from laborclerk.features.census.rules import required_now
from laborclerk.kernel.errors import Problem, Severity
from laborclerk.ui import entry
from laborclerk.ui.entry import FieldState, Shown
from laborclerk.ui.screens.census.records import SPECS, Key, Records


@dataclass
class Standing(Records):
    """The records with all that is known about their fields."""

    typed: dict[Key, str] = field(default_factory=dict)  # what could not be read, as typed
    carried: set[Key] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    told: list[Problem] = field(default_factory=list)  # not explained, not too early
    passed: set[Key] = field(default_factory=set)  # fields the clerk has gone through
    asked_all: bool = False  # she wanted to save: what is empty counts now
    awaited: set[Key] = field(default_factory=set)  # asked for since, and not gone through again
    disputed: list[Problem] = field(default_factory=list)  # fields that are in conflict
    refused: list[Problem] = field(default_factory=list)  # at which fields the last save stopped
    _notices: dict[Key, str] = field(default_factory=dict)  # what was mended in typing
    _at: dict[Key, Problem] = field(default_factory=dict)  # the gravest at each field

    def __post_init__(self) -> None:
        self.visit["id"] = 0
        self.asked_all = int(self.form.form["id"]) in self.form.seen
        self._check()

    def pass_by(self, record_id: int, key: str) -> None:
        """The clerk went through a field: if it is still empty, that may be told now."""
        at = (record_id, key)
        if at not in self.passed or at in self.awaited:
            self.passed.add(at)
            self.awaited.discard(at)
            self._check()

    def dispute(self, disputed: list[Problem]) -> bool:
        """These fields are in conflict → whether that is news."""
        news = disputed != self.disputed
        if news:
            self.disputed = disputed
            self._check()
        return news

    def refuse(self, problems: Iterable[Problem]) -> None:
        """A save was refused for these; what they say of a field stands there until it is entered
        anew, or saved again."""
        self.refused = [p for p in problems if p.where.record_id is not None and p.where.field]
        self._check()

    def ask_all(self) -> None:
        """She wants to save: everything empty is told."""
        self.asked_all = True
        self.awaited.clear()
        self._check()

    def _too_early(self, at: Key) -> bool:
        """Whether a field is empty only because she has not come to it yet."""
        if at in self.typed or (at not in self.awaited and (self.asked_all or at in self.passed)):
            return False
        try:
            return self.record(at[0])[1].get(at[1]) in (None, "")
        except KeyError:
            return False

    def _check(self, entered: Key | None = None) -> None:
        """Find the problems anew. What an `entered` answer makes wanting elsewhere is awaited."""
        before = {self.place_of(p) for p in self.problems}
        self.refused = [p for p in self.refused if self.place_of(p) != entered]
        readings = list(self._readings())
        read = {p.where for p in readings if p.severity is Severity.BLOCK}
        found = [*self.refused, *self.disputed, *readings]
        for problem in check_form(self.form, self.round):  # what its text says is not said twice
            if problem.message is not Check.ID_WRONG or problem.where not in read:
                found.append(problem)
        if self.is_new:  # its number is made when it is saved
            found = [p for p in found if (p.code, p.where.field) != ("field_missing", "number")]
        self.problems = list({(p.code, p.where, p.text): p for p in found}.values())
        if entered is not None:
            self.awaited |= {self.place_of(p) for p in self.problems} - before - {entered}
        known = reasons_of(self.form.form)
        self.told, self._at = [], {}
        for problem in self.problems:
            at = self.place_of(problem)
            if _missing(problem) or (problem.where.field and self._too_early(at)):
                continue
            if problem.message is Check.NO_MEMBER and not self.asked_all:
                continue  # she is still at the household's own fields
            if problem.severity is Severity.WARN and known.get(reason_key(problem)):
                continue
            self.told.append(problem)
            held = self._at.get(at)
            if held is None or _GRAVE[problem.severity] < _GRAVE[held.severity]:
                self._at[at] = problem

    def place_of(self, problem: Problem) -> Key:
        """The field a problem is about; the household itself when it names none."""
        where = problem.where
        record_id = self.household_id if where.record_id is None else where.record_id
        return record_id, where.field or ""

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

    def required(self, record_id: int, key: str) -> bool:
        """Whether a field has to be filled as the other answers stand now."""
        kind, record = self.record(record_id)
        if kind == "person":
            members = [p for p in self.form.persons if not p.get("deleted")]
            facts = HouseholdFacts(self.form.household, members, self.form.form, self.round)
            return required_now(key, record, facts)
        if kind == "visit" and key == "next_date":
            return self.visit_wants_date
        return SPECS[kind][key].required and (kind != "visit" or self.has_visit)

    def wrong_visit(self) -> Problem | None:
        """Why the new visit cannot be kept: what could not be read, or the date that is wanted."""
        unread = (p for p in self.problems if p.where.record_type == "visit")
        return next((p for p in unread if p.severity is Severity.BLOCK), self.visit_problem())

    def missing(self, record_id: int) -> int:
        """How many required items of a record are empty (缺项)."""
        return sum(_missing(p) and p.where.record_id == record_id for p in self.problems)


_KEPT_THOUGH_WRONG = (f.IdNumber, f.Phone, f.PersonName, f.Number, f.Text)
_GRAVE = {Severity.BLOCK: 0, Severity.WARN: 1, Severity.HINT: 2}
_STATES = {
    Severity.BLOCK: FieldState.WRONG,
    Severity.WARN: FieldState.WARNED,
    Severity.HINT: FieldState.WARNED,
}


def _missing(problem: Problem) -> bool:
    return problem.message is Check.FIELD_MISSING
