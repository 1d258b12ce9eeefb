"""The whole country's divisions to the village, inside the program (NBS edition of 2023-06-30).

Provinces, cities and counties are one small file; townships and villages lie in one block per
province, opened when first asked for and searched by code, never parsed as a whole. Editions that
arrive as files are read and compared in `editions`.
"""

from __future__ import annotations

import csv
import lzma
import re
from functools import cache, lru_cache

from laborclerk.catalog.division_codes import (
    DivisionRow,
    Level,
    level_of,
    pad,
    parent_of,
    short_village_name,
    significant,
    stem,
)
from laborclerk.catalog.editions import (
    EditionChange,
    compare_editions,
    division_rows,
    read_divisions_file,
)
from laborclerk.kernel.resources import resource

__all__ = [
    "DivisionRow",
    "EditionChange",
    "Level",
    "National",
    "compare_editions",
    "division_rows",
    "level_of",
    "national",
    "pad",
    "parent_of",
    "read_divisions_file",
    "short_village_name",
    "significant",
    "stem",
]

ABROAD = "999"
# Names that only stand between two levels and are not said aloud.
_UNSAID = frozenset(["市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"])
_PEOPLES = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|拉祜|水|东乡|纳西"
    "|景颇|柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|鄂温克|德昂|保安|裕固"
    "|独龙|鄂伦春|各"
)
_LAST_WORD = re.compile(
    rf"(?:(?:{_PEOPLES})族?)*(自治区|自治州|自治县|自治旗)$|特别行政区$|地区$|[省市县区盟旗]$"
)


@lru_cache(None)
def _spoken(name: str) -> tuple[str, ...]:
    """The ways a name begins a text, longest first: 黔东南苗族侗族自治州, 黔东南州, 黔东南."""
    if name.startswith("内蒙古"):
        return name, "内蒙古"
    last = _LAST_WORD.search(name)
    short = name[: last.start()] if last else name
    if len(short) < 2:
        return (name,)
    return (name, short + last[1][-1], short) if last and last[1] else (name, short)


@lru_cache(6)
def _block(province: str) -> bytes:
    """Townships and villages of a province, one line per township (see pack_divisions.py)."""
    path = resource("divisions", f"{province}.xz")
    if not path.is_file():
        return b"\n"
    with lzma.open(path) as packed:
        return packed.read()


@cache
def _countries() -> dict[str, str]:
    with resource("divisions", "countries.csv").open(encoding="utf-8", newline="") as lines:
        next(lines)
        return {row["code"]: row["name"] for row in csv.DictReader(lines)}


def _villages(line: str) -> list[DivisionRow]:
    township, *parts = line.split("\t")
    parent = pad(township[:9])
    rows = []
    last = 0
    for part in parts:
        if part[0].isdigit():
            last, part = int(part[:3]), part[3:]
        else:
            last += 1
        rows.append(DivisionRow(f"{township[:9]}{last:03d}", part, Level.VILLAGE, parent))
    return rows


