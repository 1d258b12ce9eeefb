"""Deciding on a pair: one person or two, remembered, merged field by field, taken back later."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from laborclerk.catalog.idnumber import check_digit
from laborclerk.features.census.model import Visit
from laborclerk.features.coverage.check import check_counts
from laborclerk.features.registry.duplicates import detect
from laborclerk.features.registry.duplicates.check import check_duplicates
from laborclerk.features.registry.duplicates.decide import (
    DuplicateProblem,
    merge,
    merge_all,
    repoint,
    separate,
    separate_all,
)
from laborclerk.features.registry.duplicates.listing import (
    alike,
    compared,
    decisions,
    entered,
    listed,
)
from laborclerk.features.registry.duplicates.model import DIFFERENT, PAIR, verdict_id
from laborclerk.features.registry.duplicates.undo import UnmergeProblem, undo_merge
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.scope import PlaceScope
from laborclerk.kernel.errors import Rejected
from laborclerk.store.history import history
from laborclerk.store.journal_check import check_journal
from laborclerk.store.store import Store
from laborclerk.store.undo import redo, undo
from tests.postgres import BOTH
from tests.small import GROUP, OTHER_GROUP, OTHER_VILLAGE, VILLAGE, add_household, station

pytestmark = BOTH

NUMBER = "53062719930501996" + check_digit("53062719930501996")
OLD = NUMBER[:6] + NUMBER[8:17]
FANG: dict[str, Any] = {
    "name": "周小芳", "birth_date": "1993-05-01", "sex": "2", "id_type": "01", "id_number": NUMBER,
    "relation": "02",
}  # fmt: skip


@pytest.fixture(scope="module")
def town(backend: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    made = station(tmp_path_factory.mktemp("duplicates") / "s")
    yield made
    made.close()


@pytest.fixture
def store(town: Store) -> Iterator[Store]:
    """The town with nobody in it; afterwards the list is what a recount finds."""
    with town.write("test.empty") as work:
        for model in (Person, Household):
            for record in work.session.scalars(sa.select(model)).all():
                work.delete(record, "9")
    yield town
    kept = rows(town)
    with town.local() as session:
        detect.recount(session)
    assert rows(town) == kept
    with town.read() as session:
        assert check_journal(session) == []


def rows(store: Store) -> list[Any]:
    with store.read() as session:
        return list(session.execute(sa.select(PAIR).order_by(PAIR.c.person_a, PAIR.c.person_b)))


def person(store: Store, place: int = GROUP, **facts: Any) -> int:
    """Somebody who heads a household of her own → her id."""
    house = add_household(store, FANG | facts, place=place)
    with store.read() as session:
        return session.scalars(sa.select(Person.id).where(Person.household == house)).one()


def two(store: Store, one: dict[str, Any] | None = None, **other: Any) -> tuple[int, int]:
    """The same woman entered in two villages."""
    return person(store, **(one or {})), person(store, OTHER_GROUP, **other)


def pairs(store: Store, place: int | None = None) -> list[tuple[int, int]]:
    with store.read() as session:
        return [d.pair for d in listed(session, place)]


def get(store: Store, record_id: int) -> Person:
    with store.read() as session:
        return session.get_one(Person, record_id)


def change(store: Store, record_id: int, **values: Any) -> None:
    with store.write("registry.set") as work:
        work.change(work.session.get_one(Person, record_id), values)


# -- the list ------------------------------------------------------------------------------------


def test_a_pair_is_listed_with_its_reason_score_and_both_places(store: Store) -> None:
    a, b = two(store, id_number=OLD, id_type="02")
    with store.read() as session:
        (found,) = listed(session)
        assert [(g.reasons, g.count) for g in alike(session)] == [(("same_id",), 1)]
    assert found.pair == (a, b) == tuple(side.person for side in found.sides)
    assert (found.reasons, found.score, found.certain) == (("same_id",), 100, True)
    assert [side.place for side in found.sides] == [GROUP, OTHER_GROUP]
    assert (found.id, found.words) == (verdict_id(b, a), "证件号码相同")


def test_a_place_lists_the_pairs_that_reach_into_it(store: Store) -> None:
    two(store)
    assert len(pairs(store, VILLAGE)) == len(pairs(store, OTHER_VILLAGE)) == 1
    assert pairs(store, 530627001003000) == []


def test_a_pair_goes_and_comes_with_what_makes_it(store: Store) -> None:
    a, b = two(store)
    change(store, b, id_number=None, birth_date="1994-01-01")
    assert pairs(store) == []
    undo(store)
    assert pairs(store) == [(a, b)]
    with store.write("test") as work:
        work.delete(work.session.get_one(Person, a), "2")
    assert pairs(store) == []


def test_members_of_a_household_that_is_gone_are_not_listed(store: Store) -> None:
    a, _ = two(store)
    with store.write("test") as work:
        work.delete(work.session.get_one(Household, get(store, a).household), "1")
    assert pairs(store) == []


def test_a_list_that_is_wrong_is_found_and_nothing_is_changed_by_looking(store: Store) -> None:
    a, b = two(store)
    with store.read() as session:
        assert check_duplicates(session) == []
    with store.local() as session:
        session.execute(sa.delete(PAIR))
    with store.read() as session:
        (found,) = check_duplicates(session)
    assert (found.record_type, found.record_id) == ("person", a)
    assert rows(store) == []
    change(store, b, note="改动后补上")
    assert pairs(store) == [(a, b)]


# -- two people ----------------------------------------------------------------------------------


def test_two_people_leave_the_list_for_good_until_it_is_undone(store: Store) -> None:
    a, b = two(store)
    done = separate(store, b, a, "电话核实")
    assert pairs(store) == []
    change(store, a, phone="15400000001")  # what is looked for anew
    assert pairs(store) == []
    with store.read() as session:
        (decision,) = decisions(session, [a])
    assert (decision.id, decision.persons, decision.verdict) == (
        done.verdicts[0],
        (a, b),
        DIFFERENT,
    )
    assert decision.reason == "电话核实"
    undo_merge(store, decision.id)
    assert pairs(store) == [(a, b)]
    separate(store, a, b)  # decided again: the same record
    assert pairs(store) == []
    undo(store)
    assert pairs(store) == [(a, b)]


def test_many_are_decided_in_one_act_that_one_undo_takes_back(store: Store) -> None:
    first, second = two(store), two(store, {"id_number": None}, id_number=None, name="钱大毛")
    third = person(store, id_number=None, name="钱大毛")
    assert first in pairs(store)
    assert second not in pairs(store)
    pair = (second[1], third)
    separate_all(store, [first, pair])
    assert not {first, pair} & set(pairs(store))
    undo(store)
    assert {first, pair} <= set(pairs(store))


# -- one person ----------------------------------------------------------------------------------


def test_the_kept_one_is_filled_from_the_other_and_the_other_is_taken_out(store: Store) -> None:
    a, b = two(store, {"phone": "15400000001", "skill": None}, phone="15400000002", skill="厨师")
    done = merge(store, a, b)
    kept, gone = get(store, a), get(store, b)
    assert (kept.phone, kept.skill, kept.deleted) == ("15400000001", "厨师", None)
    assert gone.deleted == "3"
    assert pairs(store) == []
    assert [p.message for p in done.problems] == [DuplicateProblem.DUPLICATE_EMPTY]
    with store.read() as session:
        told = [h.use_case for record in (kept, gone) for h in history(session, record)]
        assert told.count("duplicates.merge") == 3  # the fields, the note, the taking out
        assert check_counts(session) == []
    undo(store)
    assert (get(store, a).skill, get(store, b).deleted) == (None, None)
    assert pairs(store) == [(a, b)]
    redo(store)
    assert (get(store, a).skill, get(store, b).deleted, pairs(store)) == ("厨师", "3", [])


def test_a_caller_chooses_the_survivor_and_field_by_field(store: Store) -> None:
    a, b = two(store, {"phone": "15400000001", "education": "70"}, phone="15400000002")
    merge(store, a, b, keep=b, choose={"phone": a})
    assert get(store, a).deleted == "3"
    assert (get(store, b).phone, get(store, b).education) == ("15400000001", "70")


def test_a_number_brings_its_kind(store: Store) -> None:
    a, b = two(store, {"id_number": None, "id_type": "09"})
    merge(store, a, b)
    assert (get(store, a).id_number, get(store, a).id_type) == (NUMBER, "01")


def test_who_left_a_household_without_head_is_told(store: Store) -> None:
    a = person(store)
    house = add_household(store, FANG, {"name": "钱二", "relation": "20"}, place=OTHER_GROUP)
    with store.read() as session:
        b = session.scalars(
            sa.select(Person.id).where(Person.household == house, Person.line == 1)
        ).one()
    assert [p.message for p in merge(store, a, b).problems] == [DuplicateProblem.DUPLICATE_HEADLESS]


def test_everything_that_names_one_record_names_another(store: Store) -> None:
    """Every reference of every register: here those to a household."""
    a, b = person(store), person(store, OTHER_GROUP)
    one, other = get(store, a).household, get(store, b).household
    assert one is not None
    assert other is not None
    with store.write("test") as work:
        visit = work.add(Visit(household=other, date="2026-11-01", result="1")).id
    with store.write("test") as work:
        repoint(work, "household", other, one)
    with store.read() as session:
        assert session.get_one(Visit, visit).household == one
        assert session.get_one(Person, b).household == one
        assert [h.use_case for h in history(session, session.get_one(Visit, visit))][1:] == ["test"]


@pytest.mark.parametrize("keep", ["a", "b", "neither", "itself"])
def test_who_is_gone_or_the_same_cannot_be_merged(store: Store, keep: str) -> None:
    a, b = two(store)
    if keep == "itself":
        with pytest.raises(Rejected):
            merge(store, a, a)
        return
    if keep == "neither":
        with pytest.raises(Rejected):
            merge(store, a, b, keep=1)
        return
    with store.write("test") as work:
        work.delete(work.session.get_one(Person, a if keep == "a" else b), "2")
    with pytest.raises(Rejected):
        merge(store, a, b)
    with pytest.raises(Rejected):
        separate(store, a, b)


def test_many_are_merged_in_one_act_and_chains_wait(store: Store) -> None:
    a, b = two(store)
    c = person(store)
    assert set(pairs(store)) == {(a, b), (a, c), (b, c)}
    done = merge_all(store, pairs(store))
    assert (len(done.verdicts), done.passed) == (2, 1)
    assert pairs(store) == []
    undo(store)
    assert len(pairs(store)) == 3


def test_who_is_not_the_other_is_not_the_kept_one_either(store: Store) -> None:
    a, b = two(store)
    c = person(store)
    separate(store, b, c)
    merge(store, a, b)
    assert pairs(store) == []  # a is b, and b is not c
    undo_merge(store, verdict_id(a, b))
    assert set(pairs(store)) == {(a, b), (a, c)}


# -- taken back later ----------------------------------------------------------------------------


def test_a_merge_is_taken_back_after_further_changes(store: Store) -> None:
    a, b = two(store, {"phone": None}, phone="15400000002", skill="厨师", employer="某厂")
    merge(store, a, b)
    change(store, a, skill="焊工", note="合并后写的")
    done = undo_merge(store, verdict_id(a, b))
    kept, back = get(store, a), get(store, b)
    assert (kept.phone, kept.employer) == (None, None)  # from the other: gone again
    assert (kept.skill, kept.note) == ("焊工", "合并后写的")  # hers now
    assert back.deleted is None
    assert (back.phone, back.skill) == ("15400000002", "厨师")
    assert [(p.message, p.params["label"]) for p in done.problems] == [
        (UnmergeProblem.UNMERGE_FIELD, "专业技能(特长)")
    ]
    assert pairs(store) == [(a, b)]
    with store.read() as session:
        assert [h.use_case for h in history(session, kept)][-1] == "duplicates.undo"


def test_taken_back_as_two_people_it_does_not_come_again(store: Store) -> None:
    a, b = two(store)
    merge(store, a, b)
    undo_merge(store, verdict_id(a, b), different=True)
    assert get(store, b).deleted is None
    assert pairs(store) == []


def test_one_merge_of_many_is_taken_back_alone(store: Store) -> None:
    a, b = two(store, {"skill": None, "employer": None}, skill="厨师")
    c = person(store, employer="某厂")
    merge_all(store, [(a, b), (a, c)])
    assert (get(store, a).skill, get(store, a).employer) == ("厨师", "某厂")
    undo_merge(store, verdict_id(a, b))
    assert (get(store, a).skill, get(store, a).employer) == (None, "某厂")
    assert (get(store, b).deleted, get(store, c).deleted) == (None, "3")


def test_who_was_taken_out_otherwise_meanwhile_stays_out(store: Store) -> None:
    a, b = two(store)
    merge(store, a, b)
    change(store, b, deleted="2")
    done = undo_merge(store, verdict_id(a, b))
    assert [p.message for p in done.problems] == [UnmergeProblem.UNMERGE_GONE]
    assert get(store, b).deleted == "2"


def test_a_household_that_is_gone_is_told(store: Store) -> None:
    a, b = two(store)
    merge(store, a, b)
    with store.write("test") as work:
        work.delete(work.session.get_one(Household, get(store, b).household), "6")
    done = undo_merge(store, verdict_id(a, b))
    assert [p.message for p in done.problems] == [UnmergeProblem.UNMERGE_HOME]


def test_what_nobody_decided_is_not_taken_back(store: Store) -> None:
    a, b = two(store)
    with pytest.raises(Rejected):
        undo_merge(store, verdict_id(a, b))
    merge(store, a, b)
    undo_merge(store, verdict_id(a, b))
    with pytest.raises(Rejected):
        undo_merge(store, verdict_id(a, b))


# -- two sides -----------------------------------------------------------------------------------


def test_both_sides_are_laid_beside_each_other(store: Store) -> None:
    a, b = two(store, phone="15400000002", education="70")
    change(store, b, education="60")
    with store.read() as session:
        sides = {c.field.key: (c.left, c.right) for c in compared(session, (a, b)) if c.differs}
        assert sides == {"phone": (None, "15400000002"), "education": (None, "60")}
        told = entered(session, b)
    assert [(e.clerk, e.station, e.use_case) for e in told] == [
        ("张录入", "", "test.add"), ("张录入", "", "registry.set"),
    ]  # fmt: skip
    assert told[1].labels == ("文化程度",)


# -- who may decide ------------------------------------------------------------------------------


def test_a_township_decides_on_its_own_people_only(store: Store) -> None:
    a, b = two(store)
    number = verdict_id(a, b)
    decision: dict[str, Any] = {"person_a": a, "person_b": b, "verdict": DIFFERENT}
    with store.write("test") as work:
        for place, allowed in (
            ("530627001000", True), ("530627000000", True), ("530627001001", False),
            ("530627002000", False),
        ):  # fmt: skip
            judge = PlaceScope(place)
            refused = judge.refused(work, "person_verdict", [(number, decision)])
            assert refused == (set() if allowed else {0}), place
        judge = PlaceScope("530627001000")
        assert judge.refused(work, "person_verdict", [(number + 1, decision)]) == {0}
        nobody = verdict_id(a, b + 1)
        strange = decision | {"person_b": b + 1}
        assert judge.refused(work, "person_verdict", [(nobody, strange)]) == {0}
    separate(store, a, b)
    with store.write("test") as work:  # a change names neither person: the record does
        changed: list[tuple[int, dict[str, Any]]] = [(number, {"verdict": "same"})]
        assert PlaceScope("530627001000").refused(work, "person_verdict", changed) == set()
        assert PlaceScope("530627001001").refused(work, "person_verdict", changed) == {0}


# -- as the store grows --------------------------------------------------------------------------


def test_no_look_up_reads_the_whole_register(store: Store) -> None:
    """Every statement of the maintainer goes by an index, for one household and for a township."""
    if store.engine.dialect.name != "sqlite":
        pytest.skip("other plans are told otherwise")
    asked: list[tuple[str, Any]] = []
    with store.local() as session:
        conn = session.connection()

        @sa.event.listens_for(conn, "before_cursor_execute")
        def heard(_c: Any, _cursor: Any, statement: str, given: Any, *_: Any) -> None:
            if statement.startswith(("SELECT", "DELETE")):
                asked.append((statement, given))

        with pytest.MonkeyPatch.context() as patch:
            for few in (500, 0):
                patch.setattr(detect, "_FEW", few)
                detect.update(session, {1, 2})
        sa.event.remove(conn, "before_cursor_execute", heard)
        look_ups = 0  # one statement may make several
        for statement, given in asked:
            plan = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given).all()
            scans = [row[3] for row in plan if row[3].startswith("SCAN")]
            assert all("duplicate_chosen" in scan for scan in scans), (statement, scans)
            look_ups += sum(row[3].startswith("SEARCH") for row in plan)
        assert look_ups > 30
