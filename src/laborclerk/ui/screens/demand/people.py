"""The people for one post, without a window: the ranked list, and what they answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from laborclerk.catalog.codes import code_list
from laborclerk.catalog.fields import Value
from laborclerk.features.demand.service import Demand, Kept, one_demand
from laborclerk.features.matching.model import REFUSED, Offer
from laborclerk.features.matching.offers import record_offer, take_back_offer
from laborclerk.features.matching.service import (
    ASKED,
    UNASKED,
    Counts,
    Fit,
    counts,
    how_many,
    people_for,
    view_of,
)
from laborclerk.kernel.errors import Rejected
from laborclerk.kernel.progress import Progress
from laborclerk.store.base import fields_of
from laborclerk.ui.jobs import Touched, Way, touches
from laborclerk.ui.longwork import Ended, told
from laborclerk.ui.picking import Pickable, places
from laborclerk.ui.record_form import RecordForm
from laborclerk.ui.station import Station

LISTS = {"": "全部", UNASKED: "没问过", ASKED: "问过", "1": "愿意", "2": "不去", "3": "再考虑",
         "4": "没联系上"}  # fmt: skip
PAGE = 200
_WHY = ("reasons", "note")


@dataclass
class Why:
    """What is asked of somebody who does not want to go."""

    person: int
    title: str
    form: RecordForm


class People:
    """State and actions of the list. `changed` is called when there is something new to show."""

    def __init__(self, station: Station, changed: Callable[[], None]) -> None:
        self.station = station
        self.demand: Demand | None = None
        self.place = station.place
        self.which = ""
        self.found: list[Fit] = []
        self.total = 0  # told after the list, 0 till then
        self.counts = Counts()
        self.ended: Ended | None = None
        self.why: Why | None = None
        self.reading = False
        self.next: int | None = None  # whom to stand on when the list comes back
        self.limit = PAGE
        self._changed = changed
        station.runner.on_change(self._touched)

    # -- reading -------------------------------------------------------------------------------

    def open(self, demand: Demand) -> None:
        """Show the people for a post."""
        self.demand, self.which, self.ended, self.why = demand, "", None, None
        self.found, self.total, self.limit = [], 0, PAGE
        if self.place is None:
            self.place = self.station.place
        self.read()

    def leave(self) -> None:
        """Nothing is shown any more."""
        self.demand = None

    def places(self) -> Pickable:
        """The places whose people can be listed."""
        return places(self.station.tree)

    def choose(self, place: int) -> None:
        """The people of another place."""
        self.place, self.limit, self.total = place, PAGE, 0
        self.read()

    def narrow(self, which: str) -> None:
        """One of LISTS."""
        if which != self.which:
            self.which, self.limit, self.total = which, PAGE, 0
            self.read()

    def more(self) -> None:
        """The next page."""
        if len(self.found) >= self.limit and not self.reading:
            self.limit += PAGE
            self.read()

    def read(self) -> None:
        """Rank anew."""
        demand, store = self.demand, self.station.store
        if demand is None:
            return
        place = None if self.place == self.station.place else self.place
        which, limit, tree = self.which, self.limit, self.station.tree

        def work(_progress: Progress) -> tuple[Demand | None, list[Fit], Counts]:
            view = view_of(store)
            places(tree)  # a county has thousands: made here, not in the window
            with store.read() as session:
                now = one_demand(session, demand.id, view.today)
                found = people_for(
                    session, now or demand, view, place=place, which=which, limit=limit
                )
                return now, found, counts(session).get(demand.id, Counts())

        def done(result: tuple[Demand | None, list[Fit], Counts]) -> None:
            now, self.found, self.counts = result
            self.reading = False
            if self.demand is not None and now is not None:
                self.demand = now
            self._changed()
            if not self.total:
                self._count(demand, place, which)

        self.reading = True
        self._changed()
        self.station.runner.run(work, done, self._failed, way=Way.LOOK, key="demand-people")

    def _count(self, demand: Demand, place: int | None, which: str) -> None:
        """How many stand behind the list: asked when it is there, once a list."""
        store = self.station.store

        def work(_progress: Progress) -> int:
            view = view_of(store)
            with store.read() as session:
                return how_many(session, demand, view, place=place, which=which)

        def done(total: int) -> None:
            self.total = total
            self._changed()

        self.station.runner.run(work, done, way=Way.LOOK, key="demand-people-count")

    def _touched(self, touched: Touched) -> None:
        if self.demand is not None and touches(
            touched, "offer", "person", "post", "advice", "work_spell", "job_seeking"
        ):
            self.read()

    # -- asking --------------------------------------------------------------------------------

    def fit(self, person: int | None) -> Fit | None:
        """Somebody of the list."""
        return next((f for f in self.found if f.id == person), None)

    def say(self, person: int, answer: str) -> None:
        """Keep an answer ('' only that she was asked); a refusal asks why first."""
        fit = self.fit(person)
        if fit is None:
            return
        if answer == REFUSED:
            self._ask_why(fit)
            return
        self._keep(fit, {"answer": answer or None}, _seen(fit))

    def _ask_why(self, fit: Fit) -> None:
        specs = fields_of(Offer)
        held: dict[str, Any] = {k: (fit.offer or {}).get(k) for k in _WHY}
        form = RecordForm({k: specs[k] for k in _WHY}, held)
        self.why = Why(fit.id, f"{fit.person['name']} 为什么不去?", form)
        self._changed()

    def keep_why(self) -> None:
        """Keep the refusal with its reasons."""
        why = self.why
        fit = self.fit(why.person) if why else None
        if why is None or fit is None:
            return
        self.why = None
        said = {k: why.form.values.get(k) for k in _WHY}
        self._keep(fit, {"answer": REFUSED, **said}, _seen(fit) | why.form.read, why)

    def drop_why(self) -> None:
        """Keep nothing."""
        self.why = None
        self._changed()

    def take_back(self, person: int) -> None:
        """The record was a mistake."""
        demand, store = self.demand, self.station.store
        if demand is not None:
            self._run(
                person, lambda _p: take_back_offer(store, person, demand.id), "已删掉询问记录"
            )

    def _keep(
        self, fit: Fit, values: dict[str, Value], seen: dict[str, Value], why: Why | None = None
    ) -> None:
        demand, store = self.demand, self.station.store
        if demand is None:
            return
        values.setdefault("way", (fit.offer or {}).get("way") or "1")
        word = code_list("offer_answer").label(str(values.get("answer") or "")) or "已问"
        said = f"{fit.person['name']}:{word}"
        self._run(
            fit.id, lambda _p: record_offer(store, fit.id, demand.id, values, seen), said, why
        )

    def _run(
        self, person: int, work: Callable[[Progress], Kept], said: str, why: Why | None = None
    ) -> None:
        """Write; the cursor goes on to who came next, wherever the list puts this one. Where that
        is refused, what was typed of her reasons stays, and what another said is shown."""
        people = [f.id for f in self.found]
        at = people.index(person) + 1
        following = people[at] if at < len(people) else None

        def done(kept: Kept) -> None:
            self.next = following
            warned = [p.text for p in kept.problems]
            self.ended = Ended(";".join([said, *warned]), whole=not warned)
            self.station.runner.changed(kept.touched)

        def failed(error: BaseException) -> None:
            if isinstance(error, Rejected):
                if why is not None and self.why is None and self.fit(person):
                    why.form.refuse(error.problems)
                    self.why = why
                self.read()
            self._failed(error)

        self.station.runner.run(work, done, failed)

    def _failed(self, error: BaseException) -> None:
        self.reading = False
        self.ended = told(error)
        self._changed()
        if self.ended is None:
            self.station.runner.fail(error)


def _seen(fit: Fit) -> dict[str, Value]:
    """What is shown of an offer."""
    return {key: (fit.offer or {}).get(key) for key in ("answer", "way", *_WHY)}
