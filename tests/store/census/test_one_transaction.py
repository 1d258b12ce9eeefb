"""A form, the visit it was filled in on and its draft: all of it is kept, or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from laborclerk.features.census import service
from laborclerk.features.census.household_form import (
    DRAFT,
    FormProblem,
    HouseholdForm,
    new_form,
    new_person,
    open_form,
)
from laborclerk.features.census.model import CensusForm, Visit
from laborclerk.features.census.rounds import need_round
from laborclerk.features.census.service import record_visit, save_form, take_over
from laborclerk.features.registry.model import Household, Person
from laborclerk.kernel.errors import Rejected
from laborclerk.store import drafts
from laborclerk.store.store import Store
from laborclerk.store.undo import undo
from tests.postgres import BOTH
from tests.small import GROUP, add_household, station

pytestmark = BOTH

NOBODY_HOME = {"result": "5", "next_date": "2026-11-25", "date": "2026-11-20"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = station(tmp_path / "s")
    yield made
    made.close()


@pytest.fixture
def form(store: Store) -> HouseholdForm:
    """A new household in the form, its draft kept."""
    with store.read() as session:
        round_id = need_round(session).id
    made = new_form(store, GROUP, round_id)
    made.household["head_name"] = made.persons[0]["name"] = "周大"
    drafts.keep(store, DRAFT, made.household["id"], made.as_draft())
    return made


def counts(store: Store) -> dict[str, int]:
    models: tuple[Any, ...] = (Household, Person, CensusForm, Visit)
    with store.read() as session:
        found = {
            m.__tablename__: session.scalar(
                sa.select(sa.func.count()).select_from(m).where(m.deleted.is_(None))
            ) or 0
            for m in models
        }  # fmt: skip
    return found | {"draft": len(drafts.kept(store, DRAFT))}


NOTHING = {"household": 0, "person": 0, "census_form": 0, "visit": 0, "draft": 1}


def test_form_and_visit_are_one_act_and_the_draft_is_gone(
    store: Store, form: HouseholdForm
) -> None:
    saved = save_form(store, form, finish=False, visit=NOBODY_HOME)
    assert counts(store) == dict.fromkeys(NOTHING, 1) | {"draft": 0}
    assert set(saved.touched) == {"household", "person", "census_form", "visit"}
    (visit,) = open_form(store, form.household["id"], form.form["round"]).visits
    assert visit["next_date"] == "2026-11-25"
    assert visit["place"] == GROUP
    undo(store)
    assert counts(store) == NOTHING | {"draft": 0}


@pytest.mark.parametrize("breaks", ["_add_visit", "drafts.drop_in"])
def test_when_the_second_half_fails_nothing_was_kept_and_the_draft_still_stands(
    store: Store, form: HouseholdForm, monkeypatch: pytest.MonkeyPatch, breaks: str
) -> None:
    def fail(*_: Any) -> None:
        raise OSError("no space")

    target: Any = service
    *way, name = breaks.split(".")
    for part in way:
        target = getattr(target, part)
    monkeypatch.setattr(target, name, fail)
    with pytest.raises(OSError, match="no space"):
        save_form(store, form, finish=False, visit=NOBODY_HOME)
    assert counts(store) == NOTHING


def test_a_visit_without_its_next_date_keeps_nothing_of_the_form(
    store: Store, form: HouseholdForm
) -> None:
    with pytest.raises(Rejected) as caught:
        save_form(store, form, finish=False, visit={"result": "5"})
    assert [p.message for p in caught.value.problems] == [FormProblem.VISIT_NEEDS_DATE]
    assert counts(store) == NOTHING


def test_a_visit_alone_forgets_the_draft_it_stood_in(store: Store) -> None:
    house = add_household(store, {"name": "周大"})
    drafts.keep(store, DRAFT, house, {"visit": NOBODY_HOME})
    with store.read() as session:
        round_id = need_round(session).id
    record_visit(store, house, round_id, NOBODY_HOME)
    assert (counts(store)["visit"], counts(store)["draft"]) == (1, 0)


def living(store: Store) -> dict[int, tuple[object, ...]]:
    """Every person in the register: where she is, and as what."""
    with store.read() as session:
        found = session.scalars(sa.select(Person).where(Person.deleted.is_(None)))
        return {p.id: (p.household, p.line, p.relation, p.name) for p in found}


@pytest.mark.parametrize("stored", [False, True])
def test_somebody_who_moved_is_taken_over_in_one_act_with_the_form(
    store: Store, form: HouseholdForm, stored: bool
) -> None:
    before = add_household(store, {"name": "周二", "relation": "02"}, {"name": "周小二"})
    with store.read() as session:
        moved = session.scalars(sa.select(Person.id).where(Person.name == "周小二")).one()
    house, line = form.household["id"], None
    if stored:
        form.persons.append(new_person(form) | {"name": "周小二"})
        save_form(store, form, finish=False)
        line = form.persons[1]["id"]
        form = open_form(store, house, form.form["round"])
        form.household["address"] = "上街9号"
    was = counts(store), living(store)
    take_over(store, form, moved, line)
    now = open_form(store, house, form.form["round"])
    assert [p["name"] for p in now.persons] == ["周大", "周小二"]
    assert now.persons[1]["id"] == moved
    assert now.persons[1]["relation"] is None
    assert now.household["address"] == form.household["address"]
    assert len(living(store)) == 3
    undo(store)
    assert (counts(store) | {"draft": 0}, living(store)) == (was[0] | {"draft": 0}, was[1])
    assert living(store)[moved][0] == before


def test_nobody_is_taken_over_when_the_form_cannot_be_kept(
    store: Store, form: HouseholdForm
) -> None:
    add_household(store, {"name": "周二"}, number="0001")
    moved = next(iter(living(store)))
    was = living(store)
    form.household["number"] = "0001"
    with pytest.raises(Rejected):
        take_over(store, form, moved)
    assert living(store) == was
