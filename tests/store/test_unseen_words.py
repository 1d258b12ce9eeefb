"""What others said beside a value is never ended by somebody who did not see it: by an undo, by a
form that was open meanwhile, by a decision on what the list showed before."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from laborclerk.app import open_station
from laborclerk.features.census.household_form import FormProblem, open_form
from laborclerk.features.census.model import Round
from laborclerk.features.census.rounds import change_round, need_round
from laborclerk.features.census.service import save_form
from laborclerk.features.dispatch.model import Batch
from laborclerk.features.dispatch.service import save_batch
from laborclerk.features.exchange import conflicts, decisions
from laborclerk.features.exchange.conflicts import ConflictProblem
from laborclerk.features.registry.duplicates.decide import merge
from laborclerk.features.registry.duplicates.model import verdict_id
from laborclerk.features.registry.duplicates.undo import UnmergeProblem, undo_merge
from laborclerk.features.registry.groups import change_place
from laborclerk.features.registry.model import Household, Person, Place
from laborclerk.features.work.model import WorkSpell
from laborclerk.features.work.service import change_spell
from laborclerk.kernel.errors import Common, Message, Rejected
from laborclerk.store.base import values_of
from laborclerk.store.disputes import DisputeProblem
from laborclerk.store.journal import Entry
from laborclerk.store.store import Store
from laborclerk.store.undo import UndoProblem, undo
from tests.exchanging import GROUPS
from tests.postgres import BOTH
from tests.small import CLERK, PASSWORD, add_household
from tests.store.test_conflicts import Pair, dispute
from tests.store.test_conflicts import pair as pair

pytestmark = BOTH


def refused(call: Any, *args: Any, **more: Any) -> Message:
    with pytest.raises(Rejected) as caught:
        call(*args, **more)
    (problem,) = caught.value.problems
    assert "{" not in problem.text
    return problem.message


def voices(pair: Pair) -> list[Any]:
    return [voice.value for voice in pair.one().voices]


# -- undo --------------------------------------------------------------------------------------


def test_undo_does_not_end_a_conflict_that_came_since(pair: Pair) -> None:
    dispute(pair)
    pair.up()
    assert voices(pair) == [4800, 5200]
    assert refused(undo, pair.county) is UndoProblem.UNDO_DISPUTED
    assert voices(pair) == [4800, 5200]


def test_undo_of_a_creation_does_not_take_a_conflict_with_it(pair: Pair) -> None:
    home = add_household(pair.county, {"name": "李某"}, place=GROUPS["乌峰"][0], number="0300")
    pair.down()
    pair.change(pair.town, home, Household, note="乡")
    pair.change(pair.county, home, Household, note="县")
    pair.up()
    assert voices(pair) == ["县", "乡"]
    with pair.county.read() as session:
        born = session.get_one(Household, home)
        made = session.get_one(Entry, (born.origin_device, born.origin_seq)).act
    with pytest.raises(Rejected) as caught:
        undo(pair.county, made)
    assert UndoProblem.UNDO_DISPUTED in {p.message for p in caught.value.problems}
    assert voices(pair) == ["县", "乡"]


def test_taking_a_merge_back_does_not_end_a_conflict_that_came_since(pair: Pair) -> None:
    twin_home = add_household(
        pair.town, {"name": "周小芳", "phone": "15400000001"}, place=GROUPS["乌峰"][0],
        number="0188",
    )  # fmt: skip
    with pair.town.read() as session:
        twin = session.scalars(sa.select(Person.id).where(Person.household == twin_home)).one()
    pair.up()
    pair.down()
    pair.change(pair.town, pair.fang, phone="15400000002")
    merge(pair.county, pair.fang, twin, keep=pair.fang)
    pair.up()
    assert voices(pair) == ["15400000001", "15400000002"]
    done = undo_merge(pair.county, verdict_id(pair.fang, twin))
    assert [p.message for p in done.problems] == [UnmergeProblem.UNMERGE_DISPUTED]
    assert voices(pair) == ["15400000001", "15400000002"]
    assert pair.person(pair.county, twin).deleted is None


# -- forms ---------------------------------------------------------------------------------------


def test_a_form_that_was_open_meanwhile_does_not_end_a_conflict(pair: Pair) -> None:
    dispute(pair)
    other = open_station(pair.county.folder, CLERK, PASSWORD)
    with other.read() as session:
        form = open_form(other, pair.household, need_round(session).id)
    pair.up()
    (mine,) = (person for person in form.persons if person["id"] == pair.fang)
    mine["monthly_income"] = 6000
    assert refused(save_form, other, form, finish=False) is FormProblem.CHANGED_MEANWHILE
    assert voices(pair) == [4800, 5200]
    with other.read() as session:
        again = open_form(other, pair.household, need_round(session).id)
    (mine,) = (person for person in again.persons if person["id"] == pair.fang)
    mine["monthly_income"] = 6000  # what stands there is shown now
    save_form(other, again, finish=False)
    assert conflicts.count(other) == 0
    other.close()


def test_a_form_that_shows_no_conflicts_ends_none(pair: Pair) -> None:
    said = {"place": "110000000000", "employer_name": "甲厂", "trade": "6"}
    with pair.town.write("work.spell") as work:
        spell = work.add(WorkSpell(person=pair.fang, start="2026-03-01", **said)).id
    pair.up()
    pair.down()
    for store, firm in ((pair.town, "乙厂"), (pair.county, "丙厂")):
        pair.change(store, spell, WorkSpell, employer_name=firm)
    pair.up()
    with pair.county.read() as session:
        seen = values_of(session.get_one(WorkSpell, spell))
    new = {"employer_name": "丁厂"}
    assert refused(change_spell, pair.county, spell, new, seen) is DisputeProblem.IN_CONFLICT
    assert voices(pair) == ["丙厂", "乙厂"]


def test_a_dialog_writes_only_what_its_clerk_changed(pair: Pair) -> None:
    """Each of these asks for many fields at once; another window changed one of them."""
    county, village = pair.county, GROUPS["乌峰"][0] // 1000 * 1000
    said = {"name": "一批", "destination": "110000000000", "departs": "2026-12-01"}
    (batch,) = save_batch(county, said).ids
    with county.read() as session:
        round_id = need_round(session).id
    for model, record, key, other, later in (
        (Batch, batch, "departs", "name", "2026-12-02"),
        (Place, village, "leader", "leader_phone", "李主任"),
        (Round, round_id, "ends", "name", "2026-12-31"),
    ):
        seen = facts(county, model, record)
        pair.change(county, record, model, **{key: later})
        form = {key: seen[key], other: "15400000009"}
        keep(county, model, record, form, seen)
        now = facts(county, model, record)
        assert (now[key], now[other]) == (later, "15400000009")
        form = {key: "2027-01-01", other: "15400000009"}
        assert refused(keep, county, model, record, form, seen) is Common.CHANGED_ELSEWHERE


def facts(store: Store, model: Any, record: int) -> dict[str, Any]:
    with store.read() as session:
        return values_of(session.get_one(model, record))


def keep(store: Store, model: Any, record: int, form: dict[str, Any], seen: Any) -> None:
    if model is Batch:
        save_batch(store, form, record, seen)
    elif model is Place:
        change_place(store, record, form, seen)
    else:
        change_round(store, record, form, seen)


# -- decisions -----------------------------------------------------------------------------------


def test_a_decision_on_what_the_list_showed_before_is_refused(pair: Pair) -> None:
    dispute(pair)
    pair.up()
    line = pair.one()
    seen = [voice.value for voice in line.voices]
    pair.change(pair.town, pair.fang, monthly_income=5600)  # who does not know of the county's yet
    pair.up()
    now = voices(pair)
    assert sorted(now) == [4800, 5600]
    changed = ConflictProblem.CONFLICT_CHANGED
    assert refused(decisions.resolve, pair.county, line.id, keep=1, seen=seen) is changed
    assert refused(decisions.resolve, pair.county, line.id, value="1", seen=seen) is changed
    assert refused(decisions.fill, pair.county, line.id, 1, seen) is changed
    decisions.resolve(pair.county, line.id, keep=1, seen=now)
    assert pair.person(pair.county).monthly_income == now[0]
