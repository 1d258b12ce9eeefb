"""Reads a whole column of cells for one field: each different cell is read once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from laborclerk.catalog.cells import cell_text
from laborclerk.catalog.fields import Field, Value
from laborclerk.catalog.values import NO_CONTEXT, Context, Reading, read, show
from laborclerk.kernel.errors import Problem, Severity
from laborclerk.sheets.reader import Cell

EMPTY = Reading(None)


@dataclass
class ColumnReading:
    """The values of a column, one a row; by row index (from 0) what is wrong (BLOCK) and what is
    doubtful or was mended (WARN, HINT)."""

    values: list[Value]
    wrong: dict[int, Problem] = field(default_factory=dict)
    doubts: dict[int, tuple[Problem, ...]] = field(default_factory=dict)


def plain_cells(cells: Sequence[Cell]) -> list[Any]:
    """The cells with truth values as words: 1.0 and TRUE are the same key, but not the same."""
    if bool in set(map(type, cells)):
        return [("是" if c else "否") if type(c) is bool else c for c in cells]
    return list(cells)


def read_column(
    spec: Field, cells: Sequence[Cell], scale: float = 1.0, context: Context = NO_CONTEXT
) -> ColumnReading:
    """Read `cells` as values of `spec`; numbers are multiplied by `scale` first."""
    plain = plain_cells(cells)

    def one(cell: Any) -> Reading:
        return read(spec.type, cell if scale == 1.0 else scaled(cell, scale), context)

    return collect(plain, {cell: EMPTY if cell == "" else one(cell) for cell in set(plain)})


def collect(cells: Sequence[Any], table: dict[Any, Reading]) -> ColumnReading:
    """The reading of a column from the readings of its different cells."""
    found = ColumnReading([table[cell].value for cell in cells])
    noted = {cell for cell, reading in table.items() if reading.problems or reading.notices}
    if noted:
        for i, cell in enumerate(cells):
            if cell in noted:
                put(found, i, table[cell])
    return found


def put(found: ColumnReading, i: int, reading: Reading) -> None:
    """Take over what a reading says of row `i`."""
    found.values[i] = reading.value
    wrong = [p for p in reading.problems if p.severity is Severity.BLOCK]
    if wrong:
        found.wrong[i] = wrong[0]
    else:
        found.wrong.pop(i, None)
    doubts = tuple(p for p in reading.problems if p.severity is not Severity.BLOCK)
    if doubts or reading.notices:
        found.doubts[i] = doubts + reading.notices


def scaled(cell: Any, scale: float) -> Any:
    """A number cell in the field's unit; other cells as they are."""
    try:
        amount = Decimal(cell_text(cell).replace(",", ""))
    except InvalidOperation:
        return cell
    return float(round(amount * Decimal(repr(scale)), 2))


def shown(spec: Field, context: Context = NO_CONTEXT) -> Callable[[Value], object]:
    """How values of a field are written so that reading the cell gives the value again: as shown
    where that holds, else as stored."""
    known: dict[Value, object] = {None: ""}

    def cell(value: Value) -> object:
        found = known.get(value)
        if found is None:
            if len(known) > 50_000:
                known.clear()
                known[None] = ""
            found = known[value] = cell_of(spec, value, context)
        return found

    return cell


def cell_of(spec: Field, value: Value, context: Context = NO_CONTEXT) -> object:
    """The cell for one value (see `shown`)."""
    places = getattr(spec.type, "places", None)
    if places is not None and isinstance(value, int) and not isinstance(value, bool):
        return value if not places else float(Decimal(value).scaleb(-places))
    text = show(spec.type, value, context)
    return text if read(spec.type, text, context).value == value else str(value)
