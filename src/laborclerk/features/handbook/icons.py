"""The handbook's icons, drawn by us: one family of lines on a grid of 24.

An icon is drawn in one colour with one accent, strokes 1.7 of 24 wide with round ends.
"""

from __future__ import annotations

from collections.abc import Callable
from math import cos, pi, sin

from laborclerk.printing.brush import Brush, mix

Icon = Callable[["Grid"], None]
WHITE = "#ffffff"


class Grid:
    """A square of 24 units on the page, with a colour and its tint."""

    def __init__(
        self, brush: Brush, x: float, y: float, size: float, color: str, accent: str
    ) -> None:
        self.b, self.x, self.y, self.u = brush, x, y, size / 24
        self.color, self.accent = color, accent

    def _p(self, point: tuple[float, float]) -> tuple[float, float]:
        return self.x + point[0] * self.u, self.y + point[1] * self.u

    def line(self, *points: tuple[float, float], width: float = 1.7, color: str = "") -> None:
        self.b.shape(
            [self._p(p) for p in points], stroke=color or self.color, line=width * self.u,
            closed=False,
        )  # fmt: skip

    def poly(
        self, *points: tuple[float, float], fill: str = "", stroke: bool = True
    ) -> None:  # fmt: skip
        self.b.shape(
            [self._p(p) for p in points], fill, stroke=self.color if stroke else "",
            line=1.7 * self.u,
        )  # fmt: skip

    def box(
        self, x: float, y: float, w: float, h: float, fill: str = "", *, r: float = 1.5,
        stroke: bool = True,
    ) -> None:  # fmt: skip
        px, py = self._p((x, y))
        self.b.rect(
            px, py, w * self.u, h * self.u, fill, stroke=self.color if stroke else "",
            line=1.7 * self.u, round_=r * self.u,
        )  # fmt: skip

    def ring(self, x: float, y: float, r: float, fill: str = "", *, stroke: bool = True) -> None:
        px, py = self._p((x, y))
        self.b.circle(
            px, py, r * self.u, fill, stroke=self.color if stroke else "", line=1.7 * self.u
        )

    def arc(self, x: float, y: float, r: float, start: float, end: float) -> None:
        px, py = self._p((x, y))
        self.b.arc(px, py, r * self.u, start, end, self.color, 1.7 * self.u)

    def curve(
        self, start: tuple[float, float], *parts: tuple[tuple[float, float], ...], fill: str = "",
        closed: bool = False,
    ) -> None:  # fmt: skip
        made = [(self._p(a), self._p(b), self._p(c)) for a, b, c in parts]
        self.b.curve(
            self._p(start), made, fill, stroke=self.color, line=1.7 * self.u, closed=closed
        )


def _bag(g: Grid) -> None:
    g.box(4, 8, 16, 12, g.accent, r=2.5)
    g.line((8.5, 8), (8.5, 5), (15.5, 5), (15.5, 8))
    g.line((4, 13), (20, 13))
    g.box(10.5, 11.5, 3, 3, WHITE, r=0.8)


def _bus(g: Grid) -> None:
    g.box(3.5, 4.5, 17, 13, g.accent, r=2.5)
    g.box(6, 7, 5.2, 4.2, WHITE, r=0.6)
    g.box(12.8, 7, 5.2, 4.2, WHITE, r=0.6)
    g.line((3.5, 14), (20.5, 14))
    g.ring(8, 18.2, 1.9, WHITE)
    g.ring(16, 18.2, 1.9, WHITE)


def _sun(g: Grid) -> None:
    g.ring(9.5, 9, 3.6, g.accent)
    for a, b in (((9.5, 2), (9.5, 3.4)), ((2.5, 9), (3.9, 9)), ((4.5, 4), (5.5, 5)),
                 ((14.5, 4), (13.5, 5))):  # fmt: skip
        g.line(a, b)
    g.curve((8, 20), ((5, 20), (4.5, 15.6), (7.6, 15.2)), ((8.2, 11.8), (14, 11.8), (15, 14.6)),
            ((20, 13.8), (21, 20), (17, 20)), fill=WHITE, closed=True)  # fmt: skip


def _paper(g: Grid) -> None:
    g.poly((5, 3), (15, 3), (19, 7), (19, 21), (5, 21), fill=g.accent)
    g.line((15, 3), (15, 7), (19, 7))
    for y in (10.5, 13.5):
        g.line((8, y), (16, y))
    g.line((8, 16.8), (9.6, 18.2), (12.6, 15.8))


