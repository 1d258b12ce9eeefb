"""Progress on a terminal: a bar with count and time left, on stderr; nothing elsewhere."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class Bar:
    """A `kernel.progress.Progress`. Ctrl+C cancels: the work leaves nothing half done."""

    def __init__(self) -> None:
        self._shown: Progress | None = None
        self._task: TaskID | None = None
        self._on = sys.stderr.isatty()

    def start(self, label: str, total: int | None = None) -> None:
        if not self._on:
            return
        if self._shown is None:
            self._shown = _progress()
            self._shown.start()
        if self._task is not None:
            self._shown.remove_task(self._task)
        self._task = self._shown.add_task(label, total=total)

    def step(self, done: int) -> None:
        if self._shown is not None and self._task is not None:
            self._shown.update(self._task, completed=done)

    def close(self) -> None:
        """Take the bar off the screen."""
        if self._shown is not None:
            self._shown.stop()
            self._shown = None


def _progress() -> Progress:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("剩余"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
