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
    """Every engine of a kind gets the dialect of the first and one cache of what was compiled."""
    patch.setattr(store, "open_engine", _sharing(engine.open_engine))
    patch.setattr(server, "open_server", _sharing(server.open_server))


def _sharing(opener: Callable[..., sa.Engine]) -> Callable[..., sa.Engine]:
    compiled: LRUCache[Any, Any] = LRUCache(5000)
    first: list[sa.Dialect] = []

    def open_engine(*args: Any) -> sa.Engine:
        made = opener(*args)
        if first:
            made.dialect = first[0]
        else:
            first.append(made.dialect)
        made.update_execution_options(compiled_cache=compiled)
        return made

    return open_engine
