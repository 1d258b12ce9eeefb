"""Sheets that leave the station: what they hold, what is noted, templates that import."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from laborclerk.features.census.exports import (
    ExportNotice,
    ExportResult,
    export_census,
    export_frame,
    template_census,
    template_frame,
)
from laborclerk.features.census.frame_import import import_frame
from laborclerk.features.census.imports import import_census
from laborclerk.features.demand.sheet import export_demand
from laborclerk.features.registry.places import place_id
from laborclerk.features.registry.places_sheet import export_places
from laborclerk.features.work.exports import export_ledger
from laborclerk.kernel.errors import EnvironmentFault, Rejected
from laborclerk.sheets.reader import read_sheet
from laborclerk.store.journal import Entry, Kind, unpack_changes
from laborclerk.store.store import Store
from tests.sheet_people import id_number, people, station, write


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, int | None]]:
    folder = tmp_path_factory.mktemp("filled")
    store, round_id = station(folder / "station")
    import_census(store, write(folder / "in.xlsx", list(people(48))), round_id=round_id)
    yield store, round_id
    store.close()


def notes(store: Store) -> list[dict[str, Any]]:
    with store.read() as session:
        blobs = session.scalars(sa.select(Entry.changes).where(Entry.kind == Kind.NOTE))
        return [{k: after for k, (_, after) in unpack_changes(b).items()} for b in blobs]


def test_a_plain_export_is_noted_and_says_so(
    filled: tuple[Store, int | None], tmp_path: Path
) -> None:
    store, round_id = filled
    path = tmp_path / "全部.xlsx"
    result = export_census(store, path, round_id=round_id)
    assert result.rows == 48
    assert [p.message for p in result.problems] == [ExportNotice.EXPORT_PLAIN]
    assert notes(store)[-1] == {"file": "全部.xlsx", "rows": 48, "encrypted": False}
    found = read_sheet(path).rows
    assert found[0][:6] == ["行政区划代码", "乡镇", "村", "组", "户编号", "户主姓名"]
    assert found[1][:4] == ["530627001001", "乌峰街道", "油榨街社区居民委员会", "1组"]


def test_an_export_of_places_is_noted(filled: tuple[Store, int | None], tmp_path: Path) -> None:
    store, _ = filled
    rows = export_places(store, tmp_path / "村组.xlsx")
    assert notes(store)[-1] == {"file": "村组.xlsx", "rows": rows, "encrypted": False}


def test_an_export_with_a_password_opens_with_it_and_imports_as_unchanged(
    filled: tuple[Store, int | None], tmp_path: Path
) -> None:
    store, round_id = filled
    path = tmp_path / "密.xlsx"
    result = export_census(store, path, round_id=round_id, password="密码-1")
    assert [p.message for p in result.problems] == [ExportNotice.EXPORT_LOCKED]
    again = import_census(store, path, round_id=round_id, password="密码-1")
    assert (again.read, again.unchanged, again.act) == (48, 48, 0)


def test_an_export_of_one_village_holds_that_village(
    filled: tuple[Store, int | None], tmp_path: Path
) -> None:
    store, _ = filled
    path = tmp_path / "村.xlsx"
    rows = export_census(store, path, place_id("530627001201")).rows
    assert rows == 12
    assert {row[0] for row in read_sheet(path).rows[1:]} == {"530627001201"}


def test_an_export_that_cannot_be_written_leaves_no_note(
    filled: tuple[Store, int | None], tmp_path: Path
) -> None:
    before = len(notes(filled[0]))
    with pytest.raises(EnvironmentFault):
        export_census(filled[0], tmp_path / "没有" / "a.xlsx")
    assert len(notes(filled[0])) == before


@pytest.mark.parametrize("export", [export_census, export_frame, export_ledger, export_demand])
def test_where_there_is_nothing_no_file_is_written_and_that_is_said(
    tmp_path: Path, export: Callable[..., ExportResult]
) -> None:
    store, _ = station(tmp_path / "station")
    before, path = notes(store), tmp_path / "上月.xlsx"
    path.write_bytes(b"older")
    with pytest.raises(Rejected) as refused:
        export(store, path)
    assert refused.value.problems[0].text.startswith("没有可导出的内容,没有写文件“上月.xlsx”")
    assert path.read_bytes() == b"older"
    assert not list(tmp_path.glob(".*.part"))
    assert notes(store) == before
    store.close()


def test_what_is_typed_into_a_template_imports_without_mapping(tmp_path: Path) -> None:
    store, round_id = station(tmp_path / "station")
    path = tmp_path / "空表.xlsx"
    fields = template_census(path)
    assert fields["姓名"] == "name"
    assert fields["月收入(元)"] == "monthly_income"
    assert [str(c) for c in read_sheet(path).rows[0]] == list(fields)
    book = openpyxl.load_workbook(path)
    ws: Any = book["人员"]
    typed = {
        "村": "上街村", "户编号": "1", "姓名": "张三", "与户主关系": "户主",
        "证件号码": id_number("1980-03-05", "1"), "月收入(元)": 5200, "就业状况": "外出务工",
        "备注": "无线电", "户备注": "靠路", "调查员": "钱某",
    }  # fmt: skip
    for label, value in typed.items():
        ws.cell(2, list(fields).index(label) + 1, value)
    book.save(path)
    result = import_census(store, path, round_id=round_id)
    assert (result.read, result.created, result.refused) == (1, 1, 0)
    assert result.proposal is not None
    assert {m.how for m in result.proposal.matches} == {"label"}
    assert {m.key for m in result.proposal.matches} == set(fields.values())
    store.close()


def test_a_frame_template_imports_without_mapping(tmp_path: Path) -> None:
    store, _ = station(tmp_path / "station")
    path = tmp_path / "底册.xlsx"
    fields = template_frame(path)
    book = openpyxl.load_workbook(path)
    ws: Any = book["户籍底册"]
    for label, value in {"村": "上街村", "户编号": "1", "户主姓名": "张三"}.items():
        ws.cell(2, list(fields).index(label) + 1, value)
    book.save(path)
    result = import_frame(store, path)
    assert (result.read, result.created) == (1, 1)
    assert result.proposal is not None
    assert {m.key for m in result.proposal.matches} == set(fields.values())
    store.close()
