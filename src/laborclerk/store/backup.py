"""A backup is one encrypted file: the store's keyring and a copy of its encrypted database.

The copy is made page by page from one consistent state while the program goes on working; it is
encrypted with the store's own key, so whoever may log in may restore, and nobody else can read
it. Every file is read back and opened before it gets its name: a backup that was reported is one
that restores.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import time
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import laborclerk
from laborclerk.kernel import log
from laborclerk.kernel.errors import Common, Message, fault, fault_of, reject
from laborclerk.kernel.progress import SILENT, Progress
from laborclerk.store.engine import connect, fault_in
from laborclerk.store.files import DATABASE, KEYS, flush_folder
from laborclerk.store.migrations import SCHEMA_VERSION
from laborclerk.store.store import Store

SUFFIX = ".lcbak"
FORMAT = 1
INFO = "backup.json"
_NAMES = (INFO, KEYS, DATABASE)
_CHUNK = 1 << 20
_SMALL = 1 << 20  # bytes of the parts beside the database
_LAST = 253_402_214_400_000  # ms: the end of the year 9999
_PAGES = 500  # copied between two reports of progress


class BackupProblem(Message):
    """Backups and restoring."""

    BACKUP_IN_STORE = "备份不能覆盖本站数据“{file}”。请换一个文件名"
    BACKUP_READ_BACK = "写到“{file}”的备份读回来不一样,没有备份成。请换一个U盘再试"
    NOT_A_BACKUP = (
        "“{file}”不是备份文件,或者没有拷完。请选择扩展名为 .lcbak 的文件,没有拷完的重新拷一次"
    )
    BACKUP_DAMAGED = "备份文件“{file}”已损坏({reason}),没有恢复。请换一份备份"
    BACKUP_NEWER = "备份“{file}”由更新的版本({version})写成。请先升级本程序再恢复"
    COPY_DAMAGED = "本站数据检查出错误({reason}),没有备份成。请用最近的备份恢复,并联系技术支持"
    SERVER_BACKUP = (
        "本站的数据在数据库服务器上,不由本程序备份。请管理员用 pg_dump 备份数据库“{database}”,"
        "并备份钥匙文件夹“{folder}”(见手册“县站用数据库”)"
    )
    SERVER_RESTORE = (
        "“{folder}”里的站把数据放在数据库服务器上,不由本程序恢复。请管理员用 pg_restore 恢复数据库,"
        "把备份的钥匙文件夹放回原处(见手册“县站用数据库”)"
    )
    RESTORE_STORE_OPEN = "本站数据正在使用,没有恢复。请先关闭程序的窗口再试"


@dataclass(frozen=True, slots=True)
class BackupInfo:
    """What a backup file says of itself without a key. `made_at` in ms, `sequence` the last
    journal entry of the station's own device in it, `size` in bytes."""

    file: Path
    made_at: int
    station: str
    device: int
    sequence: int
    program: str
    schema: int
    size: int


@dataclass(frozen=True, slots=True)
class _Head:
    """Where a store's journal ends."""

    device: int
    sequence: int
    acts: int
    station: str


def backup(store: Store, path: Path, progress: Progress = SILENT) -> BackupInfo:
    """Write a backup to `path`, an older file of that name is replaced only by a verified one.

    Raises EnvironmentFault for the disk's failures, Rejected when the store itself is damaged,
    `Cancelled` through `progress`; nothing is left behind then.
    """
    if store.on_server:
        database = store.engine.url.database
        raise reject(BackupProblem.SERVER_BACKUP, database=database, folder=store.folder)
    if path.resolve() in ((store.folder / DATABASE).resolve(), (store.folder / KEYS).resolve()):
        raise reject(BackupProblem.BACKUP_IN_STORE, file=path)
    _sweep(store.folder)
    copy = store.folder / f".backup-{secrets.token_hex(4)}.part"
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    made_at = store.clock.wall()
    try:
        head = _copy_database(store, copy, progress)
        check_database(copy, store.key, head)
        about = {
            "format": FORMAT, "program": laborclerk.__version__, "schema": SCHEMA_VERSION,
            "made_at": made_at, "station": head.station, "device": head.device,
            "sequence": head.sequence,
        }  # fmt: skip
        with writing(path):
            small = {
                INFO: json.dumps(about, ensure_ascii=False).encode(),
                KEYS: (store.folder / KEYS).read_bytes(),
            }
            digests = _write(part, small, copy, progress)
            if not _read_back(part, digests, progress):
                raise fault(BackupProblem.BACKUP_READ_BACK, file=str(path))
            part.replace(path)
        flush_folder(path.parent)
    finally:
        _remove(copy)
        _remove(part)
    return _info(path, about, path.stat().st_size)


def read_info(file: Path) -> BackupInfo:
    """What is in the backup file. Raises Rejected when it is none, EnvironmentFault when it
    cannot be read."""
    with open_backup(file) as (_, info):
        return info


@contextmanager
def open_backup(file: Path) -> Iterator[tuple[zipfile.ZipFile, BackupInfo]]:
    """The backup's parts by name, and what it says of itself."""
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise reject(BackupProblem.NOT_A_BACKUP, file=file.name) from error
    except OSError as error:
        reason = fault_of(error, file).problem.params.get("reason", "读不出来")
        raise fault(Common.CANNOT_READ, file=str(file), reason=reason) from error
    with archive:
        if tuple(archive.namelist()) != _NAMES or not _is_ours(archive, file.stat().st_size):
            raise reject(BackupProblem.NOT_A_BACKUP, file=file.name)
        yield archive, _read_about(archive, file)


