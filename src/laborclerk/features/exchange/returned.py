"""What a return bundle brought to a township: what others changed in its records and why, and which
of its own entries the county did not accept."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.features.exchange.words import (
    DELETED,
    Named,
    Stations,
    Words,
    index_of,
)
from laborclerk.features.registry.acts import act_word
from laborclerk.features.registry.places import PlaceTree
from laborclerk.store.base import fields_of, record_types
from laborclerk.store.journal import Act, Device, Entry, Kind, unpack_changes
from laborclerk.store.store import Setting, Store
from laborclerk.store.work import UnitOfWork
from laborclerk.sync.records import Applied

_SETTING = "exchange.returned"
_MOST = 2000  # entries told
_REASONS = {"out_of_scope": "不在本站辖区"}
_KINDS = {Kind.CREATE: "新增", Kind.DELETE: "删除", Kind.RESTORE: "恢复", Kind.RESOLVE: "核定冲突"}


@dataclass(frozen=True, slots=True)
class Came:
    """One entry of another station that came: whose, when, why, and what changed in words."""

    record_type: str
    record_id: int
    named: Named
    station: str
    clerk: str
    at: int
    why: str
    changed: tuple[tuple[str, str, str], ...]  # label ('' of a deletion), before, after
    what: str  # 新增, 删除, 修改 …


@dataclass(frozen=True, slots=True)
class NotTaken:
    """One of our entries that the county did not accept, and why."""

    record_type: str
    record_id: int
    named: Named
    at: int
    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class Returned:
    """What the latest return bundle brought; `at` None before the first. `total` entries came, of
    which the latest are in `came`."""

    at: int | None = None
    total: int = 0
    came: tuple[Came, ...] = ()
    back: tuple[NotTaken, ...] = field(default_factory=tuple)


def note(work: UnitOfWork, applied: Applied) -> None:
    """Remember which entries came and what was not accepted, inside the import's transaction."""
    session = work.session
    before = session.scalar(sa.select(Device.acts).where(Device.index == 0)) or 0
    known = _known(session)
    since = known.get("since", before) if work.acts == before else before
    until = known.get("until", before) if work.acts == before else work.acts
    back = applied.header.get("back")
    told = {
        "at": work.clock(), "since": since, "until": until,
        "back": [b for b in back if _is_back(b)] if isinstance(back, list) else [],
    }  # fmt: skip
    session.merge(Setting(key=_SETTING, value=json.dumps(told)))


def _is_back(item: object) -> bool:
    return isinstance(item, (list, tuple)) and [type(part) for part in item] == [str, int, int, str]


def _known(session: Session) -> dict[str, Any]:
    text = session.scalar(sa.select(Setting.value).where(Setting.key == _SETTING))
    found: dict[str, Any] = json.loads(text) if text else {}
    return found


def returned(store: Store, *, limit: int = _MOST, tree: PlaceTree | None = None) -> Returned:
    """What the latest return bundle brought."""
    with store.read() as session:
        known = _known(session)
        if not known:
            return Returned()
        words, stations = Words(session, tree), Stations(store, session)
        own = sa.select(Device.index).where(Device.own)
        query = (
            sa.select(Entry, Act.at, Act.clerk, Act.use_case)
            .join(Act, (Act.device == Entry.device) & (Act.act == Entry.act))
            .where(
                Act.written > known["since"], Act.written <= known["until"],
                Entry.device.not_in(own), Entry.kind != Kind.NOTE,
            )
        )  # fmt: skip
        total = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
        rows = session.execute(query.order_by(Act.written.desc(), Entry.seq.desc()).limit(limit))
        came = tuple(_came(row, words, stations) for row in rows if _says_something(row.Entry))
        if total <= limit:
            total = len(came)
        back = tuple(_not_taken(session, known["back"], words))
        return Returned(known["at"], int(total), came, back)


def _says_something(entry: Entry) -> bool:
    """Whether anything differs: who makes a place that is here already says what stood."""
    if entry.kind not in (Kind.CHANGE, Kind.RESTORE):
        return True
    return any(before != after for before, after in unpack_changes(entry.changes).values())


def _came(row: Any, words: Words, stations: Stations) -> Came:
    entry: Entry = row.Entry
    return Came(
        entry.record_type, entry.record_id, words.named(entry.record_type, entry.record_id),
        stations.name(entry.device), row.clerk, row.at, act_word(row.use_case),
        _in_words(entry, words), _KINDS.get(Kind(entry.kind), "修改"),
    )  # fmt: skip


def _in_words(entry: Entry, words: Words) -> tuple[tuple[str, str, str], ...]:
    model = record_types().get(entry.record_type)
    known = fields_of(model) if model is not None else {}
    return tuple(
        ("" if key == DELETED else known[key].label,
         words.value(known[key], before), words.value(known[key], after))
        for key, (before, after) in unpack_changes(entry.changes).items()
        if key in known and (before != after or entry.kind in (Kind.RESOLVE, Kind.REOPEN))
    )  # fmt: skip


def _not_taken(session: Session, back: Iterable[list[Any]], words: Words) -> Iterable[NotTaken]:
    wanted: dict[int, dict[int, str]] = defaultdict(dict)
    for device, incarnation, seq, reason in back:
        index = index_of(session, device, incarnation)
        if index is not None:
            wanted[index][seq] = reason
    for index, reasons in wanted.items():
        query = (
            sa.select(Entry, Act.at)
            .join(Act, (Act.device == Entry.device) & (Act.act == Entry.act))
            .where(Entry.device == index, Entry.seq.in_(reasons))
            .order_by(Entry.seq)
        )
        for entry, at in session.execute(query):
            changed = _in_words(entry, words)
            what = "、".join(
                f"{label} {before}→{after}".strip() for label, before, after in changed
            )
            yield NotTaken(
                entry.record_type, entry.record_id,
                words.named(entry.record_type, entry.record_id), at,
                what or _KINDS.get(Kind(entry.kind), "修改"),
                _REASONS.get(reasons[entry.seq], "没有写入"),
            )  # fmt: skip
