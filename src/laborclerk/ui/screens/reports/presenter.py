"""The screen of reports without a window: which report of which place, day and meaning of stable
is looked at, its charts, and the list behind the number that was opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from laborclerk.catalog.values import Context
from laborclerk.features.census.printed import made_by, note_printed
from laborclerk.features.registry.places import code_of
from laborclerk.features.reports import prints
from laborclerk.features.reports.counts import Report, report
from laborclerk.features.reports.documents import listing_sheet, report_sheet
from laborclerk.features.reports.kinds import REPORTS, STABLE_MONTHS, ReportKind
from laborclerk.features.reports.listing import Listing, behind
from laborclerk.features.reports.pictures import charts_of
from laborclerk.features.reports.rules import check_told
from laborclerk.features.work.model import WorkSpell
from laborclerk.kernel.errors import Rejected
from laborclerk.kernel.progress import Progress
from laborclerk.printing.charts import Chart
from laborclerk.printing.document import Document
from laborclerk.store.base import fields_of
from laborclerk.ui import entry
from laborclerk.ui.entry import Entered
from laborclerk.ui.jobs import Touched, Way, touches
from laborclerk.ui.longwork import Ended, told
from laborclerk.ui.picking import Pickable, down_to_villages, pick_among
from laborclerk.ui.station import OpenHousehold, Station

PAGE = 300
_CONCERNS = (
    "work_spell", "person", "household", "place", "fair", "fair_post", "fair_visit", "offer",
    "post", "round", "batch", "batch_member",
)  # fmt: skip


class View(Protocol):
    """What the presenter tells the screen."""

    def changed(self) -> None: ...


class ReportsPresenter:
    """State and actions of the screen."""

    def __init__(self, station: Station, view: View, open_household: OpenHousehold) -> None:
        self.station, self.view = station, view
        self._open = open_household
        self.today = station.store.clock.today()
        self.on = self.today
        self.kind = ReportKind.PLACE
        self.months = STABLE_MONTHS[1]
        self.place = station.place
        self.found: Report | None = None
        self.charts: list[tuple[str, Chart]] = []
        self.reading = False
        self.asked: tuple[str, str] | None = None  # line and column whose list is open
        self.listing: Listing | None = None
        self.ended: Ended | None = None
        self._loaded = False
        station.runner.on_change(self._touched)

    # -- what can be chosen --------------------------------------------------------------------

    def places(self) -> Pickable:
        """The places to pick from."""
        return pick_among(self.station.tree, down_to_villages(self.station.tree))

    def choose(self, kind: ReportKind) -> None:
        """Another report."""
        if kind is not self.kind:
            self.kind, self.asked, self.listing, self.ended = kind, None, None, None
            self.load()

    def choose_place(self, place: int) -> None:
        """Another place."""
        self.place, self.asked, self.listing = place, None, None
        self.load()

    def choose_day(self, entered: Entered) -> None:
        """The day, as typed."""
        spec = fields_of(WorkSpell)["start"]
        reading = entry.read(spec, entered, Context(today=self.today))
        if isinstance(reading.value, str) and reading.value != self.on:
            self.on, self.asked, self.listing = reading.value, None, None
            self.load()
        elif reading.problems:
            self.say(Ended(reading.problems[0].text, whole=False))

    def next_months(self) -> None:
        """What stable means: 1, 3, 6 months in turn."""
        at = STABLE_MONTHS.index(self.months)
        self.months = STABLE_MONTHS[(at + 1) % len(STABLE_MONTHS)]
        self.load()

    @property
    def about(self) -> str:
        """What is shown, in one sentence."""
        if self.listing is not None and self.asked is not None:
            return f"{self.listing.title} · {self.listing.total:,} · Esc 返回报表"
        if self.found is None or self.reading:
            return "正在统计……"
        named = REPORTS[self.found.kind]
        total = f" · {self.found.total:,} {named.unit}" if self.found.total else ""
        return f"{self.found.on}{total}"

    # -- looking -------------------------------------------------------------------------------

    def load(self) -> None:
        """Count anew."""
        self._loaded = True
        if self.place is None or self.place not in self.station.tree:
            self.place = self.station.place
        place, store = self.place, self.station.store
        if place is None:
            return
        if self.today != (today := store.clock.today()):  # the program stood open over night
            self.on = today if self.on == self.today else self.on
            self.today = today
        kind, on, months = self.kind, self.on, self.months

        def work(_progress: Progress) -> tuple[Report, list[tuple[str, Chart]]]:
            with store.read() as session:
                found = report(session, kind, place, on, months)
            return found, charts_of(found)

        def done(result: tuple[Report, list[tuple[str, Chart]]]) -> None:
            self.found, self.charts = result
            self.reading = False
            self.view.changed()
            if self.asked is not None:
                self.open(*self.asked)

        def failed(error: BaseException) -> None:
            self.reading, self.found, self.charts = False, None, []
            self._failed(error)

        whole = self.station.is_county and place == self.station.place
        self.reading = True
        self.view.changed()
        # a whole county is counted beside what the clerk goes on with
        way = Way.LONG_READ if whole else Way.LOOK
        self.station.runner.run(work, done, failed, way=way, key="report")

    def open(self, line: str, column: str) -> None:
        """The list behind a number; a rate or a mean has none."""
        found, store = self.found, self.station.store
        if found is None:
            return
        at = next((x for x in (*found.lines, *found.sums) if x.key == line), None)
        column_at = next((n for n, c in enumerate(found.columns) if c.key == column), None)
        if at is None or column_at is None or isinstance(at.values[column_at], str):
            self.asked, self.listing = None, None
            self.say(Ended("这是算出来的数,后面没有名单。请看它上面的人数", whole=False))
            return

        def work(_progress: Progress) -> Listing:
            with store.read() as session:
                return behind(session, found, line, column, PAGE)

        def done(listing: Listing) -> None:
            if found is self.found:
                self.asked, self.listing, self.ended = (line, column), listing, None
                self.view.changed()

        self.station.runner.run(work, done, way=Way.LOOK, key="report-list")

    def more(self) -> None:
        """Read the next page of the list."""
        found, asked, listing, store = self.found, self.asked, self.listing, self.station.store
        if found is None or asked is None or listing is None:
            return
        have = len(listing.entries)
        if have >= listing.total or have % PAGE:
            return

        def work(_progress: Progress) -> Listing:
            with store.read() as session:
                return behind(session, found, *asked, PAGE, have)

        def done(page: Listing) -> None:
            if self.listing is listing and len(listing.entries) == have:
                listing.entries.extend(page.entries)
                self.view.changed()

        self.station.runner.run(work, done, way=Way.LOOK, key="report-more")

    def back(self) -> None:
        """From the list to the report."""
        self.asked, self.listing = None, None
        self.view.changed()

    def open_entry(self, at: int) -> None:
        """The household's form of a line."""
        if self.listing is not None and 0 <= at < len(self.listing.entries):
            one = self.listing.entries[at]
            if one.household:
                self._open(one.household, one.person or None, ())

    # -- out -----------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """What a file of what is shown is called."""
        title = REPORTS[self.kind].title + ("名单" if self.asked else "")
        place = self.station.tree.name(self.place) if self.place is not None else ""
        return f"{place}{title}{self.on}"

    def paper(self) -> Callable[[], Document] | None:
        """What is shown as a document, made in the worker."""
        found, asked, store = self.found, self.asked, self.station.store
        if found is None or self.reading:
            return None

        def made() -> Document:
            with store.read() as session:
                by = made_by(store)
                if asked is not None:
                    return listing_sheet(session, found, *asked, by)
                return report_sheet(session, found, by)

        return made

    def taken(self, pages: int) -> None:
        """It was printed or saved."""
        found, store = self.found, self.station.store
        if found is None:
            return
        what = f"report-list-{found.kind.value}" if self.asked else f"report-{found.kind.value}"
        place = found.place
        self.station.runner.run(
            lambda _p: note_printed(
                store, None, what, "place", place, pages, place=code_of(place)
            )
        )  # fmt: skip

    def save_picture(self, path: Path) -> None:
        """The chart as a file."""
        found, store = self.found, self.station.store
        if found is not None:
            self._write(lambda _p: prints.save_picture(store, found, path), path)

    def export(self, path: Path) -> None:
        """The figures, or the list, as a sheet."""
        found, asked, store = self.found, self.asked, self.station.store
        if found is None:
            return

        def work(progress: Progress) -> Any:
            if asked is not None:
                return prints.export_listing(store, found, *asked, path, progress=progress)
            return prints.export_report(store, found, path)

        self._write(work, path)

    def _write(self, work: Callable[[Progress], Any], path: Path) -> None:
        def done(_result: Any) -> None:
            self.say(Ended(f"已存到 {path}"))

        self.station.runner.run(work, done, self._failed, way=Way.LONG_READ)

    # -- told figures --------------------------------------------------------------------------

    def check(self, text: str) -> None:
        """Check figures that were told."""
        if not text.strip():
            return
        try:
            found = check_told(text)
        except Rejected as error:
            self.say(told(error))
            return
        self.say(Ended(found.said, whole=found.holds))

    # -- helpers -------------------------------------------------------------------------------

    def say(self, ended: Ended | None) -> None:
        """One sentence about what was done, or why not."""
        self.ended = ended
        self.view.changed()

    def _failed(self, error: BaseException) -> None:
        self.say(told(error))
        if self.ended is None:
            self.station.runner.fail(error)

    def _touched(self, touched: Touched) -> None:
        if self._loaded and touches(touched, *_CONCERNS):
            self.load()
