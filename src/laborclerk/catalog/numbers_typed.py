"""Numbers with units and separators, and telephone numbers, as clerks and sheets write them."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from laborclerk.catalog.cells import cell_text
from laborclerk.catalog.fields import Number
from laborclerk.kernel.errors import Message, Problem, Severity

_NUMBER = re.compile(r"([-+]?[\d,]*\.?\d+|[\d,]+\.)\s*([万千百]?)\s*(\D*)")
_UNITS = re.compile(
    r"(?:元|圆|块|亩|人|户|岁|周岁|个|月|年|天|日|次|份|条|小时|分|%|/|每|左右|整|钱|厘米|公斤|cm|kg|\s)+",
    re.IGNORECASE,
)
_SCALES = {"万": 10000, "千": 1000, "百": 100}

Read = tuple[int | None, list[Problem], list[Problem]]


class NumberMessage(Message):
    """What can be wrong with a number or a telephone number."""

    NUMBER_UNKNOWN = "“{text}”不是数字。请只填数字{unit}"
    NUMBER_RANGE = "{text} 超出范围,应在 {minimum} 至 {maximum}{unit}之间。请核对单位和位数"
    NUMBER_INTERVAL = "“{text}”是一个范围。请填一个数,如 {example}"
    NUMBER_ROUNDED = "“{text}”已四舍五入为 {value}"
    NUMBER_SCALED = "已把“{text}”换算为 {value}{unit},请留意"
    PHONE_LENGTH = "手机号有 {count} 位,应为 11 位。请核对"
    PHONE_UNKNOWN = "“{text}”不像电话号码。手机填 11 位,座机填区号加号码,如 0870-3120000"
    PHONE_SEVERAL = "有几个号码,只取第一个 {value},其余({others})请记在备注里"
    PHONE_MASKED = "号码“{text}”被遮盖了几位。请填完整号码"


def _in_units(kind: Number, value: Decimal | int) -> str:
    return f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"


def read_number(kind: Number, raw: object) -> Read:
    """A number scaled by 10**places; bounds in shown units are checked (BLOCK, value kept)."""
    text = cell_text(raw)
    notices: list[Problem] = []
    if isinstance(raw, bool):
        return None, [], [Problem(NumberMessage.NUMBER_UNKNOWN, {"text": text, "unit": ""})]
    if isinstance(raw, int):
        amount = Decimal(raw)
    elif isinstance(raw, float):
        amount = Decimal(repr(raw))
    else:
        found = _amount(kind, text, notices)
        if isinstance(found, Problem):
            return None, [], [found]
        amount = found
    exact = amount.scaleb(kind.places)
    scaled = int(exact.to_integral_value(ROUND_HALF_UP))
    if exact != scaled:
        params = {"text": text, "value": show_number(kind, scaled)}
        notices.append(Problem(NumberMessage.NUMBER_ROUNDED, params, Severity.HINT))
    if not kind.minimum <= amount <= kind.maximum:
        params = {
            "text": text,
            "minimum": _in_units(kind, kind.minimum),
            "maximum": _in_units(kind, kind.maximum),
            "unit": f" {kind.unit}" if kind.unit else "",
        }
        fits = abs(scaled) < 2**63
        return scaled if fits else None, notices, [Problem(NumberMessage.NUMBER_RANGE, params)]
    return scaled, notices, []


def _amount(kind: Number, text: str, notices: list[Problem]) -> Decimal | Problem:
    unit = f"({kind.unit})" if kind.unit else ""
    interval = re.match(r"(\d[\d,.]*)\s*[—~至到-]+\s*(\d[\d,.]*)", text)
    if interval:
        params = {"text": text, "example": interval[1]}
        return Problem(NumberMessage.NUMBER_INTERVAL, params)
    bare = re.sub(r"^\s*(人民币|大约|约|[¥¥$])\s*", "", text)
    match = _NUMBER.fullmatch(bare)
    rest = match[3].replace(kind.unit, "") if match and kind.unit else match[3] if match else "?"
    if not match or (rest.strip() and not _UNITS.fullmatch(rest.strip())):
        return Problem(NumberMessage.NUMBER_UNKNOWN, {"text": text, "unit": unit})
    try:
        amount = Decimal(match[1].replace(",", ""))
    except InvalidOperation:
        return Problem(NumberMessage.NUMBER_UNKNOWN, {"text": text, "unit": unit})
    scale = match[2]
    if scale and not kind.unit.startswith(scale):
        amount *= _SCALES[scale]
        params = {"text": text, "value": f"{amount.normalize():,f}", "unit": f" {kind.unit}"}
        notices.append(Problem(NumberMessage.NUMBER_SCALED, params, Severity.HINT))
    return amount


def show_number(kind: Number, value: int) -> str:
    """The stored integer in shown units, with thousands separators, decimals as declared."""
    return f"{Decimal(value).scaleb(-kind.places):,.{kind.places}f}"


def read_phone(kind: object, raw: object) -> tuple[str | None, list[Problem], list[Problem]]:
    """A mobile number as 11 digits, a land line as area code, hyphen, number."""
    text = re.sub(r"^\(?(\+|00)86\)?[\s-]*", "", cell_text(raw))
    parts = [p for p in re.split(r"[/、,,;;\n]+|\s{2,}|\s(?=1\d{10})|或", text) if p.strip()]
    if not parts:
        return None, [], []
    if "*" in parts[0]:
        return None, [], [Problem(NumberMessage.PHONE_MASKED, {"text": text})]
    value, problem = _phone(parts[0])
    problems = [problem] if problem else []
    if len(parts) > 1 and value:
        params = {"value": value, "others": "、".join(p.strip() for p in parts[1:])}
        problems.append(Problem(NumberMessage.PHONE_SEVERAL, params, Severity.WARN))
    return value, [], problems


def _phone(text: str) -> tuple[str | None, Problem | None]:
    digits = re.sub(r"[\s().·_—–-]", "", text)
    digits = re.sub(r"^86(?=1[3-9]\d{9})", "", digits)
    if not (digits.isascii() and digits.isdigit()):
        return None, Problem(NumberMessage.PHONE_UNKNOWN, {"text": text.strip()})
    if re.fullmatch(r"01[3-9]\d{9}", digits):
        digits = digits[1:]
    if re.fullmatch(r"1[3-9]\d{9}", digits):
        return digits, None
    line = re.fullmatch(r"(010|02\d|0[3-9]\d{2})([2-8]\d{6,7})(\d{0,4})", digits)
    if line:
        return f"{line[1]}-{line[2]}" + (f"-{line[3]}" if line[3] else ""), None
    if re.fullmatch(r"[2-8]\d{6,7}", digits):
        return digits, None
    if digits.startswith("1"):
        return digits, Problem(NumberMessage.PHONE_LENGTH, {"count": len(digits)})
    return digits, Problem(NumberMessage.PHONE_UNKNOWN, {"text": text.strip()})
