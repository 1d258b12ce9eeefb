"""Job seekers as a sheet: forms as counties have them, our own export, which changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from laborclerk.features.census.import_result import ImportResult
from laborclerk.features.registry.model import Person
from laborclerk.features.seeking.model import JobSeeking
from laborclerk.features.seeking.service import register
from laborclerk.features.seeking.sheet import export_seeking, import_seeking, template_seeking
from laborclerk.kernel.clock import Clock
from laborclerk.store.journal_check import check_journal
from laborclerk.store.store import Store
from laborclerk.store.undo import undo
from tests.postgres import BOTH
from tests.sheet_people import id_number
from tests.small import OTHER_GROUP, add_household, station
from tests.unit.ui.stations import practised

NOON = 1_795_147_200  # 2026-11-20
PEOPLE = {"周强": id_number("1980-05-06", "1"), "李芳": id_number("1982-01-01", "2")}
HEAD = (
    "序号", "村", "姓名", "身份证号码", "求职工种", "意向地区", "期望月工资", "就业形式意向",
    "培训意愿", "服务需求", "毕业院校", "专业", "身高(cm)", "就业创业证号", "登记日期", "有效期",
)  # fmt: skip


class Desk:
    """A station with two people, and sheets to import."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.folder = store, folder

    def sheet(self, *rows: dict[str, Any], head: Sequence[str] = HEAD) -> Path:
        book = openpyxl.Workbook()
        ws: Any = book.active
        ws.append(list(head))
        for row in rows:
            assert set(row) <= set(head)
            ws.append([row.get(key) for key in head])
        path = self.folder / "求职.xlsx"
        book.save(path)
        return path

    def take(self, path: Path, **options: Any) -> ImportResult:
        result = import_seeking(self.store, path, **options)
        assert result.read == result.created + result.updated + result.unchanged + result.refused
        with self.store.read() as session:
            assert check_journal(session) == []
        return result

    def known(self, name: str) -> list[JobSeeking]:
        with self.store.read() as session:
            query = sa.select(JobSeeking).join(Person, Person.id == JobSeeking.person)
            query = query.where(Person.name == name, JobSeeking.deleted.is_(None))
            return list(session.scalars(query.order_by(JobSeeking.registered)))


@pytest.fixture
def desk(tmp_path: Path, backend: str) -> Iterator[Desk]:
    store = station(tmp_path / "s", clock=Clock(wall=lambda: NOON))
    add_household(
        store,
        *({"name": n, "id_number": number, "id_type": "01", "birth_date": "1980-05-06",
           "work_ability": "1"} for n, number in PEOPLE.items()),
        place=OTHER_GROUP, number="0001",
    )  # fmt: skip
    yield Desk(store, tmp_path)
    store.close()


def row(name: str, **cells: Any) -> dict[str, Any]:
    return {
        "村": "新街社区", "姓名": name, "身份证号码": PEOPLE[name], "求职工种": "电焊工、二保焊",
        "意向地区": "福建省福州市", "期望月工资": 6000, "就业形式意向": "企业", "培训意愿": "是",
        "服务需求": "职业介绍、社保", "毕业院校": "某技工学校", "专业": "机械加工", "身高(cm)": 172,
        "就业创业证号": "5306270016009999", "登记日期": "2026.11.1", "有效期": "2027-05-01",
        **cells,
    }  # fmt: skip


