"""The backup made on closing, which of them stay, and the reminder to carry one away."""

from __future__ import annotations

import contextlib
import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from laborclerk.kernel.errors import (
    Common,
    EnvironmentFault,
    Message,
    Problem,
    Severity,
    fault_of,
)
from laborclerk.kernel.ids import show_id
from laborclerk.kernel.progress import SILENT, Progress
from laborclerk.store.backup import SUFFIX, BackupInfo, backup
from laborclerk.store.journal import Act, Device
from laborclerk.store.rotation import to_keep
from laborclerk.store.store import Store

# settings; times in ms since 1970
FOLDER = "backup.folder"  # where automatic backups go; empty: `backups` inside the store's folder
LAST = "backup.last"
AUTOMATIC_END = "backup.automatic_end"  # incarnation and sequence of the last automatic one
TROUBLE = "backup.trouble"  # why the folder could not be used last time, as JSON
LEFT_MACHINE = "backup.left_machine"  # the last one on another drive than the store's

DAY = 86_400_000
REMIND_AFTER = 7 * DAY
_NAME = re.compile(r"laborclerk-(\d{8}-\d{6})-([0-9A-Z]{13})" + re.escape(SUFFIX))


class BackupNotice(Message):
    """What the clerk is told about her backups."""

    BACKUP_NOT_AWAY = (
        "已有{days}天没有把备份存到本机以外。请插上U盘,备份一份到U盘上(电脑丢失或损坏时靠它恢复)"
    )
    BACKUP_FAILED = (
        "退出时没能自动备份({reason})。请到“设置 · 备份与恢复”看看放备份的盘还有没有空位,再备份一份"
    )
    BACKUP_FOLDER_GONE = "备份文件夹“{folder}”不能用({reason}),这次备份在“{instead}”。请检查U盘"


@dataclass(frozen=True, slots=True)
class Automatic:
    """What closing did: the backup (None when nothing had changed since the last), the old ones
    that were removed, what the clerk should know."""

    info: BackupInfo | None
    removed: tuple[Path, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class BackupState:
    """For the status line: when the last backup was made and when one left the machine (ms, None
    for never), and whether to remind."""

    last: int | None
    left_machine: int | None
    reminder: Problem | None


def by_hand(store: Store, path: Path, progress: Progress = SILENT) -> BackupInfo:
    """A backup where the clerk wants it; remembered as the last, and as carried away if it is on
    another drive."""
    info = backup(store, path, progress)
    _remember(store, info)
    store.set_setting(TROUBLE, "")
    return info


def automatic(store: Store, progress: Progress = SILENT) -> Automatic:
    """Back up into the backup folder and remove the old ones the rotation does not keep. When
    the folder cannot be used (a stick pulled out) the backup goes into the store's own folder.

    Raises EnvironmentFault when even that cannot be written. A server is backed up by its
    administrator.
    """
    if store.on_server:
        return Automatic(None)
    own = store.folder / "backups"
    wanted = Path(store.setting(FOLDER) or own)
    incarnation, sequence, device = _end(store)
    end = f"{incarnation} {sequence}"
    if store.setting(AUTOMATIC_END) == end and _of_station(wanted, device):
        return Automatic(None)
    at = datetime.fromtimestamp(store.clock.wall() / 1000)
    problems: list[Problem] = []
    try:
        try:
            info = _into(store, wanted, at, device, progress)
        except EnvironmentFault as error:
            if wanted == own:
                raise
            told = {"folder": str(wanted), "reason": _reason(error), "instead": str(own)}
            problems.append(Problem(BackupNotice.BACKUP_FOLDER_GONE, told, Severity.WARN))
            info = _into(store, own, at, device, progress)
    except EnvironmentFault as error:
        with contextlib.suppress(sa.exc.DBAPIError):  # the store's own disk may be full, too
            store.set_setting(TROUBLE, json.dumps({"reason": _reason(error)}))
        raise
    _remember(store, info)
    store.set_setting(AUTOMATIC_END, f"{incarnation} {info.sequence}")
    store.set_setting(TROUBLE, json.dumps(problems[0].params) if problems else "")
    return Automatic(info, _prune(info.file.parent, device, at), tuple(problems))


def _reason(error: EnvironmentFault) -> str:
    if error.problem.message is Common.DISK_FULL:
        return "磁盘空间不足"
    return str(error.problem.params.get("reason", "写不进去"))


def _trouble(store: Store) -> Problem | None:
    """What went wrong with the last automatic backup: nobody was there to be told."""
    kept = store.setting(TROUBLE)
    if not kept:
        return None
    told = json.loads(kept)
    code = BackupNotice.BACKUP_FOLDER_GONE if "instead" in told else BackupNotice.BACKUP_FAILED
    return Problem(code, told, Severity.WARN)


def _into(store: Store, folder: Path, at: datetime, device: str, progress: Progress) -> BackupInfo:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise fault_of(error, folder) from error
    while (file := folder / f"laborclerk-{at:%Y%m%d-%H%M%S}-{device}{SUFFIX}").exists():
        at += timedelta(seconds=1)  # never over an older one
    return backup(store, file, progress)


def state(store: Store) -> BackupState:
    """What the status line shows. Tells what went wrong on closing; else reminds when nothing has
    left the machine for a week, counted from the first entry when nothing ever has."""
    if store.on_server:
        return BackupState(None, None, None)
    last, left = (int(store.setting(key) or 0) or None for key in (LAST, LEFT_MACHINE))
    with store.read() as session:
        first = session.scalar(sa.select(sa.func.min(Act.at)))
    reminder = _trouble(store)
    since = left or first
    age = store.clock.wall() - since if since is not None else 0
    if age < -DAY:  # noted under a wrong clock: when that was, nobody knows
        age = REMIND_AFTER + 1
    if reminder is None and age > REMIND_AFTER:
        reminder = Problem(BackupNotice.BACKUP_NOT_AWAY, {"days": age // DAY}, Severity.WARN)
    return BackupState(last, left, reminder)


def leaves_machine(store: Store, folder: Path) -> bool:
    """Whether `folder` is on another drive than the store."""
    try:
        return folder.resolve().stat().st_dev != store.folder.resolve().stat().st_dev
    except OSError:
        return False


def _end(store: Store) -> tuple[int, int, str]:
    """This device's incarnation, which counts its entries anew, its last sequence and its name."""
    with store.read() as session:
        own = session.get_one(Device, 0)
    return own.incarnation, own.last_seq, show_id(own.device)


def _remember(store: Store, info: BackupInfo) -> None:
    store.set_setting(LAST, str(info.made_at))
    if leaves_machine(store, info.file.parent):
        store.set_setting(LEFT_MACHINE, str(info.made_at))


def _of_station(folder: Path, device: str) -> dict[datetime, Path]:
    """The automatic backups of this device in `folder` by their time."""
    found: dict[datetime, Path] = {}
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            match = _NAME.fullmatch(path.name)
            if match and match[2] == device:
                with contextlib.suppress(ValueError):
                    found[datetime.strptime(match[1], "%Y%m%d-%H%M%S")] = path
    return found


def _prune(folder: Path, device: str, now: datetime) -> tuple[Path, ...]:
    known = _of_station(folder, device)
    removed = []
    for stamp in sorted(known.keys() - to_keep(known, now)):
        with contextlib.suppress(OSError):
            known[stamp].unlink()
            removed.append(known[stamp])
    return tuple(removed)
