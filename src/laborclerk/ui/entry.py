"""What typing into a field means, without Qt: reading, showing, choices, when a field is full.

Widgets only show what this says; presenters and tests use it without a window. Bare digits in a
code field are the number on the paper form, which is what a clerk types.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Protocol, runtime_checkable

from laborclerk.catalog import fields as f
from laborclerk.catalog import spelling, values
from laborclerk.catalog.codes import CodeItem, code_list, list_names
from laborclerk.catalog.fields import Field, Value
from laborclerk.kernel.errors import Severity


class FieldState(StrEnum):
    """How a field stands; each has a colour (theme token of the same name) and a sign."""

    UNTOUCHED = "untouched"
    PASSED = "passed"
    WARNED = "warned"
    WRONG = "wrong"
    CARRIED = "carried"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A value picked from a list, as stored: it needs no reading."""

    value: Value


Entered = str | Chosen  # what comes out of a field: typed text, or a value picked


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a drop-down: what is stored, its number on paper, its label, a remark."""

    value: Value
    number: str
    label: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """How a field stands on the screen: its text, state, and one sentence about it."""

    text: str
    state: FieldState = FieldState.UNTOUCHED
    message: str = ""


@runtime_checkable
class PlaceChoices(Protocol):
    """Places that a drop-down can offer (a `values.Places` may be one)."""

    def search(self, text: str) -> Sequence[Choice]:
        """The places to offer for what was typed, best first."""


def read(spec: Field, entered: Entered, context: values.Context) -> values.Reading:
    """The stored value of what was entered."""
    if isinstance(entered, Chosen):
        return values.Reading(entered.value)
    text = entered.replace("⏎", "\n")
    if spec.key in _NEAR_DAYS and context.today:
        text = _with_year(text, context.today, coming=spec.key == "next_date")
    if isinstance(spec.type, (f.Code, f.Codes)):
        text = _without_number(spec.type.codes, text)
    return values.read(spec.type, text, context)


_NEAR_DAYS = ("date", "next_date", "survey_date")
_DAY = re.compile(r"(\d{1,2})[-./月](\d{1,2})日?")


def _with_year(text: str, today: str, *, coming: bool) -> str:
    """A day of visiting typed as 11-25 with its year: the coming such day, else the last one."""
    found = _DAY.fullmatch(text.strip())
    if found is None:
        return text
    day = f"{int(found[1]):02d}-{int(found[2]):02d}"
    year = int(today[:4]) + (coming and day < today[5:]) - (not coming and day > today[5:])
    return f"{year:04d}-{day}"


def _without_number(codes: str, text: str) -> str:
    """A text as `show` wrote it goes back to its code although two labels may be alike."""
    number, space, label = text.partition(" ")
    if space:
        for item in code_list(codes).items:
            if (item.number or item.code) == number and item.short == label:
                return item.number or item.name
    return text


def show(spec: Field, value: Value, context: values.Context) -> str:
    """The text of a field that holds `value`: a code with its number on paper."""
    if value is None:
        return ""
    if isinstance(spec.type, f.Code):
        item = code_list(spec.type.codes).item(str(value))
        return f"{item.number or item.code} {item.short}" if item else str(value)
    return values.show(spec.type, value, context).replace("\n", "⏎")


def state_of(reading: values.Reading) -> FieldState:
    """The state of a field that was just left, by its reading alone."""
    if any(p.severity is Severity.BLOCK for p in reading.problems):
        return FieldState.WRONG
    if reading.problems:
        return FieldState.WARNED
    return FieldState.UNTOUCHED if reading.value is None else FieldState.PASSED


def message_of(reading: values.Reading) -> str:
    """What to tell of a reading: what is wrong, else what was mended."""
    told = reading.problems or reading.notices
    return ";".join(p.text for p in told)


def choices(spec: Field, typed: str, context: values.Context) -> list[Choice] | None:
    """What a drop-down offers for the text typed so far; None for a field without a list."""
    kind = spec.type
    if isinstance(kind, (f.Code, f.Codes)):
        return [_choice(item) for item in code_list(kind.codes).search(typed)]
    if isinstance(kind, f.YesNo):
        both = [Choice(True, "1", "是", "s"), Choice(False, "2", "否", "f")]
        key = typed.strip().casefold()
        return [c for c in both if not key or key in (c.number, c.label, c.remark, *_YN[c.label])]
    if isinstance(kind, f.PlaceRef) and isinstance(context.places, PlaceChoices):
        return list(context.places.search(typed))
    if isinstance(kind, f.Division):
        return _divisions(typed)
    return None


_YN = {"是": ("y", "yes"), "否": ("n", "no", "0")}


def _choice(item: CodeItem) -> Choice:
    return Choice(item.code, item.number or item.code, item.short, item.initials)


@cache
def _division_index() -> list[tuple[str, str, str]]:
    """(code, name as it is said, spelling of the last part) down to the county."""
    from laborclerk.catalog.divisions import Level, national

    tree = national()
    found: list[tuple[str, str, str]] = []
    rows = list(tree.children(""))
    while rows:
        row = rows.pop()
        found.append((row.code, tree.full_name(row.code), spelling.spelling(row.name)))
        if row.level < Level.COUNTY:
            rows += tree.children(row.code)
    return sorted(found)


def warm() -> None:
    """Read in what the first form would wait for: divisions with their pinyin, lists of codes."""
    _division_index()
    for name in list_names():
        code_list(name)


def _divisions(typed: str, limit: int = 60) -> list[Choice]:
    key = "".join(typed.split()).casefold()
    ranked: list[tuple[int, str, str]] = []
    fits = spelling.typed(key)
    for code, name, ways in _division_index():
        if not key:
            rank = 0 if code.endswith("0000000000") else None
        elif key.isascii():
            rank = 0 if code.startswith(key) or fits(ways) == 0 else None
        else:
            rank = 0 if name.endswith(key) else 1 if key in name else None
        if rank is not None:
            ranked.append((rank, code, name))
    ranked.sort()
    return [Choice(code, "", name, code[:6]) for _, code, name in ranked[:limit]]


def pick(offered: Sequence[Choice], typed: str) -> Choice | None:
    """The choice that Enter takes: the first, but digits only when they are its very number, so
    that a slip of a digit is never taken for another code."""
    text = typed.strip()
    if not offered or not text:
        return None
    first = offered[0]
    if text.isascii() and text.isdigit():
        same = {text, text.lstrip("0") or "0"}
        return first if first.number in same or str(first.value) in same else None
    return first


def settle(spec: Field, text: str, context: values.Context) -> Entered:
    """What a field holds when it is left: typed letters or a number of a list become the choice
    they stand for, anything else stays the typed text."""
    kind = spec.type
    if not text.strip():
        return ""
    if isinstance(kind, f.Codes):
        parts = code_list(kind.codes).parts(text, "number")
        return "、".join(_settled(kind.codes, part) for part in parts)
    if isinstance(kind, f.YesNo):
        return text
    whole = read(spec, text, context)
    if whole.value is not None and not whole.problems:
        return Chosen(whole.value) if isinstance(kind, f.Code) else text
    offered = choices(spec, text, context) or []
    if isinstance(kind, f.PlaceRef | f.Division):
        # a place is never taken by its name alone where there are two of the name
        return Chosen(offered[0].value) if len(offered) == 1 else text
    found = pick(offered, text)
    return Chosen(found.value) if found else text


def split_codes(text: str) -> list[str]:
    """The parts of a field that holds several codes."""
    for mark in "、,,;;/|+ \u3000":
        text = text.replace(mark, "\0")
    return [part for part in text.split("\0") if part]


def _settled(codes: str, part: str) -> str:
    listed = code_list(codes)
    code = listed.recognise(part, by="number")
    if code is not None:
        return listed.label(code)
    found = pick([_choice(item) for item in listed.search(part)], part)
    return found.label if found else part


def is_full(spec: Field, text: str, context: values.Context) -> bool:
    """Whether a field of fixed length holds all it can, so that it moves on by itself."""
    kind = spec.type
    if isinstance(kind, f.IdNumber):
        # a disability certificate has 20 characters or 22: nobody knows when it ends
        resident = bool(kind.kind_field) and context.id_kind in (None, "", "01")
        return resident and len(text) == 18 and text[:-1].isdigit()
    if isinstance(kind, f.Phone):
        return len(text) == 11 and text.isascii() and text.isdigit() and text[0] == "1"
    if isinstance(kind, f.Date):
        return text.isascii() and text.isdigit() and len(text) == 8
    if isinstance(kind, f.Month):
        return text.isascii() and text.isdigit() and len(text) == 6
    if isinstance(kind, f.YesNo):
        return text.casefold() in ("1", "2", "是", "否", "y", "n")
    if isinstance(kind, f.Code):
        items = [i for i in code_list(kind.codes).items if not i.retired]
        return all(len(i.number) == 1 for i in items) and text in {i.number for i in items}
    return False
