"""The planted people and households: doubles, namesakes, rare names, everybody whose case the due
rule must decide, and the largest household."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from laborclerk.features.practice import jobs
from laborclerk.features.practice.families import (
    DAUGHTER,
    HEAD,
    MARRIED,
    SINGLE,
    SON,
    SPOUSE,
    WIDOWED,
)
from laborclerk.features.practice.homes import AT_HOME, FOUND, Home, Homes
from laborclerk.features.practice.numbers import first_generation
from laborclerk.features.practice.people import Facts

NAMESAKES = {"王建军": 4, "李秀英": 3, "陈燕": 2}
LONG_NAME = "阿不都热西提·阿不都卡德尔·买买提艾力"  # 19 characters, two dots
RARE = ("李𠮷明", "周𡵆", "吴𣲗", "李\ue863", LONG_NAME, "阿依古丽·买买提", "吉克·阿呷莫")
RARE_WELDERS = ("张𣎴海", "杨\ue81e", "赵𬭎")  # of a county's other townships
_KASHGAR = {"ethnicity": "05", "county": "653121"}
KEPT_FREE = frozenset((*NAMESAKES, *RARE, *RARE_WELDERS))
MOST = 91  # persons the cast has; a township has at least as many


class Cast:
    """Makes the planted homes, all complete or nearly so."""

    def __init__(self, homes: Homes) -> None:
        self.homes = homes
        self.people = homes.people
        self.planted = homes.planted

    def all(self) -> Iterator[Home]:
        """Every planted home of a township that stands alone."""
        yield from self.doubles()
        yield from self.namesakes()
        yield from self.rare_names()
        yield from self.others()

    def doubles(self) -> Iterator[Home]:
        """Persons entered twice, in three ways."""
        yield from self.same_id()
        yield from self.old_and_new_id()
        yield from self.same_name_and_birth()

    def others(self) -> Iterator[Home]:
        """Everybody whose case the due rule must decide, and whole households."""
        yield from self.due_cases()
        yield self.largest()
        yield self.changed_later()

    # -- doubles -------------------------------------------------------------------------------

    def same_id(self) -> Iterator[Home]:
        """Daughters still on their parents' form, and on their husbands' in another village."""
        for here, there in ((0, 1), (1, 2), (2, 3)):
            parents = self.couple(51 + here)
            surname = parents[0]["name"][0]
            daughter = self.sound(DAUGHTER, "2", 24 + here, surname, SINGLE)
            husband = self.sound(HEAD, "1", 27 + here, self.surname(), MARRIED)
            wife = self.copy(daughter, SPOUSE)
            yield self.home(here, [*parents, daughter])
            yield self.home(there, [husband, wife])
            self.planted.same_id.append((daughter["id"], wife["id"]))

    def old_and_new_id(self) -> Iterator[Home]:
        """Brothers' households; one man is on both forms, on one with his 15-digit number."""
        for here, there in ((1, 3), (2, 4)):
            man = self.sound(HEAD, "1", 47 + here, self.surname(), SINGLE)
            brother = self.sound(HEAD, "1", 53 + here, man["name"][0], SINGLE)
            again = self.copy(man, "70")
            again |= {"id_type": "02", "id_number": first_generation(man["id_number"])}
            yield self.home(here, [man])
            yield self.home(there, [brother, again])
            self.planted.old_and_new_id.append((man["id"], again["id"]))

    def same_name_and_birth(self) -> Iterator[Home]:
        """One person whose number was mistyped once: the county's digits differ."""
        for here, there in ((0, 2), (3, 4)):
            woman = self.sound(HEAD, "2", 58 + here, self.surname(), WIDOWED)
            number = None
            for county in ("532128", "532101", "522427"):
                number = number or self.people.numbers.of(county, woman["birth_date"], "2")
            mother = self.copy(woman, "52") | {"id_number": number}
            son = self.sound(HEAD, "1", 33 + here, self.surname(), SINGLE)
            yield self.home(here, [woman])
            yield self.home(there, [son, mother])
            self.planted.same_name_and_birth.append((woman["id"], mother["id"]))

    def namesakes(self) -> Iterator[Home]:
        """Truly different people of one name, of any age."""
        for name, count in NAMESAKES.items():
            found = self.planted.namesakes.setdefault(name, [])
            for n in range(count):
                sex = "1" if name == "王建军" else "2"
                age = 34 + 9 * n + len(found)
                person = self.sound(HEAD, sex, age, name[0], WIDOWED, name=name)
                found.append(person["id"])
                yield self.home(n % 5, [person])

    # -- rare ----------------------------------------------------------------------------------

    def rare_names(self) -> Iterator[Home]:
        first, second, third, private, long, dotted, yi = RARE
        couple = [
            self.sound(HEAD, "1", 44, "李", MARRIED, name=first),
            self.sound(SPOUSE, "2", 42, "周", MARRIED, name=second),
            self.sound(SON, "1", 20, "李", SINGLE, name=private),
            self.sound("52", "2", 68, "吴", WIDOWED, name=third),
        ]
        couple[2]["note"] = "名字第二字未编码,字形为上“龙”下“天”"
        yield self.home(1, couple)
        traders = [
            self.sound(HEAD, "1", 39, "阿", MARRIED, name=long, **_KASHGAR),
            self.sound(SPOUSE, "2", 36, "阿", MARRIED, name=dotted, **_KASHGAR),
        ]
        for person in traders:
            person["presence"] = "4"
        yield self.home(0, traders, FOUND)
        bride = self.sound(SPOUSE, "2", 29, "吉", MARRIED, name=yi, ethnicity="07")
        yield self.home(3, [self.sound(HEAD, "1", 31, self.surname(), MARRIED), bride])
        for person in (*couple, *traders, bride):
            if person["name"] in RARE:
                self.planted.rare_names[person["name"]] = person["id"]

    def due_cases(self) -> Iterator[Home]:
        """Who is 应登记: one household for each case of `census.due` (see there)."""
        yield self._case("11", "2026-05-02", False, "父亲5月去世,户口未销")
        yield self._case("11", "2026-10-20", True)
        yield self._case("12", "2026-08-01", False, "8月户口迁出")
        yield self._case("12", "2026-11-01", True)
        yield self._case("10", "2019-03-01", False, "2019年定居国外")
        couple = self.couple(26)
        baby = self._baby("2026-07-15")
        self.planted.newborn.append(baby["id"])
        yield self.home(2, [*couple, baby])
        couple = self.couple(27)
        late = self._baby("2026-10-18") | {"id_type": "09", "id_number": None}
        self.planted.not_due.append(late["id"])
        yield self.home(2, [*couple, late], day="2026-11-12")
        for presence, age, changed in (
            ("7", 21, {"population_class": "05", "employment_status": "99"}),
            ("8", 40, {"population_class": "04", "employment_status": "99"}),
            ("9", 35, {"population_class": "10", "employment_status": "99"}),
        ):
            couple = self.couple(age + 24)
            son = self.sound(SON, "1", age, couple[0]["name"][0], SINGLE, status="99")
            yield self.home(1, [*couple, son | changed | {"presence": presence}])
        worker = self.sound(HEAD, "1", 37, self.surname(), SINGLE, status="04")
        self.people.employ(worker, "04", jobs.ABROAD)
        yield self.home(3, [worker])
        resident = self.sound(HEAD, "1", 45, "何", SINGLE)
        born = resident["birth_date"]
        number = self.people.numbers.of("810000", born, "1")
        yield self.home(4, [resident | {"id_type": "03", "id_number": number}])

    def _case(self, presence: str, since: str, due: bool, reason: str = "") -> Home:
        head = self.sound(HEAD, "1", 41, self.surname(), SINGLE)
        father = self.sound("51", "1", 66, head["name"][0], WIDOWED)
        father |= {"presence": presence, "presence_since": since, "population_class": "09"}
        if presence != "11":
            father["population_class"] = "07"
        (self.planted.due_all_the_same if due else self.planted.not_due).append(father["id"])
        return self.home(1, [head, father], reason=reason, day="2026-11-12")

    def _baby(self, born: str) -> Facts:
        sex = "2"
        number = self.people.numbers.of("530627", born, sex)
        baby = self.sound(DAUGHTER, sex, 0, self.surname(), SINGLE)
        self.people.names.take(baby["name"], born)
        return baby | {
            "birth_date": born, "id_number": number, "presence": "5", "presence_since": born,
        }  # fmt: skip

    # -- whole households ----------------------------------------------------------------------

    def largest(self) -> Home:
        """Four generations under one roof, 18 persons: three sheets of paper."""
        surname = self.surname()
        members = [
            self.sound(HEAD, "1", 71, surname, MARRIED),
            self.sound(SPOUSE, "2", 69, self.surname(), MARRIED),
            self.sound("52", "2", 93, self.surname(), WIDOWED),
        ]
        for relation, age in (("22", 47), ("23", 44), ("24", 41)):
            members.append(self.sound(relation, "1", age, surname, MARRIED))
            members.append(self.sound("38", "2", age - 2, self.surname(), MARRIED))
        members.append(self.sound(DAUGHTER, "2", 29, surname, SINGLE))
        for age in (23, 20, 17, 15, 12, 8, 5):
            sex = "2" if age in (20, 15, 5) else "1"
            members.append(self.sound("41" if sex == "1" else "42", sex, age, surname, SINGLE))
        members.append(self.sound("47", "1", 1, surname, SINGLE))
        home = self.home(1, members)
        self.planted.largest = home.household["id"]
        return home

    def changed_later(self) -> Home:
        """In the signed village; `service` enters a death here after the signing."""
        head = self.sound(HEAD, "1", 48, self.surname(), WIDOWED)
        father = self.sound("51", "1", 76, head["name"][0], WIDOWED)
        home = self.home(0, [head, father])
        self.planted.changed_after_signing.append(home.household["id"])
        return home

    # -- parts ---------------------------------------------------------------------------------

    def home(
        self,
        village: int,
        members: list[Facts],
        residence: str = AT_HOME,
        reason: str = "",
        day: str = "",
    ) -> Home:
        home = self.homes.blank(village, "done", residence)
        home.exact, home.reason, home.day = True, reason, day
        self.homes.settle(home, list(members))
        return home

    def surname(self) -> str:
        return self.people.names.surname()[0]

    def couple(self, age: int) -> list[Facts]:
        return [
            self.sound(HEAD, "1", age, self.surname(), MARRIED),
            self.sound(SPOUSE, "2", age - 2, self.surname(), MARRIED),
        ]

    def sound(
        self, relation: str, sex: str, age: int, surname: str, marital: str, **given: Any
    ) -> Facts:
        """A healthy member, farming unless said otherwise (the old are past working)."""
        if age >= 16:
            given.setdefault("status", "02" if age < 60 else "99")
        person = self.people.make(relation, sex, age, surname, marital=marital, **given)
        for key in ("disability_number", "hardship", "skill", "skill_level", "training_done",
                    "certificate_number"):  # fmt: skip
            person.pop(key, None)
        if age >= 60:
            return person | {"health": "20", "work_ability": "5"} | dict.fromkeys(
                k for k in person if k.startswith("want") or k in ("surplus", "leader")
            )  # fmt: skip
        if age >= 16:
            person |= {"health": "10", "work_ability": "1", "population_class": "03"}
            if "wants_to_go" not in person:
                person |= {"wants_to_go": False, "wants_training": False, "surplus": False}
                self.people.employ(person, given["status"])
        return person

    def copy(self, person: Facts, relation: str) -> Facts:
        """The same person once more, entered by somebody else."""
        again = dict(person) | {"id": self.people.ids(), "relation": relation}
        again["marital_status"] = MARRIED if relation == SPOUSE else person["marital_status"]
        return again
