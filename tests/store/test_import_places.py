"""A newer edition of the divisions: what is certain is applied, the rest waits for a person."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from laborclerk.app import create_station
from laborclerk.features.census.model import Visit
from laborclerk.features.registry.model import Household, Place
from laborclerk.features.registry.places import PlaceRow, PlaceTree, load_places, place_id
from laborclerk.features.registry.places_import import PlacesNotice, PlacesResult, import_places
from laborclerk.features.registry.places_sheet import export_places, template_places
from laborclerk.features.registry.recoding import RecodingProblem, confirm_recoding
from laborclerk.kernel.errors import Rejected
from laborclerk.sheets.reader import read_sheet
from laborclerk.store.journal_check import check_journal
from laborclerk.store.store import Store
from tests.postgres import BOTH
from tests.sheet_people import station

pytestmark = BOTH

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("LABORCLERK_SHARED", ROOT.parent / "shared")) / "data/divisions"
HEAD = "区划代码,名称\n"
SAME = (
    "530627001001,油榨街社区居民委员会\n530627001002,新街社区居民委员会\n"
    "530627001201,上街村民委员会\n530627001202,银厂村民委员会\n"
)
SHANG = place_id("530627001201")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made, _ = station(tmp_path / "station")
    yield made
    made.close()


def take(store: Store, tmp_path: Path, text: str, **options: Any) -> PlacesResult:
    path = tmp_path / "区划.csv"
    path.write_text(HEAD + text, encoding="utf-8")
    result = import_places(store, path, **options)
    with store.read() as session:
        assert check_journal(session) == []
    return result


def places(store: Store) -> dict[int, Place]:
    with store.read() as session:
        return {p.id: p for p in session.scalars(sa.select(Place))}


def test_the_same_divisions_change_nothing(store: Store, tmp_path: Path) -> None:
    result = take(store, tmp_path, SAME)
    assert (result.read, result.unchanged, result.act) == (4, 4, 0)
    assert result.problems == []


def test_a_new_name_under_the_same_code_is_applied(store: Store, tmp_path: Path) -> None:
    text = SAME.replace("上街村民委员会", "上街社区居民委员会")
    result = take(store, tmp_path, text)
    assert (result.updated, result.warned) == (1, 0)
    assert result.renamed == [(SHANG, "上街村民委员会", "上街社区居民委员会")]
    assert places(store)[SHANG].name == "上街社区居民委员会"


def test_a_new_village_is_added_from_its_day(store: Store, tmp_path: Path) -> None:
    result = take(store, tmp_path, SAME + "530627001203,新设村民委员会\n", on="2026-12-01")
    assert result.created == 1
    assert places(store)[place_id("530627001203")].valid_from == "2026-12-01"


def _settle(store: Store) -> int:
    with store.write("test") as work:
        work.add(Place(id=SHANG + 1, name="1组", level="group", leader="钱某"))
        household = work.add(Household(place=SHANG + 1, number="0001", head_name="张三"))
        work.add(Household(place=SHANG, number="0002", head_name="李四"))
        work.flush()
        work.add(Visit(household=household.id, place=SHANG + 1, date="2026-11-01"))
    return int(household.id)


RECODED = SAME.replace("530627001201", "530627001211")


def test_a_recoded_village_waits_for_confirmation_also_in_a_second_run(
    store: Store, tmp_path: Path
) -> None:
    _settle(store)
    for _ in range(2):
        result = take(store, tmp_path, RECODED)
        (recoding,) = result.recodings
        assert (recoding.old, recoding.new) == (SHANG, place_id("530627001211"))
        assert recoding.households == 2
        assert [p.message for p in result.problems] == [PlacesNotice.PLACES_RECODED]
        assert places(store)[SHANG].valid_to is None


def test_a_confirmed_recoding_moves_groups_households_and_visits(
    store: Store, tmp_path: Path
) -> None:
    household = _settle(store)
    take(store, tmp_path, RECODED)
    new = place_id("530627001211")
    moved = confirm_recoding(store, SHANG, new, on="2026-12-01")
    assert (moved.groups, moved.households, moved.others) == (1, 2, 1)
    found = places(store)
    assert (found[SHANG].valid_to, found[SHANG].successor) == ("2026-12-01", new)
    assert (found[SHANG + 1].valid_to, found[SHANG + 1].successor) == ("2026-12-01", new + 1)
    assert (found[new + 1].name, found[new + 1].leader) == ("1组", "钱某")
    with store.read() as session:
        home = session.get(Household, household)
        assert home is not None
        assert home.place == new + 1
        assert session.scalars(sa.select(Visit.place)).all() == [new + 1]
        assert SHANG not in PlaceTree.load(session).villages()
        assert check_journal(session) == []
    again = take(store, tmp_path, RECODED)
    assert (again.recodings, again.problems, again.act) == ([], [], 0)
    with pytest.raises(Rejected) as caught:
        confirm_recoding(store, SHANG, new)
    assert caught.value.problems[0].message is RecodingProblem.RECODING_DONE


def test_a_recoding_into_a_village_with_groups_joins_those_of_the_same_name(
    store: Store, tmp_path: Path
) -> None:
    _settle(store)
    new = place_id("530627001202")
    with store.write("test") as work:
        work.add(Place(id=new + 1, name="老屋基组", level="group"))
        work.add(Place(id=new + 2, name="1组", level="group"))
    assert confirm_recoding(store, SHANG, new).groups == 1
    with store.read() as session:
        homes = set(session.scalars(sa.select(Household.place)))
    assert homes == {new, new + 2}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (SHANG, place_id("530627001999"), RecodingProblem.RECODING_UNKNOWN),
        (SHANG, place_id("530627001"), RecodingProblem.RECODING_LEVEL),
    ],
)
def test_a_recoding_that_makes_no_sense_is_refused(
    store: Store, old: int, new: int, message: RecodingProblem
) -> None:
    with pytest.raises(Rejected) as caught:
        confirm_recoding(store, old, new)
    assert caught.value.problems[0].message is message


def test_a_village_without_counterpart_is_listed_and_stays(store: Store, tmp_path: Path) -> None:
    _settle(store)
    result = take(store, tmp_path, "".join(SAME.splitlines(keepends=True)[:2]))
    assert result.gone == [SHANG, place_id("530627001202")]
    assert places(store)[SHANG].valid_to is None


def test_places_outside_the_station_are_counted_not_taken(store: Store, tmp_path: Path) -> None:
    text = SAME + "530627002201,银厂村民委员会\n530627000000,镇雄县\n"
    result = take(store, tmp_path, text)
    assert (result.read, result.created) == (4, 0)
    assert [p.message for p in result.problems] == [PlacesNotice.PLACES_OUTSIDE]


def test_a_file_of_another_county_is_refused(store: Store, tmp_path: Path) -> None:
    with pytest.raises(Rejected) as caught:
        take(store, tmp_path, "621102001001,新市区社区居委会\n")
    assert caught.value.problems[0].message is PlacesNotice.PLACES_NONE


def test_an_export_of_places_imports_as_unchanged_groups_included(
    store: Store, tmp_path: Path
) -> None:
    _settle(store)
    path = tmp_path / "区划.xlsx"
    assert export_places(store, path) == 6
    result = import_places(store, path)
    assert (result.read, result.unchanged, result.act) == (6, 6, 0)
    assert list(template_places(path)) == [str(c) for c in read_sheet(path).rows[0]]


def table(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((SHARED / name).read_text(encoding="utf-8").splitlines()))


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real divisions are not in the project")
def test_a_real_county_moves_from_2016_to_2023(tmp_path: Path) -> None:
    """镇雄 530627: its villages of 2016, worked back from the list of changes, meet those of
    2023: plain renames are applied, the rest is proposed or listed, nothing is lost."""
    now = tmp_path / "2023.csv"
    rows = table("villages_zhenxiong_530627.csv")
    now.write_bytes((SHARED / "villages_zhenxiong_530627.csv").read_bytes())
    old = {row["village_code"]: row["village_name"] for row in rows}
    renames = 0
    for change in table("division_changes_2016_2023.csv"):
        if change["county_code"] != "530627":
            continue
        old.pop(change["new_code"], None)
        if change["old_code"]:
            old[change["old_code"]] = change["old_name"]
        renames += change["change"] == "renamed"
    upper = {"530627": "镇雄县"} | {row["township_code"]: row["township_name"] for row in rows}
    store, _ = create_station(tmp_path / "station", "王录入", "password-1", scrypt_n=2)
    load_places(store, [PlaceRow(c, n) for c, n in {**upper, **old}.items()])
    result = import_places(store, now, on="2023-06-30")
    assert len(result.renamed) == renames > 0
    with store.read() as session:
        tree = PlaceTree.load(session)
        valid = {tree.full_name(v) for v in tree.villages()}
    assert {row["village_name"] for row in rows} <= valid
    gone = {place_id(code) for code in old} - {place_id(row["village_code"]) for row in rows}
    told = {r.old for r in result.recodings} | set(result.uncertain) | set(result.gone)
    assert told == gone
    again = import_places(store, now, on="2023-06-30")
    assert (again.created, again.updated, again.act) == (0, 0, 0)
    store.close()
