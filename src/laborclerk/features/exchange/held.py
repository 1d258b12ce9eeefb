"""Whose changes are held: who decides whether a township registers them must know who they are."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgpack
import sqlalchemy as sa

from laborclerk.features.exchange.words import Words
from laborclerk.kernel.ids import show_id
from laborclerk.store.journal import HeldEntry
from laborclerk.store.store import Store
from laborclerk.sync.overview import HeldLine

MOST = 6  # of one line that are named


def held_names(store: Store, lines: Collection[HeldLine]) -> dict[HeldLine, tuple[str, ...]]:
    """The first few whose changes a line counts, with where they lie: as the record here is called,
    else as the change itself says."""
    if not lines:
        return {}
    with store.read() as session:
        words = Words(session)
        found: dict[HeldLine, tuple[str, ...]] = {}
        for line in lines:
            query = (
                sa.select(HeldEntry.record_id, HeldEntry.content)
                .where(
                    HeldEntry.index == line.device, HeldEntry.reason == line.reason,
                    HeldEntry.record_type == line.record_type,
                )
                .order_by(HeldEntry.seq)
                .limit(4 * MOST)  # several may be about one record
            )  # fmt: skip
            named: dict[int, str] = {}
            for record, content in session.execute(query):
                named.setdefault(record, "")
                named[record] = named[record] or _name(words, line.record_type, record, content)
            found[line] = tuple([name or "(无名)" for name in named.values()][:MOST])
    return found


def _name(words: Words, record_type: str, record: int, content: bytes) -> str:
    named = words.named(record_type, record)
    if named.name != show_id(record):
        return f"{named.name}({named.where})" if named.where else named.name
    said: Any = msgpack.unpackb(content)
    return str(said.get("name") or said.get("head_name") or "")
