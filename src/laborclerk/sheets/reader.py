"""Reads .xlsx, .xls and .csv files into rows of raw cells at their places in the sheet.

What a file is, its first bytes say, not its name: government systems hand out tab-separated text
and web pages called .xls.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from types import SimpleNamespace

import msoffcrypto
from msoffcrypto.exceptions import DecryptionError, InvalidKeyError
from msoffcrypto.exceptions import FileFormatError as CryptoFormatError
from msoffcrypto.format import xls97
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from laborclerk.kernel.errors import Common, EnvironmentFault, Rejected, fault, fault_of, reject
from laborclerk.kernel.progress import SILENT, Progress
from laborclerk.sheets.bounds import MOST_BYTES, check_cells, check_workbook
from laborclerk.sheets.messages import SheetMessage

Cell = str | int | float | bool | date | datetime | time | timedelta
Row = list[Cell]

# the library puts a decrypted .xls into a temporary file; persons' data stays in memory here
xls97.tempfile = SimpleNamespace(TemporaryFile=io.BytesIO)

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_HELPERS = ("代码表", "填表说明")  # sheets of our own templates that hold no data
_FORMULA_TEXT = re.compile(r'(?m)(?:^|(?<=[,;\t|]))="([^"\r\n]*)"(?=[,;\t|]|\r?$)')


@dataclass
class Sheet:
    """One sheet: `rows[0]` is its row 1, `row[0]` its column A; an empty cell is ''. `merges` are
    ((row, column), (row, column)) from 0, both ends included. `others` names the sheets of the
    same file that hold something and were not read."""

    name: str
    rows: list[Row]
    merges: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)
    others: tuple[str, ...] = ()
    file: str = ""


def read_sheet(
    path: Path,
    sheet: str | None = None,
    *,
    password: str | None = None,
    progress: Progress = SILENT,
) -> Sheet:
    """The sheet named `sheet`, or the first visible one that is not empty.

    Raises Rejected for a file that is no spreadsheet, is empty, or needs another password;
    EnvironmentFault when the disk does not give it.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise _reading(error, path) from error
    if len(data) > MOST_BYTES:
        raise reject(SheetMessage.SHEET_TOO_LARGE, file=path.name)
    progress.start(f"读取 {path.name}")
    if data.startswith((_ZIP, _OLE)):
        found = _workbook(path.name, _decrypted(path.name, data, password), sheet)
    else:
        found = _text_sheet(path, data)
    found.file = path.name
    if not any(str(cell).strip() for row in found.rows for cell in row):
        raise reject(SheetMessage.SHEET_EMPTY, file=path.name)
    progress.step(len(found.rows))
    return found


def _reading(error: OSError, path: Path) -> EnvironmentFault:
    reason = fault_of(error, path).problem.params.get("reason", "")
    return fault(Common.CANNOT_READ, file=str(path), reason=reason)


# -- workbooks -----------------------------------------------------------------------------------


def _decrypted(name: str, data: bytes, password: str | None) -> bytes:
    """The plain bytes of an encrypted workbook; others as they are."""
    if data.startswith(_ZIP):
        return data
    try:
        office = msoffcrypto.OfficeFile(io.BytesIO(data))
        if not office.is_encrypted():
            return data
    except Exception:  # the library meets an OLE file it does not know in many ways
        return data
    if not password:
        raise reject(SheetMessage.SHEET_ENCRYPTED, file=name)
    plain = io.BytesIO()
    try:
        office.load_key(password=password)
        office.decrypt(plain)
    except (InvalidKeyError, DecryptionError, CryptoFormatError) as error:
        raise reject(SheetMessage.SHEET_WRONG_PASSWORD, file=name) from error
    return plain.getvalue()


def _workbook(name: str, data: bytes, wanted: str | None) -> Sheet:
    if data.startswith(_ZIP):
        check_workbook(name, data)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return _pick(name, book, wanted)
    except Rejected:
        raise
    except BaseException as error:  # a damaged file can make the library panic
        if isinstance(error, (CalamineError, OSError, ValueError)) or _panic(error):
            raise reject(SheetMessage.SHEET_NOT_A_SHEET, file=name) from error
        raise


def _panic(error: BaseException) -> bool:
    return type(error).__name__ == "PanicException"


def _pick(name: str, book: CalamineWorkbook, wanted: str | None) -> Sheet:
    names = [
        meta.name
        for meta in book.sheets_metadata
        if meta.typ == SheetTypeEnum.WorkSheet
        and meta.visible == SheetVisibleEnum.Visible
        and meta.name not in _HELPERS
    ]
    if wanted is not None:
        if wanted not in book.sheet_names:
            known = "、".join(book.sheet_names)
            raise reject(SheetMessage.SHEET_NO_SUCH, file=name, sheet=wanted, names=known)
        names = [wanted]
    chosen: Sheet | None = None
    others = []
    for sheet_name in names:
        sheet = book.get_sheet_by_name(sheet_name)
        if sheet.start is None:
            continue
        if chosen is not None:
            others.append(sheet_name)
            continue
        rows: list[Row] = sheet.to_python(skip_empty_area=False)
        chosen = Sheet(sheet_name, rows, list(sheet.merged_cell_ranges or []))
    if chosen is None:
        raise reject(SheetMessage.SHEET_EMPTY, file=name)
    chosen.others = tuple(others)
    return chosen


# -- text ----------------------------------------------------------------------------------------


def _text_sheet(path: Path, data: bytes) -> Sheet:
    text = _decoded(data)
    if text is None or "\0" in text:
        raise reject(SheetMessage.SHEET_NOT_A_SHEET, file=path.name)
    if text.lstrip()[:1] == "<":
        raise reject(SheetMessage.SHEET_WEB_PAGE, file=path.name)
    text = _FORMULA_TEXT.sub(r'"\1"', text)  # ="530…" keeps Excel from rounding an ID number
    try:
        found = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)))
    except csv.Error as error:
        raise reject(SheetMessage.SHEET_NOT_A_SHEET, file=path.name) from error
    width = max(map(len, found), default=0)
    check_cells(path.name, len(found), width)
    rows: list[Row] = []
    for cells in found:
        row: Row = [_unwrap(c) if c[:1] == "=" else c for c in cells]
        row += [""] * (width - len(row))
        rows.append(row)
    return Sheet(path.stem, rows)


def _unwrap(cell: str) -> str:
    inner = re.fullmatch(r'="((?:[^"]|"")*)"\s*', cell)
    return inner[1].replace('""', '"') if inner else cell


def _decoded(data: bytes) -> str | None:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _delimiter(text: str) -> str:
    """The delimiter most lines of the beginning agree on."""
    lines = [re.sub(r'"[^"]*"', "", line) for line in text[:20000].splitlines()[:30]]
    best, best_score = ",", 0.0
    for mark in ",\t;|":
        counts = Counter(line.count(mark) for line in lines if mark in line)
        if counts:
            count, lines_agreeing = counts.most_common(1)[0]
            score = lines_agreeing * count + sum(counts.values()) / 1000
            if score > best_score:
                best, best_score = mark, score
    return best
