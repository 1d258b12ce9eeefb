"""A township's changes reach the county: in order, once, whole, and never over another's word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgpack
import pytest
import sqlalchemy as sa

from laborclerk.app import create_station, open_station
from laborclerk.features.census.model import Round
from laborclerk.features.census.rounds import need_round, new_round
from laborclerk.features.coverage import service as coverage
from laborclerk.features.registry.find import find
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.places import PlaceRow, add_group
from laborclerk.features.registry.scope import PlaceScope
from laborclerk.features.registry.station import found, plan
from laborclerk.kernel.errors import Message, Rejected, Severity
from laborclerk.store.base import record_types, values_of
from laborclerk.store.history import history
from laborclerk.store.journal import Conflict, Device, Kind
from laborclerk.store.journal_check import check_journal
from laborclerk.store.store import Store
from laborclerk.store.undo import undo
from laborclerk.store.versions import unpack_versions
from laborclerk.sync import approvals
from laborclerk.sync.exchange import Imported, import_bundle
from laborclerk.sync.export import export_bundle
from laborclerk.sync.ledger import COUNTY, TOWNSHIP, Ledger
from tests.postgres import BOTH, choosing, copy_station
from tests.small import PASSWORD, ROUND, add_household, add_person

pytestmark = BOTH

DIVISIONS = (
    PlaceRow("530627000000", "镇雄县"),
    PlaceRow("530627001000", "乌峰街道"),
    PlaceRow("530627001001", "油榨街社区居民委员会"),
    PlaceRow("530627101000", "泼机镇"),
    PlaceRow("530627101200", "泼机村民委员会"),
)
WUFENG, POJI = 530627001001001, 530627101200001  # a group in each township
STATIONS = {
    "county": (COUNTY, "530627", "赵县站"),
    "wufeng": (TOWNSHIP, "530627001", "钱乌峰"),
    "poji": (TOWNSHIP, "530627101", "孙泼机"),
    "foreign": (COUNTY, "530627", "李外县"),
}


@pytest.fixture(scope="module")
def enrolled(backend: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four stations on disk, the county's register on a server if so chosen; both townships are
    enrolled with the county, nobody with the foreign one."""
    base = tmp_path_factory.mktemp("stations")
    stores = {}
    for name, (level, code, clerk) in STATIONS.items():
        with choosing(backend if name == "county" else "sqlite"):
            stores[name], _ = create_station(base / name, clerk, PASSWORD, scrypt_n=2)
        found(stores[name], plan(level, code, DIVISIONS))
    for name in ("wufeng", "poji"):
        enrol(stores[name], stores["county"], base)
        add_group(stores[name], (WUFENG if name == "wufeng" else POJI) - 1, "1组")
    for store in stores.values():
        store.close()
    return base


def enrol(store: Store, county: Store, folder: Path) -> None:
    approvals.request(store, folder / "request")
    approvals.approve(county, folder / "request", folder / "approval")
    approvals.accept(store, folder / "approval")


@dataclass
class Stations:
    county: Store
    wufeng: Store
    poji: Store
    foreign: Store
    folder: Path

    def export(self, store: Store, name: str = "bundle") -> Path:
        path = self.folder / name
        path.unlink(missing_ok=True)
        export_bundle(store, path)
        return path

    def send(self, store: Store) -> Imported:
        """What a township has goes to the county."""
        return import_bundle(self.county, self.export(store), PlaceScope)


@pytest.fixture
def stations(enrolled: Path, tmp_path: Path) -> Iterator[Stations]:
    stores = {}
    for name, (_, _, clerk) in STATIONS.items():
        copy_station(enrolled / name, tmp_path / name)
        stores[name] = open_station(tmp_path / name, clerk, PASSWORD)
    yield Stations(folder=tmp_path, **stores)
    for store in stores.values():
        store.close()


def family(store: Store, place: int, **facts: Any) -> int:
    return add_household(
        store, {"name": "周大", "relation": "02"}, {"name": "周小芳", **facts}, place=place
    )


def fang(store: Store) -> Person:
    with store.read() as session:
        return session.scalars(sa.select(Person).where(Person.name == "周小芳")).one()


