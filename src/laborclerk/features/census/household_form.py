"""One household's form as plain values: opened, begun anew, checked. What keeps it is `service`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.fields import Value
from laborclerk.catalog.idnumber import RESIDENT, TEMPORARY, read_id_number
from laborclerk.features.census.checks import Check, HouseholdFacts
from laborclerk.features.census.due import RoundFacts, is_accounted, missing_items
from laborclerk.features.census.form import Facts
from laborclerk.features.census.model import CensusForm, Round, Visit
from laborclerk.features.census.rounds import RoundProblem, round_facts
from laborclerk.features.census.rules import check
from laborclerk.features.registry.model import Household, Person, Place
from laborclerk.kernel.dates import months_between
from laborclerk.kernel.errors import Message, Problem, Severity, reject
from laborclerk.kernel.ids import new_id, stable_id
from laborclerk.store.base import Record, fields_of, record_of, values_of
from laborclerk.store.store import Store

UNFINISHED, FINISHED = "1", "2"
HEAD, SPOUSE = "02", "10"
NEWBORN = "5"  # of the code list presence
_NEWBORN_MONTHS = 6  # so long a child may well have no number yet
DRAFT = "census"  # the kind of this form's drafts


class FormProblem(Message):
    """What stands in the way of opening or keeping a household's form."""

    NO_HOUSEHOLD = "没有找到这一户。可能已被撤销,请按F5刷新"
    NO_PERSON = "没有找到这个人。可能已被撤出,请按F5刷新"
    CHANGED_MEANWHILE = (
        "“{name}”的“{labels}”刚被另一处改过,您的没有存上,留作草稿了。按 Esc,再打开这一户接着录"
    )
    GONE_MEANWHILE = (
        "“{name}”刚在另一处被撤出或删除。您的内容没有存上。请先核对:删错了可在那边撤销,再存一次"
    )
    SAME_NUMBER_ELSEWHERE = (
        "证件号码与{place}户{number}的{name}相同。是同一人请迁来,确是另一人请说明"
    )
    REASON_NEEDED = "需要说明原因:{text}"
    NUMBER_TAKEN = "本村已有户编号“{number}”({head})。请换一个编号,如“{free}”"
    VISIT_NEEDS_DATE = "“{result}”需要约定下次访问日期"
    VISIT_BACKWARDS = "下次访问日期{next}不在访问日期{date}之后。请核对"
    PLACE_NEEDED = "请先选这一户所在的村民小组"


@dataclass
class HouseholdForm:
    """One household's form as plain values; the screen binds to it, a draft is its `as_draft`.

    Dicts are keyed by the models' field keys plus `id`. `seen` maps the id of every record that
    is in the store to the version that was read, so that a save never overwrites unseen.
    `taken_out` counts members who left the register and are accounted for (`due.is_accounted`).
    """

    household: dict[str, Any]
    persons: list[dict[str, Any]]
    form: dict[str, Any]
    visits: list[dict[str, Any]] = field(default_factory=list)
    seen: dict[int, int] = field(default_factory=dict)
    read: dict[int, dict[str, Any]] = field(default_factory=dict)
    taken_out: int = 0

    def as_draft(self) -> dict[str, Any]:
        """What is kept field by field."""
        return {
            "household": self.household, "persons": self.persons, "form": self.form,
            "seen": [[k, v] for k, v in self.seen.items()],
            "read": [[k, v] for k, v in self.read.items()], "taken_out": self.taken_out,
        }  # fmt: skip

    @classmethod
    def from_draft(cls, draft: Mapping[str, Any], visits: list[dict[str, Any]]) -> HouseholdForm:
        return cls(
            dict(draft["household"]), [dict(p) for p in draft["persons"]], dict(draft["form"]),
            visits, dict(draft["seen"]), dict(draft["read"]), draft.get("taken_out", 0),
        )  # fmt: skip

    def put_onto(self, stored: HouseholdForm) -> list[tuple[int, str]]:
        """Take over what others stored since this was read; what was entered here stays on top →
        record and field of each where they stored something else. A save is possible then."""
        met = []
        mine = {r["id"]: r for r in (self.household, self.form, *self.persons)}
        for now in (stored.household, stored.form, *stored.persons):
            if now["id"] not in mine or now["id"] not in stored.read:
                continue
            own, before = mine[now["id"]], self.read.get(now["id"], {})
            for key, value in now.items():
                if own.get(key) == before.get(key):
                    own[key] = value
                elif value not in (own.get(key), before.get(key)):
                    met.append((int(now["id"]), key))
        self.persons += [dict(p) for p in stored.persons if p["id"] not in mine]
        self.read, self.seen = self.read | stored.read, self.seen | stored.seen
        self.taken_out = stored.taken_out
        return met


