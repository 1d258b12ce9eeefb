"""Ledgers as counties have them: the 50 and the 47 columns, units and dates as they come, rejects
that are mended and imported again, and our own export, which changes nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from laborclerk.features.census.import_result import ImportResult
from laborclerk.features.registry.model import Person
from laborclerk.features.work.exports import export_ledger, template_ledger
from laborclerk.features.work.imports import import_ledger
from laborclerk.features.work.ledger_rows import LedgerProblem, read_ledger_date
from laborclerk.features.work.model import WorkSpell
from laborclerk.features.work.rules import SpellCheck
from laborclerk.kernel.clock import Clock
from laborclerk.kernel.errors import Rejected
from laborclerk.store.journal_check import check_journal
from laborclerk.store.store import Store
from laborclerk.store.undo import undo
from tests.postgres import BOTH
from tests.sheet_people import id_number
from tests.small import OTHER_GROUP, add_household, station

NOON = 1_795_147_200  # 2026-11-20
# the columns of the two layouts that speak of work, in their words
FIFTY = (
    "序号", "社区（村）", "姓名", "身份证号码", "性别", "年龄", "就业单位", "主要从事工种",
    "从事产业类型", "就业时间", "就业地点", "外出省份", "年收入（万元）", "就业形式",
)  # fmt: skip
FORTYSEVEN = (
    "村", "户编号", "姓名", "证件号码", "年度", "务工时间（月）", "务工企业名称", "是否国外务工",
    "产业分类", "就业渠道", "务工所在地", "户主姓名",
)  # fmt: skip
PEOPLE = {
    "周强": id_number("1980-05-06", "1"), "李芳": id_number("1982-01-01", "2"),
    "单雄信": id_number("1990-02-03", "1"), "孤名": None,
}  # fmt: skip


class Desk:
    """A station with four people, and ledgers to import."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.folder = store, folder

    def sheet(self, head: Sequence[str], *rows: dict[str, Any]) -> Path:
        book = openpyxl.Workbook()
        ws: Any = book.active
        ws.append(list(head))
        for row in rows:
            assert set(row) <= set(head)
            ws.append([row.get(key) for key in head])
        path = self.folder / "台账.xlsx"
        book.save(path)
        return path

    def take(self, path: Path, **options: Any) -> ImportResult:
        result = import_ledger(self.store, path, **options)
        assert result.read == result.created + result.updated + result.unchanged + result.refused
        with self.store.read() as session:
            assert check_journal(session) == []
        return result

    def spells(self, name: str) -> list[WorkSpell]:
        with self.store.read() as session:
            query = sa.select(WorkSpell).join(Person, Person.id == WorkSpell.person)
            query = query.where(Person.name == name, WorkSpell.deleted.is_(None))
            return list(session.scalars(query.order_by(WorkSpell.start)))


@pytest.fixture
def desk(tmp_path: Path, backend: str) -> Iterator[Desk]:
    store = station(tmp_path / "s", clock=Clock(wall=lambda: NOON))
    add_household(
        store,
        *({"name": n, "id_number": number, "id_type": "01" if number else None,
           "birth_date": "1980-05-06", "work_ability": "1"} for n, number in PEOPLE.items()),
        place=OTHER_GROUP, number="0001",
    )  # fmt: skip
    yield Desk(store, tmp_path)
    store.close()


def fifty(name: str, **cells: Any) -> dict[str, Any]:
    return {
        "社区（村）": "新街社区", "姓名": name, "身份证号码": PEOPLE[name], "就业单位": "福州某厂",
        "主要从事工种": "电焊工", "从事产业类型": "第二产业", "就业时间": "2025年3月",
        "就业地点": "省外", "外出省份": "福建", "年收入（万元）": 4.5, "就业形式": "企业", **cells,
    }  # fmt: skip


def codes(result: ImportResult) -> set[str]:
    return {p.code for p in result.problems}


@BOTH
def test_fifty_columns_are_spells_with_yearly_ten_thousands_as_yuan_a_month(desk: Desk) -> None:
    sheet = desk.sheet(FIFTY, fifty("周强"), fifty("李芳", 就业形式="务农", 就业单位=None))
    result = desk.take(sheet)
    assert (result.read, result.created, result.unchanged) == (2, 1, 1)
    (spell,) = desk.spells("周强")
    assert (spell.place, spell.scope, spell.employer_name) == ("350000000000", "4", "福州某厂")
    assert (spell.start, spell.end, spell.dates_known) == ("2025-03-01", None, "m")
    assert (spell.income, spell.income_told, spell.income_unit) == (3750, 45_000, "2")
    assert (spell.trade, spell.job, spell.sector) == ("6-18", "电焊工", "2")
    assert desk.spells("李芳") == []
    again = desk.take(sheet)
    assert (again.created, again.updated, again.unchanged, again.act) == (0, 0, 2, 0)


