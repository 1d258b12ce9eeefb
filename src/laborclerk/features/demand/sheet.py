"""The demand sheet (用工需求表): one row a post with its employer; what is exported imports again
and changes nothing.

A row is about the post of its number (岗位编号), else about the open post of the same employer,
name and place of work, else about a new one. An employer is known by its credit code, else by its
name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from laborclerk.catalog.credit_code import read_credit_code
from laborclerk.catalog.fields import Field, Text, Value
from laborclerk.features.census.columns import EXTRA, SheetField
from laborclerk.features.census.exports import ExportResult
from laborclerk.features.census.import_result import ImportResult, row_problems
from laborclerk.features.census.import_run import run
from laborclerk.features.census.sheet_rows import SheetRows, look, read_rows
from laborclerk.features.demand.model import Employer, Post
from laborclerk.features.demand.rules import check_employer, check_post, is_open
from laborclerk.features.demand.service import employers, register
from laborclerk.features.registry.place_cells import PlaceCells
from laborclerk.kernel.errors import Message, Problem, Severity
from laborclerk.kernel.ids import new_id, read_id, show_id
from laborclerk.kernel.progress import SILENT, Progress
from laborclerk.sheets.bulk import bulk
from laborclerk.sheets.cells import shown
from laborclerk.sheets.mapping import Words
from laborclerk.sheets.writer import column_for, header_of, write_sheet
from laborclerk.store.base import fields_of, values_of
from laborclerk.store.journal import Changes
from laborclerk.store.store import Store
from laborclerk.store.work import UnitOfWork

KIND = "demand"
EMPLOYER, POST = "employer", "post"
_RENAMED = {
    (EMPLOYER, "name"): "employer_name", (EMPLOYER, "note"): "employer_note",
    (EMPLOYER, "kind"): "employer_kind", (EMPLOYER, "phone"): "contact_phone",
    (EMPLOYER, "base"): "labour_base", (POST, "name"): "post_name", (POST, "note"): "post_note",
    (POST, "occupation"): "occupation_asked", (POST, "sex"): "sex_asked",
    (POST, "education"): "education_asked",
    (POST, "skill"): "skill_asked", (POST, "skill_level"): "skill_level_asked",
    (POST, "insurance"): "insurance_given", (POST, "work_place"): "post_place",
}  # fmt: skip
_LABELS = {"employer_note": "单位备注", "post_note": "岗位备注"}
_NUMBER = SheetField(
    EXTRA, "post_number",
    Field("post_number", "岗位编号", Text(20), help="导出时带出;新岗位空着"),
)  # fmt: skip
_RANGE = SheetField(
    EXTRA, "pay_range",
    Field("pay_range", "工资待遇", Text(60), help="如 5000-8000,单位元;分两列填的不用填这一列"),
)  # fmt: skip


class DemandSheetProblem(Message):
    """Rows of a demand sheet."""

    DEMAND_NO_POST = "没有编号为“{number}”的岗位。新岗位请把岗位编号空着"
    DEMAND_PAY_RANGE = "工资“{text}”看不出数字。请填如 5000-8000,单位元"
    DEMAND_EXPORTED = "已导出{rows}个岗位:{file}。含联系人电话,没有加密,用后请妥善保管"


@cache
def demand_fields() -> tuple[SheetField, ...]:
    """Every column of a demand sheet, in the order of the form."""
    skipped = {(EMPLOYER, "deleted"), (POST, "deleted"), (POST, "employer")}
    found = [_NUMBER]
    for record, model in ((EMPLOYER, Employer), (POST, Post)):
        for name, spec in fields_of(model).items():
            if (record, name) in skipped:
                continue
            key = _RENAMED.get((record, name), name)
            label = _LABELS.get(key, spec.label)
            found.append(SheetField(record, name, replace(spec, key=key, label=label)))
    return (*found, _RANGE)


@cache
def demand_words() -> Words:
    """The header words of a demand sheet."""
    return Words(f.field for f in demand_fields())


def written() -> list[SheetField]:
    """The columns of templates and exports."""
    return [f for f in demand_fields() if f is not _RANGE]


def propose_demand(
    store: Store, path: Path, *, mapping: Mapping[str, str] | None = None,
    sheet: str | None = None, password: str | None = None,
) -> SheetRows:  # fmt: skip
    """The sheet with its proposed columns, for the mapping screen."""
    return look(
        path, demand_fields(), demand_words(), store=store, kind=KIND, mapping=mapping,
        sheet=sheet, password=password,
    )  # fmt: skip


def template_demand(path: Path) -> dict[str, str]:
    """Write an empty demand sheet → {column header: field key}."""
    write_sheet(path, "用工需求", [column_for(f.field) for f in written()], (), guide=True)
    return {header_of(f.field): f.key for f in written()}


def export_demand(
    store: Store, path: Path, *, only_open: bool = False, password: str | None = None,
    progress: Progress = SILENT,
) -> ExportResult:  # fmt: skip
    """Write the register of demand → rows. Raises EnvironmentFault."""
    fields = written()
    cells = [shown(f.field) for f in fields]
    with store.read() as session:
        found = register(session, store.clock.today(), only_open=only_open)
    rows = [
        [
            show_id(demand.id) if spec is _NUMBER
            else cell((demand.employer if spec.record == EMPLOYER else demand.post).get(spec.name))
            for spec, cell in zip(fields, cells, strict=True)
        ]
        for demand in found
    ]  # fmt: skip
    columns = [column_for(f.field) for f in fields]
    count = write_sheet(path, "用工需求", columns, rows, password=password, progress=progress)
    with store.write("demand.export") as work:
        work.note("station", 0, file=path.name, rows=count, encrypted=password is not None)
    said = {"rows": count, "file": path.name}
    notice = Problem(DemandSheetProblem.DEMAND_EXPORTED, said, Severity.HINT)
    return ExportResult(count, [] if password else [notice])


@bulk
def import_demand(
    store: Store,
    path: Path,
    *,
    mapping: Mapping[str, str] | None = None,
    dry_run: bool = False,
    rejects: Path | None = None,
    sheet: str | None = None,
    password: str | None = None,
    rejects_password: str | None = None,
    progress: Progress = SILENT,
) -> ImportResult:
    """Import employers and posts; the same sheet again changes nothing. What the law says against
    a post warns, a row that cannot be read comes back with its reason. Raises Rejected for an
    unreadable file or a wrong mapping, EnvironmentFault, Cancelled; nothing was changed then."""
    rows = look(
        path, demand_fields(), demand_words(), store=store, kind=KIND, mapping=mapping,
        sheet=sheet, password=password, progress=progress,
    )  # fmt: skip
    task = _Import(rows, store.clock.today(), progress)
    run(store, task, "demand.import", KIND, mapping=mapping, dry_run=dry_run, rejects=rejects,
        rejects_password=rejects_password, progress=progress)  # fmt: skip
    return task.result


@dataclass
class _Plan:
    """What is written: new rows, and changes by id."""

    made: dict[type, list[dict[str, Any]]] = field(default_factory=lambda: {Employer: [], Post: []})
    changed: dict[type, dict[int, Changes]] = field(
        default_factory=lambda: {Employer: {}, Post: {}}
    )


class _Import:
    def __init__(self, rows: SheetRows, today: str, progress: Progress) -> None:
        self.rows, self.today, self._progress = rows, today, progress
        self.plan = _Plan()
        self.result = ImportResult(proposal=rows.proposal)
        self.refused: dict[int, list[Problem]] = {}

    def work_out(self, session: Session) -> None:
        """Compare every row with the register: fills `plan` and `result`."""
        rows = self.rows
        needed = ("employer_name", "credit_code", "post_name", "post_number")
        read_rows(rows, PlaceCells(session), needed, today=self.today, progress=self._progress)
        self._firms = {e.id: values_of(e) for e in employers(session)}
        self._codes = {v["credit_code"]: i for i, v in self._firms.items() if v["credit_code"]}
        self._names = {v["name"]: i for i, v in self._firms.items()}
        self._posts = {d.id: dict(d.post) for d in register(session, self.today)}
        self._known = {
            _key(p): i for i, p in reversed(self._posts.items()) if is_open(p, self.today)
        }
        self._new = {Employer: set[int](), Post: set[int]()}
        warned: list[Problem] = []
        for i in range(len(rows)):
            if i not in rows.idle:
                warned += self._row(i)
        result = self.result
        result.read, result.refused = rows.count, len(self.refused)
        result.problems = row_problems(rows, self.refused, warned, (), "")

    def _row(self, i: int) -> list[Problem]:
        """Plan one row → what is doubtful about it."""
        wrong = list(self.rows.wrong[i].values()) if i in self.rows.wrong else []
        firm, post = self._values(i, EMPLOYER), self._values(i, POST)
        wrong += self._pay(i, post)
        if isinstance(firm.get("credit_code"), str):
            code = read_credit_code(str(firm["credit_code"]))
            firm["credit_code"] = code.value
        firm_id = self._firm(firm)
        firm_now = {**(self._firms.get(firm_id or 0) or dict.fromkeys(fields_of(Employer))), **firm}
        number = self.rows.text("post_number", i)
        post_id = read_id(number) if number else None
        if number and post_id not in self._posts:
            params = {"number": number}
            problem = Problem(DemandSheetProblem.DEMAND_NO_POST, params)
            wrong.append(self.rows.at(problem, i, "post_number"))
        if post_id is None and firm_id is not None:
            post_id = self._known.get(_key({**post, "employer": firm_id}))
        before = self._posts.get(post_id or 0)
        blank = {**dict.fromkeys(fields_of(Post)), "registered": self.today}
        post_now = {**(before or blank), **post}
        if not post_now.get("registered"):
            post_now["registered"] = self.today
        found = check_employer(firm_now) + check_post(post_now, firm_now)
        placed = [self._placed(p, i) for p in found]
        wrong += [p for p in placed if p.severity is Severity.BLOCK]
        if wrong:
            self.refused[i] = wrong
            return []
        warned = [p for p in placed if p.severity is not Severity.BLOCK]
        self.result.warned += bool(warned)
        firm_id, touched = self._put(Employer, firm_id, self._firms, firm_now)
        if firm_now.get("credit_code"):
            self._codes.setdefault(firm_now["credit_code"], firm_id)
        self._names.setdefault(firm_now["name"], firm_id)
        post_now["employer"] = firm_id
        is_new = post_id is None
        post_id, changed = self._put(Post, post_id, self._posts, post_now)
        self._known.setdefault(_key(post_now), post_id)
        if is_new:
            self.result.created += 1
        elif changed or touched:
            self.result.updated += 1
        else:
            self.result.unchanged += 1
        return warned

    def _values(self, i: int, record: str) -> dict[str, Any]:
        """What a row says of one record; an empty cell says nothing."""
        found = {}
        for spec in demand_fields():
            if spec.record == record:
                value = self.rows.value(spec.key, i)
                if value is not None:
                    found[spec.name] = value
        return found

    def _pay(self, i: int, post: dict[str, Any]) -> list[Problem]:
        """The range of a column like 工资待遇, where the two numbers have none of their own."""
        text = self.rows.text("pay_range", i)
        if not text or "pay_low" in post:
            return []
        numbers = pay_range(text)
        if numbers is None:
            problem = Problem(DemandSheetProblem.DEMAND_PAY_RANGE, {"text": text})
            return [self.rows.at(problem, i, "pay_range")]
        post["pay_low"] = numbers[0]
        if numbers[1] > numbers[0]:
            post.setdefault("pay_high", numbers[1])
        return []

    def _firm(self, firm: Mapping[str, Value]) -> int | None:
        code = firm.get("credit_code")
        if code and code in self._codes:
            return self._codes[code]
        same = self._names.get(firm.get("name"))
        if same is not None and code and self._firms[same].get("credit_code") not in (None, code):
            return None  # of the same name, with another code
        return same

    def _put(
        self, model: type[Employer] | type[Post], record_id: int | None,
        known: dict[int, dict[str, Any]], now: dict[str, Any],
    ) -> tuple[int, bool]:  # fmt: skip
        """Plan a record as it will stand → (its id, whether it differs)."""
        values = {k: now.get(k) for k in fields_of(model)}
        if record_id is None:
            record_id = new_id()
            self.plan.made[model].append({**values, "id": record_id})
            self._new[model].add(record_id)
            known[record_id] = values
            return record_id, True
        before = known[record_id]
        changes: Changes = {k: (before.get(k), v) for k, v in values.items() if before.get(k) != v}
        if not changes:
            return record_id, False
        known[record_id] = {**before, **values}
        if record_id in self._new[model]:
            row = next(r for r in self.plan.made[model] if r["id"] == record_id)
            row.update(values)
            return record_id, True
        planned = self.plan.changed[model].setdefault(record_id, {})
        for key, (old, new) in changes.items():
            planned[key] = (planned[key][0] if key in planned else old, new)
        return record_id, True

    def _placed(self, problem: Problem, i: int) -> Problem:
        key = problem.where.field
        spec = next((f for f in demand_fields() if f.name == key), None)
        return self.rows.at(problem, i, spec.key if spec else None)

    def write(self, work: UnitOfWork) -> None:
        """Write the plan."""
        for model in (Employer, Post):
            work.create_many(model, self.plan.made[model])
            work.change_many(model, self.plan.changed[model])


def _key(post: Mapping[str, Any]) -> tuple[Any, ...]:
    return post.get("employer"), post.get("name"), post.get("work_place")


def pay_range(text: str) -> tuple[int, int] | None:
    """The lowest and highest monthly pay in yuan of words like 5000-8000元, 6千以上, 0.5-0.8万;
    None when there is no number."""
    plain = text.replace(",", "").replace(",", "")
    unit = 10000 if "万" in plain else 1000 if re.search(r"\d\s*[千kK]", plain) else 1
    numbers = [float(n) for n in re.findall(r"\d+(?:\.\d+)?", plain)][:2]
    if not numbers:
        return None
    scaled = [round(n * unit if n < 1000 else n) for n in numbers]
    return min(scaled), max(scaled)
