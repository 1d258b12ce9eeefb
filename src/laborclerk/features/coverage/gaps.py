"""The list behind every number of the coverage screen, each line with what it opens.

`gaps` pages through a list in walking order (place, household number; revisits by their date);
`gap_total` says how many lines there are and what they add up to, which is the number shown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.codes import code_list
from laborclerk.features.census.due import RoundFacts, missing_items
from laborclerk.features.census.model import Round, Visit
from laborclerk.features.census.rounds import round_facts
from laborclerk.features.coverage.changed import changed_since
from laborclerk.features.coverage.changed_words import changes_in_words
from laborclerk.features.coverage.expressions import person_rules
from laborclerk.features.coverage.model import HouseholdState
from laborclerk.features.coverage.service import (
    all_rows,
    changed_villages,
    counts_of,
    latest_sign_offs,
)
from laborclerk.features.coverage.states import Counts
from laborclerk.features.coverage.summary import people
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.places import PlaceTree, subtree
from laborclerk.store.base import fields_of, table_of, values_of
from laborclerk.store.bulk import among

S = HouseholdState


class GapKind(StrEnum):
    """Lists by what they hold: places, households, or persons."""

    TOWNSHIP = "township"
    VILLAGE = "village"
    GROUP = "group"
    UNVISITED = "unvisited"
    REVISIT = "revisit"
    UNFINISHED = "unfinished"
    PERSON = "person"
    ITEM = "item"
    # not gaps, but numbers of the same screen
    EXPLAINED = "explained"
    GONE = "gone"
    FOUND = "found"
    FRAME = "frame"
    DUE = "due"
    VISITED = "visited"
    DONE = "done"
    MISSING = "missing"
    REGISTERED = "registered"
    LABOUR = "labour"
    CHANGED = "changed"  # since their village was signed

    @property
    def label(self) -> str:
        """What the list is called on screen and paper."""
        return _TITLES[self]


_TITLES = {
    GapKind.TOWNSHIP: "漏乡(镇)", GapKind.VILLAGE: "漏村", GapKind.GROUP: "漏组",
    GapKind.UNVISITED: "未访户", GapKind.REVISIT: "待复访户", GapKind.UNFINISHED: "已访未完成户",
    GapKind.PERSON: "漏人户", GapKind.ITEM: "缺项人员", GapKind.EXPLAINED: "有说明户",
    GapKind.GONE: "在册已注销户", GapKind.FOUND: "在住不在册户", GapKind.FRAME: "在册户",
    GapKind.DUE: "应访户", GapKind.VISITED: "已访户", GapKind.DONE: "已完成户",
    GapKind.MISSING: "漏户", GapKind.REGISTERED: "应登记人", GapKind.LABOUR: "劳动力",
    GapKind.CHANGED: "签认后改动户",
}  # fmt: skip

# the number behind which a list of as many lines stands
_NUMBERS: dict[GapKind, Callable[[Counts], int]] = {
    GapKind.UNVISITED: lambda c: c.unvisited, GapKind.REVISIT: lambda c: c.revisit,
    GapKind.UNFINISHED: lambda c: c.unfinished, GapKind.EXPLAINED: lambda c: c.explained,
    GapKind.GONE: lambda c: c.gone, GapKind.FOUND: lambda c: c.found,
    GapKind.FRAME: lambda c: c.frame, GapKind.DUE: lambda c: c.due,
    GapKind.VISITED: lambda c: c.visited, GapKind.DONE: lambda c: c.done,
    GapKind.MISSING: lambda c: c.missing, GapKind.REGISTERED: lambda c: c.persons_due,
    GapKind.LABOUR: lambda c: c.labour,
}  # fmt: skip
PLACE_KINDS = (GapKind.TOWNSHIP, GapKind.VILLAGE, GapKind.GROUP)
_PERSONS = {GapKind.REGISTERED: "population", GapKind.LABOUR: "labour"}  # lines of the summary
_CLASSED = S.done + S.revisit + S.explained
_HOUSEHOLDS: dict[GapKind, Any] = {
    GapKind.UNVISITED: sa.and_(S.due == 1, S.visited == 0),
    GapKind.REVISIT: S.revisit == 1,
    GapKind.UNFINISHED: sa.and_(S.visited == 1, _CLASSED == 0),
    GapKind.PERSON: S.persons_missing > 0,
    GapKind.EXPLAINED: S.explained == 1,
    GapKind.GONE: S.gone == 1,
    GapKind.FOUND: sa.and_(S.due == 1, S.frame == 0),
    GapKind.FRAME: S.frame == 1,
    GapKind.DUE: S.due == 1,
    GapKind.VISITED: S.visited == 1,
    GapKind.DONE: S.done == 1,
    GapKind.MISSING: sa.and_(S.due == 1, S.done == 0, S.explained == 0),
}


@dataclass(frozen=True, slots=True)
class Gap:
    """One line: `household` or `person` is the record to open (a place when both are None),
    `where` the village and group, `text` what is the matter, `amount` what it adds to the
    number the list stands behind."""

    kind: GapKind
    place: int
    where: str
    text: str
    household: int | None = None
    number: str = ""
    head_name: str = ""
    person: int | None = None
    name: str = ""
    next_date: str | None = None
    amount: int = 1


def gaps(
    session: Session, round_id: int, place: int, kind: GapKind, limit: int = 200, offset: int = 0
) -> list[Gap]:
    """One page of a list, of everything in a place and below."""
    if kind in PLACE_KINDS:
        return _places(session, round_id, place, kind)[offset : offset + limit]
    if kind is GapKind.CHANGED:
        return _changed(session, round_id, place)[offset : offset + limit]
    if kind is GapKind.ITEM:
        return _items(session, round_id, place, limit, offset)
    if kind in _PERSONS:
        return _people(session, round_id, place, kind, limit, offset)
    return _households(session, round_id, place, kind, limit, offset)


def gap_total(session: Session, round_id: int, place: int, kind: GapKind) -> tuple[int, int]:
    """(lines, sum of their amounts) of a list."""
    if kind in PLACE_KINDS:
        count = len(_places(session, round_id, place, kind))
    elif kind is GapKind.CHANGED:
        count = len(_changed(session, round_id, place))
    elif kind is GapKind.ITEM:
        query, items = _item_query(_facts(session, round_id), place)
        found = query.order_by(None).with_only_columns(sa.func.count(), sa.func.sum(items))
        lines, total = session.execute(found).one()
        return lines, total or 0
    elif kind is GapKind.PERSON:
        ids = _household_query(round_id, place, kind).order_by(None)
        lines = session.scalar(ids.with_only_columns(sa.func.count())) or 0
        return lines, counts_of(session, round_id, place).persons_missing
    else:
        count = _NUMBERS[kind](counts_of(session, round_id, place))
    return count, count


def _facts(session: Session, round_id: int) -> RoundFacts:
    return round_facts(session.get_one(Round, round_id))


# -- places ------------------------------------------------------------------------------------


def _places(session: Session, round_id: int, place: int, kind: GapKind) -> list[Gap]:
    tree = PlaceTree.load(session)
    return [
        Gap(
            kind,
            empty.place,
            tree.path(empty.place, "township"),
            f"底册和登记有{empty.counts.due}户，一户未访"
            if empty.counts.due
            else "没有一户，也没有访问",
        )
        for empty in all_rows(session, round_id, place)
        if empty.level == kind.value and not empty.counts.touched
    ]


# -- households --------------------------------------------------------------------------------


def _state(round_id: int, condition: Any) -> Any:
    """Whether the state of the household in question fulfils a condition. An EXISTS keeps the
    households of the place the outer loop: a round's states are many more."""
    return sa.exists().where(S.round == round_id, S.household == Household.id, condition)


