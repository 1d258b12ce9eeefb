"""Saving a household of six through the service, beside the same rows put raw into an equal store.

Two practice townships of one seed are the same to the last row; in one the form is opened, changed
and saved as the window does it, in the other the rows this left behind (register, journal, search,
coverage) go in as one raw encrypted transaction, with the same indexes. Limit 2 x, or 20 ms.

    python -m tests.bench.save_household [PEOPLE]
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from typing import Any

import sqlalchemy as sa

from laborclerk.app import create_station
from laborclerk.features.census.household_form import (
    HouseholdForm,
    fill_from_id,
    form_id,
    new_form,
    new_person,
)
from laborclerk.features.census.model import CensusForm
from laborclerk.features.census.service import save_form
from laborclerk.features.practice.numbers import Numbers
from laborclerk.features.practice.service import fill
from laborclerk.features.registry.find import words
from laborclerk.features.registry.model import Household, Person, Place
from laborclerk.features.registry.search import TABLE, tokens
from laborclerk.store.engine import connect
from laborclerk.store.journal import Act, Entry
from laborclerk.store.store import DATABASE, Store
from tests.bench._ratio import ratio

PEOPLE = 6000
HOUSEHOLDS = 40
_RELATIONS = ("02", "10", "20", "30", "51", "52")
_AGES = (41, 40, 17, 12, 68, 66)
LIMIT, OR_SECONDS = 2.0, 0.020


def station(folder: Path, people: int) -> tuple[Store, int]:
    store, _ = create_station(folder, "bench", "benchmark", scrypt_n=2)
    return store, fill(store, people=people).round


def filled(store: Store, place: int, round_id: int, numbers: Numbers, at: int) -> HouseholdForm:
    """A form as it stands before the save: six members with the usual fields."""
    form = new_form(store, place, round_id)
    while len(form.persons) < 6:
        form.persons.append(new_person(form))
    for person, relation, age in zip(form.persons, _RELATIONS, _AGES, strict=True):
        sex = "2" if relation in ("10", "30", "52") else "1"
        person |= {
            "relation": relation, "name": f"李测{'甲乙丙丁戊己'[int(person['line']) - 1]}{at % 10}",
            "id_number": numbers.born(sex, age)[0], "ethnicity": "01", "health": "10",
            "work_ability": "1" if 16 <= age < 60 else "3", "employment_status": "02",
            "education": "70" if age > 17 else None, "in_school": None if age > 17 else "06",
            "phone": "15400000000", "wants_to_go": False, "insurance": "2,4",
        }  # fmt: skip
        person |= fill_from_id(person)
    form.household |= {"head_name": form.persons[0]["name"], "registered_count": 6}
    return form


def left_behind(store: Store, form: HouseholdForm, act: int) -> dict[str, list[tuple[Any, ...]]]:
    """Every row the save wrote, by table."""
    house = form.household["id"]
    rows: dict[str, list[tuple[Any, ...]]] = {}
    with store.read() as session:
        for model, where in (
            (Household, Household.id == house),
            (Person, Person.household == house),
            (CensusForm, CensusForm.id == form_id(form.form["round"], house)),
            (Act, Act.act == act),
            (Entry, Entry.act == act),
        ):
            table: Any = model.__table__
            rows[table.name] = [tuple(r) for r in session.execute(sa.select(table).where(where))]
        state = session.execute(
            sa.text("SELECT * FROM household_state WHERE household = :h"), {"h": house}
        )
        rows["household_state"] = [tuple(r) for r in state]
    rows[TABLE] = [
        (p["id"], tokens(words(p["name"], p["id_number"], p["phone"]))) for p in form.persons
    ]
    return rows


def put(raw: Any, rows: dict[str, list[tuple[Any, ...]]], place: int) -> None:
    """The floor: the same rows in one transaction, the group's count changed with them."""
    raw.execute("BEGIN IMMEDIATE")
    for table, some in rows.items():
        if some:
            marks = ",".join("?" * len(some[0]))
            columns = "(rowid, t) " if table == TABLE else ""
            raw.executemany(f"INSERT INTO {table} {columns}VALUES ({marks})", some)
    raw.execute("UPDATE group_count SET households = households + 1 WHERE place = ?", (place,))
    raw.execute('UPDATE device SET last_seq = last_seq + 9 WHERE "index" = 0')
    raw.execute("COMMIT")


def main(arguments: list[str]) -> int:
    people = int(arguments[0]) if arguments else PEOPLE
    with tempfile.TemporaryDirectory(prefix="bench-save-") as base:
        (store, round_id), (other, _) = (station(Path(base) / n, people) for n in ("a", "b"))
        raw = connect(other.folder / DATABASE, other.key)
        with store.read() as session:
            places = session.scalars(sa.select(Place.id).where(Place.level == "group")).all()
        numbers = Numbers(Random(9), "2026-10-01")
        ours, floor, shares = [], [], []
        for at in range(HOUSEHOLDS + 5):
            place = places[at % len(places)]
            form = filled(store, place, round_id, numbers, at)
            start = time.perf_counter()
            saved = save_form(store, form, finish=False)
            ours.append(time.perf_counter() - start)
            rows = left_behind(store, form, saved.act)
            start = time.perf_counter()
            put(raw, rows, place)
            floor.append(time.perf_counter() - start)
            shares.append(sum(map(len, rows.values())))
        raw.close()
        other.close()
        store.close()
    print(f"{statistics.mean(shares):.0f} rows a save; the first five warm up")
    kept = ratio(
        "save a household of six",
        statistics.median(ours[5:]),
        statistics.median(floor[5:]),
        LIMIT,
        OR_SECONDS,
    )
    return int(not kept)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
