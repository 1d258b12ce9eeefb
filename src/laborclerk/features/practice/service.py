"""Fills an empty township station with the practice township; see `county` for a county's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from laborclerk.catalog.divisions import national, short_village_name
from laborclerk.features.census.rounds import new_round
from laborclerk.features.practice.demand import fill_demand
from laborclerk.features.practice.dispatch import fill_dispatch
from laborclerk.features.practice.planted import Planted
from laborclerk.features.practice.seeking import write_seeking
from laborclerk.features.practice.township import Township, makers
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
from laborclerk.features.practice.writing import TODAY as TODAY
from laborclerk.features.registry.places import PlaceRow, load_places, place_id
from laborclerk.features.registry.station import beginning, found, plan
from laborclerk.kernel.progress import SILENT, Progress
from laborclerk.store.store import Store
from laborclerk.sync.ledger import TOWNSHIP as LEVEL

TOWNSHIP = "530627001000"  # 云南省昭通市镇雄县乌峰街道
CLERK, PASSWORD = "练习员", "lianxi2026"
MADE_WITH = "practice"  # setting of a practice station: people and seed


@dataclass(frozen=True)
class Made:
    """What was made: numbers of households and of persons in the register, the round's id, and
    what is planted."""

    households: int
    persons: int
    round: int
    planted: Planted


def begin(
    create: Callable[[Path, str, str], tuple[Store, str]],
    folder: Path,
    *,
    people: int = 2000,
    seed: int = 1,
    progress: Progress = SILENT,
) -> tuple[Store, Made]:
    """Make the practice station in an empty or absent folder → (open store, what was made);
    nothing is left of it when that fails or is cancelled."""
    with beginning(create, folder, CLERK, PASSWORD) as (store, _):
        made = fill(store, people=people, seed=seed, progress=progress)
        found(store, plan(LEVEL, TOWNSHIP))
        store.set_setting(MADE_WITH, f"{people},{seed}")
    return store, made


def fill(
    store: Store,
    *,
    people: int = 2000,
    seed: int = 1,
    today: str = TODAY,
    progress: Progress = SILENT,
) -> Made:
    """Make the practice township in an empty store: exactly `people` persons (91 at least).

    The store is one made by `app`: its maintainers count what is signed. The same seed gives the
    same records, ids included; times are those of the store's clock. `today` (YYYY-MM-DD) decides
    which return visits are overdue. Rejected when the store has households.
    """
    refuse_if_filled(store)
    progress.start("生成练习数据", people)
    with in_the_name_of(store, LOADER):
        rows = [PlaceRow(r.code, r.name) for r in national().villages(TOWNSHIP)]
        villages = [(place_id(row.code), short_village_name(row.name)) for row in rows]
        name = national().name(TOWNSHIP) or ""
        load_places(store, [PlaceRow(TOWNSHIP, name), *rows], valid_from="2023-06-30")
        round_id = new_round(store, ROUND)
        township = Township(villages, people, makers(seed), today, round_id)
        write(store, township, progress)
        sign(store, township)
        afterwards(store, township)
        fill_demand(store, Random(seed), township.ids, place_id(TOWNSHIP), today, township.planted)
        write_work(store, township, seed, today)
        fill_dispatch(store, township.ids, place_id(TOWNSHIP), township.planted)
        write_seeking(store, township, seed, today)
    homes = sum(len(v.homes) for v in township.villages)
    return Made(homes, township.persons, round_id, township.planted)
