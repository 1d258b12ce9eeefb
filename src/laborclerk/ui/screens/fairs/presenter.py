"""Job fairs without a window: the list, one fair's fields and posts, the funnel, the door."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from laborclerk.catalog.lunar import lunar_day
from laborclerk.catalog.values import Context
from laborclerk.features.demand.service import Demand, Kept, register
from laborclerk.features.fairs.model import Fair
from laborclerk.features.fairs.rules import check_fair
from laborclerk.features.fairs.service import (
    Funnel,
    fairs,
    funnel,
    posts_of,
    record_intent,
    record_visit,
    save_fair,
    set_posts,
)
from laborclerk.features.registry.lookup import one_person
from laborclerk.features.registry.place_values import RegisterPlaces
from laborclerk.kernel.errors import Problem, Rejected
from laborclerk.kernel.progress import Progress
from laborclerk.store.base import fields_of, values_of
from laborclerk.ui.entry import Choice
from laborclerk.ui.jobs import Touched, Way, touches
from laborclerk.ui.longwork import Ended, told
from laborclerk.ui.picking import Pickable
from laborclerk.ui.record_form import RecordForm
from laborclerk.ui.station import Station

FIELDS = tuple(k for k in fields_of(Fair) if k not in ("deleted", "venue_place"))
_CONCERNS = ("fair", "fair_post", "fair_visit", "offer", "work_spell", "post")


@dataclass(frozen=True, slots=True)
class Line:
    """A fair of the list with its funnel and the posts offered."""

    id: int
    values: Mapping[str, Any]
    funnel: Funnel
    posts: Sequence[int]

    @property
    def problems(self) -> list[Problem]:
        return [*check_fair(self.values), *self.funnel.problems]


class View(Protocol):
    """What the presenter tells the screen."""

    def changed(self) -> None: ...


class FairsPresenter:
    """State and actions of the screen."""

    def __init__(self, station: Station, view: View) -> None:
        self.station = station
        self.view = view
        self.lines: list[Line] = []
        self.demands: list[Demand] = []
        self.read = False
        self.form: RecordForm | None = None  # of the fair that is typed
        self.fair: int | None = None  # the fair of the form, None for a new one
        self.place: int | None = station.place
        self.choosing: int | None = None  # the fair whose posts are chosen
        self.chosen: set[int] = set()
        self.ended: Ended | None = None
        self.go_to: str | None = None
        self.latest: int | None = None
        self._loaded = False
        station.runner.on_change(self._touched)

    def load(self) -> None:
        """Read the fairs anew."""
        self._loaded = True
        store = self.station.store

        def work(_progress: Progress) -> tuple[list[Line], list[Demand]]:
            with store.read() as session:
                lines = [
                    Line(
                        f.id, values_of(f), funnel(session, f),
                        [p.post for p in posts_of(session, f.id) if p.post],
                    )
                    for f in fairs(session)
                ]  # fmt: skip
                return lines, register(session, store.clock.today())

        def done(found: tuple[list[Line], list[Demand]]) -> None:
            self.lines, self.demands = found
            self.read = True
            self.view.changed()

        self.station.runner.run(work, done, way=Way.LOOK, key="fairs")

    def _touched(self, touched: Touched) -> None:
        if self._loaded and touches(touched, *_CONCERNS):
            self.load()

    def line(self, fair: int | None) -> Line | None:
        return next((line for line in self.lines if line.id == fair), None)

    def lunar(self) -> str:
        """The lunar day of the date that is typed."""
        date = str(self.form.values.get("date") or "") if self.form else ""
        day = lunar_day(date) if len(date) == 10 else None
        return f"农历{day.text}" if day else ""

    # -- a fair's fields -----------------------------------------------------------------------

    def begin(self) -> None:
        """A new fair at the station's own place."""
        self._show(None, dict.fromkeys(fields_of(Fair)) | {"kind": "1"}, self.station.place)

    def edit(self, fair: int) -> None:
        line = self.line(fair)
        if line is not None:
            self._show(fair, dict(line.values), line.values.get("venue_place"))

    def _show(self, fair: int | None, values: dict[str, Any], place: int | None) -> None:
        specs = fields_of(Fair)
        today, tree = self.station.store.clock.today(), self.station.tree
        self.form = RecordForm(
            {k: specs[k] for k in FIELDS}, values,
            lambda: Context(today=today, codes_by="number", places=RegisterPlaces(tree)),
        )  # fmt: skip
        self.fair, self.place, self.ended, self.go_to = fair, place, None, "name"
        self.view.changed()

    def choose_place(self, place: int) -> None:
        """Where it is held."""
        self.place = place
        if self.form is not None:
            self.form.dirty = True

    def warnings(self) -> list[Problem]:
        """What the checks say of what is typed, once it has a date."""
        if self.form is None or not self.form.values.get("date"):
            return []
        return check_fair({**self.form.values, "venue_place": self.place})

    def save(self) -> None:
        """Keep what is typed, or the posts that are chosen."""
        if self.choosing is not None:
            self._save_posts(self.choosing)
            return
        form = self.form
        if form is None:
            return
        self.go_to = form.stop()
        if self.go_to:
            self.ended = Ended("还有项目没有填好,见标红处", whole=False)
            self.view.changed()
            return
        store, fair, seen = self.station.store, self.fair, dict(form.read)
        values = {**form.values, "venue_place": self.place}

        def done(kept: Kept) -> None:
            warned = ";".join(p.text for p in kept.problems)
            said = f"已存:{values['name']}"
            self.ended = Ended(f"{said}。{warned}" if warned else said, whole=not warned)
            self.form, self.latest = None, kept.id
            self.station.runner.changed(kept.touched)
            self.view.changed()

        self.station.runner.run(
            lambda _p: save_fair(store, values, fair, read=seen), done, self._failed
        )

    def back(self) -> bool:
        """Esc: what is typed is dropped; whether there was anything."""
        if self.form is None and self.choosing is None:
            return False
        self.form, self.choosing, self.ended = None, None, None
        self.view.changed()
        return True

    # -- posts ---------------------------------------------------------------------------------

    def choose_posts(self, fair: int) -> None:
        """Tick the posts that are offered at a fair."""
        line = self.line(fair)
        if line is not None:
            self.choosing, self.chosen, self.ended = fair, set(line.posts), None
            self.view.changed()

    def offered(self) -> list[Demand]:
        """The posts that can be ticked: open ones, and those already there."""
        return [d for d in self.demands if d.open or d.id in self.chosen]

    def tick(self, post: int) -> None:
        """Offer a post, or no more."""
        self.chosen ^= {post}
        self.view.changed()

    def _save_posts(self, fair: int) -> None:
        store, chosen = self.station.store, set(self.chosen)

        def done(kept: Kept) -> None:
            self.choosing, self.latest = None, fair
            self.ended = Ended(f"已存:{len(chosen)}个岗位")
            self.station.runner.changed(kept.touched)
            self.view.changed()

        self.station.runner.run(lambda _p: set_posts(store, fair, chosen), done, self._failed)

    # -- the door ------------------------------------------------------------------------------

    def post_choices(self, fair: int | None) -> Pickable:
        """The posts of a fair that a visitor may want."""
        line = self.line(fair)
        there = set(line.posts) if line else set()
        none = [Choice(None, "", "只来看看,没有意向")]
        return Pickable(none + [Choice(d.id, "", d.title) for d in self.demands if d.id in there])

    def visit(self, fair: int, who: str, post: int | None) -> None:
        """Somebody came (name, number or telephone), and may want a post."""
        store = self.station.store

        def work(_progress: Progress) -> tuple[str, Kept]:
            with store.read() as session:
                found = one_person(session, who)
                name, person = found.name or "", found.id
            if post is None:
                return name, record_visit(store, fair, person)
            return name, record_intent(store, fair, person, post)

        def done(result: tuple[str, Kept]) -> None:
            name, kept = result
            warned = ";".join(p.text for p in kept.problems)
            said = f"{name}:已记来访" + ("和意向" if post else "")
            self.ended = Ended(f"{said}。{warned}" if warned else said, whole=not warned)
            self.latest = fair
            touched = {**kept.touched, "fair_visit": {kept.id}}
            self.station.runner.changed(touched)

        self.station.runner.run(work, done, self._failed)

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, Rejected) and self.form is not None:
            self.go_to = self.form.refuse(error.problems)
        self.ended = told(error)
        self.view.changed()
        if self.ended is None:
            self.station.runner.fail(error)
