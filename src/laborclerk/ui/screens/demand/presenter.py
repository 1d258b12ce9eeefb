"""The register of demand without a window: posts and employers, their forms, what the law says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

from laborclerk.catalog.values import Context
from laborclerk.features.demand.model import Employer, Post
from laborclerk.features.demand.rules import check_employer, check_post
from laborclerk.features.demand.service import (
    Demand,
    Kept,
    close_post,
    employers,
    register,
    save_employer,
    save_post,
)
from laborclerk.features.dispatch.outcome import sent
from laborclerk.features.matching.service import Counts, PostFit, counts, posts_for, view_of
from laborclerk.kernel.errors import Problem, Rejected
from laborclerk.kernel.progress import Progress
from laborclerk.store.base import fields_of, values_of
from laborclerk.ui.entry import Choice
from laborclerk.ui.jobs import Touched, Way, touches
from laborclerk.ui.longwork import Ended, told
from laborclerk.ui.picking import Pickable
from laborclerk.ui.record_form import RecordForm
from laborclerk.ui.screens.demand.advising import Advising
from laborclerk.ui.screens.demand.people import People
from laborclerk.ui.station import Station

POST_FIELDS = tuple(
    k for k in fields_of(Post) if k not in ("employer", "closed", "close_reason", "deleted")
)
EMPLOYER_FIELDS = tuple(k for k in fields_of(Employer) if k != "deleted")
_CONCERNS = ("post", "employer", "offer", "batch", "batch_member")
# what a new post begins with
_USUAL: dict[str, Any] = {"pay_kind": "1", "age_min": 18, "hours": 80, "rest_days": 4}


class Page(Enum):
    """What the screen shows."""

    REGISTER = "register"
    POST = "post"
    EMPLOYER = "employer"
    PEOPLE = "people"
    POSTS = "posts"  # for one person
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Line:
    """A post of the register with what was asked."""

    demand: Demand
    counts: Counts
    sent: int  # put into a batch
    arrived: int
    warnings: Sequence[Problem]

    @property
    def id(self) -> int:
        return self.demand.id


class View(Protocol):
    """What the presenter tells the screen."""

    def changed(self) -> None: ...


@dataclass
class Form:
    """A post or an employer while it is typed; a new one has no `record_id`."""

    fields: RecordForm
    record_id: int | None


class DemandPresenter:
    """State and actions of the screen."""

    def __init__(self, station: Station, view: View) -> None:
        self.station = station
        self.view = view
        self.page = Page.REGISTER
        self.every = False  # closed posts, too
        self.lines: list[Line] = []
        self.firms: dict[int, Mapping[str, Any]] = {}
        self.form: Form | None = None
        self.employer: int | None = None  # of the post that is typed
        self.ended: Ended | None = None
        self.go_to: str | None = None
        self.latest: int | None = None  # the line to stand on
        self.people = People(station, view.changed)
        self.advising = Advising(station, view.changed)
        self.person: tuple[int, str] | None = None  # whose posts are listed
        self.person_posts: Sequence[PostFit] | None = None  # None while they are read
        self._came_from: int | None = None  # of the list of people
        self._waiting: Form | None = None  # the post for which an employer is typed
        self._loaded = False
        self.read = False  # the register was read once
        station.runner.on_change(self._touched)

    # -- the register --------------------------------------------------------------------------

    def load(self) -> None:
        """Read the register anew."""
        self._loaded = True
        store = self.station.store

        def work(_progress: Progress) -> tuple[list[Line], dict[int, Mapping[str, Any]]]:
            today = store.clock.today()
            with store.read() as session:
                asked, gone = counts(session), sent(session)
                lines = [
                    Line(
                        d,
                        asked.get(d.id, Counts()),
                        *gone.get(d.id, (0, 0)),
                        d.warnings if d.open else (),
                    )
                    for d in register(session, today)
                ]
                return lines, {e.id: {"id": e.id, **values_of(e)} for e in employers(session)}

        def done(found: tuple[list[Line], dict[int, Mapping[str, Any]]]) -> None:
            self.lines, self.firms = found
            self.read = True
            self.view.changed()

        self.station.runner.run(work, done, way=Way.LOOK, key="demand")

    def _touched(self, touched: Touched) -> None:
        if self._loaded and touches(touched, *_CONCERNS):
            self.load()

    def shown(self) -> list[Line]:
        """The lines of the list that is chosen."""
        return [line for line in self.lines if line.demand.open or self.every]

    def show_all(self, every: bool) -> None:
        """Open posts only, or all."""
        self.every = every
        self.view.changed()

    def line(self, post: int | None) -> Line | None:
        return next((line for line in self.lines if line.id == post), None)

    def summary(self) -> str:
        """One line about what is wanted: posts are counted in people (X-01)."""
        open_ = [line for line in self.lines if line.demand.open]
        wanted = sum(line.demand.post.get("headcount") or 0 for line in open_)
        firms = len({line.demand.post.get("employer") for line in open_})
        willing = sum(line.counts.willing for line in open_)
        return f"在招 {firms}家 {len(open_)}个岗位 {wanted:,}人 · 愿意去 {willing:,}人次"

    # -- forms ---------------------------------------------------------------------------------

    def begin_post(self) -> None:
        """A new post, of the employer of the line before if there is one."""
        values = dict.fromkeys(fields_of(Post)) | _USUAL
        values["registered"] = self.station.store.clock.today()
        self._show_post(None, values, self.employer)

    def edit_post(self, post: int) -> None:
        line = self.line(post)
        if line is not None:
            held = dict(line.demand.post)
            self._show_post(post, held, held.get("employer"))

    def _show_post(self, post: int | None, values: dict[str, Any], employer: int | None) -> None:
        specs = fields_of(Post)
        self.form = Form(self._record({k: specs[k] for k in POST_FIELDS}, values), post)
        self.page, self.employer, self.ended, self.go_to = Page.POST, employer, None, "name"
        self.view.changed()

    def begin_employer(self) -> None:
        """A new employer; from the form of a post it becomes that post's."""
        self._show_employer(None, dict.fromkeys(fields_of(Employer)) | {"kind": "1"})

    def edit_employer(self, employer: int | None) -> None:
        held = self.firms.get(employer or 0)
        if held is not None:
            self._show_employer(employer, dict(held))

    def _show_employer(self, employer: int | None, values: dict[str, Any]) -> None:
        self._waiting = self.form if self.page is Page.POST else None
        specs = fields_of(Employer)
        fields = self._record({k: specs[k] for k in EMPLOYER_FIELDS}, values)
        self.form = Form(fields, employer)
        self.page, self.ended, self.go_to = Page.EMPLOYER, None, "name"
        self.view.changed()

    def _record(self, specs: Mapping[str, Any], values: dict[str, Any]) -> RecordForm:
        today = self.station.store.clock.today()
        return RecordForm(specs, values, lambda: Context(today=today, codes_by="number"))

    def employer_choices(self) -> Pickable:
        """The employers a post can be of."""
        return Pickable(
            [Choice(i, "", str(f.get("name") or ""), str(f.get("credit_code") or ""))
             for i, f in self.firms.items()]
        )  # fmt: skip

    def choose_employer(self, employer: int) -> None:
        """The post that is typed is of this employer."""
        self.employer = employer
        if self.form is not None:
            self.form.fields.dirty = True
        self.view.changed()

    def warnings(self) -> list[Problem]:
        """What the checks and the law say of what is typed."""
        if self.form is None:
            return []
        if self.page is Page.EMPLOYER:
            return check_employer(self.form.fields.values)
        firm = self.firms.get(self.employer or 0)
        return check_post(self.form.fields.values, firm)

    def save(self) -> None:
        """Keep what is typed."""
        form = self.form
        if form is None:
            return
        unread = form.fields.unread()
        if unread:
            self.go_to = unread[0]
            self.ended = Ended("还有项目没有填好,见标红处", whole=False)
            self.view.changed()
            return
        store, page = self.station.store, self.page
        values, seen = dict(form.fields.values), dict(form.fields.read)
        values.pop("id", None)
        if page is Page.POST:
            values["employer"] = self.employer

        def work(_progress: Progress) -> Kept:
            keep = save_post if page is Page.POST else save_employer
            return keep(store, values, form.record_id, read=seen)

        self.station.runner.run(work, lambda kept: self._kept(kept, page), self._failed)

    def _kept(self, kept: Kept, page: Page) -> None:
        count = len(kept.problems)
        warned = f",{count}处提醒请与单位核实" if count else ""
        name = self.form.fields.values.get("name") if self.form else ""
        self.ended = Ended(f"已存:{name}{warned}", whole=not count)
        if page is Page.EMPLOYER:
            self.employer = kept.id
            self.form, self._waiting = self._waiting, None
            self.page = Page.POST if self.form is not None else Page.REGISTER
        else:
            self.latest, self.form, self.page = kept.id, None, Page.REGISTER
        self.station.runner.changed(kept.touched)
        self.view.changed()

    def back(self) -> bool:
        """Esc: one step back; whether there was one."""
        if self.page is Page.POSTS:
            self.page, self.person = Page.PEOPLE, None
            self.people.next = self._came_from
            self.view.changed()
            return True
        if self.page is Page.PEOPLE:
            if self.people.why is not None:
                self.people.drop_why()
                return True
            self.latest = self.people.demand.id if self.people.demand else None
            self.people.leave()
        elif self.page is Page.EMPLOYER and self._waiting is not None:
            self.form, self._waiting = self._waiting, None
            self.page, self.ended = Page.POST, None
            self.view.changed()
            return True
        elif self.page is Page.ADVICE:
            self.advising.shown, self.advising.form = False, None
        elif self.page is Page.REGISTER:
            return False
        self.page, self.form, self.ended = Page.REGISTER, None, None
        self.view.changed()
        return True

    @property
    def dirty(self) -> bool:
        """Whether something is typed that is not kept."""
        if self.page is Page.ADVICE:
            return self.advising.form is not None and self.advising.form.dirty
        return self.form is not None and self.form.fields.dirty

    # -- people, closing -----------------------------------------------------------------------

    def open_people(self, post: int) -> None:
        """The people for a post."""
        line = self.line(post)
        if line is not None:
            self.page, self.ended = Page.PEOPLE, None
            self.people.open(line.demand)

    def open_posts(self, person: int) -> None:
        """The posts for somebody of the list."""
        fit, store = self.people.fit(person), self.station.store
        if fit is None:
            return
        self.page, self.person_posts, self._came_from = Page.POSTS, None, person
        self.person = (person, f"{fit.person['name']} {fit.age or ''}岁")
        self.view.changed()

        def work(_progress: Progress) -> list[PostFit]:
            view = view_of(store)
            with store.read() as session:
                return posts_for(session, person, view)

        def done(found: list[PostFit]) -> None:
            self.person_posts = found
            self.view.changed()

        self.station.runner.run(work, done, way=Way.LOOK, key="demand-posts")

    def from_person(self, post: int) -> None:
        """From somebody's posts to the people of one of them, standing on her."""
        person = self.person
        if person is not None:
            self.people.next = person[0]
            self.open_people(post)

    def open_advice(self) -> None:
        """The guidance table."""
        self.page, self.ended = Page.ADVICE, None
        self.advising.open()
        self.view.changed()

    def close(self, post: int, reason: str) -> None:
        """No more people for a post ('' : again)."""
        store = self.station.store

        def done(kept: Kept) -> None:
            self.ended = Ended("已停招" if reason else "又在招了")
            self.station.runner.changed(kept.touched)

        self.station.runner.run(lambda _p: close_post(store, post, reason), done, self._failed)

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, Rejected) and self.form is not None:
            self.go_to = self.form.fields.refuse(error.problems)
        self.ended = told(error)
        self.view.changed()
        if self.ended is None:
            self.station.runner.fail(error)
