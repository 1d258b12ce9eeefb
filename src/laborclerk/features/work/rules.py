"""What must hold of a work spell (B2), and how an income is turned into yuan a month.

Pure functions over plain facts. Every check names its source; a spell is never refused for what
is merely odd, only for what cannot be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from laborclerk.catalog.codes import code_list
from laborclerk.catalog.divisions import national
from laborclerk.catalog.fields import Value
from laborclerk.features.census.form import age
from laborclerk.features.census.person_rules import scope_of
from laborclerk.kernel.errors import Message, Problem, Severity

Facts = Mapping[str, Value]
BLOCK, WARN, HINT = Severity.BLOCK, Severity.WARN, Severity.HINT

# 月计薪天数 21.75 days of 8 hours (劳社部发〔2008〕3号)
DAYS, HOURS = Decimal("21.75"), Decimal("21.75") * 8
LOW, HIGH = 300, 50_000  # yuan a month outside of which the unit is asked about (B2, unit trap)
MONTH, WAN_YEAR, YEAR, DAY, HOUR, WAN_MONTH = "1", "2", "3", "4", "5", "6"  # code list income_unit
# the five that a working person must have (V3 5_01_007, 5_12_006)
NEEDED = ("income", "employer_name", "industry", "channel", "point_to_point")


class SpellCheck(Message):
    """What the checks of a work spell say."""

    SPELL_NEEDS = "在务工的应填“{label}”"
    SPELL_NO_PLACE = "没有填务工所在地。请补上,境外填国家"
    SPELL_NO_START = "有务工地点而没有开始日期。只知年月的填1日"
    SPELL_NO_INCOME = "没有填收入。请问明是月收入还是年收入,单位是元还是万元"
    SPELL_ENDS_EARLY = "结束日期{end}早于开始日期{start}。请核对"
    SPELL_STARTS_LATE = "开始日期{start}还没有到。准备外出的请等出发后再记"
    SPELL_ENDS_LATE = "结束日期{end}还没有到。还在务工的请空着"
    SPELL_MONTHS = "务工月数{months}多于这段时间的{most}个月。请核对"
    SPELL_OVERLAPS = "与{start}起在{where}的务工时间重叠。换了单位的请先给上一段填结束日期"
    SPELL_CHILD = "开始时{age}岁:未满16周岁不得就业(禁止使用童工规定)。请核对出生日期"
    SPELL_UNABLE = "{ability}却在务工。请核对劳动能力"
    SPELL_PUPIL = "在校生({stage})却在务工。请核对在校情况"
    SPELL_SCOPE = "务工所在地是{place},就业地点应为“{scope}”。请核对"
    SPELL_INCOME_ODD = "按“{unit}”折合每月{income}元。请核对单位{fits}"
    SPELL_END_REASON = "填了结束日期。请选结束(返乡)原因"
    SPELL_REASON_NO_END = "填了结束(返乡)原因,没有结束日期。请补上"
    SPELL_ORGANISED = "渠道是“{channel}”,却记为{organised}。请核对"
    SPELL_POINT = "渠道是“{channel}”,却记为点对点输送。请核对"
    SPELL_GONE = "此人已{state},务工却没有结束。请填结束日期"


# -- income ------------------------------------------------------------------------------------


@cache
def _unit(code: str) -> tuple[int, str]:
    item = code_list("income_unit").item(code)
    return (int(item.extra["yuan"]), item.extra["period"]) if item else (1, "month")


def monthly(told: int, unit: str, months: int | None = None) -> int:
    """Yuan a month of an income told as `told` ten-thousandths of `unit`. A year's income is
    spread over the months worked in it where they are known, else over twelve."""
    yuan, period = _unit(unit)
    amount = Decimal(told) / 10_000 * yuan
    worked = months if months and 1 <= months <= 12 else 12
    factor = {"month": Decimal(1), "year": Decimal(1) / worked, "day": DAYS, "hour": HOURS}[period]
    return int((amount * factor).to_integral_value(ROUND_HALF_UP))


def plausible(income: int) -> bool:
    """Whether yuan a month is an income one meets."""
    return LOW <= income <= HIGH


def fitting_units(told: int, months: int | None = None) -> list[str]:
    """The units under which a told number is an income one meets, most usual first."""
    usual = (MONTH, WAN_YEAR, YEAR, DAY, HOUR, WAN_MONTH)
    return [unit for unit in usual if plausible(monthly(told, unit, months))]


def income_doubt(told: int, unit: str, months: int | None = None) -> Problem | None:
    """Why an income should be asked about: the trap of month and year, yuan and 万元."""
    income = monthly(told, unit, months)
    if plausible(income):
        return None
    units = code_list("income_unit")
    others = [units.label(u) for u in fitting_units(told, months) if u != unit][:2]
    fits = f":像是{'或'.join(others)}" if others else ""
    params = {"unit": units.label(unit), "income": f"{income:,}", "fits": fits}
    return Problem(SpellCheck.SPELL_INCOME_ODD, params, WARN).at(field="income_told")


# -- what follows from other fields ------------------------------------------------------------


@cache
def organised_channel(channel: str | None) -> bool | None:
    """Whether a channel is organised (X-02): by government, agency or employer, not by oneself."""
    item = code_list("channel").item(channel or "")
    return item.extra.get("b8") != "self" if item else None


@cache
def sector_of(industry: str | None) -> str | None:
    """第一、二、三产业 of an industry."""
    item = code_list("industry").item(industry or "")
    return (item.extra.get("sector") or None) if item else None


def derived(spell: Facts, home_county: str) -> dict[str, Value]:
    """What the other fields say of those left empty: scope, sector, organised, income."""
    found: dict[str, Value] = {}
    place, told = spell.get("place"), spell.get("income_told")
    if isinstance(place, str) and place and not spell.get("scope") and home_county:
        found["scope"] = scope_of(place, home_county)
    if not spell.get("sector") and (sector := sector_of(_text(spell, "industry"))):
        found["sector"] = sector
    if spell.get("organised") is None:
        organised = organised_channel(_text(spell, "channel"))
        if organised is not None:
            found["organised"] = organised
    unit, months = _text(spell, "income_unit"), spell.get("months")
    if spell.get("income") is None and isinstance(told, int) and unit:
        found["income"] = monthly(told, unit, months if isinstance(months, int) else None)
    return found


def _text(facts: Facts, key: str) -> str | None:
    value = facts.get(key)
    return value if isinstance(value, str) and value else None


# -- checks ------------------------------------------------------------------------------------


def check_spell(
    spell: Facts, person: Facts, others: Sequence[Facts], on: str, home_county: str = ""
) -> list[Problem]:
    """All problems of one spell on the day `on`; `others` are the person's other spells."""
    found: list[Problem] = []
    for rule in (_place_and_time, _needed, _dates, _income, _ending, _channel, _scope(home_county)):
        found += rule(spell, on)
    found += _person(spell, person, on)
    found += _overlaps(spell, others)
    return found


