"""Charts: bars, tiles of the provinces, a funnel, a pyramid of ages, drawn on any surface.

One code draws them on paper, on the screen and into picture files. Lengths are the surface's own
(points or pixels). Every mark has its number beside it and tints differ in lightness, so that a
chart says the same in black and white.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from .style import Align, mix

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Look:
    """Colours `#rrggbb` by the names of the window's tokens, and the size of type. On paper they
    are those of the light window."""

    surface: str = "#ffffff"
    text: str = "#16202a"
    muted: str = "#50606e"
    line: str = "#8b95a0"
    accent: str = "#0a5aa6"
    on_accent: str = "#ffffff"
    size: float = 9.0


PAPER = Look()


class Surface(Protocol):
    """What a chart is drawn on; y grows downwards, text stands on y."""

    def rect(
        self, x: float, y: float, width: float, height: float, fill: str, stroke: str = ""
    ) -> None: ...

    def shape(self, points: Sequence[Point], fill: str) -> None: ...

    def line(self, x1: float, y1: float, x2: float, y2: float, color: str) -> None: ...

    def text(
        self, x: float, y: float, text: str, size: float, color: str,
        align: Align = Align.LEFT, strong: bool = False,
    ) -> None: ...  # fmt: skip

    def measure(self, text: str, size: float, strong: bool = False) -> float: ...


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: what it is, how long, what stands behind it; `open` is drawn as an outline only
    (what is not known)."""

    label: str
    value: float
    told: str
    open: bool = False


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars one below the other; `most` is the value of the full width (default: the longest)."""

    bars: Sequence[Bar]
    most: float = 0.0


@dataclass(frozen=True, slots=True)
class Tiles:
    """Numbers by province (two digits) on tiles that stand about where the provinces lie; `home`
    is framed."""

    values: Mapping[str, int]
    home: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a funnel: what, how many, what share of the step before."""

    label: str
    value: int
    share: str = ""


@dataclass(frozen=True, slots=True)
class Funnel:
    """Steps, each a part of the one before."""

    steps: Sequence[Step]


@dataclass(frozen=True, slots=True)
class Band:
    """A band of ages: men and women, and those among them of whom the chart speaks."""

    label: str
    left: int
    left_part: int
    right: int
    right_part: int


@dataclass(frozen=True, slots=True)
class Pyramid:
    """Ages by sex, the youngest first in `bands`; `sides` are the names of both, `part` what the
    dark part is."""

    bands: Sequence[Band]
    sides: tuple[str, str] = ("男", "女")
    whole: str = "在册"
    part: str = "其中外出"


Chart: TypeAlias = Bars | Tiles | Funnel | Pyramid

# code: column, row, name; about where they lie on the map
TILES: dict[str, tuple[int, int, str]] = {
    "23": (7, 0, "黑龙江"), "15": (4, 1, "内蒙古"), "11": (5, 1, "北京"), "22": (7, 1, "吉林"),
    "65": (0, 2, "新疆"), "62": (2, 2, "甘肃"), "64": (3, 2, "宁夏"), "14": (4, 2, "山西"),
    "13": (5, 2, "河北"), "12": (6, 2, "天津"), "21": (7, 2, "辽宁"), "63": (1, 3, "青海"),
    "61": (3, 3, "陕西"), "41": (4, 3, "河南"), "37": (5, 3, "山东"), "54": (0, 4, "西藏"),
    "51": (2, 4, "四川"), "50": (3, 4, "重庆"), "42": (4, 4, "湖北"), "34": (5, 4, "安徽"),
    "32": (6, 4, "江苏"), "31": (7, 4, "上海"), "53": (2, 5, "云南"), "52": (3, 5, "贵州"),
    "43": (4, 5, "湖南"), "36": (5, 5, "江西"), "33": (6, 5, "浙江"), "45": (3, 6, "广西"),
    "44": (4, 6, "广东"), "35": (5, 6, "福建"), "71": (6, 6, "台湾"), "46": (3, 7, "海南"),
    "82": (4, 7, "澳门"), "81": (5, 7, "香港"), "99": (7, 7, "境外"),
}  # fmt: skip
_COLUMNS, _ROWS = 8, 8


