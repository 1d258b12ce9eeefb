"""Conflicts: fields that were changed on several sides without knowing of each other.

Listed with all voices side by side; a person decides, one at a time or all alike at once. A
decision is an act like any other: it travels, and undo opens the conflict again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog import values
from laborclerk.catalog.fields import PlaceRef, Reference, Value
from laborclerk.features.census.edit import read_typed
from laborclerk.features.census.service import check_number
from laborclerk.features.exchange.words import DELETED, Source, Sources, Stations, Words
from laborclerk.features.registry.place_values import RegisterPlaces
from laborclerk.features.registry.places import PlaceTree, subtree
from laborclerk.features.registry.scope import locate
from laborclerk.kernel.errors import Message, Problem, Rejected, Severity, reject
from laborclerk.kernel.ids import show_id
from laborclerk.store.base import Record, fields_of, record_types, values_of
from laborclerk.store.journal import (
    APPLIED,
    LATER,
    WRITTEN,
    Act,
    Conflict,
    Entry,
    unpack_changes,
)
from laborclerk.store.journal import Kind as EntryKind
from laborclerk.store.store import Store
from laborclerk.store.versions import Dot, Version, unpack_versions
from laborclerk.store.work import UnitOfWork

_PART = 5000
Kind = tuple[str, str, tuple[int, ...]]
"""Register, field, devices that speak: what conflicts that are alike share."""


class ConflictProblem(Message):
    """Why a conflict was not decided."""

    CONFLICT_UNKNOWN = "没有编号为“{id}”的冲突,可能已经核定。编号见 conflicts list"
    CONFLICT_CHOICE = "“{label}”有{count}个内容,没有第{number}个。请填 1–{count}"
    CONFLICT_ONLY_KEEP = "“{label}”不能另填,请从已有的内容里选一个"
    FIELD_DISPUTED = "两边填的不一样,还没有核定:{others}。可在这里改定,或到“冲突”里核定"
    CONFLICTS_PASSED = "{count}处没有照此核定:其中没有这一方的内容,或不止一个。请逐条核定"


class Rule(StrEnum):
    """Whose word counts, over many conflicts."""

    COUNTY = "county"
    TOWNSHIP = "township"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Voice:
    """One of the values that stand beside each other, and who said so, latest first."""

    value: Value
    text: str
    sources: tuple[Source, ...]

    @property
    def source(self) -> Source:
        return self.sources[0]


@dataclass(frozen=True, slots=True)
class ConflictLine:
    """A conflict as it is listed: `kept` is the position in `voices` of what is shown now;
    `household` the one whose form shows the record. `kind` is what conflicts alike share."""

    id: int
    record_type: str
    record_id: int
    name: str
    id_number: str
    where: str
    household: int | None
    field: str
    label: str
    voices: tuple[Voice, ...]
    kind: Kind
    kept: int = 0

    @property
    def short(self) -> str:
        return show_id(self.id)


@dataclass(frozen=True, slots=True)
class Resolved:
    """What was decided: the act, the conflicts, what they touched and what to know besides."""

    act: int
    ids: tuple[int, ...]
    touched: Mapping[str, set[int]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def count(store: Store) -> int:
    """How many conflicts are open."""
    with store.read() as session:
        return int(session.scalar(sa.select(sa.func.count()).select_from(Conflict)) or 0)


def conflicts(
    store: Store,
    place: int | None = None,
    *,
    ids: Collection[int] | None = None,
    records: Collection[int] | None = None,
    limit: int | None = None,
    tree: PlaceTree | None = None,
) -> list[ConflictLine]:
    """The open conflicts: under a place (id), these ids, of these records, at most so many; those
    of one record beside each other."""
    with store.read() as session:
        query = sa.select(Conflict).order_by(
            Conflict.field, Conflict.record_type, Conflict.record_id
        )
        if ids is not None:
            query = query.where(Conflict.id.in_(ids))
        if records is not None:
            query = query.where(Conflict.record_id.in_(records))
        open_now: Sequence[Conflict] = session.scalars(query).all()
        if place is not None:
            open_now = _inside(session, open_now, place)
        rows = _spoken(session, open_now[:limit])
        sources, words = Sources(session, Stations(store, session)), Words(session, tree)
        sources.read(dot for row in rows for dot in row.dots)
        found = [line for row in rows if (line := _line(row, sources, words)) is not None]
    return sorted(found, key=lambda c: (c.kind[:2], c.where, c.name))


def alike(store: Store) -> dict[Kind, list[int]]:
    """The open conflicts by kind: register, field, and the devices that speak."""
    with store.read() as session:
        found: dict[Kind, list[int]] = defaultdict(list)
        for row in _spoken(session, session.scalars(sa.select(Conflict)).all()):
            found[row.kind].append(row.id)
    return dict(found)


def like(store: Store, line: ConflictLine, keep: int) -> tuple[list[int], int]:
    """The open conflicts of the same kind, and the device whose word `keep` (from 1) is there: what
    `resolve_alike` wants. Rejected when there is no such voice."""
    if not 1 <= keep <= len(line.voices):
        raise reject(
            ConflictProblem.CONFLICT_CHOICE, label=line.label, number=keep, count=len(line.voices)
        )
    return alike(store).get(line.kind, []), line.voices[keep - 1].source.device


@dataclass(frozen=True, slots=True)
class _Row:
    """A conflict with its versions as they were first said."""

    id: int
    record_type: str
    record_id: int
    field: str
    versions: tuple[Version, ...]

    @property
    def kind(self) -> Kind:
        return self.record_type, self.field, tuple(sorted({device for device, _ in self.dots}))

    @property
    def dots(self) -> set[Dot]:
        return {dot for _, dots in self.versions for dot in dots}


def _spoken(session: Session, rows: Sequence[Conflict]) -> list[_Row]:
    """Conflicts that were opened again have all versions from the one who took the decision back:
    here they are again those of who said them."""
    found = [
        _Row(r.id, r.record_type, r.record_id, r.field, tuple(unpack_versions(r.versions)))
        for r in rows
    ]
    wanted: dict[int, set[int]] = defaultdict(set)
    for row in found:
        for device, seq in row.dots:
            wanted[device].add(seq)
    reopened: set[Dot] = set()
    for device, seqs in wanted.items():
        ordered = sorted(seqs)
        for at in range(0, len(ordered), _PART):
            query = sa.select(Entry.seq).where(
                Entry.device == device, Entry.seq.in_(ordered[at : at + _PART]),
                Entry.kind == EntryKind.REOPEN,
            )  # fmt: skip
            reopened |= {(device, seq) for seq in session.scalars(query)}
    return [_as_said(session, row) if row.dots & reopened else row for row in found]


def _as_said(session: Session, row: _Row) -> _Row:
    """Each version with the latest entry that said its value by itself."""
    query = (
        sa.select(Entry.device, Entry.seq, Entry.kind, Entry.changes)
        .join(Act, (Act.device == Entry.device) & (Act.act == Entry.act))
        .where(
            Entry.record_id == row.record_id, LATER, APPLIED,
            Entry.record_type == row.record_type,
        )
        .order_by(*(column.desc() for column in WRITTEN))
    )  # fmt: skip
    said: dict[tuple[type, Value], Dot] = {}
    for device, seq, kind, blob in session.execute(query):
        changes = unpack_changes(blob)
        if kind not in (EntryKind.RESOLVE, EntryKind.REOPEN) and row.field in changes:
            value = changes[row.field][1]
            said.setdefault((type(value), value), (device, seq))
    table: Any = record_types()[row.record_type].__table__
    columns = sa.select(table.c.origin_device, table.c.origin_seq)
    device, seq = session.execute(columns.where(table.c.id == row.record_id)).one()
    versions = tuple(
        (value, (said.get((type(value), value), (device, seq)),)) for value, _ in row.versions
    )
    return _Row(row.id, row.record_type, row.record_id, row.field, versions)


def _inside(session: Session, rows: Sequence[Conflict], place: int) -> list[Conflict]:
    low, high = subtree(place)
    by_type: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        by_type[row.record_type].add(row.record_id)
    here = {
        (kind, i)
        for kind, some in by_type.items()
        for i, places in locate(session, kind, some).items()
        if any(low <= p < high for p in places)
    }
    return [row for row in rows if (row.record_type, row.record_id) in here]


def _line(row: _Row, sources: Sources, words: Words) -> ConflictLine | None:
    model = record_types().get(row.record_type)
    spec = fields_of(model).get(row.field) if model is not None else None
    if spec is None:
        return None
    voices = []
    for value, dots in row.versions:
        text = words.value(spec, value)
        if row.field == DELETED and value is None:
            labels = list(dict.fromkeys(label for dot in dots for label in sources.changed(dot)))
            text += f"(改了{'、'.join(labels[:3])})" if labels else ""
        voices.append(Voice(value, text, sources.of(dots)))
    named = words.named(row.record_type, row.record_id)
    label = "删除或保留" if row.field == DELETED else spec.label
    return ConflictLine(
        row.id, row.record_type, row.record_id, named.name, named.id_number, named.where,
        named.household, row.field, label, tuple(voices), row.kind,
    )  # fmt: skip


def disputes(store: Store, records: Collection[int]) -> list[Problem]:
    """What a form tells at the fields of these records that are in conflict: what others say."""
    if not count(store):
        return []
    found = []
    for line in conflicts(store, records=records):
        others = "、".join(
            f"{v.source.station} {v.source.clerk}".strip() + f" 填的是{v.text}"
            for n, v in enumerate(line.voices)
            if n != line.kept
        )
        told = Problem(ConflictProblem.FIELD_DISPUTED, {"others": others}, Severity.HINT)
        at = told.at(record_type=line.record_type, record_id=line.record_id)
        found.append(at if line.field == DELETED else at.at(field=line.field))
    return found


# -- deciding ------------------------------------------------------------------------------------


def resolve(
    store: Store,
    conflict: int,
    *,
    keep: int | None = None,
    value: str | None = None,
    reason: str = "",
) -> Resolved:
    """Decide a conflict: `keep` the voice at this position (from 1), or what is typed in `value`
    ('' empties). `reason` is kept for the audit. Rejected when it is not open any more, or the
    text cannot be read."""
    if (keep is None) == (value is None):
        raise ValueError("one of keep and value")
    with store.write("conflict.resolve") as work:
        row = work.session.get(Conflict, conflict)
        if row is None:
            raise reject(ConflictProblem.CONFLICT_UNKNOWN, id=show_id(conflict))
        told: list[Problem] = []
        record = _record(work, row)
        if value is None:
            assert keep is not None
            chosen = _voice(row, record, keep)
        else:
            chosen, told = _typed(store, work.session, record, row.field, value)
        _decide(work, record, row.field, chosen, reason)
    return Resolved(work.outcome.act, (conflict,), work.outcome.touched, tuple(told))


def resolve_alike(store: Store, ids: Iterable[int], rule: Rule | int, reason: str = "") -> Resolved:
    """Decide many by one rule, in one act: the county's word, the township's, the later one, or
    that of one device (index). Those where no single voice fits stay open; the problems say how
    many."""
    wanted = list(ids)
    done: list[int] = []
    with store.write("conflict.resolve") as work:
        stations = Stations(store, work.session)
        sources = Sources(work.session, stations)
        open_now: list[Conflict] = []
        for at in range(0, len(wanted), _PART):
            query = sa.select(Conflict).where(Conflict.id.in_(wanted[at : at + _PART]))
            open_now += work.session.scalars(query.order_by(Conflict.id))
        rows = _spoken(work.session, open_now)
        sources.read(dot for row in rows for dot in row.dots)
        for row in rows:
            fits = _fitting(row, rule, sources, stations.county)
            if len(fits) == 1:
                _decide(work, _record(work, row), row.field, fits[0], reason)
                done.append(row.id)
    passed = len(wanted) - len(done)
    told = Problem(ConflictProblem.CONFLICTS_PASSED, {"count": passed}, Severity.WARN)
    return Resolved(work.outcome.act, tuple(done), work.outcome.touched, (told,) if passed else ())


def _fitting(row: _Row, rule: Rule | int, sources: Sources, county: set[int]) -> list[Value]:
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


def _record(work: UnitOfWork, row: Conflict | _Row) -> Record:
    found = work.get(record_types()[row.record_type], row.record_id)
    assert found is not None
    return found


def _voice(row: Conflict, record: Record, keep: int) -> Value:
    versions = unpack_versions(row.versions)
    if not 1 <= keep <= len(versions):
        label = fields_of(type(record))[row.field].label
        raise reject(ConflictProblem.CONFLICT_CHOICE, label=label, number=keep, count=len(versions))
    return versions[keep - 1][0]


def _decide(work: UnitOfWork, record: Record, key: str, value: Value, reason: str) -> None:
    work.resolve(record, key, value)
    if key == "number" and record.__tablename__ == "household" and record.deleted is None:
        check_number(work, {"id": record.id, **values_of(record)})
    if reason:
        work.note(record.__tablename__, record.id, reason=reason)


def _typed(
    store: Store, session: Session, record: Record, key: str, text: str
) -> tuple[Value, list[Problem]]:
    """The stored value of what was typed, and what is doubtful in it."""
    spec = fields_of(type(record))[key]
    if key == DELETED or isinstance(spec.type, PlaceRef | Reference):
        raise reject(ConflictProblem.CONFLICT_ONLY_KEEP, label=spec.label)
    known: dict[str, Any] = values_of(record)
    reading = read_typed(
        spec,
        text,
        values.Context(
            today=store.clock.today(),
            id_kind=known.get("id_type"),
            sex=known.get("sex"),
            codes_by="code",
            places=RegisterPlaces(PlaceTree.load(session)),
        ),
    )
    told = [
        p.at(record_type=record.__tablename__, record_id=record.id, field=key)
        for p in (*reading.problems, *reading.notices)
    ]
    wrong = [p for p in told if p.severity is Severity.BLOCK]
    if wrong:
        raise Rejected(wrong)
    return reading.value, told
