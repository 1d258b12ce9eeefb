"""Days and months in the habits clerks and sheets have: 2026-11-20, 2026.11.20, 20261120,
2026/1/2, 2026年1月2日, and the serial numbers of spreadsheets."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from laborclerk.kernel.errors import Message, Problem, Severity

_DAY = re.compile(
    r"(\d{4})\s*[-./年\\]\s*(\d{1,2})\s*[-./月\\]\s*(\d{1,2})\s*[日号]?(?:[T\s]+[\d:.]+)?"
)
_MONTH = re.compile(r"(\d{4})\s*[-./年\\]\s*(\d{1,2})\s*月?份?")
_SERIAL_ZERO = date(1899, 12, 30)
_FIRST_YEAR, _LAST_YEAR = 1850, 2150

Read = tuple[str | None, list[Problem], list[Problem]]


class DateMessage(Message):
    """What can be wrong with a day or a month."""

    DATE_UNKNOWN = "“{text}”看不出是哪一天。请按 2026-11-20 的样子填写"
    DATE_IMPOSSIBLE = "没有“{text}”这一天。请核对年、月、日"
    DATE_MONTH_ONLY = "“{text}”只有年月,缺少日。请补填到日,如 {example}"
    DATE_YEAR_ONLY = "“{text}”只有年份。请补填到日,如 {text}-11-20"
    DATE_YEAR = "“{text}”的年份不合理。请按四位年份填写,如 2026-11-20"
    DATE_SERIAL = "已把表格里的数字 {text} 读作 {value},请留意"
    MONTH_UNKNOWN = "“{text}”看不出是哪一个月。请按 2026-11 的样子填写"
    MONTH_AMBIGUOUS = "数字 {text} 可能是1月也可能是10月。请把该列设为文本,按 2026-01 填写"


def _wrong(message: DateMessage, text: str, **params: str) -> Read:
    return None, [], [Problem(message, {"text": text, **params})]


def _day(year: str, month: str, day: str, text: str) -> Read:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return _wrong(DateMessage.DATE_IMPOSSIBLE, text)
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        return _wrong(DateMessage.DATE_YEAR, text)
    return found.isoformat(), [], []


def _serial(number: int) -> Read:
    found = (_SERIAL_ZERO + timedelta(days=number)).isoformat()
    params = {"text": str(number), "value": found}
    return found, [Problem(DateMessage.DATE_SERIAL, params, Severity.HINT)], []


def read_date(kind: object, raw: object) -> Read:
    """A day as YYYY-MM-DD from plain text, a number cell or a date cell."""
    if isinstance(raw, datetime):
        return raw.date().isoformat(), [], []
    if isinstance(raw, date):
        return raw.isoformat(), [], []
    if isinstance(raw, float) and not raw.is_integer():
        if 3000 <= raw < 80000:  # a serial with a time of day
            return _serial(int(raw))
        return _month_only(repr(raw))
    text = str(int(raw)) if isinstance(raw, float) else str(raw)
    if text.isascii() and text.isdigit():
        if len(text) == 8:
            return _day(text[:4], text[4:6], text[6:], text)
        if len(text) == 4 and 1900 <= int(text) <= _LAST_YEAR:
            return _wrong(DateMessage.DATE_YEAR_ONLY, text)
        if len(text) == 6:
            return _month_only(f"{text[:4]}-{text[4:]}", text)
        if 3000 <= int(text) < 80000:
            return _serial(int(text))
        return _wrong(DateMessage.DATE_UNKNOWN, text)
    match = _DAY.fullmatch(text)
    if match:
        return _day(match[1], match[2], match[3], text)
    return _month_only(text)


def _month_only(text: str, shown: str | None = None) -> Read:
    match = _MONTH.fullmatch(text)
    if match and 1 <= int(match[2]) <= 12:
        example = f"{match[1]}-{int(match[2]):02d}-20"
        return _wrong(DateMessage.DATE_MONTH_ONLY, shown or text, example=example)
    if re.fullmatch(r"\d{2}\s*[-./年]\s*\d{1,2}\s*[-./月]\s*\d{1,2}\s*日?", text):
        return _wrong(DateMessage.DATE_YEAR, text)
    return _wrong(DateMessage.DATE_UNKNOWN, shown or text)


def read_month(kind: object, raw: object) -> Read:
    """A month as YYYY-MM; a full day gives its month."""
    if isinstance(raw, float) and not raw.is_integer() and raw < 3000:
        text = repr(raw)
        if re.fullmatch(r"\d{4}\.1", text):
            return _wrong(DateMessage.MONTH_AMBIGUOUS, text)
        raw = text
    text = str(int(raw)) if isinstance(raw, float) else str(raw)
    match = _MONTH.fullmatch(text) or re.fullmatch(r"(\d{4})(\d{2})", text)
    if match:
        if not (1 <= int(match[2]) <= 12 and _FIRST_YEAR <= int(match[1]) <= _LAST_YEAR):
            return _wrong(DateMessage.MONTH_UNKNOWN, text)
        return f"{match[1]}-{int(match[2]):02d}", [], []
    value, notices, problems = read_date(kind, raw)
    if value is None:
        return _wrong(DateMessage.MONTH_UNKNOWN, text)
    return value[:7], notices, problems
