"""A full township into a county on PostgreSQL, beside COPY of the same rows with the same indexes.

    python -m tests.bench.postgres_copy [PERSONS]

Ours begins with the file on the stick and ends with the last commit: verified, decrypted, judged,
journaled, indexed, counted. The floor has the rows in the server's own form and copies them into an
empty database of the same tables and indexes, in one transaction.
"""

from __future__ import annotations

import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from laborclerk.app import create_station
from laborclerk.features.practice import service as practice
from laborclerk.features.registry import search
from laborclerk.features.registry.places import PlaceRow
from laborclerk.features.registry.scope import PlaceScope
from laborclerk.features.registry.station import found, plan
from laborclerk.store.base import Base
from laborclerk.store.server import open_server, read_url
from laborclerk.store.store import Store
from laborclerk.sync.approvals import accept, approve, request
from laborclerk.sync.exchange import import_bundle
from laborclerk.sync.export import export_bundle
from laborclerk.sync.ledger import COUNTY
from tests.bench._ratio import ratio
from tests.bench._server import bench_server, new_database

LIMIT = 2.0
Rows = dict[str, tuple[str, bytes]]  # of each table its columns and the rows in binary


def rows_of(store: Store) -> Rows:
    """Everything in the store's database, as COPY gives it out."""
    found: Rows = {}
    with store.read() as session:
        conn = session.connection()
        driver: Any = conn.connection.driver_connection
        for table in sa.inspect(conn).get_table_names():
            names = ", ".join(f'"{c["name"]}"' for c in sa.inspect(conn).get_columns(table))
            with driver.cursor().copy(f"COPY {table} ({names}) TO STDOUT (FORMAT binary)") as copy:
                found[table] = names, b"".join(bytes(part) for part in copy)
    return found


def copy_floor(server: str, rows: Rows) -> float:
    """Seconds to copy the rows into a new database with all tables and indexes."""
    engine = open_server(read_url(new_database(server, "floor")))
    with engine.connect().execution_options(write=True) as conn, conn.begin():
        Base.metadata.create_all(conn)
        search.create(conn)
    start = time.perf_counter()
    with engine.connect().execution_options(write=True) as conn, conn.begin():
        driver: Any = conn.connection.driver_connection
        for table, (names, content) in rows.items():
            with driver.cursor().copy(f"COPY {table} ({names}) FROM STDIN (FORMAT binary)") as copy:
                copy.write(content)
    seconds = time.perf_counter() - start
    engine.dispose()
    return seconds


def township_bundle(folder: Path, county: Store, people: int) -> Path:
    """A township of so many persons, enrolled with the county, and all it has as one file."""
    make = partial(create_station, scrypt_n=2**10)
    store, made = practice.begin(make, folder / "township", people=people)
    print(f"township of {made.households:,} households, {made.persons:,} persons", flush=True)
    request(store, folder / "x.lcq")
    approve(county, folder / "x.lcq", folder / "x.lca")
    accept(store, folder / "x.lca")
    export_bundle(store, folder / "x.lcb")
    store.close()
    return folder / "x.lcb"


def main(arguments: list[str]) -> int:
    people = int(arguments[0]) if arguments else 60_000
    with tempfile.TemporaryDirectory() as temporary, bench_server() as server:
        folder = Path(temporary)
        county, _ = create_station(
            folder / "county", "bench", "benchmark",
            scrypt_n=2**10, server=new_database(server, "county"),
        )  # fmt: skip
        place = practice.TOWNSHIP[:6]
        found(county, plan(COUNTY, place, [PlaceRow(f"{place}000000", "县")]))
        bundle = township_bundle(folder, county, people)
        start = time.perf_counter()
        done = import_bundle(county, bundle, PlaceScope)
        ours = time.perf_counter() - start
        print(f"{done.records:,} records, held {done.held}", flush=True)
        floor = copy_floor(server, rows_of(county))
        county.close()
        kept = ratio("full township into PostgreSQL", ours, floor, LIMIT)
    return int(not kept)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
