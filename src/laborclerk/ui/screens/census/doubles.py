"""People met twice at entry: looked for as a number or name is typed, and the three ways out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from laborclerk.features.census import household_form, service
from laborclerk.features.census.household_form import HouseholdForm, reasons_of
from laborclerk.features.registry.doubles import NAME_BIRTH, Double, doubles
from laborclerk.kernel.progress import Progress
from laborclerk.ui.jobs import Way
from laborclerk.ui.screens.census.state import FormState
from laborclerk.ui.station import Station


class View(Protocol):
    """What is said to the screen."""

    def show_doubles(self, person_id: int, found: Sequence[Double]) -> None: ...

    def go_to(self, record_id: int, key: str) -> None: ...

    def alert(self) -> None: ...


class Form(Protocol):
    """The form that is open (the presenter)."""

    state: FormState | None

    def after_change(self) -> None: ...

    def taken_over(self, fresh: HouseholdForm, person: int, said: str) -> None: ...

    def failed(self, error: BaseException) -> None: ...


class Doubles:
    """Doubles of the members of the form that is open."""

    def __init__(self, station: Station, view: View, form: Form) -> None:
        self._station, self._view, self._form = station, view, form
        self.found: list[Double] = []

    def look_for(self, person_id: int) -> None:
        """Look for others who may be this member; those noted as truly another are left out."""
        state, store = self._form.state, self._station.store
        person = state.member(person_id) if state else None
        if state is None or person is None:
            return
        facts, household = dict(person), state.household_id
        place = state.form.household.get("place")
        near = self._station.township_of(place) if isinstance(place, int) else None
        inside = {p["id"] for p in state.members}
        settled = reasons_of(state.form.form)

        def work(_progress: Progress) -> list[Double]:
            with store.read() as session:
                return doubles(session, facts, household, near)

        def done(found: list[Double]) -> None:
            if self._form.state is not state:
                return
            self.found = [
                d for d in found if d.person not in inside and key(person_id, d) not in settled
            ]
            if self.found:
                self._view.alert()
            self._view.show_doubles(person_id, self.found)

        self._station.runner.run(work, done, way=Way.LOOK, key="doubles")

    def same_person(self, person_id: int, double: Double) -> None:
        """The other one moved here: she is taken over with all she has, this line goes."""
        state, store = self._form.state, self._station.store
        if state is None:
            return
        form = state.copy_to_save()
        stored = person_id in form.seen
        form.persons = [p for p in form.persons if p["id"] != person_id or stored]
        round_id, household = state.round.id, state.household_id

        def work(_progress: Progress) -> HouseholdForm:
            service.take_over(store, form, double.person, person_id if stored else None)
            return household_form.open_form(store, household, round_id)

        def done(fresh: HouseholdForm) -> None:
            self._station.runner.changed(None)
            if self._form.state is state:
                self._form.taken_over(fresh, double.person, f"{double.name} 已迁入本户")

        self._view.show_doubles(person_id, [])
        self._station.runner.run(work, done, self._form.failed)

    def wrong_number(self, person_id: int, double: Double) -> None:
        """A slip of the keyboard: back to the field."""
        self._view.show_doubles(person_id, [])
        self._view.go_to(person_id, "name" if double.reason == NAME_BIRTH else "id_number")

    def another_person(self, person_id: int, double: Double) -> None:
        """Truly somebody else: it is noted and not asked again."""
        state = self._form.state
        if state is None:
            return
        state.set_reason(key(person_id, double), "确是另一人")
        self.found = [d for d in self.found if d is not double]
        self._view.show_doubles(person_id, self.found)
        self._form.after_change()


def key(person_id: int, double: Double) -> str:
    """Under which key of the form's reasons it is noted that two are truly two."""
    return household_form.double_key(person_id, double.person)
