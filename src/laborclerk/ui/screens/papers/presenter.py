"""Printing without a window: which paper, for which place; drawn in memory, noted as it leaves."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any, Protocol

from laborclerk.features.census.printed import note_printed
from laborclerk.features.census.rounds import RoundProblem, round_to_read
from laborclerk.features.coverage.gaps import GapKind
from laborclerk.features.coverage.service import row
from laborclerk.features.dispatch.batches import batch_list
from laborclerk.features.dispatch.prints import printed
from laborclerk.features.dispatch.rosters import RosterKind
from laborclerk.features.handbook.service import noted
from laborclerk.features.registry.places import code_of, level_of
from laborclerk.kernel.progress import Progress
from laborclerk.ui.jobs import Way
from laborclerk.ui.longwork import Ended, LongWork
from laborclerk.ui.pages import Pages
from laborclerk.ui.picking import Pickable, places
from laborclerk.ui.screens.papers.kinds import (
    BATCH,
    LIST,
    PAPERS,
    PLACE,
    Choice,
    Paper,
    paper_of,
)
from laborclerk.ui.station import Station


class View(Protocol):
    """What the presenter says to the screen."""

    def changed(self) -> None:
        """Show everything anew."""


class PapersPresenter:
    """State and actions of the screen."""

    def __init__(self, station: Station, view: View) -> None:
        self.station = station
        self.view = view
        self.work = LongWork(station.runner, view.changed)
        self.paper: Paper = PAPERS[0]
        self.pages: Pages | None = None  # drawn for `drawn`
        self.drawn: tuple[Paper, Choice] | None = None
        self.households: int | None = None  # due in the chosen place
        self.batches: list[tuple[int, str]] = []  # to choose from: id and name
        month = station.store.clock.today()[:7]
        round_ = station.round.id if station.round else 0
        self.choice = Choice(round_, station.place or 0, month=month, list="")

    def load(self) -> None:
        """The screen is shown: the round and the places may have changed."""
        station = self.station
        round_ = station.round.id if station.round else 0
        place = self.choice.place or station.place or 0
        self.choice = replace(self.choice, round=round_, place=place)
        if not round_:
            self._find_round()
        tree, levels = station.tree, {paper.levels for paper in PAPERS}
        station.runner.run(
            lambda _p: [places(tree, one) for one in levels], way=Way.LOOK, key="papers-places"
        )
        self._find_batches()
        self._count()
        self.view.changed()

    def _find_batches(self) -> None:
        store = self.station.store

        def work(_progress: Progress) -> list[tuple[int, str]]:
            with store.read() as session:
                return [(b.id, f"{b.number} {b.name}") for b in batch_list(session)]

        def done(found: list[tuple[int, str]]) -> None:
            self.batches = found
            if self.choice.batch not in dict(found):
                self.choice = replace(self.choice, batch=found[0][0] if found else 0)
            self.view.changed()

        self.station.runner.run(work, done, way=Way.LOOK, key="papers-batches")

    def open_batch(self, code: str, batch: int) -> None:
        """A paper of a batch, previewed."""
        self.select(code)
        self.choose(batch=batch)
        self.preview()

    def _find_round(self) -> None:
        """No round is open: what is printed is of the one closed last."""
        store = self.station.store

        def work(_progress: Progress) -> int:
            with store.read() as session:
                return round_to_read(session).id

        def done(found: int) -> None:
            self.choice = replace(self.choice, round=found)
            self._count()
            self.view.changed()

        run = self.station.runner.run
        run(work, done, lambda _error: None, way=Way.LOOK, key="papers-round")

    # -- choosing ------------------------------------------------------------------------------

    def select(self, code: str) -> None:
        """Another paper; the place stays where it fits."""
        self.paper = paper_of(code)
        lists = [value for value, _ in self.paper.lists]
        if LIST in self.paper.asks and self.choice.list not in lists:
            self.choice = replace(self.choice, list=lists[0])
        self.work.say(None)
        self.view.changed()

    def choose(self, **values: Any) -> None:
        """Place, copies, first number, month or list."""
        self.choice = replace(self.choice, **values)
        if PLACE in values:
            self._count()
        self.view.changed()

    def open_list(self, kind: GapKind, place: int) -> None:
        """The list behind a number of the home screen."""
        self.select("gaps")
        self.choose(list=kind.value, place=place)
        self.preview()

    def open_collection(self, month: str, place: int | None) -> None:
        """The list of what the group leaders reported in a month."""
        self.select("collection")
        self.choose(month=month, **({} if place is None else {"place": place}))

    def places(self) -> Pickable:
        """The places this paper is made for."""
        return places(self.station.tree, self.paper.levels)

    @property
    def stale(self) -> bool:
        """Whether something else was chosen since the pages were drawn."""
        return self.drawn != (self.paper, self.choice)

    def _count(self) -> None:
        choice, store = self.choice, self.station.store
        if not (choice.round and choice.place):
            return

        def work(_progress: Progress) -> int:
            with store.read() as session:
                return row(session, choice.round, choice.place).counts.due

        def done(count: int) -> None:
            if self.choice.place == choice.place:
                self.households = count
                self.view.changed()

        self.station.runner.run(work, done, way=Way.LOOK, key="papers-count")

    def title(self, paper: Paper) -> str:
        """What a paper is called at this station."""
        return paper.title.format(word=self.station.tree.word)

    def contents(self) -> str:
        """What will be on the paper, as far as it is known before it is drawn."""
        paper, choice = self.paper, self.choice
        if paper.code == "census-form" and self.households is not None:
            return f"{self.households:,} 户,每户一张两面(超过七人加续表)"
        if paper.code == "census-blank":
            return f"{choice.copies:,} 张,两面"
        return ""

    # -- drawing -------------------------------------------------------------------------------

    def preview(self) -> None:
        """Draw the paper in memory."""
        paper, choice, store = self.paper, self.choice, self.station.store
        if BATCH in paper.asks and not choice.batch and paper.code == "roster":
            self.work.say(Ended("还没有派遣批次。请先到“派遣”新建一批", whole=False))
            return
        if PLACE in paper.asks and not choice.round:
            self.work.say(Ended(RoundProblem.NO_ROUND.value, whole=False))
            return
        if PLACE in paper.asks and level_of(choice.place) not in paper.levels:
            self.work.say(Ended(f"“{self.title(paper)}”按村打印。请先选一个村", whole=False))
            return

        def work(progress: Progress) -> Pages:
            stream = io.BytesIO()
            paper.make(store, choice, stream, progress)
            return Pages(stream.getvalue())

        def done(pages: Pages) -> None:
            self.pages, self.drawn = pages, (paper, choice)

        def failed(_error: BaseException) -> None:
            self.pages = self.drawn = None
            self.view.changed()

        self.work.run(f"生成{self.title(paper)}", work, done, failed, way=Way.LONG_READ)

    def name(self) -> str:
        """What the printed job or the saved file is called."""
        paper, choice = self.drawn or (self.paper, self.choice)
        if BATCH in paper.asks:
            number = dict(self.batches).get(choice.batch, "").split(" ")[0]
            label = dict(paper.lists).get(choice.list, "")
            return "-".join(part for part in (self.title(paper), label, number) if part)
        if PLACE not in paper.asks:
            return self.title(paper)
        label = dict(paper.lists).get(choice.list, "")
        where = self.station.tree.path(choice.place).replace(" ", "")
        return "-".join(part for part in (label or self.title(paper), where) if part)

    def taken(self, pages: int) -> None:
        """The pages left the house, to a printer or a file: the journal notes it."""
        paper, choice = self.drawn or (self.paper, self.choice)
        store = self.station.store
        if BATCH in paper.asks:
            self._batch_taken(paper, choice, pages)
            return
        code = code_of(choice.place) if PLACE in paper.asks else None
        self.station.runner.run(
            lambda _p: note_printed(
                store, None, paper.code, "round", choice.round, pages, place=code
            )
        )

    def _batch_taken(self, paper: Paper, choice: Choice, pages: int) -> None:
        """A roster that leaves the house is an edition; both are noted at the batch."""
        store, runner = self.station.store, self.station.runner

        def work(_progress: Progress) -> None:
            if paper.code == "roster":
                printed(store, choice.batch, RosterKind(choice.list), pages)
            else:
                noted(store, choice.batch or None, 0, pages)

        runner.run(work, lambda _: runner.changed({"roster_edition": {choice.batch}}))
