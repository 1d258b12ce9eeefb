"""Deciding conflicts: one at a time or all alike in one act. A decision is an act like any other:
it travels, and undo opens the conflict again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog import values
from laborclerk.catalog.fields import Field, Value
from laborclerk.features.census.edit import read_typed
from laborclerk.features.census.service import check_number
from laborclerk.features.exchange import findings
from laborclerk.features.exchange.conflicts import (
    PART,
    ConflictProblem,
    Seen,
    Spoken,
    spoken,
    takes_another,
)
from laborclerk.features.exchange.words import DELETED, Sources, Stations
from laborclerk.features.registry.place_values import RegisterPlaces
from laborclerk.features.registry.places import PlaceTree
from laborclerk.kernel.errors import Problem, Rejected, Severity, reject
from laborclerk.kernel.ids import show_id
from laborclerk.store.base import Record, fields_of, record_types, values_of
from laborclerk.store.journal import Conflict, conflict_id
from laborclerk.store.store import Store
from laborclerk.store.versions import unpack_versions
from laborclerk.store.work import UnitOfWork


class Rule(StrEnum):
    """Whose word counts, over many conflicts."""

    COUNTY = "county"
    TOWNSHIP = "township"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Another:
    """What another value than all of these is asked for with: its field, what reading it depends
    on, the value that is shown now."""

    spec: Field
    context: values.Context
    held: Value


@dataclass(frozen=True, slots=True)
class Resolved:
    """What was decided: the act, the conflicts, what they touched and what to know besides."""

    act: int
    ids: tuple[int, ...]
    touched: Mapping[str, set[int]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def resolve(
    store: Store,
    conflict: int,
    *,
    keep: int | None = None,
    value: str | None = None,
    reason: str = "",
    seen: Sequence[Value] | None = None,
) -> Resolved:
    """Decide a conflict: `keep` the voice at this position (from 1), or what is typed in `value`
    ('' empties). `reason` is kept for the audit. Rejected when it is not open any more, the text
    cannot be read, or others stand there by now than the values that were `seen`, in their order.
    """
    if (keep is None) == (value is None):
        raise ValueError("one of keep and value")
    with store.write("conflict.resolve") as work:
        row = _open(work.session, conflict, seen)
        told: list[Problem] = []
        record = _record(work, row)
        if value is None:
            assert keep is not None
            chosen = _voice(row, record, keep)
        else:
            chosen, told = _typed(store, work.session, record, row.field, value)
        _decide(store, work, record, row.field, chosen, reason)
    return Resolved(work.outcome.act, (conflict,), work.outcome.touched, tuple(told))


def another(store: Store, conflict: int) -> Another:
    """What another value is asked for with. Rejected when the conflict is not open any more, or
    only what is there can be kept."""
    with store.read() as session:
        row = _open(session, conflict)
        record = session.get_one(record_types()[row.record_type], row.record_id)
        spec = _fillable(record, row.field)
        return Another(spec, _context(store, session, record), values_of(record)[row.field])


def fill(
    store: Store, conflict: int, value: Value, seen: Sequence[Value] | None = None
) -> Resolved:
    """Decide a conflict by another value, given as it is stored. Rejected like `another`, and for
    what was `seen` like `resolve`."""
    with store.write("conflict.resolve") as work:
        row = _open(work.session, conflict, seen)
        record = _record(work, row)
        _fillable(record, row.field)
        _decide(store, work, record, row.field, value, "")
    return Resolved(work.outcome.act, (conflict,), work.outcome.touched)


def resolve_alike(store: Store, seen: Seen, rule: Rule | int, reason: str = "") -> Resolved:
    """Decide many by one rule, in one act: the county's word, the township's, the later one, or
    that of one device (index). Those where no single voice fits, or others stand by now than were
    `seen`, stay open, and so do those of which the later word is wanted and a time lies in the
    future; the problems say how many."""
    wanted = list(seen)
    done: list[int] = []
    untold = 0
    with store.write("conflict.resolve") as work:
        stations = Stations(store, work.session)
        sources = Sources(work.session, stations)
        open_now: list[Conflict] = []
        for at in range(0, len(wanted), PART):
            query = sa.select(Conflict).where(Conflict.id.in_(wanted[at : at + PART]))
            open_now += work.session.scalars(query.order_by(Conflict.id))
        rows = spoken(work.session, open_now)
        sources.read(dot for row in rows for dot in row.dots)
        for row in rows:
            if rule is Rule.LATER and any(source.ahead for source in sources.of(row.dots)):
                untold += 1
                continue
            fits = _fitting(row, rule, sources, stations.county)
            if len(fits) == 1 and row.values == tuple(seen[row.id]):
                _decide(store, work, _record(work, row), row.field, fits[0], reason)
                done.append(row.id)
    left = {
        ConflictProblem.CONFLICTS_WRONG_TIME: untold,
        ConflictProblem.CONFLICTS_PASSED: len(wanted) - len(done) - untold,
    }
    told = tuple(Problem(why, {"count": n}, Severity.WARN) for why, n in left.items() if n)
    return Resolved(work.outcome.act, tuple(done), work.outcome.touched, told)


def _fitting(row: Spoken, rule: Rule | int, sources: Sources, county: set[int]) -> list[Value]:
    if rule is Rule.LATER:
        latest = {n: sources.of(dots)[0].at or 0 for n, (_, dots) in enumerate(row.versions)}
        top = max(latest.values())
        return [row.versions[n][0] for n, at in latest.items() if at == top]
    return [
        value for value, dots in row.versions
        if any(
            device in county if rule is Rule.COUNTY
            else device not in county if rule is Rule.TOWNSHIP
            else device == rule
            for device, _ in dots
        )
    ]  # fmt: skip


def _open(session: Session, conflict: int, seen: Sequence[Value] | None = None) -> Conflict:
    row = session.get(Conflict, conflict)
    if row is None:
        raise reject(ConflictProblem.CONFLICT_UNKNOWN, id=show_id(conflict))
    if seen is not None and list(seen) != [value for value, _ in unpack_versions(row.versions)]:
        raise reject(ConflictProblem.CONFLICT_CHANGED)
    return row


def _record(work: UnitOfWork, row: Conflict | Spoken) -> Record:
    found = work.get(record_types()[row.record_type], row.record_id)
    assert found is not None
    return found


def _voice(row: Conflict, record: Record, keep: int) -> Value:
    versions = unpack_versions(row.versions)
    if not 1 <= keep <= len(versions):
        label = fields_of(type(record))[row.field].label
        raise reject(ConflictProblem.CONFLICT_CHOICE, label=label, number=keep, count=len(versions))
    return versions[keep - 1][0]


def _decide(
    store: Store, work: UnitOfWork, record: Record, key: str, value: Value, reason: str
) -> None:
    if key == DELETED:
        row = work.session.get_one(Conflict, conflict_id(record.__tablename__, record.id, key))
        said = unpack_versions(row.versions)
        gone = {dot for word, dots in said if word is not None for dot in dots}
        work.resolve(record, key, value)
        findings.decided(store, work, record, gone)
    else:
        work.resolve(record, key, value)
    if key == "number" and record.__tablename__ == "household" and record.deleted is None:
        check_number(work, {"id": record.id, **values_of(record)})
    if reason:
        work.note(record.__tablename__, record.id, reason=reason)


def _fillable(record: Record, key: str) -> Field:
    """The field of a conflict, which takes other values than those that are there."""
    spec = fields_of(type(record))[key]
    if not takes_another(spec):
        raise reject(ConflictProblem.CONFLICT_ONLY_KEEP, label=spec.label)
    return spec


def _context(store: Store, session: Session, record: Record) -> values.Context:
    known: dict[str, Any] = values_of(record)
    return values.Context(
        today=store.clock.today(),
        id_kind=known.get("id_type"),
        sex=known.get("sex"),
        codes_by="code",
        places=RegisterPlaces(PlaceTree.load(session)),
    )


def _typed(
    store: Store, session: Session, record: Record, key: str, text: str
) -> tuple[Value, list[Problem]]:
    """The stored value of what was typed, and what is doubtful in it."""
    spec = _fillable(record, key)
    reading = read_typed(spec, text, _context(store, session, record))
    told = [
        p.at(record_type=record.__tablename__, record_id=record.id, field=key)
        for p in (*reading.problems, *reading.notices)
    ]
    wrong = [p for p in told if p.severity is Severity.BLOCK]
    if wrong:
        raise Rejected(wrong)
    return reading.value, told
