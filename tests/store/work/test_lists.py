"""Who is on which list, and where card, form, roster and living person differ: a village in which
everybody is there for one reason, on both kinds of store."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from laborclerk.features.registry.model import Person
from laborclerk.features.work.adopt import adopt
from laborclerk.features.work.list_kinds import COLLEGE, JUNIOR, SENIOR, Filter, ListKind
from laborclerk.features.work.lists import by_schooling, count, counts, lines
from laborclerk.features.work.model import WorkSpell
from laborclerk.features.work.reconcile import Kind, mismatch_counts, mismatches
from laborclerk.features.work.service import (
    add_spell,
    delete_record,
    end_spell,
    give_card,
    record_check,
    withdraw_card,
)
from laborclerk.features.work.updates import not_reported, update, updates
from laborclerk.kernel.clock import Clock
from laborclerk.store.store import Store
from tests.postgres import BOTH
from tests.small import GROUP, OTHER_GROUP, OTHER_VILLAGE, TOWNSHIP, add_household, station

pytestmark = BOTH
ON = "2026-11-20"
NOON = 1_795_147_200  # 2026-11-20 in UTC

FARMS, AWAY, IDLE, LOCAL = "02", "04", "99", "06"
GROWN: dict[str, Any] = {
    "sex": "1", "birth_date": "1980-05-06", "work_ability": "1", "education": "70",
    "employment_status": IDLE, "presence": "1",
}  # fmt: skip
FORM_WORK: dict[str, Any] = {
    "employment_status": AWAY, "work_place": "350100000000", "employer": "福州甲厂",
    "work_start": "2026-03", "monthly_income": 5000, "channel": "1", "industry": "C",
}  # fmt: skip
# name → household, what differs from a grown man without work, his spells (start, end, place, firm)
PEOPLE: dict[str, tuple[str, dict[str, Any], list[tuple[str, str | None, str, str]]]] = {
    "愿": ("A", {"wants_to_go": True}, []),
    "归": ("A", {"wants_to_go": True}, [("2025-01-01", "2026-10-31", "440300000000", "深圳厂")]),
    "少": ("A", {"wants_to_go": True, "birth_date": "2010-11-21"}, []),  # 15, 16 tomorrow
    "满": ("A", {"wants_to_go": True, "birth_date": "2010-11-20"}, []),  # 16 today
    "残": ("A", {"wants_to_go": True, "work_ability": "4"}, []),
    "亡": ("A", {"wants_to_go": True, "presence": "11"}, []),
    "外": ("B", {**FORM_WORK, "presence": "2"}, [("2026-03-01", None, "350100000000", "福州甲厂")]),
    "近": ("B", {"employment_status": LOCAL}, [("2026-03-01", None, "530627000000", "县糖厂")]),
    "表": ("B", {**FORM_WORK, "presence": "2"}, []),
    "十八": ("C", {"birth_date": "2008-11-20", "employment_status": FARMS}, []),
    "十七": ("C", {"birth_date": "2008-11-21", "employment_status": FARMS}, []),
    "三十": ("C", {"birth_date": "1995-11-21", "education": "61", "employment_status": FARMS}, []),
    "卅一": ("C", {"birth_date": "1995-11-20", "employment_status": FARMS}, []),
    "专": ("C", {"birth_date": "2003-01-01", "education": "31", "unemployment_reason": "4"}, []),
    "考": ("C", {"birth_date": "2008-01-01", "education": None, "in_school": "09"}, []),
    "难": ("D", {"hardship": "1,5", "employment_status": FARMS}, []),
    "老": ("D", {"birth_date": "1950-01-01"}, []),
    "忙": ("E", {}, [("2026-08-01", None, "440300000000", "深圳厂")]),
    "伴": ("E", {"sex": "2", "skill": "焊工"}, []),
}  # fmt: skip


@pytest.fixture(scope="module")
def village(
    backend: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Store, dict[str, int]]]:
    clock = Clock(wall=lambda: NOON)
    store = station(tmp_path_factory.mktemp("work") / "s", clock=clock)
    for letter in "ABCDE":
        people = [{**GROWN, "name": n, **f} for n, (home, f, _) in PEOPLE.items() if home == letter]
        place = OTHER_GROUP if letter == "E" else GROUP
        add_household(store, *people, place=place, number=letter, minimum_living=letter == "D")
    with store.read() as session:
        known = session.execute(sa.select(Person.id, Person.name))
        ids = {str(name): int(key) for key, name in known}
    for name, (_, _, spells) in PEOPLE.items():
        for start, end, where, employer in spells:
            add_spell(
                store, ids[name],
                {"start": start, "end": end, "place": where, "employer_name": employer,
                 "industry": "C", "income": 5000, "channel": "2", "point_to_point": False,
                 "return_reason": "3" if end else None},
            )  # fmt: skip
    yield store, ids
    store.close()


def on_list(store: Store, kind: ListKind, filter_: Filter | None = None, on: str = ON) -> set[str]:
    with store.read() as session:
        found = list(lines(session, kind, TOWNSHIP, on, filter_ or Filter()))
        assert count(session, kind, TOWNSHIP, on, filter_ or Filter()) == len(found)
        if filter_ is None:
            assert counts(session, TOWNSHIP, on)[kind] == len(found)
    return {line.name for line in found}


LISTED = [
    (ListKind.WILLING, {"愿", "归", "满"}),
    (ListKind.AWAY, {"外", "表", "忙"}),
    (ListKind.WORKING, {"外", "近", "表", "忙"}),
    (ListKind.YOUNG, {"十八", "三十", "专"}),
    (ListKind.LEAVERS, {"专", "考"}),
    (ListKind.ZERO, {"愿", "归", "满", "三十", "十八", "十七", "卅一", "专", "难"}),
    (ListKind.HARDSHIP, {"难", "老"}),
]


@pytest.mark.parametrize(("kind", "names"), LISTED)
def test_list(village: tuple[Store, dict[str, int]], kind: ListKind, names: set[str]) -> None:
    assert on_list(village[0], kind) == names


def test_a_list_is_of_its_day(village: tuple[Store, dict[str, int]]) -> None:
    store, _ = village
    assert on_list(store, ListKind.AWAY, on="2026-10-31") == {"外", "表", "忙", "归"}
    # the first day of work counts; who has no spell yet on that day is as her form says
    assert "忙" in on_list(store, ListKind.AWAY, on="2026-08-01")
    assert "忙" not in on_list(store, ListKind.AWAY, on="2026-07-31")


FILTERS = [
    (Filter(sex="2"), ListKind.ZERO, set()),
    (Filter(age_from=18, age_to=30), ListKind.ZERO, {"十八", "三十", "专"}),
    (Filter(schooling=SENIOR), ListKind.YOUNG, {"三十"}),
    (Filter(schooling=COLLEGE), ListKind.YOUNG, {"专"}),
    (Filter(province="35"), ListKind.AWAY, {"外"}),
    (Filter(hardship="5"), ListKind.HARDSHIP, {"难"}),
    (Filter(hardship="2"), ListKind.HARDSHIP, set()),
    (Filter(text="D"), ListKind.HARDSHIP, {"难", "老"}),
    (Filter(text="归"), ListKind.WILLING, {"归"}),
]


@pytest.mark.parametrize(("filter_", "kind", "names"), FILTERS)
def test_filter(
    village: tuple[Store, dict[str, int]], filter_: Filter, kind: ListKind, names: set[str]
) -> None:
    assert on_list(village[0], kind, filter_) == names


def test_subclasses_of_the_age_band_add_up(village: tuple[Store, dict[str, int]]) -> None:
    with village[0].read() as session:
        found = by_schooling(session, TOWNSHIP, ON, ListKind.YOUNG)
    assert found == {JUNIOR: 1, SENIOR: 1, COLLEGE: 1, "": 0}


def kinds(store: Store) -> dict[Kind, set[str]]:
    with store.read() as session:
        counted = mismatch_counts(session, TOWNSHIP, ON)
        found = {
            kind: [m.name for m in mismatches(session, kind, TOWNSHIP, ON)] for kind in counted
        }
    assert counted == {kind: len(names) for kind, names in found.items()}
    return {kind: set(names) for kind, names in found.items() if names}


def test_every_mismatch_is_listed_by_its_kind_and_gone_when_it_is_mended(
    village: tuple[Store, dict[str, int]],
) -> None:
    store, ids = village
    before = {Kind.FORM_ONLY: {"表"}, Kind.ROSTER_ONLY: {"忙"}, Kind.PRESENCE: {"忙"},
              Kind.UNCHECKED: {"外", "近"}}  # fmt: skip
    assert kinds(store) == before
    undo: list[Any] = []

    card = give_card(store, ids["外"], {"number": "2026-0001", "issued": "2026-03-02"}).id
    assert kinds(store) == before | {Kind.NO_CARD: {"忙"}}
    wrong = give_card(
        store, ids["归"],
        {"issued": "2026-01-01", "valid_until": "2026-06-30", "id_number": "530627198005069975"},
    ).id  # fmt: skip
    now = kinds(store)
    assert now[Kind.CARD_ONLY] == {"归"}
    assert now[Kind.CARD_EXPIRED] == {"归"}
    withdraw_card(store, wrong)
    withdraw_card(store, card)
    other = give_card(store, ids["外"], {"name": "外外", "place": "350200000000"}).id
    now = kinds(store)
    assert (now[Kind.CARD_PERSON], now[Kind.CARD_WORK]) == ({"外"}, {"外"})
    withdraw_card(store, other)

    for found, kind in (("3", Kind.AT_HOME), ("2", Kind.MOVED), ("7", Kind.LOST)):
        check = record_check(store, ids["忙"], {"means": "2", "found": found, "date": ON}).id
        assert kinds(store)[kind] == {"忙"}
        undo.append(check)
    fine = record_check(store, ids["忙"], {"means": "1", "found": "1", "date": ON}).id
    now = kinds(store)
    assert not {Kind.AT_HOME, Kind.MOVED, Kind.LOST} & set(now)
    record_check(store, ids["外"], {"means": "1", "found": "1", "date": ON})
    assert kinds(store)[Kind.UNCHECKED] == {"近"}
    assert fine not in undo

    second = add_spell(
        store, ids["近"], {"start": "2026-06-01", "place": "440300000000"}, follows=False
    ).id
    assert kinds(store)[Kind.TWICE] == {"近"}
    delete_record(store, WorkSpell, second)
    with store.write("test") as work:
        person = work.get(Person, ids["近"])
        assert person is not None
        work.change(person, {"presence": "11"})
    assert kinds(store)[Kind.GONE] == {"近"}
    with store.write("test") as work:
        person = work.get(Person, ids["近"])
        assert person is not None
        work.change(person, {"presence": "1"})


def test_form_and_roster_are_compared_where_both_speak_of_the_same_time(
    village: tuple[Store, dict[str, int]],
) -> None:
    store, ids = village
    with store.write("test") as work:
        person = work.get(Person, ids["外"])
        assert person is not None
        work.change(person, {"work_place": "350200000000", "employer": "厦门厂"})
    now = kinds(store)
    assert (now[Kind.FORM_PLACE], now[Kind.FORM_EMPLOYER]) == ({"外"}, {"外"})
    with store.write("test") as work:
        person = work.get(Person, ids["外"])
        assert person is not None
        # the province alone does not contradict a city of it
        work.change(person, {"work_place": "350000000000", "employer": "福州甲厂"})
    assert not {Kind.FORM_PLACE, Kind.FORM_EMPLOYER} & set(kinds(store))


def test_monthly_round_tells_who_has_not_reported_and_what_differs(
    village: tuple[Store, dict[str, int]],
) -> None:
    store, _ = village
    with store.read() as session:
        groups = {line.place: line for line in updates(session, "2026-10", TOWNSHIP)}
    assert set(groups) == {GROUP, OTHER_GROUP}
    # 归 came back on the last day of October: still away at its end, back in November
    assert (groups[GROUP].away_now, groups[GROUP].left_now, groups[GROUP].back_now) == (2, 0, 0)
    assert not groups[GROUP].reported
    with store.read() as session:
        november = {line.place: line for line in updates(session, "2026-11", TOWNSHIP)}
        august = {line.place: line for line in updates(session, "2026-08", OTHER_VILLAGE)}
    assert (november[GROUP].away_now, november[GROUP].back_now) == (1, 1)
    assert (august[OTHER_GROUP].away_now, august[OTHER_GROUP].left_now) == (1, 1)
    update(store, "2026-11", GROUP, {"away": 1, "back": 1, "reporter": "王组长"})
    update(store, "2026-11", OTHER_GROUP, {"away": 2})
    with store.read() as session:
        assert not_reported(session, "2026-11", TOWNSHIP) == []
        found = list(mismatches(session, Kind.GROUP, TOWNSHIP, ON))
    assert [m.place for m in found] == [OTHER_GROUP]
    update(store, "2026-11", OTHER_GROUP, {"away": 1, "left": 0})
    with store.read() as session:
        assert list(mismatches(session, Kind.GROUP, TOWNSHIP, ON)) == []


def test_the_form_is_taken_into_the_register_once_and_only_where_nothing_is_known(
    village: tuple[Store, dict[str, int]],
) -> None:
    store, ids = village
    assert adopt(store, TOWNSHIP, dry_run=True).made == 1
    done = adopt(store, TOWNSHIP)
    assert (done.made, done.problems) == (1, [])
    assert adopt(store, TOWNSHIP).made == 0
    with store.read() as session:
        spell = session.scalars(sa.select(WorkSpell).where(WorkSpell.person == ids["表"])).one()
    assert (spell.start, spell.scope, spell.income, spell.organised, spell.source) == (
        "2026-03-01", "4", 5000, True, "2",
    )  # fmt: skip
    assert Kind.FORM_ONLY not in kinds(store)
    end_spell(store, spell.id, "2026-11-19", "1")
    assert "表" not in on_list(store, ListKind.AWAY)  # the spells speak now, not the form
    delete_record(store, WorkSpell, spell.id)
