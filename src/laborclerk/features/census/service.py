"""Keeping a household's form, its visits and its members: save, visit, take over, take out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.codes import code_list
from laborclerk.catalog.fields import Value
from laborclerk.features.census.checks import Check
from laborclerk.features.census.form import Facts
from laborclerk.features.census.household_form import (
    DRAFT,
    FINISHED,
    UNFINISHED,
    FormProblem,
    HouseholdForm,
    check_form,
    double_key,
    facts_of,
    reasons_of,
    taken_out,
    told_apart,
    unexplained,
    with_county,
)
from laborclerk.features.census.model import CensusForm, Visit
from laborclerk.features.census.numbers import free_number
from laborclerk.features.census.rounds import facts_to_fill
from laborclerk.features.registry.doubles import same_numbers
from laborclerk.features.registry.duplicates.decide import ENTERED_TWICE, keep_apart
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.places import PlaceTree
from laborclerk.kernel.errors import Problem, Rejected, Severity, reject
from laborclerk.store import drafts
from laborclerk.store.base import Record, fields_of
from laborclerk.store.disputes import Disputes
from laborclerk.store.store import Store
from laborclerk.store.work import UnitOfWork


@dataclass(frozen=True)
class Saved:
    """What a save did: the act (0 = nothing differed), what was left to mend, what it touched."""

    act: int
    problems: list[Problem]
    touched: Mapping[str, set[int]]
    finished: bool


def save_form(
    store: Store, form: HouseholdForm, *, finish: bool, visit: Mapping[str, Value] | None = None
) -> Saved:
    """Keep the form, and the visit on which it was filled in, and forget its draft: one
    transaction. With `finish`, Rejected when something is wrong or a warning has no reason;
    unfinished it can always be kept. Rejected also when another window or station changed one of
    its records meanwhile (nothing is overwritten unseen), and as `record_visit`."""
    if visit:
        _check_visit(visit, store.clock.today())
    with _as_it_was(form), store.write("census.save") as work:
        kept = _keep(work, store, form, finish=finish)
        if visit:
            _add_visit(work, store, form.household, form.form["round"], visit)
    _remember(form, kept.made, kept.there)
    return Saved(work.outcome.act, kept.problems, work.outcome.touched, finish)


def take_over(
    store: Store, form: HouseholdForm, person_id: int, line: int | None = None
) -> Mapping[str, set[int]]:
    """The same person moved here: keep the form unfinished and take her over into its household
    with all she has → what it touched. `line` is the record in the store that was entered for her
    here: it goes. All in one act. Rejected as `save_form` and `move_person`."""
    with _as_it_was(form), store.write("census.move_person") as work:
        _keep(work, store, form, finish=False)
        move_into(work, person_id, form.household["id"])
        work.flush()
        entered = work.get(Person, line) if line is not None else None
        if entered is not None and entered.deleted is None:
            work.delete(entered, ENTERED_TWICE)
    return work.outcome.touched


@contextmanager
def _as_it_was(form: HouseholdForm) -> Iterator[None]:
    """When it could not be kept the form is as it was: what was filled in meanwhile (a free
    number) may be another's by the next try."""
    before = dict(form.household), dict(form.form)
    try:
        yield
    except BaseException:
        form.household.update(before[0])
        form.form.update(before[1])
        raise


@dataclass(frozen=True)
class _Kept:
    """What was found and made in keeping a form."""

    problems: list[Problem]
    made: list[dict[str, Any]]
    there: Mapping[int, Record]


def _keep(work: UnitOfWork, store: Store, form: HouseholdForm, *, finish: bool) -> _Kept:
    round_ = with_county(work.session, facts_to_fill(work.session, int(form.form["round"])))
    if form.household.get("place") and not form.household.get("number"):
        village = int(form.household["place"]) // 1000 * 1000
        form.household["number"] = free_number(work.session, village)
    _date_kind(form)
    problems = check_form(form, round_) + _met_elsewhere(work.session, form, finish=finish)
    if finish:
        _stop(problems, form)
    if not form.household.get("place"):
        raise reject(FormProblem.PLACE_NEEDED)
    form.form["status"] = FINISHED if finish else UNFINISHED
    check_number(work, form.household)
    there = _records_of(work, form)
    _refuse_if_gone(there.get(form.household["id"]), form)
    made = [
        *_put(work, Household, [form.household], form, there),
        *_put(work, Person, form.persons, form, there),
        *_put(work, CensusForm, [form.form], form, there),
    ]
    keep_apart(work, told_apart(form), "登记时确认")
    drafts.drop_in(work.session, store, DRAFT, form.household["id"])
    return _Kept(problems, made, there)


