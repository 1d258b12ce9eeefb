"""How presenters hand work to the store: plain Python, so that they are tested without Qt.

A job runs apart from the window and comes back on its thread. Its `Way` says what it waits for:
what was entered first is kept first, and what is read sees what was entered before. A job with a
`key` replaces one of the same key that has not started, and its result is dropped when a newer one
was handed in (find as you type, drafts).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, Protocol, TypeVar

from laborclerk.kernel.progress import SILENT, Cancelled, Progress

T = TypeVar("T")
Touched = Mapping[str, Set[int]] | None  # record type → ids; None: anything may have changed
OnChange = Callable[[Touched], None]
Failed = Callable[[BaseException], None]


@dataclass(frozen=True, slots=True)
class Steps:
    """How far long work is: what it does, how much of how much (None: not known)."""

    label: str
    done: int = 0
    total: int | None = None


class Way(Enum):
    """How a job stands to the others. Long ones run one after another beside the short ones, each
    after the entries handed in before it; the order of the short ones is kept.

    - WRITE: an entry; while long writing runs it waits, for both write.
    - READ: sees every entry handed in before it, even one that waits for long writing.
    - LOOK: reads for a screen that hears of changes: it does not wait with such an entry.
    - LONG_READ: prints, exports, tries out, backs up. Entries and screens go on beside it; what it
      writes itself at its end must be one short act.
    - LONG_WRITE: imports, restores.
    - LAST: after everything handed in before it, before everything after it.
    """

    WRITE = "write"
    READ = "read"
    LOOK = "look"
    LONG_READ = "long_read"
    LONG_WRITE = "long_write"
    LAST = "last"


class Job(Protocol):
    """Work that was handed in; `held` when it is an entry that waits for long writing."""

    held: bool

    def cancel(self) -> None:
        """Ask it to stop: at its next step it leaves nothing half done."""


@dataclass(frozen=True, slots=True)
class Order:
    """Work as it was handed in, with whom to tell how it goes and how it ended."""

    work: Callable[[Progress], Any]
    done: Callable[[Any], None] | None
    failed: Failed | None
    way: Way
    key: str | None
    steps: Callable[[Steps], None] | None


class Runner:
    """Runs work on the store apart from the window."""

    def run(
        self,
        work: Callable[[Progress], T],
        done: Callable[[T], None] | None = None,
        failed: Failed | None = None,
        *,
        way: Way = Way.WRITE,
        key: str | None = None,
        steps: Callable[[Steps], None] | None = None,
    ) -> Job:
        """Run `work`; then `done` with its result or `failed` with what it raised, `steps` in
        between. Without `failed` the window says what went wrong in its one place."""
        return self.take(Order(work, done, failed, way, key, steps))

    def take(self, order: Order) -> Job:
        """What each runner does with an order."""
        raise NotImplementedError

    def fail(self, error: BaseException) -> None:
        """Say in the window's one place what went wrong."""
        raise NotImplementedError

    def changed(self, touched: Touched) -> None:
        """Tell every open screen which records a change touched."""
        raise NotImplementedError

    def on_change(self, listener: OnChange) -> Callable[[], None]:
        """Be told of changes → a function that ends it."""
        raise NotImplementedError


@dataclass
class Listeners:
    """Who is told of changes; used by every runner."""

    _listeners: list[OnChange] = field(default_factory=list)

    def changed(self, touched: Touched) -> None:
        for listener in list(self._listeners):
            listener(touched)

    def on_change(self, listener: OnChange) -> Callable[[], None]:
        self._listeners.append(listener)

        def end() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return end


class _Done:
    """A job that is over already."""

    held = False

    def cancel(self) -> None:
        pass


class WindowRunner(Listeners, Runner):
    """The runner of one window, on the one of the program. After `end` what was handed in is still
    done, but told to nobody: its screens are gone. Only an entry that failed is still said, by the
    program. Nothing new is taken, and the window hears of no more changes."""

    def __init__(self, program: Runner) -> None:
        super().__init__()
        self.program = program
        self._ended = False
        self._deaf = program.on_change(super().changed)

    def end(self) -> None:
        """The window goes."""
        self._ended = True
        self._deaf()

    def fail(self, error: BaseException) -> None:
        self.program.fail(error)

    def changed(self, touched: Touched) -> None:
        self.program.changed(touched)

    def take(self, order: Order) -> Job:
        if self._ended:
            return _Done()

        def back(result: Any) -> None:
            if order.done is not None and not self._ended:
                order.done(result)

        def wrong(error: BaseException) -> None:
            if not self._ended:
                (order.failed or self.fail)(error)
            elif order.way in (Way.WRITE, Way.LONG_WRITE) and not isinstance(error, Cancelled):
                self.fail(error)

        def on_the_way(now: Steps) -> None:
            if order.steps is not None and not self._ended:
                order.steps(now)

        told = on_the_way if order.steps is not None else None
        return self.program.take(replace(order, done=back, failed=wrong, steps=told))


class InlineRunner(Listeners, Runner):
    """Runs everything at once, in the caller's thread: for tests."""

    def fail(self, error: BaseException) -> None:
        raise error

    def take(self, order: Order) -> Job:
        try:
            result = order.work(SILENT)
        except Exception as error:
            (order.failed or self.fail)(error)
        else:
            if order.done is not None:
                order.done(result)
        return _Done()


def touches(touched: Touched, *record_types: str) -> bool:
    """Whether a change concerns one of these registers."""
    return touched is None or any(touched.get(kind) for kind in record_types)
