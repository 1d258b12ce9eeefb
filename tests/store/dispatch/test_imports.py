"""A roster that comes as a sheet: found by number, refused with the reason, the same twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from laborclerk.features.dispatch import service
from laborclerk.features.dispatch.batches import members
from laborclerk.features.dispatch.imports import import_roster
from laborclerk.features.dispatch.prints import export_roster
from laborclerk.features.dispatch.rosters import RosterKind
from laborclerk.features.registry.model import Person
from laborclerk.kernel.errors import Rejected
from laborclerk.sheets.reader import read_sheet
from laborclerk.store.store import Store
from tests import dispatching as d


@pytest.fixture
def sent(tmp_path: Path) -> Iterator[tuple[Store, int, list[int]]]:
    store = d.county(tmp_path / "station")
    who = d.people(store, {"530627001001": 6})
    yield store, d.batch(store, who), who
    store.close()


@pytest.mark.parametrize("kind", [RosterKind.LEADER, RosterKind.EMPLOYER, RosterKind.STATION])
def test_what_was_exported_comes_back_unchanged_and_fills_another_batch(sent, tmp_path, kind):
    store, batch, who = sent
    export_roster(store, batch, kind, tmp_path / "r.xlsx")
    again = import_roster(store, batch, tmp_path / "r.xlsx")
    assert (again.read, again.created, again.updated, again.refused) == (6, 0, 0, 0)
    [other] = service.save_batch(store, d.BATCH | {"name": "第二批"}).ids
    tried = import_roster(store, other, tmp_path / "r.xlsx", dry_run=True)
    assert (tried.created, tried.act) == (6, 0)
    done = import_roster(store, other, tmp_path / "r.xlsx")
    assert done.created == 6
    with store.read() as session:
        assert {m.person for m in members(session, other)} == set(who)


def sheet(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(("序号,姓名,身份证号,岗位,工资,合同", *rows)), "utf-8")
    return path


def test_who_is_not_registered_is_refused_with_the_reason(sent, tmp_path):
    store, batch, who = sent
    with store.read() as session:
        number = session.get_one(Person, who[0]).id_number
    path = sheet(
        tmp_path / "r.csv", f"1,某,{number},打磨工,7000,已签",
        "2,某某,530627199001019973,焊工,6500,", "3,没号,,焊工,6500,",
    )  # fmt: skip
    done = import_roster(store, batch, path, rejects=tmp_path / "back.xlsx")
    assert (done.read, done.updated, done.refused) == (3, 1, 2)
    assert len(read_sheet(tmp_path / "back.xlsx").rows) == 3
    with store.read() as session:
        line = next(m for m in members(session, batch) if m.person == who[0])
    assert (line.job, line.wage, line.contract) == ("打磨工", 7000, "已签")


def test_a_sheet_without_numbers_is_no_roster(sent, tmp_path):
    store, batch, _ = sent
    path = tmp_path / "x.csv"
    path.write_text("姓名,电话\n某,13900000000\n", "utf-8")
    with pytest.raises(Rejected):
        import_roster(store, batch, path)
