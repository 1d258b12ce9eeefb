"""What the county does with a township's entries: joined field by field, out of place ones held."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from laborclerk.features.census.due import DEFAULT_LABOUR_RULE
from laborclerk.features.census.model import CensusForm, FrameEntry, Round, Visit
from laborclerk.features.census.rounds import close_round, current_facts, need_round
from laborclerk.features.registry.find import find
from laborclerk.features.registry.model import Household, Person, Place
from laborclerk.features.registry.scope import PlaceScope
from laborclerk.kernel.clock import Clock
from laborclerk.kernel.errors import Rejected
from laborclerk.store.backup import backup
from laborclerk.store.base import Record
from laborclerk.store.check import check_store
from laborclerk.store.history import history
from laborclerk.store.journal import Conflict, Device, Entry
from laborclerk.store.journal_check import check_journal
from laborclerk.store.restore import restore
from laborclerk.store.store import Store, by_password
from laborclerk.store.versions import unpack_versions
from laborclerk.sync import approvals, exchange, records, registers
from laborclerk.sync.entries import Outgoing
from laborclerk.sync.exchange import settle_held
from laborclerk.sync.export import export_bundle
from laborclerk.sync.holding import MISSING, NEWER, OUT_OF_SCOPE
from laborclerk.sync.overview import held
from tests.exchanging import GROUPS, answer, opened, rows_of, send, stations, take
from tests.items import wire
from tests.postgres import BOTH
from tests.small import CLERK, PASSWORD, add_household, add_person

pytestmark = BOTH

HERE, THERE = GROUPS["乌峰"][0], GROUPS["泼机"][0]
VILLAGE = HERE // 1000 * 1000  # every station knows it


class Pair:
    """A county, two townships, and how their files go."""

    def __init__(self, folder: Path) -> None:
        self.folder = stations(folder)
        self.county = opened(folder, "county")
        self.town = opened(folder, "乌峰")
        self.other = opened(folder, "泼机")
        self._sent = 0

    def send(self, store: Store | None = None) -> exchange.Imported:
        return send(store or self.town, self.county, self.file())

    def answer(self, store: Store | None = None) -> exchange.Imported:
        """The county's return bundle reaches a township."""
        return answer(store or self.town, self.county, self.file())

    def file(self) -> Path:
        self._sent += 1
        return self.folder / f"{self._sent}.lcb"

    def close(self) -> None:
        for store in (self.county, self.town, self.other):
            store.close()


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    made = Pair(tmp_path)
    yield made
    made.close()


def change(store: Store, model: type[Record], record: int, **facts: Any) -> None:
    with store.write("test.change") as work:
        work.change(work.session.get_one(model, record), facts)


def get(store: Store, model: Any, record: int) -> Any:
    with store.read() as session:
        return session.get_one(model, record)


def person_of(store: Store, **facts: Any) -> int:
    house = add_household(store, place=HERE)
    return add_person(store, house, **facts)


def told(store: Store, model: Any, record: int) -> list[dict[str, Any]]:
    """The changed fields of each event in a record's history."""
    with store.read() as session:
        return [e.changes for e in history(session, session.get_one(model, record))]


def is_clean(store: Store) -> None:
    with store.read() as session:
        assert check_store(session) == []


def in_conflict(store: Store) -> dict[str, list[Any]]:
    """{field: values that stand beside each other, the shown one first}"""
    with store.read() as session:
        return {
            c.field: [value for value, _ in unpack_versions(c.versions)]
            for c in session.scalars(sa.select(Conflict))
        }


# -- both kept, never overwritten ----------------------------------------------------------------


def test_what_both_changed_differently_stands_on_both_sides_and_the_later_is_shown(
    pair: Pair,
) -> None:
    person = person_of(pair.town, name="周小芳", phone="15400000001")
    pair.send()
    change(pair.county, Person, person, phone="15400000002")
    change(pair.town, Person, person, phone="15400000003", wants_to_go=True)
    done = pair.send()
    assert (done.held, done.conflicts) == ({}, 1)
    found = get(pair.county, Person, person)
    assert (found.phone, found.wants_to_go) == ("15400000003", True)
    assert in_conflict(pair.county) == {"phone": ["15400000003", "15400000002"]}
    is_clean(pair.county)


