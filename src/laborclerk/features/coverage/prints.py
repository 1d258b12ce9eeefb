"""Prints of coverage to a PDF file, each noted in the journal with counts only."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from laborclerk.features.census.documents import note_printed
from laborclerk.features.coverage import documents
from laborclerk.features.coverage.gaps import GapKind
from laborclerk.features.coverage.signoff import SignProblem, standing
from laborclerk.features.coverage.summary_document import summary_sheet
from laborclerk.features.registry.places import PlaceTree, code_of
from laborclerk.kernel.errors import Message, reject
from laborclerk.kernel.progress import SILENT, Progress
from laborclerk.printing.document import Document
from laborclerk.printing.pdf import Out, render_pdf
from laborclerk.store.store import Store


class CoveragePrint(Message):
    """Why nothing was printed."""

    NOT_SIGNED = "“{place}”还没有签认,没有签认书可印。请先签认"


def print_certificate(
    store: Store, round_id: int, village: int, out: Out, progress: Progress = SILENT
) -> int:
    """The certificate of a signed village → pages."""

    def build(session: Session, made: str) -> Document:
        tree = PlaceTree.load(session)
        if village not in tree:
            raise reject(SignProblem.SIGN_NOT_VILLAGE, place=tree.name(village))
        record = standing(session, round_id, village)
        if record is None:
            raise reject(CoveragePrint.NOT_SIGNED, place=tree.name(village))
        return documents.certificate(session, record, made)

    return _print(store, "coverage-certificate", round_id, village, out, build, progress)


def print_coverage(
    store: Store, round_id: int, place: int, out: Out, progress: Progress = SILENT
) -> int:
    """The coverage table of a place → pages."""
    return _print(
        store, "coverage", round_id, place, out,
        lambda session, made: documents.coverage_table(session, round_id, place, made), progress,
    )  # fmt: skip


def print_gaps(
    store: Store,
    round_id: int,
    place: int,
    kind: GapKind,
    out: Out,
    progress: Progress = SILENT,
) -> int:
    """A list behind a number → pages."""
    return _print(
        store, f"gaps-{kind.value}", round_id, place, out,
        lambda session, made: documents.gap_list(session, round_id, place, kind, made), progress,
    )  # fmt: skip


def print_summary(
    store: Store,
    round_id: int,
    place: int,
    out: Out,
    *,
    level: str = "",
    progress: Progress = SILENT,
) -> int:
    """The labour resource summary (B8) of a place → pages."""
    today = store.clock.today()
    return _print(
        store, "summary", round_id, place, out,
        lambda session, made: summary_sheet(session, round_id, place, level, made, today),
        progress,
    )  # fmt: skip


def print_collection(
    store: Store,
    round_id: int,
    month: str,
    place: int,
    out: Out,
    progress: Progress = SILENT,
) -> int:
    """The collection list of a month → pages."""
    return _print(
        store, "collection", round_id, place, out,
        lambda session, made: documents.collection_list(session, round_id, month, place, made),
        progress,
    )  # fmt: skip


def _print(
    store: Store,
    kind: str,
    round_id: int,
    place: int,
    out: Out,
    build: Callable[[Session, str], Document],
    progress: Progress,
) -> int:
    made = f"打印\uff1a{store.clerk}\u3000{store.clock.today()}"
    with store.read() as session:
        pages = render_pdf(build(session, made), out, progress)
    note_printed(store, out, kind, "round", round_id, pages, place=code_of(place))
    return pages
