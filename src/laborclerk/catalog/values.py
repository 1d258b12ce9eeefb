"""Reads every field type from what a clerk types or a sheet's cell holds, and shows it again.

One table keyed by field type each way. Reading never guesses in silence: what was mended comes
back as a notice, what cannot be read as a problem that says what to do. When a problem is BLOCK,
`value` is what could be understood (or None); the caller decides whether to keep it as unfinished.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from math import isfinite
from typing import Any, Literal, NamedTuple, Protocol

from laborclerk.catalog import dates_typed, fields, numbers_typed
from laborclerk.catalog.cells import cell_text, empty_word, plain
from laborclerk.catalog.codes import CodeList, code_list
from laborclerk.catalog.fields import FieldType, Value
from laborclerk.catalog.idnumber import DISABILITY, read_id_number
from laborclerk.catalog.names import read_name
from laborclerk.kernel.errors import Message, Problem, Severity

Raw = str | int | float | bool | date | datetime | time | timedelta | None


class ValueMessage(Message):
    """What can be wrong with a typed value or a cell."""

    TEXT_LONG = "有 {count} 个字,最多 {limit} 个字。请删减"
    YESNO_UNKNOWN = "“{text}”看不出是“是”还是“否”。请填 是 或 否"
    CODE_UNKNOWN = "“{text}”不在可选项里。请改选:{choices}"
    CODE_AMBIGUOUS = "“{text}”可能是{meanings}。请写文字,或指明该列是代码还是编号"
    PLACE_NOT_READ = "没有找到地点“{text}”。请从列表里选,或核对代码"
    PLACE_NOT_CLEAR = "“{text}”可能是:{choices}。请指明是哪一个"
    SHEET_ERROR = "单元格里是公式错误“{text}”。请在表格里改正后再导入"
    EMPTY_WORD = "“{text}”按空白处理"


class Places(Protocol):
    """How the register's places are found and named; handed in by the caller."""

    def find(self, text: str) -> Sequence[int]:
        """Ids of the places `text` (a code or a name) may mean."""

    def label(self, place_id: int) -> str:
        """The name of a place as it is shown."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a reading depends on beside the cell: `today` (YYYY-MM-DD), the document kind and sex
    already known of the person, what bare digits mean in a code column, and the places."""

    today: str | None = None
    id_kind: str | None = None
    sex: str | None = None
    codes_by: Literal["code", "number"] | None = None
    places: Places | None = None


NO_CONTEXT = Context()
_MOBILE = re.compile(r"1[3-9][0-9]{9}")


class Reading(NamedTuple):
    """The stored value, what was mended (HINT), what is doubtful or wrong (WARN, BLOCK)."""

    value: Value
    notices: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()


EMPTY = Reading(None)


def _blocked(message: Message, value: Value = None, **params: Any) -> Reading:
    return Reading(value, (), (Problem(message, params),))


def _cell_error(text: str) -> Reading | None:
    if text.startswith("#") and text.rstrip("!?").isupper() and len(text) <= 12:
        return _blocked(ValueMessage.SHEET_ERROR, text=text)
    return None


def _nothing(text: str) -> Reading:
    notice = Problem(ValueMessage.EMPTY_WORD, {"text": text.strip()}, Severity.HINT)
    return Reading(None, (notice,)) if text.strip() else EMPTY


Typed = Callable[[Any, Any], tuple[Value, Sequence[Problem], Sequence[Problem]]]


def _with_cache(read: Typed) -> Callable[[Any, Raw, Context], Reading]:
    """A reader that depends on the type and the cell only, remembered, with the words for
    'nothing' and formula errors taken out before."""

    @lru_cache(16384, typed=True)
    def remembered(kind: Any, raw: Raw) -> Reading:
        if isinstance(raw, str):
            text = plain(raw)
            if not text or empty_word(text):
                return _nothing(text)
            error = _cell_error(text)
            if error:
                return error
            raw = text
        elif raw is None:
            return EMPTY
        value, notices, problems = read(kind, raw)
        return Reading(value, tuple(notices), tuple(problems))

    return lambda kind, raw, context: remembered(kind, raw)


def _read_text(kind: fields.Text, raw: Raw, context: Context) -> Reading:
    text = cell_text(raw)
    if kind.lines == 1:
        text = " ".join(text.split())
    if not text:
        return EMPTY
    if len(text) > kind.max_length:
        return _blocked(ValueMessage.TEXT_LONG, text, count=len(text), limit=kind.max_length)
    return _cell_error(text) or Reading(text)


