"""QR codes, as runs of dark squares that any pen can fill."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby

from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel


@lru_cache(256)
def _rows(text: str) -> tuple[tuple[bool, ...], ...]:
    code = QRCode(None, QRErrorCorrectLevel.M)
    code.addData(text)
    code.make()
    size = code.getModuleCount()
    return tuple(tuple(bool(code.isDark(r, c)) for c in range(size)) for r in range(size))


def qr_size(text: str) -> int:
    """Squares along one side."""
    return len(_rows(text))


def qr_runs(text: str) -> Iterator[tuple[int, int, int]]:
    """(column, row, squares) of each run of dark squares, from the top left."""
    for row, squares in enumerate(_rows(text)):
        at = 0
        for dark, run in groupby(squares):
            length = len(list(run))
            if dark:
                yield at, row, length
            at += length
