"""Opens the encrypted SQLite file. The key is 32 random bytes, so opening costs no derivation."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import event

from laborclerk.kernel import bulk_work
from laborclerk.kernel.errors import EnvironmentFault, Message, fault


class StoreFault(Message):
    """The machine and the store file."""

    STORE_BUSY = "数据正被另一个窗口使用,请稍候再试;若一直如此,请关闭另一个窗口"
    STORE_UNREADABLE = "数据文件“{file}”打不开:已损坏,或与 keys.json 不是一套。请用最近的备份恢复"
    STORE_FULL = "磁盘空间不足,刚才的内容没有存上。请清理磁盘后再存一次"
    STORE_IO = "读写数据文件时出错,刚才的内容没有存上:{reason}。请检查磁盘或U盘"


# KB of pages a connection keeps: what reads has room for the largest index of a county, which is
# read whole; what writes very much gains nothing by more than a little
_CACHE, _CACHE_OF_BULK = 98_304, 32_768
_SETTINGS = (
    "foreign_keys = ON",
    "synchronous = FULL",
    "temp_store = MEMORY",
    f"cache_size = -{_CACHE}",
)
# Prepared statements kept by a connection. Of the driver's own hundred those asked most often stay
# for good: once they are full, whatever comes new is prepared again each time it is run.
_STATEMENTS = 1000


def connect(path: Path, key: bytes, *settings: str) -> Any:
    """A raw connection to the encrypted file at `path` (created when absent)."""
    raw: Any = sqlcipher
    connection = raw.connect(
        str(path),
        timeout=10.0,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=_STATEMENTS,
    )
    try:
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        for setting in (*_SETTINGS, *settings):
            connection.execute(f"PRAGMA {setting}")
    except BaseException:
        connection.close()  # else the file stays open as long as the error is remembered
        raise
    return connection


def open_engine(path: Path, key: bytes) -> sa.Engine:
    """An engine on the encrypted file; a connection asked for with the execution option
    `write=True` begins with the write lock held, so sequence numbers never fork."""
    raw: Any = sqlcipher

    def creator() -> Any:
        return connect(path, key, "journal_mode = WAL")

    engine = sa.create_engine(
        "sqlite://",
        module=raw,
        creator=creator,
        poolclass=sa.QueuePool,
        hide_parameters=True,  # an error that is told nowhere else must not tell a name
    )

    @event.listens_for(engine, "begin")
    def begin(conn: sa.Connection) -> None:
        options = conn.get_execution_options()
        if options.get("single"):  # one statement sees one state by itself
            return
        write = options.get("write")
        cache = _CACHE_OF_BULK if write and bulk_work.is_open() else _CACHE
        if conn.info.setdefault("cache", _CACHE) != cache:
            conn.exec_driver_sql(f"PRAGMA cache_size = -{cache}")
            conn.info["cache"] = cache
        conn.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    @event.listens_for(engine, "handle_error")
    def translate(context: Any) -> None:
        found = fault_in(context.original_exception, path)
        if found is not None:
            raise found from context.original_exception

    return engine


def fault_in(error: BaseException, path: Path) -> EnvironmentFault | None:
    """The environment's fault an SQLite error stands for, if it is one."""
    raw: Any = sqlcipher
    if not isinstance(error, raw.Error):
        return None
    text = str(error)
    if "locked" in text or "busy" in text:
        return fault(StoreFault.STORE_BUSY)
    if "not a database" in text or "malformed" in text:
        return fault(StoreFault.STORE_UNREADABLE, file=path.name)
    reason = next((said for part, said in _REASONS.items() if part in text), None)
    if "full" in text or (reason and _is_full(path)):
        return fault(StoreFault.STORE_FULL)
    return fault(StoreFault.STORE_IO, reason=reason) if reason else None


_REASONS = {
    "I/O": "磁盘读写失败",
    "unable to open": "文件打不开,可能没有权限",
    "readonly": "文件是只读的",
}
_ROOM = 262_144  # bytes without which the file's shared memory and log cannot be made


def _is_full(path: Path) -> bool:
    try:
        return shutil.disk_usage(path.parent).free < _ROOM
    except OSError:
        return False
