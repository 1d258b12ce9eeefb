"""Writes the rows an import refused as they were, with the reason in front, so that they can be
corrected in Excel or WPS and imported again with the same mapping."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from laborclerk.catalog.cells import cell_text
from laborclerk.kernel.progress import SILENT, Progress
from laborclerk.sheets.headings import plain_key
from laborclerk.sheets.layout import Layout
from laborclerk.sheets.mapping import IGNORED, REASON, REASON_ROW
from laborclerk.sheets.reader import Cell, Sheet
from laborclerk.sheets.writer import OutColumn, write_sheet


def write_rejects(
    path: Path,
    sheet: Sheet,
    layout: Layout,
    refused: Iterable[tuple[int, str]],
    *,
    password: str | None = None,
    progress: Progress = SILENT,
) -> int:
    """Write the rows (numbers from 1 in `sheet`) with their reasons → how many. The columns keep
    their order and full header; an earlier reason column is replaced."""
    skipped = {plain_key(REASON), plain_key(REASON_ROW)} & IGNORED
    kept = [c for c in layout.columns if plain_key(c.text) not in skipped]
    columns = [OutColumn(REASON, 46), OutColumn(REASON_ROW, 8)]
    columns += [OutColumn(c.text, max(10, 2 * len(c.text) + 2)) for c in kept]

    def rows() -> Iterable[list[object]]:
        for number, reason in refused:
            row = sheet.rows[number - 1]
            cells = [_shown(row[c.index]) if c.index < len(row) else "" for c in kept]
            yield [reason, str(number), *cells]

    return write_sheet(path, "退回", columns, rows(), password=password, progress=progress)


def _shown(cell: Cell) -> str:
    """The cell as text; what a sheet library made of a long number stays recognisable."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) >= 1e15:
        return f"{cell:.5E}"
    return cell_text(cell)
