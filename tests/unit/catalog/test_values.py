"""Every field type is read from what people type and sheets hold, and shown again."""

from datetime import date, datetime

import pytest

from laborclerk.catalog import fields, values
from laborclerk.catalog.dates_typed import DateMessage
from laborclerk.catalog.fields import FieldType
from laborclerk.catalog.numbers_typed import NumberMessage
from laborclerk.catalog.values import Context, ValueMessage, read, show
from laborclerk.kernel.errors import Message, Severity

DATE, MONTH, YESNO, PHONE = fields.Date(), fields.Month(), fields.YesNo(), fields.Phone()
WAGE = fields.Number(0, 100000, "元")
AREA = fields.Number(0, 9999, "亩", places=2)
SEX, STATUS, HEALTH = fields.Code("sex"), fields.Code("employment_status"), fields.Codes("health")


def test_both_tables_cover_every_field_type() -> None:
    assert set(values.READERS) == set(fields.FIELD_TYPES)
    assert set(values.SHOWERS) == set(fields.FIELD_TYPES)


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        # days, in the habits of real sheets
        (DATE, "2026-11-20", "2026-11-20"),
        (DATE, "2026.11.20", "2026-11-20"),
        (DATE, "20261120", "2026-11-20"),
        (DATE, 20261120, "2026-11-20"),
        (DATE, 20261120.0, "2026-11-20"),
        (DATE, "2026/1/2", "2026-01-02"),
        (DATE, "2026年1月2日", "2026-01-02"),
        (DATE, "2026年1月2号", "2026-01-02"),
        (DATE, "2026-1-2 00:00:00", "2026-01-02"),
        (DATE, "\uff12\uff10\uff12\uff16-1-2", "2026-01-02"),
        (DATE, '="2026-11-20"', "2026-11-20"),
        (DATE, date(2026, 11, 20), "2026-11-20"),
        (DATE, datetime(2026, 11, 20, 9, 5), "2026-11-20"),
        (DATE, 46346.0, "2026-11-20"),
        (DATE, "46346", "2026-11-20"),
        (DATE, "", None),
        (DATE, None, None),
        (DATE, "无", None),
        # months
        (MONTH, "2026-11", "2026-11"),
        (MONTH, "2026.3", "2026-03"),
        (MONTH, "2026年3月", "2026-03"),
        (MONTH, "2026年3月份", "2026-03"),
        (MONTH, 202603, "2026-03"),
        (MONTH, 2026.11, "2026-11"),
        (MONTH, 2026.03, "2026-03"),
        (MONTH, "2026/3/9", "2026-03"),
        (MONTH, date(2026, 3, 1), "2026-03"),
        # yes and no
        (YESNO, "是", True),
        (YESNO, "√", True),
        (YESNO, "有", True),
        (YESNO, "Y", True),
        (YESNO, 1.0, True),
        (YESNO, True, True),
        (YESNO, "否", False),
        (YESNO, "×", False),
        (YESNO, "无", False),
        (YESNO, "0", False),
        (YESNO, 2, False),
        (YESNO, "n", False),
        (YESNO, "是(已核实)", True),
        (YESNO, "/", None),
        (YESNO, "", None),
        # numbers
        (WAGE, "5200", 5200),
        (WAGE, "5,200", 5200),
        (WAGE, "5\uff0c200元/月", 5200),
        (WAGE, "约5200 元", 5200),
        (WAGE, "0.52万", 5200),
        (WAGE, "¥5200.00", 5200),
        (WAGE, 5200.0, 5200),
        (WAGE, "5200.4", 5200),
        (WAGE, 0, 0),
        (WAGE, float("nan"), None),
        (WAGE, float("inf"), None),
        (fields.IdNumber(), float("inf"), None),
        (AREA, "3.5亩", 350),
        (AREA, 3.25, 325),
        (AREA, "-", None),
        # telephones
        (PHONE, "13800138000", "13800138000"),
        (PHONE, 13800138000.0, "13800138000"),
        (PHONE, "138 0013 8000", "13800138000"),
        (PHONE, "138-0013-8000", "13800138000"),
        (PHONE, "+86 13800138000", "13800138000"),
        (PHONE, "013800138000", "13800138000"),
        (
            PHONE,
            "\uff11\uff13\uff18\uff10\uff10\uff11\uff13\uff18\uff10\uff10\uff10",
            "13800138000",
        ),
        (PHONE, "0870-3120000", "0870-3120000"),
        (PHONE, "(0870)3120000", "0870-3120000"),
        (PHONE, "010-62345678", "010-62345678"),
        (PHONE, "无", None),
        # codes
        (SEX, "男", "1"),
        (SEX, 2.0, "2"),
        (SEX, "", None),
        (STATUS, 4.0, "04"),
        (STATUS, "外出务工", "04"),
        (HEALTH, "患有大病,残疾", "50,60"),
        (HEALTH, "残疾、长期慢性病", "30,60"),
        (HEALTH, "残疾 长期慢性病", "30,60"),
        (HEALTH, "残疾;残疾", "60"),
        (HEALTH, "健康", "10"),
        # text
        (fields.Text(10), "  甲\n 乙 ", "甲 乙"),
        (fields.Text(10, lines=3), "甲\n乙", "甲\n乙"),
        (fields.Text(10), 123.0, "123"),
        (fields.Text(10), '="0012"', "0012"),
        (fields.Text(10), "", None),
        (fields.PersonName(), "王 芳", "王芳"),
        (fields.IdNumber(), "530627198801019995", "530627198801019995"),
        (fields.Reference("person"), 7, 7),
    ],
)
def test_a_cell_is_read(kind: FieldType, raw: values.Raw, value: fields.Value) -> None:
    reading = read(kind, raw)
    assert reading.value == value
    assert type(reading.value) is type(value)
    assert not reading.problems


