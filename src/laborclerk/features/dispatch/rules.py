"""What is asked before a batch leaves: leaders, ages, papers; and how a campaign's figures hold.

Pure functions over plain facts. Amounts that a rule fixes are dated parameters with their source
(`parameters.py` reads them); a batch is never refused for what is only advisable.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from laborclerk.kernel.dates import age_on
from laborclerk.kernel.errors import Message, Problem, Severity

LEAST_AGE = 16  # 禁止使用童工规定 (国务院令364号)
GROWN = 18  # 劳动法 Art 58: 16–18 未成年工
_TOLD_EACH = 3  # members of whom the same is said one by one


class DispatchCheck(Message):
    """What a batch lacks before it leaves."""

    LEADER_MISSING = "{place}有{count}人,还没有带队人。{text}({source})。请指定带队人和电话"
    LEADER_PHONE_MISSING = "{place}的带队人{name}没有电话。请补上,路上要能打通"
    MEMBER_CHILD = "{name}到{day}只有{age}周岁,未满16周岁不能务工(禁止使用童工规定)。请移出本批"
    MEMBER_YOUNG = (
        "{name}{age}周岁,是未成年工:不能下矿井、接触有毒有害和重体力活。请核对岗位,上岗前要体检"
    )
    MEMBER_NO_ID = "{name}没有证件号码,买票、签合同都要用。请补录"
    MEMBER_NO_PHONE = "{name}和紧急联系人都没有电话。请至少补一个"
    MEMBER_NO_CONTACT = "{name}没有紧急联系人。请补录,出了事要找得到家里人"
    MEMBER_UNFIT = "{name}体检不合格。请核实能否做这个岗位"
    MEMBER_NO_CONTRACT = "{name}还没有签合同。请在出发前签好,或写明到厂再签"
    MEMBER_NO_INSURANCE = "{name}没有工伤保险或意外险。请和单位说定"
    MEMBER_TWICE = "{name}同时在“{other}”里({dates})。请核对跟哪一批走"
    MEMBER_GONE = "{name}已撤出登记。请移出本批,或先恢复登记"
    BATCH_LATE = "预计{day}到达,还有{count}人没有确认是否到岗。请打电话核实"
    FIGURES_DIFFER = "上报人均{told}元,按总收入{total}万元÷{people}人算是{mean}元,对不上。请核对"
    PEOPLE_DIFFER = "上报{told}人,名册上到岗{counted}人,对不上。请核对"
    PREPARE_LATE = "准备截止{day}已过,“{name}”还没有填用工协议。请抓紧回访基地、签协议"


@dataclass(frozen=True, slots=True)
class LeaderRule:
    """From when a township's people need a leader: more than `more_than` of them."""

    valid_from: str
    more_than: int
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What the checks ask of one member."""

    id: int
    name: str
    township: int
    status: str
    birth_date: str
    id_number: str
    phone: str
    contact: str
    contact_phone: str
    health_check: str
    contract: str
    injury_insurance: str
    gone: bool = False
    elsewhere: tuple[str, str] | None = None  # another batch at the time: name, dates


def rule_on(rules: Sequence[LeaderRule], day: str) -> LeaderRule | None:
    """The rule in force on a day; None before the first."""
    return max(
        (r for r in rules if r.valid_from <= day), key=lambda r: r.valid_from, default=None
    )  # fmt: skip


def leaders_needed(townships: Iterable[int], rule: LeaderRule | None) -> dict[int, int]:
    """Townships with more people than the rule allows without a leader, with how many (004-20)."""
    if rule is None:
        return {}
    return {t: n for t, n in sorted(Counter(townships).items()) if n > rule.more_than}


def check_leaders(
    townships: Iterable[int],
    leaders: Mapping[int, tuple[str, str]],
    rule: LeaderRule | None,
    names: Mapping[int, str],
) -> Iterator[Problem]:
    """Townships without their leader, leaders without a telephone. `leaders`: (name, phone)."""
    for township, count in leaders_needed(townships, rule).items():
        if township not in leaders:
            assert rule is not None
            yield Problem(
                DispatchCheck.LEADER_MISSING,
                {"place": names.get(township, str(township)), "count": count, "text": rule.text,
                 "source": rule.source},
                Severity.WARN,
            )  # fmt: skip
    for township, (name, phone) in leaders.items():
        if not phone:
            place = names.get(township, str(township))
            params = {"place": place, "name": name}
            yield Problem(DispatchCheck.LEADER_PHONE_MISSING, params, Severity.WARN)


def check_member(facts: Facts, departs: str) -> Iterator[Problem]:
    """What is wrong or missing with one member on the day of departure (YYYY-MM-DD)."""

    def found(message: Message, severity: Severity = Severity.WARN, **params: object) -> Problem:
        made = Problem(message, {"name": facts.name, **params}, severity)
        return made.at(record_type="batch_member", record_id=facts.id)

    check = DispatchCheck
    if facts.gone:
        yield found(check.MEMBER_GONE, Severity.BLOCK)
        return
    if facts.birth_date:
        age = age_on(facts.birth_date, departs)
        if age < LEAST_AGE:
            yield found(check.MEMBER_CHILD, Severity.BLOCK, age=age, day=departs)
        elif age < GROWN:
            yield found(check.MEMBER_YOUNG, age=age)
    if facts.elsewhere:
        other, dates = facts.elsewhere
        yield found(check.MEMBER_TWICE, other=other, dates=dates)
    if not facts.id_number:
        yield found(check.MEMBER_NO_ID)
    if not facts.phone and not facts.contact_phone:
        yield found(check.MEMBER_NO_PHONE)
    if not facts.contact:
        yield found(check.MEMBER_NO_CONTACT, Severity.HINT)
    if facts.health_check == "2":
        yield found(check.MEMBER_UNFIT)
    if facts.contract in ("", "0"):
        yield found(check.MEMBER_NO_CONTRACT, Severity.HINT)
    if facts.injury_insurance in ("", "0"):
        yield found(check.MEMBER_NO_INSURANCE, Severity.HINT)


def late(arrives: str | None, today: str, open_: int) -> Problem | None:
    """Nobody said whether they arrived, though the day is past."""
    if not arrives or today <= arrives or not open_:
        return None
    return Problem(DispatchCheck.BATCH_LATE, {"day": arrives, "count": open_}, Severity.WARN)


def gathered(problems: Sequence[Problem]) -> list[Problem]:
    """What is said of more than three members, said once of all; it stands where the first of
    them is."""
    alike: dict[Hashable, list[Problem]] = {}
    for problem in problems:
        rest = tuple(sorted((k, v) for k, v in problem.params.items() if k != "name"))
        alike.setdefault((problem.code, rest), []).append(problem)
    found: list[Problem] = []
    for same in alike.values():
        if len(same) <= _TOLD_EACH:
            found += same
            continue
        names = "、".join(str(p.params["name"]) for p in same[:2])
        said = {**same[0].params, "name": f"{names}等{len(same)}人"}
        found.append(replace(same[0], params=said))
    return found


# -- campaigns -----------------------------------------------------------------------------------


def prepare_by(starts: str, days: int) -> str:
    """The day by which bases are visited and agreements signed: `days` before the start."""
    return (date.fromisoformat(starts) - timedelta(days=days)).isoformat()


def mean_income(total: int | None, people: int | None) -> int | None:
    """Yuan a head of a total in hundredths of 万元 (as stored): 257万/2,100 → 1,224."""
    if total is None or not people:
        return None
    return round(total * 100 / people)


def check_figures(
    people: int | None, total: int | None, told_mean: int | None, counted: int | None
) -> Iterator[Problem]:
    """What a campaign's report says against itself and against the rosters (002-12, X-05). Shown,
    never repaired."""
    mean = mean_income(total, people)
    if mean is not None and told_mean is not None and abs(mean - told_mean) > 1:
        yield Problem(
            DispatchCheck.FIGURES_DIFFER,
            {"told": told_mean, "total": f"{(total or 0) / 100:g}", "people": people, "mean": mean},
            Severity.WARN,
        ).at(field="told_mean")
    if people is not None and counted is not None and counted and people != counted:
        params = {"told": people, "counted": counted}
        yield Problem(DispatchCheck.PEOPLE_DIFFER, params, Severity.WARN).at(field="told_people")
