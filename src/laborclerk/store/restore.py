"""Bring a backup back: into an empty folder, or in place of a store that is kept aside by name."""

from __future__ import annotations

import os
import secrets
import shutil
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from laborclerk.kernel.errors import EnvironmentFault, Rejected, reject
from laborclerk.kernel.progress import SILENT, Progress
from laborclerk.store.backup import (
    BackupInfo,
    BackupProblem,
    check_database,
    open_backup,
    writing,
)
from laborclerk.store.engine import connect, fault_in
from laborclerk.store.files import DATABASE, KEYS, SERVER, settle, swap
from laborclerk.store.keyring import Keyring

Unlock = Callable[[Keyring], tuple[str, bytes]]

# settings of a restored store: its sequence numbers may have been used since the backup, so the
# exchange begins a new incarnation of the device before it writes the next bundle
RESTORED_AT, RESTORED_SEQUENCE = "restored_at", "restored_sequence"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was brought back; `kept_aside` is the folder the former store lies in, if any."""

    folder: Path
    clerk: str
    info: BackupInfo
    kept_aside: Path | None


def restore(file: Path, folder: Path, unlock: Unlock, progress: Progress = SILENT) -> Restored:
    """Restore `file` into the station's folder `folder`; `unlock` opens the backup's own keyring
    (the passwords of the day it was made, or the recovery code).

    Everything is unpacked and verified beside before the former store is moved aside. Raises
    Rejected for a wrong password or a damaged file, EnvironmentFault for the disk's failures;
    the former store then stands as it was.
    """
    if settle(folder) and (folder / SERVER).exists():
        raise reject(BackupProblem.SERVER_RESTORE, folder=folder)
    work = folder / f".restore-{secrets.token_hex(4)}"
    with open_backup(file) as (archive, info), writing(folder):
        try:
            work.mkdir(parents=True)
            progress.start("取出备份", info.size)
            _extract(archive, KEYS, work, SILENT)
            clerk, key = unlock(Keyring.load(work / KEYS))
            _extract(archive, DATABASE, work, progress)
            _verify(work / DATABASE, key, file)
            _mark(work / DATABASE, key, info)
            _refuse_if_open(folder, unlock)
            aside = swap(work, folder)
        except (zipfile.BadZipFile, EOFError) as error:
            reason = "内容核对不上,可能没拷完"
            raise reject(BackupProblem.BACKUP_DAMAGED, file=file.name, reason=reason) from error
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return Restored(folder, clerk, info, aside)


def _extract(archive: zipfile.ZipFile, name: str, work: Path, progress: Progress) -> None:
    with archive.open(name) as source, (work / name).open("xb") as out:
        _copy(source, out, progress)
        out.flush()
        os.fsync(out.fileno())


def _copy(source: IO[bytes], out: IO[bytes], progress: Progress) -> None:
    done = 0
    while chunk := source.read(1 << 20):
        out.write(chunk)
        done += len(chunk)
        progress.step(done)


def _verify(database: Path, key: bytes, file: Path) -> None:
    try:
        check_database(database, key)
    except (Rejected, EnvironmentFault) as error:
        reason = "数据打不开或不完整"
        raise reject(BackupProblem.BACKUP_DAMAGED, file=file.name, reason=reason) from error


def _mark(database: Path, key: bytes, info: BackupInfo) -> None:
    """Note in the store that it was restored, and from which state."""
    connection = connect(database, key)
    try:
        connection.executemany(
            "INSERT OR REPLACE INTO setting(key, value) VALUES (?, ?)",
            [
                (RESTORED_AT, str(int(time.time() * 1000))),
                (RESTORED_SEQUENCE, str(info.sequence)),
            ],
        )
    finally:
        connection.close()


def _refuse_if_open(folder: Path, unlock: Unlock) -> None:
    """Rejected when another window works in the store that would be moved aside. It can be asked
    only when the same password opens that store too; Windows refuses to move open files anyway."""
    if not ((folder / DATABASE).exists() and (folder / KEYS).exists()):
        return
    try:
        _, key = unlock(Keyring.load(folder / KEYS))
    except (Rejected, EnvironmentFault):
        return
    connection = connect(folder / DATABASE, key)
    try:
        connection.execute("PRAGMA busy_timeout = 500")
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("ROLLBACK")
    except Exception as error:
        found = fault_in(error, folder / DATABASE)
        if found is None:
            raise
        if found.problem.code == "store_busy":
            raise reject(BackupProblem.RESTORE_STORE_OPEN) from error
    finally:
        connection.close()
