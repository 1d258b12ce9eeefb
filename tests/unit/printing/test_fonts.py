"""Which font draws which character."""

from __future__ import annotations

import pytest

from laborclerk.printing import fonts


@pytest.mark.parametrize(
    ("char", "name"),
    [
        ("周", "regular"),
        ("A", "regular"),
        ("·", "regular"),
        ("㐀", "regular"),  # Ext A
        ("\U00020bb7", "rare"),  # Ext B
        ("\U0002b740", "rare"),  # Ext D
        ("\U0002ceb0", "rare"),  # Ext F
    ],
)
def test_the_first_font_that_has_the_character_draws_it(char, name):
    assert fonts.face_of(char, strong=False) is fonts.face(name)


@pytest.mark.parametrize("char", ["\ue170", "\U000f0001", "\U0002ebf0"])
def test_private_use_and_uncovered_characters_have_no_font(char):
    assert fonts.face_of(char, strong=False) is None


def test_a_character_without_font_is_named_by_its_code_point() -> None:
    assert fonts.code_point("\ue170") == "U+E170"
    assert fonts.code_point("\U0002ebf0") == "U+2EBF0"


def test_digits_are_equally_wide_so_that_numbers_stand_in_columns() -> None:
    for widths in (fonts.REGULAR, fonts.BOLD):
        assert len({widths[digit] for digit in "0123456789"}) == 1


def test_a_variation_selector_takes_no_room() -> None:
    assert fonts.REGULAR.measure("葛\U000e0100") == fonts.REGULAR.measure("葛")
