"""A county put back to a backup gets again what it wrote: from the answers it had given."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from laborclerk.features.demand.model import Employer
from laborclerk.features.exchange import taking
from laborclerk.features.registry.model import Person
from laborclerk.features.work.model import WorkSpell
from laborclerk.kernel.clock import Clock
from laborclerk.kernel.errors import Rejected
from laborclerk.kernel.progress import SILENT
from laborclerk.store.check import check_store
from laborclerk.store.incarnation import begin_incarnation
from laborclerk.store.journal import Device
from laborclerk.store.store import Store
from laborclerk.sync.approvals import revoke
from laborclerk.sync.county_keys import rotate_county
from laborclerk.sync.export import export_bundle
from laborclerk.sync.ledger import Ledger, station_of
from laborclerk.sync.overview import waiting
from laborclerk.ui.screens.exchange.reading import KNOWN, NEW, OURS, WAITS, run_ended, scan
from tests.exchanging import GROUPS, TOWNS, another, answer, opened, send, stations
from tests.small import add_household

TOWN = TOWNS["乌峰"][0].code


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return stations(tmp_path)


def name_of(store: Store) -> str | None:
    with store.read() as session:
        return session.scalars(sa.select(Person.name).where(Person.deleted.is_(None))).one()


def rename(store: Store, name: str) -> None:
    with store.write("test.rename") as work:
        work.change(work.session.scalars(sa.select(Person)).one(), {"name": name})


def put_back_county(folder: Path, county: Store) -> Store:
    return put_back(folder, "county", county, "backup")


def put_back(folder: Path, name: str, store: Store, backup: str, noticed: bool = True) -> Store:
    store.close()
    shutil.rmtree(folder / name)
    shutil.copytree(folder / backup, folder / name)
    back = opened(folder, name)
    if noticed:
        with back.local() as session:
            begin_incarnation(session, session.get_one(Device, 0).last_seq)
    return back


def lost_by_both(folder: Path, noticed: bool) -> tuple[Store, Store, Store]:
    """County and a laptop, put back to before 词二 was entered, which another laptop has."""
    county, first = opened(folder, "county"), opened(folder, "乌峰")
    second = another(county, folder)
    add_household(first, {"name": "词一"}, place=GROUPS["乌峰"][0])
    send(first, county, folder / "1.lcb")
    county.close()
    first.close()
    shutil.copytree(folder / "county", folder / "backup")
    shutil.copytree(folder / "乌峰", folder / "backup of 乌峰")
    county, first = opened(folder, "county"), opened(folder, "乌峰")
    rename(first, "词一一")
    rename(first, "词二")
    send(first, county, folder / "2.lcb")
    send(second, county, folder / "3.lcb")
    answer(second, county, folder / "4.lcb")
    assert name_of(second) == "词二"
    county = put_back_county(folder, county)
    return county, put_back(folder, "乌峰", first, "backup of 乌峰", noticed), second


def hand_back(second: Store, county: Store, folder: Path) -> None:
    answer(second, county, folder / "5.lcb")
    done = export_bundle(second, folder / "6.lcb")
    assert len(done.beside) == 1
    for path in (*done.beside, folder / "6.lcb"):
        taking.import_bundle(county, path)


def whole(*stores: Store) -> bool:
    for store in stores:
        with store.read() as session:
            assert check_store(session) == []
        store.close()
    return True


def test_what_the_county_and_a_laptop_lost_comes_back_from_another_laptop(folder: Path) -> None:
    county, first, second = lost_by_both(folder, noticed=True)
    hand_back(second, county, folder)
    assert name_of(county) == "词二"
    send(first, county, folder / "7.lcb")
    answer(first, county, folder / "8.lcb")
    assert name_of(first) == "词二"
    answer(second, county, folder / "9.lcb")
    assert export_bundle(second, folder / "10.lcb").beside == []
    assert whole(county, first, second)


def test_what_a_device_wrote_beyond_what_counts_does_not_come_back(folder: Path) -> None:
    """It may be the thief's."""
    county, first, second = lost_by_both(folder, noticed=True)
    revoke(county, station_of(first).device, "丢失")
    hand_back(second, county, folder)
    assert name_of(county) == "词一"
    assert whole(county, first, second)


def test_what_went_another_way_since_stays_as_it_is(folder: Path) -> None:
    """The numbers of what was lost stand for other work now."""
    county, first, second = lost_by_both(folder, noticed=False)
    rename(first, "词三")
    send(first, county, folder / "41.lcb")
    hand_back(second, county, folder)
    assert name_of(county) == "词三"
    rename(first, "词四")
    send(first, county, folder / "7.lcb")
    assert name_of(county) == "词四"
    told = answer(second, county, folder / "8.lcb").problems
    assert [p.code for p in told] == ["state_differs"]
    assert whole(county, first, second)


