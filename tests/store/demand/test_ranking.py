"""The first people of a ranking are the first of all people weighed one by one, whatever the bound
was guessed at and however few are weighed at once."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa

from laborclerk.features.demand.service import one_demand, save_employer, save_post
from laborclerk.features.matching import ranking
from laborclerk.features.matching.offers import record_offer
from laborclerk.features.matching.service import UNASKED, people_for
from laborclerk.features.seeking.model import JobSeeking
from laborclerk.features.work.model import WorkSpell
from laborclerk.store.store import Store
from tests.postgres import BOTH
from tests.small import GROUP, OTHER_VILLAGE, add_household, station
from tests.store.demand.test_matching import FIRM, POST, VIEW

pytestmark = BOTH
VAGUE = {**POST, "name": "普工", "occupation": "5-01", "education": None, "age_min": None}
FACTS: dict[str, list[Any]] = {
    "birth_date": ["1970-01-01", "1990-05-01", "2005-03-03"],
    "wanted_job": ["6-18", "6-29", "4-03", None, None],
    "skill": ["焊工", "厨师", None, None],
    "wants_to_go": [True, True, False, None],
    "employment_status": ["99", "04", "01"],
    "monthly_income": [None, 3000, 9000],
    "expected_income": [None, 4000, 7000, 12000],
    "wanted_place": [None, "350000000000", "330000000000"],
    "work_ability": ["1", "2", "5"],
}


def fill(store: Store) -> list[int]:
    """300 people; many of them are like others."""
    random = Random(7)
    for n in range(60):
        members = [
            {"name": f"人{n}-{m}", **{key: random.choice(some) for key, some in FACTS.items()}}
            for m in range(5)
        ]
        add_household(store, *members, place=random.choice([GROUP, OTHER_VILLAGE + 1]))
    with store.read() as session:
        people = list(session.scalars(sa.text("SELECT id FROM person ORDER BY id")))
    with store.write("test") as work:
        for person in random.sample(people, 60):
            end = random.choice([None, "2026-11-15"])
            pay = random.choice([None, 2000, 9000])
            place = random.choice(["530627000000", "350100000000"])
            work.add(WorkSpell(person=person, place=place, start="2026-10-10", end=end, income=pay))
        for person in random.sample(people, 60):
            work.add(
                JobSeeking(
                    person=person, registered="2026-10-20", valid_until="2027-04-19",
                    wanted_jobs=random.choice(["6-18", "4-03,6-18", "6-29", "4-03"]),
                    wanted_place=random.choice([None, "330000000000"]),
                    second_place=random.choice([None, "350000000000"]),
                    expected_income=random.choice([None, 6000, 15000]),
                )
            )  # fmt: skip
    return people


@pytest.fixture(scope="module")
def world(backend: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Any]]:
    store = station(tmp_path_factory.mktemp("ranking") / "s", round_=False)
    people = fill(store)
    employer = save_employer(store, FIRM).id
    posts = [save_post(store, facts | {"employer": employer}).id for facts in (POST, VAGUE)]
    for person in people[::17]:
        answer = {"answer": "2", "reasons": "1", "asked": "2026-11-10", "answered": "2026-11-10"}
        record_offer(store, person, posts[0], answer)
    yield store, posts
    store.close()


@pytest.mark.parametrize("one_in", [1, 3, 16])
@pytest.mark.parametrize("most", [4, 40, 4000])
@pytest.mark.parametrize("at", [0, 1])
def test_the_first_are_the_first_of_all(
    world: tuple[Store, Any], at: int, most: int, one_in: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, posts = world
    monkeypatch.setattr(ranking, "_ONE_IN", one_in)
    monkeypatch.setattr(ranking, "_MOST", most)
    with store.read() as session:
        demand = one_demand(session, posts[at], VIEW.today)
        assert demand is not None
        everybody = people_for(session, demand, VIEW, limit=10_000)
        assert len(everybody) == 300
        assert all(fit.points == sum(r.points for r in fit.reasons) for fit in everybody)
        expected = sorted(everybody, key=lambda fit: (-fit.points, fit.id))
        assert len({fit.points for fit in expected[:50]}) > 3
        for limit in (1, 7, 50, 299):
            assert people_for(session, demand, VIEW, limit=limit) == expected[:limit]
        unasked = [fit for fit in expected if fit.offer is None]
        assert people_for(session, demand, VIEW, which=UNASKED, limit=20) == unasked[:20]
