"""A machine of stations that edit, export and import in any order.

A county and three laptops in two townships; two laptops share one township. Sticks are lost, come
late, twice and in the wrong order; laptops and the county are put back to older copies, noticed or
not; households move between townships; a laptop is revoked; a newer program writes what the others
do not know; clocks jump.
"""

from __future__ import annotations

import itertools
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgpack
import pytest
import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    precondition,
    rule,
)

from laborclerk.features.census.model import Round
from laborclerk.features.demand.model import Employer
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.places import add_group
from laborclerk.features.registry.scope import PlaceScope
from laborclerk.features.work.model import WorkSpell
from laborclerk.kernel.clock import Clock
from laborclerk.kernel.errors import Rejected
from laborclerk.kernel.ids import new_id, read_id
from laborclerk.store import engine
from laborclerk.store.base import record_types
from laborclerk.store.incarnation import begin_incarnation
from laborclerk.store.journal import Act, Conflict, Device, Entry, HeldEntry, Kind
from laborclerk.store.store import Store
from laborclerk.store.undo import undo
from laborclerk.store.versions import unpack_versions
from laborclerk.sync.approvals import revoke
from laborclerk.sync.exchange import import_bundle
from laborclerk.sync.export import export_bundle
from laborclerk.sync.ledger import TOWNSHIP, station_of
from laborclerk.sync.returning import export_return
from tests.exchange_ends import COUNTY, LAPTOPS, SPRING, Stations, lying_in
from tests.exchanging import GROUPS, TOWNS, _found, enrol, opened, stations
from tests.prepared import lasting_folder

CHANCE = random.Random()
HAPPENED: Counter[str] = Counter()  # runs in which an event took place
RUNS: list[int] = []
KINDS = (
    "delete", "undo", "move", "decide", "clock", "newer", "late", "lost", "answered", "restore",
    "revoke", "conflict", "bundle_known", "fork", "born", "marry", "round", "hire",
)  # fmt: skip

PICK = st.integers(0, 10**6)
LAPTOP = st.sampled_from(sorted(LAPTOPS))
STATION = st.sampled_from([COUNTY, *sorted(LAPTOPS)])
OTHER = st.sampled_from([COUNTY, COUNTY, COUNTY, *sorted(LAPTOPS)])
FIELD = st.sampled_from(["note", "phone", "name"])


def quicken(patch: pytest.MonkeyPatch) -> None:
    kept = tuple(s for s in engine._SETTINGS if "synchronous" not in s)
    patch.setattr(engine, "_SETTINGS", (*kept, "synchronous = OFF"))
    patch.setattr("laborclerk.sync.atomic.os.fsync", lambda handle: None)  # nothing is cut off here
    chance = SimpleNamespace(randbelow=CHANCE.randrange)
    patch.setattr("laborclerk.store.incarnation.secrets", chance)
    patch.setattr(new_id, "_counter", new_id._counter)  # put back afterwards


@cache
def template() -> Path:
    """The stations with a second laptop in the first township, made once."""
    repeatable(1)
    folder = stations(lasting_folder("exchange-"))
    county = opened(folder, COUNTY)
    place, village = TOWNS["乌峰"]
    second = _found(folder / "乌峰二", TOWNSHIP, place.code, place.name, list(TOWNS["乌峰"]))
    for group in "12":
        add_group(second, int(village.code) * 1000, f"{group}组")
    enrol(county, second, folder)
    for store in (county, second):
        store.close()
    return folder


def repeatable(part: int) -> None:
    """The same steps make the same ids and numbers again, so that a failure can be replayed."""
    new_id._counter = itertools.count(part << 55)
    CHANCE.seed(part)


OPENINGS = (
    "quarrel", "move", "fork", "restore", "late", "undo", "clock", "newer", "born", "marry",
    "delete", "round", "hire",
)  # fmt: skip


ALWAYS: list[str] = []  # openings that each run has


