"""Which record is meant: by id, or by anything `find` finds exactly once."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.features.registry.find import FoundPerson, find
from laborclerk.features.registry.model import Household, Person, Place
from laborclerk.features.registry.places import PlaceTree, subtree
from laborclerk.kernel.errors import Message, reject
from laborclerk.kernel.ids import read_id, show_id
from laborclerk.store.base import Record, record_types

_SHOWN = 5  # candidates named when several fit


class LookupProblem(Message):
    """Records that are not there, or several."""

    RECORD_UNKNOWN = "没有找到“{what}”。请核对姓名、号码或编号"
    RECORD_AMBIGUOUS = "“{what}”对应{count}条记录:{choices}。请用编号指明是哪一条"


def one_record(session: Session, text: str) -> Record:
    """The record `text` names: an id, a 12- or 15-digit place code, a household number (户0187),
    part of a name, digits of a number; a place before it (`油榨街社区 0187`) narrows. Raises
    Rejected with the candidates when several fit."""
    text = text.strip()
    number = read_id(text)
    if number is not None:
        for model in record_types().values():
            record = session.get(model, number)
            if record is not None:
                return record
    tree = PlaceTree.load(session)
    if text.isascii() and text.isdigit() and len(text) in (12, 15):
        for place in tree.resolve(text):
            found = session.get(Place, place)
            if found is not None:
                return found
    first, _, rest = text.replace("/", " ").partition(" ")
    places = tree.resolve(first) if rest.strip() else []
    households, people = (
        _candidates(session, rest.strip(), places[0])
        if len(places) == 1
        else _candidates(session, text, None)
    )
    if len(households) + len(people) == 1:
        model, record_id = (Household, households[0].id) if households else (Person, people[0].id)
        record = session.get(model, record_id)
        if record is not None:
            return record
    if not households and not people:
        raise reject(LookupProblem.RECORD_UNKNOWN, what=text)
    choices = [f"户{h.number} {h.head_name or ''} {_at(tree, h.place, h.id)}" for h in households]
    choices += [f"{p.name} {_at(tree, p.place, p.id)}" for p in people]
    shown = "、".join(choices[:_SHOWN]) + ("……" if len(choices) > _SHOWN else "")
    raise reject(LookupProblem.RECORD_AMBIGUOUS, what=text, count=len(choices), choices=shown)


def one_person(session: Session, text: str) -> Person:
    """The person `text` names, as `one_record` reads it; whatever else it names is refused."""
    found = one_record(session, text)
    if not isinstance(found, Person):
        raise reject(LookupProblem.RECORD_UNKNOWN, what=text)
    return found


def _at(tree: PlaceTree, place: int | None, record_id: int) -> str:
    return f"{tree.path(place) if place else ''}({show_id(record_id)})"


def _candidates(
    session: Session, text: str, under: int | None
) -> tuple[list[Household], list[FoundPerson]]:
    """The households of that number, and the people found who are not just their members."""
    query = sa.select(Household).where(
        Household.number == text.removeprefix("户"), Household.deleted.is_(None)
    )
    if under is not None:
        low, high = subtree(under)
        query = query.where(Household.place >= low, Household.place < high)
    households = list(session.scalars(query.limit(100)))
    members = {h.id for h in households}
    people = find(session, text, limit=1000, under=under).people
    return households, [p for p in people if p.household not in members]
