"""Imports a work ledger: the 50 columns of county systems, the 47 of the national one, our own.

A row is one person's work. Whom it is about is found by the document number, else by name and
birth date, else by a name that is unique in the village; who is not registered is refused, since
the census sheet makes people and this one does not. A row that speaks of a known spell fills and
changes it; the same sheet again changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.fields import Value
from laborclerk.features.census.import_plan import Row
from laborclerk.features.census.import_result import ImportResult
from laborclerk.features.census.import_run import run
from laborclerk.features.census.sheet_rows import SheetRows, look
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.place_cells import Resolve
from laborclerk.features.registry.places import code_of
from laborclerk.features.work import rules
from laborclerk.features.work.columns import SPELL, ledger_fields, ledger_words
from laborclerk.features.work.ledger_rows import DAY_ONLY, LedgerProblem, LedgerRows, vaguer
from laborclerk.features.work.model import WorkSpell
from laborclerk.features.work.people_sheet import PeopleSheet
from laborclerk.features.work.service import CHANGED_JOB, labelled
from laborclerk.kernel.dates import day_before
from laborclerk.kernel.errors import Problem, Severity
from laborclerk.kernel.progress import SILENT, Progress
from laborclerk.sheets.bulk import bulk
from laborclerk.store.base import fields_of, table_of
from laborclerk.store.store import Store

KIND = "work"
BY_SHEET = "3"  # of the code list work_source
_IDENTITY = {"person", "start", "dates_known", "source"}


@bulk
def import_ledger(
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
    """Import a ledger; arguments and errors as in `census.imports.import_census`."""
    rows = look(
        path, ledger_fields(), ledger_words(), store=store, kind=KIND, mapping=mapping,
        sheet=sheet, password=password, progress=progress,
    )  # fmt: skip
    task = _Ledger(store, rows, under, resolve, progress)
    run(store, task, "work.import", KIND, mapping=mapping, dry_run=dry_run, rejects=rejects,
        rejects_password=rejects_password, progress=progress)  # fmt: skip
    return task.result


class _Ledger(PeopleSheet):
    """One ledger on its way."""

    model, record, doing = WorkSpell, SPELL, "与台账比对"

    def __init__(self, store: Store, rows: SheetRows, *how: Any) -> None:
        super().__init__(store, rows, *how)
        self._reader = LedgerRows(rows, self.today)
        self._homes: dict[int, int] = {}  # person → place

    def load(self, session: Session, people: list[int]) -> None:
        """Where they live."""
        person, home = table_of(Person), table_of(Household)
        query = sa.select(person.c.id, home.c.place).join_from(
            person, home, home.c.id == person.c.household
        )
        rows = session.execute(query.where(person.c.id.in_(people)))
        self._homes.update({key: place or 0 for key, place in rows})

    def plan(self, i: int, person: int) -> list[Problem]:
        """Fill the spell a row speaks of, or begin one and close what ran before."""
        county = code_of(self._homes.get(person, 0))[:6]
        said, problems = self._reader.of(i, county)
        if said is None or self.is_blocked(i, problems):  # nobody at work: nothing to register
            return []
        known = self._known[person]
        same = next((s for s in known if _same_spell(s, said)), None)
        if same is not None and (row := self.row_of(same)) is not None:
            self.refuse(i, LedgerProblem.LEDGER_TWICE, None, row=row)
            return []
        after = {**same, **_changed(same, said)} if same else {**_BLANK, **said}
        others = [s for s in known if s is not same]
        closing = (
            [] if same else [s for s in others if s["end"] is None and s["start"] < after["start"]]
        )
        found = rules.check_spell(
            after, self._people[person], [s for s in others if s not in closing], self.today,
            county,
        )  # fmt: skip
        problems += [self.at(i, _strict(labelled(p))) for p in found]
        if self.is_blocked(i, problems):
            return []
        for spell in closing:
            problems.append(self._close(i, spell, day_before(after["start"])))
        if same is None:
            self.make(i, person, {**after, "source": BY_SHEET})
        else:
            self.speaks_of(i, same)
            self.change(i, same, after)
        return problems

    def _close(self, i: int, spell: Row, end: str) -> Problem:
        self.change(i, spell, {**spell, "end": end, "return_reason": CHANGED_JOB})
        params = {"employer": spell["employer_name"] or "别处", "end": end}
        return self.rows.at(Problem(LedgerProblem.LEDGER_CLOSED, params, Severity.WARN), i)


_BLANK: Row = dict.fromkeys(fields_of(WorkSpell))


def _strict(problem: Problem) -> Problem:
    """The trap of units: an odd income is never taken as it is."""
    is_odd = problem.message is rules.SpellCheck.SPELL_INCOME_ODD
    return replace(problem, severity=Severity.BLOCK) if is_odd else problem


def _same_spell(known: Row, said: Mapping[str, Value]) -> bool:
    """Whether a row speaks of a spell of the register: begun on the same day, or at the same firm
    in a time that touches it."""
    start, end = said.get("start"), said.get("end") or "9999"
    if known["start"] == start:
        return True
    if not said.get("employer_name") or known["employer_name"] != said.get("employer_name"):
        return False
    last = known["end"] or "9999"
    return isinstance(start, str) and start <= last and (known["start"] or "") <= str(end)


def _changed(known: Row, said: Mapping[str, Value]) -> dict[str, Value]:
    """What a row changes of a known spell: never an exact day for a vague one, nor the words in
    which the same income was told, nor a source."""
    found: dict[str, Value] = {k: v for k, v in said.items() if k not in _IDENTITY}
    if found.get("income") == known["income"]:
        found.pop("income_told", None)
        found.pop("income_unit", None)
    held = known["dates_known"] or DAY_ONLY
    if vaguer(str(said.get("dates_known") or DAY_ONLY), held) == held:
        found |= {k: said[k] for k in ("start", "dates_known") if said.get(k)}
    elif known["end"] is not None:
        found.pop("end", None)
    return found


def propose_ledger(
    store: Store,
    path: Path,
    *,
    mapping: Mapping[str, str] | None = None,
    sheet: str | None = None,
    password: str | None = None,
) -> SheetRows:
    """The sheet with its proposed columns, for the mapping screen."""
    return look(
        path, ledger_fields(), ledger_words(), store=store, kind=KIND, mapping=mapping,
        sheet=sheet, password=password,
    )  # fmt: skip
