"""The practice county: five townships of 镇雄 whose bundles have been read, ready to answer a firm
that wants sixty welders in 福州.

Each township is made as the practice township is, and all share the book of numbers, telephones
and ids. The post of the welders is not there yet: taking it is the exercise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from laborclerk.catalog.divisions import national, short_village_name
from laborclerk.features.census.rounds import new_round
from laborclerk.features.practice.demand import WELDERS, fill_demand
from laborclerk.features.practice.dispatch import FIRST_FITTERS, fill_dispatch
from laborclerk.features.practice.planted import Planted
from laborclerk.features.practice.seeking import write_seeking
from laborclerk.features.practice.service import CLERK, MADE_WITH, PASSWORD, TODAY
from laborclerk.features.practice.township import Township, makers
from laborclerk.features.practice.welders import Across, township_cast
from laborclerk.features.practice.work import write_work
from laborclerk.features.practice.writing import (
    LOADER,
    ROUND,
    afterwards,
    in_the_name_of,
    refuse_if_filled,
    sign,
    write,
)
from laborclerk.features.registry.places import PlaceRow, load_places, place_id
from laborclerk.features.registry.station import beginning, found, plan
from laborclerk.kernel.progress import SILENT, Progress
from laborclerk.store.store import Store
from laborclerk.sync.ledger import COUNTY as LEVEL

COUNTY = "530627000000"  # 云南省昭通市镇雄县
TOWNS = ("530627001000", "530627102000", "530627104000", "530627105000", "530627108000")
PEOPLE = 1500
_VILLAGES = 6  # of each township
_FITTERS = "装配工"


@dataclass(frozen=True)
class County:
    """What was made: numbers, the round's id, what is planted in each township, and (in `planted`)
    what is the county's: demand, dispatch, persons whom two townships have."""

    households: int
    persons: int
    round: int
    towns: list[Planted]
    planted: Planted


def begin_county(
    create: Callable[[Path, str, str], tuple[Store, str]],
    folder: Path,
    *,
    people: int = PEOPLE,
    seed: int = 1,
    progress: Progress = SILENT,
) -> tuple[Store, County]:
    """Make the practice county in an empty or absent folder → (open store, what was made);
    nothing is left of it when that fails or is cancelled."""
    with beginning(create, folder, CLERK, PASSWORD) as (store, _):
        made = fill_county(store, people=people, seed=seed, progress=progress)
        store.set_setting(MADE_WITH, f"{people},{seed},{LEVEL}")
    return store, made


def fill_county(
    store: Store,
    *,
    people: int = PEOPLE,
    seed: int = 1,
    today: str = TODAY,
    progress: Progress = SILENT,
) -> County:
    """Make the practice county in an empty store and found the station: a fifth of `people` in
    each township, or as many as are planted there. Rejected when the store has households."""
    refuse_if_filled(store)
    progress.start("生成练习数据", people)
    rows = [row for code in TOWNS for row in _rows(code)]
    planned = plan(LEVEL, COUNTY, rows)
    makes, across, county = makers(seed), Across(), Planted()
    towns: list[Township] = []
    with in_the_name_of(store, LOADER):
        load_places(store, planned.places, valid_from="2023-06-30")
        county.round = new_round(store, ROUND)
        edition: int | None = None
        done = 0
        for at, code in enumerate(TOWNS):
            villages = [(place_id(r.code), short_village_name(r.name)) for r in _rows(code)[1:]]
            cast = township_cast(at, across)
            town = Township(villages, people // len(TOWNS), makes, today, county.round, cast)
            edition = write(store, town, progress, edition=edition, done=done)
            sign(store, town)
            afterwards(store, town)
            done += town.persons
            towns.append(town)
            county.welders += town.planted.welders
            county.rare_names |= town.planted.rare_names
        county.same_id = across.same_id
        rare, county.rare_names = county.rare_names, {}  # they are not in the batch
        fill_demand(
            store, Random(seed), makes.ids, place_id(COUNTY), today, county, asked=_FITTERS,
            without=WELDERS,
        )  # fmt: skip
        for town in towns:
            write_work(store, town, seed, today)
        fill_dispatch(store, makes.ids, place_id(COUNTY), county, FIRST_FITTERS)
        county.rare_names = rare
        for town in towns:
            write_seeking(store, town, seed, today)
    found(store, planned)
    homes = sum(len(v.homes) for town in towns for v in town.villages)
    return County(homes, done, county.round, [t.planted for t in towns], county)


def _rows(code: str) -> list[PlaceRow]:
    """A township and its villages."""
    villages = national().villages(code)[:_VILLAGES]
    return [
        PlaceRow(code, national().name(code) or ""),
        *(PlaceRow(v.code, v.name) for v in villages),
    ]
