"""What every print says of itself, and what is noted of it when it leaves the house."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sqlalchemy.orm import Session

from laborclerk.catalog.fields import Value
from laborclerk.features.registry.places import code_of
from laborclerk.kernel.progress import Progress
from laborclerk.printing.document import Document
from laborclerk.printing.pdf import Out, render_pdf
from laborclerk.store.store import Store


def made_by(store: Store) -> str:
    """Who printed, and when."""
    return f"打印\uff1a{store.clerk}\u3000{store.clock.today()}"


def note_printed(
    store: Store,
    out: Out | None,
    document: str,
    record_type: str,
    record_id: int,
    pages: int,
    **counts: Value,
) -> None:
    """Note in the journal that a document left the house: its kind and counts, no names. What
    was only drawn into a stream, for a preview, has not left; None is a printer."""
    if not (out is None or isinstance(out, Path)):
        return
    facts = {key: value for key, value in counts.items() if value not in (None, 0)}
    with store.write(f"print.{document}") as work:
        work.note(record_type, record_id, document=document, pages=pages, **facts)


def print_of_place(
    store: Store,
    kind: str,
    place: int,
    out: Out,
    build: Callable[[Session, str], Document],
    progress: Progress,
    *,
    round_id: int | None = None,
) -> int:
    """Print what `build` makes of a session and `made_by`, and note it under its place, or under
    the round that it is about → pages."""
    with store.read() as session:
        pages = render_pdf(build(session, made_by(store)), out, progress)
    about = ("place", place) if round_id is None else ("round", round_id)
    note_printed(store, out, kind, *about, pages, place=code_of(place))
    return pages
