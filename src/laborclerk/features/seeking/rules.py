"""Where a registration as a job seeker stands on a day, and what must hold of one (B5).

Pure functions over plain facts. What is merely odd is told, never refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from laborclerk.catalog.codes import code_list
from laborclerk.catalog.fields import Value
from laborclerk.features.census.form import WORKING_AGE_FROM, age, gone
from laborclerk.features.work.rules import plausible
from laborclerk.kernel.dates import months_later
from laborclerk.kernel.errors import Message, Problem, Severity

Facts = Mapping[str, Value]
BLOCK, WARN, HINT = Severity.BLOCK, Severity.WARN, Severity.HINT
PLACED_BY, RENEWED = "1", "3"  # of the code list seeking_end
PLACES = ("wanted_place", "second_place", "third_place")


class State(StrEnum):
    """Where a registration stands."""

    OPEN = "open"
    PLACED = "placed"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


STATES = {
    State.OPEN: "有效", State.PLACED: "已就业", State.WITHDRAWN: "已注销", State.EXPIRED: "已过期",
}  # fmt: skip


class SeekingCheck(Message):
    """What the checks of a registration say."""

    SEEKING_NO_DAY = "没有填登记日期。请补上"
    SEEKING_LATE_DAY = "登记日期{day}还没有到。请核对"
    SEEKING_NO_UNTIL = "没有填有效期。请补上"
    SEEKING_UNTIL_EARLY = "有效期至{until},早于登记日期{day}。请核对"
    SEEKING_UNTIL_LATE = "有效期至{until},超过了{months}个月({rule}止)。请核对,或按本县规定改"
    SEEKING_OVER = "这份登记{until}已过期。请问本人还找不找工作:还找的重新登记,不找的注销"
    SEEKING_NO_JOB = "没有填求职工种,也没有具体岗位。请问清楚想做什么"
    SEEKING_PLACE_GAP = "“{label}”前面的意向地区空着。请从第一个填起"
    SEEKING_CHILD = "登记时{age}周岁:未满16周岁,不得介绍就业(禁止使用童工规定)。请核对出生日期"
    SEEKING_GONE = "此人已{state}。请核对,或注销这份登记"
    SEEKING_UNABLE = "此人登记的劳动能力是“{ability}”。请核对"
    SEEKING_INCOME = "期望月收入{income}元,不像一个月的收入。请核对单位(元,不是万元)"
    SEEKING_TRAINING = "填了培训项目,培训意愿却是否。请核对"
    SEEKING_END_REASON = "填了注销日期。请选注销原因"
    SEEKING_REASON_NO_END = "填了注销原因,没有注销日期。请补上"
    SEEKING_END_EARLY = "注销日期{closed}早于登记日期{day}。请核对"
    SEEKING_END_LATE = "注销日期{closed}还没有到。请核对"


@dataclass(frozen=True, slots=True)
class Validity:
    """From `valid_from` on a registration holds `months`; what ends within `warn_days` is shown
    as ending soon."""

    valid_from: str
    months: int
    warn_days: int
    source: str

    def until(self, registered: str) -> str:
        """The last day of a registration."""
        return months_later(registered, self.months)


def validity_on(rules: Sequence[Validity], day: str) -> Validity:
    """The rule in force on a day; the first one for a day before all."""
    held = [r for r in rules if r.valid_from <= day] or list(rules[:1])
    return max(held, key=lambda r: r.valid_from)


def state_on(seeking: Facts, begun: Iterable[str], on: str) -> State:
    """Where a registration stands on the day `on`; `begun` are the first days of the person's work
    spells. Who began to work while it held was placed, whoever found the job."""
    closed, reason = _text(seeking, "closed"), _text(seeking, "close_reason")
    if closed and closed <= on:
        item = code_list("seeking_end").item(reason)
        placed = item is not None and item.extra.get("state") == State.PLACED
        return State.PLACED if placed else State.WITHDRAWN
    first, last = _text(seeking, "registered"), _text(seeking, "valid_until") or "9999"
    if any(first <= day <= min(last, on) for day in begun):
        return State.PLACED
    return State.EXPIRED if last < on else State.OPEN


def check_seeking(seeking: Facts, person: Facts, on: str, validity: Validity) -> list[Problem]:
    """All problems of one registration on the day `on`."""
    found = [*_days(seeking, on, validity), *_wish(seeking), *_ending(seeking, on)]
    return [*found, *_person(seeking, person, on)]


def _text(facts: Facts, key: str) -> str:
    value = facts.get(key)
    return value if isinstance(value, str) else ""


def _at(message: SeekingCheck, field: str, severity: Severity = WARN, **params: object) -> Problem:
    return Problem(message, params, severity).at(field=field)


def _days(seeking: Facts, on: str, validity: Validity) -> Iterator[Problem]:
    day, until = _text(seeking, "registered"), _text(seeking, "valid_until")
    if not day:
        yield _at(SeekingCheck.SEEKING_NO_DAY, "registered", BLOCK)
    elif day > on:
        yield _at(SeekingCheck.SEEKING_LATE_DAY, "registered", BLOCK, day=day)
    if not until:
        yield _at(SeekingCheck.SEEKING_NO_UNTIL, "valid_until", BLOCK)
    elif day and until < day:
        yield _at(SeekingCheck.SEEKING_UNTIL_EARLY, "valid_until", BLOCK, until=until, day=day)
    elif day and until > validity.until(day):
        rule = validity.until(day)
        yield _at(
            SeekingCheck.SEEKING_UNTIL_LATE, "valid_until", until=until, months=validity.months,
            rule=rule,
        )  # fmt: skip
    if until and day <= until < on and not seeking.get("closed"):
        yield _at(SeekingCheck.SEEKING_OVER, "valid_until", until=until)


def _wish(seeking: Facts) -> Iterator[Problem]:
    if not seeking.get("wanted_jobs") and not seeking.get("wanted_post"):
        yield _at(SeekingCheck.SEEKING_NO_JOB, "wanted_jobs")
    given = [bool(seeking.get(key)) for key in PLACES]
    for n, key in enumerate(PLACES):
        if given[n] and not all(given[:n]):
            yield _at(SeekingCheck.SEEKING_PLACE_GAP, key, label=key)
    income = seeking.get("expected_income")
    if isinstance(income, int) and income and not plausible(income):
        yield _at(SeekingCheck.SEEKING_INCOME, "expected_income", income=f"{income:,}")
    if seeking.get("wanted_training") and seeking.get("wants_training") is False:
        yield _at(SeekingCheck.SEEKING_TRAINING, "wants_training")


def _ending(seeking: Facts, on: str) -> Iterator[Problem]:
    day, closed = _text(seeking, "registered"), _text(seeking, "closed")
    if closed and not seeking.get("close_reason"):
        yield _at(SeekingCheck.SEEKING_END_REASON, "close_reason", BLOCK)
    if seeking.get("close_reason") and not closed:
        yield _at(SeekingCheck.SEEKING_REASON_NO_END, "closed", BLOCK)
    if closed and closed < day:
        yield _at(SeekingCheck.SEEKING_END_EARLY, "closed", BLOCK, closed=closed, day=day)
    if closed > on:
        yield _at(SeekingCheck.SEEKING_END_LATE, "closed", BLOCK, closed=closed)


def _person(seeking: Facts, person: Facts, on: str) -> Iterator[Problem]:
    """Too young to be found work for (order 364, article 2); gone; unable."""
    day = _text(seeking, "registered") or on
    years = age(person, day)
    if years is not None and years < WORKING_AGE_FROM:
        yield _at(SeekingCheck.SEEKING_CHILD, "registered", BLOCK, age=max(years, 0))
    if seeking.get("closed"):
        return
    if gone(person):
        state = code_list("presence").label(_text(person, "presence"))
        yield _at(SeekingCheck.SEEKING_GONE, "person", state=state)
    ability = code_list("work_ability").item(_text(person, "work_ability"))
    if ability is not None and ability.extra.get("able") == "none":
        yield _at(SeekingCheck.SEEKING_UNABLE, "person", ability=ability.short)
