"""Keeps the list of pairs true: a maintainer, run inside every transaction that touches persons.

Never a UNIQUE constraint: a double is listed, not forbidden. Everything is asked of indexes for all
touched persons at once, so an import of a township costs a few statements. What is listed follows
from the register and the decisions alone; `recount` makes it anew and must find the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import combinations
from operator import ne
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateTable

from laborclerk.catalog.idnumber import check_digit
from laborclerk.catalog.sound import heard
from laborclerk.features.registry.duplicates import crowd, judge
from laborclerk.features.registry.duplicates.crowd import CHOSEN, OWN, P, Some, chosen, parts
from laborclerk.features.registry.duplicates.judge import Facts
from laborclerk.features.registry.duplicates.model import (
    CROWD,
    DIFFERENT,
    PAIR,
    PersonVerdict,
    card_key,
    number_key,
    unusual,
    verdict_id,
)
from laborclerk.features.registry.model import Person
from laborclerk.store.base import table_of
from laborclerk.store.bulk import Among, insert_many
from laborclerk.store.work import Touched, UnitOfWork

Pairs = set[tuple[int, int]]
_FEW = 500  # ids that are named in a statement; more stand in a table of the connection's own


_COMPARED = {
    "household", "name", "id_number", "disability_number", "sex", "birth_date", "phone", "deleted",
}  # fmt: skip


def maintain(work: UnitOfWork, touched: Touched) -> None:
    """Bring the list up to date: called by the unit of work with what it touched."""
    partly = work.outcome.partly["person"]
    people = {
        i for i in touched.get("person", ())
        if i not in partly or not _COMPARED.isdisjoint(partly[i])
    }  # fmt: skip
    decided = touched.get("person_verdict")
    if decided:
        table = PersonVerdict.__table__.c
        for part in parts(sorted(decided)):
            query = sa.select(table.person_a, table.person_b).where(table.id.in_(part))
            people.update(i for row in work.session.execute(query) for i in row if i)
    if people:
        update(work.session, people)


def recount(session: Session) -> None:
    """Make the list anew from nothing."""
    conn = session.connection()
    conn.execute(sa.delete(PAIR))
    conn.execute(sa.delete(CROWD))
    update(session, set(session.scalars(sa.select(Person.id))))


def update(session: Session, people: Collection[int]) -> None:
    """Bring the pairs of these persons up to date."""
    conn = session.connection()
    everybody = set(people)
    with _chosen(conn, everybody) as some:
        shared = crowd.shared(conn, some)
        others = crowd.settle(conn, some, shared) - everybody
        if not others:
            _renew(conn, everybody, some, shared)
    if others:
        everybody |= others
        with _chosen(conn, everybody) as some:
            _renew(conn, everybody, some, crowd.shared(conn, some))


def _renew(conn: sa.Connection, everybody: set[int], some: Some, shared: crowd.Shared) -> None:
    for forget in _forgetting(some.many):
        conn.execute(forget, some.given)
    finder = _Finder(conn, some, shared)
    found = finder.pairs()
    rows = finder.judged(p for p in found if p[0] in everybody or p[1] in everybody)
    insert_many(conn, PAIR, rows)


@contextmanager
def _chosen(conn: sa.Connection, ids: Collection[int]) -> Iterator[Some]:
    """These persons as statements name them."""
    if len(ids) <= _FEW:
        yield Some(False, {"ids": list(ids)})
        return
    conn.execute(CreateTable(CHOSEN, if_not_exists=True))
    for part in parts(sorted(ids), 5000):  # spelled out: 60,000 parameters take half a second
        values = ",".join(f"({i:d})" for i in part)
        conn.exec_driver_sql(f"INSERT INTO {CHOSEN.name} (id) VALUES {values}")
    try:
        yield Some(True, {})
    finally:
        conn.execute(sa.delete(CHOSEN))


@cache
def _forgetting(many: bool) -> list[sa.Delete]:
    """The pairs of some persons go."""
    found = [column.in_(chosen(many)) for column in (PAIR.c.person_a, PAIR.c.person_b)]
    return [sa.delete(PAIR).where(has) for has in (found if many else [sa.or_(*found)])]


@cache
def _members(many: bool) -> sa.Select[Any]:
    """Everybody in some persons' households."""
    homes = sa.select(OWN.household).where(OWN.id.in_(chosen(many)), OWN.household.is_not(None))
    query = sa.select(P.household, P.id, P.name, P.sex)
    return query.where(P.household.in_(homes), P.deleted.is_(None))


