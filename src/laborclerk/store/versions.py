"""Exact causality: who knew what when writing, and what a field holds after stations met.

A *dot* (device index, sequence) names one journal entry. What a device knew when it wrote is a
`Vector`. A field holds *versions*: values with the dots that said so. One version is the usual
case; several different ones are a conflict, and all are kept until somebody decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

import msgpack

from laborclerk.catalog.fields import Value

Dot = tuple[int, int]
Version = tuple[Value, tuple[Dot, ...]]
FlatDots = dict[str, list[int]]  # {field: [device, sequence, device, sequence…]}
Ranges = tuple[tuple[int, int], ...]  # closed ranges of sequences


class Vector:
    """Of each device everything up to a sequence, but for holes: what was left out (held)."""

    __slots__ = ("holes", "top")

    def __init__(
        self, top: Mapping[int, int] | None = None, holes: Mapping[int, Ranges] | None = None
    ) -> None:
        self.top: dict[int, int] = dict(top or {})
        self.holes: dict[int, Ranges] = {k: v for k, v in (holes or {}).items() if v}

    def knows(self, dot: Dot) -> bool:
        device, seq = dot
        if seq > self.top.get(device, 0):
            return False
        holes = self.holes.get(device)
        return not holes or not within(holes, seq)

    def knows_all(self, dots: Sequence[int]) -> bool:
        """Whether it knows each of the flat `dots`: mostly one device wrote them all."""
        devices = set(dots[::2])
        (device,) = devices if len(devices) == 1 else (None,)
        if device is None or device in self.holes:
            return all(map(self.knows, paired(dots)))
        return max(dots[1::2]) <= self.top.get(device, 0)

    def pack(self) -> bytes:
        """msgpack {device: top or [top, [low, high]…]}"""
        return bytes(msgpack.packb(self.plain()))

    def plain(self, refs: Mapping[int, int] | None = None) -> dict[int, Any]:
        """As it is packed and as it travels; `refs` renames the devices."""
        return {
            (refs[k] if refs is not None else k): (
                [top, *map(list, self.holes[k])] if k in self.holes else top
            )
            for k, top in sorted(self.top.items())
            if refs is None or k in refs
        }

    @staticmethod
    def read(plain: Mapping[int, Any], devices: Mapping[int, int] | None = None) -> Vector:
        """From `plain`; `devices` names the devices again. KeyError for an unknown one."""
        found = Vector()
        for key, known in plain.items():
            device = devices[key] if devices is not None else key
            top, *holes = known if isinstance(known, (list, tuple)) else (known,)
            found.top[device] = top
            if holes:
                found.holes[device] = tuple((low, high) for low, high in holes)
        return found

    @staticmethod
    def unpack(packed: bytes) -> Vector:
        return Vector.read(msgpack.unpackb(packed, strict_map_key=False))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Vector) and (self.top, self.holes) == (other.top, other.holes)

    def __repr__(self) -> str:
        return f"Vector({self.plain()})"


def ranges(sequences: Iterable[int]) -> Ranges:
    """Sequences as closed ranges."""
    found: list[list[int]] = []
    for seq in sorted(set(sequences)):
        if found and found[-1][1] + 1 == seq:
            found[-1][1] = seq
        else:
            found.append([seq, seq])
    return tuple((low, high) for low, high in found)


def pack_ranges(some: Ranges) -> bytes | None:
    return bytes(msgpack.packb(some)) if some else None


def unpack_ranges(packed: bytes | None) -> Ranges:
    return tuple((low, high) for low, high in msgpack.unpackb(packed)) if packed else ()


def within(some: Ranges, seq: int) -> bool:
    return any(low <= seq <= high for low, high in some)


def without(some: Ranges, filled: Iterable[int]) -> Ranges:
    """The ranges without some sequences that came after all."""
    gone = set(filled)
    if not gone:
        return some
    left: list[tuple[int, int]] = []
    for low, high in some:
        start = low
        for seq in sorted(n for n in gone if low <= n <= high):
            if start < seq:
                left.append((start, seq - 1))
            start = seq + 1
        if start <= high:
            left.append((start, high))
    return tuple(left)


def join(
    held: Sequence[Version],
    values: Iterable[Value],
    dot: Dot,
    knew: Callable[[Dot], bool],
    was_known_to: Callable[[Dot], bool],
) -> list[Version]:
    """What a field holds once `dot` arrives and says `values` (several when a conflict was opened
    again); the result does not depend on the order of arrival.

    `knew(other)`: the writer of `dot` knew that one. `was_known_to(other)`: the writer of a held
    dot knew `dot`, which then is older and changes nothing. What the writer knew goes, the rest
    stays beside the new value; equal values become one with all dots.
    """
    if any(other == dot or was_known_to(other) for _, some in held for other in some):
        return list(held)
    found: dict[tuple[type, Value], list[Dot]] = {}  # True is not 1 here
    for value, some in held:
        rest = [other for other in some if not knew(other)]
        if rest:
            found.setdefault((type(value), value), []).extend(rest)
    for value in values:
        found.setdefault((type(value), value), []).append(dot)
    return [(value, tuple(sorted(set(some)))) for (_, value), some in found.items()]


def pack_versions(versions: Sequence[Version]) -> bytes:
    """msgpack [[value, device, sequence, device, sequence…]…]"""
    return bytes(msgpack.packb([[value, *flat(dots)] for value, dots in versions]))


def unpack_versions(packed: bytes) -> list[Version]:
    return [(value, paired(rest)) for value, *rest in msgpack.unpackb(packed)]


def flat(dots: Iterable[Dot]) -> list[int]:
    return [number for dot in dots for number in dot]


def paired(numbers: Sequence[int]) -> tuple[Dot, ...]:
    return tuple(zip(numbers[::2], numbers[1::2], strict=True))


def unpack_dots(packed: bytes | None) -> dict[str, tuple[Dot, ...]]:
    """A row's dots: {field: dots of its value}, only of fields written since the creation."""
    return {key: paired(numbers) for key, numbers in unpack_flat(packed).items()}


def unpack_flat(packed: bytes | None) -> FlatDots:
    """The same as they are stored."""
    return msgpack.unpackb(packed) if packed else {}


def flat_dots(packed: bytes | None) -> list[int]:
    """All dots of a row, flat, some twice."""
    return list(chain.from_iterable(unpack_flat(packed).values()))


def pack_dots(dots: Mapping[str, Sequence[Dot]]) -> bytes | None:
    """None when there are none."""
    return pack_flat({key: flat(some) for key, some in dots.items()})


def pack_flat(dots: FlatDots) -> bytes | None:
    return bytes(msgpack.packb(dots)) if dots else None


def with_dots(packed: bytes | None, change: Iterable[str], seq: int) -> bytes | None:
    """The packed dots of a record of which this device changed some fields at `seq`."""
    dots = unpack_dots(packed)
    dots.update(dict.fromkeys(change, ((0, seq),)))
    return pack_dots(dots)