def draw(chart: Chart, on: Surface, width: float, height: float, look: Look = PAPER) -> None:
    """Draw a chart into (0, 0, width, height)."""
    match chart:
        case Bars():
            _bars(chart, on, width, height, look)
        case Tiles():
            _tiles(chart, on, width, height, look)
        case Funnel():
            _funnel(chart, on, width, height, look)
        case Pyramid():
            _pyramid(chart, on, width, height, look)


def fitting_height(chart: Chart, size: float = PAPER.size) -> float:
    """The height at which a chart looks well with type of a size."""
    match chart:
        case Bars():
            return size * 2.1 * max(3, len(chart.bars))
        case Tiles():
            return size * 2.9 * _ROWS
        case Funnel():
            return size * 4.2 * max(2, len(chart.steps))
        case Pyramid():
            return size * (1.75 * len(chart.bands) + 3.5)


def _fitted(on: Surface, text: str, size: float, room: float, strong: bool = False) -> float:
    """The size at which a text has room."""
    width = on.measure(text, size, strong)
    return size if width <= room else size * room / width


def _bars(chart: Bars, on: Surface, width: float, height: float, look: Look) -> None:
    size = look.size
    bars = list(chart.bars)
    room = max(2, int(height / (size * 1.55)))
    if len(bars) > room:  # what has no room is one bar, never left out
        rest = bars[room - 1 :]
        bars = bars[: room - 1]
        total = sum(b.value for b in rest)
        bars.append(Bar(f"其余{len(rest)}项", total, f"{total:,.0f}"))
    most = chart.most or max((b.value for b in bars), default=0) or 1
    step = min(height / max(1, len(bars)), size * 2.6)
    labels = min(max((on.measure(b.label, size) for b in bars), default=0), width * 0.34)
    told = max((on.measure(b.told, size, True) for b in bars), default=0)
    gap, thick = size * 0.7, min(step * 0.68, size * 1.5)
    left, longest = labels + gap, max(1.0, width - labels - told - 2 * gap)
    for at, bar in enumerate(bars):
        middle = step * (at + 0.5)
        base = middle + size * 0.36
        small = _fitted(on, bar.label, size, labels)
        on.text(labels, base, bar.label, small, look.text, Align.RIGHT)
        long = longest * min(1.0, bar.value / most)
        if long > 0:
            fill, stroke = (look.surface, look.muted) if bar.open else (look.accent, "")
            on.rect(left, middle - thick / 2, max(long, 0.8), thick, fill, stroke)
        on.text(left + long + gap * 0.7, base, bar.told, size, look.text, strong=True)
    on.line(left, 0, left, step * len(bars), look.line)


def _tiles(chart: Tiles, on: Surface, width: float, height: float, look: Look) -> None:
    size = look.size
    high = height / _ROWS
    wide = min(width / _COLUMNS, high * 2.1)
    across = (width - wide * _COLUMNS) / 2
    gap = size * 0.16
    most = max(chart.values.values(), default=0) or 1
    for code, (column, row, name) in TILES.items():
        n = chart.values.get(code, 0)
        share = 0.10 + 0.90 * (n / most) ** 0.5 if n else 0.0
        fill = mix(look.accent, share, look.surface)
        dark = share > 0.55
        x, y = across + column * wide + gap, row * high + gap
        w, h = wide - 2 * gap, high - 2 * gap
        on.rect(x, y, w, h, fill, mix(look.line, 0.45, look.surface))
        if code == chart.home:
            for by in (0.0, size * 0.07, size * 0.14):  # a strong frame, outside the text
                on.rect(x - by, y - by, w + 2 * by, h + 2 * by, "", look.text)
        ink = look.on_accent if dark else look.text if n else look.muted
        small = min(size * 0.92, h * 0.36)
        if not n:
            on.text(x + w / 2, y + h / 2 + small * 0.36, name, small, ink, Align.CENTER)
            continue
        told = f"{n:,}"
        large = _fitted(on, told, min(size * 1.1, h * 0.42), w * 0.86, True)
        on.text(x + w / 2, y + h * 0.42, name, small, ink, Align.CENTER)
        on.text(x + w / 2, y + h * 0.86, told, large, ink, Align.CENTER, True)


