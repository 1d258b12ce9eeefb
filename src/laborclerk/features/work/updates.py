"""The monthly round of the work register (003-05): each group's leader tells who is away, who left
and who came back; who has not reported is a list, and what was told is compared with the register.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.fields import Value
from laborclerk.features.coverage.asked import asked_groups
from laborclerk.features.registry.model import Household, Place
from laborclerk.features.registry.places import level_of, subtree
from laborclerk.features.work.model import WorkUpdate, update_id
from laborclerk.features.work.service import Saved
from laborclerk.features.work.state import LOCAL, PERSON, SPELL
from laborclerk.kernel.dates import day_before, month_end
from laborclerk.kernel.errors import Message, reject
from laborclerk.store.disputes import to_write
from laborclerk.store.store import Store

HOME: Any = Household.__table__
Counts = dict[int, int]


class UpdateProblem(Message):
    """The monthly updates of the work register."""

    UPDATE_PLACE = "“{place}”不是村民小组。请选上报的组"
    UPDATE_COUNT = "人数应为0–9999的整数。没有填0"
    UPDATE_GONE = "没有找到这次上报。请按F5刷新"


@dataclass(frozen=True, slots=True)
class UpdateLine:
    """One group in one month: what its leader told (None: has not reported, or did not say) and
    what the register counts at the end of the month (`…_now`)."""

    place: int
    village: str
    name: str
    leader: str
    phone: str
    away_now: int
    left_now: int
    back_now: int
    date: str | None = None
    reporter: str = ""
    away: int | None = None
    left: int | None = None
    back: int | None = None
    note: str = ""
    last_month: str | None = None

    @property
    def reported(self) -> bool:
        return self.date is not None

    @property
    def agrees(self) -> bool:
        """Whether what was told is what the register has (X-05: shown, never corrected)."""
        pairs = (
            (self.away, self.away_now), (self.left, self.left_now), (self.back, self.back_now)
        )  # fmt: skip
        return all(told is None or told == counted for told, counted in pairs)


def update(
    store: Store,
    month: str,
    place: int,
    values: Mapping[str, Value],
    seen: Mapping[str, Value] | None = None,
) -> Saved:
    """Record what a group's leader told; a second report of the month replaces the first (with
    what the form had `seen`, in what differs from it). The reporter defaults to the group's
    leader, the date to today. Rejected when another changed that meanwhile."""
    for key in ("away", "left", "back"):
        count = values.get(key)
        if count is not None and not (isinstance(count, int) and 0 <= count <= 9999):
            raise reject(UpdateProblem.UPDATE_COUNT)
    with store.write("work.update") as work:
        group = work.get(Place, place)
        if group is None or level_of(place) not in ("village", "group"):
            raise reject(UpdateProblem.UPDATE_PLACE, place=str(place))
        said: dict[str, Value] = {
            "month": month, "place": place, "date": values.get("date") or store.clock.today(),
            "reporter": values.get("reporter") or group.leader, "deleted": None,
            **{key: values.get(key) for key in ("away", "left", "back", "note")},
        }  # fmt: skip
        record = work.get(WorkUpdate, update_id(month, place))
        if record is None:
            record = work.add(WorkUpdate(id=update_id(month, place), **said))
        else:
            work.change(record, to_write(work.session, record, said, seen))
    return Saved(record.id, [], work.outcome.touched)


def take_back(store: Store, month: str, place: int) -> Saved:
    """Delete a report that was entered wrongly."""
    with store.write("work.update") as work:
        record = work.get(WorkUpdate, update_id(month, place))
        if record is None or record.deleted is not None:
            raise reject(UpdateProblem.UPDATE_GONE)
        work.delete(record, "4")
    return Saved(record.id, [], work.outcome.touched)


def updates(session: Session, month: str, place: int) -> list[UpdateLine]:
    """Every group below a place in a month, in order of code."""
    low, high = subtree(place)
    told = {
        u.place: u
        for u in session.scalars(
            sa.select(WorkUpdate).where(
                WorkUpdate.month == month, WorkUpdate.place >= low, WorkUpdate.place < high,
                WorkUpdate.deleted.is_(None),
            )
        )
    }  # fmt: skip
    away, left, back = _counted(session, month, low, high)
    lines = []
    for group in asked_groups(session, WorkUpdate.__table__, month, place):
        said, key = told.get(group.place), group.place
        lines.append(
            UpdateLine(
                key, group.village, group.name, group.leader, group.phone,
                away.get(key, 0), left.get(key, 0), back.get(key, 0),
                *((said.date, said.reporter or "", said.away, said.left, said.back,
                   said.note or "") if said else (None, "", None, None, None, "")),
                last_month=group.last_month,
            )
        )  # fmt: skip
    return lines


def not_reported(session: Session, month: str, place: int) -> list[UpdateLine]:
    """Who has not reported the month yet."""
    return [line for line in updates(session, month, place) if not line.reported]


def _counted(session: Session, month: str, low: int, high: int) -> tuple[Counts, Counts, Counts]:
    """By group: who is away at the end of the month, who left in it, who came back in it; in one
    grouped scan. Of spells that run at once the one that began last counts, as in `state`."""
    last, before = month_end(month), day_before(f"{month}-01")
    spell = SPELL.c
    dated = spell.start.concat(sa.func.coalesce(spell.scope, ""))

    def out(day: str) -> Any:
        """1 for who is away on the day: the scope behind the ten characters of the latest start."""
        runs_then = sa.and_(spell.start <= day, sa.or_(spell.end.is_(None), spell.end >= day))
        latest = sa.func.max(sa.case((runs_then, dated)))
        return sa.case((sa.func.substr(latest, 11) != LOCAL, 1), else_=0)

    people = (
        sa.select(HOME.c.place, out(last).label("now"), out(before).label("was"))
        .select_from(
            HOME.join(PERSON, PERSON.c.household == HOME.c.id).join(
                SPELL, spell.person == PERSON.c.id
            )
        )
        .where(HOME.c.place >= low, HOME.c.place < high, PERSON.c.deleted.is_(None))
        .where(spell.deleted.is_(None), spell.start <= last)
        .where(sa.or_(spell.end.is_(None), spell.end >= before))
        .group_by(HOME.c.place, PERSON.c.id)
        .subquery()
    )
    p = people.c
    query = sa.select(
        p.place, sa.func.sum(p.now), sa.func.sum(p.now * (1 - p.was)),
        sa.func.sum(p.was * (1 - p.now)),
    ).group_by(p.place)  # fmt: skip
    away, left, back = Counts(), Counts(), Counts()
    for place, now, gone, came in session.execute(query):
        away[place], left[place], back[place] = int(now), int(gone), int(came)
    return away, left, back
