"""What the pages of a handbook share: whose and where for, and the pages made of cards alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from laborclerk.features.handbook.content import Content, Item, checked_on, chinese
from laborclerk.features.handbook.icons import icon
from laborclerk.features.handbook.layout import (
    BOTTOM,
    CHAPTERS,
    INK,
    TOP,
    WIDTH,
    Chapter,
    Piece,
    check_box,
    frame,
    law_card,
    left_of,
    spread,
)
from laborclerk.printing.brush import Brush, mix

TEAL, AMBER, RED = "#0b7a75", "#e8833a", "#c0432c"
LEAVING, CONTRACT, WAGE, SAFE, HELP, CITY, RECORD = CHAPTERS
CARD = (22.0, 112.0, 104.0, 66.0)  # on the last leaf: x, y, width, height, mm


@dataclass(frozen=True, slots=True)
class Trip:
    """Where the handbook is for; every text may be empty: then there is a line to write on."""

    code: str = ""  # division of the destination
    destination: str = ""
    number: str = ""  # of the batch
    employer: str = ""
    address: str = ""
    job: str = ""
    departs: str = ""
    gather: str = ""
    transport: str = ""
    leader: str = ""
    leader_phone: str = ""
    station: str = ""
    station_contact: str = ""
    station_phone: str = ""
    issuer: str = ""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose handbook it is; empty for one that its owner fills in."""

    name: str = ""
    home: str = ""
    phone: str = ""
    contact: str = ""
    contact_phone: str = ""
    job: str = ""
    wage: str = ""


NOBODY = Owner()


def both(name: str, phone: str) -> str:
    """A name and its telephone, where known."""
    return " ".join(part for part in (name, phone) if part)


Draw = Callable[[Brush], None]


class Base:
    """Content, trip and checks of the booklets that are made."""

    def __init__(
        self, content: Content, trip: Trip, known: Mapping[tuple[str, str], str], made: str = ""
    ) -> None:
        self.content, self.trip, self.known, self.made = content, trip, known, made
        self.numbers: dict[str, int] = {}  # of pages that stand elsewhere than in the handbook
        self.book = content.title
        self.chapter: Chapter | None = None  # instead of a page's own

    def _marked(self, item: Item) -> bool:
        return item.asks and not checked_on(item, self.known)

    def _laws(
        self, number: int, chapter: Chapter, title: str, picture: str, page: str, lead: str = "",
        bottom: float = BOTTOM,
    ) -> Draw:  # fmt: skip
        def draw(b: Brush) -> None:
            frame(b, number, chapter, chinese(title), picture, lead, self.book)
            x = left_of(number)
            pieces = [
                law_card(b, x, item, chapter.color, self._marked(item))
                for item in self.content.of(page)
            ]
            spread(pieces, TOP - (0 if lead else 4), bottom, 8)

        return draw

    def _advices(
        self, b: Brush, number: int, title: str, picture: str, page: str, pictures: tuple[str, ...]
    ) -> None:  # fmt: skip
        frame(b, number, CITY, title, picture)
        x, color = left_of(number), CITY.color
        items = self.content.of(page)
        high = (BOTTOM - 32 - 3 * 5) / 4
        for n, (item, own) in enumerate(zip(items, pictures, strict=True)):
            y = 32 + n * (high + 5)
            b.rect(x, y, WIDTH, high, mix(color, 0.07), round_=3)
            b.rect(x, y, 30, high, mix(color, 0.16), round_=3)
            icon(b, own, x + 6.5, y + (high - 17) / 2, 17, color)
            b.text(x + 36, y + 10.6, chinese(item.head), 13, color, strong=True)
            b.flow(x + 36, y + 14, WIDTH - 41, chinese(item.text), 9.6, INK, leading=1.6)

    def _ticks(
        self, b: Brush, x: float, item: Item, color: str, picture: str, width: float = WIDTH
    ) -> Piece:  # fmt: skip
        height = 11.4 + 6.6 * len(item.parts)

        def draw(y: float) -> None:
            b.rect(x, y, width, height, mix(color, 0.06), round_=2.6)
            icon(b, picture, x + 4, y + 2.4, 7, color)
            b.text(x + 13.4, y + 7.6, chinese(item.head), 11, color, strong=True)
            for n, part in enumerate(item.parts):
                base = y + 15 + n * 6.6
                check_box(b, x + 13.6, base, color)
                b.text(x + 20, base, chinese(part), 9.6, INK, room=width - 23)

        return Piece(height, draw)
