"""Rows of every level, the places with nothing, the lists behind the numbers."""

from __future__ import annotations

import pytest

from laborclerk.features.coverage.gaps import GapKind, gap_total, gaps
from laborclerk.features.coverage.service import DIRECT, all_rows, row, rows
from laborclerk.features.registry.model import Household
from tests.coverage_truth import (
    COUNTY,
    EMPTY,
    FAR,
    GROUP_1,
    GROUP_2,
    OTHER,
    SECOND,
    TOWNSHIP,
    VILLAGE,
)
from tests.unit.coverage.conftest import Township


def test_empty_villages_and_townships_have_a_row_and_are_gaps(town: Township) -> None:
    town.done(GROUP_1)
    with town.store.read() as session:
        townships = rows(session, town.round, COUNTY)
        villages = rows(session, town.round, TOWNSHIP)
    assert [(r.place, r.gaps.townships, r.gaps.villages, r.gaps.groups) for r in townships] == [
        (TOWNSHIP, 0, 2, 2),
        (OTHER, 1, 1, 1),
    ]
    assert [(r.name, r.gaps.villages) for r in villages] == [
        ("油榨街社区", 0), ("上街村", 1), ("空村", 1)
    ]  # fmt: skip


def test_households_without_a_group_stand_in_a_row_of_their_own(town: Township) -> None:
    town.done(GROUP_1)
    town.household(VILLAGE)
    with town.store.read() as session:
        found = rows(session, town.round, VILLAGE)
        whole = row(session, town.round, VILLAGE)
    assert [(r.name, r.level, r.counts.due) for r in found] == [
        ("1组", "group", 1), ("2组", "group", 0), ("(未分组)", DIRECT, 1)
    ]  # fmt: skip
    assert whole.counts.due == 2


def test_a_place_the_register_does_not_know_loses_nobody(town: Township) -> None:
    town.household(VILLAGE + 9)
    with town.store.read() as session:
        assert sum(r.counts.due for r in rows(session, town.round, VILLAGE)) == 1


def test_codes_are_12_digits_and_groups_15(town: Township) -> None:
    with town.store.read() as session:
        codes = {r.place: r.code for r in all_rows(session, town.round, COUNTY)}
    assert codes[COUNTY] == "530627000000"
    assert codes[VILLAGE] == "530627001001"
    assert codes[GROUP_2] == "530627001001002"
    assert set(codes) == {
        COUNTY, TOWNSHIP, OTHER, VILLAGE, SECOND, EMPTY, FAR,
        GROUP_1, GROUP_2, SECOND + 1, FAR + 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("result", "next_date", "kind", "text"),
    [
        ("5", "2026-10-01", GapKind.REVISIT, "家中无人(2026-09-10) 复访 2026-10-01"),
        ("6", None, GapKind.REVISIT, "拒访(2026-09-10) 没有约定复访日期"),
        ("11", None, GapKind.EXPLAINED, "查无此户(2026-09-10)"),
        ("1", None, GapKind.UNFINISHED, "本人申报(2026-09-10) 表未完成"),
    ],
)
def test_a_visited_household_says_why_it_is_open(
    town: Township, result: str, next_date: str | None, kind: GapKind, text: str
) -> None:
    key = town.household(GROUP_1, head_name="周某某", number="0187")
    town.visit(key, result, next_date=next_date)
    with town.store.read() as session:
        [gap] = gaps(session, town.round, TOWNSHIP, kind)
        elsewhere = gap_total(session, town.round, OTHER, kind)
    assert (gap.household, gap.number, gap.head_name, gap.text) == (key, "0187", "周某某", text)
    assert gap.where == "油榨街社区 1组"
    assert elsewhere == (0, 0)


def test_a_later_visit_decides(town: Township) -> None:
    key = town.household(GROUP_1)
    town.visit(key, "9", date="2026-09-20")
    town.visit(key, "5", date="2026-09-12", next_date="2026-09-20")
    with town.store.read() as session:
        counts = row(session, town.round, VILLAGE).counts
    assert (counts.explained, counts.revisit) == (1, 0)


def test_revisits_come_by_date(town: Township) -> None:
    late, soon = town.household(GROUP_1), town.household(GROUP_2)
    town.visit(late, "5", next_date="2026-11-01")
    town.visit(soon, "5", next_date="2026-10-01")
    with town.store.read() as session:
        found = gaps(session, town.round, VILLAGE, GapKind.REVISIT)
    assert [g.household for g in found] == [soon, late]


def test_missing_persons_and_items_are_told_by_name(town: Township) -> None:
    key = town.done(GROUP_1, persons=2, registered_count=4)
    with town.store.write("test") as work:
        from laborclerk.features.registry.model import Person

        member = work.session.query(Person).order_by(Person.line).first()
        assert member is not None
        work.change(member, {"education": None, "ethnicity": None})
    with town.store.read() as session:
        [missing] = gaps(session, town.round, COUNTY, GapKind.PERSON)
        [items] = gaps(session, town.round, COUNTY, GapKind.ITEM)
    assert (missing.text, missing.amount) == ("底册4人，已登记2人，少2人", 2)
    assert (items.household, items.amount) == (key, 2)
    assert items.text == "缺 民族、文化程度"


def test_the_dead_and_the_moved_account_for_the_frame(town: Township) -> None:
    town.done(GROUP_1, persons=3)
    with town.store.write("test") as work:
        from laborclerk.features.registry.model import Person

        dead, moved, _ = work.session.query(Person).order_by(Person.line)
        work.change(dead, {"presence": "11", "presence_since": "2026-01-01"})
        work.delete(moved, "1")
    with town.store.read() as session:
        counts = row(session, town.round, VILLAGE).counts
    assert (counts.persons_due, counts.persons_missing) == (1, 0)


def test_a_page_and_its_next_are_the_whole_list(town: Township) -> None:
    keys = [town.household(GROUP_1, number=f"{n:04d}") for n in range(5)]
    with town.store.read() as session:
        pages = [
            [g.household for g in gaps(session, town.round, COUNTY, GapKind.UNVISITED, 2, at)]
            for at in (0, 2, 4)
        ]
    assert [key for page in pages for key in page] == keys


def test_a_moved_out_household_of_the_frame_is_told_as_gone(town: Township) -> None:
    town.household(GROUP_1, residence="6")
    with town.store.read() as session:
        counts = row(session, town.round, VILLAGE).counts
        [gap] = gaps(session, town.round, VILLAGE, GapKind.GONE)
    assert (counts.frame, counts.gone, counts.due) == (1, 1, 0)
    assert gap.text == "已迁出"


def test_a_closed_round_keeps_its_numbers(town: Township) -> None:
    from laborclerk.features.census.rounds import close_round

    key = town.household(GROUP_1)
    close_round(town.store, town.round, "2026-12-01")
    with town.store.write("test") as work:
        household = work.get(Household, key)
        assert household is not None
        work.delete(household, "4")
    with town.store.read() as session:
        assert row(session, town.round, VILLAGE).counts.due == 1
