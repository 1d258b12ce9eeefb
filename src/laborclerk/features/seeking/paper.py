"""The form of a job seeker on paper (求职登记表, B5): A4, one person, filled in or blank."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from laborclerk.catalog.codes import code_list
from laborclerk.catalog.divisions import place_in_words
from laborclerk.catalog.fields import Code, Codes, Field, Number, Value
from laborclerk.catalog.values import show
from laborclerk.features.census.marks import options, printed
from laborclerk.features.registry.model import Person
from laborclerk.features.seeking.model import JobSeeking
from laborclerk.features.work.model import WorkSpell
from laborclerk.printing.document import Align, Block, Box, FormGrid, Paragraph, Signatures, Spacer
from laborclerk.store.base import fields_of

Facts = Mapping[str, Value]
TITLE = "求职登记表"
NOTICE = "本表只用于介绍岗位、安排培训和就业服务。本人声明以上内容属实，情况变了会告知登记机构。"
_WIDTH, _LABEL, _ROW, _LINE, _PAD = 180.0, 25.0, 10.0, 8.0, 1.5
_SPELLS = 3  # the latest ones have room


@dataclass(frozen=True, slots=True)
class Seeker:
    """What stands on one form: facts keyed by field, all empty for a blank one; `home` is where
    she lives in words, `spells` the latest first, `age` on the day of registration."""

    person: Facts = field(default_factory=dict)
    seeking: Facts = field(default_factory=dict)
    spells: Sequence[Facts] = ()
    home: str = ""
    age: int | None = None


@dataclass(frozen=True, slots=True)
class _Part:
    """One box of a row: whose field, how wide in thirds of the page, other label than declared;
    `listed` prints what can be chosen below."""

    record: str
    key: str
    thirds: int = 1
    label: str = ""
    listed: bool = False


_P, _S = "person", "seeking"
_HEAD: tuple[tuple[float, tuple[_Part, ...]], ...] = (
    (_ROW, (_Part(_P, "name"), _Part(_P, "sex"), _Part(_P, "birth_date"))),
    (_ROW, (_Part(_P, "id_number", 2), _Part("", "age", label="年龄"))),
    (_ROW, (_Part(_P, "phone"), _Part(_P, "ethnicity"), _Part(_P, "education"))),
    (_ROW, (_Part("", "home", 3, "住址"),)),
    (_ROW, (_Part(_S, "school", 2), _Part(_S, "major"))),
    (_ROW, (_Part(_P, "skill"), _Part(_P, "skill_level"), _Part(_P, "certificate_number"))),
    (_ROW, (_Part(_S, "height"), _Part(_S, "weight"), _Part(_S, "eyesight"))),
    (_ROW, (_Part(_S, "certificate_number", 2, "就业失业登记证号"),
            _Part(_P, "employment_status"))),
)  # fmt: skip
_WISH: tuple[tuple[float, tuple[_Part, ...]], ...] = (
    (12.0, (_Part(_S, "wanted_jobs", 3),)),
    (_ROW, (_Part(_S, "wanted_post", 3),)),
    (_ROW, (_Part(_S, "wanted_place"), _Part(_S, "second_place"), _Part(_S, "third_place"))),
    (13.0, (_Part(_S, "expected_income"), _Part(_S, "employment_form", 2, listed=True))),
    (15.0, (_Part(_S, "wants_training"), _Part(_S, "wanted_training", 2, listed=True))),
    (13.0, (_Part(_S, "services", 3, listed=True),)),
    (_ROW, (_Part(_S, "registered"), _Part(_S, "valid_until"), _Part("", "end", label="注销"))),
    (12.0, (_Part(_S, "note", 3),)),
)  # fmt: skip
_PAST = (("务工起止", 46.0), ("务工地", 44.0), ("务工单位", 52.0), ("务工工种", 38.0))


def seeker_blocks(seeker: Seeker, *, blank: bool = False) -> Iterator[Block]:
    """One person's form."""
    y, boxes = 0.0, list[Box]()
    for height, parts in _HEAD:
        boxes += _row(parts, y, height, seeker, blank)
        y += height
    boxes += _past(seeker.spells, y)
    y += (_SPELLS + 1) * _LINE
    for height, parts in _WISH:
        boxes += _row(parts, y, height, seeker, blank)
        y += height
    boxes.append(Box(0, 0, _WIDTH, y, outline=True))
    yield FormGrid(boxes, _WIDTH, y)
    yield Spacer(2)
    yield Paragraph(NOTICE, small=True)
    yield Spacer(3)
    yield Signatures(["求职人（签字）", "经办人", "登记机构（章）"])


