"""Which fields name records, and of which register: asked of the declarations, once a program."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from laborclerk.catalog.fields import PlaceRef, Reference
from laborclerk.store.base import fields_of, record_types

PLACE = "place"


@cache
def named_by(record_type: str) -> Mapping[str, str]:
    """{field: record type it names} of a register; none for one this program does not know."""
    model = record_types().get(record_type)
    return {
        key: spec.type.record_type if isinstance(spec.type, Reference) else PLACE
        for key, spec in (fields_of(model).items() if model is not None else ())
        if isinstance(spec.type, Reference | PlaceRef)
    }


@cache
def naming(record_type: str) -> tuple[tuple[str, str], ...]:
    """(record type, field) of everything that may name a record of this type."""
    return tuple(
        (name, key)
        for name in record_types()
        for key, target in named_by(name).items()
        if target == record_type
    )
