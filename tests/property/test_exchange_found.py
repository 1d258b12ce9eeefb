"""What the machine of `tests/exchange_machine.py` found, step by step: stations that edit, export
and import end with the same register, and with every word that anybody was told is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.exchange_ends import COUNTY
from tests.exchange_machine import ExchangeMachine, quicken


@pytest.fixture(scope="module", autouse=True)
def _quick() -> Any:
    """No run loses its power: the disk need not be waited for."""
    with pytest.MonkeyPatch.context() as patch:
        quicken(patch)
        yield


def played(machine: ExchangeMachine) -> Iterator[None]:
    machine.begin()
    yield
    machine.teardown()


def test_a_laptop_that_never_reported_gets_all_that_the_other_wrote() -> None:
    """The answer was made for both while the county knew only the other."""
    m = ExchangeMachine()
    for _ in played(m):
        m.enter("乌峰二", 0)
        m.export("乌峰二")
        m.deliver(0, False)
        m.answer("乌峰")
        m.deliver_answer(0, False, "乌峰")


def test_a_county_put_back_gets_again_what_it_had_acknowledged() -> None:
    m = ExchangeMachine()
    for _ in played(m):
        m.copy(COUNTY)
        m.meet("泼机")
        m.go_back(COUNTY, True, 0, "note")
        m.enter("泼机", 1)


def test_what_a_county_put_back_had_answered_comes_back_to_it() -> None:
    m = ExchangeMachine()
    for _ in played(m):
        m.meet("泼机")
        m.copy(COUNTY)
        m.change(COUNTY, 0, "phone")
        m.meet("泼机")
        m.move(0, "乌峰", 0)
        m.meet("乌峰")
        m.go_back(COUNTY, True, 0, "note")


def test_what_comes_back_to_a_county_before_its_record_hides_no_former_word() -> None:
    m = ExchangeMachine()
    for _ in played(m):
        m.copy(COUNTY)
        m.change("泼机", 0, "name")
        m.meet("泼机")
        m.change(COUNTY, 0, "name")
        m.meet("泼机")
        m.go_back(COUNTY, True, 0, "name")


def test_what_came_back_to_a_county_is_not_handed_back_again() -> None:
    m = ExchangeMachine()
    for _ in played(m):
        m.copy(COUNTY)
        m.meet("泼机")
        m.go_back(COUNTY, True, 0, "phone")
        m.meet("泼机")


def test_what_a_lost_former_self_wrote_is_no_difference() -> None:
    m = ExchangeMachine()
    for _ in played(m):
        m.go_back("泼机", False, 0, "name")
        m.meet("泼机")


def test_what_came_with_a_moved_household_before_its_turn_is_taken_once() -> None:
    m = ExchangeMachine()
    m.begin(["fork", "move", "move"])
    m.meet("泼机")
    m.move(0, "乌峰", 0)
    m.teardown()


def test_what_a_revoked_laptop_had_sent_reaches_the_other_one() -> None:
    m = ExchangeMachine()
    for _ in played(m):
        m.enter("乌峰二", 1)
        m.export("乌峰二")
        m.deliver(0, False)
        m.revoke(0)


def test_where_several_say_that_somebody_lives_all_of_them_see_that_it_is_open() -> None:
    """The county moves her to another township, her own one to another household; the one she was
    in moves away too, so that nothing else tells her township."""
    m = ExchangeMachine()
    m.begin(["quarrel", "marry", "fork"])
    m.marry(COUNTY, 0, 1)
    m.move(0, "泼机", 0)
    m.teardown()


def test_a_former_self_that_went_another_way_is_noticed_as_well() -> None:
    """Put back unnoticed, worked on, and put back again, noticed this time."""
    m = ExchangeMachine()
    for _ in played(m):
        m.go_back("乌峰", False, 0, "phone")
        m.newer("乌峰")
        m.copy("乌峰")
        m.go_back("乌峰", True, 0, "phone")


def test_a_decision_is_not_taken_back_when_others_spoke_since() -> None:
    m = ExchangeMachine()
    m.begin(["quarrel", "undo"])
    m.meet("乌峰")
    m.undo(COUNTY)
    m.teardown()


def test_a_decision_taken_back_shows_the_same_everywhere() -> None:
    """Whatever the values' order as text: the second word of the county is the later one."""
    m = ExchangeMachine()
    m.begin(["quarrel", "quarrel"])
    m.apart("乌峰", COUNTY, 699, "name", False)
    m.undo(COUNTY)
    m.teardown()


def test_what_a_county_lost_and_heard_of_before_it_came_back_reaches_all() -> None:
    """A laptop tells of the county's former self; its entries come after that."""
    m = ExchangeMachine()
    m.begin(["quarrel"])
    m.go_back(COUNTY, True, 4953, "name")
    m.move(30683, "乌峰", 1)
    m.meet("乌峰二")
    m.go_back(COUNTY, False, 151, "note")
    m.teardown()


