"""Many rows at once into one table, the fastest way the database has: one prepared statement on
SQLite, COPY on PostgreSQL. What is a record stays guarded: it goes in only beside its journal.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

_FEW = 20  # rows for which COPY, or ids for which a list, costs more than it saves

Row = Mapping[str, Any]


def insert_many(connection: sa.Connection, table: sa.Table, rows: Sequence[Row]) -> None:
    """Insert `rows`: mappings by column name, all with the same keys; a column that none of them
    names gets its declared default. Values are None, str, int, bool or bytes."""
    if not rows:
        return
    if len(rows) < _FEW and connection.dialect.name == "postgresql":
        connection.execute(sa.insert(table), rows)
        return
    insert_values(connection, table, *_values(table, rows))


def insert_values(
    connection: sa.Connection,
    table: sa.Table,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
) -> None:
    """`insert_many` of rows that are values of `columns` already; no other column has a default."""
    if not rows:
        return
    _guard(connection, table)
    if connection.dialect.name == "postgresql":
        _copy(connection, table.name, columns, rows)
    else:
        _insert(connection, "INSERT", table, columns, rows)


def update_many(
    connection: sa.Connection,
    table: sa.Table,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
) -> None:
    """Give records new values: of each row those of `columns`, then its id; their versions grow
    by one."""
    if not rows:
        return
    _guard(connection, table)
    quote = connection.dialect.identifier_preparer.quote
    mark = "%s" if connection.dialect.name == "postgresql" else "?"
    set_ = ", ".join(f"{quote(column)} = {mark}" for column in columns)
    connection.exec_driver_sql(
        f"UPDATE {quote(table.name)} SET {set_}, version = version + 1 WHERE id = {mark}",
        list(map(tuple, rows)),
    )


def insert_or_ignore_many(connection: sa.Connection, table: sa.Table, rows: Sequence[Row]) -> None:
    """`insert_many` that passes over rows whose primary key (or another unique key) stands
    already; of several new rows with one key the first counts."""
    if not rows:
        return
    if connection.dialect.name != "postgresql":
        _guard(connection, table)
        _insert(connection, "INSERT OR IGNORE", table, *_values(table, rows))
        return
    from sqlalchemy.dialects.postgresql import insert

    if len(rows) < _FEW:
        connection.execute(insert(table).on_conflict_do_nothing(), rows)
        return
    _guard(connection, table)
    columns, values = _values(table, rows)
    quote = connection.dialect.identifier_preparer.quote
    names, stage = ", ".join(map(quote, columns)), f"incoming_{table.name}"
    raw = connection.exec_driver_sql
    raw(f"CREATE TEMP TABLE {stage} ON COMMIT DROP AS SELECT {names} FROM {table.name} LIMIT 0")
    _copy(connection, stage, columns, values)
    raw(
        f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {stage}"
        f" ORDER BY ctid ON CONFLICT DO NOTHING"
    )
    raw(f"DROP TABLE {stage}")


def among(column: sa.ColumnElement[int], ids: Collection[int]) -> sa.ColumnElement[bool]:
    """Whether a column is one of some integers. Many are given as one list: as parameters, each
    would cost more than to look it up."""
    if len(ids) < _FEW:
        return column.in_(ids)
    return _in_list(column, sa.bindparam(None, _list_of(ids), sa.String))


class Among:
    """A query of the rows whose `column` is one of some integers, told as it is run: `among` for
    what is asked at every change, made once because that costs more than to run it."""

    def __init__(self, column: sa.ColumnElement[int], query: sa.Select[Any]) -> None:
        self._few = query.where(column.in_(sa.bindparam("ids", expanding=True)))
        self._many = query.where(_in_list(column, sa.bindparam("ids", type_=sa.String)))

    def rows(self, connection: sa.Connection, ids: Collection[int], **given: Any) -> Sequence[Any]:
        """The rows of these; `given` are the query's other parameters."""
        if not ids:
            return ()
        few = len(ids) < _FEW
        given["ids"] = list(ids) if few else _list_of(ids)
        return connection.execute(self._few if few else self._many, given).all()


