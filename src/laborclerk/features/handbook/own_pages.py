"""Cover, contents, what is the owner's own, the card to cut out."""

from __future__ import annotations

from laborclerk.features.handbook.content import chinese, unchecked
from laborclerk.features.handbook.cover import scene
from laborclerk.features.handbook.icons import icon
from laborclerk.features.handbook.layout import (
    CENTER,
    INK,
    LINE,
    PAPER,
    QUIET,
    RIGHT,
    UNCHECKED,
    WIDTH,
    blank,
    labelled,
    left_of,
    stand,
)
from laborclerk.features.handbook.page_base import (
    AMBER,
    CARD,
    CITY,
    CONTRACT,
    HELP,
    LEAVING,
    NOBODY,
    RECORD,
    SAFE,
    TEAL,
    WAGE,
    Base,
    Owner,
    both,
)
from laborclerk.printing.brush import Brush, mix

_Row = tuple[str, str, str]  # label, what the trip tells, what is the owner's
_Block = tuple[str, str, str, float, tuple[_Row, ...]]  # head, picture, colour, y, rows


class OwnPages(Base):
    """Cover, contents, what is the owner's own, the card to cut out."""

    def _cover_base(self, b: Brush) -> None:
        trip = self.trip
        b.rect(0, 0, b.width, b.height, PAPER)
        scene(b, 0, 132, 0, b.width)
        b.rect(0, 132, b.width, 78, PAPER)
        b.rect(0, 132, b.width, 1.6, AMBER)
        b.text(12, 150, self.content.title, 27, TEAL, strong=True, spread=1.5)
        b.text(12.4, 158.6, chinese(self.content.motto), 10.5, AMBER, spread=1.2)
        b.line(12, 164, 136, 164, LINE, 0.3)
        b.text(12, 172.6, "去", 13, INK, strong=True)
        if trip.destination:
            b.text(22, 172.6, trip.destination, 13, INK, strong=True, room=114)
        else:
            blank(b, 22, 172.6, 60)
        b.text(12, 184, "姓名", 9.5, QUIET)
        blank(b, 24, 184, 112)
        b.text(12, 198, trip.issuer, 8.6, QUIET, room=84)
        b.text(136, 198, self.content.edition, 8.6, QUIET, align=RIGHT)
        b.text(12, 203.4, "免费发放\u3000随身带好", 8.6, TEAL, strong=True)

    def _cover(self, b: Brush, owner: Owner) -> None:
        b.fitted(24.6, 184, 110, owner.name, 15, INK, strong=True)

    def _mine_blocks(self, owner: Owner) -> tuple[_Block, ...]:
        trip = self.trip
        return (
            ("我", "id", TEAL, 30.0, (
                ("姓名", "", owner.name), ("我的电话", "", owner.phone), ("老家", "", owner.home),
                ("家里联系人", "", owner.contact), ("家里电话", "", owner.contact_phone),
            )),
            ("我的工作", "factory", CONTRACT.color, 87.4, (
                ("单位", trip.employer, ""), ("地址", trip.address, ""),
                ("岗位", "", owner.job or trip.job), ("约定月工资", "", owner.wage),
                ("班组长电话", "", ""),
            )),
            ("有事找他们", "people", HELP.color, 144.8, (
                ("带队人", both(trip.leader, trip.leader_phone), ""),
                ("驻外工作站", trip.station, ""),
                ("站上联系人", both(trip.station_contact, trip.station_phone), ""),
                ("工友电话", "", ""),
            )),
        )  # fmt: skip

    def _mine_base(self, b: Brush) -> None:
        x = left_of(2)
        b.rect(0, 0, b.width, 3.2, TEAL)
        b.text(x, 17, "这本手册是我的", 19, INK, strong=True)
        b.text(x, 24, "捡到的好心人\uff0c请打下面的电话\uff0c谢谢", 8.6, QUIET)
        for head, picture, color, y, rows in self._mine_blocks(NOBODY):
            b.rect(x, y, WIDTH, 12.4 + 8.0 * len(rows), mix(color, 0.06), round_=3)
            icon(b, picture, x + 4, y + 2.6, 7.4, color)
            b.text(x + 14, y + 8.2, head, 11.5, color, strong=True)
            for n, (label, fixed, _) in enumerate(rows):
                labelled(b, x + 5, y + 16.6 + n * 8.0, WIDTH - 10, label, fixed)
        b.text(x, 201, "血型、过敏的药、长期吃的药", 8.6, QUIET)
        blank(b, x + 42, 201, WIDTH - 42)

    def _mine(self, b: Brush, owner: Owner) -> None:
        x = left_of(2)
        for _, _, _, y, rows in self._mine_blocks(owner):
            for n, (_, _, own) in enumerate(rows):
                stand(b, x + 5, y + 16.6 + n * 8.0, WIDTH - 10, own)

    def _contents(self, b: Brush) -> None:
        x = left_of(3)
        b.rect(0, 0, b.width, 3.2, TEAL)
        b.text(x, 17, "先看这一页", 19, INK, strong=True)
        b.text(x, 24, "三件最要紧的事\uff0c记住了再往下翻", 8.6, QUIET)
        colors = (CONTRACT.color, SAFE.color, HELP.color)
        for n, (item, color) in enumerate(zip(self.content.of("first"), colors, strict=True)):
            y = 30.0 + n * 21
            b.rect(x, y, WIDTH, 18, mix(color, 0.09), round_=3)
            b.circle(x + 10, y + 9, 5.6, color)
            b.text(x + 10, y + 11.2, str(n + 1), 15, PAPER, strong=True, align=CENTER)
            b.text(x + 20, y + 7.6, chinese(item.head), 12, color, strong=True)
            b.text(x + 20, y + 14, chinese(item.text), 9.2, INK, room=WIDTH - 24)
        b.text(x, 103, "目录", 12.5, INK, strong=True)
        y = 110.0
        rows = (
            (LEAVING, (("出发前,带齐这些", 4), ("路上和头三天", 5), ("到了那边", 6))),
            (CONTRACT, (("签合同,看这几条", 7), ("法律另外护着这些人", 8), ("合同核对清单", 9))),
            (WAGE, (("工资怎么发", 10), ("工时、加班、休息", 11))),
            (SAFE, (("车间工地,先保命", 12), ("受了伤怎么办", 13), ("社会保险", 14))),
            (HELP, (("救命电话", 15), ("维权电话", 16), ("有了纠纷", 17), ("法律援助和防骗", 18))),
            (CITY, (("住和行", 19), ("看病、上学、寄钱", 20))),
            (RECORD, (("我的工资记录", 21), ("备忘和证据", 23))),
        )
        for chapter, pages in rows:
            b.rect(x, y - 4.4, 14, 6, chapter.color, round_=1.6)
            b.text(x + 7, y - 0.1, chapter.name, 8.6, PAPER, strong=True, align=CENTER)
            at = x + 18
            for name, page in pages:
                at += b.text(at, y, chinese(name), 8.8, INK) + 1.2
                at += b.text(at, y, str(page), 8.8, chapter.color, strong=True) + 4
            b.line(x, y + 4.2, x + WIDTH, y + 4.2, mix(LINE, 0.6), 0.2)
            y += 10.6
        left = len(unchecked(self.content.items, self.known))
        note = "本册讲法律用的是大白话,以法律法规原文为准。" + (
            f"带{UNCHECKED}的条文和电话,发放单位还没有逐条核对。" if left else ""
        )
        b.flow(x, 186.6, WIDTH, chinese(note), 7.4, QUIET, leading=1.5)
        b.text(b.width - 12, 204, "3", 8.5, TEAL, strong=True, align=RIGHT)

    def _card_rows(self, owner: Owner) -> tuple[_Row, ...]:
        trip = self.trip
        return (
            ("我叫", "", owner.name), ("家里电话", "", both(owner.contact, owner.contact_phone)),
            ("单位", trip.employer, ""), ("带队人", both(trip.leader, trip.leader_phone), ""),
            ("工作站", both(trip.station_contact, trip.station_phone), ""),
        )  # fmt: skip

    def _card(self, b: Brush, owner: Owner) -> None:
        left, top, wide, _ = CARD
        for n, (_, _, own) in enumerate(self._card_rows(owner)):
            stand(b, left + 6, top + 20.4 + n * 9.5, wide - 12, own, 18)

    def _card_base(self, b: Brush) -> None:
        trip = self.trip
        b.rect(0, 0, b.width, b.height, "#f6efe2")
        b.rect(0, 0, b.width, 3.2, TEAL)
        b.text(12, 19, "出门在外\uff0c四句话", 17, TEAL, strong=True)
        for n, (picture, head, text, color) in enumerate((
            ("paper", "签合同", "不签不干,自己拿一份", CONTRACT.color),
            ("pencil", "记工资", "每月记一笔,条子都留着", WAGE.color),
            ("helmet", "戴好帽", "看着危险,就停下来", SAFE.color),
            ("phone", "打电话", "有事找人帮,不硬扛", HELP.color),
        )):  # fmt: skip
            left, y = 12.0 + n % 2 * 64, 26.0 + n // 2 * 33
            b.rect(left, y, 60, 29, PAPER, round_=3.4)
            b.rect(left + 4, y + 6, 17, 17, mix(color, 0.12), round_=8.5)
            icon(b, picture, left + 7, y + 9, 11, color)
            b.text(left + 25, y + 13, head, 13.5, color, strong=True)
            b.flow(left + 25, y + 15, 33, chinese(text), 8.4, INK, leading=1.35)
        left, top, wide, high = CARD
        b.text(12, top - 6, "剪下来\uff0c放在钱包里", 12, TEAL, strong=True)
        b.text(62, top - 6, "手机没电、手册没带的时候用得上", 8.2, QUIET)
        b.rect(left, top, wide, high, PAPER)
        b.rect(left, top, wide, 11, TEAL)
        b.text(left + 6, top + 7.6, "平安卡", 11.5, PAPER, strong=True, spread=1)
        b.text(left + wide - 6, top + 7.4, trip.destination, 8.6, PAPER, align=RIGHT, room=60)
        for n, (label, fixed, _) in enumerate(self._card_rows(NOBODY)):
            labelled(b, left + 6, top + 20.4 + n * 9.5, wide - 12, label, fixed, 18)
        for x1, y1, x2, y2 in (
            (left, top, left + wide, top), (left, top + high, left + wide, top + high),
            (left, top, left, top + high), (left + wide, top, left + wide, top + high),
        ):  # fmt: skip
            b.line(x1, y1, x2, y2, QUIET, 0.3, 1.6)
        self._scissors(b, left - 5.2, top)
        b.text(12, 188, self.content.title, 10.5, TEAL, strong=True)
        told = f"{self.content.edition}\u3000内容编号 {self.content.digest}"
        b.text(12, 193.6, told, 7.6, QUIET)
        b.text(12, 198.6, trip.issuer, 7.6, QUIET, room=84)
        b.text(12, 203.4, self.made, 7.6, QUIET)
        b.text(136, 198, "免费发放", 9, AMBER, strong=True, align=RIGHT)
        b.text(136, 203.4, "不得出售", 7.6, QUIET, align=RIGHT)

    def _scissors(self, b: Brush, x: float, y: float) -> None:
        for s in (-1, 1):
            b.circle(x - 3.6, y + s * 1.7, 1.15, stroke=QUIET, line=0.35)
            b.line(x - 2.7, y + s * 1.0, x + 2.4, y - s * 1.1, QUIET, 0.4)
