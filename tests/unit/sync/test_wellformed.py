"""What the merge takes for values of a register's fields; anything else is a newer program's."""

from __future__ import annotations

import pytest

from laborclerk.catalog import fields as f
from laborclerk.features.registry.model import Household, Person
from laborclerk.store.base import Record
from laborclerk.sync.wellformed import fits

GOOD: list[tuple[type[Record], str, object]] = [
    (Person, "birth_date", "1980-02-29"),
    (Person, "work_start", "2026-03"),
    (Person, "name", "𠮷" * 50),
    (Person, "monthly_income", 10**9),
    (Person, "surplus", False),
    (Household, "place", 530627001001001),
    (Household, "note", "长" * 500),
    (Person, "deleted", "3"),
]
BAD: list[tuple[type[Record], str, object]] = [
    (Person, "birth_date", "2026-13-45"),
    (Person, "birth_date", "1981-02-29"),
    (Person, "birth_date", "19800101"),
    (Person, "birth_date", ""),
    (Person, "birth_date", 19800101),
    (Person, "work_start", "2026-13"),
    (Person, "work_start", "2026-3"),
    (Person, "work_start", "2026-03-01"),
    (Person, "name", 7),
    (Person, "id_number", "1" * 3000),
    (Person, "monthly_income", "10"),
    (Person, "monthly_income", True),
    (Person, "surplus", 1),
    (Household, "place", "530627001001001"),
    (Household, "note", "长" * 20_000),
]


@pytest.mark.parametrize(("model", "key", "value"), GOOD)
def test_what_a_field_holds_fits(model: type[Record], key: str, value: object) -> None:
    assert fits(model, {key: value})
    assert fits(model, {key: None})


@pytest.mark.parametrize(("model", "key", "value"), BAD)
def test_what_no_field_of_its_type_holds_does_not(
    model: type[Record], key: str, value: object
) -> None:
    assert not fits(model, {key: value})


def test_every_field_type_is_told_apart() -> None:
    from laborclerk.sync.wellformed import _held_by

    texts = (f.Text(9), f.PersonName(), f.IdNumber(), f.Phone(), f.Code("x"), f.Codes("x"),
             f.Division())  # fmt: skip
    numbers = (f.Number(0, 9), f.PlaceRef(), f.Reference("person"))
    dates = (f.Date(), f.Month(), f.YesNo())
    assert {type(t) for t in (*texts, *numbers, *dates)} == set(f.FIELD_TYPES)
    for some, kind in ((texts, str), (numbers, int), ([f.YesNo()], bool)):
        assert {_held_by(one)[0] for one in some} == {kind}
