"""Reports, their charts and the lists behind their numbers into files; each noted in the journal
with counts only."""

from __future__ import annotations

from pathlib import Path

from laborclerk.features.census.exports import ExportResult, noted
from laborclerk.features.census.printed import note_printed, print_of_place
from laborclerk.features.registry.places import code_of
from laborclerk.features.reports.counts import Report, report
from laborclerk.features.reports.documents import listing_sheet, report_sheet
from laborclerk.features.reports.kinds import REPORTS, ReportKind
from laborclerk.features.reports.listing import HEADS, behind
from laborclerk.features.reports.pictures import sheet_of
from laborclerk.kernel.errors import Message, reject
from laborclerk.kernel.progress import SILENT, Progress
from laborclerk.printing.chart_files import write_png, write_svg
from laborclerk.printing.pdf import Out, write_file
from laborclerk.sheets.writer import OutColumn, write_sheet
from laborclerk.store.store import Store


class ReportProblem(Message):
    """Why a report was not written."""

    NO_PICTURE = "这张报表没有数,画不出图"
    PICTURE_KIND = "图存成 .png 或 .svg,不能存成“{name}”"


def print_report(
    store: Store,
    kind: ReportKind,
    place: int,
    out: Out,
    *,
    on: str = "",
    months: int = 3,
    progress: Progress = SILENT,
) -> int:
    """A report of a place on a day (default: today) → pages."""
    day = on or store.clock.today()
    return print_of_place(
        store, f"report-{kind.value}", place, out,
        lambda session, made: report_sheet(
            session, report(session, kind, place, day, months), made
        ),
        progress,
    )  # fmt: skip


def print_listing(
    store: Store, found: Report, line: str, column: str, out: Out, progress: Progress = SILENT
) -> int:
    """The list behind a number → pages."""
    return print_of_place(
        store, f"report-list-{found.kind.value}", found.place, out,
        lambda session, made: listing_sheet(session, found, line, column, made), progress,
    )  # fmt: skip


def save_picture(store: Store, found: Report, path: Path) -> None:
    """The chart of a report as .png or .svg. Raises Rejected and EnvironmentFault."""
    writers = {".png": write_png, ".svg": write_svg}
    write = writers.get(path.suffix.lower())
    if write is None:
        raise reject(ReportProblem.PICTURE_KIND, name=path.name)
    sheet = sheet_of(found)
    if sheet is None:
        raise reject(ReportProblem.NO_PICTURE)
    write_file(path, lambda stream: write(sheet, stream))
    note_printed(
        store, path, f"report-picture-{found.kind.value}", "place", found.place, 1,
        place=code_of(found.place),
    )  # fmt: skip


def export_report(store: Store, found: Report, path: Path) -> ExportResult:
    """The figures of a report as a sheet, one row a class."""
    columns = [OutColumn("", 24), *(OutColumn(c.name, 12) for c in found.columns)]
    rows = [[line.label.strip(), *line.values] for line in (*found.lines, *found.sums)]
    written = write_sheet(path, REPORTS[found.kind].title, columns, rows)
    return noted(store, path, f"report-{found.kind.value}", written, None)


def export_listing(
    store: Store,
    found: Report,
    line: str,
    column: str,
    path: Path,
    password: str | None = None,
    progress: Progress = SILENT,
) -> ExportResult:
    """The list behind a number as a sheet."""
    columns = [OutColumn(head, 14) for head in ("序号", *HEADS)]
    with store.read() as session:
        listed = behind(session, found, line, column, None)
        rows = write_sheet(
            path, REPORTS[found.kind].title, columns,
            ([n, *entry.cells] for n, entry in enumerate(listed.entries, 1)),
            password=password, progress=progress, total=listed.total,
        )  # fmt: skip
    return noted(store, path, f"report-list-{found.kind.value}", rows, password)
