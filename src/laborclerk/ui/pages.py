"""A printed document's pages as pictures, drawn from the PDF in memory: what is seen in the preview
is what comes out of the printer. No Qt here; call it in the worker."""

from __future__ import annotations

import io
import threading
from dataclasses import dataclass

import pypdfium2

from laborclerk.kernel.progress import SILENT, Progress
from laborclerk.printing.document import Document
from laborclerk.printing.pdf import write_pdf

POINTS = 72.0  # of a PDF in one inch
_DRAWING = threading.Lock()  # the library draws one page at a time


@dataclass(frozen=True, slots=True)
class Picture:
    """Pixels in rows of `stride` bytes, four bytes each: blue, green, red, unused."""

    width: int
    height: int
    stride: int
    pixels: bytes


class Pages:
    """The pages of one PDF."""

    def __init__(self, pdf: bytes) -> None:
        self.pdf = pdf
        with _DRAWING, pypdfium2.PdfDocument(pdf) as document:
            self.sizes: list[tuple[float, float]] = [
                document.get_page_size(n) for n in range(len(document))
            ]

    def __len__(self) -> int:
        return len(self.sizes)

    def draw(self, number: int, dots_per_inch: float) -> Picture:
        """The page `number` (from 0)."""
        with _DRAWING, pypdfium2.PdfDocument(self.pdf) as document:
            bitmap = document[number].render(scale=dots_per_inch / POINTS, prefer_bgrx=True)
            return Picture(bitmap.width, bitmap.height, bitmap.stride, bytes(bitmap.buffer))


def pdf_of(document: Document, progress: Progress = SILENT) -> bytes:
    """The document as a PDF in memory."""
    stream = io.BytesIO()
    write_pdf(document, stream, progress)
    return stream.getvalue()
