"""The home screen without a window: lines of places, what is open, the list behind a number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from laborclerk.features.coverage.gaps import (
    PLACE_KINDS,
    Gap,
    GapKind,
    due_visits,
    gap_total,
    gaps,
)
from laborclerk.features.coverage.service import DIRECT, CoverageRow, home, rows
from laborclerk.features.coverage.signoff import can_sign, sign_off, standing, withdraw
from laborclerk.features.registry.places import LEVELS, level_of
from laborclerk.kernel.errors import Problem
from laborclerk.kernel.progress import Progress
from laborclerk.ui.jobs import Touched, Way, touches
from laborclerk.ui.station import OpenHousehold, Station

PAGE = 200
CONCERNS = (
    "household", "person", "visit", "census_form", "place", "round", "sign_off", "group_report",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """A column of numbers: its head, its value, the list behind it."""

    key: str
    head: str
    kind: GapKind
    value: Callable[[CoverageRow], int]


COLUMNS: tuple[Column, ...] = (
    Column("due", "应访户", GapKind.DUE, lambda r: r.counts.due),
    Column("visited", "已访", GapKind.VISITED, lambda r: r.counts.visited),
    Column("done", "已完成", GapKind.DONE, lambda r: r.counts.done),
    Column("unvisited", "未访", GapKind.UNVISITED, lambda r: r.counts.unvisited),
    Column("revisit", "待复访", GapKind.REVISIT, lambda r: r.counts.revisit),
    Column("unfinished", "未完成", GapKind.UNFINISHED, lambda r: r.counts.unfinished),
    Column("explained", "有说明", GapKind.EXPLAINED, lambda r: r.counts.explained),
    Column("persons_due", "应登记人", GapKind.REGISTERED, lambda r: r.counts.persons_due),
    Column("persons_missing", "漏人", GapKind.PERSON, lambda r: r.counts.persons_missing),
    Column("items_missing", "缺项", GapKind.ITEM, lambda r: r.counts.items_missing),
)

# the six levels of 五不漏 as the strip above the table shows them
SIX: tuple[tuple[str, GapKind, Callable[[CoverageRow], int]], ...] = (
    ("乡", GapKind.TOWNSHIP, lambda r: r.gaps.townships),
    ("村", GapKind.VILLAGE, lambda r: r.gaps.villages),
    ("组", GapKind.GROUP, lambda r: r.gaps.groups),
    ("户", GapKind.MISSING, lambda r: r.gaps.households),
    ("人", GapKind.PERSON, lambda r: r.gaps.persons),
    ("项", GapKind.ITEM, lambda r: r.gaps.items),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: a place, how deep it stands, whether it is open."""

    row: CoverageRow
    depth: int
    is_open: bool
    can_open: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """The list under the table: of which place and kind, how many lines, their sum."""

    place: int
    name: str
    kind: GapKind
    lines: int
    amount: int
    word: str = "组"  # what groups are called here

    @property
    def title(self) -> str:
        total = f"{self.lines:,} 行"
        if self.amount != self.lines:
            total += f",共 {self.amount:,}"
        kind = f"漏{self.word}" if self.kind is GapKind.GROUP else self.kind.label
        return f"{self.name} · {kind} · {total}"


class View(Protocol):
    """What the presenter tells the screen."""

    def lines_changed(self) -> None:
        """The table's lines are other ones; keep the cursor on its place."""

    def list_changed(self) -> None:
        """Another list, or more of it."""

    def ask_signature(self, place: int, name: str, problems: list[Problem], today: str) -> None:
        """Ask who signs; then call `sign`."""

    def ask_withdrawal(self, sign_off: int, name: str, text: str) -> None:
        """The village is signed: ask whether to take it back; then call `withdraw`."""

    def say(self, text: str) -> None:
        """One short line."""


