"""Exporting a register and importing the sheet changes nothing, whatever the register holds."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from laborclerk.app import open_station
from laborclerk.catalog import fields as f
from laborclerk.catalog.codes import code_list
from laborclerk.catalog.values import read, show
from laborclerk.features.census.exports import export_census
from laborclerk.features.census.imports import import_census
from laborclerk.features.census.rounds import need_round
from laborclerk.features.registry.model import Household, Person, Place
from laborclerk.features.registry.places import place_id
from laborclerk.kernel.ids import new_id
from laborclerk.sheets.cells import cell_of
from laborclerk.store.base import fields_of
from laborclerk.store.journal import Entry
from tests.sheet_people import id_number, station

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
DAYS = st.dates(date(1930, 1, 1), date(2030, 1, 1)).map(str)


def stored(spec: f.FieldType, raw: Any) -> Any:
    """What a form would keep of something typed, also when it is wrong (an unfinished form)."""
    return read(spec, raw).value


def values(spec: f.FieldType) -> st.SearchStrategy[Any]:
    """Values a field of this type may hold in the store."""
    match spec:
        case f.Text() | f.PersonName():
            return TEXT.map(lambda raw: stored(spec, raw))
        case f.IdNumber():
            number = st.builds(
                id_number,
                st.dates(date(1930, 1, 1), date(2020, 1, 1)).map(str),
                st.sampled_from("12"),
            )
            wrong = number.map(lambda n: n[:-1] + ("0" if n[-1] != "0" else "1"))
            return (number | wrong).map(lambda raw: stored(spec, raw))
        case f.Phone():
            return st.sampled_from(["13908701234", "0870-3120000", "139"]).map(
                lambda raw: stored(spec, raw)
            )
        case f.Number():
            scale = 10**spec.places
            return st.integers(spec.minimum * scale, spec.maximum * scale)
        case f.Date():
            return DAYS
        case f.Month():
            return DAYS.map(lambda d: d[:7])
        case f.YesNo():
            return st.booleans()
        case f.Code():
            return st.sampled_from([item.code for item in code_list(spec.codes).items])
        case f.Codes():
            codes = code_list(spec.codes)
            some = st.sets(st.sampled_from([item.code for item in codes.items]), min_size=1)
            return some.map(lambda chosen: ",".join(codes.order(chosen)))
        case f.Division():
            return st.sampled_from(["330784000000", "530627000000", "440000000000", "999JPN"])
    raise AssertionError(spec)


def rows(model: Any, *fixed: str) -> st.SearchStrategy[dict[str, Any]]:
    """Records of a register: any declared field empty or of any value it may hold."""
    free = {
        key: st.none() | values(spec.type)
        for key, spec in fields_of(model).items()
        if key not in (*fixed, "deleted")
    }
    return st.fixed_dictionaries(free)


HOUSEHOLDS = rows(Household, "place", "number", "in_frame")
PERSONS = rows(Person, "household", "line", "name", "id_type", "id_number")
NAMES = TEXT.map(lambda raw: stored(f.PersonName(), raw)).filter(bool)


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("founded") / "station"
    store, _ = station(folder)
    with store.write("places.add_group") as work:
        work.create_many(
            Place,
            [
                {"id": place_id("530627001201", n), "name": name, "level": "group"}
                for n, name in ((1, "1组"), (2, "三组"), (3, "3组"), (4, "老屋基"))
            ],
        )
    store.close()
    return folder


@given(st.data())
@settings(
    max_examples=12,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
def test_an_export_imports_as_unchanged(
    founded: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("trip")
    shutil.copytree(founded, folder / "station")
    store = open_station(folder / "station", "王录入", "password-1")
    with store.read() as session:
        round_id = need_round(session).id
    households, persons = [], []
    for number in range(data.draw(st.integers(1, 3))):
        household = data.draw(HOUSEHOLDS)
        group = data.draw(st.integers(0, 4))
        household |= {
            "id": new_id(), "place": place_id("530627001201", group), "number": f"{number + 1:04d}",
        }  # fmt: skip
        households.append(household)
        for line in range(data.draw(st.integers(0, 3))):
            person = data.draw(PERSONS)
            person |= {"household": household["id"], "line": line + 1, "name": data.draw(NAMES)}
            person |= _document(data)
            persons.append(person)
    with store.write("test") as work:
        work.create_many(Household, households)
        work.create_many(Person, persons)
    path = folder / "export.xlsx"
    export_census(store, path)
    before = _snapshot(store)
    result = import_census(store, path, round_id=None)
    assert (result.unchanged, result.refused, result.changes) == (result.read, 0, [])
    assert result.act == 0
    assert _snapshot(store) == before
    first = import_census(store, path, round_id=round_id)
    assert (first.refused, first.created) == (0, 0)
    export_census(store, path, round_id=round_id)
    again = import_census(store, path, round_id=round_id)
    assert (again.unchanged, again.act) == (again.read, 0)
    store.close()


def _document(data: st.DataObject) -> dict[str, Any]:
    """A number with the kind it is kept under, or neither."""
    number = data.draw(st.none() | values(f.IdNumber()))
    kind = data.draw(st.sampled_from(["01", "02", "09", "99"])) if number is None else "01"
    return {"id_type": kind, "id_number": number}


def _snapshot(store: Any) -> list[Any]:
    with store.read() as session:
        found = [session.execute(sa.select(sa.func.count()).select_from(Entry)).scalar()]
        for model in (Household, Person):
            found += session.execute(sa.select(model.__table__).order_by(model.id)).all()
        return found


@pytest.mark.parametrize(
    ("model", "key"),
    [(m, k) for m in (Household, Person) for k, s in fields_of(m).items()
     if not isinstance(s.type, f.PlaceRef | f.Reference)],
)  # fmt: skip
@given(data=st.data())
@settings(max_examples=20)
def test_the_cell_of_a_value_reads_as_the_value(model: Any, key: str, data: st.DataObject) -> None:
    spec = fields_of(model)[key]
    value = data.draw(values(spec.type))
    cell = cell_of(spec, value)
    again = read(spec.type, cell).value  # type: ignore[arg-type]  # a cell is wider
    assert again == value or str(cell) in (str(value), show(spec.type, value))
