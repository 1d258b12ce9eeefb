"""Paper forms, villages shared among laptops, the monthly collection."""

from __future__ import annotations

import pytest

from laborclerk.features.coverage import assign, collection, paper
from laborclerk.features.registry.places import add_group
from laborclerk.kernel.errors import Rejected
from tests.coverage_truth import (
    COUNTY,
    EMPTY,
    GROUP_1,
    GROUP_2,
    SECOND,
    TOWNSHIP,
    VILLAGE,
)
from tests.unit.coverage.conftest import Township


def test_paper_is_issued_returned_and_keyed(town: Township) -> None:
    town.done(GROUP_1)
    paper.move_paper(town.store, town.round, GROUP_1, paper.ISSUED, 10, numbers="A001-A010")
    paper.move_paper(town.store, town.round, GROUP_1, paper.RETURNED, 6)
    wrong = paper.move_paper(town.store, town.round, GROUP_1, paper.SPOILT, 3)
    with pytest.raises(Rejected):
        paper.move_paper(town.store, town.round, GROUP_1, paper.RETURNED, 2)
    paper.take_back(town.store, wrong)
    paper.move_paper(town.store, town.round, GROUP_1, paper.SPOILT, 1)
    with town.store.read() as session:
        first, second = paper.paper_rows(session, town.round, VILLAGE)
        book = paper.movements(session, town.round, TOWNSHIP)
    assert (first.issued, first.returned, first.spoilt, first.keyed) == (10, 6, 1, 1)
    assert (first.out, first.to_key) == (3, 5)
    assert (second.place, second.issued) == (GROUP_2, 0)
    assert len(book) == 3


def test_an_issue_that_returns_stand_on_is_not_taken_back(town: Township) -> None:
    first = paper.move_paper(town.store, town.round, GROUP_1, paper.ISSUED, 10)
    more = paper.move_paper(town.store, town.round, GROUP_1, paper.ISSUED, 2)
    back = paper.move_paper(town.store, town.round, GROUP_1, paper.RETURNED, 6)
    with pytest.raises(Rejected, match="只剩发出2份"):
        paper.take_back(town.store, first)
    paper.take_back(town.store, more)
    paper.take_back(town.store, back)
    paper.take_back(town.store, first)
    with town.store.read() as session:
        assert paper.paper_rows(session, town.round, GROUP_1)[0].out == 0


def test_paper_goes_to_groups_not_to_townships(town: Township) -> None:
    with pytest.raises(Rejected):
        paper.move_paper(town.store, town.round, TOWNSHIP, paper.ISSUED, 10)


def test_villages_are_shared_and_numbers_carry_the_letter(town: Township) -> None:
    assign.take_letter(town.store, "b")
    assign.assign(town.store, [VILLAGE], "B", "王某某")
    assign.assign(town.store, [SECOND], "C", "李某某", device=77)
    town.household(GROUP_1, number="0187")
    town.household(GROUP_2, number="B0004")
    assert assign.next_number(town.store, GROUP_1) == "B0005"
    assert assign.next_number(town.store, SECOND + 1) == "B0001"
    with pytest.raises(Rejected):
        assign.take_letter(town.store, "C")
    with pytest.raises(Rejected):
        assign.take_letter(town.store, "O")
    with town.store.read() as session:
        shares = assign.shares(session, assign.own_letter(town.store))
        assert [(s.letter, s.clerk, s.villages, s.own) for s in shares] == [
            ("B", "王某某", (VILLAGE,), True), ("C", "李某某", (SECOND,), False)
        ]  # fmt: skip
        assert assign.unassigned(session, TOWNSHIP) == [EMPTY]
        other = assign.assigned_elsewhere(session, SECOND + 1, "B")
        assert other is not None
        assert assign.assigned_elsewhere(session, GROUP_1, "B") is None
    assign.assign(town.store, [SECOND], "B", "王某某")
    assign.release(town.store, [VILLAGE])
    with town.store.read() as session:
        assert [s.villages for s in assign.shares(session)] == [(SECOND,)]


def test_a_number_twice_in_one_village_is_found(town: Township) -> None:
    keys = {town.household(GROUP_1, number="0001"), town.household(GROUP_2, number="0001")}
    town.household(SECOND + 1, number="0001")
    with town.store.read() as session:
        assert {f.record_id for f in assign.double_numbers(session)} == keys


def test_who_has_not_reported_is_a_list(town: Township) -> None:
    add_group(town.store, EMPTY, "1组")
    collection.report(town.store, "2026-08", GROUP_2, changes=1)
    collection.report(town.store, "2026-09", GROUP_1, changes=3)
    collection.report(town.store, "2026-09", GROUP_1, changes=4, note="补报")
    with town.store.read() as session:
        lines = collection.collection(session, "2026-09", TOWNSHIP)
        missing = collection.not_reported(session, "2026-09", TOWNSHIP)
    assert [(x.place, x.reporter, x.changes) for x in lines if x.reported] == [
        (GROUP_1, "组长甲", 4)
    ]
    assert [(x.place, x.last_month) for x in missing] == [
        (GROUP_2, "2026-08"), (SECOND + 1, None), (EMPTY + 1, None)
    ]  # fmt: skip
    collection.take_back(town.store, "2026-09", GROUP_1)
    with town.store.read() as session:
        assert len(collection.not_reported(session, "2026-09", TOWNSHIP)) == 4


def test_only_groups_and_villages_report(town: Township) -> None:
    with pytest.raises(Rejected):
        collection.report(town.store, "2026-09", COUNTY, changes=0)
