"""Find anyone at once: part of a name, pinyin initials, digits of a number or phone, household.

A name is indexed character by character, initials and digit strings by any beginning. Of a document
number the whole, the part from the birth date on, and the last four and six digits can be typed; of
a phone the whole and the last four. How the database keeps it is `search`'s business.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.pinyin import initials
from laborclerk.features.registry import search
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.moved import MovedAway, moved_away
from laborclerk.features.registry.places import subtree
from laborclerk.features.registry.search import Term, Words
from laborclerk.store.bulk import Among
from laborclerk.store.work import Touched, UnitOfWork

_INDEXED = ("id", "name", "id_number", "phone")
_SEARCHED = frozenset((*_INDEXED, "deleted"))


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """One person of a search result."""

    id: int
    name: str
    id_number: str | None
    sex: str | None
    birth_date: str | None
    phone: str | None
    household: int
    household_number: str
    head_name: str
    place: int


@dataclass(frozen=True, slots=True)
class Found:
    """The first people found and how many there are in all (`total` is exact up to `CAP`);
    `moved` are those who are registered elsewhere now."""

    people: list[FoundPerson]
    total: int
    moved: list[MovedAway] = field(default_factory=list)


CAP = 10_000
_HOUSEHOLDS = 50  # of one number: every village has its 0001


def create_search(connection: sa.Connection) -> None:
    """Make the search table (once, when a store is made)."""
    search.create(connection)


def words(name: str | None, id_number: str | None, phone: str | None) -> Words:
    """What is indexed of a person."""
    characters, letters = _of_name(name) if name else ((), ())
    numbers: list[str] = []
    document = (id_number or "").lower()
    if len(document) >= 18:
        numbers += [document[6:18], document[12:18], document[14:18]]
    elif len(document) > 6:
        numbers += [document[-6:], document[-4:]]
    digits = phone or ""
    if not (digits.isascii() and digits.isdigit()):
        digits = re.sub(r"\D", "", digits)
    if digits:
        numbers.append(digits)
        if len(digits) > 4:
            numbers.append(digits[-4:])
    return Words(characters, letters, tuple(numbers), document)


def _of_name(name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The characters and the initials of a name, from each character on."""
    letters = initials(name)
    characters = tuple(token for c in name if (token := _token(c)))
    return characters, tuple(letters[i:] for i in range(len(letters)))


@lru_cache(10_000)  # a township's names have some thousand
def _token(char: str) -> str:
    """What is indexed of one character of a name; empty if it does not count."""
    return _character(char) if _said(char) else ""


def _said(char: str) -> bool:
    """Whether a character counts: not the dot of minority names in any of its shapes, no space;
    private use and what is newer than this program's tables does."""
    category = unicodedata.category(char)
    return category[0] in "LMN" or category in ("Co", "Cn")


def _character(char: str) -> str:
    """A token that stands for one character: letters of a Latin name are folded, and what the
    tokenizer might drop (private use, later extensions) is written as its code point."""
    folded = unicodedata.normalize("NFKC", char).casefold()
    point = ord(folded[0]) if len(folded) == 1 else ord(char)
    if point < 0x3000 and folded.isalnum():
        return "c" + folded
    if 0x3400 <= point <= 0x9FFF:
        return chr(point)
    return f"u{point:x}"


def maintain_search(work: UnitOfWork, touched: Touched) -> None:
    """Keep the search table true: called by the unit of work with what it touched."""
    partly = work.outcome.partly["person"]
    people = [
        i
        for i in touched.get("person", ())
        if i not in partly or not _SEARCHED.isdisjoint(partly[i])
    ]
    if people:
        index_people(work.session, sorted(people), fresh=False)


_PERSON, _HOME = Person.__table__.c, Household.__table__.c
_NAMED = Among(
    _PERSON.id, sa.select(*(_PERSON[c] for c in _INDEXED), _PERSON.deleted, _PERSON.version)
)


def index_people(session: Session, ids: Sequence[int], *, fresh: bool) -> None:
    """Index persons anew; `fresh` says that none of them was indexed before."""
    raw = session.connection()
    for at in range(0, len(ids), 5000):
        part = ids[at : at + 5000]
        rows = _NAMED.rows(raw, part)
        if not fresh:
            old = [r.id for r in rows if r.version > 1 or r.deleted is not None]
            search.take_out(raw, old)
        search.put(
            raw, ((r.id, words(r.name, r.id_number, r.phone)) for r in rows if r.deleted is None)
        )


def rebuild_search(session: Session) -> None:
    """Index everybody from scratch."""
    search.drop(session.connection())
    create_search(session.connection())
    ids = session.scalars(sa.select(Person.id).where(Person.deleted.is_(None))).all()
    index_people(session, ids, fresh=True)


