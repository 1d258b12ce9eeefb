"""The household form's presenter on a real store, without Qt."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from laborclerk.app import create_station
from laborclerk.features.census import household_form, service
from laborclerk.features.census.rounds import new_round
from laborclerk.features.exchange.past import Line
from laborclerk.features.registry.doubles import Double
from laborclerk.features.registry.model import Person
from laborclerk.features.registry.places import PlaceRow, add_group, load_places
from laborclerk.kernel.errors import Problem
from laborclerk.store import drafts
from laborclerk.store.store import Store
from laborclerk.sync.ledger import TOWNSHIP, set_station
from laborclerk.ui.entry import Chosen, FieldState
from laborclerk.ui.jobs import InlineRunner
from laborclerk.ui.screens.census.keeping import waiting
from laborclerk.ui.screens.census.presenter import CensusPresenter
from laborclerk.ui.station import Station, look

VILLAGE = 530627001001000


class Screen:
    """What the presenter said, in order."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.refused: list[str] = []
        self.places: list[tuple[int, str]] = []
        self.asked: list[Problem] = []
        self.doubles: list[Double] = []
        self.drafts: list[str] = []
        self.alerts = 0

    def take_in(self) -> None: ...

    def form_opened(self) -> None: ...

    def form_changed(self) -> None: ...

    def fields_changed(self) -> None: ...

    def say(self, text: str, *, kept: bool = False, saved: bool = False) -> None:
        self.said.append(text)

    def refuse(self, text: str) -> None:
        self.refused.append(text)

    def go_to(self, record_id: int, key: str) -> None:
        self.places.append((record_id, key))

    def ask_reason(self, problem: Problem) -> None:
        self.asked.append(problem)

    def show_doubles(self, person_id: int, found: Sequence[Double]) -> None:
        self.doubles = list(found)

    def show_past(self, name: str, lines: Sequence[Line]) -> None:
        self.past = name, list(lines)

    def offer_draft(self, when: str) -> None:
        self.drafts.append(when)

    def alert(self) -> None:
        self.alerts += 1


@pytest.fixture
def store(tmp_path: Path) -> Any:
    made, _code = create_station(tmp_path / "station", "王录入", "secret-1", scrypt_n=2)
    set_station(made, TOWNSHIP, "530627001000", "乌峰街道")
    rows = [
        PlaceRow("530627001000", "乌峰街道"),
        PlaceRow("530627001001", "油榨街社区居民委员会"),
    ]
    load_places(made, rows)
    add_group(made, VILLAGE, "1组")
    new_round(made, {"name": "2026年秋季摸底", "starts": "2026-11-01"})
    yield made
    made.close()


@pytest.fixture
def station(store: Store) -> Station:
    tree, round_ = look(store)
    return Station(store, InlineRunner(), tree, round_)


@pytest.fixture
def screen() -> Screen:
    return Screen()


@pytest.fixture
def presenter(station: Station, screen: Screen) -> CensusPresenter:
    return CensusPresenter(station, screen, lambda: None)


def fill(
    presenter: CensusPresenter, name: str = "周大海", number: str = "530627197912039995"
) -> None:
    """A household of one, complete."""
    state = presenter.state
    assert state is not None
    from laborclerk.catalog.idnumber import check_digit

    number = number[:17] + check_digit(number[:17])
    home, pid, form = state.household_id, state.members[0]["id"], int(state.form.form["id"])
    village = getattr(state.places, "village", None)  # of the places of a station
    presenter.enter(home, "place", "1组" if village else "油榨街社区1组")
    presenter.enter(home, "head_name", name)
    presenter.enter(pid, "id_number", number)
    answers: dict[str, str | Chosen] = {
        "ethnicity": Chosen("01"),
        "education": Chosen("70"),
        "health": "1",
        "work_ability": Chosen("1"),
        "employment_status": Chosen("02"),
        "wants_to_go": "2",
    }
    for key, entered in answers.items():
        presenter.enter(pid, key, entered)
    presenter.enter(form, "informant", name)


