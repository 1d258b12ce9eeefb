"""Finding among 1.7 million persons, beside the bare full-text query of the same words.

    python -m tests.bench.find_people [TOWNSHIPS]

Two characters of a name are what clerks type: p95 within 16 ms, one frame of the screen.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from random import Random

import sqlalchemy as sa

from laborclerk.catalog.pinyin import initials
from laborclerk.features.registry.find import CAP, find, match
from laborclerk.features.registry.model import Person
from laborclerk.features.registry.search import TABLE
from laborclerk.store.engine import connect
from laborclerk.store.store import DATABASE
from tests.bench._big_store import TOWNSHIPS, big_store
from tests.bench._ratio import within

QUERIES = 300
LIMIT = 0.016  # seconds


def quantiles(work: Callable[[str], object], texts: Sequence[str]) -> tuple[float, float]:
    """Seconds: (p50, p95) of one run for each text."""
    times = []
    for text in texts:
        start = time.perf_counter()
        work(text)
        times.append(time.perf_counter() - start)
    times.sort()
    return times[len(times) // 2], times[len(times) * 95 // 100]


def main(arguments: list[str]) -> int:
    store = big_store(int(arguments[0]) if arguments else TOWNSHIPS)
    chance = Random(5)
    table = Person.__table__.c
    with store.read() as session:
        low, high = session.execute(sa.select(sa.func.min(table.id), sa.func.max(table.id))).one()
        people = [
            session.execute(
                sa.select(table.name, table.id_number, table.phone)
                .where(table.id >= chance.randint(low, high))
                .limit(1)
            ).one()
            for _ in range(QUERIES)
        ]
    typed = {
        "two characters, surname first": [p.name[:2] for p in people],
        "two characters, given name": [p.name[-2:] for p in people],
        "whole name": [p.name for p in people],
        "pinyin initials": [initials(p.name) for p in people],
        "pinyin initials, two": [initials(p.name)[:2] for p in people],
        "last four digits": [p.id_number[-4:] for p in people],
        "birth date and on": [p.id_number[6:] for p in people],
        "whole number": [p.id_number for p in people],
        "telephone": [p.phone for p in people],
    }
    raw = connect(store.folder / DATABASE, store.key)
    query = f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH ? LIMIT {CAP}"
    kept = True
    with store.read() as session:
        for what, texts in typed.items():
            for text in texts[:20]:  # warm caches on both sides
                find(session, text)
                raw.execute(query, (match(text),)).fetchall()
            p50, p95 = quantiles(lambda text: find(session, text), texts)
            floor = quantiles(lambda text: raw.execute(query, (match(text),)).fetchall(), texts)
            print(
                f"{what}: p50 {p50 * 1000:.1f}, p95 {p95 * 1000:.1f} ms;"
                f" bare query p50 {floor[0] * 1000:.1f}, p95 {floor[1] * 1000:.1f} ms"
            )
            if what.startswith("two characters"):
                kept &= within(f"{what}, p95", p95, LIMIT)
    raw.close()
    store.close()
    return int(not kept)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
