"""The county's own code lists: out as a sheet, in again, back to the built-in one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from laborclerk.features.lists import service
from laborclerk.features.lists.service import Listed
from laborclerk.kernel.progress import Progress
from laborclerk.store.store import Store
from laborclerk.ui.jobs import Runner, Way
from laborclerk.ui.longwork import Ended, LongWork

_LATER = "下次打开程序时生效,随返还文件发到各乡镇"


class Lists:
    """State and actions of the page. `changed` is called when there is something new to show."""

    def __init__(
        self, store: Store, runner: Runner, changed: Callable[[], None], *, is_county: bool
    ) -> None:
        self.lines: list[Listed] = []
        self.is_county = is_county
        self.work = LongWork(runner, changed)
        self._store, self._runner, self._changed = store, runner, changed

    def refresh(self) -> None:
        """Read the lists."""
        store = self._store

        def done(lines: list[Listed]) -> None:
            self.lines = lines
            self._changed()

        self._runner.run(lambda _p: service.lists(store), done, way=Way.LOOK, key="settings-lists")

    def title(self, name: str) -> str:
        """What a list is called."""
        return next((line.title for line in self.lines if line.name == name), name)

    def export(self, name: str, out: Path) -> None:
        """Write a list as a sheet."""
        store = self._store
        self.work.run(
            "导出代码表",
            lambda _p: service.export_list(store, name, out),
            lambda rows: Ended(f"已导出{rows}项:{out}。在表上改好,再“换成表格…”"),
            way=Way.LONG_READ,
        )

    def replace(self, name: str, path: Path) -> None:
        """Take a sheet as the county's list."""
        store = self._store

        def work(_progress: Progress) -> int:
            return len(service.replace_list(store, name, path).items)

        def done(items: int) -> Ended:
            self.refresh()
            return Ended(f"“{self.title(name)}”已换成{items}项的表。{_LATER}")

        self.work.run("换代码表", work, done)

    def reset(self, name: str) -> None:
        """Go back to the built-in list."""
        store = self._store

        def done(was_own: bool) -> Ended:
            self.refresh()
            said = f"已改回内置的表。{_LATER}" if was_own else "本来就是内置的表"
            return Ended(f"“{self.title(name)}”{said}")

        self.work.run("改回内置", lambda _p: service.reset_list(store, name), done)
