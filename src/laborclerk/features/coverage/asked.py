"""The groups whose leaders are asked every month (003-05), and whom to call.

The collection round and the monthly update of the work register ask the same people.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.features.registry.model import Place
from laborclerk.features.registry.places import PlaceTree, ancestor, level_of, subtree


@dataclass(frozen=True, slots=True)
class AskedGroup:
    """A group and its leader; `last_month` is the month that was last told before."""

    place: int
    village: str
    name: str
    leader: str
    phone: str
    last_month: str | None


def groups(tree: PlaceTree, place: int) -> list[int]:
    """The groups that report below a place; a village without groups stands for itself."""
    found = []
    for village in tree.villages(place) or [ancestor(place, "village")]:
        found += tree.children(village) or [village]
    low, high = subtree(place)
    return [group for group in found if low <= group < high]


def asked_groups(session: Session, told: Any, month: str, place: int) -> list[AskedGroup]:
    """Every group below a place in order of code; `told` is the table of what leaders tell, with
    `place`, `month` and `deleted`."""
    low, high = subtree(place)
    tree = PlaceTree.load(session)
    leaders = {
        key: (leader or "", phone or "")
        for key, leader, phone in session.execute(
            sa.select(Place.id, Place.leader, Place.leader_phone).where(
                Place.id >= low, Place.id < high
            )
        )
    }
    c = told.c
    before: dict[int, str] = dict(
        session.execute(
            sa.select(c.place, sa.func.max(c.month))
            .where(c.place >= low, c.place < high, c.month < month, c.deleted.is_(None))
            .group_by(c.place)
        ).all()
    )
    return [
        AskedGroup(
            group, tree.name(ancestor(group, "village")),
            tree.name(group) if level_of(group) == "group" else "",
            *leaders.get(group, ("", "")), before.get(group),
        )
        for group in groups(tree, place)
    ]  # fmt: skip
