"""Deciding on a pair: one person (merge) or two (separate). Decisions are records, so every station
that receives one goes by it.

A merge is one act: the kept registration is filled from the other, what named the other names the
kept one, the other is taken out as entered twice. `undo.py` takes it back, also much later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from laborclerk.catalog.fields import Value
from laborclerk.features.registry.duplicates.model import (
    DIFFERENT,
    SAME,
    PersonVerdict,
    verdict_id,
)
from laborclerk.features.registry.model import Household, Person
from laborclerk.kernel.errors import Message, Problem, Rejected, Severity, reject
from laborclerk.kernel.ids import show_id
from laborclerk.store.base import fields_of, record_types
from laborclerk.store.disputes import Disputes
from laborclerk.store.references import naming
from laborclerk.store.store import Store
from laborclerk.store.work import Touched, UnitOfWork

ENTERED_TWICE = "3"  # of the code list delete_reason
DELETED = "deleted"
HEAD = "02"  # of the code list relation
PLACED = ("household", "line", "relation")  # follow from where the kept registration stands
# where a value goes with another, the other is filled with it
WITH = {"id_number": ("id_type",), "presence": ("presence_since",)}
Pair = tuple[int, int]


class DuplicateProblem(Message):
    """Deciding on two registrations."""

    DUPLICATE_GONE = "“{name}”已不在册,不能判定。请按F5刷新"
    DUPLICATE_ITSELF = "这是同一条登记,请给出两个人"
    DUPLICATE_KEEP = "要保留的须是这两条登记之一"
    DUPLICATE_UNDECIDED = "没有这一条判定。编号见 duplicates list,或已经撤回"
    DUPLICATE_HEADLESS = "户{number}没有户主了。请打开该户,指定新户主"
    DUPLICATE_EMPTY = "户{number}没有其他人了。请核对该户是否撤销"


@dataclass(frozen=True)
class Decided:
    """What a decision did: its act, the decisions' ids, how many pairs were passed over because
    somebody of them was merged meanwhile, what is left to do."""

    act: int
    verdicts: list[int]
    passed: int = 0
    problems: list[Problem] = field(default_factory=list)
    touched: Touched = field(default_factory=dict)


def separate(store: Store, a: int, b: int, reason: str = "") -> Decided:
    """Remember that a and b are two people: they are never listed again. Raises Rejected."""
    return separate_all(store, [(a, b)], reason)


def separate_all(store: Store, pairs: Iterable[Pair], reason: str = "") -> Decided:
    """The same of many pairs in one act."""
    done: list[int] = []
    with store.write("duplicates.separate") as work:
        for a, b in pairs:
            _both(work, a, b)
            done.append(_record(work, a, b, DIFFERENT, None, reason))
    return Decided(work.outcome.act, done, touched=work.outcome.touched)


def keep_apart(work: UnitOfWork, pairs: Iterable[Pair], reason: str = "") -> None:
    """The same within an act that does other things too; a pair on which somebody decided before,
    or of which one is not registered, is left as it is."""
    for a, b in pairs:
        known = work.get(PersonVerdict, verdict_id(a, b))
        if known is not None and known.deleted is None:
            continue
        both = work.get(Person, a), work.get(Person, b)
        if a != b and all(person is not None and person.deleted is None for person in both):
            _record(work, a, b, DIFFERENT, None, reason)


def merge(
    store: Store,
    a: int,
    b: int,
    keep: int | None = None,
    choose: Mapping[str, int] | None = None,
    reason: str = "",
) -> Decided:
    """Merge two registrations of one person into `keep` (default: a). Each field keeps its value,
    filled from the other where empty; `choose` names, by field, whose value is taken (a or b).
    Raises Rejected when one of them is gone."""
    kept = a if keep is None else keep
    with store.write("duplicates.merge") as work:
        problems = _merge(work, a, b, kept, choose or {}, reason)
    done = [verdict_id(a, b)]
    return Decided(work.outcome.act, done, 0, problems, work.outcome.touched)


def merge_all(store: Store, pairs: Iterable[Pair], reason: str = "") -> Decided:
    """Merge many pairs in one act, each into its first. Who was merged earlier in it is passed
    over: her next pair stands open."""
    done: list[int] = []
    problems: list[Problem] = []
    passed = 0
    with store.write("duplicates.merge") as work:
        for a, b in pairs:
            try:
                problems += _merge(work, a, b, a, {}, reason)
                done.append(verdict_id(a, b))
            except Rejected:
                passed += 1
    return Decided(work.outcome.act, done, passed, problems, work.outcome.touched)


def merged_values(
    kept: Mapping[str, Any], other: Mapping[str, Any], choose: Mapping[str, int]
) -> dict[str, Value]:
    """The kept registration's fields that a merge changes, by key (facts with `id`)."""
    changed: dict[str, Value] = {}
    for key in fields_of(Person):
        if key in PLACED or key == DELETED:
            continue
        chosen = choose.get(key)
        if chosen == kept["id"] or (chosen is None and kept[key] not in (None, "")):
            continue
        if other[key] != kept[key] and (chosen is not None or other[key] not in (None, "")):
            changed[key] = other[key]
            for also in WITH.get(key, ()):
                if also not in choose and other[also] != kept[also]:
                    changed[also] = other[also]
    return changed


