"""Watches that the event loop keeps turning: how long the window's own thread was busy between
two turns. Its processor time is measured, not the clock, for the machines of tests are shared."""

from __future__ import annotations

import gc
import time

from PySide6.QtCore import QObject, QTimer

LIMIT = 0.050  # seconds (experience.md: nothing over 50 ms)


class LoopWatch(QObject):
    """Start it, do things, ask `longest`."""

    def __init__(self) -> None:
        super().__init__()
        # as the program does when it has started; what earlier tests left is not looked through
        gc.collect()
        gc.freeze()
        self.longest = 0.0
        self._last = time.thread_time()
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def _beat(self) -> None:
        now = time.thread_time()
        self.longest = max(self.longest, now - self._last)
        self._last = now

    def stop(self) -> float:
        """End → the longest time the loop did not turn, in seconds of work."""
        self._timer.stop()
        self._beat()
        gc.unfreeze()
        return self.longest
