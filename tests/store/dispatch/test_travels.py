"""A county-wide batch travels: each township answers for its own people, and only for them."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from laborclerk.features.demand.model import Employer, Post
from laborclerk.features.dispatch import service, travels
from laborclerk.features.dispatch.batches import batch_list, leaders, members
from laborclerk.features.dispatch.model import Batch, BatchMember
from laborclerk.features.handbook import service as handbook
from laborclerk.features.registry.model import Person
from laborclerk.features.work.model import WorkSpell
from laborclerk.store.check import check_references
from laborclerk.store.store import Store
from tests import exchanging as x
from tests.dispatching import BATCH
from tests.small import add_household

PLACES = {"乌峰": 530627001000000, "泼机": 530627101000000}


@pytest.fixture
def three(tmp_path: Path):
    folder = x.stations(tmp_path)
    stores = {name: x.opened(folder, name) for name in ("county", "乌峰", "泼机")}
    yield stores, tmp_path
    for store in stores.values():
        store.close()


def people_of(store: Store, group: int, name: str) -> None:
    person = {"name": name, "sex": "1", "birth_date": "1990-05-01", "relation": "02"}
    add_household(store, person, place=group)


def rosters(store: Store, batch: int) -> list[tuple[str, str]]:
    with store.read() as session:
        return [(m.name, m.status_text) for m in members(session, batch)]


def test_a_county_batch_reaches_each_township_with_its_own_people_and_comes_back(three):
    stores, folder = three
    county = stores["county"]
    for name, groups in x.GROUPS.items():
        people_of(stores[name], groups[0], f"{name}王")
        x.send(stores[name], county, folder / f"{name}1.lcb")
    with county.read() as session:
        everybody = list(session.scalars(sa.select(Person.id)))
    [batch] = service.save_batch(county, BATCH).ids
    service.add_members(county, batch, everybody, {"wage": 6500})
    service.set_leader(county, batch, PLACES["乌峰"], "杨街道", "13987000009")
    handbook.confirm(county, ["line-12333"], "王核对")
    for name in ("乌峰", "泼机"):
        x.answer(stores[name], county, folder / f"{name}2.lcb")
        assert rosters(stores[name], batch) == [(f"{name}王", "已报名")]
        checked = [line.item.key for line in handbook.lines(stores[name]) if line.checked]
        assert "line-12333" in checked
    with stores["泼机"].read() as session:
        assert [b.number for b in batch_list(session)] == ["530627-2026-001"]
        assert leaders(session, batch) == {}

    there = stores["乌峰"]
    with there.read() as session:
        own = [m.id for m in members(session, batch)]
    travels.arrive(there, own, "2026-11-22")
    done = x.send(there, county, folder / "乌峰3.lcb")
    assert not done.problems
    assert sorted(rosters(county, batch)) == sorted(
        [("乌峰王", "已到岗"), ("泼机王", "已报名")]
    )  # fmt: skip
    with county.read() as session:
        [spell] = session.scalars(sa.select(WorkSpell)).all()
        assert (spell.assignment, spell.start) == (own[0], "2026-11-22")
        assert check_references(session) == []


def test_a_township_cannot_speak_for_anothers_member(three):
    stores, folder = three
    county = stores["county"]
    people_of(stores["泼机"], x.GROUPS["泼机"][0], "泼机王")
    x.send(stores["泼机"], county, folder / "1.lcb")
    with county.read() as session:
        [person] = session.scalars(sa.select(Person.id))
    [batch] = service.save_batch(county, BATCH).ids
    [member] = service.add_members(county, batch, [person]).ids
    x.answer(stores["乌峰"], county, folder / "2.lcb")
    stranger = stores["乌峰"]
    with stranger.write("test") as work:
        work.add(BatchMember(id=member, batch=batch, person=person, status="4"))
    x.send(stranger, county, folder / "3.lcb")
    assert rosters(county, batch) == [("泼机王", "已报名")]


def test_a_township_cannot_change_the_countys_batch_or_post(three):
    """They lie in no place, nor does what they refer to: only the county changes them."""
    stores, folder = three
    county, town = stores["county"], stores["乌峰"]
    people_of(town, x.GROUPS["乌峰"][0], "王大")
    x.send(town, county, folder / "1.lcb")
    with county.write("test.post") as work:
        employer = work.add(Employer(name="福州某某厂"))
        work.flush()
        post = work.add(Post(employer=employer.id, headcount=60))
    with county.read() as session:
        person = session.scalars(sa.select(Person.id)).one()
    [batch] = service.save_batch(county, BATCH | {"post": post.id}).ids
    service.add_members(county, batch, [person], {})
    x.answer(town, county, folder / "2.lcb")
    with town.write("test.change") as work:
        work.change(work.session.get_one(Post, post.id), {"headcount": 1})
        work.change(work.session.get_one(Batch, batch), {"gather_place": "别处"})
    done = x.send(town, county, folder / "3.lcb")
    assert done.held == {"out_of_scope": 2}
    with county.read() as session:
        assert session.get_one(Post, post.id).headcount == 60
        assert session.get_one(Batch, batch).gather_place != "别处"
