"""What a merge asks of a register's declaration: does this program know what an entry says, what
does the register refer to and is it here, where does a record lie."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.fields import PlaceRef, Reference
from laborclerk.kernel.ids import read_id, show_id
from laborclerk.store.base import Record, fields_of, record_types, table_of
from laborclerk.store.bulk import among
from laborclerk.store.journal import LATER, Device, Entry, Kind
from laborclerk.store.references import PLACE, named_by
from laborclerk.sync.deletion import words
from laborclerk.sync.fields import Incoming
from laborclerk.sync.ledger import Enrolled, Handover
from laborclerk.sync.wellformed import fits

_PERSON = "person"


def is_known(model: type[Record], entry: Incoming) -> bool:
    """Whether this program knows all the entry says."""
    if entry.sure:
        return True
    if not (entry.said.keys() <= fields_of(model).keys() and fits(model, entry.after)):
        return False
    if entry.kind == Kind.CREATE:
        return True
    stood = [(key, pair[2]) for key, pair in entry.said.items() if len(pair) > 2]
    return all(fits(model, {key: value}) for key, some in stood for value in some)


@cache
def routes(record_type: str) -> dict[str, str]:
    """By which fields a record of this type is located: {field: record type it leads to}. A record
    lies at the `place` it names, or where the records it refers to lie; what is about one person
    lies where she does, whatever else it names. A record without routes (a survey round, a fair, an
    employer's post) lies nowhere: its township changes it."""
    model = record_types().get(record_type)
    if model is None or record_type == PLACE:
        return {}
    found: dict[str, str] = {}
    for key, spec in fields_of(model).items():
        if isinstance(spec.type, PlaceRef) and key == PLACE:
            found[key] = PLACE
        elif isinstance(spec.type, Reference) and spec.type.record_type != record_type:
            target = spec.type.record_type
            if target == PLACE or routes(target):
                found[key] = target
    return {_PERSON: found[_PERSON]} if _PERSON in found else found


def lies_nowhere(record_type: str) -> bool:
    """Whether records of this type lie in no place, neither themselves nor through others."""
    return record_type != PLACE and not routes(record_type)


def given(session: Session, record_type: str, ids: Collection[int]) -> set[int]:
    """Of records that lie nowhere those that other stations have than the one that made them: they
    were handed over, or the county had its word; any, where the county was put back and no longer
    knows what it handed over. What their maker says later is for all."""
    if not lies_nowhere(record_type):
        return set()
    former = sa.select(Device.index).where(Device.own, Device.index != 0).limit(1)
    if session.scalar(former) is not None:
        return set(ids)
    handed, entry, device = table_of(Handover).c, table_of(Entry).c, table_of(Device).c
    known = sa.select(handed.record_id).where(
        handed.record_type == record_type, among(handed.record_id, ids)
    )
    county = sa.select(entry.record_id).where(
        among(entry.record_id, ids), LATER, entry.record_type == record_type,
        entry.device.in_(sa.select(device.index).where(device.own)),
    )  # fmt: skip
    return {*session.scalars(known), *session.scalars(county)}


def mates(session: Session, devices: Collection[int]) -> set[int]:
    """The devices (indexes) of the places that some are enrolled for, whatever became of them: a
    township's new laptop goes on with what the broken one made."""
    rows = session.execute(sa.select(Device.index, Device.device)).all()
    numbers = {row[0]: row.device for row in rows}
    names = {show_id(numbers[index]) for index in devices if index in numbers}
    places = sa.select(Enrolled.place).where(Enrolled.device.in_(names))
    there = session.scalars(sa.select(Enrolled.device).where(Enrolled.place.in_(places)))
    found = {read_id(name) for name in there}
    return {index for index, number in numbers.items() if number in found}


def lacking(
    session: Session,
    record_type: str,
    entries: Sequence[Incoming],
    come: Collection[int] | None = None,
) -> set[int]:
    """The positions of entries that name a record which is not here, in a field that does not
    decide where theirs lies (a post, a fair; where it lies is the judge's to look at). With `come`,
    in one that does (a household), neither here nor among those ids."""
    found: set[int] = set()
    for key, spec in fields_of(record_types()[record_type]).items():
        leads = key in routes(record_type)
        if not isinstance(spec.type, Reference) or leads == (come is None):
            continue
        named = {n: some for n, entry in enumerate(entries) if (some := _named(entry, key))}
        if named:
            id_column = table_of(record_types()[spec.type.record_type]).c.id
            query = sa.select(id_column).where(
                among(id_column, sorted(set().union(*named.values())))
            )
            there = {*session.scalars(query), *(come or ())}
            found |= {n for n, some in named.items() if not some <= there}
    return found


def _named(entry: Incoming, key: str) -> set[int]:
    said = entry.said.get(key)
    values = (said,) if entry.kind == Kind.CREATE else words(entry.kind, said)
    return {value for value in values if type(value) is int}


@cache
def rank(record_type: str) -> tuple[int, str]:
    """Registers in an order in which each stands after those it refers to."""
    targets = set(named_by(record_type).values()) - {record_type}
    return max((rank(target)[0] + 1 for target in targets), default=0), record_type
