"""A county's database on a server that was put back to a dump: a computer that saw more notices."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from laborclerk.features.exchange.taking import import_bundle
from laborclerk.features.registry.model import Person
from laborclerk.store.check import check_store
from laborclerk.store.journal import Device
from laborclerk.store.store import Store
from laborclerk.sync.export import export_bundle
from tests.exchanging import GROUPS, answer, opened, send, stations
from tests.postgres import copy_station
from tests.small import add_household

pytestmark = pytest.mark.parametrize("backend", ["postgresql"], indirect=True, scope="module")


@pytest.fixture(autouse=True)
def computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Sit down at a computer of that name; the first is `mine`."""

    def sit(name: str) -> None:
        monkeypatch.setenv("LABORCLERK_MARKS", str(tmp_path / f"{name}.json"))

    sit("mine")
    return sit


def rename(store: Store, name: str) -> None:
    with store.write("test.rename") as work:
        work.change(work.session.scalars(sa.select(Person)).one(), {"name": name})


def name_of(store: Store) -> str | None:
    with store.read() as session:
        return session.scalars(sa.select(Person.name)).one()


def selves(store: Store) -> int:
    with store.read() as session:
        return session.scalar(sa.select(sa.func.count()).where(Device.own)) or 0


def test_a_database_that_was_put_back_loses_nothing_it_had_sent(
    tmp_path: Path, computer: Callable[[str], None]
) -> None:
    stations(tmp_path)
    county, town = opened(tmp_path, "county"), opened(tmp_path, "乌峰")
    add_household(town, {"name": "原名"}, place=GROUPS["乌峰"][0])
    send(town, county, tmp_path / "1.lcb")
    county.close()
    copy_station(tmp_path / "county", tmp_path / "dump")
    county = opened(tmp_path, "county")
    before = selves(county)
    rename(county, "县里改的")
    answer(town, county, tmp_path / "2.lcb")
    county.close()
    (tmp_path / "county" / "server.json").write_bytes(
        (tmp_path / "dump" / "server.json").read_bytes()
    )
    computer("newly bought")  # it never saw more than there is
    fresh = opened(tmp_path, "county")
    assert selves(fresh) == before
    fresh.close()
    computer("mine")
    county = opened(tmp_path, "county")
    assert selves(county) == before + 1
    second = opened(tmp_path, "county")  # another window of the same
    assert selves(second) == before + 1
    second.close()
    assert name_of(county) == "原名"
    answer(town, county, tmp_path / "3.lcb")  # tells the town what is lacking
    done = export_bundle(town, tmp_path / "4.lcb")
    assert done.beside
    for file in (*done.beside, tmp_path / "4.lcb"):
        import_bundle(county, file)
    assert name_of(county) == "县里改的"
    rename(county, "后来改的")
    answer(town, county, tmp_path / "5.lcb")
    assert name_of(town) == "后来改的"
    for store in (county, town):
        with store.read() as session:
            assert check_store(session) == []
        store.close()
