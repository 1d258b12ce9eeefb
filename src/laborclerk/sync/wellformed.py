"""Whether what came out of a bundle has the shape of entries.

The sender is enrolled and the file is whole, yet its program may be broken: nothing may reach the
store that the journal or a register could not have held.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from laborclerk.kernel.errors import reject
from laborclerk.store.base import Record
from laborclerk.store.journal import Kind
from laborclerk.sync.ledger import Ledger

_KINDS = frozenset(int(kind) for kind in Kind)
_TOP = 2**63


def check_item(item: Any) -> None:
    """Raises Rejected unless `item` is an act or an entry as `entries` writes them."""
    if not (isinstance(item, list) and len(item) == 6 and (_is_act(item) or _is_entry(item))):
        begins = isinstance(item, list) and item and _is_number(item[0])
        raise reject(Ledger.BUNDLE_MALFORMED, number=item[0] if begins else "?")


def _is_act(item: list[Any]) -> bool:
    tag, act, at, clerk, use_case, undoes = item
    return (
        tag == "a"
        and _is_number(act)
        and _is_number(at)
        and _is_text(clerk)
        and _is_text(use_case)
        and (undoes is None or _is_number(undoes))
    )


def _is_entry(item: list[Any]) -> bool:
    seq, act, record_type, record_id, kind, values = item
    if not (all(map(_is_number, (seq, act, record_id, kind))) and _is_text(record_type)):
        return False
    if kind not in _KINDS or not isinstance(values, dict):
        return False
    if not all(map(_is_text, values)):
        return False
    if kind == Kind.CREATE:
        return all(map(_is_value, values.values()))
    return all(
        isinstance(pair, list) and len(pair) == 2 and all(map(_is_value, pair))
        for pair in values.values()
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _TOP


def _is_value(value: Any) -> bool:
    if isinstance(value, int):
        return -_TOP <= value < _TOP
    return value is None or _is_text(value)


def _is_text(value: Any) -> bool:
    """Text that every kind of store can hold: PostgreSQL has no NUL."""
    return isinstance(value, str) and "\0" not in value


def fits(model: type[Record], values: Mapping[str, Any]) -> bool:
    """Whether values are of the kind the register's columns hold (a newer program may differ)."""
    columns = model.__table__.columns
    return all(value is None or _is_of(columns[key].type, value) for key, value in values.items())


def _is_of(column: sa.types.TypeEngine[Any], value: object) -> bool:
    if isinstance(column, sa.Boolean):
        return isinstance(value, bool)
    if isinstance(column, sa.BigInteger):
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, str)
