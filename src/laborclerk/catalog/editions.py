"""Reads a file of divisions and compares two editions of it.

A code that keeps its place and changes its name is a plain rename and certain. A village that
vanishes under one code and appears under another is only proposed, with the reason, for a person
to confirm: names repeat inside a county.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from laborclerk.catalog.division_codes import DivisionRow, Level, level_of, pad, parent_of, stem
from laborclerk.kernel.errors import Common, Message, Problem, Rejected, Where, fault_of

_CODE_HEADS = {
    Level.VILLAGE: (
        "village_code",
        "村级代码",
        "村代码",
        "统计用区划代码",
        "区划代码",
        "行政区划代码",
    ),
    Level.TOWNSHIP: ("township_code", "乡级代码", "乡镇代码", "street_code", "streetcode"),
    Level.COUNTY: ("county_code", "县级代码", "县代码", "area_code", "areacode"),
    Level.CITY: ("city_code", "市级代码", "市代码", "citycode"),
    Level.PROVINCE: ("province_code", "省级代码", "省代码", "provincecode"),
}
_NAME_HEADS = {
    Level.VILLAGE: ("village_name", "村名称", "村名", "名称", "单位名称", "区划名称"),
    Level.TOWNSHIP: ("township_name", "乡镇名称", "乡镇", "street_name"),
    Level.COUNTY: ("county_name", "县名称", "县", "area_name"),
    Level.CITY: ("city_name", "市名称", "市"),
    Level.PROVINCE: ("province_name", "省名称", "省"),
}


class DivisionMessage(Message):
    """What can be wrong with a file of divisions."""

    DIVISION_NO_COLUMNS = "“{file}”里没有找到区划代码列和名称列。请核对表头,如 区划代码、名称"
    DIVISION_BAD_CODE = "第 {row} 行的区划代码“{code}”不是 12 位数字。请把该列设为文本后重新导出"
    DIVISION_NO_NAME = "第 {row} 行的区划 {code} 没有名称。请补上名称"
    DIVISION_TWICE = "区划代码 {code} 有两个名称:{first}、{second}。请核对后删去一个"


@dataclass(frozen=True, slots=True)
class Recoded:
    """An old division proposed to be a new one, and why."""

    old: DivisionRow
    new: DivisionRow
    reason: str


@dataclass(frozen=True, slots=True)
class Uncertain:
    """An old division that could be any of several new ones, or of none."""

    old: DivisionRow
    candidates: tuple[DivisionRow, ...]
    reason: str


@dataclass(slots=True)
class EditionChange:
    """What a new edition changes. `same` and `renamed` are certain; `recoded` is proposed,
    `uncertain` asked; `added` and `removed` have no counterpart."""

    same: list[DivisionRow] = field(default_factory=list)
    renamed: list[tuple[DivisionRow, DivisionRow]] = field(default_factory=list)
    recoded: list[Recoded] = field(default_factory=list)
    uncertain: list[Uncertain] = field(default_factory=list)
    added: list[DivisionRow] = field(default_factory=list)
    removed: list[DivisionRow] = field(default_factory=list)


def read_divisions_file(path: Path) -> list[DivisionRow]:
    """The divisions of a CSV file (UTF-8 or GB18030), by code: one code and name column, or columns
    for each level. Raises Rejected with the wrong rows, EnvironmentFault when unreadable."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise fault_of(error, path) from error
    text: str | None = None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    if text is None or "\0" in text:
        params = {"file": path.name, "reason": "不是文本表格(CSV)"}
        raise Rejected([Problem(Common.UNREADABLE_FILE, params)])
    return division_rows(csv.reader(io.StringIO(text, newline="")), path.name)


def division_rows(table: Iterable[Sequence[str]], file: str) -> list[DivisionRow]:
    """The divisions of a table of texts whose head row names its columns (any of the usual words);
    rows before the head are skipped. `file` is named in problems."""
    columns: dict[Level, tuple[int | None, int]] = {}
    found: dict[str, str] = {}
    problems: list[Problem] = []
    for number, cells in enumerate(table, 1):
        if not columns:
            columns = _columns(cells)
            continue
        if any(cell.strip() for cell in cells):
            problems += _take(cells, columns, number, found)
    if not columns:
        raise Rejected([Problem(DivisionMessage.DIVISION_NO_COLUMNS, {"file": file})])
    if problems:
        raise Rejected(problems)
    return [
        DivisionRow(code, found[code], level_of(code), parent_of(code)) for code in sorted(found)
    ]


def _columns(cells: Sequence[str]) -> dict[Level, tuple[int | None, int]]:
    """Level → (code column, name column); the code may be cut from the lowest one."""
    heads = {cell.strip().lstrip("\ufeff").lower(): i for i, cell in enumerate(cells)}
    generic_code = [i for head, i in heads.items() if head in ("code", "代码", "编码")]
    generic_name = [i for head, i in heads.items() if head in ("name", "名称")]
    columns: dict[Level, tuple[int | None, int]] = {}
    for level in sorted(Level, reverse=True):
        code = [heads[head] for head in _CODE_HEADS[level] if head in heads]
        name = [heads[head] for head in _NAME_HEADS[level] if head in heads]
        if level is Level.VILLAGE:
            code, name = code or generic_code, name or generic_name
            if not code or not name:
                return {}
        if name:
            columns[level] = (code[0] if code else None, name[0])
    return columns


