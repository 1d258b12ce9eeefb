"""How stations are made and opened, as presenters see it; the composition root has the real ones.

Only names: nothing of the store is imported before somebody goes through a door.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from laborclerk.store.store import Store


class Doors(Protocol):
    """`create(folder, clerk, password)` makes a store → (open store, recovery code);
    `open(folder, unlock)` opens one, `unlock` turns its keyring into (clerk, key)."""

    @property
    def create(self) -> Callable[..., tuple[Store, str]]: ...

    @property
    def open(self) -> Callable[[Path, Any], Store]: ...
