"""Statutory retirement ages, and who counts as labour force under a named, dated rule.

Decision of the Standing Committee of the National People's Congress of 2024-09-13, in force
2025-01-01: men and women of 55 retire one month later per four months of birth, women of 50 one
month per two, until 63, 58 and 55. It speaks of employees; a county chooses a rule per round.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from laborclerk.kernel.dates import age_on, months_between


class Kind(Enum):
    """The three groups of the decision: full years before, first month born affected, months of
    birth per month of delay, greatest delay in months."""

    MAN = (60, "1965-01", 4, 36)
    WOMAN_55 = (55, "1970-01", 4, 36)
    WOMAN_50 = (50, "1975-01", 2, 60)


def delay_months(kind: Kind, birth_month: str) -> int:
    """Months by which the decision delays retirement for `birth_month` (YYYY-MM or a date)."""
    _, first, step, cap = kind.value
    i = months_between(first, birth_month)
    return min(i // step + 1, cap) if i >= 0 else 0


def statutory_age(kind: Kind, birth_month: str) -> tuple[int, int]:
    """Statutory age as (years, months)."""
    years, months = divmod(kind.value[0] * 12 + delay_months(kind, birth_month), 12)
    return years, months


def retirement_month(kind: Kind, birth_month: str) -> str:
    """The month YYYY-MM in which the statutory age is reached."""
    months = kind.value[0] * 12 + delay_months(kind, birth_month)
    index = int(birth_month[:4]) * 12 + int(birth_month[5:7]) - 1 + months
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def reached_on(kind: Kind, birth_date: str) -> str:
    """The day YYYY-MM-DD the statutory age is reached: the birthday's day in that month (the last
    day of a shorter month counts as reached on the first of the next: compare as text)."""
    return f"{retirement_month(kind, birth_date)}-{birth_date[8:10]}"


@dataclass(frozen=True, slots=True)
class LabourRule:
    """Who is of labour-force age. Ages are full years, the upper one inclusive as the forms write
    it (16–60 holds through the year in which one is 60); None = no upper bound. `statutory` takes
    the upper bound from the birth-month table instead."""

    code: str
    name: str
    in_force_from: str
    source: str
    lower: int = 16
    men_upto: int | None = None
    women_upto: int | None = None
    statutory: bool = False
    students: bool = True


LABOUR_RULES: tuple[LabourRule, ...] = (
    LabourRule(
        "statutory-2024",
        "16岁至法定退休年龄(按出生年月,2024-09-13决定)",
        "2025-01-01",
        "全国人民代表大会常务委员会关于实施渐进式延迟法定退休年龄的决定(2024-09-13)",
        statutory=True,
    ),
    LabourRule(
        "16-60-55", "男16–60岁、女16–55岁(旧口径)", "2013-01-01", "金府发〔2013〕42号", 16, 60, 55
    ),
    LabourRule(
        "16-60-50",
        "男16–60岁、女16–50岁,不含在校生",
        "2013-01-01",
        "岳政办字[2013]13号",
        16,
        60,
        50,
        students=False,
    ),
    LabourRule("16-up", "16岁及以上,不设上限", "2017-01-01", "国家统计局劳动力调查口径"),
)


def labour_rule(code: str) -> LabourRule:
    """The preset `code`; KeyError when there is none."""
    for rule in LABOUR_RULES:
        if rule.code == code:
            return rule
    raise KeyError(code)


def labour_age(
    rule: LabourRule, sex: str | None, birth_date: str, on: str, student: bool = False
) -> bool:
    """Whether somebody is of labour-force age under `rule` on the day `on`.

    `sex` is '1'/'2' (unknown counts as a man), dates are YYYY-MM-DD, `student` says whether the
    person is at school. Under the statutory rule women count with 55 as the age before the
    decision: farmers are no employees, and 55 is what the older rules used. Ability is not judged.
    """
    if student and not rule.students:
        return False
    age = age_on(birth_date, on)
    if age < rule.lower:
        return False
    if rule.statutory:
        kind = Kind.WOMAN_55 if sex == "2" else Kind.MAN
        return on < reached_on(kind, birth_date)
    upto = rule.women_upto if sex == "2" else rule.men_upto
    return upto is None or age <= upto
