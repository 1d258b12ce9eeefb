"""Whatever is printed in whatever room: nothing is lost and nothing sticks out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from laborclerk.printing.fonts import REGULAR
from laborclerk.printing.wrap import balance, fit, wrap

TEXT = st.text(
    st.sampled_from("周某一二三，。（）·“”、 Aa12345-/\n\U00020bb7\ue170\u0301"), max_size=60
)
ROOM = st.floats(1.0, 30.0)


def bare(text: str) -> str:
    return "".join(text.split())


@given(TEXT, ROOM, st.booleans())
def test_wrapping_loses_no_character(text, room, words):
    assert bare("".join(wrap(text, room, REGULAR, words=words))) == bare(text)
    assert bare("".join(balance(text, room, REGULAR))) == bare(text)


@given(TEXT, ROOM, st.booleans())
def test_no_line_is_wider_than_the_room_unless_it_is_one_character(text, room, words):
    for line in wrap(text, room, REGULAR, words=words):
        drawn = [char for char in line if REGULAR[char]]
        assert len(drawn) <= 1 or REGULAR.measure(line) <= room + 1e-9


@given(TEXT, st.floats(10.0, 200.0))
def test_a_fitted_size_lies_between_floor_and_full(text, room):
    lines, size = fit(text, room, 9.0, 7.0, REGULAR)
    assert 7.0 - 1e-9 <= size <= 9.0
    assert bare("".join(lines)) == bare(text)