def test_history_tells_what_both_said(pair: Pair) -> None:
    person = person_of(pair.town, name="周小芳", phone="15400000001")
    pair.send()
    change(pair.county, Person, person, phone="15400000002")
    change(pair.town, Person, person, phone="15400000003")
    pair.send()
    assert [e.get("phone") for e in told(pair.county, Person, person)] == [
        (None, "15400000001"), ("15400000001", "15400000002"), ("15400000001", "15400000003"),
    ]  # fmt: skip


def test_different_fields_of_one_record_meet(pair: Pair) -> None:
    person = person_of(pair.town, name="周小芳")
    pair.send()
    change(pair.county, Person, person, phone="15400000002")
    change(pair.town, Person, person, wants_to_go=True)
    assert pair.send().held == {}
    found = get(pair.county, Person, person)
    assert (found.phone, found.wants_to_go) == ("15400000002", True)
    is_clean(pair.county)


@pytest.mark.parametrize("behind", [-20, 20])
def test_a_wrong_clock_turns_nothing_round(tmp_path: Path, behind: int) -> None:
    """A laptop whose clock is years off: what was done last stands last."""
    pair = Pair(tmp_path)
    pair.town.close()
    years = behind * 365 * 86400
    pair.town = opened(tmp_path, "乌峰", Clock(wall=lambda: 1.8e9 + years))
    person = person_of(pair.town, name="周小芳", phone="15400000001")
    pair.send()
    for phone in ("15400000002", "15400000003"):
        change(pair.town, Person, person, phone=phone)
    assert pair.send().conflicts == 0
    assert get(pair.county, Person, person).phone == "15400000003"
    assert [e.get("phone") for e in told(pair.county, Person, person)] == [
        (None, "15400000001"), ("15400000001", "15400000002"), ("15400000002", "15400000003"),
    ]  # fmt: skip
    is_clean(pair.county)
    pair.close()


def test_a_laptop_from_the_future_does_not_drag_the_countys_clock_along(tmp_path: Path) -> None:
    pair = Pair(tmp_path)
    pair.town.close()
    pair.town = opened(tmp_path, "乌峰", Clock(wall=lambda: 4.0e9))
    person_of(pair.town, name="周小芳")
    pair.send()
    assert pair.county.clock() < 4.0e12 - 1e12
    pair.county.close()
    pair.county = opened(tmp_path, "county")
    assert pair.county.clock() < 4.0e12 - 1e12
    pair.close()


def test_a_record_both_made_is_one_and_its_history_tells_who_brought_what(pair: Pair) -> None:
    with pair.town.read() as session:
        facts = {"round": need_round(session).id, "household": 2}
    for store, more in ((pair.county, {"note": "县里记的"}), (pair.town, {"interviewer": "王某"})):
        with store.write("test.add") as work:
            work.add(Household(id=2, place=HERE)) if store is pair.town else None
            work.add(CensusForm(id=9, **facts, **more))
    assert pair.send().held == {}
    form = get(pair.county, CensusForm, 9)
    assert (form.note, form.interviewer) == ("县里记的", "王某")
    assert told(pair.county, CensusForm, 9) == [
        {k: (None, v) for k, v in (facts | {"note": "县里记的"}).items()},
        {"interviewer": (None, "王某")},
    ]
    is_clean(pair.county)


def test_a_record_both_made_differently_keeps_both_words(pair: Pair) -> None:
    for store, name in ((pair.county, "甲"), (pair.town, "乙")):
        with store.write("test.add") as work:
            work.add(Place(id=HERE + 7, name=name, level="group"))
    change(pair.town, Place, HERE + 7, name="丙", leader="周某")
    assert pair.send().conflicts == 1
    found = get(pair.county, Place, HERE + 7)
    assert (found.name, found.leader) == ("丙", "周某")
    assert in_conflict(pair.county) == {"name": ["丙", "甲"]}
    is_clean(pair.county)


# -- out of scope ------------------------------------------------------------------------------

