"""Places typed in Latin letters: whole pinyin, first letters, and where several are meant."""

import pytest

from laborclerk.catalog.spelling import spelling, typed


@pytest.mark.parametrize(
    ("key", "name", "expected"),
    [
        ("pojizhen", "泼机镇", 0),
        ("poj", "泼机镇", 0),
        ("pjz", "泼机镇", 0),
        ("jizhen", "泼机镇", 1),
        ("jz", "泼机镇", 1),
        ("hen", "泼机镇", None),  # not in the middle of a syllable
        ("ojz", "泼机镇", None),
        ("changsha", "长沙市", 0),  # as a place is called …
        ("zhangsha", "长沙市", 0),  # … and as the character is usually read
        ("chongqing", "重庆市", 0),
        ("xiamen", "厦门市", 0),
        ("chengdu", "成都市", 0),
        ("xizang", "西藏自治区", 0),
        ("cs", "长沙市", 0),
        ("yinchangcun3", "银厂村3组", 0),
        ("ycc3z", "银厂村3组", 0),
        ("lvchun", "绿春县", 0),
        ("a.c", "安次区", None),  # a dot is a dot
    ],
)
def test_a_place_is_found_by_its_pinyin_from_any_character_on(
    key: str, name: str, expected: int | None
) -> None:
    assert typed(key)(spelling(name)) == expected
