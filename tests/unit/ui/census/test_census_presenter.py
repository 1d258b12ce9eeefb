"""The household form's presenter on a real store, without Qt: entering, saving, going on."""

from __future__ import annotations

from laborclerk.features.census import household_form
from laborclerk.features.registry.model import Person
from laborclerk.store import drafts
from laborclerk.store.store import Store
from laborclerk.ui.entry import FieldState
from laborclerk.ui.screens.census.heading import title
from laborclerk.ui.screens.census.presenter import CensusPresenter
from laborclerk.ui.station import Station
from tests.small import add_household
from tests.unit.ui.census.forms import VILLAGE, Screen, fill, filled, stored


def test_a_household_entered_is_saved_and_an_empty_form_follows(
    presenter: CensusPresenter, screen: Screen, store: Store
) -> None:
    saved_id = filled(presenter).household_id
    assert screen.said[-1].startswith("已存为草稿")
    presenter.save(finish=True)
    assert not screen.refused, screen.refused
    assert any("已存" in text and "草稿" not in text for text in screen.said)
    assert presenter.state is not None
    assert presenter.state.household_id != saved_id
    assert presenter.state.is_new
    assert presenter.state.form.household["place"] == VILLAGE + 1
    assert drafts.kept(store, "census") == []
    with store.read() as session:
        from laborclerk.features.registry.model import Household

        found = session.get(Household, saved_id)
        assert found is not None
        assert found.head_name == "周大海"
        assert found.number == "0001"


def test_a_visit_with_nobody_at_home_is_recorded_alone(
    presenter: CensusPresenter, screen: Screen, store: Store
) -> None:
    record_id = stored(presenter)
    presenter.open(record_id)
    presenter.enter(0, "result", "5")
    presenter.save(finish=False)
    assert "下次访问日期" in screen.refused[-1]
    assert screen.places[-1] == (0, "next_date")
    presenter.enter(0, "next_date", "下周")
    presenter.save(finish=True)
    assert "“下周”看不出是哪一天" in screen.refused[-1]
    assert screen.places[-1] == (0, "next_date")
    presenter.enter(0, "date", "2026-11-20")
    presenter.enter(0, "next_date", "2026-11-25")
    presenter.save(finish=False)
    assert "已存(访问)" in screen.said[-1]
    assert presenter.state is not None
    assert [v["result"] for v in presenter.state.form.visits] == ["5"]


def test_the_same_number_elsewhere_is_shown_with_its_ways_out(
    presenter: CensusPresenter, screen: Screen
) -> None:
    presenter.new(VILLAGE + 1)
    fill(presenter)
    presenter.save(finish=True)
    presenter.new(VILLAGE + 1)
    assert presenter.state is not None
    fill(presenter, name="周大洋")
    assert [d.name for d in screen.doubles] == ["周大海"]
    pid = presenter.state.members[0]["id"]
    presenter.doubles.another_person(pid, screen.doubles[0])
    assert screen.doubles == []
    presenter.enter(pid, "name", "周大江")
    assert screen.doubles == []


def test_the_same_person_is_taken_over_with_all_she_has(
    presenter: CensusPresenter, screen: Screen
) -> None:
    moved = filled(presenter).members[0]["id"]
    presenter.save(finish=True)
    fill(presenter, name="周大洋")
    assert presenter.state is not None
    line = presenter.state.members[0]["id"]
    presenter.doubles.same_person(line, screen.doubles[0])
    assert [p["id"] for p in presenter.state.members] == [moved]
    assert presenter.state.members[0]["education"] == "70"


def test_f7_copies_from_the_member_above(presenter: CensusPresenter, screen: Screen) -> None:
    presenter.new(VILLAGE + 1)
    fill(presenter)
    presenter.add_member()
    assert presenter.state is not None
    second = presenter.state.members[1]["id"]
    presenter.copy_above(second, "education")
    assert presenter.state.shown(second, "education").state is FieldState.CARRIED
    assert presenter.state.members[1]["education"] == "70"


def test_alt_down_goes_to_the_next_household_of_the_village(
    presenter: CensusPresenter, screen: Screen, store: Store
) -> None:
    ids = []
    for name, sequence in (("周大海", 997), ("周大江", 999)):
        presenter.new(VILLAGE + 1)
        fill(presenter, name, f"53062719791203{sequence}5")
        assert presenter.state is not None
        ids.append(presenter.state.household_id)
        presenter.save(finish=True)
    presenter.open(ids[0])
    presenter.step(1)
    assert presenter.state is not None
    assert presenter.state.household_id == ids[1]
    presenter.step(1)
    assert "最后一户" in screen.said[-1]


def test_a_form_opens_at_the_person_that_was_found(presenter: CensusPresenter) -> None:
    presenter.new(VILLAGE + 1)
    fill(presenter)
    presenter.add_member()
    assert presenter.state is not None
    second = presenter.state.members[1]["id"]
    presenter.enter(second, "name", "周小海")
    presenter.save(finish=False)
    presenter.open(presenter.state.household_id, person=second)
    assert presenter.state.person == second
    presenter.open(presenter.state.household_id)
    assert presenter.state.person is None


def test_a_complete_form_corrected_with_ctrl_s_stays_complete_while_it_is(
    presenter: CensusPresenter, screen: Screen, store: Store
) -> None:
    record_id = filled(presenter).household_id
    presenter.save(finish=True)
    presenter.open(record_id)
    assert presenter.state is not None
    assert presenter.state.form.form["status"] == household_form.FINISHED, screen.refused
    presenter.enter(record_id, "address", "河边3号")
    presenter.save(finish=False)
    assert "未完成" not in screen.said[-1]
    assert presenter.state.form.form["status"] == household_form.FINISHED
    head = presenter.state.form.persons[0]["id"]
    presenter.enter(head, "relation", "")
    presenter.save(finish=False)
    assert presenter.state.form.form["status"] == household_form.UNFINISHED


def test_f6_shows_what_happened_to_the_member_or_to_the_household(
    presenter: CensusPresenter, screen: Screen, store: Store
) -> None:
    presenter.new()
    fill(presenter)
    presenter.save(finish=False)
    state = presenter.state
    assert state is not None
    person = state.members[0]["id"]
    with store.write("registry.set") as work:
        work.change(work.session.get_one(Person, person), {"phone": "13800000001"})
    presenter.select(person)
    presenter.look_back(on_person=True)
    name, lines = screen.past
    assert name == "周大海"
    assert [(line.label, line.after) for line in lines][-1] == ("联系电话", "13800000001")
    assert lines[0].first
    assert lines[0].why.startswith("新建")
    assert {line.clerk for line in lines} == {"王录入"}
    presenter.look_back(on_person=False)
    assert screen.past[0] == "周大海 户"
    assert "户编号" in {line.label for line in screen.past[1]}


def test_a_household_that_lies_elsewhere_now_has_its_whole_place_in_the_heading(
    presenter: CensusPresenter, store: Store
) -> None:
    home = add_household(store, {"name": "周大"}, place=530627102001001, number="0187")
    presenter.open(home)
    assert presenter.state
    assert "泼机镇 龙翔社区 1组" in " ".join(title(presenter.state))
    assert presenter.state.shown(home, "place").text == "泼机镇 龙翔社区 1组"


def test_a_village_newer_than_the_countrys_list_is_named_by_its_code(station: Station) -> None:
    path = station.tree.path
    assert path(530627102998002) == "泼机镇 530627102998 2组"
    assert path(530627102998000) == "泼机镇 530627102998"
    assert path(VILLAGE + 1) == "油榨街社区 1组"
