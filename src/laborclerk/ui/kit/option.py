"""What a delegate is told to paint: the stubs of PySide6 name no member of it."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QStyleOptionViewItem


def members(option: QStyleOptionViewItem) -> Any:
    """The same option, with its members: `rect`, `state`, `widget`, `text`, `font`."""
    return option
