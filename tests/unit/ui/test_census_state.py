"""The form while it is filled in: states, filling, undo, drafts; no store, no Qt."""

from __future__ import annotations

from typing import Any

import pytest

from laborclerk.catalog.retirement import labour_rule
from laborclerk.features.census.due import DEFAULT_REQUIRED_ALL, RoundFacts
from laborclerk.features.census.household_form import HouseholdForm, new_person
from laborclerk.features.census.model import CensusForm
from laborclerk.features.registry.model import Household
from laborclerk.store.base import fields_of
from laborclerk.ui.entry import Chosen, FieldState
from laborclerk.ui.places import TypedPlaces
from laborclerk.ui.screens.census.state import NO_PAPERS_YET, FormState

ROUND = RoundFacts(
    7, "2026年秋季摸底", "2026-11-01", labour_rule("statutory-2024"), DEFAULT_REQUIRED_ALL
)
HOME, FORM = 100, 200
VILLAGE = 530627001001000


NAMES = {
    VILLAGE + 1: "油榨街社区 1组",
    VILLAGE + 2: "油榨街社区 2组",
    VILLAGE + 1001: "上街村 1组",
    VILLAGE + 1002: "上街村 2组",
}


class Tree:
    """Two villages with two groups each."""

    def path(self, place: int, top: str = "village") -> str:
        return NAMES[place]

    def resolve(self, text: str, under: int | None = None) -> list[int]:
        return [p for p, n in NAMES.items() if n.split()[0] == text]

    def children(self, place: int) -> list[int]:
        return [p for p in NAMES if p // 1000 * 1000 == place]

    def villages(self, under: int | None = None) -> list[int]:
        return [VILLAGE, VILLAGE + 1000]


@pytest.fixture
def state() -> FormState:
    household = {**dict.fromkeys(fields_of(Household)), "id": HOME, "kind": "0"}
    form = {**dict.fromkeys(fields_of(CensusForm)), "id": FORM, "round": 7, "household": HOME}
    made = HouseholdForm(household, [], form)
    made.persons.append(new_person(made))
    places = TypedPlaces(Tree())
    places.village = VILLAGE
    state = FormState(made, ROUND, places, "2026-11-20")
    state.mark_carried()
    return state


def first(state: FormState) -> dict[str, Any]:
    return state.members[0]


def test_what_was_filled_in_by_itself_is_shown_as_carried_over(state: FormState) -> None:
    assert state.shown(HOME, "kind").state is FieldState.CARRIED
    assert state.shown(first(state)["id"], "relation").text == "1 户主"


@pytest.mark.parametrize(
    ("key", "entered", "papers"),
    [
        ("presence", Chosen("5"), "09"),
        ("birth_date", "2026-10-05", "09"),
        ("birth_date", "2026-11-20", "09"),
        ("birth_date", "2025-10-05", "01"),
        ("presence", Chosen("2"), "01"),
    ],
)
def test_a_newborn_without_a_number_has_no_papers_yet(
    state: FormState, key: str, entered: Any, papers: str
) -> None:
    pid = first(state)["id"]
    state.pass_by(pid, "id_number")
    state.enter(pid, key, entered)
    assert first(state)["id_type"] == papers
    missing = [p.where.field for p in state.problems if p.code == "field_missing"]
    assert ("id_number" in missing) == (papers == "01")
    told = state.shown(pid, "id_type")
    assert told.state is FieldState.CARRIED
    assert (told.message == NO_PAPERS_YET) == (papers == "09")


def test_a_newborn_whose_number_is_known_has_papers(state: FormState) -> None:
    pid = first(state)["id"]
    state.enter(pid, "presence", Chosen("5"))
    state.enter(pid, "id_number", "530627197912039995")
    assert (first(state)["id_type"], first(state)["birth_date"]) == ("01", "1979-12-03")
    state.enter(pid, "presence", Chosen("5"))
    assert first(state)["id_type"] == "01"


def test_who_is_no_newborn_after_all_is_asked_for_a_number(state: FormState) -> None:
    pid = first(state)["id"]
    state.enter(pid, "presence", Chosen("5"))
    state.enter(pid, "presence", Chosen("1"))
    assert first(state)["id_type"] == "01"
    state.enter(pid, "id_type", Chosen("07"))
    state.enter(pid, "presence", Chosen("5"))
    assert first(state)["id_type"] == "07"  # what the clerk chose stays
    state.undo()
    state.undo()
    assert first(state)["id_type"] == "01"


def test_the_number_fills_birth_date_and_sex(state: FormState) -> None:
    pid = first(state)["id"]
    state.enter(pid, "id_number", "530627197912039995")
    assert first(state)["birth_date"] == "1979-12-03"
    assert first(state)["sex"] == "1"
    assert state.shown(pid, "birth_date").state is FieldState.CARRIED
    assert state.shown(pid, "id_number").state in (FieldState.PASSED, FieldState.WRONG)


def test_a_wrong_check_digit_is_told_at_the_field_and_kept(state: FormState) -> None:
    pid = first(state)["id"]
    state.enter(pid, "id_number", "530627197912039990")
    shown = state.shown(pid, "id_number")
    assert shown.state is FieldState.WRONG
    assert "第18位应为" in shown.message
    assert shown.text == "530627197912039990"


def test_what_cannot_be_read_stays_as_it_was_typed(state: FormState) -> None:
    pid = first(state)["id"]
    state.enter(pid, "birth_date", "去年冬天")
    shown = state.shown(pid, "birth_date")
    assert (shown.text, shown.state) == ("去年冬天", FieldState.WRONG)
    assert first(state)["birth_date"] is None
    assert [p.where.field for p in state.told] == ["birth_date"]
    state.enter(pid, "birth_date", "19791203")
    assert state.shown(pid, "birth_date").text == "1979-12-03"
    assert not [p for p in state.told if p.where.field == "birth_date"]


def test_a_field_that_does_not_apply_says_so(state: FormState) -> None:
    pid = first(state)["id"]
    assert state.shown(pid, "employer").state is FieldState.NOT_APPLICABLE
    state.enter(pid, "employment_status", Chosen("04"))
    assert state.shown(pid, "employer").state is FieldState.UNTOUCHED


def test_an_empty_field_is_told_only_once_the_clerk_has_come_by(state: FormState) -> None:
    pid = first(state)["id"]
    state.enter(pid, "employment_status", Chosen("04"))
    assert not [p for p in state.told if p.where.field == "employer"]
    state.pass_by(pid, "employer")
    assert state.shown(pid, "employer").state is FieldState.WARNED
    assert state.shown(pid, "industry").state is FieldState.UNTOUCHED
    state.ask_all()
    assert state.shown(pid, "industry").state is FieldState.WARNED


def test_the_heads_name_goes_both_ways(state: FormState) -> None:
    state.enter(HOME, "head_name", "周大海")
    assert first(state)["name"] == "周大海"
    state.enter(first(state)["id"], "phone", "13800000000")
    assert state.form.household["head_phone"] == "13800000000"


def test_a_group_is_typed_by_its_number(state: FormState) -> None:
    state.enter(HOME, "place", "2")
    assert state.form.household["place"] == VILLAGE + 2
    state.enter(HOME, "place", "上街村2组")
    assert state.form.household["place"] == VILLAGE + 1002
    state.enter(HOME, "place", "2")
    assert state.form.household["place"] == VILLAGE + 1002, "numbers follow the village chosen last"


def test_undo_and_redo_go_step_by_step(state: FormState) -> None:
    pid = first(state)["id"]
    state.enter(pid, "name", "周大海")
    state.enter(pid, "name", "周小海")
    assert state.undo() == (pid, "name")
    assert first(state)["name"] == "周大海"
    assert state.undo() == (pid, "name")
    assert first(state)["name"] is None
    assert state.undo() is None
    state.redo()
    state.redo()
    assert first(state)["name"] == "周小海"


def test_a_draft_brings_back_all_even_what_could_not_be_read(state: FormState) -> None:
    import msgpack

    pid = first(state)["id"]
    state.enter(pid, "name", "周大海")
    state.enter(pid, "birth_date", "去年冬天")
    state.enter(0, "result", Chosen("5"))
    draft = msgpack.unpackb(msgpack.packb(state.as_draft()))
    fresh = FormState(
        HouseholdForm(dict(state.form.household), [], dict(state.form.form)), ROUND,
        TypedPlaces(Tree()), "2026-11-20",
    )  # fmt: skip
    fresh.take_draft(draft)
    assert first(fresh)["name"] == "周大海"
    assert fresh.shown(pid, "birth_date").text == "去年冬天"
    assert fresh.shown(pid, "birth_date").state is FieldState.WRONG
    assert fresh.visit["result"] == "5"


def test_a_visit_that_must_be_repeated_needs_its_date(state: FormState) -> None:
    state.enter(0, "result", Chosen("5"))
    problem = state.visit_problem()
    assert problem is not None
    assert "下次访问日期" in problem.text
    state.enter(0, "next_date", "20261125")
    assert state.visit_problem() is None


def test_a_member_with_nothing_entered_is_not_saved(state: FormState) -> None:
    state.enter(first(state)["id"], "name", "周大海")
    state.add_member()
    assert len(state.members) == 2
    assert len(state.copy_to_save().persons) == 1


def test_what_is_typed_while_saving_stays(state: FormState) -> None:
    pid = first(state)["id"]
    state.enter(pid, "name", "周大海")
    sent = state.copy_to_save()
    state.enter(pid, "phone", "13800000000")
    fresh = HouseholdForm(
        dict(sent.household), [dict(p) for p in sent.persons], dict(sent.form), [],
        {HOME: 1, FORM: 1, pid: 1},
    )  # fmt: skip
    state.saved(sent, fresh)
    assert first(state)["name"] == "周大海"
    assert first(state)["phone"] == "13800000000"


def test_a_reason_settles_a_warning(state: FormState) -> None:
    state.enter(HOME, "registered_count", "5")
    pid = first(state)["id"]
    state.enter(pid, "name", "周大海")
    warned = [p for p in state.problems if p.code == "count_differs"]
    assert warned
    assert state.shown(HOME, "registered_count").state is FieldState.WARNED
    state.explain(warned[0], "两人已分户")
    assert state.shown(HOME, "registered_count").state is FieldState.PASSED


@pytest.mark.parametrize(
    ("number", "state_"),
    [
        ("53062719800506997543", FieldState.PASSED),
        ("53062719800506997543B1", FieldState.PASSED),
        ("53062719800506997584", FieldState.WRONG),  # no eighth category
        ("530627198005069975", FieldState.WRONG),
    ],
)
@pytest.mark.parametrize("document", ["01", "09", "3"])
def test_a_disability_certificate_is_read_as_one_whatever_document_is_shown(
    state: FormState, number: str, state_: FieldState, document: str
) -> None:
    person = state.members[0]
    values = {"id_type": document, "id_number": "530627198005069975" if document == "01" else ""}
    for key, text in {**values, "health": "肢体残疾", "disability_number": number}.items():
        state.enter(person["id"], key, text)
    assert person["health"] == "64"
    assert state.shown(person["id"], "disability_number").state is state_


def test_a_field_is_required_as_soon_as_another_answer_asks_for_it(state: FormState) -> None:
    person = state.members[0]["id"]
    assert state.required(person, "name")
    assert not state.required(person, "employer")
    assert not state.required(person, "presence_since")
    state.enter(person, "birth_date", "1980-01-01")
    state.enter(person, "employment_status", Chosen("04"))
    assert not state.required(person, "work_start")
    assert state.required(person, "employer")
    state.enter(person, "employer", "某厂")
    assert state.required(person, "employer")  # filled it stays marked
    state.enter(person, "work_scope", Chosen("3"))
    assert state.required(person, "work_start")
    state.enter(person, "presence", Chosen("10"))
    assert state.required(person, "presence_since")
    assert not state.required(person, "employer")
    assert not state.required(0, "date")
    assert not state.required(0, "next_date")
    state.enter(0, "result", Chosen("5"))
    assert state.required(0, "date")
    assert state.required(0, "next_date")


def test_the_next_visit_comes_after_this_one(state: FormState) -> None:
    state.enter(0, "result", Chosen("5"))
    for date, following, wrong in (
        ("", "20261119", "不在访问日期2026-11-20之后"),
        ("", "20261121", ""),
        ("20261122", "20261122", "不在访问日期2026-11-22之后"),
        ("20261122", "后天", "看不出是哪一天"),
        ("前天", "20261122", "看不出是哪一天"),
    ):
        state.enter(0, "date", date)
        state.enter(0, "next_date", following)
        problem = state.wrong_visit()
        assert (wrong in problem.text) if problem and wrong else (problem is None and not wrong)


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("next_date", "11-25", "2026-11-25"), ("next_date", "11月25日", "2026-11-25"),
        ("next_date", "1.5", "2027-01-05"), ("next_date", "11-20", "2026-11-20"),
        ("date", "11-19", "2026-11-19"), ("date", "12/30", "2025-12-30"),
        ("date", "2-30", None), ("next_date", "13-1", None),
    ],
)  # fmt: skip
def test_a_day_of_visiting_needs_no_year(
    state: FormState, key: str, text: str, value: str | None
) -> None:
    state.enter(0, key, text)
    assert state.visit[key] == value
    state.enter(first(state)["id"], "birth_date", text)
    assert first(state)["birth_date"] is None
