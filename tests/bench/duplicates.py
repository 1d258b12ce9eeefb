"""Looking for doubles: what it adds to a township that is imported, and that it costs the same as
the county grows.

Floor: the township's rows put raw into the same table with the same indexes, of which an import
is some four times. Then the same township, a delta of 5,000 persons and one household in a county
eight times as large.

    python -m tests.bench.duplicates [TOWNSHIPS]
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from laborclerk.app import maintainers
from laborclerk.features.registry.duplicates import detect
from laborclerk.features.registry.model import Person
from tests.bench import _county
from tests.bench._ratio import ratio

TOWNSHIPS = 8
SHARE, FLAT = 0.4, 1.6
# the county's townships are copies of one: everybody gets a number, a name and a telephone
_OWN = (
    "UPDATE person SET id_number = printf('53%04d', abs(random()) % 10000)"
    " || (1900 + abs(random()) % 120)"
    " || printf('%02d%02d', 1 + abs(random()) % 12, 1 + abs(random()) % 28)"
    " || printf('99%dX', 6 + abs(random()) % 4),"
    " name = substr(name, 1, 1) || char(19968 + abs(random()) % 3000)"
    " || char(19968 + abs(random()) % 3000),"
    " phone = printf('154%08d', abs(random()) % 100000000)"
)


def processor(work: Callable[[], object]) -> float:
    """Seconds of the processor, the better of two runs: other programs' share does not count."""
    taken = []
    for _ in range(2):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken)


def measure(folder: Path, townships: int) -> tuple[float, float, float, float]:
    """Seconds for a township, 5,000 persons, one household; and to insert the township's rows."""
    store, _ = _county.make_county(folder, townships)
    table: Any = Person.__table__
    try:
        with store.local() as session:
            conn = session.connection()
            conn.info["journaled"] = True  # the rows are made ready around the journal
            conn.exec_driver_sql(_OWN)
            session.execute(sa.text("ANALYZE"))
            last = table.c.id >= _county.FIRST + (townships - 1) * _county.STRIDE
            rows = [dict(row) for row in conn.execute(sa.select(table).where(last)).mappings()]
            people = [row["id"] for row in rows]
            township = processor(lambda: detect.update(session, set(people)))
            delta = processor(lambda: detect.update(session, set(people[:5000])))
            homes = [set(people[n : n + 4]) for n in range(0, 400, 4)]
            start = time.process_time()
            for home in homes:
                detect.update(session, home)
            one = (time.process_time() - start) / len(homes)
            conn.execute(sa.delete(table).where(last))
            start = time.process_time()
            conn.execute(sa.insert(table), rows)
            raw = time.process_time() - start
            session.rollback()
    finally:
        store.close()
    return township, delta, one, raw


def main(townships: int) -> int:
    maintainers()  # all tables are known
    with tempfile.TemporaryDirectory(prefix="bench-duplicates-") as folder:
        small = measure(Path(folder) / "small", 1)
        large = measure(Path(folder) / "large", townships)
    kept = [ratio("doubles of a township, to its rows put raw", large[0], large[3], SHARE)]
    for what, of_large, of_small in zip(
        ("a township", "5,000 persons", "one household"), large, small, strict=False
    ):
        told = f"{what} in {townships} townships, to one"
        kept.append(ratio(told, of_large, of_small, FLAT))
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else TOWNSHIPS))
