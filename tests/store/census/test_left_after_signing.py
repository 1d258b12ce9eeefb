"""What left a village after it was signed, on either kind of store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from laborclerk.features.census.rounds import need_round
from laborclerk.features.coverage.changed import changed_since
from laborclerk.features.coverage.gaps import GapKind, gaps
from laborclerk.features.coverage.model import SignOff
from laborclerk.features.registry.model import Household, Person
from laborclerk.store.store import Store
from tests.postgres import BOTH
from tests.small import GROUP, OTHER_GROUP, VILLAGE, add_household, station

pytestmark = BOTH


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = station(tmp_path / "s")
    yield made
    made.close()


def test_who_left_a_signed_village_is_listed_and_who_did_before_is_not(store: Store) -> None:
    early, moved, kept, there = (
        add_household(store, {"name": f"周{n}"}, {"name": f"李{n}"}, place=place, number=f"000{n}")
        for n, place in enumerate((GROUP, GROUP, GROUP, OTHER_GROUP))
    )
    with store.write("registry.transfer") as work:
        work.change(work.session.get_one(Household, early), {"place": OTHER_GROUP})
    with store.write("test.sign") as work:
        round_id = need_round(work.session).id
        signed = work.add(
            SignOff(round=round_id, place=VILLAGE, date="2026-11-20", signer="李", at=work.clock())
        ).id
    with store.write("registry.transfer") as work:
        work.change(work.session.get_one(Household, moved), {"place": OTHER_GROUP})
        member = work.session.scalars(sa.select(Person).where(Person.name == "李2")).one()
        work.change(member, {"household": there})
    with store.read() as session:
        found = changed_since(session, session.get_one(SignOff, signed))
        assert {key: len(events) for key, events in found.items()} == {moved: 1, kept: 1}
        texts = [g.text.split(" · ")[0] for g in gaps(session, round_id, VILLAGE, GapKind.CHANGED)]
    assert texts == ["李2转到别户", "转出本村"]
