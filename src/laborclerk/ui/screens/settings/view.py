"""The settings' frame: pages named on the left, one of them on the right."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QStackedWidget,
    QWidget,
)

from laborclerk.printing.document import Document
from laborclerk.ui.drives import ListDrives
from laborclerk.ui.kit.drives import list_drives
from laborclerk.ui.kit.files import ask_save
from laborclerk.ui.kit.page import Page, button, label
from laborclerk.ui.kit.preview import show_document
from laborclerk.ui.kit.small import Scroller
from laborclerk.ui.kit.work import WorkStrip
from laborclerk.ui.screens.settings.backup_page import BackupPage
from laborclerk.ui.screens.settings.clerks_page import ClerksPage
from laborclerk.ui.screens.settings.lists_page import ListsPage
from laborclerk.ui.screens.settings.look_page import LookPage
from laborclerk.ui.screens.settings.notices_page import NoticesPage
from laborclerk.ui.screens.settings.presenter import (
    BACKUPS,
    CLERKS,
    LISTS,
    LOOK,
    NOTICES,
    ROUNDS,
    TITLES,
    SettingsPresenter,
)
from laborclerk.ui.screens.settings.rounds_page import RoundsPage
from laborclerk.ui.station import Station

_WIDTH = 128
_PAGE_KEYS = ("Ins", "Ctrl+S", "Ctrl+Return")


class LogPage(Page):
    """The program's log: what somebody who helps on the phone asks for."""

    def __init__(self, presenter: SettingsPresenter, parent: QWidget | None = None) -> None:
        super().__init__("运行记录", parent)
        self.presenter = presenter
        self.work = WorkStrip(presenter.saving)
        self.text = QPlainTextEdit(presenter.about())
        self.text.setReadOnly(True)
        self.text.setFixedHeight(64)
        self.side.addWidget(button("导出运行记录…", self._save))
        told = (
            "程序出了差错、或要请人帮忙时,导出运行记录发给他。里面只有做了什么、几条、"
            "用了多久,没有姓名、号码、电话和任何登记内容。"
        )
        self.body.addWidget(label(told, wrap=True))
        self.body.addWidget(self.text)
        self.body.addStretch(1)
        self.body.addWidget(self.work)

    def changed(self) -> None:
        """Show how saving ended."""
        self.work.refresh()

    def _save(self) -> None:
        out = ask_save(self, "运行记录存到哪里", "文本 (*.txt)", Path.home() / "运行记录.txt")
        if out is not None:
            self.presenter.save_log(out)


SettingsPage = RoundsPage | NoticesPage | ListsPage | ClerksPage | LookPage | BackupPage | LogPage


class SettingsScreen(QWidget):
    """All settings. `restore` closes the station and brings a backup back."""

    def __init__(
        self,
        station: Station,
        restore: Callable[[Path], object] | None = None,
        drives: ListDrives = list_drives,
        *,
        look_folder: Path | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.presenter = SettingsPresenter(station, self, drives, look_folder=look_folder)
        self._restore, self._station = restore, station
        self._built: dict[int, SettingsPage] = {}
        self.names = QListWidget()
        self.names.setFrameShape(QFrame.Shape.NoFrame)
        self.names.setFixedWidth(_WIDTH)
        self.names.ensurePolished()  # before a line is asked how high it is
        self.stack = QStackedWidget()
        for title in TITLES:
            self.names.addItem(title)
            self.stack.addWidget(QWidget())
        self.names.setCurrentRow(0)
        self.names.currentRowChanged.connect(self._turn)
        self.names.itemActivated.connect(lambda _: self._into_page())
        for keys in ("Right", *_PAGE_KEYS):  # the page's own keys work from its name, too
            shortcut = QShortcut(QKeySequence(keys), self.names)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(partial(self._into_page, keys))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.names)
        row.addWidget(self.stack, 1)
        self.setFocusProxy(self.names)
        # frame and page are built in a turn each
        QTimer.singleShot(0, self, lambda: self._turn(self.names.currentRow()))

    def page(self, at: int) -> SettingsPage:
        """A page, built when it is first turned to."""
        found = self._built.get(at)
        if found is None:
            room = Scroller()
            old = self.stack.widget(at)
            self.stack.insertWidget(at, room)
            found = self._built[at] = self._build(TITLES[at], room.viewport())
            room.setWidget(found)
            self.stack.removeWidget(old)
            old.deleteLater()
        return found

    def _build(self, title: str, room: QWidget) -> SettingsPage:
        p = self.presenter
        if title == ROUNDS:
            return RoundsPage(p.rounds, room)
        if title == NOTICES:
            return NoticesPage(p.notices, room)
        if title == LISTS:
            return ListsPage(p.lists, room)
        if title == CLERKS:
            return ClerksPage(p.clerks, self._show_sheet, room)
        if title == LOOK:
            return LookPage(p, room)
        return BackupPage(p.backups, self._restore, room) if title == BACKUPS else LogPage(p, room)

    def _show_sheet(self, sheet: Document) -> None:
        taken = self.presenter.clerks.sheet_taken
        show_document(self, self._station.runner, sheet, "恢复单", taken)

    def current(self) -> QWidget:
        """The page one sees."""
        return self.page(self.stack.currentIndex())

    def page_changed(self, title: str) -> None:
        """Show a page anew if it is the one that is seen."""
        at = TITLES.index(title)
        if self._built and at == self.stack.currentIndex():
            self.page(at).changed()

    def open_page(self, name: str) -> None:
        """Go to a page by its title."""
        found = self.names.findItems(name, Qt.MatchFlag.MatchExactly)
        if found:
            self.names.setCurrentItem(found[0])

    def _into_page(self, keys: str = "") -> None:
        """The cursor to the page's first field or list; then what a key of the page does."""
        page = self.current()
        inside = page.nextInFocusChain()
        while inside is not None and inside is not page and page.isAncestorOf(inside):
            takes = bool(inside.focusPolicy() & Qt.FocusPolicy.TabFocus)
            if takes and inside.isVisibleTo(page) and not isinstance(inside, QPushButton):
                inside.setFocus()
                break
            inside = inside.nextInFocusChain()
        for shortcut in page.findChildren(QShortcut):
            if keys and shortcut.key() == QKeySequence(keys):
                shortcut.activated.emit()

    def _turn(self, at: int) -> None:
        if at >= 0:
            self.page(at)
            self.stack.setCurrentIndex(at)
            self.page_changed(TITLES[at])
