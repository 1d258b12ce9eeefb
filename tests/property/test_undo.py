"""Undo and redo walk back and forth over the same states, whatever was done.

The model is the list of states a clerk has seen; the store must show the one it points at.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from laborclerk.features.registry.model import Person
from laborclerk.kernel.errors import Rejected
from laborclerk.store.journal_check import check_journal
from laborclerk.store.store import Store, create_store
from laborclerk.store.undo import UNDONE, UndoProblem, redo, undo
from laborclerk.store.work import UnitOfWork
from tests.postgres import BOTH

pytestmark = BOTH

State = dict[int, dict[str, Any]]
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["周小芳", "李甲", "李乙"]),
        "phone": st.sampled_from([None, "15400000001", "15400000002"]),
        "wants_to_go": st.sampled_from([None, True, False]),
        "monthly_income": st.sampled_from([None, 3000, 4500]),
    },
)
EMPTY = {"name": None, "phone": None, "wants_to_go": None, "monthly_income": None, "deleted": None}


def shown(store: Store) -> State:
    """Everybody who is there; a creation taken back is not."""
    columns = [getattr(Person, key) for key in EMPTY]
    with store.read() as session:
        return {
            row.id: {key: getattr(row, key) for key in EMPTY}
            for row in session.execute(sa.select(Person.id, *columns))
            if row.deleted != UNDONE
        }


class UndoMachine(RuleBasedStateMachine):
    people: Bundle[int] = Bundle("people")

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="undo-"))
        self.store, _ = create_store(self.folder / "s", "张录入", "secret-1", scrypt_n=2)
        self.states: list[State] = [{}]
        self.at = 0

    def teardown(self) -> None:
        if hasattr(self, "store"):
            with self.store.read() as session:
                assert check_journal(session) == []
            self.store.close()
            shutil.rmtree(self.folder)

    @property
    def now(self) -> State:
        return self.states[self.at]

    def did(self, after: State) -> None:
        """A new state; what was undone before can no longer be redone."""
        if after != self.now:
            self.states[self.at + 1 :] = [after]
            self.at += 1

    def person(self, work: UnitOfWork, person: int) -> Person:
        found = work.get(Person, person)
        assert found is not None
        return found

    @rule(target=people, several=st.lists(FACTS, min_size=1, max_size=3), bulk=st.booleans())
    def create(self, several: list[dict[str, Any]], bulk: bool) -> Any:
        with self.store.write("test.create") as work:
            if bulk:
                rows: list[dict[str, Any]] = [dict(facts) for facts in several]
                work.create_many(Person, rows)
                ids = [row["id"] for row in rows]
            else:
                ids = [int(work.add(Person(**facts)).id) for facts in several]
        fresh = {i: EMPTY | facts for i, facts in zip(ids, several, strict=True)}
        self.did(self.now | fresh)
        return multiple(*ids)

    @rule(person=people, facts=FACTS)
    def change(self, person: int, facts: dict[str, Any]) -> None:
        if person in self.now:
            with self.store.write("test.change") as work:
                work.change(self.person(work, person), facts)
            self.did(self.now | {person: self.now[person] | facts})

    @rule(person=people, facts=FACTS, other=people, more=FACTS)
    def change_two_at_once(
        self, person: int, facts: dict[str, Any], other: int, more: dict[str, Any]
    ) -> None:
        if person in self.now and other in self.now and person != other:
            wanted = {person: self.now[person] | facts, other: self.now[other] | more}
            changes = {
                i: {k: (self.now[i][k], v) for k, v in new.items() if v != self.now[i][k]}
                for i, new in wanted.items()
            }
            with self.store.write("test.many") as work:
                work.change_many(Person, {i: c for i, c in changes.items() if c})
            self.did(self.now | wanted)

    @rule(person=consumes(people), reason=st.sampled_from("1239"))
    def delete(self, person: int, reason: str) -> None:
        if person in self.now:
            with self.store.write("test.delete") as work:
                work.delete(self.person(work, person), reason)
            self.did(self.now | {person: self.now[person] | {"deleted": reason}})

    @rule()
    def look_only(self) -> None:
        with self.store.write("test.nothing"):
            pass

    @precondition(lambda self: self.at > 0)
    @rule(times=st.integers(1, 4))
    def take_back(self, times: int) -> None:
        for _ in range(min(times, self.at)):
            undo(self.store)
            self.at -= 1

    @precondition(lambda self: self.at + 1 < len(self.states))
    @rule(times=st.integers(1, 4))
    def do_again(self, times: int) -> None:
        for _ in range(min(times, len(self.states) - 1 - self.at)):
            redo(self.store)
            self.at += 1

    @precondition(lambda self: self.at == 0)
    @rule()
    def nothing_to_undo(self) -> None:
        with pytest.raises(Rejected) as caught:
            undo(self.store)
        assert caught.value.problems[0].message is UndoProblem.NOTHING_TO_UNDO

    @precondition(lambda self: self.at + 1 == len(self.states))
    @rule()
    def nothing_to_redo(self) -> None:
        with pytest.raises(Rejected) as caught:
            redo(self.store)
        assert caught.value.problems[0].message is UndoProblem.NOTHING_TO_REDO

    @invariant()
    def the_store_shows_the_state_pointed_at(self) -> None:
        if hasattr(self, "store"):
            assert shown(self.store) == self.now


def test_undo() -> None:
    run_state_machine_as_test(
        UndoMachine, settings=settings(max_examples=15, stateful_step_count=25)
    )
