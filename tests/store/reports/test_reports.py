"""Reports of a station's people: every number counts the list behind it, classes add up to the
whole, and what spells do not tell the form does."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from laborclerk.features.fairs.service import save_fair
from laborclerk.features.registry.model import Person
from laborclerk.features.reports.counts import Report, report
from laborclerk.features.reports.documents import report_sheet
from laborclerk.features.reports.kinds import OF_AWAY, UNKNOWN, ReportKind
from laborclerk.features.reports.listing import behind
from laborclerk.features.work.list_kinds import ListKind
from laborclerk.features.work.lists import count
from laborclerk.features.work.service import add_spell
from laborclerk.kernel.clock import Clock
from laborclerk.printing.pdf import render_pdf
from laborclerk.store.store import Store
from tests.postgres import BOTH
from tests.small import GROUP, OTHER_GROUP, OTHER_VILLAGE, TOWNSHIP, VILLAGE, add_household, station

ON, NOON = "2026-11-20", 1_795_147_200
MAN: dict[str, Any] = {"sex": "1", "birth_date": "1990-05-06", "work_ability": "1"}
WOMAN: dict[str, Any] = {"sex": "2", "birth_date": "1996-11-20", "work_ability": "1"}
FORM: dict[str, Any] = {
    "employment_status": "04", "work_place": "440300000000", "channel": "2", "industry": "C",
    "monthly_income": 4000, "work_months": 8,
}  # fmt: skip
SPELL: dict[str, Any] = {
    "place": "350100000000", "employer_name": "福州某厂", "trade": "6-18", "industry": "C",
    "start": "2026-03-01", "income": 6000, "channel": "1",
    "point_to_point": True,
}  # fmt: skip


@pytest.fixture
def store(tmp_path: Path, backend: str) -> Iterator[Store]:
    made = station(tmp_path / "s", clock=Clock(wall=lambda: NOON))
    people: dict[str, int] = {}

    def home(place: int, number: str, *members: dict[str, Any]) -> None:
        key = add_household(made, *members, place=place, number=number)
        with made.read() as session:
            query = sa.select(Person.name, Person.id).where(Person.household == key)
            people.update((name or "", person) for name, person in session.execute(query))

    home(GROUP, "0001", {"name": "久在外", **MAN}, {"name": "刚出去", **WOMAN})
    home(GROUP, "0002", {"name": "表上在外", **MAN, **FORM}, {"name": "老人", "sex": "2",
         "birth_date": "1940-01-01"})  # fmt: skip
    home(OTHER_GROUP, "0001", {"name": "县内", **MAN},
         {"name": "不知道", "employment_status": "04"})  # fmt: skip
    home(OTHER_GROUP, "0002", {"name": "在家", **WOMAN})
    home(OTHER_GROUP, "0003", {"name": "只有老人", "sex": "1", "birth_date": "1950-01-01"})
    spells: dict[str, dict[str, Any]] = {
        "久在外": {}, "刚出去": {"start": "2026-10-01", "place": "330700000000", "channel": "13",
                           "industry": "H", "income": 3500},
        "县内": {"place": "530627000000", "start": "2026-08-21"},
    }  # fmt: skip
    for name, spell in spells.items():
        add_spell(made, people[name], {**SPELL, **spell})
    yield made
    made.close()


def figures(found: Report) -> dict[str, tuple[Any, ...]]:
    return {line.key: line.values for line in (*found.lines, *found.sums)}


@BOTH
def test_who_is_away_is_classed_by_spell_or_else_by_form(store: Store) -> None:
    with store.read() as session:
        found = {k: report(session, k, TOWNSHIP, ON) for k in OF_AWAY}
        away = count(session, ListKind.AWAY, TOWNSHIP, ON)
    assert away == 4
    assert {k: r.total for k, r in found.items()} == dict.fromkeys(OF_AWAY, away)
    assert [c.key for c in found[ReportKind.PLACE].columns] == [
        "", str(VILLAGE), str(OTHER_VILLAGE)
    ]  # fmt: skip
    by = {k: figures(r) for k, r in found.items()}
    assert {k: v for k, v in by[ReportKind.PLACE].items() if k != "total"} == {
        "35": (1, 1, 0), "33": (1, 1, 0), "44": (1, 1, 0), UNKNOWN: (1, 0, 1)
    }  # fmt: skip
    assert by[ReportKind.INDUSTRY]["C"] == (2, 2, 0)
    assert by[ReportKind.CHANNEL]["13"] == (1, 1, 0)
    organised = by[ReportKind.ORGANISED]
    assert [organised[k][0] for k in ("1", "0", UNKNOWN)] == [1, 2, 1]
    assert organised["rate"] == ("25.0%", "33.3%", "0.0%")
    income = by[ReportKind.INCOME]
    assert (income["3000"][0], income["4000"][0], income["6000"][0]) == (1, 1, 1)
    assert (income["money"][0], income["told"][0], income["mean"][0]) == ("13,500", "3", "4,500")


@BOTH
def test_a_household_is_stable_after_the_months_that_are_asked_for(store: Store) -> None:
    with store.read() as session:
        three = report(session, ReportKind.STABLE, TOWNSHIP, ON, 3)
        two = report(session, ReportKind.STABLE, TOWNSHIP, ON, 2)
        nine = report(session, ReportKind.STABLE, TOWNSHIP, ON, 9)
    # four households have somebody able; 县内 began one day too late for three months
    assert [line.values for line in three.lines] == [(2, 2, 0), (1, 0, 1), (1, 0, 1)]
    assert figures(three)["rate"][0] == "50.0%"
    assert two.lines[0].whole == 3
    assert nine.lines[0].whole == 0


@BOTH
def test_every_number_counts_the_list_behind_it(store: Store) -> None:
    save_fair(store, {"name": "春风行动", "date": "2026-02-20", "venue_place": TOWNSHIP,
                      "reason": "推迟", "posts_told": 8470, "visits_told": 5000,
                      "intents_told": 1568, "arrivals_told": 89})  # fmt: skip
    seen = 0
    with store.read() as session:
        for kind in ReportKind:
            found = report(session, kind, TOWNSHIP, ON)
            for line in (*found.lines, *found.sums):
                for column, value in zip(found.columns, line.values, strict=True):
                    if isinstance(value, str) or (kind is ReportKind.FAIRS):
                        continue
                    if kind is ReportKind.SUMMARY and not value:
                        continue
                    listing = behind(session, found, line.key, column.key)
                    assert (listing.total, len(listing.entries)) == (value, value), (kind, line)
                    seen += value
        fairs = report(session, ReportKind.FAIRS, TOWNSHIP, ON)
        assert behind(session, fairs, "visits").entries == []
    assert seen > 50
    assert [(line.whole, line.share) for line in fairs.lines[2:]] == [
        (8470, None), (5000, 590), (1568, 314), (89, 57)
    ]  # fmt: skip


def test_ages_stand_by_sex_with_those_away_among_them(store: Store) -> None:
    with store.read() as session:
        found = report(session, ReportKind.AGES, TOWNSHIP, ON)
    assert figures(found)["30"] == (2, 0, 0, 2, 1, 0)  # 30 on this very day
    assert figures(found)["35"] == (3, 3, 2, 0, 0, 0)
    assert figures(found)[UNKNOWN] == (1, 0, 0, 0, 0, 1)
    assert found.total == 8


def test_a_station_with_nobody_has_reports_of_nil(tmp_path: Path) -> None:
    made = station(tmp_path / "s", clock=Clock(wall=lambda: NOON))
    with made.read() as session:
        for kind in ReportKind:
            found = report(session, kind, TOWNSHIP, ON)
            assert found.total == 0
            for line in (*found.lines, *found.sums):
                assert len(line.values) == len(found.columns)
            assert render_pdf(report_sheet(session, found), io.BytesIO()) == 1
    made.close()
