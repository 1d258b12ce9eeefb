"""Booklets: their order on the sheet, what is drawn once, what each worker gets."""

from __future__ import annotations

import io
from functools import cache

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laborclerk.features.handbook.booklets import write_booklets
from laborclerk.features.handbook.content import content
from laborclerk.features.handbook.pages import Owner, Pages, Trip
from laborclerk.printing.booklet import imposed

TRIP = Trip(
    "350100000000", "福建省福州市", "530627-2026-001", "福州某某船舶重工有限公司",
    leader="周带队", leader_phone="13987000001",
)  # fmt: skip
LONG = Owner(name="阿不都热西提·阿不都卡德尔·买买提艾力", contact="李\ue863")
RARE = Owner(name="李𠮷明")


@given(st.integers(1, 12).map(lambda n: 4 * n))
def test_every_page_stands_once_and_folds_into_order(count: int) -> None:
    sides = imposed(count)
    assert sorted(p for side in sides for p in side) == list(range(count))
    fronts, backs = sides[::2], sides[1::2]
    for (last, first), (second, before) in zip(fronts, backs, strict=True):
        assert (second, before) == (first + 1, last - 1)  # back to back on one leaf
    leaves = [first for _, first in fronts] + [before for _, before in reversed(backs)]
    assert leaves == list(range(0, count, 2))


@pytest.mark.parametrize("count", [1, 2, 6])
def test_pages_that_do_not_fold_are_refused(count: int) -> None:
    with pytest.raises(ValueError, match="do not fold"):
        imposed(count)


CHECKED = {(i.key, i.digest): "2026-11-01" for i in content().items}


@cache
def made(*owners, folded=True, trip=TRIP, checked=False):
    stream = io.BytesIO()
    pages = Pages(content(), trip, CHECKED if checked else {}, "打印")
    count = write_booklets(stream, pages, owners, folded=folded, invariant=True)
    return count, stream.getvalue()


@cache
def text_of(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def test_a_booklet_has_24_pages_or_six_sheets_of_two_sides():
    assert made(LONG, folded=False)[0] == 24
    assert made(LONG)[0] == 12
    assert len(Pages(content(), TRIP, {}).all()) % 4 == 0


def test_cover_own_page_and_card_carry_the_name_whatever_it_is():
    for owner in (LONG, RARE):
        texts = text_of(made(owner, folded=False)[1])
        for page in (0, 1, 23):
            assert owner.name in texts[page].replace("\n", ""), (owner.name, page)
    texts = text_of(made(LONG, folded=False)[1])
    assert "U+E863" in texts[1]


def test_shared_pages_are_drawn_once_for_all_workers():
    _, one = made(LONG)
    _, many = made(*(Owner(name=f"王{n}") for n in range(20)))
    assert len(many) - len(one) < 20 * 10_000


def test_the_unchecked_are_marked_and_the_checked_are_not():
    texts = text_of(made(LONG, folded=False)[1])
    assert "※" in texts[9]
    assert "※" not in "".join(text_of(made(LONG, folded=False, checked=True)[1]))


def test_what_is_not_known_is_left_to_be_written():
    texts = text_of(made(Owner(), folded=False, trip=Trip())[1])
    assert "姓名" in texts[1]
    assert "出发前问问去过的人" in texts[5]


def test_the_four_parts_that_the_source_asks_for_are_in_it():
    """002-25: 维权电话、紧急电话、维权法律知识、城市生活常识."""
    flat = "".join(text_of(made(LONG, folded=False)[1]))
    for needed in ("12333", "110", "劳动合同法", "租房", "工资记录", "合同核对清单", "平安卡"):
        assert needed in flat, needed
