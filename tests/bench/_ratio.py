"""How a benchmark measures and says it: medians, and one line a figure."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable


def median(work: Callable[[], object], repeat: int = 5) -> float:
    """Seconds `work` takes: the median of `repeat` runs."""
    return statistics.median(taken(work) for _ in range(repeat))


def taken(work: Callable[[], object]) -> float:
    """Seconds `work` takes, once."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def ratio(what: str, ours: float, floor: float, limit: float, or_seconds: float = 0) -> bool:
    """Print seconds, floor and ratio of `what`; whether the ratio is within `limit`, or `ours`
    within `or_seconds`."""
    kept = ours <= limit * floor or ours <= or_seconds
    also = f" or {or_seconds * 1000:.0f} ms" if or_seconds else ""
    print(
        f"{what}: {ours * 1000:.1f} ms, floor {floor * 1000:.1f} ms,"
        f" {ours / floor:.2f} x (limit {limit}{also}){'' if kept else '  OVER'}",
        flush=True,
    )
    return kept


def within(what: str, ours: float, seconds: float) -> bool:
    """Print `ours` beside an absolute limit, both in seconds; whether it is kept."""
    kept = ours <= seconds
    print(
        f"{what}: {ours * 1000:.1f} ms (limit {seconds * 1000:.0f} ms){'' if kept else '  OVER'}",
        flush=True,
    )
    return kept
