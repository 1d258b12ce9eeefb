"""The practice county's welders: who can weld, looks for work and wants to go to 福州.

Among them are the names that paper and screen must stand: characters of extension B, a character
of the private use area, nineteen characters with two dots; and a son of the largest household.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from laborclerk.features.practice.cast import LONG_NAME, RARE, RARE_WELDERS, Cast
from laborclerk.features.practice.families import HEAD, MARRIED, SON, SPOUSE
from laborclerk.features.practice.homes import Home
from laborclerk.features.practice.people import Facts

FUZHOU = "350100000000"
WELDERS_IN = (27, 16, 11, 5, 3)  # of each township: 62
_RARE_OF = ((), ("张𣎴海",), ("杨\ue81e",), ("赵𬭎",), ())
_LARGEST_SON = "23"  # relation of the second son


def township_cast(at: int, across: Across) -> Callable[[Cast], Iterable[Home]]:
    """The planted homes of the county's township `at` (0 first)."""

    def homes(cast: Cast) -> Iterator[Home]:
        made = [*cast.doubles(), *cast.namesakes()]
        if at == 0:
            made += cast.rare_names()
        made += cast.others()
        welders = []
        if at == 0:
            welders += [_person(made, name) for name in (RARE[0], RARE[3], LONG_NAME)]
            largest = next(h for h in made if h.household["id"] == cast.planted.largest)
            welders.append(next(p for p in largest.persons if p["relation"] == _LARGEST_SON))
        names = (*_RARE_OF[at], *[""] * WELDERS_IN[at])
        for n in range(WELDERS_IN[at] - len(welders)):
            home = _home(cast, n, names[n])
            welders.append(home.persons[0])
            made.append(home)
        for n, person in enumerate(welders):
            _can_weld(person, n)
            cast.planted.welders.append(person["id"])
        made += across.homes(at, cast)
        return iter(made)

    return homes


def _person(homes: Iterable[Home], name: str) -> Facts:
    return next(p for h in homes for p in h.persons if p["name"] == name)


def _home(cast: Cast, n: int, name: str) -> Home:
    """A welder with wife and child."""
    age = 23 + n * 5 % 24
    surname = name[:1] or cast.surname()
    head = cast.sound(HEAD, "1", age, surname, MARRIED, name=name or None)
    wife = cast.sound(SPOUSE, "2", max(22, age - 2), cast.surname(), MARRIED)
    child = cast.sound(SON, "1", max(0, age - 26), surname, "10")
    if name in RARE_WELDERS:
        cast.planted.rare_names[name] = head["id"]
    return cast.home(n % 5, [head, wife, child])


def _can_weld(person: Facts, n: int) -> None:
    person |= {
        "skill": "电焊", "skill_level": "54Z"[n % 3], "training_done": "7",
        "certificate_number": f"LX{person['id'] % 10**10:010d}", "surplus": True,
        "wants_to_go": True, "wanted_place": FUZHOU, "wanted_job": "6-18",
        "expected_income": 6000 + n % 6 * 300,
    }  # fmt: skip


class Across:
    """Persons whom two townships have: a daughter on her parents' form in one and on her husband's
    in the next, as (id, id)."""

    def __init__(self) -> None:
        self.same_id: list[tuple[int, int]] = []
        self._daughter: Facts | None = None

    def homes(self, at: int, cast: Cast) -> Iterator[Home]:
        """What township `at` has of them."""
        if self._daughter is not None:
            husband = cast.sound(HEAD, "1", 28 + at, cast.surname(), MARRIED)
            wife = cast.copy(self._daughter, SPOUSE)
            self.same_id.append((self._daughter["id"], wife["id"]))
            yield cast.home(2, [husband, wife])
        if at < len(WELDERS_IN) - 1:
            parents = cast.couple(52 + at)
            self._daughter = cast.sound(
                "30", "2", 25 + at, parents[0]["name"][0], "10"
            )  # fmt: skip
            yield cast.home(0, [*parents, self._daughter])
