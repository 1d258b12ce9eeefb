"""A document to a PDF file: the one entry of this layer."""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Callable, Iterator, Sized
from pathlib import Path
from typing import BinaryIO

from ..kernel.errors import fault_of
from ..kernel.progress import SILENT, Progress
from . import blocks
from .chart_paper import draw_picture
from .document import (
    Block,
    Document,
    FormGrid,
    Heading,
    KeyValues,
    PageBreak,
    Paragraph,
    Picture,
    Signatures,
    Spacer,
    Table,
)
from .frame import Frame
from .pen import Pen
from .table import TableDrawer

_SAVING = threading.Lock()  # reportlab cuts subsets out of a font with one read position per font
_EVERY = 200  # rows between two reports of progress


Out = Path | BinaryIO
"""Where a print goes: a file, or an open binary stream (a preview in memory)."""


def render_pdf(
    document: Document, out: Out, progress: Progress = SILENT, *, invariant: bool = False
) -> int:
    """Print `document` to `out` and return its number of pages.

    A file appears whole or not at all. `invariant` leaves out the time of making, so that the
    same document gives the same bytes. Raises `EnvironmentFault` for what the disk does, and
    `Cancelled` through `progress`.
    """
    return write_file(
        out, lambda stream: write_pdf(document, stream, progress, invariant=invariant)
    )


def write_pdf(
    document: Document, stream: BinaryIO, progress: Progress = SILENT, *, invariant: bool = False
) -> int:
    """Print `document` to an open binary stream (a preview in memory); its number of pages."""
    pen = Pen(stream, document.title, invariant=invariant)
    frame = Frame(pen, document)
    steps = _Steps(document, progress)
    for block in document.blocks:
        _draw(block, frame, pen, steps)
        steps.done()
    frame.finish()
    with saving():
        return pen.save()


def saving() -> threading.Lock:
    """Held while a PDF is written: one at a time."""
    return _SAVING


def write_file(out: Out, write: Callable[[BinaryIO], int]) -> int:
    """Let `write` fill `out` → its pages; a file appears whole or not at all. Raises
    `EnvironmentFault` for what the disk does."""
    if not isinstance(out, Path):
        return write(out)
    part = out.with_name(f".{out.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("wb") as stream:
            pages = write(stream)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(out)
    except OSError as error:
        raise fault_of(error, out) from error
    finally:
        part.unlink(missing_ok=True)
    return pages


def _draw(block: Block, frame: Frame, pen: Pen, steps: _Steps) -> None:
    match block:
        case Table():
            TableDrawer(block, frame, pen).draw(steps.done)
            frame.y += 4
        case Heading():
            blocks.draw_heading(block, frame, pen)
        case Paragraph():
            blocks.draw_paragraph(block, frame, pen)
        case KeyValues():
            blocks.draw_key_values(block, frame, pen)
        case FormGrid():
            blocks.draw_form_grid(block, frame, pen)
        case Picture():
            draw_picture(block, frame, pen)
        case Signatures():
            blocks.draw_signatures(block, frame, pen)
        case Spacer():
            blocks.draw_spacer(block, frame)
        case PageBreak():
            blocks.draw_page_break(block, frame)


class _Steps:
    """Counts rows and blocks for the progress bar."""

    def __init__(self, document: Document, progress: Progress) -> None:
        self._progress = progress
        self._count = 0
        progress.start("生成 PDF", _total(document))

    def done(self) -> None:
        self._count += 1
        if self._count % _EVERY == 0:
            self._progress.step(self._count)


def _total(document: Document) -> int | None:
    """Rows and blocks of the document, None when they come from a generator."""
    if isinstance(document.blocks, Iterator) or not isinstance(document.blocks, Sized):
        return None
    total = 0
    for block in document.blocks:
        total += 1
        if isinstance(block, Table):
            if not isinstance(block.rows, Sized):
                return None
            total += len(block.rows)
    return total
