"""Imports a work ledger: the 50 columns of county systems, the 47 of the national one, our own.

A row is one person's work. Whom it is about is found by the document number, else by name and
birth date, else by a name that is unique in the village; who is not registered is refused, since
the census sheet makes people and this one does not. A row that speaks of a known spell fills and
changes it; the same sheet again changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.fields import Value
from laborclerk.features.census.import_known import chunks, records
from laborclerk.features.census.import_plan import Change, Row
from laborclerk.features.census.import_result import ImportResult, group_word, row_problems
from laborclerk.features.census.import_run import run
from laborclerk.features.census.sheet_rows import SheetRows, look, read_rows
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.place_cells import PlaceCells, Resolve
from laborclerk.features.registry.places import code_of
from laborclerk.features.work import rules
from laborclerk.features.work.columns import SPELL, ledger_fields, ledger_words
from laborclerk.features.work.ledger_rows import DAY_ONLY, LedgerProblem, LedgerRows, vaguer
from laborclerk.features.work.model import WorkSpell
from laborclerk.features.work.service import CHANGED_JOB, labelled
from laborclerk.features.work.sheet_people import whom_rows_are_about
from laborclerk.kernel.dates import day_before
from laborclerk.kernel.errors import Message, Problem, Severity
from laborclerk.kernel.ids import new_id
from laborclerk.kernel.progress import SILENT, Progress
from laborclerk.sheets.bulk import bulk
from laborclerk.store.base import fields_of
from laborclerk.store.journal import Changes
from laborclerk.store.store import Store
from laborclerk.store.work import UnitOfWork

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


class _Ledger:
    """One ledger on its way."""

    def __init__(
        self,
        store: Store,
        rows: SheetRows,
        under: int | None,
        resolve: Resolve | None,
        progress: Progress,
    ) -> None:
        self.store = store
        self.rows = rows
        self._under, self._resolve, self._progress = under, resolve, progress
        self.today = store.clock.today()
        self._reader = LedgerRows(rows, self.today)
        self.result = ImportResult(proposal=rows.proposal)
        self.refused: dict[int, list[Problem]] = {}
        self._told: list[Problem] = []
        self._warned: set[int] = set()
        self._people: dict[int, Row] = {}
        self._homes: dict[int, int] = {}  # person → place
        self._known: dict[int, list[Row]] = defaultdict(list)  # person → spells
        self._made: list[Row] = []
        self._row_of: dict[int, int] = {}  # spell → row that spoke of it
        self._changes: dict[int, Changes] = defaultdict(dict)
        self._counts: dict[str, set[int]] = {"created": set(), "updated": set()}

    def work_out(self, session: Session) -> None:
        """Find whom each row is about and compare it with their spells: fills `result`."""
        rows, result, progress = self.rows, self.result, self._progress
        word = group_word(self.store)
        places = PlaceCells(
            session, self._under, resolve=self._resolve, new_groups=False, word=word
        )
        read_rows(rows, places, ("name", "id_number"), today=self.today, progress=progress)
        whom = whom_rows_are_about(session, rows, self._refuse)
        self._load(session, whom)
        progress.start("与台账比对", len(rows))
        for i in range(len(rows)):
            if i not in rows.idle:
                self._row(i, whom.get(i))
            if i % 500 == 0:
                progress.step(i)
        result.problems = row_problems(rows, self.refused, self._told, (), word)
        for i, doubts in rows.doubts.items():
            if any(p.severity is Severity.WARN for p in doubts):
                self._warned.add(i)
        result.read, result.refused = rows.count, len(self.refused)
        result.created = len(self._counts["created"])
        result.updated = len(self._counts["updated"] - self._counts["created"])
        result.unchanged = result.read - result.refused - result.created - result.updated
        result.warned = len(self._warned - set(self.refused))

    def _refuse(self, i: int, message: Message, key: str | None, /, **params: Any) -> None:
        self.refused.setdefault(i, []).append(self.rows.at(Problem(message, params), i, key))

    def _load(self, session: Session, whom: Mapping[int, int]) -> None:
        ids = sorted(set(whom.values()))
        table, home = Person.__table__.c, Household.__table__.c
        for part in chunks(ids):
            for person in records(session, Person, table.id.in_(part)):
                self._people[person["id"]] = person
            for spell in records(session, WorkSpell, WorkSpell.__table__.c.person.in_(part)):
                self._known[spell["person"]].append(spell)
            query = (
                sa.select(table.id, home.place)
                .join_from(Person.__table__, Household.__table__, home.id == table.household)
                .where(table.id.in_(part))
            )
            self._homes.update({key: place or 0 for key, place in session.execute(query)})

    # -- one row -------------------------------------------------------------------------------

    def _row(self, i: int, person_id: int | None) -> None:
        wrong = [p for k, p in self.rows.wrong.get(i, {}).items() if self._matters(k)]
        if wrong:
            self.refused.setdefault(i, []).extend(wrong)
        if person_id is None or i in self.refused:
            return
        said, problems = self._reader.of(i, code_of(self._homes.get(person_id, 0))[:6])
        if said is None:
            return  # nobody at work: nothing for the register
        blocked = [p for p in problems if p.severity is Severity.BLOCK]
        if blocked:
            self.refused[i] = blocked
            return
        known = self._known[person_id]
        same = next((s for s in known if _same_spell(s, said)), None)
        if same is not None and same["id"] in self._row_of:
            row = self.rows.numbers[self._row_of[same["id"]]]
            self._refuse(i, LedgerProblem.LEDGER_TWICE, None, row=row)
            return
        after = {**same, **_changed(same, said)} if same else {**_BLANK, **said}
        others = [s for s in known if s is not same]
        closing = (
            [] if same else [s for s in others if s["end"] is None and s["start"] < after["start"]]
        )
        found = rules.check_spell(
            after, self._people[person_id], [s for s in others if s not in closing], self.today,
            code_of(self._homes.get(person_id, 0))[:6],
        )  # fmt: skip
        problems += [self._at(i, labelled(p)) for p in found]
        blocked = [p for p in problems if p.severity is Severity.BLOCK]
        if blocked:
            self.refused[i] = blocked
            return
        for spell in closing:
            problems.append(self._close(i, spell, day_before(after["start"])))
        self._told += problems
        if any(p.severity is Severity.WARN for p in problems):
            self._warned.add(i)
        if same is None:
            made = {**after, "id": new_id(), "person": person_id, "source": BY_SHEET}
            known.append(made)
            self._made.append(made)
            self._counts["created"].add(i)
            self._row_of[made["id"]] = i
        else:
            self._row_of[same["id"]] = i
            self._change(i, same, after)

    def _matters(self, key: str) -> bool:
        """Whether a wrong cell refuses the row: those of the spell and the number."""
        return self.rows.fields[key].record not in ("household", "place") and key not in (
            "sex", "birth_date", "id_type",
        )  # fmt: skip

    def _at(self, i: int, problem: Problem) -> Problem:
        """A problem of a rule at the cell of its row. What only ever follows is not warned of."""
        name = problem.where.field
        spec = next((f for f in ledger_fields() if f.record == SPELL and f.name == name), None)
        if problem.message is rules.SpellCheck.SPELL_INCOME_ODD:
            problem = replace(problem, severity=Severity.BLOCK)  # the unit trap: never taken as is
        return self.rows.at(problem, i, spec.key if spec else None)

    # -- what is written -----------------------------------------------------------------------

    def _close(self, i: int, spell: Row, end: str) -> Problem:
        self._change(i, spell, {**spell, "end": end, "return_reason": CHANGED_JOB})
        params = {"employer": spell["employer_name"] or "别处", "end": end}
        return self.rows.at(Problem(LedgerProblem.LEDGER_CLOSED, params, Severity.WARN), i)

    def _change(self, i: int, spell: Row, after: Mapping[str, Value]) -> None:
        changed = {k: (spell[k], v) for k, v in after.items() if spell.get(k) != v}
        if not changed:
            return
        name = self._people[spell["person"]]["name"] or ""
        specs, number = fields_of(WorkSpell), self.rows.numbers[i]
        self.result.changes += [
            Change(number, "work_spell", spell["id"], name, key, specs[key].label, old, new)
            for key, (old, new) in changed.items()
        ]
        if any(spell is made for made in self._made):
            spell.update(after)  # made by an earlier row of this sheet
            return
        before = self._changes[spell["id"]]
        before.update({k: (before.get(k, (old,))[0], new) for k, (old, new) in changed.items()})
        spell.update(after)
        self._counts["updated"].add(i)

    def write(self, work: UnitOfWork) -> None:
        for part in chunks(self._made):
            work.create_many(WorkSpell, part)
        work.change_many(WorkSpell, {k: v for k, v in self._changes.items() if v})


_BLANK: Row = dict.fromkeys(fields_of(WorkSpell))


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
