"""City life, the wage record, notes."""

from __future__ import annotations

from laborclerk.features.handbook.content import chinese
from laborclerk.features.handbook.layout import (
    CENTER,
    INK,
    LINE,
    PAPER,
    QUIET,
    UNCHECKED,
    WIDTH,
    blank,
    check_box,
    frame,
    left_of,
)
from laborclerk.features.handbook.page_base import (
    CARD,
    HELP,
    RECORD,
    RED,
    Base,
    Draw,
)
from laborclerk.printing.brush import Brush, mix


class RecordPages(Base):
    """City life, the wage record, notes."""

    def _city(self, b: Brush) -> None:
        self._advices(b, 19, "住和行", "city", "city", ("home", "id", "car", "city"))

    def _life(self, b: Brush) -> None:
        self._advices(
            b, 20, "看病、上学、寄钱", "heart", "life", ("cross", "book", "coin", "heart")
        )

    def _wages(self, number: int) -> Draw:
        def draw(b: Brush) -> None:
            x, color = left_of(number), RECORD.color
            lead = "每月发工资那天记一笔,和工资条对一对" if number == 21 else "第二年接着记"
            frame(b, number, RECORD, "我的工资记录", "pencil", lead)
            heads = (
                ("月份", 13),
                ("出勤\n天数", 13),
                ("加班\n小时", 13),
                ("应发\n(元)", 18),
                ("扣了什么\n多少(元)", 23),
                ("实发\n(元)", 18),
                ("哪天\n发的", 13),
                ("", 11),
            )
            heads = (*heads[:-1], ("对不对", 11))
            y, head, row = 36.0, 12.0, 11.0
            b.rect(x, y, WIDTH, head, color, round_=2)
            b.rect(x, y + head - 3, WIDTH, 3, color)
            at = x
            for label, wide in heads:
                lines = label.split("\n")
                for n, line in enumerate(lines):
                    base = y + head / 2 + 1.3 + (n - (len(lines) - 1) / 2) * 4.2
                    b.text(
                        at + wide / 2, base, chinese(line), 8.2, PAPER, strong=True, align=CENTER
                    )
                at += wide
            for n in range(12):
                top = y + head + n * row
                if n % 2:
                    b.rect(x, top, WIDTH, row, mix(color, 0.07))
                month = f"{n + 1}月"
                b.text(x + 6.5, top + 7, month, 9, color, strong=True, align=CENTER)
                check_box(b, x + WIDTH - 8, top + 7, mix(color, 0.6), 4.6)
            bottom = y + head + 12 * row
            at = x
            for _, wide in heads[:-1]:
                at += wide
                b.line(at, y + head, at, bottom, LINE, 0.2)
            for n in range(13):
                b.line(x, y + head + n * row, x + WIDTH, y + head + n * row, LINE, 0.2)
            b.rect(x, y, WIDTH, bottom - y, stroke=color, line=0.35, round_=2)
            b.text(x, bottom + 7.2, "全年合计", 9.2, color, strong=True)
            blank(b, x + 17, bottom + 7.2, 34)
            b.text(x + 56, bottom + 7.2, "单位还欠我", 9.2, color, strong=True)
            blank(b, x + 76, bottom + 7.2, 34)
            b.text(x + 112, bottom + 7.2, "元", 9.2, INK)
            note = "工资条、银行短信、考勤照片都留着,是最管用的证据。"
            b.text(x, bottom + 14.4, chinese(note), 8, QUIET)

        return draw

    def _notes(self, b: Brush) -> None:
        x, color = left_of(23), RECORD.color
        frame(b, 23, RECORD, "备忘和证据", "book", "")
        b.text(x, 36, "这些东西\uff0c拍照、留好", 11, color, strong=True)
        kept = (
            "劳动合同",
            "工资条",
            "工牌",
            "考勤打卡",
            "工友证言",
            "聊天记录",
            "病历发票",
            "欠条",
        )
        for n, name in enumerate(kept):
            left, top = x + n % 4 * 30.6, 44.6 + n // 4 * 8.6
            check_box(b, left, top, color)
            b.text(left + 6, top, name, 9.4, INK)
        b.text(x, 65, "电话和记事", 11, color, strong=True)
        for n in range(4):
            b.line(x, 75 + n * 9.4, x + WIDTH, 75 + n * 9.4, LINE, 0.25)
        left, top, wide, high = CARD
        b.rect(left, top, wide, high, PAPER, stroke=LINE, line=0.25)
        urgent = [i for i in self.content.of("phones") if i.number][:4]
        for n, item in enumerate((*urgent, *self.content.of("lines")[:4])):
            px, py = left + 7 + n % 2 * 49, top + 13.6 + n // 2 * 12.6
            b.text(px, py, item.number, 16, RED if n < 4 else HELP.color, strong=True)
            told = chinese(item.head) + (UNCHECKED if self._marked(item) else "")
            b.text(px + 24, py - 0.4, told, 9, INK, room=22)
        b.text(
            left + wide / 2,
            top + high - 4,
            "先说在哪里\uff0c再说出了什么事",
            8,
            QUIET,
            align=CENTER,
        )
        b.text(
            x + WIDTH / 2,
            top + high + 6,
            "这一面是随身卡的背面\uff0c从下一页剪",
            7,
            QUIET,
            align=CENTER,
        )
