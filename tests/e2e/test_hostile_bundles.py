"""Bundles of every wrong kind against real stores: refused with a reason and nothing changed, or,
where what they say is the sender's to say, applied rightly. Nothing crashes.

Half are mutated files, half were signed again by the enrolled station whose right bundle it was.
"""

from __future__ import annotations

import os
import random
import re
import secrets
import sys
import traceback
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgpack
import pytest
import sqlalchemy as sa

from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.scope import PlaceScope
from laborclerk.kernel.errors import EnvironmentFault, Rejected
from laborclerk.store.base import record_types
from laborclerk.store.history import history
from laborclerk.store.journal import Device
from laborclerk.store.store import Store
from laborclerk.sync.container import LIMITS
from laborclerk.sync.exchange import import_bundle
from laborclerk.sync.export import export_bundle
from laborclerk.sync.ledger import Ledger
from laborclerk.sync.returning import export_return
from laborclerk.sync.strictzip import unpack
from tests import hostile_items, hostile_world
from tests.exchanging import GROUPS, opened, rows_of
from tests.hostile_world import OTHER, SENDER, SENDER_PLACE, Way, World, everything, findings
from tests.small import add_household
from tests.unit.sync import mutations, stations
from tests.unit.sync.stations import Enrolled

TRIALS = pytest.mark.parametrize("trials", [300, pytest.param(10_000, marks=pytest.mark.soak)])
SEED = int(os.environ.get("LABORCLERK_SEED", "0")) or secrets.randbits(32)
CHINESE = re.compile(r"[一-龥]")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    made = hostile_world.make(tmp_path_factory.mktemp("world"))
    store = opened(made.folder, "county")
    with store.read() as session:
        for number, ids in (("吴0", hostile_items.FOREIGN), ("周0", hostile_items.HOME)):
            house = session.scalars(sa.select(Household).where(Household.number == number)).one()
            person = session.scalars(sa.select(Person).where(Person.household == house.id)).first()
            assert person is not None
            ids |= {"household": house.id, "person": person.id, "place": house.place or 0}
        model: Any = record_types()["round"]
        hostile_items.FOREIGN["round"] = session.scalars(sa.select(model.id)).one()
    store.close()
    return made


class Range:
    """One station that is shot at: a fresh copy whenever something was applied."""

    def __init__(self, world: World, way: Way, folder: Path) -> None:
        self.world, self.way, self.folder = world, way, folder
        self.store: Store | None = None
        self.seen: Counter[str] = Counter()
        self.kinds: dict[str, Counter[str]] = defaultdict(Counter)

    def fresh(self) -> None:
        self.close()
        self.store = self.world.station(self.way.reader, self.folder)
        self.before = everything(self.store)
        self.files = self._files()
        self.rows = rows_of(self.store)
        self.inside = hostile_world.inside(self.store, SENDER_PLACE)

    def close(self) -> None:
        if self.store is not None:
            self.store.close()
            self.store = None

    def _files(self) -> list[Path]:
        return sorted(p for p in self.folder.rglob("*") if p.is_file() and "db-" not in p.name)

    def shoot(self, name: str, data: bytes) -> None:
        if self.store is None:
            self.fresh()
        store = self.store
        assert store is not None
        path = self.folder.with_name("shot.lcb")
        path.write_bytes(data)
        try:
            done = import_bundle(store, path, PlaceScope)
        except Rejected as refused:
            said = [p.text for p in refused.problems]
            assert said
            assert all(CHINESE.search(s) for s in said), said
            assert not any("{" in s for s in said), said
            self.kinds[name]["refused"] += 1
            for problem in refused.problems:
                self.seen[problem.code] += 1
            now = everything(store)
            if Ledger.BUNDLE_FORK.name.lower() in {p.code for p in refused.problems}:
                self.before["bundle_log"] = now["bundle_log"]  # a fork is noted and kept, no more
                self.files = self._files()
            told = {Ledger.RETURN_BEFORE_ANEW.name.lower(), Ledger.RETURN_GAP.name.lower()}
            if told & {p.code for p in refused.problems} and now["device"] != self.before["device"]:
                # the county's word that it has more than this laptop, which goes on under a new
                # incarnation before it takes what stands on that; no record changes
                assert rows_of(store) == self.rows
                assert not findings(store)
                self.close()
                return
            assert now == self.before, [t for t in now if now[t] != self.before.get(t)]
            assert self._files() == self.files
            return
        except EnvironmentFault as fault:
            raise AssertionError(fault) from fault
        self.seen["applied" if not done.held else "held: " + ",".join(sorted(done.held))] += 1
        self.kinds[name]["applied"] += 1
        self.look(store)
        self.close()

    def look(self, store: Store) -> None:
        """What was applied was the sender's to say, and the store goes on as ever."""
        at_county = self.way.reader == "county"
        found = findings(store)
        # a place may be given up though households lie there; the county says what it likes
        odd = ("区划",) if at_county else ("区划", "指向")
        assert [f for f in found if not any(word in f.what for word in odd)] == []
        if at_county:
            after = rows_of(store)
            assert hostile_world.strange(self.rows, after, self.inside) == []
            new = {k for k in after if k not in self.rows}
            assert new <= hostile_world.inside(store, SENDER_PLACE) | {
                k for k in new if k[0] == "round"
            }
            now = everything(store)
            others = self._others(store)
            for table in ("journal", "epoch", "act"):
                assert _of(now[table], others) == _of(self.before[table], others), table
            devices = {row[0]: row for row in self.before["device"]}
            for row in now["device"]:
                if row[0] in others:
                    assert row == devices.get(row[0], row)
        self.goes_on(store)

    def _others(self, store: Store) -> set[int]:
        """The devices that are neither the sender's nor ours."""
        with store.read() as session:
            mine = session.scalar(sa.select(Device.device).where(Device.name == "乌峰街道"))
            query = sa.select(Device.index).where(Device.device != mine, Device.index != 0)
            return set(session.scalars(query))

    def goes_on(self, store: Store) -> None:
        """The clerk edits, sees histories, exports."""
        with store.read() as session:
            for model in record_types().values():
                for record in session.scalars(sa.select(model).limit(20)):
                    history(session, record)
        place = GROUPS[OTHER if self.way.reader == "county" else SENDER][0]
        add_household(store, {"name": "后来"}, place=place, number="后来")
        if self.way.reader == "county":
            export_return(store, SENDER_PLACE, self.folder / "r.lcb", PlaceScope(SENDER_PLACE))
        else:
            export_bundle(store, self.folder / "u.lcb")
        assert not [f for f in findings(store) if "指向" not in f.what and "区划" not in f.what]


