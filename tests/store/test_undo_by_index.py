"""What an act did is found where it stands in the journal, however long that is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from laborclerk.features.registry.model import Person
from laborclerk.store.journal import act_events
from laborclerk.store.undo import coming, undo
from tests.small import add_household, station


def test_undo_looks_at_the_entries_of_its_acts_alone(tmp_path: Path) -> None:
    store = station(tmp_path / "s")
    for name in ("周大", "李二", "王三"):
        add_household(store, {"name": name})
    seen: list[tuple[str, str]] = []

    @sa.event.listens_for(store.engine, "before_cursor_execute")
    def note(_c: Any, cursor: Any, statement: str, given: Any, *_: Any) -> None:
        if statement.startswith("SELECT") and "FROM journal" in statement:
            plan = cursor.execute("EXPLAIN QUERY PLAN " + statement, given).fetchall()
            seen.extend((row[-1], statement) for row in plan if " journal " in row[-1])

    coming(store)
    undo(store)
    store.close()
    assert len(seen) > 3
    where = ("(device=? AND seq", "(record_id=?")
    assert [found for found in seen if not any(part in found[0] for part in where)] == []


def test_an_act_is_told_with_all_its_entries_and_no_other(tmp_path: Path) -> None:
    store = station(tmp_path / "s")
    acts: list[tuple[int, set[int]]] = []
    for size in (1, 3, 2):
        with store.write("test") as work:
            made = [work.add(Person(name=f"{size}{n}")).id for n in range(size)]
        acts.append((work.outcome.act, set(made)))
        with store.write("test.note") as work:  # an act that changed nothing
            work.note("person", made[0], reason="读")
    with store.read() as session:
        told = [(act, {e.record_id for e in act_events(session, act)}) for act, _ in acts]
    store.close()
    assert told == acts
