"""Prints of the work register to a PDF file, each noted in the journal with counts only."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.features.census.printed import print_of_place
from laborclerk.features.registry.places import PlaceTree
from laborclerk.features.work import documents
from laborclerk.features.work.list_kinds import NO_FILTER, Filter, ListKind
from laborclerk.features.work.model import WorkCard
from laborclerk.features.work.reconcile import Kind
from laborclerk.kernel.errors import Message, reject
from laborclerk.kernel.progress import SILENT, Progress
from laborclerk.printing.document import Document
from laborclerk.printing.pdf import Out
from laborclerk.store.store import Store


class WorkPrint(Message):
    """Why nothing was printed."""

    NO_CARDS = "没有要印的卡。请先给务工人员发卡"


def print_ledger(
    store: Store, place: int, out: Out, *, on: str = "", progress: Progress = SILENT
) -> int:
    """The ledger of a place on a day (default: today) → pages."""
    day = on or store.clock.today()
    return print_of_place(
        store, "work-ledger", place, out,
        lambda session, made: documents.ledger(session, place, day, made), progress,
    )  # fmt: skip


def print_list(
    store: Store,
    kind: ListKind,
    place: int,
    out: Out,
    *,
    on: str = "",
    filter_: Filter = NO_FILTER,
    progress: Progress = SILENT,
) -> int:
    """One of the named lists → pages."""
    day = on or store.clock.today()
    return print_of_place(
        store, f"work-list-{kind.value}", place, out,
        lambda session, made: documents.named_list(session, kind, place, day, filter_, made),
        progress,
    )  # fmt: skip


def print_mismatches(
    store: Store,
    place: int,
    out: Out,
    *,
    on: str = "",
    kinds: Sequence[Kind] = (),
    progress: Progress = SILENT,
) -> int:
    """The reconciliation of card, form, roster and person → pages."""
    day = on or store.clock.today()
    return print_of_place(
        store, "work-mismatches", place, out,
        lambda session, made: documents.mismatch_list(session, place, day, kinds, made), progress,
    )  # fmt: skip


def print_updates(
    store: Store, month: str, place: int, out: Out, progress: Progress = SILENT
) -> int:
    """The monthly round → pages."""
    return print_of_place(
        store, "work-updates", place, out,
        lambda session, made: documents.update_list(session, month, place, made), progress,
    )  # fmt: skip


def print_cards(
    store: Store, card_ids: Sequence[int], out: Out, progress: Progress = SILENT
) -> int:
    """Cards to cut out → pages."""

    def build(session: Session, made: str) -> Document:
        query = sa.select(WorkCard).where(WorkCard.id.in_(card_ids), WorkCard.deleted.is_(None))
        found = list(session.scalars(query.order_by(WorkCard.number, WorkCard.id)))
        if not found:
            raise reject(WorkPrint.NO_CARDS)
        tree = PlaceTree.load(session)
        return documents.cards(session, found, tree.name(tree.root()), made)

    with store.read() as session:
        root = PlaceTree.load(session).root()
    return print_of_place(store, "work-cards", root, out, build, progress)
