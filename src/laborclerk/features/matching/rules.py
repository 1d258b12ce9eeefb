"""How well a person fits a post: each criterion once, as conditions the database can weigh in one
scan of all people and as the words that explain them.

A criterion has outcomes, tried in order: a condition in plain SQL over the columns of `person`
(values by name in `params`), points, and what a clerk reads. The sum sorts; nothing here excludes
anybody. The sex of a person counts for nothing (就业促进法第27条).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from laborclerk.catalog.codes import code_list
from laborclerk.features.matching.directions import away, reach, towards
from laborclerk.kernel.dates import age_on

Facts = Mapping[str, Any]

# what is read of a person; an index holds exactly these (matching/model.py)
COLUMNS = (
    "id", "birth_date", "deleted", "household", "presence", "in_school", "work_ability",
    "wants_to_go", "employment_status", "education", "wanted_job", "occupation", "skill",
    "skill_level", "expected_income", "wanted_place", "monthly_income", "hardship",
)  # fmt: skip
ALWAYS = "1 = 1"
FITTING_PLACE = (
    "(wanted_place = :p_province OR wanted_place = :p_city OR wanted_place = :p_county"
    " OR wanted_place = :p_whole)"
)
SAME_PROVINCE = "wanted_place >= :p_two AND wanted_place < :p_end"
SKILLED = "2"  # of the code list work_ability


@dataclass(frozen=True, slots=True)
class Outcome:
    """One answer of a criterion; `said` may name fields of the person (p_…)."""

    condition: str
    points: int
    said: str


@dataclass(frozen=True, slots=True)
class Criterion:
    """A question about person and post; without a fitting outcome it gives nothing."""

    key: str
    label: str
    outcomes: tuple[Outcome, ...]

    @property
    def varies(self) -> bool:
        """Whether it tells people apart at all."""
        return self.outcomes[0].condition != ALWAYS


@dataclass
class Rule:
    """All criteria for one post, with the values their conditions name."""

    criteria: list[Criterion] = field(default_factory=list)
    params: dict[str, Any] = field(default_factory=dict)

    def add(self, key: str, label: str, *outcomes: tuple[str, int, str]) -> None:
        made = tuple(Outcome(*o) for o in outcomes)
        if made:
            self.criteria.append(Criterion(key, label, made))

    @property
    def score(self) -> str:
        """The sum of points as SQL."""
        varying = [c for c in self.criteria if c.varies]
        constant = sum(c.outcomes[0].points for c in self.criteria if not c.varies)
        return " + ".join(
            [str(constant), *(_case(c, [o.points for o in c.outcomes]) for c in varying)]
        )

    def points_of(self, key: str) -> str:
        """The points of one criterion as SQL."""
        found = (c for c in self.criteria if c.key == key)
        return " + ".join(_case(c, [o.points for o in c.outcomes]) for c in found) or "0"

    @property
    def told(self) -> list[str]:
        """Which outcome holds, one expression a criterion: its number from 0, else -1."""
        return [_case(c, range(len(c.outcomes)), -1) for c in self.criteria]


def _case(criterion: Criterion, values: Iterable[int], otherwise: int = 0) -> str:
    when = " ".join(
        f"WHEN {o.condition} THEN {v}" for o, v in zip(criterion.outcomes, values, strict=True)
    )
    return f"(CASE {when} ELSE {otherwise} END)"


def eligible(today: str) -> tuple[str, dict[str, Any]]:
    """Who is ranked at all: whoever is 16 (禁止使用童工规定) and has not died or moved away."""
    gone = sorted(i.code for i in code_list("presence").items if i.extra.get("gone") == "1")
    names = {f"gone{n}": code for n, code in enumerate(gone)}
    condition = "deleted IS NULL AND birth_date <= :born16"
    if names:
        condition += f" AND {_any_of('presence', names)} IS NOT TRUE"
    return condition, {"born16": _born(today, 16), **names}


def _any_of(column: str, names: Iterable[str]) -> str:
    """Whether a column is one of some values: one comparison each is cheaper than a list."""
    return f"({' OR '.join(f'{column} = :{name}' for name in names) or '1 = 0'})"


def rule_for(post: Facts, advice: Sequence[Facts], home: str, today: str) -> Rule:
    """The criteria for one post, seen from the county `home` (12 digits) on the day `today`."""
    rule = Rule()
    _trade(rule, post)
    _wish(rule, post, home)
    _state(rule, post)
    _income(rule, post)
    _place(rule, post)
    _distance(rule, post, home)
    _season(rule, post)
    _age(rule, post, today)
    _schooling(rule, post)
    _ability(rule)
    _earmark(rule, post, today)
    _advice(rule, post, advice, home, today)
    return rule


# -- the criteria ----------------------------------------------------------------------------------


def _trade(rule: Rule, post: Facts) -> None:
    job = post.get("occupation")
    if job:
        rule.params |= {"job": job, "major": f"{str(job)[:1]}-", "major_end": f"{str(job)[:1]}."}
        rule.add(
            "wish_job", "意向工种",
            ("wanted_job = :job", 30, "想做{p_wanted_job}"),
            ("occupation = :job", 20, "做过{p_occupation}"),
            ("wanted_job >= :major AND wanted_job < :major_end", 6,
             "想做同一大类的活({p_wanted_job})"),
        )  # fmt: skip
    marks = skill_marks(f"{post.get('name') or ''} {post.get('skill') or ''}")
    if marks:
        rule.params |= {f"mark{n}": f"%{mark}%" for n, mark in enumerate(marks)}
        any_of = " OR ".join(f"skill LIKE :mark{n}" for n in range(len(marks)))
        rule.add("skill", "技能", (f"skill IS NOT NULL AND ({any_of})", 25, "会{p_skill}"))
    level = post.get("skill_level")
    if level and level != "0":
        names = {f"level{n}": code for n, code in enumerate(_levels_from(str(level)))}
        rule.params |= names
        rule.add(
            "skill_level", "技能等级",
            (_any_of("skill_level", names), 10, "有{p_skill_level}证书,够要求"),
        )  # fmt: skip


def skill_marks(text: str) -> list[str]:
    """What a person's own words of her skill would contain, for a post's words: the marks of the
    families the post is of, else the post's words themselves."""
    found = []
    for item in code_list("skill_family").items:
        marks = item.extra.get("marks", "").split("|")
        if any(mark and mark in text for mark in marks):
            found += marks
    if found:
        return found
    words = text.replace("、", " ").replace(",", " ").replace("/", " ").split()
    return [word.removesuffix("工") for word in words if 2 <= len(word) <= 6]


