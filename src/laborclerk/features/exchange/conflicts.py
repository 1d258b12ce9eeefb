"""Conflicts: fields that were changed on several sides without knowing of each other.

Listed with all voices side by side; a person decides (`decisions`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.fields import Field, PlaceRef, Reference, Value
from laborclerk.features.exchange.words import DELETED, Source, Sources, Stations, Words
from laborclerk.features.registry.model import Household
from laborclerk.features.registry.places import PlaceTree, place_id, subtree
from laborclerk.features.registry.scope import locate
from laborclerk.kernel.errors import Message, Problem, Severity, reject
from laborclerk.kernel.ids import show_id
from laborclerk.store.base import fields_of, record_types
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
from laborclerk.sync.ledger import COUNTY, station_of

PART = 5000
Kind = tuple[str, str, tuple[int, ...]]
"""Register, field, devices that speak: what conflicts that are alike share."""
Seen = Mapping[int, tuple[Value, ...]]
"""What each of some conflicts offered when it was looked at, in its order."""


class ConflictProblem(Message):
    """Why a conflict was not decided."""

    CONFLICT_UNKNOWN = "没有编号为“{id}”的冲突,可能已经核定"
    CONFLICT_CHANGED = "这一处刚又来了别的内容,没有核定。请看过各方的内容再定"
    CONFLICT_CHOICE = "“{label}”有{count}个内容,没有第{number}个。请填 1–{count}"
    CONFLICT_ONLY_KEEP = "“{label}”不能另填,请从已有的内容里选一个"
    FIELD_DISPUTED = "两边填的不一样,还没有核定:{others}。可在这里改定,或到“冲突”里核定"
    MOVED_AWAY = "这一户已转到{where},由那里登记。在这里改的,县里不写入。转错了,请与县里联系"
    CONFLICTS_WRONG_TIME = (
        "{count}处没有照此核定:有一方的时间不对(电脑的日期曾经超前),看不出哪个较晚。"
        "请看过内容,采用对的"
    )
    CONFLICTS_PASSED = "{count}处没有照此核定:没有这一方的内容、不止一个,或刚又来了别的。请逐条核定"


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
    `household` the one whose form shows the record, `gone` whether it is deleted. `kind` is what
    conflicts alike share, `another` tells whether a value can be typed that is none of these."""

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
    another: bool = True
    gone: bool = False

    @property
    def short(self) -> str:
        return show_id(self.id)

    @property
    def values(self) -> tuple[Value, ...]:
        return tuple(voice.value for voice in self.voices)


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
        rows = spoken(session, open_now[:limit])
        sources, words = Sources(session, Stations(store, session)), Words(session, tree)
        sources.read(dot for row in rows for dot in row.dots)
        found = [line for row in rows if (line := _line(row, sources, words)) is not None]
    return sorted(found, key=lambda c: (c.kind[:2], c.where, c.name))


def alike(store: Store) -> dict[Kind, Seen]:
    """The open conflicts by kind: register, field, and the devices that speak."""
    with store.read() as session:
        found: dict[Kind, dict[int, tuple[Value, ...]]] = defaultdict(dict)
        for row in spoken(session, session.scalars(sa.select(Conflict)).all()):
            found[row.kind][row.id] = row.values
    return dict(found)


def like(store: Store, line: ConflictLine, keep: int) -> tuple[Seen, int]:
    """The open conflicts of the same kind, and the device whose word `keep` (from 1) is there: what
    `resolve_alike` wants. Rejected when there is no such voice."""
    if not 1 <= keep <= len(line.voices):
        raise reject(
            ConflictProblem.CONFLICT_CHOICE, label=line.label, number=keep, count=len(line.voices)
        )
    return alike(store).get(line.kind, {}), line.voices[keep - 1].source.device


@dataclass(frozen=True, slots=True)
class Spoken:
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
    def values(self) -> tuple[Value, ...]:
        return tuple(value for value, _ in self.versions)

    @property
    def dots(self) -> set[Dot]:
        return {dot for _, dots in self.versions for dot in dots}


def spoken(session: Session, rows: Sequence[Conflict]) -> list[Spoken]:
    """Conflicts that were opened again have all versions from the one who took the decision back:
    here they are again those of who said them."""
    found = [
        Spoken(r.id, r.record_type, r.record_id, r.field, tuple(unpack_versions(r.versions)))
        for r in rows
    ]
    wanted: dict[int, set[int]] = defaultdict(set)
    for row in found:
        for device, seq in row.dots:
            wanted[device].add(seq)
    reopened: set[Dot] = set()
    for device, seqs in wanted.items():
        ordered = sorted(seqs)
        for at in range(0, len(ordered), PART):
            query = sa.select(Entry.seq).where(
                Entry.device == device, Entry.seq.in_(ordered[at : at + PART]),
                Entry.kind == EntryKind.REOPEN,
            )  # fmt: skip
            reopened |= {(device, seq) for seq in session.scalars(query)}
    return [_as_said(session, row) if row.dots & reopened else row for row in found]


def _as_said(session: Session, row: Spoken) -> Spoken:
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
    return Spoken(row.id, row.record_type, row.record_id, row.field, versions)


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


def _line(row: Spoken, sources: Sources, words: Words) -> ConflictLine | None:
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
        named.household, row.field, label, tuple(voices), row.kind, another=takes_another(spec),
        gone=named.gone,
    )  # fmt: skip


def takes_another(spec: Field) -> bool:
    """Whether a field in conflict can be given a value that nobody said: places and records that
    are pointed to have use cases of their own."""
    return spec.key != DELETED and not isinstance(spec.type, PlaceRef | Reference)


def disputes(store: Store, records: Collection[int]) -> list[Problem]:
    """What a form tells at the fields of these records that are in conflict: what others say; and
    of a household that others register now."""
    found = _moved_away(store, records)
    if not count(store):
        return found
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


def _moved_away(store: Store, records: Collection[int]) -> list[Problem]:
    me = station_of(store)
    if me.level == COUNTY:
        return []
    low, high = subtree(place_id(me.place))
    outside = sa.or_(Household.place < low, Household.place >= high)
    query = sa.select(Household.id, Household.place).where(Household.id.in_(records), outside)
    with store.read() as session:
        rows = session.execute(query).all()
        words = Words(session) if rows else None
        return [
            Problem(ConflictProblem.MOVED_AWAY, {"where": words.lies(place)}, Severity.HINT).at(
                record_type="household", record_id=household, field="place"
            )
            for household, place in rows if words is not None and place is not None
        ]  # fmt: skip