def _household_query(round_id: int, place: int, kind: GapKind) -> sa.Select[Any]:
    low, high = subtree(place)
    query = (
        sa.select(Household.id)
        .where(Household.place >= low, Household.place < high)
        .where(_state(round_id, _HOUSEHOLDS[kind]))
    )
    order = (Household.place, Household.number, Household.id)
    if kind is GapKind.REVISIT:
        date = sa.select(S.next_date).where(S.round == round_id, S.household == Household.id)
        return query.order_by(sa.func.coalesce(date.scalar_subquery(), ""), *order)
    return query.order_by(*order)


def _households(
    session: Session, round_id: int, place: int, kind: GapKind, limit: int, offset: int
) -> list[Gap]:
    page = _household_query(round_id, place, kind).limit(limit).offset(offset)
    ids = list(session.scalars(page))
    tree = PlaceTree.load(session)
    households = {h.id: h for h in session.scalars(_of_ids(Household, ids))}
    states = {
        s.household: s
        for s in session.scalars(sa.select(S).where(S.round == round_id, S.household.in_(ids)))
    }
    visits = last_visits(session, round_id, ids)
    found = []
    for key in ids:
        household, state, visit = households[key], states[key], visits.get(key)
        found.append(
            Gap(
                kind,
                state.place,
                tree.path(state.place),
                _household_text(kind, household, state, visit),
                household=key,
                number=household.number or "",
                head_name=household.head_name or "",
                next_date=state.next_date,
                amount=state.persons_missing if kind is GapKind.PERSON else 1,
            )
        )
    return found


def due_visits(session: Session, round_id: int, place: int, today: str) -> int:
    """How many households of a place were promised another visit by `today`, and not met since."""
    low, high = subtree(place)
    return int(
        session.scalar(
            sa.select(sa.func.count())
            .select_from(S)
            .where(
                S.round == round_id, S.place >= low, S.place < high,
                S.revisit == 1, S.next_date <= today,
            )
        )
        or 0
    )  # fmt: skip