def _row(
    parts: Sequence[_Part], y: float, height: float, seeker: Seeker, blank: bool
) -> Iterator[Box]:
    x = 0.0
    for part in parts:
        width = part.thirds * _WIDTH / 3
        label, text, hint = _said(part, seeker, blank)
        align = Align.LEFT if part.thirds > 1 else Align.CENTER
        yield Box(x, y, _LABEL, height, label, shaded=True)
        yield Box(x + _LABEL, y, width - _LABEL, height)
        yield Box(
            x + _LABEL + _PAD, y, width - _LABEL - 2 * _PAD, height, "", text, hint, align,
            entry=True, frame=False,
        )  # fmt: skip
        x += width


def _said(part: _Part, seeker: Seeker, blank: bool) -> tuple[str, str, str]:
    """Label, value and hint of a box."""
    if not part.record:
        told = {
            "age": "" if seeker.age is None else f"{seeker.age}周岁", "home": seeker.home,
            "end": _end(seeker.seeking),
        }  # fmt: skip
        return part.label, told[part.key], ""
    model, facts = (Person, seeker.person) if part.record == _P else (JobSeeking, seeker.seeking)
    spec = fields_of(model)[part.key]
    label = part.label or printed(spec.label)
    hint = spec.type.unit if isinstance(spec.type, Number) else ""
    if part.listed and isinstance(spec.type, Code | Codes):
        hint = options(spec.type.codes)
    return label, _text(spec, facts.get(part.key)), hint if blank else ""


def _text(spec: Field, value: Value) -> str:
    """A value in words with its unit."""
    if value is None or value == "":
        return ""
    if spec.key.endswith("_place"):
        return printed(place_in_words(str(value)))
    unit = spec.type.unit if isinstance(spec.type, Number) else ""
    shown = f"{value:,}" if unit == "元" else show(spec.type, value)
    return printed(f"{shown}{unit}") if unit != "元" else f"{shown}元"


def _end(seeking: Facts) -> str:
    if not seeking.get("closed"):
        return ""
    why = code_list("seeking_end").label(str(seeking.get("close_reason") or ""))
    return f"{seeking['closed']} {why}".strip()


def _past(spells: Sequence[Facts], y: float) -> Iterator[Box]:
    """The latest work, one line each."""
    x = 0.0
    for label, width in _PAST:
        yield Box(x, y, width, _LINE, label, shaded=True)
        x += width
    for n in range(_SPELLS):
        x, spell = 0.0, spells[n] if n < len(spells) else {}
        top = y + (n + 1) * _LINE
        for (_, width), text in zip(_PAST, _spell(spell), strict=True):
            yield Box(x, top, width, _LINE, value=printed(text), entry=True)
            x += width


def _spell(spell: Facts) -> tuple[str, str, str, str]:
    if not spell:
        return "", "", "", ""
    specs = fields_of(WorkSpell)
    trade = spell.get("job") or show(specs["trade"].type, spell.get("trade"))
    return (
        f"{spell.get('start') or ''} – {spell.get('end') or '至今'}",
        place_in_words(str(spell.get("place") or "")), str(spell.get("employer_name") or ""),
        str(trade or ""),
    )  # fmt: skip
