"""The funnel of a fair counts lists from posts to arrivals, beside what was told on the day."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from laborclerk.features.demand.service import save_employer, save_post
from laborclerk.features.fairs.model import Fair
from laborclerk.features.fairs.service import (
    arrivals,
    fairs,
    funnel,
    intents,
    posts_of,
    record_intent,
    record_visit,
    save_fair,
    set_posts,
    visitors,
)
from laborclerk.features.work.model import WorkSpell
from laborclerk.store.store import Store
from tests.postgres import BOTH
from tests.small import TOWNSHIP, add_household, add_person, station
from tests.store.demand.test_matching import FIRM, POST

pytestmark = BOTH


@pytest.fixture(scope="module")
def store(backend: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    made = station(tmp_path_factory.mktemp("fairs") / "s", round_=False)
    yield made
    made.close()


def steps(store: Store, fair_id: int) -> dict[str, tuple[int | None, int]]:
    with store.read() as session:
        fair = session.get_one(Fair, fair_id)
        found = funnel(session, fair)
        return {s.key: (s.told, s.listed) for s in (*found.steps, found.firms, found.trades)}


def test_a_fair_counts_from_posts_to_arrivals(store: Store) -> None:
    firm = save_employer(store, FIRM).id
    welders = save_post(store, POST | {"employer": firm}).id
    cooks = save_post(
        store, POST | {"employer": firm, "name": "厨师", "occupation": "4-03", "headcount": 5}
    ).id
    kept = save_fair(
        store, {"name": "春风行动", "date": "2027-02-10", "venue_place": TOWNSHIP, "visits_told": 9}
    )
    assert kept.problems == []
    fair = kept.id
    house = add_household(store, {"name": "甲"})
    people = [add_person(store, house, name=name) for name in "乙丙丁"]
    set_posts(store, fair, [welders, cooks])
    for person in people:
        record_visit(store, fair, person)
        record_visit(store, fair, person)  # the same again is no other visit
    record_visit(store, fair, people[0], "2027-02-11")
    record_intent(store, fair, people[0], welders)
    record_intent(store, fair, people[0], cooks)  # two posts, one person
    record_intent(store, fair, people[1], welders)
    with store.write("test.add") as work:
        work.add(WorkSpell(person=people[1], post=welders, start="2027-02-20"))
        work.add(WorkSpell(person=people[0], post=welders, start="2027-01-20"))  # before the fair
        work.add(WorkSpell(person=people[2], post=welders, start="2027-02-20"))  # never said yes
    assert steps(store, fair) == {
        "posts": (None, 65), "visits": (9, 4), "intents": (None, 2), "arrivals": (None, 1),
        "firms": (None, 1), "trades": (None, 2),
    }  # fmt: skip
    with store.read() as session:
        record = session.get_one(Fair, fair)
        assert [p.code for p in funnel(session, record).problems] == ["fair_count"]
        assert visitors(session, record) == sorted(people)
        assert intents(session, record) == sorted(people[:2])
        assert arrivals(session, record) == [people[1]]
    set_posts(store, fair, [welders])
    with store.read() as session:
        assert [line.post for line in posts_of(session, fair)] == [welders]
    set_posts(store, fair, [welders, cooks])
    assert steps(store, fair)["posts"] == (None, 65)


def test_the_fair_of_the_source_is_kept_as_it_was_told(store: Store) -> None:
    told: dict[str, Any] = {
        "name": "福州市来定西招聘", "date": "2017-02-28", "venue_place": TOWNSHIP,
        "firms_told": 86, "trades_told": 137, "posts_told": 8470, "visits_told": 5000,
        "intents_told": 1568, "arrivals_told": 89,
    }  # fmt: skip
    kept = save_fair(store, told)
    assert [p.code for p in kept.problems] == ["fair_late"]
    with store.read() as session:
        record = session.get_one(Fair, kept.id)
        found = funnel(session, record)
        assert [s.count for s in found.steps] == [8470, 5000, 1568, 89]
        assert found.problems == []
        assert fairs(session)[-1].id == kept.id
