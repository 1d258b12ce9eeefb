"""Opens a county's store on a PostgreSQL server, where several of the staff work at once.

Reading sees one state (REPEATABLE READ). Whatever writes takes one lock of the database at its
beginning and holds it to its commit: sequence numbers are therefore visible in their order, and
every statement of the writer sees all that was committed before it.

Text compares and sorts by code point and empty values come first, as in SQLite: the two kinds of
store give the same lists. Such a store is not encrypted by us: see README on disks and TLS.
"""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGCompiler_psycopg, PGDialect_psycopg
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import UnaryExpression

from laborclerk.kernel.errors import EnvironmentFault, Message, fault, reject

_LOCK = 0x6C61_626F_7263  # any number, the same in every program that writes
_BEGIN_WRITE = (
    "SET TRANSACTION ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = '60s';"
    f" SELECT pg_advisory_xact_lock({_LOCK})"
)
_SORTS_BY_CODE_POINT = ("C", "POSIX", "C.UTF-8", "C.UTF8", "C.utf8", "PG_C_UTF8")


class ServerFault(Message):
    """The database server."""

    SERVER_URL = "数据库地址写法不对。应为 postgresql://用户@主机/数据库"
    SERVER_AWAY = (
        "连不上数据库服务器“{server}”,刚才的内容没有存上。请检查网络,并请管理员看数据库是否在运行"
    )
    SERVER_PASSWORD = "数据库服务器“{server}”不接受用户“{user}”的密码。请向管理员核对后重试"
    SERVER_NO_DATABASE = "服务器“{server}”上没有数据库“{database}”。请管理员先建库(见手册)"
    SERVER_TLS = "与数据库服务器“{server}”建立加密连接失败:{reason}。请管理员核对证书"
    SERVER_FULL = "数据库服务器的磁盘已满,刚才的内容没有存上。请管理员清理磁盘后再存一次"
    SERVER_BUSY = "另一位同事正在写入(如导入上报文件),等了一分钟还没有轮到。请稍候再试"
    SERVER_REFUSES = "数据库不让用户“{user}”写入。请管理员检查权限(见手册),或是否连到了只读的备库"
    SERVER_RESTARTED = "数据库服务器断开了连接,刚才的内容没有存上。请再试一次"
    SERVER_SORTING = (
        "数据库“{database}”须按编码排序、用UTF-8。请管理员重新建库:CREATE DATABASE {database}"
        " TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'"
    )


class _Compiler(PGCompiler_psycopg):
    """Sorts empty values first, as SQLite does."""

    def order_by_clause(self, select: Any, **kw: Any) -> str:
        clauses = [self.process(_empty_first(c), **kw) for c in select._order_by_clauses]
        return " ORDER BY " + ", ".join(clauses) if clauses else ""


def _empty_first(clause: Any) -> Any:
    modifier = clause.modifier if isinstance(clause, UnaryExpression) else None
    column = clause.element if modifier is not None else clause
    if not getattr(column, "nullable", False) or getattr(column, "primary_key", False):
        return clause
    return clause.nulls_last() if modifier is operators.desc_op else clause.nulls_first()


class _Dialect(PGDialect_psycopg):
    supports_statement_cache = True
    statement_compiler = _Compiler


registry.register("laborclerk_postgresql", __name__, "_Dialect")


def read_url(text: str) -> sa.URL:
    """The address of a database; Rejected when it is none."""
    try:
        url = sa.make_url(re.sub("^postgres:", "postgresql:", text))
        if not url.database:
            raise ValueError("no database")
    except (sa.exc.ArgumentError, ValueError) as error:
        raise reject(ServerFault.SERVER_URL) from error
    return url


def open_server(url: sa.URL) -> sa.Engine:
    """An engine on the database; a connection asked for with the execution option `write=True`
    begins with the write lock held, so sequence numbers never fork. Nothing is connected yet."""
    if _is_remote(url) and "sslmode" not in url.query:
        url = url.update_query_dict({"sslmode": "require"})  # else the driver would do without
    engine = sa.create_engine(
        url.set(drivername="laborclerk_postgresql"),
        isolation_level="REPEATABLE READ",
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": 10,
            "application_name": "laborclerk",
            "client_encoding": "utf8",
        },
        hide_parameters=True,  # an error that is told nowhere else must not tell a name
    )

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        from psycopg.types.numeric import IntLoader

        connection.adapters.register_loader("numeric", IntLoader)  # sums: nothing else is numeric

    @event.listens_for(engine, "begin")
    def begin(conn: sa.Connection) -> None:
        if conn.get_execution_options().get("write"):
            conn.exec_driver_sql(_BEGIN_WRITE)

    @event.listens_for(engine, "handle_error")
    def translate(context: Any) -> None:
        found = fault_of_server(context.original_exception, url)
        if found is not None and not context.is_pre_ping:  # then it connects anew by itself
            raise found from context.original_exception

    return engine


def _is_remote(url: sa.URL) -> bool:
    host = url.host or url.query.get("host", "")
    local = isinstance(host, str) and (host == "" or host.startswith(("/", "@")))
    return not local and host not in ("localhost", "127.0.0.1", "::1")


def check_sorting(conn: sa.Connection) -> None:
    """Rejected when the database would sort otherwise than SQLite does, or is not in UTF-8."""
    encoding, collate, database = conn.exec_driver_sql(
        "SELECT pg_encoding_to_char(encoding), coalesce(to_jsonb(d) ->> 'datlocale', datcollate),"
        " datname FROM pg_database d WHERE datname = current_database()"
    ).one()
    if encoding != "UTF8" or collate not in _SORTS_BY_CODE_POINT:
        raise reject(ServerFault.SERVER_SORTING, database=database)


def fault_of_server(error: BaseException, url: sa.URL) -> EnvironmentFault | None:
    """The environment's fault an error of the driver stands for, if it is one."""
    import psycopg

    if not isinstance(error, psycopg.Error):
        return None
    state, text = error.sqlstate or "", str(error)
    facts = {"server": url.host or "本机", "user": url.username or "", "database": url.database}
    for states, message in _STATES.items():
        if state.startswith(states):
            return fault(message, **facts)
    if state or not isinstance(error, psycopg.OperationalError):
        return None
    for words, message in _WORDS.items():  # what fails before the login has no state
        if re.search(words, text, re.IGNORECASE):
            return fault(message, **facts, reason=text.strip().rpartition("failed: ")[2])
    return fault(ServerFault.SERVER_AWAY, **facts)


_STATES = {
    ("53100",): ServerFault.SERVER_FULL,
    ("55P03", "40P01"): ServerFault.SERVER_BUSY,
    ("42501", "25006"): ServerFault.SERVER_REFUSES,
    ("28",): ServerFault.SERVER_PASSWORD,
    ("3D000",): ServerFault.SERVER_NO_DATABASE,
    ("57P", "08"): ServerFault.SERVER_RESTARTED,
    ("53300",): ServerFault.SERVER_AWAY,
}
_WORDS = {
    r"password|authentication|认证|密码|pg_hba": ServerFault.SERVER_PASSWORD,
    r"database .* does not exist|数据库.*不存在": ServerFault.SERVER_NO_DATABASE,
    r"certificate|\bssl\b|\btls\b": ServerFault.SERVER_TLS,
    r"server closed the connection|terminat|lost": ServerFault.SERVER_RESTARTED,
}