def _shield(g: Grid) -> None:
    g.curve((12, 2.8), ((14.5, 4.8), (17.5, 5.6), (20, 5.6)), ((20, 13), (18, 18.5), (12, 21.2)),
            ((6, 18.5), (4, 13), (4, 5.6)), ((6.5, 5.6), (9.5, 4.8), (12, 2.8)),
            fill=g.accent, closed=True)  # fmt: skip
    g.line((8.4, 11.8), (11, 14.4), (15.8, 9.2))


def _tick(g: Grid) -> None:
    g.box(4, 3.5, 16, 17, g.accent, r=2)
    for y in (8, 12, 16):
        g.line((7, y), (8, y + 1), (9.6, y - 1))
        g.line((12, y), (17, y))


def _coin(g: Grid) -> None:
    g.ring(12, 12, 8.6, g.accent)
    g.line((8.6, 7.4), (12, 11.6), (15.4, 7.4))
    g.line((12, 11.6), (12, 17.4))
    g.line((9, 12.2), (15, 12.2))
    g.line((9, 14.8), (15, 14.8))


def _clock(g: Grid) -> None:
    g.ring(12, 12, 8.6, g.accent)
    g.line((12, 6.8), (12, 12), (15.6, 14.2))
    for a, b in (((12, 3.4), (12, 4.6)), ((20.6, 12), (19.4, 12)), ((12, 20.6), (12, 19.4)),
                 ((3.4, 12), (4.6, 12))):  # fmt: skip
        g.line(a, b)


def _helmet(g: Grid) -> None:
    g.curve((4.2, 16), ((4.2, 3.2), (19.8, 3.2), (19.8, 16)), fill=g.accent, closed=True)
    g.box(2.6, 15.8, 18.8, 2.8, WHITE, r=1.4)
    g.line((9.6, 7), (9.6, 12.4))
    g.line((14.4, 7), (14.4, 12.4))


def _cross(g: Grid) -> None:
    g.box(3.4, 6.4, 17.2, 13.4, g.accent, r=2.2)
    g.line((8.6, 6.4), (8.6, 4), (15.4, 4), (15.4, 6.4))
    g.poly((10.6, 9.4), (13.4, 9.4), (13.4, 11.8), (15.8, 11.8), (15.8, 14.6), (13.4, 14.6),
           (13.4, 17), (10.6, 17), (10.6, 14.6), (8.2, 14.6), (8.2, 11.8), (10.6, 11.8),
           fill=WHITE)  # fmt: skip


def _umbrella(g: Grid) -> None:
    g.curve((3, 12.4), ((3.4, 1.6), (20.6, 1.6), (21, 12.4)), fill=g.accent, closed=True)
    g.line((12, 12.4), (12, 18.6))
    g.curve((12, 18.6), ((12, 21.6), (16, 21.4), (16, 18.6)))
    g.line((12, 2.6), (12, 4.2))


def _phone(g: Grid) -> None:
    g.box(7, 2.6, 10, 18.8, g.accent, r=2)
    g.box(8.8, 5.4, 6.4, 11, WHITE, r=0.6)
    g.line((11, 18.9), (13, 18.9))


def _headset(g: Grid) -> None:
    g.arc(12, 12.4, 7.6, -90, 90)
    g.box(3, 12, 4, 6.4, g.accent, r=1.6)
    g.box(17, 12, 4, 6.4, g.accent, r=1.6)
    g.curve((19, 18.4), ((19, 21), (16.4, 21.2), (13.4, 21.2)))
    g.ring(12.4, 21.2, 0.7, g.color)


def _scales(g: Grid) -> None:
    g.line((12, 3), (12, 20.4))
    g.line((7.6, 20.6), (16.4, 20.6))
    g.line((4.4, 6.6), (19.6, 6.6))
    for x in (4.8, 19.2):
        g.line((x, 6.6), (x - 2.6, 13.2))
        g.line((x, 6.6), (x + 2.6, 13.2))
        g.curve((x - 3.2, 13.2), ((x - 2.6, 17.4), (x + 2.6, 17.4), (x + 3.2, 13.2)),
                fill=g.accent, closed=True)  # fmt: skip