def _both(work: UnitOfWork, a: int, b: int) -> tuple[Person, Person]:
    if a == b:
        raise reject(DuplicateProblem.DUPLICATE_ITSELF)
    found = work.get(Person, a), work.get(Person, b)
    for person, wanted in zip(found, (a, b), strict=True):
        if person is None or person.deleted is not None:
            name = person.name if person is not None else None
            raise reject(DuplicateProblem.DUPLICATE_GONE, name=name or show_id(wanted))
    one, other = found
    if one is None or other is None:
        raise AssertionError  # told above
    return one, other


def _record(work: UnitOfWork, a: int, b: int, verdict: str, kept: int | None, reason: str) -> int:
    """Write the decision down: a new record, or the one of an earlier decision."""
    number = verdict_id(a, b)
    said = {"verdict": verdict, "kept": kept, "reason": reason or None, "deleted": None}
    record = work.get(PersonVerdict, number)
    if record is None:
        work.add(PersonVerdict(id=number, person_a=min(a, b), person_b=max(a, b), **said))
    else:
        work.change(record, said)
    work.flush()
    return number


def _merge(
    work: UnitOfWork, a: int, b: int, keep: int, choose: Mapping[str, int], reason: str
) -> list[Problem]:
    """One merge inside an act. The decision is written first: what follows it in the journal, up
    to the next merge's, belongs to it (see undo.py)."""
    one, two = _both(work, a, b)
    if keep not in (a, b) or not set(choose.values()) <= {a, b}:
        raise reject(DuplicateProblem.DUPLICATE_KEEP)
    kept, other = (one, two) if keep == a else (two, one)
    _record(work, a, b, SAME, keep, reason)
    if not work.change(kept, merged_values(_facts(kept), _facts(other), choose)):
        _say_that_it_stays(work, kept)
    work.note("person", kept.id, merged=show_id(other.id))
    repoint(work, "person", other.id, kept.id)
    _carry(work, other.id, kept.id)
    problems = list(_left_behind(work, other))
    work.delete(other, ENTERED_TWICE)
    work.flush()
    return problems


def _say_that_it_stays(work: UnitOfWork, kept: Person) -> None:
    """Who merged the two the other way round meanwhile took this one out: then both would be gone
    everywhere. Said against it, it is in dispute and stays in sight."""
    work.flush()
    if DELETED not in Disputes(work.session, [kept.id]).of(kept):
        work.change_many(Person, {kept.id: {DELETED: (None, None)}})
        work.session.expire(kept)


def _facts(person: Person) -> dict[str, Any]:
    return {"id": person.id, **{key: getattr(person, key) for key in fields_of(Person)}}


def repoint(work: UnitOfWork, record_type: str, before: int, after: int) -> None:
    """Have every living record that names `before` name `after`."""
    work.flush()
    for name, key in naming(record_type):
        model = record_types()[name]
        if model is PersonVerdict:  # a decision is about the registrations it names
            continue
        table: Any = model.__table__
        query = sa.select(table.c.id).where(table.c[key] == before, table.c.deleted.is_(None))
        ids = list(work.session.scalars(query))
        work.change_many(model, {i: {key: (before, after)} for i in ids})
        for i in ids:  # what the session holds of it is older now
            loaded = work.session.identity_map.get(sa.orm.util.identity_key(model, i))
            if loaded is not None:
                work.session.expire(loaded)


def _carry(work: UnitOfWork, other: int, kept: int) -> None:
    """Who is known not to be the other is not the kept one either."""
    table = PersonVerdict.__table__.c
    query = sa.select(table.person_a, table.person_b).where(
        sa.or_(table.person_a == other, table.person_b == other),
        table.verdict == DIFFERENT, table.deleted.is_(None),
    )  # fmt: skip
    for a, b in work.session.execute(query).all():
        third = b if a == other else a
        known = work.get(PersonVerdict, verdict_id(kept, third))
        if third != kept and (known is None or known.deleted is not None):
            _record(work, kept, third, DIFFERENT, None, "")


def _left_behind(work: UnitOfWork, other: Person) -> Iterator[Problem]:
    """What the household of who is taken out then lacks."""
    home = work.get(Household, other.household) if other.household is not None else None
    if home is None or home.deleted is not None:
        return
    left = work.session.scalar(
        sa.select(sa.func.count()).where(
            Person.household == home.id, Person.id != other.id, Person.deleted.is_(None)
        )
    )
    params = {"number": home.number or ""}
    if not left:
        yield Problem(DuplicateProblem.DUPLICATE_EMPTY, params, Severity.WARN)
    elif other.relation == HEAD:
        yield Problem(DuplicateProblem.DUPLICATE_HEADLESS, params, Severity.WARN)
