"""Where header and data are found in the layouts that real forms have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from laborclerk.features.census.imports import census_words
from laborclerk.kernel.errors import Rejected
from laborclerk.sheets.layout import column_letter, data_rows, find_layout
from laborclerk.sheets.reader import Sheet, read_sheet

A, B = ["1", "张三", "男", "530627199001019990"], ["2", "李四", "女", "53062719910202999X"]
HEAD = ["序号", "姓名", "性别", "身份证号"]


def sheet(rows: list[list[Any]], merges: list[Any] | None = None) -> Sheet:
    width = max(map(len, rows))
    return Sheet("表", [[*r, *[""] * (width - len(r))] for r in rows], merges or [])


@pytest.mark.parametrize(
    ("rows", "head", "data"),
    [
        ([HEAD, A, B], (1, 1), [2, 3]),
        ([["某某乡劳动力台账", "", "", ""], HEAD, A, B], (2, 2), [3, 4]),
        ([["填报单位:某某村", "", "2026年11月", ""], HEAD, A, B], (2, 2), [3, 4]),
        ([["台账"], [""], ["单位:人"], HEAD, A, B], (4, 4), [5, 6]),
        ([HEAD, ["1", "2", "3", "4"], A, B], (1, 1), [3, 4]),
        ([HEAD, ["甲", "1", "2", "3"], A, B], (1, 1), [3, 4]),
        ([HEAD, ["", "", "", ""], A, ["", " ", "", ""], B], (1, 1), [3, 5]),
        ([HEAD, A, B, ["合计", "2", "", ""]], (1, 1), [2, 3]),
        ([HEAD, A, ["", "小 计", "1", ""], B, ["总计", "2", "", ""]], (1, 1), [2, 4]),
        ([HEAD, A, HEAD, B], (1, 1), [2, 4]),
        ([HEAD, A, B, ["3", "", "", ""], [4.0, "", "", ""]], (1, 1), [2, 3]),
        ([HEAD, A, B, [""], ["注:本表一式三份,由村委会填写", "", "", ""]], (1, 1), [2, 3]),
        ([HEAD, A, B, ["单位负责人:王某", "", "填表人:赵某", ""]], (1, 1), [2, 3]),
        ([HEAD, A, B, ["说明", "户主行填写户编号", "", ""]], (1, 1), [2, 3]),
        ([HEAD, A, B, ["1.年龄按周岁计算", "", "", ""]], (1, 1), [2, 3]),
    ],
    ids=[
        "plain",
        "title",
        "maker",
        "title-blank-unit",
        "numbered",
        "lettered",
        "blank-rows",
        "total",
        "subtotals",
        "repeated",
        "prefilled-numbers",
        "note",
        "signature",
        "explanation",
        "numbered-note",
    ],
)
def test_header_and_data_rows_are_told_from_what_is_around_them(
    rows: list[list[Any]], head: tuple[int, int], data: list[int]
) -> None:
    found = sheet(rows)
    layout = find_layout(found, census_words().known)
    assert (layout.head_first, layout.head_last) == head
    assert [n for n, _ in data_rows(found, layout)] == data
    assert [c.text for c in layout.columns] == HEAD


def test_a_two_row_header_with_merged_cells_is_read_as_group_and_item(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    ws: Any = book.active
    ws.append(["某某村外出务工人员登记表"])
    ws.merge_cells("A1:F1")
    ws.append(["序号", "姓名", "就业情况", None, None, "备注"])
    ws.append([None, None, "单位", "工种", "月收入", None])
    for area in ("A2:A3", "B2:B3", "C2:E2", "F2:F3"):
        ws.merge_cells(area)
    ws.append([1, "张三", "某厂", "焊工", 5000, ""])
    path = tmp_path / "a.xlsx"
    book.save(path)
    found = read_sheet(path)
    layout = find_layout(found, census_words().known)
    assert (layout.head_first, layout.head_last, layout.first, layout.last) == (2, 3, 4, 4)
    assert [c.text for c in layout.columns] == [
        "序号", "姓名", "就业情况/单位", "就业情况/工种", "就业情况/月收入", "备注",
    ]  # fmt: skip


def test_a_two_row_header_without_merges_is_filled_to_the_right() -> None:
    found = sheet(
        [
            ["序号", "姓名", "就业情况", "", "", "备注"],
            ["", "", "单位", "工种", "月收入", ""],
            ["1", "张三", "某厂", "焊工", "5000", ""],
        ]
    )
    layout = find_layout(found, census_words().known)
    assert [c.text for c in layout.columns][2:5] == [
        "就业情况/单位", "就业情况/工种", "就业情况/月收入",
    ]  # fmt: skip
    assert layout.first == 3


def test_a_first_person_with_few_words_is_no_second_header_row() -> None:
    found = sheet([["姓名", "性别", "备注"], ["张三", "男", ""], ["李四", "女", "外出"]])
    assert find_layout(found, census_words().known).first == 2


def test_a_number_merged_over_its_members_stands_in_each_row(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    ws: Any = book.active
    ws.append(["户编号", "姓名", "性别"])
    for row in (["0001", "张三", "男"], [None, "李四", "女"], ["0002", "王五", "男"]):
        ws.append(row)
    ws.merge_cells("A2:A3")
    path = tmp_path / "a.xlsx"
    book.save(path)
    found = read_sheet(path)
    layout = find_layout(found, census_words().known)
    assert [row[0] for _, row in data_rows(found, layout)] == ["0001", "0001", "0002"]


def test_a_sheet_without_any_header_is_refused() -> None:
    with pytest.raises(Rejected):
        find_layout(sheet([["1", "2", "3"], ["4", "5", "6"]]), census_words().known)


def test_columns_are_lettered_as_in_excel() -> None:
    assert [column_letter(i) for i in (0, 25, 26, 51, 701, 702)] == [
        "A", "Z", "AA", "AZ", "ZZ", "AAA",
    ]  # fmt: skip
