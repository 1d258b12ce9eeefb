"""Saving the household form: what stops it, what wants a reason first, and what comes after."""

from __future__ import annotations

import copy
from typing import Protocol

from laborclerk.features.census.household_form import FINISHED, HouseholdForm, unexplained
from laborclerk.kernel.clock import show_time
from laborclerk.kernel.errors import Rejected, Severity
from laborclerk.kernel.progress import Progress
from laborclerk.ui.screens.census.keeping import keep
from laborclerk.ui.screens.census.records import Key
from laborclerk.ui.screens.census.said import View
from laborclerk.ui.screens.census.state import FormState
from laborclerk.ui.station import Station

HELD_SAVE = "正在导入,导入完就存这一户,请先不要关电脑"
TO_MEND = "还有 {count} 处要改,按 F8 逐个去;也可以 Ctrl+S 先存为未完成"


class Form(Protocol):
    """The form that is open (the presenter)."""

    state: FormState | None

    def saved(self) -> None: ...

    def go_on(self, *, was_new: bool) -> None: ...

    def failed(self, error: BaseException) -> None: ...


class Saving:
    """Saves what is open. `asking`: completing waits for a reason; `last`: the form saved last."""

    def __init__(self, station: Station, view: View, form: Form) -> None:
        self._station, self._view, self._form = station, view, form
        self.under_way = False
        self.asking = False
        self.last: HouseholdForm | None = None

    def save(self, state: FormState, *, finish: bool) -> None:
        """Save as complete (`finish`) or as it stands; the cursor goes to what stops it."""
        state.refuse(())
        visit = state.wrong_visit()
        if state.only_visit and visit is None:
            self._save(state, finish=False, visit_only=True, go_on=finish)
            return
        if finish and not state.only_visit:
            state.ask_all()
            self._view.fields_changed()
        stopping = _stopping(state) if finish and not state.only_visit else []
        if visit is not None:
            stopping.insert(0, (0, visit.where.field or "next_date"))
            self._view.refuse(visit.text)
        elif stopping:
            self._view.refuse(TO_MEND.format(count=len(stopping)))
        if stopping:
            self._view.alert()
            self._view.go_to(*stopping[0])
            return
        if not finish and _stays_done(state):
            self._save(state, finish=True, visit_only=False, go_on=False)
            return
        if finish:
            asked = unexplained(state.problems, state.form.form)
            if asked:
                self.asking = True
                self._view.ask_reason(asked[0])
                return
        self._save(state, finish=finish, visit_only=False, go_on=finish)

    def _save(self, state: FormState, *, finish: bool, visit_only: bool, go_on: bool) -> None:
        store, runner = self._station.store, self._station.runner
        sent = state.copy_to_save()
        mine = copy.deepcopy(sent)
        visit = {k: v for k, v in state.visit.items() if k != "id" and v is not None}
        was_new = state.is_new
        self.under_way = True

        def work(_progress: Progress) -> dict[str, set[int]]:
            return keep(store, mine, {} if not visit.get("result") else visit, finish=finish,
                        form=not visit_only)  # fmt: skip

        def done(touched: dict[str, set[int]]) -> None:
            state.saved(sent, mine)
            self.last = copy.deepcopy(mine)
            when = show_time(store.clock())[-5:]
            number = mine.household.get("number") or ""
            how = "" if finish else "(访问)" if visit_only else "(未完成)"
            self._view.say(f"户{number} 已存{how} {when}", saved=True)
            if self._form.state is state:
                self._form.saved()
            runner.changed(touched)  # still saving: not for this form
            self.under_way = False
            if go_on and self._form.state is state:
                self._form.go_on(was_new=was_new)

        def failed(error: BaseException) -> None:
            self.under_way = False
            if isinstance(error, Rejected):
                state.refuse(error.problems)
            self._form.failed(error)

        if runner.run(work, done, failed).held:
            self._view.say(HELD_SAVE)


def _stays_done(state: FormState) -> bool:
    """Whether keeping corrects a complete form that stays complete."""
    return (
        state.form.form.get("status") == FINISHED
        and not _stopping(state)
        and not unexplained(state.problems, state.form.form)
    )


def _stopping(state: FormState) -> list[Key]:
    wrong = [p for p in state.problems if p.severity is Severity.BLOCK]
    return list(dict.fromkeys(state.place_of(p) for p in wrong))
