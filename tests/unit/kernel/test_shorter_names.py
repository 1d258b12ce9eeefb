"""What differs from file to file is what stays of a name."""

from __future__ import annotations

import pytest

from laborclerk.kernel.file_names import shorter_names


@pytest.mark.parametrize(
    ("name", "shortest"),
    [
        ("上报-乌峰街道-20261122-100000.lcb", "乌峰街道-20261122-100000"),
        ("返还-泼机镇.lcb", "泼机镇"),
        ("泼机镇-第三次.lcb", "泼机镇-第三次"),
        ("乌峰街道(电脑 48T9)", "乌峰街道(电脑 48T9)"),
        ("上报-", "上报-"),
    ],
)
def test_the_kind_and_the_ending_go_first(name: str, shortest: str) -> None:
    assert shorter_names(name)[0] == name
    assert shorter_names(name)[-1] == shortest
