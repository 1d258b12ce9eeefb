"""Households as they are lived in: couples with children, three generations, old people alone,
grandparents with the children of migrants."""

from __future__ import annotations

from laborclerk.features.practice.names import surname_of
from laborclerk.features.practice.people import Facts, People

# ethnicities of the county: (code, weight)
_ETHNICITIES = (("01", 880), ("07", 65), ("06", 40), ("03", 8), ("14", 4), ("11", 1), ("09", 2))
HEAD, SPOUSE, SON, DAUGHTER = "02", "10", "20", "30"
SINGLE, MARRIED, WIDOWED, DIVORCED = "10", "20", "30", "40"


class Families:
    """Makes one family after the other; members of the same house share surname and people."""

    def __init__(self, people: People) -> None:
        self.people = people
        self.chance = people.chance
        self._kinds = (
            (self.nuclear, 36), (self.three_generations, 20), (self.with_parents, 14),
            (self.old_couple, 10), (self.old_person, 7), (self.skipped, 6), (self.alone, 4),
            (self.one_parent, 3),
        )  # fmt: skip

    def any(self, most: int) -> list[Facts]:
        """A family of at most `most` members, the head first."""
        kinds, weights = zip(*self._kinds, strict=True)
        for _ in range(3):
            family: list[Facts] = self.chance.choices(kinds, weights)[0](most)
            if len(family) <= most:
                return family
        return self.alone(most)

    # -- kinds ---------------------------------------------------------------------------------

    def nuclear(self, most: int) -> list[Facts]:
        family, mother = self._couple(self.chance.randint(25, 58))
        self._children(family, mother, most)
        return family

    def three_generations(self, most: int) -> list[Facts]:
        age = self.chance.randint(48, 72)
        family, wife = self._couple(age, widowed=0.15, wives=0)
        surname, ethnicity = surname_of(family[0]["name"]), family[0]["ethnicity"]
        son_age = min(age, wife) - self.chance.randint(22, 27)
        if son_age < 23 or len(family) + 2 > most:
            return family
        family.append(self._make(SON, "1", son_age, surname, ethnicity, MARRIED))
        wife_age = max(20, son_age - self.chance.randint(0, 3))
        family.append(self._wife("38", wife_age))
        self._grandchildren(family, wife_age, surname, ethnicity, most)
        return family

    def with_parents(self, most: int) -> list[Facts]:
        age = self.chance.randint(28, 50)
        family, mother = self._couple(age, wives=0)
        surname, ethnicity = surname_of(family[0]["name"]), family[0]["ethnicity"]
        parent_age = age + self.chance.randint(21, 30)
        if self.chance.random() < 0.6 and len(family) < most:
            family.append(self._make("51", "1", parent_age, surname, ethnicity, MARRIED))
        if self.chance.random() < 0.8 and len(family) < most:
            alone = family[-1]["relation"] != "51"
            status = WIDOWED if alone else MARRIED
            name = self.people.names.surname()
            years = parent_age - self.chance.randint(0, 4)
            family.append(self._make("52", "2", max(years, age + 18), name, "01", status))
        elif family[-1]["relation"] == "51":
            family[-1]["marital_status"] = WIDOWED
        self._children(family, mother, most)
        return family

    def old_couple(self, most: int) -> list[Facts]:
        return self._couple(self.chance.randint(60, 84))[0]

    def old_person(self, most: int) -> list[Facts]:
        sex = self.chance.choice("122")
        age = self.chance.randint(62, 92)
        marital = WIDOWED if self.chance.random() < 0.85 else SINGLE
        return [self._make(HEAD, sex, age, self._surname(), self._ethnicity(), marital)]

    def alone(self, most: int) -> list[Facts]:
        marital = SINGLE if self.chance.random() < 0.7 else DIVORCED
        age = self.chance.randint(26, 57)
        return [self._make(HEAD, "1", age, self._surname(), self._ethnicity(), marital)]

    def skipped(self, most: int) -> list[Facts]:
        """Grandparents at home, the young couple away, the grandchildren with the old."""
        age = self.chance.randint(54, 68)
        family, wife = self._couple(age, wives=0)
        surname, ethnicity = surname_of(family[0]["name"]), family[0]["ethnicity"]
        son_age = min(age, wife) - self.chance.randint(21, 25)
        if len(family) + 3 > most:
            return family
        family.append(self._make(SON, "1", son_age, surname, ethnicity, MARRIED, "04"))
        wife_age = max(25, son_age - 2)
        family.append(self._wife("38", wife_age, "04"))
        self._grandchildren(family, wife_age, surname, ethnicity, most)
        return family

    def one_parent(self, most: int) -> list[Facts]:
        age = self.chance.randint(28, 46)
        sex = self.chance.choice("12")
        marital = self.chance.choice((WIDOWED, DIVORCED))
        head = self._make(HEAD, sex, age, self._surname(), self._ethnicity(), marital)
        head["hardship"] = head.get("hardship") or "8"
        family = [head]
        self._children(family, age, min(most, 3))
        return family

    # -- parts ---------------------------------------------------------------------------------

    def _couple(
        self, age: int, widowed: float = 0.0, wives: float = 0.12
    ) -> tuple[list[Facts], int]:
        """Head and spouse → (the two, the wife's age); `wives`: share of wives who are heads."""
        chance = self.chance
        surname, ethnicity = self._surname(), self._ethnicity()
        if chance.random() < widowed:
            return [self._make(HEAD, "1", age, surname, ethnicity, WIDOWED)], age
        wife_age = max(22, age - chance.randint(-2, 5))
        if chance.random() < wives:
            head = self._wife(HEAD, wife_age)
            husband = self._make(SPOUSE, "1", age, surname, ethnicity, MARRIED)
            return [head, husband], wife_age
        head = self._make(HEAD, "1", age, surname, ethnicity, MARRIED)
        return [head, self._wife(SPOUSE, wife_age)], wife_age

    def _wife(self, relation: str, age: int, status: str | None = None) -> Facts:
        own = self._ethnicity()
        return self._make(relation, "2", age, self._surname(), own, MARRIED, status)

    def _children(self, family: list[Facts], mother: int, most: int) -> None:
        """The head's unmarried children; who is past 30 has a household of her own."""
        father = next((p for p in family[:2] if p["sex"] == "1"), family[0])
        surname, ethnicity = surname_of(father["name"]), father["ethnicity"]
        middle = {sex: self.people.names.middle(sex) for sex in "12"}
        shared = self.chance.random() < 0.6
        for age in self._ages(mother, 30):
            if len(family) >= most:
                return
            sex = self.chance.choice("12")
            family.append(
                self._make(SON if sex == "1" else DAUGHTER, sex, age, surname, ethnicity, SINGLE,
                           middle=middle[sex] if shared else "")
            )  # fmt: skip

    def _grandchildren(
        self, family: list[Facts], mother: int, surname: str, ethnicity: str, most: int
    ) -> None:
        for age in self._ages(mother, 22):
            if len(family) >= most:
                return
            sex = self.chance.choice("12")
            relation = "41" if sex == "1" else "42"
            family.append(self._make(relation, sex, age, surname, ethnicity, SINGLE))

    def _ages(self, mother: int, upto: int) -> list[int]:
        """Ages of a woman's children below `upto`, the eldest first, two years apart at least."""
        age = mother - self.chance.randint(20, 26)
        ages = []
        for _ in range(self.chance.choices((1, 2, 3, 4), (24, 46, 24, 6))[0]):
            if 0 <= age < upto:
                ages.append(age)
            age -= self.chance.randint(2, 5)
        return ages

    def _surname(self) -> str:
        return self.people.names.surname()

    def _ethnicity(self) -> str:
        codes, weights = zip(*_ETHNICITIES, strict=True)
        return str(self.chance.choices(codes, weights)[0])

    def _make(
        self,
        relation: str,
        sex: str,
        age: int,
        surname: str,
        ethnicity: str,
        marital: str,
        status: str | None = None,
        middle: str = "",
    ) -> Facts:
        return self.people.make(
            relation, sex, age, surname, ethnicity=ethnicity, marital=marital, status=status,
            middle=middle,
        )  # fmt: skip
