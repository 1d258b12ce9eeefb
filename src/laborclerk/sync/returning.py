"""The county's return bundle to a township; answer.py is what the township does with it.

It acknowledges what came, brings what others wrote on the township's places (the county, the
other laptops of the township), whole histories of what moved there, and the revocation list. One
file serves all laptops of a township: it starts where the one that knows least stands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

import msgpack
import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.kernel.errors import reject
from laborclerk.kernel.ids import read_id, show_id
from laborclerk.kernel.progress import SILENT, Progress
from laborclerk.store.base import record_types, table_of
from laborclerk.store.bulk import among
from laborclerk.store.causality import Causality
from laborclerk.store.journal import APPLIED, LATER, Device, Entry, HeldEntry, Kind
from laborclerk.store.references import PLACE, named_by, naming
from laborclerk.store.store import Store
from laborclerk.store.versions import unpack_ranges
from laborclerk.sync.approvals import is_revoked
from laborclerk.sync.entries import Outgoing, Stretch
from laborclerk.sync.export import Exported, write
from laborclerk.sync.holding import OUT_OF_SCOPE
from laborclerk.sync.inbox import FORKED
from laborclerk.sync.ledger import BundleLog, Enrolled, Handover, Ledger, keys_of, station_of
from laborclerk.sync.manifest import Purpose, Recipient
from laborclerk.sync.names import Names
from laborclerk.sync.registers import lies_nowhere, routes
from laborclerk.sync.state_hash import Villages, hashes
from laborclerk.sync.trust import (
    certificate_of,
    revocations_file,
    revocations_of,
    succession_file,
)

_DIGESTS = 50  # of the latest bundles a device sent
_BACK = 2000  # entries told as not accepted, at most
_MAX_ROWS = 5000


class Scope(Villages, Protocol):
    """What concerns a place; see features/registry/scope.py."""

    def concerns(self, session: Session, record_type: str, ids: Iterable[int]) -> set[int]: ...

    def claims(self, session: Session, record_type: str, record_id: int) -> bool: ...

    def moves(
        self, session: Session, record_type: str, changed: Sequence[dict[str, Any]]
    ) -> set[int]: ...


def export_return(
    store: Store, place: str, out: Path, scope: Scope, progress: Progress = SILENT
) -> Exported:
    """Write the return bundle for all enrolled devices of a place (12 digits, as enrolled).
    Rejected when none is enrolled there."""
    began = store.clock()
    with store.read() as session:
        enrolled = session.scalars(sa.select(Enrolled).where(Enrolled.place == place)).all()
        listed = revocations_of(store)
        devices = [one for one in enrolled if not is_revoked(listed, one)]
        if not devices:
            raise reject(Ledger.NOBODY_THERE, place=Names(session).station(place))
        own = session.get_one(Device, 0)
        known = _known(session, [d.device for d in devices])
        indexes = _indexes(session, [d.device for d in enrolled])  # a revoked one's work counts
        writer = _Return(session, scope)
        wanted = writer.wanted(known, indexes)
        header = writer.outgoing.header(
            ack=_acknowledged(session, devices),
            back=_held(session, indexes),
            sent=[[writer.outgoing.refs[s.device], s.after, s.last] for s in wanted],
            revocations=revocations_file(store),
            succession=succession_file(store),
            villages=hashes(session, scope),
        )
        items = chain([header], writer.items(wanted))
        first = known.get(0, 0) + 1
        progress.start("写出返还文件", None)
        me, mine = station_of(store), keys_of(store).public.age
        recipients = (
            *(Recipient(d.station, d.device, d.age) for d in devices),
            Recipient(me.station, me.device, mine),  # should it be put back: sync/regain.py
        )
        return write(
            store, out, session, certificate_of(store), recipients, items, {}, began=began,
            first=min(first, own.last_seq + 1), last=own.last_seq, purpose=Purpose.RETURN,
            to=place, handed=writer.brought, progress=progress,
        )  # fmt: skip


def _indexes(session: Session, tokens: Iterable[str]) -> set[int]:
    """All incarnations of some devices."""
    numbers = [read_id(token) for token in tokens]
    return set(session.scalars(sa.select(Device.index).where(Device.device.in_(numbers))))


def _known(session: Session, tokens: Iterable[str]) -> dict[int, int]:
    """Up to where all of these devices know each device, as their latest bundles say."""
    causality = Causality(session)
    numbers = [read_id(token) or 0 for token in tokens]
    rows = session.execute(
        sa.select(Device.index, Device.device, Device.last_seq, Device.incarnation)
    ).all()
    least: dict[int, int] | None = None
    for number in numbers:
        selves = [
            (index, last)
            for index, device, last, incarnation in rows
            if device == number and incarnation in _active(session, device)
        ]
        if not selves or _is_forked(session, number):  # it may have nothing of what it told
            return {}
        for self in selves:
            tops = causality.context((self[0], self[1] + 1)).top
            least = dict(tops) if least is None else {
                k: min(v, least.get(k, 0)) for k, v in tops.items()
            }  # fmt: skip
    return least or {}


def _active(session: Session, device: int) -> set[int]:
    """The incarnations of a device that sent something since the last return bundle, else the one
    that sent last: a former self that fell silent holds nobody up."""
    came = sa.select(BundleLog.incarnation, sa.func.max(BundleLog.at).label("at")).where(
        BundleLog.direction == "in", BundleLog.device == show_id(device)
    )
    rows = session.execute(came.group_by(BundleLog.incarnation)).all()
    answered = _answered(session, device)
    latest = max((row.at for row in rows), default=0)
    return {row.incarnation for row in rows if row.at == latest or row.at >= answered}


def _is_forked(session: Session, device: int) -> bool:
    """Whether the device sent other work under numbers that were taken, since the last answer."""
    noted = sa.select(sa.func.max(BundleLog.at)).where(
        BundleLog.direction == FORKED, BundleLog.device == show_id(device)
    )
    at = session.scalar(noted)
    return at is not None and at >= _answered(session, device)  # at the same: while it was written


def _answered(session: Session, device: int) -> int:
    """When a return bundle for the device's place was written last."""
    query = (
        sa.select(sa.func.max(BundleLog.at))
        .join(Enrolled, Enrolled.place == BundleLog.device)
        .where(BundleLog.direction == "out", Enrolled.device == show_id(device))
    )
    return session.scalar(query) or 0


