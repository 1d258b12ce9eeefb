"""Use cases of dispatch before it goes: a batch is planned, filled, and given its leaders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.fields import Value
from laborclerk.features.demand.model import Employer, Post
from laborclerk.features.dispatch.batches import BatchProblem
from laborclerk.features.dispatch.model import (
    Batch,
    BatchLeader,
    BatchMember,
)
from laborclerk.features.registry.model import Person
from laborclerk.features.registry.places import PlaceTree, level_of
from laborclerk.kernel.errors import Message, Problem, Rejected, Severity, reject
from laborclerk.kernel.ids import show_id, stable_id
from laborclerk.store.base import Record, fields_of
from laborclerk.store.disputes import to_write
from laborclerk.store.store import Store
from laborclerk.store.work import Touched, UnitOfWork
from laborclerk.sync.ledger import station_of

ASKED, SURE, ARRIVED, STAYED, LOST, HOME = "1", "2", "3", "4", "5", "6"  # of dispatch_status
_OTHER = "9"  # of delete_reason


class DispatchProblem(Message):
    """Why a change of a batch is refused or passed over."""

    DISPATCH_FIELD = "“{label}”必须填写"
    DISPATCH_NUMBER = "批次编号“{number}”已经用过。请换一个"
    DISPATCH_DATES = "预计到达早于出发日期。请核对"
    ALREADY_IN = "{name}已在本批里,没有重复加入"
    NOT_A_TOWNSHIP = "“{place}”不是乡(镇、街道)。带队人按乡镇指定"


@dataclass(frozen=True)
class Done:
    """What a use case did: its act, the records it is about, what to know besides."""

    act: int
    ids: list[int]
    problems: list[Problem] = field(default_factory=list)
    touched: Touched = field(default_factory=dict)


def next_number(session: Session, place: str, year: str) -> str:
    """The next free number of batches: place code, year, running number (530627-2026-003)."""
    code = place[:6] if place[6:9] in ("", "000") else place[:9]
    head = f"{code}-{year}-"
    query = sa.select(Batch.number).where(Batch.number.startswith(head))
    used = [n.removeprefix(head) for n in session.scalars(query) if n]
    last = max((int(n) for n in used if n.isascii() and n.isdigit()), default=0)
    return f"{head}{last + 1:03d}"


def save_batch(
    store: Store,
    values: Mapping[str, Value],
    batch: int | None = None,
    seen: Mapping[str, Value] | None = None,
) -> Done:
    """Make or change a batch; a new one without a number gets the next. With what the form had
    `seen` only what differs from it is written. Raises Rejected, also for what another changed."""
    with store.write("dispatch.batch") as work:
        record = batch_in(work, batch) if batch is not None else None
        filled = dict(values)
        if record is None:
            year = str(filled.get("departs") or store.clock.today())[:4]
            here = station_of(store)
            filled["number"] = filled.get("number") or next_number(work.session, here.place, year)
            filled["organiser"] = filled.get("organiser") or here.name
            number = filled.get("post")
            told = told_by_post(work.session, number) if isinstance(number, int) else {}
            filled |= {k: v for k, v in told.items() if not filled.get(k)}
            record = Batch(**filled)
            _check_batch(work.session, filled, None)
            work.add(record)
        else:
            filled = to_write(work.session, record, filled, seen)
            now = {k: getattr(record, k) for k in fields_of(Batch)} | filled
            _check_batch(work.session, now, record.id)
            work.change(record, filled)
    return Done(work.outcome.act, [record.id], touched=work.outcome.touched)


def told_by_post(session: Session, number: int) -> dict[str, Value]:
    """What a post and its employer tell of a batch that goes there."""
    post = session.get(Post, number)
    if post is None:
        return {}
    employer = session.get(Employer, post.employer) if post.employer is not None else None
    return {
        "post": number, "job": post.name, "destination": post.work_place,
        "address": post.work_address, "employer": post.employer,
        "employer_name": employer.name if employer else None,
    }  # fmt: skip


def _check_batch(session: Session, values: Mapping[str, Value], own: int | None) -> None:
    problems = missing(Batch, values)
    same = sa.select(Batch.id).where(Batch.number == values.get("number"), Batch.deleted.is_(None))
    if any(i != own for i in session.scalars(same)):
        number = values.get("number")
        problems.append(
            Problem(DispatchProblem.DISPATCH_NUMBER, {"number": number}).at(field="number")
        )
    arrives, departs = values.get("arrives"), values.get("departs")
    if arrives and departs and str(arrives) < str(departs):
        problems.append(Problem(DispatchProblem.DISPATCH_DATES).at(field="arrives"))
    if problems:
        raise Rejected(problems)


def missing(model: type[Record], values: Mapping[str, Value]) -> list[Problem]:
    """The required fields that have no value."""
    return [
        Problem(DispatchProblem.DISPATCH_FIELD, {"label": spec.label}).at(field=key)
        for key, spec in fields_of(model).items()
        if spec.required and values.get(key) in (None, "")
    ]


def batch_in(work: UnitOfWork, batch: int) -> Batch:
    """A batch to be changed. Raises Rejected when it is not there."""
    record = work.get(Batch, batch)
    if record is None or record.deleted is not None:
        raise reject(BatchProblem.BATCH_UNKNOWN, what=show_id(batch))
    return record


def drop_batch(store: Store, batch: int, reason: str = _OTHER) -> Done:
    """Take a batch out of the list with its members; the journal keeps both."""
    with store.write("dispatch.batch") as work:
        record = batch_in(work, batch)
        for member in _members(work, batch):
            work.delete(member, reason)
        work.delete(record, reason)
    return Done(work.outcome.act, [batch], touched=work.outcome.touched)


def _members(work: UnitOfWork, batch: int) -> Sequence[BatchMember]:
    query = sa.select(BatchMember).where(
        BatchMember.batch == batch, BatchMember.deleted.is_(None)
    )  # fmt: skip
    return work.session.scalars(query.order_by(BatchMember.id)).all()


def member_id(batch: int, person: int) -> int:
    """The id of a person's line in a batch: two stations that add her meet in one record."""
    return stable_id("batch_member", batch, person)


