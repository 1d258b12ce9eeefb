"""Unified social credit codes (统一社会信用代码, GB 32100-2015), as typed and as met in sheets."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from laborclerk.kernel.errors import Message, Problem

_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I, O, S, V, Z
_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
_ORGANISATION = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714


class CreditCodeProblem(Message):
    """What can be wrong with a code."""

    CREDIT_LENGTH = "统一社会信用代码应为18位,现在是{count}位。请核对营业执照"
    CREDIT_LETTER = "统一社会信用代码第{place}位“{letter}”不对:只用数字和字母,没有 I、O、S、V、Z"
    CREDIT_DIVISION = "统一社会信用代码第3–8位应为登记机关的行政区划数字。请核对营业执照"
    CREDIT_CHECK = "统一社会信用代码末位应为 {digit},或前面有一位写错。请核对营业执照"


class CreditCode(NamedTuple):
    """The code in one spelling, and what is wrong with it."""

    value: str | None
    problems: tuple[Problem, ...] = ()


def check_letter(first_17: str) -> str:
    """The 18th character of a code from its first 17 (GB 32100-2015, 4.5)."""
    total = sum(_LETTERS.index(c) * w for c, w in zip(first_17, _WEIGHTS, strict=True))
    return _LETTERS[-total % 31]


def organisation_check(first_8: str) -> str:
    """The check character of an organisation's number, the 17th of a code (GB 11714)."""
    pairs = zip(first_8, _ORGANISATION_WEIGHTS, strict=True)
    rest = 11 - sum(_ORGANISATION.index(c) * w for c, w in pairs) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


def read_credit_code(text: str | None) -> CreditCode:
    """Read a code: full-width letters, lower case, spaces and hyphens are mended."""
    plain = unicodedata.normalize("NFKC", text or "").upper()
    plain = "".join(c for c in plain if not c.isspace() and c not in "-–—")
    if not plain:
        return CreditCode(None)
    if len(plain) != 18:
        return CreditCode(plain, (Problem(CreditCodeProblem.CREDIT_LENGTH, {"count": len(plain)}),))
    for place, letter in enumerate(plain, 1):
        if letter not in _LETTERS:
            wrong = {"place": place, "letter": letter}
            return CreditCode(plain, (Problem(CreditCodeProblem.CREDIT_LETTER, wrong),))
    if not plain[2:8].isdigit():
        return CreditCode(plain, (Problem(CreditCodeProblem.CREDIT_DIVISION),))
    due = check_letter(plain[:17])
    if due != plain[17]:
        return CreditCode(plain, (Problem(CreditCodeProblem.CREDIT_CHECK, {"digit": due}),))
    return CreditCode(plain)
