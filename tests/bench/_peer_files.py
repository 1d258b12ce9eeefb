"""SQLite's session extension (apsw) and geodiff on plain files; run by `_exchange_peers`.

python _peer_files.py FOLDER — with empty.db, base.db and after.db in it; prints JSON.
"""

# mypy: disable-error-code="import-not-found"
from __future__ import annotations

import json
import os
import shutil
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import apsw
import pygeodiff
import zstandard

FOLDER = Path(sys.argv[1])
EMPTY, BASE, AFTER = (FOLDER / f"{name}.db" for name in ("empty", "base", "after"))
TABLES = [
    row[0]
    for row in sqlite3.connect(BASE).execute("SELECT name FROM sqlite_master WHERE type = 'table'")
]
FILE, COPY = FOLDER / "file", FOLDER / "copy.db"
Found = dict[str, float]


def timed(work: Callable[[], Any], before: Callable[[], Any] = lambda: None, n: int = 5) -> float:
    times = []
    for _ in range(n):
        before()
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def write(data: bytes) -> None:
    with FILE.open("wb") as file:
        file.write(zstandard.ZstdCompressor(level=3).compress(data))
        file.flush()
        os.fsync(file.fileno())


def read() -> bytes:
    return zstandard.ZstdDecompressor().decompress(FILE.read_bytes(), 2**30)


def kilobytes() -> float:
    return FILE.stat().st_size / 1000


def copy_of(file: Path) -> Callable[[], Any]:
    def copy() -> None:
        for old in FOLDER.glob("copy.db*"):
            old.unlink()
        shutil.copyfile(file, COPY)

    return copy


def connect(file: Path) -> Any:
    db = apsw.Connection(str(file))
    db.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536")
    return db


# -- session -------------------------------------------------------------------------------------


def recorded() -> Any:
    """A session that saw the month being written."""
    copy_of(BASE)()
    db = connect(COPY)
    session = apsw.Session(db, "main")
    session.attach()
    db.execute("ATTACH ? AS new", (str(AFTER),))
    with db:
        for table in TABLES:
            columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
            same = " AND ".join(f'o."{c}" IS n."{c}"' for c in columns)
            rows = db.execute(
                f"SELECT n.*, o.id FROM new.{table} n LEFT JOIN main.{table} o USING (id)"
                f" WHERE NOT ({same}) OR o.id IS NULL"
            ).fetchall()
            set_ = ", ".join(f'"{c}" = ?' for c in columns[1:])
            marks = ",".join("?" * len(columns))
            for *values, old in rows:
                if old is None:
                    db.execute(f"INSERT INTO main.{table} VALUES ({marks})", values)
                else:
                    update = f"UPDATE main.{table} SET {set_} WHERE id = ?"
                    db.execute(update, [*values[1:], values[0]])
    return session


def changes(new: Path, old: Path) -> bytes:
    """Found by comparing."""
    db = apsw.Connection(str(new))
    db.execute("ATTACH ? AS old", (str(old),))
    session = apsw.Session(db, "main")
    for table in TABLES:
        session.attach(table)
        session.diff("old", table)
    data: bytes = session.changeset()
    session.close()
    db.close()
    return data


def apply_session() -> None:
    db = connect(COPY)
    with db:
        apsw.Changeset.apply(read(), db, conflict=lambda *_: apsw.SQLITE_CHANGESET_ABORT)
    db.close()


def session() -> dict[str, Found]:
    seen = recorded()
    one = {"month out": timed(lambda: write(seen.changeset())), "month KB": kilobytes()}
    seen.close()
    other = {"month out": timed(lambda: write(changes(AFTER, BASE))), "month KB": kilobytes()}
    other["month in"] = timed(apply_session, copy_of(BASE))
    other["full out"] = timed(lambda: write(changes(BASE, EMPTY)), n=3)
    other["full KB"] = kilobytes()
    other["full in"] = timed(apply_session, copy_of(EMPTY), n=3)
    return {"session, recorded": one, "session, by comparing": other}


# -- geodiff -------------------------------------------------------------------------------------


def geodiff() -> dict[str, Found]:
    tool = pygeodiff.GeoDiff()
    plain = FOLDER / "plain"

    def create(old: Path, new: Path) -> None:
        tool.create_changeset(str(old), str(new), str(plain))
        write(plain.read_bytes())

    def apply() -> None:
        plain.write_bytes(read())
        tool.apply_changeset(str(COPY), str(plain))

    found = {"month out": timed(lambda: create(BASE, AFTER)), "month KB": kilobytes()}
    found["month in"] = timed(apply, copy_of(BASE))
    found["full out"] = timed(lambda: create(EMPTY, BASE), n=3)
    found["full KB"] = kilobytes()
    found["full in"] = timed(apply, copy_of(EMPTY), n=3)
    return {"geodiff": found}


print(json.dumps(session() | geodiff()))
