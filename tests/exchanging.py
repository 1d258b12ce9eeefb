"""A county and its townships with real stores, enrolled with each other as clerks would do it."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from laborclerk.app import create_station, open_station
from laborclerk.features.census.rounds import new_round
from laborclerk.features.registry.places import PlaceRow, add_group, load_places
from laborclerk.features.registry.scope import PlaceScope
from laborclerk.kernel.clock import Clock
from laborclerk.store.base import record_types, values_of
from laborclerk.store.store import Store
from laborclerk.sync.approvals import accept, approve, request
from laborclerk.sync.exchange import Imported, import_bundle
from laborclerk.sync.export import export_bundle
from laborclerk.sync.ledger import COUNTY, TOWNSHIP, set_station, station_of
from laborclerk.sync.returning import export_return
from tests import postgres
from tests.prepared import lasting_folder
from tests.small import CLERK, PASSWORD, ROUND

COUNTY_ROW = PlaceRow("530627000000", "镇雄县")
TOWNS = {
    "乌峰": (
        PlaceRow("530627001000", "乌峰街道"),
        PlaceRow("530627001001", "油榨街社区居民委员会"),
    ),
    "泼机": (PlaceRow("530627101000", "泼机镇"), PlaceRow("530627101200", "泼机村民委员会")),
}
GROUPS = {"乌峰": (530627001001001, 530627001001002), "泼机": (530627101200001, 530627101200002)}

Rows = dict[tuple[str, int], dict[str, Any]]


def _found(folder: Path, level: str, code: str, name: str, rows: list[PlaceRow]) -> Store:
    store, _ = create_station(folder, CLERK, PASSWORD, scrypt_n=2)
    load_places(store, rows)
    set_station(store, level, code, name)
    new_round(store, ROUND)
    return store


def enrol(county: Store, township: Store, folder: Path) -> None:
    """Request, approval, acceptance."""
    request(township, folder / "a.lcq")
    approve(county, folder / "a.lcq", folder / "a.lca")
    accept(township, folder / "a.lca")


def another(county: Store, folder: Path) -> Store:
    """A second laptop of 乌峰, `乌峰二`, enrolled."""
    place = TOWNS["乌峰"]
    store = _found(folder / "乌峰二", TOWNSHIP, place[0].code, place[0].name, list(place))
    enrol(county, store, folder)
    return store


@cache
def _template(backend: str) -> Path:
    """A county, on a server if so chosen, and two townships on laptops; made once in this
    process; tests get copies."""
    folder = lasting_folder("exchanging-")
    rows = [COUNTY_ROW, *(row for some in TOWNS.values() for row in some)]
    with postgres.choosing(backend), postgres.keeping():
        county = _found(folder / "county", COUNTY, "530627000000", "镇雄县人社局", rows)
    for name, town in TOWNS.items():
        with postgres.choosing("sqlite"):
            store = _found(folder / name, TOWNSHIP, town[0].code, town[0].name, list(town))
        for group in "12":
            add_group(store, int(town[1].code) * 1000, f"{group}组")
        enrol(county, store, folder)
        store.close()
    county.close()
    return folder


def stations(folder: Path) -> Path:
    """`folder` with the stations `county`, `乌峰` and `泼机` in it."""
    return copied(_template(postgres.chosen()), folder)


def copied(stations: Path, folder: Path) -> Path:
    """`folder` with copies of closed stations."""
    folder.mkdir(parents=True, exist_ok=True)
    for part in stations.iterdir():
        if part.is_dir():
            postgres.copy_station(part, folder / part.name)
        else:
            shutil.copy(part, folder)
    return folder


def opened(folder: Path, name: str, clock: Clock | None = None) -> Store:
    """One of the stations."""
    return open_station(folder / name, CLERK, PASSWORD, clock=clock)


def take(county: Store, path: Path) -> Imported:
    """The county imports a file."""
    return import_bundle(county, path, PlaceScope)


def send(township: Store, county: Store, path: Path) -> Imported:
    """All changes of the township to the county by way of the file `path`."""
    export_bundle(township, path)
    return take(county, path)


def answer(township: Store, county: Store, path: Path) -> Imported:
    """The county's return bundle to a township, by way of the file `path`."""
    place = station_of(township).place
    export_return(county, place, path, PlaceScope(place))
    return import_bundle(township, path, PlaceScope)


def rows_of(store: Store, kinds: Collection[str] = ()) -> Rows:
    """Every record, or those of some kinds, by type and id with its declared fields."""
    with store.read() as session:
        return {
            (kind, record.id): values_of(record)
            for kind, model in record_types().items()
            if not kinds or kind in kinds
            for record in session.scalars(sa.select(model))
        }
