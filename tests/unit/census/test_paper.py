"""The paper form asks what the screen asks, in its order and with its numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laborclerk.catalog.codes import code_list
from laborclerk.catalog.fields import Code, Codes, YesNo
from laborclerk.catalog.values import NO_CONTEXT
from laborclerk.features.census.form import (
    FORM_FIELDS,
    HEAD_FIELDS,
    PERSON_FIELDS,
    VISIT_FIELDS,
)
from laborclerk.features.census.marks import WRITTEN, mark, options
from laborclerk.features.census.model import Visit
from laborclerk.features.census.paper import Paper, pages
from laborclerk.features.census.paper_members import LINES, block_fields, columns
from laborclerk.features.census.paper_strips import FOOT_PARTS, HEAD_PARTS, SHORT_PARTS, WIDTH
from laborclerk.features.registry.model import Household, Person
from laborclerk.printing.document import Box, FormGrid
from laborclerk.store.base import fields_of
from laborclerk.ui.entry import choices


def boxes(paper: Paper, **how: Any) -> Iterator[list[Box]]:
    """The boxes of each page."""
    for block in pages(paper, "告知", first=True, **how):
        if isinstance(block, FormGrid):
            yield list(block.boxes)


def test_every_field_of_a_member_has_a_box_in_the_order_of_the_screen():
    assert sum(block_fields(), ()) == PERSON_FIELDS
    drawn = [c.spec.key for i in range(3) for c in columns(i, WIDTH) if c.section is not None]
    assert tuple(drawn) == PERSON_FIELDS


def test_the_reverse_repeats_whose_line_it_is():
    for block in (1, 2):
        assert [c.spec.key for c in columns(block, WIDTH)[:2]] == ["line", "name"]


def test_every_field_of_the_household_has_a_box_in_the_order_of_the_screen():
    keys = [p.key for row in HEAD_PARTS for p in row]
    places = ["county", "township", "village", "group"]
    at = keys.index("county")
    assert keys[at : at + 4] == places
    order = [k for k in [*keys[:at], "place", *keys[at + 4 :]] if k in HEAD_FIELDS]
    assert tuple(order) == HEAD_FIELDS


def test_every_field_of_the_form_has_a_box():
    keys = {p.key for row in (*HEAD_PARTS, *FOOT_PARTS) for p in row}
    assert {k if k != "note" else "form_note" for k in FORM_FIELDS} <= keys


def test_rows_of_labelled_boxes_fill_the_width():
    for row in (*HEAD_PARTS, *FOOT_PARTS, *SHORT_PARTS):
        assert sum(p.width for p in row) == pytest.approx(WIDTH)


def test_every_field_of_a_visit_has_a_column():
    labels = {b.label for page in boxes(Paper()) for b in page}
    assert {"访问日期", "结果", "下次访问", "访问人", "核对", "备注"} <= labels
    assert len(VISIT_FIELDS) == 6


@pytest.mark.parametrize("model", [Household, Person, Visit])
def test_a_box_holds_the_number_that_is_typed_on_the_screen(model):
    for spec in fields_of(model).values():
        if isinstance(spec.type, YesNo):
            offered = choices(spec, "", NO_CONTEXT) or []
            assert [mark(spec, c.value) for c in offered] == [c.number for c in offered]
        if isinstance(spec.type, Code | Codes) and spec.type.codes not in WRITTEN:
            items = code_list(spec.type.codes)
            for item in items.items:
                if item.common and not item.retired:
                    assert items.by_number(mark(spec, item.code)) == item


def test_a_code_outside_the_short_list_is_written_in_words():
    assert mark(fields_of(Person)["education"], "61") == "普通高中毕业"
    assert mark(fields_of(Person)["health"], "30,64").replace("\u200b", "") == "3,肢体残疾"


def test_runs_of_numbers_stand_together_in_a_legend():
    school = options("in_school")
    assert "7–9普通高中一–三年级" in school
    assert "3小学 4–6七–九年级" in school


def test_a_name_that_begins_with_a_digit_is_set_off_from_its_number():
    assert options("hardship").startswith("1、4050人员 2")


def test_a_disability_certificate_shows_what_follows_the_id_number():
    number = "530627198107029982"
    person: dict[str, Any] = {"line": 1, "id_number": number, "disability_number": number + "43"}
    front = next(boxes(Paper(persons=[person])))
    assert "43" in [b.value for b in front]
    assert number + "43" not in [b.value for b in front]


def test_what_is_not_asked_of_a_child_is_grey_and_has_no_cells():
    child: dict[str, Any] = {"line": 1, "birth_date": "2014-05-06"}
    adult: dict[str, Any] = {"line": 2, "birth_date": "1990-05-06"}
    _, reverse = boxes(Paper(persons=[child, adult], on="2026-11-01"))
    grey = [b for b in reverse if b.shaded and b.entry and not b.label]
    asked_of_adults = [
        c for i in (1, 2) for c in columns(i, WIDTH)
        if c.section is not None and c.section.key in ("work", "wish")
    ]  # fmt: skip
    assert len(grey) == len(asked_of_adults)
    assert not any(b.hint for b in grey)


@given(st.integers(0, 40))
def test_every_member_stands_on_one_line_of_one_sheet(count: int):
    members: list[dict[str, Any]] = [{"line": n + 1, "name": f"某{n}"} for n in range(count)]
    drawn = list(boxes(Paper(persons=members)))
    assert len(drawn) == 2 * max(1, -(-count // LINES))
    fronts = Counter(b.value for page in drawn[::2] for b in page if b.entry)
    assert all(fronts[m["name"]] == 1 for m in members)


@given(st.integers(1, 20), st.integers(1, 5))
def test_empty_lines_are_numbered_on_after_the_last_member(count: int, gap: int):
    members: list[dict[str, Any]] = [{"line": n * gap + 1, "name": f"某{n}"} for n in range(count)]
    last = list(boxes(Paper(persons=members)))[-2]
    numbers = [b.value for b in last if b.entry and b.x == 0 and b.width < 10]
    free = LINES - (count - 1) % LINES - 1
    after = max(members[-1]["line"], count)
    assert numbers[LINES - free :] == [str(after + n + 1) for n in range(free)]


def test_a_blank_continuation_sheet_leaves_the_numbers_to_the_hand():
    front, _ = boxes(Paper(), continuation=True)
    assert not [b for b in front if b.entry and b.x == 0 and b.width < 10 and b.value]
