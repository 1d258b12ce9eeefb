"""Reads the number of an identity document: mends what a keyboard or a sheet did to it, checks it,
and takes birth date, sex and first county from it.

An import runs this 60,000 times, so the parts of a resident number are looked up in tables: the
check digit (GB 11643-1999, ISO 7064 MOD 11-2) is a sum modulo 11 over county, birth date and
sequence, each remembered.
"""

from __future__ import annotations

import csv
import math
import re
import unicodedata
from datetime import date
from functools import cache
from typing import NamedTuple

from laborclerk.kernel.errors import Message, Problem, Severity
from laborclerk.kernel.resources import resource

# codes of the list id_type
RESIDENT = "01"
FIRST_GENERATION = "02"
HK_MACAO = "03"
TAIWAN = "04"
FOREIGNER = "05"
DISABILITY = "06"
BIRTH = "07"
TEMPORARY = "09"
OTHER = "99"

_CHECK = "10X98765432"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_PERMITS = {"810000": HK_MACAO, "820000": HK_MACAO, "830000": TAIWAN}
_PLACES = {"810000": "香港", "820000": "澳门", "830000": "台湾"}


class IdMessage(Message):
    """What can be wrong with a document number."""

    ID_CHECK_DIGIT = "公民身份号码第18位应为 {right},请核对原件"
    ID_LENGTH = "号码是 {count} 位,{kind}应为 {expected} 位。请核对是否多录或漏录"
    ID_CHARACTERS = "号码“{number}”里有不该出现的字符“{bad}”。请对照原件重录"
    ID_DATE = "号码第7至14位“{digits}”不是真实的出生日期。请核对原件"
    ID_DATE_FIRST = "15位号码第7至12位“{digits}”不是真实的出生日期。请核对原件"
    ID_FUTURE = "号码里的出生日期 {date} 还没有到。请核对原件,并检查电脑日期"
    ID_COUNTY = "号码前6位“{county}”不在历年县级代码表中。请核对原件,无误可保留"
    ID_ROUNDED = (
        "号码“{shown}”在表格里被当作数字,末几位已经丢失,不能采用。请把该列设为文本格式,对照原件重录"
    )
    ID_KIND = "号码不像{kind}的号码。请核对证件类型和号码"
    ID_DISABILITY_KIND = "残疾证号第19位(类别1–7)或第20位(等级1–4)是“{digits}”。请核对原件"
    ID_MENDED = "已把号码里的{what}改正为“{value}”,请留意"
    ID_OLD = "这是15位旧号码,换发后的号码应为 {value}。请尽量登记18位号码"


class IdReading(NamedTuple):
    """What a number says. `value` is the mended number (kept beside a BLOCK problem too, so that an
    unfinished form can hold it; None when empty or lost by rounding), `kind` a code of id_type,
    `birth_date` YYYY-MM-DD, `sex` '1'/'2', `county_code` six digits. `notices` tell what was mended
    (HINT), `problems` hold BLOCK and WARN."""

    value: str | None
    kind: str | None = None
    birth_date: str | None = None
    sex: str | None = None
    county_code: str | None = None
    notices: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()


def _sum(digits: str, start: int) -> int:
    return sum(int(d) * _WEIGHTS[start + i] for i, d in enumerate(digits)) % 11


_SEQUENCES: dict[str, tuple[int, str]] = {
    f"{n:03d}": (_sum(f"{n:03d}", 14), "1" if n % 2 else "2") for n in range(1000)
}


class _Births(dict[str, "tuple[int, str] | None"]):
    """YYYYMMDD → (its share of the check sum, ISO date); None when no such day."""

    def __missing__(self, digits: str) -> tuple[int, str] | None:
        found = None
        if digits.isascii() and digits.isdigit() and digits >= "18000101":
            try:
                day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
                found = (_sum(digits, 6), day.isoformat())
            except ValueError:
                pass
        if len(self) < 100_000:
            self[digits] = found
        return found


