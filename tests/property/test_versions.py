"""Stations that have the same entries hold the same versions, whatever the order they came in.

Devices write and learn from each other; then every one of several readers takes all entries in an
order of its own: what was held back comes after what its writer wrote later, and the history of a
record that moved after what was built upon it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from laborclerk.store.journal import Kind
from laborclerk.store.versions import Dot, Vector, ranges, within, without
from laborclerk.sync.deletion import History, disputed, words
from laborclerk.sync.fields import Held, Incoming, Joiner

FIELDS = ("name", "phone", "deleted")
VALUES: dict[str, list[Any]] = {
    "name": ["甲", "乙", "丙"], "phone": [None, "1", "2"], "deleted": [None, "1", "9"],
}  # fmt: skip


@dataclass
class Device:
    number: int
    written: list[Incoming] = field(default_factory=list)
    knows: dict[int, int] = field(default_factory=dict)


@dataclass
class World:
    """What the devices wrote: `entries` in the order of writing, a creation by device 1 first."""

    entries: list[Incoming]

    def knew(self, writer: Dot, other: Dot) -> bool:
        if writer[0] == other[0]:
            return other[1] <= writer[1]
        found = next(e for e in self.entries if e.dot == writer)
        return found.context.knows(other)


STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from(("write", "reopen")),
            st.integers(1, 3),
            st.sampled_from(FIELDS),
            st.integers(0, 2),
        ),
        st.tuples(st.just("learn"), st.integers(1, 3), st.integers(1, 3), st.just(0)),
    ),
    min_size=2,
    max_size=22,
)


def world(steps: list[Any]) -> World:
    devices = {n: Device(n, knows={1: 1}) for n in (1, 2, 3)}
    created = {"name": "甲"}
    first = Incoming((1, 1), 1, "person", 7, Kind.CREATE, created, Vector())
    entries = [first]
    devices[1].written.append(first)
    for kind, n, what, choice in steps:
        device = devices[n]
        if kind == "learn":
            other = devices[what]
            for k, top in {**other.knows, other.number: len(other.written)}.items():
                if k != n:
                    device.knows[k] = max(device.knows.get(k, 0), top)
            continue
        dot = (n, len(device.written) + 1)
        others = [v for v in VALUES[what] if v != VALUES[what][choice]]
        entry = Incoming(
            dot, dot[1], "person", 7, Kind.REOPEN if kind == "reopen" else Kind.CHANGE,
            {what: (None, VALUES[what][choice], others)},
            Vector({k: v for k, v in device.knows.items() if k != n}),
        )  # fmt: skip
        device.written.append(entry)
        entries.append(entry)
    return World(entries)


class Told:
    """Causality as the world knows it."""

    def __init__(self, of: World) -> None:
        self.knew = of.knew


def read(of: World, order: list[Incoming]) -> dict[str, Any]:
    """What the record holds after these entries: values, and versions where they differ."""
    held = Held("person", 7, {"name": "甲", "phone": None, "deleted": None}, (1, 1), None, 1, {})
    told: Any = Told(of)

    def history(held: Held) -> History:
        now = {e.dot: words(e.kind, e.values.get("deleted")) for e in held.taken}
        return {held.origin: (), **now}

    joiner = Joiner(told, lambda dot, key, value: (dot[1], dot[0]), history)
    for entry in order:
        joiner.take(held, entry)
    return {
        "values": held.values,
        "standing": {key: sorted(map(repr, held.standing(key))) for key in FIELDS},
    }


@given(STEPS, st.randoms(use_true_random=False))
@settings(max_examples=settings().max_examples * 10)
def test_the_order_of_arrival_does_not_matter(steps: list[Any], random: Any) -> None:
    told = world(steps)
    first = read(told, told.entries[1:])
    for _ in range(3):
        order = told.entries[1:]
        random.shuffle(order)
        assert read(told, order) == first


@given(STEPS)
@settings(max_examples=settings().max_examples * 5)
def test_what_nobody_wrote_over_knowing_it_stands(steps: list[Any]) -> None:
    """And nothing else: exactly the entries that no later entry on the field knew."""
    told = world(steps)
    held = read(told, told.entries[1:])
    for key in ("name", "phone"):
        said = [e for e in told.entries if key in e.values]
        newest = [
            e for e in said
            if not any(o is not e and told.knew(o.dot, e.dot) and o.dot != e.dot for o in said)
        ]  # fmt: skip
        expected = {repr(v) for e in newest for v in words(e.kind, e.values[key])} or {"None"}
        standing = {line.split(",")[0].lstrip("(") for line in held["standing"][key]} or {"None"}
        assert standing == expected


@given(STEPS)
def test_a_change_whose_writer_did_not_know_of_the_deletion_speaks_against_it(
    steps: list[Any],
) -> None:
    told = world(steps)
    held = read(told, told.entries[1:])
    spoken = [e for e in told.entries if "deleted" in e.values]
    last = [e for e in spoken if not any(o is not e and told.knew(o.dot, e.dot) for o in spoken)]
    gone = [e for e in last if set(words(e.kind, e.values["deleted"])) != {None}]
    others = [e for e in told.entries if "deleted" not in e.values]
    against = [
        o for o in others
        if any(not told.knew(o.dot, e.dot) for e in gone)
        and not any(told.knew(e.dot, o.dot) for e in spoken)
    ]  # fmt: skip
    if gone and against:
        assert held["values"]["deleted"] is None  # stays visible
        assert len(held["standing"]["deleted"]) > 1
    if not gone:
        assert held["values"]["deleted"] is None


def test_deletions_that_claim_to_know_each_other_both_stand() -> None:
    """Nobody can write that; a forged bundle may say it."""
    said: History = {(1, 1): (), (1, 2): ("1",), (2, 1): ("9",)}
    assert disputed(said, lambda writer, other: True) == [("1", ((1, 2),)), ("9", ((2, 1),))]


@given(st.lists(st.integers(1, 40)), st.lists(st.integers(1, 40)))
def test_ranges_hold_what_was_put_in_and_not_filled(some: list[int], filled: list[int]) -> None:
    left = without(ranges(some), filled)
    assert {n for n in range(1, 41) if within(left, n)} == set(some) - set(filled)
