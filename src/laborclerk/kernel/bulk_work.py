"""Fewer searches for garbage while very many objects are made: a township's bundle is some hundred
thousand entries, none of them in a cycle, and Python would look through all of them again and
again (a quarter of the time)."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_USUAL = gc.get_threshold()
_SELDOM = (50_000, 20, 100)
_open = [0]


def is_open() -> bool:
    """Whether such work is under way."""
    return _open[0] > 0


@contextmanager
def bulk_work() -> Iterator[None]:
    """While open, cycles are looked for seldom; memory without cycles is freed as ever."""
    gc.set_threshold(*_SELDOM)
    _open[0] += 1
    try:
        yield
    finally:
        _open[0] -= 1
        gc.set_threshold(*_USUAL)
