"""Moves a place's groups, households and everything else that names it to the place that took over
from it, when a person has confirmed that a division was recoded."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.fields import PlaceRef
from laborclerk.features.registry.model import Place
from laborclerk.features.registry.places import code_of, group_of, level_of
from laborclerk.kernel.errors import Message, reject
from laborclerk.store.base import fields_of, record_types, table_of
from laborclerk.store.journal import Changes
from laborclerk.store.store import Store


class RecodingProblem(Message):
    """Why a recoding is refused."""

    RECODING_LEVEL = "“{old}”与“{new}”级别不同,不能转移。请重新选择"
    RECODING_UNKNOWN = "没有区划 {code}。请先导入新的区划文件"
    RECODING_DONE = "“{name}”已于{date}停用,由“{successor}”接续,不必再转"


@dataclass(frozen=True, slots=True)
class Moved:
    """What a confirmed recoding moved."""

    groups: int
    households: int
    others: int


def confirm_recoding(store: Store, old: int, new: int, on: str = "") -> Moved:
    """A person has confirmed that place `old` is `new` now: its groups are made again there, and
    households, visits, paper forms and all else that names the old place names the new one. The
    old place ends on the day `on` (default today) with its successor. Raises Rejected when either
    is unknown, they differ in level, or it was done before."""
    on = on or store.clock.today()
    with store.write("places.recode") as work:
        before, after = work.get(Place, old), work.get(Place, new)
        for place, record in ((old, before), (new, after)):
            if record is None or record.deleted is not None:
                raise reject(RecodingProblem.RECODING_UNKNOWN, code=code_of(place))
        assert before is not None
        assert after is not None
        if level_of(old) != level_of(new):
            raise reject(RecodingProblem.RECODING_LEVEL, old=before.name, new=after.name)
        if before.valid_to is not None:
            successor = work.get(Place, before.successor) if before.successor else None
            raise reject(
                RecodingProblem.RECODING_DONE,
                name=before.name,
                date=before.valid_to,
                successor=successor.name if successor else "",
            )
        moves, created, ended = _moves(work.session, old, new)
        work.create_many(Place, created)
        work.change(before, {"valid_to": on, "successor": new})
        work.flush()
        work.change_many(
            Place, {g: {"valid_to": (None, on), "successor": (None, moves[g])} for g in ended}
        )
        counts: dict[str, int] = {}
        for name, model in record_types().items():
            for key, spec in fields_of(model).items():
                if name == "place" or not isinstance(spec.type, PlaceRef):
                    continue
                column = table_of(model).c[key]
                query = sa.select(model.id, column).where(column.in_(list(moves)))
                named = work.session.execute(query)
                changes: dict[int, Changes] = {i: {key: (p, moves[p])} for i, p in named}
                work.change_many(model, changes)
                counts[name] = counts.get(name, 0) + len(changes)
    households = counts.pop("household", 0)
    return Moved(len(ended), households, sum(counts.values()))


def _moves(
    session: Session, old: int, new: int
) -> tuple[dict[int, int], list[dict[str, object]], list[int]]:
    """{old id: new id} of a place and, of a village, its groups; the groups to make, to end."""
    moves = {old: new}
    created: list[dict[str, object]] = []
    ended: list[int] = []
    if level_of(old) != "village":
        return moves, created, ended
    table = Place.__table__.c
    columns = (table.id, table.name, table.leader, table.leader_phone)
    inside = sa.select(*columns).where(table.deleted.is_(None), table.valid_to.is_(None))
    here = {r.name: r.id for r in session.execute(inside.where(_groups(new)))}
    taken = {group_of(i) for i in session.scalars(sa.select(table.id).where(_groups(new)))}
    for row in session.execute(inside.where(_groups(old)).order_by(table.id)):
        place = here.get(row.name)
        if place is None:
            number = group_of(row.id)
            if number in taken:
                number = next(n for n in range(1, 1000) if n not in taken)
            taken.add(number)
            place = new + number
            created.append(
                {"id": place, "name": row.name, "level": "group", "leader": row.leader,
                 "leader_phone": row.leader_phone}
            )  # fmt: skip
        moves[row.id] = place
        ended.append(row.id)
    return moves, created, ended


def _groups(village: int) -> sa.ColumnElement[bool]:
    table = Place.__table__.c
    return sa.and_(table.id > village, table.id < village + 1000)
