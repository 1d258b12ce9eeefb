"""Finds where a sheet keeps its header and its data.

Real forms have a title, a line of maker and date, a header of one to three rows with merged
cells, perhaps a row of column numbers, blank rows, sub-totals, and notes and signatures below.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from laborclerk.kernel.errors import reject
from laborclerk.sheets.headings import plain_key
from laborclerk.sheets.messages import SheetMessage
from laborclerk.sheets.reader import Cell, Row, Sheet

_LOOK = 40  # rows searched for the header
_DEPTH = 4  # rows a header may have
_TOTAL = re.compile(r"(合|总|小|共|累)计(数|人数|户数)?|(本|全)[页村组乡镇县]{1,2}(小|合|总|共)?计")
_NOTE = re.compile(
    r"(注(意|明)?[:\uff1a\d]|备注[:\uff1a]|说明|填表说明|填报说明|制表|制表人|填表|填表人|填报人|填报单位|单位负责人|负责人"
    r"|审核|审核人|审批人|经办人|联系电话|联系人|填报日期|填表日期|日期|打印日期|统计|统计负责人"
    r"|村委会|村(民)?委员会|盖章|公章|签字|以下空白|此表|本表|平衡关系|第\d+页|共\d+页)"
)
_NOTE_MARK = re.compile(r"^\s*(\d+[.、)]|[(\uff08]\d+[)\uff09]|[①-⑳*※])")
_DATA_LIKE = re.compile(r"[\d\s.,:/\-年月日时分xX]+|[\d]{4,}.*")
_FILL_IN = re.compile(r"[:\uff1a]|_{2,}|印章|盖章")  # "制表机关:…", a line above the header
_SERIAL = {"序号", "编号", "序", "行次", "no", "行号", "顺序号"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its place from 0 and its header text, parts of several rows joined by '/'."""

    index: int
    text: str
    parts: tuple[str, ...]

    @property
    def letter(self) -> str:
        return column_letter(self.index)


@dataclass
class Layout:
    """Where things are, rows from 1: header rows `head_first`…`head_last`, data rows
    `first`…`last` (last < first when there is none). `skipped`: rows among the data that are
    totals or notes, with their text."""

    columns: tuple[Column, ...]
    head_first: int
    head_last: int
    first: int
    last: int
    skipped: list[tuple[int, str]] = field(default_factory=list)