@BOTH
def test_a_form_as_counties_have_it_is_read_and_the_same_again_changes_nothing(
    desk: Desk,
) -> None:
    sheet = desk.sheet(row("周强"), row("李芳", 登记日期=None, 有效期=None))
    result = desk.take(sheet)
    assert (result.read, result.created, result.refused) == (2, 2, 0), result.problems
    (one,), (two,) = desk.known("周强"), desk.known("李芳")
    # what no list knows stays in the person's own words
    assert (one.wanted_jobs, one.wanted_post) == ("6-18", "电焊工、二保焊")
    assert (one.wanted_place, one.expected_income, one.services) == ("350100000000", 6000, "1,6")
    assert (one.school, one.major, one.height) == ("某技工学校", "机械加工", 172)
    assert (one.certificate_number, one.wants_training) == ("5306270016009999", True)
    assert (one.registered, one.valid_until) == ("2026-11-01", "2027-05-01")
    assert (two.registered, two.valid_until) == ("2026-11-20", "2027-05-20")
    again = desk.take(sheet)
    assert (again.created, again.updated, again.unchanged, again.act) == (0, 0, 2, 0)
    # the same registration told anew is mended, a later one renews it
    desk.take(desk.sheet(row("周强", 期望月工资=6500)))
    assert [s.expected_income for s in desk.known("周强")] == [6500]
    desk.take(desk.sheet(row("周强", 登记日期="2026-11-15", 有效期=None)))
    first, second = desk.known("周强")
    assert (first.closed, first.close_reason) == ("2026-11-15", "3")
    assert (second.registered, second.valid_until) == ("2026-11-15", "2027-05-15")
    undo(desk.store)
    assert [s.closed for s in desk.known("周强")] == [None]


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"身份证号码": id_number("1991-01-01", "1")}, "ledger_nobody"),
    ({"姓名": "周强强"}, "ledger_name"),
    ({"登记日期": "2026-12-01"}, "seeking_late_day"),
    ({"有效期": "2026-10-01"}, "seeking_until_early"),
    ({"期望月工资": "面议"}, "number_unknown"),
]


@pytest.mark.parametrize(("cells", "code"), REFUSED, ids=[c[1] for c in REFUSED])
def test_a_row_that_cannot_be_comes_back_with_its_reason(
    desk: Desk, cells: dict[str, Any], code: str
) -> None:
    rejects = desk.folder / "退回.xlsx"
    result = desk.take(desk.sheet(row("周强") | cells, row("李芳")), rejects=rejects)
    assert (result.created, result.refused) == (1, 1)
    assert code in {p.code for p in result.problems}
    assert rejects.exists()
    assert desk.known("周强") == []


def test_one_person_on_one_day_stands_once_in_a_sheet(desk: Desk) -> None:
    result = desk.take(desk.sheet(row("周强"), row("周强", 期望月工资=7000)))
    assert (result.created, result.refused) == (1, 1)
    assert "seeking_row_twice" in {p.code for p in result.problems}
    tried = desk.take(desk.sheet(row("周强", 期望月工资=7000)), dry_run=True)
    assert [(c.field, c.before, c.after) for c in tried.changes if c.field == "expected_income"]
    assert [s.expected_income for s in desk.known("周强")] == [6000]


def test_several_trades_with_a_mark_in_their_names_go_out_and_in_again(desk: Desk) -> None:
    with desk.store.read() as session:
        who = session.scalars(sa.select(Person.id).where(Person.name == "周强")).one()
    # 交通运输、仓储物流和邮政业服务人员 beside 农、林、牧、渔业生产辅助人员
    register(desk.store, who, {"wanted_jobs": "4-02,5-05,6-18", "closed": "2026-11-20",
                               "close_reason": "2"})  # fmt: skip
    out = desk.folder / "出.xlsx"
    assert export_seeking(desk.store, out).rows == 1
    again = desk.take(out)
    assert (again.read, again.unchanged, again.warned) == (1, 1, 0), again.changes
    template = template_seeking(desk.folder / "空.xlsx")
    head = next(openpyxl.load_workbook(out).worksheets[0].iter_rows(values_only=True))
    assert [str(h) for h in head] == list(template)


def test_the_practice_register_goes_out_and_in_again(tmp_path: Path) -> None:
    store = practised(tmp_path / "s")
    rows = export_seeking(store, tmp_path / "出.xlsx").rows
    again = import_seeking(store, tmp_path / "出.xlsx")
    assert (again.read, again.unchanged) == (rows, rows), again.changes[:5]
    store.close()
