"""Fills an empty township station with the practice township, through the store's unit of work.

The bulk is written in the name of `LOADER`, so that a learner's undo never reaches it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import sqlalchemy as sa

from laborclerk.catalog.divisions import national, short_village_name
from laborclerk.features.census.household_form import open_form
from laborclerk.features.census.model import CensusForm, FrameEdition, FrameEntry, Visit
from laborclerk.features.census.rounds import new_round
from laborclerk.features.census.service import delete_person, save_form
from laborclerk.features.coverage.model import Assignment, GroupReport, PaperForms
from laborclerk.features.coverage.signoff import sign_off
from laborclerk.features.practice.demand import fill_demand
from laborclerk.features.practice.dispatch import fill_dispatch
from laborclerk.features.practice.homes import ENDS, REFERENCE, SIGNED_ON, STARTS
from laborclerk.features.practice.planted import Planted
from laborclerk.features.practice.township import LETTERS, Township, Village
from laborclerk.features.practice.work import write_work
from laborclerk.features.registry.model import Household, Person, Place
from laborclerk.features.registry.places import PlaceRow, load_places, place_id
from laborclerk.features.registry.station import beginning, found, plan
from laborclerk.kernel.errors import Message, reject
from laborclerk.kernel.progress import SILENT, Progress
from laborclerk.store.store import Store
from laborclerk.sync.ledger import TOWNSHIP as LEVEL

TOWNSHIP = "530627001000"  # 云南省昭通市镇雄县乌峰街道
CLERK, PASSWORD = "练习员", "lianxi2026"
MADE_WITH = "practice"  # setting of a practice station: people and seed
LOADER = "练习数据"
TODAY = "2026-11-20"  # what is overdue is so on this day
ROUND_NAME = "2026年秋季摸底"
_BACK = "2026-11-15"  # when the paper forms came back
REPORT_MONTH = "2026-10"


class PracticeProblem(Message):
    """Filling a station with practice data."""

    NOT_EMPTY = "本站已有{count}户,练习数据只能装进新建的空站。请另建一个站点"


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
    with store.read() as session:
        count = session.scalar(sa.select(sa.func.count()).select_from(Household)) or 0
    if count:
        raise reject(PracticeProblem.NOT_EMPTY, count=count)
    progress.start("生成练习数据", people)
    with _in_the_name_of(store, LOADER):
        rows = [PlaceRow(r.code, r.name) for r in national().villages(TOWNSHIP)]
        villages = [(place_id(row.code), short_village_name(row.name)) for row in rows]
        name = national().name(TOWNSHIP) or ""
        load_places(store, [PlaceRow(TOWNSHIP, name), *rows], valid_from="2023-06-30")
        round_id = new_round(store, _ROUND)
        township = Township(villages, people, seed, today, round_id)
        _write(store, township, progress)
        _sign(store, township)
        _afterwards(store, township)
        fill_demand(store, Random(seed), township.ids, place_id(TOWNSHIP), today, township.planted)
        write_work(store, township, seed, today)
        fill_dispatch(store, township.ids, place_id(TOWNSHIP), township.planted)
    homes = sum(len(v.homes) for v in township.villages)
    return Made(homes, township.persons, round_id, township.planted)


_ROUND: dict[str, str] = {
    "name": ROUND_NAME, "starts": STARTS, "ends": ENDS, "reference_date": REFERENCE,
    "form_number": "练习1表", "maker": "练习用,非正式制表机关", "valid_until": ENDS, "basis": "2",
    "approval_number": "练习〔2026〕1号",
}  # fmt: skip


@contextmanager
def _in_the_name_of(store: Store, clerk: str) -> Iterator[None]:
    before, store.clerk = store.clerk, clerk
    try:
        yield
    finally:
        store.clerk = before


def _write(store: Store, township: Township, progress: Progress) -> None:
    ids = township.ids
    with store.write("practice.places") as work:
        work.create_many(Place, [row for v in township.villages for row in _groups(v)])
        work.create_many(
            Assignment,
            [
                {"id": ids(), "place": v.place, "letter": letter, "clerk": f"录入员{letter}"}
                for v, letter in zip(township.villages, LETTERS, strict=False)
            ],
        )
    with store.write("frame.import") as work:
        edition = ids()
        work.create_many(
            FrameEdition,
            [{"id": edition, "name": "2026年6月户籍底册", "as_of": "2026-06-30", "source": "练习"}],
        )
        in_frame = township.each(lambda h: [h.household] if h.household["in_frame"] else [])
        work.create_many(Household, in_frame)
        work.create_many(FrameEntry, [_entry(row, edition, ids()) for row in in_frame])
    done = 0
    for village in township.villages:
        with store.write("practice.census") as work:
            homes = [home for group in village.groups for home in group]
            found = [h.household for h in homes if not h.household["in_frame"]]
            work.create_many(Household, found)
            work.create_many(Person, [p for h in homes for p in h.persons])
            work.create_many(CensusForm, [h.form for h in homes if h.form is not None])
            work.create_many(Visit, [v for h in homes for v in h.visits])
        done += sum(len(h.persons) for h in homes)
        progress.step(done)
    with store.write("practice.papers") as work:
        work.create_many(PaperForms, list(_papers(township)))
        work.create_many(GroupReport, list(_reports(township)))
    township.planted.laptops = {
        v.place: letter for v, letter in zip(township.villages, LETTERS, strict=False)
    }


def _groups(village: Village) -> Iterator[dict[str, Any]]:
    for number, (leader, phone) in enumerate(village.leaders, 1):
        yield {
            "id": village.place + number, "name": f"{number}组", "level": "group",
            "leader": leader, "leader_phone": phone,
        }  # fmt: skip


def _entry(household: dict[str, Any], edition: int, entry: int) -> dict[str, Any]:
    return {
        "id": entry, "edition": edition, "household": household["id"],
        "place": household["place"], "number": household["number"],
        "head_name": household["head_name"], "persons": household["registered_count"],
    }  # fmt: skip


def _papers(township: Township) -> Iterator[dict[str, Any]]:
    """Forms issued to every group of the first three villages; what was filled came back."""
    planted = township.planted
    for village in township.villages[:3]:
        for number, homes in enumerate(village.groups, 1):
            place = village.place + number
            filled = sum(home.form is not None for home in homes)
            spoilt = 1 if number == 1 else 0
            counts = (len(homes) + 3, filled, spoilt)
            planted.paper[place] = counts
            for kind, count, day in zip("123", counts, (STARTS, _BACK, _BACK), strict=True):
                if count:
                    yield {
                        "id": township.ids(), "round": planted.round, "place": place, "date": day,
                        "kind": kind, "count": count, "person": village.leaders[number - 1][0],
                        "numbers": f"0001-{count:04d}" if kind == "1" else None,
                    }  # fmt: skip


def _reports(township: Township) -> Iterator[dict[str, Any]]:
    """Every group's report of September; every third is missing in October."""
    planted = township.planted
    planted.report_month = REPORT_MONTH
    groups = [
        (village.place + number, leader)
        for village in township.villages
        for number, (leader, _) in enumerate(village.leaders, 1)
    ]
    for month, day in (("2026-09", "2026-10-03"), (REPORT_MONTH, "2026-11-03")):
        for at, (place, leader) in enumerate(groups):
            if month == REPORT_MONTH and at % 3 == 2:
                planted.no_report.append(place)
                continue
            yield {
                "id": township.ids(), "month": month, "place": place, "date": day,
                "reporter": leader, "changes": township.chance.randint(0, 6),
            }  # fmt: skip


def _sign(store: Store, township: Township) -> None:
    """Sign the first village off."""
    village, planted = township.villages[0], township.planted
    reason = "在外务工人员个别信息待补"
    sign_off(store, planted.round, village.place, village.cadres[0], date=SIGNED_ON, reason=reason)


def _afterwards(store: Store, township: Township) -> None:
    """What clerks did later: a death in the signed village, persons entered twice taken out."""
    planted = township.planted
    for house in planted.changed_after_signing:
        form = open_form(store, house, planted.round)
        form.form["survey_date"] = "2026-11-16"
        form.persons[-1] |= {"presence": "11", "presence_since": "2026-11-14"}
        planted.due_all_the_same.append(form.persons[-1]["id"])
        save_form(store, form, finish=True)
    twice = [h for h in township.villages[1].homes if h.role == "done" and not h.exact][:2]
    for home, reason in zip(twice, "34", strict=False):
        person = dict(home.persons[-1]) | {"id": township.ids()}
        with store.write("census.save") as work:
            work.create_many(Person, [person])
        delete_person(store, person["id"], reason)
        planted.deleted.append(person["id"])
