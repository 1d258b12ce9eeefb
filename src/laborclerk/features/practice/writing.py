"""Writes a township that was made in memory into a store, through its unit of work; what the clerks
did afterwards as well.

The bulk is written in the name of `LOADER`, so that a learner's undo never reaches it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from laborclerk.features.census.household_form import open_form
from laborclerk.features.census.model import CensusForm, FrameEdition, FrameEntry, Visit
from laborclerk.features.census.service import delete_person, save_form
from laborclerk.features.coverage.model import Assignment, GroupReport, PaperForms
from laborclerk.features.coverage.signoff import sign_off
from laborclerk.features.practice.homes import ENDS, REFERENCE, SIGNED_ON, STARTS
from laborclerk.features.practice.township import LETTERS, Township, Village
from laborclerk.features.registry.model import Household, Person, Place
from laborclerk.kernel.errors import Message, reject
from laborclerk.kernel.progress import Progress
from laborclerk.store.store import Store

LOADER = "练习数据"
TODAY = "2026-11-20"  # what is overdue is so on this day
ROUND_NAME = "2026年秋季摸底"
REPORT_MONTH = "2026-10"
_BACK = "2026-11-15"  # when the paper forms came back


class PracticeProblem(Message):
    """Filling a station with practice data."""

    NOT_EMPTY = "本站已有{count}户,练习数据只能装进新建的空站。请另建一个站点"


def refuse_if_filled(store: Store) -> None:
    """Rejected when the store has households."""
    with store.read() as session:
        count = session.scalar(sa.select(sa.func.count()).select_from(Household)) or 0
    if count:
        raise reject(PracticeProblem.NOT_EMPTY, count=count)


ROUND: dict[str, str] = {
    "name": ROUND_NAME, "starts": STARTS, "ends": ENDS, "reference_date": REFERENCE,
    "form_number": "练习1表", "maker": "练习用,非正式制表机关", "valid_until": ENDS, "basis": "2",
    "approval_number": "练习〔2026〕1号",
}  # fmt: skip
_EDITION = {"name": "2026年6月户籍底册", "as_of": "2026-06-30", "source": "练习"}


@contextmanager
def in_the_name_of(store: Store, clerk: str) -> Iterator[None]:
    before, store.clerk = store.clerk, clerk
    try:
        yield
    finally:
        store.clerk = before


def write(
    store: Store,
    township: Township,
    progress: Progress,
    *,
    edition: int | None = None,
    done: int = 0,
) -> int:
    """Places' groups, frame, households, persons, forms, visits, papers and reports → the frame's
    edition; given one, the entries join it. `done`: persons written before, for the progress."""
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
        if edition is None:
            edition = ids()
            work.create_many(FrameEdition, [_EDITION | {"id": edition}])
        in_frame = township.each(lambda h: [h.household] if h.household["in_frame"] else [])
        work.create_many(Household, in_frame)
        work.create_many(FrameEntry, [_entry(row, edition, ids()) for row in in_frame])
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
    return edition


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


def sign(store: Store, township: Township) -> None:
    """Sign the first village off."""
    village, planted = township.villages[0], township.planted
    reason = "在外务工人员个别信息待补"
    sign_off(store, planted.round, village.place, village.cadres[0], date=SIGNED_ON, reason=reason)


def afterwards(store: Store, township: Township) -> None:
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