def running(spell: Facts, on: str) -> bool:
    """Whether a spell covers a day."""
    start, end = _text(spell, "start"), _text(spell, "end")
    return start is not None and start <= on and (end is None or end >= on)


def _at(message: SpellCheck, field: str, severity: Severity = WARN, **params: object) -> Problem:
    return Problem(message, params, severity).at(field=field)


def _place_and_time(spell: Facts, on: str) -> Iterator[Problem]:
    """Place without time or time without place is an error (V2 rule 13; V4 55)."""
    if not spell.get("place"):
        known = bool(spell.get("scope"))  # 省外, without saying where
        yield _at(SpellCheck.SPELL_NO_PLACE, "place", WARN if known else BLOCK)
    if not spell.get("start"):
        yield _at(SpellCheck.SPELL_NO_START, "start", BLOCK)


def _needed(spell: Facts, on: str) -> Iterator[Problem]:
    """Now working: income, firm, industry, channel, point to point (V3 5_01_007, 5_12_006)."""
    if not running(spell, on):
        if spell.get("income") is None:  # months without income (V4 53)
            yield _at(SpellCheck.SPELL_NO_INCOME, "income")
        if not spell.get("employer_name"):  # months without firm (V4 56)
            yield _at(SpellCheck.SPELL_NEEDS, "employer_name", label="employer_name")
        return
    for key in NEEDED:
        if spell.get(key) in (None, ""):
            if key == "income":
                yield _at(SpellCheck.SPELL_NO_INCOME, key)
            else:
                yield _at(SpellCheck.SPELL_NEEDS, key, label=key)


