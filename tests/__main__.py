"""All checks and tests, the quick ones first: what `./run test` and CI run.

`python -m tests` runs everything and says at the end what failed; names of steps run only those
(`python -m tests ruff mypy`).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sys.executable
SCRIPTS = Path(PYTHON).parent
PYTEST = (PYTHON, "-m", "pytest", "-q", "--durations=5", "--durations-min=2")
NO_TESTS = 5  # pytest's exit status when it found none

OFFSCREEN = {"QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": "1"}
REAL_X = {"QT_QPA_PLATFORM": "xcb", "QT_SCALE_FACTOR": "1"}


@dataclass(frozen=True)
class Step:
    """One command of the checks. `folders`: tests it runs; absent ones are left out."""

    name: str
    command: tuple[str, ...]
    env: dict[str, str] = field(default_factory=dict)
    folders: tuple[str, ...] = ()


def steps() -> list[Step]:
    """The whole list; end-to-end tests get a real X window where Xvfb is installed."""
    xvfb = shutil.which("xvfb-run")
    on_x = (xvfb, "-a", "-s", "-screen 0 1920x1200x24") if xvfb else ()
    return [
        Step("ruff", (PYTHON, "-m", "ruff", "check", ".")),
        Step("format", (PYTHON, "-m", "ruff", "format", "--check", "--quiet", ".")),
        Step("layers", (str(SCRIPTS / "lint-imports"), "--no-logo")),
        Step("mypy", (PYTHON, "-m", "mypy")),
        Step(
            "headless",
            (*PYTEST, "-p", "no:pytest-qt", "-p", "tests.no_qt"),
            folders=("unit", "property", "store", "golden"),
        ),
        Step("gui", PYTEST, OFFSCREEN, folders=("gui",)),
        Step("e2e", (*on_x, *PYTEST), REAL_X if xvfb else OFFSCREEN, folders=("e2e",)),
    ]


def run(step: Step) -> bool:
    """Whether the step passed; its output goes through unchanged."""
    folders = [f"tests/{name}" for name in step.folders if any(ROOT.glob(f"tests/{name}/**/*.py"))]
    if step.folders and not folders:
        print("no tests yet")
        return True
    command = [*step.command, *folders]
    status = subprocess.run(command, cwd=ROOT, env={**os.environ, **step.env}, check=False)
    return status.returncode == 0 or bool(step.folders and status.returncode == NO_TESTS)


def main(wanted: list[str]) -> int:
    """0 when every step passed, 1 when one failed, 2 for an unknown name."""
    known = steps()
    if unknown := set(wanted) - {step.name for step in known}:
        print(f"no such step: {', '.join(sorted(unknown))}; there are:", *(s.name for s in known))
        return 2
    lines = []
    failed = 0
    for step in known:
        if wanted and step.name not in wanted:
            continue
        print(f"\n=== {step.name}", flush=True)
        start = time.monotonic()
        passed = run(step)
        failed += not passed
        lines.append(f"{step.name:10} {'passed' if passed else 'FAILED'}{seconds(start):>10}")
    print("\n=== summary", *lines, sep="\n")
    print(f"steps: {len(lines) - failed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


def seconds(start: float) -> str:
    return f"{time.monotonic() - start:.1f} s"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
