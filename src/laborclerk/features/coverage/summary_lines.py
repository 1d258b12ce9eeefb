"""The lines of the labour resource summary (B8) and the relations between them.

The lines, their order and wording are those of the form 农村劳动力转移情况(一). Where the form
leaves an edge open it is decided here: 20岁以下 includes 20; 1–3月 is one month and more but less
than three, 3–6月 three and more but less than six. A figure is never mended to make a sum come out
(X-05): what does not balance is shown with its difference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SummaryLine:
    """One figure: stable key, number on the form, what it is called, the head it stands under."""

    key: str
    code: str
    label: str
    group: str = ""
    depth: int = 0


LINES: tuple[SummaryLine, ...] = (
    SummaryLine("population", "1", "农村人口"),
    SummaryLine("labour", "2", "农村劳动力资源"),
    SummaryLine("employed", "3", "农村从业人数"),
    SummaryLine("local", "4", "合计", "在本乡镇从业", 1),
    SummaryLine("local_farming", "5", "农林牧渔业", "在本乡镇从业", 2),
    SummaryLine("local_other", "6", "二三产业", "在本乡镇从业", 2),
    SummaryLine("away", "7", "总量", "外出从业", 1),
    SummaryLine("away_men", "8", "其中:男", "外出从业", 2),
    SummaryLine("education_primary", "9", "小学及以下", "文化程度", 2),
    SummaryLine("education_junior", "10", "初中", "文化程度", 2),
    SummaryLine("education_senior", "11", "高中及以上", "文化程度", 2),
    SummaryLine("age_young", "12", "20岁以下", "年龄", 2),
    SummaryLine("age_middle", "13", "21–49岁", "年龄", 2),
    SummaryLine("age_old", "14", "50岁以上", "年龄", 2),
    SummaryLine("channel_self", "15", "自发", "外出渠道", 2),
    SummaryLine("channel_government", "16", "政府组织", "外出渠道", 2),
    SummaryLine("channel_agency", "17", "中介介绍", "外出渠道", 2),
    SummaryLine("channel_employer", "18", "企业招收", "外出渠道", 2),
    SummaryLine("time_short", "19", "1–3月", "外出时间", 2),
    SummaryLine("time_middle", "20", "3–6月", "外出时间", 2),
    SummaryLine("time_long", "21", "6个月以上", "外出时间", 2),
    SummaryLine("place_county", "22", "县内乡外", "外出地点", 2),
    SummaryLine("place_province", "23", "省内县外", "外出地点", 2),
    SummaryLine("place_outside", "24", "省外", "外出地点", 2),
    SummaryLine("place_hmt", "25", "港澳台", "外出地点", 2),
    SummaryLine("place_abroad", "26", "境外", "外出地点", 2),
)
LINE: dict[str, SummaryLine] = {line.key: line for line in LINES}

# persons a classification does not place, each list behind a difference; never printed as figures
UNPLACED: dict[str, str] = {
    "local_unknown": "在本乡镇从业、未填所属行业",
    "education_unknown": "外出从业、未填文化程度",
    "age_unknown": "外出从业、未填出生日期",
    "channel_unknown": "外出从业、未填就业渠道",
    "time_unknown": "外出从业、未填务工时间或不满1个月",
    "place_unknown": "外出从业、未填务工所在地",
}


def _of(group: str) -> tuple[str, ...]:
    return tuple(line.key for line in LINES if line.key.startswith(group + "_"))


@dataclass(frozen=True, slots=True)
class Relation:
    """A sum that ought to come out: the figures of `parts` make that of `total`. `unknown` names
    the list of persons that explains a difference."""

    parts: tuple[str, ...]
    total: str
    unknown: str = ""

    @property
    def text(self) -> str:
        """By line numbers, as the form writes its 平衡关系."""
        return f"{'+'.join(LINE[k].code for k in self.parts)}={LINE[self.total].code}"


RELATIONS: tuple[Relation, ...] = (
    Relation(("local", "away"), "employed"),
    Relation(("local_farming", "local_other"), "local", "local_unknown"),
    Relation(_of("education"), "away", "education_unknown"),
    Relation(_of("age"), "away", "age_unknown"),
    Relation(_of("channel"), "away", "channel_unknown"),
    Relation(_of("time"), "away", "time_unknown"),
    Relation(_of("place"), "away", "place_unknown"),
)
# what cannot be more than what
BOUNDS: tuple[tuple[str, str], ...] = (
    ("labour", "population"), ("employed", "labour"), ("away_men", "away"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Balance:
    """One relation checked on figures: `left` is the sum of the parts, `right` the total given,
    both as they stand."""

    text: str
    left: int
    right: int
    holds: bool
    unknown: str = ""

    @property
    def difference(self) -> int:
        return self.left - self.right


def balances(figures: Mapping[str, int]) -> list[Balance]:
    """Every relation whose figures are all given, checked; nothing is mended."""
    found = []
    for relation in RELATIONS:
        if figures.keys() >= {*relation.parts, relation.total}:
            left, right = sum(figures[k] for k in relation.parts), figures[relation.total]
            found.append(Balance(relation.text, left, right, left == right, relation.unknown))
    for small, large in BOUNDS:
        if small in figures and large in figures:
            text = f"{LINE[small].code}≤{LINE[large].code}"
            left, right = figures[small], figures[large]
            found.append(Balance(text, left, right, left <= right))
    return found
