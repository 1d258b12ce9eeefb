"""The census's papers print as they were last looked at and approved."""

from __future__ import annotations

from pathlib import Path

import pytest

from laborclerk.features.census.documents import print_census_forms
from laborclerk.features.census.public_list import PublicList, print_public_list
from laborclerk.features.registry.papers import enrolment_sheet, recovery_sheet
from laborclerk.printing.pdf import render_pdf
from laborclerk.store.store import Store
from laborclerk.sync.ledger import Station

from . import village
from .compare import check

STATION = Station("township", "530627001000", "乌峰街道", "530627001", "2WX9NESGAHNNT")
CODE = "7K3QF-0M1XA-92BCD-EFGH5-JKMNP-QRST8"


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    store, round_id = village.village_store(tmp_path_factory.mktemp("station") / "store")
    yield store, round_id
    store.close()


PAPERS = {
    "census_prefilled": lambda store, round_id, out: print_census_forms(
        store, round_id, out, households=[village.KNOWN, village.MANY]
    ),
    "census_blank": lambda store, round_id, out: print_census_forms(
        store, round_id, out, place=village.GROUP_1, blank=True, first_number="YZJ-0001"
    ),
    "census_continuation": lambda store, round_id, out: print_census_forms(
        store, round_id, out, blank=True, continuation=True
    ),
    "public_list": lambda store, round_id, out: print_public_list(
        store, round_id, village.VILLAGE, out
    ),
    "public_list_away": lambda store, round_id, out: print_public_list(
        store, round_id, village.TOWNSHIP, out, kind=PublicList.AWAY
    ),
    "recovery_sheet": lambda store, round_id, out: render_pdf(
        recovery_sheet(STATION, CODE, village.CLERK, "2026-11-22"), out
    ),
    "enrolment_sheet": lambda store, round_id, out: render_pdf(
        enrolment_sheet(STATION, "0471 9920 1834 5507 2216", village.CLERK, "2026-11-22"), out
    ),
}


@pytest.mark.parametrize("name", PAPERS)
def test_the_paper_prints_as_approved(name: str, printed: tuple[Store, int], tmp_path: Path):
    store, round_id = printed
    out = tmp_path / "out.pdf"
    pages = PAPERS[name](store, round_id, out)
    assert pages > 0
    check(out.read_bytes(), name, actual=tmp_path)