_LEVELS = ("N1", "Z", "5", "4", "3", "2", "1", "N7", "N8")  # from the lowest


def _levels_from(level: str) -> tuple[str, ...]:
    return _LEVELS[_LEVELS.index(level) :] if level in _LEVELS else (level,)


def _wish(rule: Rule, post: Facts, home: str) -> None:
    if away(post, home):
        rule.add(
            "wish", "外出意愿",
            ("wants_to_go IS TRUE", 20, "愿意外出"),
            ("wants_to_go IS FALSE", -25, "登记为不愿外出"),
        )  # fmt: skip
    elif post.get("work_place"):
        rule.add("wish", "外出意愿", ("wants_to_go IS FALSE", 12, "不想出远门,这是本县的活"))


def _state(rule: Rule, post: Facts) -> None:
    kinds: dict[str, list[str]] = {}
    for item in code_list("employment_status").items:
        kinds.setdefault(item.extra.get("kind", ""), []).append(item.code)

    def among(kind: str) -> str:
        return _any_of("employment_status", [f"is_{kind}{n}" for n in range(len(kinds[kind]))])

    for kind, codes in kinds.items():
        rule.params |= {f"is_{kind}{n}": code for n, code in enumerate(codes)}
    rule.params["best"] = post.get("pay_high") or post.get("pay_low") or 0
    rule.add(
        "state", "就业状况",
        (among("none"), 20, "现在没有工作"),
        (among("farm"), 12, "在家务农"),
        (among("flexible"), 10, "打零工"),
        (f"{among('away')} AND monthly_income >= :best", -15,
         "在外务工,现在月收入{p_monthly_income}元,不比这里少"),
        (among("away"), -5, "在外务工"),
        (among("self"), -8, "自主创业"),
        (f"{among('local')} AND monthly_income >= :best", -10,
         "在本地上班,现在月收入{p_monthly_income}元,不比这里少"),
    )  # fmt: skip


