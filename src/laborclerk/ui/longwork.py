"""Long work on a screen: its progress with time left, cancelling, and how it ended in one sentence.

Every screen that imports, exports, prints, merges or backs up has one; the kit draws it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from laborclerk.kernel.errors import EnvironmentFault, Problem, Rejected
from laborclerk.kernel.progress import Cancelled, Progress
from laborclerk.ui.drives import Drive, place_of
from laborclerk.ui.jobs import Job, Runner, Steps, Way

T = TypeVar("T")
CANCELLED = "已取消,没有改动任何数据"
_PULLED = "U盘“{stick}”已拔出,“{file}”没有读写成。请重新插上,再做一次"


@dataclass(frozen=True, slots=True)
class Ended:
    """How work ended: one sentence, whether all of it was done, and the list behind it."""

    text: str
    whole: bool = True
    lines: Sequence[str] = ()


def told(error: BaseException, drives: Iterable[Drive] = ()) -> Ended | None:
    """What a clerk is told of an error, with a file on one of `drives` called by the stick's name;
    None for a bug, which the window's one place reports."""
    if isinstance(error, Cancelled):
        return Ended(CANCELLED, whole=False)
    if isinstance(error, Rejected):
        texts = [p.text for p in error.problems]
        return Ended(texts[0] if texts else "没有做成", whole=False, lines=texts[1:])
    if isinstance(error, EnvironmentFault):
        return Ended(fault_text(error, drives), whole=False)
    return None


def fault_text(error: Rejected | EnvironmentFault, drives: Iterable[Drive]) -> str:
    """What a clerk reads of what was refused or failed: a file on one of `drives` is called by the
    stick's name, and a stick that was pulled is asked for."""
    if isinstance(error, Rejected) or "file" not in error.problem.params:
        return str(error)
    found, drives = error.problem, tuple(drives)
    file, left = Path(found.params["file"]), found.params.get("left")
    for drive in drives if left is not None else ():
        if file.is_relative_to(drive.path) and not Path(left or ".").is_relative_to(drive.path):
            return _PULLED.format(stick=drive.name, file=file.name)
    return Problem(found.message, {**found.params, "file": place_of(file, drives)}).text


@dataclass
class LongWork:
    """One piece of long work at a time; `changed` is called when it starts and when it `ended`,
    `stepped` (if there is one) for the `steps` in between; `drives` are sticks seen so far."""

    runner: Runner
    changed: Callable[[], None]
    stepped: Callable[[], None] | None = None
    now: Callable[[], float] = time.monotonic
    drives: Callable[[], Iterable[Drive]] = tuple
    steps: Steps | None = None
    ended: Ended | None = None
    _job: Job | None = None
    _begun: float = 0.0
    _label: str = ""
    _stopping: bool = field(default=False, init=False)

    @property
    def running(self) -> bool:
        return self.steps is not None

    def place(self, file: Path) -> str:
        """Where a file lies, as people say it."""
        return place_of(file, self.drives())

    def run(
        self,
        label: str,
        work: Callable[[Progress], T],
        done: Callable[[T], Ended | None],
        failed: Callable[[BaseException], None] | None = None,
        *,
        way: Way = Way.LONG_WRITE,
    ) -> None:
        """Start it unless something runs. `done` gets the result and gives the sentence; `failed`
        is told of what went wrong besides the sentence that is shown. Entries go on beside work
        whose way is LONG_READ."""
        if self.running:
            return
        self.ended, self._stopping = None, False
        self.steps = Steps(label)
        self._begun, self._label = self.now(), label

        def finished(result: T) -> None:
            self.steps = self._job = None
            self.ended = done(result)
            self.changed()

        def broke(error: BaseException) -> None:
            self.steps = self._job = None
            known = self.ended = told(error, self.drives())
            self.changed()
            if failed is not None:
                failed(error)
            if known is None:
                self.runner.fail(error)

        self.changed()
        job = self.runner.run(work, finished, broke, way=way, steps=self._step)
        if self.running:
            self._job = job

    def cancel(self) -> None:
        """Ask it to stop at its next step."""
        if self._job is not None:
            self._stopping = True
            self._job.cancel()
            self.changed()

    def say(self, ended: Ended | None) -> None:
        """Show a sentence of other work in the same place (None takes it away)."""
        self.ended = ended
        self.changed()

    def _step(self, steps: Steps) -> None:
        if self.steps is None:
            return
        if steps.label != self._label:
            self._label, self._begun = steps.label, self.now()
        self.steps = steps
        (self.stepped or self.changed)()

    def text(self) -> str:
        """`导入 12,300 / 60,000 · 还要约 2 分钟`."""
        if self.steps is None:
            return ""
        if self._stopping:
            return "正在停下……"
        done, total = self.steps.done, self.steps.total
        if not done:
            return f"{self.steps.label}……"
        if not total:
            return f"{self.steps.label} {done:,}"
        left = (self.now() - self._begun) / done * (total - done)
        return f"{self.steps.label} {done:,} / {total:,} · {time_left(left)}"


def time_left(seconds: float) -> str:
    """`还要约 2 分钟`."""
    if seconds < 2:
        return "马上就好"
    if seconds < 90:
        return f"还要约 {seconds:.0f} 秒"
    return f"还要约 {seconds / 60:.0f} 分钟"
