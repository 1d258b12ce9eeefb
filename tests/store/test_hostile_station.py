"""What an enrolled station that means harm may not do, hole by hole: its signature is right, its
payload is not. `tests/e2e/test_hostile_bundles.py` shoots at random.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from laborclerk.features.fairs.model import Fair, FairVisit
from laborclerk.features.registry.model import Person
from laborclerk.kernel.errors import Message, Rejected
from laborclerk.store.base import record_types
from laborclerk.store.causality import Causality
from laborclerk.store.incarnation import begin_incarnation
from laborclerk.store.journal import Device
from laborclerk.sync.approvals import revoke
from laborclerk.sync.exchange import Imported, bundles
from laborclerk.sync.export import export_bundle
from laborclerk.sync.holding import MISSING, OUT_OF_SCOPE
from laborclerk.sync.ledger import Ledger
from tests import hostile_world
from tests.exchanging import GROUPS, answer, send, take
from tests.hostile_items import appended, at, last_of, to_last
from tests.hostile_world import SENDER, World, everything, findings


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return hostile_world.make(tmp_path_factory.mktemp("world"))


class Case:
    """The county, a fresh copy, and the right items of the next bundle of 乌峰, to be spoiled."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world, self.folder = world, folder
        self.county = world.station("county", folder / "stations")
        self.items: list[Any] = copy.deepcopy(world.up.items)
        self.header: dict[str, Any] = self.items[0][1]

    def bring(self, items: list[Any] | None = None, **change: Any) -> Imported:
        path = self.folder / "x.lcb"
        path.write_bytes(self.world.up.signed(items or self.items, **change))
        return take(self.county, path)

    def refused(self, items: list[Any] | None = None, **change: Any) -> Message:
        before = everything(self.county)
        with pytest.raises(Rejected) as caught:
            self.bring(items, **change)
        assert everything(self.county) == before
        return caught.value.problems[0].message

    def ref(self, name: str) -> int:
        """The number by which the bundle names a device of the county's store."""
        with self.county.read() as session:
            device = session.scalar(sa.select(Device.device).where(Device.name == name))
        return next(n for n, row in enumerate(self.header["devices"]) if row[0] == device)


@pytest.fixture
def case(world: World, tmp_path: Path) -> Iterator[Case]:
    made = Case(world, tmp_path)
    yield made
    made.county.close()


def test_the_right_bundle_is_taken(case: Case) -> None:
    assert case.bring().records > 0
    assert findings(case.county) == []


def test_entries_of_nobody_are_not_the_countys(case: Case) -> None:
    without = [item for item in case.items if item[0] != "d"]
    with case.county.read() as session:
        last = session.scalar(sa.select(Device.last_seq).where(Device.index == 0)) or 0
    act = ["a", last + 1, 1_790_000_000_000, "县站", "test.bad", None]
    forged = [last + 1, last + 1, "person", 5, 1, {"name": "坏"}]
    assert case.refused(without) is Ledger.BUNDLE_MALFORMED
    assert case.refused([case.items[0], act, forged]) is Ledger.BUNDLE_MALFORMED
    assert case.refused([case.items[0], ["e", 1, {}]]) is Ledger.BUNDLE_MALFORMED


def test_header_begins_with_the_device_that_signed(case: Case) -> None:
    devices = case.header["devices"]
    devices[0], devices[1] = devices[1], devices[0]
    assert case.refused() is Ledger.BUNDLE_MALFORMED
    devices[0], devices[1] = devices[1], devices[0]
    assert case.refused(incarnation=7, first=1) is Ledger.BUNDLE_MALFORMED


def test_payload_speaks_no_further_than_the_manifest_that_was_compared_with_revocations(
    case: Case,
) -> None:
    laptop = case.world.up.manifest.device
    revoke(case.county, laptop, "电脑被盗")
    assert case.refused(first=1, last=0) is Ledger.BUNDLE_MALFORMED
    own = case.header["devices"][0]
    case.header["devices"].append([own[0], 4711, own[2]])  # another self, never counted
    items = [case.items[0], ["d", len(case.header["devices"]) - 1], *case.items[2:]]
    assert case.refused(items, first=1, last=0) is Ledger.BUNDLE_MALFORMED


def test_one_number_is_given_once(case: Case) -> None:
    n = at(case.items, "")[-1]
    again = [*case.items[: n + 1], copy.deepcopy(case.items[n]), *case.items[n + 1 :]]
    assert case.refused(again) is Ledger.BUNDLE_MALFORMED


@pytest.mark.parametrize("number", [0, 2**53, 2**63 - 1])
def test_numbers_are_those_a_device_can_count(case: Case, number: int) -> None:
    for n in at(case.items, ""):
        case.items[n][0] = number
    assert case.refused(last=2**50) is Ledger.BUNDLE_MALFORMED


def test_a_station_tells_no_histories(case: Case) -> None:
    assert case.refused([*case.items[:1], ["x"], *case.items[1:]]) is Ledger.BUNDLE_MALFORMED


def test_what_was_known_when_older_entries_were_written_does_not_change(case: Case) -> None:
    """Else what the county wrote would look as if that writer had replaced it knowingly."""
    ours = len(case.header["devices"]) - 1
    told = {**case.header["knows"], ours: case.header["knows"].get(ours, 0)}
    mine = case.ref("乌峰街道")
    with case.county.read() as session:
        query = sa.select(Device.index).where(Device.device == case.header["devices"][mine][0])
        index = session.scalar(query) or 0
        before = Causality(session).context((index, 1))
    case.bring([*case.items[:2], ["e", 1, told], *case.items[2:]])
    with case.county.read() as session:
        assert Causality(session).context((index, 1)) == before
    assert findings(case.county) == []


