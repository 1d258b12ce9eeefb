"""A county's store of 1.7 million persons for benchmarks, built once and kept.

The households come from `_county` (one township copied by SQL); here every person gets a name,
birth date and number of his own, and the search is indexed. Records are written directly, with the
guard of the unit of work opened: such a store has no journal and is for measuring reads only.

`LABORCLERK_BENCH_STORE` names the folder to keep it in (about 1.5 GB), else a temporary one.
"""

from __future__ import annotations

import shutil
import time
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from laborclerk.catalog.idnumber import check_digit
from laborclerk.features.practice.names import Names
from laborclerk.features.practice.numbers import ABOLISHED, COUNTIES
from laborclerk.features.registry.find import create_search, words
from laborclerk.features.registry.search import TABLE, tokens
from laborclerk.store.engine import connect
from laborclerk.store.store import DATABASE, Store, by_password, open_store
from tests.bench._county import make_county
from tests.bench._kept import kept

TOWNSHIPS = 31  # of 16,000 households and 56,000 persons
_BATCH = 20_000


def big_store(townships: int = TOWNSHIPS) -> Store:
    """The store, open; made when it is not there yet (some minutes)."""
    folder = kept(f"county-{townships}")
    if not (folder / "ready").exists():
        shutil.rmtree(folder, ignore_errors=True)
        start = time.perf_counter()
        persons = _build(folder, townships)
        seconds = time.perf_counter() - start
        print(f"store of {persons:,} persons built in {seconds:.0f} s", flush=True)
        (folder / "ready").touch()
    return open_store(folder, by_password("bench", "benchmark"))


def _build(folder: Path, townships: int) -> int:
    store, _ = make_county(folder, townships)
    with store.local() as session:
        create_search(session.connection())
    key = store.key
    store.close()
    raw = connect(folder / DATABASE, key)
    indexes = raw.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'person'"
        " AND (sql LIKE '%birth_date%' OR sql LIKE '%id_number%')"
    ).fetchall()
    raw.execute("BEGIN IMMEDIATE")
    for name, _sql in indexes:
        raw.execute(f"DROP INDEX {name}")
    persons = _people_of_their_own(raw)
    for _name, sql in indexes:
        raw.execute(sql)
    raw.execute("COMMIT")
    raw.execute("ANALYZE")
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
    return persons


def _people_of_their_own(raw: Any) -> int:
    chance = Random(11)
    names = Names(chance)
    counties = [code for code, _ in COUNTIES + ABOLISHED]
    first = date(1936, 1, 1)
    ids = [row[0] for row in raw.execute("SELECT id FROM person ORDER BY id")]
    for at in range(0, len(ids), _BATCH):
        people, indexed = [], []
        for person in ids[at : at + _BATCH]:
            born = (first + timedelta(chance.randrange(90 * 365))).isoformat()
            sex = chance.choice("12")
            name = names.make(names.surname(), sex, born)
            sequence = f"99{chance.choice('79' if sex == '1' else '68')}"
            first17 = chance.choice(counties) + born.replace("-", "") + sequence
            number, phone = first17 + check_digit(first17), f"154{chance.randrange(10**8):08d}"
            people.append((name, number, born, sex, phone, person))
            indexed.append((person, tokens(words(name, number, phone))))
        raw.executemany(
            "UPDATE person SET name = ?, id_number = ?, birth_date = ?, sex = ?, phone = ?"
            " WHERE id = ?",
            people,
        )
        raw.executemany(f"INSERT INTO {TABLE}(rowid, t) VALUES (?, ?)", indexed)
    return len(ids)
