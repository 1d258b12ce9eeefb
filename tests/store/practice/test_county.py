"""The practice county: five townships in one book, and welders with every kind of name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from laborclerk.app import create_station
from laborclerk.features.census.household_form import (
    FINISHED,
    check_form,
    facts_of_round,
    open_form,
    unexplained,
)
from laborclerk.features.demand.service import register
from laborclerk.features.dispatch.batches import batch_list, members
from laborclerk.features.practice.county import TOWNS, County, begin_county
from laborclerk.features.practice.service import TODAY
from laborclerk.features.practice.welders import FUZHOU, WELDERS_IN
from laborclerk.features.registry.duplicates.listing import listed
from laborclerk.features.registry.find import find
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.places import ancestor, code_of
from laborclerk.kernel.errors import Severity
from laborclerk.store.check import check_references
from laborclerk.store.journal_check import check_journal
from laborclerk.store.store import Store
from laborclerk.sync.ledger import COUNTY, station_of

World = tuple[Store, County]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("county") / "s"
    store, made = begin_county(lambda f, c, p: create_station(f, c, p, scrypt_n=2), folder)
    yield store, made
    store.close()


def test_five_townships_share_one_book_of_numbers_and_telephones(world: World) -> None:
    store, made = world
    with store.read() as session:
        people = list(session.scalars(sa.select(Person).where(Person.deleted.is_(None))))
        homes = {h.id: h.place or 0 for h in session.scalars(sa.select(Household))}
    towns = {code_of(ancestor(homes[p.household or 0], "township")) for p in people}
    assert towns == set(TOWNS)
    assert len(people) == made.persons == 1500
    doubles = [pair for town in made.towns for pair in town.doubles] + made.planted.same_id
    again = {other for _, other in doubles}
    numbers = Counter(p.id_number for p in people if p.id_number and p.id not in again)
    assert max(numbers.values()) == 1
    assert {n[14:17] for n in numbers if len(n) == 18} == {"996", "997", "998", "999"}
    phones = Counter(p.phone for p in people if p.phone and p.id not in again)
    assert max(phones.values()) == 1
    assert station_of(store).level == COUNTY


def test_the_welders_are_there_with_every_kind_of_name(world: World) -> None:
    store, made = world
    assert tuple(len(t.welders) for t in made.towns) == WELDERS_IN
    with store.read() as session:
        welders = [session.get_one(Person, p) for p in made.planted.welders]
        largest = session.scalar(
            sa.select(sa.func.count()).where(
                Person.household == made.towns[0].largest, Person.deleted.is_(None)
            )
        )
    names = [w.name or "" for w in welders]
    assert {len(n) for n in names if n.count("·") == 2} == {19}
    assert sum(any(0x20000 <= ord(c) < 0x2A6E0 for c in n) for n in names) >= 2
    assert sum(any(0xE000 <= ord(c) < 0xF900 for c in n) for n in names) >= 2
    assert largest == 18
    assert made.towns[0].largest in {w.household for w in welders}
    assert {(w.skill, w.wanted_place, w.wants_to_go) for w in welders} == {("电焊", FUZHOU, True)}


def test_complete_forms_pass_every_check(world: World) -> None:
    store, made = world
    with store.read() as session:
        facts = facts_of_round(session, made.round)
        done = {house for town in made.towns for house in town.done}
        homes = [session.get_one(Person, p).household for p in made.planted.welders]
        assert done.issuperset(homes)
    for home in homes:
        assert home is not None
        form = open_form(store, home, made.round)
        problems = check_form(form, facts)
        assert form.form["status"] == FINISHED
        stopping = [p for p in problems if p.severity is Severity.BLOCK]
        assert stopping + unexplained(problems, form.form) == []


def test_doubles_within_and_across_townships_are_certain_and_namesakes_are_none(
    world: World,
) -> None:
    store, made = world
    certain = {
        frozenset(pair) for town in made.towns for pair in (*town.same_id, *town.old_and_new_id)
    } | {frozenset(pair) for pair in made.planted.same_id}
    with store.read() as session:
        pairs = {frozenset(d.pair): d for d in listed(session)}
        named = {p.id for p in find(session, "王建军", limit=100).people}
        for name, person in made.planted.rare_names.items():
            assert [p.id for p in find(session, name).people] == [person]
    assert {pair for pair, d in pairs.items() if d.certain} == certain
    assert len(made.planted.same_id) == len(TOWNS) - 1
    assert len(named) == 4 * len(TOWNS)
    assert not any(pair <= named for pair in pairs)


def test_the_post_of_the_welders_is_still_to_be_taken(world: World) -> None:
    store, made = world
    with store.read() as session:
        posts = {d.post["name"] for d in register(session, TODAY)}
        [batch] = batch_list(session)
        gone = {m.person for m in members(session, batch.id)}
        assert check_references(session) == []
        assert check_journal(session) == []
    assert "电焊工" not in posts
    assert "装配工" in posts
    assert batch.destination == "浙江省金华市永康市"
    assert not gone & set(made.planted.welders)
