"""Whom the rows of a census sheet are about: the register's household of each group of rows, and
the register's person of each row.

A household is known by its number, by the people in it, by its head; a person by the document
number, within the household also by name and birth date.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from laborclerk.catalog.fields import Value
from laborclerk.catalog.idnumber import same_person_key
from laborclerk.features.census.grouping import RowGroup
from laborclerk.features.census.import_known import Known
from laborclerk.features.census.import_plan import Row
from laborclerk.features.census.sheet_rows import SheetRows
from laborclerk.features.registry.places import ancestor

Heads = dict[tuple[int | None, str | None], int]


class Matcher:
    """Asked for the households of all groups, then for the people of each."""

    def __init__(self, rows: SheetRows, known: Known) -> None:
        self.rows = rows
        self.known = known

    def choose(self, groups: Sequence[RowGroup]) -> dict[int, int]:
        """The register's household of each group: by number, by its people, by its head."""
        chosen: dict[int, int] = {}
        taken: set[int] = set()
        for group in groups:
            if group.number is not None and group.village is not None:
                found = self.known.numbered(group.village, group.number)
                if found is not None and found not in taken:
                    chosen[id(group)] = found
                    taken.add(found)
        heads: Heads = defaultdict(int)
        for group in groups:
            heads[group.village, group.head_name] += 1
        for group in groups:
            if id(group) in chosen:
                continue
            found = self._by_people(group)
            if found is None or found in taken:
                found = self._by_head(group, heads)
            if found is not None and found not in taken:
                chosen[id(group)] = found
                taken.add(found)
        return chosen

    def _by_people(self, group: RowGroup) -> int | None:
        """The one household that the group's people stand in already."""
        found = set()
        for i in group.members:
            person = self.by_number(i)
            if person is not None and person["deleted"] is None:
                found.add(person["household"])
        if len(found) != 1:
            return None
        household = self.known.households.get(found.pop())
        if household is None or household["place"] is None:
            return None
        if group.village is not None and ancestor(household["place"], "village") != group.village:
            return None
        return int(household["id"])

    def _by_head(self, group: RowGroup, heads: Heads) -> int | None:
        if group.head_name is None:
            return self._by_single(group)
        if group.village is None or heads[group.village, group.head_name] > 1:
            return None
        found = self.known.by_head.get((group.village, group.head_name), [])
        here = [h for h in found if self.known.households[h]["place"] == group.place]
        found = here if len(here) == 1 else found
        if len(found) != 1:
            return None
        empty = not self.known.members.get(found[0])
        return found[0] if empty or group.number is None else None

    def _by_single(self, group: RowGroup) -> int | None:
        """A row without any household: the same name and birth date in the village."""
        if group.village is None or len(group.members) != 1:
            return None
        name, born = self._name_and_birth(group.members[0])
        if not (isinstance(name, str) and isinstance(born, str)):
            return None
        found = self.known.named(group.village, name, born)
        return next(iter(found)) if len(found) == 1 else None

    def by_number(self, i: int) -> Row | None:
        number = self.rows.value("id_number", i)
        return self.known.by_id.get(same_person_key(number)) if isinstance(number, str) else None

    def _name_and_birth(self, i: int) -> tuple[Value, Value]:
        reading = self.rows.ids[i]
        born = self.rows.value("birth_date", i) or (reading.birth_date if reading else None)
        return self.rows.value("name", i), born

    def match(
        self, group: RowGroup, household_id: int | None, members: list[Row]
    ) -> dict[int, Row]:
        """Row index → the register's person it is about, of the household's `members`."""
        if household_id is None or not members:
            return {}
        matched: dict[int, Row] = {}
        used: set[int] = set()
        for fits in (self._same_number, self._same_birth, self._same_name):
            for i in group.members:
                if i not in matched:
                    person = self._one(
                        i, [p for p in members if p["id"] not in used and fits(i, p)]
                    )
                    if person is not None:
                        matched[i] = person
                        used.add(person["id"])
            if len(used) == len(members) or len(matched) == len(group.members):
                break
        return matched

    def _same_number(self, i: int, person: Row) -> bool:
        number, held = self.rows.value("id_number", i), person["id_number"]
        if not (isinstance(number, str) and held):
            return False
        return bool(number == held or same_person_key(number) == same_person_key(held))

    def _same_birth(self, i: int, person: Row) -> bool:
        """The same name and birth date, unless the number is that of somebody elsewhere."""
        name, born = self._name_and_birth(i)
        if name is None or born is None or (name, born) != (person["name"], person["birth_date"]):
            return False
        other = self.by_number(i)
        return other is None or other["deleted"] is not None or self._same_home(other, person)

    def _same_name(self, i: int, person: Row) -> bool:
        """The same name, where a birth date and a number are wanting on one side."""
        name, born = self._name_and_birth(i)
        if name is None or name != person["name"] or None not in (born, person["birth_date"]):
            return False
        if self.rows.value("id_number", i) is not None and person["id_number"]:
            return False
        other = self.by_number(i)
        return other is None or other["deleted"] is not None or self._same_home(other, person)

    def _same_home(self, other: Row, person: Row) -> bool:
        return bool(other["household"] == person["household"])

    def _one(self, i: int, fits: list[Row]) -> Row | None:
        """The one that fits; of several, that of the same line."""
        if len(fits) > 1:
            line = self.rows.value("line", i)
            fits = [p for p in fits if line is not None and p["line"] == line]
        return fits[0] if len(fits) == 1 else None