def column_letter(index: int) -> str:
    """0 → A, 26 → AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def find_layout(sheet: Sheet, known: Callable[[str], bool] = lambda _: False) -> Layout:
    """The layout of `sheet`; `known` tells whether a header text names a field. Cells merged
    downwards in the data get their value in every row (in place). Raises Rejected when no row
    can be a header."""
    top, bottom = _header(sheet, known)
    parts = _header_parts(sheet, top, bottom)
    columns = tuple(
        Column(i, "/".join(p), p) for i, p in enumerate(parts) if p and any(map(str.strip, p))
    )
    first = bottom + 1
    if first < len(sheet.rows) and _is_numbering(sheet.rows[first]):
        first += 1
    _fill_down(sheet, first)
    layout = Layout(columns, top + 1, bottom + 1, first + 1, len(sheet.rows))
    _trim(sheet, layout)
    return layout


def data_rows(sheet: Sheet, layout: Layout) -> Iterator[tuple[int, Row]]:
    """The data rows with their row numbers; blank rows, repeated headers, rows that hold only a
    serial number, totals and notes are left out."""
    head = sheet.rows[layout.head_last - 1]
    heads = sheet.rows[layout.head_first - 1 : layout.head_last]
    serial = {c.index for c in layout.columns if plain_key(c.parts[-1]) in _SERIAL}
    skipped = {number for number, _ in layout.skipped}
    width = len(head)
    for number in range(layout.first, layout.last + 1):
        row = sheet.rows[number - 1]
        filled = width - row.count("")
        if filled == 0 or number in skipped:
            continue
        if filled <= len(serial) and all(
            cell == "" or i in serial or str(cell).isspace() for i, cell in enumerate(row)
        ):
            continue
        if row in heads:
            continue
        if filled < 3 and all(cell == "" or str(cell).isspace() for cell in row):
            continue
        yield number, row


# -- header --------------------------------------------------------------------------------------


def _label_like(cell: Cell) -> bool:
    if not isinstance(cell, str):
        return False
    text = cell.strip()
    return 0 < len(text) <= 60 and not _DATA_LIKE.fullmatch(text) and not _FILL_IN.search(text)


def _header(sheet: Sheet, known: Callable[[str], bool]) -> tuple[int, int]:
    best, best_score = -1, 0.0
    for i, row in enumerate(sheet.rows[:_LOOK]):
        texts = [c for c in row if c != ""]
        labels = {plain_key(str(c)) for c in texts if _label_like(c)}
        hits = sum(known(str(c)) for c in texts if _label_like(c))
        others = len(texts) - len(labels)
        score = len(labels) + 4 * hits - 2 * others
        if len(labels) < 2 and not hits:
            continue
        # ties go to the upper row: data of words alone never beats the header above it
        if score > best_score:
            best, best_score = i, score
    if best < 0:
        raise reject(SheetMessage.SHEET_NO_HEADER, sheet=sheet.name)
    top = bottom = best
    while top > 0 and bottom - top < _DEPTH - 1 and _belongs_above(sheet, top, known):
        top -= 1
    while bottom - top < _DEPTH - 1 and _belongs_below(sheet, bottom, known):
        bottom += 1
    return top, bottom


def _spans(sheet: Sheet, row: int) -> dict[int, tuple[int, int]]:
    """Column → (first column, last column) of the horizontal merge it is in on `row`."""
    found = {}
    for (r0, c0), (r1, c1) in sheet.merges:
        if r0 <= row <= r1 and c1 > c0:
            for column in range(c0, c1 + 1):
                found[column] = (c0, c1)
    return found


def _joined(sheet: Sheet, upper: int) -> bool:
    """Whether a cell is merged over `upper` and the row below it."""
    return any(r0 <= upper and upper + 1 <= r1 for (r0, _), (r1, _) in sheet.merges)


def _belongs_above(sheet: Sheet, top: int, known: Callable[[str], bool]) -> bool:
    above, row = sheet.rows[top - 1], sheet.rows[top]
    cells = [(i, c) for i, c in enumerate(above) if c != ""]
    if not cells or not all(_label_like(c) for _, c in cells):
        return False
    if _joined(sheet, top - 1):
        return True
    filled = {i for i, c in enumerate(row) if c != ""}
    spans = _spans(sheet, top - 1)
    if len(cells) == 1:  # a title is one cell over everything, or stands alone
        first, last = spans.get(cells[0][0], (cells[0][0], cells[0][0]))
        return (
            last > first and not filled <= set(range(first, last + 1)) and known(str(cells[0][1]))
        )
    over_gaps = [i for i, _ in cells if i not in filled]
    groups = sum(i in spans for i, _ in cells)
    if any(known(str(above[i])) for i in over_gaps):
        return True
    return len(over_gaps) >= 2 or (groups >= 2 and len(filled) >= len(cells))


def _belongs_below(sheet: Sheet, bottom: int, known: Callable[[str], bool]) -> bool:
    if bottom + 1 >= len(sheet.rows):
        return False
    row, below = sheet.rows[bottom], sheet.rows[bottom + 1]
    cells = [(i, c) for i, c in enumerate(below) if c != ""]
    if _joined(sheet, bottom):
        return True
    if not cells or not all(_label_like(c) for _, c in cells):
        return False
    spans = _spans(sheet, bottom)
    blank = {i for i, c in enumerate(row) if c == ""}
    under_gaps = [i for i, _ in cells if i in blank]
    # every cell stands in a gap, or below the label that opens the gap
    opens = {i - 1 for i in blank} | set(spans)
    if not under_gaps or any(i not in blank and i not in opens for i, _ in cells):
        return False
    hits = sum(known(str(c)) for _, c in cells)
    return hits * 2 >= len(cells) or len(under_gaps) * 2 >= len(cells)


def _header_parts(sheet: Sheet, top: int, bottom: int) -> list[tuple[str, ...]]:
    width = max((len(r) for r in sheet.rows[top : bottom + 1]), default=0)
    lines: list[list[str]] = []
    for i in range(top, bottom + 1):
        row = sheet.rows[i]
        lines.append([_clean(row[c]) if c < len(row) else "" for c in range(width)])
    for (r0, c0), (r1, c1) in sheet.merges:
        if top <= r0 and r1 <= bottom:
            for r in range(r0, r1 + 1):
                for c in range(c0, min(c1, width - 1) + 1):
                    lines[r - top][c] = lines[r0 - top][c0] if r == r0 else ""
    merged = {c for r in range(top, bottom) for c in _spans(sheet, r)}
    for depth, line in enumerate(lines[:-1]):
        carried = ""
        for c in range(width):
            below = any(lower[c] for lower in lines[depth + 1 :])
            if line[c]:
                carried = line[c] if below else ""
            elif carried and below and c not in merged and not _upper(lines, depth, c):
                line[c] = carried
            else:
                carried = ""
    return [tuple(dict.fromkeys(line[c] for line in lines if line[c])) for c in range(width)]


def _upper(lines: list[list[str]], depth: int, column: int) -> bool:
    return any(line[column] for line in lines[:depth])


def _clean(cell: Cell) -> str:
    return re.sub(r"\s+", "", str(cell)) if cell != "" else ""


def _is_numbering(row: Row) -> bool:
    """A row of column numbers: 1 2 3 …, also 甲 乙 1 2 …, as statistical forms have it."""
    cells = [
        str(int(c)) if isinstance(c, float) else re.sub(r"[\s()\uff08\uff09]", "", str(c))
        for c in row
    ]
    filled = [c for c in cells if c]
    digits = [int(c) for c in filled if c.isascii() and c.isdigit()]
    letters = [c for c in filled if c in "甲乙丙丁戊ABCDEFG—-"]
    if len(digits) < 3 or len(digits) + len(letters) < len(filled):
        return False
    return digits == list(range(digits[0], digits[0] + len(digits))) and digits[0] <= 2


# -- data ----------------------------------------------------------------------------------------


def _fill_down(sheet: Sheet, first: int) -> None:
    """A household's number merged over its members' rows stands in each of them."""
    for (r0, c0), (r1, c1) in sheet.merges:
        if r0 >= first and r1 > r0 and c0 == c1 and r1 < len(sheet.rows):
            value = sheet.rows[r0][c0]
            for r in range(r0 + 1, r1 + 1):
                sheet.rows[r][c0] = value


def _trim(sheet: Sheet, layout: Layout) -> None:
    """Set `last` above notes and signatures; list totals in between."""
    rows = sheet.rows
    named = len(layout.columns)
    last = len(rows)
    while last >= layout.first and _is_tail(rows[last - 1], named):
        text = _text_of(rows[last - 1])
        if text:
            layout.skipped.insert(0, (last, text))
        last -= 1
    layout.last = last
    for number in range(layout.first, last + 1):
        row = rows[number - 1]
        start = next(filter(None, row), "")
        if isinstance(start, str) and start[:1] in "合总小共累本全 \u3000" and _is_total(row):
            layout.skipped.append((number, _text_of(row)))


def _is_total(row: Row) -> bool:
    texts = [re.sub(r"[\s:\uff1a]+", "", c) for c in row if isinstance(c, str) and c.strip()]
    return bool(texts) and bool(_TOTAL.fullmatch(texts[0]))


def _is_tail(row: Row, named: int) -> bool:
    """Blank, a total, or a note: few cells, of which the first is a sentence or a sign-off."""
    cells = [c for c in row if c != "" and str(c).strip()]
    if not cells or _is_total(row):
        return True
    if all(isinstance(c, str) and _FILL_IN.search(c) for c in cells):
        return True
    start = str(cells[0]).strip()
    if len(cells) > max(1, min(6, named // 2)) or not isinstance(cells[0], str):
        return False
    if _NOTE.match(re.sub(r"\s+", "", start)) or _NOTE_MARK.match(start):
        return True
    return len(cells) == 1 and named > 2 and len(start) > 15


def _text_of(row: Row) -> str:
    return " ".join(str(c).strip() for c in row if c != "" and str(c).strip())[:80]
