"""The exchange screen's presenter: a township and its county hand each other files on a stick."""

from __future__ import annotations

from pathlib import Path

from laborclerk.store.store import Store
from laborclerk.ui.drives import Drive
from laborclerk.ui.screens.exchange.presenter import KNOWN, NEW, REFUSED, ExchangePresenter
from tests.unit.ui.stations import Screen, add_household, opened


def presenter(store: Store, stick: Path | None) -> ExchangePresenter:
    drives = [Drive(stick, "KINGSTON", 7 * 2**30)] if stick else []
    made = ExchangePresenter(opened(store), Screen(), lambda: drives)
    made.load()
    return made


def enrol(ours: Store, theirs: Store, stick: Path) -> tuple[ExchangePresenter, ExchangePresenter]:
    here, there = presenter(ours, stick), presenter(theirs, stick)
    here.write_request(stick)
    there.read_request(next(stick.glob("*.lcq")))
    out = stick / there.approval_name()
    there.approve(out)
    here.accept(out)
    return here, there


def test_a_single_stick_is_chosen_by_itself_and_left_when_pulled(ours: Store, stick: Path) -> None:
    drives = [Drive(stick, "KINGSTON", 2**30)]
    made = ExchangePresenter(opened(ours), Screen(), lambda: drives)
    made.load()
    assert made.folder == stick
    drives.clear()
    made.look_for_drives()
    assert made.folder is None


def test_a_folder_chosen_by_hand_stays_when_a_stick_comes(ours: Store, stick: Path) -> None:
    drives: list[Drive] = []
    made = ExchangePresenter(opened(ours), Screen(), lambda: drives)
    made.load()
    made.choose(stick.parent)
    drives.append(Drive(stick, "KINGSTON", 2**30))
    made.look_for_drives()
    assert made.folder == stick.parent
    assert made.drives == drives


def test_both_screens_show_the_same_digits(ours: Store, theirs: Store, stick: Path) -> None:
    here, there = presenter(ours, stick), presenter(theirs, stick)
    here.write_request(stick)
    there.read_request(next(stick.glob("*.lcq")))
    assert here.facts
    assert there.request
    assert there.request[1].request.fingerprint == here.facts.fingerprint
    assert there.request[1].request.name == "乌峰街道"


def test_enrolling_makes_the_county_known(ours: Store, theirs: Store, stick: Path) -> None:
    here, there = enrol(ours, theirs, stick)
    assert here.facts
    assert here.facts.county
    assert here.facts.county.name == "镇雄县"
    assert there.facts
    assert [line.name for line in there.facts.stations] == ["乌峰街道"]
    assert there.request is None


def test_a_bundle_before_enrolment_is_refused_with_what_to_do(ours: Store, stick: Path) -> None:
    here = presenter(ours, stick)
    here.write_bundle()
    assert here.work.ended
    assert not here.work.ended.whole
    assert "登记申请" in here.work.ended.text


def test_the_contents_name_households_and_persons_since_when(ours: Store) -> None:
    add_household(ours, "0001", "周测试", 3)
    here = presenter(ours, None)
    assert dict(here.contents())["户"] == 1
    assert dict(here.contents())["人员"] == 3
    assert here.since()


def test_without_a_stick_the_button_says_to_put_one_in(ours: Store) -> None:
    here = presenter(ours, None)
    here.write_bundle()
    assert here.work.ended
    assert "U盘" in here.work.ended.text


def test_a_bundle_goes_from_one_screen_to_the_other(
    ours: Store, theirs: Store, stick: Path
) -> None:
    here, there = enrol(ours, theirs, stick)
    add_household(ours, "0001", "周测试", 3)
    told: list[object] = []
    here.station.runner.on_change(told.append)
    here.write_bundle()
    assert told  # the status line counts anew
    assert here.work.ended
    assert here.work.ended.whole
    assert "第 1 号上报文件已写出并核对,待县里确认" in here.work.ended.text
    assert here.facts
    assert here.standing().startswith("第 1 号已于")
    there.scan()
    assert [(c.name, c.number, c.state) for c in there.candidates] == [("乌峰街道", 1, NEW)]
    assert there.candidates[0].entries == here.facts.outgoing.total
    assert f"{there.candidates[0].entries:,} 条变更" in here.work.ended.text
    there.import_all()
    assert there.work.ended
    assert there.work.ended.text.startswith("导入 1 份")
    assert [c.state for c in there.candidates] == [KNOWN]
    there.import_files([there.candidates[0].path])
    assert there.work.ended.text == "1 份已导入过"


def test_a_damaged_bundle_is_listed_with_its_reason_and_stops_no_other(
    ours: Store, theirs: Store, stick: Path
) -> None:
    here, there = enrol(ours, theirs, stick)
    add_household(ours, "0001", "周测试")
    here.write_bundle()
    good = next(stick.glob("*.lcb"))
    bad = stick / "坏.lcb"
    bad.write_bytes(good.read_bytes()[:-40])
    there.scan()
    assert {c.path.name: c.state for c in there.candidates} == {good.name: NEW, bad.name: REFUSED}
    there.import_files([bad, good])
    assert there.work.ended
    assert not there.work.ended.whole
    assert "1 份没有导入" in there.work.ended.text
    assert "导入 1 份" in there.work.ended.text
    assert any("坏.lcb" in line for line in there.work.ended.lines)


def test_the_log_names_both_directions(ours: Store, theirs: Store, stick: Path) -> None:
    here, there = enrol(ours, theirs, stick)
    add_household(ours, "0001", "周测试")
    here.write_bundle()
    there.scan()
    there.import_all()
    assert here.facts
    assert there.facts
    assert [(line.outgoing, line.number) for line in here.facts.log] == [(True, 1)]
    assert [(line.outgoing, line.name) for line in there.facts.log] == [(False, "乌峰街道")]
