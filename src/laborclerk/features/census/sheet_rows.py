"""Reads the rows of a census or frame sheet: columns mapped, cells as values, places found.

Nothing is compared with the store here (but for places); what is wrong with a cell is kept beside
its row, and whether that refuses the row is decided when it is known whom the row is about.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import Any

from laborclerk.catalog.cells import cell_text
from laborclerk.catalog.codes import code_list
from laborclerk.catalog.fields import Codes, Value, YesNo
from laborclerk.catalog.idnumber import RESIDENT, IdReading, read_id_number
from laborclerk.catalog.values import Context, Reading, read
from laborclerk.features.census.columns import EXTRA, PLACE, PLACE_KEYS, SheetField
from laborclerk.features.registry.place_cells import Cells, PlaceCellProblem, PlaceCells
from laborclerk.kernel.errors import Problem, Severity
from laborclerk.kernel.progress import SILENT, Progress
from laborclerk.sheets.cells import ColumnReading, plain_cells, put, read_column
from laborclerk.sheets.layout import Layout, data_rows, find_layout
from laborclerk.sheets.mapping import Match, Proposal, Words, need, propose
from laborclerk.sheets.messages import SheetMessage
from laborclerk.sheets.reader import Row, Sheet, read_sheet
from laborclerk.store.store import Store

_NOTICES = 50  # of one kind in one column; more of the same are only counted


class Remembered:
    """Mappings kept in the station's settings, by kind of sheet."""

    def __init__(self, store: Store, kind: str) -> None:
        self._store = store
        self._prefix = f"mapping.{kind}."

    def recall(self, fingerprint: str) -> Mapping[str, str] | None:
        kept = self._store.setting(self._prefix + fingerprint)
        return json.loads(kept) if kept else None

    def remember(self, fingerprint: str, chosen: Mapping[str, str]) -> None:
        text = json.dumps(dict(chosen), ensure_ascii=False)
        if self._store.setting(self._prefix + fingerprint) != text:
            self._store.set_setting(self._prefix + fingerprint, text)


@dataclass
class SheetRows:
    """A sheet read: `numbers` are the rows' numbers in the sheet, `values[key]` a mapped field's
    value by row, `places` the place or why there is none, `ids` what the document numbers say;
    `idle` rows say nothing of anybody (a village's heading, a prepared line)."""

    sheet: Sheet
    layout: Layout
    proposal: Proposal
    fields: dict[str, SheetField]
    numbers: list[int] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    values: dict[str, list[Value]] = field(default_factory=dict)
    wrong: dict[int, dict[str, Problem]] = field(default_factory=lambda: defaultdict(dict))
    doubts: dict[int, list[Problem]] = field(default_factory=lambda: defaultdict(list))
    places: list[int | Problem] = field(default_factory=list)
    ids: list[IdReading | None] = field(default_factory=list)
    idle: set[int] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    unlisted: Counter[tuple[str, str]] = field(default_factory=Counter)  # (field key, code) → rows

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def count(self) -> int:
        """The rows that say something: what an import has read."""
        return len(self.rows) - len(self.idle)

    def value(self, key: str, i: int) -> Value:
        """A field's value in row `i`; None when not mapped or empty."""
        column = self.values.get(key)
        return column[i] if column is not None else None

    def text(self, key: str, i: int) -> str:
        """The cell of a field as it stands."""
        column = self.proposal.column_of(key)
        return cell_text(self.rows[i][column]) if column is not None else ""

    def at(self, problem: Problem, i: int, key: str | None = None) -> Problem:
        """The problem with its cell."""
        column = self.proposal.column_of(key) if key else None
        return problem.at(
            sheet=self.sheet.name,
            row=self.numbers[i],
            column=column + 1 if column is not None else None,
            field=key,
        )

    def label(self, key: str) -> str:
        """How the sheet itself calls a field."""
        column = self.proposal.column_of(key)
        return self.proposal.text(column) if column is not None else self.fields[key].field.label


def look(
    path: Path,
    fields: Sequence[SheetField],
    words: Words,
    *,
    store: Store,
    kind: str,
    mapping: Mapping[str, str] | None = None,
    sheet: str | None = None,
    password: str | None = None,
    progress: Progress = SILENT,
) -> SheetRows:
    """Read the file and propose its columns; cells are not read yet. This is what the mapping
    screen shows. Raises Rejected for an unreadable file or a wrong `mapping`."""
    found = read_sheet(path, sheet, password=password, progress=progress)
    layout = find_layout(found, words.known)
    proposal = propose(
        layout.columns,
        [f.field for f in fields],
        given=mapping,
        memory=Remembered(store, kind),
        words=words,
    )
    rows = SheetRows(found, layout, proposal, {f.key: f for f in fields})
    rows.problems += proposal.problems
    if found.others:
        params = {"sheet": found.name, "names": "、".join(found.others)}
        rows.problems.append(Problem(SheetMessage.SHEET_OTHERS, params, Severity.WARN))
    for number, row in data_rows(found, layout):
        rows.numbers.append(number)
        rows.rows.append(row)
    return rows


