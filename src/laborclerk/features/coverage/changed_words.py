"""What was changed of a household since its village was signed, in one line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from laborclerk.features.coverage.changed import OF_HOUSEHOLD
from laborclerk.features.registry.model import Household
from laborclerk.features.registry.record_words import record_word
from laborclerk.kernel.clock import show_time
from laborclerk.store.base import Record, fields_of
from laborclerk.store.journal import Event, Kind

_MODELS: tuple[type[Record], ...] = (Household, *OF_HOUSEHOLD)
_LABELS = {
    model.__tablename__: {key: spec.label for key, spec in fields_of(model).items()}
    for model in _MODELS
}
_DONE = {Kind.CREATE: "新增", Kind.DELETE: "撤出", Kind.RESTORE: "恢复"}
_MOST = 6  # fields named of one record


def changes_in_words(
    household: int, events: Sequence[Event], names: Mapping[int, str], *, out: bool
) -> str:
    """What happened, record by record, and by whom and when the last of it: `events` of one
    household, oldest first, `names` of the persons among them; `out`: it left the village."""
    born = [e for e in events if e.record_type == "household" and e.kind is Kind.CREATE]
    told: dict[str, list[str]] = {"新登记": []} if born else {}  # the fields of each record named
    if out:
        told["转出本村"] = []
    for event in events:
        if event.stays:
            continue
        name = record_word(event.record_type)
        if event.record_type == "person":
            name = names.get(event.record_id) or "一人"
        if event.record_type == "person" and event.changes.get("household", ())[:1] == (household,):
            told[f"{name}转到别户"] = []
        elif event.kind in _DONE and event not in born:
            told[_DONE[event.kind] + name] = []
        else:
            labels = _LABELS[event.record_type]
            known = [labels[k] for k in event.changes if k in labels and not (out and k == "place")]
            if known:
                told.setdefault(name, []).extend(known)
    parts = [_with_fields(name, list(dict.fromkeys(labels))) for name, labels in told.items()]
    said = ";".join(parts) or "有改动"
    last = max(events, key=lambda e: e.at)
    return f"{said} · {last.clerk} {show_time(last.at)}"


def _with_fields(name: str, labels: Sequence[str]) -> str:
    more = f"等{len(labels)}项" if len(labels) > _MOST else ""
    return f"{name}:{'、'.join(labels[:_MOST])}{more}" if labels else name
