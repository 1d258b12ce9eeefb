"""What the census form tells a household: the county's own wording, kept once it was decided."""

from __future__ import annotations

from collections.abc import Callable

from laborclerk.catalog.codes import code_list
from laborclerk.features.census.notices import Notice, confirm_notice, notice_of
from laborclerk.kernel.errors import Rejected
from laborclerk.kernel.progress import Progress
from laborclerk.store.store import Store
from laborclerk.ui.jobs import Runner, Way
from laborclerk.ui.longwork import Ended, told


class Notices:
    """State and actions of the page. `changed` is called when there is something new to show."""

    def __init__(self, store: Store, runner: Runner, changed: Callable[[], None]) -> None:
        self.bases = [(item.code, item.name) for item in code_list("data_basis").items]
        self.basis = self.bases[-1][0]
        self.notice: Notice | None = None
        self._seen: Notice | None = None  # `notice`, or what a refusal told of
        self.ended: Ended | None = None
        self._store, self._runner, self._changed = store, runner, changed

    def refresh(self) -> None:
        """Read the wording of the chosen basis."""
        store, basis = self._store, self.basis

        def done(notice: Notice) -> None:
            self.notice = self._seen = notice
            self._changed()

        self._runner.run(
            lambda _p: notice_of(store, basis), done, way=Way.LOOK, key="settings-notice"
        )

    def choose(self, basis: str) -> None:
        """Another data basis."""
        self.basis, self.ended = basis, None
        self.refresh()

    def keep(self, sentence: str, text: str) -> None:
        """Keep the wording the county decided on; an empty text goes back to the proposal."""
        store, basis, seen = self._store, self.basis, self._seen

        def work(_progress: Progress) -> None:
            confirm_notice(store, basis, sentence, text, seen)

        def done(_: None) -> None:
            said = "已存为县里核定的用语" if text.strip() else "已改回通用稿,表上会注明“须县里核定”"
            self.ended = Ended(said)
            self.refresh()

        self._runner.run(work, done, self._failed)

    def _failed(self, error: BaseException) -> None:
        for problem in error.problems if isinstance(error, Rejected) else ():
            self._seen = problem.params.get("now", self._seen)  # told of; what is typed stays
        self.ended = told(error)
        self._changed()
        if self.ended is None:
            self._runner.fail(error)
