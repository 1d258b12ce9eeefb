"""Contract, wages, hours, safety, injury, insurance."""

from __future__ import annotations

from laborclerk.features.handbook.content import chinese
from laborclerk.features.handbook.icons import icon
from laborclerk.features.handbook.layout import (
    BOTTOM,
    CENTER,
    INK,
    PAPER,
    QUIET,
    TOP,
    WIDTH,
    advice_row,
    blank,
    check_box,
    frame,
    labelled,
    law_card,
    left_of,
    source_of,
    spread,
)
from laborclerk.features.handbook.page_base import (
    CONTRACT,
    RED,
    SAFE,
    WAGE,
    Base,
)
from laborclerk.printing.brush import Brush, mix


class RightsPages(Base):
    """Contract, wages, hours, safety, injury, insurance."""

    def _check(self, b: Brush) -> None:
        x, color = left_of(9), CONTRACT.color
        frame(b, 9, CONTRACT, "合同核对清单", "tick", "签字以前,一条一条看,对的打勾")
        ask, stop = self.content.of("check")
        y = 36.0
        step = 8.05
        for n, part in enumerate(ask.parts):
            if n % 2 == 0:
                b.rect(x, y, WIDTH, step, mix(color, 0.06), round_=1.4)
            check_box(b, x + 3, y + 5.5, color)
            b.text(x + 10, y + 5.4, f"{n + 1}", 8.6, color, strong=True)
            b.text(x + 17, y + 5.5, chinese(part), 10, INK, room=WIDTH - 20)
            y += step
        y += 4.5
        b.rect(x, y, WIDTH, BOTTOM - y, mix(RED, 0.08), stroke=mix(RED, 0.5), line=0.35, round_=3)
        b.text(x + 6, y + 8.4, chinese(stop.head), 11.5, RED, strong=True)
        for n, part in enumerate(stop.parts):
            base = y + 15.8 + n * 6.6
            b.line(x + 6.6, base - 2.7, x + 9.4, base + 0.1, RED, 0.6)
            b.line(x + 9.4, base - 2.7, x + 6.6, base + 0.1, RED, 0.6)
            b.text(x + 13, base, chinese(part), 9.6, INK)

    def _wage(self, b: Brush) -> None:
        frame(b, 10, WAGE, "工资怎么发", "coin")
        x = left_of(10)
        items = self.content.of("wage")
        pieces = [law_card(b, x, i, WAGE.color, self._marked(i)) for i in items]
        end = spread(pieces, TOP - 4, BOTTOM - 12, 5)
        b.text(x + 5, end + 8.4, "当地最低工资\uff1a每月", 9.2, INK)
        blank(b, x + 37, end + 8.4, 22)
        b.text(x + 61, end + 8.4, "元\uff0c每小时", 9.2, INK)
        blank(b, x + 79, end + 8.4, 16)
        b.text(
            x + 97, end + 8.4, "元(问12333)".replace("(", "\uff08").replace(")", "\uff09"), 9.2, INK
        )

    def _hours(self, b: Brush) -> None:
        x, color = left_of(11), WAGE.color
        frame(b, 11, WAGE, "工时、加班、休息", "clock")
        figures, day, over, pay, piece = self.content.of("hours")
        said = figures.parts
        y = 32.0
        for n in range(3):
            number, unit, told = said[3 * n : 3 * n + 3]
            left = x + n * (WIDTH + 4) / 3
            wide = (WIDTH - 8) / 3
            b.rect(left, y, wide, 24, color if n == 0 else mix(color, 0.14), round_=3)
            ink = PAPER if n == 0 else color
            width = b.text(left + 6, y + 12.6, number, 26, ink, strong=True)
            b.text(left + 7.6 + width, y + 12.6, unit, 10, ink)
            b.text(left + 6, y + 20, told, 9, ink)
        first = [law_card(b, x, i, color, self._marked(i)) for i in (day, over)]
        y = spread(first, 60.5, 112, 4) + 5.4
        b.text(x, y + 3, "加班费\uff0c至少这么算", 12, color, strong=True)
        words = pay.parts
        for n in range(len(words) // 2):
            label, share = words[2 * n], words[2 * n + 1]
            top = y + 6.4 + n * 11.6
            amount = int(share.rstrip("%"))
            b.text(x, top + 6.4, chinese(label), 9.6, INK)
            b.rect(x + 46, top, 62 * amount / 300, 8.8, mix(color, 0.45 + 0.18 * n), round_=1.6)
            b.text(x + 48 + 62 * amount / 300, top + 6.6, share, 12.5, color, strong=True)
        y += 43
        b.text(
            x, y, f"按正常工资的倍数。{source_of(pay, self._marked(pay))}", 6.8, QUIET, room=WIDTH
        )
        last = advice_row(b, x, piece, color, "pencil")
        last.draw(min(y + 4.6, BOTTOM + 1 - last.height))

    def _safety(self, b: Brush) -> None:
        x, color = left_of(12), SAFE.color
        frame(b, 12, SAFE, "车间工地\uff0c先保命", "helmet")
        items = self.content.of("safety")
        pictures = ("helmet", "belt", "gear", "bolt", "fire", "mask")
        wide, high = (WIDTH - 5) / 2, 41.5
        for n, (item, picture) in enumerate(zip(items, pictures, strict=False)):
            left, top = x + n % 2 * (wide + 5), 32 + n // 2 * (high + 4.5)
            b.rect(left, top, wide, high, mix(color, 0.06), round_=3)
            b.circle(left + 12.4, top + 13, 9, PAPER, stroke=mix(color, 0.6), line=0.5)
            icon(b, picture, left + 6.4, top + 7, 12, color)
            b.text(left + 24.4, top + 14.8, chinese(item.head), 11, color, strong=True,
                   room=wide - 26)  # fmt: skip
            b.flow(left + 5, top + 24.4, wide - 9, chinese(item.text), 9.2, INK)
        last = items[-1]
        card = law_card(b, x, last, color, self._marked(last))
        card.draw(BOTTOM - card.height + 2)

    def _injury(self, b: Brush) -> None:
        x, color = left_of(13), SAFE.color
        frame(b, 13, SAFE, "受了伤怎么办", "cross", "")
        *steps, disease = self.content.of("injury")
        y, step = 32.0, 27.2
        b.line(x + 8, y + 8, x + 8, y + step * (len(steps) - 1) + 8, mix(color, 0.4), 0.8)
        for n, item in enumerate(steps):
            top = y + n * step
            b.circle(x + 8, top + 8, 6, color)
            b.text(x + 8, top + 10.4, str(n + 1), 15, PAPER, strong=True, align=CENTER)
            b.rect(x + 20, top, WIDTH - 20, step - 3.6, mix(color, 0.06), round_=2.6)
            b.text(x + 24, top + 7.2, chinese(item.head), 11.2, color, strong=True)
            below = b.flow(
                x + 24, top + 9.2, WIDTH - 28, chinese(item.text), 9.4, INK, leading=1.45
            )
            if item.law:
                b.text(x + 24, below + 2.4, source_of(item, self._marked(item)), 6.8, QUIET,
                       room=WIDTH - 28)  # fmt: skip
        card = law_card(b, x, disease, color, self._marked(disease))
        card.draw(BOTTOM - card.height + 1)

    def _insure(self, b: Brush) -> None:
        self._laws(14, SAFE, "社会保险,跟着你走", "umbrella", "insure", bottom=148.0)(b)
        x, color = left_of(14), SAFE.color
        b.rect(x, 154, WIDTH, 42, PAPER, stroke=mix(color, 0.4), line=0.35, round_=3)
        b.text(x + 5, 162, "我的社保记在这里", 11, color, strong=True)
        for n, label in enumerate(
            ("养老交在哪里、从哪年起", "单位每月从工资里扣多少", "工伤保险交没交\uff08问人事\uff09")
        ):
            labelled(b, x + 5, 171.4 + n * 8.6, WIDTH - 10, label, "", 42)
