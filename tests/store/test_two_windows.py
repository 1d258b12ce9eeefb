"""Two windows on one household: what one wrote is never overwritten nor hidden by the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from laborclerk.app import open_station
from laborclerk.features.census.household_form import (
    FormProblem,
    HouseholdForm,
    new_form,
    new_person,
    open_form,
)
from laborclerk.features.census.model import CensusForm, Visit
from laborclerk.features.census.rounds import need_round
from laborclerk.features.census.service import delete_person, move_person, record_visit, save_form
from laborclerk.features.census.transfer import transfer_household
from laborclerk.features.registry.model import Household, Person
from laborclerk.kernel.errors import Message, Rejected
from laborclerk.store.check import check_store
from laborclerk.store.store import Store
from laborclerk.store.undo import UNDONE, UndoProblem, undo
from tests.postgres import BOTH
from tests.small import CLERK, GROUP, OTHER_GROUP, PASSWORD, add_household, add_person, station

pytestmark = BOTH

ENTERED_TWICE = "4"


class Windows:
    """One store in two windows, and a household of two that both have open."""

    def __init__(self, folder: Path) -> None:
        self.one = station(folder)
        self.two = open_station(folder, CLERK, PASSWORD)
        self.two.clerk = "李录入"
        with self.one.read() as session:
            self.round = need_round(session).id
        self.house = add_household(
            self.one, {"name": "周大", "relation": "02"}, {"name": "周小芳", "relation": "20"}
        )

    def open(self, store: Store) -> HouseholdForm:
        return open_form(store, self.house, self.round)

    def close(self) -> None:
        for store in (self.one, self.two):
            with store.read() as session:
                assert check_store(session) == []
            store.close()


@pytest.fixture
def windows(tmp_path: Path) -> Iterator[Windows]:
    made = Windows(tmp_path / "s")
    yield made
    made.close()


def get(store: Store, model: Any, record: int) -> Any:
    with store.read() as session:
        return session.get_one(model, record)


def refused(store: Store, form: HouseholdForm) -> Message:
    with pytest.raises(Rejected) as caught:
        save_form(store, form, finish=False)
    (problem,) = caught.value.problems
    assert "{" not in problem.text
    return problem.message


# -- saving ------------------------------------------------------------------------------------


def test_different_fields_of_one_person_meet(windows: Windows) -> None:
    w = windows
    save_form(w.one, w.open(w.one), finish=False)
    mine, theirs = w.open(w.one), w.open(w.two)
    mine.persons[0]["phone"] = "15400000001"
    theirs.persons[0]["note"] = "在家"
    save_form(w.one, mine, finish=False)
    save_form(w.two, theirs, finish=False)
    found = get(w.one, Person, mine.persons[0]["id"])
    assert (found.phone, found.note) == ("15400000001", "在家")
    assert theirs.persons[0]["phone"] == "15400000001"


def test_the_same_field_is_not_overwritten(windows: Windows) -> None:
    w = windows
    mine, theirs = w.open(w.one), w.open(w.two)
    mine.persons[0]["phone"], theirs.persons[0]["phone"] = "15400000001", "15400000002"
    mine.household["note"] = "甲"
    theirs.household["address"] = "乙"
    save_form(w.one, mine, finish=False)
    assert refused(w.two, theirs) is FormProblem.CHANGED_MEANWHILE
    assert get(w.one, Person, mine.persons[0]["id"]).phone == "15400000001"
    assert get(w.one, Household, w.house).address is None  # whole or not at all
    assert theirs.persons[0]["phone"] == "15400000002"  # still in her form


def test_two_who_begin_the_same_form_do_not_overwrite_each_other(windows: Windows) -> None:
    w = windows
    mine, theirs = w.open(w.one), w.open(w.two)
    mine.form["interviewer"], theirs.form["interviewer"] = "甲", "乙"
    save_form(w.one, mine, finish=False)
    assert refused(w.two, theirs) is FormProblem.CHANGED_MEANWHILE
    assert get(w.one, CensusForm, mine.form["id"]).interviewer == "甲"


def test_a_refused_form_is_saved_after_it_was_put_onto_what_is_stored(windows: Windows) -> None:
    w = windows
    save_form(w.one, w.open(w.one), finish=False)
    mine, theirs = w.open(w.one), w.open(w.two)
    person = mine.persons[0]["id"]
    mine.persons[0]["phone"], theirs.persons[0]["phone"] = "15400000001", "15400000002"
    mine.persons[0]["note"], mine.household["note"] = "在家", "甲"
    theirs.household["address"] = "乙"
    save_form(w.one, mine, finish=False)
    assert refused(w.two, theirs) is FormProblem.CHANGED_MEANWHILE
    later = HouseholdForm.from_draft(theirs.as_draft(), [])
    assert later.put_onto(w.open(w.two)) == [(person, "phone")]
    assert later.persons[0]["note"] == "在家", "what only the other window changed is taken over"
    save_form(w.two, later, finish=False)
    found, house = get(w.one, Person, person), get(w.one, Household, w.house)
    assert (found.phone, found.note) == ("15400000002", "在家")
    assert (house.note, house.address) == ("甲", "乙")


def test_a_member_added_in_the_other_window_comes_into_the_draft(windows: Windows) -> None:
    w = windows
    save_form(w.one, w.open(w.one), finish=False)
    mine, theirs = w.open(w.one), w.open(w.two)
    mine.persons.append({**new_person(mine), "name": "周三"})
    save_form(w.one, mine, finish=False)
    before = len(theirs.persons)
    assert theirs.put_onto(w.open(w.two)) == []
    assert [p["name"] for p in theirs.persons[before:]] == ["周三"]


GONE: dict[str, Callable[[Windows], object]] = {
    "taken out": lambda w: delete_person(w.two, w.open(w.two).persons[1]["id"], ENTERED_TWICE),
    "undone": lambda w: undo_all(w.two, w.open(w.two).persons[1]["id"]),
}


def undo_all(store: Store, person: int) -> None:
    with store.write("test.undo") as work:
        work.delete(work.session.get_one(Person, person), UNDONE)


@pytest.mark.parametrize("how", GONE)
def test_what_is_entered_for_a_member_who_is_gone_meanwhile_is_not_hidden(
    windows: Windows, how: str
) -> None:
    """The entry would stand at a record nobody sees any more, and she was told it is saved."""
    w = windows
    mine = w.open(w.one)
    GONE[how](w)
    mine.persons[1]["phone"] = "15400000001"
    assert refused(w.one, mine) is FormProblem.GONE_MEANWHILE
    assert get(w.one, Person, mine.persons[1]["id"]).phone is None


def test_a_member_who_is_gone_meanwhile_and_was_not_touched_here_stays_gone(
    windows: Windows,
) -> None:
    w = windows
    mine = w.open(w.one)
    gone = mine.persons[1]["id"]
    delete_person(w.two, gone, ENTERED_TWICE)
    mine.persons[0]["phone"] = "15400000001"
    save_form(w.one, mine, finish=False)
    assert get(w.one, Person, gone).deleted == ENTERED_TWICE
    assert len(mine.persons) == 1


def test_nothing_is_entered_into_a_household_that_is_gone_meanwhile(windows: Windows) -> None:
    w = windows
    mine = w.open(w.one)
    with w.two.write("test.delete") as work:
        work.delete(work.session.get_one(Household, w.house), ENTERED_TWICE)
    mine.persons.append(new_person(mine) | {"name": "周小明"})
    assert refused(w.one, mine) is FormProblem.GONE_MEANWHILE
    visit = {"result": "1", "date": "2026-11-20"}
    with pytest.raises(Rejected):
        record_visit(w.one, w.house, w.round, visit)
    with w.one.read() as session:
        assert session.query(Visit).count() == 0


def test_nobody_is_moved_into_a_household_that_is_gone(windows: Windows) -> None:
    w = windows
    other = add_household(w.one, {"name": "李甲"})
    person = w.open(w.one).persons[1]["id"]
    with w.two.write("test.delete") as work:
        work.delete(work.session.get_one(Household, other), ENTERED_TWICE)
    with pytest.raises(Rejected):
        move_person(w.one, person, other)
    assert get(w.one, Person, person).household == w.house


def test_one_who_is_gone_is_not_moved(windows: Windows) -> None:
    w = windows
    other = add_household(w.one, {"name": "李甲"})
    person = w.open(w.one).persons[1]["id"]
    delete_person(w.two, person, ENTERED_TWICE)
    with pytest.raises(Rejected):
        move_person(w.one, person, other)


def test_a_household_that_moved_meanwhile_stays_where_it_went(windows: Windows) -> None:
    w = windows
    mine = w.open(w.one)
    transfer_household(w.two, w.house, OTHER_GROUP)
    mine.persons[0]["phone"] = "15400000001"
    save_form(w.one, mine, finish=False)
    assert get(w.one, Household, w.house).place == OTHER_GROUP
    assert mine.household["place"] == OTHER_GROUP


def test_two_new_households_never_get_one_number(windows: Windows) -> None:
    w = windows
    forms = [new_form(s, GROUP, w.round) for s in (w.one, w.two)]
    for form, store in zip(forms, (w.one, w.two), strict=True):
        form.household["head_name"] = form.persons[0]["name"] = "周某"
        save_form(store, form, finish=False)
    assert forms[0].household["number"] != forms[1].household["number"]


def test_a_number_that_was_proposed_to_a_refused_save_is_not_kept(windows: Windows) -> None:
    """The next try gets a free one instead of being told that hers is taken."""
    w = windows
    mine, theirs = (new_form(s, GROUP, w.round) for s in (w.one, w.two))
    for form in (mine, theirs):
        form.household["head_name"] = form.persons[0]["name"] = "周某"
    mine.persons.append(new_person(mine) | {"relation": "02", "name": "李某"})
    mine.persons.append(new_person(mine) | {"relation": "02", "name": "孙某"})
    with pytest.raises(Rejected):
        save_form(w.one, mine, finish=True)  # two heads
    assert mine.household["number"] is None
    save_form(w.two, theirs, finish=False)
    save_form(w.one, mine, finish=False)
    assert mine.household["number"] != theirs.household["number"]


# -- undo --------------------------------------------------------------------------------------


def test_undo_does_not_take_back_what_another_changed_since(windows: Windows) -> None:
    w = windows
    person = w.open(w.one).persons[0]["id"]
    for store, phone in ((w.one, "15400000001"), (w.two, "15400000002")):
        with store.write("test.change") as work:
            work.change(work.session.get_one(Person, person), {"phone": phone})
    with pytest.raises(Rejected) as caught:
        undo(w.one)
    assert caught.value.problems[0].message is UndoProblem.UNDO_SUPERSEDED
    assert get(w.one, Person, person).phone == "15400000002"


def test_undo_goes_on_to_the_step_before_when_nothing_of_the_last_is_left(
    windows: Windows,
) -> None:
    w = windows
    person = w.open(w.one).persons[0]["id"]
    for store, use_case, phone in (
        (w.one, "test.first", "15400000001"), (w.one, "test.second", "15400000002"),
        (w.two, "test.back", "15400000001"),
    ):  # fmt: skip
        with store.write(use_case) as work:
            work.change(work.session.get_one(Person, person), {"phone": phone})
    undone = undo(w.one)
    assert (undone.use_case, undone.passed) == ("test.first", ("test.second",))
    assert get(w.one, Person, person).phone is None


def test_undo_of_a_creation_does_not_take_anothers_additions_with_it(windows: Windows) -> None:
    w = windows
    theirs = w.open(w.two)
    theirs.household["address"] = "乙"
    save_form(w.two, theirs, finish=False)
    with pytest.raises(Rejected) as caught:
        undo(w.one)  # the household's creation
    assert caught.value.problems[0].message is UndoProblem.UNDO_SUPERSEDED
    assert get(w.one, Household, w.house).deleted is None


def test_undo_of_a_creation_leaves_no_record_of_another_without_its_household(
    windows: Windows,
) -> None:
    w = windows
    member = add_person(w.two, w.house, name="周小明")
    with pytest.raises(Rejected) as caught:
        undo(w.one)
    assert caught.value.problems[0].message is UndoProblem.UNDO_IN_USE
    assert get(w.one, Household, w.house).deleted is None
    assert get(w.one, Person, member).deleted is None
    with w.two.write("test.delete") as work:
        work.delete(work.session.get_one(Person, member), ENTERED_TWICE)
    assert undo(w.one).records == 3
    assert get(w.one, Household, w.house).deleted == UNDONE


def test_undo_of_a_move_away_from_a_household_that_is_gone_is_refused(windows: Windows) -> None:
    w = windows
    other = add_household(w.two, {"name": "李甲"})
    for person in [p["id"] for p in w.open(w.one).persons]:
        move_person(w.one, person, other)
    with w.two.write("test.delete") as work:
        work.delete(work.session.get_one(Household, w.house), ENTERED_TWICE)
    with pytest.raises(Rejected) as caught:
        undo(w.one)
    assert caught.value.problems[0].message is UndoProblem.UNDO_TARGET_GONE


def test_what_founded_the_station_is_not_undone(tmp_path: Path) -> None:
    store = station(tmp_path / "s", round_=False)
    assert [undo(store).use_case for _ in range(2)] == ["places.add_group"] * 2
    with pytest.raises(Rejected) as caught:
        undo(store)
    assert caught.value.problems[0].message is UndoProblem.NOTHING_TO_UNDO
    store.close()
