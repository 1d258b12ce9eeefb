"""The look: contrast of every colour that carries text, digits of one width, no missing glyph."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QApplication

from laborclerk.ui.kit import theme


def luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", theme.THEMES)
@pytest.mark.parametrize("token", theme.text_tokens())
def test_text_has_contrast_of_4_5_on_every_ground(name: str, token: str) -> None:
    tokens = theme.THEMES[name]
    for ground in ("surface", "panel", "selection"):
        ratio = contrast(getattr(tokens, token), getattr(tokens, ground))
        assert ratio >= 4.5, f"{name}: {token} on {ground} {ratio:.2f}"


@pytest.mark.parametrize("name", theme.THEMES)
def test_problem_colours_have_contrast_on_their_tints(name: str) -> None:
    tokens = theme.THEMES[name]
    for token in ("text", "warned", "wrong"):
        for ground in ("warned_tint", "wrong_tint"):
            assert contrast(getattr(tokens, token), getattr(tokens, ground)) >= 4.5
    assert contrast(tokens.on_accent, tokens.accent) >= 4.5


@pytest.mark.parametrize("name", theme.THEMES)
def test_the_edge_of_a_field_is_seen(name: str) -> None:
    tokens = theme.THEMES[name]
    assert contrast(tokens.border, tokens.surface) >= 3


@pytest.mark.parametrize("large", [False, True])
def test_digits_have_one_width_and_rows_stand_on_the_grid(qapp: QApplication, large: bool) -> None:
    theme.load_fonts()
    theme.apply(qapp, large=large)
    metrics = QFontMetricsF(theme.font())
    assert len({metrics.horizontalAdvance(d) for d in "0123456789"}) == 1
    assert theme.row_height() % theme.GRID == 0
    assert metrics.height() <= theme.row_height()
    theme.apply(qapp)


def test_a_theme_changes_the_open_application(qapp: QApplication) -> None:
    theme.apply(qapp, "dark")
    assert qapp.palette().window().color().name() == theme.DARK.panel
    theme.apply(qapp)
    assert qapp.palette().window().color().name() == theme.LIGHT.panel