def _of(rows: list[tuple[Any, ...]], devices: set[int]) -> list[tuple[Any, ...]]:
    return [row for row in rows if row[0] in devices]


def original(way: Way, monkeypatch: pytest.MonkeyPatch, reader_keys: Any) -> mutations.Original:
    monkeypatch.setattr(stations, "COUNTY_KEYS", reader_keys)
    parts = {n: bytes(p) for n, p in unpack(way.data, LIMITS).items()}
    other = {n: bytes(p) for n, p in unpack(way.other, LIMITS).items()}
    laptop = Enrolled(way.keys, way.manifest)
    return mutations.Original(
        way.data, parts, way.manifest, b"".join(map(msgpack.packb, way.items)), other, laptop
    )


@pytest.fixture(params=["up", "back"])
def target(request: pytest.FixtureRequest, world: World, tmp_path: Path) -> Iterator[Range]:
    found = Range(world, getattr(world, request.param), tmp_path / "station")
    yield found
    found.close()


@TRIALS
def test_no_bundle_is_applied_wrongly_or_crashes(
    target: Range, trials: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from laborclerk.sync.ledger import keys_of

    store = target.world.station(target.way.reader, target.folder)
    right = original(target.way, monkeypatch, keys_of(store))
    store.close()
    only = os.environ.get("LABORCLERK_KIND")
    failed: dict[str, str] = {}
    wanted = int(os.environ.get("LABORCLERK_TRIALS", trials)) // 2  # each way
    for trial in range(wanted):
        rng = random.Random(f"{SEED}/{trial}")
        if trial % 2 == 0:
            mutate: Any = mutations.UNSIGNED[trial // 2 % len(mutations.UNSIGNED)]
            data = mutate(rng, right)
        elif trial % 8 == 1:
            mutate = mutations.SIGNED[trial // 8 % len(mutations.SIGNED)]
            data = mutate(rng, right)
        else:
            mutate = hostile_items.KINDS[trial // 2 % len(hostile_items.KINDS)]
            data = hostile_items.spoil(rng, mutate, target.way)
        name = mutate.__name__
        if data is None or data in (target.way.data, target.way.other) or only not in (None, name):
            continue
        try:
            target.shoot(name, data)
        except Exception as error:
            target.close()
            where = "\n".join(traceback.format_exc().strip().splitlines()[-14:])
            what = f"{name}: {type(error).__name__} {str(error)[:300]}"
            if what not in failed:
                failed[what] = where
                tell(f"FAILED seed {SEED} trial {trial} {what}\n{where}")
            if len(failed) > 40:
                break
    tell(f"seed {SEED}, {target.way.reader}: {sum(target.seen.values())} bundles")
    for what, count in target.seen.most_common():
        tell(f"  {count:6} {what}")
    for name, counts in sorted(target.kinds.items()):
        tell(f"  {name}: {dict(counts)}")
    assert not failed, (SEED, list(failed))


def tell(line: str) -> None:
    """Seen with `-s`, else when the test fails."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def test_the_right_bundles_are_applied(target: Range) -> None:
    target.shoot("right", target.way.data)
    assert target.seen == {"applied": 1}
