"""What came again must be what came then.

A laptop restored from a backup gives its numbers again for other work, which must never be passed
over as known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgpack
import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.kernel.errors import reject
from laborclerk.kernel.ids import show_id
from laborclerk.store.journal import Act, Device, Entry, Kind
from laborclerk.sync.blocks import Told
from laborclerk.sync.ledger import Ledger
from laborclerk.sync.names import Names


def compare(
    session: Session, acts: Sequence[Mapping[str, Any]], known: Sequence[tuple[int, Told]]
) -> None:
    """Entries (device index, as told) that are known already, with the acts that were told beside
    them. Rejected when any is not the one in the journal."""
    for device in {at for at, _ in known}:
        _compare(session, device, acts, [told for at, told in known if at == device])


def _compare(
    session: Session, device: int, acts: Sequence[Mapping[str, Any]], items: Sequence[Told]
) -> None:
    told = {a["act"]: a for a in acts if a["device"] == device}
    query = sa.select(Act.act, Act.at, Act.clerk, Act.use_case)
    there = session.execute(query.where(Act.device == device, Act.act.in_(list(told))))
    other = {
        a.act for a in there
        if (a.at, a.clerk, a.use_case)
        != (told[a.act]["at"], told[a.act]["clerk"], told[a.act]["use_case"])
    }  # fmt: skip
    span = Entry.seq.between(items[0][0], items[-1][0])
    rows = {
        row.seq: row
        for row in session.execute(sa.select(Entry.__table__).where(Entry.device == device, span))
    }
    for seq, act, record_type, record_id, kind, said, _ in items:
        row = rows.get(seq)
        if row is None:
            raise reject(Ledger.BUNDLE_MALFORMED, number=seq)
        same = (row.act, row.record_type, row.record_id) == (act, record_type, record_id)
        if kind != Kind.CREATE:  # one that met a record stands here as a change
            changes = msgpack.packb(said) if said else b""
            same = same and (row.kind, row.changes or b"") == (kind, changes)
        if act in other or not same:
            number = session.scalar(sa.select(Device.device).where(Device.index == device))
            name = Names(session).device("", show_id(number or 0))
            raise reject(Ledger.BUNDLE_FORK, name=name, number=seq)