def _read_name(kind: fields.PersonName, raw: Raw, context: Context) -> Reading:
    return Reading(*read_name(raw, kind.max_length))


def _read_id(kind: fields.IdNumber, raw: Raw, context: Context) -> Reading:
    # only the number of a document depends on which document it is
    which = context.id_kind if kind.kind_field else DISABILITY
    found = read_id_number(raw, which, context.today)
    if found.problems and isinstance(raw, str) and empty_word(raw):
        return _nothing(raw)
    return Reading(found.value, found.notices, found.problems)


_remembered_phone = _with_cache(numbers_typed.read_phone)


def _read_phone(kind: fields.Phone, raw: Raw, context: Context) -> Reading:
    if type(raw) is str and _MOBILE.fullmatch(raw):
        return Reading(raw)
    return _remembered_phone(kind, raw, context)


_YES = frozenset([
    "是", "有", "对", "√", "✓", "✔", "☑", "v", "y", "yes", "true", "t", "1", "已", "参加", "已参加",
    "愿意", "同意", "需要",
])  # fmt: skip
_NO = frozenset([
    "否", "无", "不", "没", "没有", "不是", "×", "✗", "✘", "☒", "☐", "x", "n", "no", "false", "f",
    "0", "2", "未", "未参加", "不愿意", "不同意", "不需要",
])  # fmt: skip


@lru_cache(4096, typed=True)
def _yes_no(raw: Raw) -> Reading:
    if raw is None or isinstance(raw, bool):
        return Reading(raw)
    text = plain(cell_text(raw))
    word = text.casefold()
    if word in _YES:
        return Reading(True)
    if word in _NO:
        return Reading(False)
    if not word or empty_word(word):
        return _nothing(text)
    if len(word) > 1 and word[0] in "是否":
        return Reading(word[0] == "是")
    return _cell_error(text) or _blocked(ValueMessage.YESNO_UNKNOWN, text=text)


def _read_yes_no(kind: fields.YesNo, raw: Raw, context: Context) -> Reading:
    return _yes_no(raw)


def _read_code(kind: fields.Code, raw: Raw, context: Context) -> Reading:
    return _code(kind.codes, raw, context.sex, context.codes_by, _list(kind.codes))


def _list(name: str) -> CodeList:
    return code_list(name)


@lru_cache(16384, typed=True)
def _code(
    name: str, raw: Raw, sex: str | None, by: Literal["code", "number"] | None, codes: CodeList
) -> Reading:
    """`codes` is in the key so that a replaced list is not answered from memory."""
    text = cell_text(raw)
    found = codes.recognise(text, sex, by)
    if found is not None:
        return Reading(found)
    if not text or empty_word(text):
        return _nothing(text)
    return _cell_error(text) or Reading(None, (), (_unknown_code(codes, text),))


_NAMED = 8  # choices of a list that a sentence names


def _unknown_code(codes: CodeList, text: str) -> Problem:
    meanings = codes.meanings(text)
    if len(meanings) > 1:
        said = "、".join(f"“{item.short}”" for item in meanings)
        return Problem(ValueMessage.CODE_AMBIGUOUS, {"text": text, "meanings": said})
    offered = codes.search("")
    choices = "、".join(f"{item.number} {item.short}".strip() for item in offered[:_NAMED])
    choices += "等" if len(offered) > _NAMED else ""
    return Problem(ValueMessage.CODE_UNKNOWN, {"text": text, "choices": choices})


def _read_codes(kind: fields.Codes, raw: Raw, context: Context) -> Reading:
    return _several(kind.codes, raw, context.codes_by, _list(kind.codes))


@lru_cache(16384, typed=True)
def _several(name: str, raw: Raw, by: Literal["code", "number"] | None, codes: CodeList) -> Reading:
    text = cell_text(raw)
    if not text or (empty_word(text) and codes.recognise(text, by=by) is None):
        return _nothing(text)
    found: list[str] = []
    problems: list[Problem] = []
    for part in codes.parts(text, by):
        code = codes.recognise(part, by=by)
        if code is None:
            problems.append(_unknown_code(codes, part))
        else:
            found.append(code)
    return Reading(",".join(codes.order(found)) or None, (), tuple(problems))


