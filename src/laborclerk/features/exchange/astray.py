"""Records that name one which was taken out by somebody who did not know of them: a job entered for
a person whom the county merged away meanwhile, a member added to a household deleted elsewhere.

Neither side wrote over the other, so it is no conflict; but where nobody looks any more, what was
entered would be lost to sight. Such a record is listed (findings.py) and goes by one act to the
registration that was kept, or what it names is taken in again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.features.exchange.words import DELETED, Stations, Words
from laborclerk.features.registry.duplicates.model import SAME, PersonVerdict
from laborclerk.features.registry.model import Household, Person
from laborclerk.kernel.errors import Message, reject
from laborclerk.store.base import Record, fields_of, record_types, table_of
from laborclerk.store.bulk import among
from laborclerk.store.causality import Causality
from laborclerk.store.journal import Conflict, conflict_id
from laborclerk.store.references import PLACE, named_by, naming
from laborclerk.store.versions import Dot, unpack_dots
from laborclerk.store.work import Outcome, UnitOfWork

_VERDICT = PersonVerdict.__tablename__
_PART = 5000


class AstrayProblem(Message):
    """Why a record that hangs on a deleted one was not put right."""

    NOT_ASTRAY = "这一条不用改正了,可能已经有人改正。请刷新后再看"
    KEPT_ELSEWHERE = "合并后保留的登记不在本站,或也已删除。请县里改正"


@dataclass(frozen=True, slots=True)
class Stray:
    """A living record whose field `key` names a record that is gone; who wrote the one and the
    other."""

    record_type: str
    record_id: int
    key: str
    target_type: str
    target: int
    reason: str  # why it was taken out
    named: frozenset[Dot]
    gone: frozenset[Dot]


def found(session: Session, outcome: Outcome, named: Mapping[str, Set[Any]]) -> list[Stray]:
    """Of what an import touched and what names it: the records that hang on one taken out by
    somebody who did not know of them, while they did not know of that either. `named`: whom the new
    records name, by type."""
    gone = {target: _gone(session, target, ids) for target, ids in named.items()}
    strays: list[Stray] = []
    for name, ids in outcome.touched.items():
        merged = outcome.partly.get(name, {})
        for key, target in _named_by(name):
            if gone.get(target):
                by = table_of(record_types()[name]).c[key]
                there = _strays(session, name, key, target, by, gone[target])
                strays += (stray for stray in there if stray.record_id in ids - merged.keys())
            moved = sorted(i for i, shown in merged.items() if key in shown)
            strays += _hanging(session, name, key, target, moved)
        # one that came and went in one import was named by nobody else before
        strays += _left(session, name, [i for i, shown in merged.items() if DELETED in shown])
    causality = Causality(session)
    return [
        stray for stray in dict.fromkeys(strays)
        if stray.gone and not any(
            causality.knew(one, other) or causality.knew(other, one)
            for one in stray.named for other in stray.gone
        )
    ]  # fmt: skip


def decided(session: Session, record_type: str, record_id: int, gone: Iterable[Dot]) -> list[Stray]:
    """What a decision on a deletion leaves: of a record that stays what it names and is gone, of
    one that goes what lives and names it, unless the deletion (`gone`) knew of that."""
    causality = Causality(session)
    knew = [
        stray for stray in _left(session, record_type, [record_id])
        if not any(causality.knew(dot, said) for dot in gone for said in stray.named)
    ]  # fmt: skip
    return [*_all_hanging(session, record_type, [record_id]), *knew]


def standing(session: Session, records: Mapping[str, Iterable[int]]) -> set[tuple[str, int]]:
    """Of these records those that still name one that is gone."""
    return {
        (name, stray.record_id)
        for name, ids in records.items()
        for stray in _all_hanging(session, name, sorted(ids))
    }


def text_of(stray: Stray, words: Words, stations: Stations) -> str:
    """`“务工人员”周小芳已被县站删除(重复录入),删的时候还没有这一条`."""
    model = record_types()[stray.record_type]
    label = fields_of(model)[stray.key].label
    spec = fields_of(record_types()[stray.target_type])[DELETED]
    who = "、".join(sorted({stations.name(dot[0]) for dot in stray.gone}))
    name = words.named(stray.target_type, stray.target).name
    return f"“{label}”{name}已被{who}{words.value(spec, stray.reason)},删的时候还没有这一条"


@dataclass(frozen=True, slots=True)
class WayOut:
    """What `mend` would do, for a button; '' when nothing is to be done any more, or not here.
    Undo takes back only what was taken in: no record may name again one that is gone."""

    text: str = ""
    can_undo: bool = False


def way_out(session: Session, words: Words, record_type: str, record_id: int) -> WayOut:
    """How `mend` would put the record right."""
    for stray in _all_hanging(session, record_type, [record_id]):
        kept = _merged_into(session, stray)
        if kept is None:
            return WayOut(f"恢复{words.named(stray.target_type, stray.target).name}", can_undo=True)
        return WayOut("归到保留的那条登记" if _is_living(session, kept) else "")
    return WayOut()


def mend(work: UnitOfWork, record_type: str, record_id: int) -> None:
    """Have the record name the registration that was kept; where none was, take in again what it
    names, and the household that lies in. Raises Rejected when it hangs on nothing, or the kept
    registration is not here (another township's) or gone."""
    strays = list(_all_hanging(work.session, record_type, [record_id]))
    if not strays:
        raise reject(AstrayProblem.NOT_ASTRAY)
    for stray in strays:
        kept = _merged_into(work.session, stray)
        if kept is None:
            _take_in(work, work.session.get_one(record_types()[stray.target_type], stray.target))
        elif _is_living(work.session, kept):
            record = work.session.get_one(record_types()[record_type], record_id)
            work.change(record, {stray.key: kept})
        else:
            raise reject(AstrayProblem.KEPT_ELSEWHERE)


def _take_in(work: UnitOfWork, record: Record) -> None:
    if record.deleted is not None:
        work.change(record, {DELETED: None})
    if isinstance(record, Person) and record.household is not None:
        home = work.session.get(Household, record.household)
        if home is not None:
            _take_in(work, home)


def _merged_into(session: Session, stray: Stray) -> int | None:
    """Whom a person who is gone was merged into, however often; None when she was not."""
    if stray.target_type != Person.__tablename__:
        return None
    verdict, chain = PersonVerdict, [stray.target]
    while True:
        kept = session.scalar(
            sa.select(verdict.kept).where(
                sa.or_(verdict.person_a == chain[-1], verdict.person_b == chain[-1]),
                verdict.verdict == SAME, verdict.deleted.is_(None), verdict.kept.not_in(chain),
            )
        )  # fmt: skip
        if kept is None:
            return chain[-1] if len(chain) > 1 else None
        chain.append(kept)
        if _is_living(session, kept):
            return kept


def _is_living(session: Session, person: int) -> bool:
    found = sa.select(Person.id).where(Person.id == person, Person.deleted.is_(None))
    return session.scalar(found) is not None


# -- finding them --------------------------------------------------------------------------------


def _named_by(record_type: str) -> Iterable[tuple[str, str]]:
    """Fields and the records they name; a decision on doubles is about whom it names, gone or not,
    and places are closed, not deleted."""
    if record_type == _VERDICT:
        return ()
    return ((key, name) for key, name in named_by(record_type).items() if name != PLACE)


def _all_hanging(session: Session, record_type: str, ids: list[int]) -> Iterator[Stray]:
    """Of these records those that live and name one that is gone, in whichever field."""
    for key, target in _named_by(record_type):
        yield from _hanging(session, record_type, key, target, ids)


def _hanging(
    session: Session, record_type: str, key: str, target: str, ids: list[int]
) -> Iterator[Stray]:
    own = table_of(record_types()[record_type])
    yield from _strays(session, record_type, key, target, own.c.id, ids)


def _left(session: Session, target: str, ids: list[int]) -> Iterator[Stray]:
    """What lives and names one of these that are gone."""
    gone = _gone(session, target, ids)
    for name, key in naming(target) if gone else ():
        if name != _VERDICT:
            by = table_of(record_types()[name]).c[key]
            yield from _strays(session, name, key, target, by, gone)


def _gone(session: Session, record_type: str, ids: Iterable[int | None]) -> list[int]:
    """Those of these records that are deleted; places are closed instead."""
    if record_type == PLACE:
        return []
    table = table_of(record_types()[record_type])
    query = sa.select(table.c.id).where(table.c.deleted.is_not(None))
    return [
        i
        for part in _parts(sorted(i for i in ids if i is not None))
        for i in session.scalars(query.where(among(table.c.id, part)))
    ]


def _strays(
    session: Session, record_type: str, key: str, target: str, by: Any, ids: list[int]
) -> Iterator[Stray]:
    own = table_of(record_types()[record_type])
    other = table_of(record_types()[target]).alias("other")
    query = (
        sa.select(
            own.c.id, own.c.dots, own.c.origin_device, own.c.origin_seq,
            other.c.id, other.c.deleted, other.c.dots,
        )
        .join(other, other.c.id == own.c[key])
        .where(own.c.deleted.is_(None), other.c.deleted.is_not(None))
    )  # fmt: skip
    for part in _parts(ids):
        rows = session.connection().execute(query.where(among(by, part))).all()
        disputed = _disputed(session, target, {row[4] for row in rows})
        for record_id, dots, *origin, target_id, reason, gone in rows:
            if target_id not in disputed:
                said = unpack_dots(dots).get(key) or (tuple(origin),)
                yield Stray(
                    record_type, record_id, key, target, target_id, reason,
                    frozenset(said), frozenset(unpack_dots(gone).get(DELETED, ())),
                )  # fmt: skip


def _disputed(session: Session, record_type: str, ids: Set[int]) -> set[int]:
    """Of which it is open whether they stay: they are listed as conflicts."""
    numbers = {conflict_id(record_type, i, DELETED): i for i in ids}
    if not numbers:
        return set()
    there = session.scalars(sa.select(Conflict.id).where(among(table_of(Conflict).c.id, numbers)))
    return {numbers[number] for number in there}


def _parts(ids: list[int]) -> Iterator[list[int]]:
    return (ids[at : at + _PART] for at in range(0, len(ids), _PART))
