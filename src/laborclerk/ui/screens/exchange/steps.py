"""The frame of the exchange screen, the same on both sides: a stick and the steps with it on the
left, what came and went on the right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from laborclerk.ui.drives import ListDrives
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.drive_list import DriveList
from laborclerk.ui.kit.files import ask_folder
from laborclerk.ui.kit.later import Later
from laborclerk.ui.kit.page import Page, button, label
from laborclerk.ui.kit.small import Turning
from laborclerk.ui.kit.work import WorkStrip
from laborclerk.ui.screens.exchange.lists_part import Lists
from laborclerk.ui.screens.exchange.presenter import ExchangePresenter
from laborclerk.ui.screens.exchange.reading import Facts
from laborclerk.ui.station import Station

_LOOK_EVERY = 3000  # ms between two looks for sticks while the screen is seen
_LEFT = 520


class ExchangeScreen(Page):
    """A side puts its own into `above` (what is shown in the place of the steps), `column` (the
    steps, begun with the stick) and `right`, and names its `lists`."""

    lists: Lists

    def __init__(
        self, title: str, station: Station, drives: ListDrives, parent: QWidget | None = None
    ) -> None:
        super().__init__(title, parent)
        self.presenter = ExchangePresenter(station, self, drives)
        self.work = WorkStrip(self.presenter.work)
        self.drives = DriveList()
        self.drives.chosen.connect(self.presenter.choose)
        self.notice = label(wrap=True, warned=True)
        self.since = label(muted=True, wrap=True)
        self.above, self.right = QVBoxLayout(), QVBoxLayout()
        self.steps = QWidget()
        self.column = QVBoxLayout(self.steps)
        self._build()
        self._ways = ""  # the keys of the steps
        self.setFocusProxy(self.drives)
        self.key("F5", self.presenter.load)
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_EVERY)
        self._timer.timeout.connect(self._look)

    def _build(self) -> None:
        for part in (self.above, self.column):
            part.setContentsMargins(0, 0, 0, 0)
            part.setSpacing(2 * theme.GRID)
        self.step("第一步　插上U盘", button("另选文件夹…", self._choose_folder))
        self.column.addWidget(self.drives)
        left = QWidget()
        parts = QVBoxLayout(left)
        parts.setContentsMargins(0, 0, 0, 0)
        parts.setSpacing(2 * theme.GRID)
        parts.addWidget(self.notice)
        parts.addLayout(self.above)
        parts.addWidget(self.steps, 1)
        parts.addStretch(0)
        lists = QWidget()
        self.right.setContentsMargins(0, 0, 0, 0)
        self.right.setSpacing(theme.GRID)
        lists.setLayout(self.right)
        sides = Turning()
        sides.add(left, width=_LEFT)
        sides.add(lists, 1)
        self.body.addWidget(sides, 1)
        self.body.addWidget(self.work)

    def step(self, text: str, act: QPushButton) -> None:
        """A line of the steps: what to do, and the button that does it."""
        row = QHBoxLayout()
        row.addWidget(label(text, strong=True), 1)
        row.addWidget(act)
        self.column.addLayout(row)

    def instead(self, part: Later[Any], on: bool) -> None:
        """Show a part in the place of the steps, or the steps again. What goes is hidden first, or
        the window would grow; a cursor that was in it goes to what comes."""
        focus = self.window().focusWidget()
        goes = self.steps if on else part.part if part.on else None
        held = goes is not None and goes.isAncestorOf(focus)
        if not on:
            part.show(False)
        self.steps.setVisible(not on)
        self._show_hints()
        if on:
            part.show()
        self.setFocusProxy(part.part if on else self.drives)
        if held or focus is self:
            self.setFocus()

    def main_act(self, text: str, act: Callable[[], object]) -> QPushButton:
        """The button of the second step; Ctrl+Enter presses it while the steps are seen."""
        made = button(f"{text} (Ctrl+Enter)", act, main=True)

        def press() -> None:
            if made.isEnabled() and self.steps.isVisible():
                made.click()

        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            self.key(keys, press)
        return made

    def hint(self, act: str, more: str) -> None:
        """The line of keys: what Ctrl+Enter does, and what other key there is."""
        self._ways = f"↑↓ 选U盘 · Ctrl+Enter {act} · {more} · "
        self._show_hints()

    def _show_hints(self) -> None:
        """The keys of the steps are told while they are seen."""
        seen = self._ways if self.steps.isVisibleTo(self) else ""
        self.hints.setText(f"{seen}F5 刷新 · Ctrl+C 复制表格")

    def changed(self) -> None:
        """Show everything anew."""
        presenter, facts = self.presenter, self.presenter.facts
        self.work.refresh()
        self.drives.show_drives(presenter.drives, presenter.folder)
        if facts is None:
            return
        self.lists.show_facts(facts)
        self.notice.setText(facts.keys.notice)
        self.notice.setVisible(bool(facts.keys.notice))
        self.show_facts(facts)

    def show_facts(self, facts: Facts) -> None:
        """Show what a side has for itself."""
        raise NotImplementedError

    # -- sticks --------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def _look(self) -> None:
        if not self.presenter.work.running and self.isActiveWindow():
            self.presenter.look_for_drives()

    def _choose_folder(self) -> None:
        folder = ask_folder(self, "上报文件放在哪里", self.presenter.folder)
        if folder is not None:
            self.presenter.choose(folder)