_BIRTHS = _Births()


class County(NamedTuple):
    """A six-digit code of GB/T 2260, today's or an abolished one."""

    name: str
    current: bool
    share: int


@cache
def _counties() -> dict[str, County]:
    path = resource("divisions", "county_codes.csv")
    with path.open(encoding="utf-8", newline="") as lines:
        next(lines)
        return {
            row["code"]: County(row["name"], row["current"] == "1", _sum(row["code"], 0))
            for row in csv.DictReader(lines)
            if not row["code"].endswith("0000")
        }


def county_of(code: str | None) -> County | None:
    """The county a number's first six digits name, abolished ones included."""
    return _counties().get(code or "")


def check_digit(first17: str) -> str:
    """The 18th character for 17 digits, GB 11643-1999."""
    return _CHECK[_sum(first17, 0)]


def upgraded(first_generation: str) -> str:
    """The 18-character number of a 15-digit one (born 19xx)."""
    first17 = first_generation[:6] + "19" + first_generation[6:]
    return first17 + check_digit(first17)


def read_id_number(raw: object, kind: str | None = None, today: str | None = None) -> IdReading:
    """Reads a typed number or a sheet's cell. `kind` is the document kind already known (code of
    id_type) or None to tell it from the number; `today` is YYYY-MM-DD, by default the machine's."""
    if type(raw) is str and len(raw) == 18 and (kind is None or kind == RESIDENT):
        fast = _read_clean(raw, today)
        if fast is not None:
            return fast
    if isinstance(raw, bool) or raw is None:
        return IdReading(None)
    if isinstance(raw, int | float):
        return _from_number(raw, kind, today)
    text, what = _mend(str(raw))
    if not text:
        return IdReading(None)
    if re.fullmatch(r"\d(\.\d*)?E\+?\d+", text):
        return IdReading(None, problems=(Problem(IdMessage.ID_ROUNDED, {"shown": text}),))
    reading = _read_text(text, kind, today)
    if what:
        mended = Problem(
            IdMessage.ID_MENDED, {"what": "、".join(what), "value": text}, Severity.HINT
        )
        reading = reading._replace(notices=(mended, *reading.notices))
    return reading


def _read_clean(number: str, today: str | None) -> IdReading | None:
    """The common case, everything right; None sends the number through the long way."""
    if not number.isascii():
        return None
    county = _counties().get(number[:6])
    birth = _BIRTHS[number[6:14]]
    sequence = _SEQUENCES.get(number[14:17])
    if county is None or birth is None or sequence is None:
        return None
    if _CHECK[(county.share + birth[0] + sequence[0]) % 11] != number[17]:
        return None
    if birth[1] > (today or date.today().isoformat()):
        return None
    return IdReading(number, RESIDENT, birth[1], sequence[1], number[:6])


def _from_number(raw: int | float, kind: str | None, today: str | None) -> IdReading:
    """A number cell: 15 digits survive in a spreadsheet, 16 and more do not."""
    if not math.isfinite(raw):  # an empty number cell
        return IdReading(None)
    if raw == int(raw) and 0 <= raw < 10**15:
        return _read_text(str(int(raw)), kind, today)
    shown = str(int(raw)) if raw == int(raw) else repr(raw)
    return IdReading(None, problems=(Problem(IdMessage.ID_ROUNDED, {"shown": shown}),))