class ExchangeMachine(Stations):
    @initialize(
        opening=st.lists(st.sampled_from(OPENINGS), max_size=5).map(
            lambda drawn: [*ALWAYS, *drawn[len(ALWAYS) :]]
        )
    )
    def begin(self, opening: Iterable[str] = ()) -> None:
        self.set_up()
        for what in opening:  # what chance alone would bring too seldom
            match what:
                case "quarrel":
                    self.apart("乌峰", COUNTY, 1, "note", False)
                case "move":
                    self.move(0, "泼机", 1)
                case "fork":
                    self.go_back("泼机", False, 0, "phone")
                case "restore":
                    self.go_back("乌峰二", True, 0, "phone")
                case "undo":
                    self.undo("乌峰")
                case "clock":
                    self.clock_jumps(60.0)
                case "newer":
                    self.newer("乌峰")
                case "late":
                    self.deliver(0, True)
                case "delete":
                    self.delete("泼机", 0)
                case "born":
                    self.born("泼机", 0)
                case "round":
                    self.round("泼机", 3)
                    self.round("乌峰", 5)
                case "hire":
                    self.firm("乌峰", 0)
                    self.meet("乌峰")
                    self.hire(COUNTY, 1, 0)
                    self.hire("乌峰", 0, 0)
                case "marry":
                    self.enter("乌峰", 1)
                    self.marry("乌峰", 0, 1)

    def set_up(self) -> None:
        template()
        repeatable(2)
        self.folder = Path(tempfile.mkdtemp(prefix="machine-"))
        shutil.copytree(template(), self.folder, dirs_exist_ok=True)
        self.now = 1.8e9
        self.stores = {name: self.open(name) for name in (COUNTY, *LAPTOPS)}
        self.happened = set()
        self.words = 0
        self.kept = {name: set() for name in self.stores}
        self.up = []
        self.down = []
        self.came = set()
        self.arrived = set()
        self.copies: dict[str, tuple[set[str], set[str]]] = {}
        self.revoked = set()
        self.parted, self.lost_county, self.told = {}, False, {}
        self.enter("乌峰", 0)
        self.enter("泼机", 0)

    def open(self, name: str) -> Store:
        return opened(self.folder, name, Clock(wall=lambda: self.now))

    def teardown(self) -> None:
        if not hasattr(self, "revoked"):
            return
        RUNS.append(1)
        try:
            self.all_meet()
            self.nothing_is_lost()
        finally:
            HAPPENED.update(self.happened)
            for store in self.stores.values():
                store.close()
            shutil.rmtree(self.folder)

    # -- help ----------------------------------------------------------------------------------

    def word(self, name: str) -> str:
        """A word nobody used before, told as saved at a station."""
        self.words += 1
        told = f"词{self.words}"
        self.kept[name].add(told)
        return told

    def records(self, name: str, model: Any, alive: bool = True) -> list[int]:
        """What a clerk of the station may edit."""
        store = self.stores[name]
        with store.read() as session:
            query = sa.select(model.id).order_by(model.id)
            ids = list(session.scalars(query.where(model.deleted.is_(None)) if alive else query))
            if name == COUNTY:
                return ids
            return sorted(lying_in(session, station_of(store).place, model.__tablename__, ids))

    # -- clerks at work ------------------------------------------------------------------------

    @rule(name=LAPTOP, group=st.integers(0, 1))
    def enter(self, name: str, group: int) -> None:
        with self.stores[name].write("test.add") as work:
            house = Household(place=GROUPS[LAPTOPS[name]][group], note=self.word(name))
            work.add(house)
            work.flush()
            work.add(Person(household=house.id, name=self.word(name)))

    @rule(name=STATION, pick=PICK)
    def born(self, name: str, pick: int) -> None:
        """Somebody joins a household."""
        homes = self.records(name, Household)
        if homes:
            with self.stores[name].write("test.born") as work:
                work.add(Person(household=homes[pick % len(homes)], name=self.word(name)))
            self.happened.add("born")

    @rule(name=STATION, pick=PICK, to=PICK)
    def marry(self, name: str, pick: int, to: int) -> None:
        """Somebody moves to another household; at the county it may be of the other township."""
        people, homes = self.records(name, Person), self.records(name, Household)
        if people and homes:
            with self.stores[name].write("test.marry") as work:
                person = work.session.get_one(Person, people[pick % len(people)])
                work.change(person, {"household": homes[to % len(homes)]})
            self.happened.add("marry")

    @rule(name=STATION, pick=PICK, field=FIELD)
    def change(self, name: str, pick: int, field: str) -> None:
        ids = self.records(name, Person)
        if ids:
            with self.stores[name].write("test.change") as work:
                person = work.session.get_one(Person, ids[pick % len(ids)])
                work.change(person, {field: self.word(name)})

    @rule(name=STATION, pick=PICK)
    def delete(self, name: str, pick: int) -> None:
        ids = self.records(name, Person)
        if ids:
            self.happened.add("delete")
            with self.stores[name].write("test.delete") as work:
                work.delete(work.session.get_one(Person, ids[pick % len(ids)]), "3")

    @rule(name=STATION, day=st.integers(1, 28))
    def round(self, name: str, day: int) -> None:
        """A round is begun where it is not known: others may have begun it on another day. The
        county may put it off."""
        starts = f"2027-03-{day:02}"
        with self.stores[name].write("test.round") as work:
            known = work.get(Round, SPRING)
            if known is None:
                work.add(Round(id=SPRING, name="春季摸底", starts=starts))
            elif name == COUNTY:
                work.change(known, {"starts": starts})
        self.happened.add("round")

    @rule(name=STATION, pick=PICK)
    def firm(self, name: str, pick: int) -> None:
        """A firm is entered, or changed by the township that entered it; by the county any."""
        store = self.stores[name]
        with store.write("test.firm") as work:
            mates = [n for n in LAPTOPS if n == name or LAPTOPS[n] == LAPTOPS.get(name)]
            numbers = [read_id(station_of(self.stores[mate]).device) for mate in mates]
            query = sa.select(Employer).where(Employer.deleted.is_(None)).order_by(Employer.id)
            if name != COUNTY:
                query = query.join(Device, Device.index == Employer.origin_device)
                query = query.where(Device.device.in_(numbers))
            known = work.session.scalars(query).all()
            if known and pick % 2:
                work.change(known[pick % len(known)], {"name": self.word(name)})
            else:
                work.add(Employer(name=self.word(name)))

    @rule(name=STATION, pick=PICK, at=PICK)
    def hire(self, name: str, pick: int, at: int) -> None:
        """Somebody works at a firm that is known at the station; the county knows those of all."""
        people = self.records(name, Person)
        with self.stores[name].read() as session:
            firms = session.scalars(sa.select(Employer.id).order_by(Employer.id)).all()
        if people and firms:
            with self.stores[name].write("test.hire") as work:
                work.add(
                    WorkSpell(person=people[pick % len(people)], employer=firms[at % len(firms)])
                )
            self.happened.add("hire")

    @rule(name=STATION)
    def undo(self, name: str) -> None:
        with suppress(Rejected):
            undo(self.stores[name])
            self.happened.add("undo")

    @rule(pick=PICK, town=st.sampled_from(sorted(TOWNS)), group=st.integers(0, 1))
    def move(self, pick: int, town: str, group: int) -> None:
        """The county moves a household, to the other township it may be."""
        ids = self.records(COUNTY, Household)
        if not ids:
            return
        with self.stores[COUNTY].write("test.move") as work:
            house = work.session.get_one(Household, ids[pick % len(ids)])
            work.change(house, {"place": GROUPS[town][group]})
        self.happened.add("move")

    @rule(name=STATION, pick=PICK, own=st.booleans())
    def decide(self, name: str, pick: int, own: bool) -> None:
        """Somebody decides a conflict: for one of the values, or for another."""
        store = self.stores[name]
        with store.read() as session:
            standing = list(session.scalars(sa.select(Conflict).order_by(Conflict.id)))
        if not standing:
            return
        conflict = standing[pick % len(standing)]
        versions = unpack_versions(conflict.versions)
        value = versions[pick % len(versions)][0]
        if own and conflict.field in ("note", "phone", "name"):
            value = self.word(name)
        with store.write("test.decide") as work:
            model = record_types()[conflict.record_type]
            work.resolve(work.session.get_one(model, conflict.record_id), conflict.field, value)
        self.happened.add("decide")

    @rule(seconds=st.sampled_from([60.0, 4e7, -4e7]))
    def clock_jumps(self, seconds: float) -> None:
        self.now = max(1e9, self.now + seconds)
        self.happened.add("clock")

    @rule(name=LAPTOP)
    def newer(self, name: str) -> None:
        """A newer program notes a field that the others do not know (nor does it itself, here)."""
        ids = self.records(name, Person)
        if not ids:
            return
        store = self.stores[name]
        with store.local() as session:
            own = session.get_one(Device, 0)
            seq = own.last_seq = own.last_seq + 1
            own.acts += 1
            act = Act(device=0, act=seq, at=1, clerk="新", use_case="test.newer", written=own.acts)
            session.add(act)
            changes = msgpack.packb({"blood": [None, "A"]})
            session.add(
                Entry(device=0, seq=seq, act=seq, record_type="person", record_id=ids[0],
                      kind=int(Kind.CHANGE), changes=changes)
            )  # fmt: skip
            session.add(
                HeldEntry(index=0, seq=seq, reason="newer", record_type="person", record_id=ids[0],
                          content=changes)
            )  # fmt: skip
        self.happened.add("newer")

    # -- sticks --------------------------------------------------------------------------------

    @rule(name=LAPTOP)
    def export(self, name: str) -> None:
        path = self.file()
        with suppress(Rejected):
            done = export_bundle(self.stores[name], path)
            self.up += [(beside, set()) for beside in done.beside]
            self.up.append((path, set(self.kept[name])))

    @precondition(lambda self: self.up)
    @rule(pick=PICK, late=st.booleans())
    def deliver(self, pick: int, late: bool) -> None:
        """A file reaches the county: the latest, or any of the former ones again."""
        if not self.up:
            self.export("泼机")
        path, words = self.up[pick % len(self.up) if late else -1]
        self.came.add(path)
        self.happened |= {"late"} if late else set()
        try:
            done = import_bundle(self.stores[COUNTY], path, PlaceScope)
        except Rejected as error:
            self.happened |= {p.code for p in error.problems}
            return
        codes = {p.code for p in done.problems}
        self.happened |= codes | ({"conflict"} if done.conflicts else set())
        if "bundle_gap" not in codes:
            self.arrived |= words

    @rule(town=st.sampled_from(sorted(TOWNS)))
    def answer(self, town: str) -> None:
        place = TOWNS[town][0].code
        path = self.file()
        with suppress(Rejected):
            export_return(self.stores[COUNTY], place, path, PlaceScope(place))
            self.down.append((path, town))

    @precondition(lambda self: self.down)
    @rule(pick=PICK, late=st.booleans(), name=LAPTOP)
    def deliver_answer(self, pick: int, late: bool, name: str) -> None:
        path, town = self.down[pick % len(self.down) if late else -1]
        self.happened |= {"late"} if late else set()
        if LAPTOPS[name] != town or name in self.revoked:
            return
        try:
            done = import_bundle(self.stores[name], path, PlaceScope)
        except Rejected as error:
            self.happened |= {p.code for p in error.problems}
            return
        codes = {p.code for p in done.problems}
        self.happened |= {"answered"} | codes
        assert "state_differs" not in codes

    @rule(name=LAPTOP)
    def meet(self, name: str) -> None:
        """A clerk comes to the county and goes home with the answer."""
        if name not in self.revoked:
            self.export(name)
            self.deliver(0, False)
            self.answer(LAPTOPS[name])
            self.deliver_answer(0, False, name)

    @rule(name=LAPTOP, other=OTHER, pick=PICK, field=FIELD, gone=st.booleans())
    def apart(self, name: str, other: str, pick: int, field: str, gone: bool) -> None:
        """Two work on one person without knowing of each other, and the county hears of it."""
        self.export(name)
        self.deliver(0, False)
        both = sorted({*self.records(name, Person)} & {*self.records(other, Person)})
        if not both or name == other:
            return
        for store, is_gone in ((name, gone), (other, False)):
            with self.stores[store].write("test.apart") as work:
                person = work.session.get_one(Person, both[pick % len(both)])
                if is_gone:
                    work.delete(person, "3")
                else:
                    work.change(person, {field: self.word(store)})
        for laptop in sorted({name, other} - {COUNTY}):
            self.export(laptop)
            self.deliver(0, False)
        if pick % 4:
            self.decide(COUNTY, pick, gone)

    # -- what goes wrong -----------------------------------------------------------------------

    @rule(name=STATION)
    def copy(self, name: str) -> None:
        """A backup, or a copy of the folder."""
        self.stores[name].close()
        kept = self.folder / f"copy of {name}"
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(self.folder / name, kept)
        self.stores[name] = self.open(name)
        self.copies[name] = set(self.kept[name]), set(self.arrived)

    @rule(name=STATION, noticed=st.booleans(), pick=PICK, field=FIELD)
    def go_back(self, name: str, noticed: bool, pick: int, field: str) -> None:
        """The station is put back to its copy. The county never unnoticed: it is the authority,
        restored by its own program."""
        if name not in self.copies:
            self.copy(name)
            self.change(name, pick, field)
            if name != COUNTY:
                self.export(name)
                self.deliver(0, False)
        self.happened.add("restore" if noticed or name == COUNTY else "fork")
        self.stores[name].close()
        shutil.rmtree(self.folder / name)
        shutil.copytree(self.folder / f"copy of {name}", self.folder / name)
        store = self.stores[name] = self.open(name)
        if noticed or name == COUNTY:
            with store.local() as session:
                begin_incarnation(session, session.get_one(Device, 0).last_seq)
        else:
            with store.read() as session:
                own = session.get_one(Device, 0)
                life = own.device, own.incarnation
                self.parted[life] = min(own.last_seq, self.parted.get(life, own.last_seq))
        self.lost_county = self.lost_county or name == COUNTY
        kept, arrived = self.copies[name]
        self.kept[name] = set(kept)  # what came after is gone, but for what arrived
        if name == COUNTY:
            self.arrived = set(arrived)

    @precondition(lambda self: not self.revoked)
    @rule(often=st.just(0))
    def revoke(self, often: int) -> None:
        if often == 0:
            revoke(self.stores[COUNTY], station_of(self.stores["乌峰二"]).device, "丢失")
            self.revoked.add("乌峰二")
            self.happened.add("revoke")
