"""The coverage home screen and a full recount at 1.7 million persons; counting during an import.

    python -m tests.bench.coverage_home [TOWNSHIPS]

The floor of the recount is one grouped scan of the same store in one hand-written statement over
the bare driver: it reads every person with the columns the rules ask for, joins households, forms
and visits, and stores nothing. The floor of the import is the same import without counting.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa

from laborclerk.features.coverage import service
from laborclerk.features.coverage.gaps import GapKind, gap_total, gaps
from laborclerk.features.coverage.maintain import maintain, recount
from laborclerk.features.coverage.model import GroupReport
from laborclerk.features.registry.model import Household, Person, Place
from laborclerk.store.store import Store, by_password, open_store

from ._county import COUNTY, FIRST, make_county
from ._ratio import median, ratio, within

TOWNSHIPS = 31  # × 16,000 households × 3.5 persons
HOME = 0.1
RECOUNT = 1.5
PER_PERSON = 25e-6

_ABSENT = ("relation", "name", "id_type", "id_number", "sex", "birth_date", "ethnicity")
_GROWN = ("education", "health", "work_ability", "employment_status")
_WORK = ("work_scope", "employer", "industry", "monthly_income", "channel")


def _missing(*columns: str) -> str:
    return " + ".join(f"(p.{c} IS NULL)" for c in columns)


FLOOR = f"""
SELECT place, count(*), sum(frame), sum(frame AND NOT due), sum(due),
       sum(due AND (form IS NOT NULL OR visit IS NOT NULL)), sum(due AND form = '2'),
       sum(due AND form IS NOT '2' AND visit IN ('5', '6', '7', '8')),
       sum(due AND form IS NOT '2' AND visit IN ('9', '10', '11', '12', '13')),
       sum(iif(due, registered, 0)), sum(iif(due, persons, 0)),
       sum(iif(due AND form = '2', persons, 0)), sum(iif(due, max(registered - known, 0), 0)),
       sum(iif(due, labour, 0)), sum(iif(due, missing, 0))