def _is_ours(archive: zipfile.ZipFile, size: int) -> bool:
    """Whether the parts are stored as we store them: plain, inside the file, the small ones
    small."""
    return all(
        part.compress_type == zipfile.ZIP_STORED
        and not part.flag_bits & 0x1
        and part.compress_size == part.file_size <= (size if part.filename == DATABASE else _SMALL)
        and 0 <= part.header_offset < size
        for part in archive.infolist()
    )


def _read_about(archive: zipfile.ZipFile, file: Path) -> BackupInfo:
    try:
        about: Any = json.loads(archive.read(INFO))
        newer = about["format"] > FORMAT or about["schema"] > SCHEMA_VERSION
        info = _info(file, about, file.stat().st_size)
        if not (0 <= info.made_at < _LAST and 0 <= info.device < 2**63 > info.sequence >= 0):
            raise ValueError("out of range")
    except (zipfile.BadZipFile, EOFError, ValueError, KeyError, TypeError, RuntimeError) as error:
        raise reject(BackupProblem.NOT_A_BACKUP, file=file.name) from error
    if newer:
        raise reject(BackupProblem.BACKUP_NEWER, file=file.name, version=info.program)
    return info


def check_database(path: Path, key: bytes, head: _Head | None = None) -> None:
    """Open a copy with its key and look through it; `head` is the journal's end it must have."""
    try:
        connection = connect(path, key)
        try:
            found = [row[0] for row in connection.execute("PRAGMA quick_check(5)")]
            if found != ["ok"]:
                log.event("backup.check", problems=len(found))
                raise reject(BackupProblem.COPY_DAMAGED, reason="数据文件有坏的地方")
            if head is not None and _head(connection) != head:
                raise reject(BackupProblem.COPY_DAMAGED, reason="最后的记录对不上")
        finally:
            connection.close()
    except Exception as error:
        _translate(error, path)
        raise


def _head(connection: Any) -> _Head:
    def one(sql: str) -> Any:
        row = connection.execute(sql).fetchone()
        return row[0] if row else None

    return _Head(
        one('SELECT device FROM device WHERE "index" = 0') or 0,
        one('SELECT last_seq FROM device WHERE "index" = 0') or 0,
        one("SELECT count(*) FROM act") or 0,
        one("SELECT value FROM setting WHERE key = 'station.name'") or "",
    )


def _copy_database(store: Store, to: Path, progress: Progress) -> _Head:
    """Copy one consistent state of the store, encrypted with the same key → its journal's end."""
    try:
        source = connect(store.folder / DATABASE, store.key)
        target = connect(to, store.key)
        try:
            source.execute("BEGIN")  # holds the state that is copied, others may write meanwhile
            head = _head(source)
            progress.start("抄出数据", source.execute("PRAGMA page_count").fetchone()[0])

            def copied(status: int, remaining: int, total: int) -> None:
                progress.step(total - remaining)

            source.backup(target, pages=_PAGES, progress=copied, sleep=0.0)
            target.execute("PRAGMA journal_mode = DELETE").fetchall()
        finally:
            target.close()
            source.close()
    except Exception as error:
        _translate(error, to)
        raise
    return head


def _translate(error: BaseException, path: Path) -> None:
    found = fault_in(error, path)
    if found is not None:
        raise found from error


def _write(part: Path, small: dict[str, bytes], copy: Path, progress: Progress) -> dict[str, bytes]:
    """Write the file, flushed to the medium → the SHA-256 of each part that went in."""
    progress.start("写备份文件", copy.stat().st_size)
    digests = {name: hashlib.sha256(content).digest() for name, content in small.items()}
    with part.open("xb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for name, content in small.items():
                archive.writestr(name, content)
            with copy.open("rb") as source, archive.open(DATABASE, "w", force_zip64=True) as out:
                digests[DATABASE] = _pump(source, out, progress)
        file.flush()
        os.fsync(file.fileno())
        if hasattr(os, "posix_fadvise"):  # read back from the stick, not from memory
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    return digests


def _read_back(part: Path, digests: dict[str, bytes], progress: Progress) -> bool:
    """Whether the file holds what went in."""
    progress.start("核对备份文件", part.stat().st_size)
    try:
        with zipfile.ZipFile(part) as archive:
            found = {}
            for name in archive.namelist():
                with archive.open(name) as source:
                    found[name] = _pump(source, None, progress)
            return found == digests
    except zipfile.BadZipFile:
        return False


def _pump(source: IO[bytes], out: IO[bytes] | None, progress: Progress) -> bytes:
    digest, done = hashlib.sha256(), 0
    while chunk := source.read(_CHUNK):
        digest.update(chunk)
        if out is not None:
            out.write(chunk)
        done += len(chunk)
        progress.step(done)
    return digest.digest()


def _info(file: Path, about: Mapping[str, Any], size: int) -> BackupInfo:
    return BackupInfo(
        file, int(about["made_at"]), str(about["station"]), int(about["device"]),
        int(about["sequence"]), str(about["program"]), int(about["schema"]), size,
    )  # fmt: skip


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turns the disk's failures into faults on `path`."""
    try:
        yield
    except OSError as error:
        raise fault_of(error, path) from error


def _sweep(folder: Path) -> None:
    """Remove copies that a killed backup left a day ago or longer."""
    for left in folder.glob(".backup-*.part*"):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > 86_400:
                left.unlink()


def _remove(path: Path) -> None:
    for name in (path, path.with_name(path.name + "-journal"), path.with_name(path.name + "-wal")):
        with contextlib.suppress(OSError):
            name.unlink(missing_ok=True)
