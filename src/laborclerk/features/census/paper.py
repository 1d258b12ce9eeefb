"""The household form on paper (农村劳动力资源调查表): A4 landscape, seven members a sheet.

The front holds the household, who its members are and who answered; the reverse holds work, then
wishes and insurance beside the visits. A household of more than seven goes on with a continuation
sheet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from laborclerk.features.census.form import VISIT_FIELDS, Facts
from laborclerk.features.census.marks import codes_of, legend, mark, options, printed
from laborclerk.features.census.model import CensusForm, Visit
from laborclerk.features.census.paper_members import (
    HEAD,
    LINES,
    RUBRIC,
    Table,
    block_fields,
    columns,
    sheets_for,
    table_head,
    table_lines,
)
from laborclerk.features.census.paper_strips import (
    FOOT_PARTS,
    HEAD_PARTS,
    SHORT_PARTS,
    SMALL,
    WIDTH,
    is_long,
    strip,
)
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.places import GROUP_WORDS
from laborclerk.printing import fonts
from laborclerk.printing.document import Block, Box, FormGrid, PageBreak
from laborclerk.printing.style import MM
from laborclerk.printing.wrap import wrap
from laborclerk.store.base import fields_of

TITLE, CONTINUED = "农村劳动力资源调查表", "（续表）"

_FRONT, _REVERSE = 161.5, 174.0  # mm below the head of a page
_GAP = 1.2  # mm between two tables
_NOTICE = 7.4  # points
_REMARK = "【残疾人证号】只写身份证号之后的2位（换领的4位）"
_GREY = "【灰格】不用填"


@dataclass(frozen=True, slots=True)
class Paper:
    """One household's form: facts keyed by field, all empty for a blank one. `places` holds the
    names by level (county … group), `counts` the numbers of people, labourers and people away;
    `on` is the reference date (YYYY-MM-DD), '' when nothing is known of anybody."""

    places: Mapping[str, str] = field(default_factory=dict)
    household: Facts = field(default_factory=dict)
    persons: Sequence[Facts] = ()
    form: Facts = field(default_factory=dict)
    visits: Sequence[Facts] = ()
    counts: Sequence[int] = ()
    paper_number: str = ""
    on: str = ""
    word: str = GROUP_WORDS[0]  # what a group is called

    @property
    def sheets(self) -> int:
        """How many sheets the household takes."""
        return sheets_for(self.persons)


def _values(paper: Paper, sheet: int) -> dict[str, str]:
    """The texts of head and foot."""
    values = {k: mark(s, paper.household.get(k)) for k, s in fields_of(Household).items()}
    form = {k: mark(s, paper.form.get(k)) for k, s in fields_of(CensusForm).items()}
    values |= {"form_note": form.pop("note"), **form, **paper.places, "word": paper.word}
    values["survey_date"] = values["survey_date"] or "　　年　　月　　日"
    people, labourers, away = [str(n) for n in paper.counts] or ("", "", "")
    values |= {"people": people, "labourers": labourers, "away": away}
    values["paper_number"] = paper.paper_number or form["paper_number"]
    values["where"] = " ".join(paper.places.get(k, "") for k in ("village", "group")).strip()
    total = str(paper.sheets) if paper.persons else "　"
    values["sheet"] = f"第 {sheet + 1 if paper.persons else '　'} 张　共 {total} 张"
    return values


def _legends(keys: Iterable[str], *, visit: bool = False) -> str:
    specs = fields_of(Visit if visit else Person)
    seen: set[str] = set()
    parts = []
    for key in keys:
        text, codes = legend(specs[key]), codes_of(specs[key])
        if text and codes not in seen:
            parts.append(text)
            seen.add(codes)
    return " ".join(parts)


# -- the sheets ----------------------------------------------------------------------------------


def _front(paper: Paper, sheet: int, notice: str) -> FormGrid:
    values, row = _values(paper, sheet), 8.0
    head = HEAD_PARTS if sheet == 0 else SHORT_PARTS
    foot = FOOT_PARTS if sheet == 0 else FOOT_PARTS[:1]
    boxes = list(strip(head, 0, row, values))
    top, signed = len(head) * row + _GAP, len(foot) * 7.5
    household = fields_of(Household)
    long = [part.key for parts in head for part in parts if is_long(part)]
    moved = [f"【{printed(household[k].label)}】{options(codes_of(household[k]))}" for k in long]
    told, listed = 8.5, 19.8 if moved else 17.6  # the notice, the legends
    line = (_FRONT - top - RUBRIC - HEAD - listed - told - signed - 2 * _GAP) / LINES
    block = Table(columns(0, WIDTH), top, WIDTH, line)
    boxes += table_head(block)
    boxes += table_lines(block, paper.persons, sheet, paper.on)
    y, room = block.bottom + _GAP, listed + told
    text = " ".join([*moved, _legends(block_fields()[0]), _REMARK])
    boxes.append(Box(0, y, WIDTH, listed, hint=text, size=SMALL))
    boxes.append(Box(0, y + listed, 13, told, "告知", shaded=True))
    boxes.append(Box(13, y + listed, WIDTH - 13, told, hint=_lines(notice), size=_NOTICE))
    boxes.append(Box(0, y, WIDTH, room, outline=True))
    boxes += strip(foot, _FRONT - signed, 7.5, values)
    return FormGrid(boxes, WIDTH, _FRONT)


def _lines(notice: str) -> str:
    """The notice broken into lines, so that no line begins with a closing mark."""
    room = ((WIDTH - 13) * MM - 8) / _NOTICE
    return "\n".join(wrap(notice, room, fonts.REGULAR))


def _reverse(paper: Paper, sheet: int) -> FormGrid:
    second, third = block_fields()[1:]
    values, row, between = _values(paper, sheet), 6.5, 11.0
    boxes = list(strip(SHORT_PARTS, 0, row, values))
    work = Table(columns(1, WIDTH), row + 1, WIDTH, 8.6)
    wishes_top = work.bottom + 1 + between + 1
    left = 170.0
    line = (_REVERSE - wishes_top - RUBRIC - HEAD) / LINES
    wishes = Table(columns(2, left), wishes_top, left, line)
    for block in (work, wishes):
        boxes += table_head(block)
        boxes += table_lines(block, paper.persons, sheet, paper.on)
    first = [k for k in second if k in ("employment_status", "work_scope", "industry", "channel")]
    others = [k for k in second if k not in first]
    text = f"{_legends(first)} {_GREY}"
    listed = Box(0, work.bottom + 1, WIDTH, between, hint=text, size=SMALL)
    boxes += [listed, Box(0, listed.y, WIDTH, between, outline=True)]
    boxes += _visits(paper, left + 2, wishes_top, [*others, *third])
    return FormGrid(boxes, WIDTH, _REVERSE)


_VISIT_WIDTHS = {"date": 17, "result": 11, "next_date": 17, "visitor": 17, "checks": 13, "note": 26}
_VISIT_LABELS = {"next_date": "下次访问", "result": "结果", "checks": "核对", "note": "备注"}


def _visits(paper: Paper, x: float, y: float, legends: Sequence[str]) -> Iterator[Box]:
    """Three lines of visits and the legends that are left, right of the wishes."""
    width = WIDTH - x
    specs = fields_of(Visit)
    scale = width / sum(_VISIT_WIDTHS[k] for k in VISIT_FIELDS)
    yield Box(x, y, width, RUBRIC, "访问记录", shaded=True, strong=True)
    top, height = y + RUBRIC, 6.7
    known = list(reversed(paper.visits[:3]))
    at = x
    for key in VISIT_FIELDS:
        across = _VISIT_WIDTHS[key] * scale
        label = _VISIT_LABELS.get(key, printed(specs[key].label))
        yield Box(at, top, across, 5.5, label, shaded=True, size=8)
        for index in range(3):
            visit: Facts = known[index] if index < len(known) else {}
            yield Box(
                at, top + 5.5 + index * height, across, height,
                value=mark(specs[key], visit.get(key)) or None, entry=True, size=8,
            )  # fmt: skip
        at += across
    below = top + 5.5 + 3 * height
    yield Box(x, y, width, below - y, outline=True)
    text = _legends(VISIT_FIELDS, visit=True) + " " + _legends(legends)
    yield Box(x, below, width, _REVERSE - below, hint=text, size=SMALL)
    yield Box(x, y, width, _REVERSE - y, outline=True)


def pages(paper: Paper, notice: str, *, first: bool, continuation: bool = False) -> Iterator[Block]:
    """The pages of one household, front and reverse of each sheet; `first` when the document's own
    head is still fresh. A blank form is one sheet, or one `continuation` sheet."""
    for index, sheet in enumerate((1,) if continuation else range(paper.sheets)):
        if index or not first:
            yield PageBreak(head=True, title=TITLE + (CONTINUED if sheet else ""))
        yield _front(paper, sheet, notice)
        yield PageBreak(title=TITLE)
        yield _reverse(paper, sheet)
