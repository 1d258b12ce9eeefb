"""Makes the booklets: shared pages once, each worker's own words over them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import BinaryIO

from laborclerk.features.handbook.pages import NOBODY, Over, Owner, Pages
from laborclerk.kernel.progress import SILENT, Progress
from laborclerk.printing.booklet import BookletPdf, Page
from laborclerk.printing.brush import Brush


def write_booklets(
    stream: BinaryIO,
    pages: Pages,
    owners: Iterable[Owner] = (NOBODY,),
    *,
    folded: bool = True,
    total: int | None = None,
    progress: Progress = SILENT,
    invariant: bool = False,
) -> int:
    """A booklet for each owner → pages of the PDF. `folded`: two-up on A4, both sides, turned on
    the short edge; else A5 in reading order."""
    made = BookletPdf(stream, pages.content.title, folded=folded, invariant=invariant)
    progress.start(f"生成{pages.content.title}", total)
    every = [(made.share(name, draw), over) for name, draw, over in pages.all()]
    for number, owner in enumerate(owners, 1):
        made.add([_page(name, over, owner) for name, over in every])
        progress.step(number)
    return made.save()


def _page(name: str, over: Over | None, owner: Owner) -> Page:
    if over is None or owner == NOBODY:
        return name
    return name, partial(_lay, over, owner)


def _lay(over: Over, owner: Owner, brush: Brush) -> None:
    over(brush, owner)