def _of_ids(model: Any, ids: Sequence[int]) -> sa.Select[Any]:
    return sa.select(model).where(model.id.in_(ids))


def last_visits(session: Session, round_id: int, households: Sequence[int]) -> dict[int, Visit]:
    """The last visit of each household, as `states` defines it."""
    visits = session.scalars(
        sa.select(Visit)
        .where(Visit.household.in_(households), Visit.round == round_id, Visit.deleted.is_(None))
        .order_by(sa.func.coalesce(Visit.date, ""), Visit.id)
    )
    return {v.household: v for v in visits if v.household is not None}


def _household_text(
    kind: GapKind, household: Household, state: HouseholdState, visit: Visit | None
) -> str:
    if kind is GapKind.PERSON:
        known = (household.registered_count or 0) - state.persons_missing
        return (
            f"底册{household.registered_count}人，已登记{known}人，少{state.persons_missing}人"
            + ("" if state.visited else "(未访)")
        )
    if kind is GapKind.GONE:
        return code_list("residence").label(household.residence or "")
    if state.due and not state.visited:
        return "未访"
    parts = []
    if visit is not None:
        parts.append(f"{code_list('visit_result').label(visit.result or '')}({visit.date or ''})")
    if state.next_date:
        parts.append(f"复访 {state.next_date}")
    elif state.revisit:
        parts.append("没有约定复访日期")
    if state.visited and not (state.done or state.revisit or state.explained):
        parts.append("表未完成")
    if kind is GapKind.EXPLAINED and visit is not None and visit.note:
        parts.append(visit.note)
    return " ".join(parts)


def _changed(session: Session, round_id: int, place: int) -> list[Gap]:
    """The households of signed villages of which something was changed since, or which left."""
    signed = latest_sign_offs(session, round_id, *subtree(place))
    found = [
        (village, household, events)
        for village in changed_villages(session, round_id, signed)
        for household, events in changed_since(session, signed[village]).items()
    ]
    tree = PlaceTree.load(session)
    people = {e.record_id for _, _, some in found for e in some if e.record_type == "person"}
    names = sa.select(Person.id, Person.name).where(among(table_of(Person).c.id, people))
    known = {key: name or "" for key, name in session.execute(names)}
    asked = among(table_of(Household).c.id, {household for _, household, _ in found})
    households = {h.id: h for h in session.scalars(sa.select(Household).where(asked))}
    lines = []
    for village, key, events in found:
        home = households[key]
        low, high = subtree(village)
        out = not low <= (home.place or 0) < high
        text = changes_in_words(key, events, known, out=out)
        lines.append(
            Gap(
                GapKind.CHANGED, home.place or village, tree.path(home.place or village), text,
                household=key, number=home.number or "", head_name=home.head_name or "",
            )
        )  # fmt: skip
    return sorted(lines, key=lambda g: (g.place, g.number, g.household))


# -- persons -----------------------------------------------------------------------------------


def _item_query(facts: RoundFacts, place: int) -> tuple[sa.Select[Any], Any]:
    low, high = subtree(place)
    rules = person_rules(facts)
    query = (
        sa.select(Person)
        .join(Household, Person.household == Household.id)
        .where(
            Household.place >= low, Household.place < high,
            _state(facts.id, S.items_missing > 0), rules.due, rules.items_missing > 0,
        )
        .order_by(Household.place, Household.number, Household.id, Person.line, Person.id)
    )  # fmt: skip
    return query, rules.items_missing


def _items(session: Session, round_id: int, place: int, limit: int, offset: int) -> list[Gap]:
    facts = _facts(session, round_id)
    query, _ = _item_query(facts, place)
    tree = PlaceTree.load(session)
    labels = fields_of(Person)
    found = []
    page = query.add_columns(Household.place, Household.number, Household.head_name)
    for person, at, number, head in session.execute(page.limit(limit).offset(offset)):
        missing = missing_items(values_of(person), {}, facts)
        found.append(
            Gap(
                GapKind.ITEM,
                at,
                tree.path(at),
                "缺 " + "、".join(labels[key].label for key in missing),
                household=person.household,
                number=number or "",
                head_name=head or "",
                person=person.id,
                name=person.name or "",
                amount=len(missing),
            )
        )
    return found


def _people(
    session: Session, round_id: int, place: int, kind: GapKind, limit: int, offset: int
) -> list[Gap]:
    sexes = code_list("sex")
    return [
        Gap(
            kind,
            found.place,
            found.where,
            f"{sexes.label(found.sex)} {found.birth_date}".strip(),
            household=found.household,
            number=found.number,
            person=found.person,
            name=found.name,
        )
        for found in people(session, round_id, place, _PERSONS[kind], limit, offset)
    ]