def test_a_township_hands_back_what_the_county_lost(folder: Path) -> None:
    county, town = opened(folder, "county"), opened(folder, "乌峰")
    add_household(town, {"name": "原名"}, place=GROUPS["乌峰"][0])
    send(town, county, folder / "1.lcb")
    county.close()
    shutil.copytree(folder / "county", folder / "backup")
    county = opened(folder, "county")
    rename(county, "县里改的")
    answer(town, county, folder / "2.lcb")
    assert name_of(town) == "县里改的"
    shutil.copyfile(folder / "2.lcb", folder / "kept.lcb")
    with pytest.raises(Rejected) as refused:  # it knows what it wrote
        taking.import_bundle(county, folder / "2.lcb")
    assert [p.code for p in refused.value.problems] == ["bundle_wrong_way"]

    county = put_back_county(folder, county)
    assert name_of(county) == "原名"
    answer(town, county, folder / "3.lcb")
    stick = folder / "stick"
    stick.mkdir()
    done = export_bundle(town, stick / "4.lcb")
    assert [path.name for path in done.beside] == ["4-县里第1号返还.lcb"]
    assert "1 份" in taking.beside(done)
    found = {c.path.name: (c.name, c.state) for c in scan(county, stick, SILENT)}
    assert found[done.beside[0].name] == ("返还 乌峰街道", NEW)

    run = taking.import_many(county, taking.bundles_in(stick))
    assert run.refused == []
    assert name_of(county) == "县里改的"
    assert all(c.state == KNOWN for c in scan(county, stick, SILENT))
    assert export_bundle(town, folder / "5.lcb").beside  # until an answer tells that it has it
    answer(town, county, folder / "6.lcb")
    assert export_bundle(town, folder / "7.lcb").beside == []
    for store in (town, county):
        with store.read() as session:
            assert check_store(session) == []
        store.close()


def test_each_township_hands_back_its_part_whoever_comes_first(folder: Path) -> None:
    county, *towns = (opened(folder, name) for name in ("county", "乌峰", "泼机"))
    for number, town in enumerate(towns):
        name = ("乌峰", "泼机")[number]
        add_household(town, {"name": f"{name}原名"}, place=GROUPS[name][0])
        send(town, county, folder / f"{number}.lcb")
    county.close()
    shutil.copytree(folder / "county", folder / "backup")
    county = opened(folder, "county")
    with county.write("test.rename") as work:
        for person in work.session.scalars(sa.select(Person)):
            work.change(person, {"name": f"{person.name}县里改的"})
    for number, town in enumerate(towns):
        answer(town, county, folder / f"1{number}.lcb")

    county = put_back_county(folder, county)
    for number, (town, name) in enumerate(zip(towns, ("乌峰", "泼机"), strict=True)):
        answer(town, county, folder / f"2{number}.lcb")
        done = export_bundle(town, folder / f"3{number}.lcb")
        assert len(done.beside) == 1, name
        for path in (*done.beside, folder / f"3{number}.lcb"):
            taking.import_bundle(county, path)
    with county.read() as session:
        names = set(session.scalars(sa.select(Person.name)))
    assert names == {"乌峰原名县里改的", "泼机原名县里改的"}
    for store in (county, *towns):
        store.close()


def test_what_came_before_its_household_goes_there_when_that_comes(folder: Path) -> None:
    """The county lost the household, and an officer let the file after it in."""
    county, town = opened(folder, "county"), opened(folder, "乌峰")
    county.close()
    shutil.copytree(folder / "county", folder / "backup")
    county = opened(folder, "county")
    home = add_household(town, place=GROUPS["乌峰"][0])
    send(town, county, folder / "1.lcb")
    answer(town, county, folder / "2.lcb")
    county = put_back_county(folder, county)
    with town.write("test.born") as work:
        work.add(Person(household=home, name="周小"))
    assert send(town, county, folder / "3.lcb").waits
    (line,) = waiting(county)
    assert taking.release_bundle(county, line.digest).held == {"missing": 1}
    answer(town, county, folder / "4.lcb")
    assert send(town, county, folder / "5.lcb").held == {}
    assert name_of(county) == "周小"
    assert whole(county, town)


