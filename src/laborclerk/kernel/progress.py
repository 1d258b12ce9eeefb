"""Progress of long work, the same for window, command line and tests."""

from __future__ import annotations

from typing import Protocol


class Cancelled(Exception):
    """The clerk stopped the work; it leaves nothing half done."""


class Progress(Protocol):
    """Told by services; raises `Cancelled` from `step` when the clerk asked to stop."""

    def start(self, label: str, total: int | None = None) -> None: ...

    def step(self, done: int) -> None: ...


class Silent:
    """Progress that nobody watches."""

    def start(self, label: str, total: int | None = None) -> None:
        pass

    def step(self, done: int) -> None:
        pass


SILENT = Silent()
