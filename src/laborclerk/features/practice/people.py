"""One person at a time: school, work, health and wishes as they go with age and sex, so that a
complete form of hers passes every check of the census."""

from __future__ import annotations

from random import Random
from typing import Any

from laborclerk.features.practice import jobs
from laborclerk.features.practice.names import Names
from laborclerk.features.practice.numbers import Numbers
from laborclerk.kernel.ids import IdSource

Facts = dict[str, Any]

_SKILLS = (
    ("电焊", "7", "6-18"), ("厨师", "11", "4-03"), ("砌筑", "99", "6-29"), ("缝纫", "1", "6-05"),
    ("家政服务", "9", "4-10"), ("电工", "6", "6-31"), ("数控车床操作", "8", "6-18"),
    ("挖掘机驾驶", "99", "6-30"), ("美发", "13", "4-10"),
)  # fmt: skip
_WANTED_PLACES = (
    "330784000000", "350100000000", "441900000000", "530111000000", "320583000000", "530627000000",
)  # fmt: skip
# (code of employment_status, weight for men, for women)
_STATUS = (
    ("04", 52, 38), ("06", 12, 14), ("05", 5, 5), ("07", 9, 8), ("02", 17, 30), ("03", 3, 2),
    ("99", 2, 3),
)  # fmt: skip


