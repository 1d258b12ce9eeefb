"""The manual without a window: its pages, where a key press leads, finding a word."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Protocol

from laborclerk.kernel.resources import resource
from laborclerk.ui.jobs import Runner, Way
from laborclerk.ui.screens.help.field_help import checks_page, fields_page, place_of

FIELDS, CHECKS = "fields", "checks"
# where F1 leads from a screen (key of the navigation, `census` for the household form): a page, or
# a heading of it
_OF_SCREEN = {
    "home": "gaps", "households": "entry", "census": "entry", "places": "places", "frame": "frame",
    "groups": "paper#发出、收回、录了几份", "sheets": "sheets", "papers": "print",
    "exchange": "exchange", "conflicts": "exchange#冲突怎样核定", "duplicates": "duplicates",
    "work": "work", "demand": "demand", "fairs": "fairs", "dispatch": "dispatch",
    "handbook": "handbook", "reports": "reports",
    "settings": "rounds", "county": "county", "setup": "setup", "login": "password",
}  # fmt: skip
_LINK = re.compile(r"(?:\d+-)?([a-z]+)(?:\.md)?(?:#(.*))?")


class View(Protocol):
    """What the presenter says to the screen."""

    def show_page(self, page: ManualPage, text: str, at: tuple[str, ...]) -> None:
        """Show a page from the heading (and the label below it) `at`."""

    def show_hits(self, hits: list[Hit]) -> None:
        """Where what is looked for stands."""


@dataclass(frozen=True, slots=True)
class ManualPage:
    """One page: its key, title, and its text as Markdown."""

    key: str
    title: str
    text: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Hit:
    """A place where a word stands: page, heading above it, the line."""

    page: str
    title: str
    heading: str
    line: str


@cache
def pages() -> tuple[ManualPage, ...]:
    """Every page: those written, in the order of their numbers, then those made from the
    declarations."""
    found = []
    for path in sorted(resource("manual").glob("[0-9]*.md")):
        key = path.stem.split("-", 1)[1]
        first = path.read_text("utf-8").split("\n", 1)[0]
        read = partial(path.read_text, "utf-8")
        found.append(ManualPage(key, first.lstrip("# ").strip(), read))
    found.append(ManualPage(FIELDS, "字段说明", cache(fields_page)))
    found.append(ManualPage(CHECKS, "检查说明", cache(checks_page)))
    return tuple(found)


def pictures() -> Path:
    """Where the manual's pictures lie."""
    return resource("manual", "pictures")


class HelpPresenter:
    """Which page is shown, and the way back."""

    def __init__(self, view: View, runner: Runner) -> None:
        self.view = view
        self._runner = runner
        self.page: ManualPage | None = None
        self._been: list[tuple[str, tuple[str, ...]]] = []

    def load(self) -> None:
        """The screen is shown: the first page unless one is shown already."""
        if self.page is None and pages():
            self.open(pages()[0].key)

    def open(self, key: str, at: tuple[str, ...] = ()) -> None:
        """Show a page."""
        page = next((p for p in pages() if p.key == key), None)
        if page is None:
            return
        self._been.append((key, at))
        self.page = page

        def done(text: str) -> None:
            self.view.show_page(page, text, at)

        self._runner.run(lambda _p: page.text(), done, way=Way.LOOK, key="help-page")

    def back(self) -> None:
        """The page before."""
        if len(self._been) > 1:
            self._been.pop()
            key, at = self._been.pop()
            self.open(key, at)

    def explain(self, screen: str, field: str = "") -> None:
        """F1: help for what the clerk is at. `field` is `register.key` or a bare key, empty when
        she is in none."""
        register, _, key = field.rpartition(".")
        where = place_of(register, key) if key else None
        if where is not None:
            self.open(FIELDS, where)
        else:
            page, _, heading = _OF_SCREEN.get(screen, pages()[0].key).partition("#")
            self.open(page, (heading,) if heading else ())

    def follow(self, link: str) -> None:
        """A link inside the manual: `04-entry.md#heading` or `#heading`."""
        if link.startswith("#"):
            if self.page is not None:
                self.open(self.page.key, (link[1:],))
            return
        found = _LINK.fullmatch(link)
        if found:
            self.open(found[1], (found[2],) if found[2] else ())

    def look_for(self, text: str) -> None:
        """Find as you type."""
        self._runner.run(
            lambda _p: search(text), self.view.show_hits, way=Way.LOOK, key="help-find"
        )


def search(text: str, limit: int = 40) -> list[Hit]:
    """Where all words of `text` stand on one line."""
    words = text.casefold().split()
    if not words:
        return []
    hits: list[Hit] = []
    for page in pages():
        heading = ""
        for line in page.text().splitlines():
            if line.startswith("#"):
                heading = line.lstrip("# ").strip()
            plain = line.casefold()
            if all(word in plain for word in words) and not line.startswith("!["):
                hits.append(Hit(page.key, page.title, heading, _unmarked(line)))
                if len(hits) == limit:
                    return hits
    return hits


def _unmarked(line: str) -> str:
    """A line of Markdown as plain words."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", line)
    return re.sub(r"[#*`|>]+", " ", text).strip()
