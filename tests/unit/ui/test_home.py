"""The home screen's presenter on the practice township: every number opens its own list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from laborclerk.app import create_station
from laborclerk.features.coverage.gaps import GapKind
from laborclerk.features.practice import service as practice
from laborclerk.features.practice.service import Made
from laborclerk.features.registry.model import Household
from laborclerk.features.registry.places import level_of
from laborclerk.kernel.errors import Problem, Severity
from laborclerk.ui.jobs import InlineRunner
from laborclerk.ui.screens.coverage.presenter import COLUMNS, PAGE, SIX, HomePresenter
from laborclerk.ui.station import Station, look


class Screen:
    """A screen that only counts what it was told."""

    def __init__(self) -> None:
        self.lines = self.lists = 0
        self.asked: list[tuple[int, list[Problem]]] = []
        self.standing: list[int] = []
        self.told: list[str] = []
        self.said: list[str] = []

    def lines_changed(self) -> None:
        self.lines += 1

    def list_changed(self) -> None:
        self.lists += 1

    def ask_signature(self, place: int, name: str, problems: list[Problem], today: str) -> None:
        self.asked.append((place, problems))

    def ask_withdrawal(self, sign_off: int, name: str, text: str) -> None:
        self.standing.append(sign_off)
        self.told.append(text)

    def say(self, text: str) -> None:
        self.said.append(text)


@pytest.fixture(scope="module")
def township(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Station, Made]]:
    folder: Path = tmp_path_factory.mktemp("home") / "station"
    store, _ = create_station(folder, "练习员", "lianxi2026", scrypt_n=2**10)
    made = practice.fill(store, people=600, seed=3)
    tree, facts = look(store)
    yield Station(store, InlineRunner(), tree, facts), made
    store.close()


Opened = list[tuple[int, int | None, list[int]]]


@pytest.fixture
def home(township: tuple[Station, Made]) -> tuple[HomePresenter, Opened]:
    opened: Opened = []

    def note(household: int, person: int | None, queue: Sequence[int]) -> None:
        opened.append((household, person, list(queue)))

    presenter = HomePresenter(township[0], Screen(), note)
    presenter.load()
    return presenter, opened


def test_the_first_line_is_the_sum_of_the_villages(home: tuple[HomePresenter, Opened]) -> None:
    total, *villages = home[0].lines
    assert {level_of(line.row.place) for line in villages} == {"village"}
    for column in COLUMNS:
        assert column.value(total.row) == sum(column.value(v.row) for v in villages)
    assert total.row.counts.due > 0


def test_every_number_opens_a_list_that_adds_up_to_it(home: tuple[HomePresenter, Opened]) -> None:
    presenter, _ = home
    for at, line in enumerate(presenter.lines):
        for column in COLUMNS:
            presenter.show_number(at, column)
            assert presenter.shown is not None
            while presenter.can_more():
                presenter.more()
            assert len(presenter.list) == presenter.shown.lines
            assert sum(g.amount for g in presenter.list) == presenter.shown.amount
            assert presenter.shown.amount == column.value(line.row), (line.row.name, column.key)


def test_the_six_levels_open_their_lists(home: tuple[HomePresenter, Opened]) -> None:
    presenter, _ = home
    assert presenter.total is not None
    for at, (name, _kind, value) in enumerate(SIX):
        presenter.show_level(at)
        assert presenter.shown is not None
        assert presenter.shown.amount == value(presenter.total), name


def test_opening_a_village_shows_its_groups_and_closing_hides_them(
    home: tuple[HomePresenter, Opened],
) -> None:
    presenter, _ = home
    before = len(presenter.lines)
    presenter.toggle(1)
    groups = [line for line in presenter.lines if line.depth == 1]
    assert groups
    assert not any(line.can_open for line in groups)
    village = presenter.lines[1].row
    assert sum(g.row.counts.due for g in groups) == village.counts.due
    presenter.toggle(1)
    assert len(presenter.lines) == before


def test_a_line_of_the_list_opens_its_form_with_the_queue_of_the_list(
    home: tuple[HomePresenter, Opened],
) -> None:
    presenter, opened = home
    items = next(at for at, (_, kind, _v) in enumerate(SIX) if kind.value == "item")
    presenter.show_level(items)
    presenter.open_line(0)
    household, person, queue = opened[-1]
    assert person == presenter.list[0].person
    assert household == queue[0]
    assert set(queue) == {g.household for g in presenter.list}
    assert len(presenter.list) <= PAGE


def test_a_change_elsewhere_refreshes_the_numbers(
    home: tuple[HomePresenter, Opened], township: tuple[Station, Made]
) -> None:
    presenter, _ = home
    station, made = township
    assert presenter.total is not None
    before = presenter.total.counts.due
    with station.store.write("test.merge_household") as work:
        household = work.get(Household, made.planted.unvisited[0])
        assert household is not None
        work.change(household, {"residence": "7"})
    station.runner.changed(work.outcome.touched)
    assert presenter.total.counts.due == before - 1


def test_a_village_with_gaps_is_not_signed_and_a_signed_one_can_be_taken_back(
    home: tuple[HomePresenter, Opened], township: tuple[Station, Made]
) -> None:
    presenter, _ = home
    screen = presenter.view
    assert isinstance(screen, Screen)
    signed_village = township[1].planted.signed_village
    for at, line in enumerate(presenter.lines):
        if line.row.place == signed_village:
            presenter.sign_line(at)
    [sign_off] = screen.standing
    assert screen.told[-1].endswith(",之后登记有改动(在“签认”一格按 Enter 看)")
    presenter.withdraw(sign_off, "补登两户")
    open_villages = [at for at, line in enumerate(presenter.lines) if line.row.counts.unvisited]
    presenter.sign_line(open_villages[-1])
    _, problems = screen.asked[-1]
    assert Severity.BLOCK in {p.severity for p in problems}
    presenter.sign_line(0)
    assert "选一个村" in screen.said[-1]
    again = next(at for at, x in enumerate(presenter.lines) if x.row.place == signed_village)
    assert presenter.lines[again].row.signed.date is None


def test_visits_that_are_due_by_today_are_counted(home: tuple[HomePresenter, Opened]) -> None:
    presenter, _ = home
    presenter.show_number(0, next(c for c in COLUMNS if c.kind is GapKind.REVISIT))
    days = [g.next_date or "" for g in presenter.list]
    assert presenter.due_visits == sum(day <= presenter.today for day in days)
    assert 0 < presenter.due_visits < len(days)
