"""Which records belong to a station: what it may write, and what of others' work concerns it.

A record lies at the place it names, or where the records it refers to lie: a person where her
household lies. What is about one person lies where she does, whatever else it names (a county's
post, a batch of several townships). What names no place at all (a survey round) belongs to nobody:
the township that made it changes it; every station gets what the county made or changed of it, and
of another township's what its own records name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.fields import Value
from laborclerk.features.registry.duplicates.model import PersonVerdict, verdict_id
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.places import place_id, subtree
from laborclerk.store.base import record_types
from laborclerk.store.bulk import among
from laborclerk.store.journal import (
    APPLIED,
    LATER,
    WRITTEN,
    Act,
    Conflict,
    Entry,
    unpack_changes,
)
from laborclerk.store.references import PLACE
from laborclerk.store.versions import Dot, unpack_versions
from laborclerk.store.work import UnitOfWork
from laborclerk.sync.registers import lies_nowhere, routes

_PART = 5000  # ids in one statement


def locate(session: Session, record_type: str, ids: Iterable[int]) -> dict[int, set[int]]:
    """The places where records lie, by id; what is not here is left out."""
    wanted = sorted(set(ids))
    if record_type == PLACE:
        return {i: {i} for i in wanted}
    found: dict[int, set[int]] = {}
    ways = routes(record_type)
    table: Any = record_types()[record_type].__table__
    columns = [table.c.id, *(table.c[key] for key in ways)]
    for at in range(0, len(wanted), _PART):
        part = wanted[at : at + _PART]
        rows = session.execute(sa.select(*columns).where(among(table.c.id, part))).all()
        found.update((row[0], set()) for row in rows)
        for column, target in enumerate(ways.values(), 1):
            leads = {row[0]: row[column] for row in rows if row[column] is not None}
            places = locate(session, target, leads.values())
            for record_id, lead in leads.items():
                found[record_id] |= places.get(lead, set())
    return found


class PlaceScope:
    """The judge of what a station of `place` (12 digits, or fewer) may write and gets."""

    def __init__(self, place: str) -> None:
        self._low, self._high = subtree(place_id(place))
        self._work: UnitOfWork | None = None
        self._known: dict[str, set[int]] = {}  # by type, what `_work` found to lie inside

    def inside(self, place: object) -> bool:
        return isinstance(place, int) and self._low <= place < self._high

    def refused(
        self, work: UnitOfWork, record_type: str, brought: Sequence[tuple[int, Mapping[str, Value]]]
    ) -> set[int]:
        """The positions in `brought` (id, values a creation or change brings) whose record lies
        outside, or would come to lie there, or beside what is not known here."""
        session = work.session
        if record_types()[record_type].county_only:
            return set(range(len(brought)))
        if record_type == PLACE:
            return {n for n, (i, _) in enumerate(brought) if not self.inside(i)}
        if work is not self._work:
            self._work, self._known = work, {}
        now = locate(session, record_type, (i for i, _ in brought))
        outside = now.keys() - self._within(now)
        wrong = {n for n, (i, _) in enumerate(brought) if i in outside} if outside else set()
        ways = routes(record_type)
        for key, target in ways.items():
            leads = {n: v[key] for n, (_, v) in enumerate(brought) if v.get(key) is not None}
            known = self._known.setdefault(target, set())
            ids = {i for i in leads.values() if isinstance(i, int)} - known
            known |= self._within(locate(session, target, ids))
            wrong |= {n for n, lead in leads.items() if lead not in known}
        if any(not ways.keys().isdisjoint(v) for i, v in brought if i in now):
            self._known = {}  # what leads over these may lie elsewhere once they are changed
        if record_type == PersonVerdict.__tablename__:
            wrong |= _strange_verdicts(session, brought)
        return wrong

    def _within(self, located: Mapping[int, set[int]]) -> set[int]:
        """Of records with their places those that lie wholly inside."""
        places = {place for some in located.values() for place in some}
        outside = {place for place in places if not self.inside(place)}
        return {i for i, some in located.items() if outside.isdisjoint(some)}

    def belonged(
        self,
        work: UnitOfWork,
        record_type: str,
        record_id: int,
        brought: Mapping[str, Value],
        knew: Callable[[Dot], bool],
        led: Mapping[str, Value],
    ) -> bool:
        """Whether by what a writer knew the record lay inside, and so did all it `brought` the
        record to: something of that was moved away since. `led`: where the writer's own entries
        that are not stored yet had brought it."""
        session = work.session
        if record_type == PLACE:
            return self.inside(record_id)
        table: Any = record_types()[record_type].__table__
        row = session.execute(sa.select(table).where(table.c.id == record_id)).mappings().first()
        leads: set[tuple[str, int]] = set()
        for key, target in routes(record_type).items():
            found = [brought.get(key), led.get(key)]
            if row is not None and key not in led:
                found.append(_as_known(session, record_type, record_id, key, row[key], knew))
            leads |= {(target, lead) for lead in found if isinstance(lead, int)}
        return bool(leads) and all(
            self.belonged(work, target, lead, {}, knew, {}) for target, lead in leads
        )

    def concerns(self, session: Session, record_type: str, ids: Iterable[int]) -> set[int]:
        """Those of the records that lie inside, in part at least, or belong to nobody."""
        if record_type not in record_types():
            return set()
        if lies_nowhere(record_type):
            return set(ids)
        found = locate(session, record_type, ids)
        return {i for i, places in found.items() if not places or any(map(self.inside, places))}

    def villages(self, session: Session) -> dict[int, dict[str, list[int]]]:
        """The households and persons of each village, by type."""
        found: dict[int, dict[str, list[int]]] = {}
        home, person = Household.__table__.c, Person.__table__.c
        here = sa.and_(home.place >= self._low, home.place < self._high)
        people = sa.select(person.id, home.place).join_from(
            Person.__table__, Household.__table__, home.id == person.household
        )
        for kind, query in (("household", sa.select(home.id, home.place)), ("person", people)):
            for record_id, place in session.execute(query.where(here)):
                village = found.setdefault(_village(place), {"household": [], "person": []})
                village[kind].append(record_id)
        return found

    def villages_of(self, session: Session, records: Mapping[str, Iterable[int]]) -> set[int]:
        """The villages of the place in which some records lie."""
        return {
            _village(place)
            for kind, ids in records.items()
            if kind in record_types()
            for places in locate(session, kind, ids).values()
            for place in places
            if self.inside(place)
        }

    def claims(self, session: Session, record_type: str, record_id: int) -> bool:
        """Whether somebody says that a record lies here, though it is shown elsewhere: it is open
        where it lies, and who said so must see that."""
        ways = routes(record_type)
        query = sa.select(Conflict.field, Conflict.versions).where(
            Conflict.record_type == record_type, Conflict.record_id == record_id,
            Conflict.field.in_(ways),
        )  # fmt: skip
        return any(
            self.inside(place)
            for key, versions in session.execute(query)
            for places in locate(
                session, ways[key], (v for v, _ in unpack_versions(versions) if isinstance(v, int))
            ).values()
            for place in places
        )

    def moves(
        self, session: Session, record_type: str, changed: Sequence[Mapping[str, Any]]
    ) -> set[int]:
        """The positions in `changed` ({field: [before, after]}) that take a record out of here or
        bring it in."""
        found: set[int] = set()
        for key, target in routes(record_type).items():
            pairs = {n: c[key][:2] for n, c in enumerate(changed) if key in c}
            ends = {i for pair in pairs.values() for i in pair if isinstance(i, int)}
            places = locate(session, target, ends)
            here = {i for i, some in places.items() if any(map(self.inside, some))}
            found |= {
                n for n, (before, after) in pairs.items() if (before in here) != (after in here)
            }
        return found


def _village(place: int) -> int:
    return place // 1000 * 1000


def _strange_verdicts(
    session: Session, brought: Sequence[tuple[int, Mapping[str, Value]]]
) -> set[int]:
    """Decisions under another id than their two persons give: whether two persons are one is the
    county's to say, unless both are the station's own."""
    table: Any = PersonVerdict.__table__
    query = sa.select(table.c.id, table.c.person_a, table.c.person_b)
    rows = session.execute(query.where(table.c.id.in_([i for i, _ in brought])))
    now = {i: (a, b) for i, a, b in rows}
    found: set[int] = set()
    for n, (record_id, values) in enumerate(brought):
        a, b = now.get(record_id, (None, None))
        a, b = values.get("person_a", a), values.get("person_b", b)
        good = isinstance(a, int) and isinstance(b, int) and a < b
        if not good or record_id != verdict_id(a, b):
            found.add(n)
    return found


def _as_known(
    session: Session,
    record_type: str,
    record_id: int,
    key: str,
    value: Value,
    knew: Callable[[Dot], bool],
) -> Value:
    """A field's value before what a writer did not know of."""
    query = (
        sa.select(Entry.device, Entry.seq, Entry.record_type, Entry.changes)
        .join(Act, (Act.device == Entry.device) & (Act.act == Entry.act))
        .where(Entry.record_id == record_id, LATER, APPLIED)
        .order_by(*WRITTEN)
    )
    for device, seq, kind, blob in session.execute(query):
        changes = unpack_changes(blob)
        if kind == record_type and key in changes and not knew((device, seq)):
            return changes[key][0]
    return value
