"""Drafts of two clerks, or in two windows, on one household: neither loses what was typed to the
other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgpack
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


@pytest.fixture
def same_clerk(windows: tuple[Store, Store]) -> Iterator[tuple[Store, Store]]:
    """Two windows of one clerk."""
    one, _ = windows
    two = open_station(one.folder, CLERK, PASSWORD)
    yield one, two
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
    drafts.keep(two, "household", 7, {"note": "乙"})
    [others] = [d for d in drafts.kept(two) if d.clerk == CLERK]
    drafts.throw_away(two, others)
    assert contents(one) == {OTHER: "乙"}


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


def notes(store: Store) -> list[str]:
    return [d.content["note"] for d in drafts.kept(store, "household")]  # latest first


def test_each_window_of_a_clerk_has_a_draft_of_its_own(same_clerk: tuple[Store, Store]) -> None:
    one, two = same_clerk
    drafts.keep(one, "household", 7, {"note": "甲"})
    drafts.keep(two, "household", 7, {"note": "乙"})
    assert notes(one) == ["乙", "甲"]
    drafts.keep(one, "household", 7, {"note": "丙"})
    assert notes(two) == ["丙", "乙"]
    drafts.drop(two, "household", 7)
    assert notes(two) == ["丙"]


def test_what_a_window_left_behind_is_gone_on_with_in_another(
    same_clerk: tuple[Store, Store],
) -> None:
    one, two = same_clerk
    drafts.keep(one, "household", 7, {"note": "甲"})
    [left] = drafts.kept(two)
    drafts.take_over(two, left)
    drafts.keep(two, "household", 7, {"note": "甲乙"})
    assert notes(one) == ["甲乙"]
    drafts.drop(two, "household", 7)
    assert notes(one) == []


def test_a_draft_kept_before_windows_were_told_apart_is_still_there(
    same_clerk: tuple[Store, Store],
) -> None:
    one, two = same_clerk
    with one.local() as session:
        blob = msgpack.packb({"note": "甲"})
        session.add(drafts.Draft(kind="household", record_id=7, clerk=CLERK, at=1, content=blob))
    [left] = drafts.kept(two, "household")
    assert (left.kind, left.content) == ("household", {"note": "甲"})
    drafts.take_over(two, left)
    drafts.drop(two, "household", 7)
    assert drafts.kept(one) == []
