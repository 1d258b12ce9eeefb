"""kill -9 at random moments of the exchange: the store opens and is clean, an import is whole or
absent, and on the stick stands the old file or the new one.

A real process and store; acknowledgements are read from outside.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest
import sqlalchemy as sa

from laborclerk.features.registry.model import Household
from laborclerk.features.registry.scope import PlaceScope
from laborclerk.store.check import check_store
from laborclerk.store.store import Store
from laborclerk.sync.exchange import bundles, import_bundle, inspect
from laborclerk.sync.export import export_bundle
from laborclerk.sync.returning import export_return
from tests import postgres
from tests.exchanging import GROUPS, TOWNS, opened, send, stations
from tests.small import add_household

pytestmark = postgres.BOTH  # the county's store; townships are laptops

# few in the test command, a hundred each in `./run soak`
KILLS = pytest.mark.parametrize("kills", [2, pytest.param(100, marks=pytest.mark.soak)])
TOWN, OTHER = "乌峰", "泼机"
PLACE = TOWNS[TOWN][0].code
SIZE = 40  # households in a file that is imported
FILES = 4


@pytest.fixture(scope="module")
def base(backend: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Stations and files: town1…4 of households for the county, back1…4 for the township."""
    folder = tmp_path_factory.mktemp("base")
    stations(folder)
    county, town = opened(folder, "county"), opened(folder, TOWN)
    add_household(town, {"name": "第一"}, place=GROUPS[TOWN][0], number="第一")
    send(town, county, folder / "first.lcb")
    shutil.copytree(folder / TOWN, folder / "before" / TOWN)
    for n in range(1, FILES + 1):
        many(county, TOWN, f"县{n}-")
        export_return(county, PLACE, folder / f"back{n}.lcb", PlaceScope(PLACE))
    for n in range(1, FILES + 1):
        many(town, TOWN, f"乡{n}-")
        export_bundle(town, folder / f"town{n}.lcb")
    county.close()
    town.close()
    return folder


def many(store: Store, town: str, name: str) -> None:
    with store.write("test.many") as work:
        place = GROUPS[town][1]
        rows = [{"place": place, "number": f"{name}{n}", "head_name": name} for n in range(SIZE)]
        work.create_many(Household, rows)


class Ground:
    """Copies of the stations, and one process at a time in one of them."""

    def __init__(self, base: Path, folder: Path) -> None:
        self.base, self.folder = base, folder
        self.dice = random.Random()
        self.pace = 0.0  # seconds to the first acknowledgement

    def station(self, name: str) -> None:
        """A fresh copy."""
        if (self.folder / name).exists():
            shutil.rmtree(self.folder / name)
        source = self.base / "before" / name
        postgres.copy_station(source if source.exists() else self.base / name, self.folder / name)

    def killed(self, name: str, what: str, *files: Path) -> list[list[str]]:
        """Start the writer, kill it at a random moment → what it acknowledged. The first one lives
        until it acknowledged something: that says what a moment is on this machine."""
        command = [sys.executable, "-m", "tests.e2e.exchange_writer", str(self.folder), name, what]
        process = subprocess.Popen([*command, *map(str, files)], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        assert process.stdout.readline().split() == ["ready"]
        started, told = time.monotonic(), []
        timer = threading.Timer(self.dice.uniform(0.0, 2 * self.pace), process.kill)
        if self.pace:
            timer.start()
        try:
            for line in process.stdout:
                told += [line.split()] if line.endswith("\n") else []
                if not self.pace:
                    self.pace = time.monotonic() - started
                    process.kill()
            return told
        finally:
            timer.cancel()
            process.kill()
            process.wait()
            process.stdout.close()

    def reopened(self, name: str) -> Store:
        store = opened(self.folder, name)
        with store.read() as session:
            assert check_store(session) == []
        return store


@pytest.fixture
def ground(base: Path, tmp_path: Path) -> Ground:
    return Ground(base, tmp_path)


@KILLS
@pytest.mark.parametrize("way", ["export", "return"])
def test_export_killed_leaves_the_old_file_or_the_new_one(
    ground: Ground, way: str, kills: int
) -> None:
    """And what it acknowledged is at least what stands there, numbered once."""
    writer, reader = (TOWN, "county") if way == "export" else ("county", TOWN)
    stick = ground.folder / "stick"
    stick.mkdir()
    out = stick / "x.lcb"
    ground.station(writer)
    ground.station(reader)
    acknowledged = 0
    for _ in range(kills):
        told = ground.killed(writer, way, out)
        acknowledged = max([acknowledged, *(int(words[1]) for words in told)])
        store = ground.reopened(writer)
        numbers = Counter(b.number for b in bundles(store) if b.direction == "out" and b.device)
        if way == "export":
            assert max(numbers.values(), default=0) <= 1
        store.close()
        if acknowledged:
            asked = opened(ground.folder, reader)
            found = inspect(asked, out)
            assert found.manifest.number >= acknowledged
            asked.close()
        elif out.exists():
            asked = opened(ground.folder, reader)
            inspect(asked, out)
            asked.close()
    assert acknowledged
    ground.station(reader)
    asked = opened(ground.folder, reader)
    assert import_bundle(asked, out, PlaceScope).records > 0
    asked.close()


@KILLS
@pytest.mark.parametrize("way", ["import", "take"])
def test_import_killed_is_whole_or_absent(ground: Ground, way: str, kills: int) -> None:
    reader, prefix, name = ("county", "乡", "town") if way == "import" else (TOWN, "县", "back")
    files = [ground.base / f"{name}{n}.lcb" for n in range(1, FILES + 1)]
    seen: Counter[int] = Counter()
    for _ in range(kills):
        ground.station(reader)
        told = ground.killed(reader, way, *files)
        store = ground.reopened(reader)
        with store.read() as session:
            query = sa.select(Household.head_name, sa.func.count()).group_by(Household.head_name)
            there = {k: n for k, n in session.execute(query) if k and k[0] == prefix}
            logged = len([b for b in bundles(store) if b.direction == "in"])
        assert set(there.values()) <= {SIZE}  # whole or absent
        assert len(told) <= len(there) <= FILES
        seen[len(there)] += 1
        for file in files:  # goes on where it stood
            import_bundle(store, file, PlaceScope)
        with store.read() as session:
            assert check_store(session) == []
            ours = Household.head_name.startswith(prefix)
            assert session.scalar(sa.select(sa.func.count()).where(ours)) == SIZE * FILES
        kept = [b for b in bundles(store) if b.direction == "in"]
        assert len(kept) >= max(logged, FILES)
        for file in files:
            digest = inspect(store, file).digest
            assert (store.folder / "bundles" / f"{digest}.lcb").read_bytes() == file.read_bytes()
        store.close()
    if kills > 50:
        assert len(seen) > 1, seen


@KILLS
def test_new_incarnation_killed_is_whole_or_absent(ground: Ground, kills: int) -> None:
    ground.station(TOWN)
    begun = 0
    for _ in range(kills):
        begun += len(ground.killed(TOWN, "anew"))
        ground.reopened(TOWN).close()
    assert begun
    ground.station("county")
    county, town = opened(ground.folder, "county"), ground.reopened(TOWN)
    send(town, county, ground.folder / "y.lcb")
    with county.read() as session:
        assert check_store(session) == []
    county.close()
    town.close()
