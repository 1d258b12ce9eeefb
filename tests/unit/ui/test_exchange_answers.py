"""The way back: the county's files to townships, what a township finds in them, what waits and is
held at the county."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from laborclerk.features.exchange import conflicts, decisions
from laborclerk.features.registry.model import Person
from laborclerk.store.journal import Device
from laborclerk.store.store import Store
from laborclerk.sync.export import export_bundle
from laborclerk.ui.drives import Drive
from laborclerk.ui.screens.exchange.presenter import KNOWN, NEW, ExchangePresenter
from laborclerk.ui.screens.exchange.reading import OURS, WAITS
from tests import exchanging
from tests.small import add_household
from tests.unit.ui.stations import Screen, opened


@dataclass
class Both:
    """The screens of a township and its county, and the stick between them."""

    town: Store
    county: Store
    here: ExchangePresenter
    there: ExchangePresenter
    stick: Path
    drives: list[Drive]

    def change(self, store: Store, **facts: Any) -> None:
        with store.write("registry.set") as work:
            work.change(work.session.scalars(sa.select(Person).limit(1)).one(), facts)

    def up(self) -> None:
        for file in self.stick.glob("*.lcb"):
            file.unlink()
        self.here.write_bundle()
        self.there.scan()
        self.there.import_all()

    def down(self) -> None:
        self.there.acts.give_back(self.stick)
        self.here.scan()
        self.here.import_all()


@pytest.fixture
def both(tmp_path: Path) -> Iterator[Both]:
    exchanging.stations(tmp_path)
    stick = tmp_path / "stick"
    stick.mkdir()
    drives = [Drive(stick, "KINGSTON", 7 * 2**30)]
    town, county = exchanging.opened(tmp_path, "乌峰"), exchanging.opened(tmp_path, "county")
    add_household(
        town, {"name": "周大", "relation": "02"}, place=exchanging.GROUPS["乌峰"][0], number="0187"
    )
    here, there = (
        ExchangePresenter(opened(store), Screen(), lambda: list(drives)) for store in (town, county)
    )
    here.load()
    there.load()
    yield Both(town, county, here, there, stick, drives)
    town.close()
    county.close()


def test_a_file_for_every_township_on_the_stick(both: Both) -> None:
    both.up()
    both.there.acts.give_back(both.stick)
    names = sorted(p.name for p in both.stick.glob("返还-*"))
    assert names == ["返还-乌峰街道.lcb", "返还-泼机镇.lcb"]
    assert both.there.work.ended
    assert both.there.work.ended.text.startswith("写出 2 份返还文件")
    both.there.scan()
    (own,) = [c for c in both.there.candidates if c.path.name == names[0]]
    assert own.state == OURS
    assert both.there.candidates[0].state == KNOWN  # what came stands before what goes
    assert "由乡镇导入" in own.reason


def test_one_township_alone(both: Both) -> None:
    both.there.acts.give_back(both.stick, "530627101000")
    assert [p.name for p in both.stick.glob("返还-*")] == ["返还-泼机镇.lcb"]


def test_the_township_finds_its_answer_and_reads_what_the_county_changed(both: Both) -> None:
    both.up()
    both.change(both.county, monthly_income=4800)
    both.there.acts.give_back(both.stick)
    both.here.scan()
    assert [(c.name, c.state) for c in both.here.importable] == [("镇雄县人社局", NEW)]
    both.here.import_all()
    assert both.here.work.ended
    assert both.here.work.ended.text.startswith("导入 1 份,更改 1 条记录")
    facts = both.here.facts
    assert facts
    (came,) = (c for c in facts.returned.came if c.named.name == "周大")  # its round came too
    assert came.changed == (("月收入", "(空)", "4,800元"),)
    assert KNOWN in {c.state for c in both.here.candidates}


def test_conflicts_are_told_when_a_file_comes_in(both: Both) -> None:
    both.up()
    both.change(both.town, monthly_income=5200)
    both.change(both.county, monthly_income=4800)
    both.up()
    assert both.there.work.ended
    assert "1 处冲突待核定" in both.there.work.ended.text


def test_what_waits_is_released(both: Both) -> None:
    both.up()
    both.down()
    both.change(both.town, monthly_income=5200)
    with both.town.local() as session:  # one that was lost, and counted as received
        own = session.get_one(Device, 0)
        session.execute(sa.update(Device).where(Device.index == 0).values(acked=own.last_seq))
    both.change(both.town, phone="13800000000")
    both.up()
    facts = both.there.facts
    assert facts
    (waits,) = facts.waiting
    ended = both.there.work.ended
    assert ended is not None
    assert (ended.text, ended.whole) == ("1 份待补", False)
    assert both.there.candidates[0].state == WAITS
    assert not both.there.importable
    (line,) = [s for s in facts.stations if s.name == "乌峰街道"]
    assert line.missing == waits.missing
    both.there.acts.release(waits)
    assert both.there.facts
    assert both.there.facts.waiting == []
    assert both.there.work.ended
    assert "已放行" in both.there.work.ended.text


def test_what_is_held_is_accepted_or_told_to_the_township(both: Both) -> None:
    add_household(both.town, {"name": "孙外"}, place=exchanging.GROUPS["泼机"][0], number="0009")
    both.up()
    both.down()
    assert both.here.facts
    assert {b.named.name for b in both.here.facts.returned.back} >= {"孙外"}
    facts = both.there.facts
    assert facts
    for line in facts.held:
        both.there.acts.accept(line)
    assert both.there.facts
    assert both.there.facts.held == []
    assert both.there.work.ended
    assert both.there.work.ended.text.startswith("已接受")


def test_how_far_a_station_is_stands_beside_it(both: Both) -> None:
    both.up()
    facts = both.there.facts
    assert facts
    assert facts.done["530627001000"] == (1, 0)


def test_many_files_say_which_is_under_way(both: Both) -> None:
    for number in (1, 2):
        both.change(both.town, monthly_income=number)
        export_bundle(both.town, both.stick / f"{number}.lcb")
    seen: list[str] = []

    class Watch:
        def start(self, label: str, total: int | None = None) -> None:
            seen.append(label)

        def step(self, done: int) -> None: ...

    from laborclerk.features.exchange import taking

    run = taking.import_many(both.county, taking.bundles_in(both.stick), Watch())
    assert len(run.done) == 2
    assert "第 2/2 份 核对并合并" in seen


def test_a_file_that_brings_only_conflicts_was_taken_in(both: Both) -> None:
    both.up()
    both.change(both.town, monthly_income=5200)
    both.change(both.county, monthly_income=4800)
    both.up()
    assert both.there.work.ended
    assert both.there.work.ended.text == "导入 1 份,更改 0 条记录;1 处冲突待核定"


def test_what_the_county_decided_is_not_asked_of_the_township(both: Both) -> None:
    both.up()
    both.change(both.town, monthly_income=5200)
    both.change(both.county, monthly_income=4800)
    both.up()
    (line,) = conflicts.conflicts(both.county)
    decisions.resolve(both.county, line.id, keep=1)
    both.down()
    assert both.here.work.ended
    assert both.here.work.ended.text == "导入 1 份,更改 1 条记录"
    assert both.here.work.ended.lines == ["镇雄县人社局 第 1 号:更改 1 条记录"]


def test_the_chosen_folder_is_looked_at_again(both: Both) -> None:
    assert both.there.candidates == []
    both.here.write_bundle()
    both.there.load()  # F5, or the screen is shown again
    assert [c.state for c in both.there.candidates] == [NEW]


def test_a_stick_that_was_pulled_out_holds_nothing(both: Both) -> None:
    both.here.write_bundle()
    both.there.scan()
    assert both.there.candidates
    both.stick.rename(both.stick.with_name("pulled"))
    both.there.import_all()
    assert both.there.work.ended
    assert both.there.work.ended.text == "1 份没有导入"
    assert both.there.candidates == []


def test_another_stick_at_the_same_letter_is_looked_at(both: Both) -> None:
    both.here.write_bundle()
    both.drives[0] = Drive(both.stick, "KINGSTON", 6 * 2**30)
    both.there.look_for_drives()
    assert [c.state for c in both.there.candidates] == [NEW]


def test_a_township_takes_the_first_stick_it_can_write_to(both: Both, tmp_path: Path) -> None:
    locked = Drive(tmp_path / "locked", "SANDISK", 2**30, read_only=True)
    for presenter, wanted in ((both.here, both.stick), (both.there, locked.path)):
        presenter.folder = None
        both.drives[:] = [locked, Drive(both.stick, "KINGSTON", 2**30 + both.drives[-1].free)]
        presenter.look_for_drives()
        assert presenter.folder == wanted


def test_where_nobody_is_left_nothing_is_written_and_the_reason_is_told(both: Both) -> None:
    both.up()
    assert both.there.facts
    both.there.keys.revoke(both.there.facts.stations[0].device, "乌峰街道", "电脑丢失")
    both.there.acts.give_back(both.stick, "530627001000")
    assert both.there.work.ended
    assert not both.there.work.ended.whole
    assert "都已注销" in both.there.work.ended.text
