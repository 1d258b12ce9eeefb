"""A code list as a sheet a county officer edits, and as the text that is kept."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from laborclerk.catalog.codes import CodeItem, CodeList, clashes, item_of
from laborclerk.kernel.dates import is_date
from laborclerk.kernel.errors import Message, Problem, Rejected, Where
from laborclerk.sheets.layout import data_rows, find_layout
from laborclerk.sheets.reader import Cell, read_sheet
from laborclerk.sheets.writer import OutColumn, write_sheet

_MOST_CODE, _MOST_NAME = 6, 20
# characters a list may take on the paper form, where that is more than the built-in one takes
_ROOM = {"household_kind": 90, "post_earmark": 400}
_HEADERS = {
    "code": "代码", "number": "表上编号", "name": "名称", "short": "简称", "words": "识别词",
    "retired": "停用", "valid_from": "启用日期", "valid_to": "停用日期",
}  # fmt: skip
_HELP = {
    "code": "存在登记里的代码,定了就不要改;新项用还没有用过的代码",
    "number": "印在调查表上、录入时打的编号;空着就不印在表上",
    "name": "全称",
    "short": "界面和表上显示的,空着就用名称",
    "words": "导入表格时认得的别的写法,用、分开",
    "retired": "写“是”就不再供选;已登记的照样显示",
    "valid_from": "从这天起供选,如 2026-01-01;可以不填",
    "valid_to": "过了这天不再供选;可以不填",
}


class ListSheetProblem(Message):
    """What is wrong with a list's sheet."""

    LIST_COLUMN = "没有“{header}”这一列。请先导出代码表,在导出的表上改"
    LIST_EMPTY = "表里没有一项代码"
    LIST_CODE = "“{code}”不能作代码。请用1到6位数字或字母"
    LIST_CODE_TWICE = "代码“{code}”出现了两次"
    LIST_NUMBER = "编号“{number}”不能用。请用1到4位数字或字母"
    LIST_NAME = "代码“{code}”没有名称,或名称超过20字"
    LIST_DATE = "“{text}”不是日期。请写成 2026-01-01"
    LIST_WORD_TWICE = "“{word}”会认成{items}。请改其中一项的编号、名称或识别词"
    LIST_LONG = "印在调查表上要{length}字,最多印得下{most}字。请改短简称,或把不常用的“表上编号”空着"
    LIST_GONE = "少了代码“{code} {name}”。已登记的人可能在用它,请保留,不用的在“停用”一栏写“是”"


def write(codes: CodeList, title: str, out: Path) -> int:
    """Write the sheet → items."""
    columns = [OutColumn(header, 16, help=_HELP[key]) for key, header in _HEADERS.items()]
    rows = [
        (
            item.code, item.number, item.name, _other(item), "、".join(item.words),
            "是" if item.retired else "", item.extra.get("valid_from", ""),
            item.extra.get("valid_to", ""),
        )
        for item in codes.items
    ]  # fmt: skip
    return write_sheet(out, title, columns, rows, guide=True)


def _other(item: CodeItem) -> str:
    """A short name of its own."""
    return item.short if item.short != item.name else ""


def read(path: Path, built_in: CodeList, own: CodeList | None = None) -> str:
    """The text of the list in a sheet, which keeps every code of the built-in list and of the
    county's `own` until now. Raises Rejected with everything that is wrong."""
    sheet = read_sheet(path)
    layout = find_layout(sheet, lambda text: text in _HEADERS.values())
    at = {column.text.strip(): column.index for column in layout.columns}
    missing = [h for key, h in _HEADERS.items() if h not in at and key in ("code", "name")]
    if missing:
        raise Rejected([Problem(ListSheetProblem.LIST_COLUMN, {"header": h}) for h in missing])
    items: list[CodeItem] = []
    problems: list[Problem] = []
    for number, cells in data_rows(sheet, layout):
        row = {
            key: _text(cells[at[header]]) if header in at and at[header] < len(cells) else ""
            for key, header in _HEADERS.items()
        }
        problems += _wrong(row, Where(sheet=sheet.name, row=number))
        row["words"] = "|".join(w.strip() for w in row["words"].split("、") if w.strip())
        row["retired"] = "1" if row["retired"] in ("是", "1", "停用") else ""
        items.append(item_of(row | {"initials": ""}))
    problems += _wrong_together(items, built_in, own or built_in)
    if problems:
        raise Rejected(problems)
    return _as_text(items)


