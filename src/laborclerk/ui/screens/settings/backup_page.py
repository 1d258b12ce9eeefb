"""The page of backups: one now, where automatic ones go, which there are, bringing one back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from laborclerk.kernel.clock import show_time
from laborclerk.store.backup import SUFFIX
from laborclerk.ui.drives import size_text
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.ask import agreed
from laborclerk.ui.kit.drive_list import DriveList
from laborclerk.ui.kit.files import ask_folder, ask_open
from laborclerk.ui.kit.page import Page, button, label
from laborclerk.ui.kit.table import Cell, Column, Table
from laborclerk.ui.kit.work import WorkStrip
from laborclerk.ui.screens.settings.backups import KEPT, Backups

_KINDS = f"备份文件 (*{SUFFIX})"
_RESTORE = (
    "恢复后,这份备份以后录入的内容不在其中;现在的数据改名留在旁边,不会丢。\n\n"
    "{what}\n\n程序会关闭本站,请您用做备份那天的密码登录来恢复。继续吗?"
)


class BackupPage(Page):
    """`restore` closes the station and brings the file back; None where that cannot be done."""

    def __init__(
        self,
        backups: Backups,
        restore: Callable[[Path], object] | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("备份与恢复", parent)
        self.backups = backups
        self._restore = restore
        self._folder: Path | None = None
        self.work = WorkStrip(backups.work)
        self.state = label(wrap=True)
        self.drives = DriveList()
        self.drives.chosen.connect(self._choose)
        self.now = button("备份到U盘 (Ctrl+Enter)", self._now, main=True)
        self.files = Table(
            (Column("时间", 140), Column("站点", 200), Column("大小", 80, right=True),
             Column("文件", files=True))
        )  # fmt: skip
        self.files.empty_text = "还没有备份。退出时会自动备份一份"
        self.files.opened.connect(self._bring_back)
        self.automatic = label(muted=True, wrap=True)
        self._build()

    def _build(self) -> None:
        self.side.addWidget(button("由文件恢复…", self._from_file))
        other = button("另选文件夹…", self._other)
        row = QHBoxLayout()
        row.addWidget(label("备份到哪里", strong=True), 1)
        row.addWidget(other)
        row.addWidget(self.now)
        left = QVBoxLayout()
        left.setSpacing(2 * theme.GRID)
        left.addWidget(self.state)
        left.addLayout(row)
        left.addWidget(self.drives)
        folder = QHBoxLayout()
        folder.addWidget(label("自动备份", strong=True), 1)
        folder.addWidget(button("换文件夹…", self._automatic))
        self.own = button("放回本站文件夹", lambda: self.backups.set_folder(None))
        folder.addWidget(self.own)
        left.addLayout(folder)
        left.addWidget(self.automatic)
        left.addWidget(label("已有的备份　Enter 恢复", muted=True))
        left.addWidget(self.files, 1)
        self.body.addLayout(left, 1)
        self.body.addWidget(self.work)
        self.hints.setText("↑↓ 选U盘 · Ctrl+Enter 备份 · Enter 由选中的备份恢复 · F5 刷新")
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            self.key(keys, self._now)

    def changed(self) -> None:
        """Show everything anew."""
        self.work.refresh()
        facts = self.backups.facts
        if facts is None:
            return
        paths = [d.path for d in self.backups.drives if not d.read_only]
        if self._folder is None and paths:
            self._folder = paths[0]
        self.drives.show_drives(self.backups.drives, self._folder)
        self.now.setEnabled(self._folder is not None and not self.backups.work.running)
        last, left = facts.state.last, facts.state.left_machine
        told = [
            f"上次备份 {show_time(last)}" if last else "还没有备份过",
            f"上次存到本机以外 {show_time(left)}" if left else "还没有备份存到本机以外",
        ]
        reminder = facts.state.reminder
        theme.restyle(self.state, warned=reminder is not None)
        self.state.setText(" · ".join(told) + (f"\n{reminder.text}" if reminder else ""))
        where = "本站数据文件夹内(电脑坏了就一起没了)" if facts.own else str(facts.folder)
        away = "" if facts.own or facts.away else ",与本站数据在同一个盘"
        self.automatic.setText(f"{KEPT}。\n现在备份到:{where}{away}")
        self.own.setVisible(not facts.own)
        self.files.fill(
            [
                (show_time(f.made_at), f.station, size_text(f.size),
                 Cell(self.backups.place_of(f), "muted", tip=str(f.file)))
                for f in facts.files
            ],
            [f.file for f in facts.files],
        )  # fmt: skip

    def _choose(self, folder: Path) -> None:
        self._folder = folder
        self.changed()

    def _other(self) -> None:
        folder = ask_folder(self, "备份到哪里", self._folder)
        if folder is not None:
            self._choose(folder)

    def _now(self) -> None:
        if self._folder is not None:
            self.backups.backup_now(self._folder)

    def _automatic(self) -> None:
        folder = ask_folder(self, "以后自动备份到哪里")
        if folder is not None:
            self.backups.set_folder(folder)

    def _from_file(self) -> None:
        path = ask_open(self, "选择备份", _KINDS, self._folder)
        if path is not None:
            self._bring_back(path)

    def _bring_back(self, path: Path) -> None:
        facts = self.backups.facts
        info = next((f for f in facts.files if f.file == path), None) if facts else None
        what = f"备份:{path.name}" + (f"\n时间:{show_time(info.made_at)}" if info else "")
        text = _RESTORE.format(what=what)
        if self._restore is not None and agreed(self, "恢复", text, "关闭本站并恢复"):
            self._restore(path)
