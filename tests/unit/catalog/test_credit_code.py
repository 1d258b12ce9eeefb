"""Unified social credit codes: the standard's own example and what clerks mistype."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laborclerk.catalog.credit_code import (
    _LETTERS,
    check_letter,
    organisation_check,
    read_credit_code,
)


def test_the_example_of_the_standard_is_right() -> None:
    assert read_credit_code("91350100M000100Y43").problems == ()
    assert organisation_check("M000100Y") == "4"


@pytest.mark.parametrize(
    ("text", "value", "code"),
    [
        ("", None, None),
        (" 91350100 m000100y43 ", "91350100M000100Y43", None),
        ("９１３５０１００M000100Y43", "91350100M000100Y43", None),
        ("91350100M000100Y4", "91350100M000100Y4", "credit_length"),
        ("9135010OM000100Y43", "9135010OM000100Y43", "credit_letter"),
        ("91350A00M000100Y43", "91350A00M000100Y43", "credit_division"),
        ("91350100M000100Y44", "91350100M000100Y44", "credit_check"),
        ("91350010M000100Y43", "91350010M000100Y43", "credit_check"),
    ],
)
def test_a_code_is_read_and_judged(text: str, value: str | None, code: str | None) -> None:
    found = read_credit_code(text)
    assert found.value == value
    assert [p.code for p in found.problems] == ([code] if code else [])


@given(
    st.from_regex(r"9[1-3][0-9]{6}", fullmatch=True),
    st.text(_LETTERS, min_size=9, max_size=9),
    st.integers(0, 17),
    st.sampled_from(_LETTERS),
)
def test_one_wrong_character_never_passes(head: str, tail: str, at: int, other: str) -> None:
    right = head + tail
    right += check_letter(right)
    assert read_credit_code(right).problems == ()
    wrong = right[:at] + other + right[at + 1 :]
    assert (read_credit_code(wrong).problems == ()) == (wrong == right)
