"""What a row of a ledger says of somebody's work: dates as exact as they are told, the income in
yuan a month whatever its column's unit, the trade as people call it and its class."""

from __future__ import annotations

import re
from dataclasses import replace

from laborclerk.catalog.codes import code_list
from laborclerk.catalog.fields import Date, Month, Value
from laborclerk.catalog.values import Context, read
from laborclerk.features.census.sheet_rows import SheetRows
from laborclerk.features.work import rules
from laborclerk.features.work.columns import (
    ABROAD,
    DAILY,
    END,
    FORM,
    MONTHLY,
    SPELL,
    START,
    YEAR,
    YEARLY,
)
from laborclerk.kernel.dates import month_end
from laborclerk.kernel.errors import Message, Problem, Severity

FARMING = "7"  # of the code list employment_form: no work spell
DAY_ONLY, MONTH_ONLY, YEAR_ONLY = "d", "m", "y"  # of the code list date_known
_RANK = {DAY_ONLY: 0, MONTH_ONLY: 1, YEAR_ONLY: 2}
_YEAR = re.compile(r"(\d{4})\s*年?")


class LedgerProblem(Message):
    """Why a row of a ledger is refused, or what a clerk should look at."""

    LEDGER_NOBODY = "登记里没有“{name}”({number})。请先把这张表按“入户调查”导入,再按这一种导入"
    LEDGER_SEVERAL = "本村有{count}个“{name}”。请填证件号码"
    LEDGER_NAME = "证件号码登记的是“{known}”,表里是“{name}”。请核对"
    LEDGER_NO_START = "没有开始时间,也没有年度。请补上开始时间"
    LEDGER_TWICE = "与第{row}行是同一人同一段务工。请核对后只留一行"
    LEDGER_TWO_INCOMES = "月收入{month}元与年收入折合的每月{year}元相差太多。请核对单位"
    LEDGER_CLOSED = "原来在{employer}的务工没有结束日期,已按换单位记到{end}"


class LedgerRows:
    """The rows of one ledger."""

    def __init__(self, rows: SheetRows, today: str) -> None:
        self.rows = rows
        self.today = today

    def of(self, i: int, county: str) -> tuple[dict[str, Value] | None, list[Problem]]:
        """What row `i` says of a spell; None when it says that nobody works."""
        rows = self.rows
        said: dict[str, Value] = {
            f.name: value
            for key, f in rows.fields.items()
            if f.record == SPELL and key in rows.values and key not in (START, END)
            and (value := rows.value(key, i)) not in (None, "")
        }  # fmt: skip
        if rows.value(FORM, i) == FARMING or rows.value("work_months", i) == 0:
            return None, []
        year = rows.value(YEAR, i)
        incomes = [rows.value(k, i) for k in (MONTHLY, YEARLY, DAILY)]
        telling = ("place", "employer_name", "months", "trade")
        if not any(said.get(k) for k in telling) and not any(incomes):
            return None, []
        problems: list[Problem] = []
        self._trade(said)
        self._where(i, said, county)
        self._dates(i, said, year if isinstance(year, int) else None, problems)
        self._income(i, said, problems)
        said |= rules.derived(said, county)
        return said, problems

    def _trade(self, said: dict[str, Value]) -> None:
        """The trade as people call it stays as the job; its class where it is known."""
        told = said.pop("trade", None)
        if isinstance(told, str):
            trades = code_list("occupation")
            found = trades.recognise(told)
            if found:
                said["trade"] = found
            if not found or told not in (found, trades.label(found)):
                said.setdefault("job", told)

    def _where(self, i: int, said: dict[str, Value], county: str) -> None:
        if self.rows.value(ABROAD, i) is True and not said.get("place"):
            said["scope"] = "5"
        if said.get("scope") == "1" and not said.get("place") and county:
            said["place"] = county.ljust(12, "0")

    def _dates(
        self, i: int, said: dict[str, Value], year: int | None, problems: list[Problem]
    ) -> None:
        degree = "d"
        for key, name, last in ((START, "start", False), (END, "end", True)):
            if key not in self.rows.values:
                continue
            text = self.rows.text(key, i)
            day, known, problem = read_ledger_date(text, self.today, last=last)
            if problem is not None:
                problems.append(self.rows.at(problem, i, key))
            if day is not None:
                said[name] = day
                degree = vaguer(degree, known)
        if "start" not in said and year is not None:
            # a yearly ledger: at work in that year, the month unknown
            said["start"], degree = f"{year}-01-01", YEAR_ONLY
            if f"{year}" < self.today[:4]:
                said.setdefault("end", f"{year}-12-31")
        if "start" not in said:
            problem = Problem(LedgerProblem.LEDGER_NO_START)
            problems.append(self.rows.at(problem, i, START))
            return
        said.setdefault("dates_known", degree)

    def _income(self, i: int, said: dict[str, Value], problems: list[Problem]) -> None:
        """Yuan a month from whichever column speaks; two that contradict each other are asked."""
        months = said.get("months")
        worked = months if isinstance(months, int) else None
        told: list[tuple[int, str, str]] = []
        for key in (MONTHLY, YEARLY, DAILY):
            value = self.rows.value(key, i)
            match = next((m for m in self.rows.proposal.matches if m.key == key), None)
            if not isinstance(value, int) or match is None:
                continue
            unit = {MONTHLY: rules.MONTH, YEARLY: rules.YEAR, DAILY: rules.DAY}[key]
            amount = value * 10_000
            if key == YEARLY and match.scale >= 10_000:
                amount, unit = value, rules.WAN_YEAR
            told.append((amount, unit, key))
        for amount, unit, key in told:
            doubt = rules.income_doubt(amount, unit, worked)
            if doubt is not None:
                problems.append(self.rows.at(replace(doubt, severity=Severity.BLOCK), i, key))
        if not told:
            return
        amount, unit, _ = told[0]
        said |= {
            "income_told": amount, "income_unit": unit,
            "income": rules.monthly(amount, unit, worked),
        }  # fmt: skip
        if len(told) > 1:
            one, two = (rules.monthly(a, u, worked) for a, u, _ in told[:2])
            if max(one, two) > 1.5 * min(one, two):
                params = {"month": f"{one:,}", "year": f"{two:,}"}
                problem = Problem(LedgerProblem.LEDGER_TWO_INCOMES, params)
                problems.append(self.rows.at(problem, i, told[1][2]))


def read_ledger_date(
    text: str, today: str, *, last: bool = False
) -> tuple[str | None, str, Problem | None]:
    """The day a cell says, how far it is known, or why it cannot be read. Of a month or a year
    the first day is taken, or with `last` the last."""
    if not text:
        return None, "", None
    year = _YEAR.fullmatch(text)
    if year and 1950 <= int(year[1]) <= int(today[:4]):
        return f"{year[1]}-12-31" if last else f"{year[1]}-01-01", YEAR_ONLY, None
    day = read(Date(), text, Context(today=today))
    if isinstance(day.value, str) and not day.problems:
        return day.value, DAY_ONLY, None
    month = read(Month(), text, Context(today=today))
    if isinstance(month.value, str) and not month.problems:
        return month_end(month.value) if last else f"{month.value}-01", MONTH_ONLY, None
    return None, "", (day.problems or month.problems)[0]


def vaguer(one: str, other: str) -> str:
    """The less exact of two degrees."""
    return max((one, other), key=lambda degree: _RANK.get(degree, 0))
