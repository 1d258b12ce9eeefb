"""A small township with an open round, filled by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from laborclerk.features.census.household_form import form_id
from laborclerk.features.census.model import CensusForm, Visit
from laborclerk.features.registry.model import Household, Person
from laborclerk.kernel.ids import new_id
from laborclerk.store.store import Store
from tests.coverage_truth import open_round, small_store

GROWN: dict[str, Any] = {
    "relation": "02", "name": "周某某", "id_type": "01", "id_number": "530627198002289960",
    "sex": "1", "birth_date": "1980-02-28", "ethnicity": "01", "presence": "1",
    "education": "70", "health": "10", "work_ability": "1", "employment_status": "02",
    "wants_to_go": True,
}  # fmt: skip


class Township:
    """Shorthand to enter what a test needs."""

    def __init__(self, store: Store, round_id: int) -> None:
        self.store = store
        self.round = round_id

    def household(self, place: int, persons: int = 1, **values: Any) -> int:
        """A household of the frame with complete members."""
        values = {"in_frame": True, "registered_count": persons, "number": "0001"} | values
        with self.store.write("test") as work:
            key = int(work.add(Household(id=new_id(), place=place, **values)).id)
            rows = [{**GROWN, "household": key, "line": n + 1} for n in range(persons)]
            work.create_many(Person, rows)
        return key

    def visit(self, household: int, result: str = "1", **values: Any) -> int:
        values = {"date": "2026-09-10"} | values
        with self.store.write("test") as work:
            made = Visit(
                id=new_id(), round=self.round, household=household, result=result, **values
            )
            return int(work.add(made).id)

    def form(self, household: int, status: str = "2") -> None:
        with self.store.write("test") as work:
            work.add(
                CensusForm(
                    id=form_id(self.round, household), round=self.round,
                    household=household, status=status,
                )
            )  # fmt: skip

    def done(self, place: int, persons: int = 1, **values: Any) -> int:
        """A household whose form is complete."""
        key = self.household(place, persons, **values)
        self.visit(key)
        self.form(key)
        return key


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Township]:
    store = small_store(tmp_path / "station")
    yield Township(store, open_round(store))
    store.close()