def _funnel(chart: Funnel, on: Surface, width: float, height: float, look: Look) -> None:
    size, steps = look.size, chart.steps
    most = max((s.value for s in steps), default=0) or 1
    labels = max((on.measure(s.label, size, True) for s in steps), default=0)
    told = max((on.measure(f"{s.value:,}", size * 1.35, True) for s in steps), default=0)
    shares = max((on.measure(f"▼ {s.share}", size) for s in steps), default=0)
    left = labels + size
    room = width - left - told - shares - 3 * size
    high = height / max(1, len(steps))
    thick, middle = high * 0.6, left + room / 2
    for at, step in enumerate(steps):
        wide = max(room * step.value / most, size * 0.35)
        y = at * high
        on.rect(middle - wide / 2, y, wide, thick, look.accent)
        if at + 1 < len(steps):
            then = max(room * steps[at + 1].value / most, size * 0.35)
            on.shape(
                [(middle - wide / 2, y + thick), (middle + wide / 2, y + thick),
                 (middle + then / 2, y + high), (middle - then / 2, y + high)],
                mix(look.accent, 0.16, look.surface),
            )  # fmt: skip
        base = y + thick / 2 + size * 0.36
        on.text(labels, base, step.label, size, look.text, Align.RIGHT, True)
        right = left + room + size + told
        on.text(right, base + size * 0.1, f"{step.value:,}", size * 1.35, look.text, Align.RIGHT,
                True)  # fmt: skip
        if step.share:
            on.text(right + size, base, f"▼ {step.share}", size, look.muted)


def _pyramid(chart: Pyramid, on: Surface, width: float, height: float, look: Look) -> None:
    size, bands = look.size, list(reversed(chart.bands))
    head = size * 2.4
    high = (height - head) / max(1, len(bands))
    small = min(size * 0.92, high * 0.8)
    most = max((max(b.left, b.right) for b in bands), default=0) or 1
    names = max((on.measure(b.label, small) for b in bands), default=0) + size * 1.2
    told = on.measure(f"{most:,}", small) + size * 0.6
    room = (width - names) / 2 - told
    middle, thick = width / 2, high * 0.76
    pale = mix(look.accent, 0.22, look.surface)
    edge = mix(look.accent, 0.6, look.surface)
    for at, band in enumerate(bands):
        y = head + at * high
        base = y + thick / 2 + small * 0.36
        on.text(middle, base, band.label, small, look.text, Align.CENTER)
        for side, n, part in ((-1, band.left, band.left_part), (1, band.right, band.right_part)):
            start = middle + side * names / 2
            for value, fill, stroke in ((n, pale, edge), (part, look.accent, "")):
                long = room * value / most
                if value:
                    x = start if side > 0 else start - long
                    on.rect(x, y, long, thick, fill, stroke)
            align = Align.LEFT if side > 0 else Align.RIGHT
            at_end = start + side * (room * n / most + size * 0.3)
            if n:
                on.text(at_end, base, f"{n:,}", small, look.muted, align)
    sums = [(sum(b.left for b in bands), -1), (sum(b.right for b in bands), 1)]
    for name, (n, side) in zip(chart.sides, sums, strict=True):
        align = Align.LEFT if side > 0 else Align.RIGHT
        on.text(middle + side * names / 2, size * 1.1, f"{name} {n:,}", size * 1.1, look.text,
                align, True)  # fmt: skip
    x = 0.0
    for fill, stroke, name in ((pale, edge, chart.whole), (look.accent, "", chart.part)):
        on.rect(x, size * 0.3, size * 0.9, size * 0.9, fill, stroke)
        on.text(x + size * 1.2, size * 1.1, name, size, look.muted)
        x += size * 1.9 + on.measure(name, size)
