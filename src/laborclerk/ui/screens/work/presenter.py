"""The screen of the work register without a window: which list, place, day and month is looked at,
its lines, and the history of the person the clerk stands on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from laborclerk.catalog.values import Context
from laborclerk.features.seeking.history import lines_of
from laborclerk.features.seeking.listing import SeekKind, SeekLine, seek_counts
from laborclerk.features.seeking.service import seekings_of
from laborclerk.features.work import prints
from laborclerk.features.work.board import SPELL, Board, Happened, board, history_of
from laborclerk.features.work.list_kinds import NO_FILTER, Filter, ListKind
from laborclerk.features.work.lists import ListLine
from laborclerk.features.work.model import WorkSpell, WorkUpdate
from laborclerk.features.work.reconcile import Kind, Mismatch
from laborclerk.features.work.service import work_of
from laborclerk.features.work.updates import UpdateLine
from laborclerk.kernel.progress import Progress
from laborclerk.store.base import fields_of
from laborclerk.ui import entry
from laborclerk.ui.entry import Entered
from laborclerk.ui.jobs import Touched, Way, touches
from laborclerk.ui.longwork import Ended, LongWork
from laborclerk.ui.picking import Pickable, down_to_villages, pick_among
from laborclerk.ui.screens.work import looked_at
from laborclerk.ui.screens.work.entering import Entering
from laborclerk.ui.screens.work.headings import Choosable, about, choosable
from laborclerk.ui.screens.work.looked_at import (
    LIST,
    MISMATCH,
    ONE,
    SEEK,
    UPDATE,
    Line,
    LookedAt,
    is_about_somebody,
    key_of,
)
from laborclerk.ui.station import OpenHousehold, Station

CONCERNS = (
    "work_spell", "work_check", "work_card", "work_update", "job_seeking", "person", "household",
    "place",
)  # fmt: skip


class View(Protocol):
    """What the presenter tells the screen."""

    def changed(self) -> None: ...


class WorkPresenter:
    """State and actions of the work register."""

    def __init__(
        self,
        station: Station,
        view: View,
        open_household: OpenHousehold,
    ) -> None:
        self.station, self.view = station, view
        self._open = open_household
        self.today = station.store.clock.today()
        self.on = self.today
        self.month = self.today[:7]
        self.place = next(iter(down_to_villages(self.station.tree)), None)
        self.chosen = f"{LIST}:{ListKind.AWAY.value}"
        self.shown = self.chosen  # the list that `lines` are of: another one is still being read
        self.typed = ""
        self.filter = NO_FILTER
        self.work = LongWork(station.runner, view.changed)
        self.board: Board | None = None
        self.seekers: dict[SeekKind, int] | None = None
        self.lines: list[Line] = []
        self.total = 0
        self.person: int | None = None
        self.history: list[Happened] = []
        self.ended: Ended | None = None
        self.entering = Entering(station, view, self)
        self._compare = not station.is_county
        self._loaded = False
        station.runner.on_change(self._touched)

    # -- what can be chosen --------------------------------------------------------------------

    def places(self) -> Pickable:
        """The places to pick from."""
        return pick_among(self.station.tree, down_to_villages(self.station.tree))

    def choosable(self) -> list[Choosable]:
        """The entries of the left list with their numbers."""
        one = Choosable(self.shown, self.name) if self.section == ONE else None
        return choosable(self.board, self.seekers, self.month, one)

    @property
    def _whole_county(self) -> bool:
        return self.station.is_county and self.place == self.station.place

    @property
    def section(self) -> str:
        """LIST, SEEK, MISMATCH, UPDATE or ONE: what the lines are."""
        return self.shown.partition(":")[0]

    @property
    def about(self) -> str:
        """What the list shown is, in one sentence."""
        return about(self._looked_at(self.shown), self.board, self.total)

    # -- looking -------------------------------------------------------------------------------

    def load(self) -> None:
        """Read numbers and lines anew."""
        self._loaded = True
        if self.place is None or self.place not in self.station.tree:
            self.place = next(iter(down_to_villages(self.station.tree)), None)
        if self.today != (today := self.station.store.clock.today()):  # it stood open over night
            self.on = today if self.on == self.today else self.on
            self.month = today[:7] if self.month == self.today[:7] else self.month
            self.today = today
        self._count()
        self._read()

    def compare(self) -> None:
        """Count the mismatches too: a county asks for them."""
        self._compare = True
        self._count()

    def _count(self) -> None:
        place, on, month, compare = self.place, self.on, self.month, self._compare
        store = self.station.store
        if place is None:
            return

        def work(_progress: Progress) -> tuple[Board, dict[SeekKind, int]]:
            with store.read() as session:
                seekers = seek_counts(session, place, on)
                return board(session, place, on, month, compare=compare), seekers

        def done(found: tuple[Board, dict[SeekKind, int]]) -> None:
            self.board, self.seekers = found
            told = self._counted(self.shown)
            if told is not None:
                self.total = told
            self.view.changed()

        # a whole county is counted beside what the clerk goes on with
        way = Way.LONG_READ if self._whole_county else Way.LOOK
        self.station.runner.run(work, done, way=way, key="work-board")

    def _looked_at(self, key: str) -> LookedAt:
        section, _, which = key.partition(":")
        place = self.station.place if section == ONE else self.place
        return LookedAt(section, which, place or 0, self.on, self.month, self._filter)

    def _counted(self, key: str) -> int | None:
        """How many lines the board counted of a list; None where the list must say itself."""
        section, _, which = key.partition(":")
        if self.board is None:
            return None
        if section == MISMATCH and self.board.mismatches is not None:
            return self.board.mismatches[Kind(which)]
        if section == SEEK and self.seekers is not None and self._filter.empty:
            return self.seekers[SeekKind(which)]
        return self.board.lists[ListKind(which)] if self._leaves_counting(section) else None

    def _leaves_counting(self, section: str) -> bool:
        """A whole county's list is not counted twice: the board does it, or is about to."""
        return section == LIST and self._whole_county and self._filter.empty

    def _read(self) -> None:
        if self.place is None:
            return
        store, chosen = self.station.store, self.chosen
        asked = self._looked_at(chosen)
        counted = self._leaves_counting(asked.section)

        def work(_progress: Progress) -> tuple[int, list[Line]]:
            with store.read() as session:
                return asked.read(session, 0, counted=counted)

        def done(found: tuple[int, list[Line]]) -> None:
            self.shown, (least, self.lines) = chosen, found
            told = self._counted(chosen)
            self.total = least if told is None else told
            if self.person not in {key_of(line) for line in self.lines}:
                self.stand_on(key_of(self.lines[0]) if self.section == ONE and found[1] else None)
            self.view.changed()
            if self.person is not None:
                self._history()

        self.station.runner.run(work, done, way=Way.LOOK, key="work-lines")

    def more(self) -> None:
        """Read the next page."""
        have, store = len(self.lines), self.station.store
        if self.shown != self.chosen or self.section == UPDATE:
            return
        if have >= self.total or have % looked_at.PAGE:
            return
        asked, chosen = self._looked_at(self.chosen), self.chosen

        def work(_progress: Progress) -> list[Line]:
            with store.read() as session:
                return asked.read(session, have, counted=True)[1]

        def done(found: list[Line]) -> None:
            if len(self.lines) == have and self.chosen == chosen:
                self.lines += found
                self.view.changed()

        self.station.runner.run(work, done, way=Way.LOOK, key="work-more")

    def choose(self, key: str) -> None:
        """Show another list."""
        if key and key != self.chosen:
            self.chosen, self.ended = key, None
            self._read()

    def show_person(self, person: int) -> None:
        """One person alone, whatever list she is on."""
        self.choose(f"{ONE}:{person}")

    def choose_place(self, place: int) -> None:
        """Look at another place."""
        self.place, self.entering.asked = place, None
        self._compare = self._compare and not self.station.is_county
        self.load()

    def choose_day(self, entered: Entered) -> None:
        """The day of the lists, as typed."""
        day = self._typed("start", WorkSpell, entered)
        if day is not None and day != self.on:
            self.on = day
            self.load()

    def choose_month(self, entered: Entered) -> None:
        """The month of the updates, as typed."""
        month = self._typed("month", WorkUpdate, entered)
        if month is not None and month != self.month:
            self.month = month
            self.load()

    def _typed(self, key: str, model: Any, entered: Entered) -> str | None:
        reading = entry.read(fields_of(model)[key], entered, Context(today=self.today))
        if isinstance(reading.value, str):
            return reading.value
        if reading.problems:
            self.say(Ended(reading.problems[0].text, whole=False))
        return None

    def narrow(self, typed: str) -> None:
        """Show only whose name, household number or last digits fit."""
        if typed != self.typed:
            self.typed = typed
            self._read()

    @property
    def _filter(self) -> Filter:
        return replace(self.filter, text=self.typed.strip())

    def ask_filter(self) -> None:
        """What narrows the lists: age, sex, schooling, trade, hardship, destination."""
        self.entering.narrow(self.filter, self._narrow)

    def _narrow(self, filter_: Filter) -> None:
        self.filter = filter_
        self._read()

    @property
    def file_name(self) -> str:
        """The name a saved list gets, without its ending."""
        return self._looked_at(self.shown).file_name

    def save(self, path: Path) -> None:
        """Write what is shown: a list as a sheet or a PDF by the file's ending, the rest as PDF."""
        store, shown = self.station.store, self._looked_at(self.shown)
        self.work.run("存文件", lambda p: shown.save(store, path, p), Ended, way=Way.LONG_READ)

    def save_card(self, happened: Happened, path: Path) -> None:
        """Write a card to cut out."""
        store = self.station.store

        def done(_pages: int) -> Ended:
            return Ended(f"卡已存到 {path}。印出沿粗线剪下")

        self.work.run(
            "印卡", lambda p: prints.print_cards(store, [happened.record_id], path, p), done,
            way=Way.LONG_READ,
        )  # fmt: skip

    # -- one person ----------------------------------------------------------------------------

    def line(self, key: int | None) -> Line | None:
        """The line of a key."""
        return next((line for line in self.lines if key_of(line) == key), None)

    def stand_on(self, key: int | None) -> None:
        """The clerk stands on a line: show that person's history."""
        line = self.line(key)
        person = key if is_about_somebody(line) else None
        if person != self.person:
            self.person, self.history = person, []
            if person is not None:
                self._history()
            else:
                self.view.changed()

    def _history(self) -> None:
        person, store, on = self.person, self.station.store, self.today
        if person is None:
            return

        def work(_progress: Progress) -> list[Happened]:
            with store.read() as session:
                found = history_of(work_of(session, person, on))
                found += lines_of(seekings_of(session, person, on))
                return sorted(found, key=lambda h: h.date, reverse=True)

        def done(found: list[Happened]) -> None:
            if self.person == person:
                self.history = found
                self.view.changed()

        self.station.runner.run(work, done, way=Way.LOOK, key="work-history")

    @property
    def name(self) -> str:
        """Who is looked at."""
        line = self.line(self.person)
        return line.name if isinstance(line, ListLine | SeekLine | Mismatch) else ""

    def running(self) -> Happened | None:
        """The spell of now."""
        return next((h for h in self.history if h.now and h.record_type == SPELL), None)

    def open(self) -> None:
        """Open the household's form."""
        line = self.line(self.person)
        if isinstance(line, ListLine | SeekLine | Mismatch) and line.household:
            self._open(line.household, self.person, ())

    # -- acting --------------------------------------------------------------------------------

    def new_spell(self) -> None:
        if self.person is not None:
            self.entering.spell(self.person, self.name)

    def end_spell(self) -> None:
        now = self.running()
        if now is not None:
            self.entering.end(now, self.name)
        elif self.person is not None:
            self.say(Ended(f"{self.name}现在没有在做的工", whole=False))

    def check(self) -> None:
        if self.person is not None:
            self.entering.check(self.person, self.name)

    def card(self) -> None:
        if self.person is not None:
            self.entering.card(self.person, self.name)

    def seek(self) -> None:
        if self.person is not None:
            self.entering.seek(self.person, self.name)

    def report(self, key: int | None) -> None:
        """A group's update."""
        line = self.line(key)
        if isinstance(line, UpdateLine):
            self.entering.update(line)

    def adopt(self) -> None:
        """Take into the register whom the forms have at work."""
        if self.place is not None:
            self.entering.adopt(self.place)

    def say(self, ended: Ended) -> None:
        """One sentence about what was done, or why not."""
        self.ended = ended
        self.view.changed()

    def _touched(self, touched: Touched) -> None:
        if self._loaded and touches(touched, *CONCERNS):
            self.load()
