"""Every change leaves its entry in the same transaction, and nothing is written around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from laborclerk.features.registry.model import Household, Person
from laborclerk.kernel.clock import Clock
from laborclerk.kernel.errors import EnvironmentFault
from laborclerk.store.base import values_of
from laborclerk.store.history import history
from laborclerk.store.journal import Act, Device, Entry, Kind, entries
from laborclerk.store.journal_check import Finding, check_journal
from laborclerk.store.store import Store, create_store
from laborclerk.store.work import UnitOfWork
from tests.postgres import BOTH

pytestmark = BOTH


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made, _ = create_store(tmp_path / "s", "张录入", "secret-1", scrypt_n=2)
    yield made
    made.close()


def journal(store: Store) -> list[tuple[Kind, int, dict[str, tuple[Any, Any]]]]:
    with store.read() as session:
        return [(e.kind, e.record_id, e.changes) for e in entries(session)]


def add(store: Store, **facts: Any) -> int:
    with store.write("test.add") as work:
        return int(work.add(Person(**facts)).id)


def change(store: Store, person: int, **facts: Any) -> int:
    with store.write("test.change") as work:
        record = work.get(Person, person)
        assert record is not None
        work.change(record, facts)
    return work.outcome.act


def get(store: Store, person: int) -> Person:
    with store.read() as session:
        found = session.get(Person, person)
        assert found is not None
        return found


# -- what is journaled -------------------------------------------------------------------------


def test_a_creation_is_one_entry_without_values(store: Store) -> None:
    person = add(store, name="周小芳", phone="15400000001")
    assert journal(store) == [(Kind.CREATE, person, {})]


def test_a_change_tells_before_and_after_of_what_differs_only(store: Store) -> None:
    person = add(store, name="周小芳", phone="15400000001")
    change(store, person, name="周小芳", phone="15400000002", wants_to_go=True)
    assert journal(store)[1:] == [
        (Kind.CHANGE, person,
         {"phone": ("15400000001", "15400000002"), "wants_to_go": (None, True)}),
    ]  # fmt: skip


def test_saving_what_is_there_already_leaves_no_act(store: Store) -> None:
    person = add(store, name="周小芳")
    assert change(store, person, name="周小芳") == 0
    with store.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Act)) == 1


def test_deleting_keeps_the_row_with_its_reason_and_can_be_taken_back(store: Store) -> None:
    person = add(store, name="周小芳")
    with store.write("test.delete") as work:
        work.delete(get_in(work, person), "3")
    change(store, person, deleted=None)
    assert [kind for kind, _, _ in journal(store)] == [Kind.CREATE, Kind.DELETE, Kind.RESTORE]
    assert get(store, person).deleted is None


def get_in(work: UnitOfWork, person: int) -> Person:
    record = work.get(Person, person)
    assert record is not None
    return record


def test_many_rows_are_journaled_one_entry_each(store: Store) -> None:
    rows: list[dict[str, Any]] = [{"name": f"李{n}"} for n in "甲乙丙"]
    with store.write("test.many") as work:
        work.create_many(Person, rows)
    ids = [row["id"] for row in rows]
    with store.write("test.many") as work:
        work.change_many(
            Person, {i: {"phone": (None, f"1540000000{n}")} for n, i in enumerate(ids)}
        )
        work.change_many(Person, {ids[0]: {"deleted": (None, "3")}})
    assert journal(store) == [
        *[(Kind.CREATE, i, {}) for i in ids],
        *[(Kind.CHANGE, i, {"phone": (None, f"1540000000{n}")}) for n, i in enumerate(ids)],
        (Kind.DELETE, ids[0], {"deleted": (None, "3")}),
    ]
    first = get(store, ids[0])
    assert (first.name, first.phone, first.deleted, first.version) == (
        "李甲",
        "15400000000",
        "3",
        3,
    )


def test_an_act_names_clerk_use_case_and_time_and_numbers_have_no_hole(store: Store) -> None:
    person = add(store, name="周小芳")
    store.clerk = "王录入"
    change(store, person, name="周晓芳")
    with store.read() as session:
        acts = session.scalars(sa.select(Act).order_by(Act.act)).all()
        assert [(a.clerk, a.use_case) for a in acts] == [
            ("张录入", "test.add"), ("王录入", "test.change"),
        ]  # fmt: skip
        assert acts[0].at < acts[1].at
        assert [e.seq for e in entries(session)] == [1, 2]
        assert session.scalar(sa.select(Device.last_seq)) == 2


def test_a_clock_that_runs_backwards_does_not_turn_the_journal_round(tmp_path: Path) -> None:
    times = iter([2000.0, 1000.0, 500.0, 400.0, 300.0])
    store, _ = create_store(
        tmp_path / "s", "张", "secret-1", clock=Clock(wall=lambda: next(times)), scrypt_n=2
    )
    for n in "甲乙丙":
        add(store, name=n)
    with store.read() as session:
        at = list(session.scalars(sa.select(Act.at).order_by(Act.act)))
    assert at == sorted(set(at))
    store.close()


def test_what_raises_inside_leaves_neither_row_nor_entry(store: Store) -> None:
    def broken() -> None:
        with store.write("test.fail") as work:
            work.add(Person(name="周小芳"))
            work.create_many(Person, [{"name": "李甲"}])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken()
    assert journal(store) == []
    with store.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Person)) == 0
    add(store, name="周小芳")
    assert len(journal(store)) == 1


def test_a_maintainer_is_told_what_was_touched_and_its_failure_undoes_all(tmp_path: Path) -> None:
    told: list[dict[str, set[int]]] = []

    def watch(work: UnitOfWork, touched: Any) -> None:
        told.append({k: set(v) for k, v in touched.items()})
        if len(told) > 1:
            raise RuntimeError("derived data")

    store, _ = create_store(tmp_path / "s", "张", "secret-1", (watch,), scrypt_n=2)
    person = add(store, name="周小芳")
    assert told == [{"person": {person}}]
    with pytest.raises(RuntimeError, match="derived"):
        change(store, person, name="周晓芳")
    assert get(store, person).name == "周小芳"
    assert len(journal(store)) == 1
    store.close()


def test_a_note_is_audit_alone(store: Store) -> None:
    person = add(store, name="周小芳")
    with store.write("test.note") as work:
        work.note("person", person, sheet="out.xlsx")
    assert journal(store)[1] == (Kind.NOTE, person, {"sheet": (None, "out.xlsx")})
    assert work.outcome.touched == {}


def test_the_dot_of_a_changed_field_is_its_entry(store: Store) -> None:
    import msgpack

    person = add(store, name="周小芳")
    change(store, person, phone="15400000002")
    change(store, person, name="周晓芳")
    record = get(store, person)
    assert (record.origin_device, record.origin_seq, record.version) == (0, 1, 3)
    assert record.dots is not None
    assert msgpack.unpackb(record.dots) == {"phone": [0, 2], "name": [0, 3]}


# -- the guard ---------------------------------------------------------------------------------

PERSON: Any = Person.__table__
BYPASSES: dict[str, Callable[[Session, Person], object]] = {
    "update": lambda s, p: s.execute(sa.update(Person).values(name="某")),
    "core update": lambda s, p: s.connection().execute(sa.update(PERSON).values(name="某")),
    "insert": lambda s, p: s.execute(sa.insert(Person).values(id=5, name="某")),
    "many inserts": lambda s, p: s.execute(sa.insert(Person), [{"id": 5}, {"id": 6}]),
    "delete": lambda s, p: s.execute(sa.delete(Person)),
    "query update": lambda s, p: s.query(Person).update({"name": "某"}),
    "query delete": lambda s, p: s.query(Person).delete(),
    "bulk insert": lambda s, p: s.bulk_insert_mappings(sa.inspect(Person), [{"id": 5}]),
    "bulk update": lambda s, p: s.bulk_update_mappings(
        sa.inspect(Person), [{"id": p.id, "name": "某"}]
    ),
    "bulk save": lambda s, p: s.bulk_save_objects([Person(id=5, name="某")]),
}  # fmt: skip


@pytest.mark.parametrize("name", BYPASSES)
def test_a_statement_around_the_journal_raises_in_a_unit_of_work(store: Store, name: str) -> None:
    person = add(store, name="周小芳")
    with pytest.raises(RuntimeError, match="around the journal"), store.write("test") as work:
        BYPASSES[name](work.session, get_in(work, person))
    assert get(store, person).name == "周小芳"
    assert len(journal(store)) == 1


@pytest.mark.parametrize("name", BYPASSES)
def test_and_in_every_other_session(store: Store, name: str) -> None:
    person = add(store, name="周小芳")
    with pytest.raises(RuntimeError, match="around the journal"), store.local() as session:
        BYPASSES[name](session, get(store, person))
    assert get(store, person).name == "周小芳"


def test_objects_added_or_changed_in_a_session_of_ones_own_raise(store: Store) -> None:
    person = add(store, name="周小芳")
    with pytest.raises(RuntimeError, match="around the journal"), store.local() as session:
        session.add(Person(id=5, name="某"))
    with store.read() as session:
        record = session.get_one(Person, person)
        record.name = "某"
        with pytest.raises(RuntimeError, match="around the journal"):
            session.flush()


def test_a_row_is_never_deleted(store: Store) -> None:
    person = add(store, name="周小芳")
    with pytest.raises(RuntimeError, match="never deleted"), store.write("test") as work:
        work.session.delete(get_in(work, person))
    assert get(store, person).name == "周小芳"


def test_the_guard_stands_again_after_a_failed_write(store: Store) -> None:
    """A flush that breaks half-way must not leave the door open on the pooled connection."""
    person = add(store, name="周小芳")
    with pytest.raises(IntegrityError), store.write("test") as work:
        work.add(Person(id=person, name="同号"))
    with pytest.raises(RuntimeError, match="around the journal"), store.local() as session:
        session.execute(sa.update(Person).values(name="某"))


def test_a_field_nobody_declared_is_refused(store: Store) -> None:
    person = add(store, name="周小芳")
    for key in ("nickname", "version", "origin_seq"):
        with pytest.raises(KeyError), store.write("test") as work:
            work.change(get_in(work, person), {key: 1})


# -- history and check -------------------------------------------------------------------------


def test_history_rebuilds_the_creation_after_many_changes(store: Store) -> None:
    person = add(store, name="周小芳", phone="15400000001")
    for n in range(2, 40):
        change(store, person, phone=f"154000000{n:02d}", name=f"周芳{n}" if n % 3 else "周小芳")
    change(store, person, note="后来才有")
    with store.read() as session:
        record = session.get(Person, person)
        assert record is not None
        events = history(session, record)
        now = values_of(record)
    assert events[0].kind is Kind.CREATE
    assert events[0].changes == {"name": (None, "周小芳"), "phone": (None, "15400000001")}
    assert len(events) == 40
    values: dict[str, Any] = dict.fromkeys(now)
    for event in events:
        for key, (before, after) in event.changes.items():
            assert values[key] == before
            values[key] = after
    assert values == now


def test_history_is_of_one_record_type_even_when_ids_are_equal(store: Store) -> None:
    with store.write("test") as work:
        work.add(Person(id=77, name="周小芳"))
        work.add(Household(id=77, head_name="周大"))
    with store.write("test") as work:
        work.change(get_in(work, 77), {"name": "周晓芳"})
    with store.read() as session:
        household = session.get(Household, 77)
        assert household is not None
        assert len(history(session, household)) == 1


TAMPERINGS = {
    "a changed value": "UPDATE person SET phone = '15499999999'",
    "a vanished row": "DELETE FROM person",
    "a row from nowhere": "INSERT INTO person (id, name, origin_device, origin_seq, version)"
    " VALUES (99, '某', 0, 1, 1)",
    "a vanished creation": "DELETE FROM journal WHERE kind = 1",
    "another's creation": "UPDATE person SET origin_seq = 2",
}  # fmt: skip


@pytest.mark.parametrize("name", TAMPERINGS)
def test_check_finds_what_was_done_behind_the_journals_back(store: Store, name: str) -> None:
    person = add(store, name="周小芳")
    change(store, person, phone="15400000002")
    with store.read() as session:
        assert check_journal(session) == []
    with store.local() as session:
        session.execute(sa.text(TAMPERINGS[name]))
    with store.read() as session:
        found = check_journal(session)
    (finding,) = [f for f in found if f.record_type == "person"]
    assert finding.record_id == (99 if name == "a row from nowhere" else person)


def test_a_vanished_last_entry_is_found(store: Store) -> None:
    """The numbers of a device have no hole and end where the device says."""
    person = add(store, name="周小芳")
    change(store, person, phone="15400000002")
    with store.local() as session:
        session.execute(sa.text("DELETE FROM journal WHERE seq = 2"))
    with store.read() as session:
        assert check_journal(session) == [Finding("日志缺号", "device", 0)]


def test_entries_whose_act_vanished_are_found(store: Store) -> None:
    add(store, name="周小芳")
    with store.local() as session:
        session.execute(sa.text("DELETE FROM act"))
    with store.read() as session:
        assert check_journal(session) == [Finding("日志缺操作", "device", 0)]


def test_a_full_disk_says_so(store: Store, backend: str) -> None:
    if backend != "sqlite":
        pytest.skip("the server's disk: see test_server")
    with store.read() as session:
        pages = session.connection().exec_driver_sql("PRAGMA page_count").scalar()
    rows = [{"name": f"李{n}", "note": "长" * 400} for n in range(200)]
    with store.write("test") as work:
        work.session.connection().exec_driver_sql(f"PRAGMA max_page_count = {(pages or 0) + 2}")
        with pytest.raises(EnvironmentFault, match="磁盘空间不足"):
            work.create_many(Person, rows)
        work.session.rollback()
    assert journal(store) == []


def test_the_act_number_is_given_only_when_something_changed(store: Store) -> None:
    with store.write("test") as work:
        pass
    assert work.outcome.act == 0
    with store.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Entry)) == 0
