"""Values given as options, read as the form reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import click

from laborclerk.catalog import fields as f
from laborclerk.catalog import values
from laborclerk.catalog.fields import Value
from laborclerk.cli.messages import Command
from laborclerk.features.census.edit import read_typed
from laborclerk.features.registry.lookup import one_person
from laborclerk.kernel.errors import Problem, Rejected, Severity
from laborclerk.store.base import Record, fields_of
from laborclerk.store.store import Store

PAIRS = click.argument("pairs", nargs=-1, required=True, metavar="字段=值 …")


def read_fields(model: type[Record], texts: Mapping[str, str]) -> dict[str, Value]:
    """The stored values of texts by field key; Rejected with what cannot be read."""
    known = fields_of(model)
    read: dict[str, Value] = {}
    problems: list[Problem] = []
    for key, text in texts.items():
        reading = read_typed(known[key], text, values.Context(codes_by="code"))
        problems += [p.at(field=key) for p in reading.problems if p.severity is Severity.BLOCK]
        read[key] = reading.value
    if problems:
        raise Rejected(problems)
    return read


def read_person(store: Store, text: str) -> int:
    """The id of the person that is named; Rejected when it is nobody or several."""
    with store.read() as session:
        return one_person(session, text).id


def read_day(text: str | None) -> str:
    """A day as ISO text, '' for none; Rejected when it is no day."""
    reading = values.read(f.Date(), text)
    if reading.problems:
        raise Rejected(reading.problems)
    return str(reading.value or "")


def read_pairs(texts: Iterable[str]) -> dict[str, str]:
    """`key=value` as given several times; wrong usage when there is no `=`."""
    pairs: dict[str, str] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key.strip():
            raise click.UsageError(Command.FIELD_VALUE.value.format(text=text))
        pairs[key.strip()] = value
    return pairs
