"""Saving a household form: all in one transaction, nothing overwritten unseen."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from laborclerk.features.census import household_form, service
from laborclerk.features.census.checks import Check
from laborclerk.features.census.household_form import (
    FINISHED,
    UNFINISHED,
    FormProblem,
    HouseholdForm,
    double_key,
    form_id,
    new_form,
    new_person,
    open_form,
)
from laborclerk.features.census.model import CensusForm
from laborclerk.features.census.rounds import RoundProblem, close_round, need_round
from laborclerk.features.census.service import save_form
from laborclerk.features.coverage.model import HouseholdState
from laborclerk.features.registry.duplicates.listing import listed
from laborclerk.features.registry.model import Household, Person
from laborclerk.kernel.errors import Message, Rejected
from laborclerk.store.journal import Entry, Kind
from laborclerk.store.store import Store
from laborclerk.store.undo import undo
from tests.postgres import BOTH
from tests.small import GROUP, OTHER_GROUP, add_person, station

pytestmark = BOTH

CHILD = {
    "sex": "2", "birth_date": "2016-05-01", "ethnicity": "01", "in_school": "03", "health": "10",
    "work_ability": "5", "id_number": "530627201605019968",
}  # fmt: skip
HEAD = {
    "relation": "02", "name": "周大", "sex": "1", "birth_date": "1980-05-06", "ethnicity": "01",
    "id_number": "530627198005069975", "education": "70", "health": "10", "work_ability": "1",
    "employment_status": "02", "wants_to_go": False,
}  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = station(tmp_path / "s")
    yield made
    made.close()


def round_of(store: Store) -> int:
    with store.read() as session:
        return int(need_round(session).id)


def filled(store: Store, place: int | None = GROUP) -> HouseholdForm:
    """A father with his daughter, complete."""
    form = new_form(store, place, round_of(store))
    form.household["head_name"] = "周大"
    form.form |= {"survey_date": "2026-10-20", "informant": "周大"}
    form.persons[0] |= HEAD
    form.persons.append(new_person(form) | CHILD | {"relation": "30", "name": "周小芳"})
    return form


def kept(store: Store, finish: bool = False) -> HouseholdForm:
    form = filled(store)
    save_form(store, form, finish=finish)
    return form


def reopened(store: Store, form: HouseholdForm) -> HouseholdForm:
    return open_form(store, form.household["id"], form.form["round"])


def refused(store: Store, form: HouseholdForm, finish: bool = False) -> list[Message]:
    with pytest.raises(Rejected) as caught:
        save_form(store, form, finish=finish)
    assert all("{" not in p.text for p in caught.value.problems)
    return [p.message for p in caught.value.problems]


def test_after_a_save_the_form_is_what_the_store_holds(store: Store) -> None:
    form = filled(store)
    saved = save_form(store, form, finish=True)
    assert saved.act
    assert saved.finished
    assert form.form["status"] == FINISHED
    assert form == reopened(store, form)
    assert form.household["number"] == "0001"
    form.household["address"] = "3组12号"
    form.persons[1]["phone"] = "15400000001"
    form.persons.append(new_person(form) | {"name": "周奶奶"})
    save_form(store, form, finish=False)
    assert form.form["status"] == UNFINISHED
    assert form == reopened(store, form)


def test_one_act_with_one_entry_for_each_record(store: Store) -> None:
    form = filled(store)
    saved = save_form(store, form, finish=False)
    with store.read() as session:
        entries = session.execute(
            sa.select(Entry.record_type, Entry.record_id, Entry.kind)
            .where(Entry.act == saved.act)
            .order_by(Entry.seq)
        ).all()
    first, second = (p["id"] for p in form.persons)
    assert [tuple(e) for e in entries] == [
        ("household", form.household["id"], Kind.CREATE), ("person", first, Kind.CREATE),
        ("person", second, Kind.CREATE), ("census_form", form.form["id"], Kind.CREATE),
    ]  # fmt: skip
    touched = {kind: set(ids) for kind, ids in saved.touched.items()}
    assert touched["person"] == {first, second}


def test_saving_again_without_a_change_leaves_no_act(store: Store) -> None:
    form = kept(store)
    assert save_form(store, form, finish=False).act == 0
    assert save_form(store, reopened(store, form), finish=False).act == 0


def test_only_what_the_clerk_changed_is_written(store: Store) -> None:
    form = kept(store)
    form.persons[1] |= {"phone": "15400000001", "name": "周小芳"}
    saved = save_form(store, form, finish=False)
    assert {k: set(v) for k, v in saved.touched.items()} == {"person": {form.persons[1]["id"]}}


def test_members_stand_in_the_order_of_their_lines(store: Store) -> None:
    form = kept(store)
    form.persons[0]["line"], form.persons[1]["line"] = 2, 1
    save_form(store, form, finish=False)
    assert [p["name"] for p in form.persons] == ["周小芳", "周大"]
    assert form == reopened(store, form)


def test_a_member_marked_deleted_leaves_the_form(store: Store) -> None:
    form = kept(store)
    form.persons[1]["deleted"] = "3"
    save_form(store, form, finish=False)
    assert [p["name"] for p in form.persons] == ["周大"]
    assert form.persons == reopened(store, form).persons


# -- two at once -------------------------------------------------------------------------------


def test_the_same_field_changed_meanwhile_is_refused_and_nothing_is_kept(store: Store) -> None:
    form = kept(store)
    other = reopened(store, form)
    other.persons[1]["name"] = "周晓芳"
    save_form(store, other, finish=False)
    form.persons[1]["name"] = "周小方"
    form.household["address"] = "3组12号"
    seen = dict(form.seen)
    assert refused(store, form) == [FormProblem.CHANGED_MEANWHILE]
    assert form.seen == seen
    now = reopened(store, form)
    assert (now.persons[1]["name"], now.household["address"]) == ("周晓芳", None)


def test_different_fields_changed_meanwhile_meet_in_one_form(store: Store) -> None:
    form = kept(store)
    other = reopened(store, form)
    other.persons[1]["name"] = "周晓芳"
    save_form(store, other, finish=False)
    form.persons[1]["phone"] = "15400000001"
    save_form(store, form, finish=False)
    assert (form.persons[1]["name"], form.persons[1]["phone"]) == ("周晓芳", "15400000001")
    assert form == reopened(store, form)


def test_the_same_change_made_twice_is_no_conflict(store: Store) -> None:
    form = kept(store)
    other = reopened(store, form)
    for one in (other, form):
        one.persons[1]["name"] = "周晓芳"
        save_form(store, one, finish=False)
    assert form == reopened(store, form)


def test_a_member_added_meanwhile_is_shown_after_the_save(store: Store) -> None:
    form = kept(store)
    add_person(store, form.household["id"], name="周二", line=3)
    form.household["address"] = "3组12号"
    save_form(store, form, finish=False)
    assert [p["name"] for p in form.persons] == ["周大", "周小芳", "周二"]
    assert form == reopened(store, form)


def test_a_draft_of_what_was_saved_already_is_not_entered_twice(store: Store) -> None:
    """The draft was kept, the form saved, the power went: the draft is offered once more."""
    form = filled(store)
    draft = copy.deepcopy(form.as_draft())
    save_form(store, form, finish=False)
    again = HouseholdForm.from_draft(draft, [])
    again.household["number"] = form.household["number"]
    assert save_form(store, again, finish=False).act == 0
    changed = HouseholdForm.from_draft(copy.deepcopy(draft), [])
    changed.household["number"] = form.household["number"]
    changed.persons[1]["name"] = "周晓芳"
    assert refused(store, changed) == [FormProblem.CHANGED_MEANWHILE]


def test_a_failed_commit_leaves_the_form_as_it_was(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = kept(store)
    form.persons[1]["phone"] = "15400000001"
    before = copy.deepcopy(form)

    def broken(*_: Any) -> None:
        raise OSError("disk")

    monkeypatch.setattr(store, "_maintainers", (broken,))
    with pytest.raises(OSError, match="disk"):
        save_form(store, form, finish=False)
    assert (form.seen, form.read, form.persons) == (before.seen, before.read, before.persons)
    monkeypatch.undo()
    save_form(store, form, finish=False)
    assert reopened(store, form).persons[1]["phone"] == "15400000001"


# -- complete or not ---------------------------------------------------------------------------


def test_what_stops_completion_can_still_be_kept_unfinished(store: Store) -> None:
    form = filled(store)
    form.persons[0]["relation"] = "70"
    assert refused(store, form, finish=True) == [Check.NO_HEAD]
    with store.read() as session:
        assert session.get(Household, form.household["id"]) is None
    saved = save_form(store, form, finish=False)
    assert Check.NO_HEAD in [p.message for p in saved.problems]


def test_a_warning_wants_a_reason(store: Store) -> None:
    form = filled(store)
    form.household["registered_count"] = 3
    assert refused(store, form, finish=True) == [FormProblem.REASON_NEEDED]
    form.form["reasons"] = "count_differs= "
    assert refused(store, form, finish=True) == [FormProblem.REASON_NEEDED]
    form.form["reasons"] = "count_differs=一人去世未销户"
    assert save_form(store, form, finish=True).finished


def test_a_reason_of_one_person_does_not_serve_for_another(store: Store) -> None:
    form = filled(store)
    for person in form.persons:
        person |= {"health": "64"}
    first = form.persons[0]["id"]
    form.form["reasons"] = f"disabled_without_card@{first}/disability_number=正在办证"
    assert refused(store, form, finish=True) == [FormProblem.REASON_NEEDED]


def test_a_missing_item_never_stops_a_form(store: Store) -> None:
    form = filled(store)
    form.persons[1] |= {"ethnicity": None, "id_number": None}
    saved = save_form(store, form, finish=True)
    missing = [p for p in saved.problems if p.message is Check.FIELD_MISSING]
    assert {p.where.field for p in missing} >= {"ethnicity", "id_number"}


def test_a_closed_round_takes_nothing(store: Store) -> None:
    form = kept(store)
    close_round(store, form.form["round"], "2026-12-01")
    form.persons[1]["phone"] = "15400000001"
    assert refused(store, form) == [RoundProblem.ROUND_CLOSED]


# -- numbers and places ------------------------------------------------------------------------


def test_households_are_numbered_in_their_village_with_the_laptops_letter(store: Store) -> None:
    numbers = []
    for place in (GROUP, GROUP, OTHER_GROUP):
        form = filled(store, place)
        save_form(store, form, finish=False)
        numbers.append(form.household["number"])
    assert numbers == ["0001", "0002", "0001"]
    store.set_setting("household.letter", "B")
    form = filled(store)
    save_form(store, form, finish=False)
    assert form.household["number"] == "B0001"


def test_a_number_of_the_village_is_not_given_twice(store: Store) -> None:
    kept(store)
    form = filled(store)
    form.household["number"] = "0001"
    with pytest.raises(Rejected) as caught:
        save_form(store, form, finish=False)
    assert [p.message for p in caught.value.problems] == [FormProblem.NUMBER_TAKEN]
    assert "如“0002”" in caught.value.problems[0].text  # one that is free
    form.household["place"] = OTHER_GROUP
    save_form(store, form, finish=False)


def test_a_form_without_a_place_is_not_kept(store: Store) -> None:
    form = filled(store, None)
    assert refused(store, form) == [FormProblem.PLACE_NEEDED]


def test_two_laptops_that_fill_the_same_form_meet_in_one_record(store: Store) -> None:
    form = kept(store)
    household = form.household["id"]
    assert form.form["id"] == form_id(form.form["round"], household)
    with store.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(CensusForm)) == 1


def test_opening_an_unknown_household_says_so(store: Store) -> None:
    with pytest.raises(Rejected) as caught:
        open_form(store, 5, round_of(store))
    assert caught.value.problems[0].message is FormProblem.NO_HOUSEHOLD


def test_a_member_taken_out_keeps_her_row_and_its_reason(store: Store) -> None:
    form = kept(store)
    service.delete_person(store, form.persons[1]["id"], "3")
    with store.read() as session:
        assert session.get_one(Person, form.persons[1]["id"]).deleted == "3"
    assert [p["name"] for p in reopened(store, form).persons] == ["周大"]


def test_a_number_that_stands_in_another_household_wants_a_word_before_completion(
    store: Store,
) -> None:
    first = kept(store, finish=True)
    second = filled(store)
    second.persons = second.persons[:1]
    assert FormProblem.REASON_NEEDED in refused(store, second, finish=True)
    saved = save_form(store, second, finish=False)
    assert FormProblem.SAME_NUMBER_ELSEWHERE in {p.message for p in saved.problems}
    key = double_key(second.persons[0]["id"], first.persons[0]["id"])
    second.form["reasons"] = f"{key}=确是另一人"
    saved = save_form(store, second, finish=True)
    assert FormProblem.SAME_NUMBER_ELSEWHERE not in {p.message for p in saved.problems}


def test_who_is_said_to_be_another_person_on_the_form_is_not_asked_about_again(
    store: Store,
) -> None:
    first = kept(store, finish=True)
    second = filled(store)
    second.persons = second.persons[:1]
    pair = second.persons[0]["id"], first.persons[0]["id"]
    save_form(store, second, finish=False)
    assert pairs_listed(store) == [{*pair}]
    second.form["reasons"] = f"{double_key(*pair)}=确是另一人"
    save_form(store, second, finish=True)
    assert pairs_listed(store) == []
    second.form["note"] = "又看了一遍"
    save_form(store, second, finish=True)
    undo(store)
    undo(store)  # with the form's word goes the decision
    assert pairs_listed(store) == [{*pair}]


def pairs_listed(store: Store) -> list[set[int]]:
    with store.read() as session:
        return [{*line.pair} for line in listed(session)]


@pytest.mark.parametrize(
    ("presence", "taken_out", "left_out"),
    [("1", None, 1), ("11", None, 1), ("4", None, 2), ("1", "2", 1), ("1", "1", 1), ("1", "3", 2)],
)
def test_form_and_coverage_count_alike_who_of_the_frame_is_left_out(
    store: Store, presence: str, taken_out: str | None, left_out: int
) -> None:
    form = filled(store)
    form.household["registered_count"] = 3
    form.persons[1]["presence"] = presence
    save_form(store, form, finish=False)
    if taken_out:
        service.delete_person(store, form.persons[1]["id"], taken_out)
    again = reopened(store, form)
    with store.read() as session:
        problems = household_form.check_form(
            again, household_form.facts_of_round(session, round_of(store))
        )
        missing = session.query(HouseholdState.persons_missing).scalar()
    (told,) = [p for p in problems if p.message is Check.COUNT_DIFFERS]
    assert 3 - int(str(told.params["count"])) == missing == left_out
