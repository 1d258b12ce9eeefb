"""The labelled boxes above and below the members: household, form, sheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from laborclerk.features.census.marks import options, printed
from laborclerk.features.census.model import CensusForm
from laborclerk.features.registry.model import Household
from laborclerk.printing.document import Align, Box
from laborclerk.printing.style import MM
from laborclerk.store.base import fields_of

WIDTH = 273.0  # mm of text on A4 landscape
SMALL = 6.8  # points, lists of codes


@dataclass(frozen=True, slots=True)
class Part:
    """A labelled box: the key of what goes in (see `paper`), widths in mm; with `codes` the numbers
    of that list are printed beside the box."""

    key: str
    width: float
    label_width: float
    label: str = ""
    codes: str = ""
    align: Align = Align.CENTER


_LEFT = Align.LEFT
_PLACE_PARTS = (
    Part("county", 46, 21, "县（市、区）"),
    Part("township", 54, 24, "乡（镇、街道）"),
    Part("village", 48, 18, "村（社区）"),
    Part("group", 30, 15, "{word}"),
)
HEAD_PARTS = (
    (
        Part("number", 40, 15), *_PLACE_PARTS, Part("paper_number", 55, 17),
    ),
    (
        Part("head_name", 60, 17), Part("head_phone", 56, 20),
        Part("kind", 68, 14, codes="household_kind"),
        Part("residence", 89, 19, codes="residence"),
    ),
    (
        Part("address", 86, 15, align=_LEFT), Part("registered_count", 31, 19),
        Part("minimum_living", 25, 16, "是否低保\n1是 2否"),
        Part("destitute", 27, 18, "是否特困供养\n1是 2否"),
        Part("relocated", 27, 18, "是否易地搬迁\n1是 2否"),
        Part("farmland", 38, 19, "耕地面积\n（亩）"),
        Part("woodland", 39, 19, "林地面积\n（亩）"),
    ),
    (
        Part("people", 32, 20, "家庭人口数"), Part("labourers", 32, 20, "其中劳动力"),
        Part("away", 32, 20, "其中外出"), Part("note", 129, 13, align=_LEFT),
        Part("sheet", 48, 12, "张次"),
    ),
)  # fmt: skip
FOOT_PARTS = (
    (
        Part("survey_date", 51, 17), Part("interviewer", 58, 25, "调查员（签字）", align=_LEFT),
        Part("informant", 58, 25, "申报人（签字）", align=_LEFT),
        Part("informant_relation", 106, 20, codes="informant_relation"),
    ),
    (
        Part("informant_phone", 64, 20), Part("form_note", 209, 20, "调查备注", align=_LEFT),
    ),
)  # fmt: skip
SHORT_PARTS = (
    (
        Part("number", 42, 15), Part("head_name", 66, 16), Part("where", 74, 14, "村、{word}"),
        Part("paper_number", 50, 16), Part("sheet", 41, 12, "张次"),
    ),
)  # fmt: skip


_BELOW = "号的意思见下方"
_TWO_LINES = 2 * MM / SMALL  # characters that two lines take, a millimetre
_PAD = 1.0  # mm


def is_long(part: Part) -> bool:
    """Whether the list of a box's codes (a county's own) does not fit beside it: it stands with the
    other lists then."""
    if not part.codes:
        return False
    room = part.width - part.label_width - 10.0 - 2 * _PAD
    wide = sum(0.5 if char.isascii() else 1.0 for char in options(part.codes))
    return wide > room * _TWO_LINES


def strip(
    rows: Sequence[Sequence[Part]], y: float, height: float, values: Mapping[str, str]
) -> Iterator[Box]:
    """The boxes of `rows` below `y`, each row `height` mm high, filled with `values` by key
    (`word` is what a group is called)."""
    labels = {**fields_of(CensusForm), **fields_of(Household)}
    for index, row in enumerate(rows):
        x, top = 0.0, y + index * height
        for part in row:
            label = part.label.format(word=values["word"]) if part.label else ""
            label = label or printed(labels[part.key].label)
            value = values.get(part.key, "")
            if part.align is _LEFT and value:
                value = f"\u2002{value}"
            box = part.label_width + 10.0 if part.codes else part.width
            yield Box(
                x, top, box, height, label, value or None, label_width=part.label_width,
                entry=True, shaded=True, align=part.align, size=7.8 if "\n" in label else 0,
            )  # fmt: skip
            if part.codes:
                listed = _BELOW if is_long(part) else options(part.codes)
                yield Box(x + box, top, part.width - box, height, hint=listed, size=SMALL)
            x += part.width
    yield Box(0, y, WIDTH, len(rows) * height, outline=True)
