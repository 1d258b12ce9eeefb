"""A list of what a person has to decide, one after the other by one key: where one stands in it,
what is put off, whether the next decision is for all of its kind, how the last one ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from laborclerk.kernel.progress import Progress
from laborclerk.ui.jobs import Touched, touches
from laborclerk.ui.longwork import Ended, told
from laborclerk.ui.station import OpenHousehold, Station

PAGE = 300  # the most that are listed at once
OPEN = "open"  # the tab of what is to be decided
Done = TypeVar("Done")


class View(Protocol):
    """What the presenter tells the screen."""

    def list_changed(self) -> None:
        """Show the list and the tabs anew."""

    def told(self) -> None:
        """Show anew how many are alike, and how the last decision ended."""


@dataclass
class Standing:
    """Where one stands; `later` are those put off, `here` the one that is looked at."""

    tab: str = OPEN
    here: int | None = None
    later: set[int] = field(default_factory=set)
    all_alike: bool = False
    ended: Ended | None = None


S = TypeVar("S", bound=Standing)


class Worklist(Generic[S]):
    """State and actions that every such list has. `concerns` are the registers whose changes have
    it read anew (none named: all)."""

    concerns: tuple[str, ...] = ()

    def __init__(
        self, station: Station, view: View, state: S, open_household: OpenHousehold
    ) -> None:
        self.station = station
        self.state = state
        self.loaded = False
        self._decided: int | None = None  # last
        self._view = view
        self._open = open_household
        station.runner.on_change(self._changed)

    # -- what a list says of itself ------------------------------------------------------------

    def ids(self) -> list[int]:
        """What the tab lists, in its order: those put off last."""
        raise NotImplementedError

    def load(self) -> None:
        """Read the lists anew."""
        raise NotImplementedError

    @property
    def count_alike(self) -> int:
        """How many are of the same kind as the one that is looked at, itself among them."""
        raise NotImplementedError

    def look(self) -> None:
        """Show the one that is looked at."""
        raise NotImplementedError

    # -- where one stands ----------------------------------------------------------------------

    def taken(self, before: list[int]) -> None:
        """Other lists were read: look at the one that was decided last if that was taken back, at
        the same one, or at what stands now where it stood in `before`."""
        self.loaded = True
        state, known = self.state, self.ids()
        if self._decided in known and before and self._decided not in before:
            state.here = self._decided
        elif state.here not in known:
            at = before.index(state.here) if state.here in before else 0
            following = [i for i in before[at:] if i in known]
            state.here = following[0] if following else next(iter(known), None)
        self._view.list_changed()
        self.look()

    def show(self, tab: str) -> None:
        """The other list."""
        if tab != self.state.tab:
            self.state.tab, self.state.here, self.state.all_alike = tab, None, False
            self.taken([])

    def go_to(self, here: int) -> None:
        """Look at another one."""
        if here != self.state.here:
            self.state.here, self.state.all_alike, self.state.ended = here, False, None
            self.look()

    def put_off(self) -> None:
        """Later: the next one."""
        state, order = self.state, self.ids()
        if state.tab != OPEN or state.here not in order:
            return
        at = order.index(state.here)
        state.later.add(state.here)
        state.ended, state.all_alike = None, False
        state.here = [*order[at + 1 :], *order[:at], state.here][0]
        self._view.list_changed()
        self.look()

    def toggle_alike(self) -> None:
        """Whether the next decision is for all of this kind."""
        if self.count_alike > 1:
            self.state.all_alike = not self.state.all_alike
            self._view.told()

    def alone(self) -> None:
        """The next decision is for this one alone, and the last one is said no more."""
        self.state.all_alike, self.state.ended = False, None
        self._decided = self.state.here

    # -- deciding ------------------------------------------------------------------------------

    def decide(self, work: Callable[[Progress], Done], done: Callable[[Done], None]) -> None:
        """Run a decision in the worker; what is refused is said, and the lists are read anew."""
        self._decided = self.state.here
        self.station.runner.run(work, done, self.failed)

    def say(self, ended: Ended, touched: Touched) -> None:
        """How a decision ended and what it touched; the next one is for one alone again."""
        self.station.runner.changed(touched)
        self.state.all_alike, self.state.ended = False, ended
        self._view.told()

    def failed(self, error: BaseException) -> None:
        """Say why a decision was refused, and read the lists anew."""
        ended = told(error)
        if ended is None:
            self.station.runner.fail(error)
            return
        self.state.ended = ended
        self._view.told()
        self.load()

    def _changed(self, touched: Touched) -> None:
        if self.loaded and (not self.concerns or touches(touched, *self.concerns)):
            if self.state.ended is not None:  # it may have been taken back
                self.state.ended = None
                self._view.told()
            self.load()