def _hook(g: Grid) -> None:
    g.box(4, 3, 10, 18, g.accent, r=2)
    g.line((8, 18.4), (10, 18.4))
    g.line((18.6, 2.6), (18.6, 12))
    g.curve((18.6, 12), ((18.6, 17), (11.6, 17), (11.6, 12)))
    g.line((11.6, 12), (9.6, 13.8))
    g.line((11.6, 12), (13.4, 14))


def _city(g: Grid) -> None:
    g.box(3.4, 10, 6.6, 11, WHITE, r=0.6)
    g.box(10, 3.4, 7, 17.6, g.accent, r=0.6)
    g.box(17, 12.4, 4, 8.6, WHITE, r=0.6)
    for y in (7, 10.4, 13.8):
        g.line((12.2, y), (12.8, y))
        g.line((14.4, y), (15, y))
    g.line((5.8, 13.4), (7.6, 13.4))
    g.line((5.8, 16.8), (7.6, 16.8))


def _heart(g: Grid) -> None:
    g.curve((12, 20.6), ((2, 13.6), (2, 8.6), (4.2, 6)), ((7, 3), (10.8, 4.4), (12, 7.6)),
            ((13.2, 4.4), (17, 3), (19.8, 6)), ((22, 8.6), (22, 13.6), (12, 20.6)),
            fill=g.accent, closed=True)  # fmt: skip


def _book(g: Grid) -> None:
    g.curve((12, 6.4), ((9.4, 4.2), (6, 4), (3, 4.6)), ((3, 4.6), (3, 19), (3, 19)),
            ((6, 18.4), (9.4, 18.6), (12, 20.6)), ((14.6, 18.6), (18, 18.4), (21, 19)),
            ((21, 19), (21, 4.6), (21, 4.6)), ((18, 4), (14.6, 4.2), (12, 6.4)),
            fill=g.accent, closed=True)  # fmt: skip
    g.line((12, 6.4), (12, 20.4))


def _people(g: Grid) -> None:
    g.ring(8.4, 8, 3.2, g.accent)
    g.curve((2.6, 20), ((2.6, 12), (14.2, 12), (14.2, 20)), fill=WHITE, closed=True)
    g.ring(16.6, 9.4, 2.5, g.accent)
    g.curve((16.2, 14), ((20, 13.8), (21.6, 16.4), (21.6, 20)))
    g.line((17, 20), (21.6, 20))


def _pencil(g: Grid) -> None:
    g.poly((4, 20), (5.2, 15.4), (15.6, 5), (19, 8.4), (8.6, 18.8), fill=g.accent)
    g.line((13.2, 7.4), (16.6, 10.8))
    g.line((13, 20.4), (20, 20.4))


def _belt(g: Grid) -> None:
    g.ring(12, 5.4, 2.6, g.accent)
    g.line((12, 8), (12, 14.6))
    g.line((12, 10.4), (7.6, 12.6))
    g.line((12, 10.4), (16.4, 12.6))
    g.line((12, 14.6), (8.8, 20.6))
    g.line((12, 14.6), (15.2, 20.6))
    g.line((14, 9.6), (20, 4), (20, 2.4))
    g.line((17.6, 2.4), (22, 2.4))


def _gear(g: Grid) -> None:
    for n in range(8):
        a = n * pi / 4
        g.line((12 + 6 * sin(a), 12 - 6 * cos(a)), (12 + 8.8 * sin(a), 12 - 8.8 * cos(a)), width=3)
    g.ring(12, 12, 6, g.accent)
    g.ring(12, 12, 2.2, WHITE)


def _bolt(g: Grid) -> None:
    g.poly((13.6, 2.8), (5.6, 13.4), (11, 13.4), (9.6, 21.2), (18.4, 10), (12.6, 10),
           fill=g.accent)  # fmt: skip


def _fire(g: Grid) -> None:
    g.curve((12, 2.8), ((13, 7), (18.6, 9), (18.6, 14.6)), ((18.6, 23), (5.4, 23), (5.4, 14.6)),
            ((5.4, 11.4), (7.4, 10.6), (8, 7.4)), ((9.6, 8.6), (10, 9.6), (10, 10.8)),
            ((11.6, 8.6), (12.4, 6), (12, 2.8)), fill=g.accent, closed=True)  # fmt: skip
    g.curve((12, 13.4), ((14.6, 15.4), (14.6, 19), (12, 19.2)),
            ((9.4, 19), (9.4, 15.6), (12, 13.4)), fill=WHITE, closed=True)  # fmt: skip


