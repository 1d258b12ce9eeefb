"""Registered, changed, closed, taken back; lists that count what the rule says of each; the wishes
that hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from laborclerk.features.registry.model import Person
from laborclerk.features.registry.places import PlaceTree
from laborclerk.features.seeking.listing import SeekKind, seek_count, seek_counts, seek_lines
from laborclerk.features.seeking.model import JobSeeking
from laborclerk.features.seeking.rules import State, state_on
from laborclerk.features.seeking.service import (
    SeekingProblem,
    begun_by,
    change,
    close,
    delete,
    open_registrations,
    open_sql,
    register,
    seekings_of,
)
from laborclerk.features.work.list_kinds import Filter
from laborclerk.features.work.service import add_spell
from laborclerk.kernel.clock import Clock
from laborclerk.kernel.dates import days_before
from laborclerk.kernel.errors import Common, Rejected
from laborclerk.store.base import values_of
from laborclerk.store.journal_check import check_journal
from laborclerk.store.store import Store
from laborclerk.store.undo import undo
from tests.postgres import BOTH
from tests.small import GROUP, add_household, station
from tests.unit.ui.stations import practised

NOON = 1_795_147_200  # 2026-11-20
TODAY = "2026-11-20"
WISH: dict[str, Any] = {
    "wanted_jobs": "6-18,6-99", "wanted_place": "350100000000", "expected_income": 6000,
}  # fmt: skip


@pytest.fixture
def store(tmp_path: Path, backend: str) -> Iterator[Store]:
    made = station(tmp_path / "s", clock=Clock(wall=lambda: NOON))
    add_household(
        made,
        *({"name": name, "birth_date": "1990-01-01", "work_ability": "1"} for name in "甲乙"),
        {"name": "小童", "birth_date": "2011-01-01"},
        place=GROUP, number="0001",
    )  # fmt: skip
    yield made
    made.close()


def person(store: Store, name: str) -> int:
    with store.read() as session:
        return int(session.scalars(sa.select(Person.id).where(Person.name == name)).one())


def states(store: Store, who: int, on: str = TODAY) -> list[tuple[str | None, State]]:
    with store.read() as session:
        return [(r.record.registered, r.state) for r in seekings_of(session, who, on)]


@BOTH
def test_a_registration_holds_for_its_term_and_ends_with_work(store: Store) -> None:
    who = person(store, "甲")
    made = register(store, who, WISH)
    assert made.problems == []
    with store.read() as session:
        record = session.get_one(JobSeeking, made.id)
    assert (record.registered, record.valid_until) == (TODAY, "2027-05-20")
    assert states(store, who) == [(TODAY, State.OPEN)]
    assert states(store, who, "2027-05-21") == [(TODAY, State.EXPIRED)]
    with store.read() as session:
        assert open_registrations(session, TODAY)[who]["wanted_jobs"] == "6-18,6-99"
        assert open_registrations(session, TODAY, [who], since="2026-11-21") == {}
        assert open_registrations(session, "2027-05-21") == {}
        rows = session.execute(sa.text(f"SELECT * FROM ({open_sql(session, TODAY)}) held")).all()
        held = open_registrations(session, TODAY)
        assert [tuple(row) for row in rows] == [tuple(one.values()) for one in held.values()]
    add_spell(store, who, {"place": "350100000000", "start": TODAY, "employer_name": "某厂"})
    assert states(store, who) == [(TODAY, State.PLACED)]
    undo(store)
    assert states(store, who) == [(TODAY, State.OPEN)]
    with store.read() as session:
        assert check_journal(session) == []


def test_registering_again_renews_what_is_open_in_the_same_act(store: Store) -> None:
    who = person(store, "甲")
    register(store, who, {**WISH, "registered": "2026-07-01"})
    again = register(store, who, WISH)
    assert [p.message for p in again.problems] == [SeekingProblem.SEEKING_RENEWED]
    assert states(store, who) == [(TODAY, State.OPEN), ("2026-07-01", State.WITHDRAWN)]
    with pytest.raises(Rejected) as refused:
        register(store, who, WISH)
    assert [p.message for p in refused.value.problems] == [SeekingProblem.SEEKING_TWICE]
    undo(store)
    assert states(store, who) == [("2026-07-01", State.OPEN)]


def test_it_is_closed_once_with_its_reason_and_deleted_when_wrong(store: Store) -> None:
    who = person(store, "甲")
    made = register(store, who, WISH).id
    with pytest.raises(Rejected):
        close(store, made, None)
    close(store, made, "2", note="回家带孩子")
    assert states(store, who) == [(TODAY, State.WITHDRAWN)]
    with pytest.raises(Rejected) as refused:
        close(store, made, "1")
    assert [p.message for p in refused.value.problems] == [SeekingProblem.SEEKING_CLOSED]
    delete(store, made)
    assert states(store, who) == []


def test_a_field_changed_meanwhile_is_not_overwritten(store: Store) -> None:
    made = register(store, person(store, "甲"), WISH).id
    change(store, made, {"expected_income": 6500}, {"expected_income": 6000})
    with pytest.raises(Rejected) as refused:
        change(store, made, {"expected_income": 7000}, {"expected_income": 6000})
    assert [p.message for p in refused.value.problems] == [Common.CHANGED_ELSEWHERE]
    change(store, made, {"wanted_post": "二保焊"}, {"wanted_post": None, "expected_income": 6000})


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("小童", {}, "seeking_child"),
    ("甲", {"registered": "2026-11-21"}, "seeking_late_day"),
    ("甲", {"valid_until": "2026-11-19"}, "seeking_until_early"),
    ("甲", {"closed": TODAY}, "seeking_end_reason"),
]


@pytest.mark.parametrize(("name", "values", "code"), REFUSED, ids=[c[2] for c in REFUSED])
def test_what_cannot_be_is_refused_and_nothing_written(
    store: Store, name: str, values: dict[str, Any], code: str
) -> None:
    with pytest.raises(Rejected) as refused:
        register(store, person(store, name), {**WISH, **values})
    assert [p.code for p in refused.value.problems] == [code]
    with store.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(JobSeeking)) == 0


def test_the_lists_of_the_practice_township_are_those_that_were_planted(tmp_path: Path) -> None:
    """And the SQL of the lists says of everybody what the rule says, on any day."""
    store = practised(tmp_path / "s")
    with store.read() as session:
        root = PlaceTree.load(session).root()
        every = list(session.scalars(sa.select(JobSeeking)))
        begun = begun_by(session, [r.person or 0 for r in every])
        for on in (TODAY, days_before(TODAY, 60), days_before(TODAY, -120)):
            latest: dict[int, JobSeeking] = {}
            for r in sorted(every, key=lambda r: (r.registered or "", r.id)):
                if (r.registered or "") <= on:
                    latest[r.person or 0] = r
            by_rule = {p: state_on(values_of(r), begun.get(p, ()), on) for p, r in latest.items()}
            by_list = {
                line.id: line.state
                for kind in SeekKind if kind is not SeekKind.SOON
                for line in seek_lines(session, kind, root, on)
            }  # fmt: skip
            assert by_list == by_rule
            counted = seek_counts(session, root, on)
            assert {k: n for k, n in counted.items() if k is not SeekKind.SOON} == {
                SeekKind(s): Counter(by_rule.values())[s] for s in State
            }
            soon = [line.until for line in seek_lines(session, SeekKind.SOON, root, on)]
            assert counted[SeekKind.SOON] == len(soon)
            assert all(on <= until <= days_before(on, -15) for until in soon)
            held = {p for p, state in by_rule.items() if state is State.OPEN}
            assert set(open_registrations(session, on)) == held
        counted = seek_counts(session, root, TODAY)
        assert all(counted.values())  # every list has somebody to practise on
        welders = Filter(trade="6-18")
        found = list(seek_lines(session, SeekKind.OPEN, root, TODAY, welders))
        assert len(found) == seek_count(session, SeekKind.OPEN, root, TODAY, welders) > 0
        assert all("机械制造" in line.jobs for line in found)
    store.close()
