"""Retirement months of the 2024-09-13 decision, and the labour-force rules."""

import csv
from pathlib import Path

import pytest

from laborclerk.catalog.retirement import (
    LABOUR_RULES,
    Kind,
    delay_months,
    labour_age,
    labour_rule,
    retirement_month,
    statutory_age,
)

TABLE = Path(__file__).parents[2] / "data" / "retirement_age_by_birth_month.csv"
NAMES = {
    "男职工": Kind.MAN,
    "原法定退休年龄55周岁女职工": Kind.WOMAN_55,
    "原法定退休年龄50周岁女职工": Kind.WOMAN_50,
}


def test_every_month_of_the_published_table_agrees() -> None:
    with TABLE.open(encoding="utf-8", newline="") as lines:
        next(lines)
        rows = list(csv.DictReader(lines))
    assert len(rows) == 401
    for row in rows:
        kind, month = NAMES[row["kind"]], row["birth_month"]
        assert delay_months(kind, month) == int(row["delay_months"]), row
        assert retirement_month(kind, month) == row["retirement_month"], row
        years, months = statutory_age(kind, month)
        assert f"{years}岁" + (f"{months}个月" if months else "") == row["statutory_age"], row


@pytest.mark.parametrize(
    ("kind", "born", "retires"),
    [
        (Kind.MAN, "1965-01", "2025-02"),
        (Kind.MAN, "1965-12", "2026-03"),
        (Kind.MAN, "1995-12", "2058-12"),
        (Kind.WOMAN_55, "1971-04", "2026-08"),
        (Kind.WOMAN_55, "2000-12", "2058-12"),
        (Kind.WOMAN_50, "1995-12", "2050-12"),
        (Kind.MAN, "1963-12", "2023-12"),
        (Kind.MAN, "1964-02", "2024-02"),
        (Kind.WOMAN_55, "1963-04", "2018-04"),
        (Kind.MAN, "1976-09", "2039-09"),
    ],
)
def test_the_published_examples(kind: Kind, born: str, retires: str) -> None:
    assert retirement_month(kind, born) == retires


@pytest.mark.parametrize(
    ("rule", "sex", "born", "on", "student", "counts"),
    [
        ("16-60-55", "1", "2010-11-22", "2026-11-22", False, True),  # 16 today
        ("16-60-55", "1", "2010-11-23", "2026-11-22", False, False),
        ("16-60-55", "1", "1965-11-23", "2026-11-22", False, True),  # still 60
        ("16-60-55", "1", "1965-11-22", "2026-11-22", False, False),  # 61 today
        ("16-60-55", "2", "1970-11-23", "2026-11-22", False, True),
        ("16-60-55", "2", "1970-11-22", "2026-11-22", False, False),
        ("16-60-50", "2", "1975-11-23", "2026-11-22", False, True),
        ("16-60-50", "2", "1975-11-22", "2026-11-22", False, False),
        ("16-60-50", "1", "2008-01-01", "2026-11-22", True, False),
        ("16-60-55", "1", "2008-01-01", "2026-11-22", True, True),
        ("statutory-2024", "1", "1966-09-15", "2027-03-14", False, True),
        ("statutory-2024", "1", "1966-09-15", "2027-03-15", False, False),
        ("statutory-2024", "2", "1971-04-10", "2026-08-09", False, True),
        ("statutory-2024", "2", "1971-04-10", "2026-08-10", False, False),
        ("16-up", "1", "1930-01-01", "2026-11-22", False, True),
        ("16-up", None, "2015-01-01", "2026-11-22", False, False),
    ],
)
def test_who_is_of_labour_force_age(
    rule: str, sex: str | None, born: str, on: str, student: bool, counts: bool
) -> None:
    assert labour_age(labour_rule(rule), sex, born, on, student) is counts


def test_every_rule_is_named_and_dated() -> None:
    assert len({r.code for r in LABOUR_RULES}) == 4
    assert all(r.name and r.in_force_from and r.source for r in LABOUR_RULES)