FOREIGN: dict[str, Callable[[], list[Record]]] = {
    "a place": lambda: [Place(id=THERE + 9, name="某组", level="group")],
    "a household": lambda: [Household(id=77, place=THERE)],
    "a household and its member": lambda: [
        Household(id=77, place=THERE), Person(id=78, household=77, name="周小芳"),
    ],
    "a household, its visit and its form": lambda: [
        Household(id=77, place=THERE), Visit(id=78, household=77, place=HERE),
        CensusForm(id=79, household=77),
    ],
    "a member of nobody's household": lambda: [Person(id=78, household=4242)],
    "an entry of the frame": lambda: [FrameEntry(id=78, place=THERE)],
}  # fmt: skip


@pytest.mark.parametrize("what", FOREIGN)
def test_what_a_township_makes_elsewhere_is_kept_and_counted_but_never_applied(
    pair: Pair, what: str
) -> None:
    before = rows_of(pair.county)
    records = FOREIGN[what]()
    with pair.town.write("test.foreign") as work:
        for record in records:
            work.add(record)
            work.flush()
    count = len(records)
    with pair.town.write("test.later") as work:
        for record in records:
            found = work.session.get_one(type(record), record.id)
            key = "name" if isinstance(record, Place | Person) else "note"
            work.change(found, {"head_name" if isinstance(record, FrameEntry) else key: "改了"})
    done = pair.send()
    assert {k: v for k, v in rows_of(pair.county).items() if k in before} == before
    assert not {k for k in rows_of(pair.county) if k[1] in (THERE + 9, 77, 78, 79)}
    assert done.held == {OUT_OF_SCOPE: count, MISSING: count}
    assert sum(line.entries for line in held(pair.county)) == 2 * count
    is_clean(pair.county)


EXISTING: dict[str, tuple[type[Record], dict[str, Any]]] = {
    "a place": (Place, {"id": THERE + 9, "level": "group"}),
    "a household": (Household, {"id": 77, "place": THERE}),
    "a member": (Person, {"id": 78, "household": 70}),
    "a visit": (Visit, {"id": 78, "household": 70, "place": THERE}),
    "an entry of the frame without a household": (FrameEntry, {"id": 78, "place": THERE}),
    "an entry of the frame": (FrameEntry, {"id": 78, "place": THERE, "household": 70}),
}


@pytest.mark.parametrize("what", EXISTING)
def test_another_townships_record_is_not_changed(pair: Pair, what: str) -> None:
    """The records are the same on both laptops (a copied store); only one may write them."""
    model, facts = EXISTING[what]
    for store in (pair.other, pair.town):
        with store.write("test.add") as work:
            work.add(Household(id=70, place=THERE))
            work.flush()
            work.add(model(**facts))
    pair.send(pair.other)
    there = rows_of(pair.county)[model.__tablename__, facts["id"]]
    change(pair.town, model, facts["id"], deleted="9")
    done = pair.send()
    assert done.held[OUT_OF_SCOPE] >= 1
    assert rows_of(pair.county)[model.__tablename__, facts["id"]] == there
    is_clean(pair.county)


def test_nobody_is_pulled_over_from_another_township(pair: Pair) -> None:
    """Neither a household into one's own group nor a member into one's own household."""
    for store in (pair.other, pair.town):
        with store.write("test.add") as work:
            work.add(Household(id=70, place=THERE))
            work.flush()
            work.add(Person(id=71, household=70, name="周小芳"))
    with pair.town.write("test.add") as work:
        work.add(Household(id=60, place=HERE))
    pair.send(pair.other)
    change(pair.town, Person, 71, household=60)
    change(pair.town, Household, 70, place=HERE)
    assert pair.send().held[OUT_OF_SCOPE] >= 2
    assert get(pair.county, Household, 70).place == THERE
    assert get(pair.county, Person, 71).household == 70


def test_what_was_written_before_the_clerk_could_know_of_a_move_counts(pair: Pair) -> None:
    pair.send(pair.other)
    person = person_of(pair.town, name="周小芳")
    pair.send()
    house = get(pair.county, Person, person).household
    change(pair.county, Household, house, place=THERE)
    change(pair.town, Person, person, phone="15400000009")
    change(pair.town, Household, house, note="还在这里")
    assert pair.send().held == {}
    assert get(pair.county, Person, person).phone == "15400000009"
    is_clean(pair.county)


