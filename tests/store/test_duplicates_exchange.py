"""Doubles over all stations: found at the county when bundles come, decisions travel in them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa

from laborclerk.catalog.idnumber import check_digit
from laborclerk.features.exchange.past import past
from laborclerk.features.registry.duplicates import detect
from laborclerk.features.registry.duplicates.decide import merge, separate
from laborclerk.features.registry.duplicates.listing import decisions, entered, listed
from laborclerk.features.registry.duplicates.model import PAIR, PersonVerdict, verdict_id
from laborclerk.features.registry.duplicates.undo import undo_merge
from laborclerk.features.registry.model import Person
from laborclerk.kernel.ids import new_id
from laborclerk.store.journal import Conflict
from laborclerk.store.store import Store
from laborclerk.store.undo import undo
from tests.exchanging import GROUPS, answer, opened, send, stations
from tests.postgres import BOTH
from tests.small import add_household

pytestmark = BOTH

NUMBER = "53062719930501996" + check_digit("53062719930501996")
FANG: dict[str, Any] = {
    "name": "周小芳", "birth_date": "1993-05-01", "sex": "2", "id_type": "01", "id_number": NUMBER,
    "relation": "02",
}  # fmt: skip
OLD = {"id_type": "02", "id_number": NUMBER[:6] + NUMBER[8:17]}


class World(NamedTuple):
    county: Store
    wufeng: Store
    poji: Store
    folder: Path

    def send(self, store: Store) -> Any:
        return send(store, self.county, self.folder / f"{new_id()}.lcb")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    folder = stations(tmp_path / "stations")
    county, wufeng, poji = (opened(folder, name) for name in ("county", "乌峰", "泼机"))
    made = World(county, wufeng, poji, tmp_path)
    yield made
    for store in made[:3]:
        kept = rows(store)
        with store.local() as session:
            detect.recount(session)
        assert rows(store) == kept
        store.close()


def rows(store: Store) -> list[Any]:
    with store.read() as session:
        return list(session.execute(sa.select(PAIR).order_by(PAIR.c.person_a, PAIR.c.person_b)))


def person(store: Store, place: int, **facts: Any) -> int:
    house = add_household(store, FANG | facts, place=place)
    with store.read() as session:
        return session.scalars(sa.select(Person.id).where(Person.household == house)).one()


def pairs(store: Store) -> list[tuple[int, int]]:
    with store.read() as session:
        return [d.pair for d in listed(session)]


def test_who_was_entered_in_two_townships_is_found_at_the_county(world: World) -> None:
    a = person(world.wufeng, GROUPS["乌峰"][0])
    b = person(world.poji, GROUPS["泼机"][0], **OLD)
    world.send(world.wufeng)
    assert pairs(world.county) == pairs(world.poji) == []
    world.send(world.poji)
    with world.county.read() as session:
        (found,) = listed(session)
        told = [entered(session, side.person)[0] for side in found.sides]
    assert set(found.pair) == {a, b}
    assert (found.certain, found.reasons) == (True, ("same_id",))
    assert all(e.station for e in told)  # who entered it where


def test_a_change_that_makes_a_double_is_found_when_it_comes(world: World) -> None:
    a = person(world.wufeng, GROUPS["乌峰"][0])
    b = person(world.poji, GROUPS["泼机"][0], id_number=None, name="周某")
    world.send(world.wufeng)
    world.send(world.poji)
    assert pairs(world.county) == []
    with world.poji.write("registry.set") as work:
        work.change(work.session.get_one(Person, b), {"id_number": NUMBER})
    world.send(world.poji)
    assert [set(pair) for pair in pairs(world.county)] == [{a, b}]


def test_a_township_decides_on_its_own_people_for_the_county_too(world: World) -> None:
    a = person(world.wufeng, GROUPS["乌峰"][0])
    b = person(world.wufeng, GROUPS["乌峰"][1])
    world.send(world.wufeng)
    assert pairs(world.county) == pairs(world.wufeng) != []
    separate(world.wufeng, a, b, "电话核实")
    done = world.send(world.wufeng)
    assert not done.held
    assert pairs(world.county) == []
    with world.county.read() as session:
        assert [d.reason for d in decisions(session)] == ["电话核实"]


def test_a_merge_of_a_township_is_one_at_the_county(world: World) -> None:
    a = person(world.wufeng, GROUPS["乌峰"][0], phone=None)
    b = person(world.wufeng, GROUPS["乌峰"][1], phone="15400000001")
    world.send(world.wufeng)
    merge(world.wufeng, a, b)
    world.send(world.wufeng)
    with world.county.read() as session:
        assert session.get_one(Person, a).phone == "15400000001"
        assert session.get_one(Person, b).deleted == "3"
    undo_merge(world.wufeng, verdict_id(a, b))
    world.send(world.wufeng)
    with world.county.read() as session:
        assert session.get_one(Person, a).phone is None
        assert session.get_one(Person, b).deleted is None
    assert pairs(world.county) == pairs(world.wufeng) != []


def test_a_township_does_not_decide_on_others_people(world: World) -> None:
    a = person(world.wufeng, GROUPS["乌峰"][0])
    b = person(world.poji, GROUPS["泼机"][0])
    world.send(world.wufeng)
    world.send(world.poji)
    with world.wufeng.write("duplicates.separate") as work:  # what no command of hers would write
        work.add(
            PersonVerdict(
                id=verdict_id(a, b), person_a=min(a, b), person_b=max(a, b), verdict="different"
            )
        )
    done = world.send(world.wufeng)
    assert done.held
    assert [set(pair) for pair in pairs(world.county)] == [{a, b}]


def test_the_county_merges_over_townships_and_takes_it_back(world: World) -> None:
    a = person(world.wufeng, GROUPS["乌峰"][0], phone=None)
    b = person(world.poji, GROUPS["泼机"][0], phone="15400000001")
    world.send(world.wufeng)
    world.send(world.poji)
    merge(world.county, a, b, keep=a)
    assert pairs(world.county) == []
    with world.wufeng.write("registry.set") as work:  # who does not know of it yet
        work.change(work.session.get_one(Person, a), {"education": "70"})
    world.send(world.wufeng)
    undo_merge(world.county, verdict_id(a, b))
    with world.county.read() as session:
        assert session.get_one(Person, a).phone is None
        assert session.get_one(Person, a).education == "70"
        assert session.get_one(Person, b).deleted is None
    assert [set(pair) for pair in pairs(world.county)] == [{a, b}]


@pytest.mark.parametrize("phone", [None, "15400000001"], ids=["nothing to fill", "filled"])
def test_who_was_merged_both_ways_round_at_once_does_not_vanish(
    world: World, phone: str | None
) -> None:
    a = person(world.wufeng, GROUPS["乌峰"][0])
    b = person(world.wufeng, GROUPS["乌峰"][1], phone=phone)
    world.send(world.wufeng)
    answer(world.wufeng, world.county, world.folder / "down.lcb")
    merge(world.county, a, b, keep=a)
    merge(world.wufeng, a, b, keep=b)
    world.send(world.wufeng)
    answer(world.wufeng, world.county, world.folder / "again.lcb")
    for store in (world.county, world.wufeng):
        with store.read() as session:
            alive = [i for i in (a, b) if session.get_one(Person, i).deleted is None]
            open_now = session.scalars(sa.select(Conflict.field).order_by(Conflict.field)).all()
        assert alive == [a, b]
        assert open_now == ["deleted", "deleted", "kept"]


def test_a_merge_says_nothing_of_the_kept_one_to_whoever_reads(world: World) -> None:
    a = person(world.wufeng, GROUPS["乌峰"][0])
    b = person(world.wufeng, GROUPS["乌峰"][1])
    merge(world.wufeng, a, b)
    with world.wufeng.read() as session:
        lines = past(world.wufeng, session, session.get_one(Person, a))
    assert [line.label for line in lines if "恢复" in line.why] == []
    undo(world.wufeng)
    with world.wufeng.read() as session:
        assert all(session.get_one(Person, i).deleted is None for i in (a, b))
