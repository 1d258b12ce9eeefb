"""Which column becomes which field: by label, synonym, unit, choice, memory."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from laborclerk.features.census.columns import census_fields, frame_fields
from laborclerk.features.census.imports import census_words
from laborclerk.kernel.errors import Rejected
from laborclerk.sheets.headings import heading
from laborclerk.sheets.layout import Column
from laborclerk.sheets.mapping import Proposal, Words, fingerprint, propose
from laborclerk.sheets.messages import SheetMessage

FIELDS = [f.field for f in census_fields()]


def columns(*texts: str) -> list[Column]:
    return [Column(i, t, tuple(t.split("|"))) for i, t in enumerate(texts)]


def mapped(
    *texts: str, given: Mapping[str, str] | None = None, memory: Store | None = None
) -> Proposal:
    return propose(columns(*texts), FIELDS, given=given, memory=memory, words=census_words())


class Store:
    """Memory in a dict."""

    def __init__(self) -> None:
        self.kept: dict[str, Mapping[str, str]] = {}

    def recall(self, fingerprint: str) -> Mapping[str, str] | None:
        return self.kept.get(fingerprint)

    def remember(self, fingerprint: str, chosen: Mapping[str, str]) -> None:
        self.kept[fingerprint] = chosen


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("姓名", "name"),
        ("name", "name"),
        ("姓 名", "name"),
        ("*姓名", "name"),
        ("姓名(必填)", "name"),
        ("身份证号码", "id_number"),
        ("公民身份号码", "id_number"),
        ("户主身份证号", "head_id_number"),
        ("与户主的关系", "relation"),
        ("联系电话", "phone"),
        ("户主电话", "head_phone"),
        ("县（市）", "county"),
        ("街道（乡镇）", "township"),
        ("社区（村）", "village"),
        ("村民小组", "group"),
        ("月收入（元）", "monthly_income"),
        ("务工月收入(元/月)", "monthly_income"),
        ("务工时间（月）", "work_months"),
        ("耕地面积(亩)", "farmland"),
        ("就业情况|单位", ""),
        ("学历", "education"),
        ("年龄(周岁)", "age"),
        ("是否参加城镇职工基本养老保险", "insurance:1"),
        ("新农合", "insurance:4"),
        ("人口编号", ""),
        ("序号", ""),
        ("原因", ""),
        ("识别标准", ""),
    ],
)
def test_header_words_name_their_field(text: str, key: str) -> None:
    found = mapped(text)
    assert [m.target for m in found.matches] == ([key] if key else [])


def test_the_lower_row_of_a_two_row_header_decides() -> None:
    found = mapped("基本情况|姓名", "就业情况|务工单位", "就业情况|工种")
    assert [m.key for m in found.matches] == ["name", "employer", "occupation"]


@pytest.mark.parametrize(
    ("text", "scale"),
    [("月收入", 1), ("月收入(千元)", 1000), ("月收入（万元）", 10_000), ("月收入/万元", 10_000)],
)
def test_a_monthly_sum_in_other_units_is_converted(text: str, scale: float) -> None:
    assert [(m.key, m.scale) for m in mapped(text).matches] == [("monthly_income", scale)]


@pytest.mark.parametrize(
    "text", ["年收入（万元）", "年收入(元)", "家庭年收入", "年工资收入", "日工资"]
)
def test_a_yearly_or_daily_sum_is_never_taken_for_a_monthly_one(text: str) -> None:
    found = mapped("姓名", text)
    assert found.keys() == {"name"}
    assert not [g for g in found.guesses if g.key == "monthly_income"]


def test_a_yearly_sum_is_named_as_a_trap_and_divided_when_the_clerk_says_so() -> None:
    text = "月收入（万元/年）"
    assert SheetMessage.MAP_UNIT in [p.message for p in mapped("姓名", text).problems]
    match = mapped("姓名", "年收入（万元）", given={"月收入": "年收入（万元）"}).matches[1]
    assert (match.key, round(match.scale)) == ("monthly_income", 833)


def test_a_label_goes_before_a_synonym_and_the_first_column_before_the_second() -> None:
    found = mapped("电话", "联系电话", "手机号")
    assert [(m.column, m.key) for m in found.matches] == [(1, "phone")]
    assert [p.message for p in found.problems] == [SheetMessage.MAP_UNUSED]
    assert "电话、手机号" in found.problems[0].text


def test_two_columns_of_one_insurance_are_both_its_flag() -> None:
    found = mapped("姓名", "城镇居民养老保险", "新农保")
    assert [m.target for m in found.matches] == ["name", "insurance:2", "insurance:2"]


@pytest.mark.parametrize("column", ["乙", "B", "2", "b"])
def test_the_clerks_choice_goes_before_all(column: str) -> None:
    found = mapped("姓名", "乙", given={"employer": column})
    assert [(m.column, m.key, m.how) for m in found.matches] == [
        (0, "name", "label"),
        (1, "employer", "given"),
    ]


def test_a_field_left_out_by_the_clerk_is_not_proposed() -> None:
    assert mapped("姓名", "工种", given={"occupation": ""}).keys() == {"name"}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"nonsense": "姓名"}, SheetMessage.MAP_NO_FIELD),
        ({"name": "没有这列"}, SheetMessage.MAP_NO_COLUMN),
        ({"name": "姓名", "skill": "姓名"}, SheetMessage.MAP_TWICE),
    ],
)
def test_an_impossible_choice_is_refused(given: Mapping[str, str], message: SheetMessage) -> None:
    with pytest.raises(Rejected) as caught:
        mapped("姓名", "性别", given=given)
    assert caught.value.problems[0].message is message


def test_what_was_chosen_is_remembered_for_the_same_header_only() -> None:
    memory = Store()
    texts = ("姓名", "甲栏", "工种")
    first = mapped(*texts, given={"employer": "甲栏", "occupation": ""})
    memory.remember(fingerprint(columns(*texts)), first.chosen())
    again = mapped(*texts, memory=memory)
    assert [(m.key, m.how) for m in again.matches] == [
        ("name", "remembered"),
        ("employer", "remembered"),
    ]
    rejects = mapped("原因", "原行号", *texts, memory=memory)
    assert {(m.key, m.column) for m in rejects.matches} == {("name", 2), ("employer", 3)}
    assert mapped("姓名", "甲栏", memory=memory).keys() == {"name"}


def test_a_likely_word_is_a_guess_and_not_used_unasked() -> None:
    found = mapped("姓名", "现居住详细地址")
    assert found.keys() == {"name"}
    assert [g.key for g in found.guesses] == ["address"]


@pytest.mark.parametrize(
    ("text", "unit", "period"),
    [
        ("年收入(万元)", "万元", "年"),
        ("年收入/万元", "万元", "年"),
        ("收入(元/月)", "元", "月"),
        ("月 工 资（元）", "元", "月"),
        ("务工时间（月）", "月", ""),
        ("出生日期(年月日)", "", ""),
        ("期望月薪", "", "月"),
    ],
)
def test_units_and_periods_are_read_from_the_heading(text: str, unit: str, period: str) -> None:
    found = heading(text)
    assert (found.unit, found.period) == (unit, period)


@pytest.mark.parametrize("fields", [census_fields(), frame_fields()], ids=["census", "frame"])
def test_every_label_and_key_of_a_kind_is_its_own_and_proposes_itself(fields: tuple) -> None:
    keys = [f.key for f in fields]
    labels = [f.field.label for f in fields]
    assert len(set(keys)) == len(keys)
    assert len(set(labels)) == len(labels)
    words = Words(f.field for f in fields)
    for spec in fields:
        for text in (spec.field.label, spec.key):
            assert words.exact(heading(text)) == (spec.key, "label"), text
