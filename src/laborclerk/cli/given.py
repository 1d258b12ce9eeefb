"""Values given as options, read as the form reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import click

from laborclerk.catalog import fields as f
from laborclerk.catalog import values
from laborclerk.catalog.fields import Value
from laborclerk.cli.messages import Command
from laborclerk.features.census.edit import read_typed
from laborclerk.features.registry.lookup import LookupProblem, one_person
from laborclerk.kernel.errors import Problem, Rejected, Severity, reject
from laborclerk.kernel.ids import read_id
from laborclerk.store.base import Record, fields_of
from laborclerk.store.store import Store

PAIRS = click.argument("pairs", nargs=-1, required=True, metavar="字段=值 …")
ANY_PAIRS = click.argument("pairs", metavar="[字段=值…]", nargs=-1)
FILE = click.Path(path_type=Path)
PLACE = click.option("--place", metavar="地方", help="区划代码或唯一的名称(默认全站)")
ON = click.option("--on", metavar="日期", help="统计日(默认今天)")


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


def read_own_fields(model: type[Record], pairs: Iterable[str]) -> dict[str, Value]:
    """`read_fields` of `key=value` pairs for a record of a person: whose it is, and whether it
    stands, is not said this way."""
    texts = read_pairs(pairs)
    known = [key for key in fields_of(model) if key not in ("person", "deleted")]
    strange = [key for key in texts if key not in known]
    if strange:
        raise reject(Command.KIND_UNKNOWN, kind=strange[0], kinds="、".join(known))
    return read_fields(model, texts)


def read_record(text: str) -> int:
    """The id of a record as it is shown; Rejected when it is none."""
    found = read_id(text)
    if found is None:
        raise reject(LookupProblem.RECORD_UNKNOWN, what=text)
    return found


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
