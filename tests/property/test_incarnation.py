"""What a device wrote is parted where it forked."""

from hypothesis import given
from hypothesis import strategies as st

from laborclerk.store.incarnation import _Move
from laborclerk.store.versions import ranges, within


@given(st.sets(st.integers(1, 40)), st.integers(0, 41))
def test_ranges_are_parted_as_the_entries_are(sequences: set[int], fork: int) -> None:
    move = _Move(index=0, former=7, fork=fork)
    former, own = move.apart(ranges(sequences))
    for seq in range(1, 41):
        device, number = move((0, seq))
        assert within(former if device == 7 else own, number) == (seq in sequences)
    assert all(0 < low <= high for low, high in (*former, *own))
