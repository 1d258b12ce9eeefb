"""Whatever a township does and however its bundles reach the county, both hold the same.

The township creates, changes, deletes, moves, undoes and redoes from two windows under a clock
that jumps; bundles are cumulative, arrive late, twice, or in the wrong order.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from laborclerk.features.census.household_form import new_form, new_person
from laborclerk.features.census.model import Visit
from laborclerk.features.census.rounds import need_round
from laborclerk.features.census.service import move_person, save_form
from laborclerk.features.census.transfer import transfer_household, transfer_person
from laborclerk.features.registry.model import Household, Person
from laborclerk.kernel.clock import Clock
from laborclerk.kernel.errors import Rejected
from laborclerk.store.base import record_types
from laborclerk.store.check import check_store
from laborclerk.store.history import history
from laborclerk.store.store import Store
from laborclerk.store.undo import redo, undo
from laborclerk.sync.export import export_bundle
from tests.exchanging import GROUPS, opened, rows_of, stations, take
from tests.postgres import BOTH

pytestmark = BOTH

TOWN = "乌峰"
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["周小芳", "李甲", "𠮷𠀀"]),
        "phone": st.sampled_from([None, "15400000001", "15400000002"]),
        "wants_to_go": st.sampled_from([None, True, False]),
        "monthly_income": st.sampled_from([None, 0, 4500]),
    },
)
PICK = st.integers(0, 10**6)


def events(store: Store) -> dict[tuple[str, int], list[Any]]:
    """The history of every record, without the small numbers of devices."""
    with store.read() as session:
        return {
            (kind, record.id): [
                (e.seq, e.act, e.at, e.clerk, e.use_case, e.kind, e.changes)
                for e in history(session, record)
            ]
            for kind, model in record_types().items()
            for record in session.scalars(sa.select(model))
        }


class MergeMachine(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.folder = stations(Path(tempfile.mkdtemp(prefix="merge-")))
        self.now = 1.8e9
        clocks = [Clock(wall=lambda: self.now) for _ in range(2)]
        self.windows = [opened(self.folder, TOWN, clock) for clock in clocks]
        for window in self.windows:
            window.clerk = "李录入"  # whose undo does not reach what founded the station
        self.town = self.windows[0]
        self.county = opened(self.folder, "county")
        self.own = set(rows_of(self.county))
        with self.town.read() as session:
            self.round = need_round(session).id
        self.files: list[Path] = []
        self.enter_household(0, [{"name": "李甲"}, {"name": "李乙", "phone": "15400000001"}])

    def teardown(self) -> None:
        if not hasattr(self, "county"):
            return
        self.send()
        take(self.county, self.files[-1])
        mine, theirs = rows_of(self.town), rows_of(self.county)
        assert {k: v for k, v in theirs.items() if k in mine} == mine
        assert set(theirs) - set(mine) <= self.own
        told, heard = events(self.town), events(self.county)
        assert {k: v for k, v in heard.items() if k not in self.own} == {
            k: v for k, v in told.items() if k not in self.own
        }
        for store in (self.town, self.county):
            with store.read() as session:
                assert check_store(session) == []
        for store in (*self.windows, self.county):
            store.close()
        shutil.rmtree(self.folder)

    def one_of(self, model: Any, pick: int) -> int | None:
        with self.town.read() as session:
            ids = list(session.scalars(sa.select(model.id).order_by(model.id)))
        return ids[pick % len(ids)] if ids else None

    # -- the township --------------------------------------------------------------------------

    @rule(seconds=st.sampled_from([0.5, 60.0, 4e7, -60.0, -4e7]), window=st.integers(0, 1))
    def clock_jumps(self, seconds: float, window: int) -> None:
        self.now = max(1e9, self.now + seconds)
        self.town = self.windows[window]

    @rule(group=st.integers(0, 1), people=st.lists(FACTS, min_size=1, max_size=3))
    def enter_household(self, group: int, people: list[dict[str, Any]]) -> None:
        form = new_form(self.town, GROUPS[TOWN][group], self.round)
        form.household["head_name"] = "户主"
        form.persons.clear()
        for facts in people:
            form.persons.append(new_person(form) | facts)
        save_form(self.town, form, finish=False)

    @rule(pick=PICK, facts=FACTS)
    def change_person(self, pick: int, facts: dict[str, Any]) -> None:
        person = self.one_of(Person, pick)
        if person is not None:
            with self.town.write("test.change") as work:
                work.change(work.session.get_one(Person, person), facts)

    @rule(
        pick=PICK, model=st.sampled_from([Person, Household, Visit]), reason=st.sampled_from("13")
    )
    def delete(self, pick: int, model: Any, reason: str) -> None:
        record = self.one_of(model, pick)
        if record is not None:
            with self.town.write("test.delete") as work:
                work.delete(work.session.get_one(model, record), reason)

    @rule(pick=PICK, other=PICK)
    def move(self, pick: int, other: int) -> None:
        person, household = self.one_of(Person, pick), self.one_of(Household, other)
        if person is not None and household is not None:
            with suppress(Rejected):
                move_person(self.town, person, household)

    @rule(pick=PICK, group=st.integers(0, 1), alone=st.booleans())
    def transfer(self, pick: int, group: int, alone: bool) -> None:
        record = self.one_of(Person if alone else Household, pick)
        if record is not None:
            act = transfer_person if alone else transfer_household
            with suppress(Rejected):
                act(self.town, record, GROUPS[TOWN][group])

    @rule(times=st.integers(1, 3), back=st.booleans())
    def undo_or_redo(self, times: int, back: bool) -> None:
        for _ in range(times):
            try:
                (undo if back else redo)(self.town)
            except Rejected:
                return

    # -- the files -----------------------------------------------------------------------------

    @rule()
    def send(self) -> None:
        path = self.folder / f"{len(self.files)}.lcb"
        export_bundle(self.town, path)
        self.files.append(path)

    @precondition(lambda self: self.files)
    @rule(pick=PICK)
    def receive(self, pick: int) -> None:
        take(self.county, self.files[pick % len(self.files)])


def test_merge() -> None:
    how = settings(
        max_examples=max(8, settings().max_examples // 10),
        stateful_step_count=25,
        phases=(Phase.explicit, Phase.reuse, Phase.generate),  # a history is read, not shrunk
    )
    run_state_machine_as_test(MergeMachine, settings=how)
