"""What the tests of presenters share: a township and its county."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from laborclerk.store.store import Store
from tests.unit.ui.stations import county, township


@pytest.fixture
def ours(tmp_path: Path) -> Iterator[Store]:
    store = township(tmp_path / "township")
    yield store
    store.close()


@pytest.fixture
def store(ours: Store) -> Store:
    """It, where there is no other."""
    return ours


@pytest.fixture
def theirs(tmp_path: Path) -> Iterator[Store]:
    store = county(tmp_path / "county")
    yield store
    store.close()
