"""Batches and their members as they stand: for screen, command line and rosters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.codes import code_list
from laborclerk.catalog.divisions import place_in_words
from laborclerk.features.dispatch import rules
from laborclerk.features.dispatch.model import (
    Batch,
    BatchLeader,
    BatchMember,
    RosterEdition,
)
from laborclerk.features.dispatch.parameters import leader_rules
from laborclerk.features.matching.model import Offer
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.places import PlaceTree, ancestor, level_of, subtree
from laborclerk.kernel.errors import Message, Problem, reject
from laborclerk.kernel.ids import read_id

B, L, M = Batch.__table__.c, BatchLeader.__table__.c, BatchMember.__table__.c
P, H = Person.__table__.c, Household.__table__.c
_LATEST = (Batch.departs.desc(), Batch.number.desc(), Batch.id)


class BatchProblem(Message):
    """Naming a batch or one of its members."""

    BATCH_UNKNOWN = "没有批次“{what}”。请核对批次编号,或先新建"
    BATCH_EMPTY = "批次“{what}”里还没有人。请先加人"
    MEMBER_UNKNOWN = "批次里没有“{what}”。请核对姓名或号码"
    MEMBER_AMBIGUOUS = "批次里有{count}个“{what}”。请用证件号码或编号指明"


def statuses(column: str) -> tuple[str, ...]:
    """The codes of `dispatch_status` for which a column of the list says 1 (roster, away)."""
    return tuple(i.code for i in code_list("dispatch_status").items if i.extra.get(column) == "1")


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One batch of the list with its counts."""

    id: int
    number: str
    name: str
    destination: str
    employer: str
    departs: str
    arrives: str
    people: int  # on the roster
    arrived: int  # of them: arrived, whether returned since or not
    absent: int  # did not go or did not arrive
    returned: int
    edition: int  # the last one printed, 0 for none


@dataclass(frozen=True, slots=True)
class MemberLine:
    """One member as lists and rosters show her; texts are those a clerk reads, '' for nothing."""

    id: int
    person: int
    name: str
    sex: str
    birth_date: str
    ethnicity: str
    id_number: str
    phone: str
    household: int
    place: int
    kind: str
    address: str
    skill: str
    status: str
    status_text: str
    job: str
    wage: int | None
    referrer: str
    first_time: bool | None
    health_check: str
    contract: str
    injury_insurance: str
    contact: str
    contact_phone: str
    absence: str
    arrived: str
    returned: str
    note: str
    gone: bool

    @property
    def township(self) -> int:
        return ancestor(self.place, "township") if self.place else 0


def batch_list(session: Session, *, limit: int = 500) -> list[BatchLine]:
    """All batches, the latest departure first, of one day the latest made."""
    on, left = statuses("roster"), ("4", "5")
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    query = (
        sa.select(
            M.batch,
            sa.func.sum(sa.case((M.status.in_(on), 1), else_=0)),
            sa.func.sum(sa.case((M.arrived.is_not(None), 1), else_=0)),
            sa.func.sum(sa.case((M.status.in_(left), 1), else_=0)),
            sa.func.sum(sa.case((M.status == "6", 1), else_=0)),
        )
        .where(M.deleted.is_(None))
        .group_by(M.batch)
    )
    for batch, *numbers in session.execute(query):
        counts[batch] = dict(
            zip(("people", "arrived", "absent", "returned"), map(int, numbers), strict=True)
        )
    editions = sa.select(RosterEdition.batch, sa.func.max(RosterEdition.number)).where(
        RosterEdition.deleted.is_(None)
    )
    printed: dict[int, int] = {
        b: n for b, n in session.execute(editions.group_by(RosterEdition.batch)) if b and n
    }
    none = {"people": 0, "arrived": 0, "absent": 0, "returned": 0}
    every = sa.select(Batch).where(Batch.deleted.is_(None))
    return [
        BatchLine(
            b.id, b.number or "", b.name or "", place_in_words(b.destination),
            b.employer_name or "", b.departs or "", b.arrives or "", edition=printed.get(b.id, 0),
            **(none | counts.get(b.id, {})),
        )
        for b in session.scalars(every.order_by(*_LATEST).limit(limit))
    ]  # fmt: skip


