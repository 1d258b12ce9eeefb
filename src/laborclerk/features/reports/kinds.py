"""The reports: what each counts, in which classes, by which rule; all said in one place.

A class is a set of stored codes (or of what the query makes of them); whatever no class names is
`UNKNOWN` and shown as a class of its own, so that classes always add up to the whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from laborclerk.catalog.codes import code_list
from laborclerk.catalog.divisions import ABROAD, national
from laborclerk.features.work.rules import organised_channel

UNKNOWN = "unknown"
ABROAD_KEY = ABROAD[:2]
BAND, OLDEST = 5, 80  # years of a band of the pyramid; from here on one band
STABLE_MONTHS = (1, 3, 6)  # "stable" is always a parameter
INCOME_EDGES = (2000, 3000, 4000, 5000, 6000, 8000)


class ReportKind(StrEnum):
    """The reports; values are what the command line says."""

    PLACE = "place"
    INDUSTRY = "industry"
    CHANNEL = "channel"
    INCOME = "income"
    ORGANISED = "organised"
    STABLE = "stable"
    AGES = "ages"
    FAIRS = "fairs"
    POSTS = "posts"
    SUMMARY = "summary"


@dataclass(frozen=True, slots=True)
class Named:
    """How a report is called, its unit (X-01), where it is asked for and how it is counted."""

    title: str
    brief: str
    unit: str
    source: str
    rule: str


_AWAY = "外出：统计日有一段在县外的务工，每人只算一段；没有任何务工经历的看调查表"
REPORTS: dict[ReportKind, Named] = {
    ReportKind.PLACE: Named(
        "外出务工去向", "去向(省份)", "人", "004-28", f"{_AWAY}。本省指县外省内",
    ),
    ReportKind.INDUSTRY: Named(
        "外出务工行业", "行业", "人", "B2", f"{_AWAY}。行业为国民经济行业门类",
    ),
    ReportKind.CHANNEL: Named(
        "外出务工渠道", "渠道", "人", "003-13", f"{_AWAY}。渠道为怎样出去的",
    ),
    ReportKind.INCOME: Named(
        "外出务工收入", "收入", "人", "002-01",
        f"{_AWAY}。人均＝各人月收入相加÷填了月收入的人数，四舍五入到元",
    ),
    ReportKind.ORGANISED: Named(
        "有组织输出", "组织化程度", "人", "003-12",
        f"{_AWAY}。组织化程度＝有组织的÷全部外出（含未填的）；政府、中介、企业组织的为有组织",
    ),
    ReportKind.STABLE: Named(
        "稳定就业家庭", "稳定就业家庭", "户", "003-02",
        "有劳动力家庭：户内有16–59周岁、有劳动能力、不在校的人。"
        "稳定：户内至少1人在做的这段工已连续满{months}个月（县内县外都算）；"
        "没有任何务工经历的看调查表上本年务工月数",
    ),
    ReportKind.AGES: Named(
        "人口年龄性别", "年龄性别", "人", "B8",
        "在册的人，不含死亡和迁出的；年龄为统计日的周岁。图上实心的一段为其中外出务工的",
    ),
    ReportKind.FAIRS: Named(
        "招聘会成效", "招聘会", "见各行", "004-03",
        "有当天统计数的用当天统计数，没有的用名单上的数；两数不同的如实列出。入场按人次，意向、到岗按人",
    ),
    ReportKind.POSTS: Named(
        "岗位招工成效", "岗位成效", "人次", "004-03",
        "招工为岗位要的人数；问过、愿意按询问记录，编入批次、到岗、在岗按派遣名册，没问过就编入的也在内。"
        "一人问了几个岗位的算几人次；未成行、未到岗的占编入批次的多少",
    ),
    ReportKind.SUMMARY: Named(
        "劳动力资源汇总表", "资源汇总", "人", "B8",
        "按最近一轮调查汇总，口径见印出的表；不平衡的如实列出，不作调整",
    ),
}  # fmt: skip
STEPWISE = (ReportKind.FAIRS, ReportKind.POSTS)  # a share is of the step before
OF_AWAY = (
    ReportKind.PLACE, ReportKind.INDUSTRY, ReportKind.CHANNEL, ReportKind.INCOME,
    ReportKind.ORGANISED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Class:
    """A class of a report: its key, what it is called, the codes that fall in it; `short` for a
    chart."""

    key: str
    label: str
    codes: tuple[str, ...] = ()
    short: str = ""

    @property
    def brief(self) -> str:
        return self.short or self.label


_SHORT = {"15": "内蒙古", "23": "黑龙江"}


@cache
def classes(kind: ReportKind) -> tuple[Class, ...]:
    """The classes of a report in their order, the unknown one last."""
    found: list[Class]
    if kind is ReportKind.PLACE:
        found = [
            Class(row.code[:2], row.name, (row.code[:2],), _SHORT.get(row.code[:2], row.name[:2]))
            for row in national().children()
        ]
        known = {c.key for c in found}
        found += [
            Class(code, name, (code,), name[:2])
            for code, name in (
                ("71", "台湾省"), ("81", "香港特别行政区"), ("82", "澳门特别行政区"),
            )
            if code not in known
        ]  # fmt: skip
        found.append(Class(ABROAD_KEY, "境外", (ABROAD_KEY,)))
        last = "务工地未填"
    elif kind is ReportKind.INDUSTRY:
        items = code_list("industry").items
        found = [
            Class(
                i.code, i.name, tuple(x.code for x in items if x.extra.get("section") == i.code),
                i.short or i.name,
            )
            for i in items
            if i.extra.get("level") == "1"
        ]  # fmt: skip
        last = "行业未填"
    elif kind is ReportKind.CHANNEL:
        found = [Class(i.code, i.name, (i.code,), i.short) for i in code_list("channel").items]
        last = "渠道未填"
    elif kind is ReportKind.INCOME:
        edges = (0, *INCOME_EDGES)
        found = [
            Class(str(low), _band(low, high), (str(low),))
            for low, high in zip(edges, (*INCOME_EDGES, 0), strict=True)
        ]
        last = "收入未填"
    elif kind is ReportKind.ORGANISED:
        found = [Class("1", "有组织", ("1",)), Class("0", "自发", ("0",))]
        last = "未填"
    elif kind is ReportKind.STABLE:
        found = [
            Class("stable", "有人稳定就业", ("stable",), "稳定就业"),
            Class("short", "有人就业未满期限", ("short",), "未满期限"),
            Class("none", "无人就业", ("none",)),
        ]
        return tuple(found)
    else:
        found = [
            Class(str(low), f"{low}–{low + BAND - 1}岁", (str(low),))
            for low in range(0, OLDEST, BAND)
        ]
        found.append(Class(str(OLDEST), f"{OLDEST}岁以上", (str(OLDEST),)))
        last = "出生日期未填"
    return (*found, Class(UNKNOWN, last))


def _band(low: int, high: int) -> str:
    if not low:
        return f"不到{high:,}元"
    return f"{low:,}–{high - 1:,}元" if high else f"{low:,}元以上"


@cache
def class_of(kind: ReportKind) -> dict[str, str]:
    """{code: key of its class}."""
    return {code: c.key for c in classes(kind) for code in c.codes}


@cache
def organised_channels(organised: bool) -> tuple[str, ...]:
    """The channels that are organised, or those that are not."""
    items = code_list("channel").items
    return tuple(i.code for i in items if organised_channel(i.code) is organised)
