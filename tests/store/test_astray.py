"""What one side adds to a record that another takes out meanwhile does not vanish from sight: it is
listed and goes by one act to where it belongs."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from laborclerk.features.exchange import conflicts, decisions, findings
from laborclerk.features.exchange.decisions import Rule
from laborclerk.features.exchange.findings import FindingLine
from laborclerk.features.registry.duplicates import decide
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.work.model import WorkSpell
from laborclerk.kernel.errors import Rejected
from laborclerk.store.store import Store
from laborclerk.store.undo import undo
from tests.exchanging import GROUPS
from tests.postgres import BOTH
from tests.small import add_household
from tests.store.test_conflicts import Pair
from tests.store.test_conflicts import pair as pair

pytestmark = BOTH


def twin(pair: Pair) -> int:
    """A second registration of 周小芳 that both know."""
    with pair.county.write("test.add") as work:
        made = int(work.add(Person(household=pair.household, name="周小芳", line=9)).id)
    pair.down()
    return made


def spell(store: Store, person: int) -> int:
    with store.write("work.spell") as work:
        return int(work.add(WorkSpell(person=person, start="2026-09-01")).id)


def take_out(store: Store, model: type[Household | Person], record: int, why: str) -> None:
    with store.write("registry.set") as work:
        work.delete(work.session.get_one(model, record), why)


def listed(store: Store) -> list[FindingLine]:
    return [f for f in findings.findings(store) if f.way_out.text]


def worker(store: Store, record: int) -> int | None:
    with store.read() as session:
        return session.get_one(WorkSpell, record).person


def test_a_job_of_who_was_merged_away_goes_to_the_kept_registration(pair: Pair) -> None:
    other = twin(pair)
    job = spell(pair.town, other)
    decide.merge(pair.county, pair.fang, other)
    pair.up()
    (line,) = listed(pair.county)
    assert (line.record_type, line.record_id, line.broken) == ("work_spell", job, True)
    assert line.named.name == "周小芳"
    assert line.text == ("“务工人员”周小芳已被镇雄县人社局删除(重复录入),删的时候还没有这一条")
    assert line.way_out.text == "归到保留的那条登记"
    findings.mend(pair.county, line.id)
    assert worker(pair.county, job) == pair.fang
    assert listed(pair.county) == []
    pair.down()
    assert worker(pair.town, job) == pair.fang


def test_whom_the_kept_one_was_merged_into_has_it(pair: Pair) -> None:
    other, third = twin(pair), twin(pair)
    job = spell(pair.town, other)
    decide.merge(pair.county, pair.fang, other)
    decide.merge(pair.county, third, pair.fang)
    pair.up()
    findings.mend(pair.county, listed(pair.county)[0].id)
    assert worker(pair.county, job) == third


def test_a_township_leaves_it_to_the_county_when_the_kept_one_is_another_townships(
    pair: Pair,
) -> None:
    home = add_household(pair.county, {"name": "周小芳"}, place=GROUPS["泼机"][0], number="0001")
    with pair.county.read() as session:
        kept = session.scalars(sa.select(Person.id).where(Person.household == home)).one()
    job = spell(pair.town, pair.fang)
    decide.merge(pair.county, kept, pair.fang)
    pair.down()
    (line,) = [f for f in findings.findings(pair.town) if f.broken]
    assert line.way_out.text == ""
    with pytest.raises(Rejected, match="请县里改正"):
        findings.mend(pair.town, line.id)
    pair.up()
    findings.mend(pair.county, listed(pair.county)[0].id)
    assert worker(pair.county, job) == kept
    assert worker(pair.town, job) == pair.fang


def test_a_member_added_to_a_household_deleted_elsewhere_takes_it_in_again(pair: Pair) -> None:
    with pair.town.write("test.add") as work:
        born = int(work.add(Person(household=pair.household, name="周小宝", line=3)).id)
    take_out(pair.county, Household, pair.household, "1")
    pair.up()
    (line,) = listed(pair.county)
    assert (line.record_type, line.record_id) == ("person", born)
    assert line.way_out.text == "恢复户0187 周大"
    act = findings.mend(pair.county, line.id)
    with pair.county.read() as session:
        assert session.get_one(Household, pair.household).deleted is None
    assert act["household"] == {pair.household}
    assert listed(pair.county) == []
    undo(pair.county)
    with pair.county.read() as session:
        assert session.get_one(Household, pair.household).deleted is not None


def test_it_is_found_whichever_came_first(pair: Pair) -> None:
    other = twin(pair)
    spell(pair.town, other)
    decide.merge(pair.county, pair.fang, other)
    pair.down()
    assert [f.record_type for f in listed(pair.town)] == ["work_spell"]
    pair.up()
    assert [f.record_type for f in listed(pair.county)] == ["work_spell"]


def test_what_the_deletion_knew_of_is_none(pair: Pair) -> None:
    spell(pair.town, pair.fang)
    pair.up()
    take_out(pair.county, Person, pair.fang, "1")
    pair.down()
    assert listed(pair.town) == listed(pair.county) == []


def test_a_deletion_in_dispute_is_listed_as_a_conflict_alone(pair: Pair) -> None:
    spell(pair.town, pair.fang)
    pair.change(pair.town, pair.fang, phone="13800000000")
    take_out(pair.county, Person, pair.fang, "1")
    assert pair.up().conflicts == 1
    assert listed(pair.county) == []


def decide_on(store: Store, *, gone: bool) -> None:
    (line,) = [c for c in conflicts.conflicts(store) if c.field == "deleted"]
    keep = [bool(value) for value in line.values].index(gone) + 1
    decisions.resolve(store, line.id, keep=keep)


@pytest.mark.parametrize("alike", [False, True])
def test_who_is_decided_to_be_gone_leaves_no_job_behind_unseen(pair: Pair, alike: bool) -> None:
    other = twin(pair)
    old = spell(pair.town, other)
    pair.up()
    decide.merge(pair.county, pair.fang, other)
    job = spell(pair.town, other)
    pair.change(pair.town, other, phone="13800000000")
    assert pair.up().conflicts == 1
    if alike:
        decisions.resolve_alike(
            pair.county, {c.id: c.values for c in conflicts.conflicts(pair.county)}, Rule.COUNTY
        )
    else:
        decide_on(pair.county, gone=True)
    (line,) = listed(pair.county)
    assert line.record_id == job
    findings.mend(pair.county, line.id)
    assert worker(pair.county, job) == worker(pair.county, old) == pair.fang


def test_who_is_decided_to_stay_in_a_household_that_is_gone_is_listed(pair: Pair) -> None:
    with pair.town.write("census.delete") as work:
        for person in work.session.scalars(sa.select(Person)):
            work.delete(person, "1")
        work.delete(work.session.get_one(Household, pair.household), "1")
    pair.change(pair.county, pair.fang, phone="13800000000")
    pair.up()
    assert listed(pair.county) == []
    decide_on(pair.county, gone=False)
    (line,) = listed(pair.county)
    assert (line.record_type, line.record_id) == ("person", pair.fang)
    findings.mend(pair.county, line.id)
    with pair.county.read() as session:
        assert session.get_one(Household, pair.household).deleted is None


def test_what_somebody_leaves_who_is_decided_to_be_gone_was_known(pair: Pair) -> None:
    spell(pair.town, pair.fang)
    pair.up()
    take_out(pair.county, Person, pair.fang, "1")
    pair.change(pair.town, pair.fang, phone="13800000000")
    pair.up()
    decide_on(pair.county, gone=True)
    assert listed(pair.county) == []


def test_it_ends_when_the_record_goes_or_what_it_names_comes_back(pair: Pair) -> None:
    other = twin(pair)
    jobs = [spell(pair.town, other), spell(pair.town, other)]
    decide.merge(pair.county, pair.fang, other)
    pair.up()
    first, second = listed(pair.county)
    with pair.county.write("work.delete") as work:
        work.delete(work.session.get_one(WorkSpell, jobs[0]), "3")
    assert [f.record_id for f in listed(pair.county)] == [jobs[1]]
    gone = first if first.record_id == jobs[0] else second
    with pytest.raises(Rejected, match="不用改正"):
        findings.mend(pair.county, gone.id)
    pair.change(pair.county, other, deleted=None)
    assert listed(pair.county) == []
    with pair.county.read() as session:
        assert session.scalar(sa.select(findings.MergeFinding.id)) is None
