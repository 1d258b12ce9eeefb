"""What a sender may write, as a merge asks it; sync knows no places, so features answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from laborclerk.catalog.fields import Value
from laborclerk.store.versions import Dot
from laborclerk.store.work import UnitOfWork
from laborclerk.sync.fields import Incoming
from laborclerk.sync.registers import routes


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


def outside(
    judge: Judge, work: UnitOfWork, record_type: str, entries: Sequence[Incoming]
) -> tuple[set[int], set[int]]:
    """The positions of entries, not stored yet, that the sender may not write, and of those it may
    because it wrote them before its clerk could learn that the record was moved away. What comes
    after one that took the record elsewhere is judged by where that took it."""
    found = judge.refused(work, record_type, [(e.record_id, e.after) for e in entries])
    belonged: set[int] = set()
    ways = routes(record_type).keys()
    went: dict[int, list[tuple[Dot, dict[str, Value]]]] = defaultdict(list)
    for n, entry in enumerate(entries if found else ()):
        i = entry.record_id
        led = {k: v for dot, to in went[i] if entry.knew(dot) for k, v in to.items()}
        if n in found and judge.belonged(work, record_type, i, entry.after, entry.knew, led):
            found.discard(n)
            belonged.add(n)
        if n not in found and not ways.isdisjoint(entry.said):
            went[i].append((entry.dot, {key: entry.after[key] for key in ways & entry.said.keys()}))
    return found, belonged


JudgeOf = Callable[[int], Judge | None]
"""The judge of the device with an index; None for one that may write all."""
