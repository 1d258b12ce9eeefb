"""Where the places come from that a station is chosen from: the country inside the program, or a
file of divisions; both answer alike."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from laborclerk.catalog.division_codes import (
    DivisionRow,
    Level,
    level_of,
    pad,
    parent_of,
    significant,
)


class Divisions(Protocol):
    """What is asked of either source."""

    def children(self, code: str = "") -> list[DivisionRow]: ...

    def row(self, code: str) -> DivisionRow | None: ...

    def full_name(self, code: str) -> str: ...

    def find(self, text: str) -> list[str]: ...


class FileDivisions:
    """The divisions of a file; what it does not name itself has the name the program knows."""

    def __init__(self, rows: Iterable[DivisionRow], known: Divisions) -> None:
        self._known = known
        self._names = {r.code: r.name for r in rows}
        self._below: dict[str, set[str]] = {}
        for code in list(self._names):
            while code:
                self._below.setdefault(parent_of(code), set()).add(code)
                code = parent_of(code)

    def children(self, code: str = "") -> list[DivisionRow]:
        """The divisions directly below, by code."""
        found = (self.row(c) for c in sorted(self._below.get(pad(code) if code else "", ())))
        return [row for row in found if row is not None]

    def row(self, code: str) -> DivisionRow | None:
        """The division with this code."""
        code = pad(code)
        if code not in self._names and code not in self._below:
            return None
        named = self._known.row(code)
        name = self._names.get(code) or (named.name if named else significant(code))
        return DivisionRow(code, name, level_of(code), parent_of(code))

    def full_name(self, code: str) -> str:
        """Its whole name as the program knows it, else what the file calls it."""
        row = self.row(code)
        return self._known.full_name(code) or (row.name if row else "")

    def find(self, text: str) -> list[str]:
        """Codes of divisions above the villages that a code or the beginning of a name means."""
        above = (
            c for c in sorted({*self._names, *self._below}) if c and level_of(c) < Level.VILLAGE
        )
        if text.isascii() and text.isdigit():
            return [c for c in above if c == pad(text)]
        return [c for c in above if (row := self.row(c)) is not None and row.name.startswith(text)]
