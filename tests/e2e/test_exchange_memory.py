"""Memory of the exchange above the idle program: 200 MB for a township, 60 MB for a delta.

A township of 60,000 persons × 30 fields; a delta of 5,000 changed, 500 new, 50 gone.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from laborclerk.features.registry.model import Household, Person
from laborclerk.kernel.ids import new_id
from laborclerk.store.journal import Device
from laborclerk.store.store import Store
from tests.bench._county import _township
from tests.exchanging import GROUPS, opened, stations

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="measured on Linux"),
]
TOWN = "乌峰"
PERSONS = 60_000
MB = 1024


def grow(store: Store) -> None:
    """Households of three or four with 30 filled fields a person, as an import would make them."""
    import random

    homes, people, _, _ = _township(random.Random(7), 1)
    more = {
        "hukou_type": "1", "work_start": "2026-03", "work_months": 6, "monthly_income": 4200,
        "employer": "某某电子有限公司", "occupation": "6-25", "industry": "C", "note": "无",
        "skill": "焊工", "channel": "1", "employment_form": "2", "wanted_place": "530600000000",
        "political_status": "13", "marital_status": "20", "surplus": False, "leader": False,
    }  # fmt: skip
    with store.write("test.grow") as work:
        part = [{**home, "place": GROUPS[TOWN][n % 2]} for n, home in enumerate(homes)]
        work.create_many(Household, part)
        for at in range(0, PERSONS, 5000):
            work.create_many(Person, [{**more, **person} for person in people[at : at + 5000]])


def delta(store: Store) -> None:
    with store.write("test.delta") as work:
        query = sa.select(Person.id, Person.household).order_by(Person.id).limit(5550)
        rows = work.session.execute(query).all()
        changes: dict[int, Any] = {}
        for n, (record_id, _) in enumerate(rows):
            gone = n >= 5500
            changes[record_id] = (
                {"deleted": (None, "3")} if gone else {"phone": (None, f"138{n:08d}")}
            )
        work.change_many(Person, dict(list(changes.items())[:5000]))
        work.change_many(Person, dict(list(changes.items())[5500:]))
        new = [{"id": new_id(), "household": h, "name": "新来"} for _, h in rows[:500]]
        work.create_many(Person, new)


def above_idle(folder: Path, station: str, what: str, file: Path) -> float:
    """MB above the idle program."""
    command = [sys.executable, "-m", "tests.e2e.exchange_memory", str(folder), station, what]
    told = subprocess.run([*command, str(file)], capture_output=True, text=True, check=True)
    _, before, most = told.stdout.split()
    found = (int(most) - int(before)) / MB
    sys.stdout.write(f"{what} {file.name}: {found:.0f} MB above {int(before) / MB:.0f} MB\n")
    return found


def test_memory_stays_bounded(tmp_path: Path) -> None:
    folder = stations(tmp_path)
    town = opened(folder, TOWN)
    grow(town)
    town.close()
    whole = folder / "whole.lcb"
    used = {
        "export": above_idle(folder, TOWN, "export", whole),
        "import": above_idle(folder, "county", "import", whole),
    }
    town = opened(folder, TOWN)
    with town.local() as session:  # as the county's answer would say
        own = session.get_one(Device, 0)
        own.acked = own.last_seq
    delta(town)
    town.close()
    small = folder / "delta.lcb"
    used |= {
        "export delta": above_idle(folder, TOWN, "export", small),
        "import delta": above_idle(folder, "county", "import", small),
    }
    over = {k: v for k, v in used.items() if v > (60 if "delta" in k else 200)}
    assert not over, used
