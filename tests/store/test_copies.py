"""A laptop restored, copied or put back goes on under a new incarnation, and nothing is lost."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from laborclerk.features.registry.model import Person
from laborclerk.kernel.errors import Rejected
from laborclerk.store.backup import backup
from laborclerk.store.check import check_store
from laborclerk.store.journal import Device, Entry
from laborclerk.store.restore import restore
from laborclerk.store.store import Store, by_password
from laborclerk.store.undo import undo
from laborclerk.sync.overview import log
from tests.exchanging import GROUPS, answer, opened, rows_of, send, stations
from tests.small import CLERK, PASSWORD, add_household, add_person

HERE = GROUPS["乌峰"][0]


@pytest.fixture(autouse=True)
def computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Sit down at a computer of that name; the first is `mine`."""

    def sit(name: str) -> None:
        monkeypatch.setenv("LABORCLERK_MARKS", str(tmp_path / f"{name}.json"))

    sit("mine")
    return sit


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return stations(tmp_path)


def person(store: Store, name: str) -> int:
    return add_person(store, add_household(store, place=HERE), name=name)


def own(store: Store) -> tuple[int, int]:
    """The present incarnation and its last sequence."""
    with store.read() as session:
        device = session.get_one(Device, 0)
        return device.incarnation, device.last_seq


def names(store: Store) -> set[str]:
    with store.read() as session:
        return set(session.scalars(sa.select(Person.name).where(Person.deleted.is_(None))))


def is_clean(store: Store) -> None:
    with store.read() as session:
        assert check_store(session) == []


def test_a_station_that_is_opened_again_stays_itself(folder: Path) -> None:
    town = opened(folder, "乌峰")
    before = own(town)
    town.close()
    town = opened(folder, "乌峰")
    assert own(town) == before
    town.close()


def restored(folder: Path, town: Store) -> Store:
    """From the backup `a.lcbak`, with the program's own restore."""
    town.close()
    restore(folder / "a.lcbak", folder / "乌峰", by_password(CLERK, PASSWORD))
    return opened(folder, "乌峰")


def put_back(folder: Path, town: Store) -> Store:
    """The copy of the folder is put back by hand."""
    town.close()
    shutil.rmtree(folder / "乌峰")
    shutil.copytree(folder / "copy", folder / "乌峰")
    return opened(folder, "乌峰")


@pytest.mark.parametrize("back", [restored, put_back])
@pytest.mark.parametrize("sent", [True, False])
def test_what_was_written_before_and_after_going_back_meets_at_the_county(
    folder: Path, back: Callable[[Path, Store], Store], sent: bool
) -> None:
    town, county = opened(folder, "乌峰"), opened(folder, "county")
    person(town, "备份前")
    town.close()
    shutil.copytree(folder / "乌峰", folder / "copy")
    town = opened(folder, "乌峰")
    backup(town, folder / "a.lcbak")
    person(town, "备份后")
    if sent:
        send(town, county, folder / "1.lcb")
    town = back(folder, town)
    person(town, "回退后")
    is_clean(town)
    undo(town)
    person(town, "又登记")
    done = send(town, county, folder / "2.lcb")
    assert done.held == {}
    assert names(county) >= {"备份前", "又登记"} | ({"备份后"} if sent else set())
    answer(town, county, folder / "3.lcb")
    assert names(town) == names(county)
    mine = rows_of(town)
    assert {k: v for k, v in rows_of(county).items() if k in mine} == mine
    for store in (town, county):
        is_clean(store)
        store.close()


def test_a_copy_used_on_two_computers_is_two_incarnations(
    folder: Path, computer: Callable[[str], None]
) -> None:
    county = opened(folder, "county")
    first = opened(folder, "乌峰")
    person(first, "原来")
    first.close()
    shutil.copytree(folder / "乌峰", folder / "乌峰2")
    first = opened(folder, "乌峰")
    computer("theirs")
    second = opened(folder, "乌峰2")
    assert own(second)[0] != own(first)[0]
    person(first, "一号机")
    person(second, "二号机")
    for n, store in enumerate((first, second, first, second)):
        assert send(store, county, folder / f"{n}.lcb").held == {}
    for n, store in enumerate((first, second)):
        answer(store, county, folder / f"r{n}.lcb")
        assert names(store) == names(county) == {"原来", "一号机", "二号机"}
        is_clean(store)
        store.close()
    is_clean(county)
    with county.read() as session:
        town = session.scalars(sa.select(Device.device).where(Device.index == 1)).one()
        count = sa.select(sa.func.count()).where(Device.device == town)
        assert session.scalar(count) == 2
    county.close()


def test_a_copy_that_reports_what_it_brought_along_is_not_told_it_brought_nothing(
    folder: Path, computer: Callable[[str], None]
) -> None:
    town = opened(folder, "乌峰")
    person(town, "没报过的")
    town.close()
    shutil.copytree(folder / "乌峰", folder / "copy")
    computer("other")
    county, copy = opened(folder, "county"), opened(folder, "copy")
    done = send(copy, county, folder / "1.lcb")
    assert done.records
    assert done.problems == ()
    again = send(copy, county, folder / "2.lcb")
    assert (again.records, [p.code for p in again.problems]) == (0, ["nothing_new"])
    for store in (county, copy):
        store.close()


def put_back_unnoticed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Store, Store]:
    """A county, and a township without what it reported last: no mark can be kept outside it."""
    monkeypatch.setenv("LABORCLERK_MARKS", str(folder / "county" / "keys.json" / "none"))
    county, town = opened(folder, "county"), opened(folder, "乌峰")
    person(town, "原来")
    town.close()
    shutil.copytree(folder / "乌峰", folder / "copy")
    town = opened(folder, "乌峰")
    person(town, "丢了的")
    send(town, county, folder / "1.lcb")
    town = put_back(folder, town)
    return county, town


def test_a_copy_nobody_noticed_is_noticed_by_the_countys_answer(
    folder: Path, computer: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing can be kept outside the store; the county has what this laptop does not know."""
    county, town = put_back_unnoticed(folder, monkeypatch)
    before = own(town)
    person(town, "另外的")
    with pytest.raises(Rejected) as refused:  # it stands on what is not here
        answer(town, county, folder / "2.lcb")
    assert [p.code for p in refused.value.problems] == ["return_before_anew"]
    assert own(town)[0] != before[0]
    assert send(town, county, folder / "3.lcb").held == {}
    answer(town, county, folder / "4.lcb")  # now the county knows what is missing here
    assert names(county) == names(town) == {"原来", "丢了的", "另外的"}
    for store in (town, county):
        is_clean(store)
        with store.read() as session:
            assert session.scalar(sa.select(sa.func.count()).select_from(Entry))
        store.close()


def test_a_copy_the_county_noticed_gets_all_it_lost_with_the_next_answer(
    folder: Path, computer: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    county, town = put_back_unnoticed(folder, monkeypatch)
    person(town, "另外的")
    kept = set((folder / "county" / "bundles").iterdir())
    for n in "23":
        with pytest.raises(Rejected) as refused:
            send(town, county, folder / f"{n}.lcb")
        assert [p.code for p in refused.value.problems] == ["bundle_fork"]
        assert set((folder / "county" / "bundles").iterdir()) == kept
    assert [line.forked for line in log(county)] == [True, True, False]
    done = answer(town, county, folder / "4.lcb")
    assert [p.code for p in done.problems][:1] == ["began_anew"]
    assert names(town) == {"原来", "丢了的", "另外的"}
    assert send(town, county, folder / "5.lcb").held == {}
    assert names(county) == names(town)
    for store in (town, county):
        is_clean(store)
        store.close()