def test_the_last_word_counts_of_an_epoch_told_twice(case: Case) -> None:
    items = appended(case.items, "person", 5, 5, {})
    seq = last_of(items)
    items[-2:-2] = [["e", seq, {0: 1}], ["e", seq, {0: 2}]]
    case.bring(items, **to_last(items))
    assert findings(case.county) == []


def test_epochs_stand_before_their_entries(case: Case) -> None:
    later = ["e", last_of(case.items) + 1000, case.header["knows"]]
    assert case.refused([*case.items, later]) is Ledger.BUNDLE_MALFORMED
    assert case.refused([*case.items[:2], later, *case.items[2:]]) is Ledger.BUNDLE_MALFORMED


def test_the_countys_round_is_not_made_again_by_one_who_knows_it(case: Case) -> None:
    model: Any = record_types()["round"]
    with case.county.read() as session:
        there = session.scalars(sa.select(model.id)).one()
        name, origin = session.execute(sa.select(model.name, model.origin_seq)).one()
    county = case.ref("")
    case.items = appended(
        case.items, "round", there, 1, {"name": "坏人的摸底", "starts": "2020-01-01"}
    )
    case.items.insert(-2, ["e", last_of(case.items), {county: origin}])
    assert case.bring(**to_last(case.items)).held == {OUT_OF_SCOPE: 1}
    with case.county.read() as session:
        assert session.scalar(sa.select(model.name)) == name


def test_the_countys_fair_is_the_countys_to_change_wherever_it_takes_place(case: Case) -> None:
    with case.county.write("test.fair") as work:
        fair = work.add(Fair(name="春风行动", venue_place=GROUPS[SENDER][0]))
        made = fair.id
    case.items = appended(case.items, "fair", made, 2, {"name": ["春风行动", "坏人的"]})
    assert case.bring(**to_last(case.items)).held == {OUT_OF_SCOPE: 1}
    with case.county.read() as session:
        assert session.scalar(sa.select(Fair.name)) == "春风行动"


def test_what_stands_on_a_fair_that_has_not_come_waits_for_it(case: Case) -> None:
    visit, fair = 2**61 + 1, 2**61 + 2
    with case.county.read() as session:
        person = session.scalars(sa.select(Person.id).where(Person.name == "周1")).one()
    alone = appended(case.items, "fair_visit", visit, 1, {"fair": fair, "person": person})
    assert case.bring(alone, **to_last(alone)).held == {MISSING: 1}
    assert findings(case.county) == []
    more = appended(alone, "fair", fair, 1, {"name": "夏季"})
    done = case.bring(more, **to_last(more))
    assert done.held == {}
    with case.county.read() as session:
        assert session.scalar(sa.select(FairVisit.fair).where(FairVisit.id == visit)) == fair
    assert findings(case.county) == []


def test_header_names_no_more_devices_than_a_store_can_count(case: Case) -> None:
    case.header["devices"] += [[n, 1, "鬼"] for n in range(1, 2000)]
    assert case.refused() is Ledger.BUNDLE_MALFORMED


def test_a_time_no_calendar_shows_is_refused(case: Case) -> None:
    case.items[at(case.items, "a")[0]][2] = 2**62
    assert case.refused() is Ledger.BUNDLE_MALFORMED


# -- right files that come in an odd order ---------------------------------------------------------


def test_a_waiting_file_that_turns_out_wrong_holds_nothing_up(case: Case) -> None:
    """The one it waited for is taken all the same, and says so; the wrong one is told and gone."""
    last = case.world.up.manifest.last
    wrong = copy.deepcopy(case.items)
    wrong = [item for item in appended(wrong, "person", 5, 1, {}) if item[0] != "d"]
    told = case.bring(wrong, first=last + 1, last=last + 1, number=99)
    assert [p.message for p in told.problems] == [Ledger.BUNDLE_GAP]
    done = case.bring()
    assert done.records > 0
    assert Ledger.BUNDLE_MALFORMED in [p.message for p in done.problems]
    assert "waiting" not in {row.direction for row in bundles(case.county)}
    assert findings(case.county) == []


def test_a_lost_file_that_turns_up_late_does_not_make_its_writer_forget(
    world: World, tmp_path: Path
) -> None:
    """A word written with knowledge of the county's is no conflict with it."""
    county, town = world.station("county", tmp_path / "a"), world.station(SENDER, tmp_path / "b")
    late = tmp_path / "late.lcb"
    export_bundle(town, late)
    hostile_world.change(county, "周0", note="县里核过")
    answer(town, county, tmp_path / "r.lcb")
    send(town, county, tmp_path / "1.lcb")
    take(county, late)
    hostile_world.change(town, "周0", note="乡里改正")
    assert send(town, county, tmp_path / "2.lcb").conflicts == 0
    with county.read() as session:
        note = session.scalar(sa.select(Person.note).where(Person.name == "周0"))
    assert note == "乡里改正"
    for store in (county, town):
        store.close()


def test_a_new_self_is_not_known_to_those_who_knew_the_former_one(
    world: World, tmp_path: Path
) -> None:
    """Its numbers begin again at 1: what others knew was said of the former ones."""
    town = world.station(SENDER, tmp_path / "b")
    with town.read() as session:
        county = session.scalar(sa.select(Device.index).where(Device.index != 0, ~Device.own))
        vector = Causality(session).context((county or 0, 10**6))
        assert vector.top[0] > 0
    with town.local() as session:
        former = begin_incarnation(session, vector.top[0])
    with town.read() as session:
        now = Causality(session).context((county or 0, 10**6))
        assert (now.top.get(0, 0), now.top[former]) == (0, vector.top[0])
        assert not now.knows((0, 1))
    town.close()
