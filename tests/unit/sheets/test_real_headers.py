"""The headers of real ledgers. The forms carry no licence: they are read where they lie beside a
checkout of the project's working folder, and the tests skip where that is absent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from laborclerk.features.census.columns import census_fields
from laborclerk.features.census.imports import census_words
from laborclerk.sheets.layout import Layout, find_layout
from laborclerk.sheets.mapping import Proposal, propose
from laborclerk.sheets.messages import SheetMessage
from laborclerk.sheets.reader import read_sheet

ROOT = Path(__file__).resolve().parents[3]
FORMS = Path(os.environ.get("LABORCLERK_SHARED", ROOT.parent / "shared")) / "data/spreadsheets"
pytestmark = pytest.mark.skipif(
    not FORMS.is_dir(), reason="the unlicensed real forms are not in the project"
)


def read(name: str) -> tuple[Layout, Proposal]:
    found = read_sheet(FORMS / name)
    words = census_words()
    layout = find_layout(found, words.known)
    return layout, propose(layout.columns, [f.field for f in census_fields()], words=words)


def targets(proposal: Proposal) -> dict[str, str]:
    return {proposal.text(m.column): m.target for m in proposal.matches}


@pytest.mark.parametrize(
    "name", ["fanfanpin_47_columns_header.csv", "fanfanpin_47_columns_header_gbk.csv"]
)
def test_the_47_column_export_is_mapped_in_utf8_and_gbk(name: str) -> None:
    layout, proposal = read(name)
    found = targets(proposal)
    assert len(layout.columns) == 47
    assert layout.first > layout.last
    expected = {
        "省": "province", "乡": "township", "村": "village", "户编号": "number", "姓名": "name",
        "证件类型": "id_type", "证件号码": "id_number", "户联系电话": "head_phone",
        "成员联系电话": "phone", "与户主关系": "relation", "在校生状况": "in_school",
        "劳动技能": "work_ability", "务工时间（月）": "work_months", "务工企业名称": "employer",
        "是否享受低保": "minimum_living", "是否参加城镇职工基本养老保险": "insurance:1",
        "是否参加城乡居民基本养老保险": "insurance:2", "是否特困供养人员": "destitute",
        "户主证件号码": "head_id_number", "务工所在地": "work_place", "就业渠道": "channel",
    }  # fmt: skip
    assert expected.items() <= found.items()
    assert len(found) >= 32


def test_the_50_column_ledger_is_mapped_and_its_yearly_income_is_not_taken() -> None:
    layout, proposal = read("hrSys_个人台账_template.xlsx")
    found = targets(proposal)
    assert len(layout.columns) == 50
    assert found["社区（村）"] == "village"
    assert found["身份证号码"] == "id_number"
    assert found["新农合"] == "insurance:4"
    assert "年收入（万元）" not in found
    assert SheetMessage.MAP_UNIT in [p.message for p in proposal.problems]
    assert len(found) >= 37


def test_the_second_row_is_the_header_under_a_title() -> None:
    layout, proposal = read("hr_roster_headers_only.xlsx")
    assert (layout.head_first, layout.head_last) == (2, 2)
    assert {"name", "id_number", "birth_date", "phone"} <= proposal.keys()


def test_an_xls_roster_with_merged_lines_above_and_signatures_below() -> None:
    layout, proposal = read("yanan_花名册.xls")
    assert [c.text for c in layout.columns] == [
        "序号", "姓名", "失业保险编号", "身份证号", "电话号码",
    ]  # fmt: skip
    assert (layout.first, layout.last) == (4, 20)
    assert proposal.keys() == {"name", "id_number", "phone"}


def test_an_xls_form_with_two_merged_halves() -> None:
    layout, _ = read("yanan_签到签退表.xls")
    assert (layout.head_first, layout.head_last) == (4, 5)
    assert [c.text for c in layout.columns][:2] == ["上午/姓名", "上午/签到"]
    assert layout.columns[5].text == "下午/姓名"
