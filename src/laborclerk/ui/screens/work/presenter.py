"""The screen of the work register without a window: which list, place, day and month is looked at,
its lines, and the history of the person the clerk stands on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from laborclerk.catalog.values import Context
from laborclerk.features.registry.places import code_of
from laborclerk.features.work import prints
from laborclerk.features.work.adopt import Adopted, adopt
from laborclerk.features.work.board import Board, Happened, board, history_of
from laborclerk.features.work.exports import export_list
from laborclerk.features.work.list_kinds import LISTS, NO_FILTER, Filter, ListKind
from laborclerk.features.work.lists import ListLine, lines
from laborclerk.features.work.lists import count as count_list
from laborclerk.features.work.model import WorkSpell, WorkUpdate
from laborclerk.features.work.reconcile import KINDS, Kind, Mismatch, mismatches
from laborclerk.features.work.service import work_of
from laborclerk.features.work.updates import UpdateLine, updates
from laborclerk.kernel.progress import Progress
from laborclerk.store.base import fields_of
from laborclerk.ui import entry
from laborclerk.ui.entry import Choice, Entered
from laborclerk.ui.jobs import Touched, Way, touches
from laborclerk.ui.longwork import Ended, LongWork, told
from laborclerk.ui.picking import Pickable
from laborclerk.ui.screens.work.entering import Entering
from laborclerk.ui.station import Station

PAGE = 300
LIST, MISMATCH, UPDATE = "list", "mismatch", "update"
CONCERNS = ("work_spell", "work_check", "work_card", "work_update", "person", "household", "place")
Line = ListLine | Mismatch | UpdateLine


class View(Protocol):
    """What the presenter tells the screen."""

    def changed(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Choosable:
    """One entry of the screen's list: a section's heading has no key."""

    key: str
    title: str
    count: int | None = None
    bad: bool = False


class WorkPresenter:
    """State and actions of the work register."""

    def __init__(
        self,
        station: Station,
        view: View,
        open_household: Callable[[int, int | None, Sequence[int]], None],
    ) -> None:
        self.station, self.view = station, view
        self._open = open_household
        self.today = station.store.clock.today()
        self.on = self.today
        self.month = self.today[:7]
        self.place = self._places()[0] if self._places() else None
        self.chosen = f"{LIST}:{ListKind.AWAY.value}"
        self.shown = self.chosen  # the list that `lines` are of: another one is still being read
        self.typed = ""
        self.filter = NO_FILTER
        self.work = LongWork(station.runner, view.changed)
        self.board: Board | None = None
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

    def _places(self) -> list[int]:
        tree = self.station.tree
        if not len(tree):
            return []
        root = tree.root()
        below = tree.of_level("township") if self.station.is_county else []
        return [root, *(p for p in (*below, *tree.villages()) if p != root)]

    def places(self) -> Pickable:
        """The places to pick from."""
        tree, top = self.station.tree, "township" if self.station.is_county else "village"
        return Pickable(Choice(p, "", tree.path(p, top), code_of(p)) for p in self._places())

    def choosable(self) -> list[Choosable]:
        """The entries of the left list with their numbers."""
        b = self.board
        found = [Choosable("", "名单")]
        for kind, named in LISTS.items():
            found.append(
                Choosable(f"{LIST}:{kind.value}", named.brief, b.lists[kind] if b else None)
            )
        found.append(Choosable("", "月报"))
        missing = b.missing if b else None
        found.append(Choosable(UPDATE, f"{self.month} 未报", missing, bad=bool(missing)))
        found.append(Choosable("", "卡、表、册、人相符"))
        known = b.mismatches if b else None
        for which, told_ in KINDS.items():
            count = known[which] if known is not None else None
            found.append(Choosable(f"{MISMATCH}:{which.value}", told_.title, count, bool(count)))
        return found

    @property
    def _whole_county(self) -> bool:
        return self.station.is_county and self.place == self.station.place

    @property
    def section(self) -> str:
        """LIST, MISMATCH or UPDATE: what the lines are."""
        return self.shown.partition(":")[0]

    @property
    def about(self) -> str:
        """What the list shown is, in one sentence."""
        which = self.shown.partition(":")[2]
        if self.section == UPDATE:
            due = self.board.due if self.board else 0
            missing = self.board.missing if self.board else 0
            return f"{self.month} 应报 {due},已报 {due - missing},未报 {missing}"
        if self.section == MISMATCH:
            named = KINDS[Kind(which)]
            return f"{named.title} {self.total:,} · {named.sides} · {named.todo}"
        narrowed = f" · 筛选:{self.filter.said()}" if not self.filter.empty else ""
        return f"{self.on} · {self.total:,} 人{narrowed} · {LISTS[ListKind(which)].rule}"

    # -- looking -------------------------------------------------------------------------------

    def load(self) -> None:
        """Read numbers and lines anew."""
        self._loaded = True
        if self.place is None or self.place not in self.station.tree:
            self.place = self._places()[0] if self._places() else None
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

        def work(_progress: Progress) -> Board:
            with store.read() as session:
                return board(session, place, on, month, compare=compare)

        def done(found: Board) -> None:
            self.board = found
            section, _, which = self.shown.partition(":")
            if section == LIST and self._whole_county and self._filter.empty:
                self.total = found.lists[ListKind(which)]
            self.view.changed()

        # a whole county is counted beside what the clerk goes on with
        way = Way.LONG_READ if self._whole_county else Way.LOOK
        self.station.runner.run(work, done, way=way, key="work-board")

    def _read(self) -> None:
        place, store = self.place, self.station.store
        if place is None:
            return
        ask, chosen = self._asking(0), self.chosen

        def work(_progress: Progress) -> tuple[int, list[Line]]:
            with store.read() as session:
                return ask(session)

        def done(found: tuple[int, list[Line]]) -> None:
            self.shown, (self.total, self.lines) = chosen, found
            if self.person not in {self.person_of(line) for line in self.lines}:
                self.stand_on(None)
            self.view.changed()
            if self.person is not None:
                self._history()

        self.station.runner.run(work, done, way=Way.LOOK, key="work-lines")

    def _asking(self, offset: int) -> Callable[[Any], tuple[int, list[Line]]]:
        place, on, month = self.place or 0, self.on, self.month
        filter_ = self._filter
        section, _, which = self.chosen.partition(":")

        def ask(session: Any) -> tuple[int, list[Line]]:
            if section == UPDATE:
                found: list[Line] = [*updates(session, month, place)]
                return len(found), found[offset:]
            if section == MISMATCH:
                some = mismatches(session, Kind(which), place, on, month, PAGE + 1, offset)
                listed: list[Line] = list(some)
                known = self.board.mismatches if self.board else None
                total = known[Kind(which)] if known is not None else offset + len(listed)
                return total, listed[:PAGE]
            kind = ListKind(which)
            page: list[Line] = list(lines(session, kind, place, on, filter_, PAGE, offset))
            if self._whole_county and filter_.empty:  # the board has counted, or is about to
                counted = self.board.lists[kind] if self.board else offset + len(page)
                return counted, page
            return count_list(session, kind, place, on, filter_), page

        return ask

    def more(self) -> None:
        """Read the next page."""
        have, store = len(self.lines), self.station.store
        if self.shown != self.chosen or self.section == UPDATE:
            return
        if have >= self.total or have % PAGE:
            return
        ask, chosen = self._asking(have), self.chosen

        def work(_progress: Progress) -> list[Line]:
            with store.read() as session:
                return ask(session)[1]

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
        which = self.shown.partition(":")[2]
        if self.section == UPDATE:
            return f"务工台账月报-{self.month}"
        title = (
            KINDS[Kind(which)].title if self.section == MISMATCH else LISTS[ListKind(which)].title
        )
        return f"{title}-{self.on}"

    def save(self, path: Path) -> None:
        """Write what is shown: a list as a sheet or a PDF by the file's ending, the rest as PDF."""
        store, place, on, month = self.station.store, self.place or 0, self.on, self.month
        section, _, which = self.shown.partition(":")
        filter_ = self._filter

        def work(progress: Progress) -> str:
            if section == UPDATE:
                pages = prints.print_updates(store, month, place, path, progress)
            elif section == MISMATCH:
                kinds = [Kind(which)]
                pages = prints.print_mismatches(
                    store, place, path, on=on, kinds=kinds, progress=progress
                )
            elif path.suffix.lower() == ".pdf":
                pages = prints.print_list(
                    store, ListKind(which), place, path, on=on, filter_=filter_, progress=progress
                )
            else:
                done = export_list(
                    store, path, ListKind(which), place, on, filter_, progress=progress
                )
                return f"已导出 {done.rows:,} 行到 {path}。" + "".join(
                    p.text for p in done.problems
                )
            return f"已存到 {path},{pages} 页。文件没有加密,用完请删除,不要发到群里"

        self.work.run("存文件", work, Ended, way=Way.LONG_READ)

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

    def person_of(self, line: Line) -> int:
        """The key of a line: the person, or the group's place."""
        if isinstance(line, ListLine):
            return line.id
        return line.person if isinstance(line, Mismatch) and line.person else line.place

    def line(self, key: int | None) -> Line | None:
        """The line of a key."""
        return next((line for line in self.lines if self.person_of(line) == key), None)

    def stand_on(self, key: int | None) -> None:
        """The clerk stands on a line: show that person's history."""
        line = self.line(key)
        about = isinstance(line, ListLine) or (isinstance(line, Mismatch) and line.person)
        person = key if about else None
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
                return history_of(work_of(session, person, on))

        def done(found: list[Happened]) -> None:
            if self.person == person:
                self.history = found
                self.view.changed()

        self.station.runner.run(work, done, way=Way.LOOK, key="work-history")

    @property
    def name(self) -> str:
        """Who is looked at."""
        line = self.line(self.person)
        return line.name if isinstance(line, ListLine | Mismatch) else ""

    def running(self) -> Happened | None:
        """The spell of now."""
        return next((h for h in self.history if h.now), None)

    def open(self) -> None:
        """Open the household's form."""
        line = self.line(self.person)
        if isinstance(line, ListLine | Mismatch) and line.household:
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

    def report(self, key: int | None) -> None:
        """A group's update."""
        line = self.line(key)
        if isinstance(line, UpdateLine):
            self.entering.update(line)

    def adopt(self) -> None:
        """Take into the register whom the forms have at work."""
        place, store = self.place, self.station.store
        if place is None:
            return

        def done(found: Adopted) -> None:
            lines = [p.text for p in found.problems]
            left = f",{len(lines)} 人还缺起始月份或地点" if lines else ""
            self.ended = Ended(f"由调查表入册 {found.made:,} 人{left}", not lines, lines[:20])
            self.view.changed()
            self.station.runner.changed(found.touched)

        def failed(error: BaseException) -> None:
            self.ended = told(error)
            self.view.changed()
            if self.ended is None:
                self.station.runner.fail(error)

        self.station.runner.run(
            lambda p: adopt(store, place, progress=p), done, failed, way=Way.LONG_WRITE
        )

    def say(self, ended: Ended) -> None:
        """One sentence about what was done, or why not."""
        self.ended = ended
        self.view.changed()

    def _touched(self, touched: Touched) -> None:
        if self._loaded and touches(touched, *CONCERNS):
            self.load()
