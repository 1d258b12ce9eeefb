"""The settings as a whole: pages, words, the log; each page's own state lies beside."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Protocol

from laborclerk.features.registry.places import GROUP_WORDS, WORD
from laborclerk.kernel import log
from laborclerk.kernel.errors import fault_of
from laborclerk.kernel.progress import Progress
from laborclerk.store.folders import log_folder
from laborclerk.ui.drives import ListDrives
from laborclerk.ui.jobs import Way
from laborclerk.ui.longwork import Ended, LongWork
from laborclerk.ui.look import Look
from laborclerk.ui.look import load as load_look
from laborclerk.ui.look import save as save_look
from laborclerk.ui.screens.settings.backups import Backups
from laborclerk.ui.screens.settings.clerks import Clerks
from laborclerk.ui.screens.settings.lists import Lists
from laborclerk.ui.screens.settings.notices import Notices
from laborclerk.ui.screens.settings.rounds import Rounds
from laborclerk.ui.station import Station

ROUNDS, NOTICES, LISTS, CLERKS = "调查轮次", "告知用语", "代码表", "录入员"
LOOK, BACKUPS, LOG = "外观与用语", "备份与恢复", "运行记录"
TITLES = (ROUNDS, NOTICES, LISTS, CLERKS, LOOK, BACKUPS, LOG)


class View(Protocol):
    """What the presenter says to the screen."""

    def page_changed(self, title: str) -> None:
        """Something on one page changed: show it anew if it is seen."""


class SettingsPresenter:
    """Holds the pages; looks are this computer's, words and backups the station's."""

    def __init__(
        self,
        station: Station,
        view: View,
        list_drives: ListDrives,
        *,
        look_folder: Path | None = None,
    ) -> None:
        store, runner = station.store, station.runner
        self.station, self.view = station, view
        self.rounds = Rounds(store, runner, partial(view.page_changed, ROUNDS))
        self.notices = Notices(store, runner, partial(view.page_changed, NOTICES))
        self.lists = Lists(
            store, runner, partial(view.page_changed, LISTS), is_county=station.is_county
        )
        self.clerks = Clerks(store, runner, partial(view.page_changed, CLERKS))
        backups_changed = partial(view.page_changed, BACKUPS)
        self.backups = Backups(store, runner, list_drives, backups_changed)
        self.saving = LongWork(runner, partial(view.page_changed, LOG))
        self.word = GROUP_WORDS[0]
        self._look_folder = look_folder
        self.look = load_look(look_folder)

    def load(self) -> None:
        """Read every page anew."""
        self.rounds.refresh()
        self.clerks.refresh()
        self.backups.refresh()
        self.notices.refresh()
        self.lists.refresh()
        store = self.station.store

        def done(word: str) -> None:
            self.word = word
            self.view.page_changed(LOOK)

        self.station.runner.run(
            lambda _p: store.setting(WORD, GROUP_WORDS[0]), done, way=Way.LOOK, key=WORD
        )

    def set_look(self, look: Look) -> None:
        """Keep how the window looks; the view puts it in force."""
        self.look = look
        save_look(look, self._look_folder)
        self.view.page_changed(LOOK)

    def set_word(self, word: str) -> None:
        """What groups are called here: 组 or 社."""
        store = self.station.store

        def done(_: None) -> None:
            self.word = self.station.tree.word = word
            self.view.page_changed(LOOK)
            self.station.runner.changed(None)

        self.station.runner.run(lambda _p: store.set_setting(WORD, word), done)

    def save_log(self, out: Path) -> None:
        """Write the log where the clerk wants it: it names nobody."""

        def work(_progress: Progress) -> None:
            try:
                out.write_text(log.collect(log_folder()), "utf-8")
            except OSError as error:
                raise fault_of(error, out) from error

        self.saving.run(
            "导出运行记录",
            work,
            lambda _: Ended(f"运行记录已存到 {out},里面没有个人信息"),
            way=Way.LONG_READ,
        )

    def about(self) -> str:
        """Version and system in one line."""
        return log.about()
