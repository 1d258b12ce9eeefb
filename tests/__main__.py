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
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sys.executable
SCRIPTS = Path(PYTHON).parent
PYTEST = (PYTHON, "-m", "pytest", "-q", "--durations=5", "--durations-min=2")
HEADLESS = (*PYTEST, "-p", "no:pytest-qt", "-p", "tests.no_qt")
STATIONS = "tests/property/test_exchange.py"  # one core for minutes
LOOP = ("test_no_stall.py", "test_screens_no_stall.py", "test_shell_no_stall.py")  # watch the time
MEMORY = Path("/dev/shm")
ROOM = 4 << 30  # bytes; the tests leave 0.5 GB there at most
NO_TESTS = 5  # pytest's exit status when it found none

OFFSCREEN = {"QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": "1"}
REAL_X = {"QT_QPA_PLATFORM": "xcb", "QT_SCALE_FACTOR": "1"}


@dataclass(frozen=True)
class Step:
    """One command of the checks. `folders`: tests it runs; absent ones are left out. Those that are
    `long` run two at a time and show their output when they are done."""

    name: str
    command: tuple[str, ...]
    env: dict[str, str] = field(default_factory=dict)
    folders: tuple[str, ...] = ()
    long: bool = False


def steps() -> list[Step]:
    """The whole list; end-to-end tests get a real X window where Xvfb is installed."""
    xvfb = shutil.which("xvfb-run")
    on_x = (xvfb, "-a", "-s", "-screen 0 1920x1200x24") if xvfb else ()
    headless = ("unit", "property", "store", "golden")
    functions = tuple(f"--ignore=tests/gui/{name}" for name in LOOP)
    return [
        Step("ruff", (PYTHON, "-m", "ruff", "check", ".")),
        Step("format", (PYTHON, "-m", "ruff", "format", "--check", "--quiet", ".")),
        Step("layers", (str(SCRIPTS / "lint-imports"), "--no-logo")),
        Step("headless", (*HEADLESS, f"--ignore={STATIONS}"), folders=headless, long=True),
        Step("stations", (*HEADLESS, STATIONS), long=True),
        Step("e2e", (*on_x, *PYTEST), REAL_X if xvfb else OFFSCREEN, folders=("e2e",), long=True),
        Step("gui", (*PYTEST, *functions), OFFSCREEN, folders=("gui",), long=True),
        Step("mypy", (PYTHON, "-m", "mypy"), long=True),
        Step("loop", (*PYTEST, *(f"tests/gui/{name}" for name in LOOP)), OFFSCREEN),
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


def timed(step: Step, output: IO[bytes] | None = None) -> tuple[bool, float]:
    """`run`, with how many seconds it took."""
    start = time.monotonic()
    return run(step, output), time.monotonic() - start


def one_by_one(some: list[Step]) -> Iterator[tuple[bool, float]]:
    """`timed` of each, its output going through."""
    for step in some:
        print(f"\n=== {step.name}", flush=True)
        yield timed(step)


def two_at_a_time(some: list[Step]) -> Iterator[tuple[bool, float]]:
    """`timed` of each in its place; what each said is shown when it and those before are done."""
    outputs = [io.BytesIO() for _ in some]
    print(f"\n=== two at a time: {', '.join(step.name for step in some)}", flush=True)
    with ThreadPoolExecutor(2) as pool:
        for step, output, done in zip(some, outputs, pool.map(timed, some, outputs), strict=True):
            print(f"\n=== {step.name}", flush=True)
            sys.stdout.buffer.write(output.getvalue())
            sys.stdout.flush()
            yield done


@contextmanager
def files_in_memory() -> Iterator[None]:
    """What tests write lies in memory where that has room: making and removing their many small
    files takes a third of the time on some disks."""
    if not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < ROOM or memory_free() < ROOM:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="tests-", dir=MEMORY, ignore_cleanup_errors=True) as to:
        Path(to).chmod(0o755)  # as root the tests' server runs as another user
        os.environ["TMPDIR"] = to
        yield


def memory_free() -> int:
    """Bytes that nothing uses."""
    return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def main(wanted: list[str]) -> int:
    """0 when every step passed, 1 when one failed, 2 for an unknown name."""
    known = steps()
    if unknown := set(wanted) - {step.name for step in known}:
        print(f"no such step: {', '.join(sorted(unknown))}; there are:", *(s.name for s in known))
        return 2
    chosen = [step for step in known if not wanted or step.name in wanted]
    lines, failed = [], 0
    for long, group in groupby(chosen, key=lambda step: step.long and len(chosen) > 1):
        some = list(group)
        done = two_at_a_time(some) if long else one_by_one(some)
        with files_in_memory():
            for step, (passed, seconds) in zip(some, done, strict=True):
                failed += not passed
                lines.append(f"{step.name:10} {'passed' if passed else 'FAILED'}{seconds:>10.1f} s")
    print("\n=== summary", *lines, sep="\n")
    print(f"steps: {len(lines) - failed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
