"""Background work for the window: one worker thread for the store, results by signal.

SQLite has one writer and a clerk one pair of hands: one worker keeps the order of her entries and
needs no locks. The event loop only builds and shows.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from laborclerk.kernel.progress import Cancelled, Progress
from laborclerk.ui.jobs import Failed, Job, Listeners, Steps

T = TypeVar("T")
_TELL_EVERY = 0.1  # seconds between two reports of progress


@dataclass
class _Task:
    """One job in the queue; it is its own progress."""

    work: Callable[[Progress], Any]
    done: Callable[[Any], None] | None
    failed: Failed | None
    key: str | None
    steps: Callable[[Steps], None] | None
    tell: Callable[[_Task, Steps], None]
    stopped: threading.Event = field(default_factory=threading.Event)
    stale: bool = False
    _now: Steps = field(default_factory=lambda: Steps(""))
    _told: float = 0.0

    def cancel(self) -> None:
        self.stopped.set()

    def start(self, label: str, total: int | None = None) -> None:
        self._now = Steps(label, 0, total)
        self._tell(always=True)

    def step(self, done: int) -> None:
        if self.stopped.is_set():
            raise Cancelled
        self._now = Steps(self._now.label, done, self._now.total)
        self._tell(always=done == self._now.total)

    def _tell(self, *, always: bool) -> None:
        now = time.monotonic()
        if self.steps is not None and (always or now - self._told >= _TELL_EVERY):
            self._told = now
            self.tell(self, self._now)


class WorkerRunner(QObject):
    """The runner of the real window. Use it from the window's thread; `close` before quitting."""

    _came_back = Signal(object, object, object)  # task, result, error
    _on_the_way = Signal(object, object)  # task, steps
    idle = Signal()  # nothing is under way any more
    busy = Signal()

    def __init__(self, unhandled: Failed, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._unhandled = unhandled
        self._listeners = Listeners()
        self._queue: deque[_Task] = deque()
        self._lock = threading.Condition()
        self._open = True
        self._under_way = 0
        self._came_back.connect(self._finish, Qt.ConnectionType.QueuedConnection)
        self._on_the_way.connect(self._report, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(target=self._loop, name="store", daemon=True)
        self._thread.start()

    def run(
        self,
        work: Callable[[Progress], T],
        done: Callable[[T], None] | None = None,
        failed: Failed | None = None,
        *,
        key: str | None = None,
        steps: Callable[[Steps], None] | None = None,
    ) -> Job:
        task = _Task(work, done, failed, key, steps, self._on_the_way.emit)
        with self._lock:
            if key is not None:
                for other in [t for t in self._queue if t.key == key]:
                    self._queue.remove(other)
                    self._under_way -= 1
            self._newest(key, task)
            self._queue.append(task)
            self._under_way += 1
            self._lock.notify()
        self.busy.emit()
        return task

    def fail(self, error: BaseException) -> None:
        self._unhandled(error)

    def changed(self, touched: Any) -> None:
        self._listeners.changed(touched)

    def on_change(self, listener: Callable[[Any], None]) -> Callable[[], None]:
        return self._listeners.on_change(listener)

    def is_idle(self) -> bool:
        """Whether all that was handed in is done and told."""
        return self._under_way == 0

    def close(self) -> None:
        """Finish what is queued (drafts, saves) and stop."""
        with self._lock:
            self._open = False
            self._lock.notify()
        self._thread.join()

    _running: _Task | None = None

    def _newest(self, key: str | None, task: _Task) -> None:
        """Mark the one that runs now with this key as overtaken."""
        running = self._running
        if key is not None and running is not None and running.key == key:
            running.stale = True

    def _loop(self) -> None:
        while True:
            with self._lock:
                while not self._queue and self._open:
                    self._lock.wait()
                if not self._queue:
                    return
                task = self._running = self._queue.popleft()
            result, error = None, None
            try:
                result = task.work(task)
            except BaseException as caught:
                error = caught
            with self._lock:
                self._running = None
            try:
                self._came_back.emit(task, result, error)
            except RuntimeError:  # the window is gone
                return

    def _finish(self, task: _Task, result: Any, error: BaseException | None) -> None:
        self._under_way -= 1
        try:
            if error is not None:
                (task.failed or self._unhandled)(error)
            elif task.done is not None and not task.stale:
                task.done(result)
        finally:
            if self._under_way == 0:
                self.idle.emit()

    def _report(self, task: _Task, steps: Steps) -> None:
        if task.steps is not None:
            task.steps(steps)
