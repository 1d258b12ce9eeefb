"""A small township for the tests of coverage, and its numbers counted by hand, record by record,
with the Python rules: nothing here asks SQL to count."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

import laborclerk.store.drafts  # noqa: F401 - all tables of a store
from laborclerk.features.census.due import household_due, is_due, is_labour, missing_items
from laborclerk.features.census.model import CensusForm, Round, Visit
from laborclerk.features.census.rounds import new_round, round_facts
from laborclerk.features.coverage.maintain import maintain
from laborclerk.features.coverage.model import GroupCount, HouseholdState
from laborclerk.features.coverage.states import COUNT_COLUMNS, STATE_COLUMNS, Counts
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.places import PlaceRow, load_places, place_id, subtree
from laborclerk.store.base import values_of
from laborclerk.store.store import Store, create_store

COUNTY = place_id("530627")
TOWNSHIP, OTHER = place_id("530627001"), place_id("530627002")
VILLAGE, SECOND, EMPTY = (place_id(f"53062700100{n}") for n in (1, 2, 3))
FAR = place_id("530627002001")
GROUP_1, GROUP_2 = VILLAGE + 1, VILLAGE + 2
PLACES = (GROUP_1, GROUP_2, SECOND + 1, VILLAGE, FAR + 1)

DONE = {"1", "2", "3", "4"}
REVISIT = {"5", "6", "7", "8"}
REASON = {"9", "10", "11", "12", "13"}


def small_store(folder: Path) -> Store:
    """A county with two townships, four villages, groups in three; no round yet."""
    store, _ = create_store(folder, "王某某", "password", [maintain], scrypt_n=2**4)
    names = [
        ("530627", "镇雄县"), ("530627001", "乌峰街道"), ("530627002", "泼机镇"),
        ("530627001001", "油榨街社区居民委员会"), ("530627001002", "上街村民委员会"),
        ("530627001003", "空村民委员会"), ("530627002001", "远村民委员会"),
    ]  # fmt: skip
    load_places(store, [PlaceRow(code, name) for code, name in names])
    with store.write("places.add_group") as work:
        from laborclerk.features.registry.model import Place

        for place in (GROUP_1, GROUP_2, SECOND + 1, FAR + 1):
            work.add(Place(id=place, name=f"{place % 1000}组", level="group", leader="组长甲"))
    return store


def open_round(store: Store, **values: Any) -> int:
    return new_round(store, {"name": "2026年秋季摸底", "starts": "2026-09-01", **values})


def true_states(session: Session, record: Round) -> dict[int, dict[str, Any]]:
    """The state of every household, by hand."""
    facts = round_facts(record)
    persons, visits, forms = defaultdict(list), defaultdict(list), defaultdict(list)
    for person in session.scalars(sa.select(Person)):
        persons[person.household].append(person)
    for visit in session.scalars(sa.select(Visit)):
        if visit.deleted is None and visit.round == record.id:
            visits[visit.household].append(visit)
    for form in session.scalars(sa.select(CensusForm)):
        if form.deleted is None and form.round == record.id:
            forms[form.household].append(form)
    found = {}
    for h in session.scalars(sa.select(Household)):
        if h.deleted is not None:
            continue
        house = values_of(h)
        members = [values_of(p) for p in persons[h.id]]
        registered = [p for p in members if is_due(p, house, facts)]
        known = [
            p for p in members
            if p["deleted"] in (None, "1", "2", "5") and p["presence"] != "4"
        ]  # fmt: skip
        last = max(visits[h.id], key=lambda v: (v.date or "", v.id), default=None)
        due = household_due(h.residence, h.deleted)
        done = due and any(f.status == "2" for f in forms[h.id])
        explained = due and not done and last is not None and last.result in REASON
        revisit = due and not done and last is not None and last.result in REVISIT
        frame_persons = (h.registered_count or 0) if due and not explained else 0
        found[h.id] = {
            "round": record.id, "household": h.id, "place": h.place,
            "frame": bool(h.in_frame), "due": due, "gone": bool(h.in_frame) and not due,
            "visited": due and bool(forms[h.id] or visits[h.id]),
            "done": done, "explained": explained, "revisit": revisit,
            "persons_frame": frame_persons,
            "persons_due": len(registered),
            "persons_done": len(registered) if done else 0,
            "persons_missing": max(0, frame_persons - len(known)),
            "labour": sum(is_labour(p, facts) for p in registered),
            "items_missing": sum(len(missing_items(p, house, facts)) for p in registered),
            "next_date": last.next_date if revisit and last is not None else None,
        }  # fmt: skip
    return found


def kept_states(session: Session, round_id: int) -> dict[int, dict[str, Any]]:
    table = HouseholdState.__table__
    return {
        row["household"]: {key: row[key] for key in STATE_COLUMNS}
        for row in session.execute(sa.select(table).where(table.c.round == round_id)).mappings()
    }


def true_counts(states: dict[int, dict[str, Any]], place: int) -> Counts:
    """The numbers of a place, by hand."""
    low, high = subtree(place)
    inside = [s for s in states.values() if low <= s["place"] < high]
    return Counts(len(inside), *(sum(s[key] for s in inside) for key in COUNT_COLUMNS[1:]))


def kept_counts(session: Session, round_id: int) -> dict[int, Counts]:
    table = GroupCount.__table__
    rows = session.execute(sa.select(table).where(table.c.round == round_id)).mappings()
    return {row["place"]: Counts(*(row[key] for key in COUNT_COLUMNS)) for row in rows}
