"""Pairs of registrations that may be one person, without a window: what is listed, what is chosen,
and the decision by one key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from laborclerk.features.registry.duplicates import decide
from laborclerk.features.registry.duplicates.decide import Decided
from laborclerk.features.registry.duplicates.listing import (
    Alike,
    Decision,
    Duplicate,
    alike,
    decisions,
    listed,
)
from laborclerk.features.registry.duplicates.undo import TakenBack, undo_merge
from laborclerk.kernel.errors import Problem
from laborclerk.kernel.progress import Progress
from laborclerk.ui import worklist
from laborclerk.ui.jobs import Touched, Way
from laborclerk.ui.longwork import Ended
from laborclerk.ui.screens.duplicates.sides import Line, read
from laborclerk.ui.station import OpenHousehold, Station
from laborclerk.ui.worklist import OPEN, PAGE, Standing, Worklist

LEFT, RIGHT = 0, 1
DECIDED = "decided"


class View(worklist.View, Protocol):
    """What the presenter tells the screen."""

    def sides_changed(self) -> None: ...


@dataclass
class State(Standing):
    """What is shown. `sides` belong to the pair `here`; `take` says, by field, whose value a merge
    takes where the clerk chose."""

    pairs: list[Duplicate] = field(default_factory=list)
    kinds: list[Alike] = field(default_factory=list)
    decided: list[Decision] = field(default_factory=list)
    sides: list[Line] = field(default_factory=list)
    take: dict[str, int] = field(default_factory=dict)


class DuplicatesPresenter(Worklist[State]):
    """State and actions of the screen."""

    concerns = ("person", "household", "person_verdict", "place")

    def __init__(self, station: Station, view: View, open_household: OpenHousehold) -> None:
        super().__init__(station, view, State(), open_household)
        self.view = view

    # -- what is shown -------------------------------------------------------------------------

    @property
    def pairs(self) -> list[Duplicate]:
        """The pairs in the order they are decided: those put off last."""
        later = self.state.later
        return sorted(self.state.pairs, key=lambda pair: pair.id in later)

    @property
    def total(self) -> int:
        return sum(kind.count for kind in self.state.kinds)

    @property
    def pair(self) -> Duplicate | None:
        """The pair that is looked at."""
        if self.state.tab != OPEN:
            return None
        return next((p for p in self.state.pairs if p.id == self.state.here), None)

    @property
    def alike(self) -> Alike | None:
        """All pairs that are listed for the same reasons as this one."""
        pair = self.pair
        if pair is None:
            return None
        return next((kind for kind in self.state.kinds if kind.reasons == pair.reasons), None)

    @property
    def count_alike(self) -> int:
        return self.alike.count if self.alike is not None else 0

    def load(self) -> None:
        """Read the list anew."""

        def work(_progress: Progress) -> State:
            with self.station.store.read() as session:
                return State(
                    pairs=listed(session, limit=PAGE),
                    kinds=alike(session),
                    decided=decisions(session, limit=PAGE),
                )

        self.station.runner.run(work, self._take, way=Way.LOOK, key="duplicates")

    def _take(self, found: State) -> None:
        before = self.ids()
        self.state.pairs, self.state.kinds = found.pairs, found.kinds
        self.state.decided = found.decided
        self.taken(before)

    def ids(self) -> list[int]:
        if self.state.tab == DECIDED:
            return [one.id for one in self.state.decided]
        return [pair.id for pair in self.pairs]

    def look(self) -> None:
        """Read both sides of the pair."""
        here, persons = self.state.here, self._persons()
        self.state.take = {}
        if persons is None:
            self.state.sides = []
            self.view.sides_changed()
            return
        tree = self.station.tree

        def work(_progress: Progress) -> list[Line]:
            with self.station.store.read() as session:
                return read(session, persons, tree)

        def done(lines: list[Line]) -> None:
            if self.state.here == here:
                self.state.sides = lines
                self.view.sides_changed()

        self.station.runner.run(work, done, way=Way.LOOK, key="duplicate-sides")

    def _persons(self) -> tuple[int, int] | None:
        if self.state.tab == OPEN:
            return self.pair.pair if self.pair else None
        return next((d.persons for d in self.state.decided if d.id == self.state.here), None)

    # -- deciding ------------------------------------------------------------------------------

    def take(self, key: str, side: int) -> None:
        """Whose value of a differing field a merge takes; the same side again leaves it to whom
        is kept."""
        here = [line for line in self.state.sides if line.key and line.key == key]
        if self.pair is None or not any(line.differs for line in here):
            return
        if self.state.take.get(key) == side:
            del self.state.take[key]
        else:
            self.state.take[key] = side
        self.view.sides_changed()

    def keep(self, side: int) -> None:
        """One person: keep the left or the right registration."""
        pair, kind = self.pair, self.alike
        if pair is None or kind is None:
            return
        store = self.station.store
        if self.state.all_alike:

            def all_of_them(_progress: Progress) -> Decided:
                with store.read() as session:
                    found = [d.pair for d in listed(session, reasons=kind.reasons)]
                return decide.merge_all(store, [p if side == LEFT else p[::-1] for p in found])

            self._run(all_of_them, "同一人,已合并 {count} 对")
            return
        a, b = pair.pair
        kept = pair.pair[side]
        choose = {key: pair.pair[of] for key, of in self.state.take.items()}
        name = pair.sides[side].name
        where = self.station.tree.path(pair.sides[side].place)
        self._run(
            lambda _: decide.merge(store, a, b, kept, choose),
            f"同一人,已合并,留下 {where} 户{pair.sides[side].household_number} 的{name}",
        )

    def two_people(self) -> None:
        """Two people: never listed again."""
        pair, kind = self.pair, self.alike
        if pair is None or kind is None:
            return
        store = self.station.store
        if self.state.all_alike:

            def all_of_them(_progress: Progress) -> Decided:
                with store.read() as session:
                    found = [d.pair for d in listed(session, reasons=kind.reasons)]
                return decide.separate_all(store, found)

            self._run(all_of_them, "已记为两个人,{count} 对,以后不再列出")
            return
        a, b = pair.pair
        self._run(lambda _: decide.separate(store, a, b), "已记为两个人,以后不再列出")

    def take_back(self) -> None:
        """Undo a decision of the list of those decided."""
        here = self.state.here
        if self.state.tab != DECIDED or here is None:
            return
        store = self.station.store

        def done(found: TakenBack) -> None:
            self._said("已撤回,这一对又在待判里", found.problems, found.touched)

        self.decide(lambda _: undo_merge(store, here), done)

    def _run(self, work: Callable[[Progress], Decided], text: str) -> None:
        self.decide(work, partial(self._done, text))

    def _done(self, text: str, found: Decided) -> None:
        said = text.format(count=len(found.verdicts)) + "。Ctrl+Z 撤销"
        if found.passed:
            said += f"。{found.passed} 对的人已并入别处,留着再看"
        self._said(said, found.problems, found.touched)

    def _said(self, text: str, problems: Sequence[Problem], touched: Touched) -> None:
        self.say(Ended(text, whole=not problems, lines=[p.text for p in problems]), touched)

    # -- to the form ---------------------------------------------------------------------------

    def open(self, side: int) -> None:
        """The household's form at the person of that side."""
        pair = self.pair
        if pair is not None:
            self._open(pair.sides[side].household, pair.sides[side].person, ())
