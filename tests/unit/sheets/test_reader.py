"""What is read from files: workbooks and text in every dress, and what is refused."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from laborclerk.kernel.errors import Common, EnvironmentFault, Rejected
from laborclerk.sheets.messages import SheetMessage
from laborclerk.sheets.reader import read_sheet
from laborclerk.sheets.writer import OutColumn, write_sheet

TEXT = "姓名,证件号码\n张三,530627199001019990\n李四,53062719910202999X\n"
ROWS = [
    ["姓名", "证件号码"],
    ["张三", "530627199001019990"],
    ["李四", "53062719910202999X"],
]


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        b"\xef\xbb\xbf" + TEXT.encode(),
        TEXT.encode("gb18030"),
        TEXT.encode("utf-16"),
        TEXT.replace(",", "\t").encode("gb18030"),
        TEXT.replace(",", ";").encode(),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("530627199001019990", '="530627199001019990"').encode("gb18030"),
        TEXT.replace("530627199001019990", '"=""530627199001019990"""').encode(),
        TEXT.replace("张三", '"张三"').encode(),
    ],
    ids=[
        "utf8",
        "bom",
        "gb18030",
        "utf16",
        "tabs",
        "semicolons",
        "crlf",
        "formula",
        "quoted-formula",
        "quotes",
    ],
)
def test_text_is_read_in_every_encoding_and_dress(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "表.csv"
    path.write_bytes(data)
    assert read_sheet(path).rows == ROWS


def test_what_a_file_is_its_content_says(tmp_path: Path) -> None:
    path = tmp_path / "导出.xls"
    path.write_bytes(TEXT.replace(",", "\t").encode("gb18030"))
    assert read_sheet(path).rows == ROWS


def test_cells_keep_their_places_and_merges(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["B3"] = "题"
    sheet.merge_cells("B3:D3")
    sheet["C5"] = date(2026, 11, 20)
    sheet["D5"] = 3
    path = tmp_path / "a.xlsx"
    book.save(path)
    found = read_sheet(path)
    assert found.rows[2][1] == "题"
    assert found.rows[4][2:] == [date(2026, 11, 20), 3.0]
    assert found.merges == [((2, 1), (2, 3))]


def test_the_first_visible_sheet_with_content_is_read_and_the_rest_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("隐藏")["A1"] = "x"
    book["隐藏"].sheet_state = "hidden"
    book.create_sheet("台账")["A1"] = "姓名"
    book.create_sheet("代码表")["A1"] = "x"
    book.create_sheet("二村")["A1"] = "姓名"
    path = tmp_path / "a.xlsx"
    book.save(path)
    found = read_sheet(path)
    assert (found.name, found.others) == ("台账", ("二村",))
    assert read_sheet(path, "二村").name == "二村"
    with pytest.raises(Rejected) as caught:
        read_sheet(path, "三村")
    assert caught.value.problems[0].message is SheetMessage.SHEET_NO_SUCH


def test_an_encrypted_sheet_opens_with_its_password_only(tmp_path: Path) -> None:
    path = tmp_path / "密.xlsx"
    write_sheet(path, "人员", [OutColumn("姓名")], [["张三"]], password="口令abc")
    assert "张三".encode() not in path.read_bytes()
    assert read_sheet(path, password="口令abc").rows == [["姓名"], ["张三"]]
    for password, message in (
        (None, SheetMessage.SHEET_ENCRYPTED),
        ("", SheetMessage.SHEET_ENCRYPTED),
        ("别的", SheetMessage.SHEET_WRONG_PASSWORD),
    ):
        with pytest.raises(Rejected) as caught:
            read_sheet(path, password=password)
        assert caught.value.problems[0].message is message


def _saved(tmp_path: Path) -> bytes:
    path = tmp_path / "ok.xlsx"
    write_sheet(path, "人员", [OutColumn("姓名")], [["张三"]] * 50)
    return path.read_bytes()


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("empty", SheetMessage.SHEET_EMPTY),
        ("blank", SheetMessage.SHEET_EMPTY),
        ("picture", SheetMessage.SHEET_NOT_A_SHEET),
        ("page", SheetMessage.SHEET_WEB_PAGE),
        ("cut", SheetMessage.SHEET_NOT_A_SHEET),
        ("zip", SheetMessage.SHEET_NOT_A_SHEET),
        ("ole", SheetMessage.SHEET_NOT_A_SHEET),
    ],
)
def test_what_is_no_spreadsheet_is_refused_with_its_reason(
    tmp_path: Path, kind: str, message: SheetMessage
) -> None:
    whole = _saved(tmp_path)
    data = {
        "empty": b"",
        "blank": b" \n,,\n",
        "picture": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff",
        "page": "<html><table><tr><td>姓名</td></tr></table>".encode(),
        "cut": whole[: len(whole) // 2],
        "zip": b"PK\x03\x04" + b"\x00" * 200,
        "ole": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 2000,
    }[kind]
    path = tmp_path / "x.xlsx"
    path.write_bytes(data)
    with pytest.raises(Rejected) as caught:
        read_sheet(path)
    assert caught.value.problems[0].message is message


def test_a_workbook_with_any_byte_flipped_is_read_or_refused_never_a_crash(tmp_path: Path) -> None:
    whole = _saved(tmp_path)
    path = tmp_path / "x.xlsx"
    for at in range(0, len(whole), max(1, len(whole) // 80)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        with suppress(Rejected):
            read_sheet(path)


def test_a_file_that_is_not_there_is_the_environments_fault(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault) as caught:
        read_sheet(tmp_path / "没有.xlsx")
    assert caught.value.problem.message is Common.CANNOT_READ
    with pytest.raises(EnvironmentFault):
        read_sheet(tmp_path)
