"""Whether what came out of a bundle has the shape of entries.

The sender is enrolled and the file is whole, yet its program may be broken: nothing may reach the
store that the journal or a register could not have held.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
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
        return _are_texts(values) and _are_values(values.values())
    return _are_texts(values) and all(map(_is_pair, values.values()))


def _is_pair(pair: Any) -> bool:
    """[before, after], and of a decision the values that stood."""
    if not isinstance(pair, list) or not 2 <= len(pair) <= 3:
        return False
    if len(pair) == 3 and not (isinstance(pair[2], list) and _are_values(pair[2])):
        return False
    return _are_values(pair[:2])


def _is_sequence(value: Any) -> bool:
    return _is_number(value) and 0 < value < _SEQUENCES


def _is_number(value: Any) -> bool:
    return type(value) is int and 0 <= value < _TOP


def _are_values(some: Iterable[Any]) -> bool:
    """Whether a store can hold them. A township brings millions: one plain loop."""
    for value in some:
        kind = type(value)
        if kind is str:
            if "\0" in value:
                return False
        elif kind is int:
            if not -_TOP <= value < _TOP:
                return False
        elif value is not None and kind is not bool:
            return False
    return True


def _are_texts(some: Mapping[Any, Any]) -> bool:
    return set(map(type, some)) <= {str} and "\0" not in "".join(some)


def _is_text(value: Any) -> bool:
    """Text that every kind of store can hold: PostgreSQL has no NUL."""
    return isinstance(value, str) and "\0" not in value


def _is_name(value: Any) -> bool:
    return _is_text(value) and len(value) <= _NAME


def fits(model: type[Record], values: Mapping[str, Any]) -> bool:
    """Whether the register's fields can hold the values (a newer program's may hold others):
    screens, counts and indexes rely on it."""
    holds = _holds(model)
    for key, value in values.items():
        if value is not None:
            kind, most, test = holds[key]
            if type(value) is not kind or (kind is str and len(value) > most):
                return False
            if test is not None and not test(value):
                return False
    return True


_Held = tuple[type[Any], int, Callable[[Any], bool] | None]


@cache
def _holds(model: type[Record]) -> dict[str, _Held]:
    """Of each field the type of its values, of a text the longest, and a test of its form."""
    return {key: _held_by(spec.type) for key, spec in fields_of(model).items()}


def _held_by(field: FieldType) -> _Held:
    match field:
        case YesNo():
            return bool, 0, None
        case Number() | PlaceRef() | Reference():
            return int, 0, None
        case Date():
            return str, 10, _is_day
        case Month():
            return str, 7, lambda value: _is_day(value + "-01")
        case Text(max_length=length):
            return str, max(4 * length, _SHORT), None
    return str, _SHORT, None


def _is_day(value: str) -> bool:
    if len(value) != 10:  # other lengths are dates too, to Python
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True
