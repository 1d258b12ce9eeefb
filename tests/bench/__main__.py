"""Runs the benchmarks: `./run bench`, or `./run bench NAME…` for some.

A benchmark is a module here whose name has no leading underscore, run in a process of its own as
`python -m tests.bench.NAME`. It measures the program beside the raw floor of the same work in one
run, prints their ratio, and exits with 1 when a limit is passed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent


def main(wanted: list[str]) -> int:
    """0 when every benchmark stayed within its limits, 1 else, 2 for an unknown name."""
    known = sorted(path.stem for path in HERE.glob("*.py") if not path.stem.startswith("_"))
    if unknown := set(wanted) - set(known):
        print(f"no such benchmark: {', '.join(sorted(unknown))}; there are:", *known)
        return 2
    env = {"QT_QPA_PLATFORM": "offscreen", **os.environ}
    failed = []
    for name in wanted or known:
        print(f"\n=== {name}", flush=True)
        start = time.monotonic()
        command = [sys.executable, "-m", f"tests.bench.{name}"]
        if subprocess.run(command, cwd=HERE.parents[1], env=env, check=False).returncode:
            failed.append(name)
        print(f"({time.monotonic() - start:.0f} s)", flush=True)
    print("\nover the limit or failed:", *failed or ["none"])
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