def stored(presenter: CensusPresenter) -> int:
    """A household that is kept, not finished, and open → its id."""
    presenter.new(VILLAGE + 1)
    fill(presenter)
    presenter.save(finish=False)
    assert presenter.state is not None
    return int(presenter.state.household_id)


def test_a_household_entered_is_saved_and_an_empty_form_follows(
    presenter: CensusPresenter, screen: Screen, store: Store
) -> None:
    presenter.new(VILLAGE + 1)
    fill(presenter)
    assert presenter.state is not None
    saved_id = presenter.state.household_id
    assert screen.said[-1].startswith("已存为草稿")
    presenter.save(finish=True)
    assert not screen.refused, screen.refused
    assert any("已存" in text and "草稿" not in text for text in screen.said)
    assert presenter.state.household_id != saved_id
    assert presenter.state.is_new
    assert presenter.state.form.household["place"] == VILLAGE + 1
    assert drafts.kept(store, "census") == []
    with store.read() as session:
        from laborclerk.features.registry.model import Household

        found = session.get(Household, saved_id)
        assert found is not None
        assert found.head_name == "周大海"
        assert found.number == "0001"


def test_a_wrong_number_stops_finishing_but_not_keeping(
    presenter: CensusPresenter, screen: Screen
) -> None:
    presenter.new(VILLAGE + 1)
    fill(presenter)
    state = presenter.state
    assert state is not None
    pid = state.members[0]["id"]
    presenter.enter(pid, "sex", "2")
    presenter.save(finish=True)
    assert screen.refused
    assert screen.places[-1] == (pid, "sex")
    presenter.save(finish=False)
    assert "(未完成)" in screen.said[-1]
    assert presenter.state is state


@pytest.mark.parametrize("stored", [False, True])
def test_what_an_answer_asks_for_is_told_when_she_has_been_there(
    presenter: CensusPresenter, stored: bool
) -> None:
    presenter.new(VILLAGE + 1)
    fill(presenter)
    assert presenter.state is not None
    pid, home = presenter.state.members[0]["id"], presenter.state.household_id
    presenter.pass_by(pid, "presence_since")
    if stored:
        presenter.save(finish=True)
        presenter.open(home)
    state = presenter.state
    presenter.enter(pid, "presence", Chosen("11"))

    def at_the_day() -> FieldState:
        return state.shown(pid, "presence_since").state

    assert state.required(pid, "presence_since")
    assert at_the_day() is FieldState.UNTOUCHED  # she comes to it now, and reads what it is for
    assert not [p for p in state.told if p.where.field == "presence_since"]
    presenter.pass_by(pid, "presence_since")
    assert at_the_day() is FieldState.WARNED


def test_what_is_wanting_is_told_when_she_wants_to_save(presenter: CensusPresenter) -> None:
    presenter.new(VILLAGE + 1)
    fill(presenter)
    assert presenter.state is not None
    pid, home = presenter.state.members[0]["id"], presenter.state.household_id
    presenter.save(finish=True)
    presenter.open(home)
    state = presenter.state
    presenter.enter(pid, "presence", Chosen("11"))
    presenter.save(finish=True)
    assert "state_without_date" in [p.code for p in state.told]


def test_a_wrong_check_digit_is_told_once(presenter: CensusPresenter) -> None:
    presenter.new(VILLAGE + 1)
    fill(presenter)
    state = presenter.state
    assert state is not None
    number = str(state.members[0]["id_number"])
    wrong = number[:17] + ("1" if number[17] != "1" else "2")
    presenter.enter(state.members[0]["id"], "id_number", wrong)
    told = [p.text for p in state.told if p.where.field == "id_number"]
    assert len(told) == 1
    assert told[0].startswith("公民身份号码第18位应为")


