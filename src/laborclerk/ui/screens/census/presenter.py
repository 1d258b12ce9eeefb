"""The household form: opening, entering, going to the next one; drafts, problems, doubles and
saving lie beside."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from laborclerk.catalog.names import display_name
from laborclerk.features.census import household_form, service
from laborclerk.features.census.household_form import (
    FormProblem,
    HouseholdForm,
)
from laborclerk.features.census.rounds import RoundProblem
from laborclerk.features.exchange.conflicts import disputes
from laborclerk.features.exchange.past import Line, past
from laborclerk.kernel.errors import Problem, Rejected
from laborclerk.kernel.progress import Progress
from laborclerk.store.base import record_types
from laborclerk.store.drafts import KeptDraft
from laborclerk.ui import entry
from laborclerk.ui.entry import Entered, FieldState
from laborclerk.ui.jobs import Touched, Way
from laborclerk.ui.places import TypedPlaces
from laborclerk.ui.screens.census.doubles import Doubles
from laborclerk.ui.screens.census.drafting import Drafting
from laborclerk.ui.screens.census.keeping import Opened, read
from laborclerk.ui.screens.census.problem_walk import ProblemWalk
from laborclerk.ui.screens.census.records import Key
from laborclerk.ui.screens.census.said import View
from laborclerk.ui.screens.census.saving import Saving
from laborclerk.ui.screens.census.state import FormState
from laborclerk.ui.station import Station

_DOUBLE_FIELDS = ("id_number", "name", "birth_date")


class CensusPresenter:
    """State and actions of the household form. `leave` is called when the clerk is done here,
    `work` leads to a person in the work register."""

    def __init__(
        self, station: Station, view: View, leave: Callable[[], None],
        work: Callable[[int], None] = lambda person: None,
    ) -> None:  # fmt: skip
        self.station = station
        self.view = view
        self.leave = leave
        self._work = work
        self.places = TypedPlaces(station.tree)
        self.state: FormState | None = None
        self.queue: list[int] = []  # households to go through; empty: the village in order
        self.doubles = Doubles(station, view, self)
        self.drafting = Drafting(station, view, self)
        self.problems = ProblemWalk(view, self)
        self.saving = Saving(station, view, self)
        self._wanted: int | None = None  # whose sections to open
        station.runner.on_change(self._changed)
        station.runner.run(lambda _p: entry.warm(), way=Way.LOOK)

    # -- opening -------------------------------------------------------------------------------

    def open(
        self,
        household_id: int,
        queue: Sequence[int] = (),
        person: int | None = None,
        *,
        with_draft: bool = False,
    ) -> None:
        """Open a household's form, at `person` if one is named; `queue` are the households that
        Ctrl+Enter and Alt+↓ go through. `with_draft`: she has asked for its draft already."""
        self.view.take_in()
        self.view.say("")  # what was said of another household
        if queue:
            self.queue = list(queue)
        self._open(household_id, person, with_draft=with_draft)

    def _open(
        self, household_id: int, person: int | None = None, *, with_draft: bool = False
    ) -> None:
        self._wanted = person
        store, round_ = self.station.store, self.station.round
        if round_ is None:
            self.view.refuse(RoundProblem.NO_ROUND.value)
            return

        places = self._places()

        def work(_progress: Progress) -> tuple[Opened, FormState]:
            opened = read(store, household_id, round_.id)
            return opened, FormState(opened.form, round_, places, store.clock.today())

        def done(found: tuple[Opened, FormState]) -> None:
            self._opened(*found)
            if with_draft:
                self.drafting.take()

        self.station.runner.run(work, done, self.failed, way=Way.READ, key="census-open")

    def new(self, place: int | None = None) -> None:
        """An empty form; what repeats is carried over from the last one."""
        self.view.take_in()
        store, round_, last = self.station.store, self.station.round, self.saving.last
        if round_ is None:
            self.view.refuse(RoundProblem.NO_ROUND.value)
            return
        if last is None and self.state is not None:
            last = self.state.form
        form = household_form.new_form(store, place, round_.id, last)
        self._put(self._checked(form), None)

    def _opened(self, opened: Opened, state: FormState) -> None:
        if opened.form.household.get("deleted"):
            self.view.refuse("这一户已被删除或撤销")
            self.close()
            return
        new = opened.form.household["id"] not in opened.form.seen
        self._put(state, None if new else opened.draft)
        if new and opened.draft and self.state:  # it lives in its draft only: go on with it
            self.drafting.offered = opened.draft
            self.drafting.take()

    def _checked(self, form: HouseholdForm) -> FormState:
        assert self.station.round is not None
        today = self.station.store.clock.today()
        return FormState(form, self.station.round, self._places(), today)

    def _places(self) -> TypedPlaces:
        if self.places.tree is not self.station.tree:  # places came or went
            self.places = TypedPlaces(self.station.tree)
        return self.places

    def _put(self, state: FormState, draft: KeptDraft | None) -> None:
        self.state = state
        state.places = self._places()
        place = state.form.household.get("place")
        self.places.village = place // 1000 * 1000 if isinstance(place, int) else None
        state.mark_carried()
        self.drafting.offered = draft
        self.problems.begin()
        self.saving.asking = False
        wanted, self._wanted = self._wanted, None
        if self.state.member(wanted):
            self.state.person = wanted
        self.view.form_opened()
        self._look_for_disputes()
        self.drafting.offer()

    def _look_for_disputes(self) -> None:
        """Mark the fields in which stations differ."""
        state, store = self.state, self.station.store
        if state is None or not state.form.seen:
            return
        records = list(state.form.seen)

        def done(found: list[Problem]) -> None:
            if self.state is state and state.dispute(found):
                self.view.fields_changed()

        self.station.runner.run(
            lambda _p: disputes(store, records), done, way=Way.LOOK, key="census-disputes"
        )

    # -- entering ------------------------------------------------------------------------------

    def enter(self, record_id: int, key: str, entered: Entered) -> None:
        """A field was left with something new in it."""
        state = self.state
        if state is None or self.drafting.undecided():
            return
        state.enter(record_id, key, entered)
        if state.shown(record_id, key).state is FieldState.WRONG:
            self.view.alert()
        self.after_change()
        if key in _DOUBLE_FIELDS and state.member(record_id):
            self.doubles.look_for(record_id)

    def pass_by(self, record_id: int, key: str) -> None:
        """A field was left as it was."""
        if self.state:
            self.state.pass_by(record_id, key)
            self.view.fields_changed()

    def select(self, person_id: int | None) -> None:
        """Open another member's sections (None: the household's own)."""
        if self.state and self.state.person != person_id:
            self.state.person = person_id
            self.view.fields_changed()
            if person_id is not None:
                self.doubles.look_for(person_id)

    def add_member(self) -> None:
        """A further member; the cursor goes to its first field."""
        if self.state and not self.drafting.undecided():
            person = self.state.add_member()
            self.drafting.keep()
            self.view.form_changed()
            self.view.go_to(person["id"], "relation")

    def remove_member(self, person_id: int, reason: str) -> None:
        """Take a member out of the register, with a reason of `delete_reason`."""
        state = self.state
        if state is None or self.drafting.undecided():
            return
        if person_id not in state.form.seen:
            state.drop_member(person_id)
            self.drafting.keep()
            self.view.form_changed()
            return
        store = self.station.store

        def done(_: None) -> None:
            if self.state is state:
                state.drop_member(person_id, reason)
                self.view.form_changed()
            self.station.runner.changed({"person": {person_id}})

        self.station.runner.run(
            lambda _p: service.delete_person(store, person_id, reason), done, self.failed
        )

    def copy_above(self, record_id: int, key: str) -> None:
        """F7: the same as the member above, or as the last household."""
        state = self.state
        if state is None or self.drafting.undecided():
            return
        kind, _ = state.record(record_id)
        if kind == "person":
            value = state.above(record_id, key)
        elif (last := self.saving.last) is not None:
            source = {"household": last.household, "census_form": last.form}
            value = source.get(kind, {}).get(key)
        else:
            value = None
        if value is None:
            self.view.refuse("上面没有可照抄的内容")
            return
        state.carry(record_id, key, value)
        self.after_change()

    def look_back(self, *, on_person: bool) -> None:
        """F6: what happened to the member (or to the household), at whichever station."""
        state, store = self.state, self.station.store
        if state is None:
            return
        member = state.member(state.person) if on_person else None
        kind, record_id = ("person", state.person) if member else ("household", state.household_id)
        known = member or state.form.household
        name = str(known.get("name" if member else "head_name") or "未填姓名")

        def work(_progress: Progress) -> list[Line]:
            with store.read() as session:
                record = session.get(record_types()[kind], record_id)
                return past(store, session, record) if record is not None else []

        def done(lines: list[Line]) -> None:
            if self.state is state:
                self.view.show_past(display_name(name) + ("" if member else " 户"), lines)

        self.station.runner.run(work, done, self.failed, way=Way.READ, key="census-past")

    def undo(self) -> bool:
        """Take back the last change of this form; False when there is none."""
        return self._back(self.state.undo() if self.state else None)

    def redo(self) -> bool:
        """Make it again."""
        return self._back(self.state.redo() if self.state else None)

    def _back(self, at: Key | None) -> bool:
        if at is None:
            return False
        self.drafting.keep()
        self.view.form_changed()
        if at[1]:
            self.view.go_to(*at)
        return True

    def after_change(self) -> None:
        """Something was entered: keep the draft, show it."""
        self.drafting.keep()
        self.view.fields_changed()

    def explain(self, problem: Problem, reason: str) -> None:
        """The clerk's reason for a warning; a finish that waited for it goes on."""
        if self.state is None or self.drafting.undecided():
            return
        self.state.explain(problem, reason)
        self.after_change()
        if self.saving.asking and reason:
            self.saving.asking = False
            self.save(finish=True)

    # -- saving --------------------------------------------------------------------------------

    def save(self, *, finish: bool) -> None:
        """Ctrl+Enter (finish, then the next household) or Ctrl+S (keep as unfinished)."""
        self.view.take_in()
        if self.state is not None and not self.saving.under_way and not self.drafting.undecided():
            self.saving.save(self.state, finish=finish)

    def saved(self) -> None:
        """The open form is in the store."""
        self.view.form_changed()
        self._look_for_disputes()

    def go_on(self, *, was_new: bool) -> None:
        """A complete household was saved: the next one, or a new one after a new one."""
        if was_new and not self.queue:
            self.new()
        else:
            self.step(1)

    def failed(self, error: BaseException) -> None:
        """Say what was refused, the cursor at its field."""
        if not isinstance(error, Rejected):
            self.station.runner.fail(error)
            return
        self.drafting.keep(quiet=True)  # another window may have gone on with it
        self.view.refuse(";".join(p.text for p in error.problems[:3]))
        where = error.problems[0].where if error.problems else None
        if where is not None and where.record_id is not None and where.field:
            self.view.go_to(where.record_id, where.field)
            if where.field == "id_number":
                self.doubles.look_for(where.record_id)
        elif (
            error.problems and error.problems[0].message is FormProblem.PLACE_NEEDED and self.state
        ):
            self.view.go_to(self.state.household_id, "place")

    # -- the next one --------------------------------------------------------------------------

    def step(self, direction: int) -> None:
        """Alt+↓ / Alt+↑: the next or the one before, of the queue or of the village."""
        state, store = self.state, self.station.store
        if state is None:
            return
        here = state.household_id
        if here in self.queue:
            at = self.queue.index(here) + direction
            if 0 <= at < len(self.queue):
                self._open(self.queue[at])
            else:
                self.view.say("名单到头了,按 Esc 回到名单")
            return

        def work(_progress: Progress) -> int | None:
            with store.read() as session:
                return service.neighbours(session, here)[0 if direction < 0 else 1]

        def done(found: int | None) -> None:
            if found is not None:
                self._open(found)
            elif direction > 0:
                self.view.say("本村最后一户,Ctrl+N 录新的一户")
            else:
                self.view.say("本村第一户")

        self.station.runner.run(work, done, self.failed, way=Way.READ, key="census-open")

    def taken_over(self, fresh: HouseholdForm, person: int, said: str) -> None:
        """A person moved in from elsewhere: show the household as it is now, with what she had
        entered that could not be saved yet: a visit, texts that could not be read."""
        before = self.state
        self._wanted = person
        self._put(self._checked(fresh), None)
        if before is not None and self.state is not None:
            self.state.keep_unsaved(before)
            self.drafting.keep()
            self.view.form_changed()
        self.view.say(said, saved=True)
        self.view.go_to(person, "relation")

    # -- others --------------------------------------------------------------------------------

    def _changed(self, touched: Touched) -> None:
        state = self.state
        if state is None or self.saving.under_way or state.is_new or state.dirty or state.typed:
            return
        mine = set(state.form.seen)
        if touched is None or any(mine & set(ids) for ids in touched.values()):
            self._open(state.household_id, person=state.person)

    def to_work(self) -> None:
        """The work register and the registrations as a job seeker of who is looked at; what is not
        saved stays as a draft."""
        state = self.state
        if state is None or state.person not in state.form.seen:
            self.view.refuse("这个人还没有存。先按 Ctrl+S 存,再按 F9 看台账、登记求职")
        else:
            self._work(state.person)

    def close(self) -> None:
        """The clerk leaves the form (Esc): what is not saved stays as a draft."""
        self.view.take_in()
        self.state = None
        self.queue = []
        self.leave()