def _keys(many: bool) -> sa.Select[Any]:
    """The number keys of some persons."""
    has_number = OWN.id_number.is_not(None)
    return sa.select(number_key(OWN.id_number)).where(OWN.id.in_(chosen(many)), has_number)


@cache
def _card_holders() -> sa.Select[Any]:
    """Who has a disability certificate that begins with another number than his own, and that
    number's key."""
    other = sa.or_(P.id_number.is_(None), P.id_number != sa.func.substr(P.disability_number, 1, 18))
    has = sa.and_(P.disability_number.is_not(None), P.deleted.is_(None))
    return sa.select(P.id, card_key(P.disability_number)).where(has, other)


@cache
def _odd_and_cards(many: bool) -> sa.CompoundSelect[Any]:
    """Unusual forms of some persons' numbers, others' and their own (under no person); such
    certificates, some persons' own and those that name their numbers."""
    form, key = number_key(P.id_number), card_key(P.disability_number)
    odd = sa.select(sa.cast(sa.null(), sa.BigInteger), P.id_number)
    return sa.union(
        odd.where(unusual(P.id_number), form.in_(_keys(many))),
        _card_holders().where(P.id.in_(chosen(many))),
        _card_holders().where(key.in_(_keys(many))),
    )


_NUMBERS: Any = sa.bindparam("numbers", expanding=True)
_CARDS_NAMING = _card_holders().where(card_key(P.disability_number).in_(_NUMBERS))
_USUAL = sa.select(P.id_number).where(P.id_number.in_(_NUMBERS)).distinct()
_UNUSUAL = (
    sa.select(P.id_number)
    .where(unusual(P.id_number), number_key(P.id_number).in_(_NUMBERS))
    .distinct()
)
_FACTS = Among(
    P.id,
    sa.select(
        P.id, P.household, P.name, P.id_number, P.disability_number, P.sex, P.birth_date, P.phone
    ).where(P.deleted.is_(None)),
)
_VERDICT = table_of(PersonVerdict).c
_DECIDED = Among(
    _VERDICT.id,
    sa.select(_VERDICT.id).where(_VERDICT.verdict == DIFFERENT, _VERDICT.deleted.is_(None)),
)


