"""Choosing the station's place: province, city, county, township side by side, without a window.

Each column holds what lies below the line chosen left of it. Typing narrows a column by name,
pinyin (whole or first letters) or code; a county's name or a whole code typed in the first column
jumps there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from laborclerk.catalog.division_codes import (
    DIGITS,
    DivisionRow,
    Level,
    level_of,
    parent_of,
    significant,
)
from laborclerk.catalog.spelling import spelling, typed
from laborclerk.ui.screens.setup.divisions import Divisions

TITLES = ("省(区、市)", "市(州)", "县(市、区)", "乡镇(街道)")
NO_COUNTIES, NOTHING = "本市不设县(区)", "没有下级区划"


@dataclass(frozen=True, slots=True)
class Option:
    """One line of a column: 12-digit code, what it is called there, its pinyin for typing."""

    code: str
    name: str
    spelling: str = ""


@dataclass
class Column:
    """One list: all its lines, those that fit what is typed, the code of the chosen one."""

    title: str
    lines: Sequence[Option] = ()
    shown: Sequence[Option] = ()
    typed: str = ""
    chosen: str = ""
    note: str = ""  # stands where there are no lines


@dataclass
class PlaceChoice:
    """State and actions; `level` is that of the station to be."""

    divisions: Divisions
    level: Level = Level.TOWNSHIP
    source: str = ""  # the file the divisions come from, '' for those inside the program
    columns: list[Column] = field(default_factory=lambda: [Column(t) for t in TITLES])

    def __post_init__(self) -> None:
        self._fill(0, self.divisions.children())

    @property
    def width(self) -> int:
        """How many columns are asked for."""
        return int(self.level)

    def for_level(self, level: Level) -> None:
        """A station of this level instead; what was chosen stays as far as it fits."""
        self.level = level
        kept = [(i, self.columns[i].chosen) for i in range(3) if self.columns[i].chosen]
        if kept:
            self._below(*kept[-1])

    # -- typing and choosing -------------------------------------------------------------------

    def type(self, at: int, text: str) -> None:
        """Narrow a column; the first line that fits is chosen, so that Enter goes on."""
        column = self.columns[at]
        column.typed = text
        key = "".join(text.split()).casefold()
        column.shown = _fitting(column.lines, key)
        if key and not column.shown:
            column.shown = self._elsewhere(key)
            self._unchoose(at)  # what no longer fits is not silently kept
        elif key:
            self._choose(at, column.shown[0].code)

    def _elsewhere(self, key: str) -> list[Option]:
        """Divisions of other columns that a name or a code means, with their whole name."""
        return [
            Option(code, self.divisions.full_name(code))
            for code in self.divisions.find(key)
            if level_of(code) <= self.level
        ]

    def choose(self, at: int, code: str) -> None:
        """Make a line of a column the chosen one; the columns to its right follow."""
        if code in {line.code for line in self.columns[at].lines}:
            self._choose(at, code)

    def enter(self, at: int) -> int:
        """Enter in a column → the column the cursor goes to; its own where nothing fits, `width`
        when this was the last and the station's place is chosen."""
        column = self.columns[at]
        codes = [line.code for line in column.shown]
        code = column.chosen if column.chosen in codes else next(iter(codes), "")
        if not code:
            return at
        if code in {line.code for line in column.lines}:
            self._choose(at, code)
            column.typed, column.shown = "", column.lines
        else:
            self._jump(code)
            at = level_of(code) - 1
            if code == self.chosen:
                return at  # what it jumped to is to be seen before the next Enter
        asked = [i for i in range(at + 1, self.width) if len(self.columns[i].lines) > 1]
        return next(iter(asked), self.width if self.chosen else at)

    def back(self, at: int) -> int:
        """The column left of this one that has lines to choose from."""
        return max((i for i in range(at) if len(self.columns[i].lines) > 1), default=at)

    def _jump(self, code: str) -> None:
        path = [code]
        while parent_of(path[0]):
            path.insert(0, parent_of(path[0]))
        for place in path:
            above = parent_of(place)
            at = level_of(place) - 1
            if not above:
                self._fill(0, self.divisions.children())
            self._choose(at, place)

    def _choose(self, at: int, code: str) -> None:
        column = self.columns[at]
        if column.chosen != code:
            column.chosen = code
            self._below(at, code)

    def _unchoose(self, at: int) -> None:
        self.columns[at].chosen = ""
        for i in range(at + 1, len(TITLES)):
            self.columns[i] = Column(TITLES[i])

    def _below(self, at: int, code: str) -> None:
        for i in range(at + 1, len(TITLES)):
            self.columns[i] = Column(TITLES[i])
        if at + 1 >= self.width:
            return
        rows = self.divisions.children(code)
        if not rows:
            self.columns[at + 1].note = NOTHING
            return
        place = rows[0].level - 1  # townships may lie under a city without counties
        for between in range(at + 1, min(place, self.width)):
            self.columns[between].note = NO_COUNTIES
        if place < self.width:
            self._fill(place, rows)

    def _fill(self, at: int, rows: Iterable[DivisionRow]) -> None:
        lines = [Option(r.code, r.name, spelling(r.name)) for r in rows]
        self.columns[at] = Column(TITLES[at], lines, lines)
        for i in range(at + 1, len(TITLES)):
            self.columns[i] = Column(TITLES[i])
        if len(lines) == 1 and at + 1 < self.width:
            self._choose(at, lines[0].code)  # 市辖区: nothing to choose

    # -- what it comes to ----------------------------------------------------------------------

    @property
    def chosen(self) -> str:
        """The code of the station's place, '' while it is not chosen."""
        return self.columns[self.width - 1].chosen

    def name(self) -> str:
        """The chosen place's whole name."""
        return self.divisions.full_name(self.chosen) if self.chosen else ""

    def counts(self) -> tuple[int, int]:
        """How many townships and villages the station would begin with."""
        below = self.divisions.children(self.chosen) if self.chosen else []
        if self.level is Level.TOWNSHIP:
            return 0, len(below)
        return len(below), sum(len(self.divisions.children(row.code)) for row in below)


def _fitting(lines: Sequence[Option], key: str) -> Sequence[Option]:
    """The lines that fit: those that begin so first."""
    if not key:
        return lines
    if key.isascii() and key.isdigit():
        return [line for line in lines if _same_code(significant(line.code), key)]
    if key.isascii():
        fits = typed(key)
        ranked = [(fits(line.spelling), line) for line in lines]
        first = [line for rank, line in ranked if rank == 0]
        return first or [line for rank, line in ranked if rank == 1]
    first = [line for line in lines if line.name.startswith(key)]
    return first + [line for line in lines if key in line.name[1:] and line not in first]


def _same_code(code: str, key: str) -> bool:
    """Whether a code and digits of any usual length go together as far as both reach."""
    if len(key) == max(DIGITS.values()):
        key = significant(key)
    return code.startswith(key)
