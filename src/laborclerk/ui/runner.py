"""Background work for the window: a worker for short jobs and one for long ones, results by signal.

SQLite has one writer and a clerk one pair of hands: one worker keeps the order of her entries. Long
work goes on beside it (`ui.lanes` says what may). The event loop only builds and shows.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal

from laborclerk.kernel.progress import Cancelled
from laborclerk.ui.jobs import Failed, Job, Listeners, OnChange, Order, Runner, Steps, Touched, Way
from laborclerk.ui.lanes import Lanes

T = TypeVar("T")
_TELL_EVERY = 0.1  # seconds between two reports of progress
_TURN = 0.001  # seconds after which a worker lets the window's thread go on


@dataclass(eq=False)
class _Task:
    """One job that was handed in; it is its own progress."""

    order: Order
    tell: Callable[[_Task, Steps], None]
    held: bool = False
    stopped: threading.Event = field(default_factory=threading.Event)
    stale: bool = False
    _now: Steps = field(default_factory=lambda: Steps(""))
    _told: float = 0.0

    @property
    def way(self) -> Way:
        return self.order.way

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
        if self.order.steps is not None and (always or now - self._told >= _TELL_EVERY):
            self._told = now
            self.tell(self, self._now)


class WorkerRunner(QObject, Runner):
    """The runner of the real window. Use it from the window's thread; `close` before quitting."""

    _came_back = Signal(object, object, object)  # task, result, error
    _on_the_way = Signal(object, object)  # task, steps
    idle = Signal()  # nothing is under way any more
    busy = Signal()

    def __init__(self, unhandled: Failed, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._unhandled = unhandled
        self._listeners = Listeners()
        self._lanes: Lanes[_Task] = Lanes()
        self._lock = threading.Condition()
        self._open = True
        self._under_way = 0
        # emitted by a worker, received by an object of the window's thread: queued by itself
        self._came_back.connect(self._finish)
        self._on_the_way.connect(self._report)
        sys.setswitchinterval(_TURN)
        self._threads = [
            threading.Thread(target=self._loop, args=(long,), name=name, daemon=True)
            for name, long in (("store", False), ("store-long", True))
        ]
        for thread in self._threads:
            thread.start()

    def take(self, order: Order) -> Job:
        task = _Task(order, self._on_the_way.emit)
        with self._lock:
            if order.key is not None:
                self._overtake(order.key)
            task.held = self._lanes.holds(task)
            self._lanes.waiting.append(task)
            self._under_way += 1
            self._lock.notify_all()
        self.busy.emit()
        return task

    def fail(self, error: BaseException) -> None:
        self._unhandled(error)

    def changed(self, touched: Touched) -> None:
        self._listeners.changed(touched)

    def on_change(self, listener: OnChange) -> Callable[[], None]:
        return self._listeners.on_change(listener)

    def is_idle(self) -> bool:
        """Whether all that was handed in is done and told."""
        return self._under_way == 0

    def close(self) -> None:
        """Finish what is queued (drafts, saves) and stop."""
        with self._lock:
            self._open = False
            self._lock.notify_all()
        for thread in self._threads:
            thread.join()

    def _overtake(self, key: str) -> None:
        """A newer job of this key: drop those that wait, mark the one that runs."""
        waiting = self._lanes.waiting
        for other in [task for task in waiting if task.order.key == key]:
            waiting.remove(other)
            self._under_way -= 1
        for running in self._lanes.running:
            if running.order.key == key:
                running.stale = True

    def _loop(self, long: bool) -> None:
        while True:
            with self._lock:
                while (task := self._lanes.take(long=long)) is None:
                    if not self._open and not self._lanes.left(long=long):
                        return
                    self._lock.wait()
            result, error = None, None
            try:
                result = task.order.work(task)
            except BaseException as caught:
                error = caught
            with suppress(RuntimeError):  # the window is gone; what is queued is still done
                self._came_back.emit(task, result, error)
            with self._lock:  # only now: what waited for it comes back after it
                self._lanes.over(task)
                self._lock.notify_all()

    def _finish(self, task: _Task, result: Any, error: BaseException | None) -> None:
        self._under_way -= 1
        try:
            if error is not None:
                (task.order.failed or self._unhandled)(error)
            elif task.order.done is not None and not task.stale:
                task.order.done(result)
        finally:
            if self._under_way == 0:
                self.idle.emit()

    def _report(self, task: _Task, steps: Steps) -> None:
        if task.order.steps is not None:
            task.order.steps(steps)