def form_id(round_id: int, household_id: int) -> int:
    """The id of a household's form in a round: the same on every laptop."""
    return stable_id("census_form", round_id, household_id)


def facts_of(record: Record) -> dict[str, Any]:
    return {"id": record.id, **values_of(record)}


def round_of(session: Session, round_id: int) -> Round:
    found = record_of(session, Round, round_id)
    if found is None:
        raise reject(RoundProblem.NO_ROUND)
    return found


def facts_of_round(session: Session, round_id: int) -> RoundFacts:
    """The round as the rules see it, with the county this station lies in."""
    return with_county(session, round_facts(round_of(session, round_id)))


def with_county(session: Session, facts: RoundFacts) -> RoundFacts:
    """The facts of a round with the county this station lies in."""
    root = session.connection().scalar(_TOPMOST) or 0
    return replace(facts, county=f"{root:015d}"[:6])


_TOPMOST = sa.select(sa.func.min(Place.id))


def open_form(store: Store, household_id: int, round_id: int) -> HouseholdForm:
    """The form of a household in a round, with what the register knows already."""
    with store.read() as session:
        household = session.get(Household, household_id)
        if household is None:
            raise reject(FormProblem.NO_HOUSEHOLD)
        known = session.scalars(
            sa.select(Person)
            .where(Person.household == household_id)
            .order_by(Person.line, Person.id)
        ).all()
        persons = [p for p in known if p.deleted is None]
        form = session.get(CensusForm, form_id(round_id, household_id))
        visits = session.scalars(
            sa.select(Visit)
            .where(
                Visit.household == household_id, Visit.round == round_id, Visit.deleted.is_(None)
            )
            .order_by(Visit.date.desc(), Visit.id.desc())
        ).all()
        records: list[Record] = [household, *persons, *([form] if form else [])]
        return HouseholdForm(
            facts_of(household),
            [facts_of(p) for p in persons],
            facts_of(form) if form else _blank_form(store, round_id, household_id),
            [facts_of(v) for v in visits],
            {r.id: r.version for r in records},
            {r.id: facts_of(r) for r in records},
            taken_out(known),
        )


def taken_out(persons: Iterable[Record]) -> int:
    """How many of a household's members are no longer in the register, yet accounted for."""
    return sum(p.deleted is not None and is_accounted(values_of(p)) for p in persons)


def _blank_form(store: Store, round_id: int, household_id: int) -> dict[str, Any]:
    return {
        **dict.fromkeys(fields_of(CensusForm)),
        "id": form_id(round_id, household_id), "round": round_id, "household": household_id,
        "survey_date": store.clock.today(), "interviewer": store.clerk,
    }  # fmt: skip


def new_form(
    store: Store,
    place: int | None,
    round_id: int,
    carry: HouseholdForm | None = None,
    number: str | None = None,
) -> HouseholdForm:
    """An empty form; place, address, day and interviewer are carried over from the last one."""
    household_id = new_id()
    household: dict[str, Any] = {**dict.fromkeys(fields_of(Household)), "id": household_id}
    form = _blank_form(store, round_id, household_id)
    if carry is not None:
        household |= {k: carry.household.get(k) for k in ("place", "address")}
        form |= {k: carry.form.get(k) for k in ("survey_date", "interviewer")}
    household |= {"place": place or household["place"], "kind": "0", "residence": "1"}
    household |= {"number": number, "in_frame": False}
    made = HouseholdForm(household, [], form)
    made.persons.append(new_person(made))
    return made