def test_what_the_county_moved_away_is_no_longer_the_townships_to_change(pair: Pair) -> None:
    pair.send(pair.other)
    person = person_of(pair.town, name="周小芳")
    pair.send()
    house = get(pair.county, Person, person).household
    change(pair.county, Household, house, place=THERE)
    pair.answer()
    assert get(pair.town, Household, house).place == THERE
    change(pair.town, Person, person, phone="15400000009")
    change(pair.town, Household, house, note="还在这里")
    assert pair.send().held == {OUT_OF_SCOPE: 2}
    assert get(pair.county, Person, person).phone is None
    is_clean(pair.county)


def test_who_was_entered_into_a_household_before_the_clerk_could_know_of_its_move_counts(
    pair: Pair,
) -> None:
    pair.send(pair.other)
    person = person_of(pair.town, name="周小芳")
    pair.send()
    house = get(pair.county, Person, person).household
    change(pair.county, Household, house, place=THERE)
    with pair.town.write("test.birth") as work:
        born = work.add(Person(household=house, name="周小小", relation="20")).id
    assert pair.send().held == {}
    assert get(pair.county, Person, born).household == house
    pair.send(pair.other)
    pair.answer(pair.other)
    assert get(pair.other, Person, born).name == "周小小"
    is_clean(pair.county)


def test_a_person_moved_to_another_township_leaves_the_first_one_whole(pair: Pair) -> None:
    person = person_of(pair.town, name="周小芳")
    pair.send()
    with pair.other.write("test.home") as work:
        home = work.add(Household(place=THERE, number="9")).id
    pair.send(pair.other)
    pair.answer()
    change(pair.county, Person, person, household=home)
    pair.answer()
    pair.answer(pair.other)
    for store in (pair.county, pair.town, pair.other):
        assert get(store, Person, person).household == home
        is_clean(store)
    with pair.town.read() as session:
        assert find(session, "周小芳").total == 0
    with pair.other.read() as session:
        assert find(session, "周小芳").total == 1


def test_who_came_with_a_household_and_left_it_for_another_one_here_comes_whole(
    pair: Pair,
) -> None:
    """The township hears of both moves at once."""
    with pair.other.write("test.home") as work:
        home = work.add(Household(place=THERE, number="9")).id
    person = person_of(pair.town, name="周小芳")
    pair.send()
    pair.send(pair.other)
    pair.answer(pair.other)
    change(pair.county, Household, get(pair.county, Person, person).household, place=THERE)
    change(pair.county, Person, person, household=home)
    assert pair.answer(pair.other).held == {}
    assert get(pair.other, Person, person).name == "周小芳"
    is_clean(pair.other)


def test_a_township_moves_nobody_into_another(pair: Pair) -> None:
    pair.send(pair.other)
    person = person_of(pair.town, name="周小芳")
    pair.send()
    house = get(pair.county, Person, person).household
    change(pair.town, Household, house, place=THERE)
    assert pair.send().held == {OUT_OF_SCOPE: 1}
    assert get(pair.county, Household, house).place != THERE
    is_clean(pair.county)


# -- files twice, at once, from a restored laptop ------------------------------------------------


