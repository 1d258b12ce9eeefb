"""Conflicts and findings without a window: what is listed, what is looked at, and the decision by
one key, for one or for all alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from laborclerk.features.exchange import conflicts, decisions, findings
from laborclerk.features.exchange.conflicts import ConflictLine, Seen
from laborclerk.features.exchange.decisions import Resolved, Rule
from laborclerk.features.exchange.findings import FindingLine
from laborclerk.kernel.progress import Progress
from laborclerk.store.work import Touched
from laborclerk.ui import worklist
from laborclerk.ui.jobs import Way
from laborclerk.ui.longwork import Ended
from laborclerk.ui.screens.conflicts.filling import Filling
from laborclerk.ui.station import OpenHousehold, Station
from laborclerk.ui.worklist import OPEN, PAGE, Standing, Worklist

LOOK = "look"


class View(worklist.View, Protocol):
    """What the presenter tells the screen."""

    def line_changed(self) -> None: ...


@dataclass
class State(Standing):
    """What is shown: conflicts (the first of `total`), how many are alike, findings."""

    lines: list[ConflictLine] = field(default_factory=list)
    total: int = 0
    kinds: dict[conflicts.Kind, Seen] = field(default_factory=dict)
    findings: list[FindingLine] = field(default_factory=list)


class ConflictsPresenter(Worklist[State]):
    """State and actions of the screen."""

    def __init__(self, station: Station, view: View, open_household: OpenHousehold) -> None:
        super().__init__(station, view, State(), open_household)
        self.view = view
        self.filling = Filling(station, self)

    # -- what is shown -------------------------------------------------------------------------

    @property
    def lines(self) -> list[ConflictLine]:
        """The conflicts in the order they are decided: those put off last."""
        later = self.state.later
        return sorted(self.state.lines, key=lambda line: line.id in later)

    @property
    def line(self) -> ConflictLine | None:
        """The conflict that is looked at."""
        if self.state.tab != OPEN:
            return None
        return next((c for c in self.state.lines if c.id == self.state.here), None)

    @property
    def finding(self) -> FindingLine | None:
        """The finding that is looked at."""
        if self.state.tab != LOOK:
            return None
        return next((f for f in self.state.findings if f.id == self.state.here), None)

    @property
    def alike(self) -> Seen:
        """All conflicts of the same field and the same stations as this one."""
        line = self.line
        return self.state.kinds.get(line.kind, {}) if line is not None else {}

    @property
    def count_alike(self) -> int:
        return len(self.alike)

    @property
    def position(self) -> str:
        """`3/17`: where one is in the list."""
        ids = [c.id for c in self.lines]
        at = ids.index(self.state.here) + 1 if self.state.here in ids else 0
        return f"{at}/{self.state.total:,}"

    def load(self) -> None:
        """Read the lists anew."""
        store, tree = self.station.store, self.station.tree

        def work(_progress: Progress) -> State:
            kinds = conflicts.alike(store)
            return State(
                lines=conflicts.conflicts(store, limit=PAGE, tree=tree),
                total=sum(len(ids) for ids in kinds.values()),
                kinds=kinds,
                findings=findings.findings(store, limit=PAGE, tree=tree),
            )

        self.station.runner.run(work, self._take, way=Way.LOOK, key="conflicts")

    def _take(self, found: State) -> None:
        before, state = self.ids(), self.state
        state.lines, state.total, state.kinds = found.lines, found.total, found.kinds
        state.findings = found.findings
        if state.tab == OPEN and not state.lines and state.findings and state.here is None:
            state.tab = LOOK
        self.taken(before)

    def ids(self) -> list[int]:
        if self.state.tab == LOOK:
            return [f.id for f in self.state.findings]
        return [c.id for c in self.lines]

    def look(self) -> None:
        self.view.line_changed()

    # -- deciding ------------------------------------------------------------------------------

    def keep(self, number: int) -> None:
        """Keep the value at this position (from 1)."""
        line = self.line
        if line is None or not 1 <= number <= len(line.voices):
            return
        store, voice = self.station.store, line.voices[number - 1]
        if self.state.all_alike:
            seen, device = self.alike, voice.source.device
            said = f"都采用了{voice.source.station}的"
            self._run(lambda _p: decisions.resolve_alike(store, seen, device), said)
            return
        said = f"{line.name} {line.label}:采用“{voice.text}”"
        self._run(lambda _p: decisions.resolve(store, line.id, keep=number, seen=line.values), said)

    def keep_later(self) -> None:
        """Keep what was said later, for this one or all alike."""
        line = self.line
        if line is None:
            return
        store = self.station.store
        seen = self.alike if self.state.all_alike else {line.id: line.values}
        self._run(lambda _p: decisions.resolve_alike(store, seen, Rule.LATER), "采用了较晚写的")

    def tick(self, *, all_of_them: bool = False) -> None:
        """A finding was looked at; or all that are no more than a glance."""
        finding = self.finding
        if finding is None:
            return
        store = self.station.store
        ids = [f.id for f in self.state.findings if not f.broken] if all_of_them else [finding.id]

        def done(_none: None) -> None:
            self.say(Ended(f"{len(ids):,} 处已看过,不再列出"), {})

        self.decide(lambda _p: findings.tick(store, ids), done)

    def mend(self) -> None:
        """Put a record right that hangs on a deleted one."""
        finding = self.finding
        if finding is None or not finding.way_out.text:
            return
        store, said = self.station.store, f"{finding.named.name}:已{finding.way_out.text}"

        back = "Ctrl+Z 撤销" if finding.way_out.can_undo else ""

        def done(touched: Touched) -> None:
            self.say(Ended(f"{said}。随返还文件交给乡镇。{back}"), touched)

        self.decide(lambda _p: findings.mend(store, finding.id), done)

    def _run(self, work: Callable[[Progress], Resolved], said: str) -> None:
        self.decide(work, partial(self.done, said))

    def done(self, said: str, found: Resolved, doubts: Sequence[str] = ()) -> None:
        """Say what was decided; `doubts` are about what was typed."""
        count = f",{len(found.ids):,} 处" if len(found.ids) > 1 else ""
        lines = [*doubts, *(p.text for p in found.problems)]
        if found.ids:
            text = f"{said}{count}。随返还文件交给乡镇。Ctrl+Z 撤销"
            ended = Ended(text, whole=not lines, lines=lines)
        else:
            ended = Ended(lines[0] if lines else "没有核定", whole=False, lines=lines[1:])
        self.say(ended, found.touched)

    # -- to the form ---------------------------------------------------------------------------

    @property
    def home(self) -> int | None:
        """The household whose form shows what is looked at."""
        line, finding = self.line, self.finding
        if line is not None:
            return line.household
        return finding.named.household if finding is not None else None

    def open(self) -> None:
        """The household's form, at the person if it is one; why not, when there is none."""
        shown, home, stops = self.line or self.finding, self.home, self._stops()
        if stops:
            self.state.ended = Ended(stops, whole=False)
            self.view.told()
        elif shown is not None and home is not None:
            self._open(home, shown.record_id if shown.record_type == "person" else None, ())

    def _stops(self) -> str:
        """Why no form opens, and what to do instead."""
        line, finding = self.line, self.finding
        if (line or finding) and self.home is None:
            return "这一条不在哪一户的表里,没有表可打开"
        if line is not None and line.gone:
            return "这一户已删除,打不开表。请在这里核定"
        if finding is not None and finding.named.gone:
            way = f"3 {finding.way_out.text}" if finding.way_out.text else "1 看过了"
            return f"这一户已删除,打不开表。可以按 {way}"
        return ""
