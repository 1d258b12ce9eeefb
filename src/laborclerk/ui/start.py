"""From nothing to a working window: application and look, then wizard or login, then the shell.

Nothing heavy is imported before the first paint: the store and its libraries come in the worker.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLibraryInfo, QLocale, QSize, QTimer, QTranslator
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from laborclerk.kernel.progress import Progress
from laborclerk.kernel.resources import resource
from laborclerk.store.files import settle
from laborclerk.ui import look
from laborclerk.ui.jobs import WindowRunner
from laborclerk.ui.kit import theme
from laborclerk.ui.runner import WorkerRunner

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent

    from laborclerk.store.store import Store


_SCREENS = (
    "coverage", "households", "census", "places", "frame", "groups", "sheets", "papers",
    "exchange", "conflicts", "duplicates", "work", "demand", "fairs", "dispatch", "handbook",
    "reports", "settings", "help",
)  # fmt: skip
# plain modules, loaded by the worker while a password is typed …
_PLAIN = (
    "laborclerk.ui.station", "laborclerk.store.autobackup", "laborclerk.sync.exchange",
    *(f"laborclerk.ui.screens.{name}.presenter" for name in _SCREENS),
)  # fmt: skip
# … and after them those with Qt, one a turn: Qt's own loading is for the window's thread alone
# (the large ones before those that need them)
_VIEWS = (
    "laborclerk.ui.kit.choice_list", "laborclerk.ui.kit.fields", "laborclerk.ui.find_box",
    "laborclerk.ui.shell", "laborclerk.ui.kit.table", "laborclerk.ui.kit.chart",
    "laborclerk.ui.kit.grid", "laborclerk.ui.screens.census.panels", "laborclerk.ui.kit.preview",
    *(f"laborclerk.ui.screens.{name}.view" for name in _SCREENS),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Doors:
    """How stations are made and opened: handed in by the composition root."""

    create: Callable[..., tuple[Store, str]]
    open: Callable[[Path, Any], Store]


def application(argv: list[str] | None = None) -> QApplication:
    """The application with its look; scale and input method are settled before Qt starts."""
    kept = look.load()
    if kept.scale and "QT_SCALE_FACTOR" not in os.environ:
        os.environ["QT_SCALE_FACTOR"] = str(kept.scale / 100)
    if os.environ.get("QT_IM_MODULE", "").startswith("fcitx") and not _has_fcitx():
        # the wheel brings ibus only; fcitx5 answers its protocol, so Chinese typing works
        os.environ["QT_IM_MODULE"] = "ibus"
    # the style is named here: a style object in Python's hands costs the login window a tenth
    app = QApplication([*(argv or sys.argv[:1]), "-style", "Fusion"])
    app.setApplicationName("laborclerk")
    app.setApplicationDisplayName("劳动力资源台账")
    QLocale.setDefault(QLocale(QLocale.Language.Chinese, QLocale.Country.China))
    translator = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load("qtbase_zh_CN", folder):
        app.installTranslator(translator)
    theme.load_fonts()
    theme.apply(app, kept.theme, large=kept.large)
    icon = resource("icons", "laborclerk.svg")
    app.setWindowIcon(QIcon(str(icon.with_name("laborclerk-256.png"))))
    return app


def _load(module: str) -> None:
    """What is loaded stays: looking through it again for garbage, as Python does now and then
    while it loads, would hold the loop for a tenth of a second."""
    if module not in sys.modules:
        import_module(module)
        gc.freeze()


def _load_plain(_progress: Progress) -> None:
    for module in _PLAIN:
        _load(module)
    from laborclerk.catalog.pinyin import text_initials

    text_initials("")  # reads its table, which the first list of codes waits for


def _has_fcitx() -> bool:
    plugins = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath))
    return any(plugins.glob("platforminputcontexts/*fcitx*"))


class _Frame(QMainWindow):
    """The window of wizard and login; one that holds an unfinished station asks before it goes."""

    def __init__(self, screen: QWidget, runner: WindowRunner) -> None:
        super().__init__()
        self._runner = runner
        self.setWindowTitle("劳动力资源台账")
        self.setCentralWidget(screen)
        self.resize(QSize(1366, 728).boundedTo(self.screen().availableSize()))

    def closeEvent(self, event: QCloseEvent) -> None:
        presenter = getattr(self.centralWidget(), "presenter", None)
        question = str(getattr(presenter, "question", ""))
        if question and self.isVisible():
            from laborclerk.ui.kit.ask import agreed  # form fields: not before the first paint

            if not agreed(self, "离开", question, "仍要离开"):
                event.ignore()
                return
        if presenter is not None and hasattr(presenter, "abandon"):
            presenter.abandon()
        self._runner.end()
        super().closeEvent(event)


class Window:
    """Which window is open now: the wizard, the login, or the shell of a station."""

    def __init__(
        self, folder: Path, doors: Doors, behind: Callable[[], None] | None = None
    ) -> None:
        self.folder = folder
        self._behind = behind  # what else is begun in the worker when the first window is up
        self.doors = doors
        self.runner = WorkerRunner(self._trouble)
        self.current: QWidget | None = None

    def begin(self, password: str | None = None) -> None:
        """The wizard for an empty folder, else the login; a password given opens at once."""
        made = settle(self.folder)
        if made and password is not None:
            from laborclerk.store.store import by_password

            self._enter(self.doors.open(self.folder, by_password("", password)))
        elif made:
            self._show_login()
        else:
            self._show_setup()

    def _show_login(self) -> None:
        from laborclerk.ui.screens.login.view import LoginScreen

        runner = WindowRunner(self.runner)
        screen = LoginScreen(self.folder, self.doors, runner, self._enter, self._bring_back)
        self._show(screen, runner)

    def _show_setup(self) -> None:
        from laborclerk.ui.screens.setup.view import SetupScreen

        runner = WindowRunner(self.runner)
        self._show(SetupScreen(self.folder, self.doors, runner, self._enter), runner)

    def _bring_back(self, file: Path | None = None) -> None:
        """The wizard's page that restores a backup; going back leads to the login."""
        from laborclerk.ui.screens.setup.view import SetupScreen

        runner = WindowRunner(self.runner)
        screen = SetupScreen(self.folder, self.doors, runner, self._enter, self._show_login)
        self._show(screen, runner)
        if file is not None:
            screen.presenter.look_into(file)

    def _restore(self, file: Path) -> None:
        """Close the station (its worker backs it up first), then restore the file."""
        self._bring_back(file)

    def _show(self, screen: QWidget, runner: WindowRunner) -> None:
        window = _Frame(screen, runner)
        self._replace(window)
        QTimer.singleShot(150, window, self._prepare)  # after the first paint

    def _prepare(self) -> None:
        """Load what comes after the first window while somebody looks at it."""

        def work(progress: Progress) -> None:
            behind, self._behind = self._behind, None
            if behind is not None:
                behind()
            _load_plain(progress)

        self.runner.run(work, lambda _: self._load_next(_VIEWS), key="prepare")

    def _load_next(self, modules: tuple[str, ...]) -> None:
        if modules:
            _load(modules[0])
            QTimer.singleShot(10, partial(self._load_next, modules[1:]))

    def _enter(self, store: Store) -> None:
        def work(progress: Progress) -> tuple[Any, Any]:
            _load_plain(progress)
            from laborclerk.ui.station import look

            return look(store)

        def done(found: tuple[Any, Any]) -> None:
            from laborclerk.ui.shell import Shell
            from laborclerk.ui.station import Station

            station = Station(store, self.runner, *found)
            shell = Shell(station, closing=lambda p: self._close(store, p), restore=self._restore)
            shell.settled.connect(gc.freeze)  # the screens stay, too
            self._replace(shell)

        self.runner.run(work, done)

    def _close(self, store: Store, progress: Progress) -> None:
        from laborclerk.store.autobackup import automatic

        try:
            automatic(store, progress)
        finally:
            store.close()

    def _replace(self, window: QMainWindow) -> None:
        old, self.current = self.current, window
        window.show()
        theme.load_rare_font_later(window)
        if old is not None:
            old.close()
            old.deleteLater()

    def _trouble(self, error: BaseException) -> None:
        from laborclerk.ui.trouble import show_trouble

        show_trouble(self.current, self.folder, error)


def run(
    folder: Path,
    doors: Doors,
    password: str | None = None,
    behind: Callable[[], None] | None = None,
) -> int:
    """Open the window on a station's folder → exit status. `behind` is called once, in the worker,
    when the first window is up."""
    app = application()
    window = Window(folder, doors, behind)
    window.begin(password)
    status = app.exec()
    window.runner.close()
    return status