def _in_list(
    column: sa.ColumnElement[int], listed: sa.BindParameter[str]
) -> sa.ColumnElement[bool]:
    return column.op("IN", is_comparison=True)(_Listed(listed))


def _list_of(ids: Iterable[int]) -> str:
    return f"[{','.join(map(str, ids))}]"


class _Listed(FunctionElement[int]):
    """The integers of a JSON list, as a query."""

    inherit_cache = True
    name = "listed"
    type = sa.BigInteger()


@compiles(_Listed, "sqlite")
def _on_sqlite(element: _Listed, compiler: Any, **more: Any) -> str:
    return f"(SELECT value FROM json_each({compiler.process(element.clauses, **more)}))"


@compiles(_Listed, "postgresql")
def _on_server(element: _Listed, compiler: Any, **more: Any) -> str:
    listed = f"CAST({compiler.process(element.clauses, **more)} AS json)"
    return f"(SELECT CAST(value AS bigint) FROM json_array_elements_text({listed}))"


class Holds(FunctionElement[bool]):
    """Whether a column of bytes has some others in it: `Holds(column, sa.literal(b"…"))`."""

    inherit_cache = True
    name = "holds"
    type = sa.Boolean()


@compiles(Holds, "sqlite")
def _held_on_sqlite(element: Holds, compiler: Any, **more: Any) -> str:
    return f"instr({compiler.process(element.clauses, **more)}) > 0"


@compiles(Holds, "postgresql")
def _held_on_server(element: Holds, compiler: Any, **more: Any) -> str:
    column, part = (compiler.process(one, **more) for one in element.clauses)
    return f"position({part} IN {column}) > 0"


def _guard(connection: sa.Connection, table: sa.Table) -> None:
    """COPY passes the statements' guard, so it asks itself."""
    if table.info.get("record") and not connection.info.get("journaled"):
        raise RuntimeError(f"{table.name} changed around the journal")


def _values(table: sa.Table, rows: Sequence[Row]) -> tuple[list[str], list[Sequence[Any]]]:
    """The columns that get a value, and the rows' values; at the end of each the defaults of the
    columns that no row names."""
    first = rows[0]
    absent = {
        c.name: c.default.arg
        for c in table.columns
        if c.name not in first and isinstance(c.default, sa.ColumnDefault) and c.default.is_scalar
    }
    values: list[Sequence[Any]] = list(map(itemgetter(*first), rows))
    if len(first) == 1:
        values = [(value,) for value in values]
    if absent:
        constant = tuple(absent.values())
        values = [(*row, *constant) for row in values]
    return [*first, *absent], values


def _insert(
    connection: sa.Connection,
    verb: str,
    table: sa.Table,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
) -> None:
    """One statement for all, past SQLAlchemy's work on every value: they are the database's own."""
    statement = _inserting(connection.dialect, verb, table.name, tuple(columns))
    connection.exec_driver_sql(statement, list(map(tuple, rows)))


@lru_cache(maxsize=200)
def _inserting(dialect: sa.Dialect, verb: str, table: str, columns: tuple[str, ...]) -> str:
    quote = dialect.identifier_preparer.quote
    names, marks = ", ".join(map(quote, columns)), ", ".join("?" * len(columns))
    return f"{verb} INTO {quote(table)} ({names}) VALUES ({marks})"


def _copy(
    connection: sa.Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    quote = connection.dialect.identifier_preparer.quote
    names = ", ".join(map(quote, columns))
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor().copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            write = copy.write_row
            for row in rows:
                write(row)
    except Exception as error:  # SQLAlchemy, which would tell the engine, does not see it
        from laborclerk.store.server import fault_of_server

        found = fault_of_server(error, connection.engine.url)
        if found is None:
            raise
        raise found from error
