"""What is written: text that stays text, drop-downs, whole files or none."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laborclerk.catalog.fields import FIELD_TYPES, Code, Field, Number, Text, YesNo
from laborclerk.kernel.errors import Common, EnvironmentFault
from laborclerk.kernel.progress import Cancelled, Silent
from laborclerk.sheets import writer
from laborclerk.sheets.layout import find_layout
from laborclerk.sheets.reader import Sheet, read_sheet
from laborclerk.sheets.rejects import write_rejects
from laborclerk.sheets.writer import OutColumn, column_for, write_sheet

COLUMNS = [OutColumn("姓名"), OutColumn("证件号码"), OutColumn("月收入(元)", number=True)]


def test_numbers_of_documents_stay_text_and_sums_stay_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_sheet(path, "人员", COLUMNS, [["张三", "530627199001019990", 5200]])
    ws: Any = openpyxl.load_workbook(path).active
    assert (ws["B2"].value, ws["B2"].data_type, ws["B2"].number_format) == (
        "530627199001019990", "s", "@",
    )  # fmt: skip
    assert (ws["C2"].value, ws["C2"].data_type) == (5200, "n")
    assert ws.freeze_panes == "A2"
    assert read_sheet(path).rows[1] == ["张三", "530627199001019990", 5200.0]


@pytest.mark.parametrize(("columns", "way"), [(4, "portrait"), (12, "landscape")])
def test_a_sheet_is_printed_as_wide_as_the_paper_with_its_head_on_each_page(
    tmp_path: Path, columns: int, way: str
) -> None:
    path = tmp_path / "a.xlsx"
    made = [OutColumn(f"列{n}") for n in range(columns)]
    write_sheet(path, "530627-2026-002 第1版", made, [["甲"] * columns] * 3)
    ws: Any = openpyxl.load_workbook(path).active
    assert (ws.page_setup.orientation, ws.page_setup.paperSize) == (way, 9)
    assert ws.sheet_properties.pageSetUpPr.fitToPage
    assert (ws.page_setup.fitToWidth, ws.page_setup.fitToHeight) == (1, 0)
    assert ws.print_title_rows == "$1:$1"


@pytest.mark.parametrize("text", ["=1+1", "_x0041_", " 空格 ", "a\nb", "<&>\"'", "𠮷\ue000", "+1"])
def test_any_text_comes_back_as_it_was(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.xlsx"
    write_sheet(path, "人员", [OutColumn("备注")], [[text]])
    assert read_sheet(path).rows[1] == [text]


@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), min_size=1, max_size=20),
        min_size=1,
        max_size=5,
    )
)
def test_rows_of_any_characters_come_back(tmp_path_factory: Any, texts: list[str]) -> None:
    path = tmp_path_factory.mktemp("w") / "a.xlsx"
    columns = [OutColumn(f"列{i}") for i in range(len(texts))]
    write_sheet(path, "人员", columns, [texts])
    assert read_sheet(path).rows[1] == texts


def test_code_lists_are_drop_downs_from_a_hidden_sheet_and_a_guide_explains(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    fields = [
        Field("name", "姓名", Text(50), required=True, help="与身份证一致"),
        Field("sex", "性别", Code("sex"), required=True),
        Field("leader", "是否带头人", YesNo()),
    ]
    write_sheet(path, "人员", [column_for(f) for f in fields], (), guide=True)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["人员", "填表说明", "代码表"]
    assert book["代码表"].sheet_state == "hidden"
    assert [c.value for c in book["代码表"]["A"]] == ["性别", "男", "女"]
    rules = book["人员"].data_validations.dataValidation
    assert [(str(r.sqref), r.formula1) for r in rules] == [
        ("B2:B1048576", "'代码表'!$A$2:$A$3"),
        ("C2:C1048576", "'代码表'!$B$2:$B$3"),
    ]
    assert [c.value for c in book["填表说明"][2]] == ["姓名", "是", "填文字", "与身份证一致"]
    assert read_sheet(path).rows == [["姓名", "性别", "是否带头人"]]


def test_a_unit_stands_in_the_header() -> None:
    assert column_for(Field("m", "月收入", Number(0, 9, "元"))).header == "月收入(元)"


def test_every_field_type_has_a_width() -> None:
    assert set(writer._WIDTHS) == set(FIELD_TYPES)


def test_a_cancelled_export_leaves_the_older_file_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_sheet(path, "人员", [OutColumn("姓名")], [["张三"]])
    before = path.read_bytes()

    class Stop(Silent):
        def step(self, done: int) -> None:
            raise Cancelled

    with pytest.raises(Cancelled):
        write_sheet(path, "人员", [OutColumn("姓名")], [["李四"]] * 2000, progress=Stop())
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["a.xlsx"]


def test_a_full_disk_is_said_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(fd: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(EnvironmentFault) as caught:
        write_sheet(tmp_path / "a.xlsx", "人员", [OutColumn("姓名")], [["张三"]])
    assert caught.value.problem.message is Common.DISK_FULL
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_the_environments_fault(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault):
        write_sheet(tmp_path / "没有" / "a.xlsx", "人员", [OutColumn("姓名")], [])


def test_refused_rows_keep_their_columns_behind_the_reason(tmp_path: Path) -> None:
    rows: list[Any] = [
        ["某某村台账", "", "", ""],
        ["序号", "姓名", "身份证号", "年龄"],
        [1.0, "张三", 530627199001019990.0, 36.0],
        [2.0, "李四", "53062719910202999X", 35.0],
    ]
    sheet = Sheet("表", rows)
    layout = find_layout(sheet, lambda text: text in ("姓名", "身份证号", "年龄"))
    path = tmp_path / "退回.xlsx"
    assert write_rejects(path, sheet, layout, [(3, "号码末几位已经丢失")]) == 1
    assert read_sheet(path).rows == [
        ["原因", "原行号", "序号", "姓名", "身份证号", "年龄"],
        ["号码末几位已经丢失", "3", "1", "张三", "5.30627E+17", "36"],
    ]
    again = read_sheet(path)
    layout = find_layout(again, lambda text: text in ("姓名", "身份证号", "年龄"))
    write_rejects(path, again, layout, [(2, "还是不对")])
    assert read_sheet(path).rows[0] == ["原因", "原行号", "序号", "姓名", "身份证号", "年龄"]
