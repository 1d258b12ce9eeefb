"""All checks and tests, the quick ones first: what `./run test` and CI run.

`python -m tests` runs everything and says at the end what failed; names of steps run only those
(`python -m tests ruff mypy`).
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sys.executable
SCRIPTS = Path(PYTHON).parent
PYTEST = (PYTHON, "-m", "pytest", "-q", "--durations=5", "--durations-min=2")
HEADLESS = (*PYTEST, "-p", "no:pytest-qt", "-p", "tests.no_qt")
STATIONS = "tests/property/test_exchange.py"  # one core for minutes
NO_TESTS = 5  # pytest's exit status when it found none

OFFSCREEN = {"QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": "1"}
REAL_X = {"QT_QPA_PLATFORM": "xcb", "QT_SCALE_FACTOR": "1"}


@dataclass(frozen=True)
class Step:
    """One command of the checks. `folders`: tests it runs; absent ones are left out. Those that run
    `beside` the next one, one after the other, show their output after it."""

    name: str
    command: tuple[str, ...]
    env: dict[str, str] = field(default_factory=dict)
    folders: tuple[str, ...] = ()
    beside: bool = False


def steps() -> list[Step]:
    """The whole list; end-to-end tests get a real X window where Xvfb is installed."""
    xvfb = shutil.which("xvfb-run")
    on_x = (xvfb, "-a", "-s", "-screen 0 1920x1200x24") if xvfb else ()
    return [
        Step("ruff", (PYTHON, "-m", "ruff", "check", ".")),
        Step("format", (PYTHON, "-m", "ruff", "format", "--check", "--quiet", ".")),
        Step("layers", (str(SCRIPTS / "lint-imports"), "--no-logo")),
        Step("mypy", (PYTHON, "-m", "mypy")),
        Step("stations", (*HEADLESS, STATIONS), beside=True),
        Step("e2e", (*on_x, *PYTEST), REAL_X if xvfb else OFFSCREEN, folders=("e2e",), beside=True),
        Step(
            "headless",
            (*HEADLESS, f"--ignore={STATIONS}"),
            folders=("unit", "property", "store", "golden"),
        ),
        Step("gui", PYTEST, OFFSCREEN, folders=("gui",)),  # alone: it watches the time
    ]


def run(step: Step, output: IO[bytes] | None = None) -> bool:
    """Whether the step passed; its output goes through unchanged, or into `output`."""
    folders = [f"tests/{name}" for name in step.folders if any(ROOT.glob(f"tests/{name}/**/*.py"))]
    if step.folders and not folders:
        print("no tests yet")
        return True
    command = [*step.command, *folders]
    environment = {**os.environ, **step.env}
    kept = subprocess.PIPE if output else None
    told = subprocess.STDOUT if output else None
    status = subprocess.run(
        command, cwd=ROOT, env=environment, check=False, stdout=kept, stderr=told
    )
    if output:
        output.write(status.stdout)
    return status.returncode == 0 or bool(step.folders and status.returncode == NO_TESTS)


class Beside:
    """Steps that run in the background, one after the other, from now on."""

    def __init__(self, some: list[Step]) -> None:
        self._steps = some
        self._done: list[tuple[Step, bool, float, bytes]] = []
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        for step in self._steps:
            output, start = io.BytesIO(), time.monotonic()
            passed = run(step, output)
            self._done.append((step, passed, time.monotonic() - start, output.getvalue()))

    def finish(self) -> list[tuple[Step, bool, float]]:
        """Wait, show what they said → whether each passed, seconds."""
        self._thread.join()
        for step, _, _, output in self._done:
            print(f"\n=== {step.name}", flush=True)
            sys.stdout.buffer.write(output)
            sys.stdout.flush()
        return [(step, passed, seconds) for step, passed, seconds, _ in self._done]


def main(wanted: list[str]) -> int:
    """0 when every step passed, 1 when one failed, 2 for an unknown name."""
    known = steps()
    if unknown := set(wanted) - {step.name for step in known}:
        print(f"no such step: {', '.join(sorted(unknown))}; there are:", *(s.name for s in known))
        return 2
    chosen = [step for step in known if not wanted or step.name in wanted]
    waiting: list[Step] = []
    lines = []
    failed = 0
    for step in chosen:
        if step.beside and step is not chosen[-1]:
            waiting.append(step)
            continue
        beside = Beside(waiting)
        waiting = []
        print(f"\n=== {step.name}", flush=True)
        start = time.monotonic()
        done = [(step, run(step), time.monotonic() - start), *beside.finish()]
        for one, passed, seconds in done:
            failed += not passed
            lines.append(f"{one.name:10} {'passed' if passed else 'FAILED'}{seconds:>10.1f} s")
    print("\n=== summary", *lines, sep="\n")
    print(f"steps: {len(lines) - failed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