def test_fortyseven_columns_are_a_year_each(desk: Desk) -> None:
    def row(name: str, year: int, **cells: Any) -> dict[str, Any]:
        return {
            "村": "新街社区", "姓名": name, "证件号码": PEOPLE[name], "年度": year,
            "务工时间（月）": 8, "务工企业名称": "永康某厂", "产业分类": "第二产业",
            "就业渠道": "自发", "务工所在地": "浙江省金华市永康市", **cells,
        }  # fmt: skip

    sheet = desk.sheet(
        FORTYSEVEN, row("周强", 2025), row("李芳", 2026),
        row("单雄信", 2025, **{"务工时间（月）": 0, "务工企业名称": None, "务工所在地": None}),
    )  # fmt: skip
    result = desk.take(sheet)
    assert (result.created, result.unchanged, result.refused) == (2, 1, 0)
    (past,), (now,) = desk.spells("周强"), desk.spells("李芳")
    assert (past.start, past.end, past.dates_known) == ("2025-01-01", "2025-12-31", "y")
    assert (now.start, now.end, now.months, now.place) == ("2026-01-01", None, 8, "330784000000")
    assert (now.channel, now.organised, now.income) == ("2", False, None)
    # the next year's ledger goes on where this one ended
    desk.take(desk.sheet(FORTYSEVEN, row("周强", 2026)))
    assert [s.start for s in desk.spells("周强")] == ["2025-01-01", "2026-01-01"]


TRAPS: list[tuple[dict[str, Any], str, str]] = [
    ({"年收入（万元）": 45000}, SpellCheck.SPELL_INCOME_ODD.code, "元/月或元/年"),
    ({"年收入（万元）": 0.3}, SpellCheck.SPELL_INCOME_ODD.code, "万元/月"),
    ({"就业时间": "去年"}, "date_unknown", "看不出"),
    ({"就业时间": None}, LedgerProblem.LEDGER_NO_START.code, "开始时间"),
    ({"身份证号码": id_number("1991-01-01", "1")}, LedgerProblem.LEDGER_NOBODY.code, "入户调查"),
    ({"姓名": "周强强"}, LedgerProblem.LEDGER_NAME.code, "周强"),
    ({"外出省份": None, "就业地点": None}, SpellCheck.SPELL_NO_PLACE.code, "所在地"),
]


def test_a_row_that_cannot_be_right_is_refused_with_its_reason(desk: Desk) -> None:
    rejects = desk.folder / "退回.xlsx"
    for cells, code, words in TRAPS:
        sheet = desk.sheet(FIFTY, fifty("周强", **cells))
        result = desk.take(sheet, rejects=rejects, dry_run=True)
        assert (result.refused, result.created) == (1, 0), cells
        assert code in codes(result), cells
        ws: Any = openpyxl.load_workbook(rejects).active
        assert any(words in str(cell.value) for cell in ws[2]), cells
    assert desk.spells("周强") == []


def test_refused_rows_are_mended_and_imported_again(desk: Desk) -> None:
    rejects = desk.folder / "退回.xlsx"
    desk.take(desk.sheet(FIFTY, fifty("周强"), fifty("李芳", **{"年收入（万元）": 45000})),
              rejects=rejects)  # fmt: skip
    book = openpyxl.load_workbook(rejects)
    ws: Any = book.active
    head = {cell.value: cell.column for cell in ws[1]}
    ws.cell(2, head["年收入（万元）"]).value = 4.5
    book.save(rejects)
    assert desk.take(rejects).created == 1
    assert desk.spells("李芳")[0].income == 3750


def test_a_monthly_column_that_contradicts_the_yearly_is_asked_about(desk: Desk) -> None:
    head = (
        "姓名", "身份证号码", "务工地点", "开始日期", "月收入(元)", "年收入(万元)", "日工资(元/天)"
    )  # fmt: skip
    row = {
        "姓名": "周强", "身份证号码": PEOPLE["周强"], "务工地点": "深圳", "开始日期": "2026-03-05",
        "月收入(元)": 4000, "年收入(万元)": 4.8,
    }  # fmt: skip
    assert desk.take(desk.sheet(head, {**row, "年收入(万元)": 12})).refused == 1
    assert desk.take(desk.sheet(head, row)).created == 1
    (spell,) = desk.spells("周强")
    assert (spell.income, spell.income_unit, spell.dates_known) == (4000, "1", "d")
    daily = {**row, "姓名": "李芳", "身份证号码": PEOPLE["李芳"], "月收入(元)": None,
             "年收入(万元)": None, "日工资(元/天)": 200}  # fmt: skip
    desk.take(desk.sheet(head, daily))
    assert (desk.spells("李芳")[0].income, desk.spells("李芳")[0].income_unit) == (4350, "4")


def test_who_has_no_number_is_found_by_a_name_that_is_alone_in_the_village(desk: Desk) -> None:
    assert desk.take(desk.sheet(FIFTY, fifty("孤名"))).created == 1
    add_household(desk.store, {"name": "孤名"}, place=OTHER_GROUP, number="0002")
    result = desk.take(desk.sheet(FIFTY, fifty("孤名", 就业单位="别厂")))
    assert (result.refused, codes(result) & {"ledger_several"}) == (1, {"ledger_several"})


