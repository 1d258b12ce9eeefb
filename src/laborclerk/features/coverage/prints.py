"""Prints of coverage to a PDF file, each noted in the journal with counts only."""

from __future__ import annotations

from sqlalchemy.orm import Session

from laborclerk.features.census.printed import print_of_place
from laborclerk.features.coverage import documents
from laborclerk.features.coverage.gaps import GapKind
from laborclerk.features.coverage.signoff import SignProblem, standing
from laborclerk.features.coverage.summary_document import summary_sheet
from laborclerk.features.registry.places import PlaceTree
from laborclerk.kernel.errors import Message, reject
from laborclerk.kernel.progress import SILENT, Progress
from laborclerk.printing.document import Document
from laborclerk.printing.pdf import Out
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

    return print_of_place(
        store, "coverage-certificate", village, out, build, progress, round_id=round_id
    )


def print_coverage(
    store: Store, round_id: int, place: int, out: Out, progress: Progress = SILENT
) -> int:
    """The coverage table of a place → pages."""
    return print_of_place(
        store, "coverage", place, out,
        lambda session, made: documents.coverage_table(session, round_id, place, made),
        progress, round_id=round_id,
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
    return print_of_place(
        store, f"gaps-{kind.value}", place, out,
        lambda session, made: documents.gap_list(session, round_id, place, kind, made),
        progress, round_id=round_id,
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
    return print_of_place(
        store, "summary", place, out,
        lambda session, made: summary_sheet(session, round_id, place, level, made, today),
        progress, round_id=round_id,
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
    return print_of_place(
        store, "collection", place, out,
        lambda session, made: documents.collection_list(session, round_id, month, place, made),
        progress, round_id=round_id,
    )  # fmt: skip
