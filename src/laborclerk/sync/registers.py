"""What a merge asks of a register's declaration: does this program know what an entry says, what
does the register refer to, does it lie anywhere."""

from __future__ import annotations

from functools import cache

from laborclerk.catalog.fields import PlaceRef, Reference
from laborclerk.store.base import Record, fields_of, record_types
from laborclerk.store.journal import Kind
from laborclerk.sync.fields import Incoming
from laborclerk.sync.wellformed import fits


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
def rank(record_type: str) -> tuple[int, str]:
    """Registers in an order in which each stands after those it refers to."""
    model = record_types().get(record_type)
    targets = {
        spec.type.record_type if isinstance(spec.type, Reference) else "place"
        for spec in (fields_of(model).values() if model else ())
        if isinstance(spec.type, (Reference, PlaceRef))
    } - {record_type}
    return max((rank(target)[0] + 1 for target in targets), default=0), record_type


@cache
def belongs_nowhere(model: type[Record]) -> bool:
    """Whether records of this type lie in no place, neither themselves nor through what they refer
    to (a survey round, a batch for an employer's post): such a one is changed only by the station
    that made it."""
    return not _lies_somewhere(model.__tablename__, frozenset())


def _lies_somewhere(record_type: str, passed: frozenset[str]) -> bool:
    model = record_types().get(record_type)
    kinds = [spec.type for spec in fields_of(model).values()] if model is not None else []
    return record_type == "place" or any(
        isinstance(kind, PlaceRef)
        or (
            isinstance(kind, Reference)
            and kind.record_type not in passed
            and _lies_somewhere(kind.record_type, passed | {record_type})
        )
        for kind in kinds
    )
