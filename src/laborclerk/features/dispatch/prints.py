"""Rosters to paper and to a sheet: both settle the edition and leave a note in the journal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.orm import Session

from laborclerk.features.census.exports import ExportNotice
from laborclerk.features.census.printed import made_by, note_printed
from laborclerk.features.dispatch.batches import BatchProblem
from laborclerk.features.dispatch.editions import EditionState, edition_state, settle_edition
from laborclerk.features.dispatch.model import Batch
from laborclerk.features.dispatch.rosters import (
    RosterKind,
    View,
    cells,
    roster_document,
    roster_lines,
    roster_of,
)
from laborclerk.features.registry.places import PlaceTree
from laborclerk.kernel.errors import Problem, Severity, reject
from laborclerk.kernel.progress import SILENT, Progress
from laborclerk.printing.document import Page
from laborclerk.printing.pdf import Out, render_pdf
from laborclerk.sheets.bulk import bulk
from laborclerk.sheets.writer import OutColumn, write_sheet
from laborclerk.store.store import Store

_CHARACTERS = 0.62  # of a sheet, for a millimetre on paper


@bulk
def print_roster(
    store: Store,
    batch: int,
    kind: RosterKind,
    out: Out,
    *,
    page: Page | None = None,
    place: int | None = None,
    progress: Progress = SILENT,
) -> int:
    """One of the five rosters to `out` → pages. Written to a file it settles the edition; drawn
    into a stream (a preview) it shows the edition it would be. `page` turns the paper, `place`
    lists the people of one township alone. Raises Rejected when nobody is on it."""
    roster = roster_of(kind)
    leaves = isinstance(out, Path)
    with store.read() as session:
        record = _batch(session, batch)
        state = edition_state(session, record)
        if not state.persons:
            raise reject(BatchProblem.BATCH_EMPTY, what=record.number)
        made = made_by(store)
        document = roster_document(
            session, roster, record, edition=_edition(state, leaves), changes=state.changes,
            made=made, page=page, place=place, progress=progress,
        )  # fmt: skip
        pages = render_pdf(document, out)
    if leaves:
        printed(store, batch, kind, pages)
    return pages


def printed(store: Store, batch: int, kind: RosterKind, pages: int) -> EditionState:
    """A roster left the house, as a file or on a printer: settle its edition, note it."""
    state = settle_edition(store, batch)
    note_printed(
        store, None, f"roster-{kind}", "batch", batch, pages, persons=state.persons,
        edition=state.number,
    )  # fmt: skip
    return state


def _edition(state: EditionState, leaves: bool) -> str:
    return f"第{state.number}版" + ("" if state.settled or leaves else "(未定稿)")


def _batch(session: Session, batch: int) -> Batch:
    record = session.get(Batch, batch)
    if record is None or record.deleted is not None:
        raise reject(BatchProblem.BATCH_UNKNOWN, what=batch)
    return record


@bulk
def export_roster(
    store: Store,
    batch: int,
    kind: RosterKind,
    path: Path,
    *,
    place: int | None = None,
    password: str | None = None,
    progress: Progress = SILENT,
) -> tuple[int, list[Problem]]:
    """The same list as a sheet → rows, and what to know of the file. The public list is masked."""
    roster = roster_of(kind)
    with store.read() as session:
        record = _batch(session, batch)
        state = edition_state(session, record)
        if not state.persons:
            raise reject(BatchProblem.BATCH_EMPTY, what=record.number)
        view = View(PlaceTree.load(session), record)
        head = OutColumn("乡(镇、街道)", 16)
        columns = [
            OutColumn(p.label, max(8, int(p.width * _CHARACTERS)), p.number) for p in roster.parts
        ]

        def rows() -> Iterator[list[object]]:
            for line in roster_lines(session, roster, record, place):
                view.row += 1
                town = view.tree.name(line.township) if line.township else ""
                shown = [
                    part.mask(str(value)) if part.mask and value else value
                    for part, value in zip(roster.parts, cells(roster, line, view), strict=True)
                ]
                yield [shown[0], town, *shown[1:]]

        ordered = [columns[0], head, *columns[1:]]
        title = f"{record.number} 第{state.number}版"
        count = write_sheet(
            path, title, ordered, rows(), password=password, progress=progress,
            total=state.persons,
        )  # fmt: skip
    settled = settle_edition(store, batch)
    with store.write("dispatch.export") as work:
        work.note("batch", batch, document=f"roster-{kind}", rows=count, edition=settled.number)
    plain, params = ExportNotice.EXPORT_PLAIN, {"file": path.name, "rows": count}
    if password:
        plain, params = ExportNotice.EXPORT_LOCKED, {"file": path.name}
    return count, [Problem(plain, params, Severity.WARN if not password else Severity.HINT)]