def test_that_nobody_is_entered_is_told_when_she_wants_to_save(presenter: CensusPresenter) -> None:
    presenter.new(VILLAGE + 1)
    state = presenter.state
    assert state is not None
    state.form.persons.clear()  # as a household of the frame is opened
    presenter.enter(state.household_id, "residence", "2")
    assert "no_member" not in [p.code for p in state.told]
    presenter.save(finish=True)
    assert "no_member" in [p.code for p in state.told]


def test_a_warning_asks_for_its_reason_and_then_saves(
    presenter: CensusPresenter, screen: Screen
) -> None:
    presenter.new(VILLAGE + 1)
    fill(presenter)
    state = presenter.state
    assert state is not None
    presenter.enter(state.household_id, "registered_count", "3")
    presenter.save(finish=True)
    assert screen.asked[-1].code == "count_differs"
    presenter.explain(screen.asked[-1], "两人已分户")
    assert "count_differs=两人已分户" in str(state.form.form["reasons"])
    assert presenter.state is not state


def test_a_reason_stays_in_sight_and_can_be_changed(
    presenter: CensusPresenter, screen: Screen
) -> None:
    presenter.new(VILLAGE + 1)
    fill(presenter)
    state = presenter.state
    assert state is not None
    presenter.enter(state.household_id, "registered_count", "3")
    presenter.save(finish=True)
    presenter.explain(screen.asked[-1], "两人已分户")
    presenter.open(state.household_id)
    assert [(p.code, why) for p, why in presenter.problems.explained()] == [
        ("count_differs", "两人已分户")
    ]
    presenter.explain(presenter.problems.explained()[0][0], "两人已迁出")
    assert presenter.problems.explained()[0][1] == "两人已迁出"


def test_a_household_whose_making_was_taken_back_is_left(
    station: Station, presenter: CensusPresenter, screen: Screen, store: Store
) -> None:
    from laborclerk.store.undo import undo

    presenter.new(VILLAGE + 1)
    fill(presenter)
    presenter.save(finish=False)
    undo(store)
    station.runner.changed(None)
    assert presenter.state is None
    assert "撤销" in screen.refused[-1]


def test_what_cannot_be_read_stops_finishing(presenter: CensusPresenter, screen: Screen) -> None:
    presenter.new(VILLAGE + 1)
    fill(presenter)
    assert presenter.state is not None
    pid = presenter.state.members[0]["id"]
    presenter.enter(pid, "phone", "不知道号码")
    presenter.save(finish=True)
    assert screen.places[-1] == (pid, "phone")


def test_an_unsaved_new_household_comes_back_from_its_draft(
    station: Station, presenter: CensusPresenter, store: Store
) -> None:
    presenter.new(VILLAGE + 1)
    assert presenter.state is not None
    record_id = presenter.state.household_id
    presenter.enter(record_id, "head_name", "周大海")
    later = CensusPresenter(station, Screen(), lambda: None)
    later.open(record_id)
    assert later.state is not None
    assert later.state.form.household["head_name"] == "周大海"


def test_the_draft_of_a_stored_household_is_offered_not_applied(
    station: Station, presenter: CensusPresenter, store: Store
) -> None:
    record_id = stored(presenter)
    presenter.enter(record_id, "address", "河边")
    again = Screen()
    later = CensusPresenter(station, again, lambda: None)
    later.open(record_id)
    assert again.drafts
    assert later.state is not None
    assert later.state.form.household["address"] is None
    later.enter(record_id, "address", "山上")
    later.save(finish=False)
    assert "草稿" in again.refused[-1], "nothing is entered over a draft that waits"
    later.drafting.take()
    assert again.said[-1] == "", "that she is to decide is told no more"
    assert later.state.form.household["address"] == "河边"


def test_whose_draft_it_is_is_told_where_it_is_another_clerks(
    station: Station, presenter: CensusPresenter, store: Store
) -> None:
    record_id = stored(presenter)
    presenter.enter(record_id, "address", "河边")
    store.clerk = "李录入"
    again = Screen()
    CensusPresenter(station, again, lambda: None).open(record_id)
    assert again.drafts[0].startswith("王录入 在 ")


