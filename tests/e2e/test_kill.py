"""kill -9 at random moments of entry and import: what was acknowledged is there, all is whole.

A real process and store; acknowledgements are read from outside.
"""

from __future__ import annotations

import random
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from laborclerk.app import create_station, open_station
from laborclerk.features.census.model import CensusForm
from laborclerk.features.census.rounds import new_round
from laborclerk.features.registry.find import find
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.places import PlaceRow, add_group, load_places
from laborclerk.store import drafts
from laborclerk.store.journal_check import check_journal
from laborclerk.store.store import Store

# few in the test command, a hundred each in `./run soak`
KILLS = pytest.mark.parametrize("kills", [5, pytest.param(100, marks=pytest.mark.soak)])
VILLAGE = "530627001001"


@pytest.fixture
def station(tmp_path: Path) -> Path:
    """A station with one village, one group and an open round."""
    folder = tmp_path / "station"
    store, _ = create_station(folder, "王某某", "practice", scrypt_n=2**10)
    places = [PlaceRow("530627001", "乌峰街道"), PlaceRow(VILLAGE, "油榨街社区居民委员会")]
    load_places(store, places)
    add_group(store, int(VILLAGE) * 1000, "1组")
    new_round(store, {"name": "2026年秋季摸底", "starts": "2026-10-01"})
    store.close()
    return folder


def run_and_kill(folder: Path, after: float, early: bool, *args: str) -> list[list[str]]:
    """Start the writer, kill it `after` seconds past its start (`early`) or its first
    acknowledgement, however slow the machine is → its acknowledgements."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.e2e.kill_writer", str(folder), *args],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    ready = process.stdout.readline().split()
    assert ready == ["ready"]
    told: list[list[str]] = []
    while not early and (not told or told[-1][0] == "draft"):
        told.append(process.stdout.readline().split() or ["died"])
    timer = threading.Timer(after, process.kill)
    timer.start()
    try:
        told += [line.split() for line in process.stdout if line.endswith("\n")]
    finally:
        timer.cancel()
        process.kill()
        process.wait()
        process.stdout.close()
    return told


def reopen(folder: Path) -> Store:
    store = open_station(folder, "", "practice")
    with store.read() as session:
        assert check_journal(session) == []
        assert session.scalar(sa.text("PRAGMA integrity_check")) == "ok"
    return store


@KILLS
def test_entry_killed_at_random_moments_loses_nothing_acknowledged(
    station: Path, kills: int
) -> None:
    dice = random.Random()
    saved: dict[int, str] = {}
    for at in range(kills):
        told = run_and_kill(station, dice.uniform(0.0, 0.4), at % 2 == 0, "entry")
        saved |= {int(words[1]): words[3] for words in told if words[0] == "saved"}
        last = told[-1] if told else None
        store = reopen(station)
        with store.read() as session:
            rows = dict(session.execute(sa.select(Household.id, Household.head_name)).all())
            assert {i: f"户主{count}" for i, count in saved.items()}.items() <= rows.items()
            # whole or absent: a household is never there without its members and its form
            members = dict(
                session.execute(
                    sa.select(Person.household, sa.func.count()).group_by(Person.household)
                ).all()
            )
            assert members == dict.fromkeys(rows, 3)
            forms = set(session.scalars(sa.select(CensusForm.household)))
            assert forms == set(rows)
            people = sum(members.values())
            assert find(session, "成员", limit=1).total == min(people, 10_000)
        if last is not None and last[0] == "draft":
            there = {d.record_id for d in drafts.kept(store)} | set(rows)
            assert int(last[1]) in there
        store.close()
    assert saved, "no run lived long enough to acknowledge anything"


@KILLS
def test_import_killed_at_random_moments_is_whole_or_absent(
    station: Path, tmp_path: Path, kills: int
) -> None:
    dice = random.Random()
    size, sheets = 400, []
    for number in range(kills * 3):
        sheet = tmp_path / f"sheet{number}.csv"
        lines = ["村,组,户编号,与户主关系,姓名,性别,出生日期"]
        lines += [
            f"{VILLAGE},1组,{number:03d}{at:03d},户主,表{number}人,男,1980-01-02"
            for at in range(size)
        ]
        sheet.write_text("\n".join(lines), "utf-8")
        sheets.append(str(sheet))
    started = time.monotonic()
    acknowledged: set[str] = set()
    for at in range(kills):
        mine = sheets[at * 3 : at * 3 + 3]
        told = run_and_kill(station, dice.uniform(0.0, 1.6), at % 2 == 0, "import", *mine)
        acknowledged |= {words[1] for words in told if words[0] == "imported"}
        assert all(words[2] == str(size) for words in told if words[0] == "imported")
        store = reopen(station)
        with store.read() as session:
            counted = dict(
                session.execute(sa.select(Person.name, sa.func.count()).group_by(Person.name)).all()
            )
        store.close()
        assert set(counted.values()) <= {size}
        assert {f"表{Path(s).stem[5:]}人" for s in acknowledged} <= set(counted)
    assert acknowledged, f"nothing was acknowledged in {time.monotonic() - started:.0f} s"
