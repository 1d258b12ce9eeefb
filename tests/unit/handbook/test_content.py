"""The handbook's words: each has its source, and what nobody checked is known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from laborclerk.features.handbook.content import (
    HandbookNotice,
    chinese,
    content,
    raw_guide,
    stale,
    unchecked,
    warnings,
)

WORDS = content()
CHECKED = {(i.key, i.digest): "2026-11-01" for i in WORDS.items}


def test_every_key_is_its_own():
    keys = [i.key for i in WORDS.items]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("item", WORDS.items, ids=lambda i: i.key)
def test_law_names_its_article_and_date_and_numbers_are_digits(item):
    if item.kind == "law":
        assert item.law
        assert item.article
        assert item.valid_from[:4].isdigit()
    if item.kind == "number":
        assert item.number.isdigit()
    assert item.kind in ("law", "number", "advice")


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("hours-figures", "8小时、一天标准、40小时、一周标准、36小时、一月加班封顶"),
        ("hours-pay", "平日加班150%、休息日加班又不补休200%、法定节假日加班300%"),
    ],
)
def test_figures_stand_with_what_they_are_of_in_one_line(key, line):
    [item] = [i for i in WORDS.items if i.key == key]
    assert item.line == line


@pytest.mark.parametrize("page", ["lines", "phones"])
def test_the_numbers_of_the_sources_are_there(page):
    wanted = {
        "lines": "12333 12348 12351 12345 12338 96110 12393 12315 12306 12328 12367 12308",
        "phones": "110 119 120 122",
    }
    assert {i.number for i in WORDS.of(page)} - {""} == set(wanted[page].split())


def test_only_what_law_md_verified_counts_as_checked():
    """law.md marks one line [V]; all others a person must check first."""
    assert {i.key for i in WORDS.items if i.checked} == {"contract-insurance"}
    left = unchecked(WORDS.items, {})
    assert len(left) == sum(i.asks for i in WORDS.items) - 1


def test_the_draft_rules_for_workers_past_retirement_are_not_printed_as_law():
    assert "超龄" not in "".join(i.text + i.head + i.law for i in WORDS.items)


def test_checked_content_is_silent_until_a_year_is_over():
    day = "2026-11-20"
    assert warnings(WORDS, CHECKED, day) == []
    [old] = warnings(replace(WORDS, review="2099-01-01"), CHECKED, "2027-11-02")
    assert old.message is HandbookNotice.HANDBOOK_STALE


def test_a_changed_text_must_be_checked_anew():
    item = next(i for i in WORDS.items if i.key == "wage-money")
    assert unchecked([item], CHECKED) == []
    assert unchecked([replace(item, text="改过的条文")], CHECKED) != []
    assert stale([item], CHECKED, "2027-11-02") == [item]


def test_content_past_its_review_is_told():
    told = {p.message for p in warnings(WORDS, CHECKED, "2027-07-01")}
    assert HandbookNotice.HANDBOOK_REVIEW in told


@pytest.mark.parametrize(
    ("text", "shown"),
    [("签字以前,一条一条看", "签字以前\uff0c一条一条看"), ("早上6:30", "早上6:30"),
     ("电话12333,问(人社)", "电话12333\uff0c问\uff08人社\uff09"), ("1,000元", "1,000元")],
)  # fmt: skip
def test_punctuation_is_printed_full_width(text, shown):
    assert chinese(text) == shown


def test_the_guide_states_no_law_of_its_own_and_every_page_has_lists():
    """Laws come from the handbook's lines, which are checked; 004-12 has six parts."""
    words, pages = raw_guide()
    assert {i.kind for i in words.items} == {"advice"}
    assert {i.page for i in words.items} == {p["key"] for p in pages}
    assert len(words.of("steps")) == 6


def test_a_destination_is_found_by_its_province():
    assert "台风" in WORDS.destination("350100000000").climate
    assert WORDS.destination("999KAZ").climate == ""
    assert WORDS.destination(None).food == ""
