"""Undo and redo: appends the inverse of an act where its values still stand.

What has left the building (a bundle, a printed roster) is not undone here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.kernel.errors import Message, Problem, Rejected, reject
from laborclerk.store.base import fields_of, record_types
from laborclerk.store.journal import Act, Entry, Event, Kind, act_events
from laborclerk.store.store import Store
from laborclerk.store.work import UnitOfWork

UNDONE = "8"  # of the code list delete_reason: the creation was taken back
_LOOK_BACK = 500


class UndoProblem(Message):
    """Why an act was not taken back."""

    NOTHING_TO_UNDO = "没有可以撤销的操作"
    NOTHING_TO_REDO = "没有可以重做的操作"
    NO_SUCH_ENTRY = "没有编号为“{entry}”的变更。编号见 history"
    UNDO_SUPERSEDED = "“{label}”后来又被改过,不能撤销这一步。请先撤销后面的改动,或直接改正"


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back (or done again): the act, its use case, how many records changed."""

    act: int
    use_case: str
    records: int
    touched: Mapping[str, set[int]] = field(default_factory=dict)


def _stacks(session: Session, clerk: str) -> tuple[list[Act], list[Act]]:
    """The clerk's acts that can be undone, and those that can be redone, latest last."""
    touching = sa.exists().where(Entry.device == 0, Entry.act == Act.act, Entry.kind != Kind.NOTE)
    acts = session.scalars(
        sa.select(Act)
        .where(Act.device == 0, Act.clerk == clerk, touching)
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
    """Take back the clerk's latest act, or the given one. Raises Rejected when a later change
    stands on it; then nothing changes."""
    with store.read() as session:
        undoable, _ = _stacks(session, store.clerk)
        chosen = session.get(Act, (0, act)) if act is not None else None
    if act is None and undoable:
        chosen = undoable[-1]
    if chosen is None:
        raise reject(UndoProblem.NOTHING_TO_UNDO)
    return _take_back(store, chosen)


def redo(store: Store) -> Undone:
    """Do again what the clerk undid last."""
    with store.read() as session:
        _, redoable = _stacks(session, store.clerk)
    if not redoable:
        raise reject(UndoProblem.NOTHING_TO_REDO)
    return _take_back(store, redoable[-1])


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
    for event in events:
        model = record_types().get(event.record_type)
        record = work.get(model, event.record_id) if model else None
        if model is None or record is None or event.kind is Kind.NOTE:
            continue
        changed += 1
        if event.kind is Kind.CREATE:
            if record.deleted is None:
                work.delete(record, UNDONE)
            continue
        for key, (before, after) in event.changes.items():
            if getattr(record, key) == after:
                setattr(record, key, before)
            elif getattr(record, key) != before:
                spec = fields_of(model)[key]
                problem = Problem(UndoProblem.UNDO_SUPERSEDED, {"label": spec.label})
                problems.append(
                    problem.at(record_type=event.record_type, record_id=record.id, field=key)
                )
    if problems:
        raise Rejected(problems)
    return changed
