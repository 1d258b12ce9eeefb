"""Job seekers as a sheet: a template, the import, the export that imports again as it is.

A row is one registration of one person, known by person and day; without a day it is about the one
that is open, else a new one of today. Who is not registered as a person is refused.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.codes import code_list
from laborclerk.catalog.fields import Value
from laborclerk.features.census.columns import HOUSEHOLD, PERSON, PLACE
from laborclerk.features.census.exports import ExportResult, noted, write_rows
from laborclerk.features.census.import_known import chunks, records
from laborclerk.features.census.import_plan import Change, Row
from laborclerk.features.census.import_result import ImportResult, group_word, row_problems
from laborclerk.features.census.import_run import run
from laborclerk.features.census.sheet_rows import SheetRows, look, read_rows
from laborclerk.features.registry.model import Person
from laborclerk.features.registry.place_cells import PlaceCells, Resolve
from laborclerk.features.registry.places import PlaceTree, subtree
from laborclerk.features.seeking.columns import (
    DAY,
    SEEKING,
    seeking_fields,
    seeking_words,
    written_fields,
)
from laborclerk.features.seeking.listing import SEEK
from laborclerk.features.seeking.model import JobSeeking
from laborclerk.features.seeking.rules import RENEWED, State, state_on
from laborclerk.features.seeking.service import SeekingProblem, begun_by, checks, completed
from laborclerk.features.work.list_conditions import HOME
from laborclerk.features.work.sheet_people import whom_rows_are_about
from laborclerk.features.work.state import PERSON as PEOPLE
from laborclerk.kernel.errors import Message, Problem, Severity
from laborclerk.kernel.ids import new_id
from laborclerk.kernel.progress import SILENT, Progress
from laborclerk.sheets.bulk import bulk
from laborclerk.sheets.writer import column_for, header_of, write_sheet
from laborclerk.store.base import fields_of
from laborclerk.store.journal import Changes
from laborclerk.store.store import Store
from laborclerk.store.work import UnitOfWork

KIND = "seeking"
_TITLE = "求职登记"
_OWN = ("sex", "birth_date", "id_type")  # of the person: wrong cells of these refuse no row


class SeekingSheetProblem(Message):
    """Rows of a sheet of job seekers."""

    SEEKING_ROW_TWICE = "与第{row}行是同一人同一天的登记。请核对后只留一行"


@bulk
def export_seeking(
    store: Store,
    path: Path,
    place: int | None = None,
    *,
    password: str | None = None,
    progress: Progress = SILENT,
) -> ExportResult:
    """Write the registrations of a place's people, or of the whole station. Raises
    EnvironmentFault."""
    fields = written_fields()
    tables = {PERSON: PEOPLE, HOUSEHOLD: HOME, SEEKING: SEEK}
    with store.read() as session:
        tree = PlaceTree.load(session)
        low, high = subtree(place if place is not None else tree.root())
        wanted = [f for f in fields if f.record != PLACE]
        source = HOME.join(PEOPLE, PEOPLE.c.household == HOME.c.id).join(
            SEEK, SEEK.c.person == PEOPLE.c.id
        )
        query = (
            sa.select(
                HOME.c.place, *(tables[f.record].c[f.name].label(f"c_{f.key}") for f in wanted)
            )
            .select_from(source)
            .where(HOME.c.place >= low, HOME.c.place < high, HOME.c.deleted.is_(None))
            .where(PEOPLE.c.deleted.is_(None), SEEK.c.deleted.is_(None))
            .order_by(
                HOME.c.place, HOME.c.number, HOME.c.id, PEOPLE.c.line, PEOPLE.c.id,
                SEEK.c.registered,
            )
        )  # fmt: skip
        rows = write_rows(session, tree, path, _TITLE, fields, query, password, progress)
    return noted(store, path, KIND, rows, password)


def template_seeking(path: Path) -> dict[str, str]:
    """Write an empty sheet → {column header: field key}."""
    fields = [f.field for f in written_fields()]
    write_sheet(path, _TITLE, [column_for(f) for f in fields], (), guide=True)
    return {header_of(f): f.key for f in fields}


@bulk
def import_seeking(
    store: Store,
    path: Path,
    *,
    mapping: Mapping[str, str] | None = None,
    dry_run: bool = False,
    rejects: Path | None = None,
    progress: Progress = SILENT,
    resolve: Resolve | None = None,
    under: int | None = None,
    sheet: str | None = None,
    password: str | None = None,
    rejects_password: str | None = None,
) -> ImportResult:
    """Import registrations; arguments and errors as in `census.imports.import_census`."""
    rows = look(
        path, seeking_fields(), seeking_words(), store=store, kind=KIND, mapping=mapping,
        sheet=sheet, password=password, progress=progress,
    )  # fmt: skip
    task = _Import(store, rows, under, resolve, progress)
    run(store, task, "seeking.import", KIND, mapping=mapping, dry_run=dry_run, rejects=rejects,
        rejects_password=rejects_password, progress=progress)  # fmt: skip
    return task.result


class _Import:
    """One sheet on its way."""

    def __init__(
        self,
        store: Store,
        rows: SheetRows,
        under: int | None,
        resolve: Resolve | None,
        progress: Progress,
    ) -> None:
        self.store, self.rows = store, rows
        self._under, self._resolve, self._progress = under, resolve, progress
        self.today = store.clock.today()
        self.result = ImportResult(proposal=rows.proposal)
        self.refused: dict[int, list[Problem]] = {}
        self._told: list[Problem] = []
        self._people: dict[int, Row] = {}
        self._known: dict[int, list[Row]] = defaultdict(list)  # person → registrations
        self._begun: dict[int, list[str]] = {}
        self._made: list[Row] = []
        self._row_of: dict[int, int] = {}  # registration → row that spoke of it
        self._changes: dict[int, Changes] = defaultdict(dict)

    def work_out(self, session: Session) -> None:
        """Find whom each row is about and compare it with their registrations: fills `result`."""
        rows, result = self.rows, self.result
        word = group_word(self.store)
        places = PlaceCells(
            session, self._under, resolve=self._resolve, new_groups=False, word=word
        )
        needed = ("name", "id_number")
        read_rows(rows, places, needed, today=self.today, progress=self._progress)
        whom = whom_rows_are_about(session, rows, self._refuse)
        self._load(session, sorted(set(whom.values())))
        warned: set[int] = set()
        counts = {"created": 0, "updated": 0}
        for i in range(len(rows)):
            if i in rows.idle:
                continue
            came_to, doubts = self._row(i, whom.get(i))
            if came_to:
                counts[came_to] += 1
            self._told += doubts
            if any(p.severity is Severity.WARN for p in (*doubts, *rows.doubts.get(i, ()))):
                warned.add(i)
        result.problems = row_problems(rows, self.refused, self._told, (), word)
        result.read, result.refused = rows.count, len(self.refused)
        result.created, result.updated = counts["created"], counts["updated"]
        result.unchanged = result.read - result.refused - result.created - result.updated
        result.warned = len(warned - set(self.refused))

    def _refuse(self, i: int, message: Message, key: str | None, /, **params: Any) -> None:
        self.refused.setdefault(i, []).append(self.rows.at(Problem(message, params), i, key))

    def _load(self, session: Session, ids: list[int]) -> None:
        for part in chunks(ids):
            for person in records(session, Person, Person.__table__.c.id.in_(part)):
                self._people[person["id"]] = person
            for one in records(session, JobSeeking, SEEK.c.person.in_(part)):
                self._known[one["person"]].append(one)
            self._begun.update(begun_by(session, part))

    def _row(self, i: int, person_id: int | None) -> tuple[str, list[Problem]]:
        """Plan one row → what it comes to ('' for nothing), what is doubtful about it."""
        matters = {f.key for f in seeking_fields() if f.record in (SEEKING, PERSON)}
        wrong = [p for k, p in self.rows.wrong.get(i, {}).items() if k in matters and k not in _OWN]
        if wrong:
            self.refused.setdefault(i, []).extend(wrong)
        if person_id is None or i in self.refused:
            return "", []
        said = self._said(i)
        known = self._known[person_id]
        same = self._same(known, said, person_id)
        if same is not None and same["id"] in self._row_of:
            row = self.rows.numbers[self._row_of[same["id"]]]
            self._refuse(i, SeekingSheetProblem.SEEKING_ROW_TWICE, None, row=row)
            return "", []
        after = {**same, **said} if same else {**_BLANK, **completed(said, self.today)}
        found = checks(after, self._people[person_id], self.today)
        problems = [self._at(i, p) for p in found]
        blocked = [p for p in problems if p.severity is Severity.BLOCK]
        if blocked:
            self.refused[i] = blocked
            return "", []
        if same is not None:
            self._row_of[same["id"]] = i
            return "updated" if self._change(i, same, after) else "", problems
        for other in known:
            day = other["registered"] or ""
            if day < after["registered"] and self._is_open(other, after["registered"]):
                closed = {"closed": after["registered"], "close_reason": RENEWED}
                self._change(i, other, {**other, **closed})
                renewed = Problem(SeekingProblem.SEEKING_RENEWED, {"day": day}, Severity.HINT)
                problems.append(self.rows.at(renewed, i))
        made = {**after, "id": new_id(), "person": person_id}
        known.append(made)
        self._made.append(made)
        self._row_of[made["id"]] = i
        return "created", problems

    def _said(self, i: int) -> dict[str, Value]:
        """What a row says of a registration; an empty cell says nothing."""
        said: dict[str, Value] = {
            spec.name: value
            for key, spec in self.rows.fields.items()
            if spec.record == SEEKING and (value := self.rows.value(key, i)) not in (None, "")
        }
        told, trades = said.pop("wanted_jobs", None), code_list("occupation")
        if isinstance(told, str):
            whole = trades.recognise(told)
            parts = [told] if whole else trades.parts(told)
            found = [(part, trades.recognise(part)) for part in parts]
            codes = trades.order(code for _, code in found if code)
            if codes:
                said["wanted_jobs"] = ",".join(codes)
            if any(c is None or p not in (c, trades.label(c)) for p, c in found):
                said.setdefault("wanted_post", told[:60])  # as it was said
        return said

    def _same(self, known: list[Row], said: Mapping[str, Value], person: int) -> Row | None:
        """The registration a row speaks of."""
        if DAY in self.rows.values and said.get("registered"):
            return next((o for o in known if o["registered"] == said["registered"]), None)
        held = [o for o in known if self._is_open(o, self.today)]
        return max(held, key=lambda o: o["registered"] or "", default=None)

    def _is_open(self, one: Row, on: str) -> bool:
        return state_on(one, self._begun.get(one["person"], ()), on) is State.OPEN

    def _at(self, i: int, problem: Problem) -> Problem:
        name = problem.where.field
        spec = next((f for f in seeking_fields() if f.record == SEEKING and f.name == name), None)
        return self.rows.at(problem, i, spec.key if spec else None)

    def _change(self, i: int, one: Row, after: Mapping[str, Value]) -> bool:
        """Plan a change of a registration; whether there is any."""
        changed = {k: (one[k], v) for k, v in after.items() if one.get(k) != v}
        name, specs = self._people[one["person"]]["name"] or "", fields_of(JobSeeking)
        self.result.changes += [
            Change(self.rows.numbers[i], "job_seeking", one["id"], name, key, specs[key].label,
                   old, new)
            for key, (old, new) in changed.items()
        ]  # fmt: skip
        if not any(one is made for made in self._made):
            before = self._changes[one["id"]]
            before.update({k: (before.get(k, (v[0],))[0], v[1]) for k, v in changed.items()})
        one.update(after)
        return bool(changed)

    def write(self, work: UnitOfWork) -> None:
        """Write the plan."""
        for part in chunks(self._made):
            work.create_many(JobSeeking, part)
        work.change_many(JobSeeking, {k: v for k, v in self._changes.items() if v})


_BLANK: Row = dict.fromkeys(fields_of(JobSeeking))
