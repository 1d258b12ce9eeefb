"""The composition root: the only place that wires everything together.

The store and the features come with the first station that is opened: the window is up before.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from laborclerk.kernel.clock import Clock
    from laborclerk.store.restore import Unlock
    from laborclerk.store.store import Store
    from laborclerk.store.work import Maintainer


def mapped() -> tuple[ModuleType, ...]:
    """The modules that map a store's tables: a table is known once its module is loaded."""
    from laborclerk.features.census import model as census
    from laborclerk.features.coverage import model as coverage
    from laborclerk.features.demand import model as demand
    from laborclerk.features.dispatch import model as dispatch
    from laborclerk.features.exchange import findings
    from laborclerk.features.fairs import model as fairs
    from laborclerk.features.handbook import model as handbook
    from laborclerk.features.lists import model as lists
    from laborclerk.features.matching import model as matching
    from laborclerk.features.registry import model as registry
    from laborclerk.features.registry.duplicates import model as duplicates
    from laborclerk.features.seeking import model as seeking
    from laborclerk.features.work import model as work
    from laborclerk.store import drafts
    from laborclerk.sync import ledger

    return (
        registry, duplicates, census, coverage, work, seeking, demand, matching, fairs, dispatch,
        handbook, lists, findings, ledger, drafts,
    )  # fmt: skip


def maintainers() -> tuple[Maintainer, ...]:
    """What keeps derived tables true; with it every mapped table is known."""
    from laborclerk.features.coverage.maintain import maintain as maintain_coverage
    from laborclerk.features.exchange.findings import maintain as maintain_findings
    from laborclerk.features.registry import find
    from laborclerk.features.registry.duplicates.detect import maintain as maintain_duplicates

    mapped()
    return find.maintain_search, maintain_coverage, maintain_duplicates, maintain_findings


def create_station(
    folder: Path,
    clerk: str,
    password: str,
    *,
    clock: Clock | None = None,
    scrypt_n: int | None = None,
    server: str = "",
) -> tuple[Store, str]:
    """Make a station's store → (open store, recovery code to print)."""
    from laborclerk.features.registry.find import create_search
    from laborclerk.store.store import create_store

    known = maintainers()
    store, code = create_store(
        folder, clerk, password, known, clock=clock, scrypt_n=scrypt_n, server=server
    )
    try:
        with store.local() as session:
            create_search(session.connection())
    except BaseException:
        store.close()
        raise
    return store, code


def open_station(folder: Path, clerk: str, password: str, *, clock: Clock | None = None) -> Store:
    """Open a station's store as a clerk; an empty name takes the only clerk."""
    from laborclerk.store.store import by_password

    return open_with(folder, by_password(clerk, password), clock=clock)


def open_with(
    folder: Path, unlock: Unlock, *, clock: Clock | None = None, server: str = ""
) -> Store:
    """Open a station's store; `unlock` turns its keyring into (clerk, key)."""
    from laborclerk import __version__
    from laborclerk.features.lists.service import put_in_force
    from laborclerk.features.registry.scope import PlaceScope
    from laborclerk.store.copies import note_sequence, settle_copy
    from laborclerk.store.store import open_store
    from laborclerk.sync.exchange import settle_held

    store = open_store(folder, unlock, maintainers(), clock=clock, server=server)
    try:
        settle_copy(store)
        settle_held(store, PlaceScope, __version__)
        put_in_force(store)
    except BaseException:
        store.close()
        raise
    store.on_close = note_sequence
    return store


def open_window(
    folder: Path, password: str | None = None, *, behind: Callable[[], None] | None = None
) -> int:
    """Open the window on a station's folder → exit status. `behind` is called in the worker when
    the first window is up."""
    from importlib import import_module  # Qt is loaded only when a window is wanted

    start = import_module("laborclerk.ui.start")
    return int(start.run(folder, start.Doors(create_station, open_with), password, behind))


def main() -> None:
    """Run the command line; without a command it opens the window."""
    if len(sys.argv) < 2 and "LABORCLERK_STORE" not in os.environ:
        sys.exit(_window_at_once())
    sys.exit(_command_line(open_window))


def _window_at_once() -> int:
    """The window as a clerk starts it: it does not wait for the command line to be loaded, which
    comes only to tell what kept the window from opening."""
    from laborclerk.store.folders import default_folder

    try:
        return open_window(default_folder(), behind=_begin_log)
    except Exception as error:
        why = error

    def stopped(_folder: Path, _password: str | None = None) -> int:
        raise why

    return _command_line(stopped)


def _begin_log() -> None:
    from laborclerk.kernel.log import open_log
    from laborclerk.store.folders import log_folder

    open_log(log_folder())


def _command_line(window: Callable[..., int]) -> int:
    from laborclerk.cli.call import Wiring
    from laborclerk.cli.main import run

    return run(sys.argv[1:], Wiring(create_station, open_with, window))