def new_person(form: HouseholdForm) -> dict[str, Any]:
    """A further member: line, ethnicity and the head's surname are carried over."""
    person: dict[str, Any] = {**dict.fromkeys(fields_of(Person)), "id": new_id()}
    lines = [p.get("line") or 0 for p in form.persons]
    person |= {
        "household": form.household["id"], "line": max(lines, default=0) + 1, "id_type": RESIDENT,
        "presence": "1",
    }  # fmt: skip
    if not form.persons:
        person |= {"relation": HEAD, "name": form.household.get("head_name")}
    else:
        person["ethnicity"] = form.persons[0].get("ethnicity")
    return person


def fill_from_id(person: Mapping[str, Any]) -> dict[str, Value]:
    """What the number says: birth date and sex (empty when it says nothing)."""
    reading = read_id_number(person.get("id_number"), person.get("id_type"))
    found = {"birth_date": reading.birth_date, "sex": reading.sex}
    return {k: v for k, v in found.items() if v}


def papers_without_number(person: Mapping[str, Any], today: str) -> str:
    """The kind of document (code of id_type) to propose for a member who has no number: a newborn
    has none yet."""
    born = person.get("birth_date")
    fresh = isinstance(born, str) and 0 <= months_between(born, today) < _NEWBORN_MONTHS
    return TEMPORARY if fresh or person.get("presence") == NEWBORN else RESIDENT


def check_form(form: HouseholdForm, round_: RoundFacts) -> list[Problem]:
    """Every problem of the form as it stands: contradictions, then what is missing (缺项)."""
    living = [p for p in form.persons if not p.get("deleted")]
    facts = HouseholdFacts(form.household, living, form.form, round_, form.taken_out)
    problems = [_labelled(p) for p in check(facts)]
    problems += _missing("household", form.household, Household)
    problems += _missing("census_form", form.form, CensusForm)
    for person in living:
        problems += _items("person", person, missing_items(person, form.household, round_), Person)
    return problems


def _missing(record_type: str, facts: Facts, model: type[Record]) -> list[Problem]:
    keys = [k for k, s in fields_of(model).items() if s.required and facts.get(k) in (None, "")]
    return _items(record_type, facts, keys, model)


def _items(record_type: str, facts: Facts, keys: list[str], model: type[Record]) -> list[Problem]:
    return [
        Problem(Check.FIELD_MISSING, {"label": fields_of(model)[key].label}, Severity.WARN).at(
            record_type=record_type, record_id=facts["id"], field=key
        )
        for key in keys
    ]


def _labelled(problem: Problem) -> Problem:
    key = problem.params.get("label")
    spec = fields_of(Person).get(str(key))
    if spec is None:
        return problem
    params = {**problem.params, "label": spec.label}
    return Problem(problem.message, params, problem.severity, problem.where)


def reasons_of(form: Mapping[str, Any]) -> dict[str, str]:
    """The clerk's reasons by `code@record id` (code alone for the household)."""
    lines = str(form.get("reasons") or "").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)


def reason_key(problem: Problem) -> str:
    """Where a reason for this problem is kept."""
    where = problem.where
    suffix = f"@{where.record_id}/{where.field}" if where.record_type == "person" else ""
    return problem.code + suffix


def unexplained(problems: list[Problem], form: Mapping[str, Any]) -> list[Problem]:
    """Warnings that still want a reason; a missing item is counted, not explained."""
    known = reasons_of(form)
    return [
        p for p in problems
        if p.severity is Severity.WARN
        and p.message is not Check.FIELD_MISSING
        and not known.get(reason_key(p), "").strip()
    ]  # fmt: skip


_DOUBLE = "double@"


def double_key(person: int, other: int) -> str:
    """Under which key of a form's reasons it is noted that two are truly two."""
    return f"{_DOUBLE}{person}/{other}"


def told_apart(form: HouseholdForm) -> list[tuple[int, int]]:
    """The pairs of persons of whom the form says anew that they are truly two."""
    before = reasons_of(form.read.get(form.form["id"], {}))
    new = [k for k in reasons_of(form.form) if k.startswith(_DOUBLE) and k not in before]
    pairs = (key.removeprefix(_DOUBLE).split("/") for key in new)
    return [(int(person), int(other)) for person, other in pairs]
