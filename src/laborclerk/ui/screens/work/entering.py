"""What is entered on the screen of the work register: a spell, its end, a check, a card, a group's
update, a registration as a job seeker; and taking a line back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from laborclerk.catalog.division_codes import significant
from laborclerk.catalog.fields import Code, Division, Field, Number
from laborclerk.catalog.values import Context
from laborclerk.features.seeking import service as seeking
from laborclerk.features.seeking.history import SEEKING
from laborclerk.features.work import service
from laborclerk.features.work.adopt import Adopted, adopt
from laborclerk.features.work.board import CARD, CHECK, SPELL, Happened
from laborclerk.features.work.list_kinds import Filter
from laborclerk.features.work.model import WorkCard, WorkCheck, WorkSpell, WorkUpdate
from laborclerk.features.work.rules import MONTH
from laborclerk.features.work.service import Saved
from laborclerk.features.work.updates import UpdateLine, update
from laborclerk.kernel.errors import Rejected
from laborclerk.kernel.progress import Progress
from laborclerk.store.base import Record, values_of
from laborclerk.ui.asked import Asked, form_of
from laborclerk.ui.jobs import Way
from laborclerk.ui.longwork import Ended, told
from laborclerk.ui.record_form import RecordForm
from laborclerk.ui.screens.work import seeker_form
from laborclerk.ui.screens.work.seeker_form import SeekerForm
from laborclerk.ui.station import Station

_SPELL = (
    "place", "employer_name", "job", "trade", "industry", "start", "income_told", "income_unit",
    "channel", "point_to_point", "contract", "injury_insurance", "leader", "broker", "note",
)  # fmt: skip
_CHANGED = ("end", "return_reason", "dates_known", "months", "job_class", "organised")
_END = ("end", "return_reason", "note")
_CHECK = ("date", "means", "found", "place", "employer_name", "checker", "note")
_CARD = ("number", "kind", "issued", "valid_until", "skill", "capacity")
_UPDATE = ("date", "away", "left", "back", "reporter", "note")
_FILTER = {
    f.key: f
    for f in (
        Field("age_from", "年龄从", Number(0, 120, "岁"), help="含这一岁;空着不限"),
        Field("age_to", "年龄到", Number(0, 120, "岁"), help="含这一岁;空着不限"),
        Field("sex", "性别", Code("sex"), help="空着不限"),
        Field("schooling", "毕业类别", Code("schooling_class"), help="初中、高中、大中专毕业"),
        Field("trade", "工种", Code("occupation"), help="会做、想做或正在做这一类工的"),
        Field("hardship", "困难情况", Code("hardship"), help="有这一种困难的"),
        Field("province", "务工地", Division(), help="现在在这个省、市或县做工的"),
    )
}
MODELS: dict[str, type[Record]] = {SPELL: WorkSpell, CHECK: WorkCheck, CARD: WorkCard}


class View(Protocol):
    """What is said to the screen."""

    def changed(self) -> None: ...


class Home(Protocol):
    """What is looked at (the presenter)."""

    month: str
    ended: Ended | None

    @property
    def today(self) -> str: ...


Question = Asked[Saved | None]  # None: nothing was written


class Entering:
    """What is entered for the person or group that is looked at."""

    def __init__(self, station: Station, view: View, home: Home) -> None:
        self._station, self._view, self._home = station, view, home
        self.asked: Question | None = None
        self.go_to: str | None = None

    # -- asking --------------------------------------------------------------------------------

    def spell(self, person: int, name: str) -> None:
        """A new spell; one that runs ends the day before."""
        store = self._station.store
        self._ask(
            f"新的一段务工 · {name}(还在做的一段自动结束在前一天)", WorkSpell, _SPELL,
            {"income_unit": MONTH, "point_to_point": False}, "place",
            lambda v, _: service.add_spell(store, person, v), ("place", "start"),
        )  # fmt: skip

    def change(self, happened: Happened, name: str) -> None:
        """A line of the history, to be mended."""
        store, key = self._station.store, happened.record_id
        if happened.record_type == SEEKING:
            self._seeker(lambda: seeker_form.to_change(store, key, name))
        if happened.record_type != SPELL:
            return

        def work(_progress: Progress) -> dict[str, Any] | None:
            with store.read() as session:
                record = session.get(WorkSpell, key)
                return values_of(record) if record is not None else None

        def done(values: dict[str, Any] | None) -> None:
            if values is not None:
                self._change(happened, name, values)

        self._station.runner.run(work, done, way=Way.READ)

    def _change(self, happened: Happened, name: str, values: Mapping[str, Any]) -> None:
        store, key = self._station.store, happened.record_id
        fields = (*_SPELL[:6], *_CHANGED[:2], *_SPELL[6:], *_CHANGED[2:])
        self._ask(
            f"修改务工 · {name} · {happened.text}", WorkSpell, fields,
            {k: values[k] for k in fields}, "place",
            lambda v, seen: service.change_spell(store, key, v, seen), ("place", "start"),
        )  # fmt: skip

    def end(self, happened: Happened, name: str) -> None:
        """She came back, or left the job."""
        store, key = self._station.store, happened.record_id
        self._ask(
            f"返乡(结束) · {name} · {happened.text}", WorkSpell, _END,
            {"end": self._home.today}, "end",
            lambda v, _: service.end_spell(
                store, key, v["end"], v["return_reason"], v["note"] or ""),
            ("end", "return_reason"),
        )  # fmt: skip

    def check(self, person: int, name: str) -> None:
        """Somebody asked after her."""
        store = self._station.store
        self._ask(
            f"核实本人 · {name}", WorkCheck, _CHECK, {"date": self._home.today}, "means",
            lambda v, _: service.record_check(store, person, v), ("date", "means", "found"),
        )  # fmt: skip

    def card(self, person: int, name: str) -> None:
        """A card; number and prints follow from the register."""
        store = self._station.store
        self._ask(
            f"发卡 · {name}(卡号空着自动编)", WorkCard, _CARD,
            {"kind": "1", "issued": self._home.today}, "number",
            lambda v, _: service.give_card(store, person, _filled(v)), ("kind", "issued"),
        )  # fmt: skip

    def seek(self, person: int, name: str) -> None:
        """Somebody registers as a job seeker; what is known of her wishes is filled in."""
        store = self._station.store
        self._seeker(lambda: seeker_form.to_register(store, person, name))

    def _seeker(self, look: Callable[[], SeekerForm | None]) -> None:
        def done(made: SeekerForm | None) -> None:
            if made is not None:
                form = form_of(
                    made.model, made.keys, made.values, self._context, seeker_form.NEEDED
                )
                self.asked = Asked(made.title, form, made.first, made.keep)
                self._home.ended = None
                self._view.changed()

        self._station.runner.run(lambda _p: look(), done, way=Way.READ)

    def update(self, line: UpdateLine) -> None:
        """A group's update of the month; one that stands is corrected."""
        store, month = self._station.store, self._home.month
        reporter = line.reporter if line.reported else line.leader
        self._ask(
            f"{month} 台账月报 · {line.village}{line.name}", WorkUpdate, _UPDATE,
            {"date": line.date or self._home.today, "away": line.away, "left": line.left,
             "back": line.back, "reporter": reporter or None, "note": line.note or None}, "away",
            lambda v, seen: update(store, month, line.place, v, seen), ("date",),
        )  # fmt: skip

    def narrow(self, filter_: Filter, take: Callable[[Filter], object]) -> None:
        """What narrows a list; nothing of it is kept."""
        values = {k: getattr(filter_, k) or None for k in _FILTER}
        values["province"] = filter_.province.ljust(12, "0") if filter_.province else None
        form = RecordForm(_FILTER, values, self._context)

        def keep(v: dict[str, Any], _seen: dict[str, Any]) -> None:
            where = str(v["province"] or "")
            said = {k: v[k] or "" for k in ("sex", "schooling", "trade", "hardship")}
            take(Filter(v["age_from"], v["age_to"], province=_part(where), **said))

        self.asked = Asked("筛选(都空着:不筛)", form, "age_from", keep)
        self._home.ended = None
        self._view.changed()

    def _ask(
        self, title: str, model: type[Record], keys: Sequence[str], values: Mapping[str, Any],
        first: str, keep: Callable[[dict[str, Any], dict[str, Any]], Saved], needed: Sequence[str],
    ) -> None:  # fmt: skip
        form = form_of(model, keys, values, self._context, needed)
        self.asked, self._home.ended = Asked(title, form, first, keep), None
        self._view.changed()

    def _context(self) -> Context:
        return Context(today=self._home.today)

    # -- keeping -------------------------------------------------------------------------------

    def drop(self) -> None:
        """Not this one."""
        self.asked = None
        self._view.changed()

    def keep(self) -> None:
        """Keep what was entered, or go to the field that stops it."""
        asked = self.asked
        if asked is None:
            return
        stopping = asked.form.stop()
        if stopping is not None:
            self.go_to = stopping
            self._view.changed()
            return
        act = asked.entered()
        if asked.form.specs is _FILTER:
            self.asked = None
            act()
            return
        said = asked.title.partition("(")[0]
        self._run(lambda: act() or Saved(0), f"已记:{said}", asked)

    def take_back(self, happened: Happened) -> None:
        """A line of the history was entered wrongly."""
        store, key = self._station.store, happened.record_id

        def act() -> Saved:
            if happened.record_type == SEEKING:
                return seeking.delete(store, key)
            return service.delete_record(store, MODELS[happened.record_type], key)

        self._run(act, f"已删:{happened.what} {happened.text}")

    def withdraw(self, happened: Happened, name: str) -> None:
        """Take a card back, or close a registration."""
        store = self._station.store
        if happened.record_type == SEEKING:
            self._seeker(lambda: seeker_form.to_close(store, happened.record_id, name))
        if happened.record_type == CARD:
            self._run(
                lambda: service.withdraw_card(store, happened.record_id),
                f"已收回:{happened.text}",
            )

    def adopt(self, place: int) -> None:
        """Take into the register whom the forms have at work."""
        store = self._station.store

        def done(found: Adopted) -> None:
            lines = [p.text for p in found.problems]
            left = f",{len(lines)} 人还缺起始月份或地点" if lines else ""
            said = f"由调查表入册 {found.made:,} 人{left}"
            self._home.ended = Ended(said, not lines, lines[:20])
            self._view.changed()
            self._station.runner.changed(found.touched)

        self._station.runner.run(
            lambda p: adopt(store, place, progress=p), done,
            lambda error: self._failed(None, error), way=Way.LONG_WRITE,
        )  # fmt: skip

    def _run(self, act: Callable[[], Saved], said: str, asked: Question | None = None) -> None:
        def work(_progress: Progress) -> Saved:
            return act()

        def done(saved: Saved) -> None:
            if self.asked is asked:
                self.asked = None
            lines = [p.text for p in saved.problems]
            warned = f"。请核对:{lines[0]}" if lines else ""
            self._home.ended = Ended(said + warned, whole=not lines, lines=lines[1:])
            self._view.changed()
            self._station.runner.changed(saved.touched)

        self._station.runner.run(work, done, lambda error: self._failed(asked, error))

    def _failed(self, asked: Question | None, error: BaseException) -> None:
        self._home.ended = told(error)
        if asked is not None and isinstance(error, Rejected):
            at = asked.form.refuse(error.problems)
            if at is not None:
                self.go_to, self._home.ended = at, None  # said at the field
        self._view.changed()
        if self._home.ended is None and self.go_to is None:
            self._station.runner.fail(error)


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in values.items() if v is not None}


def _part(place: str) -> str:
    """The digits of a place that say something; of a country all."""
    return significant(place) if place and not place.startswith("999") else place
