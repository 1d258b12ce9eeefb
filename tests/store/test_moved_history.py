"""The history of a household that moved here reads in the order in which it happened."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any

from laborclerk.catalog.fields import Value
from laborclerk.features.registry.model import Household
from laborclerk.store.history import history
from laborclerk.store.store import Store
from tests.exchanging import GROUPS, answer, opened, send, stations
from tests.small import add_household


def notes(store: Store, household: int) -> list[tuple[Value, Value]]:
    """What its note was and became."""
    with store.read() as session:
        events = history(session, session.get_one(Household, household))
    return [event.changes["note"] for event in events if "note" in event.changes]


def change(store: Store, household: int, **facts: Any) -> None:
    with store.write("test.change") as work:
        work.change(work.session.get_one(Household, household), facts)


def test_what_the_old_township_did_comes_before_what_the_county_made_of_it(tmp_path: Path) -> None:
    stations(tmp_path)
    with ExitStack() as open_:
        county, old, new = (opened(tmp_path, name) for name in ("county", "乌峰", "泼机"))
        for store in (county, old, new):
            open_.callback(store.close)
        home = add_household(old, place=GROUPS["乌峰"][0], note="一")
        change(old, home, note="二")
        send(old, county, tmp_path / "1.lcb")
        change(county, home, note="三")
        change(county, home, place=GROUPS["泼机"][0])
        answer(new, county, tmp_path / "2.lcb")
        assert notes(new, home) == notes(county, home)
        assert notes(new, home) == [(None, "一"), ("一", "二"), ("二", "三")]
