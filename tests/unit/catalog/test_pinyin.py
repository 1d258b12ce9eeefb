"""Pinyin initials: what a clerk types to find somebody."""

import pytest

from laborclerk.catalog.pinyin import initials, text_initials


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("周小芳", "zxf"),
        ("单雄信", "sxx"),
        ("曾国藩", "zgf"),
        ("仇英", "qy"),
        ("查良镛", "zly"),
        ("解缙", "xj"),
        ("任飞", "rf"),
        ("区小英", "oxy"),
        ("朴英子", "pyz"),
        ("尉迟恭", "ycg"),
        ("万俟卨", "mqx"),
        ("翟天临", "ztl"),
        ("乐毅", "yy"),
        ("盖小莉", "gxl"),
        ("阿依古丽·买买提", "aygl" + "mmt"),
        ("王A2", "wa2"),
        ("", ""),
        ("\ue170李", "l"),
    ],
)
def test_initials_of_a_name_read_the_surname_as_a_surname(name: str, expected: str) -> None:
    assert initials(name) == expected


def test_other_text_has_no_surname() -> None:
    assert text_initials("单位") == "dw"


def test_characters_beyond_the_basic_plane_have_initials() -> None:
    assert len(initials("王\U00020086")) == 2
