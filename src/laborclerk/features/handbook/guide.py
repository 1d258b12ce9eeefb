"""The labour guide (002-11): twelve pages for cadres and for those who lead people out. Its law,
disputes and hotlines are the handbook's own pages, drawn with other numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from laborclerk.features.handbook.content import Content, chinese
from laborclerk.features.handbook.cover import scene
from laborclerk.features.handbook.icons import icon
from laborclerk.features.handbook.layout import (
    BOTTOM,
    CENTER,
    INK,
    LINE,
    PAPER,
    QUIET,
    RIGHT,
    TOP,
    WIDTH,
    Chapter,
    blank,
    frame,
    left_of,
    spread,
)
from laborclerk.features.handbook.page_base import AMBER, TEAL, Draw, Trip
from laborclerk.features.handbook.pages import Over, Pages
from laborclerk.printing.brush import Brush, mix

_CHAPTERS = {
    "组织": Chapter(1, "组织", "#0b7a75"), "把关": Chapter(2, "把关", "#1f5fa8"),
    "带队": Chapter(3, "带队", "#b4690e"), "法律": Chapter(4, "法律", "#6a4c93"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class GuidePage:
    """A page of lists to tick."""

    key: str
    chapter: str
    title: str
    picture: str
    lead: str


@dataclass(frozen=True, slots=True)
class Guide:
    """The guide's words: those of a content, and which pages they stand on."""

    content: Content
    pages: tuple[GuidePage, ...]


