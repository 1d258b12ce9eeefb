"""How a record is shown and given to scripts: values raw and as text, by field key.

A raw value can be given back to `set`: codes as stored, places as digits, numbers in shown units.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from laborclerk.catalog import values
from laborclerk.catalog.fields import Field, Number, PlaceRef, Reference, Value
from laborclerk.cli.answer import Answer
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.place_values import RegisterPlaces
from laborclerk.features.registry.places import PlaceTree, code_of, group_of
from laborclerk.features.registry.record_words import record_word
from laborclerk.features.work.service import Saved
from laborclerk.kernel.ids import show_id
from laborclerk.store.base import Record, fields_of, record_types, values_of
from laborclerk.store.store import Store


class Shower:
    """Shows values with the names of places and of the records they refer to."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.tree = PlaceTree.load(session)
        self._context = values.Context(places=RegisterPlaces(self.tree))

    def text(self, spec: Field, value: Value) -> str:
        """As a person reads it; '' for nothing."""
        if value is None:
            return ""
        if isinstance(spec.type, Reference):
            return self.name_of(spec.type.record_type, int(value))
        shown = values.show(spec.type, value, self._context)
        unit = spec.type.unit if isinstance(spec.type, Number) else ""
        return f"{shown}{unit}"

    def name_of(self, record_type: str, record_id: int) -> str:
        """What a record is called in a line of text."""
        model = record_types().get(record_type)
        record = self._session.get(model, record_id) if model else None
        return self.name(record) if record is not None else show_id(record_id)

    def name(self, record: Record) -> str:
        """Its name, or number and head for a household."""
        if isinstance(record, Household):
            where = self.tree.path(record.place) if record.place else ""
            return f"户{record.number or ''} {record.head_name or ''} {where}".strip()
        name = getattr(record, "name", None)
        return str(name) if name else record_word(type(record).__tablename__)


def raw(spec: Field, value: Value) -> Any:
    """The value as scripts read it."""
    if value is None:
        return None
    if isinstance(spec.type, Reference):
        return show_id(int(value))
    if isinstance(spec.type, PlaceRef):
        return place_code(int(value))
    if isinstance(spec.type, Number) and spec.type.places:
        return int(value) / 10**spec.type.places
    return value


def place_code(place: int) -> str:
    """12 digits, 15 for a group."""
    return f"{place:015d}" if group_of(place) else code_of(place)


def record_json(record: Record, shower: Shower) -> dict[str, Any]:
    """A record by field keys, raw; `shown` holds the texts of what is filled."""
    known, held = fields_of(type(record)), values_of(record)
    body: dict[str, Any] = {
        "id": show_id(record.id), "type": type(record).__tablename__, "name": shower.name(record),
    }  # fmt: skip
    body |= {key: raw(spec, held[key]) for key, spec in known.items()}
    body["shown"] = {k: shower.text(s, held[k]) for k, s in known.items() if held[k] is not None}
    return body


def members_json(persons: list[Person], shower: Shower) -> list[dict[str, Any]]:
    """The members of a household in a line each."""
    relation = fields_of(Person)["relation"]
    return [
        {
            "id": show_id(p.id), "line": p.line, "name": p.name,
            "relation": shower.text(relation, p.relation), "id_number": p.id_number,
            "birth_date": p.birth_date,
        }
        for p in persons
    ]  # fmt: skip


def saved_record(store: Store, model: type[Record], saved: Saved) -> Answer:
    """What is said of a record that was just saved, with all it holds now."""
    with store.read() as session:
        body = record_json(session.get_one(model, saved.id), Shower(session))
    return Answer({"record": body}, [f"已保存(编号 {body['id']})"], saved.problems)
