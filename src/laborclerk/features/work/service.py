"""The use cases of the work register: a spell begun, changed, ended; somebody asked after; a card
given. Each is one act of the journal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.fields import Value
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.places import code_of
from laborclerk.features.work.model import WorkCard, WorkCheck, WorkSpell
from laborclerk.features.work.rules import BLOCK, check_spell, derived, running
from laborclerk.kernel.dates import day_before
from laborclerk.kernel.errors import Message, Problem, Rejected, reject
from laborclerk.store.base import Record, fields_of, values_of
from laborclerk.store.disputes import to_write
from laborclerk.store.store import Store
from laborclerk.store.work import UnitOfWork

R = TypeVar("R", bound=Record)
CHANGED_JOB, DIED = "14", "16"  # of the code list return_reason
ENTERED, BY_CHECK = "1", "6"  # of the code list work_source
WRONG = "4"  # of the code list delete_reason
_ENDS = {"3": "99", "4": "13", "5": DIED, "6": "99"}  # what a check found → why the spell ended


class WorkProblem(Message):
    """What the work register refuses."""

    WORK_PERSON_GONE = "没有找到这个人,或已不在册。请按F5刷新"
    WORK_GONE = "没有找到这条记录,或已删除。请按F5刷新"
    WORK_MISSING = "“{label}”必须填写"
    WORK_ENDED = "这段务工已于{end}结束。要改请打开它修改"
    CARD_TAKEN = "卡号“{number}”已发给{name}。请换一个卡号"


@dataclass(frozen=True)
class Saved:
    """What an act wrote: the record's id, what its checks say, which records it touched."""

    id: int
    problems: list[Problem] = field(default_factory=list)
    touched: Mapping[str, set[int]] = field(default_factory=dict)


@dataclass(frozen=True)
class PersonWork:
    """Everything the work register knows of a person, latest first; `now` is the spell that
    counts on the day."""

    person: Person
    household: Household | None
    spells: list[WorkSpell]
    checks: list[WorkCheck]
    cards: list[WorkCard]
    now: WorkSpell | None


# -- reading -----------------------------------------------------------------------------------


def work_of(session: Session, person_id: int, on: str) -> PersonWork:
    """What is known of one person on a day. Raises Rejected when she is not there."""
    person = session.get(Person, person_id)
    if person is None:
        raise reject(WorkProblem.WORK_PERSON_GONE)
    home = session.get(Household, person.household) if person.household else None
    spells = _of(session, WorkSpell, person_id, WorkSpell.start.desc())
    now = [s for s in spells if running(values_of(s), on)]
    return PersonWork(
        person, home, spells,
        _of(session, WorkCheck, person_id, WorkCheck.date.desc()),
        _of(session, WorkCard, person_id, WorkCard.issued.desc()),
        max(now, key=lambda s: (s.start or "", s.id)) if now else None,
    )  # fmt: skip


def _of(session: Session, model: Any, person_id: int, order: Any) -> list[Any]:
    query = sa.select(model).where(model.person == person_id, model.deleted.is_(None))
    return list(session.scalars(query.order_by(order, model.id.desc())))


def home_county(session: Session, person: Person) -> str:
    """The six digits of the county a person is registered in; '' when unknown."""
    home = session.get(Household, person.household) if person.household else None
    return code_of(home.place)[:6] if home is not None and home.place else ""


# -- spells ------------------------------------------------------------------------------------


def add_spell(
    store: Store,
    person_id: int,
    values: Mapping[str, Value],
    *,
    follows: bool = True,
    source: str = ENTERED,
) -> Saved:
    """Begin a spell. With `follows` one that still runs ends the day before, as a change of job.
    Raises Rejected for what cannot be; what is odd is told."""
    with store.write("work.spell") as work:
        person = living_person(work, person_id)
        said = {"source": source, **values}
        said |= derived(said, home_county(work.session, person))
        start = str(said.get("start") or "")
        others = _of(work.session, WorkSpell, person_id, WorkSpell.start)
        for other in others if follows and start else ():
            if other.end is None and (other.start or "") < start:
                work.change(other, {"end": day_before(start), "return_reason": CHANGED_JOB})
        problems = _check(work, store, said, person, others)
        record = work.add(WorkSpell(person=person_id, **said))
    return Saved(record.id, problems, work.outcome.touched)


def change_spell(
    store: Store,
    spell_id: int,
    values: Mapping[str, Value],
    seen: Mapping[str, Value] | None = None,
) -> Saved:
    """Change fields of a spell; refused when one of them is no longer as it was `seen`."""
    with store.write("work.spell") as work:
        record = standing(work, WorkSpell, spell_id)
        values = to_write(work.session, record, values, seen)
        person = living_person(work, record.person or 0)
        after = {**values_of(record), **values}
        told = ("income_told", "income_unit", "months")
        if any(k in values for k in told) and "income" not in values and after["income_told"]:
            after["income"] = None  # follows from what was told
        for key, by in (("scope", "place"), ("sector", "industry")):
            if by in values and key not in values:
                after[key] = None
        after |= derived(after, home_county(work.session, person))
        others = _of(work.session, WorkSpell, person.id, WorkSpell.start)
        problems = _check(work, store, after, person, [o for o in others if o.id != spell_id])
        work.change(record, after)
    return Saved(spell_id, problems, work.outcome.touched)


