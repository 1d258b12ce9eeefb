"""What is entered for the groups: paper that moved, the month's report, which laptop enters which
village; and taking an entry back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from laborclerk.catalog.values import Context
from laborclerk.features.census.rounds import RoundProblem
from laborclerk.features.coverage import assign, collection, paper
from laborclerk.features.coverage.collection import ReportProblem
from laborclerk.features.coverage.model import Assignment, GroupReport, PaperForms
from laborclerk.kernel.errors import Problem, Rejected, Where
from laborclerk.kernel.progress import Progress
from laborclerk.ui.asked import form_of
from laborclerk.ui.jobs import Touched
from laborclerk.ui.longwork import Ended, told
from laborclerk.ui.record_form import RecordForm
from laborclerk.ui.screens.groups.lines import KINDS, Entry, Groups, Line
from laborclerk.ui.station import Station

REPORT, ASSIGN, LETTER = "report", "assign", "letter"
PAPER_FIELDS = ("date", "count", "numbers", "person")
REPORT_FIELDS = ("date", "changes", "reporter", "note")


class View(Protocol):
    """What is said to the screen."""

    def changed(self) -> None: ...


class Home(Protocol):
    """What is looked at (the presenter)."""

    month: str
    groups: Groups
    ended: Ended | None

    @property
    def today(self) -> str: ...

    @property
    def shares_villages(self) -> bool: ...

    def line(self, place: int | None) -> Line | None: ...

    def say(self, ended: Ended) -> None: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """What is being entered: a movement of paper (`kind` as stored), REPORT, ASSIGN or LETTER;
    for these places; `first` is the field to begin in; `seen` the letters the places had."""

    kind: str
    title: str
    places: tuple[int, ...]
    form: RecordForm
    first: str
    seen: dict[int, str] = field(default_factory=dict)


class Entering:
    """What is entered for the groups that are looked at."""

    def __init__(self, station: Station, view: View, home: Home) -> None:
        self._station, self._view, self._home = station, view, home
        self.asked: Asked | None = None
        self.go_to: str | None = None  # the field to mend
        self.latest: tuple[int, int] | None = None  # the entry that was just made

    def ask_paper(self, place: int, kind: str) -> None:
        """Paper issued, returned or spoilt (ISSUED …)."""
        line = self._home.line(place)
        if line is None:
            return
        if self._station.round is None:
            self._home.say(Ended(RoundProblem.NO_ROUND.value, whole=False))
            return
        person = next((e.person for e in line.entries if e.record and e.person), "")
        leader = line.report.leader if line.report else ""
        self._ask(
            kind, f"{KINDS[kind]} · {line.title}", (place,), PaperForms, PAPER_FIELDS,
            {"date": self._home.today, "person": person or leader or None}, "count",
        )  # fmt: skip

    def ask_report(self, place: int) -> None:
        """The month's report; one that stands is corrected."""
        line = self._home.line(place)
        if line is None or line.report is None:
            word = self._station.tree.word
            self._home.say(Ended(f"月报按{word}报。请选一个{word}", whole=False))
            return
        known = line.report
        self._ask(
            REPORT, f"{self._home.month} 月报 · {line.title}", (place,), GroupReport, REPORT_FIELDS,
            {
                "date": known.date or self._home.today, "changes": known.changes,
                "reporter": (known.reporter if known.reported else known.leader) or None,
                "note": known.note or None,
            },
            "changes",
        )  # fmt: skip

    def ask_assign(self, places: Sequence[int]) -> None:
        """Which laptop enters the villages of these lines; no letter gives them back."""
        lines = [line for line in self._home.groups.lines if line.place in set(places)]
        villages = tuple(dict.fromkeys(line.village_id for line in lines))
        if not villages or not self._home.shares_villages:
            return
        share = lines[0].share
        name = lines[0].village if len(villages) == 1 else f"{len(villages)} 个村"
        values = {
            "letter": share.letter if share else None,
            "clerk": (share.clerk or None) if share else None,
        }
        title = f"分给哪台电脑 · {name}(代号清空:不分)"
        seen = {line.village_id: line.share.letter for line in lines if line.share}
        self._ask(ASSIGN, title, villages, Assignment, ("letter", "clerk"), values, "letter", seen)

    def ask_letter(self) -> None:
        """This laptop's letter."""
        if self._home.shares_villages:
            values = {"letter": self._home.groups.letter or None}
            self._ask(LETTER, "本机代号", (), Assignment, ("letter",), values, "letter")

    def _ask(
        self, kind: str, title: str, places: tuple[int, ...], model: Any, keys: Sequence[str],
        values: dict[str, Any], first: str, seen: dict[int, str] | None = None,
    ) -> None:  # fmt: skip
        form = form_of(model, keys, values, self._context)
        self.asked = Asked(kind, title, places, form, first, seen or {})
        self._home.ended = None
        self._view.changed()

    def _context(self) -> Context:
        return Context(today=self._home.today)

    def drop(self) -> None:
        """Not this one."""
        self.asked = None
        self._view.changed()

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
        self._view.changed()

    def _paper(self, asked: Asked, v: dict[str, Any]) -> None:
        store, place = self._station.store, asked.places[0]
        round_id = self._station.round.id if self._station.round else 0

        def work(_progress: Progress) -> int:
            return paper.move_paper(
                store, round_id, place, asked.kind, v["count"], date=v["date"],
                numbers=v["numbers"] or "", person=v["person"] or "",
            )  # fmt: skip

        def done(made: int) -> None:
            self.latest = (place, made)
            self._kept(asked, f"{asked.title} {v['count']} 份", {"paper_forms": {made}})

        self._station.runner.run(work, done, lambda error: self._failed(asked, error))

    def _report(self, asked: Asked, v: dict[str, Any]) -> None:
        store, place, month = self._station.store, asked.places[0], self._home.month
        seen = dict(asked.form.read)

        def work(_progress: Progress) -> int:
            return collection.report(
                store, month, place, changes=v["changes"], date=v["date"],
                reporter=v["reporter"] or "", note=v["note"] or "", seen=seen,
            )  # fmt: skip

        def done(made: int) -> None:
            self.latest = (place, 0)
            self._kept(asked, f"{asked.title} 变动 {v['changes']} 条", {"group_report": {made}})

        self._station.runner.run(work, done, lambda error: self._failed(asked, error))

    def _assign(self, asked: Asked, v: dict[str, Any]) -> None:
        store, villages, seen = self._station.store, asked.places, dict(asked.seen)
        letter = (v["letter"] or "").strip().upper()
        same = next((s for s in self._home.groups.shares if s.letter == letter), None)
        clerk = v["clerk"] or (same.clerk if same else "")
        if not clerk and letter == self._home.groups.letter:
            clerk = store.clerk

        def work(_progress: Progress) -> None:
            if letter:
                assign.assign(store, villages, letter, clerk, seen=seen)
            else:
                assign.release(store, villages, seen)

        def done(_: None) -> None:
            what = (
                f"{len(villages)} 个村"
                if len(villages) > 1
                else self._station.tree.name(villages[0])
            )
            said = f"{what}分给 {letter} {clerk}".strip() if letter else f"{what}不再分给哪台电脑"
            self._kept(asked, said, {"assignment": set(villages)})

        self._station.runner.run(work, done, lambda error: self._failed(asked, error, "letter"))

    def _letter(self, asked: Asked, v: dict[str, Any]) -> None:
        store, letter = self._station.store, str(v["letter"])

        def done(_: None) -> None:
            said = f"本机代号 {letter.strip().upper()}。本机新增的户,编号以它开头"
            self._kept(asked, said, {"assignment": {0}})

        self._station.runner.run(
            lambda _p: assign.take_letter(store, letter), done,
            lambda error: self._failed(asked, error, "letter"),
        )  # fmt: skip

    def _kept(self, asked: Asked, said: str, touched: Touched) -> None:
        if self.asked is asked:
            self.asked = None
        self._home.ended = Ended(f"已记:{said}")
        self._view.changed()
        self._station.runner.changed(touched)

    def _failed(self, asked: Asked | None, error: BaseException, at: str = "") -> None:
        self._home.ended = told(error)
        if asked is not None and isinstance(error, Rejected):
            asked.seen.update(_told(error))
            at = at or ("changes" if asked.kind == REPORT else "count")
            told_at = [p if p.where.field else p.at(field=at) for p in error.problems]
            self.go_to, self._home.ended = asked.form.refuse(told_at) or at, None  # at the field
            self._view.changed()
            return
        self._view.changed()
        if self._home.ended is None:
            self._station.runner.fail(error)

    # -- taking back ---------------------------------------------------------------------------

    def take_back(self, made: Entry) -> None:
        """An entry of the book was wrong."""
        store, month = self._station.store, self._home.month

        def work(_progress: Progress) -> None:
            if made.record is None:
                collection.take_back(store, month, made.place)
            else:
                paper.take_back(store, made.record)

        def done(_: None) -> None:
            self._home.ended = Ended(f"已删:{made.what}")
            self.latest = None
            kind = "group_report" if made.record is None else "paper_forms"
            self._station.runner.changed({kind: {made.record or made.place}})

        self._station.runner.run(work, done, lambda error: self._failed(None, error))


def _told(error: Rejected) -> dict[int, str]:
    """The letters that villages have by now, of which the refusal tells."""
    return {p.params["village"]: p.params["now"] for p in error.problems if "village" in p.params}
