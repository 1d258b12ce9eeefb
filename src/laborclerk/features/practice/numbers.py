"""Identity numbers that no real person has: valid in every part, sequence codes 996–999 only."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from laborclerk.catalog.idnumber import check_digit

HOME = "530627"  # 镇雄县
# (first six digits of a real county, how often somebody comes from there); the last line holds
# codes abolished between 1981 and 2011, which the young cannot have
COUNTIES = (
    ("530627", 800), ("530628", 20), ("530629", 18), ("530602", 16), ("530621", 12),
    ("530623", 10), ("530624", 10), ("520526", 14), ("520502", 14), ("520525", 10),
    ("511527", 10), ("510524", 10), ("510525", 8), ("530381", 8), ("530625", 4),
)  # fmt: skip
ABOLISHED = (("522427", 16), ("522422", 14), ("532101", 8), ("532128", 12))
_YOUNG = 30  # years
_SEQUENCES = {"1": ("997", "999"), "2": ("996", "998")}  # odd for men, even for women


class Numbers:
    """Hands out every number once. Of one county, birthday and sex there are only two, so the
    birthday is looked for where one is free."""

    def __init__(self, chance: Random, on: str) -> None:
        self._chance = chance
        self._on = date.fromisoformat(on)
        self._taken: set[str] = set()

    def county(self, age: int) -> str:
        """The county that the number of somebody of this age begins with."""
        counties = COUNTIES if age < _YOUNG else COUNTIES + ABOLISHED
        codes, weights = zip(*counties, strict=True)
        return str(self._chance.choices(codes, weights)[0])

    def born(self, sex: str, age: int, county: str | None = None) -> tuple[str, str]:
        """(number, birth date) of somebody who is `age` years old on the day."""
        for code in (county or self.county(age), *(code for code, _ in COUNTIES)):
            for _ in range(60):
                birth = self._birthday(age)
                number = self.of(code, birth.isoformat(), sex)
                if number:
                    return number, birth.isoformat()
        raise ValueError(f"no number left for age {age}")

    def of(self, county: str, born: str, sex: str) -> str | None:
        """A free number of this county, birthday and sex, if there is one."""
        for sequence in _SEQUENCES[sex]:
            first17 = county + born.replace("-", "") + sequence
            if first17 not in self._taken:
                self._taken.add(first17)
                return first17 + check_digit(first17)
        return None

    def _birthday(self, age: int) -> date:
        on = self._on
        try:
            latest = on.replace(year=on.year - age)
        except ValueError:  # 29 February
            latest = on.replace(year=on.year - age, day=28)
        return latest - timedelta(days=self._chance.randrange(365))


def first_generation(number: str) -> str:
    """The 15 digits of somebody born in 19xx."""
    if number[6:8] != "19":
        raise ValueError(number)
    return number[:6] + number[8:17]
