"""Household frames: what an edition makes, how a later one is compared and what it may change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from laborclerk.app import open_station
from laborclerk.features.census.exports import export_frame
from laborclerk.features.census.frame_import import import_frame
from laborclerk.features.census.frame_result import FrameProblem, FrameResult
from laborclerk.features.census.imports import import_census
from laborclerk.features.census.model import FrameEdition, FrameEntry
from laborclerk.features.registry.model import Household
from laborclerk.features.registry.places import place_id
from laborclerk.kernel.errors import Rejected
from laborclerk.sheets.messages import SheetMessage
from laborclerk.store.journal_check import check_journal
from laborclerk.store.store import Store
from tests.postgres import BOTH, copy_station
from tests.sheet_people import id_number, station

pytestmark = BOTH

HEAD = ["村", "组", "户编号", "户主", "户籍人口数"]
FRAME: list[list[Any]] = [
    ["上街村", "1组", "0001", "张三", 4],
    ["上街村", "1组", "0002", "李四", 3],
    ["上街村", "2组", "0003", "王五", 1],
]


class Desk:
    """A station and frames to import."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.folder = store, folder

    def sheet(self, rows: Sequence[Sequence[Any]]) -> Path:
        book = openpyxl.Workbook()
        ws: Any = book.active
        for row in rows:
            ws.append(list(row))
        path = self.folder / "底册.xlsx"
        book.save(path)
        return path

    def take(self, rows: Sequence[Sequence[Any]], **options: Any) -> FrameResult:
        result = import_frame(self.store, self.sheet(rows), **options)
        assert result.read == (result.created + result.updated + result.unchanged + result.refused)
        with self.store.read() as session:
            assert check_journal(session) == []
        return result

    def households(self) -> dict[str, Household]:
        with self.store.read() as session:
            return {h.number or "": h for h in session.scalars(sa.select(Household))}

    def count(self, model: Any) -> int:
        with self.store.read() as session:
            return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


