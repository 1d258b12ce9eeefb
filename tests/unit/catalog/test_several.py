"""Several codes in one text: a name that holds the very mark between two stays whole."""

from __future__ import annotations

from itertools import pairwise

import pytest

from laborclerk.catalog.codes import code_list
from laborclerk.catalog.fields import Codes
from laborclerk.catalog.values import read, show

CASES: list[tuple[str, str, str | None]] = [
    ("occupation", "交通运输、仓储物流和邮政业服务人员、焊工", "4-02,6-18"),
    ("occupation", "焊工,农、林、牧、渔业生产辅助人员;保安", "4-07,5-05,6-18"),
    ("occupation", "焊工\uff0c保安\uff1b普工", "4-07,6-18,6-99"),  # the marks of Chinese type
    ("training_item", "1、2", "1,2"),  # never number 12
    ("training_item", "1 2", "1,2"),
    ("training_item", "12", "12"),
]


@pytest.mark.parametrize(("codes", "text", "value"), CASES)
def test_a_text_of_several_is_read(codes: str, text: str, value: str | None) -> None:
    reading = read(Codes(codes), text)
    assert (reading.value, reading.problems) == (value, ())


@pytest.mark.parametrize("name", ["occupation", "industry"])
def test_what_is_shown_of_any_two_is_read_as_them(name: str) -> None:
    items = [i.code for i in code_list(name).items]
    for first, second in pairwise(items):
        value = ",".join(code_list(name).order([first, second]))
        reading = read(Codes(name), show(Codes(name), value))
        assert (reading.value, reading.problems) == (value, ()), (first, second)
