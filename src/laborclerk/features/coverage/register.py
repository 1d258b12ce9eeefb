"""The households of a place as a list to work through: the register itself, with where each
household stands in the round. What is typed narrows it: number, head, or pinyin of the head."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.codes import code_list
from laborclerk.features.coverage.model import HouseholdState
from laborclerk.features.registry.find import terms
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.places import PlaceTree, level_of, subtree
from laborclerk.features.registry.search import fitting

S = HouseholdState


@dataclass(frozen=True, slots=True)
class HouseholdLine:
    """One household: where it is, who heads it, how far its form is."""

    id: int
    place: int
    where: str
    number: str
    head_name: str
    phone: str
    kind: str
    residence: str
    frame_count: int | None
    persons: int
    items_missing: int
    state: str
    next_date: str


def _query(session: Session, round_id: int, place: int, typed: str) -> Any:
    low, high = subtree(place)
    query: Any = (
        sa.select(Household, S)
        .outerjoin(S, sa.and_(S.round == round_id, S.household == Household.id))
        .where(Household.place >= low, Household.place < high, Household.deleted.is_(None))
    )
    text = typed.strip().removeprefix("户")
    if text:
        wanted = [Household.number.istartswith(text), Household.head_name.icontains(text)]
        said = terms(text)
        if said:
            found = fitting(session.connection(), said)
            ids = sa.select(Person.household).where(Person.id.in_(found))
            wanted.append(Household.id.in_(ids))
        query = query.where(sa.or_(*wanted))
    return query


def count(session: Session, round_id: int, place: int, typed: str = "") -> int:
    """How many households the list has."""
    query = _query(session, round_id, place, typed)
    return session.scalar(query.with_only_columns(sa.func.count(Household.id))) or 0


def households(
    session: Session, round_id: int, place: int, typed: str = "", limit: int = 200, offset: int = 0
) -> list[HouseholdLine]:
    """One page of the list, in walking order: group, then number."""
    query = _query(session, round_id, place, typed).order_by(
        Household.place, Household.number, Household.id
    )
    tree = PlaceTree.load(session)
    kinds, homes = code_list("household_kind"), code_list("residence")
    above = level_of(place) in ("province", "city", "county")
    top = "township" if above else "village"  # villages of different townships are alike
    return [
        HouseholdLine(
            h.id, h.place or 0, tree.path(h.place or 0, top), h.number or "", h.head_name or "",
            h.head_phone or "", kinds.label(h.kind) if h.kind else "",
            homes.label(h.residence) if h.residence else "", h.registered_count,
            s.persons_due if s else 0, s.items_missing if s else 0, state_word(s),
            (s.next_date if s else None) or "",
        )
        for h, s in session.execute(query.limit(limit).offset(offset))
    ]  # fmt: skip


def state_word(state: HouseholdState | None) -> str:
    """Where a household stands, in one word."""
    if state is None:
        return ""
    if not state.due:
        return "已注销"
    if state.done:
        return "已完成"
    if state.explained:
        return "有说明"
    if state.revisit:
        return "待复访"
    return "未完成" if state.visited else "未访"
