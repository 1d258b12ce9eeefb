"""Which lists there are, what each is computed by, and what a clerk narrows one by.

The lists are those that the sources name (004-01, 002-19, 002-21, 003-15, B1); each says its source
and its rule, and both are printed with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from laborclerk.catalog.codes import code_list
from laborclerk.catalog.divisions import national

JUNIOR, SENIOR, COLLEGE = "junior", "senior", "college"
SCHOOLING = {JUNIOR: "初中毕业", SENIOR: "高中毕业", COLLEGE: "大中专毕业"}


class ListKind(StrEnum):
    """The lists; values are what the command line says."""

    WILLING = "willing"
    AWAY = "away"
    YOUNG = "young"
    LEAVERS = "leavers"
    ZERO = "zero"
    HARDSHIP = "hardship"
    WORKING = "working"


@dataclass(frozen=True, slots=True)
class Named:
    """How a list is called, where it is asked for and how it is computed."""

    title: str
    source: str
    rule: str
    short: str = ""  # for a narrow list

    @property
    def brief(self) -> str:
        return self.short or self.title


LISTS: dict[ListKind, Named] = {
    ListKind.WILLING: Named(
        "有就业意愿和就业能力的未就业人员", "004-01",
        "16周岁以上、有劳动能力、不在校、愿意外出务工，当日没有在做的工",
        "有意愿能力未就业",
    ),
    ListKind.AWAY: Named(
        "已在外地就业人员", "004-01", "当日有一段在县外的务工；没有任何务工经历的看调查表",
    ),
    ListKind.YOUNG: Named(
        "18–30周岁劳动力", "002-21",
        "当日满18周岁、未满31周岁，不在校；按初中、高中、大中专毕业分类",
    ),
    ListKind.LEAVERS: Named(
        "应届毕业和毕业未就业学生", "002-19",
        "毕业年级在校生；或失业原因为毕业、身份为高校毕业生而当日没有在做的工",
        "应届毕业、未就业学生",
    ),
    ListKind.ZERO: Named(
        "零就业家庭成员", "003-15",
        "户内有16–59周岁、有劳动能力、不在校的人，而没有一人有在做的工（务农不算）",
    ),
    ListKind.HARDSHIP: Named(
        "就业困难人员", "B1、003-15",
        "登记了困难群体情况，或户为低保、特困、易地搬迁、脱贫和监测对象",
    ),
    ListKind.WORKING: Named("在就业人员", "001-05", "当日有一段在做的工，县内县外都算"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filter:
    """What narrows a list: ages (inclusive), sex, schooling class (junior, senior, college), the
    skill or wish as code of occupation, the kind of hardship, where she works (province, two
    digits) and the beginning of name or household number."""

    age_from: int | None = None
    age_to: int | None = None
    sex: str = ""
    schooling: str = ""
    trade: str = ""
    hardship: str = ""
    province: str = ""
    text: str = ""

    @property
    def empty(self) -> bool:
        return self == Filter()

    def said(self) -> str:
        """The filter in words, for the head of a print."""
        parts = []
        if self.age_from is not None or self.age_to is not None:
            low = "" if self.age_from is None else str(self.age_from)
            high = "" if self.age_to is None else str(self.age_to)
            parts.append(f"{low}–{high}周岁")
        for code, name in (
            (self.sex, "sex"), (self.trade, "occupation"), (self.hardship, "hardship")
        ):  # fmt: skip
            if code:
                parts.append(code_list(name).label(code))
        if self.schooling:
            parts.append(SCHOOLING[self.schooling])
        if self.province:
            parts.append(national().name(self.province) or self.province)
        if self.text:
            parts.append(f"“{self.text}”")
        return "、".join(parts)


NO_FILTER = Filter()