def _mend(text: str) -> tuple[str, list[str]]:
    """The number as it was meant, and what had to be mended (in a clerk's words)."""
    what: list[str] = []
    bare = text.strip()
    if bare.startswith("="):
        bare = bare[1:].strip()
        what.append("等号")
    if bare[:1] in "'\"‘’“”`" or bare[-1:] in "'\"‘’“”`":
        bare = bare.strip("'\"‘’“”`")
        what.append("引号")
    out: list[str] = []
    for char in bare:
        if char.isascii() and char.isalnum():
            if char == "x":
                what.append("小写 x")
            out.append(char.upper())
            continue
        if char in "ХхΧχ×✕":  # Cyrillic, Greek, multiplication sign
            out.append("X")
            what.append("不规范的 X")
            continue
        plain = unicodedata.normalize("NFKC", char)
        if plain != char and plain.isascii() and plain.isalnum():
            out.append(plain.upper())
            what.append("全角字符")
        elif char.isspace() or not char.strip() or unicodedata.category(char) in ("Cf", "Cc"):
            what.append("空格或看不见的字符")
        elif char in "-‐‑‒–—―−_·" or plain == "-":
            what.append("连接号")
        else:
            out.append(char)
    return "".join(out), list(dict.fromkeys(what))


def _read_text(text: str, kind: str | None, today: str | None) -> IdReading:
    today = today or date.today().isoformat()
    kind = kind if kind not in (None, "") else _kind_of(text)
    if kind in (RESIDENT, FIRST_GENERATION, HK_MACAO, TAIWAN) or (
        kind == FOREIGNER and len(text) == 18
    ):
        return _resident(text, kind, today)
    if kind == DISABILITY:
        return _disability(text, today)
    if kind == FOREIGNER:
        return _shaped(text, kind, r"[A-Z]{3}\d{12}", "15 或 18")
    if kind == BIRTH:
        return _shaped(text, kind, r"[A-Z]\d{9}", "10")
    if kind == TEMPORARY:
        return _shaped(text, kind, r"LS[0-9A-Z]{4,18}", "6–20")
    if kind == OTHER:
        return _shaped(text, kind, r"[0-9A-Z]{4,30}", "4–30")
    return _resident(text, RESIDENT, today)


def _kind_of(text: str) -> str | None:
    if len(text) in (20, 22) and text[:17].isdigit():
        return DISABILITY
    if len(text) == 18 and text[:6] in _PERMITS:
        return _PERMITS[text[:6]]
    if len(text) == 18 and text[0] == "9" and text.isascii() and text[:17].isdigit():
        return FOREIGNER
    if len(text) == 15 and text.isdigit():
        return FIRST_GENERATION
    if re.fullmatch(r"[A-Z]{3}\d{12}", text):
        return FOREIGNER
    if re.fullmatch(r"LS[0-9A-Z]{4,18}", text):
        return TEMPORARY
    if re.fullmatch(r"[A-Z]\d{9}", text):
        return BIRTH
    return None


def _label(kind: str) -> str:
    from laborclerk.catalog.codes import code_list

    return code_list("id_type").label(kind)


def _shaped(text: str, kind: str, shape: str, expected: str) -> IdReading:
    if re.fullmatch(shape, text):
        return IdReading(text, kind)
    if expected.isdigit() and len(text) != int(expected):
        return _wrong_length(text, kind, expected)
    return IdReading(text, kind, problems=(Problem(IdMessage.ID_KIND, {"kind": _label(kind)}),))


def _wrong_length(text: str, kind: str, expected: str) -> IdReading:
    params = {"count": len(text), "kind": _label(kind), "expected": expected}
    return IdReading(text, kind, problems=(Problem(IdMessage.ID_LENGTH, params),))


def _bad_character(text: str, kind: str, last_may_be_x: bool) -> IdReading | None:
    for place, char in enumerate(text):
        if char in "0123456789" or (last_may_be_x and char == "X" and place == 17):
            continue
        params = {"number": text, "bad": char}
        return IdReading(text, kind, problems=(Problem(IdMessage.ID_CHARACTERS, params),))
    return None


