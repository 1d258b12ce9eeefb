"""The whole practice township in memory: villages at different stages of the round, every
household with its members, visits and form, and what is planted among them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from laborclerk.features.practice import jobs
from laborclerk.features.practice.cast import KEPT_FREE, MOST, Cast
from laborclerk.features.practice.families import Families
from laborclerk.features.practice.homes import (
    AT_HOME,
    AWAY,
    ELSEWHERE,
    EMPTY,
    FOUND,
    REFERENCE,
    Home,
    Homes,
)
from laborclerk.features.practice.names import Names
from laborclerk.features.practice.numbers import Numbers
from laborclerk.features.practice.people import Facts, People
from laborclerk.features.practice.planted import Planted
from laborclerk.kernel.ids import IdSource, stable_id

_ROLES = ("done", "unfinished", "revisit", "overdue", "unvisited")
# share of the township's households, and of each role among them, in % (the sixth village is empty)
_VILLAGES = (
    (22, (100, 0, 0, 0, 0)), (22, (92, 3, 3, 1, 1)), (20, (78, 6, 6, 3, 7)),
    (20, (58, 7, 7, 4, 24)), (16, (28, 5, 5, 3, 59)),
)  # fmt: skip
# (residence, or the role it comes with; weight): how households live
_RESIDENCES = (
    (AT_HOME, 835), (AWAY, 80), (ELSEWHERE, 30), (FOUND, 20), (EMPTY, 18), ("moved", 4),
    ("6", 6), ("7", 3), ("8", 2), ("9", 2),
)  # fmt: skip
_IN_GROUP = 42  # households
LETTERS = "AABBBB"  # the laptop of each village


@dataclass
class Village:
    """A village's rows; `groups` holds the households of each group, number 1 first."""

    place: int
    name: str
    homes: list[Home] = field(default_factory=list)
    groups: list[list[Home]] = field(default_factory=list)
    leaders: list[tuple[str, str]] = field(default_factory=list)
    cadres: list[str] = field(default_factory=list)


def makers(seed: int) -> People:
    """What makes persons; the townships of a county share it, so that no number, telephone or id
    is given twice."""
    chance, ids = Random(seed), IdSource(stable_id("practice", seed))
    names = Names(chance, KEPT_FREE)
    return People(chance, ids, Numbers(chance, REFERENCE), names, REFERENCE)


