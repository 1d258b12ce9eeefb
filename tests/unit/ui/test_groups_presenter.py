"""Paper forms, monthly reports and laptops of the groups without a window."""

from __future__ import annotations

from pathlib import Path

import pytest

from laborclerk.features.coverage import assign, collection, paper
from laborclerk.features.coverage.paper import ISSUED, RETURNED, SPOILT
from laborclerk.features.registry.groups import change_place
from laborclerk.features.registry.places import add_group
from laborclerk.store.store import Store
from laborclerk.ui.entry import FieldState
from laborclerk.ui.screens.groups.lines import Line
from laborclerk.ui.screens.groups.presenter import GroupsPresenter
from tests.unit.ui.stations import (
    CLERK,
    VILLAGE,
    Screen,
    add_household,
    county,
    found,
    opened,
)

GROUP, SECOND, OTHER = VILLAGE + 1, VILLAGE + 2, VILLAGE + 1000
LEADER = {"name": "1组", "leader": "周组长", "leader_phone": None}


@pytest.fixture
def store(store: Store) -> Store:
    add_group(store, VILLAGE, "2组")
    change_place(store, GROUP, dict(LEADER))
    return store


@pytest.fixture
def presenter(store: Store) -> GroupsPresenter:
    made = GroupsPresenter(opened(store), Screen())
    made.load()
    return made


def line(presenter: GroupsPresenter, place: int = GROUP) -> Line:
    found_ = presenter.line(place)
    assert found_ is not None
    return found_


def fill(presenter: GroupsPresenter, **typed: str) -> None:
    assert presenter.entering.asked is not None
    for key, text in typed.items():
        presenter.entering.asked.form.enter(key, text)
    presenter.entering.keep()


def issue(presenter: GroupsPresenter, kind: str, count: str) -> None:
    presenter.entering.ask_paper(GROUP, kind)
    fill(presenter, count=count)


def test_every_group_has_a_line_and_a_village_without_groups_stands_for_itself(
    presenter: GroupsPresenter,
) -> None:
    assert [x.place for x in presenter.lines()] == [GROUP, SECOND, OTHER]
    assert [x.title for x in presenter.lines()] == ["油榨街社区 1组", "油榨街社区 2组", "上街村"]
    assert presenter.count("silent") == 3
    assert presenter.summary().endswith("已报 0 / 3")


def test_what_is_out_and_what_is_not_keyed_is_counted(
    presenter: GroupsPresenter, store: Store
) -> None:
    for kind, count in ((ISSUED, "50"), (RETURNED, "30"), (SPOILT, "2")):
        issue(presenter, kind, count)
    add_household(store, "0001", "周测试")
    presenter.load()
    p = line(presenter).paper
    assert (p.issued, p.returned, p.spoilt, p.keyed, p.out, p.to_key) == (50, 30, 2, 1, 18, 29)
    assert [presenter.count(which) for which in ("out", "to_key")] == [1, 1]
    presenter.narrow("out")
    assert [x.place for x in presenter.lines()] == [GROUP]


def test_numbers_and_person_stand_in_the_book_and_the_person_is_offered_again(
    presenter: GroupsPresenter,
) -> None:
    presenter.entering.ask_paper(GROUP, ISSUED)
    assert presenter.entering.asked is not None
    assert presenter.entering.asked.form.values["person"] == "周组长"
    fill(presenter, count="20", numbers="0001–0020", person="吴会计")
    (made,) = line(presenter).entries
    assert (made.what, made.numbers, made.person) == ("发出 20 份", "0001–0020", "吴会计")
    assert presenter.entering.latest == made.key
    presenter.entering.ask_paper(GROUP, RETURNED)
    assert presenter.entering.asked.form.values["person"] == "吴会计"


@pytest.mark.parametrize("count", ["", "0", "很多"])
def test_a_count_that_is_none_stops_at_its_field(presenter: GroupsPresenter, count: str) -> None:
    issue(presenter, ISSUED, count)
    assert presenter.entering.go_to == "count"
    assert presenter.entering.asked is not None
    assert line(presenter).entries == ()


def test_more_back_than_was_handed_out_is_said_at_the_count(presenter: GroupsPresenter) -> None:
    issue(presenter, ISSUED, "10")
    issue(presenter, RETURNED, "11")
    assert presenter.entering.asked is not None
    shown = presenter.entering.asked.form.shown("count")
    assert shown.state is FieldState.WRONG
    assert "共发出10份" in shown.message
    assert presenter.entering.go_to == "count"


def test_without_a_round_no_paper_moves(tmp_path: Path) -> None:
    store = found(tmp_path / "bare", "township", round_=False)
    presenter = GroupsPresenter(opened(store), Screen())
    presenter.load()
    presenter.entering.ask_paper(GROUP, ISSUED)
    assert presenter.entering.asked is None
    assert presenter.ended is not None
    assert "轮次" in presenter.ended.text
    store.close()


