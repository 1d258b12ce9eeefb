"""A sheet with a code that is kept sealed in a safe: what it opens, when it is needed, how it is
kept, and the strip for its envelope.

It is made to be copied without a mistake: one character a box, no I, L, O or U.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from laborclerk.printing.document import (
    Align,
    Block,
    Box,
    Document,
    FormGrid,
    Heading,
    KeyValues,
    Paragraph,
    Signatures,
    Spacer,
)
from laborclerk.sync.ledger import Station

_A4 = 180.0  # mm of text
_LETTERS = "只有数字和大写字母；没有字母 I、L、O、U，看着像的就是数字 1 和 0。"
_SEALED = "非经单位负责人同意，不得拆封。拆封的，在下面记下日期、事由，重新封好。"
_ENVELOPE = "剪下此条，贴在信封正面"


@dataclass(frozen=True, slots=True)
class Wording:
    """What one kind of sheet says; `station` and `code` are what it calls the station and the code,
    `above` the millimetres above the strip, which is to stand at the foot of the page."""

    title: str
    subtitle: str
    station: str
    code: str
    when: str
    how: Sequence[str]
    where: Sequence[str]
    above: float


def sealed_sheet(
    words: Wording, code: str, fact: tuple[str, str], station: Station, clerk: str, on: str
) -> Document:
    """The sheet for a `code` of 30 characters in groups joined by `-`; `fact` is what else is said
    of the station, `on` the day it was made (YYYY-MM-DD)."""

    def blocks() -> Iterator[Block]:
        yield KeyValues(
            [
                (words.station, station.name),
                ("区划代码", station.place),
                ("制作人", clerk),
                ("制作日期", on),
                fact,
            ],
            label_width=24,
        )
        yield Spacer(3)
        yield Heading(words.code)
        yield _characters(code.split("-"), columns=3, height=17)
        yield Paragraph(_LETTERS, small=True)
        yield Heading("什么时候用", 2)
        yield Paragraph(words.when, indent=True)
        yield Heading("怎样用", 2)
        yield from (Paragraph(line) for line in words.how)
        yield Heading("怎样保管", 2)
        yield from (Paragraph(line) for line in words.where)
        yield Signatures(["制作人", "保管人", "单位负责人", "封存日期"])
        yield Spacer(words.above)
        yield _envelope(f"{words.title}（密封）", station, on)

    return Document(
        words.title,
        blocks(),
        subtitle=words.subtitle,
        note="打印后请立即删除电脑里的这个文件",
        numbered=False,
    )


def _characters(groups: Sequence[str], *, columns: int, height: float) -> FormGrid:
    """Groups of characters, one a box, large enough to be copied by hand."""
    gap, number = 5.0, 9.0
    across = (_A4 - gap * (columns - 1)) / columns
    boxes: list[Box] = []
    for index, group in enumerate(groups):
        x = index % columns * (across + gap)
        y = index // columns * (height + 4)
        boxes.append(Box(x, y, number, height, f"{index + 1}", shaded=True, size=8))
        step = (across - number) / len(group)
        for at, char in enumerate(group):
            left = x + number + at * step
            boxes.append(Box(left, y, step, height, value=char, strong=True, size=22))
        boxes.append(Box(x, y, across, height, outline=True))
    rows = -(-len(groups) // columns)
    return FormGrid(boxes, _A4, rows * (height + 4) - 2)


def _envelope(title: str, station: Station, on: str) -> FormGrid:
    """A strip to cut off and glue on the envelope: it says what is inside, not the code."""
    cut = f"✂ {_ENVELOPE} " + "- " * 103
    write = "＿" * 6
    signed = f"封存人：{write}　　保管人：{write}　　拆封记录：{write}{write}"
    boxes = [
        Box(0, 0, _A4, 5, value=cut, frame=False, align=Align.LEFT, size=7),
        Box(0, 7, _A4, 36, outline=True),
        Box(0, 8, _A4, 10, title, frame=False, strong=True, size=15),
        Box(8, 19, 164, 7, f"{station.name}　·　{on} 制作", frame=False, size=10),
        Box(8, 27, 164, 6, _SEALED, frame=False, size=8.5),
        Box(8, 34, 164, 7, signed, frame=False, size=8.5),
    ]
    return FormGrid(boxes, _A4, 43)
