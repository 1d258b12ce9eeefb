"""Conflicts without a window: listed, decided by one key or all alike, put off, undone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import sqlalchemy as sa

from laborclerk.catalog.fields import Value
from laborclerk.features.exchange import decisions, taking
from laborclerk.features.registry.duplicates import decide
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.work.model import WorkSpell
from laborclerk.store.store import Store
from laborclerk.store.undo import undo
from laborclerk.sync.export import export_bundle
from laborclerk.ui.screens.conflicts.presenter import LOOK, ConflictsPresenter
from laborclerk.ui.worklist import OPEN
from tests import exchanging
from tests.small import add_household
from tests.unit.ui.stations import opened
from tests.unit.ui.worklists import Screen

NAMES = ("周大", "周小芳", "周小兰")


TOWN, COUNTY = {"monthly_income": 5200}, {"monthly_income": 4800}


def disputed(
    folder: Path, town_says: Mapping[str, Value] = TOWN, county_says: Mapping[str, Value] = COUNTY
) -> Store:
    """A county with three conflicts of one kind and one record changed in different fields."""
    exchanging.stations(folder)
    county, town = exchanging.opened(folder, "county"), exchanging.opened(folder, "乌峰")
    people = [{"name": n, "relation": "31" if at else "02"} for at, n in enumerate(NAMES)]
    add_household(town, *people, place=exchanging.GROUPS["乌峰"][0], number="0187")
    exchanging.send(town, county, folder / "1.lcb")
    for store, said in ((town, town_says), (county, county_says)):
        with store.write("registry.set") as work:
            for person in work.session.scalars(sa.select(Person)):
                work.change(person, dict(said))
            head = work.session.scalars(sa.select(Person).where(Person.name == "周大")).one()
            work.change(head, {"phone": "13800000000"} if store is town else {"employer": "甲厂"})
    export_bundle(town, folder / "2.lcb")
    taking.import_bundle(county, folder / "2.lcb")
    town.close()
    return county


@pytest.fixture
def county(tmp_path: Path) -> Iterator[Store]:
    store = disputed(tmp_path)
    yield store
    store.close()


@pytest.fixture
def screen() -> Screen:
    return Screen()


@pytest.fixture
def presenter(county: Store, screen: Screen) -> ConflictsPresenter:
    made = ConflictsPresenter(opened(county), screen, screen.open)
    made.load()
    return made


def incomes(store: Store) -> set[int | None]:
    with store.read() as session:
        return set(session.scalars(sa.select(Person.monthly_income)))


def say_more(county: Store, value: int) -> None:
    """The township says something else meanwhile, and its bundle is read in."""
    town = exchanging.opened(county.folder.parent, "乌峰")
    with town.write("registry.set") as work:
        head = work.session.scalars(sa.select(Person).where(Person.name == "周大")).one()
        work.change(head, {"monthly_income": value})
    export_bundle(town, county.folder.parent / "more.lcb")
    town.close()
    taking.import_bundle(county, county.folder.parent / "more.lcb")


def said_of(presenter: ConflictsPresenter, name: str = "周大") -> set[Value]:
    line = next(line for line in presenter.lines if line.name == name)
    return {voice.value for voice in line.voices}


def test_the_first_one_is_looked_at_and_the_form_opens(
    presenter: ConflictsPresenter, screen: Screen
) -> None:
    assert presenter.position == "1/3"
    assert presenter.line
    assert [len(v.sources) for v in presenter.line.voices] == [1, 1]
    presenter.open()
    assert screen.opened == [(presenter.line.household, presenter.line.record_id)]


def test_one_key_decides_and_the_next_one_comes(presenter: ConflictsPresenter) -> None:
    first = presenter.line
    assert first
    presenter.keep(2)
    assert presenter.state.ended
    assert presenter.state.ended.whole
    assert "采用" in presenter.state.ended.text
    assert presenter.position == "1/2"
    assert presenter.line
    assert presenter.line.id != first.id


def test_all_alike_by_one_key_and_one_undo(presenter: ConflictsPresenter, county: Store) -> None:
    line = presenter.line
    assert line
    town = next(n for n, v in enumerate(line.voices, 1) if not v.source.county)
    presenter.toggle_alike()
    presenter.keep(town)
    assert incomes(county) == {5200}
    assert presenter.state.total == 0
    assert not presenter.state.all_alike
    undo(county)
    presenter.load()
    assert presenter.state.total == 3


def test_what_was_taken_back_is_said_no_more(presenter: ConflictsPresenter, county: Store) -> None:
    second = presenter.lines[1].id
    presenter.go_to(second)
    presenter.keep(1)
    assert presenter.state.here != second
    assert presenter.state.ended
    presenter.station.runner.changed(undo(county).touched)
    assert presenter.state.ended is None
    assert presenter.state.total == 3
    assert presenter.state.here == second  # what is to be decided again


def test_the_later_word(presenter: ConflictsPresenter, county: Store) -> None:
    presenter.toggle_alike()
    presenter.keep_later()
    assert incomes(county) == {4800}


def test_another_value_is_filled_in(presenter: ConflictsPresenter, county: Store) -> None:
    filling = presenter.filling
    presenter.toggle_alike()
    filling.ask()
    assert not presenter.state.all_alike  # it is for this one
    assert filling.asked
    assert filling.asked.form.shown("monthly_income").text == "4,800"  # what is shown now
    filling.asked.form.enter("monthly_income", "很多")
    filling.keep()
    assert filling.go_to == "monthly_income"
    assert presenter.state.total == 3
    filling.asked.form.enter("monthly_income", "5000")
    filling.keep()
    assert filling.asked is None
    assert presenter.state.total == 2
    assert incomes(county) == {5000, 4800}
    assert presenter.state.ended
    assert presenter.state.ended.text.startswith("周大 月收入:另填了“5,000”")
    undo(county)
    presenter.load()
    assert presenter.state.total == 3


def test_another_code_is_typed_by_its_number_on_paper(tmp_path: Path) -> None:
    store = disputed(tmp_path, {"employment_status": "04"}, {"employment_status": "06"})
    made = ConflictsPresenter(opened(store), shown := Screen(), shown.open)
    made.load()
    made.filling.ask()
    assert made.filling.asked
    made.filling.asked.form.enter("employment_status", "5")
    made.filling.keep()
    assert made.state.ended
    assert "自主创业" in made.state.ended.text
    with store.read() as session:
        head = session.scalars(sa.select(Person).where(Person.name == "周大")).one()
    assert head.employment_status == "05"
    store.close()


def test_what_was_decided_elsewhere_is_filled_in_no_more(
    presenter: ConflictsPresenter, county: Store
) -> None:
    presenter.filling.ask()
    assert presenter.line
    decisions.resolve(county, presenter.line.id, keep=1)
    presenter.filling.keep()
    assert presenter.state.ended
    assert "可能已经核定" in presenter.state.ended.text
    assert presenter.filling.asked is None
    assert presenter.state.total == 2


def test_what_came_meanwhile_is_shown_before_it_is_decided(
    presenter: ConflictsPresenter, county: Store
) -> None:
    presenter.go_to(next(line.id for line in presenter.lines if line.name == "周大"))
    say_more(county, 5600)
    presenter.keep(1)
    assert presenter.state.ended
    assert "刚又来了别的内容" in presenter.state.ended.text
    assert not presenter.state.ended.whole
    assert presenter.state.total == 3
    assert said_of(presenter) == {4800, 5600}
    presenter.keep(1)
    assert presenter.state.total == 2


def test_another_value_is_kept_in_the_field_until_what_came_was_seen(
    presenter: ConflictsPresenter, county: Store
) -> None:
    presenter.go_to(next(line.id for line in presenter.lines if line.name == "周大"))
    presenter.filling.ask()
    asked = presenter.filling.asked
    assert asked
    asked.form.enter("monthly_income", "5000")
    say_more(county, 5600)
    presenter.filling.keep()
    assert presenter.state.ended
    assert "刚又来了别的内容" in presenter.state.ended.text
    assert said_of(presenter) == {4800, 5600}
    assert presenter.filling.asked is asked
    assert asked.form.shown("monthly_income").text == "5,000"
    presenter.filling.keep()
    assert presenter.filling.asked is None
    assert 5000 in incomes(county)


@pytest.mark.parametrize("later", [False, True])
def test_of_all_alike_those_that_changed_meanwhile_stay_open(
    presenter: ConflictsPresenter, county: Store, later: bool
) -> None:
    town = next(n for n, v in enumerate(presenter.lines[0].voices, 1) if not v.source.county)
    presenter.toggle_alike()
    say_more(county, 5600)
    presenter.keep_later() if later else presenter.keep(town)
    assert presenter.state.ended
    assert not presenter.state.ended.whole
    assert "1处没有照此核定" in presenter.state.ended.lines[0]
    assert [line.name for line in presenter.lines] == ["周大"]
    assert said_of(presenter) == {4800, 5600}


def test_put_off_comes_last(presenter: ConflictsPresenter) -> None:
    first = presenter.line
    assert first
    presenter.put_off()
    assert presenter.line != first
    assert presenter.lines[-1].id == first.id


def test_findings_are_looked_at_and_ticked_off(presenter: ConflictsPresenter) -> None:
    presenter.show(LOOK)
    assert presenter.finding
    assert not presenter.finding.broken
    presenter.tick()
    assert presenter.finding is None
    assert presenter.state.findings == []
    presenter.show(OPEN)
    assert presenter.line


def test_keys_out_of_reach_do_nothing(presenter: ConflictsPresenter) -> None:
    presenter.keep(7)
    presenter.tick()
    assert presenter.state.total == 3
    assert presenter.state.ended is None


def test_the_form_marks_what_is_in_conflict_until_it_is_decided(
    presenter: ConflictsPresenter, county: Store
) -> None:
    from laborclerk.features.census.household_form import open_form
    from laborclerk.features.census.rounds import need_round
    from laborclerk.features.exchange.conflicts import disputes

    line = presenter.line
    assert line
    assert line.household
    with county.read() as session:
        round_id = need_round(session).id
    seen = open_form(county, line.household, round_id).seen
    told = [p for p in disputes(county, list(seen)) if p.where.record_id == line.record_id]
    assert [p.where.field for p in told] == ["monthly_income"]
    assert "填的是5,200元" in told[0].text
    presenter.keep(1)
    assert not [p for p in disputes(county, list(seen)) if p.where.record_id == line.record_id]


def test_a_conflict_of_a_deleted_household_is_decided_here(
    presenter: ConflictsPresenter, screen: Screen, county: Store
) -> None:
    assert presenter.home
    with county.write("registry.set") as work:
        work.delete(work.session.get_one(Household, presenter.home), "1")
    presenter.load()
    presenter.open()
    assert screen.opened == []
    assert presenter.state.ended
    assert presenter.state.ended.text == "这一户已删除,打不开表。请在这里核定"


def test_undo_is_not_promised_where_it_cannot_be(tmp_path: Path) -> None:
    """A job that goes to the registration that was kept cannot go back to the one merged away."""
    county = disputed(tmp_path, {}, {})
    town = exchanging.opened(tmp_path, "乌峰")
    with county.read() as session:
        one, other = session.scalars(sa.select(Person.id).where(Person.name != "周大"))
    decide.merge(county, one, other)
    with town.write("work.spell") as work:
        work.add(WorkSpell(person=other, start="2026-09-01"))
    export_bundle(town, tmp_path / "3.lcb")
    town.close()
    taking.import_bundle(county, tmp_path / "3.lcb")
    made = ConflictsPresenter(opened(county), shown := Screen(), shown.open)
    made.load()
    made.show(LOOK)
    assert made.finding
    assert made.finding.way_out.text == "归到保留的那条登记"
    made.mend()
    assert made.state.ended
    assert made.state.ended.text.endswith("已归到保留的那条登记。随返还文件交给乡镇。")
    county.close()
