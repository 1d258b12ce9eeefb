"""What the words around a deletion come to, told from all that was ever said of the record.

A deletion speaks against every change its writer did not know of, in whatever field: the record
then stays visible until somebody decides. Such a change says nothing of the deletions that *its*
writer knew, so it replaces none of them. Deletions are rare and disputed ones rarer: they are
counted anew from the record's whole history, which makes the order of arrival of no matter.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import msgpack
import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.fields import Value
from laborclerk.store.journal import Entry, HeldEntry, Kind
from laborclerk.store.versions import Dot, Version

DELETED = "deleted"
History = Mapping[Dot, Sequence[Value]]
"""Every entry of one record → what it says of the deletion: several values when a conflict was
opened again, none when it speaks of other fields."""


def words(kind: int, pair: Sequence[Any] | None) -> Sequence[Value]:
    """The values an entry lets a field hold, of its [before, after, those that stood]: several when
    it opened a conflict again, none when it does not speak of the field."""
    if pair is None:
        return ()
    return (pair[1], *pair[2]) if kind == Kind.REOPEN and len(pair) > 2 else (pair[1],)


def applied(
    session: Session, record_type: str, record_id: int, under_way: Collection[Dot]
) -> dict[Dot, Sequence[Value]]:
    """The history of a record but for its creation, without what is held or just `under_way`."""
    held = sa.and_(HeldEntry.index == Entry.device, HeldEntry.seq == Entry.seq)
    rows = session.execute(
        sa.select(Entry.device, Entry.seq, Entry.kind, Entry.changes).where(
            Entry.record_id == record_id, Entry.record_type == record_type,
            Entry.kind.not_in((Kind.CREATE, Kind.NOTE)), ~sa.exists().where(held),
        )
    )  # fmt: skip
    return {
        (device, seq): words(kind, msgpack.unpackb(changes).get(DELETED) if changes else None)
        for device, seq, kind, changes in rows
        if (device, seq) not in under_way
    }


def disputed(history: History, knew: Callable[[Dot, Dot], bool]) -> list[Version]:
    """The versions of the field `deleted`; `knew(writer, other)` as in `Causality.knew`."""

    def newest(dots: set[Dot], among: set[Dot]) -> set[Dot]:
        found = {dot for dot in dots if not any(o != dot and knew(o, dot) for o in among)}
        return found or dots  # that all knew one another is a lie: then all of them stand

    spoken = {dot for dot, said in history.items() if said}
    words = newest(spoken, spoken)
    deletions = [dot for dot in words if any(value is not None for value in history[dot])]

    def saw(deletion: Dot, change: Dot) -> bool:
        """Itself, or one it builds upon: what was held back from a writer is not in `knew`."""
        return knew(deletion, change) or any(knew(deletion, w) and knew(w, change) for w in spoken)

    unaware = {
        dot for dot, said in history.items()
        if not said and any(not saw(d, dot) and not knew(dot, d) for d in deletions)
    }  # fmt: skip
    alive = unaware | {dot for dot in words if None in history[dot]}
    alive = newest(alive, words | unaware)
    found: dict[Value, set[Dot]] = {None: alive} if alive else {}
    for dot in deletions:
        for value in history[dot]:
            if value is not None:
                found.setdefault(value, set()).add(dot)
    return [(value, tuple(sorted(dots))) for value, dots in found.items()]
