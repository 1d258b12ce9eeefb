"""Whether what came out of a bundle has the shape of entries.

The sender is enrolled and the file is whole, yet its program may be broken: nothing may reach the
store that the journal or a register could not have held.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import chain
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

KINDS = frozenset(int(kind) for kind in Kind)
_TOP = 2**63
_SEQUENCES = 2**53  # nobody writes so many entries
_ENDS = 253_370_764_800_000  # 9999-01-01: what no calendar shows
_DEVICES, _NAME = 1000, 1000
_SHORT = 600  # code points: more than any field takes, and a server's index holds no more
_EMPTY = type(None)


def check_item(item: Any) -> None:
    """Raises Rejected unless `item` is one of those `entries` writes; what a block holds is
    looked at where it is read."""
    if not (isinstance(item, list) and item and _is_item(item)):
        raise reject(Ledger.BUNDLE_MALFORMED, number="0")


def _is_item(item: list[Any]) -> bool:
    match item:
        case ["d", ref]:
            return is_number(ref)
        case ["e", seq, knows]:
            return is_sequence(seq) and _is_vector(knows)
        case ["x"]:
            return True
    return type(item[0]) is str and item[0] == "b"


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
                is_number(device)
                and device > 0
                and is_number(incarnation)
                and incarnation > 0
                and is_name(name)
            )
    return False


def _is_vector(value: Any) -> bool:
    return isinstance(value, dict) and all(
        is_number(ref) and (_is_known(known) or _has_holes(known)) for ref, known in value.items()
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
    return is_number(value) and bool(value < _SEQUENCES)


def is_sequence(value: Any) -> bool:
    """A number that a device gives its entries."""
    return type(value) is int and 0 < value < _SEQUENCES


def is_number(value: Any) -> bool:
    """A number that an id may be."""
    return type(value) is int and 0 <= value < _TOP


def is_time(value: Any) -> bool:
    """Milliseconds since 1970 that a calendar can show."""
    return type(value) is int and 0 <= value < _ENDS


def is_name(value: Any) -> bool:
    """A short text that every kind of store can hold: PostgreSQL has no NUL."""
    return isinstance(value, str) and len(value) <= _NAME and "\0" not in value


def are_names(some: Any) -> bool:
    """Whether it is a list of such."""
    return isinstance(some, list) and all(map(is_name, some))


def are_values(some: Sequence[Any]) -> bool:
    """Whether a store can hold them all. A township brings millions: no step a value."""
    kinds = set(map(type, some))
    if not kinds <= {str, int, bool, _EMPTY}:
        return False
    if str in kinds and "\0" in "".join([value for value in some if type(value) is str]):
        return False
    numbers = [value for value in some if type(value) is int] if int in kinds else [0]
    return min(numbers) >= -_TOP and max(numbers) < _TOP


def are_pairs(some: Sequence[Any]) -> bool:
    """Whether all are [before, after], or of a decision [before, after, values that stood]."""
    if set(map(type, some)) != {list}:
        return False
    if set(map(len, some)) == {2}:
        return are_values(list(chain.from_iterable(some)))
    return all(map(_is_pair, some))


def _is_pair(pair: list[Any]) -> bool:
    if not 2 <= len(pair) <= 3:
        return False
    if len(pair) == 3 and not (isinstance(pair[2], list) and are_values(pair[2])):
        return False
    return are_values(pair[:2])


def fits(model: type[Record], values: Mapping[str, Any]) -> bool:
    """Whether the register's fields can hold the values (a newer program's may hold others):
    screens, counts and indexes rely on it."""
    return fit(model, ((key, (value,)) for key, value in values.items()))


def fit(
    model: type[Record], columns: Iterable[tuple[str, Sequence[Any]]], *, pairs: bool = False
) -> bool:
    """Whether the register has the fields and they can hold all values of the `columns`; of
    `pairs` ([before, after, …]) all but the first."""
    holds = _holds(model)
    for key, column in columns:
        if key not in holds:
            return False
        kind, most, test = holds[key]
        if pairs:
            after = [pair[1] for pair in column]
            after += chain.from_iterable(pair[2] for pair in column if len(pair) > 2)
            column = after
        kinds = set(map(type, column)) - {_EMPTY}
        if not kinds:
            continue
        if kinds != {kind}:
            return False
        if kind is str:
            some = set(column) - {None}
            if max(map(len, some)) > most or (test is not None and not all(map(test, some))):
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