def one_batch(session: Session, text: str) -> Batch:
    """The batch with this number, name or id. Raises Rejected."""
    wanted = text.strip()
    found = session.scalars(
        sa.select(Batch).where(
            Batch.deleted.is_(None), sa.or_(Batch.number == wanted, Batch.name == wanted)
        )
    ).all()
    if len(found) == 1:
        return found[0]
    number = read_id(wanted)
    record = session.get(Batch, number) if number is not None else None
    if record is None or record.deleted is not None:
        raise reject(BatchProblem.BATCH_UNKNOWN, what=wanted)
    return record


_PERSON = (
    "name", "sex", "birth_date", "ethnicity", "id_number", "phone", "skill",
)  # fmt: skip
_MEMBER = (
    "status", "job", "wage", "referrer", "first_time", "health_check", "contract",
    "injury_insurance", "contact", "contact_phone", "absence", "arrived", "returned", "note",
)  # fmt: skip


def members(
    session: Session, batch: int, *, only: Iterable[str] = (), place: int | None = None
) -> Iterator[MemberLine]:
    """The members in the order of places, read as they are asked for: township, village, group,
    household, line. `only` these statuses, of this place."""
    query = (
        sa.select(
            M.id, M.person, *(P[k] for k in _PERSON), P.deleted.label("gone"),
            H.id.label("household"), H.place, H.kind, H.address,
            *(M[k].label(f"m_{k}") for k in _MEMBER),
        )
        .select_from(BatchMember.__table__)
        .join(Person.__table__, P.id == M.person)
        .outerjoin(Household.__table__, H.id == P.household)
        .where(M.batch == batch, M.deleted.is_(None))
        .order_by(H.place, H.number, H.id, P.line, P.id)
        .execution_options(yield_per=1000)
    )  # fmt: skip
    if only := tuple(only):
        query = query.where(M.status.in_(only))
    if place is not None:
        low, high = subtree(place)
        query = query.where(H.place >= low, H.place < high)
    label = {
        name: _labels(name)
        for name in ("sex", "ethnicity", "household_kind", "dispatch_status", "check_state",
                     "contract_state", "insurance_state", "no_show_reason")
    }  # fmt: skip
    with session.execute(query) as rows:  # closed also when nobody reads on
        for r in rows:
            yield MemberLine(
                r.id, r.person, r.name or "", label["sex"].get(r.sex, ""), r.birth_date or "",
                label["ethnicity"].get(r.ethnicity, ""), r.id_number or "", r.phone or "",
                r.household or 0, r.place or 0, label["household_kind"].get(r.kind, ""),
                r.address or "", r.skill or "", r.m_status or "",
                label["dispatch_status"].get(r.m_status, ""), r.m_job or "", r.m_wage,
                r.m_referrer or "", r.m_first_time, label["check_state"].get(r.m_health_check, ""),
                label["contract_state"].get(r.m_contract, ""),
                label["insurance_state"].get(r.m_injury_insurance, ""), r.m_contact or "",
                r.m_contact_phone or "", label["no_show_reason"].get(r.m_absence, ""),
                r.m_arrived or "", r.m_returned or "", r.m_note or "", r.gone is not None,
            )  # fmt: skip


def _labels(name: str) -> dict[str | None, str]:
    return {item.code: item.short for item in code_list(name).items}


def one_member(session: Session, batch: int, text: str) -> MemberLine:
    """The member named by id, name, ID number or telephone. Raises Rejected."""
    wanted, number = text.strip(), read_id(text)
    found = [
        m for m in members(session, batch)
        if wanted in (m.name, m.id_number, m.phone) or number in (m.id, m.person)
    ]  # fmt: skip
    if not found:
        raise reject(BatchProblem.MEMBER_UNKNOWN, what=wanted)
    if len(found) > 1:
        raise reject(BatchProblem.MEMBER_AMBIGUOUS, what=wanted, count=len(found))
    return found[0]


def leaders(session: Session, batch: int) -> dict[int, BatchLeader]:
    """Who leads each township's people."""
    query = sa.select(BatchLeader).where(
        BatchLeader.batch == batch, BatchLeader.deleted.is_(None)
    )  # fmt: skip
    return {r.place or 0: r for r in session.scalars(query.order_by(BatchLeader.id))}


