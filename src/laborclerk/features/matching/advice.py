"""The guidance table (分类指导, 002-27): who does well where. Advice that sorts, never excludes.

A station begins with the lines below; its own table takes their place with the first change.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.fields import Value
from laborclerk.features.demand.service import Kept
from laborclerk.features.matching.model import Advice
from laborclerk.kernel.errors import Common, Message, reject
from laborclerk.kernel.ids import stable_id
from laborclerk.store.base import fields_of, values_of
from laborclerk.store.disputes import to_write
from laborclerk.store.store import Store
from laborclerk.store.work import UnitOfWork

_SOURCE = "分类指导(002-27)"
STANDARD: tuple[dict[str, Any], ...] = (
    {"name": "年轻、有文化的去东南沿海工厂", "age_max": 35, "schooling": "70",
     "industries": "C", "destination": "4,5,6", "points": 8, "basis": _SOURCE},
    {"name": "年纪大、没技能的去省内外建筑、建材、采矿", "age_min": 40, "skilled": False,
     "industries": "B,C,E", "points": 5, "basis": _SOURCE},
    {"name": "年纪大、文化低的去新疆、宁夏做季节工", "age_min": 40, "schooling_below": "80",
     "industries": "A", "destination": "8,9", "seasonal": True, "points": 8, "basis": _SOURCE},
    {"name": "有技能的优先技术岗", "skilled": True, "industries": "C,E", "points": 4,
     "basis": "技能就业"},
    {"name": "55岁以上的就近就业", "age_min": 55, "destination": "1,2", "points": 8,
     "basis": "就地就近就业"},
)  # fmt: skip


class AdviceProblem(Message):
    """The guidance table."""

    ADVICE_AGES = "“年龄到”不能小于“年龄从”。请核对"


def lines(session: Session) -> list[dict[str, Any]]:
    """The table as it stands: the station's own, else what it begins with."""
    query = sa.select(Advice).order_by(Advice.id)
    own = [{"id": a.id, **values_of(a)} for a in session.scalars(query)]
    if own:
        return [line for line in own if not line["deleted"]]
    blank = dict.fromkeys(fields_of(Advice))
    return [{**blank, **line, "id": _id(n)} for n, line in enumerate(STANDARD)]


def save_advice(
    store: Store,
    values: Mapping[str, Value],
    advice_id: int | None = None,
    seen: Mapping[str, Value] | None = None,
) -> Kept:
    """Keep a line of the table (a new one without an id). With what the form had `seen` only what
    differs from it is written; Rejected when another changed that meanwhile."""
    young, old = values.get("age_min"), values.get("age_max")
    if isinstance(young, int) and isinstance(old, int) and old < young:
        raise reject(AdviceProblem.ADVICE_AGES)
    facts = {k: v for k, v in values.items() if k in fields_of(Advice)}
    with store.write("matching.advice") as work:
        _own(work)
        if advice_id is None:
            record = work.add(Advice(**facts))
            work.flush()
        else:
            found = work.get(Advice, advice_id)
            if found is None:
                raise reject(Common.NOT_FOUND, what=advice_id)
            record = found
            work.change(record, to_write(work.session, record, facts, seen))
    return Kept(record.id, [], work.outcome.touched)


def _own(work: UnitOfWork) -> None:
    """The station's own table begins with the standard one."""
    if work.session.scalar(sa.select(Advice.id).limit(1)) is None:
        rows = [{**line, "id": _id(n)} for n, line in enumerate(STANDARD)]
        work.create_many(Advice, rows)


def _id(number: int) -> int:
    return stable_id("advice", number)