def _read_place(kind: fields.PlaceRef, raw: Raw, context: Context) -> Reading:
    text = cell_text(raw)
    if not text:
        return EMPTY
    if context.places is None:
        if text.isascii() and text.isdigit() and len(text) in (12, 15):
            return Reading(int(text.ljust(15, "0")))
        return _blocked(ValueMessage.PLACE_NOT_READ, text=text)
    found = context.places.find(text)
    if len(found) == 1:
        return Reading(found[0])
    if not found:
        return _blocked(ValueMessage.PLACE_NOT_READ, text=text)
    choices = "、".join(context.places.label(place) for place in found[:6])
    return _blocked(ValueMessage.PLACE_NOT_CLEAR, text=text, choices=choices)


@lru_cache(16384, typed=True)
def _division(raw: Raw) -> Reading:
    from laborclerk.catalog.divisions import national

    text = plain(cell_text(raw))
    if not text or empty_word(text):
        return _nothing(text)
    found = national().find(text)
    if len(found) == 1:
        return Reading(found[0])
    if not found:
        return _blocked(ValueMessage.PLACE_NOT_READ, text=text)
    choices = "、".join("".join(national().path(code)) for code in found[:6])
    return _blocked(ValueMessage.PLACE_NOT_CLEAR, text=text, choices=choices)


def _read_division(kind: fields.Division, raw: Raw, context: Context) -> Reading:
    return _division(raw)


def _read_reference(kind: fields.Reference, raw: Raw, context: Context) -> Reading:
    text = cell_text(raw)
    return Reading(int(text)) if text.isascii() and text.isdigit() else EMPTY


READERS: dict[type[FieldType], Callable[[Any, Raw, Context], Reading]] = {
    fields.Text: _read_text,
    fields.PersonName: _read_name,
    fields.IdNumber: _read_id,
    fields.Phone: _read_phone,
    fields.Number: _with_cache(numbers_typed.read_number),
    fields.Date: _with_cache(dates_typed.read_date),
    fields.Month: _with_cache(dates_typed.read_month),
    fields.YesNo: _read_yes_no,
    fields.Code: _read_code,
    fields.Codes: _read_codes,
    fields.PlaceRef: _read_place,
    fields.Division: _read_division,
    fields.Reference: _read_reference,
}


def read(field_type: FieldType, raw: Raw, context: Context = NO_CONTEXT) -> Reading:
    """The value of a typed text or a sheet's cell for `field_type`."""
    if type(raw) is float and not isfinite(raw):
        return EMPTY
    return READERS[type(field_type)](field_type, raw, context)


def _show_number(kind: fields.Number, value: Any, context: Context) -> str:
    return numbers_typed.show_number(kind, value)


def _show_codes(kind: fields.Codes, value: Any, context: Context) -> str:
    codes = code_list(kind.codes)
    return "、".join(codes.label(code) for code in str(value).split(","))


def _show_place(kind: fields.PlaceRef, value: Any, context: Context) -> str:
    return context.places.label(value) if context.places else str(value)


def _show_division(kind: fields.Division, value: Any, context: Context) -> str:
    from laborclerk.catalog.divisions import national

    return "".join(national().path(value)) or str(value)


def _as_it_is(kind: FieldType, value: Any, context: Context) -> str:
    return str(value)


SHOWERS: dict[type[FieldType], Callable[[Any, Any, Context], str]] = {
    fields.Text: _as_it_is,
    fields.PersonName: _as_it_is,
    fields.IdNumber: _as_it_is,
    fields.Phone: _as_it_is,
    fields.Number: _show_number,
    fields.Date: _as_it_is,
    fields.Month: _as_it_is,
    fields.YesNo: lambda kind, value, context: "是" if value else "否",
    fields.Code: lambda kind, value, context: code_list(kind.codes).label(value),
    fields.Codes: _show_codes,
    fields.PlaceRef: _show_place,
    fields.Division: _show_division,
    fields.Reference: _as_it_is,
}


def show(field_type: FieldType, value: Value, context: Context = NO_CONTEXT) -> str:
    """How a stored value reads on screen and paper; '' for None. Units are not shown with numbers:
    they stand in the label."""
    if value is None:
        return ""
    return SHOWERS[type(field_type)](field_type, value, context)
