"""Names: kept whatever the character, mended only where a keyboard or sheet erred."""

import pytest

from laborclerk.catalog.names import NameMessage, display_name, mask_name, read_name
from laborclerk.kernel.errors import Severity


@pytest.mark.parametrize(
    "dot",
    ["•", "‧", "∙", "・", ".", "\uff65", "⋅", "\uff0e", " · ", "··", "*", "●"],
)
def test_the_wrong_dots_become_the_right_one_with_a_notice(dot: str) -> None:
    reading = read_name(f"买买提{dot}艾力")
    assert reading.value == "买买提\u00b7艾力"
    assert [n.message for n in reading.notices] == [NameMessage.NAME_DOT]
    assert not reading.problems


def test_the_right_dot_stays_without_a_word() -> None:
    assert read_name("买买提\u00b7艾力") == ("买买提\u00b7艾力", (), ())


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("王 芳", "王芳"),
        ("王\u3000芳", "王芳"),
        ("王\u00a0\u00a0芳", "王芳"),
        ("王\u200b芳", "王芳"),
        ("周\ue170 芳", "周\ue170芳"),
    ],
)
def test_spaces_inside_a_chinese_name_are_taken_out_with_a_notice(raw: str, value: str) -> None:
    reading = read_name(raw)
    assert reading.value == value
    assert NameMessage.NAME_SPACE in [n.message for n in reading.notices]


def test_a_foreign_name_keeps_its_spaces() -> None:
    assert read_name("JOHN A SMITH") == ("JOHN A SMITH", (), ())


@pytest.mark.parametrize("name", ["王䶮", "李\U00021413", "周\U0002348d", "吴\U00031350"])
def test_any_plane_is_kept_without_a_word(name: str) -> None:
    assert read_name(name) == (name, (), ())


@pytest.mark.parametrize("name", ["周\ue170", "周\ue08b芳", "周\U000f0001"])
def test_private_use_is_kept_and_flagged(name: str) -> None:
    reading = read_name(name)
    assert reading.value == name
    assert [(n.message, n.severity) for n in reading.notices] == [
        (NameMessage.NAME_PRIVATE, Severity.HINT)
    ]
    assert not reading.problems


@pytest.mark.parametrize("raw", ["张三2", "张三(大)", "张三、李四", "139", "张/三"])
def test_digits_and_punctuation_warn(raw: str) -> None:
    reading = read_name(raw)
    assert reading.value == raw
    assert [(p.message, p.severity) for p in reading.problems] == [
        (NameMessage.NAME_DIGITS, Severity.WARN)
    ]


def test_a_character_lost_by_a_sheet_is_refused() -> None:
    assert [p.message for p in read_name("张?").problems] == [NameMessage.NAME_LOST]


def test_length_is_counted_in_code_points() -> None:
    assert not read_name("\U00021413" * 5, max_length=5).problems
    assert [p.message for p in read_name("\U00021413" * 6, max_length=5).problems] == [
        NameMessage.NAME_LONG
    ]
    assert [p.message for p in read_name("王小明", max_length=2).problems] == [
        NameMessage.NAME_LONG
    ]


@pytest.mark.parametrize("raw", ['="周小芳"', ' ="周小芳" ', '\x1b="周小芳"', '·="·周小芳"'])
def test_a_text_kept_as_a_formula_is_the_text(raw: str) -> None:
    assert read_name(raw).value == "周小芳"


@pytest.mark.parametrize("raw", [None, "", "  ", "\u200b", '=""'])
def test_nothing_is_nothing(raw: object) -> None:
    assert read_name(raw).value is None


@pytest.mark.parametrize(
    ("name", "masked"),
    [("周小芳", "周*芳"), ("周芳", "周*"), ("欧阳小芳", "欧**芳"), ("买买提·艾力", "买**·**")],
)
def test_a_masked_name(name: str, masked: str) -> None:
    assert mask_name(name) == masked


def test_a_private_character_is_shown_with_its_code_point() -> None:
    assert display_name("周\ue170") == "周\ue170〔U+E170〕"
    assert display_name("周\ue170", lambda _: False) == "周〔U+E170〕"