def _income(rule: Rule, post: Facts) -> None:
    low = post.get("pay_low")
    if low is None:
        return
    high = max(post.get("pay_high") or 0, low)
    rule.params |= {"low": low, "high": high}
    offered = f"{low:,}–{high:,}" if high > low else f"{low:,}"
    rule.add(
        "income", "期望收入",
        ("expected_income <= :low", 15, f"期望{{p_expected_income}}元,岗位{offered}元"),
        ("expected_income <= :high", 8, f"期望{{p_expected_income}}元,在岗位{offered}元之内"),
        ("expected_income > :high", -8, f"期望{{p_expected_income}}元,岗位只有{offered}元"),
        ("expected_income IS NULL", 4, "没有登记期望收入"),
    )  # fmt: skip


def _place(rule: Rule, post: Facts) -> None:
    place = str(post.get("work_place") or "")
    if not place:
        return
    rule.params |= {
        "p_county": place[:6] + "000000", "p_city": place[:4] + "00000000",
        "p_province": place[:2] + "0000000000", "p_whole": place, "p_two": place[:2],
        "p_end": f"{place[:2]}:",
    }  # fmt: skip
    rule.add(
        "place", "意向地区",
        (FITTING_PLACE, 15, "想去{p_wanted_place}"),
        (SAME_PROVINCE, 8, "想去同省的{p_wanted_place}"),
        ("wanted_place IS NOT NULL", -6, "想去的是{p_wanted_place}"),
    )  # fmt: skip


def _distance(rule: Rule, post: Facts, home: str) -> None:
    """The same for everybody; it tells the posts of one person apart."""
    place = str(post.get("work_place") or "")
    if place:
        step, word = reach(place, home)
        far = f"{word},路程约{post['distance']:,}公里" if post.get("distance") else word
        rule.add("distance", "距离", (ALWAYS, (8, 6, 4, 0, -6)[step], far))


def _season(rule: Rule, post: Facts) -> None:
    first, last = post.get("season_from"), post.get("season_to")
    if first is None or last is None:
        return
    said = f"季节工({first}–{last}月),干完可回家种地"
    farm = [i.code for i in code_list("employment_status").items if i.extra.get("kind") == "farm"]
    names = {f"farm{n}": code for n, code in enumerate(farm)}
    rule.params |= names
    rule.add("season", "季节", (_any_of("employment_status", names), 8, said))


def _age(rule: Rule, post: Facts, today: str) -> None:
    youngest, oldest = post.get("age_min"), post.get("age_max")
    asked = f"单位要求{ages(youngest, oldest)}"
    outcomes = []
    if youngest is not None:
        rule.params["born_by"] = _born(today, youngest)
        outcomes.append(("birth_date > :born_by", -12, f"{{p_age}}岁,{asked}"))
    if oldest is not None:
        rule.params["born_from"] = _born(today, oldest + 1)
        outcomes.append(("birth_date <= :born_from", -12, f"{{p_age}}岁,{asked}"))
    rule.add("age", "年龄", *outcomes)


def ages(youngest: int | None, oldest: int | None) -> str:
    """Bounds of age in words, both included; '' for none."""
    if youngest is None:
        return "" if oldest is None else f"{oldest}岁及以下"
    return f"{youngest}岁及以上" if oldest is None else f"{youngest}–{oldest}岁"


def _schooling(rule: Rule, post: Facts) -> None:
    """By the first digit: 10 research … 90 illiterate (GB/T 4658)."""
    least = str(post.get("education") or "")
    if least:
        rule.params["least"] = f"{least[:1]}9"
        rule.add(
            "education", "文化程度",
            ("education <= :least", 4, "{p_education},够要求"),
            ("education > :least", -6, "{p_education},单位要求更高"),
        )  # fmt: skip


