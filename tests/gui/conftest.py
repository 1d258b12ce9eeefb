"""What every test of the window runs under: no screen needed, our fonts and theme."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from laborclerk.store.store import Store
from laborclerk.ui import station as stations
from laborclerk.ui.kit.fields import FieldEdit
from laborclerk.ui.station import Station
from tests.gui.showing import shown
from tests.unit.ui.stations import opened, township

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
Show = Callable[[QWidget], Any]


@pytest.fixture(scope="session", autouse=True)
def look(qapp):
    """Fonts and theme as in the real window."""
    from laborclerk.ui.kit import theme

    theme.load_fonts()
    theme.apply(qapp)


@pytest.fixture(autouse=True)
def rested(monkeypatch: pytest.MonkeyPatch) -> None:
    """No field moved on by itself just before: tests follow each other faster than hands can."""
    monkeypatch.setattr(FieldEdit, "_moved_on_at", 0.0)


@pytest.fixture
def forms() -> list[tuple[int, int | None]]:
    """The households, and who of each, that a screen led to."""
    return []


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A small township, open."""
    made = township(tmp_path / "township")
    yield made
    made.close()


@pytest.fixture
def station(store: Store) -> Station:
    """It as the window has it, its places and round read anew with every change."""
    made = opened(store)

    def follow(_touched: object) -> None:
        made.tree, made.round = stations.look(store)

    made.runner.on_change(follow)
    return made


@pytest.fixture
def show(qtbot: QtBot) -> Show:
    """Shows a screen alone, in a window of its own."""
    return partial(shown, qtbot)
