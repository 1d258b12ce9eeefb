"""Entries in columns: what goes in comes out, and nothing else is taken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import msgpack
import pytest

from laborclerk.features.registry.model import Person
from laborclerk.kernel.errors import Rejected
from laborclerk.store.base import fields_of
from laborclerk.sync.blocks import Told, apart, read, write

ACTS = {
    3: SimpleNamespace(act=3, at=1000, clerk="某", use_case="census.save", undoes=None),
    6: SimpleNamespace(act=6, at=900, clerk="某", use_case="act.undo", undoes=3),
}
BORN = {
    "person": (["name", "phone", "surplus"], {70: ("甲", None, False), 60: ("乙", None, None)}),
}


def row(seq: int, act: int, record_type: str, record: int, kind: int, changes: Any = None) -> Any:
    return (0, seq, act, record_type, record, kind, changes and msgpack.packb(changes))


ROWS = [
    row(3, 3, "person", 70, 1),
    row(4, 3, "person", 60, 1),
    row(5, 3, "household", 9, 2, {"note": [None, "好"]}),
    row(6, 6, "person", 70, 2, {"phone": ["1", "2"], "name": ["甲", "丙"]}),
    row(8, 6, "person", 60, 6, {"phone": [None, "2", ["3", None]]}),
    row(9, 6, "person", 60, 3),
]
TOLD = [
    (3, 3, "person", 70, 1, {"name": "甲", "surplus": False}, True),
    (4, 3, "person", 60, 1, {"name": "乙"}, True),
    (5, 3, "household", 9, 2, {"note": [None, "好"]}, True),
    (6, 6, "person", 70, 2, {"phone": ["1", "2"], "name": ["甲", "丙"]}, True),
    (8, 6, "person", 60, 6, {"phone": [None, "2", ["3", None]]}, True),
    (9, 6, "person", 60, 3, {}, True),
]


def travelled(item: Any) -> Any:
    return msgpack.unpackb(msgpack.packb(item))


def packed(rows: list[Any] = ROWS) -> Any:
    return travelled(write(rows, ACTS, BORN))


def filled(entries: Iterable[Told]) -> list[Any]:
    """The entries without the fields that a creation left empty."""
    return [
        entry._replace(said={k: v for k, v in entry.said.items() if v is not None})
        for entry in entries
    ]


def test_what_goes_in_comes_out() -> None:
    block = read(packed())
    assert filled(block.entries) == TOLD
    assert block.acts == [
        (3, 1000, "某", "census.save", None), (6, 900, "某", "act.undo", 3)
    ]  # fmt: skip


def test_one_that_is_too_large_is_told_entry_by_entry() -> None:
    parts = [travelled(item) for item in apart(msgpack.packb(packed()))]
    assert filled(entry for item in parts for entry in read(item).entries) == TOLD


def test_a_creation_tells_all_fields_in_their_order() -> None:
    for entry in read(packed(ROWS[:2])).entries:
        assert list(entry.said) == list(fields_of(Person))


@pytest.mark.parametrize(("key", "value"), [("new", 1), ("name", 7), ("surplus", 1)])
def test_what_no_register_here_holds_is_looked_at_entry_by_entry(key: str, value: Any) -> None:
    (entry,) = read(packed([row(6, 6, "person", 70, 2, {key: [None, value]})])).entries
    assert not entry.sure


WRONG: dict[str, tuple[tuple[int, ...], Any]] = {
    "no entries": ((2,), []),
    "fewer ids": ((3,), [1]),
    "an entry of no shape": ((5, 0), 4),
    "a shape before the first": ((5, 0), -1),
    "a shape of no entry": ((5, 5), 0),
    "a sequence of nothing": ((2, 0), 0),
    "an id below nothing": ((3, 0), -1),
    "a number that is none": ((2, 0), True),
    "an act later than its entry": ((1, 0, 0), 4),
    "entries of no act": ((1, 1, 1), 2),
    "an act of no entries": ((1, 1), [6, 0]),
    "a time beyond the calendar": ((1, 2, 0), 2**60),
    "a clerk who is a number": ((1, 3, 0), 7),
    "no such kind": ((4, 1, 1), 9),
    "a field twice": ((4, 2, 2), ["name", "name"]),
    "a column too few": ((6, 2), [[["1", "2"]]]),
    "a column too short": ((6, 0, 0), ["甲"]),
    "a value that is a list": ((6, 0, 0, 0), ["甲"]),
    "a text with a NUL": ((6, 0, 0, 0), "\0"),
    "a number no store holds": ((6, 0, 0, 0), 2**63),
    "a change without an end": ((6, 1, 0, 0), [None]),
    "what stood is no list": ((6, 3, 0, 0, 2), 5),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_refused(what: str) -> None:
    at, value = WRONG[what]
    node = item = packed()
    for key in at[:-1]:
        node = node[key]
    node[at[-1]] = value
    with pytest.raises(Rejected):
        read(item)


@pytest.mark.parametrize("item", [["b"], ["b", 1, 2, 3, 4, 5, 6], ["b", *[[]] * 6], ["b"] * 8])
def test_what_is_no_block_is_refused(item: Any) -> None:
    with pytest.raises(Rejected):
        read(item)


def _paths(node: Any, here: tuple[int, ...] = ()) -> Iterator[tuple[int, ...]]:
    """Where anything lies in an item."""
    for at, inner in enumerate(node):
        yield (*here, at)
        if isinstance(inner, list):
            yield from _paths(inner, (*here, at))


def _odd(value: Any) -> list[Any]:
    """What may stand in a value's place, things that nearly fit among them."""
    odd: list[Any] = [
        None,
        True,
        -1,
        0,
        2**63,
        1.5,
        "",
        "x",
        b"",
        b"x",
        [],
        [[]],
        {},
        {0: 0},
        {"": 1},
    ]
    if isinstance(value, list):
        odd += [
            dict(enumerate(value)), {str(v): v for v in value if not isinstance(v, list)},
            dict.fromkeys(range(1, len(value) + 1), 0), value[:-1], [*value, None], value * 2,
            "x" * len(value), bytes(len(value)), tuple(value), [value],
        ]  # fmt: skip
    return odd


def test_whatever_stands_anywhere_is_read_or_refused() -> None:
    """A station that signs what it likes cannot make the reader stumble."""
    for path in _paths(packed()):
        item = packed()
        node: Any = item
        for at in path[:-1]:
            node = node[at]
        for odd in _odd(node[path[-1]]):
            node[path[-1]] = odd
            with suppress(Rejected):
                read(item)