class HomePresenter:
    """State and actions. `open_household(household, person, queue)` opens a form; the queue is
    what F8 and saving go through."""

    def __init__(
        self,
        station: Station,
        view: View,
        open_household: OpenHousehold,
    ) -> None:
        self.station = station
        self.view = view
        self.open_household = open_household
        self.total: CoverageRow | None = None
        self.lines: list[Line] = []
        self.shown: Shown | None = None
        self.list: list[Gap] = []
        self.due_visits = 0  # households to be visited again today or before
        self._open: set[int] = set()
        self._children: dict[int, list[CoverageRow]] = {}
        station.runner.on_change(self._changed)

    # -- the table -----------------------------------------------------------------------------

    @property
    def round_title(self) -> str:
        """Round and labour rule, as on everything printed."""
        return self.station.round.title if self.station.round else ""

    @property
    def today(self) -> str:
        """A promised visit is due from this day on."""
        return self.station.store.clock.today()

    def load(self) -> None:
        """Read the station's place and all lines that are open."""
        place, facts = self.station.place, self.station.round
        if place is None or facts is None:
            self.total, self.lines = None, []
            self.view.lines_changed()
            return
        wanted = [place, *sorted(self._open)]

        today = self.today

        def work(progress: Progress) -> tuple[CoverageRow, dict[int, list[CoverageRow]], int]:
            with self.station.store.read() as session:
                total, top = home(session, facts.id, place)
                opened = {p: rows(session, facts.id, p) for p in wanted if p != place}
                again = due_visits(session, facts.id, place, today)
                return total, {place: top, **opened}, again

        self.station.runner.run(work, self._loaded, way=Way.LOOK, key="home")

    def _loaded(self, found: tuple[CoverageRow, dict[int, list[CoverageRow]], int]) -> None:
        self.total, self._children, self.due_visits = found
        self._lay_out()
        if self.shown is not None:
            self.show(self.shown.place, self.shown.kind)

    def _lay_out(self) -> None:
        self.lines = []
        if self.total is not None:
            self.lines.append(Line(self.total, 0, is_open=False, can_open=False))
            self._add(self.total.place, 0)
        self.view.lines_changed()

    def _add(self, place: int, depth: int) -> None:
        for child in self._children.get(place, []):
            can = child.level not in (DIRECT, "group")
            is_open = can and child.place in self._open and child.place in self._children
            self.lines.append(Line(child, depth, is_open, can))
            if is_open:
                self._add(child.place, depth + 1)

    def toggle(self, index: int) -> None:
        """Open or close the line's groups."""
        line = self.lines[index]
        if not line.can_open:
            return
        place = line.row.place
        if place in self._open:
            self._open.discard(place)
            self._lay_out()
            return
        self._open.add(place)
        facts = self.station.round
        if facts is None:
            return

        def work(progress: Progress) -> list[CoverageRow]:
            with self.station.store.read() as session:
                return rows(session, facts.id, place)

        def done(found: list[CoverageRow]) -> None:
            self._children[place] = found
            self._lay_out()

        self.station.runner.run(work, done, way=Way.LOOK)

    def _changed(self, touched: Touched) -> None:
        if touches(touched, *CONCERNS):
            self.load()

    # -- signing off ---------------------------------------------------------------------------

    def sign_line(self, index: int) -> None:
        """Sign the village of a line off, or ask to take its sign-off back."""
        facts, line = self.station.round, self.lines[index]
        place, name = line.row.place, line.row.name
        since = ",之后登记有改动(在“签认”一格按 Enter 看)" if line.row.signed.changed else ""
        if facts is None:
            return
        if line.row.level != "village":
            self.view.say("签认以村(社区)为单位,请先选一个村")
            return

        def work(progress: Progress) -> tuple[tuple[int, str] | None, list[Problem]]:
            with self.station.store.read() as session:
                signed = standing(session, facts.id, place)
                if signed is not None:
                    return (signed.id, f"{signed.date} 由 {signed.signer} 签认{since}"), []
                return None, can_sign(session, facts.id, place)

        def done(found: tuple[tuple[int, str] | None, list[Problem]]) -> None:
            signed, problems = found
            if signed is not None:
                self.view.ask_withdrawal(signed[0], name, signed[1])
            else:
                self.view.ask_signature(place, name, problems, self.station.store.clock.today())

        self.station.runner.run(work, done, way=Way.READ)

    def sign(self, place: int, signer: str, date: str, reason: str) -> None:
        """Sign off; every open screen hears of it."""
        facts, store = self.station.round, self.station.store
        if facts is None:
            return

        def done(_: int) -> None:
            name = self.station.tree.name(place)
            self.view.say(f"“{name}”已签认。到“打印”可打印村签认书")
            self.station.runner.changed({"sign_off": {place}})

        self.station.runner.run(
            lambda _: sign_off(store, facts.id, place, signer, date=date, reason=reason), done
        )

    def withdraw(self, sign_off_id: int, reason: str) -> None:
        """Take a sign-off back."""
        store = self.station.store

        def done(_: None) -> None:
            self.view.say("签认已撤回")
            self.station.runner.changed({"sign_off": {sign_off_id}})

        self.station.runner.run(lambda _: withdraw(store, sign_off_id, reason=reason), done)

    # -- the list ------------------------------------------------------------------------------

    def show(self, place: int, kind: GapKind) -> None:
        """Show the list behind a number."""
        facts = self.station.round
        if facts is None:
            return

        def work(progress: Progress) -> tuple[tuple[int, int], list[Gap]]:
            with self.station.store.read() as session:
                total = gap_total(session, facts.id, place, kind)
                return total, gaps(session, facts.id, place, kind, PAGE)

        def done(found: tuple[tuple[int, int], list[Gap]]) -> None:
            (lines, amount), self.list = found
            tree = self.station.tree
            self.shown = Shown(place, tree.name(place), kind, lines, amount, tree.word)
            self.view.list_changed()

        self.station.runner.run(work, done, way=Way.LOOK, key="home-list")

    def show_number(self, index: int, column: Column) -> None:
        """The list behind one cell of the table."""
        self.show(self.lines[index].row.place, column.kind)

    def show_changed(self, index: int) -> bool:
        """The households that were changed since a village was signed, if there are any."""
        row = self.lines[index].row
        if row.signed.changed:
            self.show(row.place, GapKind.CHANGED)
        return row.signed.changed

    def show_level(self, at: int) -> None:
        """The list behind one of the six levels of the whole station."""
        if self.station.place is not None:
            self.show(self.station.place, SIX[at][1])

    def can_more(self) -> bool:
        """Whether the list has lines that were not read yet."""
        return self.shown is not None and len(self.list) < self.shown.lines

    def more(self) -> None:
        """Read the next page of the list."""
        shown, facts, have = self.shown, self.station.round, len(self.list)
        if shown is None or facts is None or not self.can_more():
            return

        def work(progress: Progress) -> list[Gap]:
            with self.station.store.read() as session:
                return gaps(session, facts.id, shown.place, shown.kind, PAGE, have)

        def done(found: list[Gap]) -> None:
            if self.shown is shown and len(self.list) == have:
                self.list += found
                self.view.list_changed()

        self.station.runner.run(work, done, way=Way.LOOK, key="home-more")

    def open_line(self, index: int) -> None:
        """From a line of the list to its form; from a place to its own list."""
        gap = self.list[index]
        if gap.household is None:
            self._to_place(gap)
            return
        queue = list(dict.fromkeys(g.household for g in self.list if g.household is not None))
        self.open_household(gap.household, gap.person, queue)

    def _to_place(self, gap: Gap) -> None:
        if gap.kind not in PLACE_KINDS:
            return
        level = level_of(gap.place)
        if level != "group":
            below = LEVELS[LEVELS.index(level) + 1]
            self.show(gap.place, GapKind(below))
        else:
            self.show(gap.place, GapKind.UNVISITED)
