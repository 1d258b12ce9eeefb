"""What one record holds while entries are merged into it: values, dots, conflicts.

The rule is `store.versions.join`, field by field. Two things are more than that: a field that a
creation left empty was never spoken of, so whatever comes stands alone; and a deletion speaks
against every change its writer did not know of (deletion.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from laborclerk.catalog.fields import Value
from laborclerk.store.causality import Causality
from laborclerk.store.journal import Kind
from laborclerk.store.versions import (
    Dot,
    FlatDots,
    Vector,
    Version,
    flat,
    join,
    paired,
    unpack_flat,
)
from laborclerk.sync.deletion import DELETED, History, disputed, words

Weight = Callable[[Dot, str, Value], tuple[int, ...]]


@dataclass(slots=True)
class Incoming:
    """One entry on its way in; `said` is as it travels: {field: value} of a creation (None: left
    empty), {field: [before, after, …]} of what came later. `sure` when its fields are known to
    hold that: a creation then tells them all, in order."""

    dot: Dot
    act: int
    record_type: str
    record_id: int
    kind: int
    said: Mapping[str, Any]
    context: Vector
    sure: bool = False

    @property
    def values(self) -> Mapping[str, Sequence[Any]]:
        """{field: [before, after, …]}, of a creation too."""
        if self.kind == Kind.CREATE:
            return {key: (None, value) for key, value in self.filled.items()}
        return self.said

    @property
    def filled(self) -> Mapping[str, Any]:
        """What is said, without the fields that a creation left empty."""
        if self.kind == Kind.CREATE:
            return {key: value for key, value in self.said.items() if value is not None}
        return self.said

    @property
    def after(self) -> Mapping[str, Value]:
        """{field: value}"""
        if self.kind == Kind.CREATE:
            return self.said
        return {key: pair[1] for key, pair in self.said.items()}

    def knew(self, other: Dot) -> bool:
        device, seq = self.dot
        return other[1] < seq if other[0] == device else self.context.knows(other)


@dataclass(slots=True)
class Held:
    """A record of the store in the hands of the merge."""

    record_type: str
    id: int
    values: dict[str, Value]
    origin: Dot
    packed: bytes | None
    version: int
    conflicts: dict[str, list[Version]]
    changed: dict[str, Value] = field(default_factory=dict)  # what was shown before, by field
    touched: bool = False  # dots alone may have changed
    _dots: FlatDots | None = None
    _last: int | None = None  # sequence of what stands; -1 if not one device's alone
    decided: set[str] = field(default_factory=set)  # conflicts that ended or changed
    taken: list[Incoming] = field(default_factory=list)

    @property
    def dots(self) -> FlatDots:
        """As they are stored: most are only handed on."""
        if self._dots is None:
            self._dots = unpack_flat(self.packed)
        return self._dots

    def is_before(self, entry: Incoming) -> bool:
        """Whether all that stands here is undisputed and was written before by the same device."""
        if self._last is None:
            origin, last = self.origin
            for numbers in self.dots.values():
                for device, seq in zip(numbers[::2], numbers[1::2], strict=True):
                    last = max(last, seq) if device == origin and last >= 0 else -1
            self._last = last
        return (
            self.origin[0] == entry.dot[0]
            and 0 <= self._last < entry.dot[1]
            and not self.conflicts
            and self.values[DELETED] is None
        )

    def is_otherwise(self, entry: Incoming) -> bool:
        """Whether an entry speaks of a record that was made otherwise than this one: it made it
        too, or says that a field nobody changed yet stood otherwise."""
        return entry.kind == Kind.CREATE or any(
            key not in self.dots and pair[0] != self.values[key] for key, pair in entry.said.items()
        )

    def write(self, key: str, value: Value, dot: Dot) -> None:
        """Put what stands alone, where it `is_before`."""
        self.touched = True
        self._last = dot[1]
        self.dots[key] = [*dot]
        if self.values[key] != value or type(self.values[key]) is not type(value):
            self.changed.setdefault(key, self.values[key])
            self.values[key] = value

    def blur(self) -> None:
        """The general case wrote: what stands may be of several devices."""
        self.touched = True
        self._last = -1

    def standing(self, key: str) -> list[Version]:
        """The versions a field holds; none when it was only left empty."""
        if key in self.conflicts:
            return self.conflicts[key]
        value = self.values[key]
        if key in self.dots:
            return [(value, paired(self.dots[key]))]
        return [] if value is None else [(value, (self.origin,))]

    def strangers(self, entry: Incoming) -> list[Dot]:
        """The entries that stand in other fields, of which the writer of `entry` did not know."""
        found = {dot for key, some in self.dots.items() if key != DELETED for dot in paired(some)}
        found |= {
            dot
            for key, versions in self.conflicts.items() if key != DELETED
            for _, some in versions for dot in some
        }  # fmt: skip
        found.add(self.origin)
        return [dot for dot in sorted(found) if dot != entry.dot and not entry.knew(dot)]


class Joiner:
    """Merges entries into records."""

    def __init__(
        self, causality: Causality, weight: Weight, history: Callable[[Held], History]
    ) -> None:
        self.causality = causality
        self.weight = weight
        self.history = history

    def take(self, held: Held, entry: Incoming) -> bool:
        """Merge one entry. Says whether others changed other fields of the record meanwhile."""
        held.taken.append(entry)
        if entry.kind == Kind.CHANGE and DELETED not in entry.said and held.is_before(entry):
            for key, pair in entry.said.items():
                held.write(key, pair[1], entry.dot)
            return False
        strangers = held.strangers(entry) if held.dots or held.origin[0] != entry.dot[0] else []
        for key, pair in entry.values.items():
            if key != DELETED:
                said = words(entry.kind, pair)
                self._put(held, key, self._join(held.standing(key), said, entry))
        if DELETED in entry.values or self._is_deleted(held):
            self._put(held, DELETED, self._deletion(held, entry, strangers))
        return any(dot[0] != entry.dot[0] for dot in strangers)

    def _join(
        self, standing: Sequence[Version], said: Sequence[Value], entry: Incoming
    ) -> list[Version]:
        dot = entry.dot
        if len(said) == 1 and len(standing) == 1 and len(standing[0][1]) == 1:
            (other,) = standing[0][1]  # nearly always: one word after another
            if other != dot and entry.knew(other) and not self.causality.knew(other, dot):
                return [(said[0], (dot,))]
        return join(standing, said, dot, entry.knew, lambda other: self.causality.knew(other, dot))

    def _is_deleted(self, held: Held) -> bool:
        return any(value is not None for value, _ in held.standing(DELETED))

    def _deletion(self, held: Held, entry: Incoming, strangers: Sequence[Dot]) -> list[Version]:
        if not held.standing(DELETED) and not strangers:  # nearly always: nobody else had a word
            said = words(entry.kind, entry.values[DELETED])
            return [(value, (entry.dot,)) for value in said]
        return disputed(self.history(held), self.causality.knew)

    def _put(self, held: Held, key: str, versions: list[Version]) -> None:
        if versions == held.standing(key):
            return
        held.blur()
        if len(versions) > 1:
            # whoever shows it shows the same: a decision before a word, then the later clock
            versions.sort(key=partial(self._rank, key), reverse=True)
            if key == DELETED:  # what is in dispute stays visible
                versions.sort(key=lambda version: version[0] is not None)
            held.conflicts[key] = versions
            held.decided.add(key)
        elif held.conflicts.pop(key, None) is not None:
            held.decided.add(key)
        value, dots = versions[0]
        held.dots[key] = flat(dots)
        if held.values[key] != value or type(held.values[key]) is not type(value):
            held.changed.setdefault(key, held.values[key])
            held.values[key] = value

    def _rank(self, key: str, version: Version) -> tuple[tuple[int, ...], str]:
        value, dots = version
        return max(self.weight(dot, key, value) for dot in dots), str(value)
