"""Whom the rows of a ledger are about, for sheets that make no people of their own.

Found by the document number (of a person entered twice the one who lives where the row says), else
by name and birth date, else by a name that is unique in the village. Who is not registered is
refused: the census sheet makes people.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.idnumber import same_person_key
from laborclerk.features.census.import_known import Known, chunks, people_by_number
from laborclerk.features.census.import_plan import Row
from laborclerk.features.census.sheet_rows import SheetRows
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.places import ancestor
from laborclerk.features.work.ledger_rows import LedgerProblem
from laborclerk.kernel.errors import Message, Problem


class Refuse(Protocol):
    """Told of a row that is about nobody: its index, why, and the field that says so."""

    def __call__(self, i: int, message: Message, key: str | None, /, **params: Any) -> None: ...


def whom_rows_are_about(session: Session, rows: SheetRows, refuse: Refuse) -> dict[int, int]:
    """Row → person; of the others `refuse` is told."""
    known = Known()
    people_by_number(session, rows, known)
    homes = _homes(session, known)
    by_name: dict[tuple[int, str], list[Any]] | None = None
    found: dict[int, int] = {}
    for i in range(len(rows)):
        if i in rows.idle:
            continue
        number, name = rows.value("id_number", i), rows.value("name", i)
        if isinstance(number, str):
            key = same_person_key(number)
            person = _at(known.living[key], homes, rows.places[i]) or known.by_id.get(key)
            if person is None or person["deleted"] is not None:
                refuse(i, LedgerProblem.LEDGER_NOBODY, "id_number", name=name or "", number=number)
            elif name and person["name"] != name:
                refuse(i, LedgerProblem.LEDGER_NAME, "name", known=person["name"] or "", name=name)
            else:
                found[i] = person["id"]
            continue
        if by_name is None:
            by_name = _names(session, rows)
        place = rows.places[i]
        if not isinstance(place, int) or not isinstance(name, str):
            refuse(i, LedgerProblem.LEDGER_NOBODY, "name", name=name or "", number="")
            continue
        same = by_name.get((ancestor(place, "village"), name), [])
        born = rows.value("birth_date", i)
        if born:
            same = [p for p in same if p.birth_date in (None, born)]
        if len(same) == 1:
            found[i] = same[0].id
        elif same:
            refuse(i, LedgerProblem.LEDGER_SEVERAL, "name", name=name, count=len(same))
        else:
            refuse(i, LedgerProblem.LEDGER_NOBODY, "name", name=name, number="无证件号码")
    return found


def _homes(session: Session, known: Known) -> dict[int, int]:
    """Where the households of those lie who were entered more than once."""
    twice = [p["household"] for some in known.living.values() if len(some) > 1 for p in some]
    home, found = Household.__table__.c, dict[int, int]()
    for part in chunks(sorted({h for h in twice if h is not None})):
        query = sa.select(home.id, home.place).where(home.id.in_(part))
        found.update({key: place or 0 for key, place in session.execute(query)})
    return found


def _at(people: Sequence[Row], homes: Mapping[int, int], place: int | Problem) -> Row | None:
    """The only one of people with the same number who lives in the group, else in the village."""
    if len(people) < 2 or not isinstance(place, int):
        return None
    for level in ("group", "village"):
        wanted = ancestor(place, level)
        here = [
            p for p in people
            if (home := homes.get(p["household"])) and ancestor(home, level) == wanted
        ]  # fmt: skip
        if len(here) == 1:
            return here[0]
    return None


def _names(session: Session, rows: SheetRows) -> dict[tuple[int, str], list[Any]]:
    """The people of the sheet's villages by village and name."""
    places = {p for p in rows.places if isinstance(p, int)}
    found: dict[tuple[int, str], list[Any]] = defaultdict(list)
    p, h = Person.__table__.c, Household.__table__.c
    for village in sorted({ancestor(place, "village") for place in places}):
        query = (
            sa.select(p.id, p.name, p.birth_date)
            .join_from(Household.__table__, Person.__table__, p.household == h.id)
            .where(h.place >= village, h.place < village + 1000)
            .where(h.deleted.is_(None), p.deleted.is_(None))
        )
        for row in session.execute(query):
            found[village, row.name].append(row)
    return found
