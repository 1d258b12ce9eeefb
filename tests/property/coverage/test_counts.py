"""Whatever is entered, moved, deleted, undone: the kept numbers are those counted by hand, and
every level is the sum of the one below."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from laborclerk.features.census.household_form import form_id
from laborclerk.features.census.model import CensusForm, Round, Visit
from laborclerk.features.census.rounds import change_round, close_round, current_round
from laborclerk.features.coverage.check import check_counts
from laborclerk.features.coverage.gaps import PLACE_KINDS, GapKind, gap_total, gaps
from laborclerk.features.coverage.maintain import recount
from laborclerk.features.coverage.service import CoverageRow, all_rows, home, row, rows
from laborclerk.features.coverage.states import COUNT_COLUMNS, Counts
from laborclerk.features.registry.model import Household, Person
from laborclerk.kernel.errors import Rejected
from laborclerk.kernel.ids import new_id
from laborclerk.store.undo import redo, undo
from tests.coverage_truth import (
    COUNTY,
    DONE,
    PLACES,
    REASON,
    REVISIT,
    kept_counts,
    kept_states,
    open_round,
    small_store,
    true_counts,
    true_states,
)
from tests.postgres import BOTH

pytestmark = BOTH

places = st.sampled_from(PLACES)
maybe = st.booleans() | st.none()
household_values = st.fixed_dictionaries(
    {
        "place": places,
        "residence": st.sampled_from((None, "1", "2", "3", "4", "5", "6", "8")),
        "in_frame": maybe,
        "registered_count": st.none() | st.integers(0, 6),
    }
)
person_values = st.fixed_dictionaries(
    {
        "name": st.sampled_from((None, "周某某")),
        "sex": st.sampled_from((None, "1", "2")),
        "birth_date": st.sampled_from(
            (
                None,
                "1950-01-01",
                "1966-05-02",
                "1971-04-30",
                "1990-02-28",
                "2012-01-01",
                "2026-10-01",
            )
        ),
        "presence": st.sampled_from((None, "1", "2", "4", "11", "12")),
        "presence_since": st.sampled_from((None, "2026-01-01", "2026-12-01")),
        "employment_status": st.sampled_from((None, "02", "04", "99")),
        "work_ability": st.sampled_from((None, "1", "5")),
        "education": st.sampled_from((None, "70")),
        "wants_to_go": maybe,
    }
)
visit_values = st.fixed_dictionaries(
    {
        "date": st.sampled_from(("2026-09-02", "2026-09-03", "2026-09-04")),
        "result": st.sampled_from(sorted(DONE | REVISIT | REASON)),
        "next_date": st.sampled_from((None, "2026-10-01")),
    }
)


class Census(RuleBasedStateMachine):
    """Random work on a small township."""

    households = Bundle("households")
    persons = Bundle("persons")
    visits = Bundle("visits")

    def __init__(self) -> None:
        super().__init__()
        self.rounds = 1
        self.folder = Path(tempfile.mkdtemp())
        self.store = small_store(self.folder / "station")

    def teardown(self) -> None:
        self.look()
        self.store.close()
        shutil.rmtree(self.folder)

    def round_id(self) -> int:
        with self.store.read() as session:
            found = current_round(session)
        return found.id if found else 0

    @initialize(rule_=st.sampled_from(("statutory-2024", "16-60-50", "16-up")))
    def begin(self, rule_: str) -> None:
        open_round(self.store, labour_rule=rule_)

    def change(self, model: Any, key: int, values: dict[str, Any]) -> None:
        with self.store.write("test") as work:
            record = work.get(model, key)
            assert record is not None
            work.change(record, values)

    @rule(target=households, values=household_values)
    def add_household(self, values: dict[str, Any]) -> int:
        with self.store.write("test") as work:
            return int(work.add(Household(id=new_id(), **values)).id)

    @rule(target=persons, household=households, members=st.lists(person_values, max_size=3))
    def add_persons(self, household: int, members: list[dict[str, Any]]) -> Any:
        rows_ = [{"household": household, **m} for m in members]
        with self.store.write("test") as work:
            work.create_many(Person, rows_)
        return multiple(*(r["id"] for r in rows_))

    @rule(household=households, values=household_values)
    def change_household(self, household: int, values: dict[str, Any]) -> None:
        self.change(Household, household, values)

    @rule(person=persons, values=person_values)
    def change_person(self, person: int, values: dict[str, Any]) -> None:
        self.change(Person, person, values)

    @rule(person=persons, household=households)
    def move_person(self, person: int, household: int) -> None:
        self.change(Person, person, {"household": household})

    @rule(moved=st.lists(persons, unique=True, max_size=4), household=households)
    def move_persons_at_once(self, moved: list[int], household: int) -> None:
        with self.store.write("test") as work:
            now = {key: work.get(Person, key) for key in moved}
            changes: Any = {
                key: {"household": (p.household, household)} for key, p in now.items() if p
            }
            work.session.expunge_all()
            work.change_many(Person, changes)

    @rule(key=persons | households | visits, reason=st.sampled_from((None, "1", "2", "3", "4")))
    def delete_or_restore(self, key: int, reason: str | None) -> None:
        with self.store.write("test") as work:
            record = next(r for m in (Person, Household, Visit) if (r := work.get(m, key)))
            work.change(record, {"deleted": reason})

    @rule(target=visits, household=households, values=visit_values)
    def visit(self, household: int, values: dict[str, Any]) -> int:
        with self.store.write("test") as work:
            made = Visit(id=new_id(), round=self.round_id(), household=household, **values)
            return int(work.add(made).id)

    @rule(household=households, status=st.sampled_from((None, "1", "2")))
    def fill_form(self, household: int, status: str | None) -> None:
        key = form_id(self.round_id(), household)
        with self.store.write("test") as work:
            form = work.get(CensusForm, key)
            if form is None:
                work.add(
                    CensusForm(id=key, round=self.round_id(), household=household, status=status)
                )
            else:
                work.change(form, {"status": status, "deleted": None})

    @rule(back=st.booleans())
    def undo_or_redo(self, back: bool) -> None:
        with suppress(Rejected):
            undo(self.store) if back else redo(self.store)

    @precondition(lambda self: self.round_id())
    @rule(
        rule_=st.sampled_from(("statutory-2024", "16-60-50", "16-up")),
        day=st.sampled_from(("2026-09-01", "2026-11-01")),
    )
    def change_round(self, rule_: str, day: str) -> None:
        change_round(self.store, self.round_id(), {"labour_rule": rule_, "reference_date": day})

    @precondition(lambda self: self.round_id())
    @rule()
    def next_round(self) -> None:
        close_round(self.store, self.round_id(), "2026-12-01")
        self.rounds += 1
        open_round(self.store, name=f"第{self.rounds}轮", starts="2027-03-01")

    @invariant()
    def kept_numbers_are_true(self) -> None:
        with self.store.read() as session:
            record = current_round(session)
            if record is None:
                return
            truth = true_states(session, record)
            assert kept_states(session, record.id) == truth
            for place, counts in kept_counts(session, record.id).items():
                here = {k: s for k, s in truth.items() if s["place"] == place}
                assert counts == true_counts(here, place)

    @rule()
    def look(self) -> None:
        with self.store.read() as session:
            record = current_round(session)
            if record is not None:
                assert check_counts(session) == []
                self.levels_add_up(session, record, true_states(session, record))

    def levels_add_up(self, session: Any, record: Round, truth: dict[int, Any]) -> None:
        every = all_rows(session, record.id, COUNTY)
        for place in {r.place for r in every}:
            whole = row(session, record.id, place)
            assert whole.counts == true_counts(truth, place)
            children = rows(session, record.id, place)
            if children:
                assert sum((c.counts for c in children), Counts()) == whole.counts
            balances(whole)
        county, below = home(session, record.id, COUNTY)
        assert below == rows(session, record.id, COUNTY)
        assert county == row(session, record.id, COUNTY)
        lines = {kind: gap_total(session, record.id, COUNTY, kind) for kind in GapKind}
        for kind, number in numbers(county).items():
            assert lines[kind][1] == number, kind
            listed = gaps(session, record.id, COUNTY, kind)
            assert (len(listed), sum(g.amount for g in listed)) == lines[kind], kind

    @rule()
    def a_recount_changes_nothing(self) -> None:
        round_id = self.round_id()
        with self.store.read() as session:
            before = kept_states(session, round_id), kept_counts(session, round_id)
        recount(self.store, round_id)
        with self.store.read() as session:
            assert (kept_states(session, round_id), kept_counts(session, round_id)) == before


def balances(r: CoverageRow) -> None:
    c = r.counts
    assert c.due == c.done + c.explained + c.revisit + c.unfinished + c.unvisited
    assert c.frame + c.found - c.gone == c.due
    assert c.visited == c.due - c.unvisited
    assert c.persons_done <= c.persons_due
    assert c.labour <= c.persons_due
    assert all(getattr(c, key) >= 0 for key in (*COUNT_COLUMNS, "unfinished", "unvisited", "found"))


def numbers(r: CoverageRow) -> dict[GapKind, int]:
    """The number each list stands behind."""
    c = r.counts
    places_ = (r.gaps.townships, r.gaps.villages, r.gaps.groups)
    return {
        **dict(zip(PLACE_KINDS, places_, strict=True)),
        GapKind.UNVISITED: c.unvisited, GapKind.REVISIT: c.revisit,
        GapKind.UNFINISHED: c.unfinished, GapKind.PERSON: r.gaps.persons,
        GapKind.ITEM: r.gaps.items, GapKind.EXPLAINED: c.explained, GapKind.GONE: c.gone,
        GapKind.FOUND: c.found, GapKind.FRAME: c.frame, GapKind.DUE: c.due,
        GapKind.REGISTERED: c.persons_due, GapKind.LABOUR: c.labour,
        GapKind.VISITED: c.visited, GapKind.DONE: c.done, GapKind.MISSING: r.gaps.households,
    }  # fmt: skip


_TRIES = settings().max_examples


def test_counts() -> None:
    tries = max(4, _TRIES // 16)  # on each backend
    run_state_machine_as_test(Census, settings=settings(max_examples=tries, stateful_step_count=25))
