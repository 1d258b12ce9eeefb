"""Moving a household to another place of the station, or a person to another household: at the
county also from one township to another.

One record keeps its id and history: nobody is entered twice because she moved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.features.census.household_form import HEAD
from laborclerk.features.census.numbers import free_number
from laborclerk.features.census.service import move_into
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.places import PlaceTree, ancestor, level_of
from laborclerk.kernel.errors import Message, Problem, Severity, reject
from laborclerk.store.store import Store


class TransferProblem(Message):
    """Why somebody was not moved, and what is left to do."""

    TRANSFER_NO_GROUP = "“{name}”不是村或{word}。请指明转到哪个村、哪个{word}"
    TRANSFER_GONE = "“{name}”已不在册,不能转移"
    TRANSFER_HEADLESS = "原户“{number}”没有户主了。请指定新户主"
    TRANSFER_RENUMBERED = "新村已有户编号“{before}”,改编为“{after}”"
    TRANSFER_RELATION = "已转入户“{number}”。请补填“与户主关系”"


@dataclass(frozen=True)
class Transferred:
    """What a move did: the household that now holds the record, what is left to do."""

    act: int
    household: int
    number: str
    place: int
    problems: list[Problem]
    touched: Mapping[str, set[int]] = field(default_factory=dict)


def transfer_household(store: Store, household_id: int, place: int) -> Transferred:
    """Move a household with its members to a group (or a village without groups). A number taken
    there is replaced by the next free one."""
    problems: list[Problem] = []
    with store.write("registry.transfer_household") as work:
        _check_place(work.session, place)
        household = work.get(Household, household_id)
        if household is None or household.deleted is not None:
            name = household.head_name if household else str(household_id)
            raise reject(TransferProblem.TRANSFER_GONE, name=name or "")
        village = ancestor(place, "village")
        number = household.number or ""
        taken = work.session.scalar(
            sa.select(sa.func.count()).where(
                Household.place >= village, Household.place < village + 1000,
                Household.number == number, Household.id != household_id,
                Household.deleted.is_(None),
            )
        )  # fmt: skip
        if taken or not number:
            fresh = free_number(work.session, village)
            told = {"before": number, "after": fresh}
            problems.append(Problem(TransferProblem.TRANSFER_RENUMBERED, told, Severity.HINT))
            number = fresh
        work.change(household, {"place": place, "number": number})
    return Transferred(
        work.outcome.act, household_id, number, place, problems, work.outcome.touched
    )


def transfer_person(store: Store, person_id: int, place: int) -> Transferred:
    """Move a person to a place where she begins a household of her own, as its head."""
    problems: list[Problem] = []
    with store.write("registry.transfer_person") as work:
        _check_place(work.session, place)
        person = work.get(Person, person_id)
        if person is None or person.deleted is not None:
            name = person.name if person else str(person_id)
            raise reject(TransferProblem.TRANSFER_GONE, name=name or "")
        problems += _headless(work.session, person)
        number = free_number(work.session, ancestor(place, "village"))
        household = work.add(
            Household(
                place=place, number=number, head_name=person.name, head_phone=person.phone,
                kind="0", residence="1", in_frame=False,
            )
        )  # fmt: skip
        work.flush()
        work.change(person, {"household": household.id, "line": 1, "relation": HEAD})
    return Transferred(
        work.outcome.act, household.id, number, place, problems, work.outcome.touched
    )


def join_household(store: Store, person_id: int, household_id: int) -> Transferred:
    """Move a person into an existing household; her relation to its head is left to be filled."""
    with store.write("registry.transfer_person") as work:
        person, household = work.get(Person, person_id), work.get(Household, household_id)
        gone = person is None or household is None or person.deleted or household.deleted
        if person is None or household is None or gone:
            name = (person.name if person else None) or ""
            raise reject(TransferProblem.TRANSFER_GONE, name=name)
        problems = _headless(work.session, person)
        move_into(work, person_id, household_id)
        number, place = household.number or "", household.place or 0
    params = {"number": number}
    problems.append(Problem(TransferProblem.TRANSFER_RELATION, params, Severity.HINT))
    done = work.outcome
    return Transferred(done.act, household_id, number, place, problems, done.touched)


def _check_place(session: Session, place: int) -> None:
    tree = PlaceTree.load(session)
    if place not in tree or level_of(place) not in ("village", "group"):
        raise reject(TransferProblem.TRANSFER_NO_GROUP, name=tree.name(place), word=tree.word)


def _headless(session: Session, person: Person) -> list[Problem]:
    """Whether the household that a head leaves still has members."""
    if person.relation != HEAD or person.household is None:
        return []
    left = session.scalar(
        sa.select(sa.func.count()).where(
            Person.household == person.household, Person.id != person.id, Person.deleted.is_(None)
        )
    )
    home = session.get(Household, person.household)
    if not left or home is None:
        return []
    params = {"number": home.number or ""}
    return [Problem(TransferProblem.TRANSFER_HEADLESS, params, Severity.WARN)]
