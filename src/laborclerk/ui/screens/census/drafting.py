"""The drafts of the household form: what is entered is kept at once, and a draft that was left
behind is offered when its household is opened again."""

from __future__ import annotations

import copy
from typing import Protocol

from laborclerk.features.census.household_form import DRAFT
from laborclerk.kernel.clock import show_time
from laborclerk.store import drafts
from laborclerk.store.drafts import KeptDraft
from laborclerk.ui.screens.census.records import SPECS
from laborclerk.ui.screens.census.said import View
from laborclerk.ui.screens.census.state import FormState
from laborclerk.ui.station import Station

DECIDE = "这一户有没存完的草稿:Alt+Y 接着录,Alt+N 丢弃草稿"
MET = "“{labels}”在另一处也改过(F6 看改成什么),这里是草稿的。存就用草稿的"
HELD_DRAFT = "正在导入,导入完才能存草稿,请先不要关电脑"


class Form(Protocol):
    """The form that is open (the presenter)."""

    state: FormState | None


class Drafting:
    """The drafts of what is open. `offered` is one of which she has not yet said what becomes."""

    def __init__(self, station: Station, view: View, form: Form) -> None:
        self._station, self._view, self._form = station, view, form
        self.offered: KeptDraft | None = None

    def offer(self) -> None:
        """Ask what becomes of the draft that is on offer, if one is."""
        if self.offered is not None:
            when, clerk = show_time(self.offered.at), self.offered.clerk
            mine = clerk == self._station.store.clerk
            self._view.offer_draft(when if mine else f"{clerk} 在 {when}")

    def take(self) -> None:
        """Go on with the draft that was offered."""
        draft, self.offered = self.offered, None
        state, store = self._form.state, self._station.store
        if state and draft:
            self._station.runner.run(lambda _p: drafts.take_over(store, draft))
            met = state.take_draft(draft.content)
            self._view.say("")  # that she is to decide
            self._view.form_changed()
            if met:
                labels = [SPECS[state.record(r)[0]][k].label for r, k in met]
                self._view.go_to(*met[0])
                self._view.refuse(MET.format(labels="、".join(dict.fromkeys(labels))))

    def drop(self) -> None:
        """Throw the offered draft away."""
        draft, self.offered = self.offered, None
        store = self._station.store
        if self._form.state and draft:
            self._station.runner.run(lambda _p: drafts.throw_away(store, draft))
            self._view.say("")
            self._view.form_changed()

    def undecided(self) -> bool:
        """Whether a draft is on offer: until she has said what becomes of it, nothing may be
        entered over it."""
        if self.offered is not None:
            self._view.refuse(DECIDE)
        return self.offered is not None

    def keep(self, *, quiet: bool = False) -> None:
        """Keep what is entered, if there is something to keep; `quiet`: something else is told."""
        state = self._form.state
        if state is None or not (state.dirty or state.has_visit or state.typed):
            return
        store, record_id = self._station.store, state.household_id
        content = copy.deepcopy(state.as_draft())

        def done(at: int) -> None:
            if self._form.state is state and not quiet:
                self._view.say(f"已存为草稿 {show_time(at)[-5:]}", kept=True)

        job = self._station.runner.run(
            lambda _p: drafts.keep(store, DRAFT, record_id, content),
            done,
            key=f"draft-{record_id}",
        )
        if job.held:
            self._view.say(HELD_DRAFT)