def read_rows(
    rows: SheetRows,
    places: PlaceCells,
    needed: Sequence[str],
    *,
    today: str,
    progress: Progress = SILENT,
) -> None:
    """Read every mapped cell. Raises Rejected when none of `needed` has a column."""
    need(rows.proposal, needed)
    context = Context(today=today)
    matches = rows.proposal.matches
    telling = [m.column for m in matches if rows.fields[m.key].record not in (PLACE, EXTRA)]
    said = itemgetter(telling[0], *telling)
    rows.idle = {i for i, row in enumerate(rows.rows) if not any(said(row))}
    progress.start("核对各列", len(matches) + 1)
    flags: dict[str, list[Match]] = defaultdict(list)
    late = {"id_number", "relation"}
    for done, match in enumerate(matches):
        spec = rows.fields[match.key]
        if match.item:
            flags[match.key].append(match)
        elif spec.record != PLACE and match.key not in late:
            cells = [row[match.column] for row in rows.rows]
            _take(rows, match.key, read_column(spec.field, cells, match.scale, context))
        progress.step(done)
    for key, some in flags.items():
        _take_flags(rows, key, some, context)
    _read_ids(rows, today)
    _read_relations(rows, context)
    _find_places(rows, places)
    progress.step(len(matches) + 1)


def _take(rows: SheetRows, key: str, found: ColumnReading) -> None:
    rows.values[key] = found.values
    for i, problem in found.wrong.items():
        rows.wrong[i][key] = rows.at(problem, i, key)
    kept: dict[str, int] = defaultdict(int)
    for i, problems in found.doubts.items():
        for problem in problems:
            kept[problem.code] += 1
            if problem.severity is Severity.WARN or kept[problem.code] <= _NOTICES:
                rows.doubts[i].append(rows.at(problem, i, key))
            else:
                rows.unlisted[key, problem.code] += 1


def _take_flags(rows: SheetRows, key: str, matches: list[Match], context: Context) -> None:
    """Several yes/no columns, one for each code, are one field of several codes."""
    spec = rows.fields[key].field
    assert isinstance(spec.type, Codes)
    codes = code_list(spec.type.codes)
    chosen: list[set[str] | None] = [None] * len(rows)
    for match in matches:
        cells = plain_cells([row[match.column] for row in rows.rows])
        table = {
            cell: Reading(None) if cell == "" else read(YesNo(), cell, context)
            for cell in set(cells)
        }
        for i, cell in enumerate(cells):
            reading = table[cell]
            if reading.problems:
                problem = rows.at(reading.problems[0], i, key).at(column=match.column + 1)
                rows.wrong[i][key] = problem
            elif reading.value is not None:
                found = chosen[i]
                if found is None:
                    found = chosen[i] = set()
                if reading.value:
                    found.add(match.item)
    whole = rows.values.get(key)
    values: list[Value] = []
    for i, found in enumerate(chosen):
        if whole is not None and whole[i]:
            found = (found or set()) | set(str(whole[i]).split(","))
        values.append(",".join(codes.order(found)) or None if found is not None else None)
    rows.values[key] = values


def _read_ids(rows: SheetRows, today: str) -> None:
    column = rows.proposal.column_of("id_number")
    if column is None:
        rows.ids = [None] * len(rows)
        return
    kinds = rows.values.get("id_type")
    found = ColumnReading([None] * len(rows))
    for i, row in enumerate(rows.rows):
        cell = row[column]
        if cell == "":
            rows.ids.append(None)
            continue
        kind = kinds[i] if kinds is not None else None
        reading = read_id_number(cell, kind if isinstance(kind, str) else None, today)
        if reading.problems or reading.notices:
            if kind == RESIDENT and reading.value and len(reading.value) in (20, 22):
                other = read_id_number(cell, None, today)  # a disability certificate after all
                reading = other if not _blocked(other) else reading
            elif isinstance(cell, str):
                word = read(rows.fields["id_number"].field.type, cell)
                if word.value is None and not word.problems:  # 无, 不详
                    rows.ids.append(None)
                    continue
            put(found, i, Reading(reading.value, reading.notices, reading.problems))
        found.values[i] = reading.value
        rows.ids.append(reading if reading.value and not _blocked(reading) else None)
    _take(rows, "id_number", found)


def _blocked(reading: IdReading) -> bool:
    return any(p.severity is Severity.BLOCK for p in reading.problems)


def _read_relations(rows: SheetRows, context: Context) -> None:
    """Words like 子女 mean one thing or the other by the person's sex."""
    column = rows.proposal.column_of("relation")
    if column is None:
        return
    spec = rows.fields["relation"].field
    found = read_column(spec, [row[column] for row in rows.rows], 1.0, context)
    for i in list(found.wrong):
        reading = rows.ids[i]
        sex = rows.value("sex", i) or (reading.sex if reading else None)
        if isinstance(sex, str):
            again = read(spec.type, rows.rows[i][column], Context(sex=sex))
            if again.value is not None:
                put(found, i, again)
    _take(rows, "relation", found)


def _find_places(rows: SheetRows, places: PlaceCells) -> None:
    """A row whose place cells are all empty stands where the row above does; one that has only a
    group stands in the village of the row above."""
    columns = [rows.proposal.column_of(f"place_{k}" if k == "code" else k) for k in PLACE_KEYS]
    known: dict[tuple[Any, ...], int | Problem | None] = {}
    before: int | Problem | None = None
    above: tuple[Any, ...] = ()
    for i, row in enumerate(rows.rows):
        cells = tuple("" if c is None else row[c] for c in columns)
        if cells[-1] != "" and above and not any(cells[:-1]):
            cells = (*above[:-1], cells[-1])  # the group alone: of the village above
        above = cells if any(cells[:-1]) else above
        if cells not in known:
            filled = any(cell != "" and cell_text(cell) for cell in cells)
            known[cells] = places.find(Cells(*cells)) if filled else None
        place = known[cells]
        if place is None:
            place = before if before is not None else places.find(Cells())
        before = place
        rows.places.append(place)
        if isinstance(place, Problem) and place.message is not PlaceCellProblem.CELLS_NO_PLACE:
            rows.wrong[i]["village"] = rows.at(place, i, "village")
