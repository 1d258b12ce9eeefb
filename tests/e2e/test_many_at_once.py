"""Several processes on one county store at once: different bundles, the same one, an answer written
meanwhile. Each is applied once and whole, as if one had come after the other.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from laborclerk.features.registry.model import Household
from laborclerk.features.registry.scope import PlaceScope
from laborclerk.store.check import check_store
from laborclerk.store.store import Store
from laborclerk.sync.exchange import bundles, import_bundle, inspect
from laborclerk.sync.export import export_bundle
from tests import postgres
from tests.exchanging import GROUPS, opened, stations
from tests.small import add_household

pytestmark = postgres.BOTH
SIZE, FILES = 60, 3
GIVEN = [f"imported {SIZE + 2}", *[f"imported {SIZE}"] * (FILES - 1)]  # the first with two groups


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Stations, and files of both townships: 乌峰1.lcb … for the county."""
    stations(tmp_path)
    for name, groups in GROUPS.items():
        town = opened(tmp_path, name)
        for n in range(1, FILES + 1):
            with town.write("test.many") as work:
                rows = [
                    {"place": groups[0], "number": f"{n}-{k}", "head_name": f"{name}{n}"}
                    for k in range(SIZE)
                ]
                work.create_many(Household, rows)
            export_bundle(town, tmp_path / f"{name}{n}.lcb")
        town.close()
    return tmp_path


def race(folder: Path, *jobs: tuple[str, list[str]]) -> list[list[str]]:
    """All jobs in processes of their own, begun at one moment → what each told."""
    module = [sys.executable, "-m", "tests.e2e.exchange_racer", str(folder), "county"]
    pipe = subprocess.PIPE
    running = [
        subprocess.Popen(
            [*module, what, *(str(folder / f) for f in files)], stdin=pipe, stdout=pipe, text=True
        )
        for what, files in jobs
    ]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    told = [process.communicate()[0].splitlines() for process in running]
    assert [process.returncode for process in running] == [0] * len(jobs)
    return told


def is_right(store: Store, towns: list[str]) -> None:
    with store.read() as session:
        assert check_store(session) == []
        query = sa.select(Household.head_name, sa.func.count()).group_by(Household.head_name)
        wanted = {f"{town}{n}": SIZE for town in towns for n in range(1, FILES + 1)}
        assert dict(session.execute(query).all()) == wanted
    came = [b.digest for b in bundles(store) if b.direction == "in"]
    assert len(came) == len(set(came)) == len(towns) * FILES


def test_bundles_of_two_townships_at_once(folder: Path) -> None:
    jobs = [("import", [f"{town}{n}.lcb" for n in range(1, FILES + 1)]) for town in GROUPS]
    told = race(folder, *jobs)
    assert told == [GIVEN] * 2
    store = opened(folder, "county")
    is_right(store, list(GROUPS))
    store.close()


def test_the_same_bundles_twice_at_once_count_once(folder: Path) -> None:
    files = [f"乌峰{n}.lcb" for n in range(1, FILES + 1)]
    first, second = race(folder, ("import", files), ("import", files))
    for one, other, given in zip(first, second, GIVEN, strict=True):
        assert sorted([one, other]) == ["imported 0", given]
    store = opened(folder, "county")
    is_right(store, ["乌峰"])
    for file in files:
        kept = store.folder / "bundles" / f"{inspect(store, folder / file).digest}.lcb"
        assert kept.read_bytes() == (folder / file).read_bytes()
    assert not list((store.folder / "bundles").glob("*.part"))
    store.close()


def test_an_answer_written_while_others_import_is_whole(folder: Path) -> None:
    """It holds each import whole or not, and what came later comes with the next answer."""
    county = opened(folder, "county")
    import_bundle(county, folder / "乌峰1.lcb", PlaceScope)
    add_household(county, {"name": "县里"}, place=GROUPS["乌峰"][0], number="县")
    county.close()
    files = [f"泼机{n}.lcb" for n in range(1, FILES + 1)]
    answers = [f"r{n}.lcb" for n in range(6)]
    race(folder, ("import", files), ("return", answers))
    town, county = opened(folder, "乌峰"), opened(folder, "county")
    for answer in answers:
        import_bundle(town, folder / answer, PlaceScope)
        for store in (town, county):
            with store.read() as session:
                assert check_store(session) == []
    with town.read() as session:
        came = session.scalar(sa.select(sa.func.count()).where(Household.head_name == "县里"))
    assert came == 1
    town.close()
    county.close()