def _take(
    cells: Sequence[str],
    columns: dict[Level, tuple[int | None, int]],
    number: int,
    found: dict[str, str],
) -> list[Problem]:
    code_column, name_column = columns[Level.VILLAGE]
    where = Where(row=number)
    raw = _cell(cells, code_column)
    code = pad(raw) if raw.isascii() and raw.isdigit() and len(raw) in (2, 4, 6, 9, 12) else ""
    if not code:
        return [
            Problem(DivisionMessage.DIVISION_BAD_CODE, {"row": number, "code": raw}, where=where)
        ]
    named = [(code, _cell(cells, name_column))]
    upper = parent_of(code)
    while upper:
        column = columns.get(level_of(upper))
        if column and level_of(code) is Level.VILLAGE:
            named.append((upper, _cell(cells, column[1])))
        upper = parent_of(upper)
    problems: list[Problem] = []
    for known, name in named:
        params: dict[str, object] = {"row": number, "code": known}
        if not name:
            if known == code:
                problems.append(Problem(DivisionMessage.DIVISION_NO_NAME, params, where=where))
        elif found.setdefault(known, name) != name:
            params = {"code": known, "first": found[known], "second": name}
            problems.append(Problem(DivisionMessage.DIVISION_TWICE, params, where=where))
    return problems


def _cell(cells: Sequence[str], column: int | None) -> str:
    if column is None or column >= len(cells):
        return ""
    return cells[column].strip().removeprefix('="').removesuffix('"').strip()


def compare_editions(old: Iterable[DivisionRow], new: Iterable[DivisionRow]) -> EditionChange:
    """What changed from `old` to `new`, level by level: a recoded township takes its villages with
    it, so they are proposed too."""
    before = {row.code: row for row in old}
    after = {row.code: row for row in new}
    change = EditionChange()
    gone: dict[Level, list[DivisionRow]] = defaultdict(list)
    came: dict[Level, list[DivisionRow]] = defaultdict(list)
    for code, row in sorted(before.items()):
        now = after.get(code)
        if now is None:
            gone[row.level].append(row)
        elif now.name == row.name:
            change.same.append(now)
        else:
            change.renamed.append((row, now))
    for code, row in sorted(after.items()):
        if code not in before:
            came[row.level].append(row)
    moved: dict[str, str] = {}  # old code of an upper division → its proposed new one
    for level in Level:
        _match_level(gone[level], came[level], moved, before, change)
    return change


def _match_level(
    gone: list[DivisionRow],
    came: list[DivisionRow],
    moved: dict[str, str],
    before: dict[str, DivisionRow],
    change: EditionChange,
) -> None:
    taken: set[str] = set()
    by_name: dict[str, list[DivisionRow]] = defaultdict(list)
    for row in came:
        by_name[row.name].append(row)
        if stem(row.name) != row.name:
            by_name[stem(row.name)].append(row)
    count: dict[str, int] = defaultdict(int)
    for row in gone:
        count[stem(row.name)] += 1
    for row in gone:
        county = row.code[:6] if row.level >= Level.TOWNSHIP else row.code[:4]
        near = _near(by_name, row, moved.get(county, county))
        proposal = _proposal(row, near, moved, count[stem(row.name)])
        if isinstance(proposal, Recoded) and proposal.new.code not in taken:
            taken.add(proposal.new.code)
            moved[row.code] = proposal.new.code
            change.recoded.append(proposal)
        elif isinstance(proposal, Uncertain):
            change.uncertain.append(proposal)
        elif isinstance(proposal, Recoded):
            reason = "同名的新区划已对应另一个旧区划"
            change.uncertain.append(Uncertain(row, (proposal.new,), reason))
        else:
            change.removed.append(row)
    change.added += [row for row in came if row.code not in taken]


def _near(
    by_name: dict[str, list[DivisionRow]], row: DivisionRow, county: str
) -> list[DivisionRow]:
    """New divisions of the same name or stem in the same county, without doubles."""
    same = [*by_name.get(row.name, ()), *by_name.get(stem(row.name), ())]
    return [new for new in dict.fromkeys(same) if new.code.startswith(county[:6].rstrip("0"))]


def _proposal(
    row: DivisionRow, near: list[DivisionRow], moved: dict[str, str], rivals: int
) -> Recoded | Uncertain | None:
    parent = moved.get(row.parent, row.parent)
    beside = [new for new in near if new.parent == parent]
    exact = [new for new in beside if new.name == row.name]
    if len(exact) == 1:
        reason = "名称相同,上级相同,只换了代码"
        if parent != row.parent:
            reason = "名称相同,随上级换了代码"
        return Recoded(row, exact[0], reason)
    if len(beside) == 1:
        return Recoded(row, beside[0], "上级相同,名称只差类别字样(如村改社区、乡改镇)")
    if beside:
        return Uncertain(row, tuple(beside), "上级相同,有几个名称相近的新区划")
    if len(near) == 1 and rivals == 1:
        return Uncertain(row, tuple(near), "同县另一乡镇出现同名区划,可能划转")
    if near:
        return Uncertain(row, tuple(near), "同县有几个同名区划,须人工指定")
    return None
