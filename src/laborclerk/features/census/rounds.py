"""Survey rounds: the one that is open, a new one, closing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.fields import Value
from laborclerk.catalog.retirement import LabourRule, labour_rule
from laborclerk.features.census.due import (
    DEFAULT_LABOUR_RULE,
    DEFAULT_REQUIRED_ALL,
    DEFAULT_REQUIRED_GROWN,
    RoundFacts,
)
from laborclerk.features.census.model import Round
from laborclerk.kernel.dates import is_date
from laborclerk.kernel.errors import Message, Problem, Rejected, reject
from laborclerk.kernel.ids import stable_id
from laborclerk.store.base import fields_of
from laborclerk.store.disputes import to_write
from laborclerk.store.store import Store


class RoundProblem(Message):
    """What is wrong with a round."""

    NO_ROUND = "还没有调查轮次。请先在“设置·轮次”里新建一轮"
    ROUND_OPEN = "“{name}”还没有结束。请先结束它,再开新的一轮"
    ROUND_CLOSED = "“{name}”已于{date}结束,不能再录入"
    ROUND_EXISTS = "已有{date}开始的“{name}”。请换一个名称"
    ROUND_FIELD = "轮次的“{label}”必须填写"
    ROUND_DATES = "截止日期早于开始日期。请核对"


def current_round(session: Session) -> Round | None:
    """The open round: the latest that is not closed."""
    return session.scalars(_OPEN).first()


def current_facts(session: Session) -> RoundFacts | None:
    """The facts of the open round, for what asks at every change; without the county."""
    found = session.connection().execute(_OPEN_FACTS).first()
    return None if found is None else round_facts(found)


def facts_to_fill(session: Session, round_id: int) -> RoundFacts:
    """The facts of a round that something is entered into, without the county. Rejected when it
    is not there or closed."""
    found = session.connection().execute(_ITS_FACTS, {"round": round_id}).first()
    if found is None:
        raise reject(RoundProblem.NO_ROUND)
    if found.closed:
        raise reject(RoundProblem.ROUND_CLOSED, name=found.name, date=found.closed)
    return round_facts(found)


_OPEN = (
    sa.select(Round)
    .where(Round.deleted.is_(None), Round.closed.is_(None))
    .order_by(Round.starts.desc(), Round.id)
    .limit(1)
)
_FACTS = (
    Round.id, Round.name, Round.reference_date, Round.starts, Round.labour_rule,
    Round.required_items, Round.severities, Round.closed,
)  # fmt: skip
_OPEN_FACTS = _OPEN.with_only_columns(*_FACTS)
_ITS_FACTS = sa.select(*_FACTS).where(Round.id == sa.bindparam("round"))


def need_round(session: Session) -> Round:
    """The open round, or Rejected saying where to make one."""
    found = current_round(session)
    if found is None:
        raise reject(RoundProblem.NO_ROUND)
    return found


def round_to_read(session: Session) -> Round:
    """The round that is looked at and printed: the open one, else the one closed last, or Rejected
    saying where to make one."""
    found = (
        current_round(session)
        or session.scalars(
            sa.select(Round).where(Round.deleted.is_(None)).order_by(Round.closed.desc(), Round.id)
        ).first()
    )
    if found is None:
        raise reject(RoundProblem.NO_ROUND)
    return found


def all_rounds(session: Session) -> list[Round]:
    """Every round, latest first."""
    return list(
        session.scalars(
            sa.select(Round).where(Round.deleted.is_(None)).order_by(Round.starts.desc())
        )
    )


_LONG_AGO = "2000-01-01"  # where a round lacks its dates, as no form lets one be stored


def _rule_of(code: str | None) -> LabourRule:
    """A round's rule; the usual one for none, and for one that only a newer program knows."""
    try:
        return labour_rule(code or DEFAULT_LABOUR_RULE)
    except KeyError:
        return labour_rule(DEFAULT_LABOUR_RULE)


def round_facts(record: Any) -> RoundFacts:
    """The facts of a stored round, or of a row that has what they need of it."""
    required = tuple(k.strip() for k in (record.required_items or "").split(",") if k.strip())
    pairs = [p.split("=", 1) for p in (record.severities or "").split(",") if "=" in p]
    return RoundFacts(
        id=record.id,
        name=record.name or "",
        reference_date=record.reference_date or record.starts or _LONG_AGO,
        labour_rule=_rule_of(record.labour_rule),
        required=required or DEFAULT_REQUIRED_ALL + DEFAULT_REQUIRED_GROWN,
        severities=tuple((a.strip(), b.strip()) for a, b in pairs),
    )


def new_round(store: Store, values: Mapping[str, Value]) -> int:
    """Open a round; the one before must be closed. `reference_date` defaults to the start. The id
    follows from the name and the year it starts in, so county and townships that open the same
    round meet, though each began on a day of its own: the county then decides on the dates."""
    filled = dict(values)
    filled.setdefault("reference_date", filled.get("starts"))
    filled.setdefault("labour_rule", DEFAULT_LABOUR_RULE)
    _check(filled)
    id_ = stable_id("round", filled["name"], str(filled["starts"])[:4])
    with store.write("round.new") as work:
        still = current_round(work.session)
        if still is not None:
            raise reject(RoundProblem.ROUND_OPEN, name=still.name)
        known = work.get(Round, id_)
        if known is not None:
            raise reject(RoundProblem.ROUND_EXISTS, name=filled["name"], date=known.starts)
        record = work.add(Round(id=id_, **filled))
    return int(record.id)


def change_round(
    store: Store,
    round_id: int,
    values: Mapping[str, Value],
    seen: Mapping[str, Value] | None = None,
) -> None:
    """Change an open round's dates, rule, required items or severities. With what the form had
    `seen` only what differs from it is written; Rejected when another changed that meanwhile."""
    with store.write("round.change") as work:
        record = work.get(Round, round_id)
        if record is None:
            raise reject(RoundProblem.NO_ROUND)
        if record.closed:
            raise reject(RoundProblem.ROUND_CLOSED, name=record.name, date=record.closed)
        work.change(record, to_write(work.session, record, values, seen))
        _check({key: getattr(record, key) for key in fields_of(Round)})


def close_round(store: Store, round_id: int, on: str) -> None:
    """Close a round: its numbers stay, nothing more is entered into it."""
    with store.write("round.close") as work:
        record = work.get(Round, round_id)
        if record is None:
            raise reject(RoundProblem.NO_ROUND)
        work.change(record, {"closed": on})


def _check(values: Mapping[str, Value]) -> None:
    problems = [
        Problem(RoundProblem.ROUND_FIELD, {"label": spec.label}).at(field=key)
        for key, spec in fields_of(Round).items()
        if spec.required and not values.get(key)
    ]
    starts, ends = values.get("starts"), values.get("ends")
    if isinstance(starts, str) and isinstance(ends, str) and is_date(ends) and ends < starts:
        problems.append(Problem(RoundProblem.ROUND_DATES).at(field="ends"))
    if problems:
        raise Rejected(problems)
