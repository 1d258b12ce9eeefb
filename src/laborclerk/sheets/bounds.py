"""Refuses a file that would not fit into memory before a library unpacks it.

A workbook of a few kilobytes can hold one cell at XFD1048576 (a slip of Ctrl+End is enough) or
unpack to gigabytes; the library that reads it would take the whole program down with it.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from laborclerk.kernel.errors import reject
from laborclerk.sheets.messages import SheetMessage

MOST_BYTES = 256 * 2**20  # of a file
MOST_UNPACKED = 2**30  # bytes of all parts of a workbook
MOST_CELLS = 20_000_000  # of a sheet: its last row times its last column
MOST_COLUMNS = 16_384  # as many as a workbook can have

_CHUNK = 1 << 20
_TAIL = 1 << 17  # bytes in which the last cell of a piece begins
# cells that hold something
_COLUMN = re.compile(rb'<(?:\w+:)?c [^>]*?\br="([A-Z]{1,3})\d+"[^>]*[^/]>')
_ROW = re.compile(rb'<(?:\w+:)?c [^>]*?\br="[A-Z]{1,3}(\d{1,7})"[^>]*[^/]>')


def check_workbook(name: str, data: bytes) -> None:
    """Raises Rejected unless `data` is an .xlsx whose sheets fit into memory."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            sheets = [p for p in parts if re.fullmatch(r"xl/worksheets/[^/]+\.xml", p.filename)]
            if not sheets:
                raise reject(SheetMessage.SHEET_NOT_A_SHEET, file=name)
            if sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise reject(SheetMessage.SHEET_TOO_LARGE, file=name)
            for sheet in sheets:
                rows, columns = _extent(archive, sheet)
                check_cells(name, rows, columns)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError, OSError) as error:
        raise reject(SheetMessage.SHEET_NOT_A_SHEET, file=name) from error


def check_cells(name: str, rows: int, columns: int) -> None:
    """Raises Rejected when a sheet of that extent is too large for any list of persons."""
    if columns > MOST_COLUMNS or rows * columns > MOST_CELLS:
        raise reject(SheetMessage.SHEET_FAR_CELLS, file=name, rows=rows, columns=columns)


def _extent(archive: zipfile.ZipFile, sheet: zipfile.ZipInfo) -> tuple[int, int]:
    """The last row and the last column that hold something, both from 1."""
    columns: set[bytes] = set()
    row, rest = 0, b""
    with archive.open(sheet) as stream:
        while chunk := stream.read(_CHUNK):
            chunk = rest + chunk
            cut = chunk.rfind(b"<")  # a cell's tag may be cut in two
            columns.update(_COLUMN.findall(chunk, 0, cut))
            rows = _ROW.findall(chunk, max(0, cut - _TAIL), cut)
            row = max([row, *map(int, rows[-1:])])
            rest = chunk[cut:]
    return row, max(map(_number, columns), default=0)


def _number(column: bytes) -> int:
    number = 0
    for letter in column:
        number = number * 26 + letter - 64
    return number
