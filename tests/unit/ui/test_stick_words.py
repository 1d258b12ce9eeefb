"""What fails on a stick is told with the stick's name, not with where the system puts it."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path

import pytest

from laborclerk.kernel.errors import fault_of
from laborclerk.store.store import Store
from laborclerk.sync.approvals import enrolled
from laborclerk.ui.drives import Drive, place_of
from laborclerk.ui.longwork import told
from laborclerk.ui.screens.exchange.presenter import ExchangePresenter
from tests.unit.ui.stations import add_household
from tests.unit.ui.test_exchange_presenter import enrol

STICK = Path("/media/clerk/KINGSTON")
FILE = STICK / "上报-乌峰街道-20261120-140600.lcb"


def test_a_stick_that_fails_is_called_by_its_name() -> None:
    ended = told(fault_of(OSError(errno.EROFS, "x"), FILE), [Drive(STICK, "KINGSTON (E:)", 0)])
    assert ended is not None
    assert f"KINGSTON (E:) › {FILE.name}" in ended.text
    assert str(STICK) not in ended.text


def test_a_stick_itself_is_called_by_its_name() -> None:
    assert place_of(STICK, [Drive(STICK, "KINGSTON (E:)", 0)]) == "KINGSTON (E:)"


@pytest.mark.parametrize(("there", "said"), [(False, "已拔出"), (True, "文件夹不存在")])
def test_a_stick_that_was_pulled_is_asked_for_again(tmp_path: Path, there: bool, said: str) -> None:
    stick = tmp_path / "stick"
    if there:
        stick.mkdir()
    error = fault_of(OSError(errno.ENOENT, "x"), stick / "返还" / "x.lcb")
    ended = told(error, [Drive(stick, "KINGSTON", 0)])
    assert ended is not None
    assert said in ended.text
    assert ("重新插上" in ended.text) is not there
    assert "x.lcb" in ended.text
    assert str(tmp_path) not in ended.text


def test_a_stick_that_went_while_it_was_written_to_is_asked_for_again() -> None:
    ended = told(fault_of(OSError(errno.ENODEV, "x"), FILE), [Drive(STICK, "KINGSTON", 0)])
    assert ended is not None
    assert "“KINGSTON”已拔出" in ended.text


def words(presenter: ExchangePresenter) -> str:
    """What is said below the acts, and of the files that were found."""
    ended = presenter.work.ended
    assert ended is not None
    return "\n".join([ended.text, *ended.lines, *(c.reason for c in presenter.candidates)])


def test_no_act_tells_where_the_system_puts_the_stick(
    ours: Store, theirs: Store, stick: Path
) -> None:
    here, there = enrol(ours, theirs, stick)
    add_household(ours, "0001", "周测试")
    (device,) = [one.device for one in enrolled(theirs)]
    (stick / "文件夹.lcb").mkdir()
    acts: list[tuple[ExchangePresenter, Callable[[], object]]] = [
        (here, lambda: here.write_request(stick)),
        (here, here.write_bundle),
        (there, lambda: there.import_files(sorted(stick.glob("*.lcb")))),
        (there, lambda: there.acts.give_back(stick)),
        (there, lambda: there.keys.renew(device, "乌峰街道", stick / "换发.lca")),
        (here, lambda: here.keys.rotate(stick, "乌峰街道")),
        (there, lambda: there.keys.rotate_county(stick, "镇雄县")),
    ]
    for presenter, act in acts:
        act()
        presenter.scan()
        assert "KINGSTON" in words(presenter)
        assert str(stick) not in words(presenter)
    stick.rename(stick.with_name("pulled"))
    gone = stick / "x.lcq"
    acts.pop(2)  # nothing is found any more
    acts += [
        (there, lambda: there.read_request(gone)),
        (here, lambda: here.accept(gone)),
        (there, lambda: there.import_files([gone])),
    ]
    for presenter, act in acts:
        act()
        assert "“KINGSTON”已拔出" in words(presenter)
        assert str(stick) not in words(presenter)
