"""Small stations for the tests of presenters and screens: a township and its county."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from laborclerk.app import create_station
from laborclerk.features.census import household_form, service
from laborclerk.features.census.rounds import need_round, new_round
from laborclerk.features.practice import service as practice
from laborclerk.features.registry import station as founding
from laborclerk.features.registry.places import PlaceRow, add_group
from laborclerk.kernel.clock import Clock
from laborclerk.store.store import Store
from laborclerk.sync.ledger import COUNTY, TOWNSHIP
from laborclerk.ui.jobs import InlineRunner, Runner
from laborclerk.ui.station import Station, look
from tests.prepared import prepared

TOWNSHIP_CODE, COUNTY_CODE = "530627001", "530627"
VILLAGE = 530627001001000
PRACTICE_DAY = 1_795_147_200  # 2026-11-20
CLERK, PASSWORD = "王录入", "secret-1"
DIVISIONS = (
    PlaceRow("530627000000", "镇雄县"),
    PlaceRow("530627001000", "乌峰街道"),
    PlaceRow("530627001001", "油榨街社区居民委员会"),
    PlaceRow("530627001002", "上街村民委员会"),
    PlaceRow("530627101000", "泼机镇"),
    PlaceRow("530627101200", "泼机村民委员会"),
)


def found(folder: Path, level: str, *, round_: bool = True) -> Store:
    """A founded station with a clerk and, for a township, a group and an open round."""
    what = "found", level, round_
    return prepared(what, lambda base: _found(base, level, round_), folder, CLERK, PASSWORD)


def _found(folder: Path, level: str, round_: bool) -> Store:
    store, _ = create_station(folder, CLERK, PASSWORD, scrypt_n=2)
    code = TOWNSHIP_CODE if level == TOWNSHIP else COUNTY_CODE
    founding.found(store, founding.plan(level, code, DIVISIONS))
    if level == TOWNSHIP:
        add_group(store, VILLAGE, "1组")
    if round_:
        new_round(store, {"name": "2026年秋季摸底", "starts": "2026-11-01"})
    return store


def township(folder: Path) -> Store:
    return found(folder, TOWNSHIP)


def county(folder: Path) -> Store:
    return found(folder, COUNTY)


def practised(folder: Path) -> Store:
    """The township to practise with, of 200 persons, on the same day each time."""
    clock = Clock(wall=lambda: PRACTICE_DAY)
    return prepared("practised", _practised, folder, "练习员", "lianxi2026", clock=clock)


def _practised(folder: Path) -> Store:
    clock = Clock(wall=lambda: PRACTICE_DAY)
    store, _ = create_station(folder, "练习员", "lianxi2026", clock=clock, scrypt_n=2)
    founding.found(store, founding.plan(TOWNSHIP, TOWNSHIP_CODE))
    practice.fill(store, people=200)
    return store


def opened(store: Store, runner: Runner | None = None) -> Station:
    """The station as the window has it."""
    tree, round_ = look(store)
    return Station(store, runner or InlineRunner(), tree, round_)


def add_household(store: Store, number: str, head: str, members: int = 1) -> int:
    """A household with a form as a clerk keeps it → its id."""
    with store.read() as session:
        round_id = need_round(session).id
    form = household_form.new_form(store, VILLAGE + 1, round_id, number=number)
    form.household["head_name"] = form.persons[0]["name"] = head
    while len(form.persons) < members:
        form.persons.append(household_form.new_person(form))
    service.save_form(store, form, finish=False)
    return int(form.household["id"])


@dataclass
class Screen:
    """A view that only counts how often it was told."""

    times: int = field(default=0)

    def changed(self) -> None:
        self.times += 1

    def page_changed(self, title: str) -> None:
        self.times += 1
