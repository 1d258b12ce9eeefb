"""The work ledger and the named lists as sheets; the ledger imports again as it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.features.census.columns import HOUSEHOLD, PERSON, PLACE
from laborclerk.features.census.exports import ExportResult, noted, write_rows
from laborclerk.features.registry.model import Household
from laborclerk.features.registry.places import PlaceTree, subtree
from laborclerk.features.work.columns import SPELL, written_fields
from laborclerk.features.work.documents import LIST_COLUMNS, list_cells
from laborclerk.features.work.list_kinds import LISTS, NO_FILTER, Filter, ListKind
from laborclerk.features.work.lists import count, lines
from laborclerk.features.work.state import PERSON as PEOPLE
from laborclerk.features.work.state import SPELL as SPELLS
from laborclerk.features.work.state import runs
from laborclerk.kernel.progress import SILENT, Progress
from laborclerk.sheets.bulk import bulk
from laborclerk.sheets.writer import OutColumn, column_for, header_of, write_sheet
from laborclerk.store.store import Store

HOME: Any = Household.__table__


@bulk
def export_ledger(
    store: Store,
    path: Path,
    place: int | None = None,
    *,
    on: str | None = None,
    password: str | None = None,
    progress: Progress = SILENT,
) -> ExportResult:
    """Write the spells of a place's people, or of the whole station; with `on` only those that run
    on that day. Raises EnvironmentFault."""
    fields = written_fields()
    tables = {PERSON: PEOPLE, HOUSEHOLD: HOME, SPELL: SPELLS}
    with store.read() as session:
        tree = PlaceTree.load(session)
        low, high = subtree(place if place is not None else tree.root())
        wanted = [f for f in fields if f.record != PLACE]
        query = (
            sa.select(
                HOME.c.place, *(tables[f.record].c[f.name].label(f"c_{f.key}") for f in wanted)
            )
            .select_from(
                HOME.join(PEOPLE, PEOPLE.c.household == HOME.c.id).join(
                    SPELLS, SPELLS.c.person == PEOPLE.c.id
                )
            )
            .where(HOME.c.place >= low, HOME.c.place < high, HOME.c.deleted.is_(None))
            .where(PEOPLE.c.deleted.is_(None), SPELLS.c.deleted.is_(None))
            .order_by(
                HOME.c.place, HOME.c.number, HOME.c.id, PEOPLE.c.line, PEOPLE.c.id, SPELLS.c.start
            )
        )
        if on is not None:
            query = query.where(runs(SPELLS, on))
        rows = write_rows(session, tree, path, "劳务输出台账", fields, query, password, progress)
    return noted(store, path, "work", rows, password)


def template_ledger(path: Path) -> dict[str, str]:
    """Write an empty ledger → {column header: field key}."""
    fields = [f.field for f in written_fields()]
    write_sheet(path, "劳务输出台账", [column_for(f) for f in fields], (), guide=True)
    return {header_of(f): f.key for f in fields}


@bulk
def export_list(
    store: Store,
    path: Path,
    kind: ListKind,
    place: int,
    on: str,
    filter_: Filter = NO_FILTER,
    *,
    password: str | None = None,
    progress: Progress = SILENT,
) -> ExportResult:
    """Write one of the named lists as of a day."""
    with store.read() as session:
        total = count(session, kind, place, on, filter_)
        columns = [OutColumn(c.label, max(8, int(c.width / 2))) for c in LIST_COLUMNS]
        rows = write_sheet(
            path, LISTS[kind].title[:28], columns,
            _lines(session, kind, place, on, filter_),
            password=password, progress=progress, total=total,
        )  # fmt: skip
    return noted(store, path, "work", rows, password)


def _lines(
    session: Session, kind: ListKind, place: int, on: str, filter_: Filter
) -> Iterator[list[object]]:
    tree = PlaceTree.load(session)
    for n, line in enumerate(lines(session, kind, place, on, filter_), 1):
        yield list(list_cells(n, line, tree.path(line.place, "township")))
