"""Many entries of one device as one item of a bundle's stream, in columns.

`["b", acts, sequences, ids, shapes, which, columns]`: what an entry touches and how (record type,
kind, fields) is its *shape*, told once, as is every act; `which` names the shape of each entry.
Numbers are told as differences to the one before. A shape has one column a field, in the order of
its entries: of a creation the values it was made with (fields that are empty in all are left
out), of anything else `[before, after]`, and where a conflict ended, what stood there. So equal
things stand side by side, which zstd packs to half, and both ways cost few steps an entry.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, groupby, repeat
from operator import le, sub
from typing import Any, NamedTuple

import msgpack

from laborclerk.kernel.errors import reject
from laborclerk.kernel.progress import Progress
from laborclerk.store.base import fields_of, record_types
from laborclerk.store.births import MadeWith
from laborclerk.store.journal import Kind
from laborclerk.sync.ledger import Ledger
from laborclerk.sync.wellformed import (
    KINDS,
    are_names,
    are_pairs,
    are_values,
    fit,
    is_name,
    is_number,
    is_sequence,
    is_time,
)

MOST = 2500  # entries of a block
_CREATE = int(Kind.CREATE)
Values = tuple[Any, ...]
Born = Mapping[str, MadeWith]
"""Of each record type its fields, and by record id the values of some that were created."""


class Told(NamedTuple):
    """One entry as it came. `said` is {field: value} of a creation, {field: [before, after, …]} of
    anything else; `sure` if its register is known here and its fields hold such values: then a
    creation tells them all, in the order in which they are declared."""

    seq: int
    act: int
    record_type: str
    record_id: int
    kind: int
    said: dict[str, Any]
    sure: bool


@dataclass(frozen=True, slots=True)
class Block:
    """`acts`: (act, at, clerk, use case, undoes); whether every entry follows the one before."""

    acts: list[Values]
    entries: list[Told]
    is_gapless: bool


# -- out -----------------------------------------------------------------------------------------


def write(rows: Sequence[Any], acts: Mapping[int, Any], born: Born) -> list[Any]:
    """Journal rows of one device, at most `MOST`, as an item; `acts` are their acts by number."""
    _, seqs, numbers, _, ids, _, _ = zip(*(row[:7] for row in rows), strict=True)
    shapes: dict[tuple[Any, ...], int] = {}
    which: list[int] = []
    said: list[list[Iterable[Any]]] = []
    for _, _, _, record_type, record_id, kind, changes in (row[:7] for row in rows):
        if kind == _CREATE:
            shape: tuple[Any, ...] = record_type, kind
            keys, found = born.get(record_type, ((), {}))
            values: Iterable[Any] = found.get(record_id) or (None,) * len(keys)
        else:
            told = msgpack.unpackb(changes) if changes else {}
            shape = record_type, kind, *told
            values = told.values()
        at = shapes.setdefault(shape, len(said))
        if at == len(said):
            said.append([])
        which.append(at)
        said[at].append(values)
    listed: list[Any] = []
    columns: list[Any] = []
    for (record_type, kind, *keys), values_of in zip(shapes, said, strict=True):
        some = list(zip(*values_of, strict=True))
        if kind == _CREATE:
            known = born.get(record_type, ((), {}))[0]
            filled = [(k, c) for k, c in zip(known, some, strict=True) if c.count(None) < len(c)]
            keys, some = [k for k, _ in filled], [c for _, c in filled]
        listed.append([record_type, kind, keys])
        columns.append(some)
    runs = [(acts[number], sum(1 for _ in run)) for number, run in groupby(numbers)]
    told_acts = [
        _steps([act.act for act, _ in runs]), [n for _, n in runs],
        _steps([act.at for act, _ in runs]), [act.clerk for act, _ in runs],
        [act.use_case for act, _ in runs], [act.undoes for act, _ in runs],
    ]  # fmt: skip
    return ["b", told_acts, _steps(seqs), _steps(ids), listed, which, columns]


def apart(packed: bytes) -> Iterator[list[Any]]:
    """Of a packed block one for each of its entries: texts may make it larger than an item may
    be."""
    block = read(msgpack.unpackb(packed))
    acts = {act[0]: act for act in block.acts}
    for seq, act, record_type, record_id, kind, said, _ in block.entries:
        number, *facts = ([fact] for fact in acts[act])
        shape = [record_type, kind, list(said)]
        columns = [[value] for value in said.values()]
        yield ["b", [number, [1], *facts], [seq], [record_id], [shape], [0], [columns]]


def entries_in(item: Any) -> int:
    """How many entries an item holds, if it is right."""
    is_block = isinstance(item, list) and item[:1] == ["b"] and len(item) == 7
    return len(item[5]) if is_block and isinstance(item[5], list) else 0


def telling(items: Iterable[Any], progress: Progress) -> Iterator[Any]:
    """The items of a stream; progress counts the entries in them, as `manifest.counts` does: what
    only says who speaks is none."""
    done = 0
    for item in items:
        yield item
        done += entries_in(item)
        progress.step(done)


def _steps(numbers: Sequence[int]) -> list[int]:
    return list(map(sub, numbers, chain((0,), numbers)))


# -- in ------------------------------------------------------------------------------------------


def read(item: Sequence[Any]) -> Block:
    """The entries of an item, all of which the journal and the stream could hold. Rejected."""
    try:
        return _read(*item[1:])
    except (TypeError, ValueError) as error:  # of another shape, or found wrong
        raise reject(Ledger.BUNDLE_MALFORMED, number="0") from error


def _read(acts: Any, seqs: Any, ids: Any, shapes: Any, which: Any, columns: Any) -> Block:
    numbers, record_ids = _sums(seqs, is_sequence), _sums(ids, is_number)
    told, act_of = _acts(acts, len(numbers))
    _need(all(map(le, act_of, numbers)) and _are_numbers(which))
    _need(type(shapes) is list and type(columns) is list and len(shapes) == len(columns))
    _need(min(which) >= 0 and max(which) < len(shapes))
    many = Counter(which)
    said = [_said(shape, columns[at], many[at]) for at, shape in enumerate(shapes)]
    rows = [next(said[at]) for at in which]
    found = zip(numbers, act_of, record_ids, rows, strict=True)
    entries = [Told(seq, act, row[0], i, row[1], row[2], row[3]) for seq, act, i, row in found]
    return Block(told, entries, set(seqs[1:]) <= {1})


def _acts(acts: Any, entries: int) -> tuple[list[Values], list[int]]:
    """The acts, and the number of each entry's."""
    steps, many, times, clerks, use_cases, undoes = acts
    numbers, ats = _sums(steps, is_sequence), _sums(times, is_time)
    _need(_are_numbers(many) and min(many) > 0 and sum(many) == entries)
    _need(are_names(clerks) and are_names(use_cases))
    _need(all(undone is None or is_sequence(undone) for undone in undoes))
    act_of = list(chain.from_iterable(map(repeat, numbers, many)))
    return list(zip(numbers, ats, clerks, use_cases, undoes, strict=True)), act_of