FROM (
    SELECT h.id, h.place, h.in_frame AS frame, h.residence NOT IN ('6', '7', '8', '9') AS due,
           coalesce(h.registered_count, 0) AS registered,
           (SELECT max(f.status) FROM census_form f
            WHERE f.household = h.id AND f.round = :r AND f.deleted IS NULL) AS form,
           (SELECT v.result FROM visit v
            WHERE v.household = h.id AND v.round = :r AND v.deleted IS NULL
            ORDER BY v.date DESC, v.id DESC LIMIT 1) AS visit,
           sum(coalesce(p.presence, '1') <> '4') AS known,
           sum(p.deleted IS NULL AND p.birth_date <= '2026-09-01'
               AND coalesce(p.presence, '1') NOT IN ('10', '11', '12')) AS persons,
           sum(p.deleted IS NULL AND p.birth_date <= '2010-09-01'
               AND coalesce(p.presence, '1') NOT IN ('10', '11', '12')
               AND p.work_ability NOT IN ('4', '5')
               AND p.birth_date > iif(p.sex = '2', '1971-04-99', '1966-04-99')) AS labour,
           sum(iif(p.deleted IS NULL, {_missing(*_ABSENT)} + iif(p.birth_date > '2010-09-01', 0,
               {_missing(*_GROWN)} + (p.wants_to_go IS NULL)
               + iif(p.employment_status IN ('04', '05', '06', '07'), {_missing(*_WORK)}, 0)
           ), 0)) AS missing
    FROM household h LEFT JOIN person p ON p.household = h.id
    WHERE h.deleted IS NULL GROUP BY h.id
) GROUP BY place
"""


def main(arguments: list[str]) -> int:
    townships = int(arguments[0]) if arguments else TOWNSHIPS
    with TemporaryDirectory() as folder:
        store, round_id = make_county(Path(folder) / "county", townships)
        with store.read() as session:
            persons = session.scalar(sa.select(sa.func.count()).select_from(Person))
        print(f"{persons:,} persons in {townships} townships", flush=True)
        kept = [*_recount(store, round_id)]
        _reports(store)
        store.close()
        kept += _home(Path(folder) / "county", round_id)
    with TemporaryDirectory() as folder:
        kept.append(_import(Path(folder) / "township"))
    return int(not all(kept))


def _once(work: Callable[[], Any]) -> float:
    return median(work, 1)


def _recount(store: Store, round_id: int) -> list[bool]:
    def floor() -> None:
        with store.engine.connect() as conn:
            conn.exec_driver_sql(FLOOR.replace(":r", str(round_id))).fetchall()

    floor()  # both sides find the file in the system's cache
    first = _once(lambda: recount(store, round_id))
    scans, counts = [], []
    for _ in range(3):  # in turns: what else the machine does meets both
        scans.append(_once(floor))
        counts.append(_once(lambda: recount(store, round_id)))
    print(f"first count of a new round, all states written: {first / min(scans):.2f} x the scan")
    return [ratio("full recount against one grouped scan", min(counts), min(scans), RECOUNT)]


def _reports(store: Store) -> None:
    """A year of monthly reports of every group."""
    with store.local() as session:
        conn = session.connection()
        conn.info["journaled"] = True
        groups = session.scalars(sa.select(Place.id).where(Place.level == "group")).all()
        key = FIRST - 10**9
        for month in range(1, 13):
            made = [
                {"id": key + month * 10**6 + n, "month": f"2026-{month:02d}", "place": place,
                 "date": f"2026-{month:02d}-28", "origin_device": 0, "origin_seq": 0, "version": 1}
                for n, place in enumerate(groups)
            ]  # fmt: skip
            conn.execute(sa.insert(GroupReport), made)
        conn.info["journaled"] = False


def _home(folder: Path, round_id: int) -> list[bool]:
    store = open_store(folder, by_password("bench", "benchmark"))
    township = COUNTY + 10**6
    kept = []

    def home(place: int) -> None:
        with store.read() as session:
            service.home(session, round_id, place)

    start = time.perf_counter()
    home(COUNTY)
    kept.append(within("county's home rows, just opened", time.perf_counter() - start, HOME))
    for name, place in (("county", COUNTY), ("township", township), ("village", township + 1000)):
        kept.append(within(f"{name}'s home rows", median(partial(home, place)), HOME))

    def unvisited() -> None:
        with store.read() as session:
            gap_total(session, round_id, township, GapKind.UNVISITED)
            gaps(session, round_id, township, GapKind.UNVISITED)

    print(f"a township's list of households not visited: {median(unvisited) * 1000:.0f} ms")
    store.close()
    return kept


def _import(folder: Path) -> bool:
    """60,000 persons in one act, counted and not counted."""
    store, round_id = make_county(folder, 1)
    recount(store, round_id)
    with store.read() as session:
        households = [dict(r) for r in session.execute(sa.select(Household.__table__)).mappings()]
        persons = [dict(r) for r in session.execute(sa.select(Person.__table__)).mappings()]
    times: dict[bool, list[float]] = {False: [], True: []}
    for at, counted in enumerate((False, True) * 3, 1):
        shift = at * 10**8
        houses = [h | {"id": h["id"] + shift} for h in households]
        people = [p | {"id": p["id"] + shift, "household": p["household"] + shift} for p in persons]
        store._maintainers = [maintain] if counted else []
        start = time.process_time()
        with store.write("bench.import") as work:
            work.create_many(Household, houses)
            work.create_many(Person, people)
        times[counted].append(time.process_time() - start)
    seconds = {counted: min(found) for counted, found in times.items()}
    store.close()
    each = (seconds[True] - seconds[False]) / len(persons)
    print(
        f"import of {len(persons):,} persons: {seconds[False]:.2f} s, counted {seconds[True]:.2f} s"
    )
    return within("counting during an import, 1,000 persons", each * 1000, PER_PERSON * 1000)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
