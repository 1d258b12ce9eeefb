"""The main window of an open station: navigation left, the screen in the middle, status below.

The screens are one explicit list; they do not know each other, the shell takes the clerk from one
to another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QSize, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLineEdit,
    QMainWindow,
    QPlainTextEdit,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from laborclerk.kernel.progress import Progress
from laborclerk.ui.draft_strip import DraftStrip
from laborclerk.ui.find_box import FindBox
from laborclerk.ui.jobs import Touched, Way, WindowRunner, touches
from laborclerk.ui.key_acts import field_key, print_form, take_back
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.page import Page
from laborclerk.ui.kit.small import Elided, Scroller
from laborclerk.ui.navigation import SCREENS, Place
from laborclerk.ui.navigation_list import NavigationList
from laborclerk.ui.station import Station, look
from laborclerk.ui.status_line import KEYS, StatusLine
from laborclerk.ui.trouble import show_trouble


class Shell(QMainWindow):
    """The window of one open station. `closing` is run in the worker when it closes (backup);
    `restore` closes the station and brings back the backup in a file. `settled` comes once, when
    all screens are built."""

    settled = Signal()

    def __init__(
        self,
        station: Station,
        screens: Sequence[Place] = SCREENS,
        closing: Callable[[Progress], object] | None = None,
        restore: Callable[[Path], object] | None = None,
    ) -> None:
        super().__init__()
        self._runner = WindowRunner(station.runner)
        self.station = station = replace(station, runner=self._runner)
        self.restore = restore
        self._closing = closing
        self._places = screens
        self._built: dict[str, QWidget] = {}
        self._at: dict[str, int] = {}  # where a screen lies in the stack
        self._form: Any = None
        self._came_from = "home"
        self.setWindowTitle(f"劳动力资源台账 · {station.name}")
        self.resize(QSize(1366, 728).boundedTo(self.screen().availableSize()))
        self._build()
        self._actions()
        station.runner.on_change(self._changed)
        self.go("home")
        self.status_line.refresh()
        self._warm()
        self.strip.refresh()
        self.navigation.recount()

    # -- building ------------------------------------------------------------------------------

    def _build(self) -> None:
        self.navigation = NavigationList(self.station, self._places)
        self.navigation.gone.connect(self.go)
        self.navigation.itemClicked.connect(self._clicked)
        self.navigation.given_up.connect(self._to_screen)
        self.find_box = FindBox(
            self.station,
            lambda household, person: self.open_household(household, person, ()),
            self._to_screen,
        )
        self.stack = QStackedWidget()
        top = QHBoxLayout()
        top.setContentsMargins(12, 8, 12, 0)
        top.setSpacing(12)
        self.message = Elided(muted=True)
        top.addWidget(self.message, 1)
        top.addWidget(self.find_box)
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        self.strip = DraftStrip(
            self.station,
            lambda household: self.open_household(household, None, (), with_draft=True),
            lambda: self.in_form,
        )
        strips = QVBoxLayout()
        strips.setContentsMargins(12, 4, 12, 0)
        strips.addWidget(self.strip)
        right.addLayout(top)
        right.addLayout(strips)
        right.addWidget(self.stack, 1)
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.navigation)
        row.addLayout(right, 1)
        self.setCentralWidget(whole)
        self.status = {key: Elided() for key in KEYS}
        self.status_line = StatusLine(self.station, self.status)
        bar = self.statusBar()
        bar.setSizeGripEnabled(False)
        for key, label in self.status.items():
            theme.restyle(label, small=True)
            bar.addWidget(label, 1 if key == "round" else 0)
        self.status["round"].setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def _actions(self) -> None:
        for keys, act in (
            ("Ctrl+K", self._find_anyone),
            ("Ctrl+N", self.new_household),
            ("F5", self.refresh),
            ("F1", self.help),
            ("Ctrl+P", self._print),
            ("Esc", self._escape),
        ):
            self._bind(QKeySequence(keys), act)
        self._bind(QKeySequence(QKeySequence.StandardKey.Undo), lambda: self._take_back("undo"))
        self._bind(QKeySequence("Ctrl+Y"), lambda: self._take_back("redo"))
        for number, place in enumerate(self._places[:9], 1):
            self._bind(QKeySequence(f"Ctrl+{number}"), partial(self.go, place.key))
        self._bind(QKeySequence("Ctrl+0"), self.navigation.setFocus)

    def _bind(self, keys: QKeySequence, act: Callable[[], object]) -> None:
        shortcut = QShortcut(keys, self)
        shortcut.activated.connect(lambda: act())
        shortcut.activatedAmbiguously.connect(partial(self._screens_own, keys))

    def _screens_own(self, keys: QKeySequence) -> None:
        """A key that the screen has as well is the screen's."""
        screen = self.current()
        if isinstance(screen, Page):
            screen.press(keys)

    # -- where the clerk is --------------------------------------------------------------------

    def go(self, key: str) -> None:
        """Show a screen of the navigation."""
        self.navigation.mark(key)
        screen = self._screen(key)
        self.stack.setCurrentIndex(self._at[key])
        self._came_from = key
        presenter = getattr(screen, "presenter", None)
        if presenter is not None and hasattr(presenter, "load"):
            presenter.load()
        screen.setFocus()

    def _clicked(self) -> None:
        if self.in_form:  # the marked entry: it did not change
            self.go(self.navigation.key)

    def open_household(
        self,
        household: int,
        person: int | None,
        queue: Sequence[int],
        *,
        with_draft: bool = False,
    ) -> None:
        """Open a household's form, at a person if one is named; back leads to where one was."""
        self.strip.hide()
        form = self._household_form()
        form.presenter.open(household, queue, person, with_draft=with_draft)
        self._show_form()

    def open_work(self, person: int) -> None:
        """Go to the work register at one person, whatever list she is on."""
        self.go("work")
        screen: Any = self._built["work"]
        screen.presenter.show_person(person)

    def import_sheet(self, kind: str) -> None:
        """Go to the sheets and begin to import one of this kind."""
        self.go("sheets")
        screen: Any = self._built["sheets"]
        screen.begin(kind)

    def print_batch(self, paper: str, batch: int) -> None:
        """Go to the papers and preview one of a batch."""
        self.go("papers")
        screen: Any = self._built["papers"]
        screen.presenter.open_batch(paper, batch)

    def new_batch(self, post: int) -> None:
        """Go to dispatch and begin a batch of people for a post."""
        self.go("dispatch")
        screen: Any = self._built["dispatch"]
        screen.presenter.entering.for_post(post)

    def new_household(self, place: int | None = None) -> None:
        """An empty form."""
        if self.station.round is None:
            self.say("还没有调查轮次。请先到“设置”里新建一轮")
            return
        self.strip.hide()
        form = self._household_form()
        form.presenter.new(place)
        self._show_form()

    def _show_form(self) -> None:
        """The form belongs to 入户, from wherever it was opened."""
        self.stack.setCurrentWidget(self._form)
        self.navigation.mark("households")

    def _household_form(self) -> Any:
        if self._form is None:
            from laborclerk.ui.screens.census.view import CensusView

            self._form = CensusView(self.station, self._left_form, self.open_work, self.stack)
            self.stack.addWidget(self._form)
        return self._form

    def _warm(self) -> None:
        """Build the other screens behind the home screen, one a turn, so that all open at once."""

        def tab() -> None:
            if self._household_form().pages.build_one():
                waiting.append(tab)

        waiting: list[Callable[[], object]] = [self._household_form]
        waiting += [partial(self._screen, place.key) for place in self._places]
        waiting.append(tab)

        def build() -> None:
            waiting.pop(0)()
            if waiting:
                QTimer.singleShot(20, self, build)
            else:
                self.settled.emit()

        QTimer.singleShot(200, self, build)

    def _screen(self, key: str) -> QWidget:
        """The screen of this key, built when it is first asked for."""
        if key not in self._built:
            place = next(p for p in self._places if p.key == key)
            room = Scroller()  # in its place first: what is moved is styled anew, part by part
            self._at[key] = self.stack.addWidget(room)
            self._built[key] = place.build(self, room.viewport())
            room.setWidget(self._built[key])
        return self._built[key]

    def _left_form(self) -> None:
        self.go(self._came_from)
        self.strip.refresh()

    def current(self) -> QWidget | None:
        """The screen one sees."""
        shown = self.stack.currentWidget()
        return shown.widget() if isinstance(shown, Scroller) else shown

    @property
    def in_form(self) -> bool:
        """Whether the household form is what one sees."""
        return self._form is not None and self.stack.currentWidget() is self._form

    # -- keys ----------------------------------------------------------------------------------

    def _find_anyone(self) -> None:
        self.find_box.setFocus()
        self.find_box.selectAll()

    def refresh(self) -> None:
        """F5: read places, round and the screen anew."""

        def done(found: tuple[Any, Any]) -> None:
            self.station.tree, self.station.round = found
            self.station.runner.changed(None)

        self.station.runner.run(lambda _: look(self.station.store), done, way=Way.LOOK, key="look")

    def help(self) -> None:
        """F1: the manual at what one sees: the screen, and the field the cursor is in."""
        screen = "census" if self.in_form else self._came_from
        field = field_key(QApplication.focusWidget())
        self.go("help")
        shown: Any = self._built["help"]
        shown.explain(screen, field)

    def _print(self) -> None:
        """Ctrl+P: the form one is in, what a screen prints itself, the list on the home screen, the
        month's reports of the groups, or whatever is chosen."""
        if self.in_form:
            state = self._form.presenter.state
            if state is not None:
                print_form(self, self.station, state)
            return
        own = getattr(self.current(), "print_now", None)
        if own is not None:
            own()
            return
        home: Any = self._built.get("home") if self._came_from == "home" else None
        listed = home.presenter.shown if home is not None else None
        groups: Any = self._built.get("groups") if self._came_from == "groups" else None
        self.go("papers")
        papers: Any = self._built["papers"]
        if listed is not None:
            papers.presenter.open_list(listed.kind, listed.place)
        elif groups is not None:
            papers.presenter.open_collection(groups.presenter.month, groups.presenter.place)

    def _to_screen(self) -> None:
        """The cursor back to what one sees."""
        if self.in_form:
            self._form.pages.edit()
        else:
            self._escape()

    def _escape(self) -> None:
        if self.in_form:
            if not self._form.close_panel():
                self._left_form()
        else:
            screen = self.current()
            if screen is not None:
                screen.setFocus()

    def _take_back(self, which: str) -> None:
        focus = QApplication.focusWidget()
        if isinstance(focus, QLineEdit | QPlainTextEdit) and not focus.isReadOnly():
            undoable = focus.isUndoAvailable() if isinstance(focus, QLineEdit) else True
            if undoable and which == "undo":
                focus.undo()
                return
        if self.in_form and getattr(self._form, which)():
            return
        take_back(self.station, which, self.say)

    # -- status --------------------------------------------------------------------------------

    def say(self, text: str) -> None:
        """One line above the screen, for a while."""
        self.message.setText(text)
        QTimer.singleShot(6000, self.message, lambda: self._unsay(text))

    def _unsay(self, text: str) -> None:
        if self.message.text() == text:
            self.message.clear()

    def _changed(self, touched: Touched) -> None:
        if touches(touched, "place", "round"):
            self.refresh_station()
        self.status_line.refresh()
        self.navigation.recount()

    def refresh_station(self) -> None:
        """Places or the round changed: read them anew, then the screen."""

        def done(found: tuple[Any, Any]) -> None:
            changed = found[1] != self.station.round
            self.station.tree, self.station.round = found
            self.navigation.rename()
            self.status_line.refresh()
            presenter = getattr(self.current(), "presenter", None)
            if changed and presenter is not None and hasattr(presenter, "load"):
                presenter.load()

        self.station.runner.run(lambda _: look(self.station.store), done, way=Way.LOOK, key="look")

    # -- the end -------------------------------------------------------------------------------

    def trouble(self, error: BaseException) -> None:
        """What no screen took care of."""
        show_trouble(self, self.station.store.folder, error)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.ActivationChange and not self.isActiveWindow():
            self.find_box.popup.hide()
        elif event.type() == QEvent.Type.PaletteChange and hasattr(self, "navigation"):
            self.navigation.restyle()  # another theme was chosen
        super().changeEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Finish what is queued, back up, close the store: all in the worker."""
        closing, self._closing = self._closing, None
        if closing is not None:
            self.station.runner.run(closing, None, lambda error: None, way=Way.LAST)
        self._runner.end()
        super().closeEvent(event)
