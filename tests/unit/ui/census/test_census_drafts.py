"""The household form's presenter: what was not saved, and what changed meanwhile."""

from __future__ import annotations

from contextlib import closing

from laborclerk.app import open_station
from laborclerk.features.census import household_form, service
from laborclerk.features.census.household_form import DRAFT
from laborclerk.features.registry.model import Household
from laborclerk.store import drafts
from laborclerk.store.store import Store
from laborclerk.ui.jobs import InlineRunner
from laborclerk.ui.screens.census.keeping import waiting
from laborclerk.ui.screens.census.presenter import CensusPresenter
from laborclerk.ui.station import Station, look
from tests.unit.ui.census.forms import VILLAGE, Screen, stored


def test_an_unsaved_new_household_comes_back_from_its_draft(
    station: Station, presenter: CensusPresenter, store: Store
) -> None:
    presenter.new(VILLAGE + 1)
    assert presenter.state is not None
    record_id = presenter.state.household_id
    presenter.enter(record_id, "head_name", "周大海")
    later = CensusPresenter(station, Screen(), lambda: None)
    later.open(record_id)
    assert later.state is not None
    assert later.state.form.household["head_name"] == "周大海"


def test_the_draft_of_a_stored_household_is_offered_not_applied(
    station: Station, presenter: CensusPresenter, store: Store
) -> None:
    record_id = stored(presenter)
    presenter.enter(record_id, "address", "河边")
    again = Screen()
    later = CensusPresenter(station, again, lambda: None)
    later.open(record_id)
    assert again.drafts
    assert later.state is not None
    assert later.state.form.household["address"] is None
    later.enter(record_id, "address", "山上")
    later.save(finish=False)
    assert "草稿" in again.refused[-1], "nothing is entered over a draft that waits"
    later.drafting.take()
    assert again.said[-1] == "", "that she is to decide is told no more"
    assert later.state.form.household["address"] == "河边"


def test_a_draft_of_what_another_window_changed_meanwhile_tells_it_and_can_be_saved(
    station: Station, presenter: CensusPresenter, screen: Screen, store: Store
) -> None:
    record_id = stored(presenter)
    other = CensusPresenter(station, Screen(), lambda: None)
    other.open(record_id)
    presenter.open(record_id)
    presenter.enter(record_id, "address", "河边")
    other.drafting.offered = None
    assert other.state is not None
    other.state.enter(record_id, "address", "山上")
    other.save(finish=False)
    presenter.save(finish=False)
    assert "Esc" in screen.refused[-1]
    presenter.open(record_id)
    presenter.drafting.take()
    assert "“住址”在另一处也改过" in screen.refused[-1]
    assert screen.places[-1] == (record_id, "address")
    presenter.save(finish=False)
    with store.read() as session:
        assert session.get_one(Household, record_id).address == "河边"


def test_a_save_in_another_window_leaves_what_is_being_typed_here(
    station: Station, presenter: CensusPresenter, store: Store
) -> None:
    record_id = stored(presenter)
    with closing(open_station(store.folder, "王录入", "secret-1")) as there:
        other = CensusPresenter(
            Station(there, InlineRunner(), *look(there)), Screen(), lambda: None
        )
        other.open(record_id)
        presenter.enter(record_id, "address", "河边")
        other.enter(record_id, "head_phone", "13800000001")
        other.save(finish=False)
        left = drafts.kept(there, DRAFT)
        assert [d.content["household"]["address"] for d in left] == ["河边"]
        # where the window above is killed now, the next one is offered what it had kept
        other.close()
        other.open(record_id)
        assert other.drafting.offered is not None
        other.drafting.take()
        assert other.state is not None
        assert other.state.form.household["address"] == "河边"
        assert other.state.form.household["head_phone"] == "13800000001"
        presenter.enter(record_id, "address", "河边9号")
        assert [w.household for w in waiting(there)] == [record_id]
    with store.read() as session:
        assert session.get_one(Household, record_id).head_phone == "13800000001"


def test_whose_draft_it_is_is_told_where_it_is_another_clerks(
    station: Station, presenter: CensusPresenter, store: Store
) -> None:
    record_id = stored(presenter)
    presenter.enter(record_id, "address", "河边")
    store.clerk = "李录入"
    again = Screen()
    CensusPresenter(station, again, lambda: None).open(record_id)
    assert again.drafts[0].startswith("王录入 在 ")


def test_a_change_elsewhere_reloads_an_untouched_form(
    station: Station, presenter: CensusPresenter, store: Store
) -> None:
    record_id = stored(presenter)
    assert station.round is not None
    form = household_form.open_form(store, record_id, station.round.id)
    form.household["address"] = "河边"
    service.save_form(store, form, finish=False)
    station.runner.changed({"household": {record_id}})
    assert presenter.state is not None
    assert presenter.state.form.household["address"] == "河边"


def test_drafts_that_wait_are_named(presenter: CensusPresenter, store: Store) -> None:
    presenter.new(VILLAGE + 1)
    assert presenter.state is not None
    presenter.enter(presenter.state.household_id, "head_name", "周大海")
    assert [(w.household, w.head_name, w.clerk) for w in waiting(store)] == [
        (presenter.state.household_id, "周大海", "王录入")
    ]


def test_a_household_whose_making_was_taken_back_is_left(
    station: Station, presenter: CensusPresenter, screen: Screen, store: Store
) -> None:
    from laborclerk.store.undo import undo

    stored(presenter)
    undo(store)
    station.runner.changed(None)
    assert presenter.state is None
    assert "撤销" in screen.refused[-1]
