"""Household forms for the tests of their presenter: a screen that notes what it is told."""

from __future__ import annotations

from collections.abc import Sequence

from laborclerk.features.exchange.past import Line
from laborclerk.features.registry.doubles import Double
from laborclerk.kernel.errors import Problem
from laborclerk.ui.entry import Chosen
from laborclerk.ui.screens.census.presenter import CensusPresenter
from laborclerk.ui.screens.census.state import FormState

VILLAGE = 530627001001000


class Screen:
    """What the presenter said, in order."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.refused: list[str] = []
        self.places: list[tuple[int, str]] = []
        self.asked: list[Problem] = []
        self.doubles: list[Double] = []
        self.drafts: list[str] = []
        self.alerts = 0

    def take_in(self) -> None: ...

    def form_opened(self) -> None: ...

    def form_changed(self) -> None: ...

    def fields_changed(self) -> None: ...

    def say(self, text: str, *, kept: bool = False, saved: bool = False) -> None:
        self.said.append(text)

    def refuse(self, text: str) -> None:
        self.refused.append(text)

    def go_to(self, record_id: int, key: str) -> None:
        self.places.append((record_id, key))

    def ask_reason(self, problem: Problem) -> None:
        self.asked.append(problem)

    def show_doubles(self, person_id: int, found: Sequence[Double]) -> None:
        self.doubles = list(found)

    def show_past(self, name: str, lines: Sequence[Line]) -> None:
        self.past = name, list(lines)

    def offer_draft(self, when: str) -> None:
        self.drafts.append(when)

    def alert(self) -> None:
        self.alerts += 1


def fill(
    presenter: CensusPresenter, name: str = "周大海", number: str = "530627197912039995"
) -> None:
    """A household of one, complete."""
    state = presenter.state
    assert state is not None
    from laborclerk.catalog.idnumber import check_digit

    number = number[:17] + check_digit(number[:17])
    home, pid, form = state.household_id, state.members[0]["id"], int(state.form.form["id"])
    village = getattr(state.places, "village", None)  # of the places of a station
    presenter.enter(home, "place", "1组" if village else "油榨街社区1组")
    presenter.enter(home, "head_name", name)
    presenter.enter(pid, "id_number", number)
    answers: dict[str, str | Chosen] = {
        "ethnicity": Chosen("01"),
        "education": Chosen("70"),
        "health": "1",
        "work_ability": Chosen("1"),
        "employment_status": Chosen("02"),
        "wants_to_go": "2",
    }
    for key, entered in answers.items():
        presenter.enter(pid, key, entered)
    presenter.enter(form, "informant", name)


def filled(presenter: CensusPresenter) -> FormState:
    """A new household, complete, not kept yet."""
    presenter.new(VILLAGE + 1)
    fill(presenter)
    assert presenter.state is not None
    return presenter.state


def stored(presenter: CensusPresenter) -> int:
    """A household that is kept, not finished, and open → its id."""
    home = int(filled(presenter).household_id)
    presenter.save(finish=False)
    return home
