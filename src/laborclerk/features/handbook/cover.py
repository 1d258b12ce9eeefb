"""The picture on the handbook's cover, drawn by us: from the mountains at home to the city."""

from __future__ import annotations

from laborclerk.printing.brush import Brush, mix

WHITE = "#ffffff"


def scene(b: Brush, top: float, bottom: float, left: float, right: float) -> None:
    """The cover between four edges: sky, hills, city and village, the railway, three who go."""
    ground = top + 74
    _sky(b, top, bottom, left, right)
    _hills(b, top + 58, 30, "#9cccc4", left - 18, left, right, bottom)
    _hills(b, top + 68, 26, "#5fa89f", left - 42, left, right, bottom)
    _city(b, left, ground)
    _village(b, left, ground)
    _fields(b, left, right, ground, bottom)
    _train(b, left, right, ground + 15)
    for x, coat, hat in (
        (84, "#e8833a", "#f7c873"), (104, "#f4f1e8", "#c8452e"), (124, "#f7c873", "#1f5fa8"),
    ):  # fmt: skip
        _walker(b, left + x, ground + 31.6, coat, hat)


def _sky(b: Brush, top: float, bottom: float, left: float, right: float) -> None:
    width = right - left
    b.rect(left, top, width, bottom - top, "#cfe7e4")
    b.circle(left + width * 0.74, top + 24, 11, "#f7c873")
    b.circle(left + width * 0.74, top + 24, 15, "", stroke="#f9dca6", line=0.6)
    for cx, cy, s in ((26, 18, 1.0), (66, 11, 0.75), (122, 13, 0.6)):
        b.rect(left + cx, top + cy, 20 * s, 5 * s, WHITE, round_=2.5 * s)
        b.circle(left + cx + 7 * s, top + cy, 4 * s, WHITE)
        b.circle(left + cx + 12.5 * s, top + cy + 0.4 * s, 3.2 * s, WHITE)


def _hills(
    b: Brush, y: float, high: float, color: str, start: float, left: float, right: float,
    bottom: float,
) -> None:  # fmt: skip
    """A chain of hills on the line `y` from `start`, and the land before them."""
    step = (right - left) / 3
    x = start
    parts = []
    while x < right + step:
        parts.append(((x + step * 0.3, y - high), (x + step * 0.55, y - high * 0.9), (x + step, y)))
        x += step
    b.curve((start, y), parts, color, closed=False)
    b.rect(left, y - 0.1, right - left, bottom - y, color)


def _city(b: Brush, left: float, ground: float) -> None:
    for x, w, h, c in (
        (84, 8, 26, "#2f6f88"), (93, 10, 38, "#245b73"), (104, 7, 22, "#3b8099"),
        (112, 9, 44, "#1d4d63"), (122, 11, 30, "#2f6f88"), (134, 14, 20, "#3b8099"),
    ):  # fmt: skip
        b.rect(left + x, ground - h, w, h + 2, c)
        rows = int(h // 5)
        for r in range(rows):
            for k in range(int((w - 2) // 2.6)):
                lit = "#f7d58b" if (r * 3 + k * 5 + int(x)) % 4 else "#86b6c6"
                b.rect(left + x + 1.3 + k * 2.6, ground - h + 2 + r * 5, 1.3, 2.2, lit)
    b.line(left + 116.5, ground - 44, left + 116.5, ground - 51, "#1d4d63", 0.7)


def _village(b: Brush, left: float, ground: float) -> None:
    for x, s in ((12, 1.0), (27, 0.8), (40, 0.65)):
        b.rect(left + x, ground - 8 * s, 11 * s, 9 * s, "#fdf6e8")
        b.shape(
            [(left + x - 1.4 * s, ground - 8 * s), (left + x + 5.5 * s, ground - 13.5 * s),
             (left + x + 12.4 * s, ground - 8 * s)], "#c4572e",
        )  # fmt: skip
        b.rect(left + x + 4.2 * s, ground - 4.6 * s, 2.8 * s, 5.6 * s, "#8a5a3c")


def _fields(b: Brush, left: float, right: float, ground: float, bottom: float) -> None:
    b.rect(left, ground, right - left, bottom - ground, "#2e8b7f")
    b.curve(
        (left, ground + 12),
        [((left + 50, ground + 2), (left + 96, ground + 24), (right, ground + 8)),
         ((right, bottom), (right, bottom), (right, bottom)),
         ((left, bottom), (left, bottom), (left, bottom))],
        "#247a70", closed=True,
    )  # fmt: skip


def _train(b: Brush, left: float, right: float, y: float) -> None:
    """The train on its line, `y` the middle of its windows."""
    width = right - left
    b.rect(left, y + 8.4, width, 1.1, "#16504a")
    for n in range(int(width // 5) + 1):
        b.rect(left + n * 5, y + 9.5, 2.2, 1.4, "#16504a")
    b.rect(left + 8, y - 3, 88, 11, WHITE, round_=2.4)
    b.curve(
        (left + 90, y - 3),
        [((left + 104, y - 3), (left + 116, y + 2), (left + 119, y + 8)),
         ((left + 119, y + 8), (left + 90, y + 8), (left + 90, y + 8))],
        WHITE, closed=True,
    )  # fmt: skip
    b.rect(left + 8, y + 4.2, 106, 1.6, "#e8833a")
    b.curve(
        (left + 99, y - 1.2),
        [((left + 106, y - 0.8), (left + 110, y + 1), (left + 112.4, y + 3)),
         ((left + 112.4, y + 3), (left + 99, y + 3), (left + 99, y + 3))],
        "#245b73", closed=True,
    )  # fmt: skip
    for n in range(11):
        b.rect(left + 12 + n * 7.6, y - 0.8, 4.8, 3.6, "#245b73", round_=0.8)
    for x in (18, 34, 60, 76, 98):
        b.circle(left + x, y + 8.4, 1.5, "#16504a")


def _walker(b: Brush, x: float, y: float, coat: str, hat: str) -> None:
    """Somebody with a bag, seen from behind, 30 mm high from the hat to the shoes at y + 26."""
    dark = "#163f3b"
    b.rect(x - 3.6, y + 13, 3.1, 13, dark, round_=1.2)
    b.rect(x + 0.5, y + 13, 3.1, 13, dark, round_=1.2)
    b.rect(x - 5, y + 1, 10, 14, coat, round_=3.4)
    b.rect(x - 7.4, y + 2, 2.9, 11, coat, round_=1.4)
    b.rect(x + 4.5, y + 2, 2.9, 11, coat, round_=1.4)
    b.circle(x, y - 3.4, 3.7, "#e9b48c")
    b.curve((x - 4.2, y - 3.8), [((x - 4.2, y - 10.4), (x + 4.2, y - 10.4), (x + 4.2, y - 3.8))],
            hat, closed=True)  # fmt: skip
    b.rect(x - 4.9, y - 4.3, 9.8, 1.3, hat, round_=0.6)
    b.rect(x - 3.2, y + 3, 6.4, 8.6, mix(dark, 0.82), round_=1.8)
    b.rect(x - 2, y + 6.2, 4, 3.4, mix(dark, 0.6), round_=0.8)
    b.rect(x + 5.4, y + 12.4, 6.4, 8, mix(coat, 0.6, dark), round_=1.2)
    b.line(x + 6.8, y + 12.6, x + 6.8, y + 11.4, dark, 0.6)
    b.line(x + 10.4, y + 12.6, x + 10.4, y + 11.4, dark, 0.6)
    b.line(x + 6.8, y + 11.4, x + 10.4, y + 11.4, dark, 0.6)
