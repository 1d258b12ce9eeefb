"""What happened to one record, by whomever at whichever station: the lines a person reads.

Both sides of a change that met another are lines of their own; a decision names all that stood.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from laborclerk.catalog.fields import Field, Value
from laborclerk.features.exchange.words import DELETED, Stations, Words
from laborclerk.features.registry.acts import act_word
from laborclerk.store.base import Record, fields_of
from laborclerk.store.history import history
from laborclerk.store.journal import Event, Kind
from laborclerk.store.store import Store

KINDS = {
    Kind.CREATE: "新建", Kind.CHANGE: "修改", Kind.DELETE: "撤出", Kind.RESTORE: "恢复",
    Kind.NOTE: "备查", Kind.RESOLVE: "核定", Kind.REOPEN: "撤回核定",
}  # fmt: skip
_NOTED = {
    "merged": "并入的登记",
    "unmerged": "撤回并入的登记",
    "reason": "依据",
}  # facts that are no fields


_LIFE = "在册"  # of the mark of deletion


@dataclass(frozen=True, slots=True)
class Line:
    """One field of one entry: the entry's number, when (ms), where, who, on what occasion; what
    stood before (all of it when a conflict was decided) and after, empty for nothing. `first`: the
    entry's other lines follow."""

    entry: str
    at: int
    station: str
    county: bool
    clerk: str
    why: str
    label: str
    before: str
    after: str
    first: bool


def past(store: Store, session: Session, record: Record) -> list[Line]:
    """Everything that happened to a record, oldest first."""
    words, stations = Words(session), Stations(store, session)
    events = history(session, record)
    told = [event for event in events if not event.stays]
    return [line for event in told for line in _lines(event, record, words, stations)]


def entry_number(event: Event) -> str:
    """As `undo` takes it: the sequence, of another device with its index before it."""
    return str(event.seq) if event.device == 0 else f"{event.device}-{event.seq}"


def _lines(event: Event, record: Record, words: Words, stations: Stations) -> Iterator[Line]:
    known = fields_of(type(record))
    why = f"{KINDS[event.kind]}({act_word(event.use_case)})"
    number, station = entry_number(event), stations.name(event.device)
    county = event.device in stations.county
    changes = event.changes or {"": (None, None)}
    for at, (key, (before, after)) in enumerate(changes.items()):
        spec = known.get(key)
        if spec is None:
            label = _NOTED.get(key, key)
            stood_then, now = str(before or ""), str(after or "")
        else:
            label = _LIFE if key == DELETED else spec.label
            stood = event.stood.get(key)  # beside each other, all of it
            stood_then = "、".join(
                _shown(words, spec, value) for value in ([before] if stood is None else stood)
            )
            now = _shown(words, spec, after)
        yield Line(
            number, event.at, station, county, event.clerk, why, label, stood_then, now, at == 0
        )


def _shown(words: Words, spec: Field, value: Value) -> str:
    if value in (None, "") and spec.key != DELETED:
        return ""
    return words.value(spec, value)
