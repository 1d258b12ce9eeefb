"""Telephones, disputes, legal aid, fraud."""

from __future__ import annotations

from laborclerk.features.handbook.content import chinese
from laborclerk.features.handbook.icons import icon
from laborclerk.features.handbook.layout import (
    BOTTOM,
    CENTER,
    INK,
    PAPER,
    QUIET,
    RIGHT,
    UNCHECKED,
    WIDTH,
    frame,
    law_card,
    left_of,
    source_of,
)
from laborclerk.features.handbook.page_base import (
    HELP,
    RED,
    Base,
)
from laborclerk.printing.brush import Brush, mix


class HelpPages(Base):
    """Telephones, disputes, legal aid, fraud."""

    def _phones(self, b: Brush) -> None:
        x, color = left_of(15), HELP.color
        frame(b, 15, HELP, "救命电话", "phone", "一紧张,就照着下面四句说")
        *numbers, say = self.content.of("phones")
        pictures, colors = ("police", "fire", "cross", "car"), ("#1f5fa8", "#c0432c", "#0b7a75",
                                                              "#b4690e")  # fmt: skip
        wide, high = (WIDTH - 5) / 2, 45.0
        for n, (item, picture, own) in enumerate(zip(numbers, pictures, colors, strict=True)):
            left, top = x + n % 2 * (wide + 5), 37 + n // 2 * (high + 5)
            b.rect(left, top, wide, high, own, round_=4)
            b.rect(left + wide - 19.4, top + 4, 15.4, 15.4, PAPER, round_=7.7)
            icon(b, picture, left + wide - 17.2, top + 6.2, 11, own)
            b.text(left + 6, top + 19, item.number, 34, PAPER, strong=True)
            head = chinese(item.head) + (UNCHECKED if self._marked(item) else "")
            b.text(left + 6, top + 30, head, 13, PAPER, strong=True)
            b.text(left + 6, top + 38.4, chinese(item.text), 8.8, PAPER, room=wide - 10)
        y = 139.5
        b.rect(x, y, WIDTH, BOTTOM - y + 1, mix(color, 0.07), round_=3)
        b.text(x + 6, y + 9, chinese(say.head), 12, color, strong=True)
        for n, part in enumerate(say.parts):
            base = y + 19 + n * 10.4
            b.circle(x + 9, base - 1.5, 3, color)
            b.text(x + 9, base - 0.1, str(n + 1), 9, PAPER, strong=True, align=CENTER)
            b.text(x + 15.6, base, chinese(part), 10, INK, room=WIDTH - 20)

    def _lines(self, b: Brush) -> None:
        number = self.numbers.get("lines", 16)
        chapter = self.chapter or HELP
        x, color = left_of(number), chapter.color
        frame(
            b,
            number,
            chapter,
            "维权和办事电话",
            "headset",
            "打不通的,加拨当地区号再试一次",
            book=self.book,
        )
        items = self.content.of("lines")
        wide, high = (WIDTH - 4) / 2, 24.0
        for n, item in enumerate(items):
            left, top = x + n % 2 * (wide + 4), 37 + n // 2 * (high + 2.6)
            first = n < 4
            b.rect(left, top, wide, high, mix(color, 0.16 if first else 0.06), round_=2.6)
            b.text(left + 5, top + 10.6, item.number, 18, color, strong=True)
            head = chinese(item.head) + (UNCHECKED if self._marked(item) else "")
            b.text(left + wide - 4, top + 9.8, head, 10, INK, strong=True, align=RIGHT)
            b.text(left + 5, top + 18.6, chinese(item.text), 9, QUIET)

    def _dispute(self, b: Brush) -> None:
        number = self.numbers.get("dispute", 17)
        chapter = self.chapter or HELP
        x, color = left_of(number), chapter.color
        frame(b, number, chapter, "有了纠纷\uff0c一步一步来", "scales", "", book=self.book)
        *steps, time = self.content.of("dispute")
        y, high = 32.0, 30.6
        for n, item in enumerate(steps):
            top, shift = y + n * (high + 3.4), n * 5.0
            b.rect(x + shift, top, WIDTH - shift, high, mix(color, 0.07 + 0.035 * n), round_=3)
            step, _, name = item.head.partition(" ")
            b.text(x + shift + 6, top + 19.6, step, 27, mix(color, 0.55), strong=True)
            b.text(x + shift + 16, top + 8, name, 12, color, strong=True)
            inner = WIDTH - shift - 20
            below = b.flow(
                x + shift + 16, top + 9.8, inner, chinese(item.text), 9.2, INK, leading=1.4
            )
            if item.law:
                b.text(x + shift + 16, below + 3, source_of(item, self._marked(item)), 6.8, QUIET,
                       room=inner)  # fmt: skip
            if n:
                b.shape([(x + shift + 8, top - 3.8), (x + shift + 13, top - 3.8),
                         (x + shift + 10.5, top - 0.4)], color)  # fmt: skip
        card = law_card(b, x, time, RED, self._marked(time))
        card.draw(BOTTOM - card.height + 2)

    def _aid(self, b: Brush) -> None:
        x = left_of(18)
        frame(b, 18, HELP, "法律援助和防骗", "hook", "")
        aid, job, net, do = self.content.of("aid")
        card = law_card(b, x, aid, HELP.color, self._marked(aid))
        card.draw(32)
        y, wide = 32 + card.height + 6, (WIDTH - 5) / 2
        high = 78.0
        for n, (item, picture) in enumerate(((job, "factory"), (net, "phone"))):
            left = x + n * (wide + 5)
            b.rect(left, y, wide, high, mix(RED, 0.06), round_=3)
            icon(b, picture, left + 4, y + 3, 9, RED)
            b.text(left + 15.6, y + 9.4, chinese(item.head), 11.5, RED, strong=True)
            top = y + 16.6
            for part in item.parts:
                b.circle(left + 6, top + 2.5, 0.9, RED)
                top = b.flow(left + 9.6, top, wide - 13, chinese(part), 9.2, INK) + 2.6
            if item.law:
                b.flow(left + 5, y + high - 9, wide - 9, source_of(item, self._marked(item)), 6,
                       QUIET, leading=1.35)  # fmt: skip
        y += high + 6
        b.rect(x, y, WIDTH, BOTTOM - y + 1, RED, round_=3)
        b.text(x + 7, y + 10, chinese(do.head), 13, PAPER, strong=True)
        said, _, doubt = do.text.partition(";")
        words = said.split(",")
        each = (WIDTH - 14 - 8) / 3
        for n, word in enumerate(words[:3]):
            left = x + 7 + n * (each + 4)
            b.rect(left, y + 14.4, each, 17, PAPER, round_=3)
            b.text(left + each / 2, y + 25.6, word, 16, RED, strong=True, align=CENTER)
        b.flow(x + 7, y + 34.4, WIDTH - 14, chinese(doubt), 10, PAPER)
