"""Dispatch without a window: the batches, the members of one, what it still lacks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from laborclerk.features.census.import_result import ImportResult
from laborclerk.features.dispatch.batches import (
    BatchLine,
    MemberLine,
    batch_list,
    check_batch,
    leaders,
    members,
)
from laborclerk.features.dispatch.editions import edition_state
from laborclerk.features.dispatch.imports import import_roster
from laborclerk.features.dispatch.model import Batch
from laborclerk.features.dispatch.prints import export_roster
from laborclerk.features.dispatch.rosters import ROSTERS, RosterKind, roster_of
from laborclerk.features.dispatch.rules import gathered
from laborclerk.kernel.errors import Problem
from laborclerk.kernel.progress import Progress
from laborclerk.store.base import values_of
from laborclerk.ui.entry import Choice
from laborclerk.ui.jobs import Touched, Way, touches
from laborclerk.ui.longwork import Ended, told
from laborclerk.ui.picking import Pickable
from laborclerk.ui.screens.dispatch.entering import Entering
from laborclerk.ui.station import Station

CONCERNS = (
    "batch", "batch_member", "batch_leader", "roster_edition", "post_change", "person", "household",
)  # fmt: skip
_TOLD = 3  # rows of a sheet of which it is told why they were not taken
WAITING = ("1", "2")  # of dispatch_status: nobody has said yet whether they arrived


class View(Protocol):
    """What the presenter says to the screen."""

    def changed(self) -> None:
        """Show everything anew."""


@dataclass(frozen=True)
class Shown:
    """The batch that is looked at: its fields, people, township leaders, problems, edition."""

    values: dict[str, Any] = field(default_factory=dict)
    members: Sequence[MemberLine] = ()
    leaders: dict[int, tuple[str, str]] = field(default_factory=dict)
    problems: Sequence[Problem] = ()
    edition: str = ""


class DispatchPresenter:
    """State and actions of the screen. `print_paper` leads to the papers with a batch chosen."""

    def __init__(
        self, station: Station, view: View, print_paper: Callable[[str, int], None]
    ) -> None:  # fmt: skip
        self.station, self.view = station, view
        self.lines: list[BatchLine] = []
        self.shown_batch = Shown()
        self.ended: Ended | None = None
        self.entering = Entering(station, self)
        self._batch: int | None = None
        self._print = print_paper
        self._loaded = False
        station.runner.on_change(self._touched)

    @property
    def today(self) -> str:
        return self.station.store.clock.today()

    @property
    def batch(self) -> int | None:
        return self._batch

    # -- looking -------------------------------------------------------------------------------

    def load(self) -> None:
        """Read the batches and the one that is looked at anew."""
        self._loaded = True
        store, today, wanted = self.station.store, self.today, self._batch
        made = self.entering.made

        def work(_progress: Progress) -> tuple[list[BatchLine], int | None, Shown]:
            with store.read() as session:
                lines = batch_list(session)
                ids = [line.id for line in lines]
                chosen = next((i for i in (made, wanted, *ids) if i in ids), None)
                record = session.get(Batch, chosen) if chosen is not None else None
                if record is None:
                    return lines, None, Shown()
                state = edition_state(session, record)
                edition = f"第{state.number}版" + ("" if state.settled else "(未印)")
                return lines, chosen, Shown(
                    values_of(record), list(members(session, record.id)),
                    {p: (r.name or "", r.phone or "") for p, r in
                     leaders(session, record.id).items()},
                    gathered(check_batch(session, record, today)), edition,
                )  # fmt: skip

        def done(found: tuple[list[BatchLine], int | None, Shown]) -> None:
            self.entering.made = None
            self.lines, self._batch, self.shown_batch = found
            self.view.changed()

        self.station.runner.run(work, done, way=Way.LOOK, key="dispatch")

    def _touched(self, touched: Touched) -> None:
        if self._loaded and touches(touched, *CONCERNS):
            self.load()

    def choose(self, batch: int | None) -> None:
        """Look at another batch."""
        if batch is not None and batch != self._batch:
            self._batch, self.ended, self.entering.asked = batch, None, None
            self.load()

    def member(self, number: int | None) -> MemberLine | None:
        """The member with this id."""
        return next((m for m in self.shown_batch.members if m.id == number), None)

    def chosen(self, ids: Sequence[int]) -> list[MemberLine]:
        """The members with these ids, in the order of the list."""
        wanted = set(ids)
        return [m for m in self.shown_batch.members if m.id in wanted]

    def rest_arrive(self) -> None:
        """Everybody arrived of whom nobody has said otherwise."""
        waiting = [m for m in self.shown_batch.members if m.status in WAITING]
        if waiting:
            self.entering.arrive(waiting)
        elif self.shown_batch.members:
            told = "没有等着确认的人了:每个人都登记了到岗、未成行或返乡"
            self.ended = Ended(told, whole=False)
            self.view.changed()

    def summary(self) -> str:
        """The batch in one line."""
        line = next((b for b in self.lines if b.id == self._batch), None)
        if line is None:
            return ""
        parts = [
            line.number, line.destination, f"名册 {line.people} 人", f"到岗 {line.arrived}",
            f"未到 {line.absent}", f"返乡 {line.returned}", f"名册{self.shown_batch.edition}",
        ]  # fmt: skip
        return " · ".join(part for part in parts if part)

    # -- acting --------------------------------------------------------------------------------

    def edit(self) -> None:
        """Change the batch."""
        self.entering.change_batch(self.shown_batch.values)

    def add_willing(self) -> None:
        """Add who said yes to the batch's post."""
        self.entering.add_willing(self.shown_batch.values.get("post"))

    def lead(self, line: MemberLine | None) -> None:
        """Name who leads the people of a member's township."""
        place = line.township if line is not None else 0
        name, phone = self.shown_batch.leaders.get(place, ("", ""))
        self.entering.leader(place, name, phone)

    def print_(self, code: str) -> None:
        """To the papers of this batch."""
        if self._batch is not None:
            self._print(code, self._batch)

    def kinds(self) -> Pickable:
        """The rosters that can be kept as a sheet."""
        return Pickable(Choice(str(r.kind), "", r.title) for r in ROSTERS)

    def sheet_name(self, kind: str) -> str:
        """What the sheet of a roster is called."""
        return f"{roster_of(kind).title}-{self.shown_batch.values.get('number') or ''}.xlsx"

    def export(self, kind: str, path: Path) -> None:
        """Keep a roster as a sheet, the same edition as the printed one."""
        store, batch = self.station.store, self._batch
        if batch is None:
            return

        def work(progress: Progress) -> tuple[int, list[Problem]]:
            return export_roster(store, batch, RosterKind(kind), path, progress=progress)

        def done(found: tuple[int, list[Problem]]) -> None:
            self.station.runner.changed({"roster_edition": {batch}})
            said = "。".join(p.text for p in found[1])
            self.ended = Ended(f"已存 {found[0]} 行:{path}。{said}")
            self.view.changed()

        self.station.runner.run(work, done, self._failed, way=Way.LONG_READ)

    def take_sheet(self, path: Path) -> None:
        """The people of a sheet into the batch; who is not registered is told by row."""
        store, batch = self.station.store, self._batch
        if batch is None:
            return

        def work(progress: Progress) -> ImportResult:
            return import_roster(store, batch, path, progress=progress)

        def done(found: ImportResult) -> None:
            self.station.runner.changed(None)
            text = (
                f"读了 {found.read} 行:加入 {found.created} 人,更新 {found.updated} 人,"
                f"未变 {found.unchanged} 人,没有加入 {found.refused} 行"
            )
            rows = [f"第{p.where.row}行 {p.text}" for p in found.problems[:_TOLD]]
            more = [f"等 {found.refused} 行"] if found.refused > _TOLD else []
            self.ended = Ended("。".join([text, *rows, *more]), whole=not found.refused)
            self.view.changed()

        self.station.runner.run(work, done, self._failed, way=Way.LONG_WRITE)

    def _failed(self, error: BaseException) -> None:
        self.ended = told(error)
        self.view.changed()
        if self.ended is None:
            self.station.runner.fail(error)

    def shown(self) -> None:
        """What is entered changed."""
        self.view.changed()