def test_a_report_is_prefilled_with_the_leader_and_corrected_by_a_second(
    presenter: GroupsPresenter,
) -> None:
    presenter.entering.ask_report(GROUP)
    fill(presenter, changes="3")
    report = line(presenter).report
    assert report is not None
    assert (report.date, report.reporter, report.changes) == (presenter.today, "周组长", 3)
    presenter.entering.ask_report(GROUP)
    fill(presenter, changes="0", note="没有变动")
    report = line(presenter).report
    assert report is not None
    assert (report.changes, report.note) == (0, "没有变动")
    assert presenter.count("silent") == 2


def test_a_report_needs_its_number_of_changes(presenter: GroupsPresenter) -> None:
    presenter.entering.ask_report(GROUP)
    fill(presenter, changes="")
    assert presenter.entering.go_to == "changes"
    assert line(presenter).silent


def test_a_village_with_groups_does_not_report_itself(
    presenter: GroupsPresenter, store: Store
) -> None:
    assert presenter.station.round is not None
    paper.move_paper(store, presenter.station.round.id, VILLAGE, ISSUED, 5)
    presenter.load()
    assert line(presenter, VILLAGE).report is None
    presenter.entering.ask_report(VILLAGE)
    assert presenter.entering.asked is None
    assert presenter.count("silent") == 3


def test_months_go_back_and_not_into_the_future(presenter: GroupsPresenter, store: Store) -> None:
    now = presenter.month
    presenter.step_month(1)
    assert presenter.month == now
    presenter.step_month(-1)
    before = presenter.month
    assert presenter.overdue
    collection.report(store, before, GROUP, changes=1)
    presenter.load()
    assert presenter.count("silent") == 2
    presenter.choose_month(now)
    report = line(presenter).report
    assert report is not None
    assert (report.reported, report.last_month) == (False, before)
    presenter.choose_month("十三月")
    assert presenter.month == now


@pytest.mark.parametrize(("month", "by", "shown"), [
    ("2026-01", -1, "2025-12"), ("2025-12", 1, "2026-01"), ("2026-03", -1, "2026-02"),
])  # fmt: skip
def test_months_go_over_the_turn_of_the_year(
    presenter: GroupsPresenter, month: str, by: int, shown: str
) -> None:
    presenter.month = month
    presenter.step_month(by)
    assert presenter.month == shown


def test_an_entry_is_taken_back(presenter: GroupsPresenter) -> None:
    issue(presenter, ISSUED, "10")
    presenter.entering.ask_report(GROUP)
    fill(presenter, changes="1")
    assert len(line(presenter).entries) == 2
    for entry in line(presenter).entries:
        presenter.entering.take_back(entry)
    assert line(presenter).entries == ()
    assert line(presenter).paper.issued == 0
    assert line(presenter).silent


def test_f8_goes_to_the_next_line_with_something_open(presenter: GroupsPresenter) -> None:
    presenter.entering.ask_report(SECOND)
    fill(presenter, changes="0")
    assert presenter.next_open(GROUP) == OTHER
    assert presenter.next_open(OTHER) == GROUP


def test_villages_are_shared_out_and_given_back(presenter: GroupsPresenter, store: Store) -> None:
    presenter.entering.ask_letter()
    fill(presenter, letter="a")
    assert presenter.groups.letter == assign.own_letter(store) == "A"
    presenter.entering.ask_assign([GROUP, SECOND])
    assert presenter.entering.asked is not None
    assert presenter.entering.asked.places == (VILLAGE,)
    fill(presenter, letter="A")
    assert presenter.groups.laptops() == f"A(本机) {CLERK} 1 村 · 未分 1 村"
    assert [x.place for x in presenter.groups.lines if x.share is None] == [OTHER]
    presenter.entering.ask_assign([OTHER])
    fill(presenter, letter="b", clerk="李测试")
    assert presenter.groups.laptops() == f"A(本机) {CLERK} 1 村 · B 李测试 1 村"
    presenter.entering.ask_assign([GROUP])
    fill(presenter, letter="")
    assert presenter.groups.free == 1


@pytest.mark.parametrize("letter", ["I", "1", "AB"])
def test_a_letter_that_cannot_be_is_said_at_its_field(
    presenter: GroupsPresenter, letter: str
) -> None:
    presenter.entering.ask_letter()
    fill(presenter, letter=letter)
    assert presenter.entering.go_to == "letter"
    assert presenter.entering.asked is not None
    assert presenter.entering.asked.form.shown("letter").state is FieldState.WRONG


def test_a_county_looks_at_one_township_and_shares_nothing(tmp_path: Path) -> None:
    store = county(tmp_path / "county")
    presenter = GroupsPresenter(opened(store), Screen())
    presenter.load()
    assert [x.village for x in presenter.lines()] == ["油榨街社区", "上街村"]
    presenter.choose_place(530627101000000)
    assert [x.village for x in presenter.lines()] == ["泼机村"]
    presenter.entering.ask_assign([presenter.lines()[0].place])
    presenter.entering.ask_letter()
    assert presenter.entering.asked is None
    store.close()
