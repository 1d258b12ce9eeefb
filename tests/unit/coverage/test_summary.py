"""The labour resource summary (B8): which line counts whom, and sums that are never mended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laborclerk.features.census.rounds import close_round
from laborclerk.features.coverage.model import HouseholdState
from laborclerk.features.coverage.service import row
from laborclerk.features.coverage.summary import people, summary
from laborclerk.features.coverage.summary_document import summary_sheet
from laborclerk.features.coverage.summary_lines import LINES, RELATIONS, UNPLACED, balances
from laborclerk.features.registry.model import Person
from laborclerk.printing.document import Document, Paragraph
from tests.coverage_truth import COUNTY, GROUP_1, TOWNSHIP, VILLAGE, open_round, small_store
from tests.unit.coverage.conftest import GROWN, Township

# the figures of the real form (fields.md B8)
SAMPLE = {
    "employed": 25148, "local": 15632, "local_farming": 11768, "local_other": 7265, "away": 9840,
    "education_primary": 1553, "education_junior": 5894, "education_senior": 2393,
    "age_young": 1056, "age_middle": 7963, "age_old": 821,
    "channel_self": 8955, "channel_government": 0, "channel_agency": 249, "channel_employer": 636,
    "time_short": 680, "time_middle": 2298, "time_long": 6862,
    "place_county": 2420, "place_province": 2058, "place_outside": 5337, "place_hmt": 5,
    "place_abroad": 20,
}  # fmt: skip


def test_the_sums_of_a_real_form_are_told_as_they_are() -> None:
    told = {b.text: (b.left, b.right, b.holds, b.difference) for b in balances(SAMPLE)}
    assert told == {
        "4+7=3": (25472, 25148, False, 324),
        "5+6=4": (19033, 15632, False, 3401),
        "9+10+11=7": (9840, 9840, True, 0),
        "12+13+14=7": (9840, 9840, True, 0),
        "15+16+17+18=7": (9840, 9840, True, 0),
        "19+20+21=7": (9840, 9840, True, 0),
        "22+23+24+25+26=7": (9840, 9840, True, 0),
    }


AWAY = {
    "employment_status": "04", "work_scope": "4", "work_place": "330784000000", "industry": "C",
    "work_months": 8, "channel": "2",
}  # fmt: skip
ALWAYS = {"population", "labour", "employed"}
GONE = ALWAYS | {
    "away", "away_men", "education_junior", "age_middle", "channel_self", "time_long",
    "place_outside",
}  # fmt: skip


CASES: list[tuple[dict[str, Any], set[str]]] = [
        ({}, ALWAYS | {"local", "local_farming"}),
        ({"employment_status": "99"}, {"population", "labour"}),
        ({"birth_date": "2020-01-01"}, {"population"}),
        ({"work_ability": "5"}, {"population"}),
        ({"presence": "11", "presence_since": "2026-01-01"}, set()),
        (AWAY, GONE),
        (AWAY | {"sex": "2"}, GONE - {"away_men"}),
        (AWAY | {"education": "90"}, GONE - {"education_junior"} | {"education_primary"}),
        (AWAY | {"education": "41"}, GONE - {"education_junior"} | {"education_senior"}),
        (AWAY | {"education": None}, GONE - {"education_junior"} | {"education_unknown"}),
        # ages at the reference date 2026-09-01, edges of the bands
        (AWAY | {"birth_date": "2005-09-02"}, GONE - {"age_middle"} | {"age_young"}),
        (AWAY | {"birth_date": "2005-09-01"}, GONE),
        (AWAY | {"birth_date": "1976-09-02"}, GONE),
        (AWAY | {"birth_date": "1976-09-01"}, GONE - {"age_middle"} | {"age_old"}),
        (AWAY | {"channel": "12"}, GONE - {"channel_self"} | {"channel_agency"}),
        (AWAY | {"channel": "4"}, GONE - {"channel_self"} | {"channel_government"}),
        (AWAY | {"channel": None}, GONE - {"channel_self"} | {"channel_unknown"}),
        (AWAY | {"work_months": 0}, GONE - {"time_long"} | {"time_unknown"}),
        (AWAY | {"work_months": 1}, GONE - {"time_long"} | {"time_short"}),
        (AWAY | {"work_months": 3}, GONE - {"time_long"} | {"time_middle"}),
        (AWAY | {"work_months": 6}, GONE),
        (AWAY | {"work_place": "530602000000"}, GONE - {"place_outside"} | {"place_province"}),
        (AWAY | {"work_place": "530627002000"}, GONE - {"place_outside"} | {"place_county"}),
        (AWAY | {"work_place": "810000000000"}, GONE - {"place_outside"} | {"place_hmt"}),
        (AWAY | {"work_place": "999JPN"}, GONE - {"place_outside"} | {"place_abroad"}),
        (AWAY | {"work_place": None, "work_scope": "5"},
         GONE - {"place_outside"} | {"place_abroad"}),
        (AWAY | {"work_place": None, "work_scope": None},
         GONE - {"place_outside"} | {"place_unknown"}),
        # at work in the county: at home unless another township is told
        (AWAY | {"employment_status": "06", "work_scope": "1", "work_place": "530627000000"},
         ALWAYS | {"local", "local_other"}),
        (AWAY | {"employment_status": "06", "work_scope": "1", "work_place": "530627001000"},
         ALWAYS | {"local", "local_other"}),
        (AWAY | {"employment_status": "06", "work_scope": "1", "work_place": "530627002001"},
         GONE - {"place_outside"} | {"place_county"}),
        ({"employment_status": "05", "industry": "A"}, ALWAYS | {"local", "local_farming"}),
        ({"employment_status": "07"}, ALWAYS | {"local", "local_unknown"}),
]  # fmt: skip
KEYS = (*(line.key for line in LINES), *UNPLACED)


@pytest.fixture(scope="module")
def counted(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[dict[str, set[str]], dict[str, int]]]:
    """The lines' persons by name (the number of their case), and the lines' figures."""
    store = small_store(tmp_path_factory.mktemp("b8") / "s")
    town = Township(store, open_round(store))
    key = town.household(GROUP_1, persons=0)
    with store.write("test") as work:
        rows = [
            {**GROWN, **values, "household": key, "name": str(n)}
            for n, (values, _) in enumerate(CASES)
        ]
        work.create_many(Person, rows)
    with store.read() as session:
        listed = {k: {p.name for p in people(session, town.round, TOWNSHIP, k)} for k in KEYS}
        yield listed, summary(session, town.round, TOWNSHIP).total.figures
    store.close()


@pytest.mark.parametrize("case", range(len(CASES)))
def test_a_person_stands_in_these_lines(
    counted: tuple[dict[str, set[str]], dict[str, int]], case: int
) -> None:
    assert {key for key, names in counted[0].items() if str(case) in names} == CASES[case][1]


def test_the_list_behind_a_figure_is_as_long_as_the_figure(
    counted: tuple[dict[str, set[str]], dict[str, int]],
) -> None:
    assert {key: len(names) for key, names in counted[0].items()} == counted[1]


def test_every_village_has_a_row_and_the_total_is_their_sum(town: Township) -> None:
    town.done(GROUP_1, persons=3)
    town.done(VILLAGE)
    town.household(GROUP_1, persons=2, residence="6")  # moved out: nobody of it counts
    with town.store.read() as session:
        found = summary(session, town.round, TOWNSHIP)
        county = summary(session, town.round, COUNTY)
        groups = summary(session, town.round, VILLAGE)
        counts = row(session, town.round, TOWNSHIP).counts
    assert [(r.name, r.figures["population"]) for r in found.rows] == [
        ("油榨街社区", 4), ("上街村", 0), ("空村", 0)
    ]  # fmt: skip
    assert [(r.name, r.figures["labour"]) for r in groups.rows] == [
        ("1组", 3), ("2组", 0), ("(未分组)", 1)
    ]  # fmt: skip
    assert found.total.figures == county.total.figures
    assert (counts.persons_due, counts.labour) == (4, 4)
    assert "劳动力口径" in found.round.title


_some: dict[str, Any] = {
    "sex": ("1", "2", None), "birth_date": ("1950-01-01", "1980-01-01", "2006-01-01", None),
    "employment_status": ("02", "04", "05", "06", "07", "99", None),
    "work_scope": ("1", "2", "4", "5", None), "industry": ("A", "C", None),
    "work_place": ("530627001000", "530627002000", "530600000000", "999JPN", None),
    "work_months": (None, 0, 2, 4, 9), "channel": ("1", "3", "9", None),
    "education": ("80", "70", "20", None), "work_ability": ("1", "4", None),
}  # fmt: skip


@settings(max_examples=15)
@given(st.lists(st.fixed_dictionaries({k: st.sampled_from(v) for k, v in _some.items()})))
def test_a_difference_is_exactly_the_persons_that_are_not_placed(
    tmp_path_factory: pytest.TempPathFactory, persons: list[dict[str, Any]]
) -> None:
    store = small_store(tmp_path_factory.mktemp("b8") / "s")
    town = Township(store, open_round(store))
    key = town.household(GROUP_1, persons=0)
    with store.write("test") as work:
        work.create_many(Person, [{**GROWN, **p, "household": key} for p in persons])
    with store.read() as session:
        found = summary(session, town.round, VILLAGE).total.figures
        state = session.query(HouseholdState).one()
    store.close()
    assert (found["population"], found["labour"]) == (state.persons_due, state.labour)
    for relation in RELATIONS:
        parts = sum(found[k] for k in relation.parts)
        unplaced = found[relation.unknown] if relation.unknown else 0
        assert parts + unplaced == found[relation.total]
    assert all(b.holds for b in balances(found) if "≤" in b.text)


def test_the_sheet_of_a_closed_round_says_that_it_counts_todays_records(town: Township) -> None:
    told = "本轮已于2026-11-30结束。本表按今日（2026-12-05）的登记数据汇总"
    with town.store.read() as session:
        assert told not in _text(summary_sheet(session, town.round, TOWNSHIP, on="2026-12-05"))
    close_round(town.store, town.round, "2026-11-30")
    with town.store.read() as session:
        assert told in _text(summary_sheet(session, town.round, TOWNSHIP, on="2026-12-05"))


def _text(document: Document) -> str:
    return "\n".join(b.text for b in document.blocks if isinstance(b, Paragraph))
