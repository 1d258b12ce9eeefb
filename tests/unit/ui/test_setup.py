"""First start: from an empty folder to an open station, and nothing left when it fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from laborclerk.app import create_station, open_with
from laborclerk.catalog.division_codes import Level
from laborclerk.features.census.rounds import current_round
from laborclerk.features.practice import service as practice
from laborclerk.features.practice.county import begin_county
from laborclerk.features.registry import station as founding
from laborclerk.features.registry.model import Person, Place
from laborclerk.kernel.errors import Common, fault
from laborclerk.store.backup import backup
from laborclerk.store.journal import Act
from laborclerk.store.keyring import Keyring
from laborclerk.store.store import KEYS, Store
from laborclerk.sync.ledger import COUNTY, TOWNSHIP, station_of
from laborclerk.ui import remembered
from laborclerk.ui.jobs import InlineRunner
from laborclerk.ui.screens.setup.presenter import CHECKED, PRACTICES, Kind, SetupPresenter, Step

CLERK, PASSWORD = "王录入", "wufeng73"
WUFENG, ZHENXIONG = "530627001000", "530627000000"


_create = partial(create_station, scrypt_n=2)


@dataclass
class Doors:
    create: Callable[..., tuple[Store, str]] = _create
    open: Callable[[Path, Any], Store] = open_with


class Screen:
    def changed(self) -> None:
        pass

    def start(self) -> None:
        pass


@dataclass
class Setup:
    folder: Path
    doors: Doors = field(default_factory=Doors)
    opened: list[Store] = field(default_factory=list)
    left: int = 0

    def begin(self, *, restore: bool = False) -> SetupPresenter:
        presenter = SetupPresenter(
            self.folder, self.doors, InlineRunner(), Screen(), self.opened.append,
            self._leave if restore else None,
        )  # fmt: skip
        presenter.warm_up()
        return presenter

    def _leave(self) -> None:
        self.left += 1

    def at_who(self, kind: Kind = Kind.TOWNSHIP) -> SetupPresenter:
        """The wizard with kind and place chosen."""
        presenter = self.begin()
        presenter.choose(kind)
        presenter.next_kind()
        assert presenter.places is not None
        presenter.places.type(0, WUFENG if kind is Kind.TOWNSHIP else "530627")
        presenter.places.enter(0)
        presenter.next_place()
        return presenter

    def made(self) -> SetupPresenter:
        presenter = self.at_who()
        presenter.create(f" {CLERK} ", PASSWORD)
        assert presenter.made is not None
        return presenter


@pytest.fixture
def setup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Setup]:
    monkeypatch.setattr("laborclerk.ui.look.folder", lambda: tmp_path / "config")
    made = Setup(tmp_path / "data" / "station")
    yield made
    for store in made.opened:
        store.close()


def said(presenter: SetupPresenter) -> str:
    return presenter.work.ended.text if presenter.work.ended else ""


def test_a_township_station_from_an_empty_folder_to_the_first_round(setup: Setup) -> None:
    presenter = setup.made()
    assert presenter.made is not None
    presenter.next_sheet(presenter.made.code[-CHECKED:].lower())
    assert presenter.step is Step.ROUND
    presenter.next_round()
    [store] = setup.opened
    assert (store.clerk, store.setting(founding.NAME)) == (CLERK, "乌峰街道")
    assert (station_of(store).level, station_of(store).place) == (TOWNSHIP, WUFENG)
    with store.read() as session:
        villages = session.scalar(sa.select(sa.func.count()).where(Place.level == "village"))
        current = current_round(session)
    assert villages == 6
    assert current is not None
    assert (current.labour_rule, current.starts) == ("statutory-2024", store.clock.today())
    assert remembered.recall(setup.folder) == remembered.Remembered("乌峰街道", CLERK)


def test_a_county_station_brings_its_townships_and_may_begin_without_a_round(
    setup: Setup,
) -> None:
    presenter = setup.at_who(Kind.COUNTY)
    presenter.create(CLERK, PASSWORD)
    assert presenter.made is not None
    presenter.next_sheet(presenter.made.code)  # more than the end is right as well
    presenter.next_sheet(presenter.made.code[-CHECKED:])
    presenter.skip_round()
    [store] = setup.opened
    assert station_of(store).level == COUNTY
    with store.read() as session:
        townships = session.scalar(sa.select(sa.func.count()).where(Place.level == "township"))
        assert (townships, current_round(session)) == (30, None)


def test_places_come_from_a_file_when_one_is_given(setup: Setup, tmp_path: Path) -> None:
    file = tmp_path / "区划.csv"
    file.write_text("区划代码,名称\n530627901000,新设镇\n530627901001,新村村民委员会\n", "utf-8")
    presenter = setup.begin()
    presenter.next_kind()
    presenter.use_file(file)
    assert presenter.places is not None
    assert presenter.places.source == "区划.csv"
    presenter.places.choose(3, "530627901000")
    presenter.next_place()
    presenter.create(CLERK, PASSWORD)
    assert presenter.made is not None
    assert presenter.made.station.name == "新设镇"
    presenter.abandon()


def test_a_file_that_is_no_divisions_file_says_so_and_the_list_stays(
    setup: Setup, tmp_path: Path
) -> None:
    file = tmp_path / "别的.csv"
    file.write_text("姓名,电话\n某,1\n", "utf-8")
    presenter = setup.begin()
    presenter.next_kind()
    presenter.use_file(file)
    assert "没有找到区划代码列" in said(presenter)
    assert presenter.places is not None
    assert len(presenter.places.columns[0].lines) > 30


def test_without_a_place_it_does_not_go_on(setup: Setup) -> None:
    presenter = setup.begin()
    presenter.next_kind()
    presenter.next_place()
    assert presenter.step is Step.PLACE
    assert "还没有选到乡镇(街道)" in said(presenter)


def test_going_back_keeps_what_was_chosen(setup: Setup) -> None:
    presenter = setup.at_who()
    presenter.back()
    presenter.back()
    assert presenter.step is Step.KIND
    presenter.choose(Kind.COUNTY)
    presenter.next_kind()
    assert presenter.places is not None
    assert (presenter.places.level, presenter.places.chosen) == (Level.COUNTY, ZHENXIONG)


def test_a_name_is_needed() -> None:
    assert SetupPresenter.refuse_name("  ") == "请填录入员姓名"
    assert SetupPresenter.refuse_name("王录入") == ""


@pytest.mark.parametrize(
    ("typed", "says"), [("", "最后 5 位"), ("ABC", "最后 5 位"), ("00000", "第 6 组")]
)
def test_the_end_of_the_code_is_typed_before_it_goes_on(
    setup: Setup, typed: str, says: str
) -> None:
    presenter = setup.made()
    assert says in presenter.refuse_code(typed)
    presenter.next_sheet(typed)
    assert presenter.step is Step.SHEET
    assert "恢复码还没有核对" in presenter.question
    assert not presenter.can_go_back
    presenter.abandon()


def test_a_printed_recovery_sheet_is_in_the_journal(setup: Setup) -> None:
    presenter = setup.made()
    presenter.sheet_taken(1)
    assert presenter.made is not None
    with presenter.made.store.read() as session:
        assert session.scalars(sa.select(Act.use_case)).all()[-1] == "print.recovery-sheet"


def test_the_code_that_was_shown_opens_the_store(setup: Setup) -> None:
    presenter = setup.made()
    assert presenter.made is not None
    ring = Keyring.load(setup.folder / KEYS)
    assert ring.recover(presenter.made.code) == presenter.made.store.key
    assert presenter.made.sheet().title != ""
    presenter.abandon()


@pytest.mark.parametrize("stands", [False, True])
def test_when_making_fails_the_folder_is_as_before(
    setup: Setup, monkeypatch: pytest.MonkeyPatch, stands: bool
) -> None:
    if stands:
        setup.folder.mkdir(parents=True)
        (setup.folder / "别人的.txt").write_text("留着")

    def full(*_: object) -> None:
        raise fault(Common.DISK_FULL, file="register.db")

    presenter = setup.at_who()
    with monkeypatch.context() as patch:
        patch.setattr(founding, "load_places", full)
        presenter.create(CLERK, PASSWORD)
    assert (presenter.step, presenter.made) == (Step.WHO, None)
    assert "磁盘空间不足" in said(presenter)
    if stands:
        assert [p.name for p in setup.folder.iterdir()] == ["别人的.txt"]
    else:
        assert not setup.folder.exists()
    presenter.create(CLERK, PASSWORD)  # and the next try goes through
    assert presenter.step is Step.SHEET
    presenter.abandon()


def test_a_folder_with_a_store_is_left_alone(setup: Setup) -> None:
    first = setup.made()
    first.abandon()
    before = sorted(p.name for p in setup.folder.iterdir())
    second = setup.at_who()
    second.create(CLERK, PASSWORD)
    assert "没有覆盖" in said(second)
    assert sorted(p.name for p in setup.folder.iterdir()) == before


def test_a_round_without_a_name_goes_to_the_field(setup: Setup) -> None:
    presenter = setup.made()
    assert presenter.made is not None
    presenter.next_sheet(presenter.made.code[-CHECKED:])
    assert presenter.round is not None
    presenter.round.enter("name", "")
    presenter.round.enter("ends", "20200101")
    presenter.next_round()
    assert (presenter.go_to, setup.opened) == ("name", [])
    presenter.round.enter("name", "秋季摸底")
    presenter.next_round()
    assert (presenter.go_to, setup.opened) == ("ends", [])
    assert "截止日期早于开始日期" in said(presenter)
    presenter.round.enter("ends", "")
    presenter.next_round()
    assert len(setup.opened) == 1


def test_the_labour_rule_is_told_with_its_source_and_birthdays(setup: Setup) -> None:
    presenter = setup.made()
    assert presenter.made is not None
    presenter.next_sheet(presenter.made.code[-CHECKED:])
    assert presenter.round is not None
    presenter.round.values["reference_date"] = "2026-11-01"
    told = "\n".join(presenter.explanation())
    assert "依据" in told
    assert "2010-11-01 及以前出生" in told
    presenter.abandon()


@pytest.mark.parametrize("kind", PRACTICES)
def test_practice_data_is_made_once_and_opened_again(
    setup: Setup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: Kind
) -> None:
    work = "laborclerk.ui.screens.setup.work"
    monkeypatch.setattr(f"{work}.practice_folder", lambda *, county: tmp_path / f"p{county}")
    monkeypatch.setattr(practice, "begin", partial(practice.begin, people=120))
    monkeypatch.setattr(f"{work}.begin_county", partial(begin_county, people=120))
    for times in (1, 2):
        presenter = setup.begin()
        presenter.choose(kind)
        presenter.next_kind()
        assert len(setup.opened) == times
    with setup.opened[1].read() as session:
        assert (session.scalar(sa.select(sa.func.count()).select_from(Person)) or 0) >= 120
    assert not setup.folder.exists()


@dataclass
class Kept:
    file: Path
    code: str


@pytest.fixture
def kept(setup: Setup, tmp_path: Path) -> Kept:
    """A backup of a station that is not on this computer any more."""
    presenter = setup.made()
    assert presenter.made is not None
    file = tmp_path / "乌峰街道.lcbak"
    backup(presenter.made.store, file)
    presenter.abandon()
    for left in setup.folder.iterdir():
        left.unlink()
    setup.folder.rmdir()
    return Kept(file, presenter.made.code)


def at_restore(setup: Setup, kept: Kept) -> SetupPresenter:
    presenter = setup.begin()
    presenter.choose(Kind.RESTORE)
    presenter.next_kind()
    presenter.look_into(kept.file)
    assert presenter.backup is not None
    assert (presenter.backup.station, presenter.backup.clerks) == ("乌峰街道", [CLERK])
    return presenter


def test_a_backup_comes_back_with_the_password_of_that_day(setup: Setup, kept: Kept) -> None:
    presenter = at_restore(setup, kept)
    for wrong, says in (("", "做备份那天的密码"), ("wrong-1", "密码不对")):
        presenter.restore(CLERK, wrong)
        assert says in said(presenter)
        assert not (setup.folder / KEYS).exists()
    presenter.restore(CLERK, PASSWORD)
    assert [s.setting(founding.NAME) for s in setup.opened] == ["乌峰街道"]


def test_a_backup_comes_back_with_the_recovery_code_and_a_new_password(
    setup: Setup, kept: Kept
) -> None:
    presenter = at_restore(setup, kept)
    presenter.restore(CLERK, code="ABC", new="brand-new-9")
    assert "现在是 3 位" in said(presenter)
    presenter.restore(CLERK, code=kept.code, new="brand-new-9")
    assert [s.clerk for s in setup.opened] == [CLERK]
    assert Keyring.load(setup.folder / KEYS).unlock(CLERK, "brand-new-9") == setup.opened[0].key


def test_a_file_that_is_no_backup_says_so(setup: Setup, tmp_path: Path) -> None:
    file = tmp_path / "照片.jpg"
    file.write_bytes(b"\xff\xd8")
    presenter = setup.begin(restore=True)
    presenter.look_into(file)
    assert presenter.backup is None
    assert "不是备份文件" in said(presenter)
    assert "重新拷" in said(presenter), "a copy that broke off looks the same"
    presenter.back()
    assert (setup.left, presenter.step) == (1, Step.RESTORE)
