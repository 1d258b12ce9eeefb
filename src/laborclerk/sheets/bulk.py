"""For work that makes millions of small objects and drops them all at its end."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def bulk(work: Callable[P, R]) -> Callable[P, R]:
    """Runs `work` without cyclic garbage collections in between: they find nothing there and cost
    a seventh of an import's time."""

    @wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        enabled = gc.isenabled()
        gc.disable()
        try:
            return work(*args, **kwargs)
        finally:
            if enabled:
                gc.enable()

    return run
