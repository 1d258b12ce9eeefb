"""Imports a census sheet: one row a person, in whatever layout it came.

One transaction: what was read, compared and checked is written as a whole or not at all, so that
cancelling or a crash leaves the register as it was. The same sheet again changes nothing. Rows that
cannot be taken come back with the reason; a missing item never refuses a row, it counts as 缺项.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from laborclerk.catalog.fields import Value
from laborclerk.features.census.checks import HouseholdFacts
from laborclerk.features.census.columns import FORM, HOUSEHOLD, PERSON, census_fields
from laborclerk.features.census.due import RoundFacts
from laborclerk.features.census.grouping import group_rows
from laborclerk.features.census.household_form import (
    FINISHED,
    UNFINISHED,
    facts_of_round,
    form_id,
    unexplained,
)
from laborclerk.features.census.import_known import chunks, load_known, records
from laborclerk.features.census.import_plan import Plan, Row, Touched, differences
from laborclerk.features.census.import_planner import Planner
from laborclerk.features.census.import_result import (
    ImportNotice,
    ImportResult,
    group_word,
    row_problems,
)
from laborclerk.features.census.import_run import run
from laborclerk.features.census.model import CensusForm, Round
from laborclerk.features.census.rounds import RoundProblem
from laborclerk.features.census.rules import check
from laborclerk.features.census.sheet_rows import SheetRows, look, read_rows
from laborclerk.features.registry.model import Household, Person, Place
from laborclerk.features.registry.place_cells import PlaceCells, Resolve
from laborclerk.kernel.errors import Problem, Severity, reject
from laborclerk.kernel.progress import SILENT, Progress
from laborclerk.sheets.bulk import bulk
from laborclerk.sheets.mapping import Words
from laborclerk.store.base import fields_of
from laborclerk.store.store import Store
from laborclerk.store.work import UnitOfWork

KIND = "census"


@cache
def census_words() -> Words:
    """The header words of a census sheet."""
    return Words(f.field for f in census_fields())


def propose_census(
    store: Store,
    path: Path,
    *,
    mapping: Mapping[str, str] | None = None,
    sheet: str | None = None,
    password: str | None = None,
) -> SheetRows:
    """The sheet with its proposed columns and raw rows, for the mapping screen; nothing is read
    into values and nothing written."""
    fields = census_fields()
    return look(
        path, fields, census_words(), store=store, kind=KIND, mapping=mapping, sheet=sheet,
        password=password,
    )  # fmt: skip


@bulk
def import_census(
    store: Store,
    path: Path,
    *,
    mapping: Mapping[str, str] | None = None,
    dry_run: bool = False,
    rejects: Path | None = None,
    round_id: int | None = None,
    progress: Progress = SILENT,
    resolve: Resolve | None = None,
    under: int | None = None,
    sheet: str | None = None,
    password: str | None = None,
    rejects_password: str | None = None,
    new_groups: bool = True,
    letter: str = "",
) -> ImportResult:
    """Import the persons and households of a sheet.

    `mapping` {field key or label: column header, letter or number, '' for none} goes before what
    is proposed; `round_id` the survey round whose forms are filled (None: registers only);
    `under` the village the whole sheet is about when it has no place columns; `resolve` is asked
    when a place name fits several; `letter` starts the numbers of new households. With `dry_run`
    the same result comes back and nothing is written but the rejects file.

    Raises Rejected for an unreadable file, a wrong mapping or a closed round; EnvironmentFault
    for disk and lock; Cancelled from `progress`; in every case nothing was changed.
    """
    rows = look(
        path, census_fields(), census_words(), store=store, kind=KIND, mapping=mapping,
        sheet=sheet, password=password, progress=progress,
    )  # fmt: skip
    task = _Import(store, rows, round_id, progress, resolve, under, new_groups, letter)
    run(store, task, "census.import", KIND, mapping=mapping, dry_run=dry_run, rejects=rejects,
        rejects_password=rejects_password, progress=progress)  # fmt: skip
    return task.result


class _Import:
    """One import on its way: read, planned, checked, written."""

    def __init__(
        self,
        store: Store,
        rows: SheetRows,
        round_id: int | None,
        progress: Progress,
        resolve: Resolve | None,
        under: int | None,
        new_groups: bool,
        letter: str,
    ) -> None:
        self.store = store
        self.rows = rows
        self.plan = Plan()
        self.result = ImportResult(proposal=rows.proposal)
        self._round_id = round_id
        self._progress = progress
        self._resolve = resolve
        self._under = under
        self._new_groups = new_groups
        self._letter = letter
        self._warned: set[int] = set()
        self._places: list[Row] = []

    @property
    def refused(self) -> Mapping[int, Sequence[Problem]]:
        """The refused rows, with why."""
        return self.plan.refused

    def work_out(self, session: Session) -> None:
        """Read, compare with the register, check: fills `plan` and `result`."""
        rows, today = self.rows, self.store.clock.today()
        places = PlaceCells(
            session, self._under, resolve=self._resolve, new_groups=self._new_groups,
            word=group_word(self.store),
        )  # fmt: skip
        read_rows(rows, places, ("name", "id_number"), today=today, progress=self._progress)
        groups, problems = group_rows(rows)
        known = load_known(session, rows, groups)
        round_ = self._round(session)
        reference = round_.reference_date if round_ else today
        planner = Planner(rows, known, places, reference, self._letter)
        self.plan = planner.run(groups, self._progress)
        problems += self.plan.doubts
        if round_ is None:
            problems.append(Problem(ImportNotice.IMPORT_NO_ROUND, {}, Severity.HINT))
        else:
            problems += self._forms(session, planner, round_)
        used = {h["place"] for h in self.plan.households}
        used |= {c["place"][1] for c in self.plan.changed[Household].values() if "place" in c}
        made = [p for p in places.made if p.id in used]
        self._places = [{"id": p.id, "name": p.name, "level": p.level} for p in made]
        self._tell(problems, [places.path(p.id) for p in made])

    def _round(self, session: Session) -> RoundFacts | None:
        if self._round_id is None:
            return None
        record = session.get(Round, self._round_id)
        if record is not None and record.closed:
            raise reject(RoundProblem.ROUND_CLOSED, name=record.name, date=record.closed)
        return facts_of_round(session, self._round_id)

    # -- forms and rules -----------------------------------------------------------------------

    def _forms(self, session: Session, planner: Planner, round_: RoundFacts) -> list[Problem]:
        """A form of the round for every household of the sheet that has people, complete when
        nothing is wrong and no warning stands without a reason; the problems found."""
        touched = [t for t in self.plan.touched if t.persons]
        ids = {id(t): form_id(round_.id, t.household["id"]) for t in touched}
        held: dict[int, Row] = {}
        table: Any = CensusForm.__table__
        for part in chunks(ids.values()):
            held.update((f["id"], f) for f in records(session, CensusForm, table.c.id.in_(part)))
        found: list[Problem] = []
        self._progress.start("核对各户", len(touched))
        for done, t in enumerate(touched):
            values = planner.form_values(t.rows)
            before = held.get(ids[id(t)])
            found += self._form(t, before, values, ids[id(t)], round_)
            if done % 200 == 0:
                self._progress.step(done)
        return found

    def _form(
        self, t: Touched, before: Row | None, values: dict[str, Value], id_: int, round_: RoundFacts
    ) -> list[Problem]:
        if before is None and not t.differs and not values and self._tells_forms():
            return []  # our own export: the sheet says that this household has no form yet
        after: Row = dict(before) if before else self._blank(id_, t, round_)
        after.update(values)
        if before is not None and not t.differs and after == before:
            return []
        living = [p for p in t.persons if not p.get("deleted")]
        problems = check(HouseholdFacts(t.household, living, after, round_))
        clean = not any(p.severity is Severity.BLOCK for p in problems)
        finished = clean and not unexplained(problems, after)
        after["status"] = FINISHED if finished else UNFINISHED
        first = t.rows[0]
        if before is None:
            self.plan.forms.append(after)
            if not t.differs:
                self.plan.updated.add(first)
        else:
            changed = {k: (before[k], v) for k, v in after.items() if before[k] != v}
            if changed:
                self.plan.changed[CensusForm][id_] = changed
                self.plan.updated.add(first)
                name = t.household.get("head_name") or ""
                number = self.rows.numbers[first]
                self.plan.changes += differences(CensusForm, number, id_, name, changed)
        return [self._placed(p, t) for p in problems]

    def _tells_forms(self) -> bool:
        """Whether the sheet has columns of the form itself (day, interviewer …): a register of
        elsewhere has none, and its rows are what was surveyed."""
        return any(f.record == FORM and f.key in self.rows.values for f in census_fields())

    def _blank(self, id_: int, t: Touched, round_: RoundFacts) -> Row:
        return {
            **dict.fromkeys(fields_of(CensusForm)),
            "id": id_, "round": round_.id, "household": t.household["id"],
            "survey_date": self.store.clock.today(), "interviewer": self.store.clerk,
        }  # fmt: skip

    def _placed(self, problem: Problem, t: Touched) -> Problem:
        """The problem of a rule at its row; the field it names by its label."""
        where = problem.where
        i = t.row_of.get(where.record_id or 0, t.rows[0])
        if problem.severity is not Severity.HINT:
            self._warned.add(i)
        key = where.field
        record = PERSON if where.record_type == "person" else HOUSEHOLD
        spec = next((f for f in census_fields() if f.record == record and f.name == key), None)
        label = problem.params.get("label")
        declared = fields_of(Person).get(str(label))
        if declared is not None:
            params = {**problem.params, "label": declared.label}
            problem = Problem(problem.message, params, problem.severity, where)
        severity = Severity.WARN if problem.severity is Severity.BLOCK else problem.severity
        return self.rows.at(problem.as_(severity), i, spec.key if spec else None)

    # -- result and writing --------------------------------------------------------------------

    def _tell(self, problems: Sequence[Problem], groups: list[str]) -> None:
        rows, plan, result = self.rows, self.plan, self.result
        for i, doubts in rows.doubts.items():
            if any(p.severity is Severity.WARN for p in doubts):
                self._warned.add(i)
        by_number = {number: i for i, number in enumerate(rows.numbers)}
        for problem in plan.doubts:
            if problem.where.row is not None:
                self._warned.add(by_number[problem.where.row])
        plan.updated -= plan.created
        result.groups = groups
        word = group_word(self.store)
        result.problems = row_problems(rows, plan.refused, problems, groups, word)
        result.changes = plan.changes
        result.read = rows.count
        result.refused = len(plan.refused)
        result.created = len(plan.created)
        result.updated = len(plan.updated)
        result.unchanged = result.read - result.refused - result.created - result.updated
        result.warned = len(self._warned - set(plan.refused))

    def write(self, work: UnitOfWork) -> None:
        """Write the plan; nothing is written when nothing differs."""
        plan = self.plan
        batches = [
            (model, part)
            for model, made in (
                (Place, self._places), (Household, plan.households), (Person, plan.persons),
                (CensusForm, plan.forms),
            )
            for part in chunks(made)
        ]  # fmt: skip
        self._progress.start("写入", len(batches) + len(plan.changed))
        for done, (model, part) in enumerate(batches):
            work.create_many(model, part)
            self._progress.step(done)
        for done, (changed, changes) in enumerate(plan.changed.items(), len(batches)):
            work.change_many(changed, changes)
            self._progress.step(done)
