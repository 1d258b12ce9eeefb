"""Names that sound alike have one reading."""

from __future__ import annotations

import pytest

from laborclerk.catalog.sound import heard, sound


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("章伟", "zhang wei "),
        ("张玮", "zhang wei "),
        ("吕小芳", "lv xiao fang "),
        ("阿依古丽·买买提", "a yi gu li mai mai ti "),
        ("阿依古丽买买提", "a yi gu li mai mai ti "),
        ("李𠮷明", "li 𠮷 ming "),
        ("", ""),
    ],
)
def test_the_reading_of_a_name(name: str, said: str) -> None:
    assert sound(name) == said


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("周小明", "邹晓敏", True),  # zh and z, -ing and -in
        ("陈胜", "岑森", True),  # ch and c, sh and s, -eng and -en
        ("黄宏", "王宏", False),
        ("张方", "张番", False),  # -ang and -an are told apart
        ("黄红", "黄婚", False),
    ],
)
def test_what_is_heard_alike(one: str, other: str, same: bool) -> None:
    assert (heard(one) == heard(other)) is same
