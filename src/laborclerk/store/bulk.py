"""Many rows at once into one table, the fastest way the database has: one prepared statement on
SQLite, COPY on PostgreSQL. What is a record stays guarded: it goes in only beside its journal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

_FEW = 20  # rows for which a COPY costs more than it saves

Row = Mapping[str, Any]


def insert_many(connection: sa.Connection, table: sa.Table, rows: Sequence[Row]) -> None:
    """Insert `rows`: mappings by column name, all with the same keys; a column that none of them
    names gets its declared default. Values are None, str, int, bool or bytes."""
    if not rows:
        return
    if connection.dialect.name != "postgresql" or len(rows) < _FEW:
        connection.execute(sa.insert(table), rows)
        return
    _guard(connection, table)
    columns, constant = _columns(table, rows[0])
    _copy(connection, table.name, columns, rows, constant)


def insert_or_ignore_many(connection: sa.Connection, table: sa.Table, rows: Sequence[Row]) -> None:
    """`insert_many` that passes over rows whose primary key (or another unique key) stands
    already; of several new rows with one key the first counts."""
    if not rows:
        return
    if connection.dialect.name != "postgresql":
        connection.execute(sa.insert(table).prefix_with("OR IGNORE"), rows)
        return
    from sqlalchemy.dialects.postgresql import insert

    if len(rows) < _FEW:
        connection.execute(insert(table).on_conflict_do_nothing(), rows)
        return
    _guard(connection, table)
    columns, constant = _columns(table, rows[0])
    quote = connection.dialect.identifier_preparer.quote
    names, stage = ", ".join(map(quote, columns)), f"incoming_{table.name}"
    raw = connection.exec_driver_sql
    raw(f"CREATE TEMP TABLE {stage} ON COMMIT DROP AS SELECT {names} FROM {table.name} LIMIT 0")
    _copy(connection, stage, columns, rows, constant)
    raw(
        f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {stage}"
        f" ORDER BY ctid ON CONFLICT DO NOTHING"
    )
    raw(f"DROP TABLE {stage}")


def _guard(connection: sa.Connection, table: sa.Table) -> None:
    """COPY passes the statements' guard, so it asks itself."""
    if table.info.get("record") and not connection.info.get("journaled"):
        raise RuntimeError(f"{table.name} changed around the journal")


def _columns(table: sa.Table, first: Row) -> tuple[list[str], tuple[Any, ...]]:
    """The columns that get a value, and the values of those at the end that no row names."""
    absent = {
        c.name: c.default.arg
        for c in table.columns
        if c.name not in first and isinstance(c.default, sa.ColumnDefault) and c.default.is_scalar
    }
    return [*first, *absent], tuple(absent.values())


def _copy(
    connection: sa.Connection,
    table: str,
    columns: Sequence[str],
    rows: Iterable[Row],
    constant: tuple[Any, ...],
) -> None:
    quote = connection.dialect.identifier_preparer.quote
    keys = columns[: len(columns) - len(constant)]
    names = ", ".join(map(quote, columns))
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor().copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            write = copy.write_row
            for row in rows:
                write([row[key] for key in keys] + [*constant])
    except Exception as error:  # SQLAlchemy, which would tell the engine, does not see it
        from laborclerk.store.server import fault_of_server

        found = fault_of_server(error, connection.engine.url)
        if found is None:
            raise
        raise found from error
