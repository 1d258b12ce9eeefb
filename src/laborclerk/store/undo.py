"""Undo and redo: appends the inverse of an act where its values still stand.

What has left the building (a bundle, a printed roster) is not undone here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.kernel.errors import Message, Problem, Rejected, reject
from laborclerk.store.base import Record, fields_of, record_types, values_of
from laborclerk.store.disputes import Disputes
from laborclerk.store.history import history
from laborclerk.store.journal import (
    Act,
    Conflict,
    Entry,
    Event,
    Kind,
    act_events,
    conflict_id,
    of_own_act,
)
from laborclerk.store.references import PLACE, named_by, naming
from laborclerk.store.store import Store
from laborclerk.store.versions import unpack_versions
from laborclerk.store.work import UnitOfWork

UNDONE = "8"  # of the code list delete_reason: the creation was taken back
_LOOK_BACK = 500
_PART = 2000  # ids in one statement
FOUNDING = ("places.load",)  # use cases that made the station: no work of a clerk's


class UndoProblem(Message):
    """Why an act was not taken back."""

    NOTHING_TO_UNDO = "没有可以撤销的操作"
    NOTHING_TO_REDO = "没有可以重做的操作"
    NO_SUCH_ENTRY = "没有编号为“{entry}”的变更。编号见 history"
    UNDO_SUPERSEDED = "“{label}”后来又被改过,不能撤销这一步。请先撤销后面的改动,或直接改正"
    UNDO_DISPUTED = (
        "“{label}”两边填的不一样,还没有核定,不能撤销这一步。请先到“冲突”里核定,或直接改正"
    )
    UNDO_IN_USE = "这一步新建的“{label}”后来又有别的内容用到,不能撤销。请先撤销后面加上的内容"
    UNDO_TARGET_GONE = "原来的“{label}”已被撤出或删除,不能撤销这一步。请先恢复它,或直接改正"


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back (or done again): the act, its use case, how many records changed.
    `passed` names the use cases of later acts of which nothing was left to take back."""

    act: int
    use_case: str
    records: int
    touched: Mapping[str, set[int]] = field(default_factory=dict)
    passed: tuple[str, ...] = ()


def _stacks(session: Session, clerk: str) -> tuple[list[Act], list[Act]]:
    """The clerk's acts that can be undone, and those that can be redone, latest last."""
    touching = sa.exists().where(of_own_act(Act.act), Entry.kind != Kind.NOTE)
    acts = session.scalars(
        sa.select(Act)
        .where(Act.device == 0, Act.clerk == clerk)
        .where(Act.use_case.not_in(FOUNDING), touching)
        .order_by(Act.act.desc())
        .limit(_LOOK_BACK)
    ).all()
    by_number = {a.act: a for a in acts}
    depth: dict[int, int] = {}  # 0 an act of work, odd an undo, even a redo
    undo: list[Act] = []
    redo: list[Act] = []
    for act in reversed(acts):
        target = by_number.get(act.undoes) if act.undoes else None
        depth[act.act] = depth[target.act] + 1 if target else 0
        if target is None:
            if act.undoes is None:
                undo.append(act)
                redo.clear()
        else:
            source, sink = (undo, redo) if depth[act.act] % 2 else (redo, undo)
            if target in source:
                source.remove(target)
            sink.append(act)
    return undo, redo


def undo(store: Store, act: int | None = None) -> Undone:
    """Take back the clerk's latest act, or the given one. An act of which nothing is left (its
    values were put back since, by hand or by another clerk) is passed over for the one before.
    Raises Rejected when a later change stands on it; then nothing changes."""
    with store.read() as session:
        undoable, _ = _stacks(session, store.clerk)
        chosen = session.get(Act, (0, act)) if act is not None else None
    if act is not None and chosen is not None:
        return _take_back(store, chosen)
    if act is not None:
        undoable = []
    return _first_that_changes(store, undoable, UndoProblem.NOTHING_TO_UNDO)


def redo(store: Store) -> Undone:
    """Do again what the clerk undid last."""
    with store.read() as session:
        _, redoable = _stacks(session, store.clerk)
    return _first_that_changes(store, redoable, UndoProblem.NOTHING_TO_REDO)


def coming(store: Store, *, again: bool = False) -> tuple[str, int]:
    """What `undo` (`again`: `redo`) would take first: its use case and how many records' changes
    it holds; ("", 0) for nothing. So a caller knows beforehand whether it is long work."""
    with store.read() as session:
        acts = _stacks(session, store.clerk)[again]
        if not acts:
            return "", 0
        count = sa.select(sa.func.count()).where(of_own_act(acts[-1].act))
        return acts[-1].use_case, session.scalar(count) or 0


def _first_that_changes(store: Store, acts: Sequence[Act], nothing: UndoProblem) -> Undone:
    """Take back the last of these acts of which anything is left."""
    passed: list[str] = []
    for act in reversed(acts):
        undone = _take_back(store, act)
        if any(undone.touched.values()):
            return replace(undone, passed=tuple(passed))
        passed.append(undone.use_case)
    raise reject(nothing)


