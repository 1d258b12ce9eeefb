"""Changing single fields of a person or household by key, with the form's reading and checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from laborclerk.catalog import values
from laborclerk.catalog.fields import Code, Codes, Field, FieldType, PlaceRef, Reference, Value
from laborclerk.features.census.household_form import (
    check_form,
    facts_of_round,
    fill_from_id,
    open_form,
)
from laborclerk.features.census.rounds import current_round
from laborclerk.features.census.service import check_number
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.place_values import RegisterPlaces
from laborclerk.features.registry.places import PlaceTree
from laborclerk.kernel.errors import Message, Problem, Rejected, Severity, reject
from laborclerk.store.base import Record, fields_of, values_of
from laborclerk.store.journal import Changes
from laborclerk.store.store import Store


class EditProblem(Message):
    """Fields that cannot be set."""

    FIELD_UNKNOWN = "没有“{key}”这一项。各项的名字可用 template 列出"
    FIELD_NOT_SET_HERE = (
        "“{label}”不能这样改。换户、换组请用 transfer,撤销登记请用 undo 或在窗口办理"
    )
    RECORD_NOT_EDITED = "“{what}”不是人员或户,不能用 set 改"


@dataclass(frozen=True)
class Edited:
    """What was changed (before, after), and what the checks say that they did not say before."""

    act: int
    changes: Changes
    problems: list[Problem]
    touched: Mapping[str, set[int]] = field(default_factory=dict)


def set_fields(store: Store, record: Record, texts: Mapping[str, str]) -> Edited:
    """Change fields of one person or household in one act; `texts` as typed, '' empties.

    A code field takes its code first, then the paper number or the words. Raises Rejected when a
    text cannot be read; what the form's checks find is told, not refused: the household's form
    can always stand unfinished.
    """
    if not isinstance(record, Person | Household):
        raise reject(EditProblem.RECORD_NOT_EDITED, what=type(record).__tablename__)
    model = type(record)
    before = {"id": record.id, **values_of(record)}
    wanted, told = _read_all(store, model, before, texts)
    known = _findings(store, record)
    with store.write("registry.set") as work:
        fresh = work.get(model, record.id)
        assert fresh is not None
        changes: Changes = {
            k: (getattr(fresh, k), v) for k, v in wanted.items() if getattr(fresh, k) != v
        }
        work.change(fresh, wanted)
        if "number" in changes:
            check_number(work, {"id": fresh.id, **values_of(fresh)})
    if changes:
        told += [p for p in _findings(store, record) if p not in known]
    return Edited(work.outcome.act, changes, told, work.outcome.touched)


def _read_all(
    store: Store, model: type[Record], before: Mapping[str, Value], texts: Mapping[str, str]
) -> tuple[dict[str, Value], list[Problem]]:
    """The stored values of `texts`, and what was mended or is doubtful in them."""
    known = fields_of(model)
    with store.read() as session:
        places = RegisterPlaces(PlaceTree.load(session))
    wanted: dict[str, Value] = {}
    wrong: list[Problem] = []
    told: list[Problem] = []
    # the kind of document decides how its number is read
    for key in sorted(texts, key=lambda k: k not in ("id_type", "sex")):
        if key not in known:
            wrong.append(Problem(EditProblem.FIELD_UNKNOWN, {"key": key}))
            continue
        spec = known[key]
        if isinstance(spec.type, PlaceRef | Reference) or key == "deleted":
            wrong.append(Problem(EditProblem.FIELD_NOT_SET_HERE, {"label": spec.label}))
            continue
        context = values.Context(
            today=store.clock.today(),
            id_kind=_text(wanted.get("id_type", before.get("id_type"))),
            sex=_text(wanted.get("sex", before.get("sex"))),
            codes_by="code",
            places=places,
        )
        reading = read_typed(spec, texts[key], context)
        for problem in reading.problems + reading.notices:
            at = problem.at(record_type=model.__tablename__, record_id=before["id"], field=key)
            (wrong if problem.severity is Severity.BLOCK else told).append(at)
        wanted[key] = reading.value
    if wrong:
        raise Rejected(wrong)
    if "id_number" in wanted:
        now = {**before, **wanted}
        wanted |= {k: v for k, v in fill_from_id(now).items() if not now.get(k)}
    return wanted, told


def read_typed(spec: Field, text: str, context: values.Context) -> values.Reading:
    """A value given by key: the code itself first, then whatever a clerk would type."""
    kind: FieldType = spec.type
    reading = values.read(kind, text, context)
    if reading.problems and isinstance(kind, Code | Codes):
        typed = values.Context(context.today, context.id_kind, context.sex, None, context.places)
        return values.read(kind, text, typed)
    return reading


def _text(value: Value) -> str | None:
    return value if isinstance(value, str) else None


def _findings(store: Store, record: Person | Household) -> list[Problem]:
    """What the checks say of the record's household in the open round, as warnings."""
    with store.read() as session:
        open_round = current_round(session)
        facts = facts_of_round(session, open_round.id) if open_round else None
    household = record.id if isinstance(record, Household) else record.household
    if facts is None or household is None:
        return []
    found = check_form(open_form(store, household, facts.id), facts)
    return [
        p.as_(Severity.WARN) if p.severity is Severity.BLOCK else p
        for p in found
        if p.where.record_type != "census_form"
    ]
