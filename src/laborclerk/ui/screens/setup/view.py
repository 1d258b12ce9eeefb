"""The wizard's frame: where one is, the page, what went wrong, back and on. Keyboard only."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QIcon, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from laborclerk.kernel.resources import resource
from laborclerk.ui.doors import Doors
from laborclerk.ui.jobs import Runner
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.page import button, label
from laborclerk.ui.kit.work import WorkStrip
from laborclerk.ui.screens.setup.pages import KindPage, RoundPage, SheetPage, WhoPage
from laborclerk.ui.screens.setup.parts import StepsRow, WizardPage
from laborclerk.ui.screens.setup.place_page import PlacePage
from laborclerk.ui.screens.setup.presenter import SetupPresenter, Step
from laborclerk.ui.screens.setup.restore_page import RestorePage

if TYPE_CHECKING:
    from laborclerk.store.store import Store

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_WIDTH, _HEIGHT = 920, 520


class SetupScreen(QWidget):
    """First start. `opened` gets the open store. With `left` it only brings a backup back in place
    of a damaged store, and going back calls `left`. Before the window closes the shell asks
    `presenter.question` and then calls `presenter.abandon()`."""

    def __init__(
        self,
        folder: Path,
        doors: Doors,
        runner: Runner,
        opened: Callable[[Store], None],
        left: Callable[[], None] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.presenter = SetupPresenter(folder, doors, runner, self, opened, left)
        p = self.presenter
        last = RoundPage(p)
        self.later = last.later
        self.pages: dict[Step, WizardPage] = {
            Step.KIND: KindPage(p), Step.PLACE: PlacePage(p), Step.WHO: WhoPage(p),
            Step.SHEET: SheetPage(p), Step.ROUND: last, Step.RESTORE: RestorePage(p),
        }  # fmt: skip
        self._painted = False
        self._build()
        self.changed()

    def _build(self) -> None:
        unit = theme.GRID
        icon = QLabel()
        icon.setPixmap(QIcon(str(resource("icons", "laborclerk-64.png"))).pixmap(24, 24))
        self.title = label(title=True)
        self.steps = StepsRow()
        policy = self.steps.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # the title stays beside the icon
        self.steps.setSizePolicy(policy)
        head = QHBoxLayout()
        head.setSpacing(2 * unit)
        head.addWidget(icon)
        head.addWidget(self.title)
        head.addWidget(self.steps, 1)
        inside = QWidget()
        self._stack = QVBoxLayout(inside)
        self._stack.setContentsMargins(4 * unit, 3 * unit, 4 * unit, 3 * unit)
        for page in self.pages.values():
            page.hide()
            page.wanted.connect(self._next)
            self._stack.addWidget(page)
        scroll = QScrollArea()
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll = scroll
        card = QFrame()
        card.setObjectName("card")
        inside.setObjectName("inside")
        t = theme.tokens()
        card.setStyleSheet(
            f"#card {{ background: {t.surface}; border: 1px solid {t.line}; border-radius: 4px; }}"
            f"#inside, QScrollArea {{ background: {t.surface}; }}"
            f"QListWidget::item {{ min-height: {theme.row_height() - unit}px; padding-left: 4px; }}"
        )
        filled = QVBoxLayout(card)
        filled.setContentsMargins(1, 1, 1, 1)
        filled.addWidget(scroll)
        self.strip = WorkStrip(self.presenter.work)
        self.hint = label(small=True)
        self.hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.back = button("上一步 (Esc)", self.presenter.back)
        self.main = button("下一步", self._next, main=True)
        foot = QHBoxLayout()
        foot.setSpacing(2 * unit)
        foot.addWidget(self.hint, 1)
        for one in (self.back, self.later, self.main):
            foot.addWidget(one)
        holder = QWidget()
        holder.setMaximumSize(_WIDTH, _HEIGHT)
        middle = QVBoxLayout(holder)
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(2 * unit)
        middle.addLayout(head)
        middle.addWidget(card, 1)
        middle.addWidget(self.strip)
        middle.addLayout(foot)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(4 * unit, 2 * unit, 4 * unit, 2 * unit)
        whole.addWidget(holder)

    # -- what the presenter says ---------------------------------------------------------------

    def changed(self) -> None:
        p = self.presenter
        for step, page in self.pages.items():
            page.setVisible(step is p.step)
        page = self.pages[p.step]
        page.refresh()
        steps = p.steps()
        self.steps.setVisible(len(steps) > 1)
        self.steps.show_steps([s.value for s in steps], steps.index(p.step))
        self.title.setText(page.title)
        self.hint.setText(page.hint)
        self.strip.refresh()
        self.main.setText(page.main)
        self.main.setEnabled(not p.work.running)
        self.back.setVisible(p.can_go_back)
        self.later.setVisible(p.step is Step.ROUND)

    def start(self) -> None:
        self.changed()
        for step, page in self.pages.items():
            page.start() if step is self.presenter.step else page.left()
        self._scroll.verticalScrollBar().setValue(0)
        self._scroll.ensureWidgetVisible(QApplication.focusWidget() or self, 0, theme.GRID)

    # -- what the clerk does -------------------------------------------------------------------

    def _next(self) -> None:
        self.pages[self.presenter.step].next()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER:
            at = self.focusWidget()
            if isinstance(at, QPushButton):
                at.click()
            else:
                self.pages[self.presenter.step].enter(at)
        elif event.key() == Qt.Key.Key_Escape:
            self.presenter.back()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            self.start()
            QTimer.singleShot(0, self, self.presenter.warm_up)
