"""Job seekers as a sheet: a template, the import, the export that imports again as it is.

A row is one registration of one person, known by person and day; without a day it is about the one
that is open, else a new one of today. Who is not registered as a person is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.codes import code_list
from laborclerk.catalog.fields import Value
from laborclerk.features.census.columns import HOUSEHOLD, PERSON, PLACE
from laborclerk.features.census.exports import ExportResult, noted, write_rows
from laborclerk.features.census.import_plan import Row
from laborclerk.features.census.import_result import ImportResult
from laborclerk.features.census.import_run import run
from laborclerk.features.census.sheet_rows import SheetRows, look
from laborclerk.features.registry.place_cells import Resolve
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
from laborclerk.features.work.people_sheet import PeopleSheet
from laborclerk.features.work.state import PERSON as PEOPLE
from laborclerk.kernel.errors import Message, Problem, Severity
from laborclerk.kernel.progress import SILENT, Progress
from laborclerk.sheets.bulk import bulk
from laborclerk.sheets.writer import column_for, header_of, write_sheet
from laborclerk.store.base import fields_of
from laborclerk.store.store import Store

KIND = "seeking"
_TITLE = "求职登记"


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


class _Import(PeopleSheet):
    """One sheet on its way."""

    model, record, doing = JobSeeking, SEEKING, "与求职登记比对"

    def __init__(self, store: Store, rows: SheetRows, *how: Any) -> None:
        super().__init__(store, rows, *how)
        self._begun: dict[int, list[str]] = {}

    def load(self, session: Session, people: list[int]) -> None:
        """When they began to work."""
        self._begun.update(begun_by(session, people))

    def plan(self, i: int, person: int) -> list[Problem]:
        """Fill the registration a row speaks of, or make one and close what was open before."""
        said = self._said(i)
        known = self._known[person]
        same = self._same(known, said)
        if same is not None and (row := self.row_of(same)) is not None:
            self.refuse(i, SeekingSheetProblem.SEEKING_ROW_TWICE, None, row=row)
            return []
        after = {**same, **said} if same else {**_BLANK, **completed(said, self.today)}
        problems = [self.at(i, p) for p in checks(after, self._people[person], self.today)]
        if self.is_blocked(i, problems):
            return []
        if same is not None:
            self.speaks_of(i, same)
            self.change(i, same, after)
            return problems
        for other in known:
            day = other["registered"] or ""
            if day < after["registered"] and self._is_open(other, after["registered"]):
                closed = {"closed": after["registered"], "close_reason": RENEWED}
                self.change(i, other, {**other, **closed})
                renewed = Problem(SeekingProblem.SEEKING_RENEWED, {"day": day}, Severity.HINT)
                problems.append(self.rows.at(renewed, i))
        self.make(i, person, after)
        return problems

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

    def _same(self, known: list[Row], said: Mapping[str, Value]) -> Row | None:
        """The registration a row speaks of."""
        if DAY in self.rows.values and said.get("registered"):
            return next((o for o in known if o["registered"] == said["registered"]), None)
        held = [o for o in known if self._is_open(o, self.today)]
        return max(held, key=lambda o: o["registered"] or "", default=None)

    def _is_open(self, one: Row, on: str) -> bool:
        return state_on(one, self._begun.get(one["person"], ()), on) is State.OPEN


_BLANK: Row = dict.fromkeys(fields_of(JobSeeking))