def counts_by_township(session: Session, batch: int) -> dict[int, tuple[int, int, int | None]]:
    """Of those on the roster, by township: people, women, first time out (None where nobody was
    asked)."""
    town = H.place - H.place % 10**6
    query = (
        sa.select(
            town, sa.func.count(),
            sa.func.sum(sa.case((P.sex == "2", 1), else_=0)),
            sa.func.sum(sa.case((M.first_time.is_(True), 1), (M.first_time.is_(False), 0))),
        )
        .select_from(BatchMember.__table__)
        .join(Person.__table__, P.id == M.person)
        .outerjoin(Household.__table__, H.id == P.household)
        .where(M.batch == batch, M.deleted.is_(None), M.status.in_(statuses("roster")))
        .group_by(town)
        .order_by(town)
    )  # fmt: skip
    return {
        town or 0: (int(people), int(women), None if first is None else int(first))
        for town, people, women, first in session.execute(query)
    }


def check_batch(session: Session, batch: Batch, today: str) -> list[Problem]:
    """Everything the batch lacks, the grave first; nothing of it stops a print."""
    tree = PlaceTree.load(session)
    lines = list(members(session, batch.id, only=statuses("roster")))
    elsewhere = _elsewhere(session, batch)
    departs = batch.departs or today
    found: list[Problem] = []
    known = {k: (r.name or "", r.phone or "") for k, r in leaders(session, batch.id).items()}
    towns = [m.township for m in lines if m.place]
    names = {t: tree.name(t) for t in {*towns, *known}}
    found += rules.check_leaders(towns, known, rules.rule_on(leader_rules(), departs), names)
    raw = _raw_states(session, batch.id)
    for line in lines:
        health, contract, insured = raw[line.id]
        facts = rules.Facts(
            line.id, line.name, line.township, line.status, line.birth_date, line.id_number,
            line.phone, line.contact, line.contact_phone, health, contract, insured, line.gone,
            elsewhere.get(line.person),
        )  # fmt: skip
        found += rules.check_member(facts, departs)
    waiting = sum(line.status in ("1", "2") for line in lines)
    if problem := rules.late(batch.arrives, today, waiting):
        found.append(problem)
    order = ("block", "warn", "hint")
    return sorted(found, key=lambda p: order.index(p.severity.value))


def _raw_states(session: Session, batch: int) -> dict[int, tuple[str, str, str]]:
    query = sa.select(M.id, M.health_check, M.contract, M.injury_insurance)
    rows = session.execute(query.where(M.batch == batch, M.deleted.is_(None)))
    return {i: (a or "", b or "", c or "") for i, a, b, c in rows}


def _elsewhere(session: Session, batch: Batch) -> dict[int, tuple[str, str]]:
    """Members who go with another batch and have not come back from it."""
    here = sa.select(M.person).where(M.batch == batch.id, M.deleted.is_(None))
    query: Any = (
        sa.select(M.person, B.name, B.departs)
        .join(Batch.__table__, B.id == M.batch)
        .where(
            M.batch != batch.id, M.deleted.is_(None), B.deleted.is_(None),
            M.status.in_(("1", "2", "3")), M.person.in_(here),
        )
    )  # fmt: skip
    return {p: (name or "", departs or "") for p, name, departs in session.execute(query)}


def township_of(place: int) -> int:
    """The township of a place, the place itself above it."""
    return ancestor(place, "township") if level_of(place) in ("village", "group") else place


def willing(session: Session, post: int) -> list[int]:
    """Who said yes to a post and is in no batch for it yet, by when they were asked."""
    taken = (
        sa.select(M.person)
        .join(Batch.__table__, B.id == M.batch)
        .where(
            M.deleted.is_(None), B.deleted.is_(None), M.status.in_(("1", "2", "3", "6")),
            sa.or_(M.post == post, sa.and_(M.post.is_(None), B.post == post)),
        )
    )  # fmt: skip
    query = sa.select(Offer.person).where(
        Offer.post == post, Offer.answer == "1", Offer.deleted.is_(None),
        Offer.person.not_in(taken),
    )  # fmt: skip
    return [p for p in session.scalars(query.order_by(Offer.asked, Offer.id)) if p is not None]
