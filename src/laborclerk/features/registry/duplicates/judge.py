"""The rule: whether two persons may be one, why, and how much speaks for it. Pure facts in and out.

- The same number in any form is certain, unless it is a wrong number under two unlike names.
- The same name, birth date and sex is likely; where both have a valid number and the numbers
  differ, hardly: they are namesakes, or one number was copied wrongly.
- Names alike by sound or in all characters but one are likely in one household or with one
  telephone. Brothers' names are alike too: one character that differs counts only where neither
  the birth dates lie apart nor both number and birth date say that they are two.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from operator import ne
from typing import NamedTuple

from laborclerk.catalog.idnumber import check_digit, read_id_number, upgraded
from laborclerk.catalog.sound import heard, sound
from laborclerk.kernel.errors import Severity

SAME_ID, NAME_BIRTH = "same_id", "name_birth"
SAME_NAME, SAME_SOUND = "same_name", "same_sound"
NEAR_SOUND, ONE_CHARACTER = "near_sound", "one_character"
HOUSEHOLD, PHONE = "same_household", "same_phone"
NAMES_DIFFER, NUMBERS_DIFFER, NUMBERS_CLOSE = "names_differ", "numbers_differ", "numbers_close"

# what is told of each, the first one of a pair gives it its kind
REASONS = {
    SAME_ID: "证件号码相同",
    NAME_BIRTH: "姓名、出生日期、性别相同",
    SAME_NAME: "姓名相同",
    SAME_SOUND: "姓名同音",
    NEAR_SOUND: "姓名读音相近",
    ONE_CHARACTER: "姓名只差一个字",
    HOUSEHOLD: "在同一户",
    PHONE: "电话相同",
    NAMES_DIFFER: "但姓名不同",
    NUMBERS_DIFFER: "但两个号码都有效、各不相同,多半是重名",
    NUMBERS_CLOSE: "两个号码都有效,只差几位,可能录错一个",
}
CERTAIN = 90  # the least score of a certain pair
_CLOSE = 2  # digits that a copying mistake changes, the check digit aside


class Facts(NamedTuple):
    """What is compared of a person; `number` as it stands, `card` a disability certificate."""

    id: int
    household: int | None
    name: str | None
    number: str | None
    card: str | None
    sex: str | None
    birth: str | None
    phone: str | None


class Judgement(NamedTuple):
    """Why two may be one: codes of REASONS, the score 0–100."""

    reasons: tuple[str, ...]
    score: int

    @property
    def certain(self) -> bool:
        return self.score >= CERTAIN


@lru_cache(20_000)
def number_key(number: str) -> str:
    """What all forms of a resident's number have in common: 17 digits; a number of another kind,
    or one whose check digit is wrong, has only itself. (model.number_key asks for no check.)"""
    if len(number) == 15 and number.isdigit() and number.isascii():
        return number[:6] + "19" + number[6:15]
    first = number[:17]
    if len(number) in (18, 20, 22) and first.isdigit() and first.isascii():
        return first if check_digit(first) == number[17] else number
    return number


@lru_cache(20_000)
def _whole(number: str) -> str:
    """The number in its one form, '' when it cannot be anybody's."""
    text = number[:18] if len(number) in (20, 22) and number[:17].isdigit() else number
    if len(text) == 15 and text.isdigit():
        text = upgraded(text)
    reading = read_id_number(text)
    bad = reading.value is None or any(p.severity is Severity.BLOCK for p in reading.problems)
    return "" if bad else text


def _numbers(facts: Facts, crowded: Collection[str]) -> set[str]:
    number = None if facts.number in crowded else facts.number
    return {number_key(n) for n in (number, facts.card) if n}


def alike(one: str | None, other: str | None) -> str | None:
    """SAME_NAME, SAME_SOUND, ONE_CHARACTER, NEAR_SOUND, or None. Sounds are compared without tones;
    near is what the south-west hears alike (see catalog.sound)."""
    if not one or not other:
        return None
    if one == other:
        return SAME_NAME
    if sound(one) == sound(other):
        return SAME_SOUND
    if len(one) == len(other) > 1 and sum(map(ne, one, other)) == 1:
        return ONE_CHARACTER
    return NEAR_SOUND if heard(one) == heard(other) else None


def judge(
    a: Facts,
    b: Facts,
    *,
    crowded: Collection[str] = (),
    name_says: bool = True,
    phone_says: bool = True,
    home_says: bool = True,
) -> Judgement | None:
    """Whether a and b may be one. `crowded` are numbers that too many carry to say anything; the
    flags are off where the name with birth date, the telephone or the household that they share is
    too many people's: it counts as not shared then."""
    likeness = alike(a.name, b.name)
    if not _numbers(a, crowded).isdisjoint(_numbers(b, crowded)):
        return _by_number(a, b, likeness)
    if a.sex and b.sex and a.sex != b.sex:
        return None
    known = _whole(a.number or ""), _whole(b.number or "")
    two_numbers = all(known) and known[0] != known[1]
    home = home_says and a.household is not None and a.household == b.household
    phone = phone_says and a.phone is not None and a.phone == b.phone
    near = [code for code, holds in ((HOUSEHOLD, home), (PHONE, phone)) if holds]
    born = a.birth is not None and a.birth == b.birth
    if likeness == SAME_NAME and born and name_says:
        score = 80 + 5 * len(near)
        doubt: tuple[str, ...] = ()
        if two_numbers:
            close = _differing(*known) <= _CLOSE or known[0][6:17] == known[1][6:17]
            score, doubt = (50, (NUMBERS_CLOSE,)) if close else (30, (NUMBERS_DIFFER,))
            score += 5 * len(near)
        return Judgement((NAME_BIRTH, *near, *doubt), score)
    if likeness is None or not near:
        return None
    other_day = bool(a.birth and b.birth) and not born
    apart = other_day and (two_numbers or not _days_close(str(a.birth), str(b.birth)))
    if likeness in (ONE_CHARACTER, NEAR_SOUND) and apart:
        return None
    score = {SAME_NAME: 60, SAME_SOUND: 55, ONE_CHARACTER: 45, NEAR_SOUND: 45}[likeness]
    score += 10 * (len(near) - 1) + 20 * born - 15 * other_day - 30 * two_numbers
    return Judgement((likeness, *near, *((NUMBERS_DIFFER,) if two_numbers else ())), max(score, 5))


def _by_number(a: Facts, b: Facts, likeness: str | None) -> Judgement:
    if likeness == SAME_NAME:
        return Judgement((SAME_ID,), 100)
    if likeness is not None:
        return Judgement((SAME_ID, likeness), 98)
    if not a.name or not b.name:
        return Judgement((SAME_ID,), 95)
    valid = any(_whole(n) for n in (a.number, b.number) if n)
    return Judgement((SAME_ID, NAMES_DIFFER), 90 if valid else 60)


def _days_close(one: str, other: str) -> bool:
    """Birth dates that a slip of the pen or the lunar calendar may part."""
    return one[:4] == other[:4] or _differing(one, other) <= 1


def _differing(one: str, other: str) -> int:
    """In how many of the first 17 characters two numbers differ."""
    if len(one) != len(other):
        return len(one)
    return sum(map(ne, one[:17], other[:17]))


def in_words(reasons: Collection[str]) -> str:
    """The reasons as a clerk reads them."""
    return ",".join(REASONS.get(code, code) for code in reasons)
