"""Charts draw every number they are given, inside the room they have, on every surface."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from math import ceil

import pytest

from laborclerk.catalog.divisions import national
from laborclerk.printing.chart_files import Sheet, write_png, write_svg
from laborclerk.printing.charts import (
    TILES,
    Band,
    Bar,
    Bars,
    Chart,
    Funnel,
    Pyramid,
    Step,
    Tiles,
    draw,
    fitting_height,
)
from laborclerk.printing.style import Align

WIDTH = 400.0
CHARTS: dict[str, tuple[Chart, set[str]]] = {
    "bars": (Bars([Bar("制造业", 341, "341　67.4%"), Bar("未填", 0, "0　0.0%", open=True)]),
             {"制造业", "341　67.4%", "0　0.0%"}),
    "none": (Bars([]), set()),
    "tiles": (Tiles({"35": 131, "53": 90, "99": 1}, "53"), {"131", "90", "1", "福建", "西藏"}),
    "funnel": (Funnel([Step("岗位(个)", 8470), Step("入场(人次)", 5000, "59.0%"),
                       Step("意向(人)", 1568, "31.4%"), Step("到岗(人)", 89, "5.7%")]),
               {"8,470", "5,000", "1,568", "89", "▼ 5.7%"}),
    "empty": (Funnel([Step("岗位(个)", 0)]), {"0"}),
    "pyramid": (Pyramid([Band("0–4", 52, 0, 61, 0), Band("20–24", 49, 20, 67, 19)]),
                {"52", "61", "49", "67", "男 101", "女 128", "其中外出"}),
}  # fmt: skip


class Noted:
    """Notes what is drawn, and whether it is inside."""

    def __init__(self, height: float) -> None:
        self.height = height
        self.texts: set[str] = set()

    def _in(self, x: float, y: float) -> None:
        assert -0.5 <= x <= WIDTH + 0.5
        assert -0.5 <= y <= self.height + 0.5

    def rect(
        self, x: float, y: float, width: float, height: float, fill: str, stroke: str = ""
    ) -> None:
        assert width > 0
        assert height > 0
        self._in(x, y)
        self._in(x + width, y + height)

    def shape(self, points: Sequence[tuple[float, float]], fill: str) -> None:
        for point in points:
            self._in(*point)

    def line(self, x1: float, y1: float, x2: float, y2: float, color: str) -> None:
        self._in(x1, y1)
        self._in(x2, y2)

    def text(
        self, x: float, y: float, text: str, size: float, color: str,
        align: Align = Align.LEFT, strong: bool = False,
    ) -> None:  # fmt: skip
        wide = self.measure(text, size)
        left = x - {Align.LEFT: 0.0, Align.CENTER: wide / 2, Align.RIGHT: wide}[align]
        self._in(left, y)
        self._in(left + wide, y)
        self.texts.add(text)

    def measure(self, text: str, size: float, strong: bool = False) -> float:
        return sum(size if ord(c) > 0x2000 else size * 0.56 for c in text)


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_says_its_numbers_and_stays_inside(name: str) -> None:
    chart, numbers = CHARTS[name]
    height = fitting_height(chart)
    surface = Noted(height)
    draw(chart, surface, WIDTH, height)
    assert numbers <= surface.texts


def test_bars_without_room_are_one_bar_with_their_sum() -> None:
    surface = Noted(90)
    draw(Bars([Bar(f"第{n}", n, f"{n}") for n in range(40, 0, -1)]), surface, WIDTH, 90)
    (rest,) = [t for t in surface.texts if t.startswith("其余")]
    count = int(re.sub(r"\D", "", rest))
    assert f"{sum(range(1, count + 1))}" in surface.texts


def test_every_province_has_a_tile_of_its_own() -> None:
    known = {row.code[:2] for row in national().children()} | {"71", "81", "82", "99"}
    assert set(TILES) == known
    assert len({(column, row) for column, row, _ in TILES.values()}) == len(TILES)


def test_picture_files_hold_the_chart_with_title_and_rule() -> None:
    sheet = Sheet("外出务工去向", "乌峰街道 <2026>", "口径", CHARTS["tiles"][0])
    svg, png = io.BytesIO(), io.BytesIO()
    write_svg(sheet, svg)
    root = ET.fromstring(svg.getvalue())
    texts = {e.text for e in root.iter() if e.text}
    assert {"外出务工去向", "乌峰街道 <2026>", "口径", "131"} <= texts
    write_png(sheet, png)
    from PIL import Image

    with Image.open(io.BytesIO(png.getvalue())) as image:
        image.load()
        assert image.size == tuple(ceil(points * 200 / 72) for points in sheet.size)
        assert len(image.getcolors(1 << 20) or ()) > 20
