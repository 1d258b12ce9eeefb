"""A hybrid logical clock: dates the audit and breaks ties, never decides order."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime

_DAY = 86_400_000


class Clock:
    """Milliseconds since 1970 that never run backwards, whatever the laptop's clock does."""

    def __init__(self, last: int = 0, wall: Callable[[], float] = time.time) -> None:
        self._last = last
        self._wall = wall
        self._lock = threading.Lock()  # a print notes what it did beside a save

    def __call__(self) -> int:
        with self._lock:
            self._last = max(self._last + 1, int(self._wall() * 1000))
            return self._last

    def observe(self, seen: int) -> None:
        """Never tick below a time this device wrote itself."""
        with self._lock:
            self._last = max(self._last, seen)

    def meet(self, seen: int) -> None:
        """Tick above a time another device wrote, unless that one lives in the future: one
        laptop's wrong clock must not turn everybody's."""
        if not self.is_ahead(seen):
            with self._lock:
                self._last = max(self._last, seen)

    def is_ahead(self, seen: int) -> bool:
        """Whether a time (ms) lies more than a day after this laptop's own clock: one of the two
        clocks is, or was, wrong."""
        return seen > self.wall() + _DAY

    def wall(self) -> int:
        """What the laptop's own clock says now (ms), right or wrong: for names and ages."""
        return int(self._wall() * 1000)

    def today(self) -> str:
        """Today's date as ISO text."""
        return datetime.fromtimestamp(self._wall()).date().isoformat()


def show_time(milliseconds: int) -> str:
    """Local time to the minute, e.g. `2026-11-20 09:05`."""
    return datetime.fromtimestamp(milliseconds / 1000).strftime("%Y-%m-%d %H:%M")