class People:
    """Makes persons as they are on the day `on`."""

    def __init__(
        self, chance: Random, ids: IdSource, numbers: Numbers, names: Names, on: str
    ) -> None:
        self.chance = chance
        self.ids = ids
        self.numbers = numbers
        self.names = names
        self.on = on
        self._phones = 0

    def phone(self) -> str:
        """A telephone number of the unassigned prefix 154."""
        self._phones += 1
        return f"154{self._phones * 7919 % 10**8:08d}"

    def one_in(self, share: float) -> bool:
        return self.chance.random() < share

    def make(
        self,
        relation: str,
        sex: str,
        age: int,
        surname: str,
        *,
        ethnicity: str = "01",
        marital: str | None = None,
        middle: str = "",
        name: str | None = None,
        county: str | None = None,
        status: str | None = None,
    ) -> Facts:
        """A member with every item that is asked of her. `status` fixes the employment status,
        `name` the name, `county` the first six digits of the number."""
        number, born = self.numbers.born(sex, age, county)
        married = "10" if marital is None else marital
        person: Facts = {
            "id": self.ids(), "relation": relation, "id_type": "01", "id_number": number,
            "name": name or self.names.make(surname, sex, born, middle), "sex": sex,
            "birth_date": born, "ethnicity": ethnicity, "presence": "1",
            "marital_status": married, "political_status": "13",
            "hukou_type": "1" if self.one_in(0.86) else "3", "health": "10",
        }  # fmt: skip
        if name:
            self.names.take(name, born)
        if age >= 14:
            person["phone"] = self.phone()
        if age < 16:
            self._child(person, age)
        else:
            self._grown(person, age, status)
        return person

    def _child(self, person: Facts, age: int) -> None:
        stage = "01" if age < 3 else "02" if age < 6 else "03"
        if age >= 12:
            stage = ("04", "05", "06")[min(age - 12, 2)]
        person |= {"in_school": stage, "work_ability": "5", "insurance": "4"}

    def _grown(self, person: Facts, age: int, status: str | None) -> None:
        if status is None and self._student(person, age):
            return
        chance, sex = self.chance, person["sex"]
        person["education"] = self._education(age, sex)
        self._health(person, age)
        ability = person["work_ability"]
        if ability in ("4", "5"):
            work = "99"
        elif status is not None:
            work = status
        elif age >= 60 or ability == "3":
            work = "02" if self.one_in(0.75) else "99"
        else:
            weights = [men if sex == "1" else women for _, men, women in _STATUS]
            work = chance.choices([code for code, _, _ in _STATUS], weights)[0]
        self.employ(person, work)
        if 16 <= age <= 28 and self.one_in(0.15):
            person["political_status"] = "03"
        elif self.one_in(0.04):
            person["political_status"] = "01"
        if ability in ("4", "5"):
            person["population_class"] = "07" if age >= 60 else "08"
            return
        person["population_class"] = "03" if age < 60 else "07"
        self._wishes(person, age, work)

    def employ(self, person: Facts, status: str, job: jobs.Job | None = None) -> None:
        """Give a person an employment status and what goes with it."""
        person["employment_status"] = status
        person["insurance"] = "2,4"
        if status in jobs.JOBS:
            job = job or jobs.pick(self.chance, status, person["sex"])
            person |= jobs.facts(self.chance, job, status, self.on)
            if status == "04":
                person["presence"] = "2"
                if job.form == "2" and self.one_in(0.45):
                    person["insurance"] = "1,3,5,6"
            person["person_identity"] = "1"
        elif status == "03":
            person["person_identity"] = "2"
            person["unemployed_since"] = f"{self.on[:4]}-{self.chance.randint(3, 8):02d}"
            person["unemployment_reason"] = "1"
        else:
            person["person_identity"] = "1"

    def _student(self, person: Facts, age: int) -> bool:
        share = 0.82 if age <= 18 else 0.34 if age <= 22 else 0
        if not self.one_in(share):
            return False
        if age <= 18:
            first = "07" if self.one_in(0.65) else "10"
        else:
            first = "20" if self.one_in(0.6) else "13"
        year = min(age - (16 if age <= 18 else 19), 2)
        person |= {
            "in_school": f"{int(first) + year:02d}", "work_ability": "1", "insurance": "4",
            "employment_status": "99", "population_class": "02", "person_identity": "9",
            "wants_to_go": False, "wants_training": False, "political_status": "03",
        }  # fmt: skip
        if age >= 19:
            person["presence"] = "6"
        return True

    def _education(self, age: int, sex: str) -> str:
        codes = ("90", "80", "70", "60", "40", "30", "20")
        if age >= 65:
            weights = (45, 42, 10, 3, 0, 0, 0) if sex == "2" else (20, 58, 17, 5, 0, 0, 0)
        elif age >= 45:
            weights = (14, 50, 30, 4, 1, 1, 0) if sex == "2" else (5, 45, 40, 7, 2, 1, 0)
        elif age >= 30:
            weights = (2, 24, 54, 9, 5, 4, 2)
        else:
            weights = (0, 5, 48, 15, 14, 12, 6)
        return self.chance.choices(codes, weights)[0]

    def _health(self, person: Facts, age: int) -> None:
        dice = self.chance.random()
        if age >= 70:
            ability = "3" if dice < 0.35 else "5" if dice < 0.85 else "4"
            health = "30" if self.one_in(0.35) else "20" if self.one_in(0.3) else "10"
        elif age >= 60:
            ability = "1" if dice < 0.6 else "3" if dice < 0.92 else "5"
            health = "30" if self.one_in(0.25) else "10"
        elif dice < 0.025:
            ability, health = "3", "30"
        elif dice < 0.045:
            ability, health = ("3" if dice < 0.035 else "4"), self._disabled(person)
        elif dice < 0.052:
            ability, health = "4", "50"
        elif dice < 0.12:
            ability, health = "2", "10"
            self._skilled(person)
        else:
            ability, health = "1", "10"
            if self.one_in(0.08):
                self._skilled(person)
        person |= {"work_ability": ability, "health": health}

    def _disabled(self, person: Facts) -> str:
        """A disability certificate (holder's number, category, grade) and its state of health."""
        category = self.chance.choice("12444567")
        card = f"{person['id_number']}{category}{self.chance.randint(1, 4)}"
        person["disability_number"] = card + ("B1" if self.one_in(0.15) else "")
        person["hardship"] = "5"
        return f"6{category}"

    def _skilled(self, person: Facts) -> None:
        skill, training, _ = self.chance.choice(_SKILLS)
        person |= {"skill": skill, "skill_level": "0"}
        if self.one_in(0.5):
            person |= {
                "skill_level": self.chance.choice("5544Z3"), "training_done": training,
                "certificate_number": f"LX{self.chance.randrange(10**10):010d}",
            }  # fmt: skip

    def _wishes(self, person: Facts, age: int, status: str) -> None:
        """Farmers and idle people of working age are what the county looks for (001-03)."""
        home = status in ("02", "03", "99")
        person["surplus"] = home and age < 55 and self.one_in(0.5)
        person["leader"] = status == "04" and self.one_in(0.012)
        wants = self.one_in(0.85 if status == "04" else 0.45 if home and age < 55 else 0.06)
        person["wants_to_go"] = wants
        if wants:
            person |= {
                "wanted_place": self.chance.choice(_WANTED_PLACES),
                "wanted_job": self.chance.choice(("6-25", "6-29", "6-05", "6-18", "4-03", "6-99")),
                "expected_income": self.chance.randint(40, 90) * 100,
            }  # fmt: skip
        person["wants_training"] = age < 50 and self.one_in(0.22)
        if person["wants_training"]:
            person["wanted_training"] = self.chance.choice(("3", "6", "7", "9", "11", "14", "8"))
