"""Households left half entered are offered above the screens, latest first, and never opened by
themselves."""

from __future__ import annotations

from collections.abc import Callable

from laborclerk.ui.jobs import Way
from laborclerk.ui.kit.strip import Strip
from laborclerk.ui.screens.census.keeping import Waiting, waiting
from laborclerk.ui.station import Station

_NAMED = 4


class DraftStrip(Strip):
    """`go_on` opens a household with its draft; nothing is offered while `busy` with a form."""

    def __init__(
        self, station: Station, go_on: Callable[[int], object], busy: Callable[[], bool]
    ) -> None:
        super().__init__("接着录 (Alt+Y)", "以后再说 (Alt+N)")
        self._station, self._go_on, self._busy = station, go_on, busy
        self._drafts: list[Waiting] = []
        self._put_off: set[int] = set()  # those she wants to see later
        self.first.setShortcut("Alt+Y")
        self.second.setShortcut("Alt+N")
        self.first.clicked.connect(self._take)
        self.second.clicked.connect(self._later)

    def refresh(self) -> None:
        """Look for drafts and offer them."""
        store = self._station.store
        self._station.runner.run(lambda _: waiting(store), self._found, way=Way.READ, key="drafts")

    def _found(self, found: list[Waiting]) -> None:
        self._drafts = [d for d in found if d.household not in self._put_off]
        if not self._drafts or self._busy():
            self.hide()
            return
        names = "、".join(f"{d.head_name}({d.when[5:]} {d.clerk})" for d in self._drafts[:_NAMED])
        self.offer(f"有 {len(self._drafts)} 户没有存完,草稿还在:{names}")

    def _take(self) -> None:
        if self._drafts:
            self._go_on(self._drafts[0].household)

    def _later(self) -> None:
        self._put_off |= {d.household for d in self._drafts}
        self.hide()
