"""A laptop that was restored from a backup, or copied, goes on under a new incarnation.

Its sequence numbers may have been used for other work since. So what the device wrote up to the
fork stays that of its former self, and what it wrote after (and writes from now on) is counted
from 1 under a new number: nothing two copies write is ever taken for the same entry.
"""

from __future__ import annotations

import secrets
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.store.base import record_types
from laborclerk.store.causality import Causality, begin_epoch
from laborclerk.store.journal import Act, Conflict, Device, Entry, Epoch
from laborclerk.store.versions import (
    Dot,
    Vector,
    pack_dots,
    pack_versions,
    unpack_dots,
    unpack_versions,
)
from laborclerk.store.work import journaled

_MOST = 2**53


def begin_incarnation(session: Session, fork: int) -> int:
    """From now on this device is a new incarnation; its entries up to sequence `fork` belong to
    the former one, later ones are counted anew → the former's index. Inside a write transaction."""
    connection = session.connection()
    own = session.get_one(Device, 0)
    former = int(session.scalar(sa.select(sa.func.max(Device.index))) or 0) + 1
    epochs = Causality(session).epochs(0, 1, own.last_seq + 1)
    last, acked, acts = own.last_seq, own.acked, own.acts
    incarnation, device, name = own.incarnation, own.device, own.name
    own.incarnation = secrets.randbelow(_MOST - 2) + 2
    own.last_seq, own.acked = last - fork, 0
    session.flush()
    session.add(
        Device(index=former, device=device, incarnation=incarnation, name=name, last_seq=fork,
               acked=min(acked, fork), acts=0, own=True)
    )  # fmt: skip
    own.acts = acts
    session.flush()
    with journaled(session):
        _renumber_rows(connection, former, fork)
    _renumber_journal(connection, former, fork)
    _renumber_conflicts(session, former, fork)
    _rename_known(session, former)
    connection.execute(sa.delete(Epoch).where(Epoch.index == 0))
    for seq, knows in epochs:
        if seq <= fork:
            session.merge(Epoch(index=former, seq=seq, knows=knows.pack()))
    in_force = [knows for seq, knows in epochs if seq <= fork + 1][-1:]
    for seq, knows in [(fork + 1, in_force[0] if in_force else Vector())] + [
        (seq, knows) for seq, knows in epochs if seq > fork + 1
    ]:
        told = Vector({**knows.top, former: fork}, knows.holes)
        session.merge(Epoch(index=0, seq=seq - fork, knows=told.pack()))
    begin_epoch(session, own.last_seq + 1)
    session.expire_all()
    return former


def _rename_known(session: Session, former: int) -> None:
    """What others knew of this device they knew of its former self: nobody knows the new one."""
    for epoch in session.scalars(sa.select(Epoch).where(Epoch.index != 0)):
        knows = Vector.unpack(epoch.knows)
        for of in (knows.top, knows.holes):
            if 0 in of:
                of[former] = of.pop(0)  # type: ignore[assignment]
        epoch.knows = knows.pack()
    session.flush()


def _moved(dot: Dot, former: int, fork: int) -> Dot:
    device, seq = dot
    if device != 0:
        return dot
    return (former, seq) if seq <= fork else (0, seq - fork)


def _renumber_rows(connection: sa.Connection, former: int, fork: int) -> None:
    for model in record_types().values():
        table: Any = model.__table__
        device, seq = table.c.origin_device, table.c.origin_seq
        here = sa.update(table).where(device == 0)
        connection.execute(here.where(seq <= fork).values(origin_device=former))
        connection.execute(here.where(seq > fork).values(origin_seq=seq - fork))
        query = sa.select(table.c.id, table.c.dots).where(table.c.dots.is_not(None))
        changed = []
        for record_id, packed in connection.execute(query):
            dots = unpack_dots(packed)
            moved = {
                key: tuple(sorted(_moved(dot, former, fork) for dot in some))
                for key, some in dots.items()
            }
            if moved != dots:
                changed.append({"b_id": record_id, "b_dots": pack_dots(moved)})
        if changed:
            connection.execute(
                sa.update(table)
                .where(table.c.id == sa.bindparam("b_id"))
                .values(dots=sa.bindparam("b_dots")),
                changed,
            )


def _renumber_journal(connection: sa.Connection, former: int, fork: int) -> None:
    for model, keys in ((Entry, ("seq", "act")), (Act, ("act",))):
        table: Any = model.__table__
        first = table.c[keys[0]]
        mine = sa.update(table).where(table.c.device == 0)
        connection.execute(mine.where(first <= fork).values(device=former))
        # in two steps, so that no number meets one that is not moved yet
        connection.execute(mine.values({key: fork - table.c[key] for key in keys}))
        connection.execute(mine.values({key: -table.c[key] for key in keys}))
    undoes = Act.undoes
    again = sa.update(Act).where(Act.device == 0, undoes.is_not(None))
    connection.execute(again.where(undoes <= fork).values(undoes=None))
    connection.execute(again.where(undoes > fork).values(undoes=undoes - fork))


def _renumber_conflicts(session: Session, former: int, fork: int) -> None:
    for conflict in session.scalars(sa.select(Conflict)):
        conflict.versions = pack_versions(
            [
                (value, tuple(sorted(_moved(dot, former, fork) for dot in dots)))
                for value, dots in unpack_versions(conflict.versions)
            ]
        )
    session.flush()
