"""The stations of the machine in `exchange_machine.py`, and what must be so when all sticks have
found their way: everybody holds the same, and no word is lost that anybody was told is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from hypothesis.stateful import RuleBasedStateMachine
from sqlalchemy.orm import Session

from laborclerk.features.demand.model import Employer
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.scope import PlaceScope
from laborclerk.features.work.model import WorkSpell
from laborclerk.kernel.errors import Rejected
from laborclerk.store.check import check_store
from laborclerk.store.history import history
from laborclerk.store.journal import Act, Conflict, Device, Entry, HeldEntry, Kind
from laborclerk.store.store import Store
from laborclerk.store.versions import unpack_versions
from laborclerk.sync import inbox
from laborclerk.sync.exchange import import_bundle, release_bundle
from laborclerk.sync.export import export_bundle
from laborclerk.sync.holding import MISSING
from laborclerk.sync.ledger import BundleLog, station_of
from laborclerk.sync.returning import export_return
from tests.exchanging import TOWNS, rows_of

COUNTY = "county"
LAPTOPS = {"乌峰": "乌峰", "乌峰二": "乌峰", "泼机": "泼机"}  # laptop: township
SPRING = 4711  # the id of a round that several begin
EVERYWHERE = ("round", "employer")  # they lie in no place
REGISTERS = ("household", "person", "work_spell", *EVERYWHERE)  # what the machine's clerks write


def lying_in(session: Session, place: str, kind: str, ids: list[int]) -> set[int]:
    """Of some records those that lie in a place: not a person whom the county moved to a household
    of another township, nor her work."""
    gone = sa.select(Person.id).where(Person.household.not_in(sa.select(Household.id)))
    work = sa.select(WorkSpell.id).where(
        WorkSpell.person.in_(gone) | WorkSpell.person.not_in(sa.select(Person.id))
    )
    away = {"person": gone, "work_spell": work}.get(kind)
    there = PlaceScope(place).concerns(session, kind, ids)
    return there - set(session.scalars(away)) if away is not None else there


class Stations(RuleBasedStateMachine):
    """Open stores by name, what was told as saved, the files on their way."""

    folder: Path
    now: float
    stores: dict[str, Store]
    happened: set[str]
    words: int
    kept: dict[str, set[str]]  # told as saved
    up: list[tuple[Path, set[str]]]  # files to the county, and what they hold
    down: list[tuple[Path, str]]  # files to a township
    came: set[Path]  # of those, what reached the county
    arrived: set[str]  # words that are in the county
    revoked: set[str]
    lost_county: bool  # it was put back
    parted: dict[tuple[int, int], int]  # device, incarnation: from where it was led twice
    told: dict[str, list[str]]  # what a laptop's last answer said

    def file(self) -> Path:
        return self.folder / f"{len(self.up) + len(self.down)}.lcb"

    def all_meet(self) -> None:
        """All sticks find their way: everybody sends, the county answers, a few times over."""
        self.now = 1.8e9  # the clocks are set right
        county = self.stores[COUNTY]
        sending = [name for name in LAPTOPS if name not in self.revoked]
        if {path for path, _ in self.up} - self.came:
            self.happened.add("lost")  # a stick that never came: the next one holds it all
        for _ in range(4):  # a fork nobody noticed and a county put back take as many
            refused = 0
            for name in sending:
                path = self.file()
                done = export_bundle(self.stores[name], path)
                self.up.append((path, set()))
                for file in (*done.beside, path):
                    try:
                        import_bundle(county, file, PlaceScope)
                    except Rejected:  # a fork nobody noticed: the answer tells
                        refused += 1
            for town in TOWNS:
                place = TOWNS[town][0].code
                path = self.file()
                self.down.append((path, town))
                export_return(county, place, path, PlaceScope(place))
                for name in sending:
                    if LAPTOPS[name] == town:
                        try:
                            told = import_bundle(self.stores[name], path, PlaceScope).problems
                            self.told[name] = [problem.code for problem in told]
                        except Rejected:  # it tells the county first
                            refused += 1
            across = self.release(county)  # what was missing comes with the next file
            differing = self.differing()
            if not refused and not across and not differing:
                break
        assert refused == 0
        for name, store in self.stores.items():
            with store.read() as session:
                findings = check_store(session)
                assert findings == [], (name, findings)
                held = session.execute(
                    sa.select(HeldEntry.record_type, HeldEntry.record_id).where(
                        HeldEntry.reason == MISSING
                    )
                ).all()
                assert held == [], (name, "waits for what never comes", held)
        for name, mine, here in differing:
            assert mine == here, name

    def differing(self) -> list[tuple[str, Any, Any]]:
        """What stations hold otherwise than the county of their places, rows and conflicts."""
        county = self.stores[COUNTY]
        theirs = rows_of(county, REGISTERS)
        with county.read() as session:  # who takes back a round others began too asks an officer
            asked = set(session.scalars(sa.select(HeldEntry.record_id)))
        found: list[tuple[str, Any, Any]] = []
        for name, store in self.stores.items():
            if name == COUNTY or name in self.revoked:
                continue
            mine = self.concerning(store, rows_of(store, REGISTERS))
            here = self.concerning(store, theirs, county)
            mine = {
                key: row for key, row in mine.items()
                if key[0] not in EVERYWHERE or key[1] not in asked
            }  # fmt: skip
            # what another township made alone is that one's own, but for what is named here
            known = mine.keys() | {
                ("employer", row["employer"]) for row in here.values()
                if "employer" in row and row["employer"] not in asked
            }  # fmt: skip
            here = {
                key: row for key, row in here.items() if key[0] not in EVERYWHERE or key in known
            }
            apart = self.led_apart(store)
            if apart:  # of what the county lost too nobody can tell the two lives of a laptop
                unlike = {
                    kind for kind, record in apart
                    if mine.get((kind, record)) != here.get((kind, record))
                }  # fmt: skip
                said = asked or "state_differs" in self.told.get(
                    name, ()
                )  # no hash of what is held
                if unlike & {"household", "person"} and not said:
                    found.append((name, unlike, "nobody said so"))
                mine, here = (
                    {key: row for key, row in some.items() if key not in apart}
                    for some in (mine, here)
                )
            both = mine, self.conflicts(store, mine)
            if both != (here, self.conflicts(county, mine)):
                found.append((name, both, (here, self.conflicts(county, mine))))
        return found

    def led_apart(self, store: Store) -> set[tuple[str, int]]:
        """The records of which a laptop that was put back unseen wrote something else, under the
        same numbers, than what this one has of it: the county, which would have noticed, had been
        put back as well."""
        found: set[tuple[str, int]] = set()
        for (device, incarnation), last in self.parted.items() if self.lost_county else ():
            here, there = (
                {
                    (row.record_type, row.record_id, row.seq, row.at, row.changes)
                    for row in session.execute(
                        sa.select(Entry.__table__, Act.at)
                        .join(Act, (Act.device == Entry.device) & (Act.act == Entry.act))
                        .join(Device, Device.index == Entry.device)
                        .where(Device.device == device, Device.incarnation == incarnation,
                               Entry.seq > last, Entry.kind != Kind.NOTE)
                    )
                }
                for session in self.reading(store, self.stores[COUNTY])
            )  # fmt: skip
            found |= {(kind, record) for kind, record, *_ in here ^ there}
        return found

    @staticmethod
    def reading(*stores: Store) -> Iterator[Session]:
        for store in stores:
            with store.read() as session:
                yield session

    def release(self, county: Store) -> int:
        """An officer takes in what waits for a file that did not come → so many."""
        with county.read() as session:
            waiting = session.scalars(
                sa.select(BundleLog.digest).where(BundleLog.direction == inbox.WAITING)
            ).all()
        for digest in waiting:
            with suppress(Rejected):
                release_bundle(county, digest, PlaceScope)
        return len(waiting)

    def concerning(self, store: Store, rows: Any, at: Store | None = None) -> Any:
        """Of some rows those that lie in the store's place."""
        place = station_of(store).place
        kinds: dict[str, list[int]] = {"household": [], "person": [], "work_spell": []}
        for kind, record in rows:
            if kind in kinds:
                kinds[kind].append(record)
        anywhere = {key for key in rows if key[0] in EVERYWHERE}
        with (at or store).read() as session:
            ours = {(k, i) for k, ids in kinds.items() for i in lying_in(session, place, k, ids)}
        return {key: rows[key] for key in ours | anywhere}

    def conflicts(self, store: Store, of: Iterable[Any]) -> dict[Any, list[Any]]:
        with store.read() as session:
            return {
                (c.record_type, c.record_id, c.field): [v for v, _ in unpack_versions(c.versions)]
                for c in session.scalars(sa.select(Conflict))
                if (c.record_type, c.record_id) in of
            }

    def nothing_is_lost(self) -> None:
        """Every word that was told as saved, and not gone with a copy, is in the county's history;
        and no word stands anywhere that nobody wrote."""
        county = self.stores[COUNTY]
        told: set[str] = set()
        with county.read() as session:
            for model in (Household, Person, Employer):
                for record in session.scalars(sa.select(model)):
                    for event in history(session, record):
                        words = [after for _, after in event.changes.values()]
                        words += [value for some in event.stood.values() for value in some]
                        told |= {w for w in words if isinstance(w, str) and w.startswith("词")}
        expected = set(self.arrived) | self.kept[COUNTY]
        for name in LAPTOPS:
            if name not in self.revoked:
                expected |= self.kept[name]
        assert expected <= told, expected - told
        assert told <= {f"词{n}" for n in range(1, self.words + 1)}
