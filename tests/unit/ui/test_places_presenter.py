"""The tree of places without a window."""

from __future__ import annotations

from pathlib import Path

import pytest

from laborclerk.features.registry.groups import change_place, place_lines
from laborclerk.features.registry.places import add_group
from laborclerk.kernel.errors import Rejected
from laborclerk.store.store import Store
from laborclerk.ui.screens.places.presenter import PlacesPresenter
from laborclerk.ui.station import look
from tests.unit.ui.stations import VILLAGE, Screen, add_household, opened

SECOND = VILLAGE + 1000


@pytest.fixture
def store(store: Store) -> Store:
    add_group(store, VILLAGE, "2组")
    return store


@pytest.fixture
def presenter(store: Store) -> PlacesPresenter:
    station = opened(store)

    def follow(_touched: object) -> None:
        station.tree, station.round = look(store)

    station.runner.on_change(follow)
    made = PlacesPresenter(station, Screen())
    made.load()
    return made


def names(presenter: PlacesPresenter) -> list[tuple[int, str]]:
    return [(row.depth, row.place.name) for row in presenter.rows()]


def test_the_tree_opens_at_the_station_and_opens_and_closes(presenter: PlacesPresenter) -> None:
    assert names(presenter) == [
        (0, "乌峰街道"), (1, "油榨街社区居民委员会"), (1, "上街村民委员会"),
    ]  # fmt: skip
    presenter.toggle(VILLAGE)
    assert (2, "2组") in names(presenter)
    presenter.toggle(VILLAGE)
    assert (2, "2组") not in names(presenter)


def test_households_are_counted_at_every_level(presenter: PlacesPresenter, store: Store) -> None:
    add_household(store, "0001", "周测试")
    with store.read() as session:
        counts = {line.name: line.households for line in place_lines(session)}
    assert counts == {
        "乌峰街道": 1, "油榨街社区居民委员会": 1, "1组": 1, "2组": 0, "上街村民委员会": 0,
    }  # fmt: skip


@pytest.mark.parametrize("text", ["上街", "sjc", "shangjie", "530627001002"])
def test_a_place_is_found_by_name_initials_or_code(presenter: PlacesPresenter, text: str) -> None:
    assert presenter.find(text) == SECOND
    assert presenter.here == SECOND


def test_finding_again_goes_to_the_next_and_opens_the_way(presenter: PlacesPresenter) -> None:
    assert presenter.find("组") == VILLAGE + 1
    assert (2, "1组") in names(presenter)
    assert presenter.find("组") == VILLAGE + 2
    assert presenter.find("没有的地方") is None


def test_a_leader_is_kept(presenter: PlacesPresenter, store: Store) -> None:
    presenter.select(VILLAGE + 1)
    assert presenter.form is not None
    presenter.form.enter("leader", "王组长")
    presenter.form.enter("leader_phone", "15400001111")
    assert presenter.save() is None
    assert presenter.places[VILLAGE + 1].leader == "王组长"


def test_a_telephone_that_cannot_be_read_stops_at_its_field(presenter: PlacesPresenter) -> None:
    presenter.select(VILLAGE + 1)
    assert presenter.form is not None
    presenter.form.enter("leader_phone", "12")
    assert presenter.save() == "leader_phone"


def test_a_group_by_number_gets_the_word_of_the_station(
    presenter: PlacesPresenter, store: Store
) -> None:
    store.set_setting("words.group", "社")
    presenter.load()
    presenter.select(SECOND)
    presenter.add_group("3")
    assert presenter.places[SECOND + 3].name == "3社"
    assert presenter.here == SECOND + 3


def test_a_group_of_the_same_name_is_refused_with_a_sentence(presenter: PlacesPresenter) -> None:
    presenter.select(VILLAGE)
    presenter.add_group("2组")
    assert presenter.work.ended is not None
    assert "已有" in presenter.work.ended.text


