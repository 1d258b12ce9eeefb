"""Who may log in: adding, stopping, a new password, a new recovery code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from laborclerk.features.registry.papers import note_recovery_sheet, recovery_sheet
from laborclerk.kernel.progress import Progress
from laborclerk.printing.document import Document
from laborclerk.store.clerks import change_keyring
from laborclerk.store.keyring import Keyring
from laborclerk.store.store import KEYS, Store
from laborclerk.sync.ledger import station_of
from laborclerk.ui.jobs import Runner, Way
from laborclerk.ui.longwork import Ended, told


@dataclass(frozen=True, slots=True)
class ClerkLine:
    """An account of the keyring."""

    name: str
    disabled: bool
    self_: bool  # who is logged in now


class Clerks:
    """State and actions of the page. `changed` is called when there is something new to show."""

    def __init__(self, store: Store, runner: Runner, changed: Callable[[], None]) -> None:
        self.lines: list[ClerkLine] = []
        self.ended: Ended | None = None
        self.sheet: Document | None = None  # a new recovery sheet, to be printed at once
        self._store, self._runner, self._changed = store, runner, changed

    def refresh(self) -> None:
        """Read the accounts."""
        store = self._store

        def work(_progress: Progress) -> list[ClerkLine]:
            ring = Keyring.load(store.folder / KEYS)
            return [ClerkLine(n, off, n == store.clerk) for n, off in ring.clerks()]

        def done(lines: list[ClerkLine]) -> None:
            self.lines = lines
            self._changed()

        self._runner.run(work, done, way=Way.LOOK, key="settings-clerks")

    def add(self, name: str, password: str) -> None:
        """Let another clerk in."""
        key = self._store.key
        self._change(
            lambda ring: ring.add(key, name.strip(), password), "added", name.strip(),
            f"已增加录入员“{name.strip()}”",
        )  # fmt: skip

    def set_password(self, name: str, password: str) -> None:
        """Give a clerk a new password; one who was stopped may log in again."""
        key = self._store.key
        self._change(
            lambda ring: ring.set_password(key, name, password), "password", name,
            f"“{name}”的密码已换",
        )  # fmt: skip

    def disable(self, name: str) -> None:
        """Let a clerk in no more; what he entered stays under his name."""
        said = f"“{name}”已停用,他录入的内容不变"
        self._change(lambda ring: ring.disable(name), "disabled", name, said)

    def new_recovery(self) -> None:
        """A new recovery code: the old sheet is void, the new one is printed now."""
        store = self._store

        def work(_progress: Progress) -> Document:
            code = change_keyring(
                store, lambda ring: ring.new_recovery(store.key), recovery=store.clerk
            )
            return recovery_sheet(station_of(store), code, store.clerk, store.clock.today())

        def done(sheet: Document) -> None:
            self.sheet = sheet
            self.ended = Ended("恢复码已换,旧恢复单作废。请马上打印新的恢复单")
            self._changed()

        self._runner.run(work, done, self._failed)

    def sheet_shown(self) -> None:
        """The sheet is previewed: the code is not kept any longer."""
        self.sheet = None

    def sheet_taken(self, pages: int) -> None:
        """The sheet was printed or saved: the journal notes it."""
        store = self._store
        self._runner.run(lambda _p: note_recovery_sheet(store, pages))

    def _change(self, change: Callable[[Keyring], None], fact: str, name: str, said: str) -> None:
        store = self._store

        def work(_progress: Progress) -> None:
            change_keyring(store, change, **{fact: name})

        def done(_: None) -> None:
            self.ended = Ended(said)
            self.refresh()

        self._runner.run(work, done, self._failed)

    def _failed(self, error: BaseException) -> None:
        self.ended = told(error)
        self._changed()
        if self.ended is None:
            self._runner.fail(error)
