"""Whether what came out of a bundle has the shape of entries.

The sender is enrolled and the file is whole, yet its program may be broken: nothing may reach the
store that the journal or a register could not have held.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import Any

from laborclerk.catalog.fields import (
    Date,
    FieldType,
    Month,
    Number,
    PlaceRef,
    Reference,
    Text,
    YesNo,
)
from laborclerk.kernel.errors import reject
from laborclerk.store.base import Record, fields_of
from laborclerk.store.journal import Kind
from laborclerk.sync.ledger import Ledger

_KINDS = frozenset(int(kind) for kind in Kind)
_TOP = 2**63
_SEQUENCES = 2**53  # nobody writes so many entries
_ENDS = 253_370_764_800_000  # 9999-01-01: what no calendar shows
_DEVICES, _NAME = 1000, 1000
_SHORT = 600  # code points: more than any field takes, and a server's index holds no more


def check_item(item: Any) -> None:
    """Raises Rejected unless `item` is one of those `entries` writes."""
    if not (isinstance(item, list) and item and _is_item(item)):
        begins = isinstance(item, list) and item and _is_number(item[0])
        raise reject(Ledger.BUNDLE_MALFORMED, number=item[0] if begins else "?")


def _is_item(item: list[Any]) -> bool:
    if not isinstance(item[0], str):
        return len(item) == 6 and _is_entry(item)
    match item:
        case ["a", act, at, clerk, use_case, undoes]:
            return (
                _is_sequence(act)
                and _is_number(at)
                and at < _ENDS
                and _is_name(clerk)
                and _is_name(use_case)
                and (undoes is None or _is_sequence(undoes))
            )
        case ["d", ref]:
            return _is_number(ref)
        case ["e", seq, knows]:
            return _is_sequence(seq) and _is_vector(knows)
        case ["x"]:
            return True
        case _:
            return False


def check_header(item: Any) -> dict[str, Any]:
    """The header of a bundle's payload, its devices and knowledge checked. Raises Rejected."""
    good = (
        isinstance(item, list)
        and len(item) == 2
        and item[0] == "h"
        and isinstance(item[1], dict)
        and isinstance(item[1].get("devices"), list)
        and 0 < len(item[1]["devices"]) <= _DEVICES
        and all(map(_is_device, item[1]["devices"]))
        and _is_vector(item[1].get("knows"))
    )
    if not good:
        raise reject(Ledger.BUNDLE_MALFORMED, number="0")
    header: dict[str, Any] = item[1]
    return header


def _is_device(value: Any) -> bool:
    match value:
        case [device, incarnation, name]:
            return (
                _is_number(device)
                and device > 0
                and _is_number(incarnation)
                and incarnation > 0
                and _is_name(name)
            )
    return False


def _is_vector(value: Any) -> bool:
    return isinstance(value, dict) and all(
        _is_number(ref) and (_is_known(known) or _has_holes(known)) for ref, known in value.items()
    )


def _has_holes(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and _is_known(value[0])
        and all(
            isinstance(hole, list) and len(hole) == 2 and all(map(_is_known, hole))
            for hole in value[1:]
        )
    )


def _is_known(value: Any) -> bool:
    """Up to where something is known; 0 is nothing."""
    return _is_number(value) and bool(value < _SEQUENCES)


def _is_entry(item: list[Any]) -> bool:
    seq, act, record_type, record_id, kind, values = item
    if not (_is_sequence(seq) and _is_sequence(act) and act <= seq):
        return False
    if not (
        _is_number(record_id)
        and _is_number(kind)
        and _is_name(record_type)
        and kind in _KINDS
        and isinstance(values, dict)
    ):
        return False
    if kind == Kind.CREATE:
        return all(_is_text(k) and _is_value(v) for k, v in values.items())
    return all(_is_text(k) and _is_pair(pair) for k, pair in values.items())


def _is_pair(pair: Any) -> bool:
    """[before, after], and of a decision the values that stood."""
    if not isinstance(pair, list) or not 2 <= len(pair) <= 3:
        return False
    if len(pair) == 3 and not (isinstance(pair[2], list) and all(map(_is_value, pair[2]))):
        return False
    return _is_value(pair[0]) and _is_value(pair[1])


def _is_sequence(value: Any) -> bool:
    return _is_number(value) and 0 < value < _SEQUENCES


def _is_number(value: Any) -> bool:
    return type(value) is int and 0 <= value < _TOP


def _is_value(value: Any) -> bool:
    if type(value) is int:
        return -_TOP <= value < _TOP
    return value is None or isinstance(value, bool) or _is_text(value)


def _is_text(value: Any) -> bool:
    """Text that every kind of store can hold: PostgreSQL has no NUL."""
    return isinstance(value, str) and "\0" not in value


def _is_name(value: Any) -> bool:
    return _is_text(value) and len(value) <= _NAME


def fits(model: type[Record], values: Mapping[str, Any]) -> bool:
    """Whether the register's fields can hold the values (a newer program's may hold others):
    screens, counts and indexes rely on it."""
    holds = _holds(model)
    return all(value is None or holds[key](value) for key, value in values.items())


@cache
def _holds(model: type[Record]) -> dict[str, Callable[[Any], bool]]:
    return {key: _test_of(spec.type) for key, spec in fields_of(model).items()}


def _test_of(field: FieldType) -> Callable[[Any], bool]:
    match field:
        case YesNo():
            return lambda value: isinstance(value, bool)
        case Number() | PlaceRef() | Reference():
            return lambda value: type(value) is int
        case Date():
            return _is_day
        case Month():
            return lambda value: (
                isinstance(value, str) and len(value) == 7 and _is_day(value + "-01")
            )
        case Text(max_length=length):
            most = max(4 * length, _SHORT)
            return lambda value: isinstance(value, str) and len(value) <= most
    return lambda value: isinstance(value, str) and len(value) <= _SHORT


def _is_day(value: Any) -> bool:
    if not isinstance(value, str) or len(value) != 10:
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True