def _met_elsewhere(session: Session, form: HouseholdForm, *, finish: bool) -> list[Problem]:
    """The same document number in another household: never forbidden, but a household is not
    complete before it is said whose it is. Looked for when a number is new, and on completion."""
    asked = [
        p for p in form.persons
        if p.get("id_number") and not p.get("deleted")
        and (finish or p["id_number"] != form.read.get(p["id"], {}).get("id_number"))
    ]  # fmt: skip
    settled = reasons_of(form.form)
    met = [
        (person["id"], double)
        for person, some in zip(asked, same_numbers(session, asked), strict=True)
        for double in some
        if double.household != form.household["id"]
        and double_key(person["id"], double.person) not in settled
    ]
    if not met:
        return []
    tree = PlaceTree.above(session, {double.place for _, double in met})
    return [
        Problem(
            FormProblem.SAME_NUMBER_ELSEWHERE,
            {"place": tree.path(double.place), "number": double.household_number,
             "name": double.name},
            Severity.WARN,
        ).at(record_type="person", record_id=person, field="id_number")
        for person, double in met
    ]  # fmt: skip


def _refuse_if_gone(record: Record | None, form: HouseholdForm) -> None:
    """What is entered for one who was taken out meanwhile would be kept where nobody looks."""
    if record is None or record.deleted is None:
        return
    if form.read.get(record.id, {}).get("deleted") is None:
        name = getattr(record, "name", None) or getattr(record, "head_name", None) or ""
        raise reject(FormProblem.GONE_MEANWHILE, name=name)


def _stop(problems: list[Problem], form: HouseholdForm) -> None:
    stopping = [p for p in problems if p.severity is Severity.BLOCK]
    stopping += [
        Problem(FormProblem.REASON_NEEDED, {"text": p.text}, Severity.WARN, p.where)
        for p in unexplained(problems, form.form)
    ]
    if stopping:
        raise Rejected(stopping)


def _date_kind(form: HouseholdForm) -> None:
    """户类型 is dated (law.md, changes from 2026): from the survey day on it is another kind."""
    known = form.read.get(form.household["id"], {})
    household = form.household
    if household.get("kind") != known.get("kind") and household.get("kind_since") == known.get(
        "kind_since"
    ):
        household["kind_since"] = form.form.get("survey_date") if household.get("kind") else None


def check_number(work: UnitOfWork, household: Mapping[str, Any]) -> None:
    """Rejected when another household of the village has this one's number."""
    number, place = household.get("number"), int(household["place"])
    village = place // 1000 * 1000
    given = {"number": number, "low": village, "high": village + 1000, "own": household["id"]}
    other = work.session.connection().execute(_SAME_NUMBER, given).first()
    if other is not None:
        head, free = other.head_name or "无户主", free_number(work.session, village)
        told = Problem(FormProblem.NUMBER_TAKEN, {"number": number, "head": head, "free": free})
        at = told.at(record_type="household", record_id=household["id"], field="number")
        raise Rejected([at])


_SAME_NUMBER = sa.select(Household.head_name).where(
    Household.number == sa.bindparam("number"),
    Household.place >= sa.bindparam("low"),
    Household.place < sa.bindparam("high"),
    Household.id != sa.bindparam("own"),
    Household.deleted.is_(None),
)


def _records_of(work: UnitOfWork, form: HouseholdForm) -> dict[int, Record]:
    """The form's records as the store has them now, by id."""
    household = form.household["id"]
    ids = [p["id"] for p in form.persons]
    persons = work.session.scalars(_MEMBERS, {"household": household, "ids": ids})
    there: dict[int, Record] = {p.id: p for p in persons}
    for model, record_id in ((Household, household), (CensusForm, form.form["id"])):
        record = work.get(model, record_id)
        if record is not None:
            there[record_id] = record
    return there


_MEMBERS = sa.select(Person).where(
    sa.or_(
        Person.household == sa.bindparam("household"),
        Person.id.in_(sa.bindparam("ids", expanding=True)),
    )
)


def _put(
    work: UnitOfWork,
    model: type[Record],
    some: Sequence[Mapping[str, Any]],
    form: HouseholdForm,
    there: Mapping[int, Record],
) -> list[dict[str, Any]]:
    """Create or change records → those created; only fields the clerk changed are written, so two
    who change different fields do not meet, and the same field changed meanwhile is refused."""
    known = fields_of(model)
    made = [
        {"id": facts["id"], **{k: facts.get(k) for k in known}}
        for facts in some
        if facts["id"] not in there
    ]
    work.create_many(model, [dict(facts) for facts in made])
    for facts in some:
        record = there.get(facts["id"])
        if record is None:
            continue
        before = form.read.get(record.id, {})
        mine = {k: facts.get(k) for k in known if before.get(k) != facts.get(k)}
        if mine:
            _refuse_if_gone(record, form)
        if record.version != form.seen.get(record.id):
            disputes = Disputes(work.session, [record.id])  # what stands there may be unread
            theirs = [
                k for k, value in mine.items()
                if getattr(record, k) not in (before.get(k), value) or k in disputes.of(record)
            ]  # fmt: skip
            if theirs:
                labels = "、".join(known[k].label for k in theirs)
                name = getattr(record, "name", None) or getattr(record, "head_name", None) or ""
                raise reject(FormProblem.CHANGED_MEANWHILE, name=name, labels=labels)
        work.change(record, mine)
    return made


