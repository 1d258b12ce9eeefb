"""Which job may run when: short jobs in one worker, long ones in another beside it.

The store lets many read while one writes. So screens, finds and saves never wait for a print, and
screens never wait for an import; a save waits for an import, for both write.
"""

from __future__ import annotations

from typing import Generic, Protocol, TypeVar

from laborclerk.ui.jobs import Way

_LONG = (Way.LONG_READ, Way.LONG_WRITE)
_ENTRIES = (Way.WRITE, Way.LAST)


class Placed(Protocol):
    """What is put in a lane."""

    @property
    def way(self) -> Way: ...


P = TypeVar("P", bound=Placed)


def is_long(job: Placed) -> bool:
    """Whether a job belongs into the lane of the long ones."""
    return job.way in _LONG


class Lanes(Generic[P]):
    """The jobs that wait and the two that run; the caller holds a lock."""

    def __init__(self) -> None:
        self.waiting: list[P] = []  # in the order they were handed in
        self.short: P | None = None  # under way
        self.long: P | None = None

    @property
    def running(self) -> list[P]:
        """The jobs under way."""
        return [job for job in (self.short, self.long) if job is not None]

    def holds(self, job: P) -> bool:
        """Whether a job handed in now waits for long writing."""
        writing = self.long is not None and self.long.way is Way.LONG_WRITE
        return writing and job.way is Way.WRITE

    def left(self, *, long: bool) -> bool:
        """Whether something waits in this lane."""
        return any(is_long(job) is long for job in self.waiting)

    def take(self, *, long: bool) -> P | None:
        """The next job of a lane, from now on under way; None while none may begin."""
        job = self._next_long() if long else self._next_short()
        if job is not None:
            self.waiting.remove(job)
            if long:
                self.long = job
            else:
                self.short = job
        return job

    def over(self, job: P) -> None:
        """A job is done."""
        if self.long is job:
            self.long = None
        else:
            self.short = None

    def _next_short(self) -> P | None:
        held = False  # an entry waits for long writing
        after_long = self.long is not None
        for job in self.waiting:
            if is_long(job):
                after_long = True
            elif job.way is Way.LAST:
                return None if after_long or held else job
            elif self.holds(job):
                held = True
            elif job.way is not Way.READ or not held:
                return job
        return None

    def _next_long(self) -> P | None:
        for job in self.waiting:
            if is_long(job):
                entering = self.short is not None and self.short.way in _ENTRIES
                return None if entering else job
            if job.way in _ENTRIES:
                return None  # it is to see what was entered before it
        return None
