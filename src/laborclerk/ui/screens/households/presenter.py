"""The household list without a window: which place, what was typed, the lines read so far."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from laborclerk.features.coverage.register import HouseholdLine, count, households
from laborclerk.kernel.progress import Progress
from laborclerk.ui.jobs import Touched, Way, touches
from laborclerk.ui.station import OpenHousehold, Station

PAGE = 200
_FEW = 40  # villages whose groups are listed as well
_TOWNSHIP = 10**6  # the places of a township have what is above this power in common
CONCERNS = ("household", "person", "visit", "census_form", "round", "frame_entry")


class View(Protocol):
    """What the presenter tells the screen."""

    def places_changed(self) -> None: ...

    def lines_changed(self) -> None: ...


class HouseholdsPresenter:
    """State and actions of the household list."""

    def __init__(
        self,
        station: Station,
        view: View,
        open_household: OpenHousehold,
        new_household: Callable[[int | None], None],
    ) -> None:
        self.station = station
        self.view = view
        self._open, self._new = open_household, new_household
        self.place = station.place
        self.typed = ""
        self.lines: list[HouseholdLine] = []
        self.total = 0
        station.runner.on_change(self._changed)

    def places(self) -> list[tuple[int, int, str]]:
        """(depth, place, name) of what can be chosen: the station, at a county its townships, their
        villages; the groups as well where the villages are few."""
        tree, top = self.station.tree, self.station.place
        if top is None:
            return []
        found = [(0, top, tree.name(top))]
        villages, above = tree.villages(top), top
        for village in villages:
            township = village // _TOWNSHIP * _TOWNSHIP
            if township not in (above, top) and township in tree:
                found.append((1, township, tree.name(township)))
            above, depth = township, 2 if township != top and township in tree else 1
            found.append((depth, village, tree.name(village)))
            if len(villages) <= _FEW:
                groups = tree.children(village)
                found += [(depth + 1, group, tree.name(group)) for group in groups]
        return found

    def load(self) -> None:
        """Read the first page anew."""
        self.view.places_changed()
        self._read()

    def choose(self, place: int) -> None:
        """Show the households of another place."""
        if place != self.place:
            self.place = place
            self._read()

    def narrow(self, typed: str) -> None:
        """Show only what fits the text: number, head, any member's name or number."""
        if typed != self.typed:
            self.typed = typed
            self._read()

    def _read(self) -> None:
        facts, place, typed = self.station.round, self.place, self.typed
        if place is None:
            return
        round_id = facts.id if facts else 0

        def work(progress: Progress) -> tuple[int, list[HouseholdLine]]:
            with self.station.store.read() as session:
                return (
                    count(session, round_id, place, typed),
                    households(session, round_id, place, typed, PAGE),
                )

        def done(found: tuple[int, list[HouseholdLine]]) -> None:
            self.total, self.lines = found
            self.view.lines_changed()

        self.station.runner.run(work, done, way=Way.LOOK, key="households")

    def more(self) -> None:
        """Read the next page."""
        have, facts, place, typed = len(self.lines), self.station.round, self.place, self.typed
        if place is None or have >= self.total:
            return
        round_id = facts.id if facts else 0

        def work(progress: Progress) -> list[HouseholdLine]:
            with self.station.store.read() as session:
                return households(session, round_id, place, typed, PAGE, have)

        def done(found: list[HouseholdLine]) -> None:
            if len(self.lines) == have:
                self.lines += found
                self.view.lines_changed()

        self.station.runner.run(work, done, way=Way.LOOK, key="households-more")

    def open(self, household: int) -> None:
        """Open a household; the list is what Alt+↓ goes through."""
        self._open(household, None, [line.id for line in self.lines])

    def new(self) -> None:
        """A household that is not in the list, in the chosen group if one is chosen."""
        place = self.place
        self._new(place if place is not None and place % 1000 else None)

    def _changed(self, touched: Touched) -> None:
        if touches(touched, "place"):
            self.view.places_changed()
        if touches(touched, *CONCERNS):
            self._read()