class _Return:
    """Chooses what concerns a place."""

    def __init__(self, session: Session, scope: Scope) -> None:
        self.session = session
        self.scope = scope
        self.outgoing = Outgoing(session)
        self.moved: dict[str, set[int]] = defaultdict(set)
        self.brought: set[tuple[str, int]] = set()  # what another township made, named here

    def wanted(self, known: dict[int, int], theirs: set[int]) -> list[Stretch]:
        """The county's own entries and those of the place's devices, each after what is known."""
        rows = self.session.execute(
            sa.select(Device.index, Device.last_seq)
            .where(Device.own | Device.index.in_(theirs))
            .order_by(Device.own.desc(), Device.index.desc())
        ).all()
        self.since = known.get(0, 0)
        self.coming = {i for i, _ in rows}  # what these made comes by itself
        return [Stretch(i, min(known.get(i, 0), last), last) for i, last in rows]

    def items(self, wanted: Sequence[Stretch]) -> Iterator[list[Any]]:
        yield from self.outgoing.woven(wanted, self.choose)
        handed = self.session.execute(
            sa.select(Handover.record_type, Handover.record_id).where(Handover.seq > self.since)
        )
        for record_type, record_id in handed:
            if (
                self.scope.concerns(self.session, record_type, [record_id])
                or self.scope.claims(self.session, record_type, record_id)
                or self._passed(record_type, record_id)
            ):
                self.moved[record_type].add(record_id)
        self._follow()
        self._bring_named()
        if any(self.moved.values()):
            yield from self.outgoing.histories(self.moved)

    def choose(self, session: Session, rows: Sequence[Any]) -> Sequence[Any]:
        """Of journal rows those on records that lie in the place, or leave it just then."""
        by_type: dict[str, list[Any]] = defaultdict(list)
        for row in rows:
            if row.kind != Kind.NOTE:
                by_type[row.record_type].append(row)
        chosen: set[tuple[int, int]] = set()
        for record_type, some in by_type.items():
            here = self.scope.concerns(session, record_type, {row.record_id for row in some})
            chosen |= {(row.device, row.seq) for row in some if row.record_id in here}
            changes = [row for row in some if row.kind != Kind.CREATE and row.changes]
            if lies_nowhere(record_type):  # another township may have made it: all of it goes
                self.moved[record_type] |= {row.record_id for row in changes}
            unpacked = [msgpack.unpackb(row.changes) for row in changes]
            for n in self.scope.moves(session, record_type, unpacked):
                row = changes[n]
                chosen.add((row.device, row.seq))
                # whole also where it left: one of the laptops there may never have had it
                self.moved[record_type].add(row.record_id)
            # what it lay in may have been moved here just before: it came along without being told
            leads = {key for key, target in routes(record_type).items() if target != PLACE}
            self.moved[record_type] |= {
                row.record_id
                for row, said in zip(changes, unpacked, strict=True)
                if row.record_id in here and not leads.isdisjoint(said)
            }
        held = sa.select(HeldEntry.index, HeldEntry.seq).where(
            HeldEntry.index.in_({row.device for row in rows})
        )
        chosen -= {(index, seq) for index, seq in session.execute(held)}
        for record_type, some in by_type.items():
            going = [row for row in some if (row.device, row.seq) in chosen]
            said = [msgpack.unpackb(row.changes) for row in going if row.changes]
            self._bring(record_type, {row.record_id for row in going}, said)
        return [row for row in rows if (row.device, row.seq) in chosen]

    def _passed(self, record_type: str, record_id: int) -> bool:
        """Whether a record came here once or left, by whoever's word: a member goes to another
        household at home, while her former one is moved here with her."""
        query = sa.select(Entry.changes).where(
            Entry.record_id == record_id, LATER, Entry.record_type == record_type, APPLIED,
            Entry.changes.is_not(None),
        )  # fmt: skip
        changes = [msgpack.unpackb(blob) for blob in self.session.scalars(query)]
        return bool(self.scope.moves(self.session, record_type, changes))

    def _follow(self) -> None:
        """What moved brings along all that refers to it."""
        waiting = {kind: set(ids) for kind, ids in self.moved.items()}
        while any(waiting.values()):
            target, ids = next((k, v) for k, v in waiting.items() if v)
            waiting[target] = set()
            if target == PLACE or lies_nowhere(target):  # what names them stays where it is
                continue
            for name, key in naming(target):
                table: Any = record_types()[name].__table__
                found: set[int] = set()
                ordered = sorted(ids)
                for at in range(0, len(ordered), _MAX_ROWS):
                    part = ordered[at : at + _MAX_ROWS]
                    query = sa.select(table.c.id).where(table.c[key].in_(part))
                    found |= set(self.session.scalars(query))
                found = self.scope.concerns(self.session, name, found)
                new = found - self.moved[name]
                self.moved[name] |= new
                waiting.setdefault(name, set()).update(new)

    def _bring_named(self) -> None:
        """What the moved records name comes along with them, and what that names."""
        waiting = {kind: set(ids) for kind, ids in self.moved.items()}
        while any(waiting.values()):
            kind, ids = next((k, v) for k, v in waiting.items() if v)
            waiting[kind] = set()
            for at in range(0, len(ids), _MAX_ROWS):
                part = sorted(ids)[at : at + _MAX_ROWS]
                query = sa.select(Entry.changes).where(
                    among(table_of(Entry).c.record_id, part), LATER, APPLIED,
                    Entry.record_type == kind, Entry.changes.is_not(None),
                )  # fmt: skip
                said = [msgpack.unpackb(blob) for blob in self.session.scalars(query)]
                for target, new in self._bring(kind, part, said):
                    waiting.setdefault(target, set()).update(new)

    def _bring(
        self, record_type: str, ids: Collection[int], said: Iterable[Mapping[str, Sequence[Any]]]
    ) -> list[tuple[str, set[int]]]:
        """Have all come along that records name, now or in what was `said` of them, that lies
        nowhere and another township made (an employer, a post) → what was not here yet."""
        found = []
        for key, target in named_by(record_type).items():
            if not ids or not lies_nowhere(target):
                continue
            table = table_of(record_types()[record_type]).c
            query = sa.select(table[key]).where(among(table.id, sorted(ids))).distinct()
            named = {i for i in self.session.scalars(query) if i is not None}
            named |= {i for one in said for i in _words(one.get(key, ())) if isinstance(i, int)}
            if not named:
                continue
            of = table_of(record_types()[target]).c
            elsewhere = sa.select(of.id).where(
                among(of.id, sorted(named)), of.origin_device.not_in(self.coming)
            )
            new = set(self.session.scalars(elsewhere)) - self.moved[target]
            self.moved[target] |= new
            self.brought |= {(target, i) for i in new}
            found.append((target, new))
        return found


