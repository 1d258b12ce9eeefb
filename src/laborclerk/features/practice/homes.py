"""A household with all that belongs to it, and how each role fills it: its visits, its form, its
gaps. A role is one of the household lists of `planted.Planted`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from laborclerk.features.census.due import DEFAULT_REQUIRED_ALL, DEFAULT_REQUIRED_GROWN
from laborclerk.features.census.form import gone
from laborclerk.features.census.household_form import FINISHED, UNFINISHED, form_id
from laborclerk.features.practice.people import Facts, People
from laborclerk.features.practice.planted import Planted

STARTS, ENDS = "2026-09-15", "2026-12-31"
REFERENCE = "2026-10-01"
SIGNED_ON = "2026-11-10"
AT_HOME, ELSEWHERE, AWAY, EMPTY, FOUND = "1", "2", "3", "4", "5"  # codes of residence
_REQUIRED = DEFAULT_REQUIRED_ALL + DEFAULT_REQUIRED_GROWN
# what may be empty in a complete form without another check asking for it
_MAY_LACK = ("id_number", "ethnicity", "education", "industry", "channel", "wants_to_go")
_MAY_LACK_YET = (*_MAY_LACK, "employer", "monthly_income", "health")


@dataclass
class Home:
    """One household and its records as rows; `village` counts from 0."""

    village: int
    role: str
    household: Facts
    persons: list[Facts] = field(default_factory=list)
    visits: list[Facts] = field(default_factory=list)
    form: Facts | None = None
    reason: str = ""  # why fewer persons than in the frame are due
    day: str = ""  # of the survey, where it matters
    exact: bool = False  # planted by hand: nothing is left out of it by chance


class Homes:
    """Finishes homes: says where each stands in the round and lists it in `planted`."""

    def __init__(self, people: People, planted: Planted, today: str) -> None:
        self.people = people
        self.chance = people.chance
        self.planted = planted
        self.today = date.fromisoformat(today)

    def blank(self, village: int, role: str, residence: str = AT_HOME) -> Home:
        """A home without members yet."""
        chance = self.chance
        kind = chance.choices("01234", (70, 23, 2, 3, 2))[0]
        household: Facts = {
            "id": self.people.ids(), "kind": kind, "residence": residence,
            "in_frame": residence != FOUND, "destitute": False,
            "minimum_living": kind in "24" or chance.random() < 0.04,
            "relocated": kind == "1" and chance.random() < 0.25,
            "farmland": chance.randint(2, 90) * 10, "woodland": chance.randint(0, 60) * 10,
        }  # fmt: skip
        if kind != "0":
            household["kind_since"] = f"{chance.randint(2014, 2024)}-12-31"
        return Home(village, role, household)

    def settle(self, home: Home, members: list[Facts]) -> None:
        """Put the members in and fill the head block, visits and form as the role says."""
        home.persons = members
        house = home.household
        for line, person in enumerate(members, 1):
            person |= {"household": house["id"], "line": line}
        if members:
            house["head_name"] = members[0]["name"]
            house["head_phone"] = members[0].get("phone")
        if "registered_count" not in house and house["residence"] != FOUND:
            counted = [p for p in members if p.get("presence") not in ("4", "5")]
            house["registered_count"] = sum(p["birth_date"] <= REFERENCE for p in counted)
        getattr(self, f"_{home.role}")(home)
        getattr(self.planted, home.role).append(house["id"])
        self._list(home)

    def _list(self, home: Home) -> None:
        planted, house = self.planted, home.household
        lists = {
            ELSEWHERE: planted.registered_elsewhere, AWAY: planted.wholly_away,
            EMPTY: planted.empty_registration, FOUND: planted.found,
        }  # fmt: skip
        if house["residence"] in lists:
            lists[house["residence"]].append(house["id"])
        if home.role not in ("explained", "gone"):
            known = sum(p.get("presence") != "4" for p in home.persons)
            absent = (house.get("registered_count") or 0) - known
            if absent > 0:
                planted.persons_missing[house["id"]] = absent

    # -- roles ---------------------------------------------------------------------------------

    def _done(self, home: Home) -> None:
        last = SIGNED_ON if home.village == 0 else (self.today - timedelta(1)).isoformat()
        day = home.day or self._day(STARTS, last)
        if self.chance.random() < 0.2:
            earlier = self._day(STARTS, day)
            self._visit(home, earlier, "5", day)
        away = home.household["residence"] == AWAY
        result = "4" if away else self.chance.choices("123", (6, 3, 1))[0]
        self._visit(home, day, result)
        self._fill(home, day, FINISHED, result)
        if not home.exact and self.chance.random() < 0.015 and home.household["in_frame"]:
            home.household["registered_count"] += 1
            home.reason = "户籍底册多1人,外出多年待核"
        if home.reason and home.form is not None:
            home.form["reasons"] = f"count_differs={home.reason}"
        for person in home.persons:
            if not home.exact and self.chance.random() < 0.012:
                self._lack(person, _MAY_LACK, 1)

    def _unfinished(self, home: Home) -> None:
        day = self._day(STARTS, self._before(1))
        self._visit(home, day, self.chance.choice("123"))
        self._fill(home, day, UNFINISHED, "1")
        person = self.chance.choice(home.persons)
        if not home.exact:
            self._lack(person, _MAY_LACK_YET, self.chance.randint(1, 3))

    def _revisit(self, home: Home) -> None:
        day = self._day(self._before(15), self._before(1))
        self._visit(home, day, self.chance.choice("55678"), self._day(self._before(-1), ENDS))

    def _overdue(self, home: Home) -> None:
        day = self._day(STARTS, self._before(20))
        self._visit(home, day, self.chance.choice("55678"), self._day(day, self._before(1)))

    def _explained(self, home: Home) -> None:
        result = "10" if home.household["residence"] == EMPTY else "9"
        self._visit(home, self._day(STARTS, SIGNED_ON), result)

    def _unvisited(self, home: Home) -> None:
        pass

    def _gone(self, home: Home) -> None:
        result = {"6": "9", "7": "12", "8": "11", "9": "13"}[home.household["residence"]]
        if self.chance.random() < 0.7:
            self._visit(home, self._day(STARTS, SIGNED_ON), result)

    # -- parts ---------------------------------------------------------------------------------

    def _visit(self, home: Home, day: str, result: str, next_date: str | None = None) -> None:
        checks = "2,3" if result == "1" else "4" if result in "48" else "5"
        home.visits.append({
            "id": self.people.ids(), "round": self.planted.round, "household": home.household["id"],
            "date": day, "result": result, "next_date": next_date, "checks": checks,
        })  # fmt: skip

    def _fill(self, home: Home, day: str, status: str, result: str) -> None:
        head = home.persons[0]
        adults = [p for p in home.persons if p.get("phone") and not gone(p)] or [head]
        told = adults[-1] if result == "2" else adults[0]
        relation = {"3": "4", "4": "6"}.get(result, "1" if told is head else "2")
        house = home.household["id"]
        home.form = {
            "id": form_id(self.planted.round, house), "round": self.planted.round,
            "household": house, "status": status, "survey_date": day, "informant": told["name"],
            "informant_relation": relation, "informant_phone": told.get("phone"),
        }  # fmt: skip

    def _lack(self, person: Facts, keys: tuple[str, ...], count: int) -> None:
        """Empty up to `count` required items that are asked of the person."""
        filled = [
            k for k in keys
            if person.get(k) is not None
            and (k in DEFAULT_REQUIRED_ALL or person["birth_date"] <= _GROWN)
        ]  # fmt: skip
        empty = set(self.chance.sample(filled, min(count, len(filled))))
        if empty and not gone(person):
            person |= dict.fromkeys(empty)
            if "wants_to_go" in empty:
                person |= dict.fromkeys(("wanted_place", "wanted_job", "expected_income"))
            if "id_number" in empty:
                person.pop("disability_number", None)
                if str(person.get("health", "")).startswith("6"):
                    person["health"] = "30"
            self.planted.items_missing[person["id"]] = tuple(k for k in _REQUIRED if k in empty)

    def _before(self, days: int) -> str:
        return (self.today - timedelta(days)).isoformat()

    def _day(self, first: str, last: str) -> str:
        start = date.fromisoformat(first)
        span = (date.fromisoformat(last) - start).days
        return (start + timedelta(self.chance.randint(0, max(span, 0)))).isoformat()


_GROWN = f"{int(REFERENCE[:4]) - 16}{REFERENCE[4:]}"  # born by then: 16 at the reference date
