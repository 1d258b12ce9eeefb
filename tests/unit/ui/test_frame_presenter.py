"""The household frame without a window: editions compared, a household entered by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from laborclerk.features.census.frame import CHANGED, GONE, NEW
from laborclerk.features.census.frame_import import import_frame
from laborclerk.store.store import Store
from laborclerk.ui.entry import FieldState
from laborclerk.ui.screens.frame.presenter import FramePresenter
from tests.unit.ui.stations import VILLAGE, Screen, opened

Rows = tuple[tuple[str, ...], ...]
HEAD = ("村", "组", "户编号", "户主姓名", "人口数")
FIRST = (("0001", "周测试", "3"), ("0002", "李测试", "2"))
SECOND = (("0001", "周测试", "4"), ("0003", "王测试", "1"))


@pytest.fixture
def went() -> list[tuple[int, list[int]]]:
    return []


@pytest.fixture
def presenter(store: Store, went: list[tuple[int, list[int]]]) -> FramePresenter:
    made = FramePresenter(opened(store), Screen(), lambda h, p, q: went.append((h, list(q))))
    made.load()
    return made


def bring(
    store: Store, folder: Path, name: str, rows: tuple[tuple[str, ...], ...], on: str
) -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(list(HEAD))
    for row in rows:
        page.append(["油榨街社区", "1组", *row])
    path = folder / f"{name}.xlsx"
    book.save(path)
    import_frame(store, path, as_of=on)


def test_without_a_frame_nothing_is_shown_and_nothing_breaks(presenter: FramePresenter) -> None:
    assert presenter.editions == []
    assert presenter.listed() == []
    presenter.more()


def test_editions_are_listed_latest_first_with_their_counts(
    presenter: FramePresenter, store: Store, tmp_path: Path
) -> None:
    bring(store, tmp_path, "2025底册", FIRST, "2025-06-30")
    bring(store, tmp_path, "2026底册", SECOND, "2026-06-30")
    presenter.load()
    assert [(e.name, e.as_of, e.households, e.persons, e.villages) for e in presenter.editions] == [
        ("2026底册", "2026-06-30", 2, 5, 1),
        ("2025底册", "2025-06-30", 2, 5, 1),
    ]
    assert [line.head_name for line in presenter.listed()] == ["周测试", "王测试"]


def test_a_later_edition_is_compared_with_the_one_before(
    presenter: FramePresenter, store: Store, tmp_path: Path
) -> None:
    bring(store, tmp_path, "2025底册", FIRST, "2025-06-30")
    bring(store, tmp_path, "2026底册", SECOND, "2026-06-30")
    presenter.load()
    assert [presenter.count(kind) for kind in (NEW, GONE, CHANGED)] == [1, 1, 1]
    presenter.show(CHANGED)
    line = presenter.listed()[0]
    assert (line.head_name, line.field, line.before, line.after) == ("周测试", "persons", 3, 4)
    presenter.select(presenter.editions[1].id)
    assert presenter.shown == ""
    assert presenter.changes == []


def test_a_line_leads_to_its_household_and_the_list_goes_on(
    presenter: FramePresenter, store: Store, tmp_path: Path, went: list[tuple[int, list[int]]]
) -> None:
    bring(store, tmp_path, "2025底册", FIRST, "2025-06-30")
    presenter.load()
    second = presenter.listed()[1].household
    presenter.open(second)
    assert went == [(second, [line.household for line in presenter.listed()])]


def test_a_household_by_hand_joins_the_edition_of_its_village(
    presenter: FramePresenter, store: Store, tmp_path: Path
) -> None:
    bring(store, tmp_path, "2025底册", FIRST, "2025-06-30")
    presenter.load()
    presenter.form.enter("place", "油榨街社区1组")
    presenter.form.enter("head_name", "吴测试")
    presenter.form.enter("persons", "5")
    presenter.add()
    assert presenter.ended is not None
    assert presenter.ended.whole
    assert [e.households for e in presenter.editions] == [3]
    added = presenter.listed()[-1]
    assert (added.head_name, added.number) == ("吴测试", "0003")
    assert presenter.form.values["place"] == VILLAGE + 1
    assert presenter.go_to == "head_name"


def test_the_first_household_by_hand_makes_an_edition(presenter: FramePresenter) -> None:
    presenter.form.enter("place", "油榨街社区1组")
    presenter.form.enter("head_name", "吴测试")
    presenter.add()
    assert [(e.name, e.households) for e in presenter.editions] == [("手工录入的底册", 1)]


@pytest.mark.parametrize(
    ("fields", "stopped"),
    [
        ({"head_name": "吴测试"}, "place"),
        ({"place": "油榨街社区1组"}, "head_name"),
        ({"place": "没有的村", "head_name": "吴测试"}, "place"),
    ],
)
def test_what_is_missing_stops_at_its_field(
    presenter: FramePresenter, fields: dict[str, str], stopped: str
) -> None:
    for key, text in fields.items():
        presenter.form.enter(key, text)
    presenter.add()
    assert presenter.go_to == stopped
    assert presenter.editions == []


def test_a_number_that_stands_already_is_refused(
    presenter: FramePresenter, store: Store, tmp_path: Path
) -> None:
    bring(store, tmp_path, "2025底册", FIRST, "2025-06-30")
    presenter.form.enter("place", "油榨街社区1组")
    presenter.form.enter("number", "0002")
    presenter.form.enter("head_name", "吴测试")
    presenter.add()
    assert presenter.ended is not None
    assert not presenter.ended.whole
    assert presenter.go_to == "number"
    assert presenter.form.shown("head_name").state is not FieldState.WRONG