def undo_entry(store: Store, seq: int, device: int = 0) -> Undone:
    """Take back one record's change, whoever made it: the entry `seq` of a device (index). What
    else its act changed stays. Raises Rejected when a later change stands on it."""
    with store.read() as session:
        entry = session.get(Entry, (device, seq))
        act = session.get(Act, (device, entry.act)) if entry else None
        events = act_events(session, entry.act, device) if entry else []
    chosen = [e for e in events if e.seq == seq and e.kind is not Kind.NOTE]
    if act is None or not chosen:
        raise reject(UndoProblem.NO_SUCH_ENTRY, entry=seq)
    if device == 0 and act.clerk == store.clerk and len(events) == 1:
        return _take_back(store, act)
    with store.write("undo.entry") as work:
        changed = _reverse(work, chosen)
    return Undone(act.act, act.use_case, changed, work.outcome.touched)


def _take_back(store: Store, act: Act) -> Undone:
    with store.write(act.use_case, undoes=act.act) as work:
        changed = _reverse(work, reversed(act_events(work.session, act.act)))
    return Undone(act.act, act.use_case, changed, work.outcome.touched)


def _reverse(work: UnitOfWork, events: Iterable[Event]) -> int:
    """Write the inverse of `events` (latest first) → how many records. Raises Rejected."""
    problems: list[Problem] = []
    changed = 0
    unmade: dict[str, set[int]] = defaultdict(set)
    put_back: list[tuple[Record, set[str]]] = []
    disputes = Disputes(work.session)
    for event in events:
        model = record_types().get(event.record_type)
        record = work.get(model, event.record_id) if model else None
        if model is None or record is None or event.kind is Kind.NOTE:
            continue
        changed += 1
        if event.kind is Kind.CREATE:
            if record.deleted is None:
                problems += _changed_since(work.session, record)
                problems += [_disputed(record, key) for key in sorted(disputes.of(record))]
                work.delete(record, UNDONE)
                unmade[event.record_type].add(record.id)
            continue
        put_back.append((record, set(event.changes)))
        for key, (before, after) in event.changes.items():
            if key in event.stood:
                problems += _back_to_conflict(work, event, record, key)
            elif before == after:  # said that it stays
                continue
            elif key in disputes.of(record) and getattr(record, key) != before:
                problems.append(_disputed(record, key))  # others' words would be gone, unread
            elif getattr(record, key) == after:
                setattr(record, key, before)
            elif getattr(record, key) != before:
                problems.append(_superseded(record, key))
    work.flush()
    problems = problems or [*_used(work.session, unmade), *_lost(work, put_back)]
    if problems:
        raise Rejected(problems)
    return changed


def _back_to_conflict(
    work: UnitOfWork, event: Event, record: Record, key: str
) -> Iterator[Problem]:
    """A decision is taken back to the conflict it decided, or done again; not when others spoke
    since, and what stands beside the value is not what stood then."""
    before, after = event.changes[key]
    there = work.session.get(Conflict, conflict_id(event.record_type, record.id, key))
    beside = {value for value, _ in unpack_versions(there.versions)} - {after} if there else set()
    expected = set(event.stood[key]) - {after} if event.kind is Kind.REOPEN else set()
    if getattr(record, key) != after or beside != expected:
        yield _superseded(record, key)
    elif event.kind is Kind.REOPEN:
        work.resolve(record, key, before)
    else:
        work.reopen(record, key, event.stood[key], before)


def _superseded(record: Record, key: str) -> Problem:
    return _told(UndoProblem.UNDO_SUPERSEDED, record, key)


def _disputed(record: Record, key: str) -> Problem:
    return _told(UndoProblem.UNDO_DISPUTED, record, key)


def _told(message: UndoProblem, record: Record, key: str) -> Problem:
    label = fields_of(type(record))[key].label
    return Problem(message, {"label": label}).at(
        record_type=record.__tablename__, record_id=record.id, field=key
    )


def _changed_since(session: Session, record: Record) -> list[Problem]:
    """What was entered into a record after it was made, and still stands."""
    if record.dots is None:
        return []
    made = history(session, record)[0].changes
    return [
        _superseded(record, key)
        for key, value in values_of(record).items()
        if key != "deleted" and value != made.get(key, (None, None))[1]
    ]


def _used(session: Session, unmade: Mapping[str, set[int]]) -> Iterator[Problem]:
    """Living records that name one whose creation is taken back."""
    for kind, ids in unmade.items():
        ordered = sorted(ids)
        for name, key in naming(kind):
            table: Any = record_types()[name].__table__
            for at in range(0, len(ordered), _PART):
                part = ordered[at : at + _PART]
                query = sa.select(table.c.id).where(
                    table.c[key].in_(part), table.c.deleted.is_(None)
                )
                if session.scalar(query.limit(1)) is not None:
                    label = fields_of(record_types()[name])[key].label
                    yield Problem(UndoProblem.UNDO_IN_USE, {"label": label})


def _lost(work: UnitOfWork, put_back: Sequence[tuple[Record, set[str]]]) -> Iterator[Problem]:
    """Living records that would go back to one that is gone, unless the same act has it gone."""
    together = {record.id for record, changed in put_back if "deleted" in changed}
    for record, changed in put_back:
        if record.deleted is not None:
            continue
        for key, named in named_by(record.__tablename__).items():
            target = getattr(record, key)
            if target is None or named == PLACE:
                continue
            if key in changed or "deleted" in changed:
                model = record_types().get(named)
                found = work.get(model, target) if model else None
                if found is None or found.id in together:
                    continue
                if found.deleted is not None:
                    label = fields_of(type(record))[key].label
                    yield Problem(UndoProblem.UNDO_TARGET_GONE, {"label": label})