class _Finder:
    """Finds who may be whom by what they have in common, then judges each pair once."""

    def __init__(self, conn: sa.Connection, some: Some, shared: crowd.Shared) -> None:
        self.conn = conn
        self.some = some
        self.shared = shared
        # what too many carry to say anything
        self.silent = {
            kind: {key for key, number in keys.items() if number > crowd.MOST}
            for kind, keys in shared.items()
        }

    def pairs(self) -> Pairs:
        found: Pairs = set()
        self._numbers(found)
        for block in self._blocks(crowd.NAME):
            found.update(combinations(sorted(i for i, *_ in block), 2))
        for block in self._blocks(crowd.PHONE):
            found.update(_alike(block))
        self._households(found)
        return found

    def _blocks(self, kind: str) -> Iterable[list[tuple[int, str, str]]]:
        """(id, name, sex) of the living who share a key that says something."""
        blocks: dict[crowd.Key, list[tuple[int, str, str]]] = defaultdict(list)
        query = crowd.carriers(kind, "id", "name", "sex")
        for part in parts(sorted(self.shared[kind].keys() - self.silent[kind])):
            for row in self.conn.execute(query, crowd.keys_of(kind, part)).all():
                blocks[tuple(row[3:])].append((row[0], row[1], row[2]))
        return blocks.values()

    def _households(self, found: Pairs) -> None:
        crowded = self.silent[crowd.HOME]
        query = _members(self.some.many)
        if crowded:
            query = query.where(P.household.not_in([home for (home,) in crowded]))
        members: dict[int, list[tuple[int, str, str]]] = defaultdict(list)
        for row in self.conn.execute(query, self.some.given).all():
            members[row[0]].append((row[1], row[2], row[3]))
        for block in members.values():
            found.update(_alike(block))

    # -- numbers in their forms ----------------------------------------------------------------

    def _numbers(self, found: Pairs) -> None:
        """Who has the same number in any form: first the texts that matter, then their carriers."""
        texts = {text for (text,) in self.shared[crowd.NUMBER]}
        odd: set[str] = set()
        cards: set[tuple[int, str]] = set()
        for person, text in self.conn.execute(_odd_and_cards(self.some.many), self.some.given):
            if person is None:
                odd.add(text)
            else:
                cards.add((person, text))
        texts |= odd
        # the usual form of these persons' unusual ones
        wanted = {judge.number_key(text) for text in odd} | {key for _, key in cards}
        texts |= self._usual(wanted)
        for part in parts(sorted({key for _, key in cards})):
            found_cards = self.conn.execute(_CARDS_NAMING, {"numbers": part})
            cards.update((row[0], row[1]) for row in found_cards)
        crowded = self.silent[crowd.NUMBER]
        crowded |= crowd.is_crowded(self.conn, crowd.NUMBER, ((text,) for text in texts))
        holders: dict[str, set[int]] = defaultdict(set)
        query = crowd.carriers(crowd.NUMBER, "id")
        for part in parts(sorted(texts - {text for (text,) in crowded})):
            for person, number in self.conn.execute(query, {"keys": part}).all():
                holders[judge.number_key(number)].add(person)
        for person, key in cards:
            holders[key].add(person)
        for block in holders.values():
            found.update(combinations(sorted(block), 2))

    def _usual(self, keys: set[str]) -> set[str]:
        """All texts in the register that are forms of these numbers."""
        whole = [k + check_digit(k) for k in keys if len(k) == 17 and k.isdigit() and k.isascii()]
        found: set[str] = set()
        for part in parts(sorted(whole)):
            found.update(self.conn.scalars(_USUAL, {"numbers": part}))
        for part in parts(sorted(keys)):
            found.update(self.conn.scalars(_UNUSUAL, {"numbers": part}))
        return found

    # -- judging -------------------------------------------------------------------------------

    def judged(self, pairs: Iterable[tuple[int, int]]) -> list[dict[str, Any]]:
        """Rows of the list: the pairs that the rule lets stand and nobody has decided."""
        some = sorted(set(pairs))
        facts = self._facts({i for pair in some for i in pair})
        crowded = {text for (text,) in self.silent[crowd.NUMBER]}
        rows: list[dict[str, Any]] = []
        for a, b in some:
            one, other = facts.get(a), facts.get(b)
            if one is None or other is None:
                continue
            found = judge.judge(
                one,
                other,
                crowded=crowded,
                name_says=(one.name, one.birth) not in self.silent[crowd.NAME],
                phone_says=(one.phone,) not in self.silent[crowd.PHONE],
                home_says=(one.household,) not in self.silent[crowd.HOME],
            )
            if found is not None:
                rows.append(
                    {"person_a": a, "person_b": b, "reasons": ",".join(found.reasons),
                     "score": found.score, "certain": found.certain}
                )  # fmt: skip
        decided = self._decided(verdict_id(r["person_a"], r["person_b"]) for r in rows)
        return [r for r in rows if verdict_id(r["person_a"], r["person_b"]) not in decided]

    def _facts(self, ids: set[int]) -> dict[int, Facts]:
        found: dict[int, Facts] = {}
        for part in parts(sorted(ids), 5000):
            found.update((row[0], Facts(*row)) for row in _FACTS.rows(self.conn, part))
        return found

    def _decided(self, ids: Iterable[int]) -> set[int]:
        """Which pairs are known to be two people."""
        found: set[int] = set()
        for part in parts(sorted(ids), 5000):
            found.update(row[0] for row in _DECIDED.rows(self.conn, part))
        return found


def _alike(block: list[tuple[int, str, str]]) -> Iterator[tuple[int, int]]:
    """Pairs of (id, name, sex) that `judge.alike` finds alike and whose sexes do not differ."""
    named = [(i, name, sex, heard(name)) for i, name, sex in block if name]
    for (i, name, sex, said), (j, other, other_sex, other_said) in combinations(named, 2):
        if sex != other_sex and sex and other_sex:
            continue
        one_differs = len(name) == len(other) and sum(map(ne, name, other)) == 1
        if one_differs or said == other_said:
            yield (i, j) if i < j else (j, i)
