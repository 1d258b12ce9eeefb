"""Which new passwords are refused, and what is said of the others."""

from __future__ import annotations

import pytest

from laborclerk.ui.passwords import difference, refusal, strength

REFUSED = [
    ("abc12", "至少 6 位"),
    ("888888", "同样的"),
    ("121212", "同样的"),
    ("123456", "连续"),
    ("87654321", "连续"),
    ("QWERTY", "连续"),
    ("123123", "连续"),
    ("Abc123", "先试"),
    ("wangli2026", "先试"),
]


@pytest.mark.parametrize(("password", "says"), REFUSED)
def test_what_anybody_would_try_first_is_refused(password: str, says: str) -> None:
    assert says in refusal(password, "WangLi")


@pytest.mark.parametrize(
    ("password", "level"),
    [("730518", 1), ("wufeng73", 2), ("wufeng-0518", 3), ("我家门前有棵老槐树会开花", 3)],
)
def test_length_and_kinds_make_a_password_good(password: str, level: int) -> None:
    assert refusal(password, "王录入") == ""
    assert strength(password)[0] == level


def test_both_must_be_typed_alike() -> None:
    assert difference("wufeng73", "wufeng7") != ""
    assert difference("wufeng73", "wufeng73") == ""