def _ability(rule: Rule) -> None:
    def codes(able: str) -> list[str]:
        return [i.code for i in code_list("work_ability").items if i.extra.get("able") == able]

    weak, none = codes("weak"), codes("none")
    rule.params |= {"weak": weak[0] if weak else "", "skilled": SKILLED}
    rule.params |= {f"unable{n}": code for n, code in enumerate(none)}
    rule.add(
        "ability", "劳动能力",
        ("work_ability = :skilled", 4, "技能劳动力"),
        ("work_ability = :weak", -10, "弱或半劳动力"),
        (_any_of("work_ability", [f"unable{n}" for n in range(len(none))]), -60,
         "登记为没有劳动能力"),
    )  # fmt: skip
    out = [i.code for i in code_list("in_school").items if i.extra.get("stage") == "none"]
    rule.params |= {f"out{n}": code for n, code in enumerate(out)}
    still = _any_of("in_school", [f"out{n}" for n in range(len(out))])
    rule.add(
        "school", "在校",
        (f"in_school IS NOT NULL AND NOT {still}", -40, "在校学生"),
    )  # fmt: skip


def _earmark(rule: Rule, post: Facts, today: str) -> None:
    earmark = post.get("earmark")
    if earmark == "1":
        rule.add("earmark", "专项", ("hardship IS NOT NULL", 15, "就业困难人员,岗位专给这类人留"))
    elif earmark == "3":
        rule.params["born_26"] = _born(today, 26)
        condition = "education <= '39' AND birth_date > :born_26"
        rule.add("earmark", "专项", (condition, 15, "毕业不久,岗位专给毕业生留"))
    elif earmark == "5":
        rule.add("earmark", "专项", ("hardship LIKE '%5%'", 15, "残疾人,岗位专给这类人留"))


def advises(line: Facts, post: Facts, home: str, today: str) -> bool:
    """Whether a line of the guidance table is about such a post."""
    if line.get("deleted") or not line.get("points"):
        return False
    if line.get("retired") and line["retired"] <= today:
        return False
    if line.get("industries"):
        industry = str(post.get("industry") or "")[:1]
        if industry not in str(line["industries"]).split(","):
            return False
    is_seasonal = post.get("season_from") is not None
    if line.get("seasonal") is not None and line["seasonal"] != is_seasonal:
        return False
    if line.get("destination"):
        place = str(post.get("work_place") or "")
        return bool(place) and any(
            towards(code, place, home) for code in str(line["destination"]).split(",")
        )
    return True


def _advice(rule: Rule, post: Facts, advice: Sequence[Facts], home: str, today: str) -> None:
    """The guidance table (分类指导): a line that is about such a post favours those it is for."""
    for n, line in enumerate(a for a in advice if advises(a, post, home, today)):
        conditions = []
        params = rule.params
        if line.get("age_min") is not None:
            params[f"a{n}_young"] = _born(today, line["age_min"])
            conditions.append(f"birth_date <= :a{n}_young")
        if line.get("age_max") is not None:
            params[f"a{n}_old"] = _born(today, line["age_max"] + 1)
            conditions.append(f"birth_date > :a{n}_old")
        if line.get("schooling"):
            params[f"a{n}_least"] = f"{line['schooling'][:1]}9"
            conditions.append(f"education <= :a{n}_least")
        if line.get("schooling_below"):
            params[f"a{n}_most"] = f"{line['schooling_below'][:1]}0"
            conditions.append(f"education >= :a{n}_most")
        skilled = "(skill IS NOT NULL OR (skill_level IS NOT NULL AND skill_level <> '0'))"
        if line.get("skilled") is not None:
            conditions.append(skilled if line["skilled"] else f"NOT {skilled}")
        rule.add(
            "advice", "分类指导",
            (" AND ".join(conditions) or ALWAYS, line.get("points") or 0,
             f"分类指导:{line.get('name')}"),
        )  # fmt: skip


def _born(today: str, years: int) -> str:
    """The latest birth date of those who are `years` old on the day."""
    return f"{int(today[:4]) - years:04d}{today[4:]}"


def age_of(person: Facts, today: str) -> int | None:
    """Her age on the day, None without a birth date."""
    born = person.get("birth_date")
    return age_on(str(born), today) if born else None
