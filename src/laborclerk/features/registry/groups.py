"""The places of a station as they are looked after: who leads a group, how many households stand
in each, what was abolished and who took over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.fields import Value
from laborclerk.features.registry.model import Household, Place
from laborclerk.features.registry.places import PlaceProblem, PlaceTree, level_of, parent_of
from laborclerk.kernel.errors import Common, reject
from laborclerk.store.disputes import to_write
from laborclerk.store.store import Store

EDITABLE = ("name", "leader", "leader_phone")


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """One place; `households` stand in it or below it. `successor` took over from an abolished
    one."""

    id: int
    name: str
    level: str
    leader: str | None
    leader_phone: str | None
    valid_from: str | None
    valid_to: str | None
    successor: int | None
    households: int


def place_lines(session: Session) -> list[PlaceLine]:
    """Every place of the station, abolished ones too, in order of code."""
    rows = session.execute(
        sa.select(
            Place.id, Place.name, Place.level, Place.leader, Place.leader_phone,
            Place.valid_from, Place.valid_to, Place.successor,
        )
        .where(Place.deleted.is_(None))
        .order_by(Place.id)
    ).all()  # fmt: skip
    counts: dict[int, int] = {}
    direct = session.execute(
        sa.select(Household.place, sa.func.count())
        .where(Household.deleted.is_(None), Household.place.is_not(None))
        .group_by(Household.place)
    )
    for place, count in direct:
        at = int(place or 0)
        while True:
            counts[at] = counts.get(at, 0) + int(count)
            above = parent_of(at)
            if above == at:
                break
            at = above
    return [
        PlaceLine(i, name or "", level or "", leader, phone, since, until, after, counts.get(i, 0))
        for i, name, level, leader, phone, since, until, after in rows
    ]


def change_place(
    store: Store, place: int, values: Mapping[str, Value], seen: Mapping[str, Value] | None = None
) -> None:
    """Change a place's leader or telephone, or a group's name. The name of a division is the
    edition's, not the clerk's. With what the form had `seen` only what differs from it is written;
    Rejected when another changed that meanwhile."""
    given = {key: values[key] for key in EDITABLE if key in values}
    with store.write("places.change") as work:
        record = work.get(Place, place)
        if record is None or record.deleted is not None:
            raise reject(PlaceProblem.NO_SUCH_PLACE, name=str(place))
        if level_of(place) != "group":
            given.pop("name", None)
        elif "name" in given:
            name = str(given["name"] or "").strip()
            if not name:
                raise reject(Common.REQUIRED, label="名称")
            tree = PlaceTree.load(work.session)
            village = parent_of(place)
            if any(tree.name(g) == name for g in tree.children(village) if g != place):
                raise reject(PlaceProblem.GROUP_EXISTS, village=tree.name(village), name=name)
            given["name"] = name
        work.change(record, to_write(work.session, record, given, seen))
