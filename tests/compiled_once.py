"""Statements are compiled once for all stores the tests open: each engine would do it anew, which
took a third of the time of the headless tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.util import LRUCache

from laborclerk.store import engine, server, store


def share(patch: pytest.MonkeyPatch) -> None:
    """Every engine of a kind gets one cache of what was compiled."""
    patch.setattr(store, "open_engine", _sharing(engine.open_engine))
    patch.setattr(server, "open_server", _sharing(server.open_server))


class _Compiled(LRUCache[Any, Any]):
    """Keys begin with the engine's dialect: those of a kind compile alike."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(key[1:], default)

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(key[1:], value)


def _sharing(opener: Callable[..., sa.Engine]) -> Callable[..., sa.Engine]:
    compiled = _Compiled(5000)

    def open_engine(*args: Any) -> sa.Engine:
        made = opener(*args)
        made.update_execution_options(compiled_cache=compiled)
        return made

    return open_engine
