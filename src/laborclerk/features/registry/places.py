"""Places as integers: 12-digit division code and 3-digit group number, so a subtree is a range.

530627001001 (a village) → 530627001001000; its third group → 530627001001003. Names repeat inside
a county (镇雄 has two 银厂), so `resolve` returns every place of a name and never chooses.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.divisions import national, short_village_name, stem
from laborclerk.features.registry.model import Household, Place
from laborclerk.kernel.errors import Message, reject
from laborclerk.store.store import Store, setting_in

WORD = "words.group"  # setting: what this station calls a group
GROUP_WORDS = ("组", "社")

LEVELS = ("province", "city", "county", "township", "village", "group")
# the power of ten that each level's code leaves free
_STEP = {
    "province": 10**13, "city": 10**11, "county": 10**9, "township": 10**6, "village": 1000,
    "group": 1,
}  # fmt: skip


class PlaceProblem(Message):
    """Places that are not there, or there twice."""

    NO_SUCH_PLACE = "没有“{name}”这个地方。请核对名称,或用12位区划代码"
    PLACE_AMBIGUOUS = "“{name}”有{count}处:{paths}。请用12位区划代码指明是哪一个"
    NOT_A_VILLAGE = "“{name}”不是村(社区),不能在其下设{word}。请先选村"
    GROUP_EXISTS = "“{village}”已有“{name}”。请直接选用"
    GROUP_NUMBER_FULL = "“{village}”的{word}号已用完(999个)"
    PLACE_NOT_HERE = "“{name}”不属于本站({station})。请核对区划,或交由所属站点录入"
    GROUP_NOT_EMPTY = "“{name}”还有{count}户,不能撤销。请先把这些户转到别的{word}"


def place_id(code12: str, group: int = 0) -> int:
    """The id of a division (12 digits; shorter codes are padded with zeros) or of its group."""
    return int(code12.ljust(12, "0")) * 1000 + group


def code_of(place: int) -> str:
    """The 12-digit division code a place stands in."""
    return f"{place // 1000:012d}"


def group_of(place: int) -> int:
    """The group number, 0 for a village and above."""
    return place % 1000


def level_of(place: int) -> str:
    """province, city, county, township, village or group."""
    for level in reversed(LEVELS[:-1]):
        if place % _STEP[level]:
            # something stands below this level's digits
            return LEVELS[LEVELS.index(level) + 1]
    return "province"


def subtree(place: int) -> tuple[int, int]:
    """The half-open range of ids of a place and everything below it."""
    return place, place + _STEP[level_of(place)]


def parent_of(place: int) -> int:
    """The place one level up (a province is its own parent)."""
    at = LEVELS.index(level_of(place))
    if at == 0:
        return place
    step = _STEP[LEVELS[at - 1]]
    return place // step * step


def ancestor(place: int, level: str) -> int:
    """The place of `level` that `place` stands in."""
    return place // _STEP[level] * _STEP[level]


def group_word(session: Session) -> str:
    """What this station calls a group."""
    return setting_in(session, WORD) or GROUP_WORDS[0]


@dataclass(frozen=True, slots=True)
class PlaceInfo:
    """A place as it is now."""

    id: int
    name: str
    level: str
    valid_to: str | None = None
    successor: int | None = None


_PLACES = sa.select(Place.id, Place.name, Place.level, Place.valid_to, Place.successor).where(
    Place.deleted.is_(None)
)
_SOME_PLACES = _PLACES.where(Place.id.in_(sa.bindparam("wanted", expanding=True)))


class PlaceTree:
    """All places of the station, read once; ask it for names, paths, children. `word` is what
    the station calls a group: 组 or 社 (002-07)."""

    def __init__(self, places: Iterable[PlaceInfo], word: str = GROUP_WORDS[0]) -> None:
        self.word = word
        self._places = {p.id: p for p in places}
        self._names = {p.id: short_village_name(p.name) for p in self._places.values()}
        self._paths: dict[tuple[int, str], str] = {}
        self._children: dict[int, list[int]] = defaultdict(list)
        for place in sorted(self._places):
            parent = parent_of(place)
            if parent != place:
                self._children[parent].append(place)
        self._short: dict[str, list[int]] = defaultdict(list)
        self._stems: dict[str, list[int]] = defaultdict(list)
        for info in self._places.values():
            if info.valid_to is None:
                self._short[self._names[info.id]].append(info.id)
                self._stems[stem(info.name)].append(info.id)

    @classmethod
    def load(cls, session: Session) -> PlaceTree:
        return cls._of(session, _PLACES, {})

    @classmethod
    def above(cls, session: Session, places: Iterable[int]) -> PlaceTree:
        """These places and those they lie in alone, to name a few without reading a county's."""
        wanted = {p // step * step for p in places for step in _STEP.values()}
        return cls._of(session, _SOME_PLACES, {"wanted": sorted(wanted)})

    @classmethod
    def _of(cls, session: Session, query: Any, given: Mapping[str, Any]) -> PlaceTree:
        rows = session.connection().execute(query, given)
        return cls((PlaceInfo(i, n or "", lv or "", v, s) for i, n, lv, v, s in rows),
                   group_word(session))  # fmt: skip

    def __contains__(self, place: int) -> bool:
        return place in self._places

    def __len__(self) -> int:
        return len(self._places)

    def get(self, place: int) -> PlaceInfo | None:
        return self._places.get(place)

    def name(self, place: int) -> str:
        """The short name shown in lists; the code when unknown."""
        known = self._names.get(place)
        if known is not None:
            return known
        return f"{group_of(place)}{self.word}" if group_of(place) else code_of(place)

    def full_name(self, place: int) -> str:
        info = self._places.get(place)
        return info.name if info else self.name(place)

    def path(self, place: int, top: str = "village") -> str:
        """Names from level `top` down, e.g. `油榨街社区 3组`; of what lies elsewhere always from
        the township down."""
        known = self._paths.get((place, top))
        if known is not None:
            return known
        if place - group_of(place) not in self._places:
            path = self._paths[place, top] = self._elsewhere(place)
            return path
        at, names = place, []
        while True:
            if at in self._places or at == place:
                names.append(self.name(at))
            if LEVELS.index(level_of(at)) <= LEVELS.index(top) or parent_of(at) == at:
                break
            at = parent_of(at)
        path = self._paths[place, top] = " ".join(reversed(names))
        return path

    def _elsewhere(self, place: int) -> str:
        """A station knows its own places only: others are named as the country's divisions are."""
        code, group = code_of(place), group_of(place)
        names = [short_village_name(name) for name in national().path(code)[-2:]]
        if not names:  # a village that is newer than the country's list
            names = [*national().path(code[:9])[-1:], self.name(place - group)]
        return " ".join([*names, self.name(place)] if group else names)

    def children(self, place: int, *, past: bool = False) -> list[int]:
        """The places one level down, in order of code; abolished ones only when `past`."""
        found = self._children.get(place, [])
        return [p for p in found if past or self._places[p].valid_to is None]

    def of_level(self, level: str, under: int | None = None) -> list[int]:
        """Valid places of a level, in order of code."""
        low, high = subtree(under) if under is not None else (0, 10**16)
        return sorted(
            p.id
            for p in self._places.values()
            if p.level == level and p.valid_to is None and low <= p.id < high
        )

    def villages(self, under: int | None = None) -> list[int]:
        return self.of_level("village", under)

    def root(self) -> int:
        """The topmost place: the station's own; ValueError while there is no place."""
        return self._topmost

    @cached_property
    def _topmost(self) -> int:
        return min(self._places, key=lambda p: (LEVELS.index(level_of(p)), p))

    def resolve(self, text: str, under: int | None = None) -> list[int]:
        """The places meant by a 12- or 15-digit code, or by a name; all that fit. A name without
        its kind (上街 for 上街村) counts when no place bears it whole."""
        text = text.strip()
        low, high = subtree(under) if under is not None else (0, 10**16)
        if text.isascii() and text.isdigit() and len(text) in (2, 4, 6, 9, 12, 15):
            place = int(text) if len(text) == 15 else place_id(text)
            return [place] if place in self._places and low <= place < high else []
        for index, key in ((self._short, short_village_name(text)), (self._stems, stem(text))):
            found = [p for p in index.get(key, []) if low <= p < high]
            if found:
                return found
        return []

    def one(self, text: str, under: int | None = None) -> int:
        """The one place meant, or Rejected with the choices."""
        found = self.resolve(text, under)
        if not found:
            raise reject(PlaceProblem.NO_SUCH_PLACE, name=text)
        if len(found) > 1:
            paths = "、".join(f"{self.path(p, 'township')}({code_of(p)})" for p in found)
            raise reject(PlaceProblem.PLACE_AMBIGUOUS, name=text, count=len(found), paths=paths)
        return found[0]


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A division to load: 12-digit code and full name."""

    code: str
    name: str


def load_places(store: Store, rows: Iterable[PlaceRow], valid_from: str | None = None) -> int:
    """Create the places that are not there yet → how many. Existing ones stay as they are."""
    with store.write("places.load") as work:
        known = set(work.session.scalars(sa.select(Place.id)))
        fresh: dict[int, dict[str, object]] = {}
        for row in rows:
            place = place_id(row.code)
            if place not in known:
                fresh[place] = {
                    "id": place, "name": row.name, "level": level_of(place),
                    "valid_from": valid_from,
                }  # fmt: skip
        work.create_many(Place, list(fresh.values()))
    return len(fresh)


def add_group(store: Store, village: int, name: str, number: int | None = None) -> int:
    """Make a group in a village → its place id. A name of digits is its number, else the next
    free one. Raises Rejected when the name or number stands already."""
    with store.write("places.add_group") as work:
        place = new_group(work.session, PlaceTree.load(work.session), village, name, number)
        work.add(Place(id=place, name=name, level="group"))
    return place


def new_group(
    session: Session, tree: PlaceTree, village: int, name: str, number: int | None = None
) -> int:
    """The id a new group gets; nothing is written."""
    if level_of(village) != "village" or village not in tree:
        raise reject(PlaceProblem.NOT_A_VILLAGE, name=tree.name(village), word=tree.word)
    taken = {group_of(p): tree.name(p) for p in tree.children(village, past=True)}
    taken |= {
        group_of(p): ""
        for p in session.scalars(
            sa.select(Place.id).where(Place.id > village, Place.id < village + 1000)
        )
        if group_of(p) not in taken
    }
    if name in taken.values():
        raise reject(PlaceProblem.GROUP_EXISTS, village=tree.name(village), name=name)
    if number is None:
        digits = "".join(c for c in name if c.isdigit())
        wanted = int(digits) if digits and int(digits) < 1000 else 0
        number = wanted if wanted and wanted not in taken else None
    if number is None:
        free = (n for n in range(1, 1000) if n not in taken)
        number = next(free, 0)
        if not number:
            raise reject(PlaceProblem.GROUP_NUMBER_FULL, village=tree.name(village), word=tree.word)
    elif number in taken:
        raise reject(PlaceProblem.GROUP_EXISTS, village=tree.name(village), name=name)
    return village + number


def close_group(store: Store, group: int, on: str) -> None:
    """End a group that has no household left."""
    with store.write("places.close_group") as work:
        count = work.session.scalar(
            sa.select(sa.func.count()).where(Household.place == group, Household.deleted.is_(None))
        )
        record = work.get(Place, group)
        if record is None:
            raise reject(PlaceProblem.NO_SUCH_PLACE, name=str(group))
        if count:
            known = {"name": record.name, "count": count, "word": group_word(work.session)}
            raise reject(PlaceProblem.GROUP_NOT_EMPTY, **known)
        work.change(record, {"valid_to": on})
