"""Logging in without a window: who, the password, and the way round a forgotten one.

Nothing of the store is imported here before somebody asks to be let in: the window is up while the
worker loads the rest (`warm_up`), which is done before a password is typed.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from laborclerk.kernel.errors import EnvironmentFault, Rejected
from laborclerk.kernel.progress import Progress
from laborclerk.store.keyring import CODE_LENGTH, FILE, Keyring, tidy_code
from laborclerk.ui import remembered
from laborclerk.ui.doors import Doors, enter
from laborclerk.ui.jobs import Runner
from laborclerk.ui.longwork import told

if TYPE_CHECKING:
    from laborclerk.store.store import Store

T = TypeVar("T")
UNLOCKING, CHECKING, SETTING = "正在开锁……", "正在核对恢复码……", "正在换密码、开锁……"
NO_PASSWORD = "请输入密码"
_BEYOND_REPAIR = {"keyring_broken", "store_unreadable", "cannot_read"}


class Stage(Enum):
    """What is asked for now: the password, the code of the recovery sheet, a new password."""

    PASSWORD = 1
    CODE = 2
    NEW = 3


class View(Protocol):
    """What the presenter tells the screen."""

    def changed(self) -> None:
        """Show everything anew."""

    def again(self) -> None:
        """What was typed did not open: the cursor back to it, all of it selected."""


class LoginPresenter:
    """State and actions. `opened` gets the open store."""

    def __init__(
        self,
        folder: Path,
        doors: Doors,
        runner: Runner,
        view: View,
        opened: Callable[[Store], None],
    ) -> None:
        self.folder = folder
        self.label = remembered.label(folder)
        self.clerks: list[str] = []
        self.clerk = ""
        self.stage = Stage.PASSWORD
        self.busy = ""  # what is being done, '' when nothing
        self.wrong = ""  # why it did not open
        self.damaged = False  # no password will open this: a backup is needed
        self._doors, self._runner, self._view, self._opened = doors, runner, view, opened
        self._key: bytes | None = None

    def load(self) -> None:
        """The clerks who may log in; the last one who did is chosen."""
        try:
            ring = Keyring.load(self.folder / FILE)
        except (Rejected, EnvironmentFault) as error:
            self._say(error)
            self._view.changed()
            return
        self.clerks = [name for name, disabled in ring.clerks() if not disabled]
        last = remembered.recall(self.folder).clerk
        self.clerk = last if last in self.clerks else next(iter(self.clerks), "")
        self._view.changed()

    def warm_up(self) -> None:
        """Load what comes after the password while it is being typed."""

        def work(_progress: Progress) -> None:
            import_module("laborclerk.ui.station")

        self._runner.run(work, key="login-warm")

    def choose(self, clerk: str) -> None:
        """Another clerk; what was said of the former's password is gone."""
        if clerk != self.clerk:
            self.clerk, self.wrong = clerk, ""
            self._view.changed()

    def typed(self) -> None:
        """Something is typed again: the refusal has been read."""
        if self.wrong and not self.damaged:
            self.wrong = ""
            self._view.changed()

    def log_in(self, password: str) -> None:
        """Try the password."""
        if self.busy or self.damaged:
            return
        if not password:
            self._refuse(NO_PASSWORD)
            return
        clerk = self.clerk

        def work(_progress: Progress) -> Store:
            return enter(self._doors, self.folder, clerk, lambda ring: ring.unlock(clerk, password))

        self._run(UNLOCKING, work, self._let_in)

    # -- a forgotten password ------------------------------------------------------------------

    def forgot(self) -> None:
        """Ask for the code of the recovery sheet."""
        if not self.busy:
            self._go(Stage.CODE)

    def back(self) -> None:
        """One step back."""
        if not self.busy and self.stage is not Stage.PASSWORD:
            self._key = None
            self._go(Stage.PASSWORD)

    @staticmethod
    def count(code: str) -> str:
        """How many characters of the code are there."""
        return f"已输入 {len(tidy_code(code))} 位,共 {CODE_LENGTH} 位"

    def check_code(self, code: str) -> None:
        """Try the code; then a new password is asked for."""
        if self.busy:
            return
        have = len(tidy_code(code))
        if have != CODE_LENGTH:
            more = f"还差 {CODE_LENGTH - have} 位" if have < CODE_LENGTH else "多了"
            self._refuse(f"恢复码共 {CODE_LENGTH} 位,现在是 {have} 位,{more}。请照恢复单核对")
            return

        def done(key: bytes) -> None:
            self._key = key
            self._go(Stage.NEW)

        self._run(CHECKING, lambda _p: Keyring.load(self.folder / FILE).recover(code), done)

    def set_password(self, password: str) -> None:
        """Give the chosen clerk this password (checked by the view) and let her in."""
        key, clerk = self._key, self.clerk
        if self.busy or key is None:
            return

        def work(_progress: Progress) -> Store:
            return enter(self._doors, self.folder, clerk, lambda _ring: key, password)

        self._run(SETTING, work, self._let_in)

    # ------------------------------------------------------------------------------------------

    def _run(self, busy: str, work: Callable[[Progress], T], done: Callable[[T], None]) -> None:
        self.busy, self.wrong = busy, ""
        self._view.changed()

        def finished(result: T) -> None:
            self.busy = ""
            done(result)

        def failed(error: BaseException) -> None:
            self.busy = ""
            self._say(error)
            self._view.changed()
            self._view.again()

        self._runner.run(work, finished, failed)

    def _let_in(self, store: Store) -> None:
        self._key = None
        self._view.changed()
        self._opened(store)

    def _go(self, stage: Stage) -> None:
        self.stage, self.wrong = stage, ""
        self._view.changed()
        self._view.again()

    def _refuse(self, text: str) -> None:
        self.wrong = text
        self._view.changed()
        self._view.again()

    def _say(self, error: BaseException) -> None:
        ended = told(error)
        if ended is None:
            self._runner.fail(error)
            return
        self.wrong = " ".join([ended.text, *ended.lines])
        problems = error.problems if isinstance(error, Rejected) else []
        if isinstance(error, EnvironmentFault):
            problems = [error.problem]
        self.damaged = any(p.code in _BEYOND_REPAIR for p in problems)