def _resident(text: str, kind: str, today: str) -> IdReading:
    """18 characters or the 15 of the first generation."""
    if len(text) == 15 and kind in (RESIDENT, FIRST_GENERATION):
        return _first_generation(text, today)
    if len(text) != 18:
        expected = "15" if kind == FIRST_GENERATION else "18"
        return _wrong_length(text, kind, expected)
    bad = _bad_character(text, kind, True)
    if bad:
        return bad
    if kind in (RESIDENT, FIRST_GENERATION):
        kind = _PERMITS.get(text[:6], RESIDENT)
    elif kind in (HK_MACAO, TAIWAN) and _PERMITS.get(text[:6]) != kind:
        return IdReading(text, kind, problems=(Problem(IdMessage.ID_KIND, {"kind": _label(kind)}),))
    problems: list[Problem] = []
    county = text[:6]
    if kind == FOREIGNER:
        if text[0] != "9":
            problems.append(Problem(IdMessage.ID_KIND, {"kind": _label(kind)}))
    elif county not in _PERMITS and county not in _counties():
        problems.append(Problem(IdMessage.ID_COUNTY, {"county": county}, Severity.WARN))
    birth = _BIRTHS[text[6:14]]
    born = birth[1] if birth else None
    if born is None:
        problems.append(Problem(IdMessage.ID_DATE, {"digits": text[6:14]}))
    elif born > today:
        problems.append(Problem(IdMessage.ID_FUTURE, {"date": born}))
    right = check_digit(text[:17])
    if right != text[17] and text.endswith("000"):
        return IdReading(None, problems=(Problem(IdMessage.ID_ROUNDED, {"shown": text}),))
    if right != text[17]:
        problems.append(Problem(IdMessage.ID_CHECK_DIGIT, {"right": right}))
    sex = _SEQUENCES[text[14:17]][1]
    known = county if kind == RESIDENT else None
    return IdReading(text, kind, born, sex, known, problems=tuple(problems))


def _first_generation(text: str, today: str) -> IdReading:
    bad = _bad_character(text, FIRST_GENERATION, False)
    if bad:
        return bad
    problems: list[Problem] = []
    if text[:6] not in _counties():
        problems.append(Problem(IdMessage.ID_COUNTY, {"county": text[:6]}, Severity.WARN))
    birth = _BIRTHS["19" + text[6:12]]
    if birth is None:
        problems.append(Problem(IdMessage.ID_DATE_FIRST, {"digits": text[6:12]}))
        return IdReading(text, FIRST_GENERATION, problems=tuple(problems))
    newer = Problem(IdMessage.ID_OLD, {"value": upgraded(text)}, Severity.HINT)
    sex = _SEQUENCES[text[12:15]][1]
    return IdReading(text, FIRST_GENERATION, birth[1], sex, text[:6], (newer,), tuple(problems))


def _disability(text: str, today: str) -> IdReading:
    """The holder's 18 characters, category and grade, and B1…Bn on reissue."""
    if len(text) not in (20, 22):
        return _wrong_length(text, DISABILITY, "20 或 22")
    holder = _resident(text[:18], RESIDENT, today)
    problems = list(holder.problems)
    if text[18] not in "1234567" or text[19] not in "1234":
        problems.append(Problem(IdMessage.ID_DISABILITY_KIND, {"digits": text[18:20]}))
    if len(text) == 22 and not re.fullmatch(r"B\d", text[20:]):
        problems.append(Problem(IdMessage.ID_KIND, {"kind": _label(DISABILITY)}))
    return holder._replace(value=text, kind=DISABILITY, problems=tuple(problems))


def same_person_key(value: str) -> str:
    """One form for the 15-, 18-, 20- and 22-character numbers of one person, for finding doubles;
    any other number is its own key."""
    if len(value) in (20, 22) and value[:17].isdigit():
        return value[:18]
    if len(value) == 15 and value.isdigit():
        return upgraded(value)
    return value


def mask(value: str) -> str:
    """The number as it may be posted in public: first six and last four characters."""
    if len(value) <= 10:
        return value[:1] + "*" * (len(value) - 1)
    return f"{value[:6]}{'*' * (len(value) - 10)}{value[-4:]}"
