"""Small files that would fill the memory are refused before a library unpacks them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from laborclerk.kernel.errors import Message, Rejected
from laborclerk.sheets import bounds
from laborclerk.sheets.messages import SheetMessage
from laborclerk.sheets.reader import read_sheet
from laborclerk.sheets.writer import OutColumn, write_sheet

SHEET = "xl/worksheets/sheet1.xml"


def workbook(path: Path, change: Callable[[bytes], bytes]) -> Path:
    """A sheet of two rows whose XML was changed."""
    write_sheet(path, "表", [OutColumn("姓名"), OutColumn("户编号")], [["周小芳", "0001"]])
    whole = zipfile.ZipFile(io.BytesIO(path.read_bytes()))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name in whole.namelist():
            out.writestr(name, change(whole.read(name)) if name == SHEET else whole.read(name))
    return path


def far(cell: str, content: str = "<is><t>x</t></is>") -> Callable[[bytes], bytes]:
    row = cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    end = f">{content}</c>" if content else "/>"
    added = f'<row r="{row}"><c r="{cell}" s="1" t="inlineStr"{end}</row></sheetData>'
    return lambda xml: xml.replace(b"</sheetData>", added.encode())


def refusal(path: Path) -> Message:
    with pytest.raises(Rejected) as caught:
        read_sheet(path)
    (problem,) = caught.value.problems
    assert "{" not in problem.text
    return problem.message


@pytest.mark.parametrize("cell", ["XFD1048576", "ZZ900000", "A1048576"])
def test_a_cell_far_away_is_refused_where_the_sheet_would_not_fit(
    tmp_path: Path, cell: str
) -> None:
    path = workbook(tmp_path / "a.xlsx", far(cell))
    if cell == "A1048576":
        assert len(read_sheet(path).rows) == 1_048_576  # tall, but it fits
    else:
        assert refusal(path) is SheetMessage.SHEET_FAR_CELLS


def test_an_empty_formatted_cell_far_away_does_no_harm(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", far("XFD1048576", ""))
    assert len(read_sheet(path).rows) == 2


def test_the_extent_is_found_across_the_pieces_it_is_read_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = workbook(tmp_path / "a.xlsx", far("CB77"))
    for size in range(1, 40, 3):
        monkeypatch.setattr(bounds, "_CHUNK", size)
        with zipfile.ZipFile(path) as archive:
            assert bounds._extent(archive, archive.getinfo(SHEET)) == (77, 80)


def test_what_unpacks_to_gigabytes_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name in (SHEET, "xl/sharedStrings.xml"):
            with out.open(name, "w", force_zip64=True) as part:
                for _ in range(8):
                    part.write(b" " * 2**20)
    monkeypatch.setattr(bounds, "MOST_UNPACKED", 12 * 2**20)
    assert refusal(path) is SheetMessage.SHEET_TOO_LARGE


def test_a_zip_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as out:
        out.writestr("照片.jpg", b"x")
    assert refusal(tmp_path / "a.xlsx") is SheetMessage.SHEET_NOT_A_SHEET


def test_a_huge_file_is_not_read_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("laborclerk.sheets.reader.MOST_BYTES", 1000)
    (tmp_path / "a.csv").write_bytes(b"a,b\n" * 300)
    assert refusal(tmp_path / "a.csv") is SheetMessage.SHEET_TOO_LARGE


def test_a_line_without_end_is_no_sheet(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("姓名,户编号\n" + "a," * 100_000, "utf-8")
    assert refusal(tmp_path / "a.csv") is SheetMessage.SHEET_FAR_CELLS
