"""Import of 60,000 persons × 30 columns beside its floor: calamine reads the file, and the rows
that the import leaves in the store (register, journal, search, coverage) are put raw into the
same encrypted tables with the same indexes. Limit 2.5 x."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

from laborclerk.app import create_station
from laborclerk.features.census.imports import import_census
from laborclerk.features.registry.find import words
from laborclerk.features.registry.search import TABLE, tokens
from laborclerk.store.engine import connect
from laborclerk.store.store import DATABASE
from tests.bench._ratio import ratio
from tests.sheet_people import people, station, write

PERSONS = 60_000
LIMIT = 2.5
TABLES = ("place", "household", "person", "census_form", "journal", "household_state")


def rows_of(folder: Path, key: bytes) -> dict[str, list[tuple[Any, ...]]]:
    """Everything the import wrote."""
    raw = connect(folder / DATABASE, key)
    found = {t: raw.execute(f"SELECT * FROM {t}").fetchall() for t in TABLES}
    people_ = raw.execute("SELECT id, name, id_number, phone FROM person")
    found[TABLE] = [(i, tokens(words(n, d, p))) for i, n, d, p in people_]
    raw.close()
    return found


def floor(folder: Path, sheet: Path, rows: dict[str, list[tuple[Any, ...]]]) -> float:
    """Seconds to read the file and insert the rows raw."""
    store, _ = create_station(folder, "bench", "benchmark", scrypt_n=2)
    key = store.key
    store.close()
    raw = connect(folder / DATABASE, key)
    start = time.perf_counter()
    CalamineWorkbook.from_path(str(sheet)).get_sheet_by_index(0).to_python()
    raw.execute("BEGIN IMMEDIATE")
    for table, some in rows.items():
        marks = ",".join("?" * len(some[0]))
        columns = "(rowid, t) " if table == TABLE else ""
        raw.executemany(f"INSERT INTO {table} {columns}VALUES ({marks})", some)
    raw.execute("COMMIT")
    taken = time.perf_counter() - start
    raw.close()
    return taken


def main() -> int:
    folder = Path(tempfile.mkdtemp(prefix="bench-import-"))
    try:
        sheet = write(folder / "people.xlsx", list(people(PERSONS)))
        ours, raw = [], []
        for turn in range(3):
            store, round_id = station(folder / f"station{turn}")
            start = time.perf_counter()
            result = import_census(store, sheet, round_id=round_id)
            ours.append(time.perf_counter() - start)
            assert result.created == PERSONS, result
            key = store.key
            store.close()
            rows = rows_of(folder / f"station{turn}", key)
            raw.append(floor(folder / f"raw{turn}", sheet, rows))
            del rows
        kept = ratio("import of 60,000 x 30", sorted(ours)[1], sorted(raw)[1], LIMIT)
        return 0 if kept else 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
