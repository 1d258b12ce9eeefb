"""When a fair comes too late, and what its numbers say to each other (004-03, 004-07)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from laborclerk.catalog.fields import Value
from laborclerk.catalog.lunar import lantern_day, lunar_day
from laborclerk.kernel.errors import Common, Message, Problem, Severity

SPRING = 3  # lunar months in which a date after the 15th of the first one still counts as late


class FairProblem(Message):
    """Job fairs."""

    FAIR_LATE = (
        "{date} 是农历{lunar},在正月十五({lantern})之后:要外出的人多半已经走了(004-07)。"
        "请改到正月十五以前,或在“日期说明”里写明原因"
    )
    FAIR_ENDS = "结束日期{ends}早于举办日期{date}。请核对"
    FAIR_FAR = "在县城办,村里人来不了(004-08)。可以同时办到乡镇、村里"
    FAIR_COUNT = "{label}:上报{told:,},名单上{listed:,},相差{gap:,}。请核对,数字照原样保留"


def check_fair(fair: Mapping[str, Value]) -> list[Problem]:
    """What is wrong with a fair, and whether it comes after people have left. Later in the year
    (after the third lunar month) no date is late: the next wave leaves after the next new year."""
    found = [
        Problem(Common.REQUIRED, {"label": label}).at(field=key)
        for key, label in (("name", "招聘会名称"), ("date", "举办日期"), ("venue_place", "举办地"))
        if not fair.get(key)
    ]
    date, ends = str(fair.get("date") or ""), str(fair.get("ends") or "")
    if date and ends and ends < date:
        said = {"date": date, "ends": ends}
        found.append(Problem(FairProblem.FAIR_ENDS, said).at(field="ends"))
    if is_late(date) and not fair.get("reason"):
        day = lunar_day(date)
        params = {
            "date": date, "lunar": day.text if day else "", "lantern": lantern_day(int(date[:4])),
        }  # fmt: skip
        found.append(Problem(FairProblem.FAIR_LATE, params, Severity.WARN).at(field="date"))
    return found


def is_late(date: str) -> bool:
    """Whether a day is after the 15th of the first lunar month, in the season of leaving."""
    day = lunar_day(date) if date else None
    if day is None or day.month > SPRING:
        return False
    return (day.month, day.day) > (1, 15) or (day.month == 1 and day.leap)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the funnel: what was counted on the day and told, and what the lists give; each
    with its unit (X-01)."""

    key: str
    label: str
    unit: str
    told: int | None
    listed: int

    @property
    def count(self) -> int:
        """The number a rate is made of: what was told, else the lists'."""
        return self.listed if self.told is None else self.told

    @property
    def problem(self) -> Problem | None:
        """That both differ; neither is ever corrected (X-05)."""
        if self.told is None or self.listed == 0 or self.told == self.listed:
            return None
        params = {"label": self.label, "told": self.told, "listed": self.listed,
                  "gap": abs(self.told - self.listed)}  # fmt: skip
        return Problem(FairProblem.FAIR_COUNT, params, Severity.WARN)


def rate(part: int, whole: int) -> int | None:
    """`part` of `whole` in thousandths, rounded; None of nothing."""
    return None if whole == 0 else (part * 2000 + whole) // (2 * whole)