def test_a_group_with_households_is_not_closed_and_an_empty_one_is(
    presenter: PlacesPresenter, store: Store
) -> None:
    add_household(store, "0001", "周测试")
    presenter.select(VILLAGE + 1)
    presenter.close_group()
    assert presenter.work.ended is not None
    assert "还有1户" in presenter.work.ended.text
    presenter.select(VILLAGE + 2)
    presenter.close_group()
    assert presenter.is_past
    assert any("停用" in fact for fact in presenter.facts())


def test_the_name_of_a_division_is_not_the_clerks(store: Store) -> None:
    change_place(store, VILLAGE, {"name": "别的名字", "leader": "王支书"})
    with store.read() as session:
        line = next(x for x in place_lines(session) if x.id == VILLAGE)
    assert (line.name, line.leader) == ("油榨街社区居民委员会", "王支书")
    with pytest.raises(Rejected):
        change_place(store, VILLAGE + 1, {"name": "2组"})


def edition(path: Path, *rows: tuple[str, str]) -> Path:
    lines = ["区划代码,名称", *(f"{code},{name}" for code, name in rows)]
    path.write_text("\n".join(lines), "utf-8")
    return path


def test_a_newer_edition_is_tried_imported_and_its_recodings_confirmed_one_by_one(
    presenter: PlacesPresenter, tmp_path: Path, store: Store
) -> None:
    add_household(store, "0001", "周测试")
    path = edition(
        tmp_path / "区划.csv",
        ("530627001301", "油榨街社区居民委员会"), ("530627001002", "上街社区居民委员会"),
    )  # fmt: skip
    presenter.try_edition(path)
    assert presenter.tried is not None
    assert presenter.places[SECOND].name == "上街村民委员会"
    presenter.import_edition()
    assert presenter.places[SECOND].name == "上街社区居民委员会"
    assert [(p.old, p.households) for p in presenter.proposals] == [(VILLAGE, 1)]
    proposal = presenter.proposals[0]
    presenter.confirm(proposal, proposal.candidates[0][0])
    assert presenter.proposals == []
    assert presenter.places[VILLAGE].valid_to is not None
    assert presenter.places[530627001301001].households == 1


def test_a_proposal_can_wait(presenter: PlacesPresenter, tmp_path: Path, store: Store) -> None:
    path = edition(
        tmp_path / "区划.csv",
        ("530627001301", "油榨街社区居民委员会"), ("530627001002", "上街村民委员会"),
    )  # fmt: skip
    presenter.try_edition(path)
    presenter.import_edition()
    presenter.put_off(presenter.proposals[0])
    assert presenter.proposals == []
    assert presenter.places[VILLAGE].valid_to is None


def test_a_file_of_elsewhere_is_refused(presenter: PlacesPresenter, tmp_path: Path) -> None:
    presenter.try_edition(edition(tmp_path / "区划.csv", ("110101001001", "多福巷社区居委会")))
    assert presenter.tried is None
    assert presenter.work.ended is not None
    assert "没有本站" in presenter.work.ended.text


def test_places_are_exported_and_come_back_unchanged(
    presenter: PlacesPresenter, tmp_path: Path
) -> None:
    out = tmp_path / "村组.xlsx"
    presenter.export(out)
    assert presenter.work.ended is not None
    assert "5 个地方" in presenter.work.ended.text
    presenter.try_edition(out)
    assert presenter.tried is not None
    assert presenter.tried[1].unchanged == presenter.tried[1].read
    presenter.template(tmp_path / "空表.xlsx")
    assert presenter.work.ended.whole
    assert (tmp_path / "空表.xlsx").exists()


def test_a_new_group_is_shown_with_its_own_fields(presenter: PlacesPresenter) -> None:
    presenter.select(SECOND)
    presenter.add_group("3")
    assert presenter.form is not None
    assert presenter.here == SECOND + 3
    assert presenter.form.values["name"] == "3组"
