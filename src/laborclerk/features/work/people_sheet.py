"""A sheet whose rows are about registered people: each row makes one record of a person's, or
changes one she has. What is common to the work ledger and the sheet of job seekers.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from laborclerk.catalog.fields import Value
from laborclerk.features.census.columns import HOUSEHOLD, PLACE
from laborclerk.features.census.import_known import chunks, records
from laborclerk.features.census.import_plan import Change, Row
from laborclerk.features.census.import_result import ImportResult, group_word, row_problems
from laborclerk.features.census.sheet_rows import SheetRows, read_rows
from laborclerk.features.registry.model import Person
from laborclerk.features.registry.place_cells import PlaceCells, Resolve
from laborclerk.features.work.sheet_people import whom_rows_are_about
from laborclerk.kernel.errors import Message, Problem, Severity
from laborclerk.kernel.ids import new_id
from laborclerk.kernel.progress import Progress
from laborclerk.store.base import Record, fields_of, table_of
from laborclerk.store.journal import Changes
from laborclerk.store.store import Store
from laborclerk.store.work import UnitOfWork

_OF_PERSON = ("sex", "birth_date", "id_type")  # wrong cells of these refuse no row


class PeopleSheet(ABC):
    """One sheet on its way. `record` is the name its fields have in the columns, `doing` what
    progress says while the rows are compared."""

    model: type[Record]
    record: str
    doing: str

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
        self._warned: set[int] = set()
        self._created: set[int] = set()
        self._updated: set[int] = set()
        self._people: dict[int, Row] = {}
        self._known: dict[int, list[Row]] = defaultdict(list)  # person → her records
        self._made: list[Row] = []
        self._row_of: dict[int, int] = {}  # record → row that spoke of it
        self._changes: dict[int, Changes] = defaultdict(dict)

    # -- what a kind of sheet says -------------------------------------------------------------

    @abstractmethod
    def plan(self, i: int, person: int) -> list[Problem]:
        """Plan one row about a person by `make`, `change`, `refuse` → what is doubtful about it."""

    @abstractmethod
    def load(self, session: Session, people: list[int]) -> None:
        """Read what else `plan` needs of some people."""

    # -- what it uses --------------------------------------------------------------------------

    def refuse(self, i: int, message: Message, key: str | None, /, **params: Any) -> None:
        """The row is not taken."""
        self.refused.setdefault(i, []).append(self.rows.at(Problem(message, params), i, key))

    def is_blocked(self, i: int, problems: list[Problem]) -> bool:
        """Whether some of the problems refuse the row; it is refused then."""
        blocked = [p for p in problems if p.severity is Severity.BLOCK]
        if blocked:
            self.refused[i] = blocked
        return bool(blocked)

    def at(self, i: int, problem: Problem) -> Problem:
        """A problem of a rule at the cell of its row."""
        name = problem.where.field
        fields = self.rows.fields.values()
        spec = next((f for f in fields if f.record == self.record and f.name == name), None)
        return self.rows.at(problem, i, spec.key if spec else None)

    def row_of(self, record: Row) -> int | None:
        """The number of the row that spoke of a record before."""
        before = self._row_of.get(record["id"])
        return None if before is None else self.rows.numbers[before]

    def speaks_of(self, i: int, record: Row) -> None:
        """The row is about this record: another one that is too is refused."""
        self._row_of[record["id"]] = i

    def make(self, i: int, person: int, values: Mapping[str, Value]) -> None:
        """Plan a new record of a person."""
        blank = dict.fromkeys(fields_of(self.model))
        made: Row = {**blank, **values, "id": new_id(), "person": person}
        self._known[person].append(made)
        self._made.append(made)
        self.speaks_of(i, made)
        self._created.add(i)

    def change(self, i: int, record: Row, after: Mapping[str, Value]) -> None:
        """Plan what differs of a record."""
        changed = {k: (record[k], v) for k, v in after.items() if record.get(k) != v}
        name, specs = self._people[record["person"]]["name"] or "", fields_of(self.model)
        number, kind = self.rows.numbers[i], self.model.__tablename__
        self.result.changes += [
            Change(number, kind, record["id"], name, key, specs[key].label, old, new)
            for key, (old, new) in changed.items()
        ]
        if changed and not any(record is made for made in self._made):
            before = self._changes[record["id"]]
            before.update({k: (before.get(k, (old,))[0], new) for k, (old, new) in changed.items()})
            self._updated.add(i)
        record.update(after)

    # -- the sheet -----------------------------------------------------------------------------

    def work_out(self, session: Session) -> None:
        """Find whom each row is about and compare it with her records: fills `result`."""
        rows, result, progress = self.rows, self.result, self._progress
        word = group_word(self.store)
        places = PlaceCells(
            session, self._under, resolve=self._resolve, new_groups=False, word=word
        )
        read_rows(rows, places, ("name", "id_number"), today=self.today, progress=progress)
        whom = whom_rows_are_about(session, rows, self.refuse)
        self._load(session, sorted(set(whom.values())))
        progress.start(self.doing, len(rows))
        for i in range(len(rows)):
            if i not in rows.idle:
                self._row(i, whom.get(i))
            if i % 500 == 0:
                progress.step(i)
        result.problems = row_problems(rows, self.refused, self._told, (), word)
        for i, doubts in rows.doubts.items():
            self._doubt(i, doubts)
        result.read, result.refused = rows.count, len(self.refused)
        result.created, result.updated = len(self._created), len(self._updated - self._created)
        result.unchanged = result.read - result.refused - result.created - result.updated
        result.warned = len(self._warned - set(self.refused))

    def _load(self, session: Session, people: list[int]) -> None:
        mine = table_of(self.model)
        for part in chunks(people):
            for person in records(session, Person, Person.__table__.c.id.in_(part)):
                self._people[person["id"]] = person
            for one in records(session, self.model, mine.c.person.in_(part)):
                self._known[one["person"]].append(one)
            self.load(session, list(part))

    def _row(self, i: int, person: int | None) -> None:
        wrong = [p for k, p in self.rows.wrong.get(i, {}).items() if self._matters(k)]
        if wrong:
            self.refused.setdefault(i, []).extend(wrong)
        if person is not None and i not in self.refused:
            problems = self.plan(i, person)
            self._told += problems
            self._doubt(i, problems)

    def _matters(self, key: str) -> bool:
        """Whether a wrong cell refuses the row."""
        record = self.rows.fields[key].record
        return record not in (HOUSEHOLD, PLACE) and key not in _OF_PERSON

    def _doubt(self, i: int, problems: list[Problem]) -> None:
        if any(p.severity is Severity.WARN for p in problems):
            self._warned.add(i)

    def write(self, work: UnitOfWork) -> None:
        """Write the plan."""
        for part in chunks(self._made):
            work.create_many(self.model, part)
        work.change_many(self.model, {k: v for k, v in self._changes.items() if v})
