"""Drafts of two clerks on one household: neither loses what she typed to the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from laborclerk.app import open_station
from laborclerk.store import drafts
from laborclerk.store.keyring import Keyring
from laborclerk.store.store import KEYS, Store
from tests.postgres import BOTH
from tests.small import CLERK, PASSWORD, station

pytestmark = BOTH

OTHER = "李录入"


@pytest.fixture
def windows(tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    """Two clerks, each in a window of her own."""
    one = station(tmp_path / "s")
    Keyring.load(one.folder / KEYS).add(one.key, OTHER, PASSWORD)
    two = open_station(tmp_path / "s", OTHER, PASSWORD)
    yield one, two
    one.close()
    two.close()


def contents(store: Store) -> dict[str, str]:
    return {d.clerk: d.content["note"] for d in drafts.kept(store, "household")}


def test_each_clerk_has_her_own_draft_of_a_household(windows: tuple[Store, Store]) -> None:
    one, two = windows
    drafts.keep(one, "household", 7, {"note": "甲"})
    drafts.keep(two, "household", 7, {"note": "乙"})
    assert contents(one) == {CLERK: "甲", OTHER: "乙"}


def test_saving_forgets_ones_own_draft_only(windows: tuple[Store, Store]) -> None:
    one, two = windows
    drafts.keep(one, "household", 7, {"note": "甲"})
    drafts.keep(two, "household", 7, {"note": "乙"})
    drafts.drop(two, "household", 7)
    assert contents(one) == {CLERK: "甲"}


def test_anothers_draft_may_be_thrown_away_by_name(windows: tuple[Store, Store]) -> None:
    one, two = windows
    drafts.keep(one, "household", 7, {"note": "甲"})
    drafts.drop(two, "household", 7, clerk=CLERK)
    assert contents(one) == {}


def test_who_goes_on_with_anothers_draft_has_it_as_her_own(windows: tuple[Store, Store]) -> None:
    one, two = windows
    drafts.keep(one, "household", 7, {"note": "甲"})
    (found,) = drafts.kept(two)
    drafts.take_over(two, found)
    assert contents(one) == {OTHER: "甲"}
    (mine,) = drafts.kept(two)
    assert (mine.at, mine.record_id) == (found.at, 7)
    drafts.take_over(two, mine)
    assert contents(one) == {OTHER: "甲"}
