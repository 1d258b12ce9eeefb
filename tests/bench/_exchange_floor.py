"""The raw floor of the exchange: the same rows through a plain file, msgpack in zstd, with neither
signature nor encryption nor check, into an equal encrypted store with the same indexes.

A delta's file holds of each record its type, its id and its changed fields' new values, a new one's
non-empty fields; a township's file every column of every record. Applying puts them into the
registers in one transaction, with what is derived kept as ours leaves it: search index, coverage
states and counts, likely doubles. The derived rows are there ready made: none is computed.
`journal` adds the rows of journal, acts and epochs and the records' dots, ready made too.
"""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgpack
import zstandard

from laborclerk.features.registry.find import words
from laborclerk.features.registry.search import TABLE, tokens
from laborclerk.store.base import fields_of, record_types

JOURNAL = ("act", "epoch", "journal")
DERIVED = ("duplicate_crowd", "duplicate_pair", "group_count", "household_state")
_LEVEL = 3  # of zstd, as ours
Rows = list[tuple[Any, ...]]


def _pack(content: Any, out: Path) -> None:
    packed = zstandard.ZstdCompressor(level=_LEVEL).compress(bytes(msgpack.packb(content)))
    with out.open("wb") as file:
        file.write(packed)
        file.flush()
        os.fsync(file.fileno())


def _read(file: Path) -> Any:
    return msgpack.unpackb(zstandard.ZstdDecompressor().decompress(file.read_bytes()))


# -- out -----------------------------------------------------------------------------------------


def delta_to_file(raw: Any, out: Path) -> None:
    """What the county has not acknowledged yet."""
    raw.execute("BEGIN")
    rows = raw.execute(
        "SELECT record_type, record_id, kind, changes FROM journal WHERE device = 0"
        ' AND seq > (SELECT acked FROM device WHERE "index" = 0)'
    ).fetchall()
    content: list[Any] = [
        [name, i, {k: pair[1] for k, pair in msgpack.unpackb(changes).items()}]
        for name, i, kind, changes in rows if changes
    ]  # fmt: skip
    born: dict[str, list[int]] = defaultdict(list)
    for name, i, kind, _ in rows:
        if kind == 1:
            born[name].append(i)
    for name, ids in born.items():
        keys = ["id", *fields_of(record_types()[name])]
        marks = ",".join("?" * len(ids))
        query = f"SELECT {', '.join(keys)} FROM {name} WHERE id IN ({marks})"
        for row in raw.execute(query, ids):
            values = {k: v for k, v in zip(keys, row, strict=True) if v is not None}
            content.append([name, values.pop("id"), values, True])
    raw.execute("COMMIT")
    _pack(content, out)


def full_to_file(raw: Any, out: Path) -> None:
    """Every column of every record."""
    raw.execute("BEGIN")
    content = {name: raw.execute(f"SELECT * FROM {name}").fetchall() for name in record_types()}
    raw.execute("COMMIT")
    _pack(content, out)


# -- in ------------------------------------------------------------------------------------------


@dataclass
class Left:
    """What an import left behind beside the records: rows that went (by key) and that came, per
    table; persons to take out of the search and to put in; dots by record."""

    gone: dict[str, Rows]
    came: dict[str, Rows]
    unsearched: Rows
    searched: Rows
    dots: dict[int, bytes]


def left_behind(before: Any, after: Any) -> Left:
    """Compares two stores (raw connections)."""
    gone: dict[str, Rows] = {}
    came: dict[str, Rows] = {}
    for table in (*DERIVED, *JOURNAL):
        at = [row[5] for row in after.execute(f"PRAGMA table_info({table})")]
        keys = [n for n, place in enumerate(at) if place]
        old, new = (set(raw.execute(f"SELECT * FROM {table}")) for raw in (before, after))
        gone[table] = [tuple(row[n] for n in keys) for row in old - new]
        came[table] = sorted(new - old, key=repr)
    query = "SELECT id, name, id_number, phone FROM person WHERE deleted IS NULL"
    old, new = (set(raw.execute(query)) for raw in (before, after))
    dots = {
        i: packed
        for name in record_types()
        for i, packed in after.execute(f"SELECT id, dots FROM {name} WHERE dots IS NOT NULL")
    }
    return Left(
        gone, came, [(row[0],) for row in old - new],
        [(i, tokens(words(n, d, p))) for i, n, d, p in sorted(new - old)], dots,
    )  # fmt: skip


def apply_delta(raw: Any, file: Path, left: Left, *, journal: bool) -> None:
    """A delta's file into the store before it."""
    updates: dict[tuple[str, ...], Rows] = defaultdict(list)
    inserts: dict[tuple[str, ...], Rows] = defaultdict(list)
    for name, i, values, *born in _read(file):
        if born:
            inserts[name, "id", *values].append((i, *values.values()))
        elif journal:
            updates[name, *values, "dots"].append((*values.values(), left.dots.get(i), i))
        else:
            updates[name, *values].append((*values.values(), i))
    raw.execute("BEGIN IMMEDIATE")
    for (name, *keys), rows in inserts.items():
        marks = ",".join("?" * len(keys))
        raw.executemany(
            f"INSERT INTO {name} ({', '.join(keys)}, origin_device, origin_seq, version)"
            f" VALUES ({marks}, 1, 1, 1)",
            rows,
        )
    for (name, *keys), rows in updates.items():
        set_ = ", ".join(f"{key} = ?" for key in keys)
        raw.executemany(f"UPDATE {name} SET {set_} WHERE id = ?", rows)
    _derived(raw, left, journal)
    raw.execute("COMMIT")


def apply_full(raw: Any, file: Path, left: Left, *, journal: bool) -> None:
    """A township's file into a county without it."""
    content = _read(file)
    raw.execute("BEGIN IMMEDIATE")
    for name, rows in content.items():
        if rows:
            marks = ",".join("?" * len(rows[0]))
            raw.executemany(f"INSERT OR IGNORE INTO {name} VALUES ({marks})", rows)
    _derived(raw, left, journal)
    raw.execute("COMMIT")


def _derived(raw: Any, left: Left, journal: bool) -> None:
    raw.executemany(f"DELETE FROM {TABLE} WHERE rowid = ?", left.unsearched)
    raw.executemany(f"INSERT INTO {TABLE}(rowid, t) VALUES (?, ?)", left.searched)
    for table in (*DERIVED, *(JOURNAL if journal else ())):
        info = raw.execute(f"PRAGMA table_info({table})").fetchall()
        keys = " AND ".join(f'"{row[1]}" = ?' for row in info if row[5])
        marks = ",".join("?" * len(info))
        if left.gone[table]:
            raw.executemany(f"DELETE FROM {table} WHERE {keys}", left.gone[table])
        if left.came[table]:
            raw.executemany(f"INSERT INTO {table} VALUES ({marks})", left.came[table])
