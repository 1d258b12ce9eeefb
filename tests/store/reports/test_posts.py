"""What became of a post: each step counts the list behind it, and the places add up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from laborclerk.catalog.fields import Value
from laborclerk.features.demand.service import save_employer, save_post
from laborclerk.features.dispatch.batches import members as members_of
from laborclerk.features.dispatch.outcome import sent
from laborclerk.features.dispatch.service import add_members
from laborclerk.features.dispatch.travels import absent, arrive, come_home
from laborclerk.features.matching.offers import record_offer
from laborclerk.features.registry.places import place_id
from laborclerk.features.reports.counts import Report, report
from laborclerk.features.reports.kinds import ReportKind
from laborclerk.features.reports.listing import behind
from laborclerk.features.reports.pictures import charts_of
from laborclerk.printing.charts import Funnel
from laborclerk.store.store import Store
from tests import dispatching as d

POST: dict[str, Value] = {
    "name": "电焊工", "headcount": 60, "work_place": d.FUZHOU, "registered": "2026-11-10",
    "occupation": "6-18",
}  # fmt: skip
LEFT, RIGHT = "530627001001", "530627100001"  # six people live in the one, three in the other


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = d.county(tmp_path / "county")
    yield made
    made.close()


def figures(found: Report) -> dict[str, tuple[int | str, ...]]:
    return {line.key: line.values for line in found.lines}


def test_a_post_is_followed_from_who_was_asked_to_who_is_there(store: Store) -> None:
    people = d.people(store, {LEFT: 6, RIGHT: 3})
    firm = save_employer(store, {"name": "某船厂"}).id
    welders = save_post(store, {**POST, "employer": firm}).id
    cooks = save_post(store, {**POST, "employer": firm, "name": "厨工", "headcount": 2}).id
    for person in people:
        answer = {"answer": "2", "reasons": "1"} if person == people[5] else {"answer": "1"}
        record_offer(store, person, welders, answer)
    record_offer(store, people[0], cooks, {"answer": "3"})
    batch = d.batch(store, people[:5], post=welders)
    d.batch(store, people[:2], post=cooks)  # nobody had said yes
    members = add_members(store, batch, people[6:8]).ids
    with store.read() as session:
        every = [m.id for m in members_of(session, batch)]
    arrive(store, every[:4], "2026-11-22")
    come_home(store, every[:1], "2026-11-25", "1")
    absent(store, members[:1], "9", left=True)
    with store.read() as session:
        found = report(session, ReportKind.POSTS, place_id(d.COUNTY), "2026-11-30")
        town = report(session, ReportKind.POSTS, place_id("530627100000"), "2026-11-30")
        before = report(session, ReportKind.POSTS, place_id(d.COUNTY), "2026-11-21")
        assert [c.name.split()[-1] for c in found.columns] == ["合计", "电焊工", "厨工"]
        assert figures(found) == {
            "wanted": (62, 60, 2), "asked": (10, 9, 1), "willing": (8, 8, 0),
            "batched": (9, 7, 2), "arrived": (4, 4, 0), "there": (3, 3, 0), "absent": (1, 1, 0),
        }  # fmt: skip
        assert [line.share for line in found.lines] == [None, None, 800, None, 444, 750, 111]
        assert figures(town)["batched"] == (2, 2)
        assert figures(before)["arrived"] == (0, 0, 0)
        for line in found.lines:
            for column, value in zip(found.columns, line.values, strict=True):
                listing = behind(session, found, line.key, column.key)
                shown = value
                if line.key == "wanted":  # the posts that want them
                    shown = 1 if column.key else 2
                assert (listing.total, len(listing.entries)) == (shown, shown), line.key
        assert behind(session, found, "asked", str(welders), 4, 8).entries[0].person == people[8]
        assert sent(session) == {welders: (7, 4), cooks: (2, 0)}
        [(_, whole), (title, first)] = charts_of(found)
    assert isinstance(whole, Funnel)
    assert isinstance(first, Funnel)
    assert title == "某船厂 电焊工"
    assert [(s.value, s.share) for s in first.steps] == [
        (60, ""), (9, ""), (8, "88.9%"), (7, "87.5%"), (4, "57.1%"), (3, "75.0%")
    ]  # fmt: skip
