"""The work register from the keyboard: a list, a person's history, a spell begun, changed, ended,
a check, a card, a group's update."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from laborclerk.features.work.updates import UpdateLine
from laborclerk.store.store import Store
from laborclerk.ui.screens.work.view import WorkScreen
from tests.gui.in_shell import InShell
from tests.unit.ui.stations import practised

Key, Ctrl = Qt.Key, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = practised(tmp_path / "s")
    yield made
    made.close()


class Work(InShell[WorkScreen]):
    """The screen in the real window."""

    def __init__(self, qtbot: QtBot, store: Store) -> None:
        super().__init__(qtbot, store, "work", WorkScreen)
        self.p = self.screen.presenter

    def type(self, **fields: str) -> None:
        """Type into fields of what is asked, then keep it."""
        for key, text in fields.items():
            self.screen.entry.go_to(key)
            assert isinstance(self.focus, QLineEdit)
            self.focus.selectAll()
            self.enter(text)
        self.key(Key.Key_S, Ctrl)

    def choose(self, key: str) -> None:
        while self.p.chosen != key:
            before = self.p.chosen
            self.key(Key.Key_Down, Qt.KeyboardModifier.AltModifier)
            assert self.p.chosen != before, key

    def picture(self, name: str) -> None:
        if os.environ.get("LABORCLERK_PICTURES"):
            self.shell.grab().save(str(Path(os.environ["LABORCLERK_PICTURES"]) / f"{name}.png"))


@pytest.fixture
def work(qtbot: QtBot, store: Store) -> Iterator[Work]:
    made = Work(qtbot, store)
    yield made
    made.close()


def test_a_person_goes_comes_back_and_is_asked_after_without_a_mouse(work: Work) -> None:
    p, screen = work.p, work.screen
    assert p.total == len(p.lines) > 0
    work.picture("work-away")
    p.choose("list:willing")
    work.idle()
    screen.setFocus()
    before, person = p.total, p.person
    assert person is not None
    assert p.running() is None
    work.key(Key.Key_N)
    assert p.entering.asked is not None
    work.picture("work-new")
    work.type(start="2026-11-01")  # the place is wanting: the cursor goes there
    assert p.entering.asked is not None
    work.type(place="350100000000", employer_name="福州某厂", income_told="4.5", income_unit="2")
    assert p.entering.asked is None, p.ended
    assert p.total == before - 1
    p.choose("list:working")
    work.idle()
    screen._table().go_to(person)
    work.idle()
    assert p.person == person
    now = p.running()
    assert now is not None
    assert "3,750元/月" in now.more
    screen._table().setFocus()
    work.key(Key.Key_Return)  # into the history
    assert screen.history.hasFocus()
    work.key(Key.Key_Return)  # its first line is the spell
    work.type(employer_name="福州某大厂")
    assert "福州某大厂" in p.history[0].text
    screen._table().setFocus()
    work.key(Key.Key_H)
    work.type(means="2", found="3")
    assert p.history[0].what == "核实"
    work.key(Key.Key_K)
    work.type(valid_until="2027-12-31")
    assert any(h.what == "务工卡" for h in p.history)
    work.picture("work-history")
    work.key(Key.Key_B)
    work.type(end="2026-11-10", return_reason="1")
    work.idle()
    with work.p.station.store.read() as session:
        from laborclerk.features.work.service import work_of

        known = work_of(session, person, "2026-11-20")
    assert (known.now, known.spells[0].return_reason) == (None, "1")


def test_mismatches_are_walked_and_a_group_reports(work: Work) -> None:
    p, screen = work.p, work.screen
    work.choose("mismatch:form-only")
    assert p.total == len(p.lines) > 0
    work.picture("work-mismatch")
    p.choose("update")
    p.month = "2026-10"
    p.load()
    work.idle()
    screen._table().setFocus()
    groups = [line for line in p.lines if isinstance(line, UpdateLine)]
    silent = next(line for line in groups if not line.reported)
    screen._table().go_to(silent.place)
    work.key(Key.Key_R)
    work.type(away="5", back="0")
    again = next(line for line in p.lines if line.place == silent.place)
    assert isinstance(again, UpdateLine)
    assert again.reported
    assert not again.agrees
    work.picture("work-update")
