"""The smallest station that has everything: one village with two groups, an open round."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from laborclerk.app import create_station
from laborclerk.features.census.rounds import new_round
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.places import PlaceRow, add_group, load_places
from laborclerk.kernel.clock import Clock
from laborclerk.store.store import Store
from tests.prepared import prepared

CLERK, PASSWORD = "张录入", "secret-1"
TOWNSHIP = 530627001000000
VILLAGE, OTHER_VILLAGE = 530627001001000, 530627001002000
GROUP, OTHER_GROUP = VILLAGE + 1, OTHER_VILLAGE + 1
PLACES = (
    PlaceRow("530627001000", "乌峰街道"),
    PlaceRow("530627001001", "油榨街社区居民委员会"),
    PlaceRow("530627001002", "新街社区居民委员会"),
)
ROUND = {"name": "2026年秋季摸底", "starts": "2026-10-01", "reference_date": "2026-10-01"}


def station(folder: Path, *, round_: bool = True, clock: Clock | None = None) -> Store:
    """An open store with places (and a round); the same device each time, unless it has a clock of
    its own."""
    if clock is not None:
        return founded(folder, round_, clock)
    what = "small", round_
    return prepared(what, lambda base: founded(base, round_), folder, CLERK, PASSWORD)


def founded(folder: Path, round_: bool = True, clock: Clock | None = None) -> Store:
    """The same, a device of its own that was never opened again."""
    store, _ = create_station(folder, CLERK, PASSWORD, scrypt_n=2, clock=clock)
    load_places(store, PLACES)
    for village in (VILLAGE, OTHER_VILLAGE):
        add_group(store, village, "1组")
    if round_:
        new_round(store, ROUND)
    return store


def add_person(store: Store, household: int | None = None, **facts: Any) -> int:
    """A person → her id."""
    with store.write("test.add") as work:
        return int(work.add(Person(household=household, **facts)).id)


def add_household(store: Store, *people: dict[str, Any], place: int = GROUP, **facts: Any) -> int:
    """A household with its members → its id; the members get lines 1, 2 …"""
    with store.write("test.add") as work:
        facts.setdefault("number", f"{work.clock() % 10**6:06d}")
        head = people[0].get("name") if people else "户主"
        house = work.add(Household(place=place, **{"head_name": head, **facts}))
        work.flush()
        for line, person in enumerate(people, 1):
            work.add(Person(household=house.id, line=line, **person))
    return int(house.id)