def _words(said: Sequence[Any]) -> Iterator[Any]:
    """Every value in what an entry says of a field: before, after, and those that stood."""
    for value in said:
        yield from value if isinstance(value, list) else (value,)


def _acknowledged(session: Session, devices: Iterable[Enrolled]) -> dict[str, list[Any]]:
    """Of each device by incarnation: the last sequence that counts, the latest bundles, and the
    ranges before it that never came."""
    found: dict[str, list[Any]] = {}
    for enrolled in devices:
        rows = session.execute(
            sa.select(Device.incarnation, Device.last_seq, Device.holes)
            .where(Device.device == read_id(enrolled.device))
            .order_by(Device.index)
        ).all()
        found[enrolled.device] = [
            [
                row.incarnation,
                row.last_seq,
                list(
                    session.scalars(
                        sa.select(BundleLog.digest)
                        .where(
                            BundleLog.direction == "in",
                            BundleLog.device == enrolled.device,
                            BundleLog.incarnation == row.incarnation,
                        )
                        .order_by(BundleLog.last.desc())
                        .limit(_DIGESTS)
                    )
                ),
                unpack_ranges(row.holes),
            ]
            for row in rows
        ]
    return found


def _held(session: Session, indexes: Iterable[int]) -> list[list[Any]]:
    """What is not accepted, given back by name: [device, incarnation, sequence, reason]."""
    rows = session.execute(
        sa.select(Device.device, Device.incarnation, HeldEntry.seq, HeldEntry.reason)
        .join(Device, Device.index == HeldEntry.index)
        .where(HeldEntry.index.in_(set(indexes)), HeldEntry.reason == OUT_OF_SCOPE)
        .order_by(HeldEntry.index, HeldEntry.seq)
        .limit(_BACK)
    )
    return [[show_id(device), incarnation, seq, why] for device, incarnation, seq, why in rows]