def _mask(g: Grid) -> None:
    g.curve((5, 9), ((8, 8.4), (9.6, 7.2), (12, 7.2)), ((14.4, 7.2), (16, 8.4), (19, 9)),
            ((19, 17), (15, 19.4), (12, 19.4)), ((9, 19.4), (5, 17), (5, 9)),
            fill=g.accent, closed=True)  # fmt: skip
    g.curve((5, 10), ((1.6, 9.4), (1.6, 15), (6, 14.6)))
    g.curve((19, 10), ((22.4, 9.4), (22.4, 15), (18, 14.6)))
    g.line((9, 11.6), (15, 11.6))
    g.line((9, 14.6), (15, 14.6))


def _police(g: Grid) -> None:
    g.curve((3.6, 11), ((3.6, 7.6), (8, 5.6), (12, 3.4)), ((16, 5.6), (20.4, 7.6), (20.4, 11)),
            fill=g.accent, closed=True)  # fmt: skip
    g.box(6, 11, 12, 4.4, WHITE, r=0.6)
    g.curve((5, 15.4), ((6, 20.4), (18, 20.4), (19, 15.4)), fill=g.accent, closed=True)
    g.ring(12, 8, 1.3, g.color)


def _car(g: Grid) -> None:
    g.poly((2.8, 17), (2.8, 12.6), (5.4, 11.6), (7.8, 6.8), (16.2, 6.8), (18.6, 11.6), (21.2, 12.6),
           (21.2, 17), fill=g.accent)  # fmt: skip
    g.line((5.4, 11.6), (18.6, 11.6))
    g.ring(7.4, 17.2, 2.1, WHITE)
    g.ring(16.6, 17.2, 2.1, WHITE)


def _bowl(g: Grid) -> None:
    g.curve((3.4, 11.4), ((3.4, 22.6), (20.6, 22.6), (20.6, 11.4)), fill=g.accent, closed=True)
    g.line((13, 11), (19.6, 3.4))
    g.line((10.2, 11), (15.6, 3))
    g.curve((6, 8.6), ((7, 7.2), (5, 6), (6, 4.4)))


def _home(g: Grid) -> None:
    g.poly((3.4, 11.6), (12, 3.8), (20.6, 11.6), fill=g.accent)
    g.poly((5.6, 11.6), (18.4, 11.6), (18.4, 20.6), (5.6, 20.6), fill=WHITE)
    g.box(10, 14.2, 4, 6.4, g.accent, r=0.4)


def _id(g: Grid) -> None:
    g.box(3, 5, 18, 14, g.accent, r=2)
    g.ring(8.4, 10.4, 2, WHITE)
    g.curve((5.4, 16.2), ((5.4, 12.4), (11.4, 12.4), (11.4, 16.2)))
    g.line((14, 9.6), (18, 9.6))
    g.line((14, 13), (18, 13))


def _factory(g: Grid) -> None:
    g.poly((3, 20.6), (3, 11), (8.4, 7.6), (8.4, 11), (13.8, 7.6), (13.8, 11), (16, 11),
           (16.8, 3.6), (19.6, 3.6), (20.6, 20.6), fill=g.accent)  # fmt: skip
    for x in (6, 10.6, 15.2):
        g.box(x, 14.4, 2.2, 2.6, WHITE, r=0.3)


ICONS: dict[str, Icon] = {
    "bag": _bag, "bus": _bus, "sun": _sun, "paper": _paper, "shield": _shield, "tick": _tick,
    "coin": _coin, "clock": _clock, "helmet": _helmet, "cross": _cross, "umbrella": _umbrella,
    "phone": _phone, "headset": _headset, "scales": _scales, "hook": _hook, "city": _city,
    "heart": _heart, "book": _book, "people": _people, "pencil": _pencil, "belt": _belt,
    "gear": _gear, "bolt": _bolt, "fire": _fire, "mask": _mask, "police": _police, "car": _car,
    "bowl": _bowl, "home": _home, "id": _id, "factory": _factory,
}  # fmt: skip


def icon(brush: Brush, name: str, x: float, y: float, size: float, color: str) -> None:
    """An icon in the square at (x, y)."""
    ICONS[name](Grid(brush, x, y, size, color, mix(color, 0.28)))