@pytest.mark.parametrize(
    ("kind", "raw", "message"),
    [
        (DATE, "2026年11月", DateMessage.DATE_MONTH_ONLY),
        (DATE, "2026-11", DateMessage.DATE_MONTH_ONLY),
        (DATE, "202611", DateMessage.DATE_MONTH_ONLY),
        (DATE, "2026", DateMessage.DATE_YEAR_ONLY),
        (DATE, "2026-02-30", DateMessage.DATE_IMPOSSIBLE),
        (DATE, "20261320", DateMessage.DATE_IMPOSSIBLE),
        (DATE, "26.1.2", DateMessage.DATE_YEAR),
        (DATE, "0026-01-02", DateMessage.DATE_YEAR),
        (DATE, "春节前", DateMessage.DATE_UNKNOWN),
        (DATE, "12", DateMessage.DATE_UNKNOWN),
        (MONTH, 2026.1, DateMessage.MONTH_AMBIGUOUS),
        (MONTH, "2026-13", DateMessage.MONTH_UNKNOWN),
        (MONTH, "去年", DateMessage.MONTH_UNKNOWN),
        (YESNO, "可能", ValueMessage.YESNO_UNKNOWN),
        (WAGE, "五千", NumberMessage.NUMBER_UNKNOWN),
        (WAGE, "4000-5000", NumberMessage.NUMBER_INTERVAL),
        (WAGE, "999999", NumberMessage.NUMBER_RANGE),
        (WAGE, -1, NumberMessage.NUMBER_RANGE),
        (WAGE, "5200美金", NumberMessage.NUMBER_UNKNOWN),
        (PHONE, "1380013800", NumberMessage.PHONE_LENGTH),
        (PHONE, "138****8000", NumberMessage.PHONE_MASKED),
        (PHONE, "找村主任", NumberMessage.PHONE_UNKNOWN),
        (SEX, "不男", ValueMessage.CODE_UNKNOWN),
        (fields.Code("relation"), 10.0, ValueMessage.CODE_AMBIGUOUS),
        (HEALTH, "健康、好得很", ValueMessage.CODE_UNKNOWN),
        (STATUS, "#REF!", ValueMessage.SHEET_ERROR),
        (WAGE, "#NAME?", ValueMessage.SHEET_ERROR),
        (fields.Text(2), "甲乙丙", ValueMessage.TEXT_LONG),
        (fields.PlaceRef(), "银厂村", ValueMessage.PLACE_NOT_READ),
    ],
)
def test_what_cannot_be_read_says_what_to_do(
    kind: FieldType, raw: values.Raw, message: Message
) -> None:
    problems = read(kind, raw).problems
    assert [p.message for p in problems] == [message]
    assert problems[0].severity is Severity.BLOCK
    assert problems[0].text