def test_a_new_firm_closes_the_old_spell_and_one_undo_takes_both_back(desk: Desk) -> None:
    desk.take(desk.sheet(FIFTY, fifty("周强")))
    later = desk.sheet(FIFTY, fifty("周强", 就业单位="厦门某厂", 就业时间="2026-08-15"))
    tried = desk.take(later, dry_run=True)
    assert (tried.created, len(desk.spells("周强"))) == (1, 1)
    result = desk.take(later)
    old, new = desk.spells("周强")
    assert (old.end, old.return_reason, new.end) == ("2026-08-14", "14", None)
    assert LedgerProblem.LEDGER_CLOSED.code in codes(result)
    undo(desk.store, result.act)
    (spell,) = desk.spells("周强")
    assert spell.end is None


def test_an_exact_day_is_not_replaced_by_a_vague_one(desk: Desk) -> None:
    desk.take(desk.sheet(FIFTY, fifty("周强", 就业时间="2025-03-17")))
    desk.take(desk.sheet(FIFTY, fifty("周强", 就业时间="2025", 主要从事工种="焊工组长")))
    (spell,) = desk.spells("周强")
    assert (spell.start, spell.job) == ("2025-03-17", "焊工组长")


@BOTH
def test_our_own_export_imports_again_without_a_change(desk: Desk) -> None:
    desk.take(desk.sheet(FIFTY, fifty("周强"), fifty("李芳", 就业时间="2025", 主要从事工种="焊工")))
    out = desk.folder / "导出.xlsx"
    assert export_ledger(desk.store, out).rows == 2
    again = desk.take(out)
    assert (again.read, again.unchanged, again.act) == (2, 2, 0), again.problems
    empty = desk.folder / "空表.xlsx"
    assert {"work_start", "monthly_income", "employer"} <= set(template_ledger(empty).values())
    with pytest.raises(Rejected, match="没有可导出的内容"):
        export_ledger(desk.store, out, on="2024-12-31")


@pytest.mark.parametrize(
    ("text", "last", "day", "known"),
    [
        ("2025年3月", False, "2025-03-01", "m"), ("2024年2月", True, "2024-02-29", "m"),
        ("2025", False, "2025-01-01", "y"), ("2025年", True, "2025-12-31", "y"),
        ("2025.3.7", False, "2025-03-07", "d"), ("20250307", False, "2025-03-07", "d"),
        ("45723", False, "2025-03-07", "d"), ("202503", False, "2025-03-01", "m"),
        ("", False, None, ""), ("过年后", False, None, ""),
    ],
)  # fmt: skip
def test_days_of_a_ledger(text: str, last: bool, day: str | None, known: str) -> None:
    found, how, problem = read_ledger_date(text, "2026-11-20", last=last)
    assert (found, how) == (day, known)
    assert (problem is None) == (day is not None or not text)


SHARED = Path(os.environ.get("LABORCLERK_SHARED", Path(__file__).parents[4] / "shared"))
FORMS = SHARED / "data/spreadsheets"
real = pytest.mark.skipif(not FORMS.is_dir(), reason="the real forms have no licence to be copied")


@real
def test_the_whole_head_of_the_fifty_columns_is_read(desk: Desk) -> None:
    book = openpyxl.load_workbook(FORMS / "hrSys_个人台账_template.xlsx")
    ws: Any = book.active
    head = {str(cell.value).strip(): cell.column for cell in ws[1] if cell.value}
    for key, value in fifty("周强").items():
        ws.cell(2, head[key]).value = value
    path = desk.folder / "五十列.xlsx"
    book.save(path)
    result = desk.take(path)
    assert (result.created, result.refused) == (1, 0), result.problems
    assert (desk.spells("周强")[0].income, desk.spells("周强")[0].sector) == (3750, "2")


@real
@pytest.mark.parametrize(
    ("name", "encoding"),
    [("fanfanpin_47_columns_header.csv", "utf-8-sig"),
     ("fanfanpin_47_columns_header_gbk.csv", "gbk")],
)  # fmt: skip
def test_the_whole_head_of_the_fortyseven_columns_is_read(
    desk: Desk, name: str, encoding: str
) -> None:
    head = (FORMS / name).read_text(encoding).strip().split(",")
    cells = {"村": "新街社区", "姓名": "李芳", "证件号码": f'"=""{PEOPLE["李芳"]}"""',
             "年度": "2026", "务工时间（月）": "8", "务工企业名称": "永康某厂",
             "务工所在地": "浙江省金华市永康市", "是否国外务工": "否"}  # fmt: skip
    path = desk.folder / "国扶.csv"
    lines = [",".join(head), ",".join(cells.get(key, "") for key in head)]
    path.write_text("\r\n".join(lines), encoding)
    result = desk.take(path)
    assert (result.created, result.refused) == (1, 0), result.problems
    assert desk.spells("李芳")[0].place == "330784000000"
