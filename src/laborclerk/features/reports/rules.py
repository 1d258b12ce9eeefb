"""Told figures checked against each other, and how shares and means are worked out.

Figures that were told are compared and shown, never mended (X-05, 002-01, 002-10, 002-12): a
relation such as `8955+0+249+636=9840` or `3.18亿/8.16万=3916` either holds or has a difference.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from laborclerk.kernel.errors import Message, reject

_NUMBER = re.compile(r"\s*(\d+(?:,\d{3})*|\d+)(\.\d+)?\s*([万亿%％]*)")
_UNITS = {
    "": Fraction(1), "万": Fraction(10**4), "亿": Fraction(10**8), "万亿": Fraction(10**12),
    "%": Fraction(1, 100),
}  # fmt: skip
_SAME = str.maketrans("＋－×÷＝（）％，﹦xX*", "+-*/=()%,=***")


class ToldProblem(Message):
    """A relation that cannot be read."""

    RELATION_UNREAD = "“{text}”看不懂。请写成 8955+0+249+636=9840 或 3.18亿/8.16万=3916"


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation of told figures: what its left side makes, what was told, both exact. It `holds`
    when the left side, rounded as finely as the right one was told, is the right one."""

    text: str
    left: Fraction
    right: Fraction
    step: Fraction  # how finely the right side was told: 1 of 3,916, 0.001 of 18.5%

    @property
    def made(self) -> Fraction:
        """The left side rounded as the right one was told, halves up."""
        return (self.left / self.step + Fraction(1, 2)).__floor__() * self.step

    @property
    def holds(self) -> bool:
        return self.made == self.right

    @property
    def difference(self) -> Fraction:
        return self.made - self.right

    @property
    def said(self) -> str:
        """The result in one sentence."""
        if self.holds:
            return f"{self.text} 相符"
        gap = shown(abs(self.difference), self.step)
        more = "少" if self.difference > 0 else "多"
        return f"{self.text} 不符：算得{shown(self.made, self.step)}，所报{more}了{gap}，照原样列出"


def shown(value: Fraction, step: Fraction) -> str:
    """A figure as it would be told: 18.5% of 0.185, 25,472 of 25472."""
    if step < 1 and (step * 100).denominator in (1, 10, 100) and step.denominator >= 100:
        places = {1: 0, 10: 1, 100: 2}[(step * 100).denominator]
        return f"{float(value * 100):,.{places}f}%"
    places = 0 if step >= 1 else len(str(step.denominator)) - 1
    return f"{float(value):,.{places}f}"


def check_told(text: str) -> Relation:
    """Check a relation of told figures: + - * / and brackets on the left, one figure on the right,
    with 万, 亿 and %. Raises Rejected when it cannot be read."""
    left, equals, right = text.translate(_SAME).partition("=")
    try:
        if not equals:
            raise ValueError(text)
        made = _Reader(left).whole()
        told, step = _figure(right)
    except (ValueError, ZeroDivisionError, RecursionError):
        raise reject(ToldProblem.RELATION_UNREAD, text=text.strip()) from None
    return Relation(text.strip(), made, told, step)


def _figure(text: str) -> tuple[Fraction, Fraction]:
    """A single figure and how finely it was told."""
    found = _NUMBER.fullmatch(text.strip())
    if found is None or found[3] not in _UNITS:
        raise ValueError(text)
    whole, places, unit = found[1].replace(",", ""), found[2] or "", _UNITS[found[3]]
    step = unit / 10 ** max(0, len(places) - 1)
    return Fraction(whole + places) * unit, step


class _Reader:
    """Works out the left side, exactly."""

    def __init__(self, text: str) -> None:
        self._rest = text.strip()

    def whole(self) -> Fraction:
        value = self._sum()
        if self._rest:
            raise ValueError(self._rest)
        return value

    def _taken(self, signs: str) -> str:
        self._rest = self._rest.lstrip()
        sign = self._rest[:1]
        if not sign or sign not in signs:
            return ""
        self._rest = self._rest[1:]
        return sign

    def _sum(self) -> Fraction:
        value = self._product()
        while sign := self._taken("+-"):
            other = self._product()
            value = value + other if sign == "+" else value - other
        return value

    def _product(self) -> Fraction:
        value = self._one()
        while sign := self._taken("*/"):
            other = self._one()
            value = value * other if sign == "*" else value / other
        return value

    def _one(self) -> Fraction:
        if self._taken("("):
            value = self._sum()
            if not self._taken(")"):
                raise ValueError(self._rest)
            return value
        found = _NUMBER.match(self._rest)
        if found is None:
            raise ValueError(self._rest)
        self._rest = self._rest[found.end() :]
        return _figure(found[0])[0]


def rate(part: int, whole: int) -> int | None:
    """`part` of `whole` in thousandths, rounded; None of nothing."""
    return None if whole == 0 else (part * 2000 + whole) // (2 * whole)


def percent(thousandths: int | None) -> str:
    """81.0% of 810 thousandths, '' of None."""
    return "" if thousandths is None else f"{thousandths / 10:.1f}%"


def mean(total: int, count: int) -> int | None:
    """The mean, rounded; None of nobody."""
    return None if count == 0 else (2 * total + count) // (2 * count)


def months_ago(on: str, months: int) -> str:
    """The last day on which somebody must have begun to be there `months` whole months on a day."""
    at = int(on[:4]) * 12 + int(on[5:7]) - 1 - months
    return f"{at // 12:04d}-{at % 12 + 1:02d}{on[7:]}"
