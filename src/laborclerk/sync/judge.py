"""What a sender may write, as a merge asks it; sync knows no places, so features answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from laborclerk.catalog.fields import Value
from laborclerk.store.versions import Dot
from laborclerk.store.work import UnitOfWork


class Judge(Protocol):
    """What the sender may write; see features/registry/scope.py."""

    def refused(
        self, work: UnitOfWork, record_type: str, brought: Sequence[tuple[int, Mapping[str, Value]]]
    ) -> set[int]: ...

    def belonged(
        self,
        work: UnitOfWork,
        record_type: str,
        record_id: int,
        brought: Mapping[str, Value],
        knew: Callable[[Dot], bool],
        led: Mapping[str, Value],
    ) -> bool: ...


JudgeOf = Callable[[int], Judge | None]
"""The judge of the device with an index; None for one that may write all."""
