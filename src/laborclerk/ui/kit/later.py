"""A part of a screen that is seldom seen: it is built when it is first shown, so that the screen
opens at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

Part = TypeVar("Part", bound=QWidget)


class Later(Generic[Part]):
    """Keeps the part's place in `column`; `make` builds it, `fill` says what it shows now."""

    def __init__(
        self,
        column: QBoxLayout,
        make: Callable[[], Part],
        fill: Callable[[Part], object] = lambda _: None,
    ) -> None:
        self._slot = QVBoxLayout()  # an empty one takes no room
        column.addLayout(self._slot)
        self._make, self._fill = make, fill
        self._part: Part | None = None

    @property
    def part(self) -> Part:
        """The part, built by now."""
        if self._part is None:
            self._part = self._make()
            self._part.hide()
            self._slot.addWidget(self._part)
        return self._part

    @property
    def on(self) -> bool:
        """Whether it is shown where it stands."""
        return self._part is not None and not self._part.isHidden()

    def show(self, on: bool = True) -> None:
        """Show it, with what it shows now, or take it away."""
        if on:
            self._fill(self.part)
            self.part.show()
        elif self._part is not None:
            self._part.hide()

    def refresh(self) -> None:
        """Fill it anew if it is shown."""
        if self.on:
            self._fill(self.part)
