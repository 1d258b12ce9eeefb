"""Writes the census, the frame and empty templates as sheets that import again as they are.

A sheet lies outside the encrypted store: each export leaves a note in the journal, and a plain one
says so. With a password the file is encrypted and no plain copy is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.fields import Value
from laborclerk.features.census.columns import (
    FORM,
    HOUSEHOLD,
    PERSON,
    PLACE,
    SheetField,
    census_fields,
    frame_fields,
    frame_template_fields,
    written,
)
from laborclerk.features.census.frame_editions import latest_entries
from laborclerk.features.census.model import CensusForm, FrameEntry
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.places import PlaceTree, ancestor, code_of, level_of, subtree
from laborclerk.kernel.errors import Message, Problem, Severity
from laborclerk.kernel.progress import SILENT, Progress
from laborclerk.sheets.bulk import bulk
from laborclerk.sheets.cells import shown
from laborclerk.sheets.writer import column_for, header_of, write_sheet
from laborclerk.store.store import Store

ENTRY = "entry"
Cell = Callable[[Value], object]


class ExportNotice(Message):
    """What an export says."""

    EXPORT_PLAIN = (
        "导出文件“{file}”含{rows}行个人信息,没有加密,已记入日志。请妥善保管,用后删除;"
        "需要时可加密码导出"
    )
    EXPORT_LOCKED = "导出文件“{file}”已加密码。请另行告知密码,不要与文件放在一起"


@dataclass
class ExportResult:
    """How many rows were written, and what the clerk should know."""

    rows: int
    problems: list[Problem] = field(default_factory=list)


@bulk
def export_census(
    store: Store,
    path: Path,
    place: int | None = None,
    *,
    round_id: int | None = None,
    password: str | None = None,
    progress: Progress = SILENT,
) -> ExportResult:
    """Write persons with their households (a household without members is a row too) of a place,
    or of the whole station; with `round_id` also who surveyed them when. Raises EnvironmentFault.
    """
    fields = [f for f in written(census_fields()) if round_id is not None or f.record != FORM]
    with store.read() as session:
        tree = PlaceTree.load(session)
        low, high = subtree(place if place is not None else tree.root())
        h, p, c = Household.__table__, Person.__table__, CensusForm.__table__
        source = sa.outerjoin(h, p, (p.c.household == h.c.id) & p.c.deleted.is_(None))
        on_form = (c.c.household == h.c.id) & (c.c.round == round_id) & c.c.deleted.is_(None)
        source = source.outerjoin(c, on_form)
        tables = {HOUSEHOLD: h, PERSON: p, FORM: c}
        wanted = [f for f in fields if f.record != PLACE]
        query = (
            sa.select(h.c.place, *(tables[f.record].c[f.name].label(f"c_{f.key}") for f in wanted))
            .select_from(source)
            .where(h.c.place >= low, h.c.place < high, h.c.deleted.is_(None))
            .order_by(h.c.place, h.c.number, h.c.id, p.c.line, p.c.id)
        )
        rows = write_rows(session, tree, path, "人员", fields, query, password, progress)
    return noted(store, path, "census", rows, password)


def export_frame(
    store: Store,
    path: Path,
    place: int | None = None,
    *,
    password: str | None = None,
    progress: Progress = SILENT,
) -> ExportResult:
    """Write the latest frame of each village: one row a household."""
    fields = [f for f in written(frame_fields()) if f.record != PERSON]
    with store.read() as session:
        tree = PlaceTree.load(session)
        low, high = subtree(place if place is not None else tree.root())
        h, e = Household.__table__, FrameEntry.__table__
        tables = {HOUSEHOLD: h, ENTRY: e}
        wanted = [f for f in fields if f.record != PLACE]
        query = (
            sa.select(e.c.place, *(tables[f.record].c[f.name].label(f"c_{f.key}") for f in wanted))
            .select_from(sa.outerjoin(e, h, h.c.id == e.c.household))
            .where(e.c.place >= low, e.c.place < high, latest_entries(session))
            .order_by(e.c.place, e.c.number, e.c.id)
        )
        rows = write_rows(session, tree, path, "户籍底册", fields, query, password, progress)
    return noted(store, path, "frame", rows, password)


def template_census(path: Path) -> dict[str, str]:
    """Write an empty census sheet → {column header: field key}."""
    return _template(path, "人员", written(census_fields()))


def template_frame(path: Path) -> dict[str, str]:
    """Write an empty household frame → {column header: field key}."""
    return _template(path, "户籍底册", frame_template_fields())


def _template(path: Path, title: str, fields: Sequence[SheetField]) -> dict[str, str]:
    write_sheet(path, title, [column_for(f.field) for f in fields], (), guide=True)
    return {header_of(f.field): f.key for f in fields}


def write_rows(
    session: Session,
    tree: PlaceTree,
    path: Path,
    title: str,
    fields: Sequence[SheetField],
    query: sa.Select[Any],
    password: str | None,
    progress: Progress,
) -> int:
    """Write the rows of a query, whose first column is the place and the others those of `fields`
    that name none, in order → how many."""
    total = session.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery()))
    cells = [shown(f.field) for f in fields if f.record != PLACE]
    places = [f.name for f in fields if f.record == PLACE]

    def rows() -> Iterator[list[object]]:
        known: dict[int, list[object]] = {}
        for row in session.execute(query.execution_options(yield_per=2000)):
            place = row[0] or 0
            where = known.get(place)
            if where is None:
                where = known[place] = _place_cells(tree, place, places)
            yield where + [cell(v) for cell, v in zip(cells, row[1:], strict=True)]

    named = [replace(f.field, label=tree.word) if f.name == "group" else f.field for f in fields]
    columns = [column_for(field) for field in named]
    return write_sheet(
        path, title, columns, rows(), password=password, progress=progress, total=total
    )


def _place_cells(tree: PlaceTree, place: int, names: Sequence[str]) -> list[object]:
    """The place columns of a row: code of the village and the names from the township down."""
    village = ancestor(place, "village")
    township = ancestor(place, "township")
    texts = {
        "code": code_of(place),
        "township": tree.full_name(township) if township in tree else "",
        "village": tree.full_name(village) if level_of(village) == "village" else "",
        "group": tree.full_name(place) if level_of(place) == "group" else "",
    }
    return [texts[name] for name in names]


def noted(store: Store, path: Path, kind: str, rows: int, password: str | None) -> ExportResult:
    """Leave the audit's note and say whether the file is plain."""
    with store.write(f"{kind}.export") as work:
        work.note("station", 0, file=path.name, rows=rows, encrypted=password is not None)
    message = ExportNotice.EXPORT_LOCKED if password else ExportNotice.EXPORT_PLAIN
    said = Problem(message, {"file": path.name, "rows": rows}, Severity.HINT)
    return ExportResult(rows, [said])