@pytest.fixture(scope="module")
def founded(backend: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("founded") / "station"
    station(folder)[0].close()
    return folder


@pytest.fixture
def desk(founded: Path, tmp_path: Path) -> Iterator[Desk]:
    copy_station(founded, tmp_path / "station")
    store = open_station(tmp_path / "station", "王录入", "password-1")
    yield Desk(store, tmp_path)
    store.close()


def counts(result: FrameResult) -> tuple[int, int, int, int, int]:
    return result.read, result.created, result.updated, result.unchanged, result.refused


def test_a_first_frame_makes_its_households_and_their_edition(desk: Desk) -> None:
    result = desk.take([HEAD, *FRAME], name="2026年底册", as_of="2026-09-30")
    assert counts(result) == (3, 3, 0, 0, 0)
    found = desk.households()
    assert {(h.head_name, h.registered_count, h.in_frame) for h in found.values()} == {
        ("张三", 4, True), ("李四", 3, True), ("王五", 1, True),
    }  # fmt: skip
    assert found["0003"].place == place_id("530627001201", 2)
    assert (result.comparison.new, result.comparison.gone) == ([], [])
    assert desk.count(FrameEntry) == 3


def test_the_same_frame_again_is_no_new_edition(desk: Desk) -> None:
    desk.take([HEAD, *FRAME])
    again = desk.take([HEAD, *FRAME])
    assert counts(again) == (3, 0, 0, 3, 0)
    assert (again.act, again.edition, desk.count(FrameEdition)) == (0, 0, 1)


def test_a_frame_of_persons_counts_them_by_household(desk: Desk) -> None:
    head = ["村", "户号", "与户主关系", "姓名", "身份证号"]
    rows: list[Any] = [
        ["上街村", "1", "户主", "张三", id_number("1980-01-01", "1")],
        [None, "1", "配偶", "李四", id_number("1982-01-01", "2")],
        ["上街村", "2", "户主", "王五", id_number("1950-01-01", "1")],
    ]
    result = desk.take([head, *rows])
    assert (result.read, result.created) == (3, 2)
    found = desk.households()
    assert [(h.head_name, h.registered_count) for h in found.values()] == [("张三", 2), ("王五", 1)]


def test_a_frame_with_only_names_is_one_household_a_row_namesakes_too(desk: Desk) -> None:
    rows: list[Any] = [["村", "姓名", "人口"], ["上街村", "张三", 3], ["上街村", "张三", 2]]
    assert counts(desk.take(rows)) == (2, 2, 0, 0, 0)
    assert sorted(desk.households()) == ["0001", "0002"]


def test_a_later_edition_is_compared_and_not_laid_over(desk: Desk) -> None:
    desk.take([HEAD, *FRAME], as_of="2026-09-30", name="九月")
    later: list[Any] = [
        ["上街村", "1组", "0001", "张三", 5],
        ["上街村", "1组", "0002", "李小四", 3],
        ["上街村", "2组", "0004", "赵六", 2],
    ]
    result = desk.take([HEAD, *later], as_of="2026-10-31", name="十月")
    compared = result.comparison
    assert compared.previous == ["九月"]
    assert [(line.number, line.head_name) for line in compared.new] == [("0004", "赵六")]
    assert [(line.number, line.head_name) for line in compared.gone] == [("0003", "王五")]
    assert [(d.number, d.field, d.before, d.after, d.applied) for d in compared.changed] == [
        ("0001", "persons", 4, 5, True),
        ("0002", "head_name", "李四", "李小四", True),
    ]
    found = desk.households()
    assert found["0001"].registered_count == 5
    assert found["0002"].head_name == "李小四"
    assert found["0003"].deleted is None
    assert found["0003"].in_frame is False
    assert desk.count(FrameEntry) == 6


def test_what_clerks_entered_is_listed_and_never_overwritten(desk: Desk) -> None:
    desk.take([HEAD, *FRAME], as_of="2026-09-30")
    path = desk.folder / "人.xlsx"
    book = openpyxl.Workbook()
    ws: Any = book.active
    ws.append(["村", "组", "户编号", "户主姓名", "姓名", "户籍人口数"])
    ws.append(["上街村", "1组", "0001", "张三", "张三", 6])
    book.save(path)
    import_census(desk.store, path)
    later: list[Any] = [["上街村", "2组", "0001", "张大三", 5], *FRAME[1:]]
    result = desk.take([HEAD, *later], as_of="2026-10-31")
    assert [(d.field, d.applied) for d in result.comparison.changed] == [
        ("place", False),
        ("head_name", False),
        ("persons", False),
    ]
    household = desk.households()["0001"]
    assert (household.head_name, household.registered_count) == ("张三", 6)
    assert household.place == place_id("530627001201", 1)


def test_a_frame_of_one_village_says_nothing_of_the_others(desk: Desk) -> None:
    other = ["新街社区", "1组", "0001", "钱七", 2]
    desk.take([HEAD, *FRAME, other], as_of="2026-09-30")
    result = desk.take([HEAD, *FRAME], as_of="2026-10-31")
    assert counts(result) == (3, 0, 0, 3, 0)
    assert result.comparison.gone == []


def test_an_older_frame_is_refused(desk: Desk) -> None:
    desk.take([HEAD, *FRAME], as_of="2026-10-31")
    with pytest.raises(Rejected) as caught:
        desk.take([HEAD, *FRAME], as_of="2026-09-30")
    assert caught.value.problems[0].message is FrameProblem.FRAME_OLDER


def test_a_household_twice_in_a_frame_comes_back(desk: Desk) -> None:
    result = desk.take([HEAD, *FRAME, ["上街村", "2组", "0003", "赵六", 1]])
    assert counts(result) == (4, 3, 0, 0, 1)
    assert FrameProblem.FRAME_TWICE in [p.message for p in result.problems]


def test_a_household_found_at_the_door_is_not_taken_for_the_frames(desk: Desk) -> None:
    with desk.store.write("test") as work:
        work.add(
            Household(place=place_id("530627001201"), number="0001", head_name="钱七",
                      in_frame=False)
        )  # fmt: skip
    result = desk.take([HEAD, *FRAME])
    assert counts(result) == (3, 2, 0, 0, 1)
    assert FrameProblem.FRAME_NUMBER_TAKEN in [p.message for p in result.problems]


def test_a_household_registered_before_the_frame_is_found_by_number(desk: Desk) -> None:
    with desk.store.write("test") as work:
        work.add(
            Household(place=place_id("530627001201"), number="0001", head_name="张三",
                      in_frame=False, head_phone="13908701234")
        )  # fmt: skip
    result = desk.take([HEAD, *FRAME])
    assert counts(result) == (3, 2, 1, 0, 0)
    household = desk.households()["0001"]
    assert (household.in_frame, household.registered_count) == (True, 4)
    assert household.head_phone == "13908701234"


def test_an_exported_frame_imports_as_unchanged(desk: Desk) -> None:
    desk.take([HEAD, *FRAME], as_of="2026-09-30")
    path = desk.folder / "out.xlsx"
    assert export_frame(desk.store, path).rows == 3
    result = import_frame(desk.store, path)
    assert counts(result) == (3, 0, 0, 3, 0)
    assert result.act == 0


def test_a_dry_run_compares_and_writes_nothing(desk: Desk) -> None:
    desk.take([HEAD, *FRAME], as_of="2026-09-30")
    result = desk.take([HEAD, *FRAME[:2]], as_of="2026-10-31", dry_run=True)
    assert [line.number for line in result.comparison.gone] == ["0003"]
    assert desk.count(FrameEdition) == 1
    assert desk.households()["0003"].in_frame is True


def test_a_refused_row_is_not_a_household_that_is_gone(desk: Desk) -> None:
    desk.take([HEAD, *FRAME], as_of="2026-09-30")
    rows: list[Any] = [*FRAME[:2], ["上街村", "2组", "0003", "王五", "一大家"]]
    result = desk.take([HEAD, *rows], as_of="2026-10-31")
    assert result.refused == 1
    assert result.comparison.gone == []


def test_a_sheet_without_heads_is_no_frame(desk: Desk) -> None:
    with pytest.raises(Rejected) as caught:
        desk.take([["村", "甲", "乙"], ["上街村", "1", "2"]])
    assert SheetMessage.MAP_NOTHING in [p.message for p in caught.value.problems]
