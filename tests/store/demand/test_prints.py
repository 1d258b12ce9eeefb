"""The register, a notice and a call list: what they hold, and what a notice never says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from laborclerk.features.demand.service import save_employer, save_post
from laborclerk.features.matching.prints import print_call_list, print_demand, print_notice
from laborclerk.store.store import Store
from laborclerk.sync.ledger import TOWNSHIP, set_station
from tests.small import add_household, station
from tests.store.demand.test_matching import FIRM, PERSON, POST

NAME = "阿卜杜热西提·麦合木提·艾尔肯江·吐尔逊"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = station(tmp_path / "s", round_=False)
    set_station(made, TOWNSHIP, "530627001000", "乌峰街道")
    yield made
    made.close()


def text(path: Path) -> str:
    pdf: Any = pypdfium2.PdfDocument(path)
    try:
        found = "".join(page.get_textpage().get_text_range() for page in pdf)
    finally:
        pdf.close()
    return "".join(found.split())


def test_demand_prints_its_register_a_notice_and_a_call_list(store: Store, tmp_path: Path) -> None:
    firm = save_employer(store, FIRM).id
    post = save_post(
        store, POST | {"employer": firm, "sex": "1", "other_terms": "限男性,未婚,交押金"}
    ).id
    add_household(store, {**PERSON, "name": NAME, "wanted_job": "6-18", "phone": "15400000009"})
    register, notice, calls = (tmp_path / f"{n}.pdf" for n in ("register", "notice", "calls"))
    assert print_demand(store, register) == 1
    assert print_notice(store, post, notice) == 1
    assert print_call_list(store, post, calls) == 1
    assert "60" in text(register)
    assert FIRM["name"] in text(register)
    assert "6,500–8,500元" in text(notice)
    assert not any(word in text(notice) for word in ("男性", "未婚", "交押金"))
    assert NAME in text(calls)
    assert "不排除任何人" in text(calls)
    assert "15400000009" in text(calls)
    assert "15400000009" not in text(notice)
