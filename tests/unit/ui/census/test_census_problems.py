"""The household form's presenter: what is wrong, doubtful or wanting, and when it is told."""

from __future__ import annotations

import pytest

from laborclerk.ui.entry import Chosen, FieldState
from laborclerk.ui.screens.census.presenter import CensusPresenter
from tests.unit.ui.census.forms import VILLAGE, Screen, fill, filled


def test_a_wrong_number_stops_finishing_but_not_keeping(
    presenter: CensusPresenter, screen: Screen
) -> None:
    state = filled(presenter)
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
    state = filled(presenter)
    pid, home = state.members[0]["id"], state.household_id
    presenter.pass_by(pid, "presence_since")
    if stored:
        presenter.save(finish=True)
        presenter.open(home)
    assert presenter.state is not None
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
    state = filled(presenter)
    pid, home = state.members[0]["id"], state.household_id
    presenter.save(finish=True)
    presenter.open(home)
    assert presenter.state is not None
    state = presenter.state
    presenter.enter(pid, "presence", Chosen("11"))
    presenter.save(finish=True)
    assert "state_without_date" in [p.code for p in state.told]


def test_a_wrong_check_digit_is_told_once(presenter: CensusPresenter) -> None:
    state = filled(presenter)
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
    state = filled(presenter)
    presenter.enter(state.household_id, "registered_count", "3")
    presenter.save(finish=True)
    assert screen.asked[-1].code == "count_differs"
    presenter.explain(screen.asked[-1], "两人已分户")
    assert "count_differs=两人已分户" in str(state.form.form["reasons"])
    assert presenter.state is not state


def test_a_reason_stays_in_sight_and_can_be_changed(
    presenter: CensusPresenter, screen: Screen
) -> None:
    state = filled(presenter)
    presenter.enter(state.household_id, "registered_count", "3")
    presenter.save(finish=True)
    presenter.explain(screen.asked[-1], "两人已分户")
    presenter.open(state.household_id)
    assert [(p.code, why) for p, why in presenter.problems.explained()] == [
        ("count_differs", "两人已分户")
    ]
    presenter.explain(presenter.problems.explained()[0][0], "两人已迁出")
    assert presenter.problems.explained()[0][1] == "两人已迁出"


def test_what_cannot_be_read_stops_finishing(presenter: CensusPresenter, screen: Screen) -> None:
    pid = filled(presenter).members[0]["id"]
    presenter.enter(pid, "phone", "不知道号码")
    presenter.save(finish=True)
    assert screen.places[-1] == (pid, "phone")


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
    pid = filled(presenter).members[0]["id"]
    for key in ("ethnicity", "education", "health"):
        presenter.enter(pid, key, "")
    gone: list[str] = []
    for value in ("01", "70", "10"):
        presenter.problems.next()
        gone.append(screen.places[-1][1])
        presenter.enter(pid, gone[-1], Chosen(value))
    assert gone == ["ethnicity", "education", "health"]


def test_a_number_that_is_taken_is_told_at_its_field_until_it_is_another(
    presenter: CensusPresenter, screen: Screen
) -> None:
    filled(presenter)
    presenter.save(finish=True)
    presenter.new()
    fill(presenter, "周小芳", "530627197912039987")
    state = presenter.state
    assert state is not None
    home = state.household_id
    presenter.enter(home, "number", "0001")
    presenter.save(finish=False)
    assert screen.places[-1] == (home, "number")
    said = state.shown(home, "number")
    assert (said.state, said.message) == (FieldState.WRONG, screen.refused[-1])
    assert "如“0002”" in said.message
    presenter.enter(home, "address", "村口")
    assert state.shown(home, "number").state is FieldState.WRONG
    for finish in (True, False):  # it may be free by now: asked anew each time
        told = len(screen.refused)
        presenter.save(finish=finish)
        assert "已有户编号“0001”" in screen.refused[told]
    presenter.enter(home, "number", "0002")
    assert state.shown(home, "number").message == ""
    presenter.save(finish=False)
    assert "(未完成)" in screen.said[-1]