def _said(shape: Any, columns: Any, many: int) -> Iterator[tuple[str, int, dict[str, Any], bool]]:
    """What the entries of a shape say, in order; `sure` of all of them or of none."""
    record_type, kind, keys = shape
    _need(is_name(record_type) and kind in KINDS and type(kind) is int and are_names(keys))
    _need(many > 0 and len(set(keys)) == len(keys) == len(columns))
    _need(all(type(column) is list and len(column) == many for column in columns))
    born = kind == _CREATE
    _need(all(map(are_values if born else are_pairs, columns)))
    model = record_types().get(record_type)
    sure = model is not None and fit(model, zip(keys, columns, strict=True), pairs=not born)
    if born and model is not None and sure:
        told = dict(zip(keys, columns, strict=True))
        keys = list(fields_of(model))
        columns = [told.get(key) or [None] * many for key in keys]
    if not keys:
        return iter([(record_type, kind, {}, sure) for _ in range(many)])
    rows = zip(*columns, strict=True)
    return ((record_type, kind, dict(zip(keys, row, strict=True)), sure) for row in rows)


def _need(good: bool) -> None:
    if not good:
        raise ValueError


def _are_numbers(some: Any) -> bool:
    return type(some) is list and set(map(type, some)) == {int}


def _sums(steps: Any, good: Callable[[Any], bool]) -> list[int]:
    """The numbers that are told as differences; the least and the greatest are `good`."""
    _need(_are_numbers(steps))
    found = list(accumulate(steps))
    _need(good(min(found)) and good(max(found)))
    return found
