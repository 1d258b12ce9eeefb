"""Where the words of the search lie: FTS5 on SQLite, a GIN index over `tsvector` on PostgreSQL.

`find` says what is indexed of a person and what a clerk's words mean; here that becomes the
database's own. On PostgreSQL two characters that stand together are one lexeme, so the commonest
search is one look-up; a whole document number is found by the register's own index of numbers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSVECTOR

from laborclerk.features.registry.model import Person
from laborclerk.store.bulk import insert_many

TABLE = "person_search"
_FTS5 = (
    f"CREATE VIRTUAL TABLE IF NOT EXISTS {TABLE} USING fts5("
    "t, content='', contentless_delete=1, prefix='2 3 4',"
    ' tokenize="unicode61 remove_diacritics 0")'
)
_MATCHING = f"SELECT rowid AS id FROM {TABLE} WHERE {TABLE} MATCH :typed"
_FIRST = sa.text(f"SELECT group_concat(id) FROM ({_MATCHING} LIMIT :most)")
_GIN = (
    f"CREATE TABLE IF NOT EXISTS {TABLE} (id bigint PRIMARY KEY, t tsvector NOT NULL);"
    f"CREATE INDEX IF NOT EXISTS ix_{TABLE}_t ON {TABLE} USING gin (t)"
)
_LEXEMES = sa.Table(TABLE, sa.MetaData(), sa.Column("id", sa.BigInteger), sa.Column("t", TSVECTOR))


class Words(NamedTuple):
    """What is indexed of a person: the characters of the name, its initials and their endings,
    numbers of which any beginning can be typed, and the whole document number."""

    characters: tuple[str, ...]
    initials: tuple[str, ...]
    numbers: tuple[str, ...]
    document: str


@dataclass(frozen=True, slots=True)
class Term:
    """One word that was typed: the beginning of a number (or all of it: `exact`), or characters
    that stand together, or, if Latin, the beginning of initials."""

    number: str = ""
    exact: bool = False
    characters: tuple[str, ...] = ()
    initials: str = ""


def create(connection: sa.Connection) -> None:
    """Make the search table (once, when a store is made)."""
    connection.exec_driver_sql(_GIN if _is_server(connection) else _FTS5)


def drop(connection: sa.Connection) -> None:
    """Remove the table with everything in it."""
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {TABLE}")


def put(connection: sa.Connection, people: Iterable[tuple[int, Words]]) -> None:
    """Index persons who are not indexed."""
    rows = list(people)
    if not rows:
        return
    if _is_server(connection):
        found = [{"id": person, "t": lexemes(words)} for person, words in rows]
        insert_many(connection, _LEXEMES, found)
    else:
        statement = f"INSERT INTO {TABLE}(rowid, t) VALUES (?, ?)"
        connection.exec_driver_sql(statement, [(p, tokens(words)) for p, words in rows])


def take_out(connection: sa.Connection, ids: Sequence[int]) -> None:
    """Persons who are found no more (or are indexed anew)."""
    if not ids:
        return
    if _is_server(connection):
        some = sa.literal(list(ids), sa.ARRAY(sa.BigInteger))
        connection.execute(sa.delete(_LEXEMES).where(_LEXEMES.c.id == sa.any_(some)))
    else:
        connection.exec_driver_sql(f"DELETE FROM {TABLE} WHERE rowid = ?", [(i,) for i in ids])


def indexed(connection: sa.Connection) -> set[int]:
    """Everybody who is indexed."""
    key = "id" if _is_server(connection) else "rowid"
    return {row[0] for row in connection.exec_driver_sql(f"SELECT {key} FROM {TABLE}")}


def fitting(connection: sa.Connection, terms: Sequence[Term]) -> Any:
    """A select of the ids (`id`) of everybody who fits all terms; at least one is given."""
    if _is_server(connection):
        return _fitting_server(terms)
    return sa.text(_MATCHING).bindparams(typed=match(terms)).columns(sa.column("id", sa.BigInteger))


def first_ids(connection: sa.Connection, terms: Sequence[Term], most: int) -> list[int]:
    """The ids of the first `most` who fit, brought as one value: rows would cost more."""
    if _is_server(connection):
        few = _fitting_server(terms, most).limit(most).subquery()
        return list(connection.scalar(sa.select(sa.func.array_agg(few.c.id))) or ())
    ids = connection.scalar(_FIRST, {"typed": match(terms), "most": most})
    found: list[int] = json.loads(f"[{ids or ''}]")
    return found


def _is_server(connection: sa.Connection) -> bool:
    return connection.dialect.name == "postgresql"


# -- SQLite --------------------------------------------------------------------------------------


def tokens(words: Words) -> str:
    """The text that FTS5 is given of a person."""
    numbers = (words.document, *words.numbers) if words.document else words.numbers
    return " ".join(
        [*words.characters, *("q0" + w for w in words.initials), *("n" + n for n in numbers)]
    )


def match(terms: Sequence[Term]) -> str:
    """The full-text expression of FTS5."""
    said: list[str] = []
    for term in terms:
        phrase = '"' + " ".join(term.characters) + '"'
        if term.number:
            said.append(f"n{term.number}" + ("" if term.exact else "*"))
        else:
            said.append(f"(q0{term.initials}* OR {phrase})" if term.initials else phrase)
    return " AND ".join(said)


# -- PostgreSQL ----------------------------------------------------------------------------------


def lexemes(words: Words) -> str:
    """The text of a tsvector; only what must stand in order has a position."""
    names = words.characters
    pairs = [f"'{a}.{b}':{at}" for at, (a, b) in enumerate(pairwise(names), 1)]
    alone = [*names, *("q0" + w for w in words.initials), *("n" + n for n in words.numbers)]
    return " ".join([f"'{w}'" for w in alone] + pairs)


def _query(term: Term) -> str:
    """The tsquery of a term, a document number left aside."""
    if term.number:
        return f"'n{term.number}'" + ("" if term.exact else ":*")
    names = term.characters
    pairs = pairwise(names)
    phrase = " <-> ".join(f"'{a}.{b}'" for a, b in pairs) or f"'{names[0]}'"
    return f"('q0{term.initials}':* | ({phrase}))" if term.initials else f"({phrase})"


def _has(query: str) -> Any:
    return _LEXEMES.c.t.bool_op("@@")(sa.cast(sa.literal(query), _TSQUERY()))


class _TSQUERY(sa.types.UserDefinedType[str]):
    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "tsquery"


def _document(term: Term) -> Any:
    """The condition on a living person's document number."""
    number, column = term.number.upper(), Person.id_number
    fits = column == number if term.exact else sa.and_(column >= number, column < number + "~")
    return sa.and_(fits, Person.deleted.is_(None))


def _fitting_server(terms: Sequence[Term], most: int | None = None) -> Any:
    """With one number alone the look-ups may end after `most`: a county's begins every number."""
    names = " & ".join(_query(t) for t in terms if not t.number)
    numbers = [t for t in terms if t.number]
    if names:  # narrows most: numbers are looked at among these alone
        query = sa.select(_LEXEMES.c.id).where(_has(names))
        for term in numbers:
            own = sa.exists().where(Person.id == _LEXEMES.c.id, _document(term))
            query = query.where(sa.or_(_has(_query(term)), own))
        return query
    enough = most if len(terms) == 1 else None
    parts = [
        sa.union(
            sa.select(sa.select(Person.id).where(_document(term)).limit(enough).subquery()),
            sa.select(_LEXEMES.c.id).where(_has(_query(term))),
        ).subquery()
        for term in numbers
    ]
    query = sa.select(parts[0].c.id)
    for other in parts[1:]:
        query = query.where(parts[0].c.id.in_(sa.select(other.c.id)))
    return query
