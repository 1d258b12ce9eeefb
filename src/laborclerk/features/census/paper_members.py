"""The members' lines of the paper form: which columns, how wide, what stands in a box.

Columns follow `form.SECTIONS`, so that the clerk keys what she reads from left to right. They make
three tables: who somebody is (front), work (reverse), wishes and insurance (reverse, below).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from laborclerk.catalog.fields import Field, Value
from laborclerk.features.census.form import (
    PERSON_FIELDS,
    SECTIONS,
    Facts,
    FormContext,
    Section,
)
from laborclerk.features.census.marks import hint, mark, printed
from laborclerk.features.registry.model import Person
from laborclerk.printing.document import Box
from laborclerk.store.base import fields_of

LINES = 7  # members on one sheet
RUBRIC = 5.0  # mm, the line of section titles
HEAD = 13.0  # mm, the line of column heads

# mm; the three blocks below are each scaled to their width
_WIDTHS = {
    "line": 7, "relation": 10.6, "name": 24, "id_type": 8, "id_number": 54, "sex": 8,
    "birth_date": 18, "ethnicity": 10, "presence": 8, "presence_since": 17.4, "marital_status": 8,
    "political_status": 8, "hukou_type": 8, "phone": 28,
    "education": 9, "in_school": 10.6, "health": 11, "disability_number": 11, "work_ability": 9,
    "skill": 20, "skill_level": 9, "certificate_number": 21, "training_done": 11,
    "employment_status": 9, "work_scope": 8, "work_place": 27, "employer": 30, "occupation": 18,
    "industry": 8, "work_start": 15, "work_months": 8, "monthly_income": 13, "channel": 8,
    "employment_form": 8, "unemployed_since": 15, "unemployment_reason": 8, "population_class": 9,
    "person_identity": 8,
    "surplus": 10.5, "leader": 10.5, "wants_to_go": 9, "wanted_place": 22, "wanted_job": 17,
    "expected_income": 13, "wants_training": 9, "wanted_training": 11, "insurance": 13,
    "hardship": 11, "note": 24,
}  # fmt: skip
_ORDINARY = 12.0
_STARTS = ("line", "skill", "surplus")  # where each block begins
_LABELS = {
    "line": "序号", "surplus": "富余劳动力", "leader": "劳务带头人", "occupation": "职业\n（工种）",
    "skill": "专业技能\n（特长）",
}  # fmt: skip
_HINTS = {
    "disability_number": "末2位",
    "id_number": "身份证18位；没有身份证的，先填证件类型",
    "employer": "全称；零工填“零工”",
    "monthly_income": "元，到手",
}
_GUIDES = {"Date": "　　 年　 月　 日", "Month": "　　 年　 月"}


@dataclass(frozen=True, slots=True)
class Column:
    spec: Field
    x: float
    width: float
    section: Section | None  # None: repeated on the reverse, to know whose line it is


@dataclass(frozen=True, slots=True)
class Table:
    """A table of seven lines: its columns, its place and the height of a line, in mm."""

    columns: tuple[Column, ...]
    y: float
    width: float
    line: float
    head: float = HEAD

    @property
    def body(self) -> float:
        return self.y + RUBRIC + self.head

    @property
    def bottom(self) -> float:
        return self.body + LINES * self.line


def block_fields() -> tuple[tuple[str, ...], ...]:
    """The members' fields of the front and of the two blocks of the reverse, in form order."""
    starts = [*map(PERSON_FIELDS.index, _STARTS), len(PERSON_FIELDS)]
    return tuple(PERSON_FIELDS[a:b] for a, b in pairwise(starts))


@cache
def columns(index: int, width: float) -> tuple[Column, ...]:
    specs, sections = fields_of(Person), {k: s for s in SECTIONS for k in s.fields}
    keys: list[tuple[str, float, Section | None]] = []
    if index:
        keys = [("line", 7.0, None), ("name", 18.0, None)]
    keys += [(k, _WIDTHS.get(k, _ORDINARY), sections[k]) for k in block_fields()[index]]
    scale = width / sum(share for _, share, _ in keys)
    made, x = [], 0.0
    for key, share, section in keys:
        made.append(Column(specs[key], x, share * scale, section))
        x += share * scale
    return tuple(made)


def table_head(block: Table) -> tuple[Box, ...]:
    """Section titles, column heads and the outer rule: the same on every sheet."""
    boxes: list[Box] = []
    x, columns = 0.0, list(block.columns)
    while columns:
        section = columns[0].section
        run = [c for c in columns if c.section is section]
        width = sum(c.width for c in run)
        if section is not None:
            title = section.title
            if run[0].spec.key != section.fields[0]:
                title += "（续）"
            boxes.append(Box(x, block.y, width, RUBRIC, title, shaded=True, strong=True))
        x, columns = x + width, columns[len(run) :]
    for c in block.columns:
        key = c.spec.key
        label = _LABELS.get(key, printed(c.spec.label))
        below = "" if c.section is None else _HINTS.get(key, hint(c.spec))
        top, height = block.y + RUBRIC, block.head
        if c.section is None:
            top, height = block.y, RUBRIC + block.head
        boxes.append(Box(c.x, top, c.width, height, label, hint=below, shaded=True, size=8.4))
    height = block.bottom - block.y
    boxes.append(Box(0, block.y, block.width, height, outline=True))
    boxes.append(Box(0, block.body, block.width, LINES * block.line, outline=True))
    return tuple(boxes)


def sheets_for(persons: Sequence[Facts]) -> int:
    """How many sheets so many members take."""
    return max(1, -(-len(persons) // LINES))


def table_lines(block: Table, persons: Sequence[Facts], sheet: int, on: str) -> Iterator[Box]:
    """The seven lines of one sheet, members first, then lines to write on, numbered on. Boxes that
    are not asked of a member at the reference date `on` (a child's work) are grey."""
    members = persons[sheet * LINES : (sheet + 1) * LINES]
    last = max((int(p.get("line") or 0) for p in persons), default=0)
    following = max(last, len(persons))
    for index in range(LINES):
        known: dict[str, Value] = {}
        person: Facts = {}
        if index < len(members):
            person = members[index]
            known = {"line": person.get("line") or sheet * LINES + index + 1}
        elif persons or not sheet:
            following += 1
            known = {"line": following}
        y = block.body + index * block.line
        for c in block.columns:
            yield _cell(c, y, block.line, {**person, **known}, on if person else "")


def _cell(c: Column, y: float, height: float, person: Facts, on: str) -> Box:
    key = c.spec.key
    asked = not on or c.section is None or c.section.applies(person, FormContext(on))
    text = _in_cell(c.spec, person)
    guide = "" if text or not asked else _GUIDES.get(type(c.spec.type).__name__, "")
    comb = {"id_number": 18, "phone": 11}.get(key, 0) if asked else 0
    return Box(
        c.x, y, c.width, height, value=text or None, hint=guide, entry=True, comb=comb,
        shaded=not asked and not text,
    )  # fmt: skip


def _in_cell(spec: Field, person: Facts) -> str:
    value = person.get(spec.key)
    if spec.key == "disability_number" and isinstance(value, str):
        # the certificate's number begins with the holder's ID number
        own = str(person.get("id_number") or "")
        return value.removeprefix(own) if len(own) == 18 else value
    return mark(spec, value)
