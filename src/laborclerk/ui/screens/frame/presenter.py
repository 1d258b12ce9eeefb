"""The household frame without a window: editions, comparison, a household entered by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from laborclerk.catalog import values
from laborclerk.catalog.fields import Value
from laborclerk.catalog.values import Context
from laborclerk.features.census import frame
from laborclerk.features.census.frame import CHANGED, GONE, NEW, Edition, FrameLine
from laborclerk.features.census.model import FrameEntry
from laborclerk.kernel.errors import Rejected
from laborclerk.kernel.progress import Progress
from laborclerk.store.base import fields_of
from laborclerk.ui.jobs import Touched, Way, touches
from laborclerk.ui.longwork import Ended, told
from laborclerk.ui.places import TypedPlaces
from laborclerk.ui.record_form import RecordForm
from laborclerk.ui.station import OpenHousehold, Station

BY_HAND = ("place", "number", "head_name", "persons")
PAGE = 500
KINDS = {NEW: "新的户", GONE: "少了的户", CHANGED: "有变化"}


class View(Protocol):
    """What the presenter says to the screen."""

    def changed(self) -> None:
        """Show everything anew."""


@dataclass(frozen=True, slots=True)
class _Read:
    """What the worker brings."""

    editions: list[Edition]
    edition: int | None
    lines: list[FrameLine]
    changes: list[FrameLine]


class FramePresenter:
    """State and actions of the screen. `open_household(id, person, queue)` leads to the form."""

    def __init__(
        self,
        station: Station,
        view: View,
        open_household: OpenHousehold,
    ) -> None:
        self.station = station
        self.view = view
        self.open_household = open_household
        self.editions: list[Edition] = []
        self.edition: int | None = None
        self.lines: list[FrameLine] = []
        self.changes: list[FrameLine] = []
        self.shown = ""  # a kind of change, or '' for all households
        self.ended: Ended | None = None
        self.go_to: str | None = None
        self._tree = station.tree
        self._typed = TypedPlaces(station.tree)
        self.form = self._blank(None)
        self._loaded = False
        station.runner.on_change(self._touched)

    # -- editions ------------------------------------------------------------------------------

    def load(self) -> None:
        """Read editions, and the shown one."""
        self._loaded = True
        self._read(self.edition)

    def select(self, edition: int) -> None:
        """Show an edition."""
        if edition != self.edition:
            self.shown = ""
            self._read(edition)

    def _read(self, edition: int | None) -> None:
        store = self.station.store

        def work(_progress: Progress) -> _Read:
            with store.read() as session:
                found = frame.editions(session)
                ids = [e.id for e in found]
                shown = edition if edition in ids else ids[0] if ids else None
                if shown is None:
                    return _Read(found, None, [], [])
                return _Read(
                    found, shown, frame.lines(session, shown, PAGE), frame.compare(session, shown)
                )

        self.station.runner.run(work, self._take, way=Way.LOOK, key="frame")

    def _take(self, read: _Read) -> None:
        self.editions, self.edition = read.editions, read.edition
        self.lines, self.changes = read.lines, read.changes
        self.view.changed()

    def _touched(self, touched: Touched) -> None:
        if self._loaded and touches(touched, "frame_edition", "frame_entry"):
            self._read(self.edition)

    def more(self) -> None:
        """The next households of a long edition."""
        edition, store, at = self.edition, self.station.store, len(self.lines)
        if edition is None or not self.has_more:
            return

        def work(_progress: Progress) -> list[FrameLine]:
            with store.read() as session:
                return frame.lines(session, edition, PAGE, at)

        def done(found: list[FrameLine]) -> None:
            if self.edition == edition and len(self.lines) == at:
                self.lines = self.lines + found
                self.view.changed()

        self.station.runner.run(work, done, way=Way.LOOK, key="frame-more")

    @property
    def has_more(self) -> bool:
        here = next((e for e in self.editions if e.id == self.edition), None)
        return here is not None and not self.shown and len(self.lines) < here.households

    def show(self, kind: str) -> None:
        """All households, or one kind of change."""
        self.shown = kind
        self.view.changed()

    def count(self, kind: str) -> int:
        """How many changes of a kind."""
        return sum(line.kind == kind for line in self.changes)

    def listed(self) -> list[FrameLine]:
        """The lines that are shown."""
        if not self.shown:
            return self.lines
        return [line for line in self.changes if line.kind == self.shown]

    def text(self, key: str, value: Value) -> str:
        """A value of an entry as people read it."""
        if value is None:
            return ""
        if key == "place" and isinstance(value, int):
            return self.station.tree.path(value)
        return values.show(fields_of(FrameEntry)[key].type, value)

    def label(self, key: str) -> str:
        """What a field of an entry is called."""
        return fields_of(FrameEntry)[key].label

    def open(self, household: int) -> None:
        """Open a household's form; Alt+↓ goes on through the list."""
        queue = list(dict.fromkeys(line.household for line in self.listed()))
        self.open_household(household, None, queue)

    # -- by hand -------------------------------------------------------------------------------

    def _blank(self, place: int | None) -> RecordForm:
        specs = fields_of(FrameEntry)
        return RecordForm({k: specs[k] for k in BY_HAND}, {"place": place}, self._context)

    def _context(self) -> Context:
        if self._tree is not self.station.tree:  # places changed since
            self._tree = self.station.tree
            self._typed = TypedPlaces(self._tree)
        place = self.form.values.get("place")
        self._typed.village = place // 1000 * 1000 if isinstance(place, int) else None
        return Context(today=self.station.store.clock.today(), places=self._typed)

    def add(self) -> None:
        """Keep the household that was entered; the next one begins in the same group."""
        form = self.form
        stopping = form.unread()
        if stopping:
            self.go_to = stopping[0]
            self.view.changed()
            return
        store, given = self.station.store, dict(form.values)

        def done(made: int) -> None:
            self.ended = Ended(f"已补 {given.get('head_name')} 一户")
            self.form = self._blank(given.get("place"))
            self.go_to = "head_name"
            self.station.runner.changed(
                {"household": {made}, "frame_entry": {made}, "frame_edition": {made}}
            )
            self.view.changed()

        def failed(error: BaseException) -> None:
            self.ended = told(error)
            if isinstance(error, Rejected):
                empty = next((k for k in ("place", "head_name") if not given.get(k)), "number")
                self.go_to = form.refuse(error.problems) or empty
            self.view.changed()
            if self.ended is None:
                self.station.runner.fail(error)

        self.station.runner.run(lambda _p: frame.add_by_hand(store, given), done, failed)
