"""What every test of the window runs under: no screen needed, our fonts and theme."""

from __future__ import annotations

import os

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(scope="session", autouse=True)
def look(qapp):
    """Fonts and theme as in the real window."""
    from laborclerk.ui.kit import theme

    theme.load_fonts()
    theme.apply(qapp)


@pytest.fixture
def forms() -> list[tuple[int, int | None]]:
    """The households, and who of each, that a screen led to."""
    return []
