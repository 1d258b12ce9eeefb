"""The pairs of registrations without a window: what is listed, chosen, decided, taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from laborclerk.catalog.idnumber import check_digit
from laborclerk.features.registry.model import Person
from laborclerk.store.store import Store
from laborclerk.store.undo import undo
from laborclerk.ui.screens.duplicates.presenter import (
    DECIDED,
    LEFT,
    RIGHT,
    DuplicatesPresenter,
)
from laborclerk.ui.worklist import OPEN
from tests.small import GROUP, OTHER_GROUP, add_household, station
from tests.unit.ui.stations import opened
from tests.unit.ui.worklists import Screen

BIRTHS = ("19930501", "19810612", "19700101")


def number(born: str) -> str:
    return f"530627{born}996" + check_digit(f"530627{born}996")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Three women, each entered in two villages; a fourth pair of one name and birth date."""
    made = station(tmp_path / "s")
    for place, phone in ((GROUP, "15400000001"), (OTHER_GROUP, "15400000002")):
        for at, born in enumerate(BIRTHS):
            woman: dict[str, Any] = {
                "name": f"周小{'芳兰梅'[at]}", "sex": "2", "id_type": "01", "relation": "02",
                "birth_date": f"{born[:4]}-{born[4:6]}-{born[6:]}", "id_number": number(born),
                "phone": phone,
            }  # fmt: skip
            add_household(made, woman, place=place, number=f"{place % 7}{at}")
        add_household(
            made, {"name": "钱大毛", "birth_date": "1990-01-01", "relation": "02"}, place=place,
            number=f"{place % 7}9",
        )  # fmt: skip
    yield made
    made.close()


@pytest.fixture
def p(store: Store) -> DuplicatesPresenter:
    screen = Screen()
    made = DuplicatesPresenter(opened(store), screen, screen.open)
    made.load()
    return made


def screen(p: DuplicatesPresenter) -> Screen:
    view: Any = p.view
    assert isinstance(view, Screen)
    return view


def get(store: Store, person: int) -> Person:
    with store.read() as session:
        return session.get_one(Person, person)


def test_the_surest_stand_first_and_both_sides_are_read(p: DuplicatesPresenter) -> None:
    assert [pair.score for pair in p.pairs] == [100, 100, 100, 80]
    assert (p.total, p.pair) == (4, p.pairs[0])
    lines = {line.label: line for line in p.state.sides}
    assert (lines["联系电话"].left, lines["联系电话"].right) == ("15400000001", "15400000002")
    assert lines["联系电话"].differs
    assert not lines["姓名"].differs
    assert "油榨街社区 1组" in lines["村组"].left
    assert "张录入" in lines["登记经过"].right


@pytest.mark.parametrize("side", [LEFT, RIGHT])
def test_one_key_merges_and_the_next_pair_is_looked_at(
    p: DuplicatesPresenter, store: Store, side: int
) -> None:
    first, second, *_ = p.pairs
    p.keep(side)
    assert get(store, first.pair[side]).deleted is None
    assert get(store, first.pair[1 - side]).deleted == "3"
    assert (len(p.pairs), p.pair and p.pair.id) == (3, second.id)
    assert p.state.ended is not None
    assert "Ctrl+Z" in p.state.ended.text
    assert len(p.state.ended.lines) == 1  # nobody is left in that household


def test_a_field_is_taken_from_the_side_that_was_chosen(
    p: DuplicatesPresenter, store: Store
) -> None:
    assert p.pair is not None
    kept = p.pair.pair[LEFT]
    p.take("name", RIGHT)  # does not differ: nothing to choose
    p.take("phone", RIGHT)
    assert p.state.take == {"phone": RIGHT}
    p.take("phone", RIGHT)
    assert p.state.take == {}
    p.take("phone", RIGHT)
    p.keep(LEFT)
    assert get(store, kept).phone == "15400000002"
    assert p.state.take == {}


def test_two_people_and_later(p: DuplicatesPresenter) -> None:
    first, second, third, fourth = (pair.id for pair in p.pairs)
    p.put_off()
    assert (p.state.here, [pair.id for pair in p.pairs]) == (second, [second, third, fourth, first])
    p.two_people()
    assert (p.state.here, p.total) == (third, 3)
    p.put_off()
    p.put_off()
    assert p.state.here == first


def test_all_of_a_kind_are_decided_together_after_their_number_is_shown(
    p: DuplicatesPresenter, store: Store
) -> None:
    assert (p.alike and p.alike.count) == 3
    p.toggle_alike()
    assert p.state.all_alike
    p.keep(RIGHT)
    assert p.total == 1
    assert p.state.ended is not None
    assert "3 对" in p.state.ended.text
    undo(store)
    p.station.runner.changed(None)
    assert p.total == 4
    p.go_to(p.pairs[0].id)
    p.toggle_alike()
    p.two_people()
    assert p.total == 1
    p.toggle_alike()
    assert not p.state.all_alike  # it is the only one of its kind


def test_looking_at_another_pair_ends_deciding_together(p: DuplicatesPresenter) -> None:
    p.toggle_alike()
    p.go_to(p.pairs[1].id)
    assert not p.state.all_alike


def test_what_was_decided_is_listed_and_taken_back(p: DuplicatesPresenter, store: Store) -> None:
    first = p.pairs[0]
    p.keep(LEFT)
    p.two_people()
    p.show(DECIDED)
    assert [d.verdict for d in p.state.decided] == ["same", "different"]
    assert p.state.here == first.id
    assert p.state.sides
    p.keep(LEFT)  # nothing to decide here
    p.take_back()
    assert get(store, first.pair[RIGHT]).deleted is None
    assert len(p.state.decided) == 1
    p.show(OPEN)
    assert (p.total, p.pair and p.pair.score) == (3, 100)


def test_somebody_who_is_gone_meanwhile_is_told(p: DuplicatesPresenter, store: Store) -> None:
    assert p.pair is not None
    with store.write("test") as work:
        work.delete(work.session.get_one(Person, p.pair.pair[0]), "2")
    p.two_people()
    assert p.state.ended is not None
    assert not p.state.ended.whole
    assert "已不在册" in p.state.ended.text
    assert len(p.pairs) == 3


def test_a_side_opens_its_household(p: DuplicatesPresenter) -> None:
    assert p.pair is not None
    p.open(RIGHT)
    side = p.pair.sides[RIGHT]
    assert screen(p).opened == [(side.household, side.person)]


def test_a_change_of_somebody_is_seen(p: DuplicatesPresenter, store: Store) -> None:
    assert p.pair is not None
    with store.write("test") as work:
        work.change(work.session.get_one(Person, p.pair.pair[0]), {"id_number": None, "name": "王"})
    p.station.runner.changed({"person": {1}})
    assert len(p.pairs) == 3


def test_nothing_to_decide_says_nothing_and_does_nothing(tmp_path: Path) -> None:
    made = station(tmp_path / "empty")
    view = Screen()
    empty = DuplicatesPresenter(opened(made), view, view.open)
    empty.load()
    for act in (empty.two_people, empty.put_off, empty.toggle_alike, empty.take_back):
        act()
    empty.keep(LEFT)
    empty.open(LEFT)
    assert (empty.pairs, empty.pair, empty.state.sides, view.opened) == ([], None, [], [])
    made.close()