class Township:
    """Makes `count` persons in the given villages (place id, short name), six at least.

    A county hands every township the same `people`; `cast` then makes the planted homes that are
    not every township's."""

    def __init__(
        self,
        villages: Sequence[tuple[int, str]],
        count: int,
        people: People,
        today: str,
        round_id: int,
        cast: Callable[[Cast], Iterable[Home]] = Cast.all,
    ) -> None:
        self.people, self.chance, self.ids = people, people.chance, people.ids
        self.planted = Planted(round=round_id)
        self._families = Families(self.people)
        self._homes = Homes(self.people, self.planted, today)
        self.villages = [Village(place, name) for place, name in villages]
        for home in cast(Cast(self._homes)):
            self.villages[home.village].homes.append(home)
        self.persons = sum(len(h.persons) for v in self.villages for h in v.homes)
        while self.persons < max(count, MOST):
            home = self._ordinary(max(count, MOST) - self.persons)
            self.villages[home.village].homes.append(home)
            self.persons += len(home.persons)
        for index, village in enumerate(self.villages):
            self._lay_out(index, village)
        self.planted.signed_village = self.villages[0].place
        self.planted.empty_village = self.villages[-1].place

    # -- one household -------------------------------------------------------------------------

    def _ordinary(self, most: int) -> Home:
        chance = self.chance
        village = chance.choices(range(5), [share for share, _ in _VILLAGES])[0]
        codes, weights = zip(*_RESIDENCES, strict=True)
        residence: str = chance.choices(codes, weights)[0]
        if residence in ("6", "7", "8", "9"):
            return self._without_members(village, "gone", residence)
        if residence == EMPTY:
            return self._without_members(village, "explained", EMPTY)
        if residence == "moved":
            return self._without_members(village, "explained", AT_HOME)
        role: str = chance.choices(_ROLES, _VILLAGES[village][1])[0]
        if residence == FOUND and role not in ("done", "unfinished"):
            role = "unfinished" if village else "done"
        if role in ("revisit", "overdue", "unvisited") and chance.random() < 0.5:
            return self._without_members(village, role, residence)
        home = self._homes.blank(village, role, residence)
        members = self._families.any(most)
        if residence == AWAY:
            for person in members:
                self._send_away(person)
        elif residence != AT_HOME:
            for person in members:
                person["presence"] = "3" if residence == ELSEWHERE else "4"
        self._homes.settle(home, members)
        return home

    def _without_members(self, village: int, role: str, residence: str) -> Home:
        """Known from the frame alone."""
        home = self._homes.blank(village, role, residence)
        names = self.people.names
        home.household |= {
            "head_name": names.make(names.surname(), self.chance.choice("112"), "1974-06-15"),
            "registered_count": self.chance.choices((1, 2, 3, 4, 5, 6), (2, 3, 5, 5, 3, 1))[0],
        }  # fmt: skip
        self._homes.settle(home, [])
        return home

    def _send_away(self, person: Facts) -> None:
        """The whole household is away: who can work has a job there."""
        able = person["work_ability"] in ("1", "2") and not person.get("in_school")
        if able and person.get("employment_status") != "04":
            for key in ("unemployed_since", "unemployment_reason"):
                person.pop(key, None)
            self.people.employ(person, "04", jobs.pick(self.chance, "04", person["sex"]))
        person["presence"] = "2"

    # -- places --------------------------------------------------------------------------------

    def _lay_out(self, index: int, village: Village) -> None:
        """Spread the households over groups, number them, name leaders and cadres."""
        if not village.homes:
            return
        self.chance.shuffle(village.homes)
        count = max(2, round(len(village.homes) / _IN_GROUP))
        empty = index in (1, 3)  # the last group of these has nobody
        village.groups = [[] for _ in range(count + empty)]
        village.cadres = [self._cadre() for _ in range(3)]
        for _ in village.groups:
            village.leaders.append((self._cadre(), self.people.phone()))
        for at, home in enumerate(sorted(village.homes, key=lambda h: h.role == "unvisited")):
            village.groups[at * count // len(village.homes)].append(home)
        if empty:
            self.planted.empty_groups.append(village.place + count + 1)
        running = {"": 0, LETTERS[index]: 0}
        for number, homes in enumerate(village.groups, 1):
            for at, home in enumerate(homes, 1):
                letter = "" if home.household["in_frame"] else LETTERS[index]
                running[letter] += 1
                home.household |= {
                    "place": village.place + number,
                    "number": f"{letter}{running[letter]:04d}",
                    "address": f"{village.name}{number}组{at}号",
                }  # fmt: skip
                self._sign(village, number, at, home)

    def _sign(self, village: Village, group: int, at: int, home: Home) -> None:
        """Who visited, and the number of the paper form."""
        for visit in home.visits:
            visit |= {"place": village.place + group, "visitor": self.chance.choice(village.cadres)}
        if home.form is not None:
            home.form |= {
                "interviewer": home.visits[-1]["visitor"],
                "paper_number": f"{village.place // 1000 % 1000:03d}-{group:02d}-{at:03d}",
            }  # fmt: skip

    def _cadre(self) -> str:
        names = self.people.names
        return names.make(names.surname(), "1", "1972-03-01")

    # -- rows ----------------------------------------------------------------------------------

    def each(self, rows: Callable[[Home], Sequence[dict[str, Any]]]) -> list[dict[str, Any]]:
        """One kind of row of every household, villages and groups in order."""
        return [
            row for v in self.villages for homes in v.groups for home in homes for row in rows(home)
        ]
