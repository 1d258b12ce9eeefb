"""How stations are made and opened, as presenters see it; the composition root has the real ones.

Nothing of the store is imported before somebody goes through a door.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from laborclerk.store.keyring import Keyring
    from laborclerk.store.store import Store


class Doors(Protocol):
    """`create(folder, clerk, password)` makes a store → (open store, recovery code);
    `open(folder, unlock)` opens one, `unlock` turns its keyring into (clerk, key)."""

    @property
    def create(self) -> Callable[..., tuple[Store, str]]: ...

    @property
    def open(self) -> Callable[[Path, Any], Store]: ...


def enter(
    doors: Doors,
    folder: Path,
    clerk: str,
    key: Callable[[Keyring], bytes],
    new_password: str = "",
) -> Store:
    """Open the store of `folder` in the clerk's name (in the worker); with `new_password` she has
    that from now on. Who it was is remembered for the next login. Raises Rejected for a wrong
    password, EnvironmentFault for the disk."""
    from laborclerk.features.registry.station import NAME
    from laborclerk.store.clerks import change_keyring
    from laborclerk.ui.remembered import Remembered, remember

    store = doors.open(folder, lambda ring: (clerk, key(ring)))
    try:
        if new_password:
            store_key = store.key
            change_keyring(
                store,
                lambda ring: ring.set_password(store_key, clerk, new_password),
                password=clerk,
            )
        remember(folder, Remembered(store.setting(NAME), clerk))
    except BaseException:
        store.close()
        raise
    return store