def test_a_visit_with_nobody_at_home_is_recorded_alone(
    presenter: CensusPresenter, screen: Screen, store: Store
) -> None:
    presenter.new(VILLAGE + 1)
    fill(presenter)
    presenter.save(finish=False)
    assert presenter.state is not None
    record_id = presenter.state.household_id
    presenter.open(record_id)
    presenter.enter(0, "result", "5")
    presenter.save(finish=False)
    assert "下次访问日期" in screen.refused[-1]
    assert screen.places[-1] == (0, "next_date")
    presenter.enter(0, "next_date", "下周")
    presenter.save(finish=True)
    assert "“下周”看不出是哪一天" in screen.refused[-1]
    assert screen.places[-1] == (0, "next_date")
    presenter.enter(0, "date", "2026-11-20")
    presenter.enter(0, "next_date", "2026-11-25")
    presenter.save(finish=False)
    assert "已存(访问)" in screen.said[-1]
    assert [v["result"] for v in presenter.state.form.visits] == ["5"]


def test_the_same_number_elsewhere_is_shown_with_its_ways_out(
    presenter: CensusPresenter, screen: Screen
) -> None:
    presenter.new(VILLAGE + 1)
    fill(presenter)
    presenter.save(finish=True)
    presenter.new(VILLAGE + 1)
    assert presenter.state is not None
    fill(presenter, name="周大洋")
    assert [d.name for d in screen.doubles] == ["周大海"]
    pid = presenter.state.members[0]["id"]
    presenter.doubles.another_person(pid, screen.doubles[0])
    assert screen.doubles == []
    presenter.enter(pid, "name", "周大江")
    assert screen.doubles == []


def test_the_same_person_is_taken_over_with_all_she_has(
    presenter: CensusPresenter, screen: Screen
) -> None:
    presenter.new(VILLAGE + 1)
    fill(presenter)
    assert presenter.state is not None
    moved = presenter.state.members[0]["id"]
    presenter.save(finish=True)
    fill(presenter, name="周大洋")
    line = presenter.state.members[0]["id"]
    presenter.doubles.same_person(line, screen.doubles[0])
    assert [p["id"] for p in presenter.state.members] == [moved]
    assert presenter.state.members[0]["education"] == "70"


def test_f7_copies_from_the_member_above(presenter: CensusPresenter, screen: Screen) -> None:
    presenter.new(VILLAGE + 1)
    fill(presenter)
    presenter.add_member()
    assert presenter.state is not None
    second = presenter.state.members[1]["id"]
    presenter.copy_above(second, "education")
    assert presenter.state.shown(second, "education").state is FieldState.CARRIED
    assert presenter.state.members[1]["education"] == "70"


def test_f8_goes_from_problem_to_problem(presenter: CensusPresenter, screen: Screen) -> None:
    presenter.new(VILLAGE + 1)
    assert presenter.state is not None
    pid = presenter.state.members[0]["id"]
    presenter.enter(pid, "id_number", "530627197912039990")
    presenter.problems.next()
    assert screen.places[-1] == (pid, "id_number")
    presenter.problems.next()
    assert screen.places[-1] != (pid, "id_number")


def test_f8_skips_nothing_when_what_it_showed_is_mended(
    presenter: CensusPresenter, screen: Screen
) -> None:
    presenter.new(VILLAGE + 1)
    fill(presenter)
    assert presenter.state is not None
    pid = presenter.state.members[0]["id"]
    for key in ("ethnicity", "education", "health"):
        presenter.enter(pid, key, "")
    gone: list[str] = []
    for value in ("01", "70", "10"):
        presenter.problems.next()
        gone.append(screen.places[-1][1])
        presenter.enter(pid, gone[-1], Chosen(value))
    assert gone == ["ethnicity", "education", "health"]


