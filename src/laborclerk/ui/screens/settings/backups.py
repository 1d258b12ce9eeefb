"""Backups: where they go, one now, which there are, bringing one back."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from laborclerk.kernel.errors import EnvironmentFault, Rejected
from laborclerk.kernel.progress import Progress
from laborclerk.store import autobackup
from laborclerk.store.backup import SUFFIX, BackupInfo, read_info
from laborclerk.store.rotation import DAILY, MONTHLY, WEEKLY
from laborclerk.store.store import Store
from laborclerk.ui.drives import Drive, ListDrives, place_of, size_text
from laborclerk.ui.jobs import Runner, Way
from laborclerk.ui.longwork import Ended, LongWork, told

CHOSEN = "backup.chosen"  # folders that backups were made into by hand, the latest first, as JSON
_MOST_CHOSEN = 5
KEPT = f"自动备份在退出时进行,保留最近 {DAILY} 天、{WEEKLY} 周、{MONTHLY} 个月的各一份"


@dataclass(frozen=True, slots=True)
class Facts:
    """How backups stand: the folder of automatic ones and whether it is the store's own, what the
    status line says, the files there are, latest first."""

    folder: Path
    own: bool
    away: bool
    state: autobackup.BackupState
    files: list[BackupInfo]


class Backups:
    """State and actions of the page. `changed` is called when there is something new to show."""

    def __init__(
        self, store: Store, runner: Runner, list_drives: ListDrives, changed: Callable[[], None]
    ) -> None:
        self.facts: Facts | None = None
        self.drives: list[Drive] = []
        self.work = LongWork(runner, changed)
        self._store, self._runner, self._changed = store, runner, changed
        self._list_drives = list_drives

    def refresh(self) -> None:
        """Read everything anew; plugged-in drives are looked through too."""
        store, list_drives = self._store, self._list_drives

        def work(_progress: Progress) -> tuple[list[Drive], Facts]:
            drives = list_drives()
            return drives, read_facts(store, [d.path for d in drives])

        def done(found: tuple[list[Drive], Facts]) -> None:
            self.drives, self.facts = found
            self._changed()

        self._runner.run(work, done, way=Way.LOOK, key="settings-backup")

    def file_name(self) -> str:
        """The name a backup made by hand gets."""
        at = datetime.fromtimestamp(self._store.clock.wall() / 1000)
        return f"备份-{at:%Y%m%d-%H%M}{SUFFIX}"

    def backup_now(self, folder: Path) -> None:
        """Back up into a folder; the file is read back before it counts."""
        store, file = self._store, folder / self.file_name()

        def done(info: BackupInfo) -> Ended:
            self.refresh()
            self._runner.changed({})  # no record, but the status line tells of it
            return Ended(f"已备份并核对:{self.place_of(info)},{size_text(info.size)}")

        def work(progress: Progress) -> BackupInfo:
            info = autobackup.by_hand(store, file, progress)
            _remember(store, folder)
            return info

        self.work.run("备份", work, done, way=Way.LONG_READ)

    def place_of(self, info: BackupInfo) -> str:
        """Where a backup lies, for reading."""
        return place_of(info.file, self.drives)

    def set_folder(self, folder: Path | None) -> None:
        """Where automatic backups go; None: inside the store's own folder."""
        store = self._store

        def done(_: None) -> None:
            self.work.say(Ended(f"以后自动备份到 {folder or '本站数据文件夹内'}"))
            self.refresh()

        text = str(folder) if folder else ""
        self._runner.run(lambda _p: store.set_setting(autobackup.FOLDER, text), done, self._failed)

    def _failed(self, error: BaseException) -> None:
        self.work.say(told(error))
        if self.work.ended is None:
            self._runner.fail(error)


def read_facts(store: Store, more: list[Path]) -> Facts:
    """How backups stand (in the worker); `more` are folders besides those the station knows."""
    own = store.folder / "backups"
    folder = Path(store.setting(autobackup.FOLDER) or own)
    files: dict[Path, BackupInfo] = {}
    for place in (folder, own, *more, *(m / "backups" for m in more), *chosen_folders(store)):
        for info in _infos(place):
            files[info.file] = info
    latest = sorted(files.values(), key=lambda i: i.made_at, reverse=True)
    away = autobackup.leaves_machine(store, folder)
    return Facts(folder, folder == own, away, autobackup.state(store), latest)


def chosen_folders(store: Store) -> list[Path]:
    """The folders that backups were last made into by hand; one may be gone."""
    return [Path(folder) for folder in json.loads(store.setting(CHOSEN) or "[]")]


def _remember(store: Store, folder: Path) -> None:
    known = dict.fromkeys([folder.absolute(), *chosen_folders(store)])
    store.set_setting(CHOSEN, json.dumps([str(path) for path in known][:_MOST_CHOSEN]))


def _infos(folder: Path) -> list[BackupInfo]:
    found = []
    try:
        paths = list(folder.glob(f"*{SUFFIX}"))
    except OSError:
        return []
    for path in paths:
        try:
            found.append(read_info(path))
        except (Rejected, EnvironmentFault):
            continue
    return found
