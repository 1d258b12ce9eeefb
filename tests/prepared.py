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


def lasting_folder(prefix: str) -> Path:
    """An empty folder that is gone when this process ends."""
    folder = Path(mkdtemp(prefix=prefix))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


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
        base = lasting_folder("prepared-")
        with postgres.keeping():
            make(base / "station").close()
        _MADE[key] = base / "station"
    postgres.copy_station(_MADE[key], folder)
    return open_station(folder, clerk, password, clock=clock)