def test_alt_down_goes_to_the_next_household_of_the_village(
    presenter: CensusPresenter, screen: Screen, store: Store
) -> None:
    ids = []
    for name, sequence in (("周大海", 997), ("周大江", 999)):
        presenter.new(VILLAGE + 1)
        fill(presenter, name, f"53062719791203{sequence}5")
        assert presenter.state is not None
        ids.append(presenter.state.household_id)
        presenter.save(finish=True)
    presenter.open(ids[0])
    presenter.step(1)
    assert presenter.state is not None
    assert presenter.state.household_id == ids[1]
    presenter.step(1)
    assert "最后一户" in screen.said[-1]


def test_a_change_elsewhere_reloads_an_untouched_form(
    station: Station, presenter: CensusPresenter, store: Store
) -> None:
    presenter.new(VILLAGE + 1)
    fill(presenter)
    presenter.save(finish=False)
    assert presenter.state is not None
    record_id = presenter.state.household_id
    assert station.round is not None
    form = household_form.open_form(store, record_id, station.round.id)
    form.household["address"] = "河边"
    service.save_form(store, form, finish=False)
    station.runner.changed({"household": {record_id}})
    assert presenter.state.form.household["address"] == "河边"


def test_drafts_that_wait_are_named(presenter: CensusPresenter, store: Store) -> None:
    presenter.new(VILLAGE + 1)
    assert presenter.state is not None
    presenter.enter(presenter.state.household_id, "head_name", "周大海")
    assert [(w.household, w.head_name, w.clerk) for w in waiting(store)] == [
        (presenter.state.household_id, "周大海", "王录入")
    ]


def test_a_form_opens_at_the_person_that_was_found(presenter: CensusPresenter) -> None:
    presenter.new(VILLAGE + 1)
    fill(presenter)
    presenter.add_member()
    assert presenter.state is not None
    second = presenter.state.members[1]["id"]
    presenter.enter(second, "name", "周小海")
    presenter.save(finish=False)
    presenter.open(presenter.state.household_id, person=second)
    assert presenter.state.person == second
    presenter.open(presenter.state.household_id)
    assert presenter.state.person is None


def test_a_complete_form_corrected_with_ctrl_s_stays_complete_while_it_is(
    presenter: CensusPresenter, screen: Screen, store: Store
) -> None:
    presenter.new(VILLAGE + 1)
    fill(presenter)
    assert presenter.state is not None
    record_id = presenter.state.household_id
    presenter.save(finish=True)
    presenter.open(record_id)
    assert presenter.state.form.form["status"] == household_form.FINISHED, screen.refused
    presenter.enter(record_id, "address", "河边3号")
    presenter.save(finish=False)
    assert "未完成" not in screen.said[-1]
    assert presenter.state.form.form["status"] == household_form.FINISHED
    head = presenter.state.form.persons[0]["id"]
    presenter.enter(head, "relation", "")
    presenter.save(finish=False)
    assert presenter.state.form.form["status"] == household_form.UNFINISHED


def test_f6_shows_what_happened_to_the_member_or_to_the_household(
    presenter: CensusPresenter, screen: Screen, store: Store
) -> None:
    presenter.new()
    fill(presenter)
    presenter.save(finish=False)
    state = presenter.state
    assert state is not None
    person = state.members[0]["id"]
    with store.write("registry.set") as work:
        work.change(work.session.get_one(Person, person), {"phone": "13800000001"})
    presenter.select(person)
    presenter.look_back(on_person=True)
    name, lines = screen.past
    assert name == "周大海"
    assert [(line.label, line.after) for line in lines][-1] == ("联系电话", "13800000001")
    assert lines[0].first
    assert lines[0].why.startswith("新建")
    assert {line.clerk for line in lines} == {"王录入"}
    presenter.look_back(on_person=False)
    assert screen.past[0] == "周大海 户"
    assert "户编号" in {line.label for line in screen.past[1]}
