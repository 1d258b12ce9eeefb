"""Posts go out to every township, an answer comes back from its own, and nobody else's laptop
learns of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from laborclerk.features.demand.model import Post
from laborclerk.features.demand.service import close_post, save_employer, save_post
from laborclerk.features.fairs.model import Fair, FairVisit
from laborclerk.features.fairs.service import funnel, record_intent, save_fair, set_posts
from laborclerk.features.matching.advice import lines, save_advice
from laborclerk.features.matching.model import Offer, offer_id
from laborclerk.features.matching.offers import record_offer
from laborclerk.features.registry.model import Person
from laborclerk.kernel.ids import new_id
from laborclerk.store.store import Store
from laborclerk.store.undo import undo
from tests.exchanging import GROUPS, answer, opened, send, stations
from tests.small import add_household
from tests.store.demand.test_matching import FIRM, PERSON, POST


class World(NamedTuple):
    county: Store
    wufeng: Store
    poji: Store
    folder: Path

    def up(self, store: Store) -> int:
        done = send(store, self.county, self.folder / f"{new_id()}.lcb")
        return len(done.held)

    def down(self, store: Store) -> int:
        done = answer(store, self.county, self.folder / f"{new_id()}.lcb")
        return len(done.held)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    folder = stations(tmp_path / "stations")
    county, wufeng, poji = (opened(folder, name) for name in ("county", "乌峰", "泼机"))
    made = World(county, wufeng, poji, tmp_path)
    yield made
    for store in made[:3]:
        store.close()


def has(store: Store, model: type, record_id: int) -> bool:
    with store.read() as session:
        return session.get(model, record_id) is not None


def person_of(store: Store) -> int:
    with store.read() as session:
        return int(session.query(Person.id).filter(Person.name == "吴某").one()[0])


def test_posts_go_down_and_answers_come_up(world: World) -> None:
    county, wufeng, poji, _ = world
    add_household(wufeng, {**PERSON, "name": "吴某"}, place=GROUPS["乌峰"][0])
    person = person_of(wufeng)
    assert world.up(wufeng) == world.up(poji) == 0
    post = save_post(county, POST | {"employer": save_employer(county, FIRM).id}).id
    place = 530627000000000
    fair = save_fair(county, {"name": "春风行动", "date": "2027-02-10", "venue_place": place}).id
    set_posts(county, fair, [post])
    save_advice(county, {"name": "本县的", "destination": "1", "points": 3})
    for store in (wufeng, poji):
        assert world.down(store) == 0
        assert has(store, Post, post)
        assert has(store, Fair, fair)
        with store.read() as session:
            assert "本县的" in [line["name"] for line in lines(session)]
    record_offer(wufeng, person, post, {"answer": "2", "reasons": "1"})
    record_intent(wufeng, fair, person, post)
    assert world.up(wufeng) == 0
    with county.read() as session:
        offer = session.get_one(Offer, offer_id(person, post))
        assert (offer.answer, offer.fair) == ("1", fair)
        steps = funnel(session, session.get_one(Fair, fair)).steps
        assert [s.listed for s in steps] == [60, 1, 1, 0]
        visit = session.query(FairVisit).one()
    assert world.down(poji) == 0
    assert not has(poji, Offer, offer_id(person, post))
    assert not has(poji, FairVisit, visit.id)


def test_two_who_ask_the_same_person_meet_in_one_record(world: World) -> None:
    county, wufeng, _, _ = world
    add_household(wufeng, {**PERSON, "name": "吴某"}, place=GROUPS["乌峰"][0])
    person = person_of(wufeng)
    world.up(wufeng)
    post = save_post(county, POST | {"employer": save_employer(county, FIRM).id}).id
    world.down(wufeng)
    record_offer(county, person, post, {"answer": "3"})
    record_offer(wufeng, person, post, {"answer": "1"})
    assert world.up(wufeng) == 0
    with county.read() as session:
        assert session.query(Offer).count() == 1


def test_an_answer_is_taken_back_and_a_post_opened_again(world: World) -> None:
    county = world.county
    add_household(county, {**PERSON, "name": "吴某"}, place=GROUPS["乌峰"][0])
    person = person_of(county)
    post = save_post(county, POST | {"employer": save_employer(county, FIRM).id}).id
    record_offer(county, person, post, {"answer": "1"})
    record_offer(county, person, post, {"answer": "2", "reasons": "2"})
    undo(county)
    close_post(county, post, "2")
    undo(county)
    with county.read() as session:
        offer = session.get_one(Offer, offer_id(person, post))
        assert (offer.answer, offer.reasons) == ("1", None)
        assert session.get_one(Post, post).closed is None