def terms(text: str) -> list[Term]:
    """What a clerk's words mean; nothing when nothing is left of them."""
    found: list[Term] = []
    for word in _words(text):
        if word.isascii() and (word.isdigit() or re.fullmatch(r"\d+[xX]", word)):
            found.append(Term(number=word.lower()))
            continue
        characters = tuple(_character(c) for c in word if _said(c))
        if characters:
            latin = word.isascii() and word.isalpha()
            found.append(Term(characters=characters, initials=word.lower() if latin else ""))
    return found


def match(text: str) -> str | None:
    """The full-text expression of FTS5 for what a clerk typed; None when nothing is left of it."""
    return search.match(terms(text)) or None


def _words(text: str) -> Iterator[str]:
    """Runs of digits (a land line is one), of Latin letters and of anything else."""
    text = re.sub(r"(?<=\d)-(?=\d)", "", unicodedata.normalize("NFKC", text))
    for part in text.split():
        yield from re.findall(r"\d+[xX]?(?![0-9A-Za-z])|[A-Za-z]+|\d+|[^\x00-\x7f]+", part)


def find(session: Session, text: str, limit: int = 50, under: int | None = None) -> Found:
    """People that fit everything typed, and the members of a household with that number."""
    typed, raw = terms(text), session.connection()
    ids = search.first_ids(raw, typed, CAP) if typed else []
    first = _of_household(session, text.strip(), under)
    if len(typed) == 1 and typed[0].number:
        # who has exactly these last digits comes before whose digits begin so
        first += search.first_ids(raw, [replace(typed[0], exact=True)], CAP)
    wanted = list(dict.fromkeys(first + ids))
    asked = wanted[: limit if under is None else None]
    people = _people(session, asked, under)
    # without those whom the county moved to a household that is not here
    total = len(people) + len(wanted) - len(asked)
    here = {person.id for person in people} if under is None else set(asked)
    elsewhere = [i for i in asked if i not in here]
    return Found(people[:limit], total, moved_away(session, elsewhere) if elsewhere else [])


def _of_household(session: Session, text: str, under: int | None) -> list[int]:
    """Members of the first households with this number, in order of place."""
    number = text.removeprefix("户").upper()
    if not number or len(number) > 20 or "\0" in number:
        return []
    given = {"number": number} | _inside(under)
    return list(session.connection().scalars(_MEMBERS[under is not None], given))


def _inside(under: int | None) -> dict[str, int]:
    """The range of places as a statement's parameters."""
    return {} if under is None else dict(zip(("low", "high"), subtree(under), strict=True))


def _within(query: sa.Select[Any]) -> sa.Select[Any]:
    return query.where(_HOME.place >= sa.bindparam("low"), _HOME.place < sa.bindparam("high"))


def _members(of_number: sa.Select[Any]) -> sa.Select[Any]:
    some = of_number.order_by(_HOME.place).limit(_HOUSEHOLDS).subquery()
    return (
        sa.select(_PERSON.id)
        .join(some, _PERSON.household == some.c.id)
        .where(_PERSON.deleted.is_(None))
        .order_by(some.c.place, _PERSON.household, _PERSON.line)
    )


# made once: to make a statement costs more than to run it; the second of each is of one place
_NUMBERED = sa.select(_HOME.id, _HOME.place).where(
    _HOME.number == sa.bindparam("number"), _HOME.deleted.is_(None)
)
_MEMBERS = (_members(_NUMBERED), _members(_within(_NUMBERED)))
_SHOWN = sa.select(
    _PERSON.id, _PERSON.name, _PERSON.id_number, _PERSON.sex, _PERSON.birth_date, _PERSON.phone,
    _PERSON.household, _HOME.number, _HOME.head_name, _HOME.place,
).join_from(Person.__table__, Household.__table__, _PERSON.household == _HOME.id)  # fmt: skip
_PEOPLE = (Among(_PERSON.id, _SHOWN), Among(_PERSON.id, _within(_SHOWN)))


def _people(session: Session, ids: Iterable[int], under: int | None) -> list[FoundPerson]:
    wanted = list(ids)
    conn, query, place = session.connection(), _PEOPLE[under is not None], _inside(under)
    found: dict[int, FoundPerson] = {}
    for at in range(0, len(wanted), 5000):
        for r in query.rows(conn, wanted[at : at + 5000], **place):
            found[r.id] = FoundPerson(
                r.id, r.name or "", r.id_number, r.sex, r.birth_date, r.phone, r.household,
                r.number or "", r.head_name or "", r.place or 0,
            )  # fmt: skip
    return [found[i] for i in wanted if i in found]