class National:
    """The divisions of the country by 12-digit code (shorter codes are padded)."""

    def __init__(self) -> None:
        with lzma.open(resource("divisions", "counties.xz"), "rt", encoding="utf-8") as lines:
            named = (line.rstrip("\n").split("\t") for line in lines if line.strip())
            self._names = {pad(code): name for code, name in named}
        self._children: dict[str, list[DivisionRow]] = {}
        for code, name in self._names.items():
            row = DivisionRow(code, name, level_of(code), parent_of(code))
            self._children.setdefault(row.parent, []).append(row)

    def children(self, code: str = "") -> list[DivisionRow]:
        """The divisions directly below `code`, provinces for ''; [] when there are none."""
        if not code:
            return self._children[""]
        code = pad(code)
        level = level_of(code)
        if level is Level.TOWNSHIP:
            return self.villages(code)
        if level is Level.VILLAGE:
            return []
        return self._children.get(code) or self._townships(code)

    def _townships(self, code: str) -> list[DivisionRow]:
        if level_of(code) is Level.PROVINCE:
            return []
        block = _block(code[:2])
        key = b"\n" + code[:6].encode()
        rows = []
        at = block.find(key)
        while at >= 0 and block.startswith(key, at):
            end = block.index(b"\n", at + 1)
            line = block[at + 1 : end].decode().split("\t", 1)[0]
            rows.append(DivisionRow(pad(line[:9]), line[9:], Level.TOWNSHIP, code))
            at = end
        return rows

    def _line(self, township: str) -> str:
        block = _block(township[:2])
        at = block.find(b"\n" + township[:9].encode())
        return "" if at < 0 else block[at + 1 : block.index(b"\n", at + 1)].decode()

    def villages(self, township: str) -> list[DivisionRow]:
        """The villages of a township, by code."""
        line = self._line(pad(township))
        return _villages(line) if line else []

    def name(self, code: str) -> str | None:
        """The official name of a division, or of a country (`999` + three letters)."""
        if code.startswith(ABROAD):
            return _countries().get(code[3:6])
        code = pad(code)
        if code in self._names:
            return self._names[code]
        level = level_of(code)
        if level < Level.TOWNSHIP:
            return None
        line = self._line(code)
        if level is Level.TOWNSHIP:
            return line.split("\t", 1)[0][9:] or None
        return (
            next((row.name for row in _villages(line) if row.code == code), None) if line else None
        )

    def row(self, code: str) -> DivisionRow | None:
        """The division with this code."""
        name = self.name(code)
        if name is None or code.startswith(ABROAD):
            return None
        code = pad(code)
        return DivisionRow(code, name, level_of(code), parent_of(code))

    def path(self, code: str) -> tuple[str, ...]:
        """Official names from the province down to `code`; () when unknown."""
        if code.startswith(ABROAD):
            name = self.name(code)
            return (name,) if name else ()
        names: list[str] = []
        code = pad(code)
        while code:
            name = self.name(code)
            if name is None:
                return ()
            names.append(name)
            code = parent_of(code)
        return tuple(reversed(names))

    def full_name(self, code: str) -> str:
        """The path in one word as it is said: 浙江省金华市永康市, 北京市朝阳区; '' when unknown."""
        return "".join(name for name in self.path(code) if name not in _UNSAID)

    def find(self, text: str) -> list[str]:
        """Codes that `text` may mean: a code, or names from any level down to the county, with or
        without 省/市/县 (浙江金华, 永康市, 日本); several when it is ambiguous, none when unknown.
        What follows the last name found (a township, a street) is left out of account."""
        text = "".join(text.split())
        if text.isascii():
            return self._find_code(text.upper())
        countries = [ABROAD + code for code, name in _countries().items() if name == text]
        if countries:
            return countries
        found = _parses(self, text.removeprefix("中国").removeprefix("中华人民共和国"))
        least = min((rest for rest, _, _ in found), default=0)
        best = min((rank for rest, rank, _ in found if rest == least), default=0)
        return [code for rest, rank, code in found if rest == least and rank == best]

    def _find_code(self, text: str) -> list[str]:
        if text.startswith(ABROAD) or (len(text) == 3 and text.isalpha()):
            code = text[-3:]
            return [ABROAD + code] if code in _countries() else []
        if not text.isdigit() or len(text) not in (2, 4, 6, 9, 12):
            return []
        return [pad(text)] if self.name(text) is not None else []


def place_in_words(code: str | None) -> str:
    """A stored division or country as it is said; the code itself where it has no name here, ''
    for none."""
    return (national().full_name(code) or code) if code else ""


def _parses(country: National, text: str) -> list[tuple[int, int, str]]:
    """(characters left over, rank, code) of each way to read `text`; rank 0 for a reading that
    begins with a province, 1 for a full name of a lower level, 2 for a short one."""
    found: list[tuple[int, int, str]] = []

    def descend(code: str, rest: str, rank: int) -> None:
        below = country._children.get(code, []) if rest else []
        unsaid = [row for row in below if row.name in _UNSAID or row.level is Level.CITY]
        further = [row for upper in unsaid for row in country._children.get(upper.code, [])]
        hits = [
            (row.code, length)
            for row in [*below, *further]
            if row.name not in _UNSAID and (length := _head(row.name, rest))
        ]
        longest = max((length for _, length in hits), default=0)
        for deeper, length in hits:
            if length == longest:
                descend(deeper, rest[length:], rank)
        if not hits and (not rest or (rank < 2 and level_of(code) >= Level.CITY)):
            found.append((len(rest), rank, code))

    for province in country.children():
        length = _head(province.name, text)
        if length:
            descend(province.code, text[length:], 0)
    if not any(left == 0 for left, _, _ in found):
        for province in country.children():
            for city in country._children.get(province.code, []):
                for row in [city, *country._children.get(city.code, [])]:
                    if row.name not in _UNSAID and (length := _head(row.name, text)):
                        rank = 1 if length == len(row.name) else 2
                        descend(row.code, text[length:], rank)
    return list(dict.fromkeys(found))


def _head(name: str, text: str) -> int:
    """How many characters of `text` the full or a shorter name takes at its beginning."""
    return next((len(spoken) for spoken in _spoken(name) if text.startswith(spoken)), 0)


@cache
def national() -> National:
    """The country's divisions, read once."""
    return National()
