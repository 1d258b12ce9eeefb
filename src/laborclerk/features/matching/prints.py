"""Prints of demand and matching to a PDF file, each noted in the journal with counts only."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from laborclerk.features.census.printed import made_by, note_printed
from laborclerk.features.demand.service import one_demand
from laborclerk.features.matching import documents
from laborclerk.features.matching.service import people_for, view_of
from laborclerk.features.registry.places import PlaceTree
from laborclerk.kernel.errors import Common, reject
from laborclerk.kernel.progress import SILENT, Progress
from laborclerk.printing.document import Document
from laborclerk.printing.pdf import Out, render_pdf
from laborclerk.store.store import Store


def print_demand(store: Store, out: Out, progress: Progress = SILENT) -> int:
    """The register of demand of today → pages."""
    day = store.clock.today()
    return _print(
        store, "demand", 0, out, lambda s, made: documents.demand_register(s, day, made), progress
    )


def print_notice(store: Store, post: int, out: Out, progress: Progress = SILENT) -> int:
    """A post to be put up in the village → pages."""
    return _print(
        store, "post-notice", post, out, lambda s, _: notice(store, s, post), progress
    )  # fmt: skip


def notice(store: Store, session: Session, post: int) -> Document:
    """The notice of one post."""
    found = one_demand(session, post, store.clock.today())
    if found is None:
        raise reject(Common.NOT_FOUND, what="岗位")
    return documents.post_notice(session, found, f"{store.clock.today()}")


def print_call_list(
    store: Store, post: int, out: Out, *, place: int | None = None, which: str = "",
    limit: int = 200, progress: Progress = SILENT,
) -> int:  # fmt: skip
    """The people for a post, the best `limit` first → pages."""
    return _print(
        store, "call-list", post, out,
        lambda session, _: calls(store, session, post, place=place, which=which, limit=limit),
        progress,
    )  # fmt: skip


def calls(
    store: Store, session: Session, post: int, *, place: int | None = None, which: str = "",
    limit: int = 200,
) -> Document:  # fmt: skip
    """The call list of one post."""
    view = view_of(store)
    demand = one_demand(session, post, view.today)
    if demand is None:
        raise reject(Common.NOT_FOUND, what="岗位")
    found = people_for(session, demand, view, place=place, which=which, limit=limit)
    tree = PlaceTree.load(session)
    where = tree.path(place if place is not None else tree.root(), "county")
    return documents.call_list(session, demand, found, view, where, made_by(store))


def _print(
    store: Store,
    kind: str,
    post: int,
    out: Out,
    build: Callable[[Session, str], Document],
    progress: Progress,
) -> int:
    with store.read() as session:
        pages = render_pdf(build(session, made_by(store)), out, progress)
    note_printed(store, out, kind, "post" if post else "station", post, pages)
    return pages