def test_the_same_file_imported_by_two_at_once_is_applied_once(pair: Pair) -> None:
    for n in range(30):
        person_of(pair.town, name=f"周{n}")
    path = pair.file()
    export_bundle(pair.town, path)
    second = opened(pair.folder, "county")
    start = threading.Barrier(2)
    done: list[Any] = []

    def work(store: Store) -> None:
        start.wait()
        try:
            done.append(take(store, path))
        except BaseException as error:
            done.append(error)

    threads = [threading.Thread(target=work, args=(s,)) for s in (pair.county, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    second.close()
    assert all(isinstance(d, exchange.Imported) for d in done), done
    assert sorted(d.records for d in done) == [0, max(d.records for d in done)]
    assert len(exchange.bundles(pair.county)) == 1
    is_clean(pair.county)


def test_a_restored_laptop_that_gives_numbers_again_is_refused_not_passed_over(
    pair: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its backup is older than what the county has: the numbers it gives now were used."""
    person_of(pair.town, name="备份前")
    backup(pair.town, tmp_path / "a.lcbak")
    lost = [person_of(pair.town, name=f"备份后{n}") for n in range(3)]
    pair.send()
    pair.town.close()
    restore(tmp_path / "a.lcbak", pair.town.folder, by_password(CLERK, PASSWORD))
    unnoticed = "laborclerk.store.copies.settle_copy"
    monkeypatch.setattr(unnoticed, lambda store: False)
    pair.town = opened(pair.folder, "乌峰")
    person_of(pair.town, name="恢复后")
    before = rows_of(pair.county)
    with pytest.raises(Rejected) as caught:
        pair.send()
    (problem,) = caught.value.problems
    assert problem.code == "bundle_fork"
    assert rows_of(pair.county) == before
    assert get(pair.county, Person, lost[0]).name == "备份后0"


def test_a_file_after_a_gap_waits_for_the_one_that_is_missing(pair: Pair) -> None:
    person_of(pair.town, name="甲")
    lost = pair.file()
    export_bundle(pair.town, lost)
    with pair.town.local() as session:
        session.get_one(Device, 0).acked = 3
    person_of(pair.town, name="乙")
    before = rows_of(pair.county)
    assert [p.code for p in pair.send().problems] == ["bundle_gap"]
    assert rows_of(pair.county) == before
    take(pair.county, lost)
    mine = rows_of(pair.town)
    assert {k: v for k, v in rows_of(pair.county).items() if k in mine} == mine
    is_clean(pair.county)


# -- entries that are not what they should be ----------------------------------------------------

HEAD = ["a", 1, 0, "某", "test", None]


def tells(monkeypatch: pytest.MonkeyPatch, items: list[Any]) -> None:
    """The next bundle holds these items."""
    monkeypatch.setattr(Outgoing, "stretches", lambda *_: iter([["d", 0], *wire(items)]))


def at(record_type: Any, record_id: Any, kind: Any, values: Any, seq: Any = 1) -> list[Any]:
    return [seq, 1, record_type, record_id, kind, values]


WRONG: dict[str, list[Any]] = {
    "an entry without an act": [at("household", 5, 1, {"place": VILLAGE})],
    "an entry of an act told before the last": [
        HEAD, ["a", 2, 0, "某", "test", None], at("household", 5, 1, {"place": VILLAGE}),
    ],
    "a number left out": [
        HEAD, at("household", 5, 1, {"place": VILLAGE}),
        at("household", 6, 1, {"place": VILLAGE}, 3),
    ],
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_entries_out_of_order_change_nothing(
    pair: Pair, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    before = rows_of(pair.county)
    path = pair.file()
    tells(monkeypatch, WRONG[what])
    export_bundle(pair.town, path)
    with pytest.raises(Rejected, match="没有导入"):
        take(pair.county, path)
    assert rows_of(pair.county) == before


def test_a_record_made_twice_in_one_file_is_one(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = pair.file()
    twice = [
        at("household", 5, 1, {"place": VILLAGE, "note": n}, s) for n, s in (("甲", 1), ("乙", 2))
    ]
    tells(monkeypatch, [HEAD, *twice])
    export_bundle(pair.town, path)
    assert take(pair.county, path).held == {}
    assert get(pair.county, Household, 5).note == "乙"
    is_clean(pair.county)


def test_a_round_under_a_rule_of_a_newer_program_goes_on_under_the_usual_one(pair: Pair) -> None:
    with pair.county.read() as session:
        round_id = need_round(session).id
    change(pair.county, Round, round_id, labour_rule="17-up", reference_date=None)
    pair.send()
    pair.answer()
    person_of(pair.town, name="周小芳")
    with pair.town.read() as session:
        facts = current_facts(session)
    assert facts is not None
    assert facts.labour_rule.code == DEFAULT_LABOUR_RULE
    assert facts.reference_date == get(pair.town, Round, round_id).starts
    assert get(pair.town, Round, round_id).labour_rule == "17-up"
    is_clean(pair.town)


def test_a_township_that_closes_its_round_does_not_close_the_countys(pair: Pair) -> None:
    with pair.town.read() as session:
        round_id = need_round(session).id
    close_round(pair.town, round_id, "2026-11-20")
    assert pair.send().held == {OUT_OF_SCOPE: 1}
    assert get(pair.county, Round, round_id).closed is None
    is_clean(pair.county)


def test_what_a_newer_program_wrote_is_held_as_it_came(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = pair.file()
    entries = [
        HEAD, at("household", 5, 1, {"place": VILLAGE}),
        at("household", 5, 2, {"drone_count": [None, 3]}, 2),
        at("drone", 6, 1, {"place": VILLAGE}, 3), at("drone", 6, 2, {"place": [VILLAGE, None]}, 4),
    ]  # fmt: skip
    tells(monkeypatch, entries)
    export_bundle(pair.town, path)
    assert take(pair.county, path).held == {NEWER: 3}
    is_clean(pair.county)


def test_what_an_older_programs_window_held_is_applied_when_the_newer_one_opens_again(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two computers of a county, of which one was updated before the other."""
    mine = person_of(pair.town, name="周小芳")
    pair.send()
    assert settle_held(pair.county, PlaceScope, "2") == 0
    with monkeypatch.context() as patch:
        patch.setattr(records, "is_known", lambda model, entry: entry.kind == 1)
        change(pair.town, Person, mine, phone="15400000001")
        assert pair.send().held == {NEWER: 1}
    assert settle_held(pair.county, PlaceScope, "2") == 1
    assert get(pair.county, Person, mine).phone == "15400000001"
    is_clean(pair.county)


def test_what_was_held_from_a_newer_program_is_applied_after_the_update(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And only where its writer may write: the other township's household stays as it is."""
    mine, theirs = person_of(pair.town, name="周小芳"), add_household(pair.other, place=THERE)
    pair.send()
    pair.send(pair.other)
    known = registers.is_known
    monkeypatch.setattr(records, "is_known", lambda model, entry: entry.kind == 1)  # an old county
    with pair.town.write("test.add") as work:
        work.create_many(Household, [{"id": theirs, "place": HERE, "number": "1"}])
    change(pair.town, Person, mine, phone="15400000001")
    change(pair.town, Household, theirs, note="抢来的")
    assert pair.send().held == {OUT_OF_SCOPE: 1, NEWER: 2}
    assert settle_held(pair.county, PlaceScope, "1") == 0
    monkeypatch.setattr(records, "is_known", known)
    assert settle_held(pair.county, PlaceScope, "1") == 0  # this version tried
    assert settle_held(pair.county, PlaceScope, "2") == 1
    assert get(pair.county, Person, mine).phone == "15400000001"
    assert get(pair.county, Household, theirs).note is None
    assert [(line.reason, line.entries) for line in held(pair.county)] == [(OUT_OF_SCOPE, 2)]
    is_clean(pair.county)


# -- who is enrolled -----------------------------------------------------------------------------


def test_a_county_whose_code_ends_in_nought_enrols_its_own_townships_only(tmp_path: Path) -> None:
    from laborclerk.app import create_station
    from laborclerk.sync.ledger import COUNTY, TOWNSHIP, set_station

    made = {}
    for name, level, code in (
        ("county", COUNTY, "530620000000"), ("mine", TOWNSHIP, "530620001000"),
        ("theirs", TOWNSHIP, "530621001000"),
    ):  # fmt: skip
        made[name], _ = create_station(tmp_path / name, CLERK, PASSWORD, scrypt_n=2)
        set_station(made[name], level, code, name)
    for name in ("mine", "theirs"):
        approvals.request(made[name], tmp_path / f"{name}.lcq")
    approvals.approve(made["county"], tmp_path / "mine.lcq", tmp_path / "mine.lca")
    with pytest.raises(Rejected) as caught:
        approvals.approve(made["county"], tmp_path / "theirs.lcq", tmp_path / "theirs.lca")
    assert caught.value.problems[0].code == "request_not_ours"
    for store in made.values():
        store.close()


def test_the_journal_of_a_held_creation_is_clean(pair: Pair) -> None:
    with pair.town.write("test.add") as work:
        work.add(Household(id=77, place=THERE))
    pair.send()
    with pair.county.read() as session:
        assert check_journal(session) == []
        assert session.scalar(sa.select(sa.func.count()).where(Entry.record_id == 77)) == 1
