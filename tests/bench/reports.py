"""Reports of a county of 1.7 million persons, a quarter of them with work spells.

    python -m tests.bench.reports [TOWNSHIPS]

The floor is one grouped scan of the same store in one hand-written statement over the bare driver:
it reads every person with household and running spell and groups by township and class, without
choosing among several spells and without asking the census form.
"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from statistics import median as middle
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa

from laborclerk.app import maintainers
from laborclerk.features.reports.counts import report
from laborclerk.features.reports.kinds import OF_AWAY, ReportKind
from laborclerk.store.store import Store

from ._county import COUNTY, make_county
from ._ratio import ratio, taken

TOWNSHIPS, LIMIT, REPEAT, ON = 31, 1.5, 3, "2026-11-20"
_FROM = """FROM household h JOIN person p ON p.household = h.id
LEFT JOIN work_spell s ON s.person = p.id AND s.deleted IS NULL AND s.start <= :on
  AND (s."end" IS NULL OR s."end" >= :on)
WHERE h.deleted IS NULL AND p.deleted IS NULL AND (p.presence IS NULL OR p.presence NOT IN ('x'))"""
FLOORS = {
    "away": f"""SELECT h.place / 1000000000, substr(coalesce(s.place, p.work_place), 1, 2),
count(*) {_FROM} AND (s.id IS NULL AND p.employment_status = '04' OR s.scope <> '1')
GROUP BY 1, 2""",
    "ages": f"""SELECT p.sex, substr(p.birth_date, 1, 3), s.id IS NULL, count(*) {_FROM}
GROUP BY 1, 2, 3""",
    "stable": f"""SELECT place, stable, count(*) FROM (SELECT h.place / 1000000000 AS place,
max(s.start <= '2026-08-20' OR p.work_months >= 3) AS stable,
max(p.birth_date BETWEEN '1966' AND '2010' AND p.work_ability IS NOT '3') AS able
{_FROM} GROUP BY h.id) WHERE able GROUP BY 1, 2""",
}
_SPELLS = """INSERT INTO work_spell (id, person, place, scope, industry, channel, organised, income,
  start, "end", origin_device, origin_seq, version)
SELECT id * 2 + {n}, id, CASE id % 5 WHEN 0 THEN '530627000000' WHEN 1 THEN '330700000000'
  WHEN 2 THEN '350100000000' WHEN 3 THEN '440300000000' ELSE '530100000000' END,
  CASE id % 5 WHEN 0 THEN '1' WHEN 4 THEN '3' ELSE '4' END, 'C', '1', id % 2,
  3000 + id % 5000, {start}, {end}, 0, 0, 1
FROM person WHERE id % 4 = 0"""


def fill(store: Store) -> None:
    """A past and a running spell for every fourth person."""
    with store.local() as session:
        conn = session.connection()
        conn.info["journaled"] = True  # a benchmark's store has no journal
        past, now = ("'2024-03-01'", "'2025-12-31'"), ("'2026-02-20'", "NULL")
        for n, (start, end) in enumerate((past, now)):
            conn.execute(sa.text(_SPELLS.format(n=n, start=start, end=end)))
        conn.info["journaled"] = False
        session.execute(sa.text("ANALYZE"))


def all_rows(bare: Any, sql: str) -> list[Any]:
    return list(bare.execute(sql, {"on": ON}).fetchall())


def main() -> int:
    """Build the county, measure every report; 1 when one is over its limit."""
    townships = int(sys.argv[1]) if len(sys.argv) > 1 else TOWNSHIPS
    maintainers()  # every table is known
    kept = True
    with TemporaryDirectory(prefix="bench-reports-") as folder:
        store, _ = make_county(Path(folder) / "county", townships)
        fill(store)
        with store.read() as session:
            bare: Any = session.connection().connection.driver_connection
            persons = session.scalar(sa.text("SELECT count(*) FROM person"))
            print(f"{persons:,} persons", flush=True)
            for kind in (*OF_AWAY, ReportKind.AGES, ReportKind.STABLE):
                sql = FLOORS.get(kind.value, FLOORS["away"])
                floors, ours = [], []
                for _ in range(REPEAT):  # in turns: whatever else runs slows both
                    floors.append(taken(partial(all_rows, bare, sql)))
                    ours.append(taken(partial(report, session, kind, COUNTY, ON)))
                kept &= ratio(f"report {kind.value}", middle(ours), middle(floors), LIMIT)
        store.close()
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
