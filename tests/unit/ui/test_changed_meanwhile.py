"""A form is open, and another window changes the record: the save is told so and writes nothing,
what is typed stays, and saved once more, after what came was read, it counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from laborclerk.features.census.model import Round
from laborclerk.features.census.rounds import need_round, new_round
from laborclerk.features.coverage.collection import report, take_back
from laborclerk.features.coverage.model import GroupReport
from laborclerk.features.demand.model import Employer, Post
from laborclerk.features.demand.service import save_employer, save_post
from laborclerk.features.dispatch.batches import leaders
from laborclerk.features.dispatch.campaigns import save_campaign
from laborclerk.features.dispatch.model import Batch, BatchLeader, BatchMember, Campaign
from laborclerk.features.fairs.model import Fair
from laborclerk.features.fairs.service import save_fair
from laborclerk.features.matching.advice import save_advice
from laborclerk.features.matching.model import Advice
from laborclerk.features.registry.model import Place
from laborclerk.features.registry.places import place_id
from laborclerk.features.seeking.model import JobSeeking
from laborclerk.features.seeking.service import register
from laborclerk.features.work.model import WorkSpell, WorkUpdate
from laborclerk.features.work.service import add_spell
from laborclerk.features.work.updates import update, updates
from laborclerk.store.base import Record, values_of
from laborclerk.store.store import Store
from laborclerk.ui.entry import FieldState
from laborclerk.ui.longwork import Ended
from laborclerk.ui.record_form import RecordForm
from laborclerk.ui.screens.demand.presenter import DemandPresenter
from laborclerk.ui.screens.dispatch.presenter import DispatchPresenter
from laborclerk.ui.screens.fairs.presenter import FairsPresenter
from laborclerk.ui.screens.groups.presenter import GroupsPresenter
from laborclerk.ui.screens.handbook.presenter import CAMPAIGNS, HandbookPresenter
from laborclerk.ui.screens.places.presenter import PlacesPresenter
from laborclerk.ui.screens.settings.rounds import Rounds
from laborclerk.ui.screens.work.presenter import WorkPresenter
from tests import dispatching as d
from tests.unit.ui.stations import Screen, opened

VILLAGE = "530627001001"


@dataclass
class Open:
    """A form that is open: its record, its fields, what keeps it, how that ended."""

    model: type[Record]
    record: int
    form: RecordForm
    save: Callable[[], object]
    ended: Callable[[], Ended | None]


def the_batch(store: Store) -> Open:
    batch = d.batch(store, d.people(store, {VILLAGE: 1}))
    p = DispatchPresenter(opened(store), Screen(), lambda *_: None)
    p.load()
    p.edit()
    assert p.entering.asked
    return Open(Batch, batch, p.entering.asked.form, p.entering.keep, lambda: p.ended)


def a_member(store: Store) -> Open:
    d.batch(store, d.people(store, {VILLAGE: 1}))
    p = DispatchPresenter(opened(store), Screen(), lambda *_: None)
    p.load()
    [member] = p.shown_batch.members
    p.entering.change_members([member])
    assert p.entering.asked
    return Open(BatchMember, member.id, p.entering.asked.form, p.entering.keep, lambda: p.ended)


def a_leader(store: Store) -> Open:
    batch = d.batch(store, d.people(store, {VILLAGE: 1}))
    p = DispatchPresenter(opened(store), Screen(), lambda *_: None)
    p.load()
    [member] = p.shown_batch.members
    p.lead(member)
    assert p.entering.asked
    with store.read() as session:
        [leader] = leaders(session, batch).values()
    return Open(BatchLeader, leader.id, p.entering.asked.form, p.entering.keep, lambda: p.ended)


def an_update(store: Store) -> Open:
    group = place_id(VILLAGE, 1)
    made = update(store, "2026-11", group, {"away": 3, "reporter": "周组长"}).id
    p = WorkPresenter(opened(store), Screen(), lambda *_: None)
    p.month = "2026-11"
    with store.read() as session:
        (line,) = [one for one in updates(session, "2026-11", group) if one.place == group]
    p.entering.update(line)
    assert p.entering.asked
    return Open(WorkUpdate, made, p.entering.asked.form, p.entering.keep, lambda: p.ended)


def a_report(store: Store) -> Open:
    group = place_id(VILLAGE, 1)
    p = GroupsPresenter(opened(store), Screen())
    made = report(store, p.month, group, changes=2)
    p.load()
    p.entering.ask_report(group)
    assert p.entering.asked
    return Open(GroupReport, made, p.entering.asked.form, p.entering.keep, lambda: p.ended)


def a_campaign(store: Store) -> Open:
    said = {"name": "摘棉", "kind": "1", "destination": "650000000000", "starts": "2027-09-01"}
    [campaign] = save_campaign(store, said).ids
    p = HandbookPresenter(opened(store), Screen())
    p.load()
    p.show(CAMPAIGNS)
    p.edit(campaign)
    assert p.asked
    return Open(Campaign, campaign, p.asked.form, p.keep, lambda: p.ended)


def a_place(store: Store) -> Open:
    p = PlacesPresenter(opened(store), Screen())
    p.load()
    group = place_id(VILLAGE, 1)
    p.select(group)
    assert p.form
    return Open(Place, group, p.form, p.save, lambda: p.work.ended)


def a_round(store: Store) -> Open:
    new_round(store, {"name": "2026年秋季摸底", "starts": "2026-11-01"})
    p = Rounds(store, opened(store).runner, lambda: None)
    p.refresh()
    assert p.form
    with store.read() as session:
        return Open(Round, need_round(session).id, p.form, p.save, lambda: p.ended)


def a_fair(store: Store) -> Open:
    said = {"kind": "1", "name": "春风行动", "date": "2027-02-20", "venue": "广场"}
    fair = save_fair(store, said | {"venue_place": place_id(VILLAGE)}).id
    p = FairsPresenter(opened(store), Screen())
    p.load()
    p.edit(fair)
    assert p.form
    return Open(Fair, fair, p.form, p.save, lambda: p.ended)


def an_employer(store: Store) -> Open:
    p, firm, _ = demanded(store)
    p.edit_employer(firm)
    assert p.form
    return Open(Employer, firm, p.form.fields, p.save, lambda: p.ended)


def a_post(store: Store) -> Open:
    p, _, post = demanded(store)
    p.edit_post(post)
    assert p.form
    return Open(Post, post, p.form.fields, p.save, lambda: p.ended)


def demanded(store: Store) -> tuple[DemandPresenter, int, int]:
    firm = save_employer(store, {"name": "某某重工", "kind": "1"}).id
    said: dict[str, Any] = {"name": "焊工", "headcount": 5, "work_place": d.FUZHOU}
    post = save_post(store, said | {"occupation": "6-18", "employer": firm}).id
    p = DemandPresenter(opened(store), Screen())
    p.load()
    return p, firm, post


def an_advice(store: Store) -> Open:
    p, _, _ = demanded(store)
    save_advice(store, {"name": "电子厂普工", "points": 5})  # the table is the county's own
    p.advising.open()
    p.advising.select(p.advising.lines[0]["id"])
    assert p.advising.form
    assert p.advising.line
    return Open(Advice, p.advising.line, p.advising.form, p.advising.save, lambda: p.advising.ended)


def at_work(store: Store, person: int) -> WorkPresenter:
    add_spell(store, person, {"place": d.FUZHOU, "start": "2026-01-01"})
    p = WorkPresenter(opened(store), Screen(), lambda *_: None)
    p.load()
    p.choose("list:away")
    p.stand_on(person)
    return p


def a_spell(store: Store) -> Open:
    p = at_work(store, d.people(store, {VILLAGE: 1})[0])
    (line,) = [h for h in p.history if h.record_type == "work_spell"]
    p.entering.change(line, p.name)
    assert p.entering.asked
    return Open(WorkSpell, line.record_id, p.entering.asked.form, p.entering.keep, lambda: p.ended)


def a_registration(store: Store) -> Open:
    (person,) = d.people(store, {VILLAGE: 1})
    made = register(store, person, {"wanted_jobs": "6-18", "expected_income": 6000}).id
    p = at_work(store, person)
    (line,) = [h for h in p.history if h.record_id == made]
    p.entering.change(line, p.name)
    assert p.entering.asked
    return Open(JobSeeking, made, p.entering.asked.form, p.entering.keep, lambda: p.ended)


CASES = {  # what is typed into which field, what the other makes of it, how that reads, what else
    the_batch: ("transport_number", "包车4辆", "包车5辆", "包车5辆", {"name": "第一批"}),
    a_member: ("wage", "7000", 7200, "7,200", {"contract": "2"}),
    a_leader: ("phone", "13987000010", "13987000011", "13987000011", {"name": "杨主任"}),
    an_update: ("away", "4", 5, "5", {"reporter": "李组长"}),
    a_report: ("changes", "4", 5, "5", {"note": "补报"}),
    a_campaign: ("plan_people", "200", 300, "300", {"note": "带棉衣"}),
    a_place: ("leader", "王组长", "李组长", "李组长", {"leader_phone": "15400001111"}),
    a_round: ("ends", "2026-12-01", "2026-12-31", "2026-12-31", {"maker": "县人社局"}),
    a_fair: ("venue", "广场东", "广场西", "广场西", {"name": "春风送岗"}),
    an_employer: ("contact", "张三", "李四", "李四", {"address": "开发区1号"}),
    an_advice: ("name", "饲养员", "驾驶员", "驾驶员", {"points": 7}),
    a_post: ("headcount", "8", 9, "9", {"note": "可带家属"}),
    a_spell: ("employer_name", "甲厂", "乙厂", "乙厂", {"note": "已换宿舍"}),
    a_registration: ("expected_income", "7000", 6500, "6,500", {"wanted_post": "二保焊"}),
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = d.county(tmp_path / "county")
    yield made
    made.close()


def held(store: Store, at: Open) -> dict[str, Any]:
    with store.read() as session:
        return values_of(session.get_one(at.model, at.record))


@pytest.mark.parametrize(("begin", "case"), CASES.items(), ids=lambda c: getattr(c, "__name__", ""))
def test_a_field_changed_meanwhile_is_told_and_the_other_word_stays(
    store: Store, begin: Callable[[Store], Open], case: tuple[str, str, Any, str, dict[str, Any]]
) -> None:
    key, typed, theirs, reads, beside = case
    at = begin(store)
    at.form.enter(key, typed)
    mine = at.form.values[key]
    with store.write("test.other") as work:
        work.change(work.session.get_one(at.model, at.record), {key: theirs, **beside})
    at.save()
    assert held(store, at)[key] == theirs
    said = at.form.shown(key)
    assert said.state is FieldState.WRONG
    assert f"刚被另一处改为“{reads}”" in said.message
    ended = at.ended()
    assert ended is None or not ended.whole
    assert at.form.values[key] == mine
    at.save()
    now = held(store, at)
    assert now[key] == mine
    assert {k: now[k] for k in beside} == beside


def test_items_of_a_round_changed_meanwhile_are_not_overwritten_unread(store: Store) -> None:
    new_round(store, {"name": "2026年秋季摸底", "starts": "2026-11-01"})
    p = Rounds(store, opened(store).runner, lambda: None)
    p.refresh()
    p.toggle_item("phone")
    with store.write("test.other") as work:
        work.change(need_round(work.session), {"required_items": "name"})
    for _ in range(2):  # what came is nowhere shown
        p.save()
        assert p.ended
        assert "“必填项”刚被另一处改过" in p.ended.text
        with store.read() as session:
            assert need_round(session).required_items == "name"


def test_a_report_that_was_taken_back_is_made_anew(store: Store) -> None:
    at = a_report(store)
    with store.read() as session:
        month = session.get_one(GroupReport, at.record).month or ""
    take_back(store, month, place_id(VILLAGE, 1))
    at.form.enter("changes", "4")
    at.save()
    assert (held(store, at)["changes"], held(store, at)["deleted"]) == (4, None)


def test_a_report_made_meanwhile_is_not_overwritten_unread(store: Store) -> None:
    group = place_id(VILLAGE, 1)
    p = GroupsPresenter(opened(store), Screen())
    p.load()
    p.entering.ask_report(group)
    assert p.entering.asked
    form = p.entering.asked.form
    form.enter("changes", "4")
    report(store, p.month, group, changes=2, note="补报")
    p.entering.keep()
    assert p.entering.go_to == "changes"
    assert "刚被另一处改为“2" in form.shown("changes").message
    p.entering.keep()
    line = p.line(group)
    assert line
    assert line.report
    assert (line.report.changes, line.report.note) == (4, "补报")
