"""Conflicts between stations: who says what, one decision or many at once, undo, and what merging
broke."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from laborclerk.features.census.rounds import need_round
from laborclerk.features.exchange import conflicts, decisions, findings, returned, taking
from laborclerk.features.exchange.conflicts import ConflictLine, ConflictProblem
from laborclerk.features.exchange.decisions import Rule
from laborclerk.features.exchange.held import held_names
from laborclerk.features.exchange.past import past
from laborclerk.features.registry.model import Household, Person
from laborclerk.kernel.errors import Rejected
from laborclerk.kernel.progress import Cancelled
from laborclerk.store.journal import Device, HeldEntry
from laborclerk.store.store import Store
from laborclerk.store.undo import undo
from laborclerk.sync import overview
from laborclerk.sync.export import export_bundle
from laborclerk.sync.ledger import station_of
from tests import postgres
from tests.exchanging import GROUPS, copied, opened, stations
from tests.postgres import BOTH
from tests.prepared import lasting_folder
from tests.small import add_household

pytestmark = BOTH


@dataclass
class Pair:
    """A county and a township that know the same household."""

    county: Store
    town: Store
    folder: Path
    household: int
    fang: int

    def change(self, store: Store, record: int, model: type[Any] = Person, **facts: Any) -> None:
        with store.write("registry.set") as work:
            work.change(work.session.get_one(model, record), facts)

    def up(self) -> Any:
        path = self.folder / "up.lcb"
        path.unlink(missing_ok=True)
        export_bundle(self.town, path)
        return taking.import_bundle(self.county, path)

    def down(self) -> Any:
        path = self.folder / "down.lcb"
        path.unlink(missing_ok=True)
        taking.export_return(self.county, station_of(self.town).place, path)
        return taking.import_bundle(self.town, path)

    def person(self, store: Store, record: int | None = None) -> Person:
        with store.read() as session:
            return session.get_one(Person, record or self.fang)

    def one(self, store: Store | None = None) -> ConflictLine:
        (line,) = conflicts.conflicts(store or self.county)
        return line


@cache
def _met(backend: str) -> tuple[Path, int, int]:
    """Stations that know the same household, made once: tests get copies."""
    with postgres.keeping():
        folder = stations(lasting_folder("conflicts-"))
    county, town = opened(folder, "county"), opened(folder, "乌峰")
    home = add_household(
        town, {"name": "周大", "relation": "02", "sex": "1"},
        {"name": "周小芳", "relation": "31", "monthly_income": 3000}, place=GROUPS["乌峰"][0],
        number="0187",
    )  # fmt: skip
    with town.read() as session:
        fang = session.scalars(sa.select(Person).where(Person.name == "周小芳")).one().id
    made = Pair(county, town, folder, home, fang)
    made.up()
    made.down()
    county.close()
    town.close()
    return folder, home, fang


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    folder, home, fang = _met(postgres.chosen())
    copied(folder, tmp_path)
    county, town = opened(tmp_path, "county"), opened(tmp_path, "乌峰")
    yield Pair(county, town, tmp_path, home, fang)
    county.close()
    town.close()


def dispute(pair: Pair, person: int | None = None, town: int = 5200, county: int = 4800) -> None:
    pair.change(pair.town, person or pair.fang, monthly_income=town)
    pair.change(pair.county, person or pair.fang, monthly_income=county)


def test_a_conflict_tells_who_where_when(pair: Pair) -> None:
    dispute(pair)
    assert pair.up().conflicts == 1
    line = pair.one()
    assert (line.name, line.label, line.household) == ("周小芳", "月收入", pair.household)
    assert "油榨街" in line.where
    assert "0187" in line.where
    told = {(v.text, v.source.station, v.source.county, v.source.clerk) for v in line.voices}
    assert told == {
        ("5,200元", "乌峰街道", False, "张录入"), ("4,800元", "镇雄县人社局", True, "张录入"),
    }  # fmt: skip
    assert all(v.source.at and v.source.why == "逐项修改" for v in line.voices)
    assert line.voices[line.kept].value == pair.person(pair.county).monthly_income
    assert conflicts.count(pair.county) == 1


def test_the_visit_it_was_kept_with_is_the_ground(pair: Pair) -> None:
    from laborclerk.features.census.model import Visit

    with pair.town.write("census.save") as work:
        work.change(work.session.get_one(Person, pair.fang), {"monthly_income": 5200})
        round_id = need_round(work.session).id
        work.add(Visit(household=pair.household, round=round_id, date="2026-11-18", result="01",
                       place=GROUPS["乌峰"][0]))  # fmt: skip
    pair.change(pair.county, pair.fang, monthly_income=4800)
    pair.up()
    notes = {v.source.station: v.source.note for v in pair.one().voices}
    assert notes["乌峰街道"].startswith("11月18日")
    assert notes["镇雄县人社局"] == ""


@pytest.mark.parametrize("keep", [1, 2])
def test_one_key_decides_and_the_township_hears_of_it(pair: Pair, keep: int) -> None:
    dispute(pair)
    pair.up()
    line = pair.one()
    done = decisions.resolve(pair.county, line.id, keep=keep, reason="企业工资表")
    assert done.touched["person"] == {pair.fang}
    assert conflicts.conflicts(pair.county) == []
    pair.down()
    wanted = line.voices[keep - 1].value
    assert pair.person(pair.county).monthly_income == wanted
    assert pair.person(pair.town).monthly_income == wanted
    assert conflicts.conflicts(pair.town) == []


def test_a_conflict_that_comes_decided_is_not_announced(pair: Pair) -> None:
    dispute(pair)
    pair.up()
    decisions.resolve(pair.county, pair.one().id, keep=1)
    done = pair.down()
    assert (done.conflicts, done.problems) == (0, ())


def test_two_decisions_that_differ_stand_beside_each_other_for_the_county(pair: Pair) -> None:
    dispute(pair)
    pair.up()
    pair.down()
    for store, value in ((pair.town, 5200), (pair.county, 4800)):
        at = [voice.value for voice in pair.one(store).voices].index(value)
        decisions.resolve(store, pair.one(store).id, keep=at + 1)
    pair.up()
    line = pair.one()
    assert {voice.value for voice in line.voices} == {4800, 5200}
    decisions.resolve(pair.county, line.id, keep=1)
    pair.down()
    assert conflicts.conflicts(pair.town) == conflicts.conflicts(pair.county) == []
    assert pair.person(pair.town).monthly_income == line.voices[0].value


def test_another_value_is_read_as_set_reads_it(pair: Pair) -> None:
    dispute(pair)
    pair.up()
    line = pair.one()
    with pytest.raises(Rejected):
        decisions.resolve(pair.county, line.id, value="很多")
    assert pair.one().id == line.id
    decisions.resolve(pair.county, line.id, value="5000")
    assert pair.person(pair.county).monthly_income == 5000


def test_undo_opens_the_conflict_again(pair: Pair) -> None:
    dispute(pair)
    pair.up()
    before = pair.one()
    decisions.resolve(pair.county, before.id, keep=2)
    undo(pair.county)
    after = pair.one()
    assert after.voices == before.voices  # who said what, too
    assert after.kind == before.kind
    assert after.voices[after.kept].value == before.voices[before.kept].value


def test_what_is_not_open_is_refused(pair: Pair) -> None:
    dispute(pair)
    pair.up()
    line = pair.one()
    for wrong in (0, 3):
        with pytest.raises(Rejected) as error:
            decisions.resolve(pair.county, line.id, keep=wrong)
        assert error.value.problems[0].message is ConflictProblem.CONFLICT_CHOICE
    decisions.resolve(pair.county, line.id, keep=1)
    with pytest.raises(Rejected) as error:
        decisions.resolve(pair.county, line.id, keep=1)
    assert error.value.problems[0].message is ConflictProblem.CONFLICT_UNKNOWN


def test_deleted_here_and_changed_there_reads_as_words(pair: Pair) -> None:
    with pair.county.write("census.delete_person") as work:
        work.delete(work.session.get_one(Person, pair.fang), "1")
    pair.change(pair.town, pair.fang, phone="13800000000")
    pair.up()
    line = pair.one()
    assert line.field == "deleted"
    assert line.label == "删除或保留"
    assert [v.text[:2] for v in line.voices] == ["保留", "删除"]
    assert "电话" in line.voices[0].text
    with pytest.raises(Rejected) as error:
        decisions.resolve(pair.county, line.id, value="1")
    assert error.value.problems[0].message is ConflictProblem.CONFLICT_ONLY_KEEP
    decisions.resolve(pair.county, line.id, keep=2)
    assert pair.person(pair.county).deleted == "1"


def test_where_a_household_lies_is_kept_and_not_typed(pair: Pair) -> None:
    wanted = ((pair.town, GROUPS["乌峰"][1]), (pair.county, GROUPS["泼机"][0]))
    for store, place in wanted:
        pair.change(store, pair.household, Household, place=place, head_name=f"周{place % 7}")
    pair.up()
    lines = {line.field: line for line in conflicts.conflicts(pair.county)}
    assert {key: line.another for key, line in lines.items()} == {"head_name": True, "place": False}
    with pytest.raises(Rejected) as error:
        decisions.fill(pair.county, lines["place"].id, wanted[0][1])
    assert error.value.problems[0].message is ConflictProblem.CONFLICT_ONLY_KEEP


@pytest.mark.parametrize(
    ("rule", "value"), [(Rule.COUNTY, 4800), (Rule.TOWNSHIP, 5200), (Rule.LATER, 4800)]
)
def test_all_alike_in_one_act_and_one_undo(pair: Pair, rule: Rule, value: int) -> None:
    with pair.town.read() as session:
        people = list(session.scalars(sa.select(Person.id)))
    for person in people:
        dispute(pair, person)
    pair.up()
    (seen,) = conflicts.alike(pair.county).values()
    assert len(seen) == len(people) == 2
    done = decisions.resolve_alike(pair.county, seen, rule)
    assert not done.problems
    assert {pair.person(pair.county, p).monthly_income for p in people} == {value}
    assert conflicts.count(pair.county) == 0
    undo(pair.county)
    assert conflicts.count(pair.county) == 2


def test_those_without_one_fitting_voice_stay_open(pair: Pair) -> None:
    dispute(pair)
    pair.up()
    line = pair.one()
    done = decisions.resolve_alike(pair.county, {line.id: line.values}, 99)
    assert (done.act, done.ids) == (0, ())
    assert [p.message for p in done.problems] == [ConflictProblem.CONFLICTS_PASSED]
    assert pair.one().id == line.id


def test_a_place_narrows_the_list(pair: Pair) -> None:
    dispute(pair)
    pair.up()
    assert len(conflicts.conflicts(pair.county, 530627001000000)) == 1
    assert conflicts.conflicts(pair.county, 530627101000000) == []


# -- findings ------------------------------------------------------------------------------------


def broken(store: Store) -> list[str]:
    return [f.text for f in findings.findings(store) if f.broken]


def add(store: Store, home: int, **facts: Any) -> int:
    with store.write("test.add") as work:
        return int(work.add(Person(household=home, line=9, **facts)).id)


def test_two_spouses_after_merging_are_listed_and_vanish_when_mended(pair: Pair) -> None:
    add(pair.town, pair.household, name="王一", relation="12", sex="2")
    ours = add(pair.county, pair.household, name="李二", relation="12", sex="2")
    assert broken(pair.county) == []
    pair.up()
    assert any("2个配偶" in text for text in broken(pair.county))
    named = findings.findings(pair.county)[0].named
    assert named.household == pair.household
    pair.change(pair.county, ours, relation="31")
    assert not any("配偶" in text for text in broken(pair.county))


def test_a_finding_vanishes_when_who_broke_the_household_leaves_it(pair: Pair) -> None:
    add(pair.town, pair.household, name="王一", relation="12", sex="2")
    ours = add(pair.county, pair.household, name="李二", relation="12", sex="2")
    pair.up()
    assert any("2个配偶" in text for text in broken(pair.county))
    with pair.county.read() as session:
        place = session.get_one(Household, pair.household).place or 0
    home = add_household(pair.county, {"name": "李一", "relation": "02"}, place=place)
    pair.change(pair.county, ours, household=home, relation="31")
    assert not any("配偶" in text for text in broken(pair.county))


def test_what_was_wrong_before_or_on_one_side_alone_is_no_finding(pair: Pair) -> None:
    pair.change(pair.town, pair.fang, relation="02")  # the township's own two heads
    pair.up()
    assert broken(pair.county) == []
    pair.change(pair.county, pair.fang, phone="13800000000")
    pair.change(pair.town, pair.household, Household, address="街上")
    pair.up()
    assert broken(pair.county) == []


def test_fields_changed_apart_are_a_glance_that_is_ticked_off(pair: Pair) -> None:
    pair.change(pair.town, pair.fang, phone="13800000000")
    pair.change(pair.county, pair.fang, monthly_income=4800)
    assert pair.up().met == 1
    (line,) = findings.findings(pair.county)
    assert not line.broken
    assert "乌峰街道改了" in line.text
    assert "镇雄县人社局改了月收入" in line.text
    assert "电话" in line.text
    pair.up()
    assert findings.count(pair.county) == 1
    findings.tick(pair.county, [line.id])
    assert findings.count(pair.county) == 0


# -- what came back --------------------------------------------------------------------------------


def test_a_township_reads_what_the_county_changed_and_why(pair: Pair) -> None:
    pair.change(pair.county, pair.fang, monthly_income=4800)
    pair.down()
    found = returned.returned(pair.town)
    assert found.total == 1
    (came,) = found.came
    assert (came.station, came.why, came.named.name) == ("镇雄县人社局", "逐项修改", "周小芳")
    ((label, before, after),) = came.changed
    assert label == "月收入"
    assert "3" in before
    assert "4" in after
    pair.down()  # the same again: what it brought stays to be read
    assert returned.returned(pair.town).total == 1


def test_whose_changes_are_held_is_told_with_where_they_are_now(pair: Pair) -> None:
    pair.change(pair.county, pair.household, Household, place=530627102001001)
    pair.down()
    pair.change(pair.town, pair.fang, phone="15400000001")
    pair.up()
    (line,) = [one for one in overview.held(pair.county) if one.record_type == "person"]
    (name,) = held_names(pair.county, [line])[line]
    assert name == "周小芳(泼机镇 龙翔社区 1组 户0187)"


def test_entries_that_were_not_accepted_come_back_by_name(pair: Pair) -> None:
    other = GROUPS["泼机"][0]
    away = add_household(pair.town, {"name": "孙外"}, place=other, number="9")
    done = pair.up()
    assert done.held
    lines = {line.record_type: line for line in overview.held(pair.county)}
    names = held_names(pair.county, lines.values())
    assert names[lines["person"]] == ("孙外",)  # she is not in the county's register yet
    pair.down()
    found = returned.returned(pair.town)
    assert {b.reason for b in found.back} == {"不在本站辖区"}
    assert {b.record_id for b in found.back} >= {away}
    with pair.county.read() as session:
        held = [(h.index, h.seq) for h in session.scalars(sa.select(HeldEntry))]
    assert taking.accept_held(pair.county, held).records >= 1
    pair.down()
    assert returned.returned(pair.town).back == ()


# -- many at once ----------------------------------------------------------------------------------


def test_a_folder_comes_in_by_number_and_one_bad_file_stops_no_other(pair: Pair) -> None:
    inbox = pair.folder / "inbox"
    (inbox / "乌峰").mkdir(parents=True)
    for number, name in ((1, "b.lcb"), (2, "a.lcb")):
        pair.change(pair.town, pair.fang, monthly_income=3000 + number)
        export_bundle(pair.town, inbox / "乌峰" / name)
    (inbox / "坏.lcb").write_bytes(b"no bundle")
    told: list[str] = []
    run = taking.import_many(
        pair.county, taking.bundles_in(inbox), told=lambda path: told.append(path.name)
    )
    assert told == ["b.lcb", "a.lcb", "坏.lcb"]
    assert [i.records for _, _, i in run.done] == [1, 1]
    assert [path.name for path, _ in run.refused] == ["坏.lcb"]


def test_cancelling_leaves_those_before_done(pair: Pair) -> None:
    paths = []
    for number in (1, 2):
        pair.change(pair.town, pair.fang, monthly_income=3000 + number)
        paths.append(pair.folder / f"{number}.lcb")
        export_bundle(pair.town, paths[-1])

    class Stop:
        begun = 0

        def start(self, label: str, total: int | None = None) -> None:
            self.begun += label.endswith("核对并合并")

        def step(self, done: int) -> None:
            if self.begun == 2:
                raise Cancelled

    run = taking.import_many(pair.county, paths, Stop())
    assert run.cancelled
    assert len(run.done) == 1
    assert pair.person(pair.county).monthly_income == 3001


def test_townships_are_those_enrolled(pair: Pair) -> None:
    assert [t.name for t in taking.townships(pair.county)] == ["乌峰街道", "泼机镇"]


# -- who is who ------------------------------------------------------------------------------------


def test_two_lives_of_one_laptop_are_told_apart_by_name(pair: Pair) -> None:
    from laborclerk.features.exchange.words import Stations
    from laborclerk.store.incarnation import begin_incarnation
    from laborclerk.sync import overview

    pair.change(pair.town, pair.fang, monthly_income=5200)
    pair.up()
    with pair.town.local() as session:  # as after a restored backup
        begin_incarnation(session, session.get_one(Device, 0).acked)
    pair.change(pair.town, pair.fang, phone="13800000000")
    pair.up()
    with pair.county.read() as session:
        stations = Stations(pair.county, session)
        names = {stations.name(index) for index in range(1, 5)}
    assert {"乌峰街道(恢复备份前)", "乌峰街道(第1次恢复备份后)"} <= names
    (line,) = [s for s in overview.stations(pair.county) if s.name == "乌峰街道"]
    assert len(line.lives) == 2
    assert line.lives[0].index > line.lives[1].index


def test_the_history_of_a_person_shows_both_sides_and_the_decision(pair: Pair) -> None:
    pair.change(pair.county, pair.fang, phone="13800000001")
    pair.change(pair.town, pair.fang, phone="13800000002")
    pair.up()
    [line] = conflicts.conflicts(pair.county)
    decisions.resolve(pair.county, line.id, keep=1, reason="电话核实")
    with pair.county.read() as session:
        lines = past(pair.county, session, session.get_one(Person, pair.fang))
    told = [(one.county, one.before, one.after) for one in lines if one.label == "联系电话"]
    sides, (county, stood, decided) = told[-3:-1], told[-1]
    assert [(c, after) for c, _, after in sides] == [(True, "13800000001"), (False, "13800000002")]
    assert county
    assert set(stood.split("、")) == {"13800000001", "13800000002"}
    assert decided in stood
    assert any(one.why.startswith("核定") for one in lines)


def test_a_place_of_another_township_is_named_in_full(pair: Pair) -> None:
    """A township has no list of its neighbour's villages: the division's names say where it is."""
    pair.change(pair.county, pair.household, Household, place=530627102001001)
    pair.up()
    pair.down()
    (told,) = [c for c in returned.returned(pair.town).came if c.record_type == "household"]
    ((label, before, after),) = told.changed
    assert (label, before) == ("村民小组", "油榨街社区 1组")
    assert after == "泼机镇 龙翔社区 1组"
    assert told.named.where == after
    (hint,) = conflicts.disputes(pair.town, [pair.household])
    assert hint.message is ConflictProblem.MOVED_AWAY
    assert after in hint.text
    assert conflicts.disputes(pair.county, [pair.household]) == []
