"""Dates are ISO text everywhere (`2026-11-20`, months `2026-11`): they compare, store and travel
as text. Here is the little arithmetic the register needs."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta


def is_date(text: str) -> bool:
    """Whether `text` is a real day written YYYY-MM-DD."""
    if len(text) != 10:
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def age_on(birth_date: str, on: str) -> int:
    """Full years (周岁) from `birth_date` to `on`, both YYYY-MM-DD; one is older on the birthday
    itself. Negative when born later."""
    return int(on[:4]) - int(birth_date[:4]) - (on[5:] < birth_date[5:])


def months_between(first: str, later: str) -> int:
    """Whole calendar months from `first` to `later`, each YYYY-MM or YYYY-MM-DD (day ignored)."""
    return (int(later[:4]) - int(first[:4])) * 12 + int(later[5:7]) - int(first[5:7])


def month_end(month: str) -> str:
    """The last day of a month (YYYY-MM)."""
    year, number = int(month[:4]), int(month[5:7])
    return f"{month}-{monthrange(year, number)[1]:02d}"


def day_before(day: str) -> str:
    """The day before one."""
    return days_before(day, 1)


def days_before(day: str, count: int) -> str:
    """The day so many days before one."""
    return (date.fromisoformat(day) - timedelta(days=count)).isoformat()


def months_later(day: str, months: int) -> str:
    """The same day so many months later, or that month's last."""
    at = int(day[:4]) * 12 + int(day[5:7]) - 1 + months
    last = month_end(f"{at // 12:04d}-{at % 12 + 1:02d}")
    return min(f"{last[:8]}{day[8:]}", last)