def test_a_text_that_is_no_choice_is_answered_with_choices_as_they_are_typed() -> None:
    said = [read(kind, "火星").problems[0].text for kind in (SEX, fields.Code("relation"))]
    assert said == [
        "“火星”不在可选项里。请改选:1 男、2 女",
        "“火星”不在可选项里。请改选:1 户主、2 配偶、3 子、4 女、5 儿媳、6 女婿、7 孙子、8 孙女等",
    ]


def test_a_range_problem_names_bounds_in_shown_units() -> None:
    problem = read(AREA, "10000亩").problems[0]
    assert problem.text == "10000亩 超出范围,应在 0 至 9,999 亩之间。请核对单位和位数"


def test_ten_thousands_are_converted_with_a_notice() -> None:
    reading = read(WAGE, "1.2万元")
    assert reading.value == 12000
    assert [n.message for n in reading.notices] == [NumberMessage.NUMBER_SCALED]
    assert read(fields.Number(0, 1000, "万元", places=2), "1.2万元") == (120, (), ())


def test_of_several_telephones_the_first_is_kept_and_the_rest_named() -> None:
    reading = read(PHONE, "13800138000/13900139000")
    assert reading.value == "13800138000"
    assert reading.problems[0].severity is Severity.WARN
    assert "13900139000" in reading.problems[0].text


def test_a_serial_number_is_read_with_a_notice() -> None:
    assert read(DATE, 46346).notices[0].text == "已把表格里的数字 46346 读作 2026-11-20,请留意"


def test_words_that_need_the_sex_take_it_from_the_context() -> None:
    relation = fields.Code("relation")
    assert read(relation, "子女", Context(sex="2")).value == "30"
    assert read(relation, "10", Context(codes_by="code")).value == "10"


class TwoYinchang:
    """镇雄 has two villages of this name."""

    def find(self, text: str) -> list[int]:
        known = {"银厂村": [530627103210000, 530627119203000], "上街村": [530627001201000]}
        return known.get(text, [])

    def label(self, place_id: int) -> str:
        return {530627103210000: "甲镇银厂村", 530627119203000: "乙镇银厂村"}.get(
            place_id, "上街村"
        )


def test_a_place_is_never_guessed_from_a_name_that_repeats() -> None:
    context = Context(places=TwoYinchang())
    place = fields.PlaceRef()
    assert read(place, "上街村", context).value == 530627001201000
    reading = read(place, "银厂村", context)
    assert reading.value is None
    assert reading.problems[0].text == "“银厂村”可能是:甲镇银厂村、乙镇银厂村。请指明是哪一个"
    assert show(place, 530627001201000, context) == "上街村"


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        (DATE, "2026-11-20", "2026-11-20"),
        (YESNO, True, "是"),
        (YESNO, False, "否"),
        (WAGE, 5200, "5,200"),
        (AREA, 350, "3.50"),
        (SEX, "1", "男"),
        (HEALTH, "30,60", "长期慢性病、残疾"),
        (STATUS, "04", "外出务工"),
        (STATUS, None, ""),
        (WAGE, None, ""),
    ],
)
def test_a_value_is_shown_in_chinese(kind: FieldType, value: fields.Value, shown: str) -> None:
    assert show(kind, value) == shown
