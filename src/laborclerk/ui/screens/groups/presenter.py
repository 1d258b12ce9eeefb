"""Paper forms, monthly reports and laptops of the groups, without a window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from laborclerk.catalog.fields import Field
from laborclerk.catalog.values import Context
from laborclerk.features.census.rounds import RoundProblem
from laborclerk.features.coverage import assign, collection, paper
from laborclerk.features.coverage.collection import ReportProblem
from laborclerk.features.coverage.model import Assignment, GroupReport, PaperForms
from laborclerk.features.registry.places import code_of
from laborclerk.kernel.errors import Problem, Rejected, Where
from laborclerk.kernel.progress import Progress
from laborclerk.store.base import fields_of
from laborclerk.ui import entry
from laborclerk.ui.entry import Choice, Entered
from laborclerk.ui.jobs import Touched, Way, touches
from laborclerk.ui.longwork import Ended, told
from laborclerk.ui.picking import Pickable
from laborclerk.ui.record_form import RecordForm
from laborclerk.ui.screens.groups.lines import KINDS, Entry, Groups, Line, read
from laborclerk.ui.station import Station

REPORT, ASSIGN, LETTER = "report", "assign", "letter"
PAPER_FIELDS = ("date", "count", "numbers", "person")
REPORT_FIELDS = ("date", "changes", "reporter", "note")
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


@dataclass(frozen=True, slots=True)
class Asked:
    """What is being entered: a movement of paper (`kind` as stored), REPORT, ASSIGN or LETTER;
    for these places; `first` is the field to begin in."""

    kind: str
    title: str
    places: tuple[int, ...]
    form: RecordForm
    first: str


class GroupsPresenter:
    """State and actions of the screen."""

    def __init__(self, station: Station, view: View) -> None:
        self.station = station
        self.view = view
        self.month = self.today[:7]
        self.place: int | None = None
        self.groups = Groups()
        self.listed = ""  # one of LISTS
        self.asked: Asked | None = None
        self.ended: Ended | None = None
        self.go_to: str | None = None  # the field to mend
        self.latest: tuple[int, int] | None = None  # the entry that was just made
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
        tree = self.station.tree
        if not len(tree):
            return []
        if self.station.is_county:
            return tree.of_level("township") + tree.villages()
        root = tree.root()
        return [root, *(v for v in tree.villages() if v != root)]

    def places(self) -> Pickable:
        """The same to pick from."""
        tree, top = self.station.tree, "township" if self.station.is_county else "village"
        return Pickable(Choice(p, "", tree.path(p, top), code_of(p)) for p in self._places())

    def choose_place(self, place: int) -> None:
        """Look at another township or village."""
        self.place, self.asked = place, None
        self.load()

    def choose_month(self, entered: Entered) -> None:
        """The month of the reports, as typed."""
        reading = entry.read(fields_of(GroupReport)["month"], entered, self._context())
        problem = next(iter(reading.problems), None)
        if not isinstance(reading.value, str):
            self._say(Ended(problem.text if problem else "请填月份,如 2026-11", whole=False))
        else:
            self._show_month(reading.value)

    def step_month(self, by: int) -> None:
        """A month earlier or later."""
        year, month = (int(part) for part in self.month.split("-"))
        months = year * 12 + month - 1 + by
        self._show_month(f"{months // 12:04d}-{months % 12 + 1:02d}")

    def _show_month(self, month: str) -> None:
        if month > self.today[:7]:
            self._say(Ended(f"还没到 {month},没有月报可收", whole=False))
        elif month != self.month:
            self.month, self.asked, self.ended = month, None, None
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

    # -- entering ------------------------------------------------------------------------------

    def ask_paper(self, place: int, kind: str) -> None:
        """Paper issued, returned or spoilt (ISSUED …)."""
        line = self.line(place)
        if line is None:
            return
        if self.station.round is None:
            self._say(Ended(RoundProblem.NO_ROUND.value, whole=False))
            return
        person = next((e.person for e in line.entries if e.record and e.person), "")
        leader = line.report.leader if line.report else ""
        self._ask(
            kind, f"{KINDS[kind]} · {line.title}", (place,), PaperForms, PAPER_FIELDS,
            {"date": self.today, "person": person or leader or None}, "count",
        )  # fmt: skip

    def ask_report(self, place: int) -> None:
        """The month's report; one that stands is corrected."""
        line = self.line(place)
        if line is None or line.report is None:
            word = self.station.tree.word
            self._say(Ended(f"月报按{word}报。请选一个{word}", whole=False))
            return
        known = line.report
        self._ask(
            REPORT, f"{self.month} 月报 · {line.title}", (place,), GroupReport, REPORT_FIELDS,
            {
                "date": known.date or self.today, "changes": known.changes,
                "reporter": known.reporter or known.leader or None, "note": known.note or None,
            },
            "changes",
        )  # fmt: skip

    def ask_assign(self, places: Sequence[int]) -> None:
        """Which laptop enters the villages of these lines; no letter gives them back."""
        lines = [line for line in self.groups.lines if line.place in set(places)]
        villages = tuple(dict.fromkeys(line.village_id for line in lines))
        if not villages or not self.shares_villages:
            return
        share = lines[0].share
        name = lines[0].village if len(villages) == 1 else f"{len(villages)} 个村"
        values = {
            "letter": share.letter if share else None,
            "clerk": (share.clerk or None) if share else None,
        }
        title = f"分给哪台电脑 · {name}(代号清空:不分)"
        self._ask(ASSIGN, title, villages, Assignment, ("letter", "clerk"), values, "letter")

    def ask_letter(self) -> None:
        """This laptop's letter."""
        if self.shares_villages:
            values = {"letter": self.groups.letter or None}
            self._ask(LETTER, "本机代号", (), Assignment, ("letter",), values, "letter")

    def _ask(
        self, kind: str, title: str, places: tuple[int, ...], model: Any, keys: Sequence[str],
        values: dict[str, Any], first: str,
    ) -> None:  # fmt: skip
        specs: dict[str, Field] = {key: fields_of(model)[key] for key in keys}
        form = RecordForm(specs, dict.fromkeys(keys) | values, self._context)
        self.asked, self.ended = Asked(kind, title, places, form, first), None
        self.view.changed()

    def _context(self) -> Context:
        return Context(today=self.today)

    def drop(self) -> None:
        """Not this one."""
        self.asked = None
        self.view.changed()

    def keep(self) -> None:
        """Keep what was entered, or go to the field that stops it."""
        asked = self.asked
        if asked is None:
            return
        stopping = self._stopping(asked)
        if stopping is not None:
            self._stopped(stopping)
            return
        values = dict(asked.form.values)
        act = {REPORT: self._report, ASSIGN: self._assign, LETTER: self._letter}.get(
            asked.kind, self._paper
        )
        act(asked, values)

    def _stopping(self, asked: Asked) -> str | None:
        form = asked.form
        if asked.kind == REPORT and form.values.get("changes") is None and not form.unread():
            wrong = Problem(ReportProblem.REPORT_CHANGES, where=Where(field="changes"))
            return form.refuse([wrong])
        if asked.kind == ASSIGN:
            return next(iter(form.unread()), None)  # without a letter they are given back
        return form.stop()

    def _stopped(self, key: str) -> None:
        self.go_to = key
        self.view.changed()

    def _paper(self, asked: Asked, v: dict[str, Any]) -> None:
        store, place = self.station.store, asked.places[0]
        round_id = self.station.round.id if self.station.round else 0

        def work(_progress: Progress) -> int:
            return paper.move_paper(
                store, round_id, place, asked.kind, v["count"], date=v["date"],
                numbers=v["numbers"] or "", person=v["person"] or "",
            )  # fmt: skip

        def done(made: int) -> None:
            self.latest = (place, made)
            self._kept(asked, f"{asked.title} {v['count']} 份", {"paper_forms": {made}})

        self.station.runner.run(work, done, lambda error: self._failed(asked, error))

    def _report(self, asked: Asked, v: dict[str, Any]) -> None:
        store, place, month = self.station.store, asked.places[0], self.month

        def work(_progress: Progress) -> int:
            return collection.report(
                store, month, place, changes=v["changes"], date=v["date"],
                reporter=v["reporter"] or "", note=v["note"] or "",
            )  # fmt: skip

        def done(made: int) -> None:
            self.latest = (place, 0)
            self._kept(asked, f"{asked.title} 变动 {v['changes']} 条", {"group_report": {made}})

        self.station.runner.run(work, done, lambda error: self._failed(asked, error))

    def _assign(self, asked: Asked, v: dict[str, Any]) -> None:
        store, villages = self.station.store, asked.places
        letter = (v["letter"] or "").strip().upper()
        same = next((s for s in self.groups.shares if s.letter == letter), None)
        clerk = v["clerk"] or (same.clerk if same else "")
        if not clerk and letter == self.groups.letter:
            clerk = store.clerk

        def work(_progress: Progress) -> None:
            if letter:
                assign.assign(store, villages, letter, clerk)
            else:
                assign.release(store, villages)

        def done(_: None) -> None:
            what = f"{len(villages)} 个村" if len(villages) > 1 else self._name(villages[0])
            said = f"{what}分给 {letter} {clerk}".strip() if letter else f"{what}不再分给哪台电脑"
            self._kept(asked, said, {"assignment": set(villages)})

        self.station.runner.run(work, done, lambda error: self._failed(asked, error, "letter"))

    def _letter(self, asked: Asked, v: dict[str, Any]) -> None:
        store, letter = self.station.store, str(v["letter"])

        def done(_: None) -> None:
            said = f"本机代号 {letter.strip().upper()}。本机新增的户,编号以它开头"
            self._kept(asked, said, {"assignment": {0}})

        self.station.runner.run(
            lambda _p: assign.take_letter(store, letter), done,
            lambda error: self._failed(asked, error, "letter"),
        )  # fmt: skip

    def _name(self, village: int) -> str:
        return self.station.tree.name(village)

    def _kept(self, asked: Asked, said: str, touched: Touched) -> None:
        if self.asked is asked:
            self.asked = None
        self.ended = Ended(f"已记:{said}")
        self.view.changed()
        self.station.runner.changed(touched)

    def _failed(self, asked: Asked | None, error: BaseException, at: str = "") -> None:
        self.ended = told(error)
        if asked is not None and isinstance(error, Rejected):
            at = at or ("changes" if asked.kind == REPORT else "count")
            asked.form.refuse([p.at(field=at) for p in error.problems])
            self.go_to, self.ended = at, None  # said at the field
            self.view.changed()
            return
        self.view.changed()
        if self.ended is None:
            self.station.runner.fail(error)

    # -- taking back ---------------------------------------------------------------------------

    def take_back(self, made: Entry) -> None:
        """An entry of the book was wrong."""
        store, month = self.station.store, self.month

        def work(_progress: Progress) -> None:
            if made.record is None:
                collection.take_back(store, month, made.place)
            else:
                paper.take_back(store, made.record)

        def done(_: None) -> None:
            self.ended = Ended(f"已删:{made.what}")
            self.latest = None
            kind = "group_report" if made.record is None else "paper_forms"
            self.station.runner.changed({kind: {made.record or made.place}})

        self.station.runner.run(work, done, lambda error: self._failed(None, error))

    def _say(self, ended: Ended) -> None:
        self.ended = ended
        self.view.changed()