def test_what_the_county_built_on_a_lost_word_comes_after_it() -> None:
    """A creation is told again as it was: not with what somebody changed before it came."""
    m = ExchangeMachine()
    m.begin(["fork"])
    m.change(COUNTY, 0, "phone")
    m.delete("泼机", 0)
    m.teardown()


def test_a_change_speaks_against_no_deletion_its_writer_knew() -> None:
    """Nor does it swallow one that comes after it, with the history of a person who moved here."""
    m = ExchangeMachine()
    m.begin(["quarrel", "undo", "move", "undo"])
    m.meet("泼机")
    m.apart("乌峰", "乌峰", 1837, "name", True)
    m.apart("泼机", COUNTY, 975480, "note", True)
    m.teardown()


def test_what_a_county_put_back_lost_of_a_former_self_comes_again() -> None:
    """It was released across the gap; the laptop went on as another self meanwhile."""
    m = ExchangeMachine()
    m.begin([])
    m.copy(COUNTY)
    m.meet("乌峰")
    m.go_back(COUNTY, False, 230, "phone")
    m.go_back("乌峰", False, 18462, "name")
    m.teardown()


def test_a_deletion_beside_what_a_newer_program_wrote() -> None:
    m = ExchangeMachine()
    m.begin(["newer"])
    m.meet("乌峰")
    m.meet("乌峰二")
    m.delete("乌峰二", 109)
    m.delete(COUNTY, 20266)
    m.teardown()


def test_what_a_former_self_made_of_what_was_moved_meanwhile_comes_together() -> None:
    """It is told anew by the laptop that went on, who knows nothing of the move."""
    m = ExchangeMachine()
    m.begin(["fork"])
    m.newer("泼机")
    m.move(131072, "乌峰", 0)
    m.meet("泼机")
    m.apart("泼机", "乌峰", 7461, "name", False)
    m.move(362879, "泼机", 1)
    m.teardown()


def test_what_waits_for_a_newer_program_stays_the_former_selfs() -> None:
    m = ExchangeMachine()
    m.begin([])
    m.go_back("泼机", True, 56368, "phone")
    m.move(979, "乌峰", 0)
    m.newer("泼机")
    m.copy("泼机")
    m.go_back("泼机", True, 186003, "note")
    m.delete("泼机", 6373)
    m.teardown()


def test_who_came_with_a_household_and_left_it_at_once_comes_whole() -> None:
    m = ExchangeMachine()
    m.begin([])
    m.apart("泼机", "乌峰", 2171, "note", False)
    m.move(3000, "乌峰", 0)
    m.go_back("乌峰", False, 1286, "phone")
    m.marry(COUNTY, 465, 21408)
    m.teardown()


def test_an_officer_is_asked_about_a_round_that_its_maker_takes_back() -> None:
    """It is the others' round as well."""
    m = ExchangeMachine()
    m.begin(["undo", "undo", "undo", "undo"])
    m.answer("乌峰")
    m.teardown()


def test_what_a_round_was_begun_with_is_told_again_as_it_was() -> None:
    """By a laptop that forked, after the county put another's round off."""
    m = ExchangeMachine()
    m.begin(["fork"])
    m.round("乌峰二", 14)
    m.go_back(COUNTY, False, 40351, "name")
    m.round("泼机", 9)
    m.meet("乌峰二")
    m.round(COUNTY, 15)
    m.teardown()


def test_who_left_a_household_at_home_while_it_was_moved_leaves_it_there_too() -> None:
    """She came to the other township with the household, which nobody told that she had gone."""
    m = ExchangeMachine()
    m.begin(["quarrel", "marry", "move"])
    m.meet("泼机")
    m.teardown()


def test_a_laptop_that_never_had_what_was_moved_away_waits_for_nothing() -> None:
    m = ExchangeMachine()
    m.begin(["quarrel", "move"])
    m.meet("乌峰二")
    m.teardown()


def test_who_went_to_another_household_is_still_her_townships_to_change() -> None:
    """Both come to the county in one file, after her former household was moved away; her clerk
    knew of that when she changed her, and that she had gone before."""
    m = ExchangeMachine()
    m.begin(["quarrel", "move", "marry"])
    m.answer("乌峰")
    m.deliver_answer(0, False, "乌峰")
    m.change("乌峰", 0, "name")
    m.teardown()


def test_what_a_third_laptop_has_of_a_life_nobody_else_remembers_is_told() -> None:
    """The county and the laptop were put back, the laptop unseen, and wrote other work under the
    same numbers: nobody can tell which the third one has, but that it differs is said."""
    m = ExchangeMachine()
    m.begin()
    m.meet("乌峰")
    m.copy(COUNTY)
    m.copy("乌峰")
    m.change("乌峰", 0, "name")
    m.meet("乌峰")
    m.meet("乌峰二")
    m.go_back(COUNTY, True, 0, "name")
    m.go_back("乌峰", False, 0, "name")
    m.change("乌峰", 0, "phone")
    m.meet("乌峰")
    m.all_meet()
    assert m.told["乌峰二"] == ["state_differs"]
    m.teardown()
