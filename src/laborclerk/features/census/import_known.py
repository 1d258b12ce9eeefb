"""Reads from the register what a census sheet may be about: the households of its villages and the
people who have its document numbers, wherever they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.idnumber import same_person_key
from laborclerk.features.census.grouping import RowGroup
from laborclerk.features.census.import_plan import Row
from laborclerk.features.census.sheet_rows import SheetRows
from laborclerk.features.registry.doubles import id_forms
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.places import ancestor
from laborclerk.store.base import fields_of
from laborclerk.store.undo import UNDONE

_CHUNK = 5000


@dataclass
class Known:
    """What the register holds of the households and people of the sheet."""

    households: dict[int, Row] = field(default_factory=dict)
    by_number: dict[tuple[int, str], int] = field(default_factory=dict)
    by_head: dict[tuple[int, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    numbers: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    members: dict[int, list[Row]] = field(default_factory=lambda: defaultdict(list))
    by_id: dict[str, Row] = field(default_factory=dict)
    living: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    _next: dict[int, int] = field(default_factory=dict)
    _by_name: dict[tuple[int, str, str], set[int]] | None = None

    def numbered(self, village: int, number: str) -> int | None:
        """The household of a number; a sheet may have dropped leading zeros."""
        return self.by_number.get((village, number)) or self.by_number.get(
            (village, number.lstrip("0") or "0")
        )

    def free_number(self, village: int, letter: str = "") -> str:
        """The next household number of a village that nobody has, after the station's letter."""
        start = self._next.get(village)
        if start is None:
            taken = (n.removeprefix(letter) for n in self.numbers[village] if n.startswith(letter))
            start = max((int(n) for n in taken if n.isascii() and n.isdigit()), default=0)
        self._next[village] = start + 1
        return f"{letter}{start + 1:04d}"

    def named(self, village: int, name: str, born: str) -> set[int]:
        """The households of a village in which somebody of this name and birth date lives."""
        if self._by_name is None:
            self._by_name = defaultdict(set)
            for household_id, members in self.members.items():
                place = self.households[household_id]["place"]
                for person in members:
                    if place and person["name"] and person["birth_date"]:
                        key = (ancestor(place, "village"), person["name"], person["birth_date"])
                        self._by_name[key].add(household_id)
        return self._by_name.get((village, name, born), set())


def records(session: Session, model: Any, where: sa.ColumnElement[bool]) -> list[Row]:
    """Rows of a register as plain dicts with their id; deleted ones left out."""
    table = model.__table__
    keys = ["id", *fields_of(model)]
    query = sa.select(*(table.c[k] for k in keys)).where(where, table.c.deleted.is_(None))
    return [dict(zip(keys, row, strict=True)) for row in session.execute(query)]


def chunks(values: Iterable[Any]) -> Iterable[list[Any]]:
    ordered = list(values)
    for at in range(0, len(ordered), _CHUNK):
        yield ordered[at : at + _CHUNK]


def load_known(session: Session, rows: SheetRows, groups: Sequence[RowGroup]) -> Known:
    """Read what the sheet may be about: the villages' households, the people of its numbers."""
    known = Known()
    home = Household.__table__.c
    for village in sorted({g.village for g in groups if g.village is not None}):
        here = sa.and_(home.place >= village, home.place < village + 1000)
        for household in records(session, Household, here):
            _take_household(known, household)
    people_by_number(session, rows, known)
    wanted = {p["household"] for p in known.by_id.values()} | set(known.households)
    missing = wanted - set(known.households) - {None}
    for part in chunks(sorted(missing)):
        for household in records(session, Household, home.id.in_(part)):
            _take_household(known, household)
    table = Person.__table__.c
    for part in chunks(sorted(known.households)):
        for person in records(session, Person, table.household.in_(part)):
            known.members[person["household"]].append(person)
            key = person["id_number"]
            if key:
                known.by_id[same_person_key(key)] = person
    return known


def _take_household(known: Known, household: Row) -> None:
    known.households[household["id"]] = household
    if household["place"] is None:
        return
    village = ancestor(household["place"], "village")
    number = household["number"]
    if number:
        known.numbers[village].add(number)
        known.by_number[village, number] = household["id"]
        known.by_number.setdefault((village, number.lstrip("0") or "0"), household["id"])
    if household["head_name"]:
        known.by_head[village, household["head_name"]].append(household["id"])


def people_by_number(session: Session, rows: SheetRows, known: Known) -> None:
    """Put into `known.by_id` the people anywhere in the register with a number of the sheet, in any
    of its forms; of deleted ones those that were taken out for a reason (not undone). `living` has
    all of a number who are registered: somebody may have been entered twice."""
    numbers = [v for v in rows.values.get("id_number", ()) if isinstance(v, str)]
    if not numbers:
        return
    table = Person.__table__.c
    if session.scalar(sa.select(table.id).limit(1)) is None:
        return
    forms = {form for number in numbers for form in id_forms(same_person_key(number))}
    keys = ["id", "household", "id_number", "name", "deleted"]
    query = sa.select(*(table[k] for k in keys)).where(table.deleted.is_distinct_from(UNDONE))
    found = [
        row for part in chunks(sorted(forms | set(numbers)))
        for row in session.execute(query.where(table.id_number.in_(part)))
    ]  # fmt: skip
    certificates = query.where(sa.func.length(table.id_number).in_((20, 22)))
    found += [r for r in session.execute(certificates) if same_person_key(r[2]) in forms]
    for row in sorted(found, key=lambda r: r[4] is None):  # the living last: they win
        person = dict(zip(keys, row, strict=True))
        known.by_id[same_person_key(row[2])] = person
        if row[4] is None:
            known.living[same_person_key(row[2])].append(person)