def _text(cell: Cell) -> str:
    if isinstance(cell, datetime | date):
        return cell.strftime("%Y-%m-%d")
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell).strip()


def _wrong(row: dict[str, str], where: Where) -> list[Problem]:
    code, number, name = row["code"], row["number"], row["name"]
    found: list[Problem] = []
    if not (code.isascii() and code.isalnum() and len(code) <= _MOST_CODE):
        found.append(Problem(ListSheetProblem.LIST_CODE, {"code": code}, where=where))
    if number and not (number.isascii() and number.isalnum() and len(number) <= 4):
        found.append(Problem(ListSheetProblem.LIST_NUMBER, {"number": number}, where=where))
    if not 0 < len(name) <= _MOST_NAME or len(row["short"]) > _MOST_NAME:
        found.append(Problem(ListSheetProblem.LIST_NAME, {"code": code}, where=where))
    for key in ("valid_from", "valid_to"):
        if row[key] and not is_date(row[key]):
            found.append(Problem(ListSheetProblem.LIST_DATE, {"text": row[key]}, where=where))
    return found


def _wrong_together(items: Sequence[CodeItem], built_in: CodeList, own: CodeList) -> list[Problem]:
    if not items:
        return [Problem(ListSheetProblem.LIST_EMPTY)]
    codes = [item.code for item in items]
    found = [
        Problem(ListSheetProblem.LIST_CODE_TWICE, {"code": code})
        for code in sorted({c for c in codes if codes.count(c) > 1})
    ]
    found += [
        Problem(ListSheetProblem.LIST_GONE, {"code": item.code, "name": item.name})
        for item in {item.code: item for item in (*built_in.items, *own.items)}.values()
        if item.code not in codes
    ]
    if not found:
        found += [
            Problem(ListSheetProblem.LIST_WORD_TWICE, {"word": word, "items": "、".join(names)})
            for word, names in clashes(CodeList(built_in.name, items))
        ]
    length, most = _printed(items), _ROOM.get(built_in.name) or _printed(built_in.items)
    if length > most:
        found.append(Problem(ListSheetProblem.LIST_LONG, {"length": length, "most": most}))
    return found


def _printed(items: Sequence[CodeItem]) -> int:
    """How many characters the list takes on the paper form."""
    told = [f"{item.number}{item.short}" for item in items if item.common and not item.retired]
    return len(" ".join(told))


def _as_text(items: Sequence[CodeItem]) -> str:
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(_HEADERS)
    for item in items:
        rows.writerow(
            (
                item.code, item.number, item.name, _other(item), "|".join(item.words),
                "1" if item.retired else "", item.extra["valid_from"], item.extra["valid_to"],
            )
        )  # fmt: skip
    return out.getvalue()


def parse(name: str, text: str, today: str) -> CodeList:
    """The list of a kept text; what does not hold on the day `today` (YYYY-MM-DD) is retired, none
    for ''. Raises ValueError for a text that a newer program may have written."""
    rows = [dict(row) for row in csv.DictReader(io.StringIO(text))]
    if not rows:
        raise ValueError(name)
    for row in rows:
        if not row.keys() >= _HEADERS.keys() or not all(isinstance(v, str) for v in row.values()):
            raise ValueError(name)
        row["initials"] = ""
        ended = row["valid_to"] and row["valid_to"] < today
        if today and (ended or row["valid_from"] > today):
            row["retired"] = "1"
    return CodeList(name, map(item_of, rows), "县定")
