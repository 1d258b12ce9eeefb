"""A screen of a worklist that only counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class Screen:
    """Counts what it was told; `opened` are the forms it was led to."""

    opened: list[tuple[int, int | None]] = field(default_factory=list)
    times: int = 0

    def list_changed(self) -> None:
        self.times += 1

    line_changed = sides_changed = told = list_changed

    def open(self, household: int, person: int | None, _queue: Sequence[int]) -> None:
        self.opened.append((household, person))
