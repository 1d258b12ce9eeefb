"""Before leaving, on the way, and what it is like there."""

from __future__ import annotations

from laborclerk.features.handbook.content import Item, chinese
from laborclerk.features.handbook.layout import (
    BOTTOM,
    CENTER,
    INK,
    PAPER,
    TOP,
    WIDTH,
    advice_row,
    frame,
    labelled,
    left_of,
    spread,
)
from laborclerk.features.handbook.page_base import (
    LEAVING,
    Base,
)
from laborclerk.printing.brush import Brush, mix


class LeavingPages(Base):
    """Before leaving, on the way, and what it is like there."""

    def _pack(self, b: Brush) -> None:
        x, color = left_of(4), LEAVING.color
        frame(b, 4, LEAVING, "出发前,带齐这些".replace(",", "\uff0c"), "bag", "收拾一样,勾一样")
        pictures = ("id", "coin", "umbrella", "home")
        pieces = [self._ticks(b, x, i, color, p) for i, p in zip(self.content.of("pack"), pictures,
                  strict=True)]  # fmt: skip
        spread(pieces, most=7)

    def _road(self, b: Brush) -> None:
        trip, x, color = self.trip, left_of(5), LEAVING.color
        frame(b, 5, LEAVING, "路上和头三天", "bus", "")
        high = 47.0
        b.rect(x, 30, WIDTH, high, color, round_=3.4)
        b.text(x + 6, 38.4, "我的行程", 11.5, PAPER, strong=True)
        rows = (
            ("出发", trip.departs), ("集合", trip.gather), ("乘坐", trip.transport),
            ("到", trip.address or trip.destination),
        )  # fmt: skip
        wide = WIDTH - 12 - (31 if trip.number else 0)
        for n, (label, value) in enumerate(rows):
            y = 46.6 + n * 8.2
            b.text(x + 6, y, label, 8.6, "#c9e4e1")
            b.line(x + 17, y + 1.2, x + 6 + wide, y + 1.2, "#5aa7a2", 0.25)
            if value:
                b.fitted(x + 17, y, wide - 11, value, 9.6, PAPER, strong=True)
        if trip.number:
            b.rect(x + WIDTH - 31, 34, 26, 32, PAPER, round_=2)
            b.qr(x + WIDTH - 29, 36, 22, trip.number)
            b.text(x + WIDTH - 18, 63.2, trip.number, 6.8, INK, align=CENTER, room=24)
            b.text(x + WIDTH - 18, 71.6, "点名凭此码", 6.6, "#c9e4e1", align=CENTER)
        items, pictures = self.content.of("road"), ("people", "bus", "home", "paper")
        pieces = [advice_row(b, x, item, color, p) for item, p in zip(items, pictures, strict=True)]
        spread(pieces, 82, BOTTOM, 6)

    def _there(self, b: Brush) -> None:
        trip, x, color = self.trip, left_of(6), LEAVING.color
        title = f"到了{trip.destination}" if trip.destination else "到了那边"
        frame(b, 6, LEAVING, title, "sun", "先知道那边什么样\uff0c少受罪")
        found = self.content.destination(trip.code)
        pieces = []
        for head, text, picture in (
            ("天气", found.climate, "sun"), ("吃饭", found.food, "bowl"),
            ("活路多的行业", found.work, "factory"),
        ):  # fmt: skip
            item = Item(head, "there", "advice", head, text or "出发前问问去过的人\uff0c记在下面。")
            pieces.append(advice_row(b, x, item, color, picture))
        y = spread(pieces, TOP, 112, 6) + 8
        b.rect(x, y, WIDTH, 76, mix(color, 0.06), round_=3)
        b.text(x + 5, y + 8.6, "到了以后问清楚\uff0c记在这里", 11, color, strong=True)
        for n, label in enumerate((
            "当地人社(劳动)部门电话", "当地最低工资(每月)", "最近的医院", "最近的派出所",
            "上班坐几路车", "宿舍门牌、房东电话", "路上要走多久、车费多少",
        )):  # fmt: skip
            labelled(b, x + 5, y + 18.4 + n * 8.5, WIDTH - 10, chinese(label), "", 44)
