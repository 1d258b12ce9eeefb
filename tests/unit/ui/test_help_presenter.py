"""The manual: its pages, links and pictures hold together; F1 leads to the right line."""

from __future__ import annotations

import re

import pytest

from laborclerk.catalog.fields import FIELD_TYPES
from laborclerk.features.census.form import FORM_FIELDS, HEAD_FIELDS, PERSON_FIELDS, VISIT_FIELDS
from laborclerk.features.census.rules import RULES
from laborclerk.features.registry.model import Person
from laborclerk.store.base import fields_of
from laborclerk.ui.jobs import InlineRunner
from laborclerk.ui.screens.help.field_help import HOW, checks_page, fields_page, place_of
from laborclerk.ui.screens.help.presenter import (
    HelpPresenter,
    Hit,
    ManualPage,
    pages,
    pictures,
    search,
)

WRITTEN = [page for page in pages() if page.key not in ("fields", "checks")]
_PICTURE = re.compile(r"!\[[^\]]*\]\(([^)]+)\)")
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)]+)\)")


class Screen:
    def __init__(self) -> None:
        self.shown: list[tuple[str, tuple[str, ...]]] = []

    def show_page(self, page: ManualPage, text: str, at: tuple[str, ...]) -> None:
        assert text.startswith(f"# {page.title}")
        self.shown.append((page.key, at))

    def show_hits(self, hits: list[Hit]) -> None:
        self.hits = hits


@pytest.fixture
def screen() -> Screen:
    return Screen()


@pytest.fixture
def presenter(screen: Screen) -> HelpPresenter:
    return HelpPresenter(screen, InlineRunner())


def headings(page: ManualPage) -> list[str]:
    return [line.lstrip("# ") for line in page.text().splitlines() if line.startswith("#")]


def test_every_page_begins_with_its_title_and_has_a_key_of_its_own() -> None:
    assert len({page.key for page in pages()}) == len(pages())
    for page in pages():
        assert page.text().startswith(f"# {page.title}")


@pytest.mark.parametrize("page", WRITTEN, ids=lambda p: p.key)
def test_every_picture_of_a_page_is_there(page: ManualPage) -> None:
    for name in _PICTURE.findall(page.text()):
        assert (pictures() / name).is_file(), f"python -m tests.e2e.screenshots: {name}"


def test_every_picture_is_used() -> None:
    used = {name for page in WRITTEN for name in _PICTURE.findall(page.text())}
    there = {path.name for path in pictures().glob("*.png")}
    assert there - used == set()


@pytest.mark.parametrize("page", WRITTEN, ids=lambda p: p.key)
def test_every_link_leads_to_a_page_and_a_heading(
    page: ManualPage, presenter: HelpPresenter, screen: Screen
) -> None:
    for link in _LINK.findall(page.text()):
        screen.shown.clear()
        presenter.open(page.key)
        presenter.follow(link)
        assert len(screen.shown) == 2, link
        key, at = screen.shown[-1]
        target = next(p for p in pages() if p.key == key)
        assert all(heading in headings(target) for heading in at), link


@pytest.mark.parametrize(
    "key", ["home", "households", "census", "places", "frame", "groups", "sheets", "papers",
            "exchange", "settings"]
)  # fmt: skip
def test_f1_on_a_screen_opens_a_page_of_its_own(
    key: str, presenter: HelpPresenter, screen: Screen
) -> None:
    presenter.explain(key)
    page, at = screen.shown[-1]
    assert page != pages()[0].key
    assert all(heading in headings(next(p for p in pages() if p.key == page)) for heading in at)


def test_f1_on_the_groups_opens_the_section_on_issued_and_returned_paper(
    presenter: HelpPresenter, screen: Screen
) -> None:
    presenter.explain("groups")
    assert screen.shown[-1] == ("paper", ("发出、收回、录了几份",))


def test_every_field_type_says_how_it_is_filled_in() -> None:
    assert set(HOW) == set(FIELD_TYPES)


def test_every_field_of_the_forms_stands_on_the_page_with_its_help() -> None:
    text = fields_page()
    for register, keys in (
        ("household", HEAD_FIELDS), ("person", PERSON_FIELDS), ("census_form", FORM_FIELDS),
        ("visit", VISIT_FIELDS),
    ):  # fmt: skip
        for key in keys:
            assert place_of(register, key) is not None, key
    for spec in fields_of(Person).values():
        if spec.key in PERSON_FIELDS:
            assert spec.help in text


def test_every_check_stands_on_the_page_of_checks() -> None:
    lines = checks_page().splitlines()
    assert sum(line.startswith("| ") for line in lines) - 1 == sum(
        len(rule.messages) for rule in RULES
    )
    assert "{" not in checks_page()


def test_f1_in_a_field_leads_to_its_line(presenter: HelpPresenter, screen: Screen) -> None:
    presenter.explain("census", "person.work_ability")
    assert screen.shown == [("fields", ("人员:文化与技能", "劳动能力 *"))]
    assert "## 人员:文化与技能" in fields_page()
    assert "| 劳动能力 * |" in fields_page()


@pytest.mark.parametrize(
    "key",
    ["home", "households", "census", "places", "frame", "groups", "sheets", "papers", "exchange",
     "settings"],
)  # fmt: skip
def test_f1_on_a_screen_leads_to_its_page(
    presenter: HelpPresenter, screen: Screen, key: str
) -> None:
    presenter.explain(key)
    assert screen.shown[-1][0] in {page.key for page in WRITTEN}
    if key not in ("setup", "home"):
        assert screen.shown[-1][0] != "setup"


def test_an_unknown_field_leads_to_the_page_of_the_screen(
    presenter: HelpPresenter, screen: Screen
) -> None:
    presenter.explain("frame", "frame_entry.nothing")
    assert screen.shown == [("frame", ())]


def test_back_goes_back_and_stays_on_the_first(presenter: HelpPresenter, screen: Screen) -> None:
    presenter.load()
    presenter.open("keys")
    presenter.back()
    presenter.back()
    assert [key for key, _ in screen.shown] == ["setup", "keys", "setup"]


def test_a_word_is_found_with_its_heading(presenter: HelpPresenter, screen: Screen) -> None:
    presenter.look_for("恢复码")
    hits = screen.hits
    assert {"setup", "password"} <= {hit.page for hit in hits}
    assert all(hit.line and "](" not in hit.line for hit in hits)
    assert search("没有这样一个词") == []
    assert search("  ") == []
