"""Stations that many tests begin with: made once in this process, copied for each."""

from __future__ import annotations

import atexit
import shutil
from collections.abc import Callable, Hashable
from pathlib import Path
from tempfile import mkdtemp

from laborclerk.app import open_station
from laborclerk.kernel.clock import Clock
from laborclerk.store.store import Store
from tests import postgres

_MADE: dict[tuple[str, Hashable], Path] = {}


def prepared(
    what: Hashable,
    make: Callable[[Path], Store],
    folder: Path,
    clerk: str,
    password: str,
    *,
    clock: Clock | None = None,
) -> Store:
    """A station in `folder`, open: a copy of the one that `make` made when `what` was asked for
    first. All copies are the same device, so that none may send anything to another."""
    key = postgres.chosen(), what
    if key not in _MADE:
        base = Path(mkdtemp(prefix="prepared-"))
        atexit.register(shutil.rmtree, base, ignore_errors=True)
        with postgres.keeping():
            make(base / "station").close()
        _MADE[key] = base / "station"
    postgres.copy_station(_MADE[key], folder)
    return open_station(folder, clerk, password, clock=clock)