def change(store: Store, person: int, **facts: Any) -> None:
    with store.write("test.change") as work:
        work.change(work.session.get_one(Person, person), facts)


def records(store: Store, *models: type[Any]) -> dict[tuple[str, int], dict[str, Any]]:
    """The declared values of every record, by type and id."""
    with store.read() as session:
        return {
            (model.__tablename__, r.id): values_of(r)
            for model in models or tuple(record_types().values())
            for r in session.scalars(sa.select(model))
        }


def everything(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table but the search index."""
    with store.read() as session:
        return {
            t: sorted(map(tuple, session.execute(sa.text(f'SELECT * FROM "{t}"'))), key=repr)
            for t in sa.inspect(session.connection()).get_table_names()
            if not t.startswith("person_search")
        }


def messages(imported: Imported) -> list[Message]:
    assert all("{" not in p.text for p in imported.problems)
    return [p.message for p in imported.problems]


def held(store: Store) -> list[tuple[str, str, int, Any]]:
    with store.read() as session:
        rows = session.execute(
            sa.text("SELECT reason, record_type, record_id, content FROM held_entry ORDER BY seq")
        )
        return [(r.reason, r.record_type, r.record_id, msgpack.unpackb(r.content)) for r in rows]


# -- what arrives ------------------------------------------------------------------------------


def test_the_county_has_every_record_of_the_township_as_it_stands(stations: Stations) -> None:
    s = stations
    new_round(s.wufeng, ROUND)
    house = family(s.wufeng, WUFENG, phone="15400000001")
    person = fang(s.wufeng).id
    change(s.wufeng, person, phone="15400000002", wants_to_go=True, monthly_income=4500)
    change(s.wufeng, person, phone=None, note="改过两次")
    other = add_person(s.wufeng, house, name="录错的人")
    with s.wufeng.write("test.delete") as work:
        work.delete(work.session.get_one(Person, other), "4")
    add_person(s.wufeng, house, name="撤销的人")
    undo(s.wufeng)
    imported = s.send(s.wufeng)
    assert messages(imported) == []
    assert records(s.wufeng, Household, Person) == records(s.county, Household, Person)
    assert records(s.wufeng).items() <= records(s.county).items()
    assert (imported.station, imported.number) == ("530627001", 1)
    with s.county.read() as session:
        assert find(session, "zxf").total == 1
        assert find(session, "录错的人").total == find(session, "撤销的人").total == 0
        assert check_journal(session) == []


def test_the_county_sees_who_changed_what_and_with_which_value_it_was_made(
    stations: Stations,
) -> None:
    s = stations
    family(s.wufeng, WUFENG, phone="15400000001")
    change(s.wufeng, fang(s.wufeng).id, phone="15400000002")
    s.send(s.wufeng)
    for store in (s.wufeng, s.county):
        with store.read() as session:
            events = history(session, session.get_one(Person, fang(s.wufeng).id))
        assert [(e.kind, e.clerk, e.use_case) for e in events] == [
            (Kind.CREATE, "钱乌峰", "test.add"), (Kind.CHANGE, "钱乌峰", "test.change"),
        ]  # fmt: skip
        assert events[0].changes["phone"] == (None, "15400000001")
        assert events[1].changes == {"phone": ("15400000001", "15400000002")}


def test_later_changes_follow_earlier_ones(stations: Stations) -> None:
    s = stations
    family(s.wufeng, WUFENG)
    s.send(s.wufeng)
    change(s.wufeng, fang(s.wufeng).id, phone="15400000002")
    imported = s.send(s.wufeng)
    assert (imported.records, imported.fields, messages(imported)) == (1, 1, [])
    assert records(s.wufeng, Household, Person) == records(s.county, Household, Person)


def test_a_later_bundle_brings_what_an_earlier_one_would_have(stations: Stations) -> None:
    """A lost stick costs nothing, and the one found again changes nothing."""
    s = stations
    family(s.wufeng, WUFENG)
    first = s.export(s.wufeng, "first")
    change(s.wufeng, fang(s.wufeng).id, phone="15400000002")
    assert import_bundle(s.county, s.export(s.wufeng, "second"), PlaceScope).records
    before = records(s.county)
    late = import_bundle(s.county, first, PlaceScope)
    assert (late.records, messages(late)) == (0, [Ledger.NOTHING_NEW])
    assert records(s.county) == before


def test_the_same_file_again_changes_nothing_and_says_so(stations: Stations) -> None:
    s = stations
    family(s.wufeng, WUFENG)
    path = s.export(s.wufeng)
    import_bundle(s.county, path, PlaceScope)
    before = everything(s.county)
    again = import_bundle(s.county, path, PlaceScope)
    assert (again.records, messages(again)) == (0, [Ledger.BUNDLE_KNOWN])
    assert again.problems[0].severity is Severity.HINT
    assert everything(s.county) == before


def test_two_townships_do_not_disturb_each_other(stations: Stations) -> None:
    s = stations
    for store in (s.wufeng, s.poji):
        new_round(store, ROUND)  # the same round, made by both
    family(s.wufeng, WUFENG)
    family(s.poji, POJI, phone="15400000009")
    for store in (s.poji, s.wufeng):
        assert messages(s.send(store)) == []
    both = records(s.wufeng, Household, Person) | records(s.poji, Household, Person)
    assert records(s.county, Household, Person) == both
    with s.county.read() as session:
        assert check_journal(session) == []


def test_townships_that_began_the_same_round_on_other_days_are_counted_together(
    stations: Stations,
) -> None:
    s = stations
    new_round(s.wufeng, ROUND | {"starts": "2026-09-03", "reference_date": "2026-09-03"})
    new_round(s.poji, ROUND | {"starts": "2026-09-21", "reference_date": "2026-09-01"})
    family(s.wufeng, WUFENG)
    family(s.poji, POJI, phone="15400000009")
    for store in (s.poji, s.wufeng):
        assert messages(s.send(store)) in ([], [Ledger.CONFLICTS_BEGAN])
    with s.county.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Round)) == 1
        assert coverage.counts_of(session, need_round(session).id, 530627 * 10**9).households == 2
        assert check_journal(session) == []
    assert conflicts(s.county).keys() == {"starts", "reference_date"}


# -- what is held ------------------------------------------------------------------------------


def test_what_is_outside_the_senders_place_is_held_whole(stations: Stations) -> None:
    """A household put into the other township, and its members; the rest arrives."""
    s = stations
    outside = family(s.wufeng, POJI)
    inside = add_household(s.wufeng, {"name": "李甲"}, place=WUFENG)
    imported = s.send(s.wufeng)
    assert messages(imported) == [Ledger.HELD_OUT_OF_SCOPE]
    assert dict(imported.held) == {"out_of_scope": 3}
    there = records(s.county, Household, Person)
    assert ("household", inside) in there
    assert ("household", outside) not in there
    assert [(reason, kind) for reason, kind, _, _ in held(s.county)] == [
        ("out_of_scope", "household"), ("out_of_scope", "person"), ("out_of_scope", "person"),
    ]  # fmt: skip
    assert held(s.county)[2][3]["name"] == "周小芳"


def test_another_townships_person_cannot_be_changed_or_taken(stations: Stations) -> None:
    s = stations
    house = family(s.poji, POJI)
    s.send(s.poji)
    mine = add_household(s.wufeng, {"name": "李甲"}, place=WUFENG)
    person = fang(s.poji).id
    # the other township has the same record, however it came by it
    with s.wufeng.write("test.forge") as work:
        work.create_many(Household, [{"id": house, "place": POJI, "number": "1"}])
        work.create_many(Person, [{"id": person, "household": house, "name": "周小芳"}])
    change(s.wufeng, person, name="周晓芳")
    change(s.wufeng, person, household=mine)
    with s.wufeng.write("test.move") as work:
        work.change(work.session.get_one(Household, house), {"place": WUFENG})
    before = records(s.poji, Household, Person)
    imported = s.send(s.wufeng)
    assert dict(imported.held) == {"out_of_scope": 5}
    assert records(s.county, Household, Person).items() >= before.items()


def test_where_a_household_lies_is_asked_again_once_it_may_have_moved(stations: Stations) -> None:
    s = stations
    house = add_household(s.wufeng, {"name": "李甲"}, place=WUFENG)
    s.send(s.wufeng)
    joining: list[tuple[int, dict[str, Any]]] = [(1, {"household": house})]
    judge = PlaceScope("530627001")
    with s.county.write("test.move") as work:
        assert judge.refused(work, "person", joining) == set()
        assert judge.refused(work, "household", [(house, {"place": POJI})]) == {0}
        work.change(work.session.get_one(Household, house), {"place": POJI})
        work.flush()
        assert judge.refused(work, "person", joining) == {0}


def test_a_household_is_not_given_away_and_who_joins_it_later_is_taken(stations: Stations) -> None:
    s = stations
    house = add_household(s.wufeng, {"name": "李甲"}, place=WUFENG)
    with s.wufeng.write("test.move") as work:
        work.change(work.session.get_one(Household, house), {"place": POJI})
    with s.wufeng.write("test.join") as work:
        work.create_many(Person, [{"household": house, "name": "李丙"}])
    assert dict(s.send(s.wufeng).held) == {"out_of_scope": 1}
    assert [said for *_, said in held(s.county)] == [{"place": [WUFENG, POJI]}]
    names = [r["name"] for (kind, _), r in records(s.county, Person).items() if kind == "person"]
    assert sorted(names) == ["李丙", "李甲"]


def test_a_place_of_another_township_is_held(stations: Stations) -> None:
    s = stations
    with s.wufeng.write("test.place") as work:
        from laborclerk.features.registry.model import Place

        work.add(Place(id=POJI + 7, name="抢来的组", level="group"))
    assert dict(s.send(s.wufeng).held) == {"out_of_scope": 1}
    assert ("place", POJI + 7) not in records(s.county)


def conflicts(store: Store) -> dict[str, list[Any]]:
    with store.read() as session:
        return {
            c.field: [value for value, _ in unpack_versions(c.versions)]
            for c in session.scalars(sa.select(Conflict))
        }


def test_a_value_the_county_changed_is_not_overwritten(stations: Stations) -> None:
    s = stations
    family(s.wufeng, WUFENG, phone="15400000001")
    s.send(s.wufeng)
    person = fang(s.wufeng).id
    change(s.county, person, phone="15400000007")
    change(s.wufeng, person, phone="15400000002")
    change(s.wufeng, person, name="周晓芳")  # a field the county left alone
    imported = s.send(s.wufeng)
    assert messages(imported) == [Ledger.CONFLICTS_BEGAN]
    assert (dict(imported.held), imported.conflicts, imported.met) == ({}, 1, 1)
    now = records(s.county)["person", person]
    assert (now["phone"], now["name"]) == ("15400000002", "周晓芳")
    assert conflicts(s.county) == {"phone": ["15400000002", "15400000007"]}


def test_an_entry_that_differs_in_one_field_is_in_conflict_there_alone(
    stations: Stations,
) -> None:
    s = stations
    family(s.wufeng, WUFENG)
    s.send(s.wufeng)
    person = fang(s.wufeng).id
    change(s.county, person, phone="15400000007")
    change(s.wufeng, person, phone="15400000002", name="周晓芳")
    s.send(s.wufeng)
    assert records(s.county)["person", person]["name"] == "周晓芳"
    assert conflicts(s.county) == {"phone": ["15400000002", "15400000007"]}
    assert held(s.county) == []


def test_the_same_word_on_both_sides_is_no_difference(stations: Stations) -> None:
    s = stations
    family(s.wufeng, WUFENG)
    s.send(s.wufeng)
    person = fang(s.wufeng).id
    for store in (s.county, s.wufeng):
        change(store, person, phone="15400000002")
    imported = s.send(s.wufeng)
    assert (messages(imported), imported.records) == ([], 0)


def test_a_field_of_a_newer_program_is_held_until_this_one_knows_it(stations: Stations) -> None:
    s = stations
    family(s.wufeng, WUFENG)
    with s.wufeng.local() as session:  # as a newer program would have journaled it
        last = session.scalar(sa.text('SELECT last_seq FROM device WHERE "index" = 0')) or 0
        session.execute(
            sa.text("INSERT INTO journal VALUES (0, :s, :s, 'person', :p, 2, :c)"),
            {"s": last + 1, "p": fang(s.wufeng).id, "c": msgpack.packb({"blood": [None, "A"]})},
        )
        session.execute(
            sa.text("INSERT INTO act VALUES (0, :s, 1, '钱乌峰', 'test.newer', NULL, :s)"),
            {"s": last + 1},
        )
        session.execute(sa.text("UPDATE device SET last_seq = :s"), {"s": last + 1})
    imported = s.send(s.wufeng)
    assert messages(imported) == [Ledger.HELD_NEWER]
    assert held(s.county)[0][3] == {"blood": [None, "A"]}


# -- what is refused ---------------------------------------------------------------------------


def refused(store: Store, path: Path) -> Message:
    """The one reason, and nothing has changed."""
    before = everything(store)
    with pytest.raises(Rejected) as caught:
        import_bundle(store, path, PlaceScope)
    (problem,) = caught.value.problems
    assert "{" not in problem.text
    assert everything(store) == before
    return problem.message


def acknowledge(store: Store, last: int) -> None:
    with store.local() as session:
        session.get_one(Device, 0).acked = last


def test_nothing_is_applied_over_a_gap(stations: Stations) -> None:
    s = stations
    family(s.wufeng, WUFENG)
    acknowledge(s.wufeng, 3)
    before = records(s.county)
    assert messages(s.send(s.wufeng)) == [Ledger.BUNDLE_GAP]
    assert records(s.county) == before
    acknowledge(s.wufeng, 0)
    s.send(s.wufeng)
    acknowledge(s.wufeng, 3)
    change(s.wufeng, fang(s.wufeng).id, phone="15400000002")
    assert messages(s.send(s.wufeng)) == []


def test_a_damaged_file_is_refused_wherever_it_is_damaged(stations: Stations) -> None:
    s = stations
    family(s.wufeng, WUFENG)
    path = s.export(s.wufeng)
    whole = path.read_bytes()
    for at in range(0, len(whole), max(len(whole) // 40, 1)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x10]) + whole[at + 1 :])
        refused(s.county, path)
    for length in (0, 10, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        refused(s.county, path)
    path.write_bytes(whole + b"x")
    refused(s.county, path)
    path.write_bytes(whole)
    assert import_bundle(s.county, path, PlaceScope).records


def test_a_file_for_another_county_is_refused(stations: Stations) -> None:
    s = stations
    family(s.wufeng, WUFENG)
    refused(s.foreign, s.export(s.wufeng))


def test_a_station_the_county_never_approved_is_refused(stations: Stations) -> None:
    """The foreign county enrols the township anew: its certificate is not ours."""
    s = stations
    with s.wufeng.local() as session:
        session.execute(sa.text("DELETE FROM setting WHERE key = 'sync.county'"))
    enrol(s.wufeng, s.foreign, s.folder)
    family(s.wufeng, WUFENG)
    refused(s.county, s.export(s.wufeng))


def test_an_enrolment_the_county_has_lost_is_refused(stations: Stations) -> None:
    s = stations
    family(s.wufeng, WUFENG)
    with s.county.local() as session:
        session.execute(sa.text("DELETE FROM enrolled"))
    assert refused(s.county, s.export(s.wufeng)) is Ledger.NOT_ENROLLED


def test_a_station_that_is_not_enrolled_exports_nothing(stations: Stations) -> None:
    s = stations
    with pytest.raises(Rejected) as caught:
        export_bundle(s.foreign, s.folder / "bundle")
    assert caught.value.problems[0].message is Ledger.NOT_ENROLLED_YET
    assert not (s.folder / "bundle").exists()


def test_nothing_readable_leaves_in_a_bundle(stations: Stations) -> None:
    s = stations
    family(s.wufeng, WUFENG, phone="15400000001")
    content = s.export(s.wufeng).read_bytes()
    for secret in ("周小芳", "15400000001"):
        assert secret.encode() not in content


def test_the_county_counts_what_arrives(stations: Stations) -> None:
    """Derived data is brought up to date inside the import."""
    s = stations
    new_round(s.county, ROUND)
    family(s.wufeng, WUFENG)
    s.send(s.wufeng)
    with s.county.read() as session:
        count = session.execute(
            sa.text("SELECT households, persons_due FROM group_count WHERE place = :p"),
            {"p": WUFENG},
        ).one()
    assert tuple(count) == (1, 2)