def add_members(
    store: Store,
    batch: int,
    people: Iterable[int],
    facts: Mapping[str, Value] | None = None,
) -> Done:
    """Put persons into a batch with what is the same for all of them (job, wage, referrer …). Who
    is in it already is told and left as she is; one taken out before comes back."""
    problems: list[Problem] = []
    done: list[int] = []
    with store.write("dispatch.add") as work:
        batch_in(work, batch)
        wanted = list(dict.fromkeys(people))
        found = {p.id: p for p in _people(work.session, wanted)}
        contacts = _contacts(work.session, found.values())
        fresh: list[dict[str, object]] = []
        for person in wanted:
            if person not in found:
                raise reject(BatchProblem.MEMBER_UNKNOWN, what=show_id(person))
            values: dict[str, Value] = {"status": ASKED, **(facts or {})}
            record = work.get(BatchMember, member_id(batch, person))
            if record is not None and record.deleted is None:
                name = found[person].name or ""
                told = Problem(DispatchProblem.ALREADY_IN, {"name": name}, Severity.WARN)
                problems.append(told)
                continue
            if record is not None:
                work.change(record, {**values, "deleted": None})
            else:
                known = contacts.get(person)
                if known and not values.get("contact"):
                    values |= {"contact": known[0], "contact_phone": known[1]}
                fresh.append(
                    {"id": member_id(batch, person), "batch": batch, "person": person, **values}
                )
            done.append(member_id(batch, person))
        work.flush()
        work.create_many(BatchMember, fresh)
    return Done(work.outcome.act, done, problems, work.outcome.touched)


def _people(session: Session, ids: Sequence[int]) -> list[Person]:
    found: list[Person] = []
    for at in range(0, len(ids), 5000):
        part = ids[at : at + 5000]
        query = sa.select(Person).where(Person.id.in_(part), Person.deleted.is_(None))
        found += session.scalars(query)
    return found


def _contacts(session: Session, people: Iterable[Person]) -> dict[int, tuple[str, str]]:
    """Somebody of the same household with a telephone of his own, the head first."""
    homes: dict[int, list[Person]] = {}
    for person in people:
        if person.household is not None:
            homes.setdefault(person.household, []).append(person)
    found: dict[int, tuple[str, str]] = {}
    keys = list(homes)
    for at in range(0, len(keys), 5000):
        query = (
            sa.select(Person)
            .where(
                Person.household.in_(keys[at : at + 5000]), Person.deleted.is_(None),
                Person.phone.is_not(None),
            )
            .order_by(Person.line, Person.id)
        )  # fmt: skip
        for kin in session.scalars(query):
            for person in homes.get(kin.household or 0, ()):
                if kin.id != person.id and kin.phone != person.phone:
                    found.setdefault(person.id, (kin.name or "", kin.phone or ""))
    return found


def change_members(
    store: Store,
    ids: Iterable[int],
    values: Mapping[str, Value],
    seen: Mapping[str, Value] | None = None,
) -> Done:
    """Change the same fields of some members (job, papers, contact …); `seen` as for a batch."""
    done: list[int] = []
    with store.write("dispatch.member") as work:
        for number in ids:
            record = member_in(work, number)
            work.change(record, to_write(work.session, record, values, seen))
            done.append(number)
    return Done(work.outcome.act, done, touched=work.outcome.touched)


def member_in(work: UnitOfWork, number: int) -> BatchMember:
    """A member to be changed. Raises Rejected when it is not there."""
    record = work.get(BatchMember, number)
    if record is None or record.deleted is not None:
        raise reject(BatchProblem.MEMBER_UNKNOWN, what=show_id(number))
    return record


def remove_members(store: Store, ids: Iterable[int], reason: str = _OTHER) -> Done:
    """Take members out of a batch, as if they had never been put down (see `absent` for who did
    not go)."""
    done: list[int] = []
    with store.write("dispatch.remove") as work:
        for number in ids:
            work.delete(member_in(work, number), reason)
            done.append(number)
    return Done(work.outcome.act, done, touched=work.outcome.touched)


def set_leader(
    store: Store,
    batch: int,
    place: int,
    name: str,
    phone: str = "",
    seen: Mapping[str, Value] | None = None,
) -> Done:
    """Name who leads a township's people; an empty name takes the leader away. `seen` as for a
    batch."""
    with store.write("dispatch.leader") as work:
        batch_in(work, batch)
        if level_of(place) != "township":
            tree = PlaceTree.load(work.session)
            raise reject(DispatchProblem.NOT_A_TOWNSHIP, place=tree.name(place))
        number = stable_id("batch_leader", batch, place)
        record = work.get(BatchLeader, number)
        values: dict[str, Value] = {"name": name or None, "phone": phone or None}
        if not name:
            if record is not None:
                work.delete(record, _OTHER)
        elif record is None:
            work.add(BatchLeader(id=number, batch=batch, place=place, **values))
        else:
            mine = to_write(work.session, record, values, seen)
            work.change(record, {**mine, "deleted": None})
    return Done(work.outcome.act, [number], touched=work.outcome.touched)
