"""What a paper form says in few signs: values as code numbers, and the legends that explain them.

The numbers are those of `CodeItem.number`, the same that a clerk types on the screen.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

from laborclerk.catalog import fields as f
from laborclerk.catalog.codes import CodeItem, CodeList, code_list
from laborclerk.catalog.divisions import place_in_words
from laborclerk.catalog.fields import Field, Value
from laborclerk.catalog.values import show

WRITTEN = frozenset(("ethnicity", "occupation"))
"""Lists too long for the paper: written in words, and found by their words on the screen."""

YES, NO = "1", "2"
_SEVERAL = ",\u200b"  # a line may break after the comma
_WIDE = str.maketrans("(),:;", "\uff08\uff09\uff0c\uff1a\uff1b")
_NUMERALS = "一二三四五六七八九"
_HEAD_LISTED = 2  # items that still find room below a narrow head


def printed(text: str) -> str:
    """A label as it is printed: with the full-width marks of Chinese type."""
    return text.translate(_WIDE)


def mark(spec: Field, value: Value) -> str:
    """A stored value as it stands in its box; '' for none. A code outside the paper's short list
    is written in words."""
    if value is None:
        return ""
    match spec.type:
        case f.YesNo():
            return YES if value else NO
        case f.Code(codes) if codes not in WRITTEN:
            return _number(code_list(codes), str(value))
        case f.Codes(codes):
            return _SEVERAL.join(_number(code_list(codes), code) for code in str(value).split(","))
        case f.Division():
            return place_in_words(str(value))
        case f.Number(places=0):
            return str(value)
        case _:
            return show(spec.type, value)


def _number(codes: CodeList, code: str) -> str:
    item = codes.item(code)
    return item.number or item.short if item else code


def codes_of(spec: Field) -> str:
    """The code list whose numbers stand in this field's box, '' when it is written out."""
    if isinstance(spec.type, f.Code | f.Codes) and spec.type.codes not in WRITTEN:
        return spec.type.codes
    return ""


def hint(spec: Field) -> str:
    """What stands small below a column's head: unit, form, or the codes when they are two."""
    match spec.type:
        case f.YesNo():
            return f"{YES}是 {NO}否"
        case f.Number(unit=unit):
            return unit
        case f.Month():
            return "年-月"
        case f.Division():
            return "写到县"
        case f.Code(codes) if codes in WRITTEN:
            return "写名称"
        case f.Codes():
            return "可多选"
        case f.Code(codes):
            return options(codes) if len(_shown(code_list(codes))) <= _HEAD_LISTED else ""
        case _:
            return ""


def legend(spec: Field) -> str:
    """`【与户主关系】1户主 2配偶 …`; '' when the head says all."""
    codes = codes_of(spec)
    if not codes or len(_shown(code_list(codes))) <= _HEAD_LISTED:
        return ""
    return f"【{printed(spec.label)}】{options(codes)}"


def options(codes: str) -> str:
    """`1户主 2配偶 …`, runs that differ by one numeral drawn together (`7–9普通高中一–三年级`)."""
    return _options(code_list(codes))


@cache  # by the list itself, so that a county's own list is not answered from memory
def _shown(codes: CodeList) -> tuple[CodeItem, ...]:
    """The items of the paper's short list."""
    return tuple(i for i in codes.items if i.common and not i.retired)


@cache
def _options(codes: CodeList) -> str:
    parts: list[str] = []
    run: list[CodeItem] = []
    items = _shown(codes)
    for item, following in pairwise([*items, None]):
        assert item is not None
        run.append(item)
        if following is None or not _next(item, following):
            parts.append(_together(run))
            run = []
    return " ".join(parts)


def _together(run: list[CodeItem]) -> str:
    first, last = run[0], run[-1]
    if len(run) == 1:
        gap = "、" if first.short[0].isdigit() else ""
        return f"{first.number}{gap}{printed(first.short)}"
    at = next(i for i, (a, b) in enumerate(zip(first.short, last.short, strict=True)) if a != b)
    name = f"{first.short[: at + 1]}–{last.short[at:]}"
    return f"{first.number}–{last.number}{printed(name)}"


def _next(one: CodeItem, other: CodeItem) -> bool:
    """Whether number and one numeral of the name both go up by one."""
    numbers = one.number.isdigit() and other.number.isdigit()
    if not numbers or int(other.number) != int(one.number) + 1:
        return False
    if len(one.short) != len(other.short):
        return False
    differ = [(a, b) for a, b in zip(one.short, other.short, strict=True) if a != b]
    return len(differ) == 1 and bool(re.fullmatch(_STEPS, "".join(differ[0])))


_STEPS = "|".join(a + b for a, b in pairwise(_NUMERALS))
