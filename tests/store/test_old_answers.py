"""An answer that comes late tells what a county had then: a township does not take it for what the
county has now."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from laborclerk.features.exchange import taking
from laborclerk.features.registry.model import Person
from laborclerk.features.registry.station import found, plan
from laborclerk.kernel.clock import Clock
from laborclerk.kernel.errors import Rejected
from laborclerk.store.check import check_store
from laborclerk.store.incarnation import begin_incarnation
from laborclerk.store.journal import Device
from laborclerk.store.store import Store
from laborclerk.sync import county_keys
from laborclerk.sync.export import export_bundle
from laborclerk.sync.ledger import COUNTY, Ledger
from tests.exchanging import COUNTY_ROW, GROUPS, TOWNS, answer, enrol, opened, rows_of, send
from tests.exchanging import stations as made
from tests.meanwhile import before_it_writes
from tests.postgres import BOTH, copy_station
from tests.small import CLERK, PASSWORD, add_household

pytestmark = BOTH

PLACE = TOWNS["乌峰"][0].code


def work(town: Store, name: str) -> None:
    add_household(town, {"name": name}, place=GROUPS["乌峰"][0])


def names(store: Store) -> set[object]:
    return {row["name"] for (kind, _), row in rows_of(store).items() if kind == "person"}


def acked(town: Store) -> int:
    with town.read() as session:
        return session.get_one(Device, 0).acked


def is_whole(*stores: Store) -> None:
    for store in stores:
        with store.read() as session:
            assert check_store(session) == []
        store.close()


def goes_on(town: Store, county: Store, folder: Path) -> None:
    """What the old county had, and what comes now, is the present one's and acknowledged."""
    work(town, "周二")
    assert send(town, county, folder / "next.lcb").problems == ()
    assert names(county) == {"周大", "周二"}
    answer(town, county, folder / "answer.lcb")
    assert acked(town) > 0
    is_whole(town, county)


def test_an_answer_of_a_county_that_was_lost_acknowledges_nothing_to_the_new_one(
    tmp_path: Path,
) -> None:
    from laborclerk.app import create_station

    made(tmp_path)
    county, town = opened(tmp_path, "county"), opened(tmp_path, "乌峰")
    work(town, "周大")
    send(town, county, tmp_path / "1.lcb")
    taking.export_return(county, PLACE, tmp_path / "late.lcb")
    code = county_keys.county_code(county)
    county.close()

    new, _ = create_station(tmp_path / "new", CLERK, PASSWORD, scrypt_n=2)
    found(new, plan(COUNTY, "530627", [COUNTY_ROW, *(r for town in TOWNS.values() for r in town)]))
    county_keys.recover_county(new, code)
    enrol(new, town, tmp_path)
    taking.import_bundle(town, tmp_path / "late.lcb")
    assert acked(town) == 0
    goes_on(town, new, tmp_path)


def test_an_answer_from_before_the_county_was_put_back_acknowledges_nothing(
    tmp_path: Path,
) -> None:
    made(tmp_path)
    copy_station(tmp_path / "county", tmp_path / "backup")
    county, town = opened(tmp_path, "county"), opened(tmp_path, "乌峰")
    work(town, "周大")
    send(town, county, tmp_path / "1.lcb")
    taking.export_return(county, PLACE, tmp_path / "late.lcb")
    county.close()
    shutil.rmtree(tmp_path / "county")

    county = opened(tmp_path, "backup")
    with county.local() as session:
        begin_incarnation(session, session.get_one(Device, 0).last_seq)
    answer(town, county, tmp_path / "2.lcb")
    assert acked(town) == 0
    taking.import_bundle(town, tmp_path / "late.lcb")
    assert acked(town) == 0
    goes_on(town, county, tmp_path)


def test_an_older_answer_of_the_same_county_only_makes_more_go_out_again(tmp_path: Path) -> None:
    made(tmp_path)
    county, town = opened(tmp_path, "county"), opened(tmp_path, "乌峰")
    taking.export_return(county, PLACE, tmp_path / "late.lcb")
    work(town, "周大")
    send(town, county, tmp_path / "1.lcb")
    answer(town, county, tmp_path / "2.lcb")
    with county.write("test.rename") as unit:
        person = next(record for kind, record in rows_of(county) if kind == "person")
        unit.change(unit.session.get_one(Person, person), {"phone": "15400000001"})
    taking.import_bundle(town, tmp_path / "late.lcb")
    export_bundle(town, tmp_path / "3.lcb")
    assert not taking.import_bundle(county, tmp_path / "3.lcb").records
    is_whole(town, county)


@pytest.mark.parametrize("ahead", [0, 40 * 86_400], ids=["right", "was ahead"])
def test_a_fork_after_an_answer_is_after_it_whatever_the_clock_said_then(
    tmp_path: Path, ahead: int
) -> None:
    """The next answer starts from the beginning, as nobody knows what the laptop still has."""
    made(tmp_path)
    copy_station(tmp_path / "乌峰", tmp_path / "copy")
    county, town = opened(tmp_path, "county"), opened(tmp_path, "乌峰")
    work(county, "周大")
    answer(town, county, tmp_path / "1.lcb")
    work(town, "周二")
    send(town, county, tmp_path / "2.lcb")
    county.close()
    county = opened(tmp_path, "county", Clock(wall=lambda: time.time() + ahead))
    answer(town, county, tmp_path / "3.lcb")
    county.close()

    county, copy = opened(tmp_path, "county"), opened(tmp_path, "copy")
    work(copy, "周三")
    work(copy, "周四")
    with pytest.raises(Rejected) as caught:
        send(copy, county, tmp_path / "4.lcb")
    assert [p.message for p in caught.value.problems] == [Ledger.BUNDLE_FORK]
    answer(copy, county, tmp_path / "5.lcb")
    assert names(copy) == {"周大", "周二", "周三", "周四"}
    send(copy, county, tmp_path / "6.lcb")
    assert names(county) == names(copy)
    is_whole(town, copy, county)


def test_a_fork_noted_while_an_answer_is_written_is_not_answered_by_it(tmp_path: Path) -> None:
    """The answer was read before; the next one starts from the beginning."""
    made(tmp_path)
    copy_station(tmp_path / "乌峰", tmp_path / "copy")
    county, town, copy = (opened(tmp_path, name) for name in ("county", "乌峰", "copy"))
    officer = opened(tmp_path, "county")
    work(county, "周大")
    answer(town, county, tmp_path / "1.lcb")
    work(town, "周二")
    send(town, county, tmp_path / "2.lcb")
    work(copy, "周三")
    work(copy, "周四")

    def forks() -> None:
        with pytest.raises(Rejected):
            send(copy, officer, tmp_path / "3.lcb")

    with before_it_writes(county, forks):
        answer(town, county, tmp_path / "4.lcb")
    answer(copy, county, tmp_path / "5.lcb")
    assert names(copy) == {"周大", "周二", "周三", "周四"}
    send(copy, county, tmp_path / "6.lcb")
    assert names(county) == names(copy)
    is_whole(town, copy, county, officer)
