"""What fails on a stick is told with the stick's name, not with where the system puts it."""

from __future__ import annotations

import errno
from pathlib import Path

from laborclerk.kernel.errors import fault_of
from laborclerk.ui.drives import Drive
from laborclerk.ui.longwork import told

STICK = Path("/media/clerk/KINGSTON")
FILE = STICK / "上报-乌峰街道-20261120-140600.lcb"


def test_a_stick_that_fails_is_called_by_its_name() -> None:
    ended = told(fault_of(OSError(errno.EROFS, "x"), FILE), [Drive(STICK, "KINGSTON (E:)", 0)])
    assert ended is not None
    assert f"KINGSTON (E:) › {FILE.name}" in ended.text
    assert str(STICK) not in ended.text
