"""The papers of job seekers print as they were last looked at and approved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from laborclerk.features.registry.model import Person
from laborclerk.features.seeking import prints
from laborclerk.features.seeking.listing import SeekKind
from laborclerk.features.seeking.service import register
from laborclerk.features.work.service import add_spell
from laborclerk.store.store import Store

from . import village
from .compare import check

FULL: dict[str, Any] = {
    "wanted_jobs": "6-18,6-29,4-02,5-05,6-99", "wanted_post": "二保焊、管道焊,也开叉车",
    "wanted_place": "350100000000", "second_place": "659001000000", "third_place": "999SGP",
    "expected_income": 8500, "employment_form": "2", "wants_training": True,
    "wanted_training": "6,7,8", "services": "1,3,6,9,10", "school": "昭通市某某职业技术学校",
    "major": "焊接技术应用", "height": 172, "weight": 65, "eyesight": "左4.9右5.0",
    "certificate_number": "5306270016009999", "registered": "2026-10-08",
    "note": "愿意带同组的人一起出去,家里有老人,一年要回来两次",
}  # fmt: skip
SPELL: dict[str, Any] = {
    "place": "330784000000", "start": "2024-03-01", "end": "2026-09-30", "job": "电焊工",
    "employer_name": "浙江某某汽车零部件制造有限公司永康分公司", "trade": "6-18",
    "return_reason": "3",
}  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    made, _ = village.village_store(tmp_path_factory.mktemp("station") / "store")
    with made.read() as session:
        query = sa.select(Person.name, Person.id).where(Person.household == village.KNOWN)
        people: dict[str | None, int] = dict(session.execute(query).all())
    head = next(i for name, i in people.items() if name == "周某某")
    add_spell(made, head, SPELL)
    register(made, head, FULL)
    for name in (village.LONG_NAME, village.RARE_NAME):
        register(made, people[name], {"wanted_jobs": "6-99", "registered": "2026-06-01"})
    yield made
    made.close()


PAPERS: dict[str, Callable[[Store, Path], int]] = {
    "seeking_form": lambda store, out: prints.print_forms(store, out),
    "seeking_blank": lambda store, out: prints.print_blank(store, village.VILLAGE, out),
    "seeking_list": lambda store, out: prints.print_list(
        store, SeekKind.OPEN, village.TOWNSHIP, out
    ),
}


@pytest.mark.parametrize("name", PAPERS)
def test_the_paper_prints_as_approved(name: str, store: Store, tmp_path: Path) -> None:
    out = tmp_path / "out.pdf"
    assert PAPERS[name](store, out) > 0
    check(out.read_bytes(), name, actual=tmp_path)
