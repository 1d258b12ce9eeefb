"""A county's own lists and wording: out as a sheet, in again, by return bundle to the townships."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from laborclerk.catalog.codes import built_in_list, code_list, use_own_lists
from laborclerk.features.census.model import CensusNotice
from laborclerk.features.census.notices import NoticeProblem, confirm_notice, notice_of
from laborclerk.features.exchange import taking
from laborclerk.features.lists import service, sheet
from laborclerk.features.lists.model import OwnList
from laborclerk.features.lists.service import ListProblem
from laborclerk.features.lists.sheet import ListSheetProblem
from laborclerk.kernel.errors import Rejected
from laborclerk.kernel.ids import stable_id
from laborclerk.store.store import Store
from laborclerk.sync.holding import OUT_OF_SCOPE
from tests.exchanging import GROUPS, TOWNS, answer, opened, send, stations
from tests.small import add_household

KIND = "household_kind"
Rows = list[list[Any]]


@pytest.fixture(autouse=True)
def _built_in() -> Iterator[None]:
    yield
    use_own_lists({})


class Pair:
    def __init__(self, folder: Path) -> None:
        self.folder = stations(folder)
        self.county, self.town = opened(folder, "county"), opened(folder, "乌峰")

    def edited(self, edit: Callable[[Rows], object], name: str = KIND) -> Path:
        """The list as exported by the county, edited by an officer."""
        path = self.folder / "户类型.xlsx"
        service.export_list(self.county, name, path)
        book = openpyxl.load_workbook(path)
        page: Any = book.worksheets[0]
        rows: Rows = [[cell.value or "" for cell in row] for row in page.iter_rows()]
        edit(rows)
        page.delete_rows(1, page.max_row)
        for row in rows:
            page.append(row)
        book.save(path)
        return path

    def reopened(self, name: str) -> Store:
        store = self.county if name == "county" else self.town
        store.close()
        store = opened(self.folder, name)
        if name == "county":
            self.county = store
        else:
            self.town = store
        return store


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    made = Pair(tmp_path)
    yield made
    made.county.close()
    made.town.close()


def test_lists_are_called_by_the_names_the_manual_uses(pair: Pair) -> None:
    """In every start of the program: registers come in no order of their own."""
    titles = [one.title for one in service.lists(pair.county)]
    wanted = ["户类型", "困难群体情况", "人员身份", "失业原因", "培训项目意向", "专项"]
    assert titles == wanted
    assert [service.named(title) for title in wanted] == list(service.REPLACEABLE)


def add_watched(rows: Rows) -> None:
    rows.append(["7", "7", "监测户", "", "动态监测户、三类户", "", "2026-01-01", ""])
    rows[2][2], rows[3][5] = "脱贫人口户", "是"


def test_a_county_replaces_a_list_and_the_townships_get_it(pair: Pair) -> None:
    codes = service.replace_list(pair.county, KIND, pair.edited(add_watched))
    assert len(codes.items) == 6
    assert code_list(KIND).item("7") is None  # what is open goes on as it began
    pair.reopened("county")
    send(pair.town, pair.county, pair.folder / "1.lcb")
    answer(pair.town, pair.county, pair.folder / "2.lcb")
    use_own_lists({})
    pair.reopened("乌峰")
    kinds = code_list(KIND)
    assert kinds.label("7") == "监测户"
    assert kinds.recognise("三类户") == "7"
    assert kinds.label("1") == "脱贫人口户"
    assert "2" not in {i.code for i in kinds.search("")}
    assert kinds.label("2") == "脱贫不稳定户"
    assert [one.is_own for one in service.lists(pair.town)].count(True) == 1


def test_what_an_answer_brought_is_told_until_it_is_in_force(pair: Pair) -> None:
    send(pair.town, pair.county, pair.folder / "1.lcb")
    service.replace_list(pair.county, KIND, pair.edited(add_watched))
    place = TOWNS["乌峰"][0].code
    taking.export_return(pair.county, place, pair.folder / "2.lcb")
    done = taking.import_bundle(pair.town, pair.folder / "2.lcb")
    assert [p.text for p in done.problems] == ["县里换了代码表“户类型”,下次打开程序时生效"]
    pair.reopened("乌峰")
    assert service.to_come(pair.town) == []


def test_a_list_goes_back_to_the_built_in_one(pair: Pair) -> None:
    service.replace_list(pair.county, KIND, pair.edited(add_watched))
    pair.reopened("county")
    assert service.reset_list(pair.county, KIND)
    assert not service.reset_list(pair.county, KIND)
    pair.reopened("county")
    assert code_list(KIND) is built_in_list(KIND)
    service.replace_list(pair.county, KIND, pair.edited(add_watched))
    pair.reopened("county")
    assert code_list(KIND).label("7") == "监测户"


def watched(rows: Rows) -> list[Any]:
    return next(row for row in rows if str(row[0]) == "7")


def retire(rows: Rows) -> None:
    watched(rows)[5] = "是"


def test_a_countys_own_code_does_not_vanish_from_the_next_sheet(pair: Pair) -> None:
    """A township may have registered somebody with it, and the county does not know yet."""
    service.replace_list(pair.county, KIND, pair.edited(add_watched))
    path = pair.edited(lambda rows: rows.remove(watched(rows)))
    with pytest.raises(Rejected) as caught:
        service.replace_list(pair.county, KIND, path)
    (problem,) = caught.value.problems
    assert problem.message is ListSheetProblem.LIST_GONE
    assert "7 监测户" in problem.text
    retired = service.replace_list(pair.county, KIND, pair.edited(retire))
    assert retired.label("7") == "监测户"
    assert "7" not in {i.code for i in retired.search("")}


@pytest.mark.parametrize(
    ("name", "facts", "person"),
    [
        (KIND, {"kind": "7"}, {}),
        ("training_item", {}, {"wanted_training": "1,77"}),
        ("training_item", {}, {"training_done": "77"}),
    ],
)
def test_a_list_of_which_a_code_is_registered_does_not_go_back_to_the_built_in_one(
    pair: Pair, name: str, facts: dict[str, Any], person: dict[str, Any]
) -> None:
    def add(rows: Rows) -> None:
        rows.append(["7" if name == KIND else "77", "", "县里加的", *[""] * 5])

    service.replace_list(pair.county, name, pair.edited(add, name))
    assert service.reset_list(pair.county, name)
    service.replace_list(pair.county, name, pair.edited(add, name))
    add_household(pair.county, {"name": "周大", **person}, place=GROUPS["乌峰"][0], **facts)
    with pytest.raises(Rejected) as caught:
        service.reset_list(pair.county, name)
    (problem,) = caught.value.problems
    assert problem.message is ListProblem.LIST_IN_USE
    assert "县里加的" in problem.text
    assert {line.name: line.is_own for line in service.lists(pair.county)}[name]


def test_a_date_takes_an_item_out_of_the_choice(pair: Pair) -> None:
    text = sheet.read(pair.edited(add_watched), built_in_list(KIND))
    assert "7" not in {i.code for i in sheet.parse(KIND, text, "2025-12-31").search("")}
    assert "7" in {i.code for i in sheet.parse(KIND, text, "2026-01-01").search("")}


def change(row: int, column: int, value: str) -> Callable[[Rows], None]:
    def edit(rows: Rows) -> None:
        rows[row][column] = value

    return edit


def lengthen(rows: Rows) -> None:
    for n in range(1, 6):
        rows[n][3] = f"第{n}种比较长的在表上印不下的那个简称"


@pytest.mark.parametrize(
    ("edit", "wrong"),
    [
        (lambda rows: rows.pop(2), ListSheetProblem.LIST_GONE),
        (lambda rows: rows.append(["1", "9", "新", *[""] * 5]), ListSheetProblem.LIST_CODE_TWICE),
        (lambda rows: rows.append(["甲", "9", "新", *[""] * 5]), ListSheetProblem.LIST_CODE),
        (change(2, 1, "0"), ListSheetProblem.LIST_WORD_TWICE),
        (change(2, 4, "一般户"), ListSheetProblem.LIST_WORD_TWICE),
        (change(2, 2, ""), ListSheetProblem.LIST_NAME),
        (change(2, 6, "明年"), ListSheetProblem.LIST_DATE),
        (change(2, 1, "一"), ListSheetProblem.LIST_NUMBER),
        (lengthen, ListSheetProblem.LIST_LONG),
        (change(0, 0, "编码"), ListSheetProblem.LIST_COLUMN),
    ],
)  # fmt: skip
def test_a_wrong_sheet_is_told_and_changes_nothing(
    pair: Pair, edit: Callable[[Rows], object], wrong: ListSheetProblem
) -> None:
    with pytest.raises(Rejected) as caught:
        service.replace_list(pair.county, KIND, pair.edited(edit))
    assert wrong in [p.message for p in caught.value.problems]
    assert not any("{" in p.text for p in caught.value.problems)
    assert not any(one.is_own for one in service.lists(pair.county))


def test_a_township_neither_replaces_lists_nor_brings_any(pair: Pair) -> None:
    with pytest.raises(Rejected) as caught:
        service.replace_list(pair.town, KIND, pair.edited(add_watched))
    assert caught.value.problems[0].message is ListProblem.LIST_OF_COUNTY
    with pair.town.write("test") as work:  # a program of its own does all the same
        work.add(OwnList(id=stable_id("own_list", KIND), name=KIND, content="x"))
    assert send(pair.town, pair.county, pair.folder / "1.lcb").held == {OUT_OF_SCOPE: 1}
    with pair.county.read() as session:
        assert session.scalar(sa.select(OwnList.id)) is None


@pytest.mark.parametrize("text", ["", "code\n1\n", "code,number\n1,1\n", "\x01"])
def test_a_list_of_a_newer_program_waits_for_the_update(pair: Pair, text: str) -> None:
    with pair.county.write("test") as work:
        work.add(OwnList(id=stable_id("own_list", KIND), name=KIND, content=text))
    pair.reopened("county")
    assert code_list(KIND) is built_in_list(KIND)


def test_the_countys_wording_goes_to_its_townships(pair: Pair) -> None:
    confirm_notice(pair.town, "2", "乡里抄下的一句。", "乡里抄下的。")
    assert notice_of(pair.town, "2").text == "乡里抄下的。"
    confirm_notice(pair.county, "2", "县里的一句。", "县里核定的。")
    send(pair.town, pair.county, pair.folder / "1.lcb")
    answer(pair.town, pair.county, pair.folder / "2.lcb")
    assert notice_of(pair.town, "2").text == "县里核定的。"
    with pytest.raises(Rejected) as caught:
        confirm_notice(pair.town, "2", "", "乡里的。")
    assert caught.value.problems[0].message is NoticeProblem.NOTICE_OF_COUNTY
    confirm_notice(pair.county, "2", "", "")
    assert not notice_of(pair.county, "2").confirmed
    send(pair.town, pair.county, pair.folder / "3.lcb")
    answer(pair.town, pair.county, pair.folder / "4.lcb")
    assert notice_of(pair.town, "2").text == "乡里抄下的。"
    with pair.county.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(CensusNotice)) == 1
