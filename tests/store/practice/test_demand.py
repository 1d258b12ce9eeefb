"""The practice township's demand holds what it promises: welders for 福州, and what is planted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from laborclerk.app import create_station
from laborclerk.features.demand.rules import check_employer
from laborclerk.features.demand.service import employers, register
from laborclerk.features.fairs.model import Fair
from laborclerk.features.fairs.rules import check_fair
from laborclerk.features.fairs.service import funnel
from laborclerk.features.matching.service import counts
from laborclerk.features.practice import service
from laborclerk.features.practice.demand import WELDERS
from laborclerk.features.practice.service import Made
from laborclerk.store.base import values_of
from laborclerk.store.store import Store


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Made]]:
    folder: Path = tmp_path_factory.mktemp("demand") / "s"
    store, _ = create_station(folder, service.CLERK, service.PASSWORD, scrypt_n=2)
    made = service.fill(store, people=300)
    yield store, made
    store.close()


def test_sixty_welders_are_wanted_in_fuzhou(world: tuple[Store, Made]) -> None:
    store, made = world
    with store.read() as session:
        found = {d.id: d for d in register(session, service.TODAY)}
        asked = counts(session)[made.planted.posts[WELDERS]]
    welders = found[made.planted.posts[WELDERS]]
    assert (welders.post["headcount"], welders.post["work_place"]) == (60, "350100000000")
    assert welders.open
    assert welders.warnings == []
    assert asked.asked == len(made.planted.answers) == 12
    assert asked.willing == 5


def test_what_the_law_forbids_is_planted(world: tuple[Store, Made]) -> None:
    store, _ = world
    with store.read() as session:
        found = {
            d.post["name"]: {p.code for p in d.warnings} for d in register(session, "2026-11-20")
        }
        firms = [values_of(e) for e in employers(session)]
    assert found["电子装配工"] == {
        "post_marriage", "post_sex_words", "post_fee", "post_no_insurance", "post_no_contract",
        "post_agency",
    }  # fmt: skip
    assert found["保安"] == {"post_sex", "post_hours"}
    assert found["针车工"] == {"post_hours", "post_rest"}
    assert found["木工(新加坡项目)"] == {"post_abroad"}
    assert [f["name"] for f in firms if check_employer(f)] == ["昆山某汇人力资源有限公司"]


def test_one_fair_comes_too_late(world: tuple[Store, Made]) -> None:
    store, made = world
    with store.read() as session:
        fair = session.get_one(Fair, made.planted.late_fair)
        assert [p.code for p in check_fair(values_of(fair))] == ["fair_late"]
        steps = {s.key: s.listed for s in funnel(session, fair).steps}
    assert steps == {"posts": 70, "visits": 18, "intents": 5, "arrivals": 0}