def _dates(spell: Facts, on: str) -> Iterator[Problem]:
    """Start before end, none in the future; months that fit (V4 44)."""
    start, end, months = _text(spell, "start"), _text(spell, "end"), spell.get("months")
    if start and end and end < start:
        yield _at(SpellCheck.SPELL_ENDS_EARLY, "end", BLOCK, start=start, end=end)
    if start and start > on:
        yield _at(SpellCheck.SPELL_STARTS_LATE, "start", BLOCK, start=start)
    if end and end > on:
        yield _at(SpellCheck.SPELL_ENDS_LATE, "end", end=end)
    if isinstance(months, int) and start and (end is None or end >= start):
        last = min(end, on) if end else on
        most = (int(last[:4]) - int(start[:4])) * 12 + int(last[5:7]) - int(start[5:7]) + 1
        if most >= 0 and months > most:
            yield _at(SpellCheck.SPELL_MONTHS, "months", months=months, most=most)


def _income(spell: Facts, on: str) -> Iterator[Problem]:
    """月/年, 元/万元 (B2)."""
    told, unit, income = spell.get("income_told"), _text(spell, "income_unit"), spell.get("income")
    months = spell.get("months")
    if isinstance(told, int) and unit:
        doubt = income_doubt(told, unit, months if isinstance(months, int) else None)
        if doubt is not None:
            yield doubt
    elif isinstance(income, int) and not plausible(income):
        doubt = income_doubt(income * 10_000, MONTH)
        assert doubt is not None
        yield doubt.at(field="income")


def _ending(spell: Facts, on: str) -> Iterator[Problem]:
    """An end has its reason, a reason its end (B2 返乡时间、返乡原因)."""
    if spell.get("end") and not spell.get("return_reason"):
        yield _at(SpellCheck.SPELL_END_REASON, "return_reason")
    if spell.get("return_reason") and not spell.get("end"):
        yield _at(SpellCheck.SPELL_REASON_NO_END, "end", BLOCK)


def _channel(spell: Facts, on: str) -> Iterator[Problem]:
    """Organised and point-to-point agree with the channel (X-02)."""
    channel = _text(spell, "channel")
    organised, by_channel = spell.get("organised"), organised_channel(channel)
    if channel is None or by_channel is None:
        return
    label = code_list("channel").label(channel)
    if organised is not None and organised != by_channel and channel != "7":
        said = "有组织输出" if organised else "自发外出"
        yield _at(SpellCheck.SPELL_ORGANISED, "organised", channel=label, organised=said)
    if spell.get("point_to_point") is True and not by_channel:
        yield _at(SpellCheck.SPELL_POINT, "point_to_point", channel=label)


def _scope(home_county: str) -> Callable[[Facts, str], Iterator[Problem]]:
    def rule(spell: Facts, on: str) -> Iterator[Problem]:
        """The place and 县内/县外/省外/境外 agree (B1)."""
        place, scope = _text(spell, "place"), _text(spell, "scope")
        if place and scope and len(home_county) >= 6 and scope_of(place, home_county) != scope:
            expected = code_list("work_place_scope").label(scope_of(place, home_county))
            where = national().full_name(place) or place
            yield _at(SpellCheck.SPELL_SCOPE, "scope", place=where, scope=expected)

    return rule


def _person(spell: Facts, person: Facts, on: str) -> Iterator[Problem]:
    """Too young (order 364), unable (V3 2_01_015, V4 58), at school (V3 4_12_002), gone."""
    start = _text(spell, "start")
    years = age(person, start) if start else None
    if years is not None and 0 <= years < 16:
        yield _at(SpellCheck.SPELL_CHILD, "start", age=years)
    if not running(spell, on):
        return
    ability = code_list("work_ability").item(str(person.get("work_ability") or ""))
    if ability is not None and ability.extra.get("able") == "none":
        yield _at(SpellCheck.SPELL_UNABLE, "person", ability=ability.short)
    stage = code_list("in_school").item(str(person.get("in_school") or ""))
    if stage is not None and stage.extra.get("stage") != "none":
        yield _at(SpellCheck.SPELL_PUPIL, "person", stage=stage.short)
    presence = code_list("presence").item(str(person.get("presence") or ""))
    if presence is not None and presence.extra.get("gone") == "1":
        yield _at(SpellCheck.SPELL_GONE, "end", state=presence.short)


def _overlaps(spell: Facts, others: Sequence[Facts]) -> Iterator[Problem]:
    """Two spells at once: mostly a job that was left without its end being entered."""
    start, end = _text(spell, "start"), _text(spell, "end") or "9999"
    for other in others:
        first, last = _text(other, "start"), _text(other, "end") or "9999"
        if start and first and start <= last and first <= end:
            where = national().full_name(_text(other, "place") or "") or "别处"
            yield _at(SpellCheck.SPELL_OVERLAPS, "start", start=first, where=where)
            return