class GuidePages(Pages):
    """Draws the pages of the guide."""

    def __init__(
        self,
        words: Content,
        guide: Guide,
        trip: Trip,
        known: Mapping[tuple[str, str], str],
        made: str = "",
    ) -> None:
        super().__init__(words, trip, known, made)
        self.guide = guide
        self.book = guide.content.title
        self.chapter = _CHAPTERS["法律"]

    def all(self) -> list[tuple[str, Draw, Over | None]]:
        """Name and drawing of each page in order."""
        lists: list[tuple[str, Draw, Over | None]] = [
            (page.key, self._list(number, page), None)
            for number, page in enumerate(self.guide.pages, 2)
        ]
        law = _CHAPTERS["法律"]
        self.numbers = {"dispute": 9, "lines": 10}
        return [
            ("guide-cover", self._front, None),
            *lists,
            ("special", self._laws(8, law, "法律另外护着这些人", "shield", "special"), None),
            ("dispute", self._dispute, None),
            ("lines", self._lines, None),
            ("guide-log", self._log, None),
            ("guide-back", self._back, None),
        ]

    def _front(self, b: Brush) -> None:
        words = self.guide.content
        b.rect(0, 0, b.width, b.height, PAPER)
        scene(b, 0, 132, 0, b.width)
        b.rect(0, 132, b.width, 78, PAPER)
        b.rect(0, 132, b.width, 1.6, TEAL)
        b.text(12, 150, words.title, 27, TEAL, strong=True, spread=1.5)
        b.text(12.4, 158.6, chinese(words.motto), 10.5, AMBER, spread=1.2)
        b.line(12, 164, 136, 164, LINE, 0.3)
        b.text(12, 173, "给乡镇、村、组干部和带队人", 11.5, INK, strong=True)
        b.text(12, 185, "姓名、单位", 9.5, QUIET)
        blank(b, 33, 185, 103)
        b.text(12, 198, self.trip.issuer, 8.6, QUIET, room=84)
        b.text(136, 198, words.edition, 8.6, QUIET, align=RIGHT)

    def _list(self, number: int, page: GuidePage) -> Draw:
        def draw(b: Brush) -> None:
            chapter = _CHAPTERS[page.chapter]
            frame(b, number, chapter, chinese(page.title), page.picture, page.lead, self.book)
            items, x = self.guide.content.of(page.key), left_of(number)
            if len(items) > 4:
                self._steps(b, x, chapter.color, [(i.head, i.parts) for i in items])
                return
            pictures = ("people", "paper", "tick", "heart")
            pieces = [
                self._ticks(b, x, item, chapter.color, picture)
                for item, picture in zip(items, pictures, strict=False)
            ]
            end = spread(pieces, TOP, 158, 6)
            b.text(x, end + 11, "本地情况记在这里", 9.6, chapter.color, strong=True)
            at = end + 20.0
            while at < BOTTOM:
                b.line(x, at, x + WIDTH, at, LINE, 0.25)
                at += 9.0

        return draw

    def _steps(self, b: Brush, x: float, color: str, steps: list[tuple[str, list[str]]]) -> None:
        """Steps in two columns, each with what is done."""
        wide, high = (WIDTH - 5) / 2, 50.0
        for n, (head, parts) in enumerate(steps):
            left, top = x + n % 2 * (wide + 5), TOP + n // 2 * (high + 4)
            b.rect(left, top, wide, high, mix(color, 0.06), round_=3)
            b.circle(left + 9, top + 9, 5.4, color)
            b.text(left + 9, top + 11.2, str(n + 1), 14, PAPER, strong=True, align=CENTER)
            b.text(left + 18, top + 11, head.partition("、")[2], 12, color, strong=True)
            at = top + 18.4
            for part in parts:
                b.circle(left + 6, at + 2.4, 0.8, color)
                at = b.flow(left + 9, at, wide - 12, chinese(part), 8.8, INK, leading=1.4) + 2.2

    def _log(self, b: Brush) -> None:
        color, x = _CHAPTERS["带队"].color, left_of(11)
        frame(
            b,
            11,
            _CHAPTERS["带队"],
            "我送出去的人",
            "pencil",
            "哪天、去哪里、多少人、谁带队",
            self.book,
        )
        heads = (("日期", 20), ("去哪里、哪个单位", 44), ("几人", 14), ("带队人", 20), ("到岗", 12),
                 ("返乡", 12))  # fmt: skip
        y, row, rows = TOP, 11.0, 13
        b.rect(x, y, WIDTH, row, color, round_=2)
        b.rect(x, y + row - 3, WIDTH, 3, color)
        at = x
        for name, wide in heads:
            b.text(at + wide / 2, y + 7, name, 8.6, PAPER, strong=True, align=CENTER)
            at += wide
        bottom = y + row * (rows + 1)
        for n in range(rows + 1):
            b.line(x, y + row * (n + 1), x + WIDTH, y + row * (n + 1), LINE, 0.25)
        at = x
        for _, wide in heads[:-1]:
            at += wide
            b.line(at, y + row, at, bottom, LINE, 0.2)
        b.rect(x, y, WIDTH, bottom - y, stroke=color, line=0.35, round_=2)

    def _back(self, b: Brush) -> None:
        words = self.guide.content
        b.rect(0, 0, b.width, b.height, "#f6efe2")
        b.rect(0, 0, b.width, 3.2, TEAL)
        b.text(12, 22, "送一个人出去\uff0c问自己四句", 16, TEAL, strong=True)
        rows = (
            ("factory", "单位我看过没有", "#1f5fa8"), ("paper", "合同、保险有没有着落", "#b4690e"),
            ("people", "路上谁带、到了谁接", "#0b7a75"),
            ("home", "家里老人孩子安顿好没有", "#c0432c"),
        )  # fmt: skip
        for n, (picture, text, color) in enumerate(rows):
            y = 34 + n * 31
            b.rect(12, y, 124, 26, PAPER, round_=3.4)
            b.rect(17, y + 4.5, 17, 17, mix(color, 0.12), round_=8.5)
            icon(b, picture, 20, y + 7.5, 11, color)
            b.text(41, y + 15.6, text, 14, color, strong=True)
        b.text(12, 186, words.title, 10.5, TEAL, strong=True)
        b.text(12, 192, f"{words.edition}\u3000内容编号 {words.digest}", 7.6, QUIET)
        b.text(12, 197.4, self.trip.issuer, 7.6, QUIET, room=84)
        b.text(12, 202.8, self.made, 7.6, QUIET)
        b.text(136, 202.8, "内部使用", 9, AMBER, strong=True, align=RIGHT)
