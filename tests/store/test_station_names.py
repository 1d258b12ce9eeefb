"""People read what a station is called, never its number; progress ends at the whole."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from laborclerk.features.registry.places import add_group
from laborclerk.features.registry.scope import PlaceScope
from laborclerk.kernel.clock import Clock
from laborclerk.kernel.errors import Rejected
from laborclerk.store.journal import Device
from laborclerk.store.store import Store
from laborclerk.sync import approvals, overview
from laborclerk.sync.exchange import import_bundle
from laborclerk.sync.export import export_bundle
from laborclerk.sync.ledger import TOWNSHIP
from laborclerk.sync.names import Names
from laborclerk.sync.trust import device_name
from tests.exchanging import TOWNS, _found, enrol, opened, send, stations

NUMBER = re.compile(r"5306\d+|0[0-9A-Z]{12}")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[dict[str, Store]]:
    """A county, two townships, and a second laptop of the first."""
    folder = stations(tmp_path)
    found = {name: opened(folder, name) for name in ("county", *TOWNS)}
    rows = list(TOWNS["乌峰"])
    second = _found(folder / "second", TOWNSHIP, rows[0].code, rows[0].name, rows)
    enrol(found["county"], second, folder)
    yield found | {"second": second}
    for store in (*found.values(), second):
        store.close()


def _token(store: Store) -> str:
    return str(json.loads(store.setting("sync.station"))["device"])


def test_two_laptops_of_one_township_differ_by_a_few_letters(world: dict[str, Store]) -> None:
    county, first = world["county"], _token(world["乌峰"])
    assert device_name(county, "", first) == f"乌峰街道(电脑 {first[-4:]})"
    assert device_name(county, "", _token(world["泼机"])) == "泼机镇"
    assert device_name(county, "530627101", "0ABCDEFGHJKMN") == "泼机镇(电脑 JKMN)"
    with world["泼机"].read() as session:  # knows its own places only
        assert Names(session).station("530627001") == "乌峰街道"


def test_who_was_ended_is_named(world: dict[str, Store], tmp_path: Path) -> None:
    county, first = world["county"], world["乌峰"]
    approvals.revoke(county, _token(first), "电脑丢失")
    with pytest.raises(Rejected) as refused:
        send(first, county, tmp_path / "a.lcb")
    said = str(refused.value)
    assert f"乌峰街道(电脑 {_token(first)[-4:]})" in said
    assert not NUMBER.search(said)


def test_the_list_of_files_tells_the_laptops_apart(world: dict[str, Store], tmp_path: Path) -> None:
    for key in ("乌峰", "second", "泼机"):
        send(world[key], world["county"], tmp_path / f"{key}.lcb")
    names = {line.name for line in overview.log(world["county"])}
    ends = {_token(world[key])[-4:] for key in ("乌峰", "second")}
    assert names == {"泼机镇", *(f"乌峰街道(电脑 {end})" for end in ends)}


def test_a_file_that_waits_says_for_what(world: dict[str, Store], tmp_path: Path) -> None:
    county, town = world["county"], world["泼机"]
    send(town, county, tmp_path / "1.lcb")
    add_group(town, 530627101200000, "3组")
    export_bundle(town, tmp_path / "2.lcb")
    with town.local() as session:  # as if the county had said that it has the second
        own = session.get_one(Device, 0)
        own.acked = own.last_seq
    add_group(town, 530627101200000, "4组")
    send(town, county, tmp_path / "3.lcb")
    line, *_ = overview.log(county)
    assert line.waits is not None
    assert line.waits.missing
    assert line.held == {}  # nobody need decide anything
    (station,) = [s for s in overview.stations(county) if s.name == "泼机镇"]
    assert station.missing == line.waits.missing
    late = Clock(wall=lambda: time.time() + 900 * 86400)
    with county.local() as session:  # what was missing came, its certificate ended meanwhile
        session.query(Device).filter(Device.name == "泼机镇").update({"last_seq": own.last_seq})
    county.clock = late
    (waits,) = overview.waiting(county)
    assert not waits.missing
    assert "过期" in waits.hold
    (station,) = [s for s in overview.stations(county) if s.name == "泼机镇"]
    assert station.missing == ""


class Watched:
    """What was said of the progress of work."""

    def __init__(self) -> None:
        self.total: int | None = None
        self.most = 0

    def start(self, label: str, total: int | None = None) -> None:
        self.total, self.most = total, 0

    def step(self, done: int) -> None:
        self.most = max(self.most, done)


def test_progress_counts_as_many_as_there_are(world: dict[str, Store], tmp_path: Path) -> None:
    written, taken = Watched(), Watched()
    add_group(world["乌峰"], 530627001001000, "3组")
    export_bundle(world["乌峰"], tmp_path / "a.lcb", written)
    import_bundle(world["county"], tmp_path / "a.lcb", PlaceScope, taken)
    assert written.total == written.most == taken.most == taken.total
    assert written.total
