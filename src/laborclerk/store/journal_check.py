"""Whether journal and rows tell the same: part of `check`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.fields import Value
from laborclerk.store.base import Record, fields_of, record_types, table_of
from laborclerk.store.causality import Causality
from laborclerk.store.journal import (
    APPLIED,
    LATER,
    Act,
    Conflict,
    Device,
    Entry,
    Kind,
    unpack_alternatives,
    unpack_changes,
)
from laborclerk.store.versions import (
    Dot,
    Ranges,
    Version,
    unpack_dots,
    unpack_ranges,
    unpack_versions,
    within,
)

_MOST = 1000  # findings of one kind
Said = dict[Dot, list[Value]]  # what each entry said of one field


@dataclass(frozen=True, slots=True)
class Finding:
    """Something `check` found wrong in the store."""

    what: str
    record_type: str
    record_id: int


def check_journal(session: Session) -> list[Finding]:
    """Rows against journal: every row has its creation, what a field holds was said by the entries
    its dots name, no entry is lost that nobody who knew it wrote over, and the numbers of every
    device run from 1 to its last without a hole (but where only a part came, and but for what an
    officer said will never come)."""
    return [*_holes(session), *_unborn(session), *_unsaid(session)]


def _holes(session: Session) -> list[Finding]:
    inside = (
        sa.select(Entry.device, sa.func.count().label("n"), sa.func.max(Entry.seq).label("top"))
        .group_by(Entry.device)
        .subquery()
    )
    numbers = sa.select(Device.index, Device.last_seq, Device.holes, inside.c.n, inside.c.top)
    query = numbers.outerjoin(inside, inside.c.device == Device.index).where(~Device.partial)
    found = [
        Finding("日志缺号", "device", index)
        for index, last, holes, many, top in session.execute(query)
        if not _is_whole(last, unpack_ranges(holes), many or 0, top or 0)
    ]
    acts = sa.exists().where(Act.device == Entry.device, Act.act == Entry.act)
    lost = sa.select(Entry.device).where(~acts).distinct()
    return found + [Finding("日志缺操作", "device", index) for index in session.scalars(lost)]


def _is_whole(last: int, holes: Ranges, many: int, top: int) -> bool:
    """Whether so many entries up to `top` are all but what was said never to come."""
    missing = sum(high - low + 1 for low, high in holes)
    return many + missing == last and (top == last or within(holes, last))


def _unborn(session: Session) -> list[Finding]:
    connection = session.connection()
    return [
        Finding("没有新建记录", name, i)
        for name, model in record_types().items()
        for i in connection.scalars(_orphans(model))
    ]


@cache
def _orphans(model: type[Record]) -> sa.Select[Any]:
    table = table_of(model)
    born = sa.exists().where(
        Entry.device == table.c.origin_device,
        Entry.seq == table.c.origin_seq,
        Entry.record_id == table.c.id,
        Entry.kind == Kind.CREATE,
    )
    return sa.select(table.c.id).where(~born).limit(_MOST)


def _unsaid(session: Session) -> list[Finding]:
    said: dict[tuple[str, int], dict[str, Said]] = defaultdict(lambda: defaultdict(dict))
    query = sa.select(
        Entry.device, Entry.seq, Entry.record_type, Entry.record_id, Entry.changes
    ).where(LATER, Entry.kind != Kind.NOTE, APPLIED)
    for device, seq, record_type, record_id, blob in session.execute(query):
        others = unpack_alternatives(blob)
        for key, (_, after) in unpack_changes(blob).items():
            words = [after, *others.get(key, ())]
            said[record_type, record_id][key][device, seq] = words
    held: dict[tuple[str, int], dict[str, list[Version]]] = defaultdict(dict)
    for conflict in session.scalars(sa.select(Conflict)):
        where = (conflict.record_type, conflict.record_id)
        held[where][conflict.field] = unpack_versions(conflict.versions)
    causality = Causality(session)
    found: list[Finding] = []
    for (record_type, record_id), fields in said.items():
        model = record_types().get(record_type)
        if model is None:
            continue
        row = session.get(model, record_id)
        if row is None:
            found.append(Finding("日志有而表中没有", record_type, record_id))
        elif not _stands(row, fields, held[record_type, record_id], causality):
            found.append(Finding("与日志不符", record_type, record_id))
        session.expunge_all()
    return found


def _stands(
    row: Record,
    fields: Mapping[str, Said],
    conflicts: Mapping[str, list[Version]],
    causality: Causality,
) -> bool:
    dots = unpack_dots(row.dots)
    origin: Dot = (row.origin_device, row.origin_seq)
    for key, words in fields.items():
        if key not in fields_of(type(row)):
            continue
        shown: Value = getattr(row, key)
        versions = conflicts.get(key) or [(shown, dots.get(key, (origin,)))]
        if versions[0][0] != shown:
            return False
        standing = [dot for _, some in versions for dot in some]
        for value, some in versions:
            if any(dot in words and value not in words[dot] for dot in some):
                return False
        if any(not _is_kept(dot, standing, causality) for dot in words):
            return False
    return dots.keys() <= fields.keys()


def _is_kept(dot: Dot, standing: Iterable[Dot], causality: Causality) -> bool:
    return any(causality.knew(other, dot) for other in standing)
