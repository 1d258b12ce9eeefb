"""The use cases of the registration of job seekers: registered, changed, closed. Each is one act of
the journal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.fields import Value
from laborclerk.features.registry.model import Person
from laborclerk.features.seeking.listing import latest_open
from laborclerk.features.seeking.model import JobSeeking
from laborclerk.features.seeking.parameters import validities
from laborclerk.features.seeking.rules import (
    BLOCK,
    HINT,
    PLACES,
    RENEWED,
    State,
    check_seeking,
    state_on,
    validity_on,
)
from laborclerk.features.work.model import WorkSpell
from laborclerk.features.work.service import WRONG, Saved, living_person, standing
from laborclerk.kernel.errors import Message, Problem, Rejected, reject
from laborclerk.store.base import fields_of, table_of, values_of
from laborclerk.store.bulk import among
from laborclerk.store.disputes import to_write
from laborclerk.store.store import Store
from laborclerk.store.work import UnitOfWork


class SeekingProblem(Message):
    """What is refused, and what an act did besides."""

    SEEKING_CLOSED = "这份登记已于{day}注销。要改请打开它修改"
    SEEKING_TWICE = "此人{day}已登记过一次。请打开那一份修改"
    SEEKING_RENEWED = "{day}登记、还有效的那一份已换成这一份"


@dataclass(frozen=True)
class Registered:
    """One registration and where it stands."""

    record: JobSeeking
    state: State


def seekings_of(session: Session, person: int, on: str) -> list[Registered]:
    """The registrations of a person, the latest first, with where each stands on a day."""
    query = sa.select(JobSeeking).where(JobSeeking.person == person, JobSeeking.deleted.is_(None))
    found = session.scalars(query.order_by(JobSeeking.registered.desc(), JobSeeking.id.desc()))
    begun = begun_by(session, [person])[person]
    return [Registered(r, state_on(values_of(r), begun, on)) for r in found]


def begun_by(session: Session, people: Sequence[int]) -> dict[int, list[str]]:
    """The first days of the work spells of some people."""
    spell, found = table_of(WorkSpell).c, defaultdict[int, list[str]](list)
    query = sa.select(spell.person, spell.start).where(
        among(spell.person, people), spell.deleted.is_(None), spell.start.is_not(None)
    )
    for person, start in session.execute(query):
        found[person].append(start)
    return found


def register(store: Store, person_id: int, values: Mapping[str, Value]) -> Saved:
    """Register somebody; an earlier registration that is still open is closed as renewed. What is
    left out: today, and the end of validity by the rule in force. Raises Rejected for what cannot
    be; what is odd is told."""
    today = store.clock.today()
    with store.write("seeking.register") as work:
        person = living_person(work, person_id)
        said = completed({**dict.fromkeys(fields_of(JobSeeking)), **values}, today)
        day = str(said["registered"])
        problems = _checked(said, person, today)
        for other in seekings_of(work.session, person_id, day):
            if other.record.registered == day:
                raise reject(SeekingProblem.SEEKING_TWICE, day=day)
            if other.state is State.OPEN and (other.record.registered or "") < day:
                work.change(other.record, {"closed": day, "close_reason": RENEWED})
                params = {"day": other.record.registered}
                problems.append(Problem(SeekingProblem.SEEKING_RENEWED, params, HINT))
        record = work.add(JobSeeking(**{**said, "person": person_id}))
    return Saved(record.id, problems, work.outcome.touched)


def change(
    store: Store,
    seeking_id: int,
    values: Mapping[str, Value],
    seen: Mapping[str, Value] | None = None,
) -> Saved:
    """Change fields of a registration; refused when one of them is no longer as it was `seen`."""
    with store.write("seeking.register") as work:
        record = standing(work, JobSeeking, seeking_id)
        mine = to_write(work.session, record, values, seen)
        problems = _change(work, record, mine, store.clock.today())
    return Saved(seeking_id, problems, work.outcome.touched)


def close(
    store: Store, seeking_id: int, reason: str | None, day: str = "", note: str = ""
) -> Saved:
    """Somebody found work or does not look for it any more: since when, and why."""
    with store.write("seeking.close") as work:
        record = standing(work, JobSeeking, seeking_id)
        if record.closed is not None:
            raise reject(SeekingProblem.SEEKING_CLOSED, day=record.closed)
        after: dict[str, Value] = {"closed": day or store.clock.today(), "close_reason": reason}
        if note:
            after["note"] = f"{record.note};{note}" if record.note else note
        problems = _change(work, record, after, store.clock.today())
    return Saved(seeking_id, problems, work.outcome.touched)


def delete(store: Store, seeking_id: int, reason: str = WRONG) -> Saved:
    """Take out a registration that was entered wrongly."""
    with store.write("seeking.delete") as work:
        work.delete(standing(work, JobSeeking, seeking_id), reason)
    return Saved(seeking_id, [], work.outcome.touched)


def completed(said: Mapping[str, Value], today: str) -> dict[str, Value]:
    """What follows for what was left empty: registered today, valid by the rule in force."""
    found = {**said, "registered": said.get("registered") or today}
    day = str(found["registered"])
    found["valid_until"] = said.get("valid_until") or validity_on(validities(), day).until(day)
    return found


def checks(said: Mapping[str, Value], person: Mapping[str, Value], on: str) -> list[Problem]:
    """What the rules say of a registration; a problem that names a field names it by its label."""
    day = str(said.get("registered") or on)
    found = check_seeking(said, person, on, validity_on(validities(), day))
    specs = fields_of(JobSeeking)

    def labelled(problem: Problem) -> Problem:
        key = problem.params.get("label")
        if key not in specs:
            return problem
        params = {**problem.params, "label": specs[str(key)].label}
        return Problem(problem.message, params, problem.severity, problem.where)

    return [labelled(p) for p in found]


def _change(
    work: UnitOfWork, record: JobSeeking, values: Mapping[str, Value], today: str
) -> list[Problem]:
    person = living_person(work, record.person or 0)
    problems = _checked({**values_of(record), **values}, person, today)
    work.change(record, dict(values))
    return problems


def _checked(said: Mapping[str, Value], person: Person, today: str) -> list[Problem]:
    found = checks(said, values_of(person), today)
    blocked = [p for p in found if p.severity is BLOCK]
    if blocked:
        raise Rejected(blocked)
    return found


WISH = (
    "person", "registered", "valid_until", "wanted_jobs", "wanted_post", *PLACES,
    "expected_income", "wants_training", "wanted_training",
)  # fmt: skip


def open_registrations(
    session: Session, on: str, people: Sequence[int] | None = None, *, since: str = ""
) -> dict[int, Mapping[str, Any]]:
    """The wishes that hold on a day: person → the fields `WISH` of her latest registration, where
    that is open and was made on or after `since` (the day a survey asked). Of everybody, or of
    `people`."""
    query = _open(on, since)
    if people is not None:
        query = query.where(among(table_of(JobSeeking).c.person, people))
    rows = session.execute(query).mappings()
    return {row["s_person"]: {key: row[f"s_{key}"] for key in WISH} for row in rows}


def open_sql(session: Session, on: str, *, since: str = "") -> str:
    """The same of everybody as a subquery in plain SQL, one row a person, columns `s_…`, for a
    statement that weighs people (days are YYYY-MM-DD and written into it)."""
    dialect = session.get_bind().dialect
    return str(_open(on, since).compile(dialect=dialect, compile_kwargs={"literal_binds": True}))


def _open(on: str, since: str) -> sa.Select[Any]:
    table = table_of(JobSeeking)
    query = sa.select(*(table.c[key].label(f"s_{key}") for key in WISH))
    query = query.where(latest_open(table, on))
    return query.where(table.c.registered >= since) if since else query
