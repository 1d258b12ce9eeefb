"""Fields in conflict, told to whoever is about to write them.

Writing a field ends the conflict on it (`UnitOfWork`), which is right only for who saw what stands
there. What writes from what was read before, or puts back what stood once, asks here first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Set

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.fields import Field, PlaceRef, Reference, Text, Value
from laborclerk.catalog.values import show
from laborclerk.kernel.errors import Common, Message, Problem, Rejected, reject
from laborclerk.store.base import Record, fields_of
from laborclerk.store.journal import Conflict

_SHORT = 200  # characters: a longer text is not told in a message


class DisputeProblem(Message):
    """Why something was not kept."""

    IN_CONFLICT = "“{labels}”两边填的不一样,还没有核定。您的内容没有存上,请先到“冲突”里核定"


class Disputes:
    """The fields that are in conflict, in the whole store or (`of`) in some records."""

    def __init__(self, session: Session, of: Collection[int] | None = None) -> None:
        query = sa.select(Conflict.record_type, Conflict.record_id, Conflict.field)
        if of is not None:
            query = query.where(Conflict.record_id.in_(of))
        self._fields: dict[tuple[str, int], set[str]] = defaultdict(set)
        for record_type, record_id, key in session.execute(query):
            self._fields[record_type, record_id].add(key)

    def of(self, record: Record) -> Set[str]:
        """The fields of a record that are in conflict."""
        return self._fields.get((record.__tablename__, record.id), set())


def refuse_disputed(session: Session, record: Record, wanted: Mapping[str, Value]) -> None:
    """Rejected when one of the fields that would change is in conflict: for forms that do not show
    what others say."""
    now = {key: value for key, value in wanted.items() if getattr(record, key) != value}
    there = Disputes(session, [record.id]).of(record) if now else set()
    met = [key for key in now if key in there]
    if met:
        labels = "、".join(fields_of(type(record))[key].label for key in met)
        raise reject(DisputeProblem.IN_CONFLICT, labels=labels)


def to_write(
    session: Session,
    record: Record,
    values: Mapping[str, Value],
    seen: Mapping[str, Value] | None = None,
) -> dict[str, Value]:
    """Of a form's `values` those to be written: with what the form had `seen`, what its clerk
    changed; of a record that is deleted all. Rejected when another changed one of them meanwhile,
    or it is in conflict. What the problems tell of (`now` in their params) counts as seen when the
    form is kept once more."""
    known = seen or {} if record.deleted is None else {}
    specs = fields_of(type(record))
    mine = {k: v for k, v in values.items() if k not in known or known[k] != v}
    theirs = [k for k, v in mine.items() if k in known and getattr(record, k) not in (known[k], v)]
    if theirs:
        raise Rejected(_changed(specs[k], getattr(record, k)) for k in theirs)
    refuse_disputed(session, record, mine)
    return mine


def _changed(spec: Field, now: Value) -> Problem:
    kind = spec.type
    if isinstance(kind, PlaceRef | Reference) or (
        isinstance(kind, Text) and kind.max_length > _SHORT
    ):
        return Problem(Common.CHANGED_UNSEEN, {"label": spec.label}).at(field=spec.key)
    told = {"label": spec.label, "value": show(kind, now) or "空", "now": now}
    return Problem(Common.CHANGED_ELSEWHERE, told).at(field=spec.key)
