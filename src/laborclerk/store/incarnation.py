"""A laptop that was restored from a backup, or copied, goes on under a new incarnation.

Its sequence numbers may have been used for other work since. So what the device wrote up to the
fork stays that of its former self, and what it wrote after (and writes from now on) is counted
from 1 under a new number: nothing two copies write is ever taken for the same entry.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.store.base import record_types, table_of
from laborclerk.store.causality import Causality, begin_epoch
from laborclerk.store.guard import Journaled
from laborclerk.store.journal import Act, Conflict, Device, Entry, Epoch, HeldEntry
from laborclerk.store.versions import (
    Dot,
    Ranges,
    Vector,
    pack_dots,
    pack_ranges,
    pack_versions,
    unpack_dots,
    unpack_ranges,
    unpack_versions,
)

_MOST = 2**53


def begin_incarnation(session: Session, fork: int, index: int = 0) -> int:
    """From now on this device is a new incarnation; its entries up to sequence `fork` belong to
    the former one, later ones are counted anew → the former's index. The same for a former self
    (`index`) of which only now is learned that it went another way. Inside a write transaction."""
    connection = session.connection()
    own = session.get_one(Device, index)
    former = int(session.scalar(sa.select(sa.func.max(Device.index))) or 0) + 1
    epochs = Causality(session).epochs(index, 1, own.last_seq + 1)
    last, acked, acts = own.last_seq, own.acked, own.acts
    incarnation, device, name = own.incarnation, own.device, own.name
    own.incarnation = secrets.randbelow(_MOST - 2) + 2
    own.last_seq, own.acked = last - fork, 0
    move = _Move(index, former, fork)
    holes, own.holes = map(pack_ranges, move.apart(unpack_ranges(own.holes)))
    session.flush()
    session.add(
        Device(index=former, device=device, incarnation=incarnation, name=name, last_seq=fork,
               acked=min(acked, fork), acts=0, own=True, holes=holes)
    )  # fmt: skip
    own.acts = acts
    session.flush()
    with Journaled(session):
        _renumber_rows(connection, move)
    _renumber_journal(connection, move)
    _renumber_held(connection, move)
    _renumber_conflicts(session, move)
    _rename_known(session, move)
    connection.execute(sa.delete(Epoch).where(Epoch.index == index))
    for seq, knows in epochs:
        if seq <= fork:
            session.merge(Epoch(index=former, seq=seq, knows=knows.pack()))
    in_force = [knows for seq, knows in epochs if seq <= fork + 1][-1:]
    for seq, knows in [(fork + 1, in_force[0] if in_force else Vector())] + [
        (seq, knows) for seq, knows in epochs if seq > fork + 1
    ]:
        told = Vector({**knows.top, former: fork}, knows.holes)
        session.merge(Epoch(index=index, seq=seq - fork, knows=told.pack()))
    if index == 0:
        begin_epoch(session, own.last_seq + 1)
    session.expire_all()
    return former


@dataclass(frozen=True, slots=True)
class _Move:
    """Entries of `index` up to `fork` become those of `former`, later ones are counted anew."""

    index: int
    former: int
    fork: int

    def __call__(self, dot: Dot) -> Dot:
        device, seq = dot
        if device != self.index:
            return dot
        return (self.former, seq) if seq <= self.fork else (device, seq - self.fork)

    def apart(self, some: Ranges) -> tuple[Ranges, Ranges]:
        """Of ranges of sequences those of the former self, and the others counted anew."""
        fork = self.fork
        former = tuple((low, min(high, fork)) for low, high in some if low <= fork)
        return former, tuple((max(low - fork, 1), high - fork) for low, high in some if high > fork)


def _rename_known(session: Session, move: _Move) -> None:
    """What others knew of this device they knew of its former self: nobody knows the new one, but
    the later selves of this device."""
    own = set(session.scalars(sa.select(Device.index).where(Device.own)))
    for epoch in session.scalars(sa.select(Epoch).where(Epoch.index != move.index)):
        knows = Vector.unpack(epoch.knows)
        if move.index not in knows.top:
            continue
        top, holes = knows.top.pop(move.index), knows.holes.pop(move.index, ())
        tops, left = {move.former: top}, {move.former: holes}
        if epoch.index in own and top > move.fork:
            tops = {move.former: move.fork, move.index: top - move.fork}
            left = dict(zip((move.former, move.index), move.apart(holes), strict=True))
        epoch.knows = Vector({**knows.top, **tops}, {**knows.holes, **left}).pack()
    session.flush()


def _renumber_rows(connection: sa.Connection, move: _Move) -> None:
    for model in record_types().values():
        table: Any = model.__table__
        device, seq = table.c.origin_device, table.c.origin_seq
        here = sa.update(table).where(device == move.index)
        connection.execute(here.where(seq <= move.fork).values(origin_device=move.former))
        connection.execute(here.where(seq > move.fork).values(origin_seq=seq - move.fork))
        query = sa.select(table.c.id, table.c.dots).where(table.c.dots.is_not(None))
        changed = []
        for record_id, packed in connection.execute(query):
            dots = unpack_dots(packed)
            moved = {key: tuple(sorted(move(dot) for dot in some)) for key, some in dots.items()}
            if moved != dots:
                changed.append({"b_id": record_id, "b_dots": pack_dots(moved)})
        if changed:
            connection.execute(
                sa.update(table)
                .where(table.c.id == sa.bindparam("b_id"))
                .values(dots=sa.bindparam("b_dots")),
                changed,
            )


def _renumber_journal(connection: sa.Connection, move: _Move) -> None:
    for model, keys in ((Entry, ("seq", "act")), (Act, ("act",))):
        table: Any = model.__table__
        first = table.c[keys[0]]
        mine = sa.update(table).where(table.c.device == move.index)
        connection.execute(mine.where(first <= move.fork).values(device=move.former))
        # in two steps, so that no number meets one that is not moved yet
        connection.execute(mine.values({key: move.fork - table.c[key] for key in keys}))
        connection.execute(mine.values({key: -table.c[key] for key in keys}))
    undoes = Act.undoes
    again = sa.update(Act).where(Act.device == move.index, undoes.is_not(None))
    connection.execute(again.where(undoes <= move.fork).values(undoes=None))
    connection.execute(again.where(undoes > move.fork).values(undoes=undoes - move.fork))


def _renumber_held(connection: sa.Connection, move: _Move) -> None:
    table = table_of(HeldEntry)
    rows = connection.execute(sa.select(table).where(table.c.index == move.index)).mappings().all()
    connection.execute(sa.delete(table).where(table.c.index == move.index))
    for row in rows:
        index, seq = move((move.index, row["seq"]))
        connection.execute(sa.insert(table).values({**row, "index": index, "seq": seq}))


def _renumber_conflicts(session: Session, move: _Move) -> None:
    for conflict in session.scalars(sa.select(Conflict)):
        conflict.versions = pack_versions(
            [
                (value, tuple(sorted(move(dot) for dot in dots)))
                for value, dots in unpack_versions(conflict.versions)
            ]
        )
    session.flush()
