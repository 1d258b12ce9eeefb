"""A newer edition of the divisions in a station at work: nobody is lost on the way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from laborclerk.app import create_station
from laborclerk.catalog.divisions import DivisionRow, level_of, parent_of
from laborclerk.features.census.rounds import new_round
from laborclerk.features.coverage.check import check_counts
from laborclerk.features.coverage.service import row as coverage_row
from laborclerk.features.registry.model import Household, Place
from laborclerk.features.registry.new_edition import import_edition
from laborclerk.features.registry.places import PlaceRow, PlaceTree, add_group, place_id
from laborclerk.features.registry.station import found, plan
from laborclerk.kernel.errors import Rejected
from laborclerk.store.check import check_store
from laborclerk.store.store import Store

TOWN = "530627999000"
UP, DOWN, HILL = "530627999201", "530627999202", "530627999203"
EDITION = {
    TOWN: "新设镇",
    UP: "油坊村民委员会",
    DOWN: "下村村民委员会",
    HILL: "坡头村民委员会",
}


def rows(**changed: str | None) -> list[DivisionRow]:
    """The edition with some codes renamed, added or (None) left out."""
    names = EDITION | {key.removeprefix("c"): name for key, name in changed.items()}
    return [
        DivisionRow(code, name, level_of(code), parent_of(code))
        for code, name in sorted(names.items())
        if name is not None
    ]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made, _ = create_station(tmp_path / "s", "王某", "secret-1", scrypt_n=2**10)
    divisions = [PlaceRow(code, name) for code, name in EDITION.items()]
    found(made, plan("township", "530627999", divisions))
    new_round(made, {"name": "摸底", "starts": "2026-10-01"})
    for village in (UP, DOWN):
        for name in ("1组", "2组"):
            group = add_group(made, place_id(village), name)
            with made.write("test.add") as work:
                work.add(Household(place=group, number=f"000{name[0]}", in_frame=True))
    yield made
    made.close()


def homes(store: Store) -> list[tuple[int, str | None]]:
    query = sa.select(Household.place, Household.number).order_by(Household.place)
    with store.read() as session:
        return [(place or 0, number) for place, number in session.execute(query)]


def consistent(store: Store) -> bool:
    with store.read() as session:
        return check_store(session) + check_counts(session) == []


def due(store: Store) -> int:
    with store.read() as session:
        record = session.scalar(sa.text("SELECT id FROM round"))
        return coverage_row(session, record, place_id(TOWN)).counts.due


def test_the_same_edition_again_changes_nothing(store: Store) -> None:
    done = import_edition(store, rows(), {})
    assert (done.read, done.unchanged, done.act) == (4, 4, 0)
    assert done.problems == []


def test_a_rename_and_a_new_village_are_certain(store: Store) -> None:
    done = import_edition(store, rows(**{HILL: "坡头社区居民委员会", "530627999204": "新村"}), {})
    assert (done.read, done.updated, done.created, done.refused) == (5, 1, 1, 0)
    with store.read() as session:
        tree = PlaceTree.load(session)
    assert tree.full_name(place_id(HILL)) == "坡头社区居民委员会"
    assert place_id("530627999204") in tree


NEW_UP = "530627999001"


def test_a_recoded_village_waits_until_a_person_confirms(store: Store) -> None:
    edition = rows(**{UP: None, NEW_UP: "油坊社区居民委员会"})
    before = homes(store)
    done = import_edition(store, edition, {})
    assert (done.read, done.refused, done.act) == (4, 1, 0)
    assert [p.code for p in done.problems] == ["edition_proposed"]
    assert homes(store) == before


@pytest.mark.parametrize("decide", [{"confirm_all": True}, {"decisions": {UP: NEW_UP}}])
def test_a_confirmed_village_takes_groups_and_households_along(store: Store, decide) -> None:
    edition = rows(**{UP: None, NEW_UP: "油坊社区居民委员会"})
    decisions = decide.pop("decisions", {})
    tried = import_edition(store, edition, decisions, dry_run=True, **decide)
    assert (tried.updated, tried.act) == (1, 0)
    done = import_edition(store, edition, decisions, on="2026-12-01", **decide)
    assert (done.updated, done.refused, done.problems) == (1, 0, [])
    new, down = place_id(NEW_UP), place_id(DOWN)
    assert homes(store) == sorted(
        [(new + 1, "0001"), (new + 2, "0002"), (down + 1, "0001"), (down + 2, "0002")]
    )
    with store.read() as session:
        old = session.get_one(Place, place_id(UP))
        assert (old.valid_to, old.successor) == ("2026-12-01", new)
        tree = PlaceTree.load(session)
        assert [tree.name(g) for g in tree.children(new)] == ["1组", "2组"]
    assert due(store) == 4
    assert consistent(store)
    again = import_edition(store, edition, {})
    assert (again.unchanged, again.act, again.problems) == (4, 0, [])


def test_a_village_merged_into_another_keeps_its_groups_apart(store: Store) -> None:
    done = import_edition(store, rows(**{UP: None}), {UP: DOWN})
    assert [p.code for p in done.problems] == ["edition_numbers_meet"]
    with store.read() as session:
        tree = PlaceTree.load(session)
        names = [tree.name(g) for g in tree.children(place_id(DOWN))]
    assert names == ["1组", "2组", "油坊村1组", "油坊村2组"]
    assert len({place for place, _ in homes(store)}) == 4
    assert due(store) == 4
    assert consistent(store)


def test_a_village_that_is_gone_is_asked_about_and_ended_only_when_empty(store: Store) -> None:
    edition = rows(**{HILL: None, UP: None})
    done = import_edition(store, edition, {})
    assert [p.code for p in done.problems] == ["edition_removed"] * 2
    with pytest.raises(Rejected) as refused:
        import_edition(store, edition, {UP: None})
    assert refused.value.problems[0].code == "edition_not_empty"
    assert import_edition(store, edition, {HILL: None}).act > 0
    with store.read() as session:
        assert place_id(HILL) not in PlaceTree.load(session).villages()


@pytest.mark.parametrize(
    ("decisions", "code"),
    [
        ({"530627999999": UP}, "edition_not_here"),
        ({UP: "530627999999"}, "edition_not_there"),
        ({UP: UP}, "edition_not_there"),
    ],
)
def test_a_decision_that_makes_no_sense_is_refused(store: Store, decisions, code: str) -> None:
    with pytest.raises(Rejected) as refused:
        import_edition(store, rows(), decisions)
    assert refused.value.problems[0].code == code


def test_an_edition_of_elsewhere_is_refused(store: Store) -> None:
    elsewhere = [DivisionRow("110101001001", "别处", level_of("110101001001"), "110101001000")]
    with pytest.raises(Rejected) as refused:
        import_edition(store, elsewhere, {})
    assert refused.value.problems[0].code == "edition_other_station"


def test_a_file_of_villages_only_leaves_the_township_alone(store: Store) -> None:
    done = import_edition(store, [r for r in rows() if r.code != TOWN], {})
    assert (done.read, done.unchanged, done.problems) == (3, 3, [])


def test_an_edition_is_taken_back_in_one_step(store: Store) -> None:
    from laborclerk.store.undo import undo

    before = homes(store)
    import_edition(store, rows(**{UP: None, NEW_UP: "油坊社区"}), {UP: NEW_UP})
    assert homes(store) != before
    undo(store)
    assert homes(store) == before
    assert due(store) == 4
