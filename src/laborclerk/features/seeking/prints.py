"""Prints and list sheets of job seekers, each noted in the journal with counts only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from sqlalchemy.orm import Session

from laborclerk.features.census.exports import ExportResult, noted
from laborclerk.features.census.printed import made_by, print_of_place
from laborclerk.features.registry.places import PlaceTree
from laborclerk.features.seeking import documents
from laborclerk.features.seeking.listing import KINDS, SeekKind, seek_count, seek_lines
from laborclerk.features.seeking.model import JobSeeking
from laborclerk.features.work.list_kinds import NO_FILTER, Filter
from laborclerk.kernel.errors import Message, reject
from laborclerk.kernel.progress import SILENT, Progress
from laborclerk.printing.document import Document
from laborclerk.printing.pdf import Out
from laborclerk.sheets.bulk import bulk
from laborclerk.sheets.writer import OutColumn, write_sheet
from laborclerk.store.store import Store


class SeekingPrint(Message):
    """Why nothing was printed."""

    NO_SEEKERS = "没有要印的求职登记。请先登记,或换一个地方"


def print_list(
    store: Store,
    kind: SeekKind,
    place: int,
    out: Out,
    *,
    on: str = "",
    filter_: Filter = NO_FILTER,
    progress: Progress = SILENT,
) -> int:
    """One of the lists on a day (default: today) → pages."""
    day = on or store.clock.today()
    return print_of_place(
        store, f"seeking-list-{kind.value}", place, out,
        lambda session, made: documents.seeker_list(session, kind, place, day, filter_, made),
        progress,
    )  # fmt: skip


def print_forms(
    store: Store,
    out: Out,
    *,
    seekings: Sequence[int] = (),
    place: int | None = None,
    progress: Progress = SILENT,
) -> int:
    """The forms of some registrations, or of all that are open at a place, a page each → pages.
    Raises Rejected when there is none."""
    day = store.clock.today()
    with store.read() as session:
        top = place if place is not None else PlaceTree.load(session).root()

    def build(session: Session, made: str) -> Document:
        ids = list(seekings) or [
            line.seeking for line in seek_lines(session, SeekKind.OPEN, top, day)
        ]
        if not ids:
            raise reject(SeekingPrint.NO_SEEKERS)
        return documents.seeker_forms(session, ids, made)

    return print_of_place(store, "seeking-form", top, out, build, progress)


def one_form(store: Store, seeking: int) -> Document:
    """The form of one registration, whole, to be looked at before it is printed. Raises Rejected
    when it was deleted."""
    with store.read() as session:
        record = session.get(JobSeeking, seeking)
        if record is None or record.deleted is not None:
            raise reject(SeekingPrint.NO_SEEKERS)
        made = documents.seeker_forms(session, [seeking], made_by(store))
        return replace(made, blocks=list(made.blocks))


def print_blank(
    store: Store, place: int, out: Out, *, copies: int = 1, progress: Progress = SILENT
) -> int:
    """Empty forms → pages."""
    return print_of_place(
        store, "seeking-blank", place, out,
        lambda session, _made: documents.blank_forms(session, place, copies), progress,
    )  # fmt: skip


@bulk
def export_list(
    store: Store,
    path: Path,
    kind: SeekKind,
    place: int,
    on: str,
    filter_: Filter = NO_FILTER,
    *,
    password: str | None = None,
    progress: Progress = SILENT,
) -> ExportResult:
    """Write one of the lists as of a day as a sheet."""
    with store.read() as session:
        total = seek_count(session, kind, place, on, filter_)
        columns = [OutColumn(c.label, max(8, int(c.width / 2))) for c in documents.LIST_COLUMNS]
        rows = write_sheet(
            path, KINDS[kind].title[:28], columns, _lines(session, kind, place, on, filter_),
            password=password, progress=progress, total=total,
        )  # fmt: skip
    return noted(store, path, "seeking", rows, password)


def _lines(
    session: Session, kind: SeekKind, place: int, on: str, filter_: Filter
) -> Iterator[list[object]]:
    tree = PlaceTree.load(session)
    for n, line in enumerate(seek_lines(session, kind, place, on, filter_), 1):
        yield list(documents.list_cells(n, line, tree.path(line.place, "township")))