def test_what_was_brought_to_a_township_goes_on_to_be_brought(folder: Path) -> None:
    """The county no longer knows that 泼机 has the firm of 乌峰: its maker's word comes there."""
    county, wufeng, poji = (opened(folder, name) for name in ("county", "乌峰", "泼机"))
    with wufeng.write("test.firm") as work:
        firm = work.add(Employer(name="某某厂")).id
    add_household(poji, {"name": "孙二"}, place=GROUPS["泼机"][0])
    for number, town in enumerate((wufeng, poji)):
        send(town, county, folder / f"{number}.lcb")
    county.close()
    shutil.copytree(folder / "county", folder / "backup")
    county = opened(folder, "county")
    with county.write("test.hire") as work:
        worker = work.session.scalars(sa.select(Person.id)).one()
        work.add(WorkSpell(person=worker, employer=firm))
    answer(poji, county, folder / "2.lcb")

    county = put_back_county(folder, county)
    hand_back(poji, county, folder)
    answer(poji, county, folder / "7.lcb")
    with wufeng.write("test.firm") as work:
        work.change(work.session.get_one(Employer, firm), {"name": "某某新厂"})
    answer(wufeng, county, folder / "8.lcb")
    send(wufeng, county, folder / "9.lcb")
    answer(poji, county, folder / "10.lcb")
    for store in (county, poji):
        with store.read() as session:
            assert session.get_one(Employer, firm).name == "某某新厂"
    assert whole(county, wufeng, poji)


@pytest.mark.parametrize("days", [-3650, 800])
def test_what_the_county_wrote_under_a_wrong_clock_comes_back_as_well(
    folder: Path, days: int
) -> None:
    """Its own certificate of that day does not hold today, and the county put back never gave
    it: its own signature is enough for its own words."""
    wrong = Clock(wall=lambda: time.time() + days * 86_400.0)
    county, town = opened(folder, "county"), opened(folder, "乌峰")
    add_household(town, {"name": "原名"}, place=GROUPS["乌峰"][0])
    send(town, county, folder / "1.lcb")
    for store in (county, town):
        store.close()
    shutil.copytree(folder / "county", folder / "backup")
    county, town = opened(folder, "county", wrong), opened(folder, "乌峰", wrong)
    rename(county, "县里改的")
    answer(town, county, folder / "2.lcb")
    town.close()

    county, town = put_back_county(folder, county), opened(folder, "乌峰")
    answer(town, county, folder / "3.lcb")
    done = export_bundle(town, folder / "4.lcb")
    run = taking.import_many(county, [*done.beside, folder / "4.lcb"])
    assert (len(done.beside), run.refused) == (1, [])
    assert name_of(county) == "县里改的"
    for store in (town, county):
        store.close()


def test_what_a_former_key_of_the_county_signed_waits_for_an_officer(folder: Path) -> None:
    """Whoever stole that key could write as the county was before it was put back."""
    county, town = opened(folder, "county"), opened(folder, "乌峰")
    add_household(town, {"name": "原名"}, place=GROUPS["乌峰"][0])
    send(town, county, folder / "1.lcb")
    county.close()
    shutil.copytree(folder / "county", folder / "backup")
    county = opened(folder, "county")
    rename(county, "县里改的")
    answer(town, county, folder / "2.lcb")

    county = put_back_county(folder, county)
    rotate_county(county)
    stick = folder / "stick"
    stick.mkdir()
    shutil.copy(folder / "2.lcb", stick)
    for _ in range(2):
        run = taking.import_many(county, taking.bundles_in(stick))
        ((_, _, done),) = run.done
        assert ([p.message for p in done.problems], done.waits) == (
            [Ledger.BUNDLE_OWN_FORMER_KEY], True,
        )  # fmt: skip
        assert not run_ended(run).whole
        assert name_of(county) == "原名"
        assert [c.state for c in scan(county, stick, SILENT)] == [WAITS]
    (line,) = waiting(county)
    assert (line.own, line.missing) == (True, "")
    assert "打电话" in line.hold
    taking.release_bundle(county, line.digest)
    assert (name_of(county), waiting(county)) == ("县里改的", [])
    assert [c.state for c in scan(county, stick, SILENT)] == [KNOWN]
    for store in (town, county):
        store.close()


def test_an_answer_that_lacks_nothing_is_the_townships_to_take(folder: Path) -> None:
    county, town = opened(folder, "county"), opened(folder, "泼机")
    answer(town, county, folder / "1.lcb")
    shutil.copyfile(folder / "1.lcb", folder / "x.lcb")
    found = scan(county, folder, SILENT)
    assert [c.state for c in found if c.path.name == "x.lcb"] == [OURS]
    for store in (town, county):
        store.close()
