"""Paper forms, monthly reports and laptops of the groups: what is looked at, without a window."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from laborclerk.catalog.values import Context
from laborclerk.features.coverage import assign
from laborclerk.features.coverage.model import GroupReport
from laborclerk.kernel.progress import Progress
from laborclerk.store.base import fields_of
from laborclerk.ui import entry
from laborclerk.ui.entry import Entered
from laborclerk.ui.jobs import Touched, Way, touches
from laborclerk.ui.longwork import Ended
from laborclerk.ui.picking import Pickable, down_to_villages, pick_among
from laborclerk.ui.screens.groups.entering import Entering
from laborclerk.ui.screens.groups.lines import Groups, Line, read
from laborclerk.ui.station import Station

# what a list may be narrowed to: its title, and which lines it keeps
LISTS: dict[str, tuple[str, Callable[[Line], bool]]] = {
    "": ("全部", lambda line: True),
    "silent": ("未上报", lambda line: line.silent),
    "out": ("未交回", lambda line: line.paper.out > 0),
    "to_key": ("未录", lambda line: line.paper.to_key > 0),
    "free": ("未分电脑", lambda line: line.share is None),
}


class View(Protocol):
    """What the presenter says to the screen."""

    def changed(self) -> None:
        """Show everything anew."""


class GroupsPresenter:
    """State and actions of the screen."""

    def __init__(self, station: Station, view: View) -> None:
        self.station = station
        self.view = view
        self.month = self.today[:7]
        self.place: int | None = None
        self.groups = Groups()
        self.listed = ""  # one of LISTS
        self.ended: Ended | None = None
        self.entering = Entering(station, view, self)
        self._loaded = False
        station.runner.on_change(self._touched)

    @property
    def today(self) -> str:
        return self.station.store.clock.today()

    @property
    def shares_villages(self) -> bool:
        """Villages are shared out in a township; the county only sees it."""
        return not self.station.is_county

    # -- looking -------------------------------------------------------------------------------

    def load(self) -> None:
        """Read the groups anew."""
        tree = self.station.tree
        if self.place is None or self.place not in tree:
            offered = self._places()
            self.place = offered[0] if offered else None
        place, month, store = self.place, self.month, self.station.store
        round_id = self.station.round.id if self.station.round else None
        self._loaded = True
        if place is None:
            self._take(Groups())
            return

        def work(_progress: Progress) -> Groups:
            letter = assign.own_letter(store)
            with store.read() as session:
                return read(session, round_id, month, place, letter)

        self.station.runner.run(work, self._take, way=Way.LOOK, key="groups")

    def _take(self, groups: Groups) -> None:
        self.groups = groups
        if self.listed == "free" and not groups.free:
            self.listed = ""
        self.view.changed()

    def _touched(self, touched: Touched) -> None:
        if self._loaded and touches(
            touched, "paper_forms", "group_report", "assignment", "place", "round"
        ):
            self.load()

    def _places(self) -> list[int]:
        """What can be looked at: a county shows one township at a time."""
        found = down_to_villages(self.station.tree)
        return found[1:] if self.station.is_county else found

    def places(self) -> Pickable:
        """The same to pick from."""
        return pick_among(self.station.tree, self._places())

    def choose_place(self, place: int) -> None:
        """Look at another township or village."""
        self.place, self.entering.asked = place, None
        self.load()

    def choose_month(self, entered: Entered) -> None:
        """The month of the reports, as typed."""
        reading = entry.read(fields_of(GroupReport)["month"], entered, Context(today=self.today))
        problem = next(iter(reading.problems), None)
        if not isinstance(reading.value, str):
            self.say(Ended(problem.text if problem else "请填月份,如 2026-11", whole=False))
        else:
            self._show_month(reading.value)

    def step_month(self, by: int) -> None:
        """A month earlier or later."""
        year, month = (int(part) for part in self.month.split("-"))
        months = year * 12 + month - 1 + by
        self._show_month(f"{months // 12:04d}-{months % 12 + 1:02d}")

    def _show_month(self, month: str) -> None:
        if month > self.today[:7]:
            self.say(Ended(f"还没到 {month},没有月报可收", whole=False))
        elif month != self.month:
            self.month, self.entering.asked, self.ended = month, None, None
            self.load()

    @property
    def overdue(self) -> bool:
        """Whether the month shown is over: who has not reported is late."""
        return self.month < self.today[:7]

    def narrow(self, which: str) -> None:
        """One of LISTS."""
        self.listed = which
        self.view.changed()

    def count(self, which: str) -> int:
        """How many lines a list has."""
        return sum(map(LISTS[which][1], self.groups.lines))

    def lines(self) -> list[Line]:
        """The lines that are shown."""
        return [line for line in self.groups.lines if LISTS[self.listed][1](line)]

    def line(self, place: int | None) -> Line | None:
        """The line of a place."""
        return next((line for line in self.groups.lines if line.place == place), None)

    def next_open(self, place: int | None) -> int | None:
        """The next line after `place` where something is open (F8), from the top again."""
        lines = self.lines()
        at = next((n for n, line in enumerate(lines) if line.place == place), -1)
        for line in lines[at + 1 :] + lines[: at + 1]:
            if line.silent or line.paper.out > 0 or line.paper.to_key:
                return line.place
        return None

    def summary(self) -> str:
        """All lines in one sentence."""
        groups = self.groups
        due = [line for line in groups.lines if line.report is not None]
        if not groups.lines:
            return ""
        told_ = [f"{self.month} 已报 {len(due) - self.count('silent'):,} / {len(due):,}"]
        if self.station.round is not None:
            p = groups.paper
            told_.insert(
                0, f"发出 {p.issued:,} · 收回 {p.returned:,} · 作废 {p.spoilt:,} · 已录 {p.keyed:,}"
            )
        return " · ".join(told_)

    def say(self, ended: Ended) -> None:
        """One sentence about what was done, or why not."""
        self.ended = ended
        self.view.changed()
