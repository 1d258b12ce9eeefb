"""Finds the place that the cells of a sheet's row name: a 12-digit code, or names of township,
village and group that are unique where they stand.

Names repeat inside a county, so a name that fits two places is never decided here: `resolve` is
asked, and without it the row comes back with both. A group that a village does not have yet is
made when the sheet names it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.cells import cell_text
from laborclerk.catalog.divisions import national, pad, significant, stem
from laborclerk.features.registry.model import Place
from laborclerk.features.registry.places import (
    GROUP_WORDS,
    PlaceInfo,
    PlaceProblem,
    PlaceTree,
    ancestor,
    code_of,
    group_of,
    level_of,
    subtree,
)
from laborclerk.kernel.errors import Message, Problem

Resolve = Callable[[str, Sequence[int]], int | None]
"""Asked for the one place meant by a name that fits several; None leaves the row out."""


class PlaceCellProblem(Message):
    """What can be wrong with the place cells of a row."""

    CELLS_NO_PLACE = "没有写明村(社区)。请填村名或12位区划代码"
    CELLS_NO_VILLAGE = "{level}“{name}”下没有“{village}”。请核对村名,或改填12位区划代码"
    CELLS_OTHER_PLACE = "“{text}”不在本站范围({own})。请核对,或交由所属站点导入"
    CELLS_CODE_DIFFERS = "区划代码{code}是{name},与所填的“{text}”不一致。请核对"
    CELLS_CODE_WRONG = "区划代码“{code}”不在本站区划里。请核对,或先导入新的区划"
    CELLS_NO_GROUP = "{village}没有“{group}”。请先在该村设组,或允许导入时设组"
    CELLS_GROUPS_FULL = "{village}的组号已用完,不能再设“{group}”"


@dataclass(frozen=True, slots=True)
class Cells:
    """The place cells of one row as they stand in the sheet; '' where there is none."""

    code: object = ""
    province: object = ""
    city: object = ""
    county: object = ""
    township: object = ""
    village: object = ""
    group: object = ""


_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_NUMBER = "[0-9]+|[零〇一二两三四五六七八九十百]+"
_KIND = "村民小组|居民小组|村小组|小组|组|社"
_GROUP = re.compile(f"第?({_NUMBER})(?:{_KIND}|队)?")
_TAIL = re.compile(f"(?:{_KIND})$")
_VILLAGE_GROUP = re.compile(
    f"(.+(?:村|社区|居委会|村委会|村民委员会))(第?(?:{_NUMBER})(?:{_KIND}))"
)
_LEVEL_WORDS = {"county": "县", "city": "市", "province": "省", "township": "乡镇"}


def number_of(text: str) -> int | None:
    """The number written in digits or Chinese numerals up to 999: 三 → 3, 十二 → 12."""
    if text.isascii() and text.isdigit():
        return int(text)
    total, digit = 0, 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char == "十":
            total, digit = total + (digit or 1) * 10, 0
        elif char == "百":
            total, digit = total + (digit or 1) * 100, 0
        else:
            return None
    return total + digit


def group_key(name: str) -> str:
    """One form for the ways a group is written: 3组, 第三组, 03社 → 3; 老屋基组 → 老屋基."""
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", name))
    match = _GROUP.fullmatch(text)
    number = number_of(match[1]) if match else None
    return str(number) if number is not None else _TAIL.sub("", text) or text


class PlaceCells:
    """Finds places for one import; `made` are the groups that must be created with it."""

    def __init__(
        self,
        session: Session,
        under: int | None = None,
        *,
        resolve: Resolve | None = None,
        new_groups: bool = True,
        word: str = GROUP_WORDS[0],
    ) -> None:
        self.tree = PlaceTree.load(session)
        self.under = under if under is not None else self.tree.root()
        self.made: list[PlaceInfo] = []
        self._resolve = resolve
        self._new_groups = new_groups
        self._word = word
        self._found: dict[Cells, int | Problem] = {}
        self._groups: dict[int, dict[str, int]] = {}
        self._numbers: dict[int, set[int]] = {}
        closed = sa.select(Place.id).where(
            (Place.deleted.is_not(None)) | Place.valid_to.is_not(None)
        )
        self._closed = set(session.scalars(closed))

    def find(self, cells: Cells) -> int | Problem:
        """The village or group a row belongs to, or why it cannot be told."""
        known = self._found.get(cells)
        if known is None:
            known = self._found[cells] = self._look(cells)
        return known

    def _look(self, cells: Cells) -> int | Problem:
        texts = {key: cell_text(getattr(cells, key)) for key in Cells.__slots__}
        other = self._elsewhere(texts)
        if other is not None:
            return other
        place: int | None = None
        if texts["code"]:
            coded = self._coded(texts["code"])
            if isinstance(coded, Problem):
                return coded
            place = coded
        scope = self._scope(place, texts["township"])
        if isinstance(scope, Problem):
            return scope
        if place is None or level_of(place) not in ("village", "group"):
            named = self._village(scope, texts)
            if isinstance(named, Problem):
                return named
            place = named
        elif texts["village"]:
            differs = self._agrees(place, texts)
            if differs is not None:
                return differs
        if texts["group"] and level_of(place) == "village":
            return self._group(place, texts["group"])
        return place

    # -- code and upper levels -----------------------------------------------------------------

    def _coded(self, code: str) -> int | Problem:
        found = self.tree.resolve(code)
        low, high = subtree(self.under)
        if len(found) == 1 and low <= found[0] < high:
            return found[0]
        if not found and self._is_above(code):
            return self.under
        if found:
            own = self.tree.full_name(self.under)
            return Problem(
                PlaceCellProblem.CELLS_OTHER_PLACE, {"text": self.tree.path(found[0]), "own": own}
            )
        return Problem(PlaceCellProblem.CELLS_CODE_WRONG, {"code": code})

    def _is_above(self, code: str) -> bool:
        """Whether a code names a place that the station lies in."""
        if not (code.isascii() and code.isdigit() and len(code) in (2, 4, 6, 9, 12)):
            return False
        return code_of(self.under).startswith(significant(pad(code)))

    def _elsewhere(self, texts: dict[str, str]) -> Problem | None:
        """The row names another county, city or province than the station's."""
        own = code_of(self.under)
        for key, digits in (("province", 2), ("city", 4), ("county", 6)):
            text = texts[key]
            if not text or (text.isascii() and text.isdigit()):
                continue
            name = national().name(own[:digits])
            if name is None or (digits > 2 and own[digits - 2 : digits] == "00"):
                continue
            if _same_upper(text, name):
                continue
            params = {"text": text, "own": name}
            return Problem(PlaceCellProblem.CELLS_OTHER_PLACE, params)
        return None

    def _scope(self, place: int | None, township: str) -> int | Problem:
        scope = self.under
        if place is not None:
            scope = place if level_of(place) not in ("village", "group") else scope
        if not township or level_of(scope) not in ("county", "city", "province"):
            if township and level_of(self.under) not in ("county", "city", "province"):
                own = ancestor(self.under, "township")
                name = self.tree.full_name(own) if own in self.tree else ""
                if name and stem(name) != stem(township):
                    params = {"text": township, "own": name}
                    return Problem(PlaceCellProblem.CELLS_OTHER_PLACE, params)
            return scope
        found = [
            p for p in self.tree.of_level("township", scope)
            if self.tree.full_name(p) == township or stem(self.tree.full_name(p)) == stem(township)
        ]  # fmt: skip
        exact = [p for p in found if self.tree.full_name(p) == township]
        return self._one(township, exact or found, scope)

    # -- village and group ---------------------------------------------------------------------

    def _village(self, scope: int, texts: dict[str, str]) -> int | Problem:
        text = texts["village"]
        if not text:
            if level_of(scope) in ("village", "group"):
                return scope
            return Problem(PlaceCellProblem.CELLS_NO_PLACE)
        if level_of(scope) == "village":
            differs = self._agrees(scope, texts)
            return scope if differs is None else differs
        found = self._villages(text, scope)
        if not found and not texts["group"]:
            both = _VILLAGE_GROUP.fullmatch(text)
            if both:
                found = self._villages(both[1], scope)
                texts["group"] = both[2]
        return self._one(text, found, scope)

    def _villages(self, text: str, scope: int) -> list[int]:
        """Villages of this name; without the word for their kind when it was left out."""
        low, high = subtree(scope)
        exact = [p for p in self.tree.resolve(text, scope) if level_of(p) == "village"]
        if exact:
            return exact
        return [
            p for p in self.tree.villages()
            if low <= p < high and stem(self.tree.full_name(p)) == stem(text)
        ]  # fmt: skip

    def _agrees(self, place: int, texts: dict[str, str]) -> Problem | None:
        village = ancestor(place, "village")
        name = self.tree.full_name(village)
        both = _VILLAGE_GROUP.fullmatch(texts["village"])
        spoken = {texts["village"], both[1] if both else ""}
        if village in self.tree.resolve(texts["village"]) or stem(name) in map(stem, spoken):
            if both and not texts["group"]:
                texts["group"] = both[2]
            return None
        params = {"code": code_of(village), "name": name, "text": texts["village"]}
        return Problem(PlaceCellProblem.CELLS_CODE_DIFFERS, params)

    def _one(self, text: str, found: list[int], scope: int) -> int | Problem:
        if len(found) == 1:
            return found[0]
        if not found:
            params = {
                "level": _LEVEL_WORDS.get(level_of(scope), ""),
                "name": self.tree.name(scope),
                "village": text,
            }
            return Problem(PlaceCellProblem.CELLS_NO_VILLAGE, params)
        chosen = self._resolve(text, found) if self._resolve else None
        if chosen is not None:
            return chosen
        paths = "、".join(f"{self.tree.path(p, 'township')}({code_of(p)})" for p in found)
        return Problem(
            PlaceProblem.PLACE_AMBIGUOUS, {"name": text, "count": len(found), "paths": paths}
        )

    def _group(self, village: int, text: str) -> int | Problem:
        known = self._groups.get(village)
        if known is None:
            children = self.tree.children(village)
            known = {group_key(self.tree.full_name(p)): p for p in children}
            known |= {self.tree.full_name(p): p for p in children}
            self._groups[village] = known
            self._numbers[village] = {group_of(p) for p in children} | {
                group_of(p) for p in self._closed if village < p < village + 1000
            }
        key = text if text in known else group_key(text)
        if key in known:
            return known[key]
        if not self._new_groups:
            params = {"village": self.tree.name(village), "group": text}
            return Problem(PlaceCellProblem.CELLS_NO_GROUP, params)
        taken = self._numbers[village]
        wanted = int(key) if key.isascii() and key.isdigit() and 0 < int(key) < 1000 else 0
        number = wanted if wanted and wanted not in taken else _free(taken)
        if not number:
            params = {"village": self.tree.name(village), "group": text}
            return Problem(PlaceCellProblem.CELLS_GROUPS_FULL, params)
        taken.add(number)
        name = f"{text}{self._word}" if text.isascii() and text.isdigit() else text
        place = village + number
        known[key] = place
        self.made.append(PlaceInfo(place, name, "group"))
        return place

    def path(self, place: int) -> str:
        """The place as it is said in messages, groups made here too."""
        made = next((p.name for p in self.made if p.id == place), None)
        if made is not None:
            return f"{self.tree.path(ancestor(place, 'village'))} {made}"
        return self.tree.path(place)


def _free(taken: set[int]) -> int:
    return next((n for n in range(1, 1000) if n not in taken), 0)


def _same_upper(text: str, name: str) -> bool:
    """云南 is 云南省, 镇雄 is 镇雄县; 市辖区 and the like are no names."""
    if name in ("市辖区", "县") or text in ("市辖区", "县"):
        return True
    return name == text or name.startswith(text.rstrip("省市县区")) or text.endswith(name)
