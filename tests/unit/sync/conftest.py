"""A township's laptop and the file it writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.sync.stations import Enrolled, enrol


@pytest.fixture
def township() -> Enrolled:
    return enrol()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "乌峰街道.lcb"
