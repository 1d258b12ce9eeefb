"""What every screen of an open station needs: its store, the runner, its places and its round."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from laborclerk.features.census.due import RoundFacts
from laborclerk.features.census.household_form import facts_of_round
from laborclerk.features.census.rounds import current_round
from laborclerk.features.registry.places import PlaceTree, ancestor, level_of
from laborclerk.store.store import Store
from laborclerk.ui.jobs import Runner

# leads to the form of a household, at a person of it or none; then through these households
OpenHousehold = Callable[[int, int | None, Sequence[int]], None]


@dataclass
class Station:
    """An open station as the window sees it; `reload` after places or rounds changed."""

    store: Store
    runner: Runner
    tree: PlaceTree
    round: RoundFacts | None

    @property
    def place(self) -> int | None:
        """The station's own place, None before any place was loaded."""
        return self.tree.root() if len(self.tree) else None

    @property
    def name(self) -> str:
        """What the station is called in headings."""
        return self.tree.name(self.place) if self.place is not None else "本站"

    @property
    def is_county(self) -> bool:
        return self.place is not None and level_of(self.place) in ("province", "city", "county")

    def where(self, place: int) -> str:
        """Where somebody lives, as a list says it: a county names the township too."""
        return self.tree.path(place, "township" if self.is_county else "village") if place else ""

    def township_of(self, place: int) -> int:
        """The township a place lies in: doubles by name and birth date are looked for there."""
        return ancestor(place, "township")


def look(store: Store) -> tuple[PlaceTree, RoundFacts | None]:
    """Read places and the open round (in the worker)."""
    with store.read() as session:
        found = current_round(session)
        facts = facts_of_round(session, found.id) if found is not None else None
        return PlaceTree.load(session), facts
