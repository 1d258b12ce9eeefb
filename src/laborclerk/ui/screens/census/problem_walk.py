"""The problems of the open household form: what the bar lists, in which order, and where F8 goes
from here."""

from __future__ import annotations

from typing import Protocol

from laborclerk.features.census import household_form
from laborclerk.features.census.household_form import reasons_of
from laborclerk.kernel.errors import Problem, Severity
from laborclerk.ui.screens.census.records import Key
from laborclerk.ui.screens.census.said import View
from laborclerk.ui.screens.census.state import FormState

_RANK = {Severity.BLOCK: 0, Severity.WARN: 1, Severity.HINT: 2}


class Form(Protocol):
    """The form that is open (the presenter)."""

    state: FormState | None


class ProblemWalk:
    """The problems of what is open."""

    def __init__(self, view: View, form: Form) -> None:
        self._view, self._form = view, form
        self._at: Key | None = None  # where F8 went last, and what it went through
        self._places: list[Key] = []

    def begin(self) -> None:
        """Another form is open."""
        self._at, self._places = None, []

    def told(self) -> list[Problem]:
        """What the bar lists: wrong first, then what wants a reason, then hints; without the
        missing items, which are counted."""
        state = self._form.state
        return sorted(state.told, key=lambda p: _RANK[p.severity]) if state else []

    def explained(self) -> list[tuple[Problem, str]]:
        """Warnings with the reasons that were given for them; a reason can be changed."""
        state = self._form.state
        if state is None:
            return []
        known = reasons_of(state.form.form)
        found = [(p, known.get(household_form.reason_key(p), "")) for p in state.problems]
        return [(p, why) for p, why in found if why and p.severity is Severity.WARN]

    def next(self) -> None:
        """F8: the cursor goes to the next field that is wrong, doubtful or missing."""
        self._view.take_in()
        state = self._form.state
        if state is None:
            return
        missing = [p for p in state.problems if p.code == "field_missing"]
        places = list(dict.fromkeys(state.place_of(p) for p in [*self.told(), *missing]))
        if not places:
            self._view.say("没有问题了")
            return
        # what was mended since is gone from the list: go on behind where the cursor was
        known = places if self._at in places else self._places
        after = known.index(self._at) + 1 if self._at in known else len(known)
        self._at = next((at for at in known[after:] if at in places), places[0])
        self._places = places
        self._view.go_to(*self._at)
