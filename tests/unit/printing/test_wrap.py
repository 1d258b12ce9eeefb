"""Text fits its room: shrink, then break by Chinese rules."""

from __future__ import annotations

import pytest

from laborclerk.printing.fonts import REGULAR
from laborclerk.printing.wrap import balance, fit, wrap

EM = 1.0


@pytest.mark.parametrize(
    ("text", "ems", "lines"),
    [
        ("一二三四五", 3, ["一二三", "四五"]),
        ("一二三，四五", 3, ["一二", "三，四", "五"]),  # no line starts with a comma
        ("一二（三四）", 3, ["一二", "（三", "四）"]),  # none ends with an opening mark
        ("电话12333转", 4, ["电话", "12333转"]),  # a number stays whole
        ("12345678901234567890", 4, ["1234567", "8901234", "567890"]),  # unless it must break
        ("一\n二三", 9, ["一", "二三"]),
        ("买买提·江某", 3, ["买买", "提·江", "某"]),  # the dot stays with the name before it
        ("", 3, [""]),
    ],
)
def test_lines_break_where_a_printer_would(text, ems, lines):
    assert wrap(text, ems * EM, REGULAR) == lines


def test_codes_of_a_list_break_at_spaces_only() -> None:
    assert wrap("1小学 2初中 3高中", 5.5, REGULAR, words=True) == ["1小学 2初中", "3高中"]


def test_a_head_breaks_into_even_lines() -> None:
    assert wrap("外出意愿", 3, REGULAR) == ["外出意", "愿"]
    assert balance("外出意愿", 3, REGULAR) == ["外出", "意愿"]


@pytest.mark.parametrize(
    ("room", "lines", "size"),
    [
        (40, ["一二三四"], 10),  # fits as it is
        (32, ["一二三四"], 8),  # shrinks
        (20, ["一二", "三四"], 7.5),  # wraps at the floor
    ],
)
def test_text_shrinks_to_the_floor_and_then_wraps(room, lines, size):
    assert fit("一二三四", room, 10, 7.5, REGULAR) == (lines, size)