def _remember(form: HouseholdForm, made: list[dict[str, Any]], there: Mapping[int, Record]) -> None:
    """After the commit the form is what the store holds, with what others changed meanwhile."""
    form.read = {facts["id"]: facts for facts in made} | {i: facts_of(r) for i, r in there.items()}
    form.seen = {facts["id"]: 1 for facts in made} | {i: r.version for i, r in there.items()}
    own = (form.household["id"], form.form["id"])
    form.household, form.form = (dict(form.read[i]) for i in own)
    members = [
        facts for i, facts in form.read.items()
        if i not in own and facts["household"] == own[0] and facts["deleted"] is None
    ]  # fmt: skip
    members.sort(key=lambda p: (p["line"] is not None, p["line"] or 0, p["id"]))
    form.persons = [dict(facts) for facts in members]
    form.taken_out = taken_out(r for r in there.values() if isinstance(r, Person))


def record_visit(
    store: Store, household_id: int, round_id: int, values: Mapping[str, Value]
) -> int:
    """Record a visit without a form, and forget the draft it stood in → its id. A result that
    asks for a return needs the next date (002-25: met or not, it is written down)."""
    _check_visit(values, store.clock.today())
    with store.write("census.visit") as work:
        household = work.get(Household, household_id)
        if household is None or household.deleted is not None:
            raise reject(FormProblem.NO_HOUSEHOLD)
        visit = _add_visit(work, store, facts_of(household), round_id, values)
        drafts.drop_in(work.session, store, DRAFT, household_id)
    return int(visit.id)


def _check_visit(values: Mapping[str, Value], today: str) -> None:
    result = code_list("visit_result").item(str(values.get("result") or ""))
    if result is None:
        label = fields_of(Visit)["result"].label
        raise reject(Check.FIELD_MISSING, label=label)
    if result.extra.get("outcome") == "revisit":
        problem = next_visit(result.name, values.get("date") or today, values.get("next_date"))
        if problem is not None:
            raise Rejected([problem])


def next_visit(result: str, date: Value, following: Value) -> Problem | None:
    """What is wrong with the day on which one comes again after a visit on `date`."""
    if not following:
        return Problem(FormProblem.VISIT_NEEDS_DATE, {"result": result})
    if str(following) <= str(date):
        return Problem(FormProblem.VISIT_BACKWARDS, {"next": following, "date": date})
    return None


def _add_visit(
    work: UnitOfWork, store: Store, household: Facts, round_id: int, values: Mapping[str, Value]
) -> Visit:
    filled = {"date": store.clock.today(), "visitor": store.clerk, **values}
    return work.add(
        Visit(round=round_id, household=household["id"], place=household["place"], **filled)
    )


def delete_person(store: Store, person_id: int, reason: str) -> None:
    """Take a member out of the register with a reason of the list `delete_reason`."""
    with store.write("census.delete_person") as work:
        person = work.get(Person, person_id)
        if person is not None:
            work.delete(person, reason)


def move_person(store: Store, person_id: int, household_id: int) -> None:
    """The same person moved: take her over into another household with all she has (one record,
    so nothing is entered twice)."""
    with store.write("census.move_person") as work:
        move_into(work, person_id, household_id)


def move_into(work: UnitOfWork, person_id: int, household_id: int) -> tuple[Person, Household]:
    """Put a person below the members of another household; her relation to its head is left to be
    filled."""
    work.flush()  # members that were entered in the same act count
    person = work.get(Person, person_id)
    household = work.get(Household, household_id)
    if household is None or household.deleted is not None:
        raise reject(FormProblem.NO_HOUSEHOLD)
    if person is None or person.deleted is not None:
        raise reject(FormProblem.NO_PERSON)
    last = work.session.scalar(
        sa.select(sa.func.max(Person.line)).where(
            Person.household == household_id, Person.deleted.is_(None)
        )
    )
    work.change(person, {"household": household_id, "line": (last or 0) + 1, "relation": None})
    return person, household


def neighbours(session: Session, household_id: int) -> tuple[int | None, int | None]:
    """The households before and after this one in its village, by group and number."""
    here = session.get(Household, household_id)
    if here is None or here.place is None:
        return None, None
    village = here.place // 1000 * 1000
    table = Household.__table__.c
    key = sa.tuple_(table.place, sa.func.coalesce(table.number, ""), table.id)
    mine = (here.place, here.number or "", here.id)
    inside = sa.and_(table.place >= village, table.place < village + 1000, table.deleted.is_(None))
    order = (table.place, sa.func.coalesce(table.number, ""), table.id)
    before = session.scalar(
        sa.select(table.id).where(inside, key < mine).order_by(*(c.desc() for c in order)).limit(1)
    )
    after = session.scalar(sa.select(table.id).where(inside, key > mine).order_by(*order).limit(1))
    return before, after