def end_spell(store: Store, spell_id: int, end: str, reason: str | None, note: str = "") -> Saved:
    """Somebody came back, or left the job: the last day and why."""
    with store.write("work.end") as work:
        record = standing(work, WorkSpell, spell_id)
        if record.end is not None:
            raise reject(WorkProblem.WORK_ENDED, end=record.end)
        after: dict[str, Value] = {"end": end, "return_reason": reason}
        if note:
            after["note"] = f"{record.note};{note}" if record.note else note
        person = living_person(work, record.person or 0)
        problems = _check(work, store, {**values_of(record), **after}, person, [])
        work.change(record, after)
    return Saved(spell_id, problems, work.outcome.touched)


def delete_record(store: Store, model: type[Record], record_id: int, reason: str = WRONG) -> Saved:
    """Take out a spell, check or card that was entered wrongly."""
    with store.write("work.delete") as work:
        work.delete(standing(work, model, record_id), reason)
    return Saved(record_id, [], work.outcome.touched)


# -- the living person -------------------------------------------------------------------------


def record_check(store: Store, person_id: int, values: Mapping[str, Value]) -> Saved:
    """Note what was found when somebody asked after a worker. It changes no spell: what differs
    is listed (`reconcile`), and the clerk ends or begins a spell herself."""
    with store.write("work.check") as work:
        living_person(work, person_id)
        said = {"date": store.clock.today(), **values}
        _needs(WorkCheck, said)
        record = work.add(WorkCheck(person=person_id, **said))
    return Saved(record.id, [], work.outcome.touched)


def ends_by(found: str | None) -> str:
    """The reason a spell ended by what a check found; '' where it goes on or nobody knows."""
    return _ENDS.get(found or "", "")


# -- cards -------------------------------------------------------------------------------------


def give_card(store: Store, person_id: int, values: Mapping[str, Value]) -> Saved:
    """Give a card; name, number, place and firm are printed as the register has them."""
    with store.write("work.card") as work:
        person = living_person(work, person_id)
        day = str(values.get("issued") or store.clock.today())
        now = work_of(work.session, person_id, day).now
        said: dict[str, Value] = {
            "issued": day, "kind": "1", "name": person.name, "id_number": person.id_number,
            "place": now.place if now else None,
            "employer_name": now.employer_name if now else None, **values,
        }  # fmt: skip
        said["number"] = said.get("number") or next_card_number(work.session, day[:4])
        _needs(WorkCard, said)
        taken = work.session.scalars(
            sa.select(WorkCard).where(
                WorkCard.number == said["number"], WorkCard.deleted.is_(None),
                WorkCard.withdrawn.is_(None), WorkCard.person != person_id,
            )
        ).first()  # fmt: skip
        if taken is not None:
            raise reject(WorkProblem.CARD_TAKEN, number=said["number"], name=taken.name or "")
        record = work.add(WorkCard(person=person_id, **said))
    return Saved(record.id, [], work.outcome.touched)


def next_card_number(session: Session, year: str) -> str:
    """The next card number of a year: 2026-0001 …"""
    like = f"{year}-"
    numbers = session.scalars(
        sa.select(WorkCard.number).where(WorkCard.number.startswith(like, autoescape=True))
    )
    taken = [int(n[5:]) for n in numbers if n and n[5:].isascii() and n[5:].isdigit()]
    return f"{like}{max(taken, default=0) + 1:04d}"


def withdraw_card(store: Store, card_id: int, day: str = "") -> Saved:
    """Take a card back."""
    with store.write("work.card") as work:
        record = standing(work, WorkCard, card_id)
        work.change(record, {"withdrawn": day or store.clock.today()})
    return Saved(card_id, [], work.outcome.touched)


# -- helpers -----------------------------------------------------------------------------------


def living_person(work: UnitOfWork, person_id: int) -> Person:
    """A person of the register. Raises Rejected when she is not there."""
    person = work.get(Person, person_id)
    if person is None or person.deleted is not None:
        raise reject(WorkProblem.WORK_PERSON_GONE)
    return person


def standing(work: UnitOfWork, model: type[R], record_id: int) -> R:
    """A record that was not deleted. Raises Rejected."""
    record = work.get(model, record_id)
    if record is None or record.deleted is not None:
        raise reject(WorkProblem.WORK_GONE)
    return record


def _check(
    work: UnitOfWork,
    store: Store,
    spell: Mapping[str, Value],
    person: Person,
    others: Iterable[WorkSpell],
) -> list[Problem]:
    found = check_spell(
        spell, values_of(person), [values_of(o) for o in others], store.clock.today(),
        home_county(work.session, person),
    )  # fmt: skip
    found = [labelled(p) for p in found]
    blocked = [p for p in found if p.severity is BLOCK]
    if blocked:
        raise Rejected(blocked)
    return found


def labelled(problem: Problem) -> Problem:
    """A problem that names a field names it by its declared label."""
    key = problem.params.get("label")
    spec = fields_of(WorkSpell).get(str(key))
    if spec is None:
        return problem
    params = {**problem.params, "label": spec.label}
    return Problem(problem.message, params, problem.severity, problem.where)


def _needs(model: type[Record], values: Mapping[str, Value]) -> None:
    missing = [
        Problem(WorkProblem.WORK_MISSING, {"label": spec.label}).at(field=key)
        for key, spec in fields_of(model).items()
        if spec.required and key != "person" and values.get(key) in (None, "")
    ]
    if missing:
        raise Rejected(missing)
