"""What another window does at the worst moment: after a use case has looked, before it writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from laborclerk.store.store import Store


@contextmanager
def before_it_writes(store: Store, other: Callable[[], object], nth: int = 1) -> Iterator[None]:
    """`other`, of another window, comes just before `store` is given the write lock for the n-th
    time, and is done whole before it goes on."""
    left = nth

    def begins(right: Callable[..., Any]) -> Callable[..., Any]:
        def beginning(*args: Any, **options: Any) -> Any:
            nonlocal left
            left -= 1
            if left == 0:
                other()
            return right(*args, **options)

        return beginning

    with (
        patch.object(store, "write", begins(store.write)),
        patch.object(store, "local", begins(store.local)),
    ):
        yield
    assert left <= 0, "it never wrote that often"
