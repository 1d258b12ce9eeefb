"""The look of the handbook: colours, the frame of a page, and the pieces that pages are built of.

A piece knows its height before it is drawn, so that a page can spread what it has over its room.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from laborclerk.features.handbook.content import Item, chinese
from laborclerk.features.handbook.icons import icon
from laborclerk.printing.brush import Brush, mix
from laborclerk.printing.document import Align

INK, QUIET, PAPER, LINE = "#22302f", "#6b7775", "#ffffff", "#cfd8d6"
LEFT_IN, LEFT_OUT, WIDTH = 14.0, 12.0, 122.0  # mm: margins at the fold and outside, text width
TOP, BOTTOM = 36.0, 196.0
CENTER, RIGHT = Align.CENTER, Align.RIGHT
UNCHECKED = "※"


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of the book: its tab at the edge of the page, in its colour."""

    number: int
    name: str
    color: str


CHAPTERS = (
    Chapter(1, "出发", "#0b7a75"),
    Chapter(2, "合同", "#1f5fa8"),
    Chapter(3, "工资", "#b4690e"),
    Chapter(4, "平安", "#c0432c"),
    Chapter(5, "求助", "#6a4c93"),
    Chapter(6, "城市", "#2f7d3b"),
    Chapter(7, "记账", "#4b5d67"),
)


@dataclass(frozen=True, slots=True)
class Piece:
    """Something on a page: how high it is, and what draws it at a y."""

    height: float
    draw: Callable[[float], object]


def left_of(number: int) -> float:
    """Where the text of a page begins: an odd page lies right of the fold."""
    return LEFT_IN if number % 2 else LEFT_OUT


def frame(
    b: Brush, number: int, chapter: Chapter, title: str, picture: str, lead: str = "",
    book: str = "外出务工人员手册",
) -> None:  # fmt: skip
    """Head, tab and foot of a page."""
    x, color = left_of(number), chapter.color
    b.rect(0, 0, b.width, 3.2, color)
    b.rect(x, 9.5, 16, 16, mix(color, 0.12), round_=3.4)
    icon(b, picture, x + 2.6, 12.1, 10.8, color)
    b.text(x + 20, 14.2, f"{chapter.number}　{chapter.name}", 8.2, color, strong=True, spread=0.4)
    b.text(x + 20, 22.6, title, 17, INK, strong=True, room=WIDTH - 21)
    if lead:
        b.text(x, 32.2, chinese(lead), 8.6, QUIET, room=WIDTH)
    _tab(b, number, chapter)
    outer = b.width - LEFT_OUT if number % 2 else LEFT_OUT
    b.text(
        outer, 204, str(number), 8.5, color, strong=True, align=RIGHT if number % 2 else Align.LEFT
    )
    middle = b.width / 2 + (1 if number % 2 else -1)
    b.text(middle, 204, book, 6.6, QUIET, align=CENTER, spread=0.6)


def _tab(b: Brush, number: int, chapter: Chapter) -> None:
    """The coloured tab at the outer edge, lower with each chapter."""
    y, high, deep = 26.0 + 22.5 * (chapter.number - 1), 20.0, 6.6
    x = b.width - deep if number % 2 else -3.0
    b.rect(x, y, deep + 3, high, chapter.color, round_=2.4)
    middle = b.width - deep / 2 + 0.2 if number % 2 else (deep - 0.6) / 2
    for n, char in enumerate(chapter.name):
        b.text(middle, y + 9 + n * 4.6, char, 8.6, PAPER, strong=True, align=CENTER)


def spread(
    pieces: Sequence[Piece], top: float = TOP, bottom: float = BOTTOM, most: float = 6.5
) -> float:
    """Draw pieces from `top`, what is left of the room spread between them → the y below."""
    room = bottom - top - sum(p.height for p in pieces)
    gap = min(most, room / max(1, len(pieces) - 1)) if len(pieces) > 1 else 0.0
    y = top
    for piece in pieces:
        piece.draw(y)
        y += piece.height + gap
    return y - gap


def source_of(item: Item, marked: bool) -> str:
    """The line below a law: where it stands, since when, whether somebody must still check it."""
    first, _, later = item.valid_from.replace(";", "、").partition(",")
    since = f"\u3000{first}起施行" if first else ""
    since += f"\uff0c{later}" if later else ""
    return chinese(item.source) + since + (UNCHECKED if marked else "")


def law_card(b: Brush, x: float, item: Item, color: str, marked: bool, width: float = WIDTH,
             size: float = 9.6) -> Piece:  # fmt: skip
    """A law in plain words: head, text, source, on a tint with a bar of the chapter's colour."""
    text, inner = chinese(item.text), width - 9
    told = b.height_of(inner, text, size)
    source = source_of(item, marked) if item.law else ""
    notes = b.height_of(inner, source, 7, leading=1.35) if source else 0.0
    height = 9.4 + told + (notes + 1.0 if source else 0) + 2.0

    def draw(y: float) -> None:
        b.rect(x, y, width, height, mix(color, 0.07), round_=2.2)
        b.rect(x, y + 2.4, 1.3, height - 4.8, color, round_=0.65)
        b.text(x + 5, y + 6.8, chinese(item.head), 11, color, strong=True, room=inner)
        below = b.flow(x + 5, y + 9.2, inner, text, size, INK)
        if source:
            b.flow(x + 5, below + 1.0, inner, source, 7, QUIET, leading=1.35)

    return Piece(height, draw)


def advice_row(
    b: Brush, x: float, item: Item, color: str, picture: str = "", width: float = WIDTH
) -> Piece:
    """An advice with a picture left of it."""
    inner = width - 23
    text = chinese(item.text)
    height = max(20.0, 9.6 + b.height_of(inner, text, 9.6) + 3.4)

    def draw(y: float) -> None:
        b.rect(x, y, width, height, PAPER, stroke=mix(color, 0.35), line=0.3, round_=2.6)
        b.rect(x + 3, y + (height - 14) / 2, 14, 14, mix(color, 0.1), round_=7)
        icon(b, picture, x + 5.2, y + (height - 9.6) / 2, 9.6, color)
        b.text(x + 20.5, y + 7.4, chinese(item.head), 11, color, strong=True)
        b.flow(x + 20.5, y + 9.6, inner, text, 9.6, INK)

    return Piece(height, draw)


def check_box(b: Brush, x: float, y: float, color: str, size: float = 4.0) -> None:
    """A box to tick; y is the baseline of the text beside it."""
    b.rect(x, y - size + 0.7, size, size, PAPER, stroke=color, line=0.35, round_=0.8)


def blank(b: Brush, x: float, y: float, width: float, value: str = "", size: float = 9.6) -> None:
    """A line to write on, or what is known standing on it."""
    b.line(x, y + 1.1, x + width, y + 1.1, LINE, 0.3)
    if value:
        b.fitted(x + 0.6, y, width - 1.2, value, size, INK, strong=True)


def labelled(
    b: Brush, x: float, y: float, width: float, label: str, value: str = "", part: float = 24.0
) -> None:
    """A label and its value on a line."""
    b.text(x, y, label, 8.6, QUIET)
    blank(b, x + part, y, width - part, value)


def stand(
    b: Brush, x: float, y: float, width: float, value: str, part: float = 24.0
) -> None:  # fmt: skip
    """A value alone, where `labelled` left its line empty."""
    if value:
        b.fitted(x + part + 0.6, y, width - part - 1.2, value, 9.6, INK, strong=True)
