"""What an answer acknowledges is read strictly: the county's file may be anybody's work."""

from __future__ import annotations

import pytest

from laborclerk.sync.answer import _is_ack


def test_a_line_of_what_counts_is_incarnation_last_digests_and_gaps() -> None:
    assert _is_ack([1, 0, [], []])
    assert _is_ack([7, 12, ["ab", "cd"], [[1, 3], [5, 5]]])


@pytest.mark.parametrize(
    "line",
    [
        None,
        [],
        [1, 2],
        [1, 2, []],
        [1, -1, [], []],
        [1, "2", [], []],
        [1, 2, "ab", []],
        [1, 2, [["ab"]], []],
        [1, 2, [3], []],
        [1, 2, [], [3]],
        [1, 2, [], [[3, 2]]],
        [1, 2, [], [[0, 1]]],
        [1, 2, [], [[1, 2, 3]]],
        [1, 2, [], "ab"],
    ],
)
def test_anything_else_is_none(line: object) -> None:
    assert not _is_ack(line)
