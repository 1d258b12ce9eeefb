"""Census sheets of many habits become households and persons: what is taken, changed, refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from laborclerk.catalog.cells import cell_text
from laborclerk.features.census.import_plan import ImportProblem
from laborclerk.features.census.import_result import ImportNotice, ImportResult
from laborclerk.features.census.imports import import_census
from laborclerk.features.census.model import CensusForm
from laborclerk.features.census.rounds import RoundProblem, close_round
from laborclerk.features.registry.model import Household, Person, Place
from laborclerk.features.registry.place_cells import PlaceCellProblem
from laborclerk.features.registry.places import PlaceProblem, place_id
from laborclerk.kernel.errors import EnvironmentFault, Message, Rejected
from laborclerk.kernel.progress import Cancelled, Silent
from laborclerk.sheets.messages import SheetMessage
from laborclerk.sheets.reader import read_sheet
from laborclerk.store.journal import Entry
from laborclerk.store.journal_check import check_journal
from laborclerk.store.store import Store
from laborclerk.store.undo import undo
from tests.postgres import BOTH, copy_station
from tests.sheet_people import id_number, station

pytestmark = BOTH

ZHANG, LI, ZI = (
    id_number("1980-03-05", "1"),
    id_number("1982-07-09", "2"),
    id_number("2005-11-20", "1"),
)
HEAD = ["村", "组", "户编号", "户主姓名", "与户主关系", "姓名", "身份证号码"]
FAMILY: list[list[Any]] = [
    ["上街村", "3组", "0001", "张三", "户主", "张三", ZHANG],
    ["上街村", "3组", "0001", "张三", "配偶", "李四", LI],
    ["上街村", "3组", "0001", "张三", "之子", "张小三", ZI],
]
Run = Callable[..., ImportResult]


class Desk:
    """A station and the ways a test looks at it."""

    def __init__(self, store: Store, round_id: int | None, folder: Path) -> None:
        self.store, self.round_id, self.folder = store, round_id, folder

    def sheet(self, rows: Sequence[Sequence[Any]], name: str = "表.xlsx") -> Path:
        path = self.folder / name
        book = openpyxl.Workbook()
        ws: Any = book.active
        for row in rows:
            ws.append(list(row))
        book.save(path)
        return path

    def take(self, rows: Sequence[Sequence[Any]] | Path, **options: Any) -> ImportResult:
        path = rows if isinstance(rows, Path) else self.sheet(rows)
        options.setdefault("round_id", self.round_id)
        return import_census(self.store, path, **options)

    def people(self) -> dict[str, Person]:
        with self.store.read() as session:
            rows = session.scalars(sa.select(Person).where(Person.deleted.is_(None)))
            return {p.name or "": p for p in rows}

    def households(self) -> list[Household]:
        with self.store.read() as session:
            query = sa.select(Household).where(Household.deleted.is_(None))
            return list(session.scalars(query.order_by(Household.place, Household.number)))

    def forms(self) -> list[str | None]:
        with self.store.read() as session:
            return list(session.scalars(sa.select(CensusForm.status)))

    def entries(self) -> int:
        with self.store.read() as session:
            assert check_journal(session) == []
            return session.scalar(sa.select(sa.func.count()).select_from(Entry)) or 0


@pytest.fixture(scope="module")
def founded(backend: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, int]:
    """Two stations made once, copied for each test: a township's, a county's."""
    folder = tmp_path_factory.mktemp("stations")
    township, round_id = station(folder / "township")
    township.close()
    county, county_round = station(folder / "county", county=True)
    county.close()
    assert round_id is not None
    assert county_round is not None
    return folder / "township", folder / "county", round_id


def _open(source: Path, folder: Path) -> Desk:
    from laborclerk.app import open_station
    from laborclerk.features.census.rounds import need_round

    copy_station(source, folder / "station")
    store = open_station(folder / "station", "王录入", "password-1")
    with store.read() as session:
        round_id = need_round(session).id
    return Desk(store, round_id, folder)


@pytest.fixture
def desk(founded: tuple[Path, Path, int], tmp_path: Path) -> Iterator[Desk]:
    made = _open(founded[0], tmp_path)
    yield made
    made.store.close()


@pytest.fixture
def county(founded: tuple[Path, Path, int], tmp_path: Path) -> Iterator[Desk]:
    made = _open(founded[1], tmp_path)
    yield made
    made.store.close()


def counts(result: ImportResult) -> tuple[int, int, int, int, int]:
    assert result.read == (result.created + result.updated + result.unchanged + result.refused), (
        "every row read is counted once"
    )
    return result.read, result.created, result.updated, result.unchanged, result.refused


def said(result: ImportResult) -> set[Message]:
    return {p.message for p in result.problems}


# -- what is taken -------------------------------------------------------------------------------


def test_rows_become_households_persons_groups_and_forms(desk: Desk) -> None:
    result = desk.take([HEAD, *FAMILY])
    assert counts(result) == (3, 3, 0, 0, 0)
    (household,) = desk.households()
    assert (household.number, household.head_name) == ("0001", "张三")
    assert household.place == place_id("530627001201", 3)
    assert household.in_frame is False
    people = desk.people()
    assert people["李四"].sex == "2"
    assert people["李四"].birth_date == "1982-07-09"
    assert people["李四"].id_type == "01"
    assert [people[n].line for n in ("张三", "李四", "张小三")] == [1, 2, 3]
    assert people["张小三"].relation == "20"
    assert len(desk.forms()) == 1
    assert result.groups == ["上街村 3组"]


def test_the_same_sheet_again_changes_nothing_and_leaves_no_entry(desk: Desk) -> None:
    path = desk.sheet([HEAD, *FAMILY])
    desk.take(path)
    before = desk.entries()
    again = desk.take(path)
    assert counts(again) == (3, 0, 0, 3, 0)
    assert (again.act, again.changes, desk.entries()) == (0, [], before)


def test_a_dry_run_says_the_same_and_writes_nothing(desk: Desk) -> None:
    path = desk.sheet([HEAD, *FAMILY])
    before = desk.entries()
    dry = desk.take(path, dry_run=True)
    assert (desk.entries(), desk.people()) == (before, {})
    real = desk.take(path)
    assert counts(dry) == counts(real)
    foretold = [p.text.replace("将新设", "新设了") for p in dry.problems]
    assert foretold == [p.text for p in real.problems]


def test_an_ugly_workbook_with_two_row_head_notes_and_merges(desk: Desk) -> None:
    book = openpyxl.Workbook()
    ws: Any = book.active
    ws.append(["乌峰街道农村劳动力资源台账"])
    ws.merge_cells("A1:I1")
    ws.append(["填报单位:上街村", None, None, None, None, None, None, None, "2026年11月"])
    ws.append(["序号", "村", "户号", "成员情况", None, None, "就业情况", None, "备注"])
    ws.append([None, None, None, "姓名", "与户主关系", "公民身份号码", "状况", "月收入(元)", None])
    for area in ("A3:A4", "B3:B4", "C3:C4", "D3:F3", "G3:H3", "I3:I4"):
        ws.merge_cells(area)
    ws.append([1, "上街村", 1, "张三", "户主", ZHANG, "外出务工", 5200, None])
    ws.append([2, None, None, "李四", "妻", f" {LI.lower()} ", "务农", None, None])
    ws.append([])
    ws.append([3, "上街", 2, "王五", "本人", id_number("1975-05-05", "1", "530628"), None, None])
    ws.append(["合计", None, None, 3])
    ws.append(["注:本表由村委会填写,一式两份。"])
    ws.append(["单位负责人:赵某", None, None, "填表人:钱某"])
    ws.merge_cells("B5:B6")
    ws.merge_cells("C5:C6")
    path = desk.folder / "ugly.xlsx"
    book.save(path)
    result = desk.take(path, mapping={"employment_status": "就业情况/状况"})
    assert counts(result) == (3, 3, 0, 0, 0)
    first, second = desk.households()
    assert (first.number, second.number) == ("1", "2")
    assert first.place == second.place == place_id("530627001201")
    people = desk.people()
    assert people["李四"].household == people["张三"].household == first.id
    assert (people["李四"].relation, people["李四"].id_number) == ("12", LI)
    assert (people["张三"].monthly_income, people["张三"].employment_status) == (5200, "04")


def test_a_gbk_export_with_formula_cells_and_a_national_header(desk: Desk) -> None:
    lines = [
        "省,市,县,乡,村,户编号,人口编号,姓名,证件号码,与户主关系,是否参加城镇职工基本养老保险,"
        "是否参加城乡居民基本养老保险,户主姓名",
        f'云南省,昭通市,镇雄县,乌峰街道,上街村,="0007",="0001",张三,="{ZHANG}",户主,是,否,张三',
        f'云南省,昭通市,镇雄县,乌峰街道,上街村,="0007",="0002",李四,="{LI}",配偶,否,是,张三',
    ]
    path = desk.folder / "export.csv"
    path.write_bytes("\r\n".join(lines).encode("gb18030"))
    assert counts(desk.take(path)) == (2, 2, 0, 0, 0)
    people = desk.people()
    assert (people["张三"].insurance, people["李四"].insurance) == ("1", "2")
    assert desk.households()[0].number == "0007"


@pytest.mark.parametrize(
    "written",
    ["1990-01-02", "1990/1/2", "1990.1.2", "19900102", "1990年1月2日", 32875, "excel"],
)
def test_a_birth_date_in_any_habit(desk: Desk, written: Any) -> None:
    from datetime import date

    value = date(1990, 1, 2) if written == "excel" else written
    result = desk.take([["村", "户编号", "姓名", "出生日期"], ["上街村", "1", "张三", value]])
    assert counts(result) == (1, 1, 0, 0, 0)
    assert desk.people()["张三"].birth_date == "1990-01-02"


def test_a_birth_month_beside_a_number_is_checked_not_refused(desk: Desk) -> None:
    head = ["村", "户编号", "姓名", "身份证号", "出生年月"]
    rows: list[Any] = [
        ["上街村", "1", "张三", ZHANG, "1980.03"],
        ["上街村", "1", "李四", LI, "1981-07"],
    ]
    result = desk.take([head, *rows])
    assert counts(result) == (2, 2, 0, 0, 0)
    assert [p.where.row for p in result.problems if p.message is ImportProblem.ROW_MONTH_DIFFERS] \
        == [3]  # fmt: skip
    assert desk.people()["李四"].birth_date == "1982-07-09"


def test_an_age_alone_is_kept_as_a_note_and_the_birth_date_is_missing(desk: Desk) -> None:
    head = ["村", "户编号", "姓名", "年龄", "身份证号"]
    rows: list[Any] = [["上街村", "1", "张三", 46, None], ["上街村", "1", "李四", 60, LI]]
    result = desk.take([head, *rows])
    assert counts(result) == (2, 2, 0, 0, 0)
    people = desk.people()
    assert people["张三"].birth_date is None
    assert "46岁" in (people["张三"].note or "")
    assert {ImportProblem.ROW_AGE_ONLY, ImportProblem.ROW_AGE_DIFFERS} <= said(result)
    assert counts(desk.take([head, *rows])) == (2, 0, 0, 2, 0)


def test_missing_items_never_refuse_a_row(desk: Desk) -> None:
    result = desk.take([["村", "户编号", "姓名"], ["上街村", "9", "张三"]])
    assert counts(result) == (1, 1, 0, 0, 0)
    assert desk.forms() == ["1"]


def test_a_ledger_without_households_takes_each_person_and_says_so(desk: Desk) -> None:
    head = ["行政区划代码", "社区（村）", "姓名", "身份证号码", "年收入（万元）"]
    rows: list[Any] = [
        ["530627001201", "上街村", "张三", ZHANG, 4.2],
        [530627001201, None, "李四", LI, 3],
    ]
    result = desk.take([head, *rows])
    assert counts(result) == (2, 2, 0, 0, 0)
    assert len(desk.households()) == 2
    assert [h.number for h in desk.households()] == ["0001", "0002"]
    assert desk.people()["张三"].monthly_income is None
    assert SheetMessage.MAP_UNIT in said(result)
    assert counts(desk.take([head, *rows])) == (2, 0, 0, 2, 0)


# -- households ----------------------------------------------------------------------------------


def test_rows_of_heads_part_households_where_there_is_no_number(desk: Desk) -> None:
    head = ["村", "与户主关系", "姓名", "身份证号"]
    rows: list[Any] = [
        ["上街村", "户主", "张三", ZHANG],
        [None, "妻", "李四", LI],
        ["上街村", "户主", "王五", id_number("1970-01-01", "1")],
    ]
    desk.take([head, *rows])
    assert [(h.number, h.head_name) for h in desk.households()] == [
        ("0001", "张三"),
        ("0002", "王五"),
    ]
    people = desk.people()
    assert people["李四"].household == people["张三"].household
    assert counts(desk.take([head, *rows])) == (3, 0, 0, 3, 0)


def test_the_heads_name_parts_households_where_there_is_no_number(desk: Desk) -> None:
    head = ["村", "户主姓名", "姓名"]
    rows: list[Any] = [
        ["上街村", "张三", "张三"],
        ["上街村", "张三", "李四"],
        ["上街村", "王五", "赵六"],
    ]
    desk.take([head, *rows])
    people = desk.people()
    assert people["李四"].household == people["张三"].household != people["赵六"].household


def test_a_household_without_members_is_a_row_of_its_own(desk: Desk) -> None:
    rows: list[Any] = [
        ["村", "户编号", "户主姓名", "姓名", "户类型"],
        ["上街村", "5", "张三", None, "脱贫户"],
    ]
    assert counts(desk.take(rows)) == (1, 1, 0, 0, 0)
    assert [(h.number, h.head_name, h.kind) for h in desk.households()] == [("5", "张三", "1")]
    assert counts(desk.take(rows)) == (1, 0, 0, 1, 0)


def test_rows_of_a_household_that_disagree_follow_the_head_with_a_warning(desk: Desk) -> None:
    head = [*HEAD, "住址"]
    rows: list[Any] = [[*FAMILY[1], "二号"], [*FAMILY[0], "一号"]]
    result = desk.take([head, *rows])
    assert desk.households()[0].address == "一号"
    assert ImportProblem.ROW_HOUSEHOLD_DIFFERS in said(result)
    assert result.warned >= 1


def test_the_household_of_the_frame_is_found_although_excel_dropped_its_zeros(desk: Desk) -> None:
    desk.take([HEAD, *FAMILY])
    rows: list[Any] = [[*FAMILY[0]], [*FAMILY[1]]]
    for row in rows:
        row[2] = 1
    assert counts(desk.take([HEAD, *rows])) == (2, 0, 0, 2, 0)
    assert desk.households()[0].number == "0001"


# -- places --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("group", "number"),
    [("3组", 3), ("三组", 3), ("第三村民小组", 3), ("03社", 3), (3, 3), ("十二组", 12)],
)
def test_a_group_is_one_however_it_is_written(desk: Desk, group: Any, number: int) -> None:
    desk.take([HEAD, FAMILY[0]])
    row = ["上街村", group, "0002", "王五", "户主", "王五", id_number("1970-01-01", "1")]
    desk.take([HEAD, row])
    assert desk.households()[-1].place == place_id("530627001201", number)
    with desk.store.read() as session:
        names = session.scalars(sa.select(Place.name).where(Place.level == "group")).all()
    assert len(names) == len({3, number})


def test_groups_are_not_made_when_that_is_not_wanted(desk: Desk) -> None:
    result = desk.take([HEAD, *FAMILY], new_groups=False)
    assert counts(result) == (3, 0, 0, 0, 3)
    assert PlaceCellProblem.CELLS_NO_GROUP in said(result)


def test_a_village_name_that_occurs_twice_comes_back_with_both(county: Desk) -> None:
    rows: list[Any] = [["村", "户编号", "姓名"], ["银厂村", "1", "张三"]]
    result = county.take(rows)
    assert counts(result) == (1, 0, 0, 0, 1)
    (problem,) = [p for p in result.problems if p.message is PlaceProblem.PLACE_AMBIGUOUS]
    assert "530627001202" in problem.text
    assert "530627002201" in problem.text
    asked = []

    def resolve(text: str, choices: Sequence[int]) -> int:
        asked.append((text, len(choices)))
        return choices[1]

    assert counts(county.take(rows, resolve=resolve)) == (1, 1, 0, 0, 0)
    assert asked == [("银厂村", 2)]
    assert county.households()[0].place == place_id("530627002201")


def test_the_township_column_makes_a_village_name_unique(county: Desk) -> None:
    rows: list[Any] = [["乡镇", "村", "户编号", "姓名"], ["南台街道办事处", "银厂", "1", "张三"]]
    assert counts(county.take(rows)) == (1, 1, 0, 0, 0)
    assert county.households()[0].place == place_id("530627002201")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (["", "", "", "没有村"], PlaceCellProblem.CELLS_NO_VILLAGE),
        (["", "彝良县", "", "上街村"], PlaceCellProblem.CELLS_OTHER_PLACE),
        (["", "", "南台街道", "上街村"], PlaceCellProblem.CELLS_OTHER_PLACE),
        (["530628001201", "", "", ""], PlaceCellProblem.CELLS_CODE_WRONG),
        (["530627001201", "", "", "新街社区"], PlaceCellProblem.CELLS_CODE_DIFFERS),
        (["", "", "", ""], PlaceCellProblem.CELLS_NO_PLACE),
    ],
)
def test_a_place_that_cannot_be_told_refuses_the_row(
    desk: Desk, row: list[str], message: Message
) -> None:
    rows: list[Any] = [["区划代码", "县", "乡镇", "村", "户编号", "姓名"], [*row, "1", "张三"]]
    result = desk.take(rows)
    assert counts(result) == (1, 0, 0, 0, 1)
    assert message in said(result)


@pytest.mark.parametrize(
    "cells",
    [
        ["530627001201", "", "", ""],
        [530627001201, "", "", "上街"],
        ["530627", "镇雄", "乌峰街道", "上街村委会"],
        ["530627001000", "镇雄县", "", "上街村民委员会"],
        ["", "", "乌峰街道办事处", "上街村3组"],
    ],
)
def test_a_place_is_told_by_code_or_by_any_usual_name(desk: Desk, cells: list[Any]) -> None:
    rows: list[Any] = [["区划代码", "县", "乡镇", "村", "户编号", "姓名"], [*cells, "1", "张三"]]
    assert counts(desk.take(rows)) == (1, 1, 0, 0, 0)
    assert (desk.households()[0].place or 0) // 1000 == 530627001201


def test_a_sheet_of_one_village_needs_no_place_columns(desk: Desk) -> None:
    rows: list[Any] = [["户编号", "姓名"], ["1", "张三"]]
    assert counts(desk.take(rows)) == (1, 0, 0, 0, 1)
    assert counts(desk.take(rows, under=place_id("530627001201"))) == (1, 1, 0, 0, 0)


def test_a_village_written_once_as_a_heading_holds_for_the_rows_below(desk: Desk) -> None:
    rows: list[Any] = [
        ["村", "组", "户编号", "姓名"],
        ["上街村", None, None, None],
        [None, "1组", "1", "张三"],
        [None, "2组", "2", "李四"],
        ["新街社区", None, None, None],
        [None, None, "1", "王五"],
        ["银厂村", "3组", None, None],
    ]
    assert counts(desk.take(rows)) == (3, 3, 0, 0, 0)
    assert [h.place for h in desk.households()] == [
        place_id("530627001002"), place_id("530627001201", 1), place_id("530627001201", 2),
    ]  # fmt: skip


# -- refusal and correction ----------------------------------------------------------------------


def test_a_rounded_number_is_refused_and_comes_back_to_be_corrected(desk: Desk) -> None:
    rows: list[Any] = [list(r) for r in FAMILY]
    rows[1][6] = float(LI[:15] + "000")
    back = desk.folder / "退回.xlsx"
    result = desk.take([["某某村台账"], HEAD, *rows], rejects=back)
    assert counts(result) == (3, 2, 0, 0, 1)
    assert result.rejects_path == back
    assert ImportNotice.IMPORT_REJECTS_PLAIN in said(result)
    found = read_sheet(back).rows
    assert found[0] == ["原因", "原行号", *HEAD]
    assert "末几位已经丢失" in cell_text(found[1][0])
    book = openpyxl.load_workbook(back)
    ws: Any = book.active
    ws["I2"] = LI
    book.save(back)
    assert counts(desk.take(back)) == (1, 1, 0, 0, 0)
    people = desk.people()
    assert people["李四"].household == people["张三"].household


def test_a_household_told_by_its_head_row_comes_back_whole(desk: Desk) -> None:
    head = ["村", "与户主关系", "姓名", "身份证号"]
    rows: list[Any] = [
        ["上街村", "户主", "张三", ZHANG[:-1] + "0"],
        ["上街村", "妻", "李四", LI],
        ["上街村", "户主", "王五", id_number("1970-01-01", "1")],
    ]
    back = desk.folder / "退回.xlsx"
    result = desk.take([head, *rows], rejects=back)
    assert counts(result) == (3, 1, 0, 0, 2)
    assert ImportProblem.ROW_WITH_HOUSEHOLD in said(result)
    book = openpyxl.load_workbook(back)
    ws: Any = book.active
    ws["F2"] = ZHANG
    book.save(back)
    assert counts(desk.take(back)) == (2, 2, 0, 0, 0)
    assert [h.head_name for h in desk.households()] == ["王五", "张三"]


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("文化程度", "看不懂"),
        ("联系电话", "139****1234"),
        ("性别", "不男不女"),
        ("是否低保", "也许"),
        ("月收入", "2000-3000"),
        ("务工所在地", "火星"),
        ("备注", "字" * 501),
        ("户类型", "没有这类"),
        ("调查日期", "昨天"),
    ],
)
def test_a_cell_that_cannot_be_read_refuses_its_row_and_names_the_column(
    desk: Desk, header: str, cell: str
) -> None:
    result = desk.take([[*HEAD, header], [*FAMILY[0], cell]])
    assert counts(result) == (1, 0, 0, 0, 1)
    (problem,) = [p for p in result.problems if p.where.row == 2]
    assert (problem.where.column, problem.where.sheet) == (8, "Sheet")
    assert desk.people() == {}


def test_the_same_number_twice_in_a_sheet_keeps_the_first(desk: Desk) -> None:
    rows: list[Any] = [FAMILY[0], ["上街村", "3组", "0002", "王五", "户主", "王五", ZHANG]]
    result = desk.take([HEAD, *rows])
    assert counts(result) == (2, 1, 0, 0, 1)
    assert ImportProblem.ROW_TWICE in said(result)


def test_a_person_of_another_household_is_not_moved_but_named(desk: Desk) -> None:
    desk.take([HEAD, *FAMILY])
    row = ["新街社区", "1组", "0009", "王五", "户主", "张三", ZHANG]
    result = desk.take([HEAD, row])
    assert counts(result) == (1, 0, 0, 0, 1)
    (problem,) = [p for p in result.problems if p.message is ImportProblem.ROW_ELSEWHERE]
    assert "上街村 3组" in problem.text
    assert "0001" in problem.text


def test_a_person_taken_out_is_not_brought_back_but_an_undone_import_is(desk: Desk) -> None:
    from laborclerk.features.census.service import delete_person

    path = desk.sheet([HEAD, *FAMILY])
    desk.take(path)
    undo(desk.store)
    assert desk.people() == {}
    assert counts(desk.take(path)) == (3, 3, 0, 0, 0)
    delete_person(desk.store, desk.people()["张小三"].id, "1")
    result = desk.take(path)
    assert counts(result) == (3, 0, 0, 2, 1)
    assert ImportProblem.ROW_DELETED in said(result)


# -- changes to what is there --------------------------------------------------------------------


def test_changes_are_told_per_field_and_only_mapped_filled_cells_change(desk: Desk) -> None:
    head = [*HEAD, "文化程度", "联系电话", "户类型"]
    desk.take([head, [*FAMILY[0], "初中", "13908701234", "一般农户"]])
    result = desk.take([head, [*FAMILY[0], "高中", None, "脱贫户"]])
    assert counts(result) == (1, 0, 1, 0, 0)
    told = [(c.record_type, c.label, c.before, c.after) for c in result.changes]
    assert ("person", "文化程度", "70", "60") in told
    assert ("household", "户类型", "0", "1") in told
    assert {c.field for c in result.changes} == {"education", "kind"}
    person = desk.people()["张三"]
    assert (person.education, person.phone) == ("60", "13908701234")
    assert counts(desk.take([["村", "户编号", "姓名"], ["上街村", "0001", "张三"]]))[3] == 1


def test_a_number_in_its_old_form_is_the_same_person_and_keeps_the_new_form(desk: Desk) -> None:
    desk.take([HEAD, *FAMILY])
    old = ZHANG[:6] + ZHANG[8:17]
    assert counts(desk.take([HEAD, [*FAMILY[0][:6], old]])) == (1, 0, 0, 1, 0)
    assert desk.people()["张三"].id_number == ZHANG


def test_a_person_without_a_number_is_known_in_the_household_and_gets_it(desk: Desk) -> None:
    head = [*HEAD, "出生日期"]
    desk.take([head, [*FAMILY[0][:6], None, "1980-03-05"]])
    result = desk.take([head, [*FAMILY[0], None]])
    assert counts(result) == (1, 0, 1, 0, 0)
    assert len(desk.people()) == 1
    assert desk.people()["张三"].id_number == ZHANG


def test_another_name_under_the_same_number_is_taken_with_a_warning(desk: Desk) -> None:
    desk.take([HEAD, *FAMILY])
    result = desk.take([HEAD, [*FAMILY[0][:5], "张山", ZHANG]])
    assert counts(result) == (1, 0, 1, 0, 0)
    assert ImportProblem.ROW_NAME_DIFFERS in said(result)


def test_one_import_is_one_act_and_can_be_undone(desk: Desk) -> None:
    desk.take([HEAD, *FAMILY])
    desk.take([[*HEAD, "文化程度"], [*FAMILY[0], "初中"], [*FAMILY[1], "小学"]])
    undo(desk.store)
    assert {p.education for p in desk.people().values()} == {None}


# -- forms and rounds ----------------------------------------------------------------------------


def test_a_form_without_doubt_is_complete_and_one_with_contradictions_is_not(desk: Desk) -> None:
    two_heads: list[list[Any]] = [list(r) for r in FAMILY]
    two_heads[1][4] = "户主"
    result = desk.take([HEAD, *two_heads])
    assert desk.forms() == ["1"]
    assert result.warned >= 1
    desk.take([HEAD, *FAMILY])
    assert desk.forms() == ["2"]


def test_without_a_round_people_are_registered_and_that_is_said(desk: Desk) -> None:
    result = desk.take([HEAD, *FAMILY], round_id=None)
    assert counts(result) == (3, 3, 0, 0, 0)
    assert ImportNotice.IMPORT_NO_ROUND in said(result)
    assert desk.forms() == []


def test_a_closed_round_takes_no_import(desk: Desk) -> None:
    assert desk.round_id is not None
    close_round(desk.store, desk.round_id, "2026-12-01")
    with pytest.raises(Rejected) as caught:
        desk.take([HEAD, *FAMILY])
    assert caught.value.problems[0].message is RoundProblem.ROUND_CLOSED
    assert desk.people() == {}


# -- all or nothing ------------------------------------------------------------------------------


@pytest.mark.parametrize("at", range(12))
def test_a_cancelled_import_leaves_everything_as_it_was(desk: Desk, at: int) -> None:
    class Stop(Silent):
        steps = 0

        def step(self, done: int) -> None:
            self.steps += 1
            if self.steps > at:
                raise Cancelled

    before = desk.entries()
    try:
        desk.take([HEAD, *FAMILY], progress=Stop())
    except Cancelled:
        assert (desk.entries(), desk.people(), desk.households()) == (before, {}, [])
    else:
        assert at >= 10


def test_an_import_whose_refused_rows_cannot_be_saved_takes_nothing(desk: Desk) -> None:
    rows: list[Any] = [FAMILY[0], [*FAMILY[1][:6], "123"]]
    with pytest.raises(EnvironmentFault):
        desk.take([HEAD, *rows], rejects=desk.folder / "没有" / "退回.xlsx")
    assert desk.people() == {}


def test_a_chosen_mapping_is_remembered_for_this_header(desk: Desk) -> None:
    rows: list[Any] = [[*HEAD, "甲栏"], [*FAMILY[0], "某厂"]]
    desk.take(rows, mapping={"就业单位": "甲栏"}, dry_run=True)
    desk.take(rows)
    assert desk.people()["张三"].employer is None
    desk.take(rows, mapping={"employer": "甲栏"})
    rows[1][-1] = "另一厂"
    assert desk.take(rows).updated == 1
    assert desk.people()["张三"].employer == "另一厂"


def test_a_sheet_with_nothing_of_people_is_refused(desk: Desk) -> None:
    with pytest.raises(Rejected) as caught:
        desk.take([["甲", "乙", "丙"], ["一", "二", "三"]])
    assert SheetMessage.MAP_NOTHING in [p.message for p in caught.value.problems]
